"""One state for all those that differ only in which of some equal automata is which.

Theory of operation: within a class the local states are put in order; automata in equal local
states that wait, or hold a token that can be taken back, are told apart by their places in the
queue, so these are put in order too. Who neither stands in a queue nor differs in local state
cannot be told apart at all, and acts for all of its kind.

Rules of this file: that the automata of a class are interchangeable is taken for granted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from hasim.engines.exact.exploring.layout import Layout


class Orbits:
    """The classes of interchangeable automata of a layout.

    Parameters
    ----------
    layout : Layout
    classes : iterable of sequence of str
        Names of the automata of each class.

    Attributes
    ----------
    classes : list of tuple of int
    first : list of int
        For each automaton the first of its class, itself where it is in none.
    """

    def __init__(self, layout: Layout, classes: Iterable[Sequence[str]]) -> None:
        self._layout = layout
        self.classes = [tuple(sorted(layout.places[name] for name in some)) for some in classes]
        n = len(layout.locals_of)
        self.first = list(range(n))
        self._previous, self._next = [-1] * n, [-1] * n
        for members in self.classes:
            own = {id(layout.locals_of[place]) for place in members}
            assert len(own) == 1, "interchangeable automata with different laws"
            for earlier, later in pairwise(members):
                self._next[earlier], self._previous[later] = later, earlier
                self.first[later] = self.first[earlier]

    def normal_form(self, cells: list[int]) -> list[int]:
        """The cells of the one state that stands for those that are equal to it."""
        cells = cells[:]
        new_names: dict[int, int] = {}
        positions = self._positions(cells)
        for members in self.classes:
            in_order = sorted(members, key=lambda place: (cells[place], positions.get(place, -1)))
            for place, local in zip(members, [cells[one] for one in in_order], strict=True):
                cells[place] = local
            new_names.update(zip(in_order, members, strict=True))
        if positions:
            self._rename(cells, new_names)
        return cells

    def times(self, cells: list[int], place: int) -> int:
        """For how many automata one acts in a state in normal form; 0 if another acts for it."""
        local, previous = cells[place], self._previous[place]
        if self._stands_in_queue(cells, place):
            return 1
        if previous >= 0 and cells[previous] == local:
            return 0
        number, later = 1, self._next[place]
        while later >= 0 and cells[later] == local:
            number, later = number + 1, self._next[later]
        return number

    def _stands_in_queue(self, cells: list[int], place: int) -> bool:
        """Whether somebody with live delays is told apart from others by a place in a queue."""
        pool = self._layout.locals_of[place].pools[cells[place]]
        return pool >= 0 and self._layout.queues[pool].has_holders

    def _positions(self, cells: list[int]) -> dict[int, int]:
        """The place in its queue of everybody who stands in one."""
        known = self._layout.sequences.known
        return {
            place: position
            for queue in self._layout.queues
            if cells[queue.cell]
            for position, place in enumerate(known[cells[queue.cell]])
        }

    def _rename(self, cells: list[int], new_names: dict[int, int]) -> None:
        sequences = self._layout.sequences
        for queue in self._layout.queues:
            waiting = sequences.known[cells[queue.cell]]
            renamed = tuple(new_names.get(place, place) for place in waiting)
            cells[queue.cell] = sequences.number(renamed)
