"""A module that hears of schedules: its states, and how their epochs change them.

Theory of operation: an epoch is explored as if it were the end of a delay, of an automaton put
beside the others for each schedule: what follows from it, in which states, with which chances, is
the same by the rules of docs/semantics.md. Its transitions are then taken out of the chain and are
the jumps of a `Regime`.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial, reduce

import numpy as np

from hasim.engines.exact.calendar import Calendar, read_calendar
from hasim.engines.exact.chain_part import MOST_AUTOMATA, name_of, owners_of
from hasim.engines.exact.items import Leaf
from hasim.engines.exact.markov.chain import Chain, Floats, add_up, find_reached, make_chain
from hasim.engines.exact.modules import Module, restrict
from hasim.engines.exact.named_chains import solve_named
from hasim.engines.exact.parts import AT_EPOCH, Flow, Part
from hasim.engines.exact.regime import Regime, find_regime
from hasim.engines.exact.statespace import NO_END, StateSpace, explore
from hasim.errors import RefusedError
from hasim.laws import Exponential
from hasim.process import Alternative, Automaton, Delay, Phase, Process, Row

#: Matrices of so many states are multiplied a hundred times in two seconds.
MOST_STATES = 500

_RINGS = "rings"


def solve_by_calendar(process: Process, module: Module) -> Part:
    """Return the long run of a module that hears of schedules.

    Its shares and flows are averages over one span of the calendar; its regime has more.

    Raises
    ------
    RefusedError
        Where laws have memory, there are too many states or epochs, several sets of states are
        never left, or it takes turns for ever.
    """
    if len(module.automata) > MOST_AUTOMATA:
        raise RefusedError([f"{len(module.automata)} parts that bear on one another are too many"])
    calendar = read_calendar(process)
    space, chain, jumps = explore_epochs(restrict(process, module), most_states=MOST_STATES)
    start = _begin_after_single_epochs(process, chain, jumps)
    explored = _Explored(space, replace(chain, start=start), jumps, module)
    name = name_of(process, module)
    regime = None if calendar is None else explored.find_regime(process, calendar, name)
    shares = solve_named(explored.chain, name, explored.tell) if regime is None else regime.average
    return Part(
        automata=module.automata,
        shares=shares,
        flows=(*explored.flows(shares), *(_flows_at_epochs(regime) if regime else ())),
        look=partial(_look, space),
        regime=regime,
    )


@dataclass(frozen=True)
class _Explored:
    """The states of a module, its chain from any of them, and what its schedules do."""

    space: StateSpace
    chain: Chain
    jumps: dict[str, Floats]
    module: Module

    def tell(self, state: int) -> str:
        return f"({self.space.tell(state)})"

    def find_regime(self, process: Process, calendar: Calendar, name: str) -> Regime | None:
        """The periodic regime; None where what it hears rings once only."""
        moments: list[tuple[Fraction, Floats]] = []
        for moment in calendar.moments:
            names = [process.schedules[ring].name for ring in moment.rings]
            heard = [self.jumps[one] for one in names if one in self.jumps]
            if heard:
                moments.append((moment.at, reduce(np.matmul, heard)))
        return find_regime(self.chain, calendar.span, moments, name, self.tell) if moments else None

    def flows(self, shares: Floats) -> list[Flow]:
        """How often delays end, per second."""
        space = self.space
        owners = owners_of(space, self.module)
        columns = (space.source, space.target, space.rate * shares[space.source], space.delay)
        return [
            Flow(source, target, rate, *owners[delay])
            for source, target, rate, delay in zip(*(c.tolist() for c in columns), strict=True)
            if delay != NO_END and rate > 0.0
        ]


def _begin_after_single_epochs(process: Process, chain: Chain, jumps: dict[str, Floats]) -> Floats:
    """A start in the states that are possible once all schedules of one epoch have rung."""
    lasting = [jumps[s.name] for s in process.schedules if s.name in jumps and s.period]
    single = [s for s in process.schedules if s.name in jumps and not s.period]
    ways = [np.nonzero(jump) for jump in lasting]
    source = np.concatenate([chain.source, *(way[0] for way in ways)])
    target = np.concatenate([chain.target, *(way[1] for way in ways)])
    anything = make_chain(chain.n, source, target, np.ones(len(source)), chain.start)
    possible = chain.start > 0.0
    for schedule in sorted(single, key=lambda one: one.offset):
        possible = (find_reached(anything, possible) @ jumps[schedule.name]) > 0.0
    if lasting:
        possible = find_reached(anything, possible)
    start: Floats = possible / possible.sum()
    return start


def explore_epochs(
    process: Process, *, most_states: int
) -> tuple[StateSpace, Chain, dict[str, Floats]]:
    """Return the states of a Process, its chain between epochs, and what epochs do.

    Parameters
    ----------
    process : Process
    most_states : int
        More than these are refused.

    Returns
    -------
    space : StateSpace
        Its transitions are those of the chain alone.
    chain : Chain
    jumps : dict of str to ndarray of float64, shape (n, n)
        For each schedule, chances from row to column at an epoch.
    """
    bells = tuple(_bell(n, schedule.emits) for n, schedule in enumerate(process.schedules))
    extended = replace(process, automata=process.automata + bells, schedules=())
    whole = explore(extended, most_states=most_states)
    n, n_delays = len(whole), sum(len(automaton.delays) for automaton in process.automata)
    jumps = {}
    for number, schedule in enumerate(process.schedules, n_delays):
        own = whole.delay == number
        flat = add_up(whole.source[own] * n + whole.target[own], whole.rate[own], n * n)
        jumps[schedule.name] = flat.reshape(n, n)
    kept = whole.delay < n_delays
    space = replace(
        whole,
        process=process,
        source=whole.source[kept],
        target=whole.target[kept],
        rate=whole.rate[kept],
        delay=whole.delay[kept],
    )
    return space, make_chain(n, space.source, space.target, space.rate, space.start), jumps


def _bell(number: int, emits: tuple[str, ...]) -> Automaton:
    """An automaton that emits the signals of a schedule, once a second on average."""
    row = Row((Alternative(_RINGS, emits=emits),))
    delay = Delay("epoch", (_RINGS,), Exponential(1.0), row)
    return Automaton(f"schedule {number}", (Phase(_RINGS),), ((_RINGS, 1.0),), (delay,))


def _flows_at_epochs(regime: Regime) -> list[Flow]:
    """What epochs do to states, per second."""
    pairs = zip(regime.before, regime.jumps, strict=True)
    together = np.add.reduce([before[:, None] * jump for before, jump in pairs])
    together /= float(regime.span)
    source, target = np.nonzero(together)
    return [
        Flow(s, t, float(together[s, t]), *AT_EPOCH)
        for s, t in zip(source.tolist(), target.tolist(), strict=True)
        if s != t
    ]


def _look(space: StateSpace, leaf: Leaf) -> list[Hashable]:
    """The value of a leaf in each state."""
    number, values = space.look(leaf)
    return [values[one] for one in number.tolist()]
