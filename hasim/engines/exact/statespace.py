"""The settled states of a Process as a continuous-time Markov chain.

Theory of operation: from the settled starting states all others are found breadth first. In each
state the delays that are live race; the end of one leads, through a settlement, to settled states
with probabilities. Delays that are not exponential are kept as stages in the state.

Rules of this file: plain Python, which the compiled twin for large spaces is held against. What can
be worked out for one automaton, one step or one settlement alone is in the package `exploring`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import exp, lgamma, log, log1p, prod

import numpy as np
from numpy.typing import NDArray

from hasim.engines.exact.exploring.found import Found
from hasim.engines.exact.exploring.layout import End, Layout
from hasim.engines.exact.exploring.local_states import (
    ENDS,
    HOLDING,
    NO_TOKEN,
    WAITING,
    Content,
    Race,
)
from hasim.engines.exact.exploring.nodes import TOKENS
from hasim.engines.exact.exploring.obstacles import (
    MOST_TRANSITIONS,
    check_drawn,
    find_obstacles,
    tell_too_many,
)
from hasim.engines.exact.exploring.orbits import Orbits
from hasim.engines.exact.exploring.settlement import Settlement
from hasim.engines.exact.exploring.situation import Outcomes, Situation
from hasim.engines.exact.items import Leaf, PhaseNow
from hasim.engines.exact.phase_type import AS_THEY_ARE, StagedLaw, StandIns, phase_type_of
from hasim.errors import RefusedError, SolveError
from hasim.process import Automaton, Process

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: More are left to the compiled explorer: loading it takes as long as a plain search for these.
PLAIN_TRANSITIONS = 20_000

#: Most states of what the compiled explorer does not take.
MOST_PLAIN_STATES = 10_000

#: In `StateSpace.delay`: only a stage of a delay has ended.
NO_END = -1

#: Above this share of local states that are new, the compiled explorer would have to ask the plain
#: one about nearly each state.
_MOST_NEW = 0.5

#: With fewer states than this most are new in any case.
_FEWEST_JUDGED = 1_000


@dataclass(frozen=True, eq=False)
class StateSpace:
    """The Markov chain of a Process.

    Parameters
    ----------
    process : Process
    columns : ndarray of int64, shape (states, cells)
        Settled states, numbered in order of discovery; see `tell` for what one means, and layout.py
        for cells.
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
    columns: Ints = field(repr=False)
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
        return len(self.columns)

    def value(self, node: str) -> Floats:
        """The value of a level in each state; of a gate 1 where it holds, else 0.

        A node that reads one of several interchangeable automata has no value that means anything.
        """
        nodes = self.layout.nodes
        return nodes.evaluate(self.columns, nodes.index[node], self._known)

    def phase(self, automaton: str) -> Ints:
        """The index of the phase that a single automaton is in, in each state."""
        assert not self._is_many(automaton), f"{automaton} is one of many: ask for members"
        return self._look_up(automaton, [one.phase for one in self._contents(automaton)])

    def holds_token(self, automaton: str) -> NDArray[np.bool_]:
        """Whether a single automaton holds the token that its phase needs, in each state."""
        assert not self._is_many(automaton), f"{automaton} is one of many: ask for members"
        holding = [one.token == HOLDING for one in self._contents(automaton)]
        return self._look_up(automaton, holding).astype(np.bool_)

    def look(self, leaf: Leaf) -> tuple[Ints, list[Hashable]]:
        """What a leaf is in each state; of interchangeable automata, in one of the equal states.

        Returns
        -------
        number : ndarray of int64, shape (states,)
            Place in the values.
        values : list
            The different values.
        """
        place = self.layout.places[leaf.automaton]
        contents = self.layout.locals_of[place].contents
        values: dict[Hashable, int] = {}
        if isinstance(leaf, PhaseNow):
            names = list(self.layout.phases[place])
            seen: list[Hashable] = [(names[one.phase], one.token == WAITING) for one in contents]
        else:
            phase, token = self.layout.phases[place][leaf.phase], TOKENS[leaf.token]
            seen = [one.occupancy(phase, token) for one in contents]
        number = [values.setdefault(value, len(values)) for value in seen]
        return self._look_up(leaf.automaton, number), list(values)

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
        cells = zip(self.process.automata, self.columns[state].tolist(), strict=False)
        return ", ".join(
            _tell_content(automaton, self._contents(automaton.name)[number])
            for automaton, number in cells
        )

    def _is_many(self, automaton: str) -> bool:
        is_population = self.layout.locals_of[self.layout.places[automaton]].shape.is_many
        return is_population or len(self._class_of(automaton)) > 1

    def _class_of(self, automaton: str) -> tuple[str, ...]:
        found = (some for some in self.classes if automaton in some)
        return next(found, (automaton,))

    def _contents(self, automaton: str) -> list[Content]:
        return self.layout.locals_of[self.layout.places[automaton]].contents

    def _look_up(self, automaton: str, table: list[int] | list[bool]) -> Ints:
        return np.array(table, dtype=np.int64)[self.columns[:, self.layout.places[automaton]]]


