"""A state on its way through a settlement, and the ways that a row can go in it.

Rules of this file: numbers in comments are those of docs/semantics.md. A `Situation` belongs to who
made it; who needs two of it copies it first.
"""

from __future__ import annotations

from typing import NamedTuple

from hasim.engines.exact.exploring.layout import Way, Ways
from hasim.engines.exact.exploring.local_states import LocalStates


class Move(NamedTuple):
    """How one automaton goes on: the local state that it comes to, and the signals it emits."""

    place: int
    after: int
    emits: tuple[int, ...]


Moves = tuple[Move, ...]


class Situation:
    """A state on its way through a settlement.

    Attributes
    ----------
    cells : list of int
        See layout.py.
    free : list of int
        Tokens of each pool that nobody holds.
    values, sums : list
        Of nodes and of counts.
    signals : tuple of (int, int)
        The queue: signal, and the automaton whose row emitted it or -1.
    entered : frozenset of int
        Automata that entered a phase in this instant, where that matters.
    last : int
        Automaton that moved last.
    touched : frozenset of int, or None
        Automata that changed in this instant; None at the start, when all is new.
    changed : frozenset of int
        Nodes that changed in this instant.
    """

    __slots__ = (
        "cells",
        "changed",
        "entered",
        "free",
        "last",
        "signals",
        "sums",
        "touched",
        "values",
    )

    def __init__(
        self, cells: list[int], free: list[int], values: list[float], sums: list[int]
    ) -> None:
        self.cells = cells
        self.free = free
        self.values = values
        self.sums = sums
        self.signals: tuple[tuple[int, int], ...] = ()
        self.entered: frozenset[int] = frozenset()
        self.last = 0
        self.touched: frozenset[int] | None = frozenset()
        self.changed: frozenset[int] = frozenset()

    def copy(self) -> Situation:
        """A situation of its own."""
        copied = Situation(self.cells[:], self.free[:], self.values[:], self.sums[:])
        copied.signals, copied.entered = self.signals, self.entered
        copied.touched, copied.changed = self.touched, self.changed
        return copied

    def touch(self, places: frozenset[int]) -> None:
        """Note that some automata changed."""
        if self.touched is not None:
            self.touched |= places

    def may_differ(self, place: int, nodes: frozenset[int] = frozenset()) -> bool:
        """Whether an automaton, or a node of some, is not as it was before this instant."""
        touched = self.touched
        return touched is None or place in touched or not self.changed.isdisjoint(nodes)

    def with_cells(self, cells: list[int]) -> Situation:
        """A settled situation with other cells and the same values, which both share."""
        return Situation(cells, self.free, self.values, self.sums)


Outcomes = list[tuple[float, Situation]]


def eligible(ways: Ways, values: list[float]) -> list[tuple[float, Way]]:
    """Alternatives that are eligible (8), each with its share of the weight (9)."""
    options = []
    total = 0.0
    for way in ways:
        if (way.guard >= 0 and not values[way.guard]) or (way.unless >= 0 and values[way.unless]):
            continue
        weight = way.weight if way.level < 0 else values[way.level]
        if weight > 0.0:
            options.append((weight, way))
            total += weight
    if len(options) == 1:
        return [(1.0, options[0][1])]
    return [(weight / total, way) for weight, way in options]


def make_move(own: LocalStates, situation: Situation, place: int, source: int, way: Way) -> Move:
    """The move of an automaton, with its own local states, from a phase by an alternative."""
    after = own.moved(situation.cells[place], source, way.target, way.resets)
    return Move(place, after, way.emits)
