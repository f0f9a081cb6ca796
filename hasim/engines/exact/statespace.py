"""The settled states of a Process as a continuous-time Markov chain.

Theory of operation: from the settled starting states all others are found breadth first. In each
state the delays that are live race; the end of one leads, through a settlement, to settled states
with probabilities. Delays that are not exponential are kept as stages in the state.

Rules of this file: plain Python; a compiled twin for large spaces will be held against it. What can
be worked out for one automaton, one step or one settlement alone is in the package `exploring`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from math import exp, lgamma, log, log1p

import numpy as np
from numpy.typing import NDArray

from hasim.engines.exact.exploring.layout import End, Layout
from hasim.engines.exact.exploring.local_states import (
    ENDS,
    HOLDING,
    NO_TOKEN,
    Content,
    Race,
)
from hasim.engines.exact.exploring.obstacles import find_obstacles, tell_too_many
from hasim.engines.exact.exploring.orbits import Orbits
from hasim.engines.exact.exploring.settlement import Settlement
from hasim.engines.exact.exploring.situation import Outcomes, Situation
from hasim.engines.exact.phase_type import PhaseType, phase_type_of
from hasim.errors import RefusedError, SolveError
from hasim.process import Automaton, Process

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: In `StateSpace.delay`: only a stage of a delay has ended.
NO_END = -1


@dataclass(frozen=True, eq=False)
class StateSpace:
    """The Markov chain of a Process.

    Parameters
    ----------
    process : Process
    states : tuple of tuple of int
        Settled states, numbered in order of discovery; see `tell` for what one means.
    start : ndarray of float64, shape (states,)
        Probability of each at the start.
    source, target : ndarray of int64, shape (transitions,)
        States. Transitions of different delays between the same states are kept apart, and those
        that lead back to where they began are kept.
    rate : ndarray of float64, shape (transitions,)
        Per second.
    delay : ndarray of int64, shape (transitions,)
        Index within the whole Process of the delay whose end it is; `NO_END` where only a stage
        has ended.
    causes : tuple of (str or None)
        Cause of each delay of the Process.
    layout : Layout
        What the numbers in a state stand for.
    classes : tuple of tuple of str
        Interchangeable automata, of which only is known how many do what: `members` counts all of
        a class, and in `delay` the first one's stand for those of all.
    """

    process: Process
    states: tuple[tuple[int, ...], ...]
    start: Floats
    source: Ints
    target: Ints
    rate: Floats
    delay: Ints
    causes: tuple[str | None, ...]
    layout: Layout = field(repr=False)
    classes: tuple[tuple[str, ...], ...] = ()
    _known: dict[int, Floats] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.states)

    def value(self, node: str) -> Floats:
        """The value of a level in each state; of a gate 1 where it holds, else 0.

        A node that reads one of several interchangeable automata has no value that means anything.
        """
        nodes = self.layout.nodes
        return nodes.evaluate(self._columns, nodes.index[node], self._known)

    def phase(self, automaton: str) -> Ints:
        """The index of the phase that a single automaton is in, in each state."""
        assert not self._is_many(automaton), f"{automaton} is one of many: ask for members"
        return self._look_up(automaton, [one.phase for one in self._contents(automaton)])

    def holds_token(self, automaton: str) -> NDArray[np.bool_]:
        """Whether a single automaton holds the token that its phase needs, in each state."""
        assert not self._is_many(automaton), f"{automaton} is one of many: ask for members"
        holding = [one.token == HOLDING for one in self._contents(automaton)]
        return self._look_up(automaton, holding).astype(np.bool_)

    def members(self, automaton: str, phase: str) -> Ints:
        """How many of an automaton and those of its class are in a phase, in each state."""
        number = self.layout.phases[self.layout.places[automaton]][phase]
        found = [one.occupancy(number, NO_TOKEN) for one in self._contents(automaton)]
        return sum(
            (self._look_up(one, found) for one in self._class_of(automaton)),
            start=np.zeros(len(self), dtype=np.int64),
        )

    def tell(self, state: int) -> str:
        """A state in words, such as ``db.1 up, db.2 down (waiting)``."""
        cells = zip(self.process.automata, self.states[state], strict=False)
        return ", ".join(
            _tell_content(automaton, self._contents(automaton.name)[number])
            for automaton, number in cells
        )

    @cached_property
    def _columns(self) -> Ints:
        return np.array(self.states, dtype=np.int64).reshape(len(self.states), -1)

    def _is_many(self, automaton: str) -> bool:
        is_population = self.layout.locals_of[self.layout.places[automaton]].shape.is_many
        return is_population or len(self._class_of(automaton)) > 1

    def _class_of(self, automaton: str) -> tuple[str, ...]:
        found = (some for some in self.classes if automaton in some)
        return next(found, (automaton,))

    def _contents(self, automaton: str) -> list[Content]:
        return self.layout.locals_of[self.layout.places[automaton]].contents

    def _look_up(self, automaton: str, table: list[int] | list[bool]) -> Ints:
        return np.array(table, dtype=np.int64)[self._columns[:, self.layout.places[automaton]]]


def explore(
    process: Process,
    *,
    most_states: int = 20_000,
    phase_types: Mapping[tuple[str, str], PhaseType] | None = None,
    classes: Iterable[Sequence[str]] = (),
) -> StateSpace:
    """Find all settled states of a Process and the transitions between them.

    Parameters
    ----------
    process : Process
    most_states : int
        More than these are refused.
    phase_types : mapping of (str, str) to PhaseType, optional
        Laws put in the place of those of the Process, by automaton and delay.
    classes : iterable of sequence of str
        Interchangeable automata, as found by `symmetry.find_classes`; of states that differ only
        in which of them is which, one is kept.

    Returns
    -------
    StateSpace

    Raises
    ------
    RefusedError
        Where the state of the Process has memory or depends on the time, or there are too many
        states; one sentence for each obstacle.
    SolveError
        Where a delay ends without an eligible alternative, a speed is negative, or an instant does
        not settle: errors of the model.

    Notes
    -----
    Exact for exponential laws and mixtures of Erlang laws, whatever the structure. The number of
    states grows with the product of what the automata can be in. About 100,000 transitions a
    second.
    """
    return Exploration(lay_out(process, phase_types or {}), most_states, classes).run()


def lay_out(process: Process, phase_types: Mapping[tuple[str, str], PhaseType]) -> Layout:
    """Return a Process by index, its laws as stages; refused where some law has memory."""
    obstacles = find_obstacles(process, phase_types)
    if obstacles:
        raise RefusedError(obstacles)
    laws: dict[tuple[str, str], PhaseType] = dict(phase_types)
    for automaton in process.automata:
        for delay in automaton.delays:
            found = phase_type_of(delay.law)
            if found is not None:
                laws.setdefault((automaton.name, delay.name), found)
    return Layout(process, laws)


class Exploration:
    """States and transitions found so far.

    Parameters
    ----------
    layout : Layout
    most_states : int
        More than these are refused.
    classes : iterable of sequence of str
        As of `explore`.
    """

    def __init__(self, layout: Layout, most_states: int, classes: Iterable[Sequence[str]]) -> None:
        self._layout = layout
        self._classes = tuple(tuple(some) for some in classes)
        self._orbits = Orbits(layout, self._classes) if self._classes else None
        self._most = most_states
        self._settlement = Settlement(layout)
        self._numbers: dict[tuple[int, ...], int] = {}
        self._waiting: deque[Situation] = deque()
        self._begun: list[tuple[int, float]] = []
        self._source: list[int] = []
        self._target: list[int] = []
        self._rate: list[float] = []
        self._delay: list[int] = []

    @property
    def n_transitions(self) -> int:
        """How many transitions are found."""
        return len(self._source)

    def transitions_from(self, first: int) -> tuple[list[int], list[float]]:
        """Return targets and rates of the transitions found after the first so many."""
        return self._target[first:], self._rate[first:]

    def run(self) -> StateSpace:
        """Explore breadth first, in order of discovery."""
        self._waiting.extend(self.begin())
        explored = 0
        while self._waiting:
            self._explore_state(explored, self._waiting.popleft())
            explored += 1
        return self.space()

    def begin(self) -> list[Situation]:
        """Find the states at the start, and return them, numbered in this order from 0."""
        self._begun = self._find(self._start())
        return self._take_waiting()

    def expand(self, state: int, situation: Situation) -> list[Situation]:
        """Explore one state out of line, and return what it leads to that is new, in order."""
        self._explore_state(state, situation)
        return self._take_waiting()

    def _take_waiting(self) -> list[Situation]:
        waiting = list(self._waiting)
        self._waiting.clear()
        return waiting

    def space(self) -> StateSpace:
        """Return what is found; states that were never explored have no transitions."""
        process = self._layout.process
        start = np.zeros(len(self._numbers))
        for state, share in self._begun:
            start[state] += share
        return StateSpace(
            process,
            tuple(self._numbers),
            start,
            np.array(self._source, dtype=np.int64),
            np.array(self._target, dtype=np.int64),
            np.array(self._rate, dtype=np.float64),
            np.array(self._delay, dtype=np.int64),
            tuple(delay.cause for automaton in process.automata for delay in automaton.delays),
            self._layout,
            self._classes,
        )

    def _start(self) -> Outcomes:
        """The settled situations at the start, with their probabilities."""
        options = [self._start_of(place) for place in range(len(self._layout.locals_of))]
        started = []
        for ways in product(*options):
            share = 1.0
            for p, _ in ways:
                share *= p
            started.append((share, self._settlement.begin([number for _, number in ways])))
        return self._settlement.settle(started)

    def _start_of(self, place: int) -> list[tuple[float, int]]:
        """Probabilities and local states in which an automaton starts."""
        automaton, own = self._layout.process.automata[place], self._layout.locals_of[place]
        phases = self._layout.phases[place]
        total = sum(p for _, p in automaton.start)
        start = [(p / total, phases[phase]) for phase, p in automaton.start]
        if automaton.count is None:
            return [(p, own.entered(phase)) for p, phase in start]
        spread = [(1.0, automaton.count, [0] * len(phases))]
        for i, (_, phase) in enumerate(start):
            left = sum(p for p, _ in start[i:])
            spread = [one for some in spread for one in _split(some, phase, start[i][0] / left)]
        return [(share, own.counted(counts)) for share, rest, counts in spread if not rest]

    def _explore_state(self, state: int, situation: Situation) -> None:
        """Let each live delay end, or its stage."""
        orbits, cells = self._orbits, situation.cells
        for place, own in enumerate(self._layout.locals_of):
            races = own.races(cells[place])
            if not races:
                continue
            times, ends = 1, self._layout.ends[place]
            if orbits is not None:
                times, ends = orbits.times(cells, place), self._layout.ends[orbits.first[place]]
            if times:
                self._run_races(state, situation, (place, times), races, ends)

    def _run_races(
        self,
        state: int,
        situation: Situation,
        actor: tuple[int, int],
        races: tuple[Race, ...],
        ends: tuple[End, ...],
    ) -> None:
        """Add what an automaton can do, as often as there are others in the same local state."""
        place, times = actor
        cells, values = situation.cells, situation.values
        for clock, rate, onward in races:
            rate *= times
            speed = self._layout.ends[place][clock].speed
            if speed >= 0:
                rate *= self._speed(place, clock, values[speed])
                if rate == 0.0:
                    continue
            if onward == ENDS:
                outcomes = self._settlement.end_delay(situation, place, clock)
                self._add(state, rate, ends[clock].delay, outcomes)
            else:
                moved = cells[:]
                moved[place] = onward
                self._add(state, rate, NO_END, [(1.0, situation.with_cells(moved))])

    def _speed(self, place: int, clock: int, speed: float) -> float:
        if speed < 0.0:
            automaton = self._layout.process.automata[place]
            name = f"{automaton.name}.{automaton.delays[clock].name}"
            raise SolveError(f"the speed of {name} is {speed!r}, below 0")
        return speed

    def _add(self, state: int, rate: float, delay: int, outcomes: Outcomes) -> None:
        """Add the transitions of one race; equal targets are one."""
        found = self._find(outcomes)
        if len(found) > 1:
            shares: dict[int, float] = {}
            for target, share in found:
                shares[target] = shares.get(target, 0.0) + share
            found = list(shares.items())
        for target, share in found:
            self._source.append(state)
            self._target.append(target)
            self._rate.append(rate * share)
            self._delay.append(delay)

    def _find(self, outcomes: Outcomes) -> list[tuple[int, float]]:
        """Numbers of settled situations; new ones are put in the line."""
        numbers = self._numbers
        found = []
        for share, situation in outcomes:
            if self._orbits is not None:
                situation = self._normalized(situation, self._orbits)
            key = tuple(situation.cells)
            number = numbers.get(key)
            if number is None:
                number = numbers[key] = len(numbers)
                self._waiting.append(situation)
                if number >= self._most:
                    self._refuse()
            found.append((number, share))
        return found

    def _normalized(self, situation: Situation, orbits: Orbits) -> Situation:
        """The state that stands for a state, with the values that its nodes have in it."""
        cells = orbits.normal_form(situation.cells)
        if cells == situation.cells:
            return situation
        values, sums = self._layout.nodes.compute(cells)
        return Situation(cells, situation.free, values, sums)

    def _refuse(self) -> None:
        reached = len(self._numbers)
        raise RefusedError([tell_too_many(self._layout.process, reached, len(self._waiting))])


def _split(
    some: tuple[float, int, list[int]], phase: int, share: float
) -> list[tuple[float, int, list[int]]]:
    """Put any number of the members that are left into a phase, each with a probability."""
    weight, left, counts = some
    found = []
    for members in range(left + 1):
        p = _binomial(left, members, share)
        if p > 0.0:
            filled = counts[:]
            filled[phase] = members
            found.append((weight * p, left - members, filled))
    return found


def _binomial(n: int, k: int, share: float) -> float:
    """Chance of k of n, by logarithms: binomial coefficients of a thousand are no floats."""
    if share >= 1.0:
        return float(k == n)
    ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return exp(ways + k * log(share) + (n - k) * log1p(-share)) if share > 0.0 else float(k == 0)


def _tell_content(automaton: Automaton, content: Content) -> str:
    names = [phase.name for phase in automaton.phases]
    if content.counts:
        pairs = zip(content.counts, names, strict=True)
        return f"{automaton.name} " + " and ".join(f"{n} {name}" for n, name in pairs if n)
    token = ("", " (waiting)", " (holding)")[content.token]
    stages = [stage for stage in content.work if stage]
    work = f" in stage {' and '.join(map(str, stages))}" if stages else ""
    return f"{automaton.name} {names[content.phase]}{token}{work}"
