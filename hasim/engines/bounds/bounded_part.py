"""A module of which only the most probable states are gone through.

Theory of operation (docs/bounds.md, section 2): the chain that starts again at home whenever it
would leave the explored states has shares that can be computed. Of the real chain it misses, once
for each exit, the way back home; how much time that takes is bounded by homecoming.py.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hasim.engines.bounds.frontier import Frontier
from hasim.engines.bounds.homecoming import Homecoming, bound_homecoming
from hasim.engines.exact.exploring.local_states import WAITING
from hasim.engines.exact.exploring.nodes import TOKENS
from hasim.engines.exact.items import Leaf, PhaseNow
from hasim.engines.exact.markov.chain import add_up, make_chain
from hasim.engines.exact.markov.long_run import solve_long_run
from hasim.engines.exact.modules import Module, restrict
from hasim.engines.exact.named_chains import solve_named
from hasim.engines.exact.parts import Flow, Part
from hasim.engines.exact.statespace import NO_END, StateSpace, lay_out
from hasim.errors import RefusedError
from hasim.process import Process

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Transitions of a module that is taken as small: it is gone through before anything is proved.
_FIRST = 2_000

#: Roundings of the sums that are made of the shares.
_ROUNDINGS = 1e-12


@dataclass(frozen=True, slots=True)
class Unseen:
    """What a bounded module leaves open.

    Parameters
    ----------
    away : float
        Time on ways home from an exit over time in the chain that starts again, at most.
    exits : float
        Exits per second of that chain.
    events : float
        Ends of delays per second of the module, at most, wherever it is.
    error : float
        Bound of the relative error of every share.
    n_states : int
        States gone through.
    """

    away: float
    exits: float
    events: float
    error: float
    n_states: int


class _Look(NamedTuple):
    """The number of the value of a leaf in each state, and the values."""

    leaf: Leaf
    numbers: Ints
    values: list[Hashable]


@dataclass(eq=False)
class LargeModule:
    """A module that is gone through bit by bit.

    Parameters
    ----------
    process : Process
        The whole.
    module : Module
    classes : iterable of sequence of str
        Interchangeable automata.

    Raises
    ------
    RefusedError
        Where its laws have memory.
    """

    process: Process
    module: Module
    classes: Iterable[Sequence[str]]
    _frontier: Frontier = field(init=False)
    _homecoming: Homecoming | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        names = {self.process.automata[index].name for index in self.module.automata}
        inside = (tuple(name for name in some if name in names) for some in self.classes)
        self._layout = lay_out(restrict(self.process, self.module), {})
        self._frontier = Frontier(self._layout, [some for some in inside if len(some) > 1])

    @property
    def is_complete(self) -> bool:
        """Whether all states have been gone through."""
        return self._frontier.is_complete

    def solve(self, most_transitions: int, leaves: Sequence[Leaf]) -> tuple[Part, Unseen]:
        """Go on to so many transitions, and return what is known then.

        Parameters
        ----------
        most_transitions : int
        leaves : sequence of Leaf
            What will be looked at; states that look alike are taken together.

        Raises
        ------
        RefusedError
            Where nothing is proved of the way home, or the home state is not among those found.
        """
        if self._homecoming is None:
            self._frontier.grow(min(most_transitions, _FIRST))
            if not self.is_complete:
                self._homecoming = bound_homecoming(self._layout)
        self._frontier.grow(most_transitions)
        space, explored = self._frontier.space()
        columns = space.columns
        shares, unseen = self._shares(space, columns, explored)
        looks = [_look(space, columns, leaf) for leaf in self._own(leaves)]
        return _make_part(space, self.module, explored, shares, looks), unseen

    def _shares(
        self, space: StateSpace, columns: Ints, explored: NDArray[np.bool_]
    ) -> tuple[Floats, Unseen]:
        """Shares of the chain that starts again, and what it leaves open."""
        exits = ~explored[space.target]
        target, start = space.target, space.start
        if bool(exits.any()):
            home = self._find_home(columns, explored)
            target = np.where(exits, home, target)
            start = np.zeros(len(space))
            start[home] = 1.0
        chain = make_chain(len(space), space.source, target, space.rate, start)
        if len(chain.closed_classes) > 1:
            solve_named(chain, space.process.name, lambda n: f"({space.tell(n)})")
        run = solve_long_run(chain)
        error = run.error_bound + _ROUNDINGS
        if self._homecoming is None or not bool(exits.any()):
            return run.shares, Unseen(0.0, 0.0, 0.0, error, int(explored.sum()))
        flow = run.shares[space.source[exits]] * space.rate[exits]
        times = self._homecoming.mean_times(columns)
        if not bool(np.isfinite(times).all()):
            far = int(np.flatnonzero(~np.isfinite(times))[0])
            raise RefusedError([f"nothing is proved of the way home from {space.tell(far)}"])
        away, leaving = float(flow @ times[space.target[exits]]), float(flow.sum())
        events = self._homecoming.events
        factor = 1.0 + error
        return run.shares, Unseen(
            away * factor, leaving * factor, events, error, int(explored.sum())
        )

    def _own(self, leaves: Sequence[Leaf]) -> list[Leaf]:
        return [leaf for leaf in leaves if leaf.automaton in self._layout.places]

    def _find_home(self, columns: Ints, explored: NDArray[np.bool_]) -> int:
        assert self._homecoming is not None
        home = self._homecoming.find_home(columns)
        if home is None or not explored[home]:
            name = self.process.automata[self.module.automata[0]].name
            raise RefusedError(
                [f"{name} and those that bear on it were not all found at home together"]
            )
        return home


def _make_part(
    space: StateSpace,
    module: Module,
    explored: NDArray[np.bool_],
    shares: Floats,
    looks: Sequence[_Look],
) -> Part:
    """The part, with states that look alike taken together; exits are no flows."""
    columns = np.stack(
        [np.zeros(len(space), dtype=np.int64), *(look.numbers for look in looks)], axis=1
    )
    _, first, group = np.unique(columns[explored], axis=0, return_index=True, return_inverse=True)
    group_of = np.full(len(space), -1, dtype=np.int64)
    group_of[explored] = group.ravel()
    seen = np.flatnonzero(explored)[first]
    values = {
        look.leaf: [look.values[number] for number in look.numbers[seen].tolist()] for look in looks
    }
    return Part(
        automata=module.automata,
        shares=add_up(group_of[explored], shares[explored], len(seen)),
        flows=_flows(space, module, shares, group_of),
        look=values.__getitem__,
    )


def _look(space: StateSpace, columns: Ints, leaf: Leaf) -> _Look:
    layout = space.layout
    place = layout.places[leaf.automaton]
    contents = layout.locals_of[place].contents
    if isinstance(leaf, PhaseNow):
        names = list(layout.phases[place])
        found: list[Hashable] = [(names[one.phase], one.token == WAITING) for one in contents]
    else:
        phase, token = layout.phases[place][leaf.phase], TOKENS[leaf.token]
        found = [one.occupancy(phase, token) for one in contents]
    known: dict[Hashable, int] = {}
    numbers = np.array([known.setdefault(value, len(known)) for value in found], dtype=np.int64)
    return _Look(leaf, numbers[columns[:, place]], list(known))


def _flows(space: StateSpace, module: Module, shares: Floats, group: Ints) -> tuple[Flow, ...]:
    """How often each delay leads from one group of states to another."""
    owners = [
        (index, delay)
        for index, automaton in zip(module.automata, space.process.automata, strict=True)
        for delay in range(len(automaton.delays))
    ]
    kept = (space.delay != NO_END) & (group[space.target] >= 0)
    ways = np.stack([group[space.source], group[space.target], space.delay], axis=1)[kept]
    kinds, way = np.unique(ways, axis=0, return_inverse=True)
    rates = add_up(way.ravel(), (space.rate * shares[space.source])[kept], len(kinds))
    return tuple(
        Flow(source, target, rate, *owners[delay])
        for (source, target, delay), rate in zip(kinds.tolist(), rates.tolist(), strict=True)
        if rate > 0.0
    )
