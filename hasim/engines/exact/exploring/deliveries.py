"""Whom a signal reaches, and how those that it reaches move together.

Rules of this file: numbers in comments are those of docs/semantics.md. Nothing is carried out here.
"""

from __future__ import annotations

from itertools import combinations
from math import comb

from hasim.engines.exact.exploring.layout import Layout, Reached, Sequence, Way
from hasim.engines.exact.exploring.situation import Move, Moves, Situation, eligible, make_move


class Deliveries:
    """Deliveries of signals in one Process.

    Parameters
    ----------
    layout : Layout
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._locals = layout.locals_of
        self._signals = layout.process.signals

    def deliver(self, situation: Situation) -> list[tuple[float, Moves]]:
        """Take the oldest signal; the ways in which those that it reaches move together (14)."""
        signal, emitter = situation.signals[0]
        situation.signals = situation.signals[1:]
        choices = {}
        for reached in self._layout.reached[signal]:
            if reached.place != emitter:
                ways = self._reaction(situation, reached)
                if ways:
                    choices[reached.place] = ways
        if not choices:
            return []
        return [
            (share * product, moves)
            for share, places in self._select(situation, signal, tuple(choices))
            for product, moves in _combine([choices[place] for place in places])
        ]

    def _select(
        self, situation: Situation, signal: int, reached: Sequence
    ) -> list[tuple[float, Sequence]]:
        """Those of the reached that a limit leaves, with probabilities (14)."""
        limit, choose = self._signals[signal].limit, self._signals[signal].choose
        if limit is None or len(reached) <= limit:
            return [(1.0, reached)]
        if choose == "order":
            return [(1.0, reached[:limit])]
        if choose == "longest":
            rank = self._ranks(situation, signal)
            longest = sorted(reached, key=lambda place: rank.get(place, len(rank) + place))
            return [(1.0, tuple(sorted(longest[:limit])))]
        share = 1.0 / comb(len(reached), limit)
        return [(share, some) for some in combinations(reached, limit)]

    def _ranks(self, situation: Situation, signal: int) -> dict[int, int]:
        """Rank by entry of those that entered before this instant."""
        (cell,) = (one.cell for one in self._layout.entries if one.signal == signal)
        order = self._layout.sequences.known[situation.cells[cell]]
        earlier = (place for place in order if place not in situation.entered)
        return {place: rank for rank, place in enumerate(earlier)}

    def _reaction(self, situation: Situation, reached: Reached) -> list[tuple[float, Move]]:
        """What a signal makes of an automaton or a population; empty if nothing."""
        place, number = reached.place, situation.cells[reached.place]
        content = self._locals[place].contents[number]
        if content.counts:
            return self._reaction_of_many(situation, reached)
        ways = reached.rows.get(content.phase)
        options = eligible(ways, situation.values) if ways else []
        return [
            (p, make_move(self._locals[place], situation, place, content.phase, way))
            for p, way in options
        ]

    def _reaction_of_many(self, situation: Situation, reached: Reached) -> list[tuple[float, Move]]:
        """Each member of a population chooses, phase by phase (22); equal results are one."""
        place, number = reached.place, situation.cells[reached.place]
        own = self._locals[place]
        found: dict[tuple[int, tuple[int, ...]], float] = {(number, ()): 1.0}
        nobody = True
        for phase, members in enumerate(own.contents[number].counts):
            ways = reached.rows.get(phase)
            options = eligible(ways, situation.values) if ways and members else []
            nobody = nobody and not options
            for _ in range(members if options else 0):
                found = self._move_member(place, phase, found, options)
        return [] if nobody else [(p, Move(place, *result)) for result, p in found.items()]

    def _move_member(
        self,
        place: int,
        phase: int,
        found: dict[tuple[int, tuple[int, ...]], float],
        options: list[tuple[float, Way]],
    ) -> dict[tuple[int, tuple[int, ...]], float]:
        moved: dict[tuple[int, tuple[int, ...]], float] = {}
        for (number, emits), share in found.items():
            for p, way in options:
                after = self._locals[place].moved(number, phase, way.target, ())
                result = (after, emits + way.emits)
                moved[result] = moved.get(result, 0.0) + share * p
        return moved


def _combine(choices: list[list[tuple[float, Move]]]) -> list[tuple[float, Moves]]:
    """All ways in which several choose independently."""
    ways: list[tuple[float, Moves]] = [(1.0, ())]
    for options in choices:
        ways = [(share * p, (*moves, move)) for share, moves in ways for p, move in options]
    return ways