def explore(
    process: Process,
    *,
    most_states: int = 20_000,
    stand_ins: StandIns = AS_THEY_ARE,
    classes: Iterable[Sequence[str]] = (),
    plain_transitions: int = PLAIN_TRANSITIONS,
) -> StateSpace:
    """Find all settled states of a Process and the transitions between them.

    Parameters
    ----------
    process : Process
    most_states : int
        More than these are refused.
    stand_ins : mapping of (str, str) to StagedLaw, optional
        Laws put in the place of those of the Process, by automaton and delay.
    classes : iterable of sequence of str
        Interchangeable automata, as found by `symmetry.find_classes`; of states that differ only
        in which of them is which, one is kept.
    plain_transitions : int, optional
        After so many the compiled explorer goes on, which finds the same.

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
    second at first, some millions a second once the compiled explorer has been loaded.
    """
    exploration = Exploration(lay_out(process, stand_ins), most_states, classes)
    return exploration.run(plain_transitions)


def lay_out(process: Process, stand_ins: StandIns) -> Layout:
    """Return a Process by index, its laws as stages; refused where some law has memory."""
    obstacles = find_obstacles(process, stand_ins)
    if obstacles:
        raise RefusedError(obstacles)
    laws: dict[tuple[str, str], StagedLaw] = dict(stand_ins)
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

    def run(self, plain_transitions: int) -> StateSpace:
        """Explore breadth first, in order of discovery; compiled after so many transitions."""
        self._waiting.extend(self.begin())
        plain = not _is_compilable(self._layout.process)
        explored = 0 if plain else self._explore_plainly(0, plain_transitions)
        if plain or self._hardly_repeats():
            self._most = min(self._most, MOST_PLAIN_STATES)
            self._explore_plainly(explored, MOST_TRANSITIONS)
            if self._waiting:
                self._refuse()
        found = self._found()
        if self._waiting:
            found = self._go_on_compiled(found, explored)
        return self._make_space(found)

    def _explore_plainly(self, explored: int, most_transitions: int) -> int:
        """Explore until there are so many transitions; return how many states are explored."""
        while self._waiting and len(self._source) < most_transitions:
            self._explore_state(explored, self._waiting.popleft())
            explored += 1
        return explored

    def _hardly_repeats(self) -> bool:
        """Whether a population is seldom met twice in one state, so that no course is followed."""
        met = max(len(own.contents) for own in self._layout.locals_of)
        states = len(self._numbers)
        return states > _FEWEST_JUDGED and met > _MOST_NEW * states

    def begin(self) -> list[Situation]:
        """Find the states at the start, and return them, numbered in this order from 0."""
        self._begun = self._find(self._start())
        return self._take_waiting()

    def expand(self, state: int, situation: Situation) -> list[Situation]:
        """Explore one state out of line, and return what it leads to that is new, in order."""
        self._explore_state(state, situation)
        return self._take_waiting()

    def enter(self, situation: Situation) -> tuple[int, list[Situation]]:
        """Return the number of a settled state, and the state itself if it is new."""
        ((number, _),) = self._find([(1.0, situation)])
        return number, self._take_waiting()

    def _take_waiting(self) -> list[Situation]:
        waiting = list(self._waiting)
        self._waiting.clear()
        return waiting

    def space(self) -> StateSpace:
        """Return what is found; states that were never explored have no transitions."""
        return self._make_space(self._found())

    def _make_space(self, found: Found) -> StateSpace:
        start = np.zeros(len(found.columns))
        for state, share in self._begun:
            start[state] += share
        process = self._layout.process
        return StateSpace(
            process,
            found.columns,
            start,
            found.source,
            found.target,
            found.rate,
            found.delay,
            tuple(delay.cause for automaton in process.automata for delay in automaton.delays),
            self._layout,
            self._classes,
        )

    def _found(self) -> Found:
        return Found(
            np.array(list(self._numbers), dtype=np.int64).reshape(len(self._numbers), -1),
            np.array(self._source, dtype=np.int64),
            np.array(self._target, dtype=np.int64),
            np.array(self._rate, dtype=np.float64),
            np.array(self._delay, dtype=np.int64),
        )

    def _go_on_compiled(self, found: Found, explored: int) -> Found:
        """Explore the rest by the compiled twin, which is only imported here."""
        from hasim.engines.exact.exploring.compiled import CompiledExploration, Halt

        twin = CompiledExploration(self._layout, self._most, MOST_TRANSITIONS, self._orbits)
        twin.begin(found, explored)
        ended = twin.run()
        if not isinstance(ended, Halt):
            return ended
        if ended.speed is not None:
            self._check_speed(*ended.speed)
        raise RefusedError(
            [tell_too_many(self._layout.process, self._most, ended.reached, ended.unexplored)]
        )

    def _start(self) -> Outcomes:
        """The settled situations at the start, with their probabilities."""
        options = [self._start_of(place) for place in range(len(self._layout.locals_of))]
        check_drawn(self._layout.process, prod(map(len, options)))
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
                rate *= self._check_speed(place, clock, values[speed])
                if rate == 0.0:
                    continue
            if onward == ENDS:
                outcomes = self._settlement.end_delay(situation, place, clock)
                self._add(state, rate, ends[clock].delay, outcomes)
            else:
                moved = cells[:]
                moved[place] = onward
                self._add(state, rate, NO_END, [(1.0, situation.with_cells(moved))])

    def _check_speed(self, place: int, clock: int, speed: float) -> float:
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
        raise RefusedError(
            [tell_too_many(self._layout.process, self._most, reached, len(self._waiting))]
        )


def _is_compilable(process: Process) -> bool:
    """Whether the compiled explorer has been held against the plain one for all of a Process.

    It looks at cells, free tokens, levels and lines: what an instant depends on beside these must
    be given to it (exploring/recording.py, `Now`) before it may be let through here.
    """
    return all(pool.order in ("fifo", "priority") and not pool.takes_back for pool in process.pools)


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
