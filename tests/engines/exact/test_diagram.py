"""The diagram against every combination, one after another, on random Processes."""

import random

import pytest

from hasim.engines.exact.diagram import Diagram
from hasim.errors import RefusedError
from hasim.laws import Exponential
from hasim.process import (
    Automaton,
    ByPhase,
    Charged,
    Count,
    Delay,
    FirstFailing,
    Gate,
    Holds,
    Label,
    Minimum,
    Occupancy,
    Outages,
    Phase,
    Process,
    ProcessBuilder,
    Product,
    Quotient,
    Ranked,
    Row,
    Steps,
    Total,
)
from hasim.process.automata import Alternative
from tests.engines.exact.brute_force import chances_of, changes_of
from tests.engines.exact.measuring import solve_all_parts

PHASES = ("up", "detect", "repair")
STAGES = ("detect", "repair", "crew")
CAUSES = ("x", "y", "z")


def make_automaton(rng, name):
    """An automaton of two or three phases that goes round, or anywhere."""
    phases = PHASES[: rng.choice([2, 3])]
    delays = []
    for place, phase in enumerate(phases):
        targets = {phases[(place + 1) % len(phases)], rng.choice(phases)}
        ways = tuple(Alternative(t, weight=rng.uniform(0.5, 2.0)) for t in sorted(targets))
        law = Exponential(rng.uniform(1.0, 20.0))
        delays.append(Delay(f"leave {phase}", (phase,), law, Row(ways), cause=rng.choice(CAUSES)))
    return Automaton(name, tuple(map(Phase, phases)), ((phases[0], 1.0),), tuple(delays))


def make_term(rng, automata, gates):
    if gates and rng.random() < 0.5:
        return Holds(rng.choice(gates))
    automaton = rng.choice(automata)
    return Occupancy(automaton.name, rng.choice(automaton.phases).name)


def make_level(rng, name, automata, levels, gates):
    kind = rng.choice(["count"] * 4 + ["total", "minimum", "product", "quotient", "steps"])
    if kind == "count" or not levels:
        terms = tuple(
            (make_term(rng, automata, gates), rng.choice([1, 1, 1, 2, -1]))
            for _ in range(rng.randint(1, 5))
        )
        return Count(name, terms, rng.choice([0, 0, 1]), rng.choice([1.0, 0.5]))
    some = tuple(rng.choice(levels) for _ in range(rng.randint(1, 3)))
    match kind:
        case "total":
            return Total(name, tuple((level, rng.uniform(-1, 1)) for level in some), 0.25)
        case "minimum":
            return Minimum(name, some)
        case "product":
            return Product(name, some)
        case "quotient":
            return Quotient(name, rng.choice(levels), rng.choice(levels), 3.0)
        case _:
            return Steps(name, some[0], (0.5, 1.5), (0.0, 0.7, 2.0))


def make_nodes(rng, automata):
    nodes, levels, gates = [], [], []
    for number in range(rng.randint(3, 8)):
        level = make_level(rng, f"level {number}", automata, levels, gates)
        comparison = rng.choice([">=", ">", "<=", "<", "=="])
        gate = Gate(f"gate {number}", level.name, comparison, rng.choice([0.0, 1.0, 1.0, 2.0]))
        nodes += [level, gate]
        levels.append(level.name)
        gates.append(gate.name)
    return tuple(nodes), gates


def make_blame(rng, automata, gates, depth):
    label = Label(rng.choice(STAGES), rng.choice(CAUSES))
    if depth == 0:
        return label

    def part():
        return make_blame(rng, automata, gates, depth - 1)

    match rng.choice(["label", "phase", "failing", "ranked", "charged"]):
        case "phase":
            automaton = rng.choice(automata)
            return ByPhase(automaton.name, tuple((p.name, part()) for p in automaton.phases))
        case "failing":
            cases = tuple((gate, part()) for gate in rng.sample(gates, 2))
            return FirstFailing(cases, rng.choice([None, label]))
        case "ranked":
            members = tuple((gate, part()) for gate in rng.sample(gates, min(3, len(gates))))
            return Ranked(members, rng.randint(1, len(members)), STAGES)
        case "charged":
            automaton = rng.choice(automata)
            causes = ((automaton.phases[1].name, rng.choice(CAUSES)),)
            return Charged(part(), rng.choice([None, "crew"]), automaton.name, causes)
        case _:
            return label


