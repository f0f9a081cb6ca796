"""ProcessBuilder: what each call makes, and what it spares."""

import pytest

from hasim.errors import ModelError
from hasim.laws import Exponential, Fixed, LawError
from hasim.process import (
    Alternative,
    Count,
    Delay,
    Gate,
    Holds,
    Occupancy,
    Phase,
    Pool,
    ProcessBuilder,
    Reaction,
    Row,
    Schedule,
    Steps,
    Total,
    go,
)


@pytest.fixture
def builder():
    return ProcessBuilder("test")


def built(builder, name):
    """The automaton, node, signal or schedule of this name in the Process."""
    process = builder.build()
    items = (*process.automata, *process.nodes, *process.signals, *process.schedules)
    (found,) = [item for item in items if item.name == name]
    return found


# ------------------------------------------------------------------ automata


def test_an_automaton_starts_in_its_first_phase(builder):
    builder.automaton("node", "up", "down")
    assert built(builder, "node").start == (("up", 1.0),)


def test_a_unit_has_two_phases_and_two_delays(builder):
    builder.pool("crew", 1)
    builder.unit("node", fails="exponential(10 h)", repair=Fixed(60.0), crew="crew", cause="crash")
    node = built(builder, "node")
    assert node.phases == (Phase("up"), Phase("down", pool="crew"))
    assert node.delays == (
        Delay("failure", ("up",), Exponential(36000.0), Row((Alternative("down"),)), cause="crash"),
        Delay("repair", ("down",), Fixed(60.0), Row((Alternative("up"),))),
    )


def test_units_are_numbered_from_one(builder):
    builder.units("node", 3, fails="exponential(10 h)", repair="fixed(1 h)")
    assert [one.name for one in builder.build().automata] == ["node.1", "node.2", "node.3"]


def test_a_population_has_a_count(builder):
    builder.automaton("crowd", "in", "out", count=7)
    assert built(builder, "crowd").count == 7


def test_ways_of_weight_zero_are_left_out(builder):
    node = builder.automaton("node", "up", "down", "lost")
    node.delay("failure", "up", "fixed(1 h)", go("down", weight=1.0), go("lost", weight=0.0))
    assert built(builder, "node").delays[0].row == Row((Alternative("down"),))


def test_a_way_says_all_that_an_alternative_can(builder):
    way = go("up", when="a", unless="b", weight="c", emits=("d", "e"), resets="f")
    assert way == Alternative("up", "a", "b", "c", ("d", "e"), ("f",))


def test_a_reaction_may_hold_in_several_phases(builder):
    node = builder.automaton("node", "up", "down", "dark")
    node.on(builder.signal("strike"), ("up", "down"), "dark")
    row = Row((Alternative("dark"),))
    assert built(builder, "node").reactions == (
        Reaction("strike", "up", row),
        Reaction("strike", "down", row),
    )


def test_a_bare_duration_is_no_law(builder):
    node = builder.automaton("node", "up", "down")
    with pytest.raises(LawError, match=r"write fixed\(4 h\) or exponential\(4 h\)"):
        node.delay("failure", "up", "4 h", "down")


def test_a_slip_in_a_phase_is_found_at_once(builder):
    node = builder.automaton("node", "up", "picking")
    with pytest.raises(
        ModelError, match="there is no phase piking; one of up, picking; write picking"
    ):
        node.immediate("piking", "up")
    with pytest.raises(ModelError, match="there is no phase down"):
        node.needs("down", "crew")


def test_a_phase_has_one_immediate_row(builder):
    node = builder.automaton("node", "up", "pick")
    node.immediate("pick", "up", urgency=3)
    with pytest.raises(ModelError, match="a second immediate row for one phase"):
        node.immediate("pick", "up")


def test_an_automaton_without_phases_is_told_by_the_checks(builder):
    builder.automaton("node")
    with pytest.raises(ModelError, match="an automaton without phases"):
        builder.build()


# ------------------------------------------------------------------ pools, signals, schedules


def test_a_pool_that_preempts_goes_by_priority(builder):
    builder.automaton("node", "up")
    builder.constant("on-duty", 2.0)
    builder.pool("crew", "on-duty", preempts=True)
    assert builder.build().pools == (Pool("crew", "on-duty", "priority", preempts=True),)


def test_pools_are_first_come_or_by_priority(builder):
    builder.automaton("node", "up")
    builder.pool("crew", 2)
    builder.pool("slots", 1, by_priority=True)
    assert builder.build().pools == (Pool("crew", 2), Pool("slots", 1, "priority"))


