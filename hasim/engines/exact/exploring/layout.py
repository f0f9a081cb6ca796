"""A Process by index, as the exploration reads it.

Theory of operation: names become places, rows become tuples of ways, and each automaton gets the
numbering of its local states, which it shares with those of its shape.

A state is a tuple of *cells*: the local state of each automaton, then for each pool the number of
the sequence of automata that wait for it (with those that hold a token, where it can take tokens
back), then for each signal that chooses the longest waiting the
number of the sequence in which those that react to it entered their phases.

Rules of this file: pure translation; nothing is decided here.
"""

from __future__ import annotations

from typing import NamedTuple

from hasim.engines.exact.exploring.local_states import Clock, LocalStates, Shape, Stages
from hasim.engines.exact.exploring.nodes import Nodes
from hasim.engines.exact.phase_type import StandIns
from hasim.process import Alternative, Automaton, Delay, Pool, Process, Row

Sequence = tuple[int, ...]


class Way(NamedTuple):
    """An alternative; -1 stands for no gate and no level."""

    target: int
    guard: int
    unless: int
    weight: float
    level: int
    emits: tuple[int, ...]
    resets: tuple[int, ...]


Ways = tuple[Way, ...]


class End(NamedTuple):
    """What the end of a delay leads to.

    Parameters
    ----------
    delay : int
        Index of the delay within the whole Process.
    source : int
        The phase of a population's delay; any of its phases for a single automaton.
    speed : int
        Place of its speed level, or -1.
    ways : tuple of Way
    """

    delay: int
    source: int
    speed: int
    ways: Ways


class Reached(NamedTuple):
    """An automaton in the address of a signal, with what it does in each phase that reacts."""

    place: int
    rows: dict[int, Ways]


class Immediate(NamedTuple):
    """An automaton with immediate rows.

    Parameters
    ----------
    place : int
    rows : dict of int to (int, tuple of Way)
        Urgency and row by phase.
    asked : frozenset of int
        Nodes that the rows read.
    """

    place: int
    rows: dict[int, tuple[int, Ways]]
    asked: frozenset[int]


class Queue(NamedTuple):
    """A pool: where its queue is kept, and the order in which it is served.

    Parameters
    ----------
    cell : int
    size : int
        Number of tokens; 0 where that is a level.
    priorities : tuple of tuple of int, or None
        By automaton and phase, in a pool of order ``priority``.
    is_sorted : bool
        Whether settled queues can be kept by priority, because nobody's priority changes while it
        waits.
    level : int
        Level that gives the number of tokens; -1 where it is fixed.
    preempts : bool
    has_holders : bool
        Whether those that hold a token stand in the queue, because they can lose it.
    """

    cell: int
    size: int
    priorities: tuple[tuple[int, ...], ...] | None
    is_sorted: bool
    level: int
    preempts: bool
    has_holders: bool


class Entries(NamedTuple):
    """Where the order of entry of those that a signal can reach is kept."""

    cell: int
    signal: int


class Sequences:
    """Sequences of automata, numbered as they are met; number 0 is the empty one."""

    def __init__(self) -> None:
        self.known: list[Sequence] = [()]
        self._numbers: dict[Sequence, int] = {(): 0}

    def number(self, sequence: Sequence) -> int:
        """The number of a sequence."""
        found = self._numbers.get(sequence)
        if found is None:
            found = self._numbers[sequence] = len(self.known)
            self.known.append(sequence)
        return found

    def appended(self, number: int, place: int) -> int:
        """The number of a sequence with an automaton more at its end."""
        return self.number((*self.known[number], place))

    def without(self, number: int, place: int) -> int:
        """The number of a sequence without an automaton."""
        return self.number(tuple(one for one in self.known[number] if one != place))

    def first(self, number: int) -> int:
        """The first automaton of a sequence, -1 where it is empty."""
        sequence = self.known[number]
        return sequence[0] if sequence else -1


