"""Whether levels and gates are sound: what they read, their order, their numbers."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import assert_never, get_args

from hasim.errors import show_value
from hasim.process.inspection import Inspection, Key, is_finite
from hasim.process.levels import (
    Comparison,
    Count,
    Gate,
    Holds,
    Minimum,
    Node,
    Occupancy,
    Product,
    Quotient,
    Steps,
    Token,
    Total,
)

TOKENS = get_args(Token)
COMPARISONS = get_args(Comparison)

#: Each cycle costs a walk over the graph; what is left after so many is told as a wrong order.
MOST_CYCLES = 20


def check_nodes(inspection: Inspection) -> None:
    """Report what is wrong in each level and gate, and in their order."""
    nodes = inspection.process.nodes
    inspection.refuse_repeats(("nodes",), "node", (node.name for node in nodes))
    for node in nodes:
        _check_node(inspection, ("nodes", node.name), node)
    _check_order(inspection)


def names_read(node: Node) -> tuple[str, ...]:
    """The levels and gates that a node reads."""
    match node:
        case Count():
            return tuple(term.gate for term, _ in node.terms if isinstance(term, Holds))
        case Total():
            return tuple(level for level, _ in node.terms)
        case Steps() | Gate():
            return (node.level,)
        case Minimum() | Product():
            return node.levels
        case Quotient():
            return (node.dividend, node.divisor)
        case _:
            assert_never(node)


def _check_node(inspection: Inspection, key: Key, node: Node) -> None:
    match node:
        case Count():
            _check_count(inspection, key, node)
        case Total():
            _check_total(inspection, key, node)
        case Steps():
            _check_steps(inspection, key, node)
        case Minimum() | Product():
            if not node.levels:
                inspection.report((*key, "levels"), "no level to read", "at least one")
            for level in node.levels:
                inspection.refer_to_level((*key, "levels"), level)
        case Quotient():
            inspection.refer_to_level((*key, "dividend"), node.dividend)
            inspection.refer_to_level((*key, "divisor"), node.divisor)
            _check_number(inspection, (*key, "otherwise"), node.otherwise)
        case Gate():
            _check_gate(inspection, key, node)
        case _:
            assert_never(node)


def _check_count(inspection: Inspection, key: Key, node: Count) -> None:
    for term, weight in node.terms:
        match term:
            case Occupancy():
                _check_occupancy(inspection, (*key, "terms"), term)
            case Holds():
                inspection.refer_to_gate((*key, "terms"), term.gate)
            case _:
                assert_never(term)
        if type(weight) is not int:
            found = f"a weight of {show_value(weight)}"
            step = "put the common factor into `unit`, or add levels in a Total"
            inspection.report((*key, "terms"), found, "a whole number", step)
    if type(node.constant) is not int:
        found = f"a constant of {show_value(node.constant)}"
        inspection.report((*key, "constant"), found, "a whole number")
    _check_number(inspection, (*key, "unit"), node.unit)


def _check_occupancy(inspection: Inspection, key: Key, term: Occupancy) -> None:
    phase = inspection.refer_to_phase((*key, term.automaton), term.automaton, term.phase)
    if term.token == "any" or phase is None:
        return
    if term.token not in TOKENS:
        found = f"{show_value(term.token)} is none of the choices"
        inspection.report((*key, term.automaton), found, f"one of {', '.join(TOKENS)}")
    elif phase.pool is None:
        found = f"{term.token} for a token in {show_value(phase.name)}, which needs none"
        inspection.report((*key, term.automaton), found, "a phase with a pool", "write any")


def _check_total(inspection: Inspection, key: Key, node: Total) -> None:
    for level, weight in node.terms:
        inspection.refer_to_level((*key, "terms"), level)
        _check_number(inspection, (*key, "terms", level), weight)
    _check_number(inspection, (*key, "constant"), node.constant)


def _check_steps(inspection: Inspection, key: Key, node: Steps) -> None:
    inspection.refer_to_level((*key, "level"), node.level)
    if len(node.values) != len(node.thresholds) + 1:
        found = f"{len(node.values)} values for {len(node.thresholds)} thresholds"
        inspection.report((*key, "values"), found, "one value more than thresholds")
    for threshold in node.thresholds:
        _check_number(inspection, (*key, "thresholds"), threshold)
    for value in node.values:
        _check_number(inspection, (*key, "values"), value)
    for left, right in pairwise(node.thresholds):
        if is_finite(left) and is_finite(right) and left >= right:
            found = f"{show_value(right)} after {show_value(left)}"
            inspection.report((*key, "thresholds"), found, "thresholds that increase")


def _check_gate(inspection: Inspection, key: Key, node: Gate) -> None:
    inspection.refer_to_level((*key, "level"), node.level)
    _check_number(inspection, (*key, "threshold"), node.threshold)
    if node.comparison not in COMPARISONS:
        found = f"{show_value(node.comparison)} is none of the choices"
        inspection.report((*key, "comparison"), found, f"one of {' '.join(COMPARISONS)}")
    inspection.refer_to_signals((*key, "rises"), node.rises)
    inspection.refer_to_signals((*key, "falls"), node.falls)


def _check_number(inspection: Inspection, key: Key, value: object) -> None:
    if not is_finite(value):
        inspection.report(key, show_value(value), "a finite number")


def _check_order(inspection: Inspection) -> None:
    """Report each cycle by its names, and what else is read before its turn."""
    nodes = inspection.process.nodes
    places = {node.name: idx for idx, node in enumerate(nodes)}
    early = [
        (node.name, name)
        for idx, node in enumerate(nodes)
        for name in names_read(node)
        if places.get(name, -1) >= idx
    ]
    if not early:
        return
    in_a_cycle = _report_cycles(inspection, places)
    for reader, name in early:
        if not (reader in in_a_cycle and name in in_a_cycle):
            found = f"reads {show_value(name)}, which is listed later"
            step = f"list {show_value(name)} before it"
            inspection.report(("nodes", reader), found, "each node after all that it reads", step)


def _report_cycles(inspection: Inspection, places: dict[str, int]) -> set[str]:
    """Report cycles, taking the nodes of each away, until none is left; return those nodes."""
    reads = {
        node.name: [name for name in names_read(node) if name in places]
        for node in inspection.process.nodes
    }
    gone: set[str] = set()
    for _ in range(MOST_CYCLES):
        graph = {
            name: [read for read in targets if read not in gone]
            for name, targets in reads.items()
            if name not in gone
        }
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            cycle: list[str] = error.args[1]
        else:
            break
        # graphlib lists each before what reads it; told the other way round, arrows mean "reads".
        cycle = list(reversed(cycle))
        first = min(range(len(cycle) - 1), key=lambda idx: places[cycle[idx]])
        turned = [*cycle[first:-1], *cycle[: first + 1]]
        shown = " -> ".join(show_value(name) for name in turned)
        found = f"levels and gates read one another in a circle: {shown}"
        step = "let the feedback go through a phase or a speed"
        inspection.report(("nodes", turned[0]), found, next_step=step)
        gone.update(cycle)
    return gone
