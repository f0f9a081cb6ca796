"""A tree of gates against the diagram of the same, which is held against every combination."""

import itertools
import math
import random

import pytest

from hasim.engines.exact.diagram import Diagram
from hasim.engines.exact.gate_tree import GateTree, grow_tree
from hasim.engines.exact.thresholds import decide_all
from hasim.laws import Exponential
from hasim.process import Count, Gate, Holds, Occupancy, Process, ProcessBuilder
from tests.engines.exact.measuring import solve_all_parts
from tests.engines.exact.test_diagram import make_automaton

#: Gates over counts of equal weights, told by how many of n inputs there are.
COMPARISONS = (">=", ">", "<=", "<", "==")


def make_tree(seed):
    """Random gates over random automata, each read once, up to a last gate over all."""
    rng = random.Random(seed)
    automata = tuple(make_automaton(rng, f"a{i}") for i in range(rng.randint(2, 9)))
    open_terms = [Occupancy(a.name, rng.choice(a.phases).name) for a in automata]
    rng.shuffle(open_terms)
    nodes = []
    while len(open_terms) > 1 or not nodes:
        taken = min(len(open_terms), rng.randint(1, 4))
        some, open_terms = open_terms[:taken], open_terms[taken:]
        weight, unit = rng.choice([1, 1, 2, -1]), rng.choice([1.0, 0.5])
        name = f"gate {len(nodes) // 2}"
        level = Count(f"{name}.count", tuple((t, weight) for t in some), rng.choice([0, 1]), unit)
        between = unit * (level.constant + weight * (rng.randrange(taken) + 0.5))
        comparison = rng.choice(COMPARISONS[:4])
        if rng.random() < 0.2:
            comparison, between = "==", unit * (level.constant + weight * rng.choice([0, taken]))
        nodes += [level, Gate(name, level.name, comparison, between)]
        open_terms.append(Holds(name))
    return Process("tree", automata, tuple(nodes))


@pytest.mark.parametrize("seed", range(60))
def test_a_tree_says_what_the_diagram_says(seed):
    process = make_tree(seed)
    parts, goal = solve_all_parts(process), process.nodes[-1]
    tree, diagram = grow_tree(process, parts, goal), Diagram(process, parts, [goal])
    assert isinstance(tree, GateTree)
    expected = dict(zip(diagram.readings, diagram.chances.tolist(), strict=True))
    found = dict(zip(tree.readings, tree.chances.tolist(), strict=True))
    assert found == pytest.approx(expected, rel=1e-13, abs=0)
    assert by_reading(tree) == pytest.approx(by_reading(diagram), rel=1e-13, abs=0)


def by_reading(combination):
    return {
        (combination.readings[before], combination.readings[after], *move): rate
        for (before, after), moves in combination.changes().items()
        for move, rate in moves.items()
    }


def build(add_gates):
    builder = ProcessBuilder("read")
    units = builder.units("u", 3, fails=Exponential(9.0), repair=Exponential(1.0))
    add_gates(builder, [unit["up"] for unit in units])
    builder.outages("service", "goal")
    return builder.build()


def read_a_module_twice(builder, up):
    builder.all_of("one", up[0], up[1])
    builder.any_of("goal", "one", up[0])


def read_a_gate_twice(builder, up):
    builder.all_of("one", up[0], up[1])
    builder.all_of("two", "one", up[2])
    builder.any_of("goal", "one", "two")


def weigh_differently(builder, up):
    builder.at_least("goal", 2, {up[0]: 2, up[1]: 1})


def compare_a_total(builder, up):
    builder.count("level", up)
    builder.total("total", {"level": 0.5})
    builder.gate("goal", "total", ">=", 1)


def hold_in_the_middle(builder, up):
    builder.count("level", up)
    builder.gate("goal", "level", "==", 1)


def hold_always(builder, up):
    builder.at_least("goal", 0, up)


def count_a_population(builder, up):
    some = builder.automaton("some", "up", "down", count=2)
    some.delay("failure", "up", Exponential(9.0), "down")
    some.delay("repair", "down", Exponential(1.0), "up")
    builder.at_least("goal", 1, [some["up"]])


@pytest.mark.parametrize(
    "add_gates",
    [
        read_a_module_twice,
        read_a_gate_twice,
        weigh_differently,
        compare_a_total,
        hold_in_the_middle,
        hold_always,
        count_a_population,
    ],
)
def test_what_is_no_tree_is_left_to_the_diagram(add_gates):
    process = build(add_gates)
    assert grow_tree(process, solve_all_parts(process), process.nodes[-1]) is None


def test_a_long_chain_of_gates_needs_no_deep_recursion():
    builder = ProcessBuilder("chain")
    units = builder.units("u", 3000, fails=Exponential(1e6), repair=Exponential(1.0))
    above = builder.any_of("gate.0", units[0]["up"])
    for number, unit in enumerate(units[1:], start=1):
        above = builder.all_of(f"gate.{number}", above, unit["up"])
    process = builder.build()
    tree = grow_tree(process, solve_all_parts(process), process.nodes[-1])
    up = math.exp(-3000 * math.log1p(1e-6))
    assert tree.chances[0] == pytest.approx(up, rel=1e-12, abs=0)


# ---------------------------------------------------------------------------- enough of some


@pytest.fixture(params=["one after another", "in rounds"])
def decided(request, monkeypatch):
    """`decide_all`, made to go either way."""
    few = math.inf if request.param == "one after another" else 0
    monkeypatch.setattr("hasim.engines.exact.thresholds._FEW", few)
    return lambda hits, threshold: decide_all(hits, [[1.0 - p for p in h] for h in hits], threshold)


@pytest.mark.parametrize(("n", "threshold"), [(1, 1), (4, 1), (4, 4), (5, 2), (7, 4), (7, 6)])
def test_decisions_are_sums_over_all_combinations(decided, n, threshold):
    rng = random.Random(n * 10 + threshold)
    hits = [[rng.uniform(0.01, 0.99) for _ in range(n)] for _ in range(3)]
    for row, found in zip(hits, decided(hits, threshold), strict=True):
        enough = math.fsum(chance_of(row, count) for count in range(threshold, n + 1))
        too_few = math.fsum(chance_of(row, count) for count in range(threshold))
        assert found.enough == pytest.approx(enough, rel=1e-13, abs=0)
        assert found.too_few == pytest.approx(too_few, rel=1e-13, abs=0)
        others = [row[:place] + row[place + 1 :] for place in range(n)]
        expected = [chance_of(some, threshold - 1) for some in others]
        assert found.decides == pytest.approx(expected, rel=1e-13, abs=0)


def chance_of(hits, count):
    return math.fsum(
        math.prod(p if one else 1 - p for p, one in zip(hits, ones, strict=True))
        for ones in itertools.product((0, 1), repeat=len(hits))
        if sum(ones) == count
    )


def test_six_hundred_of_a_thousand_alike_are_binomial(decided):
    """Against exact whole numbers: hits of 1 in 4."""
    (found,) = decided([[0.25] * 1000], 600)
    terms = [math.comb(1000, k) * 3 ** (1000 - k) for k in range(600, 1001)]
    assert found.enough == pytest.approx(sum(terms) / 4**1000, rel=1e-11, abs=0)
    decides = math.comb(999, 599) * 3**400 / 4**999
    assert found.decides[17] == pytest.approx(decides, rel=1e-11, abs=0)


def test_a_probability_of_1e_200_has_its_digits(decided):
    miss = 2.0**-33
    (found,) = decided([[1.0 - miss] * 20], 1)
    assert found.too_few == pytest.approx(miss**20, rel=1e-13, abs=0)
