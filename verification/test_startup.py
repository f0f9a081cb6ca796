"""What the common start does to the answer is gone when measuring begins.

Two units, one of which must be up, with independent lives and repairs: unavailability is (1 - A)^2
whatever the laws. All units start new at the same moment, so units that age are down together more
often at first; the plan's warm-up must remove that. Each row is within 3.5 standard errors, of at
most 2 %; five rows fail by chance with probability 0.0023.
"""

import math

import numpy as np
import pytest

from hasim.engines.montecarlo import Simulator
from hasim.engines.record import MeasureColumns
from hasim.laws import Exponential, Fixed
from hasim.runners import choose_runner
from hasim.solving.engine_choice import choose_engine
from hasim.solving.plan import make_plan
from verification.known_systems import HOUR, k_of_n, lognormal, weibull

LIVES = {
    "exponential": Exponential(1000 * HOUR),
    "Weibull, shape 3": weibull(3, 1000),
    "Weibull, shape 8": weibull(8, 1000),
    "Weibull, shape 20": weibull(20, 1000),
    "fixed": Fixed(1000 * HOUR),
}
REPAIR = lognormal(30, 1)
UNAVAILABILITY = (30 / 1030) ** 2
BATCHES = 64
EVENTS = 60e6


def measure(process, warmup, horizon, replications):
    """Relative error of unavailability and its standard error, over batches of replications."""
    simulator = Simulator.of(process)
    down = MeasureColumns.of(process).outages["service"].downtime

    def run(numbers):
        rows, _ = simulator.run(seed=9, replications=numbers, warmup=warmup, horizon=horizon)
        return rows[:, down] / horizon / UNAVAILABILITY - 1.0

    size = max(1, replications // BATCHES)
    chunks = [range(i * size, (i + 1) * size) for i in range(BATCHES)]
    errors = np.concatenate(list(choose_runner(None).map(run, chunks)))
    return errors.mean(), errors.std(ddof=1) / math.sqrt(len(errors))


@pytest.mark.timeout(1200)
def test_the_start_is_forgotten(capsys):
    rows = []
    for name, life in LIVES.items():
        process = k_of_n("pair", 2, 1, (life, REPAIR))
        plan = make_plan(process, choose_engine("montecarlo", process).run)
        assert plan.in_step == ()
        cycles = (plan.warmup + plan.horizon) / (1030 * HOUR)
        rows.append(
            (name, plan, *measure(process, plan.warmup, plan.horizon, int(EVENTS / cycles / 4)))
        )
    with capsys.disabled():
        print("\nlife                 warm-up / mean  horizon / mean   error    standard error")
        for name, plan, error, spread in rows:
            warmup, horizon = plan.warmup / HOUR / 1000, plan.horizon / HOUR / 1000
            print(f"{name:20} {warmup:14.3g} {horizon:15.3g} {error:+9.2%} {spread:15.2%}")
    for name, _, error, spread in rows:
        assert spread < 0.02, name
        assert abs(error) < 3.5 * spread, name


def test_without_a_warm_up_the_start_is_seen():
    process = k_of_n("pair", 2, 1, (LIVES["Weibull, shape 20"], REPAIR))
    error, spread = measure(process, 0.0, 20 * 1000 * HOUR, 20_000)
    assert error > 10 * spread
