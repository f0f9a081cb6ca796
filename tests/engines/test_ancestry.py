"""Parts of a service: which they are, and that each lives alone the life that it lives there."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hasim.compiler import compile
from hasim.description import load
from hasim.engines.ancestry import ancestors, part_process, parts_of
from hasim.engines.keys import keys_of, shortest_means
from hasim.engines.montecarlo import simulate
from hasim.errors import SolveError
from hasim.laws import Exponential
from hasim.process import Gate, ProcessBuilder, go
from tests.engines.hand_made import tell
from tests.engines.random_processes import PROFILES, processes

MODELS = Path(__file__).parents[2] / "models"
LAW = Exponential(10.0)
WINDOW = {"warmup": 5.0, "horizon": 20.0}


def built(*steps, units="abc"):
    """Units that fail, each with a gate that holds while it is up, and what the steps add."""
    builder = ProcessBuilder("parts")
    made = {name: builder.automaton(name, "up", "down") for name in units}
    for name, unit in made.items():
        unit.delay("fail", "up", LAW, "down")
        unit.delay("repair", "down", LAW, "up")
        builder.all_of(f"{name} serves", unit["up"])
    for step in steps:
        step(builder, made)
    return builder.build()


def felt_by(process, name="a"):
    """The names of the ancestors of a unit's gate."""
    found = ancestors(process, [f"{name} serves"])
    return "".join(process.automata[index].name for index in sorted(found))


def variant(tmp_path, model, before, after):
    """A model that ships with something else in its place."""
    text = (MODELS / f"{model}.yaml").read_text()
    assert before in text
    path = tmp_path / "variant.yaml"
    path.write_text(text.replace(before, after))
    return compile(load(path))


# ------------------------------------------------------------------------------ parts


def test_the_parts_of_a_service_are_what_its_ands_join():
    shop = compile(load(MODELS / "shop.yaml"))
    assert parts_of(shop, "checkout serves") == (
        ("edge", ("1 of edge are there",)),
        ("web", ("4 of web are there",)),
        ("db", ("db serves",)),
    )


def test_several_gates_of_one_name_are_one_part():
    deployments = compile(load(MODELS / "deployments.yaml"))
    assert parts_of(deployments, "shop serves") == (
        ("web", ("3 of web are there", "web.change breaks nothing")),
        ("config", ("config breaks nothing",)),
        ("api", ("2 of api are there", "api.change breaks nothing")),
    )


def test_replicas_that_must_all_serve_are_one_part(tmp_path):
    shop = variant(tmp_path, "shop", "required: 4", "required: 6")
    edge, web, db = parts_of(shop, "checkout serves")
    assert web == ("web", tuple(f"web.{number} serves" for number in range(1, 7)))
    assert (edge[0], db[0]) == ("edge", "db")


def test_what_is_no_and_is_its_own_only_part():
    def spare(builder, units):
        builder.any_of("two ways", "a serves", "b serves")
        builder.at_least("most", 2, {"a serves": 1, "b serves": 2})

    made = built(spare)
    for gate in ("two ways", "most", "a serves"):
        assert parts_of(made, gate) == ((gate, (gate,)),)


def test_a_gate_reached_twice_is_one_part():
    def joined(builder, units):
        builder.all_of("left", "a serves", "b serves", rises="told")
        builder.signal("told")
        builder.all_of("all", "left", "b serves", "c serves")

    assert [name for name, _ in parts_of(built(joined), "all")] == [
        "a serves",
        "b serves",
        "c serves",
    ]


# -------------------------------------------------------------------------- ancestors


def test_whom_it_looks_at_is_an_ancestor_and_who_looks_at_it_is_none():
    def guard(builder, units):
        units["a"].delay("maybe", "up", LAW, go("down", when="b serves"), go("up"))

    made = built(guard)
    assert (felt_by(made, "a"), felt_by(made, "b")) == ("ab", "b")


def test_a_speed_has_ancestors():
    def speed(builder, units):
        builder.count("level", [units["b"]["up"]])
        units["a"].delay("slow", "up", LAW, "down", speed="level")

    assert felt_by(built(speed)) == "ab"


@pytest.mark.parametrize(("size", "expected"), [(2, "abc"), (3, "a")])
def test_who_waits_for_the_same_token_is_an_ancestor_where_they_can_be_short(size, expected):
    def crew(builder, units):
        builder.pool("crew", size)
        for unit in units.values():
            unit.needs("down", "crew")

    assert felt_by(built(crew)) == expected


