"""Needs in words, and the names of the automata that stand behind some of them.

Theory of operation
-------------------
A need is a condition; equal needs meet under one name, their text. A need with a `failover` or with
`tolerates` has a state of its own for each that has it: two racks change over to the generator one
by one. So its text is the title of its automaton, ``rack-1 changeover`` or ``rack-1 tolerance``,
numbered where something has several.

Rules of this file
------------------
1. It reads the System only. Needs are told apart by identity: what has them is no part of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, assert_never

from hasim.system import Need, NeedAll, NeedAny, NeedAtLeast, NeedCells, NeedName, System
from hasim.topology import needing


class Titles(NamedTuple):
    """The automata of a need: of its changeover and of its tolerance."""

    changeover: str | None
    tolerance: str | None


def titles_of(system: System) -> Mapping[int, Titles]:
    """The automata of each need that has any, by the identity of the need."""
    titles: dict[int, Titles] = {}
    for name, owner in needing(system):
        changeovers, tolerances = _numbered(f"{name} changeover"), _numbered(f"{name} tolerance")
        for need in _walk(owner.needs):
            changes = isinstance(need, NeedAny) and need.failover is not None
            if changes or need.tolerates is not None:
                titles[id(need)] = Titles(
                    next(changeovers) if changes else None,
                    None if need.tolerates is None else next(tolerances),
                )
    return titles


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name} {number}"
        number += 1


def _walk(needs: Iterable[Need]) -> Iterator[Need]:
    """Needs at every depth."""
    for need in needs:
        yield need
        if not isinstance(need, NeedName):
            yield from _walk(need.needs)


def parts_of(need: Need) -> tuple[Need, ...]:
    """The needs that a need is made of; none for a name."""
    return () if isinstance(need, NeedName) else need.needs


def tolerated_needs(needs: Iterable[Need]) -> Iterator[Need]:
    """The needs, at every depth, without which something serves on for a time and then stops."""
    for need in needs:
        if need.fails_open:
            continue
        if need.tolerates is not None:
            yield need
        yield from tolerated_needs(parts_of(need))


def need_text(titles: Mapping[int, Titles], need: Need) -> str:
    """A need in words, the same for needs that mean the same."""
    if need.tolerates is not None:
        return titles[id(need)].tolerance or ""
    return present_text(titles, need) + (", failing open" if need.fails_open else "")


def present_text(titles: Mapping[int, Titles], need: Need) -> str:
    """A need in words as it is now, whatever is tolerated."""
    match need:
        case NeedName(by=str(balancer)):
            return f"{need.name} behind {balancer}"
        case NeedName():
            return need.name if need.at_least is None else f"{need.at_least} of {need.name}"
        case NeedAny(failover=None):
            return f"any of ({_texts(titles, need.needs)})"
        case NeedAny():
            return titles[id(need)].changeover or ""
        case NeedAll():
            return f"all of ({_texts(titles, need.needs)})"
        case NeedAtLeast():
            return f"{need.at_least} of ({_texts(titles, need.needs)})"
        case NeedCells():
            return f"{need.at_least} of the cells ({_texts(titles, need.needs)})"
        case _:
            assert_never(need)


def _texts(titles: Mapping[int, Titles], needs: Iterable[Need]) -> str:
    return ", ".join(need_text(titles, inner) for inner in needs)
