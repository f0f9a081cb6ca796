"""The reference engine against results in closed form, within 4 standard errors.

The chance that a sound engine fails one of them is below 1 in 1,000 for Student's t with 19 degrees
of freedom; seeds are fixed, so it either fails always or never.
"""

import math

import numpy as np
import pytest

from hasim.engines.record import MeasureColumns
from hasim.engines.reference import simulate
from hasim.laws import Exponential, Lognormal, Uniform
from hasim.process import (
    Average,
    Count,
    Gate,
    Minimum,
    Occupancy,
    Outages,
    Phase,
    Pool,
    Quotient,
    Rate,
    Share,
)
from tests.engines.hand_made import after, automaton, fork, number_in, process

pytestmark = pytest.mark.normal


def per_second(made, events=30_000, mean_gap=10.0):
    """Mean and standard error of each column over time, by name, from 20 replications."""
    horizon = events * mean_gap / 20
    rows, _, _ = simulate(
        made, seed=20, replications=range(20), warmup=horizon / 10, horizon=horizon
    )
    shares = rows / rows[:, :1]
    names = MeasureColumns.of(made).names
    means, errors = shares.mean(axis=0), shares.std(axis=0, ddof=1) / math.sqrt(20)
    return {name: pair for name, *pair in zip(names, means, errors, strict=True)}


def assert_near(found, expected):
    mean, error = found
    assert error < 0.05 * expected, "the run is too short to tell"
    assert abs(mean - expected) < 4 * error


def birth_death(births, deaths):
    """Stationary probabilities of 0, 1 ... n."""
    weights = np.cumprod([1.0, *(up / down for up, down in zip(births, deaths, strict=True))])
    return weights / weights.sum()


def unit(name, up, down, **options):
    return automaton(name, after(up, "up", "down", **options), after(down, "down", "up", "repair"))


def test_an_alternating_renewal_process_needs_only_means():
    up, down = Uniform(2.0, 24.0), Lognormal(0.5, 0.8)
    made = process(
        unit("x", up, down),
        nodes=[number_in("n", "up", "x"), Gate("serves", "n", ">=", 1)],
        measures=[Outages("out", "serves"), Rate("rate", (("x", "down"),))],
    )
    found = per_second(made)
    cycle = 13.0 + math.exp(0.5 + 0.32)
    assert_near(found["out downtime"], (cycle - 13.0) / cycle)
    assert_near(found["out begun"], 1.0 / cycle)
    assert_near(found["rate"], 1.0 / cycle)
    assert_near(found["events"], 2.0 / cycle)


def test_a_pair_that_shares_one_crew():
    phases = ("up", Phase("down", "crew"))
    pair = [
        automaton(
            name,
            after(Exponential(100.0), "up", "down"),
            after(Exponential(20.0), "down", "up", "repair"),
            phases=phases,
        )
        for name in "ab"
    ]
    waiting = Count("waiting", tuple((Occupancy(one, "down", "waiting"), 1) for one in "ab"))
    made = process(
        *pair,
        nodes=[number_in("n", "up", "a", "b"), Gate("serves", "n", ">=", 1), waiting],
        pools=[Pool("crew", 1)],
        measures=[
            Outages("out", "serves"),
            Average("mean up", "n"),
            Average("mean waiting", "waiting"),
        ],
    )
    found = per_second(made, mean_gap=30.0)
    both_up, one_down, both_down = birth_death([2 / 100, 1 / 100], [1 / 20, 1 / 20])
    assert_near(found["out downtime"], both_down)
    assert_near(found["out begun"], one_down / 100)
    assert_near(found["mean up"], 2 * both_up + one_down)
    assert_near(found["mean waiting"], both_down)


def test_a_cold_standby_does_not_age_while_it_waits():
    phases = ("up", Phase("down", "crew"))
    pair = [
        automaton(
            name,
            after(Exponential(40.0), "up", "down", memory="resume", speed=speed),
            after(Exponential(20.0), "down", "up", "repair"),
            phases=phases,
        )
        for name, speed in (("a", "one"), ("b", "a is down"))
    ]
    made = process(
        *pair,
        nodes=[
            Count("one", (), 1),
            number_in("a is down", "down", "a"),
            number_in("n", "up", "a", "b"),
            Gate("serves", "n", ">=", 1),
        ],
        pools=[Pool("crew", 1)],
        measures=[Outages("out", "serves")],
    )
    found = per_second(made, mean_gap=17.0)
    _, one_down, both_down = birth_death([1 / 40, 1 / 40], [1 / 20, 1 / 20])
    assert_near(found["out downtime"], both_down)
    assert_near(found["out begun"], one_down / 40)


def test_a_population_repaired_by_two_is_a_birth_and_death_process():
    crowd = automaton(
        "crowd",
        after(Exponential(30.0), "up", "down"),
        after(Exponential(6.0), "down", "up", "repair", speed="crews per machine"),
        count=6,
    )
    made = process(
        crowd,
        nodes=[
            number_in("down", "down", "crowd"),
            Count("two", (), 2),
            Minimum("busy", ("down", "two")),
            Quotient("crews per machine", "busy", "down", 1.0),
            Gate("enough", "down", "<=", 2),
        ],
        measures=[Average("mean down", "down"), Share("share", "enough")],
    )
    found = per_second(made, mean_gap=3.0)
    p = birth_death([(6 - k) / 30 for k in range(6)], [min(k, 2) / 6 for k in range(1, 7)])
    assert_near(found["mean down"], p @ np.arange(7))
    assert_near(found["share"], p[:3].sum())


def test_weights_split_the_ends_of_a_delay():
    short, long = Exponential(2.0), Exponential(50.0)
    x = automaton(
        "x",
        after(Exponential(10.0), "up", fork(("short", 3.0), ("long", 1.0)), "fail"),
        after(short, "short", "up", "short repair"),
        after(long, "long", "up", "long repair"),
    )
    made = process(
        x,
        nodes=[number_in("n", "long", "x"), Gate("is long", "n", ">=", 1)],
        measures=[Share("share", "is long"), Rate("short", (("x", "short repair"),))],
    )
    found = per_second(made, mean_gap=12.0)
    cycle = 10.0 + 0.75 * 2.0 + 0.25 * 50.0
    assert_near(found["share"], 0.25 * 50.0 / cycle)
    assert_near(found["short"], 0.75 / cycle)
