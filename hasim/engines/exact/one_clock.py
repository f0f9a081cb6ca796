"""The states of a Process in which at most one clock with memory runs at a time.

Theory of operation: to tell a clock that starts from one that goes on, it is explored as two
stages, of which it begins in the first: a way into the first stage starts it, a way into the second
lets it go on. Only the second is gone through; each state in the first is one in the second whose
clock has just started.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hasim.engines.exact.exploring.layout import Layout
from hasim.engines.exact.exploring.obstacles import find_memory, find_obstacles
from hasim.engines.exact.exploring.situation import Situation
from hasim.engines.exact.markov.chain import Ints
from hasim.engines.exact.phase_type import AS_THEY_ARE, Series, StandIns
from hasim.engines.exact.statespace import NO_END, Exploration, StateSpace, lay_out
from hasim.errors import RefusedError
from hasim.laws import Empirical, Law
from hasim.process import Automaton, Delay, Process

#: States, each of a running clock counted twice: a second of plain exploration.
MOST_STATES = 6_000

#: What a state says about the clock with memory.
NO_CLOCK, STARTED, GOING_ON = 0, 1, 2

#: Name of an automaton and of a delay of it.
Where = tuple[str, str]


@dataclass(frozen=True, eq=False)
class ClockSpace:
    """States and the ways between them, told apart by what happens to the clock.

    Parameters
    ----------
    space : StateSpace
    clock : ndarray of int64, shape (states,)
        `NO_CLOCK`; or a clock with memory runs and has just `STARTED`, or is `GOING_ON`.
    law : ndarray of int64, shape (states,)
        Place in `laws` of the law of the clock that runs, -1 where none does.
    folded : ndarray of int64, shape (states,)
        Of a state whose clock has just started that in which it is going on, else the state itself.
    laws : tuple of Law
    delays : frozenset of int
        Indices within the whole Process of the delays with memory.
    """

    space: StateSpace
    clock: Ints
    law: Ints
    folded: Ints
    laws: tuple[Law, ...]
    delays: frozenset[int]


def explore_one_clock(process: Process, classes: Sequence[Sequence[str]]) -> ClockSpace:
    """Find all settled states of a Process, with what its clock with memory does.

    Parameters
    ----------
    process : Process
    classes : sequence of sequence of str
        Interchangeable automata; of states that differ only in which of them is which, one is kept.

    Raises
    ------
    RefusedError
        Where two clocks with memory can run at once, and where something else than laws stands in
        the way of a Markov chain; with the sentences of that chain.
    """
    clocks = {}
    for automaton, delay in find_memory(process, AS_THEY_ARE):
        if _has_other_memory(automaton, delay):
            raise RefusedError(find_obstacles(process, AS_THEY_ARE))
        clocks[automaton.name, delay.name] = delay.law
    marks: StandIns = {
        where: Series((1.0, 0.0), (2.0 / law.mean, 2.0 / law.mean)) for where, law in clocks.items()
    }
    if not clocks or find_obstacles(process, marks):
        raise RefusedError(find_obstacles(process, AS_THEY_ARE))
    layout = lay_out(process, marks)
    watch = _Watch(layout, process, clocks)
    space = _explore(process, layout, watch, classes)
    clock, law = watch.read(space)
    return ClockSpace(
        space, clock, law, _fold(space, clock), tuple(watch.laws), frozenset(watch.delays)
    )


def _has_other_memory(automaton: Automaton, delay: Delay) -> bool:
    """Whether a clock does not run evenly from its start to an end that takes time."""
    law = delay.law
    may_be_at_once = not law.mean > 0.0 or (isinstance(law, Empirical) and min(law.values) == 0.0)
    return may_be_at_once or delay.speed is not None or automaton.count is not None


class _Watch:
    """Which clocks with memory run in a local state."""

    def __init__(self, layout: Layout, process: Process, clocks: Mapping[Where, Law]) -> None:
        self.laws = list(dict.fromkeys(clocks.values()))
        self.delays: set[int] = set()
        self._layout, self._process = layout, process
        self._law: list[dict[int, int]] = []
        self._running: list[dict[int, tuple[int, int]]] = []
        for place, automaton in enumerate(process.automata):
            own: dict[int, int] = {}
            for clock, delay in enumerate(automaton.delays):
                law = clocks.get((automaton.name, delay.name))
                if law is not None:
                    own[clock] = self.laws.index(law)
                    self.delays.add(layout.ends[place][clock].delay)
            self._law.append(own)
            self._running.append({})

    def check(self, situation: Situation) -> None:
        """Refuse a state in which two run, or one is put off."""
        running = 0
        for place, own in enumerate(self._law):
            if own:
                running += self._look(place, situation.cells[place])[0] != NO_CLOCK
        if running > 1:
            self._refuse()

    def read(self, space: StateSpace) -> tuple[Ints, Ints]:
        """What the clock does in each state, and its law."""
        clock = np.zeros(len(space), dtype=np.int64)
        law = np.full(len(space), -1, dtype=np.int64)
        for place, own in enumerate(self._law):
            if own:
                column = space.columns[:, place]
                known = [self._look(place, one) for one in range(int(column.max()) + 1)]
                table = np.array(known, dtype=np.int64)
                clock = np.maximum(clock, table[column, 0])
                law = np.maximum(law, table[column, 1])
        return clock, law

    def _look(self, place: int, number: int) -> tuple[int, int]:
        found = self._running[place].get(number)
        if found is None:
            found = self._running[place][number] = self._find(place, number)
        return found

    def _find(self, place: int, number: int) -> tuple[int, int]:
        """What the clock of one automaton does, and its law."""
        own = self._layout.locals_of[place]
        work = own.contents[number].work
        live = {race.clock for race in own.races(number)}
        begun = [clock for clock in self._law[place] if work[clock] != NO_CLOCK]
        if len(begun) > 1 or not live.issuperset(begun):
            self._refuse()
        return (work[begun[0]], self._law[place][begun[0]]) if begun else (NO_CLOCK, -1)

    def _refuse(self) -> None:
        raise RefusedError(find_obstacles(self._process, AS_THEY_ARE))


def _explore(
    process: Process, layout: Layout, watch: _Watch, classes: Sequence[Sequence[str]]
) -> StateSpace:
    exploration = Exploration(layout, MOST_STATES, classes)
    waiting: deque[Situation] = deque(exploration.begin())
    explored = 0
    while waiting:
        situation = waiting.popleft()
        watch.check(situation)
        waiting.extend(exploration.expand(explored, situation))
        explored += 1
    return exploration.space()


def _fold(space: StateSpace, clock: Ints) -> NDArray[np.int64]:
    """The state in which the clock is going on, for each in which it has just started."""
    folded = np.arange(len(space))
    stage = (space.delay == NO_END) & (clock[space.source] == STARTED)
    stage &= clock[space.target] == GOING_ON
    folded[space.source[stage]] = space.target[stage]
    return folded