def test_what_the_size_of_a_pool_depends_on_is_an_ancestor():
    def crew(builder, units):
        builder.count("there", [units["b"]["up"]])
        builder.pool("crew", "there")
        units["a"].needs("down", "crew")

    assert felt_by(built(crew)) == "ab"


def test_who_sends_a_signal_is_an_ancestor_of_who_reacts_to_it():
    def told(builder, units):
        signal = builder.signal("told")
        builder.all_of("both", units["b"]["up"], units["c"]["up"], falls=signal)
        units["a"].on("told", "up", "down")

    made = built(told)
    assert (felt_by(made, "a"), felt_by(made, "b")) == ("abc", "b")


@pytest.mark.parametrize(("limit", "expected"), [(1, "ab"), (None, "a")])
def test_who_may_be_reached_instead_is_an_ancestor(limit, expected):
    def clock(builder, units):
        builder.signal("test", limit=limit)
        builder.schedule("calendar", every=10.0, emits="test")
        for name in "ab":
            units[name].on("test", "down", "up")

    assert felt_by(built(clock)) == expected


# ---------------------------------------------------------------------- part processes


def test_a_part_has_what_it_needs_and_nothing_else():
    def told(builder, units):
        heard, unheard = builder.signal("heard"), builder.signal("unheard")
        for name, emitted in (("b", heard), ("c", unheard)):
            units[name].delay("bang", "up", LAW, go("down", emits=(emitted, unheard)))
        units["a"].on("heard", "up", "down")
        units["c"].on("unheard", "up", "down")
        builder.constant("three", 3.0)
        builder.schedule("calendar", every=10.0, emits=(heard, unheard))
        builder.schedule("other", every=10.0, emits=unheard)

    part = part_process(built(told), ["a serves"], "a")
    assert [automaton.name for automaton in part.automata] == ["a", "b"]
    assert [node.name for node in part.nodes] == ["a serves.count", "a serves"]
    assert [(signal.name, signal.address) for signal in part.signals] == [("heard", ("a",))]
    assert [(one.name, one.emits) for one in part.schedules] == [("calendar", ("heard",))]
    bang = part.automata[1].delays[-1]
    assert bang.row.alternatives[0].emits == ("heard",)


def test_a_part_of_several_gates_is_measured_by_all_of_them():
    part = part_process(built(), ["a serves", "b serves"], "pair")
    (measure,) = part.measures
    assert (measure.name, measure.blame) == ("pair", None)
    assert parts_of(part, measure.gate) == (
        ("a serves", ("a serves",)),
        ("b serves", ("b serves",)),
    )


def test_a_part_is_the_same_whatever_else_there_is(tmp_path):
    models = [
        compile(load(MODELS / "uncertain.yaml")),
        variant(tmp_path, "uncertain", "replicas: 3", "replicas: 5"),
    ]
    web, db = (
        [part_process(one, dict(parts_of(one, "site serves"))[name], name) for one in models]
        for name in ("web", "db")
    )
    assert db[0].content_hash == db[1].content_hash
    assert web[0].content_hash != web[1].content_hash


# ------------------------------------------------------------------------------- lives


def lives(made, means):
    """What each automaton does in one replication."""
    _, _, (log,) = simulate(
        made, seed=7, replications=range(2, 3), log=True, keys=keys_of(made, means), **WINDOW
    )
    return tell(made, log)


def assert_lives_alone(whole, gates):
    """A part does step by step what it does in the whole; return how many it leaves out."""
    means = shortest_means([whole])
    try:
        together = lives(whole, means)
    except SolveError:
        return None
    part = part_process(whole, gates, "part")
    inside = {automaton.name for automaton in part.automata}
    alone = lives(part, means)
    assert alone == [entry for entry in together if entry[2] in inside]
    return len(whole.automata) - len(inside)


@pytest.mark.normal
@pytest.mark.parametrize("profile", PROFILES)
def test_a_part_of_a_random_process_lives_alone_as_in_the_whole(profile):
    left_out = Counter()
    base = PROFILES[profile]
    sparse = replace(base, automata=(4, 7), reaction=base.reaction // 2, pool=base.pool // 2)

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def prove(data):
        whole = data.draw(processes(sparse))
        gates = [node.name for node in whole.nodes if isinstance(node, Gate)]
        some = data.draw(st.lists(st.sampled_from(gates), min_size=1, max_size=2, unique=True))
        left_out[assert_lives_alone(whole, some)] += 1

    prove()
    assert left_out.total() - left_out[None] - left_out[0] >= 5, left_out
