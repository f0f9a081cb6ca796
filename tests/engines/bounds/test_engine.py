"""Limits hold the exact figures, whatever was gone through, and come closer with more."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hasim.engines.bounds.engine import bound_long_run
from hasim.engines.exact.engine import solve_exactly
from hasim.errors import RefusedError
from hasim.laws import Exponential, Fixed, Lognormal
from hasim.process import ProcessBuilder, go
from tests.engines.bounds.machines import FAR, machines, repairable

#: Roundings of the exact figures.
ROUNDINGS = 1e-9


def bounded(process, most):
    """The limits after so many transitions."""
    return bound_long_run(process, rounds=(most,), is_enough=lambda _: True)


def assert_within(value, band, what=""):
    slack = ROUNDINGS * abs(value)
    assert band.low <= value + slack, (what, value, band)
    assert value - slack <= band.high, (what, value, band)


def assert_all_within(exact, found):
    for name, figures in exact.outages.items():
        bounds = found.outages[name]
        for field in ("unavailability", "availability", "rate"):
            assert_within(getattr(figures, field), getattr(bounds, field), field)
        pairs = [(figures.begun, bounds.begun, bounds.begun_by_others)]
        if figures.stages is not None and figures.causes is not None:
            pairs += [(figures.stages, bounds.stages, bounds.others)]
            pairs += [(figures.causes, bounds.causes, bounds.others)]
        for values, bands, others in pairs:
            for key, value in values.items():
                assert_within(value, bands.get(key, others), key)
    for name, value in exact.values.items():
        assert_within(value, found.values[name], name)
    for name, value in exact.missing.items():
        assert_within(value, found.missing[name], name)


# ------------------------------------------------------------------ theory on a tiny chain


def test_a_chain_that_starts_again_misses_just_the_ways_home():
    """docs/bounds.md, (1): with the true time of the ways home the true share comes out.

    Four states; home is 0, and the states gone through are 0 and 1.
    """
    rates = np.array(
        [[0.0, 0.2, 0.1, 0.0], [1.0, 0.0, 0.3, 0.0], [0.5, 0.7, 0.0, 0.4], [0.0, 0.6, 0.0, 0.0]]
    )

    def long_run(q):
        balance = (q - np.diag(q.sum(axis=1))).T
        balance[-1] = 1.0
        return np.linalg.solve(balance, np.eye(len(q))[-1])

    truth = long_run(rates)
    again = rates[:2, :2] + np.outer(rates[:2, 2:].sum(axis=1), [1.0, 0.0])
    np.fill_diagonal(again, 0.0)
    shares = long_run(again)
    exits = shares @ rates[:2, 2:]
    to_home = np.diag(rates.sum(axis=1))[1:, 1:] - rates[1:, 1:]
    time_of, time_in_1 = np.linalg.solve(to_home, np.ones(3)), np.linalg.solve(to_home, [1, 0, 0])
    away, away_in_1 = exits @ time_of[1:], exits @ time_in_1[1:]
    assert (shares[1] + away_in_1) / (1.0 + away) == pytest.approx(truth[1], rel=1e-12)
    assert shares[0] / (1.0 + away) == pytest.approx(truth[0], rel=1e-12)


# ------------------------------------------------------------------ closed form


def machine_repair(n, crew, fails, repair):
    """Chances of k machines down, M/M/c//N (Palm; e.g. Trivedi 2002, section 8.2)."""
    weights = [1.0]
    for k in range(n):
        weights.append(weights[-1] * (n - k) * repair / (fails * min(k + 1, crew)))
    return np.array(weights) / math.fsum(weights)


@pytest.mark.parametrize(("n", "crew", "required"), [(30, 2, 27), (30, 1, 29), (12, 3, 10)])
def test_the_machine_repair_model_cut_off_at_some_failures(n, crew, required):
    """Machines alike are counted, so that a state is a number of failures."""
    chances = machine_repair(n, crew, 10_000.0, 10.0)
    truth = math.fsum(chances[n - required + 1 :])
    rate = chances[n - required] * required / 10_000.0
    process = machines(n, crew, required, fails=lambda i: 10_000.0)
    widths = []
    for most in (7, 9, 13, 17):
        found = bounded(process, most).outages["system"]
        assert_within(truth, found.unavailability)
        assert_within(rate, found.rate)
        widths.append(found.unavailability.high - found.unavailability.low)
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < 1e-3 * truth
    assert widths[0] > 0.0


def test_all_states_gone_through_is_exact():
    process = machines(5, 2, 4, fails=lambda i: 1000.0 + i)
    found = bounded(process, FAR)
    exact = solve_exactly(process).outages["system"].unavailability
    assert found.is_complete
    assert found.width == pytest.approx(0.0, abs=1e-9)
    assert found.outages["system"].unavailability.value == pytest.approx(exact, rel=1e-10, abs=0)


# ------------------------------------------------------------------ random Processes


