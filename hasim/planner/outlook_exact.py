"""What may happen from now on, computed: transient solutions of the chain that begins with strikes.

Rules of this file: what an engine refuses is raised; nothing is simulated here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from hasim.planner.outlook import REST, Figures, Levels, services_of
from hasim.process import Process
from hasim.process.questions import Accumulated, Question, ReachedBy, TimeToReach, ValueAt
from hasim.solving import ask
from hasim.stats import NOTHING_KNOWN, Estimate

#: Relative width at which the search for a quantile ends.
_CLOSE = 1e-9


def compute_services(process: Process, until: float) -> Mapping[str, Figures]:
    """Return the figures of each service.

    Parameters
    ----------
    process : Process
        As `begin_with` gives it.
    until : float
        Seconds.

    Raises
    ------
    RefusedError
        Where the exact engine cannot answer.
    """
    return {
        service: _compute(process, Levels.of(service), until) for service in services_of(process)
    }


def compute_rest(process: Process) -> tuple[Estimate, Estimate]:
    """Return the mean and the 95 % quantile of the time until all is at rest, in seconds.

    Raises
    ------
    RefusedError
        Where the exact engine cannot answer.
    """
    mean = _ask(process, TimeToReach(REST))
    if not math.isfinite(mean):
        return NOTHING_KNOWN, NOTHING_KNOWN
    return Estimate.of_exact(mean), Estimate.of_exact(_find_quantile(process, mean, 0.95))


def _compute(process: Process, levels: Levels, until: float) -> Figures:
    def exactly(question: Question) -> Estimate:
        return Estimate.of_exact(_ask(process, question))

    return Figures(
        down_now=exactly(ValueAt(levels.now, 0.0)),
        downtime_now_s=exactly(Accumulated(levels.now, until)),
        another_outage=exactly(ValueAt(levels.again, until)),
        downtime_s=exactly(Accumulated(levels.down, until)),
        down_at_end=exactly(ValueAt(levels.down, until)),
    )


def _ask(process: Process, question: Question) -> float:
    value = ask(process, question, engine="exact").value
    assert value is not None, "what is exact has a value"
    return value


def _find_quantile(process: Process, mean: float, share: float) -> float:
    """The time by which all is at rest with a given chance."""
    from scipy.optimize import brentq

    def missing(time: float) -> float:
        return _ask(process, ReachedBy(REST, time)) - share

    if missing(0.0) >= 0.0:
        return 0.0
    high = mean
    while missing(high) < 0.0:
        high *= 2.0
    return float(brentq(missing, 0.0, high, rtol=_CLOSE))
