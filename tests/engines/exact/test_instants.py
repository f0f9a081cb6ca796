"""Modules that follow the same calendar, against one joint chain and by hand."""

from dataclasses import replace
from math import exp

import numpy as np
import pytest

from hasim.engines import montecarlo
from hasim.engines.exact.engine import solve_exactly
from hasim.engines.exact.questions import answer_exactly
from hasim.engines.record import MeasureColumns
from hasim.errors import RefusedError
from hasim.laws import Erlang, Exponential, Fixed, Weibull
from hasim.process import Average, ByPhase, FirstFailing, Label, Outages, ProcessBuilder, go
from hasim.process.questions import LongRunShare, OutageRate
from tests.engines.exact.joint_chain import JointChain


def channels(*offsets, rate=0.01, period=10.0):
    """Channels that fail unseen, each as new after its own test; one is enough."""
    builder = ProcessBuilder("channels")
    good = []
    for place, offset in enumerate(offsets):
        builder.signal(f"test {place}")
        builder.schedule(f"calendar {place}", f"test {place}", every=period, first=offset)
        channel = builder.automaton(f"channel {place}", "good", "failed")
        channel.delay("failure", "good", Exponential(1 / rate), "failed")
        channel.on(f"test {place}", "failed", "good")
        good.append(channel["good"])
    builder.any_of("works", *good)
    builder.none_of("failed", "works")
    return builder.build()


@pytest.mark.parametrize("rate", [1e-7, 1e-4, 0.02])
def test_tests_half_a_period_apart(rate):
    """Twice the integral over half a period of (1 - exp(-r t)) (1 - exp(-r (t + half)))."""
    half, x = 5.0, 5.0 * rate
    points, weights = np.polynomial.legendre.leggauss(40)
    places = (points + 1.0) / 2.0
    value = (weights / 2.0) @ (np.expm1(-x * places) * np.expm1(-x * (places + 1.0)))
    found = answer_exactly(channels(half, 2 * half, rate=rate), LongRunShare("failed"))
    assert found == pytest.approx(value, rel=1e-12, abs=0)


def test_tests_of_different_periods_with_a_common_multiple():
    made = channels(2.0, 3.0)
    calendars = made.schedules
    made = replace(
        made, schedules=(replace(calendars[0], period=2.0), replace(calendars[1], period=3.0))
    )
    joint = JointChain(made)
    found = answer_exactly(made, LongRunShare("failed"))
    assert found == pytest.approx(joint.mean("failed"), rel=1e-9, abs=0)


def test_an_outage_that_several_begin_at_one_epoch_is_one():
    """Both are taken out of service by the same epoch; a crew each puts them back."""
    builder = ProcessBuilder("maintained")
    builder.signal("stop")
    builder.schedule("monthly", "stop", every=100.0)
    up = []
    for place in range(2):
        unit = builder.automaton(f"unit {place}", "up", "serviced")
        unit.delay("service", "serviced", Exponential(1.0), "up")
        unit.on("stop", "up", "serviced")
        up.append(unit["up"])
    builder.any_of("works", *up)
    builder.all_of("whole", *up)
    made = builder.build()
    both_done = (1.0 - exp(-100.0)) ** 2
    one_done = 1.0 - exp(-200.0)
    assert answer_exactly(made, OutageRate("works")) == pytest.approx(one_done / 100.0, rel=1e-12)
    assert answer_exactly(made, OutageRate("whole")) == pytest.approx(both_done / 100.0, rel=1e-12)
    by = OutageRate("whole", by=("unit 0", "service"))
    assert answer_exactly(made, by) == 0.0


def plant(seed):
    """Some units with tests and services on two calendars, a shared crew, and one without any."""
    rng = np.random.default_rng(seed)
    builder = ProcessBuilder("plant")
    builder.pool("crew", 1)
    builder.signal("test")
    builder.signal("service")
    builder.schedule("tests", "test", every=4.0, first=float(rng.integers(1, 4)))
    emits = ("service", "test") if rng.random() < 0.5 else ("service",)
    builder.schedule("services", emits, every=6.0, first=float(rng.integers(1, 5)))
    up = []
    for place in range(int(rng.integers(3, 5))):
        shared = place < 2 and rng.random() < 0.5
        unit = builder.automaton(f"unit {place}", "up", "hidden", "repaired")
        if shared:
            unit.needs("repaired", "crew")
        hides = go("hidden", weight=float(rng.uniform(0.5, 2.0)))
        unit.delay(
            "fails", "up", Exponential(rng.uniform(3, 30)), hides, go("repaired"), cause="wear"
        )
        law = Exponential(rng.uniform(0.1, 1.0))
        unit.delay("repair", "repaired", law, "up")
        unit.on("test", "hidden", "repaired")
        if rng.random() < 0.6:
            unit.on("service", "up", go("repaired", weight=1.0), go("up", weight=3.0))
        up.append(unit["up"])
    free = builder.automaton("free", "up", "down")
    free.delay("fails", "up", Exponential(9.0), "down", cause="chance")
    free.delay("repair", "down", Exponential(0.5), "up")
    builder.count("serving", [*up, free["up"]])
    builder.at_least("works", len(up), [*up, free["up"]])
    parts = [
        ByPhase(
            f"unit {k}",
            (("hidden", Label("unseen", f"u{k}")), ("repaired", Label("seen", f"u{k}"))),
        )
        for k in range(len(up))
    ]
    gates = [builder.any_of(f"unit {k} up", one) for k, one in enumerate(up)]
    assert len(gates) == len(parts)
    cases = tuple((f"unit {k} up", part) for k, part in enumerate(parts))
    blame = FirstFailing(cases, Label("other", "free"))
    return replace(
        builder.build(), measures=(Outages("outages", "works", blame), Average("level", "serving"))
    )


