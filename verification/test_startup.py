"""What the common start does to the answer is gone when measuring begins.

Two units, one of which must be up, with independent lives and repairs: unavailability is (1 - A)^2
whatever the laws. All units start new at the same moment, so units that age are down together more
often at first; the plan's warm-up must remove that. Each row is within 3.5 standard errors, of at
most 2 %; five rows fail by chance with probability 0.0023.
"""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest

from hasim.conformance.queues import serve
from hasim.engines.montecarlo import Simulator
from hasim.engines.record import MeasureColumns
from hasim.laws import Exponential, Fixed
from hasim.process import Average, ProcessBuilder
from hasim.runners import available_processors, choose_runner
from hasim.solving import solve
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


RUNS = 60
LIKELY = 3.5


def queue(load, places):
    """M/M/1 with so many places, by the mean number in it."""
    return replace(serve(load, 1.0, 1, places), measures=(Average("number", "customers"),))


def crew(units, repairers):
    """Units that fail once in 200 repair times, and a crew, by the mean number down."""
    builder = ProcessBuilder("crew")
    unit = builder.automaton("unit", "up", "down", count=units)
    unit.delay("failure", "up", Exponential(200.0), "down")
    unit.delay("repair", "down", Exponential(1.0), "up", speed="share served")
    builder.count("down", unit["down"])
    builder.constant("repairers", repairers)
    builder.minimum("served", "down", "repairers")
    builder.quotient("share served", "served", "down")
    return replace(builder.build(), measures=(Average("number", "down"),))


HIDDEN = {
    "queue at 90 %": queue(0.9, 400),
    "queue at 95 %": queue(0.95, 1000),
    "crew just able to follow": crew(200, 1),
    "crew with a backlog": crew(2000, 8),
}


@pytest.mark.timeout(1200)
def test_what_no_delay_shows_is_forgotten_too(capsys):
    """Against the exact engine: errors relative to the truth, coverage within chance of 95 %."""
    rows = [(name, *errors_of(process)) for name, process in HIDDEN.items()]
    with capsys.disabled():
        print("\nsystem                     truth    error   standard error   intervals that hold")
        for name, truth, errors, held in rows:
            spread = errors.std(ddof=1) / math.sqrt(RUNS)
            print(f"{name:24}{truth:8.4g}{errors.mean():+9.2%}{spread:15.2%}{held / RUNS:18.1%}")
    for name, _, errors, held in rows:
        assert abs(errors.mean()) < LIKELY * errors.std(ddof=1) / math.sqrt(RUNS), name
        assert binomtest(held, RUNS, 0.95, alternative="less").pvalue > 0.001, name


def errors_of(process):
    truth = solve(process, engine="exact").measures["number"].value

    def run(seed):
        answer = solve(process, engine="montecarlo", precision=0.1, seed=seed, threads=1)
        assert answer.status.code == "converged"
        return answer.measures["number"]

    with ThreadPoolExecutor(available_processors()) as workers:
        estimates = list(workers.map(run, range(1, RUNS + 1)))
    held = sum(estimate.low <= truth <= estimate.high for estimate in estimates)
    return truth, np.array([e.value for e in estimates]) / truth - 1.0, held