def test_a_signal_reaches_who_reacts_in_order_of_declaration(builder):
    builder.signal("strike")
    nodes = [builder.automaton(name, "up", "down") for name in "abc"]
    for node in (nodes[2], nodes[0]):
        node.on("strike", "up", "down")
    assert built(builder, "strike").address == ("a", "c")


def test_an_address_is_put_in_order_of_declaration(builder):
    nodes = [builder.automaton(name, "up") for name in "abc"]
    builder.signal("strike", to=["c", nodes[0]], limit=1, choose="random")
    signal = built(builder, "strike")
    assert (signal.address, signal.limit, signal.choose) == (("a", "c"), 1, "random")


def test_an_address_that_names_nobody_stays_for_the_checks(builder):
    builder.automaton("a", "up")
    builder.signal("strike", to=["b", "a"])
    with pytest.raises(ModelError, match="there is no automaton b"):
        builder.build()


def test_a_schedule_begins_after_its_period_unless_told(builder):
    builder.automaton("node", "up")
    builder.signal("test")
    builder.schedule("monthly", "test", every="30 d")
    builder.schedule("early", "test", every=60.0, first="1 s")
    builder.schedule("once", "test", first=5)
    assert builder.build().schedules == (
        Schedule("monthly", 2592000.0, 2592000.0, ("test",)),
        Schedule("early", 1.0, 60.0, ("test",)),
        Schedule("once", 5.0, None, ("test",)),
    )


def test_a_schedule_without_any_time_is_refused(builder):
    with pytest.raises(ModelError, match=r"schedules.never: neither `every` nor `first` is given"):
        builder.schedule("never", "test")


# ------------------------------------------------------------------ levels and gates


def test_terms_are_occupancies_or_names_of_gates(builder):
    node = builder.automaton("node", "up", "down")
    builder.any_of("ok", node["up"])
    builder.count("one", "ok")
    builder.count("weighted", {node["up"]: 3, "ok": -1}, constant=2, unit=0.5)
    assert built(builder, "one") == Count("one", ((Holds("ok"), 1),))
    assert built(builder, "weighted") == Count(
        "weighted", ((Occupancy("node", "up"), 3), (Holds("ok"), -1)), 2, 0.5
    )


@pytest.mark.parametrize(
    ("method", "comparison", "threshold"),
    [("all_of", ">=", 2), ("any_of", ">=", 1), ("none_of", "==", 0)],
)
def test_gates_over_terms(builder, method, comparison, threshold):
    node = builder.automaton("node", "up", "down")
    for signal in ("rose", "fell"):
        builder.signal(signal)
    gate = getattr(builder, method)("ok", node["up"], node["down"], rises="rose", falls="fell")
    expected = Gate("ok", "ok.count", comparison, threshold, ("rose",), ("fell",))
    assert gate == "ok"
    assert built(builder, "ok") == expected


def test_tables_and_constants(builder):
    builder.automaton("node", "up")
    builder.constant("two", 2)
    builder.steps("table", "two", 0, {1: 5, 3: 7})
    assert built(builder, "two") == Total("two", (), 2.0)
    assert built(builder, "table") == Steps("table", "two", (1.0, 3.0), (0.0, 5.0, 7.0))


def test_nodes_may_be_declared_in_any_order(builder):
    node = builder.automaton("node", "up")
    builder.all_of("top", "middle", "other")
    builder.any_of("middle", "low", node["up"])
    builder.any_of("low", node["up"])
    builder.any_of("other", node["up"])
    names = [one.name for one in builder.build().nodes if isinstance(one, Gate)]
    assert names == ["low", "middle", "other", "top"]


def test_nodes_declared_in_order_stay_so(builder):
    node = builder.automaton("node", "up")
    for name in ("c", "a", "b"):
        builder.count(name, node["up"])
    builder.minimum("least", "b", "a")
    assert [one.name for one in builder.build().nodes] == ["c", "a", "b", "least"]


def test_a_cycle_of_nodes_is_named(builder):
    builder.automaton("node", "up")
    builder.any_of("a", "b")
    builder.any_of("b", "a")
    with pytest.raises(ModelError, match=r"circle: a -> a.count -> b -> b.count -> a"):
        builder.build()


def test_building_twice_gives_equal_processes(builder):
    builder.units("node", 2, fails="exponential(1 h)", repair="fixed(1 min)")
    assert builder.build() == builder.build()
