"""The mean time to the home state is never above its bound."""

import pytest
from hypothesis import HealthCheck, given, settings

from hasim.engines.bounds.homecoming import bound_homecoming
from hasim.engines.exact.modules import closure_of, restrict
from hasim.engines.exact.statespace import explore, lay_out
from hasim.errors import RefusedError
from hasim.laws import Exponential
from hasim.process import ProcessBuilder, go
from tests.engines.bounds.machines import hitting_times, machines, repairable

QUICK = settings(
    max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def bounds_and_times(process):
    space = explore(process, most_states=3_000)
    homecoming = bound_homecoming(space.layout)
    columns = space.columns
    return homecoming.mean_times(columns), hitting_times(space, homecoming.find_home(columns))


def test_one_unit_is_home_after_its_repair():
    bounds, times = bounds_and_times(machines(1, 1, 1))
    assert times.max() == pytest.approx(10.0, rel=1e-12)
    assert bounds.max() == pytest.approx(10.0 / (1.0 - 0.01), rel=1e-5)


def test_a_single_repairer_is_known_but_for_failures_of_those_who_are_down():
    """Work conservation: from n failed n repairs are due, and what comes meanwhile."""
    bounds, times = bounds_and_times(machines(4, 1, 1, fails=lambda i: 1e6))
    assert bounds.max() == pytest.approx(times.max(), rel=1e-3)


@pytest.mark.normal
@QUICK
@given(repairable())
def test_repairable_processes_are_home_as_soon_as_told(process):
    bounds, times = bounds_and_times(restrict(process, closure_of(process, "enough")))
    assert (times <= bounds * (1.0 + 1e-9)).all()


def unit_that(change):
    builder = ProcessBuilder("odd")
    unit = builder.automaton("unit", "up", "down", "other")
    unit.delay("failure", "up", Exponential(100.0), "down")
    unit.delay("repair", "down", Exponential(1.0), "up")
    change(builder, unit)
    builder.share("works", builder.at_least("up", 1, [unit["up"]]))
    return lay_out(builder.build(), {})


def wait_for_a_signal(builder, unit):
    builder.signal("call")
    unit.delay("loss", "up", Exponential(100.0), "other")
    unit.on("call", "other", "up")
    caller = builder.automaton("caller", "here")
    caller.delay("calls", "here", Exponential(1.0), go("here", emits="call"))


def stay_away(_, unit):
    unit.delay("loss", "down", Exponential(100.0), "other")
    unit.delay("and back", "other", Exponential(1.0), "other")


def have_a_speed_of_nothing(builder, unit):
    speed = builder.count("speed", {unit["up"]: 1})
    unit.delay("loss", "up", Exponential(100.0), "other")
    unit.delay("return", "other", Exponential(1.0), "up", speed=speed)


def move_at_once(_, unit):
    unit.delay("loss", "up", Exponential(100.0), "other")
    unit.immediate("other", "down")


def take_tokens_back(builder, unit):
    builder.pool("crew", 1, by_priority=True, preempts=True)
    unit.needs("down", "crew")
    unit.delay("loss", "up", Exponential(100.0), "other")
    unit.delay("return", "other", Exponential(1.0), "up")


REFUSED = [
    (take_tokens_back, "crew can take tokens back"),
    (wait_for_a_signal, "unit can be where it waits for others to move it"),
    (stay_away, "unit need not come back to where it begins"),
    (have_a_speed_of_nothing, "unit can be where it waits for others to move it"),
    (move_at_once, "unit moves at once from other"),
]


@pytest.mark.parametrize(("change", "sentence"), REFUSED)
def test_what_is_not_proved_is_refused(change, sentence):
    with pytest.raises(RefusedError, match=sentence):
        bound_homecoming(unit_that(change))


def test_failures_that_are_not_rare_are_refused():
    with pytest.raises(RefusedError, match=r"can bring 1\.2 s of repair per second"):
        bound_homecoming(lay_out(machines(12, 2, 1, fails=lambda i: 100.0), {}))


def test_a_population_is_refused():
    builder = ProcessBuilder("many")
    many = builder.automaton("many", "up", "down", count=10)
    many.delay("failure", "up", Exponential(1000.0), "down")
    many.delay("repair", "down", Exponential(1.0), "up")
    builder.share("all up", builder.at_least("up", 10, [many["up"]]))
    with pytest.raises(RefusedError, match="many is a population"):
        bound_homecoming(lay_out(builder.build(), {}))
