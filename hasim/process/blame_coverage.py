"""Whether a blame has an answer for every phase in which it can be asked.

Theory of operation: a `ByPhase` is asked while some gate does not hold. Where that gate reads
nothing but the same automaton, it is plain in which phases that is, and each must be among the
cases. What other gates leave possible is not plain from the tables and is not looked for: where no
case answers, engines charge the downtime to no stage and no cause (docs/semantics.md, 26).

Rules of this file: it reads a Process whose references are sound, and costs each node one
evaluation for each phase of the one automaton that it reads.
"""

from __future__ import annotations

import math
from collections import ChainMap
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, assert_never

from hasim.errors import show_value
from hasim.process.comparisons import COMPARE
from hasim.process.inspection import Inspection, Key, Members
from hasim.process.levels import (
    Count,
    Gate,
    Holds,
    Minimum,
    Node,
    Occupancy,
    Product,
    Quotient,
    Steps,
    Total,
)
from hasim.process.measures import Blame, ByPhase, Charged, FirstFailing, Label, Outages, Ranked
from hasim.process.node_checks import names_read

#: Stands for "more than one automaton" where the name of the only one is asked; no name is empty.
SEVERAL = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an automaton is: its phase, and what it has of the token that the phase may need."""

    phase: str
    token: Literal["none", "waiting", "holding"]


Values = MutableMapping[str, float]
Situation = tuple[Standing, Values]


def check_coverage(inspection: Inspection) -> None:
    """Report phases in which a blame can be asked and has no answer."""
    readers = _find_only_automaton(inspection)
    nodes_of: dict[str | None, list[Node]] = {}
    for node in inspection.process.nodes:
        nodes_of.setdefault(readers[node.name], []).append(node)
    constants = _evaluate(nodes_of.get(None, []), Standing("", "none"), {})

    @cache
    def situations_of(automaton: str) -> list[Situation]:
        standings = _standings(inspection.automata[automaton])
        return [(one, _evaluate(nodes_of[automaton], one, constants)) for one in standings]

    for measure in inspection.process.measures:
        if not isinstance(measure, Outages) or measure.blame is None:
            continue
        key: Key = ("measures", measure.name, "blame")
        for gate, table in _tables_asked(measure.gate, measure.blame, readers):
            _check_table(inspection, key, gate, table, situations_of(table.automaton))


def _find_only_automaton(inspection: Inspection) -> dict[str, str | None]:
    """For each node the one automaton that it reads, None for none, `SEVERAL` for more."""
    only: dict[str, str | None] = {}
    for node in inspection.process.nodes:
        found = {only[name] for name in names_read(node)}
        if isinstance(node, Count):
            found.update(term.automaton for term, _ in node.terms if isinstance(term, Occupancy))
        found.discard(None)
        only[node.name] = (found.pop() if len(found) == 1 else SEVERAL) if found else None
    return only


def _tables_asked(
    gate: str, blame: Blame, readers: dict[str, str | None]
) -> Iterator[tuple[str, ByPhase]]:
    """Yield each `ByPhase` whose gate reads its automaton alone, with that gate."""
    asked: set[tuple[str, int]] = set()
    stack: list[tuple[str, Blame]] = [(gate, blame)]
    while stack:
        name, table = stack.pop()
        if (name, id(table)) in asked:
            continue
        asked.add((name, id(table)))
        match table:
            case ByPhase():
                if readers[name] == table.automaton:
                    yield name, table
            case FirstFailing():
                stack.extend(_cases_asked_freely(table, readers))
            case Ranked():
                stack.extend(table.members)
            case Charged():
                stack.append((name, table.blame))
            case Label():
                continue
            case _:
                assert_never(table)


def _cases_asked_freely(
    table: FirstFailing, readers: dict[str, str | None]
) -> Iterator[tuple[str, Blame]]:
    """Yield the cases that no earlier case can keep from being asked."""
    before: set[str | None] = set()
    for gate, part in table.cases:
        if SEVERAL in before:
            return
        if readers[gate] not in before:
            yield gate, part
        before.add(readers[gate])


def _check_table(
    inspection: Inspection,
    key: Key,
    gate: str,
    table: ByPhase,
    situations: list[Situation],
) -> None:
    cases = {phase for phase, _ in table.cases}
    waiting = cases.union(phase for phase, _ in table.waiting)
    for standing, values in situations:
        answered = waiting if standing.token == "waiting" else cases
        if standing.phase in answered or values[gate]:
            continue
        found = f"{show_value(gate)} fails in {show_value(standing.phase)}, which has no case"
        expected = "a case for every phase in which it can be asked"
        inspection.report((*key, table.automaton), found, expected, "add a case")


def _standings(members: Members) -> Iterator[Standing]:
    """Every way in which an automaton can stand, leaving out phases that nothing leads to."""
    automaton = members.automaton
    rows = [delay.row for delay in automaton.delays]
    rows += [reaction.row for reaction in automaton.reactions]
    rows += [phase.immediate for phase in automaton.phases if phase.immediate is not None]
    entered = {alternative.target for row in rows for alternative in row.alternatives}
    entered.update(phase for phase, _ in automaton.start)
    for phase in automaton.phases:
        if phase.name not in entered:
            continue
        if phase.pool is None:
            yield Standing(phase.name, "none")
        else:
            yield Standing(phase.name, "waiting")
            yield Standing(phase.name, "holding")


def _evaluate(nodes: list[Node], standing: Standing, constants: Values) -> Values:
    """The values of nodes that read one automaton alone, each listed after all that it reads."""
    own: dict[str, float] = {}
    values = ChainMap(own, constants)
    for node in nodes:
        own[node.name] = _value_of(node, values, standing)
    return values


def _value_of(node: Node, values: Values, standing: Standing) -> float:
    match node:
        case Count():
            total = sum(weight * _term(term, values, standing) for term, weight in node.terms)
            return node.unit * (node.constant + total)
        case Total():
            return node.constant + sum(weight * values[level] for level, weight in node.terms)
        case Steps():
            passed = sum(values[node.level] >= threshold for threshold in node.thresholds)
            return node.values[passed]
        case Minimum():
            return min(values[level] for level in node.levels)
        case Product():
            return math.prod(values[level] for level in node.levels)
        case Quotient():
            divisor = values[node.divisor]
            return values[node.dividend] / divisor if divisor else node.otherwise
        case Gate():
            return COMPARE[node.comparison](values[node.level], node.threshold)
        case _:
            assert_never(node)


def _term(term: Occupancy | Holds, values: Values, standing: Standing) -> float:
    match term:
        case Holds():
            return values[term.gate]
        case Occupancy():
            return term.phase == standing.phase and term.token in ("any", standing.token)
        case _:
            assert_never(term)
