"""Walking a blame: its parts, and each of its tables once.

Theory of operation: the blame of a service holds that of what it needs, so tables are shared and
may be nested as deep as needs are. Walks here keep their own stack and visit a shared table once,
so neither the depth nor the number of ways to a table matters.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from hasim.process.measures import Blame, ByPhase, Charged, FirstFailing, Label, Ranked


def parts_of(blame: Blame) -> list[tuple[str, Blame]]:
    """The tables that a table leads to, each with the words that say when."""
    match blame:
        case Label():
            return []
        case ByPhase():
            waiting = [(f"waiting.{phase}", part) for phase, part in blame.waiting]
            return waiting + [(f"cases.{phase}", part) for phase, part in blame.cases]
        case FirstFailing():
            cases = [(f"cases.{gate}", part) for gate, part in blame.cases]
            return cases if blame.otherwise is None else [*cases, ("otherwise", blame.otherwise)]
        case Ranked():
            return [(f"members.{gate}", part) for gate, part in blame.members]
        case Charged():
            return [("blame", blame.blame)]
        case _:
            assert_never(blame)


def walk_inside_out(blame: Blame) -> Iterator[Blame]:
    """Yield each table of a blame once, parts before what they are part of."""
    done: set[int] = set()
    stack: list[tuple[Blame, bool]] = [(blame, False)]
    while stack:
        table, parts_are_done = stack.pop()
        if parts_are_done:
            yield table
        elif id(table) not in done:
            done.add(id(table))
            stack.append((table, True))
            stack.extend((part, False) for _, part in reversed(parts_of(table)))
