"""Levels and gates as formulas. `node:up` stands for the number in phase `up` of `node`."""

from __future__ import annotations

from itertools import groupby
from typing import assert_never

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
from hasim.units import format_number

#: So many like terms or names are told as one; precedent: what fits a line.
MOST_TERMS = 6


def tell_node(node: Node) -> str:
    """The formula of a level, or the comparison of a gate and what it emits."""
    match node:
        case Count():
            return f"{node.name} = {_tell_count(node)}"
        case Total():
            terms = [(level, weight) for level, weight in node.terms]
            return f"{node.name} = {_tell_sum(terms, node.constant)}"
        case Steps():
            return f"{node.name} = {_tell_steps(node)}"
        case Minimum():
            return f"{node.name} = min({', '.join(node.levels)})"
        case Product():
            return f"{node.name} = {' × '.join(node.levels)}"
        case Quotient():
            otherwise = format_number(node.otherwise)
            return f"{node.name} = {node.dividend} / {node.divisor}, {otherwise} where that is 0"
        case Gate():
            emits = f"; on rising emits {', '.join(node.rises)}" if node.rises else ""
            emits += f"; on falling emits {', '.join(node.falls)}" if node.falls else ""
            threshold = format_number(node.threshold)
            return f"{node.name}: {node.level} {node.comparison} {threshold}{emits}"
        case _:
            assert_never(node)


def _tell_count(node: Count) -> str:
    """The sum, with long runs of terms of one weight and phase told as one."""
    told: list[tuple[str, float]] = []
    for (weight, _), run in groupby(node.terms, key=_kind_of_term):
        terms = [term for term, _ in run]
        if len(terms) > MOST_TERMS:
            first, second, last = (_tell_term(terms[idx]) for idx in (0, 1, -1))
            told.append((f"({first} + {second} + … + {last}, {len(terms):,} terms)", weight))
        else:
            told += [(_tell_term(term), weight) for term in terms]
    text = _tell_sum(told, node.constant)
    return text if node.unit == 1 else f"{format_number(node.unit)} × ({text})"


def _kind_of_term(item: tuple[Occupancy | Holds, int]) -> tuple[int, str]:
    term, weight = item
    return weight, "" if isinstance(term, Holds) else f"{term.phase} {term.token}"


def _tell_term(term: Occupancy | Holds) -> str:
    if isinstance(term, Holds):
        return f"[{term.gate}]"
    token = "" if term.token == "any" else f"({term.token})"
    return f"{term.automaton}:{term.phase}{token}"


def _tell_sum(terms: list[tuple[str, float]], constant: float) -> str:
    parts = [format_number(constant)] if constant or not terms else []
    for text, weight in terms:
        sign = "- " if weight < 0 else "+ " if parts else ""
        factor = "" if abs(weight) == 1 else f"{format_number(abs(weight))} × "
        parts.append(f"{sign}{factor}{text}")
    return " ".join(parts)


def _tell_steps(node: Steps) -> str:
    parts = [f"{format_number(node.values[0])}"]
    for threshold, value in zip(node.thresholds, node.values[1:], strict=True):
        parts.append(f"{format_number(value)} from {node.level} >= {format_number(threshold)}")
    return ", ".join(parts)
