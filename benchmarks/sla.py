"""How long the law of the downtime of windows takes: in closed form, and by counting steps."""

from __future__ import annotations

import numpy as np

from benchmarks.timing import time_least
from hasim.engines.exact.markov.chain import make_chain
from hasim.engines.exact.markov.interval_downtime import exceedance_of
from hasim.engines.exact.markov.takacs import exceedance

Figures = dict[str, float]

REPETITIONS = 5
POINTS = 1000
MS = 1e3

#: Hours of case F01: a year, 2000 h up, 2 h down; its downtime is about 9 h, and hardly ever 200 h.
YEAR, UP, DOWN, LONGEST = 8760.0, 2000.0, 2.0, 200.0


def measure_sla() -> Figures:
    """Case F01 at a thousand points, and case F04 at the five that it is asked for."""
    amounts, periods = np.linspace(0.0, LONGEST, POINTS), np.full(POINTS, YEAR)
    takacs = time_least(lambda: exceedance(1 / UP, 1 / DOWN, periods, amounts, 0.0), REPETITIONS)
    ends, rates = np.array([[0, 1], [1, 2], [1, 0], [2, 1]]), np.array([0.004, 0.002, 0.25, 0.25])
    pair = make_chain(3, ends[:, 0], ends[:, 1], rates, np.array([1.0, 0.0, 0.0]))
    pledged, failed = np.array([0.0, 0.876, 4.38, 8.76, 17.52]), np.arange(3) == 2
    counted = time_least(lambda: exceedance_of(pair, failed, YEAR, pledged), REPETITIONS)
    return {"sla.takacs_ms": takacs * MS, "ms.sla.two_nodes": counted * MS}