@pytest.mark.normal
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(repairable(), st.integers(10, 60))
def test_limits_hold_the_exact_figures(process, first):
    exact = solve_exactly(process)
    width = math.inf
    for most in (first, 4 * first, FAR):
        found = bounded(process, most)
        assert_all_within(exact, found)
        band = found.values["most"]
        assert band.high - band.low <= width * (1.0 + ROUNDINGS) + 1e-12
        width = band.high - band.low
    assert width < 1e-9


def two_large(builder):
    """Two crews, so two modules, both cut off."""
    units = []
    for crew in ("east", "west"):
        builder.pool(crew, 1)
        for i in range(5):
            fails = Exponential(300.0 + 20.0 * i)
            units.append(
                builder.unit(
                    f"{crew}.{i}", fails=fails, repair=Exponential(1.0), crew=crew, cause=crew
                )
            )
    return units


@pytest.mark.parametrize("most", [60, 200, 400])
def test_several_modules_that_are_cut_off(most):
    builder = ProcessBuilder("two")
    units = two_large(builder)
    spare = builder.unit("spare", fails=Exponential(50.0), repair=Exponential(2.0), cause="spare")
    builder.at_least("works", 9, [unit["up"] for unit in (*units, spare)])
    builder.outages("system", "works")
    process = builder.build()
    found = bounded(process, most)
    assert not found.is_complete
    assert_all_within(solve_exactly(process), found)


def test_a_measure_of_another_module_stays_exact():
    builder = ProcessBuilder("apart")
    units = two_large(builder)
    spare = builder.unit("spare", fails=Exponential(50.0), repair=Exponential(2.0))
    builder.at_least("works", 9, [unit["up"] for unit in units])
    builder.outages("system", "works")
    builder.share("spare is up", builder.at_least("spare up", 1, [spare["up"]]))
    band = bounded(builder.build(), 60).values["spare is up"]
    assert band.low == band.high == pytest.approx(50.0 / 52.0, rel=1e-12)


# ------------------------------------------------------------------ adversarial


def test_limits_are_wide_where_little_is_known():
    process = machines(6, 1, 1, fails=lambda i: 100.0 + i)
    found = bounded(process, 30)
    assert found.width > 1.0
    assert_all_within(solve_exactly(process), found)


@pytest.mark.parametrize("required", [0, 9])
def test_a_gate_that_always_or_never_holds(required):
    process = machines(8, 1, required, fails=lambda i: 1000.0 + i)
    found = bounded(process, 100).outages["system"]
    truth = float(required == 9)
    assert_within(truth, found.unavailability)
    assert_within(0.0, found.rate)


def test_the_start_need_not_be_home():
    """Half of the histories begin with a failure."""
    builder = ProcessBuilder("late")
    builder.pool("crew", 1)
    units = [
        builder.automaton(f"u{i}", "up", "down", start={"up": 0.6, "down": 0.4}) for i in range(6)
    ]
    for i, unit in enumerate(units):
        unit.delay("failure", "up", Exponential(200.0 + i), "down")
        unit.delay("repair", "down", Exponential(1.0), "up")
        unit.needs("down", "crew")
    builder.at_least("works", 5, [unit["up"] for unit in units])
    builder.outages("system", "works")
    process = builder.build()
    exact = solve_exactly(process)
    for most in (4_000, 8_000):
        assert_all_within(exact, bounded(process, most))


def test_a_trap_is_refused():
    builder = ProcessBuilder("trap")
    builder.pool("crew", 1)
    for i in range(3):
        unit = builder.automaton(f"u{i}", "up", "down", "lost")
        unit.delay(
            "failure", "up", Exponential(100.0), go("down", weight=0.9), go("lost", weight=0.1)
        )
        unit.delay("repair", "down", Exponential(1.0), "up")
        unit.needs("down", "crew")
    builder.at_least("works", 2, [unit["up"]])
    builder.outages("system", "works")
    with pytest.raises(RefusedError, match="u0 can be where it waits for others to move it"):
        bounded(builder.build(), 20)


def test_laws_with_memory_are_refused():
    builder = ProcessBuilder("memory")
    builder.pool("crew", 2)
    units = builder.units("u", 3, fails=Exponential(100.0), repair=Lognormal(0.0, 1.0), crew="crew")
    builder.at_least("works", 2, [unit["up"] for unit in units])
    builder.outages("system", "works")
    with pytest.raises(RefusedError, match=r"repair of u\.1 is lognormal, so its state has memory"):
        bounded(builder.build(), 100)


def test_a_module_that_is_answered_exactly_stands_beside_one_gone_through():
    """One crew and repairs with memory are one clock at a time; the other pair is Markov."""
    builder = ProcessBuilder("both")
    gates = []
    for name, repair in (("memory", Fixed(1.0)), ("markov", Exponential(1.0))):
        builder.pool(f"{name} crew", 1)
        units = builder.units(name, 2, fails=Exponential(100.0), repair=repair, crew=f"{name} crew")
        gates.append(builder.any_of(f"{name} works", *[unit["up"] for unit in units]))
    builder.all_of("works", "memory works", "markov works")
    builder.outages("system", "works")
    process = builder.build()
    assert_all_within(solve_exactly(process), bounded(process, 1_000))