def make_process(seed):
    """Independent automata, levels and gates of every kind, and a blame."""
    rng = random.Random(seed)
    automata = tuple(make_automaton(rng, f"a{i}") for i in range(rng.randint(2, 5)))
    nodes, gates = make_nodes(rng, automata)
    blame = make_blame(rng, automata, gates, 3)
    return Process("random", automata, nodes, measures=(Outages("down", gates[-1], blame),))


@pytest.mark.parametrize("seed", range(40))
def test_every_reading_has_the_chance_of_its_combinations(seed):
    process = make_process(seed)
    parts = solve_all_parts(process)
    gate, blame = process.nodes[-1], process.measures[0].blame
    diagram = Diagram(process, parts, [gate, blame])

    def read(snapshot):
        return bool(snapshot.value(gate.name)), snapshot.label(blame)

    expected = {k: v for k, v in chances_of(process, parts, read).items() if v > 0.0}
    found = dict(zip(diagram.readings, diagram.chances.tolist(), strict=True))
    assert {k: v for k, v in found.items() if v > 0.0} == pytest.approx(expected, rel=1e-12, abs=0)


@pytest.mark.parametrize("seed", range(40))
def test_every_change_is_as_frequent_as_in_its_combinations(seed):
    process = make_process(seed)
    parts = solve_all_parts(process)
    gate, blame = process.nodes[-1], process.measures[0].blame
    diagram = Diagram(process, parts, [gate, blame])

    def read(snapshot):
        return bool(snapshot.value(gate.name)), snapshot.label(blame)

    found = {
        (diagram.readings[before], diagram.readings[after], *move): rate
        for (before, after), moves in diagram.changes().items()
        for move, rate in moves.items()
    }
    assert found == pytest.approx(changes_of(process, parts, read), rel=1e-12, abs=0)


@pytest.mark.parametrize("seed", range(20))
def test_the_levels_have_the_chances_of_their_combinations(seed):
    process = make_process(seed)
    parts = solve_all_parts(process)
    for node in process.nodes:
        diagram = Diagram(process, parts, [node])
        expected = chances_of(process, parts, lambda snap, name=node.name: (snap.value(name),))
        found = dict(zip(diagram.readings, diagram.chances.tolist(), strict=True))
        assert found == pytest.approx(expected, rel=1e-12, abs=0)


def test_a_gate_that_reads_nothing_has_one_reading():
    builder = ProcessBuilder("still")
    builder.unit("a", fails=Exponential(1.0), repair=Exponential(1.0))
    builder.constant("one", 1.0)
    process = builder.build()
    diagram = Diagram(process, solve_all_parts(process), [process.nodes[0]])
    assert (diagram.readings, diagram.chances.tolist()) == ([(1.0,)], [1.0])
    assert diagram.changes() == {}


def test_k_of_n_needs_no_more_memories_than_counts_that_matter():
    builder = ProcessBuilder("many")
    units = builder.units("u", 60, fails=Exponential(100.0), repair=Exponential(1.0))
    builder.at_least("gate", 58, [unit["up"] for unit in units])
    process = builder.build()
    diagram = Diagram(process, solve_all_parts(process), [process.nodes[-1]])
    assert diagram.size <= 60 * 5


def test_too_many_combinations_are_refused(monkeypatch):
    monkeypatch.setattr("hasim.engines.exact.diagram.MOST_EDGES", 50)
    builder = ProcessBuilder("many")
    units = builder.units("u", 20, fails=Exponential(100.0), repair=Exponential(1.0))
    builder.count("level", [unit["up"] for unit in units])
    process = builder.build()
    with pytest.raises(RefusedError, match="more than 50 ways"):
        Diagram(process, solve_all_parts(process), [process.nodes[-1]])
