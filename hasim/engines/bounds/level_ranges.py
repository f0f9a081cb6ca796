"""Between which values each level and gate always is, whatever the state."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import assert_never

from hasim.process import (
    Count,
    Gate,
    Holds,
    Minimum,
    Node,
    Occupancy,
    Process,
    Product,
    Quotient,
    Steps,
    Total,
)
from hasim.process.comparisons import COMPARE

Range = tuple[float, float]


def find_ranges(process: Process) -> dict[str, Range]:
    """Return a least and a greatest value of each node, by interval arithmetic.

    They need not be met: two inputs that are never extreme together are taken as if they were. A
    quotient whose divisor can be near 0 has no limit.
    """
    found: dict[str, Range] = {}
    for node in process.nodes:
        found[node.name] = _range(process, node, found)
    return found


def _range(process: Process, node: Node, known: Mapping[str, Range]) -> Range:
    match node:
        case Count():
            return _count(process, node, known)
        case Total():
            parts = [_times((weight, weight), known[name]) for name, weight in node.terms]
            return _sum(node.constant, parts)
        case Minimum():
            return min(known[n][0] for n in node.levels), min(known[n][1] for n in node.levels)
        case Product():
            product = (1.0, 1.0)
            for name in node.levels:
                product = _times(product, known[name])
            return product
        case Quotient():
            return _quotient(node, known[node.dividend], known[node.divisor])
        case Steps():
            first, last = (sum(x >= t for t in node.thresholds) for x in known[node.level])
            values = node.values[first : last + 1]
            return min(values), max(values)
        case Gate():
            return _gate(node, *known[node.level])
        case _:
            assert_never(node)


def _count(process: Process, node: Count, known: Mapping[str, Range]) -> Range:
    """Each automaton is in one phase, each member of a population too."""
    parts = [
        _times((float(weight), float(weight)), known[term.gate])
        for term, weight in node.terms
        if isinstance(term, Holds)
    ]
    for automaton in process.automata:
        own = [
            (term, weight)
            for term, weight in node.terms
            if isinstance(term, Occupancy) and term.automaton == automaton.name
        ]
        if own:
            of_phases = [_in_phase(phase.name, own) for phase in automaton.phases]
            members = automaton.count or 1
            least, most = min(low for low, _ in of_phases), max(high for _, high in of_phases)
            parts.append((members * least, members * most))
    return _times((node.unit, node.unit), _sum(float(node.constant), parts))


def _in_phase(phase: str, terms: list[tuple[Occupancy, int]]) -> Range:
    """What the terms of one automaton add in a phase, whether it has its token or not."""
    here = [(term.token, weight) for term, weight in terms if term.phase == phase]
    sure = sum(weight for token, weight in here if token == "any")
    perhaps = [weight for token, weight in here if token != "any"]
    return sure + sum(w for w in perhaps if w < 0), sure + sum(w for w in perhaps if w > 0)


def _gate(node: Gate, low: float, high: float) -> Range:
    compare = COMPARE[node.comparison]
    if node.comparison == "==":
        if low == high:
            return (float(low == node.threshold),) * 2
        return 0.0, float(low <= node.threshold <= high)
    ends = float(compare(low, node.threshold)), float(compare(high, node.threshold))
    return min(ends), max(ends)


def _quotient(node: Quotient, dividend: Range, divisor: Range) -> Range:
    if divisor == (0.0, 0.0):
        return node.otherwise, node.otherwise
    if divisor[0] > 0.0 or divisor[1] < 0.0:
        return _times(dividend, (1.0 / divisor[1], 1.0 / divisor[0]))
    return -math.inf, math.inf


def _times(one: Range, other: Range) -> Range:
    products = [0.0 if 0.0 in (x, y) else x * y for x in one for y in other]
    return min(products), max(products)


def _sum(constant: float, parts: list[Range]) -> Range:
    return constant + sum(low for low, _ in parts), constant + sum(high for _, high in parts)
