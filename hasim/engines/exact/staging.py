"""A module with stages in place of some laws, from its states without stages.

Theory of operation: in which stage a clock is matters for when it ends and for nothing else. So the
states of a module are explored once without the progress of its clocks (marked.py), and the chain
for any laws follows by giving each clock that has begun each of its stages. What is asked of the
module does not look at stages either: of the chain only the time in each state without them is
kept, and how often each way is gone, as rates that are right in the long run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from hasim.engines.exact.exploring.local_states import ENDS, Stages
from hasim.engines.exact.marked import MarkedSpace
from hasim.engines.exact.markov.chain import Chain, Floats, Ints, add_up, make_chain, restrict
from hasim.engines.exact.markov.long_run import solve_long_run
from hasim.engines.exact.markov.sparse_elimination import solve_sparse_directly
from hasim.engines.exact.named_chains import find_lasting
from hasim.engines.exact.phase_type import StandIns
from hasim.engines.exact.statespace import StateSpace
from hasim.errors import RefusedError


class _Ways(NamedTuple):
    """Ways between states with stages, and the way without them that each is; -1 if none."""

    source: Ints
    target: Ints
    rate: Floats
    way: Ints


def give_stages(
    marked: MarkedSpace, stand_ins: StandIns, name: str, *, most_states: int
) -> tuple[StateSpace, Floats]:
    """Return the long run of a module with stages in place of the laws of its clocks.

    Parameters
    ----------
    marked : MarkedSpace
        With all automata told apart.
    stand_ins : mapping of (str, str) to StagedLaw
        Laws of all clocks, by automaton and delay.
    name : str
        What the module is called in messages.
    most_states : int
        With stages; more are refused.

    Returns
    -------
    space : StateSpace
        The states without stages; the rates are right in the long run, and in nothing else.
    shares : ndarray of float64, shape (states,)
        Of time.

    Raises
    ------
    NoLongRunError
        Where it can end in one of several sets of states.
    RefusedError
        Where there are too many states.
    """
    stages = [Stages.of(stand_ins[where]) for where in marked.clocks]
    staged = _Staged(marked, stages)
    if staged.n > most_states:
        raise RefusedError([f"{name} has more than {most_states:,} states: {staged.n:,}"])
    space = marked.space
    lasting = find_lasting(marked.structure, name, lambda n: f"({space.tell(n)})")
    ways = _joined([*staged.advances(), staged.moves()])
    chain = make_chain(staged.n, ways.source, ways.target, ways.rate, staged.start())
    shares = _solve(chain, np.flatnonzero(np.isin(staged.state, lasting)))
    time = add_up(staged.state, shares, len(space))
    moves = ways.way >= 0
    flow = shares[ways.source[moves]] * ways.rate[moves]
    flows = add_up(ways.way[moves], flow, len(space.source))
    spent = time[space.source]
    rate = np.divide(flows, spent, out=np.zeros_like(flows), where=spent > 0.0)
    return replace(space, rate=rate, _known={}), time


def _solve(chain: Chain, lasting: Ints) -> Floats:
    """The long run of a chain that only lasts in some states, if not in all of these."""
    directly = solve_sparse_directly(restrict(chain, lasting))
    if directly is None:
        return solve_long_run(chain, sharp=False).shares
    shares = np.zeros(chain.n)
    shares[lasting] = directly
    return shares


@dataclass(frozen=True, eq=False)
class _Staged:
    """All states with stages: those of each state without them stand in one row after another."""

    marked: MarkedSpace
    stages: list[Stages]

    @cached_property
    def _sizes(self) -> Ints:
        """How many stages each clock can be in, in each state, shape (states, clocks)."""
        counts = np.array([len(one.rates) for one in self.stages], dtype=np.int64)
        return np.where(self.marked.begun, counts, 1)

    @cached_property
    def _strides(self) -> Ints:
        """How far a stage more is in a row, shape (states, clocks)."""
        sizes = self._sizes
        return np.cumprod(np.concatenate([np.ones_like(sizes[:, :1]), sizes[:, :-1]], 1), 1)

    @cached_property
    def _rows(self) -> Ints:
        """How long the row of each state is."""
        return np.asarray(self._sizes.prod(axis=1))

    @cached_property
    def _offsets(self) -> Ints:
        return np.cumsum(self._rows) - self._rows

    @property
    def n(self) -> int:
        """How many there are."""
        return int(self._rows.sum())

    @cached_property
    def state(self) -> Ints:
        """The state without stages of each."""
        return np.repeat(np.arange(len(self._rows)), self._rows)

    @cached_property
    def _stage(self) -> Ints:
        """The stage of each clock in each, from 0 on, shape (n, clocks)."""
        within = np.arange(self.n) - self._offsets[self.state]
        return within[:, None] // self._strides[self.state] % self._sizes[self.state]

    def start(self) -> Floats:
        """Each state that the module may start in, its clocks in a stage that they begin in."""
        first = [one.entries[0][1] - 1 for one in self.stages]
        begun = np.where(self.marked.begun, first, 0)
        start = np.zeros(self.n)
        start[self._offsets + (begun * self._strides).sum(axis=1)] = self.marked.space.start
        return start

    def advances(self) -> Iterator[_Ways]:
        """The ends of stages that are not the last."""
        for clock, one in enumerate(self.stages):
            onward = np.array([-1 if to == ENDS else to - 1 for to in one.onward])
            runs = self.marked.runs[self.state, clock]
            stage = self._stage[:, clock]
            source = np.flatnonzero(runs & (onward[stage] >= 0))
            stage, state = stage[source], self.state[source]
            rate = np.array(one.rates)[stage] * self._speeds[state, clock]
            target = source + (onward[stage] - stage) * self._strides[state, clock]
            yield _Ways(source, target, rate, np.full(len(source), -1))

    def moves(self) -> _Ways:
        """The ends of delays, by whatever leads from state to state."""
        space = self.marked.space
        counts = self._rows[space.source]
        way = np.repeat(np.arange(len(counts)), counts)
        rate = space.rate[way]
        source = np.arange(len(way)) - np.repeat(np.cumsum(counts) - counts, counts)
        source += self._offsets[space.source[way]]
        target = self._offsets[space.target[way]]
        for clock, one in enumerate(self.stages):
            ended = self._end_rates(clock, way, source)
            kept = np.flatnonzero(ended > 0.0)
            way, source, target, rate = way[kept], source[kept], target[kept], rate[kept]
            rate = rate * ended[kept]
            stage, weight, row = self._stages_after(clock, one, way, source)
            way, source, target, rate = way[row], source[row], target[row], rate[row] * weight
            target = target + stage * self._strides[space.target[way], clock]
        return _Ways(source, target, rate, way)

    def _end_rates(self, clock: int, way: Ints, source: Ints) -> Floats:
        """What the rate of a way is multiplied by: of the end of a clock, by that of its stage."""
        one, mean = self.stages[clock], self.marked.laws[clock].mean
        last = np.array([to == ENDS for to in one.onward])
        factor = np.where(last, np.array(one.rates) * mean / 2.0, 0.0)
        is_end = self.marked.space.delay[way] == self.marked.delays[clock]
        return np.where(is_end, factor[self._stage[source, clock]], 1.0)

    def _stages_after(
        self, clock: int, one: Stages, way: Ints, source: Ints
    ) -> tuple[Ints, Floats, Ints]:
        """Stage of a clock after each way, its chance, and the place of the way in the arrays."""
        starts = self.marked.starts[way, clock]
        row = np.repeat(np.arange(len(way)), np.where(starts, len(one.entries), 1))
        number = np.arange(len(row)) - np.searchsorted(row, row)
        shares, entries = (np.array(column) for column in zip(*one.entries, strict=True))
        goes_on = self.marked.begun[self.marked.space.target[way[row]], clock]
        kept = np.where(goes_on, self._stage[source[row], clock], 0)
        stage = np.where(starts[row], entries[number] - 1, kept)
        return stage, np.where(starts[row], shares[number], 1.0), row

    @cached_property
    def _speeds(self) -> Floats:
        """How fast each clock runs in each state, shape (states, clocks)."""
        space = self.marked.space
        speeds = np.zeros(self.marked.runs.shape)
        for clock, (delay, law) in enumerate(
            zip(self.marked.delays.tolist(), self.marked.laws, strict=True)
        ):
            ends = space.delay == delay
            whole = add_up(space.source[ends], space.rate[ends], len(speeds))
            speeds[:, clock] = whole * law.mean / 2.0
        return speeds


def _joined(parts: list[_Ways]) -> _Ways:
    return _Ways(*(np.concatenate(column) for column in zip(*parts, strict=True)))
