"""How long the pair of model a takes with matched laws, and how long a simulation as good takes."""

from __future__ import annotations

import time

from benchmarks.models import active_passive
from benchmarks.timing import time_least
from hasim.engines.matched.engine import match_long_run
from hasim.solving import solve

Figures = dict[str, float]

REPETITIONS = 5
WORK = 100_000
MS = 1e3

#: Unavailability of model a and half of its 95 % interval, by 4,034,527,786 events of the engine
#: montecarlo, seed 2026, in 480 s.
TRUTH, TRUTH_HALF_WIDTH = 1.8752562e-4, 1.17e-7

#: The simulation whose time is stretched to the error asked: its time goes with its square.
PRECISION = 0.01


def measure_matched() -> Figures:
    """Model a, from the Process to the answer, against the CPU time of an equally good simulation.

    The error of the answer is its distance from the truth, or what the truth is known to where that
    is more; a simulation is as good once its standard error is that.
    """
    process = active_passive()
    answers: list[float] = []

    def answer() -> None:
        found = match_long_run(process, work=WORK).outages["service"]
        answers.append(found.unavailability.value)

    ours = time_least(answer, REPETITIONS)
    off = abs(answers[-1] - TRUTH)
    error = max(off, TRUTH_HALF_WIDTH)
    began = time.process_time()
    found = solve(process, engine="montecarlo", precision=PRECISION, threads=1)["service"]
    spent = time.process_time() - began
    low, high = found.unavailability.low, found.unavailability.high
    assert low is not None, "no interval"
    assert high is not None, "no interval"
    theirs = spent * ((high - low) / (2 * 1.96 * error)) ** 2
    return {
        "matched.pair_ms": ours * MS,
        "matched.gain": theirs / ours,
        "matched.pair_error": off / TRUTH,
        "matched.pair_truth_known_to": TRUTH_HALF_WIDTH / TRUTH,
        "s.matched.simulation_as_good": theirs,
    }
