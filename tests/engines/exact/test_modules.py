"""Which automata belong together."""

import pytest

from hasim.engines.exact.modules import restrict, split
from hasim.laws import Exponential
from hasim.process import ProcessBuilder, Signal, go

LAW = Exponential(10.0)


def built(*steps, units="abc"):
    """Some units, and what the steps add to them."""
    builder = ProcessBuilder("modules")
    made = {name: builder.automaton(name, "up", "down") for name in units}
    for step in steps:
        step(builder, made)
    return builder.build()


def go_round(builder, units):
    for unit in units.values():
        unit.delay("fail", "up", LAW, "down")
        unit.delay("repair", "down", LAW, "up")


def groups(process):
    names = [automaton.name for automaton in process.automata]
    return ["".join(names[i] for i in module.automata) for module in split(process)]


def test_what_only_a_gate_reads_stays_apart():
    def count(builder, units):
        builder.at_least("works", 2, [unit["up"] for unit in units.values()])

    assert groups(built(go_round, count)) == ["a", "b", "c"]


def test_a_guard_joins_what_it_depends_on_through_other_gates():
    def guard(builder, units):
        builder.any_of("b works", units["b"]["up"])
        builder.all_of("all work", "b works")
        units["c"].delay("fail", "up", LAW, go("down", when="all work"), go("up"))

    process = built(guard)
    assert groups(process) == ["a", "bc"]
    assert split(process)[1].bonds == ("c looks at all work",)


def test_a_speed_joins():
    def speed(builder, units):
        builder.count("level", [units["a"]["up"]])
        units["b"].delay("fail", "up", LAW, "down", speed="level")

    assert groups(built(speed)) == ["ab", "c"]


@pytest.mark.parametrize(("size", "expected"), [(1, ["abc"]), (2, ["abc"]), (3, ["a", "b", "c"])])
def test_a_pool_joins_where_it_can_be_short(size, expected):
    def crew(builder, units):
        builder.pool("crew", size)
        for unit in units.values():
            unit.needs("down", "crew")

    assert groups(built(go_round, crew)) == expected


def test_a_pool_sized_by_a_level_joins_who_uses_it_with_all_that_the_level_reads():
    def crew(builder, units):
        builder.count("there", [units["c"]["up"]])
        builder.pool("crew", "there")
        units["a"].needs("down", "crew")

    made = built(go_round, crew)
    assert groups(made) == ["ac", "b"]
    assert [restrict(made, module).pools for module in split(made)] == [made.pools, ()]


def test_a_signal_joins_who_sends_and_who_is_reached():
    def tell(builder, units):
        told = builder.signal("told")
        units["a"].delay("fail", "up", LAW, go("down", emits=told))
        units["c"].on("told", "up", "down")

    process = built(tell)
    assert groups(process) == ["ac", "b"]
    assert split(process)[0].bonds == ("they share the signal told",)


def test_what_only_epochs_reach_stays_apart():
    """They are combined instant by instant (truth case E05's trap)."""

    def clocks(builder, units):
        for name in "ab":
            builder.signal(f"test {name}")
            builder.schedule(f"calendar {name}", every=10.0, emits=f"test {name}")
            units[name].on(f"test {name}", "down", "up")

    assert groups(built(go_round, clocks)) == ["a", "b", "c"]


def test_a_signal_that_reaches_only_some_joins_whom_it_may_reach():
    def clock(builder, units):
        builder.signal("test", limit=1)
        builder.schedule("calendar", every=10.0, emits="test")
        for name in "ab":
            units[name].on("test", "down", "up")

    assert groups(built(go_round, clock)) == ["ab", "c"]


def test_an_epoch_reaches_only_those_of_the_module():
    def clock(builder, units):
        builder.signal("test")
        builder.signal("rest")
        builder.schedule("calendar", every=10.0, emits=("test", "rest"))
        units["a"].on("test", "down", "up")
        units["b"].on("test", "down", "up")
        units["b"].on("rest", "down", "up")

    process = built(go_round, clock)
    alone = restrict(process, split(process)[0])
    assert [signal.address for signal in alone.signals] == [("a",)]
    assert [schedule.emits for schedule in alone.schedules] == [("test",)]


def test_a_module_is_a_process_of_its_own():
    def tell(builder, units):
        told = builder.signal("told")
        units["a"].delay("fail", "up", LAW, go("down", emits=told))
        units["c"].on("told", "up", "down")
        builder.any_of("a works", units["a"]["up"])
        builder.any_of("one works", units["a"]["up"], units["b"]["up"])

    process = built(tell)
    alone = restrict(process, split(process)[0])
    assert [automaton.name for automaton in alone.automata] == ["a", "c"]
    assert alone.signals == (Signal("told", ("c",)),)
    names = {node.name for node in alone.nodes}
    assert "a works" in names
    assert "one works" not in names
