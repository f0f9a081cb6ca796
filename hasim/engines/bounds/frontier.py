"""The most probable states of a Process, found before the others.

Theory of operation: a state that is known but not yet gone through waits with a *score*, a rough
estimate of its share of time: what the best way to it brings in, over what leads out of it. The
one with the highest score is next. The score decides only what is known, never what is said.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from hasim.engines.exact.exploring.layout import Layout
from hasim.engines.exact.exploring.situation import Situation
from hasim.engines.exact.statespace import Exploration, StateSpace

#: After so many known states no more are looked for; each takes some 2 kB.
MOST_KNOWN = 300_000


class Frontier:
    """A growing set of states that have been gone through, and those next to them.

    Parameters
    ----------
    layout : Layout
    classes : iterable of sequence of str
        Interchangeable automata; of states that differ only in which is which, one is kept.
    """

    def __init__(self, layout: Layout, classes: Iterable[Sequence[str]] = ()) -> None:
        self._layout = layout
        self._exploration = Exploration(layout, 2 * MOST_KNOWN, classes)
        self._paces: list[dict[int, float]] = [{} for _ in layout.locals_of]
        self._waiting: list[tuple[float, int, Situation]] = []
        self._known = 0
        self._explored: list[int] = []
        self._meet(self._exploration.begin(), {}, 1.0)

    @property
    def n_explored(self) -> int:
        """How many states have been gone through."""
        return len(self._explored)

    @property
    def is_complete(self) -> bool:
        """Whether there is nothing else."""
        return not self._waiting

    def grow(self, most_transitions: int) -> None:
        """Go through the most probable states until so many transitions are known."""
        exploration = self._exploration
        while (
            self._waiting
            and exploration.n_transitions < most_transitions
            and self._known < MOST_KNOWN
        ):
            score, state, situation = heapq.heappop(self._waiting)
            before = exploration.n_transitions
            new = exploration.expand(state, situation)
            self._explored.append(state)
            if new:
                targets, rates = exploration.transitions_from(before)
                into: dict[int, float] = {}
                for target, rate in zip(targets, rates, strict=True):
                    into[target] = into.get(target, 0.0) + rate
                self._meet(new, into, -score)

    def space(self) -> tuple[StateSpace, NDArray[np.bool_]]:
        """Return all known states, and which of them have been gone through."""
        space = self._exploration.space()
        explored = np.zeros(len(space), dtype=np.bool_)
        explored[self._explored] = True
        return space, explored

    def _meet(self, new: list[Situation], into: dict[int, float], score: float) -> None:
        """Put new states in the line."""
        for situation in new:
            state = self._known
            self._known += 1
            pace = self._pace(situation)
            share = score * into.get(state, pace) / pace if pace > 0.0 else score
            heapq.heappush(self._waiting, (-share, state, situation))

    def _pace(self, situation: Situation) -> float:
        """About how fast a state is left: its clocks at speed 1."""
        pace = 0.0
        for place, number in enumerate(situation.cells[: len(self._paces)]):
            own = self._paces[place]
            if number not in own:
                own[number] = sum(r.rate for r in self._layout.locals_of[place].races(number))
            pace += own[number]
        return pace
