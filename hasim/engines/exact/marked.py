"""The states of a Process without the progress of some clocks, and which ways start them.

Theory of operation: what a settlement does does not depend on how far a clock is, only on whether
it runs. So each clock is explored as two stages, of which it begins in the first: a way into the
first stage starts it, a way into the second lets it go on. Only states in which all clocks are in
the second are gone through; a state with some in the first is that state whose clocks have just
started.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from hasim.engines.exact.exploring.layout import Layout
from hasim.engines.exact.exploring.obstacles import tell_too_many
from hasim.engines.exact.exploring.situation import Situation
from hasim.engines.exact.markov.chain import Chain, Flags, Ints, add_up, make_chain
from hasim.engines.exact.phase_type import Series
from hasim.engines.exact.statespace import Exploration, StateSpace, lay_out
from hasim.errors import TooManyStatesError
from hasim.laws import Law
from hasim.process import Process

#: Name of an automaton and of a delay of it.
Where = tuple[str, str]

_NOT_BEGUN, _STARTED, _GOING_ON = 0, 1, 2


@dataclass(frozen=True, eq=False)
class MarkedSpace:
    """States with clocks whose progress is left open.

    Parameters
    ----------
    space : StateSpace
        The rate of the end of such a clock is 2 over its mean, times its speed.
    clocks : tuple of (str, str)
        Automaton and delay of each clock.
    laws : tuple of Law
        Of the clocks.
    delays : ndarray of int64, shape (clocks,)
        Indices of the delays within the whole Process.
    begun : ndarray of bool, shape (states, clocks)
        Whether a clock has begun: it runs, or is put off.
    runs : ndarray of bool, shape (states, clocks)
        Whether it runs.
    starts : ndarray of bool, shape (transitions, clocks)
        Whether a way starts it.
    """

    space: StateSpace
    clocks: tuple[Where, ...]
    laws: tuple[Law, ...]
    delays: Ints
    begun: Flags
    runs: Flags
    starts: Flags

    @cached_property
    def structure(self) -> Chain:
        """Who leads to whom; the rates mean nothing."""
        space = self.space
        rates = np.ones(len(space.source))
        return make_chain(len(space), space.source, space.target, rates, space.start)


def explore_marked(
    process: Process,
    laws: Mapping[Where, Law],
    classes: Iterable[Sequence[str]] = (),
    *,
    most_states: int,
    check: Callable[[Flags, Flags], None] = lambda begun, runs: None,
) -> MarkedSpace:
    """Find all settled states of a Process but for the progress of some clocks.

    Parameters
    ----------
    process : Process
    laws : mapping of (str, str) to Law
        The clocks, by automaton and delay; their means are above 0.
    classes : iterable of sequence of str
        Interchangeable automata; of states that differ only in which of them is which, one is kept,
        and only for how many clocks something holds is then known, not for which.
    most_states : int
        States with those whose clocks have just started.
    check : callable, optional
        Looks at `begun` and `runs` of each state as it is met, each of shape (clocks,).

    Raises
    ------
    TooManyStatesError
    RefusedError
        As of `explore`.
    """
    marks = {w: Series((1.0, 0.0), (2.0 / law.mean, 2.0 / law.mean)) for w, law in laws.items()}
    layout = lay_out(process, marks)
    exploration = Exploration(layout, 2 * most_states, classes)
    found = _Marked(layout, process, tuple(laws), exploration)
    found.run(check, most_states)
    return found.tell(tuple(laws.values()))


class _Marked:
    """An exploration, and where the clocks are in each local state."""

    def __init__(
        self,
        layout: Layout,
        process: Process,
        clocks: Sequence[Where],
        exploration: Exploration,
    ) -> None:
        self._layout, self._exploration = layout, exploration
        self._clocks = clocks
        names = {one.name: [d.name for d in one.delays] for one in process.automata}
        self._own: list[list[tuple[int, int]]] = [[] for _ in layout.locals_of]
        self._delays = []
        for number, (automaton, delay) in enumerate(clocks):
            place, clock = layout.places[automaton], names[automaton].index(delay)
            self._own[place].append((number, clock))
            self._delays.append(layout.ends[place][clock].delay)
        self._marked = [place for place, own in enumerate(self._own) if own]
        self._folded: list[int] = []

    def run(self, check: Callable[[Flags, Flags], None], most_states: int) -> None:
        """Go through all states in which no clock has just started."""
        waiting: deque[tuple[int, Situation]] = deque()
        self._meet(self._exploration.begin(), waiting)
        while waiting:
            state, situation = waiting.popleft()
            check(*self._look(situation.cells))
            self._meet(self._exploration.expand(state, situation), waiting)
            if len(self._folded) > most_states:
                reached = len(self._folded)
                raise TooManyStatesError(
                    [tell_too_many(self._layout.process, most_states, reached, len(waiting))]
                )

    def tell(self, laws: tuple[Law, ...]) -> MarkedSpace:
        """All that was found."""
        space = self._exploration.space()
        stage = self._stages(space)
        folded = np.array(self._folded, dtype=np.int64)
        kept = np.flatnonzero(folded == np.arange(len(space)))
        number = np.full(len(space), -1, dtype=np.int64)
        number[kept] = np.arange(len(kept))
        begun = stage[kept] != _NOT_BEGUN
        inner = replace(
            space,
            columns=space.columns[kept],
            start=add_up(folded, space.start, len(space))[kept],
            source=number[space.source],
            target=number[folded[space.target]],
            _known={},
        )
        return MarkedSpace(
            inner,
            tuple(self._clocks),
            laws,
            np.array(self._delays, dtype=np.int64),
            begun,
            begun & self._running(inner),
            stage[space.target] == _STARTED,
        )

    def _meet(self, new: list[Situation], waiting: deque[tuple[int, Situation]]) -> None:
        """Put new states in the line, those with a clock that has just started as what it is."""
        line = deque(new)
        while line:
            situation = line.popleft()
            state = len(self._folded)
            going_on = self._go_on(situation)
            self._folded.append(state)
            if going_on is None:
                waiting.append((state, situation))
                continue
            self._folded[state], found = self._exploration.enter(going_on)
            line.extend(found)

    def _go_on(self, situation: Situation) -> Situation | None:
        """The state in which all clocks are going on, unless it is this one."""
        cells = situation.cells
        moved = cells
        for place in self._marked:
            own, number = self._layout.locals_of[place], cells[place]
            for _, clock in self._own[place]:
                if own.contents[number].work[clock] == _STARTED:
                    number = next(r.onward for r in own.races(number) if r.clock == clock)
            if number != cells[place]:
                moved = moved[:] if moved is cells else moved
                moved[place] = number
        return None if moved is cells else situation.with_cells(moved)

    def _look(self, cells: Sequence[int]) -> tuple[Flags, Flags]:
        """Which clocks have begun, and which of them run."""
        begun, runs = np.zeros((2, len(self._clocks)), dtype=np.bool_)
        for place in self._marked:
            own, number = self._layout.locals_of[place], cells[place]
            live = {race.clock for race in own.races(number)}
            for clock, within in self._own[place]:
                begun[clock] = own.contents[number].work[within] != _NOT_BEGUN
                runs[clock] = begun[clock] and within in live
        return begun, runs

    def _stages(self, space: StateSpace) -> Ints:
        """Stage of each clock in each state, shape (states, clocks)."""

        def stage(place: int, number: int, clock: int) -> int:
            return self._layout.locals_of[place].contents[number].work[clock]

        return self._tabulate(space, stage)

    def _running(self, space: StateSpace) -> Flags:
        """Whether each clock is live in each state, shape (states, clocks)."""

        def runs(place: int, number: int, clock: int) -> int:
            return any(race.clock == clock for race in self._layout.locals_of[place].races(number))

        return self._tabulate(space, runs).astype(np.bool_)

    def _tabulate(self, space: StateSpace, read: Callable[[int, int, int], int]) -> Ints:
        found = np.zeros((len(space), len(self._clocks)), dtype=np.int64)
        for place in self._marked:
            column = space.columns[:, place]
            for clock, within in self._own[place]:
                known = range(int(column.max()) + 1)
                table = np.array([read(place, number, within) for number in known], dtype=np.int64)
                found[:, clock] = table[column]
        return found