@pytest.mark.normal
@pytest.mark.parametrize("seed", range(6))
def test_a_plant_is_as_its_joint_chain(seed):
    made = plant(seed)
    joint, found = JointChain(made), solve_exactly(made)
    outages = found.outages["outages"]
    assert found.values["level"] == pytest.approx(joint.mean("serving"), rel=1e-9)
    assert outages.availability == pytest.approx(joint.mean("works"), rel=1e-9)
    falls = joint.falls_by_delay("works")
    assert outages.rate == pytest.approx(sum(falls.values()), rel=1e-8)
    causes = [delay.cause for one in made.automata for delay in one.delays]
    for cause in ("wear", "chance"):
        expected = sum(rate for k, rate in falls.items() if k >= 0 and causes[k] == cause)
        assert outages.begun.get(cause, 0.0) == pytest.approx(expected, rel=1e-8)
    at_epochs = sum(rate for cause, rate in outages.begun.items() if cause.startswith("u"))
    assert at_epochs == pytest.approx(falls[-1], rel=1e-8, abs=1e-14)
    assert sum(outages.stages.values()) == pytest.approx(outages.unavailability, rel=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_plant_is_as_it_is_simulated(seed):
    made, n, horizon = plant(seed), 60, 12_000.0
    found = solve_exactly(made)
    rows, _, _ = montecarlo.simulate(
        made, seed=7, replications=range(n), warmup=240.0, horizon=horizon
    )
    outages = found.outages["outages"]
    expected = {"level": found.values["level"], "outages begun": outages.rate}
    names = MeasureColumns.of(made).names
    for name, value in expected.items():
        seen = rows[:, names.index(name)] / horizon
        error = seen.std(ddof=1) / np.sqrt(n)
        assert error < 0.01 * value
        assert abs(seen.mean() - value) < 4 * error, name


def test_repairs_much_quicker_than_the_period():
    """Rates five orders of magnitude apart: 2 of 2 down, tested together."""
    builder = ProcessBuilder("quick")
    builder.signal("test")
    builder.schedule("yearly", "test", every=1e5)
    up = []
    for place in range(2):
        unit = builder.automaton(f"unit {place}", "up", "hidden", "repaired")
        unit.delay("fails", "up", Exponential(1e6), "hidden")
        unit.delay("repair", "repaired", Exponential(1.0), "up")
        unit.on("test", "hidden", "repaired")
        up.append(unit["up"])
    builder.any_of("works", *up)
    made = builder.build()
    joint = JointChain(made)
    down = joint.shares @ (joint.space.value("works") == 0)
    found = replace(made, measures=(Outages("outages", "works"),))
    assert solve_exactly(found).outages["outages"].unavailability == pytest.approx(down, rel=1e-9)


# ---------------------------------------------------------------------------- other modules


def beside(law, repair=2.0):
    """A tested channel, and a unit of any law."""
    builder = ProcessBuilder("beside")
    builder.signal("test")
    builder.schedule("weekly", "test", every=7.0)
    channel = builder.automaton("channel", "good", "failed")
    channel.delay("failure", "good", Exponential(50.0), "failed")
    channel.on("test", "failed", "good")
    unit = builder.automaton("unit", "up", "down")
    unit.delay("fails", "up", law, "down")
    unit.delay("repair", "down", Fixed(repair), "up")
    builder.all_of("works", channel["good"], unit["up"])
    return builder.build()


def test_beside_a_module_that_means_settle():
    tested = -np.expm1(-7.0 / 50.0) * 50.0 / 7.0
    found = answer_exactly(beside(Weibull.from_shape_mean(2.0, 8.0)), LongRunShare("works"))
    assert found == pytest.approx(tested * 0.8, rel=1e-12)


def test_fixed_times_may_keep_in_step_with_a_schedule():
    with pytest.raises(RefusedError, match="unit goes round in fixed times, so it may"):
        answer_exactly(beside(Fixed(5.0)), LongRunShare("works"))


def test_too_many_instants_are_refused(monkeypatch):
    made = channels(5.0, 10.0)
    monkeypatch.setattr("hasim.engines.exact.instants.MOST_WEIGHED", 100)
    with pytest.raises(RefusedError, match=r"its parts combine in \d ways at 24 instants"):
        answer_exactly(made, LongRunShare("failed"))


def test_stages_of_a_law_are_kept_over_epochs():
    builder = ProcessBuilder("stages")
    builder.signal("test")
    builder.schedule("weekly", "test", every=7.0)
    good = []
    for place in range(2):
        channel = builder.automaton(f"channel {place}", "good", "failed")
        channel.delay("failure", "good", Erlang(2, 20.0), "failed")
        channel.on("test", "failed", "good")
        good.append(channel["good"])
    builder.any_of("works", *good)
    made = builder.build()
    found = answer_exactly(made, LongRunShare("works"))
    assert found == pytest.approx(JointChain(made).mean("works"), rel=1e-10)