class Layout:
    """A Process by index.

    Parameters
    ----------
    process : Process
    laws : mapping of (str, str) to StagedLaw
        For each automaton and delay.

    Attributes
    ----------
    places : dict of str to int
        Index of each automaton.
    phases : list of dict of str to int
        For each automaton the index of each phase.
    locals_of : list of LocalStates
        For each automaton.
    nodes : Nodes
    ends : list of tuple of End
        For each automaton, by delay.
    immediates : list of Immediate
        Automata with immediate rows.
    reached : list of tuple of Reached
        For each signal.
    queues : list of Queue
    entries : list of Entries
    sequences : Sequences
    """

    def __init__(self, process: Process, laws: StandIns) -> None:
        self.process = process
        automata = process.automata
        self.places = {one.name: place for place, one in enumerate(automata)}
        self.phases = [{p.name: i for i, p in enumerate(one.phases)} for one in automata]
        self.sequences = Sequences()
        self._signals = {one.name: number for number, one in enumerate(process.signals)}
        self._pools = {pool.name: number for number, pool in enumerate(process.pools)}
        shared: dict[Shape, LocalStates] = {}
        shapes = [self._shape(one, laws) for one in automata]
        self.locals_of = [shared.setdefault(shape, LocalStates(shape)) for shape in shapes]
        self.nodes = Nodes(process, self.places, self.phases, self.locals_of, self._signals)
        self.ends = self._make_ends()
        self.immediates = self._find_immediates()
        self.reached = self._find_reached()
        self.queues = [
            self._make_queue(pool, len(automata) + number)
            for number, pool in enumerate(process.pools)
        ]
        choosing = [i for i, s in enumerate(process.signals) if s.limit and s.choose == "longest"]
        first = len(automata) + len(self.queues)
        self.entries = [Entries(first + i, signal) for i, signal in enumerate(choosing)]

    @property
    def n_cells(self) -> int:
        """How many cells a state has."""
        return len(self.locals_of) + len(self.queues) + len(self.entries)

    def _shape(self, automaton: Automaton, laws: StandIns) -> Shape:
        phases = self.phases[self.places[automaton.name]]
        clocks = tuple(
            Clock(
                tuple(phases[phase] for phase in delay.phases),
                Stages.of(laws[automaton.name, delay.name]),
                delay.memory == "resume",
            )
            for delay in automaton.delays
        )
        pools = (-1 if p.pool is None else self._pools[p.pool] for p in automaton.phases)
        return Shape(tuple(pools), clocks, automaton.count is not None)

    def _make_ends(self) -> list[tuple[End, ...]]:
        ends: list[tuple[End, ...]] = []
        first = 0
        for place, automaton in enumerate(self.process.automata):
            delays = automaton.delays
            ends.append(tuple(self._end(place, d, first + i) for i, d in enumerate(delays)))
            first += len(delays)
        return ends

    def _end(self, place: int, delay: Delay, number: int) -> End:
        speed = -1 if delay.speed is None else self.nodes.index[delay.speed]
        source = self.phases[place][delay.phases[0]]
        return End(number, source, speed, self._ways(place, delay.row))

    def _ways(self, place: int, row: Row) -> Ways:
        return tuple(self._way(place, alternative) for alternative in row.alternatives)

    def _way(self, place: int, one: Alternative) -> Way:
        index, delays = self.nodes.index, self.process.automata[place].delays
        clocks = {delay.name: clock for clock, delay in enumerate(delays)}
        return Way(
            self.phases[place][one.target],
            -1 if one.guard is None else index[one.guard],
            -1 if one.unless is None else index[one.unless],
            0.0 if isinstance(one.weight, str) else float(one.weight),
            index[one.weight] if isinstance(one.weight, str) else -1,
            tuple(self._signals[name] for name in one.emits),
            tuple(clocks[name] for name in one.resets),
        )

    def _find_immediates(self) -> list[Immediate]:
        found = []
        for place, automaton in enumerate(self.process.automata):
            rows = {
                number: (phase.urgency, self._ways(place, phase.immediate))
                for number, phase in enumerate(automaton.phases)
                if phase.immediate is not None
            }
            if rows:
                ways = [way for _, row in rows.values() for way in row]
                asked = {node for way in ways for node in (way.guard, way.unless, way.level)}
                found.append(Immediate(place, rows, frozenset(asked - {-1})))
        return found

    def _find_reached(self) -> list[tuple[Reached, ...]]:
        rows: list[dict[str, dict[int, Ways]]] = []
        for place, automaton in enumerate(self.process.automata):
            own: dict[str, dict[int, Ways]] = {}
            for one in automaton.reactions:
                phase = self.phases[place][one.phase]
                own.setdefault(one.signal, {})[phase] = self._ways(place, one.row)
            rows.append(own)
        return [
            tuple(
                Reached(self.places[name], rows[self.places[name]][signal.name])
                for name in signal.address
                if signal.name in rows[self.places[name]]
            )
            for signal in self.process.signals
        ]

    def _make_queue(self, pool: Pool, cell: int) -> Queue:
        automata, priorities, is_sorted = self.process.automata, None, False
        if pool.order == "priority":
            used = [{p.priority for p in one.phases if p.pool == pool.name} for one in automata]
            priorities = tuple(tuple(phase.priority for phase in one.phases) for one in automata)
            is_sorted = all(len(some) <= 1 for some in used)
        size, level = 0, -1
        if isinstance(pool.size, str):
            level = self.nodes.index[pool.size]
        else:
            size = pool.size
        return Queue(cell, size, priorities, is_sorted, level, pool.preempts, pool.takes_back)
