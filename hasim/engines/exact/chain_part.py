"""A module whose automata feel one another: all of its states, as a Markov chain."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from numpy.typing import NDArray

from hasim.engines.exact.items import Leaf, PhaseNow
from hasim.engines.exact.markov.chain import Chain, make_chain
from hasim.engines.exact.modules import Module, restrict
from hasim.engines.exact.named_chains import solve_named
from hasim.engines.exact.parts import Flow, Part
from hasim.engines.exact.statespace import NO_END, StateSpace, explore
from hasim.errors import RefusedError
from hasim.process import Process

#: More states than this take longer to find than a simulation takes for a fair answer.
MOST_STATES = 10_000

#: More automata than this have far more states, and each state takes memory for all of them.
MOST_AUTOMATA = 60


def solve_chain(process: Process, module: Module) -> Part:
    """Return the long run of a module as a Markov chain.

    Raises
    ------
    RefusedError
        Where laws have memory, there are too many states, or several sets of states are never left.
    """
    if len(module.automata) > MOST_AUTOMATA:
        raise RefusedError([f"{len(module.automata)} parts that bear on one another are too many"])
    space = explore(restrict(process, module), most_states=MOST_STATES)
    shares = solve_named(chain_of(space), _name(process, module), lambda n: f"({space.tell(n)})")
    return Part(
        automata=module.automata,
        shares=shares,
        flows=_flows(space, module, shares),
        look=lambda leaf: _look(space, leaf),
    )


def _name(process: Process, module: Module) -> str:
    first = process.automata[module.automata[0]]
    others = len(module.automata) - 1
    more = f" with {others} more" if others else ""
    return f"{first.origin.name or first.name}{more}"


def chain_of(space: StateSpace) -> Chain:
    """Return the transitions of a state space without the delays that they come from."""
    return make_chain(len(space), space.source, space.target, space.rate, space.start)


def _flows(space: StateSpace, module: Module, shares: NDArray[np.float64]) -> tuple[Flow, ...]:
    owners = [
        (index, delay)
        for index, automaton in zip(module.automata, space.process.automata, strict=True)
        for delay in range(len(automaton.delays))
    ]
    columns = (space.source, space.target, space.rate * shares[space.source], space.delay)
    return tuple(
        Flow(source, target, rate, *owners[delay])
        for source, target, rate, delay in zip(*(c.tolist() for c in columns), strict=True)
        if delay != NO_END and rate > 0.0
    )


def _look(space: StateSpace, leaf: Leaf) -> list[Hashable]:
    """The value of a leaf in each state."""
    automaton = next(a for a in space.process.automata if a.name == leaf.automaton)
    if isinstance(leaf, PhaseNow):
        names = [phase.name for phase in automaton.phases]
        waits = _waits(space, leaf.automaton, [phase.pool for phase in automaton.phases])
        phases = space.phase(leaf.automaton).tolist()
        return [(names[p], w) for p, w in zip(phases, waits, strict=True)]
    members = space.members(leaf.automaton, leaf.phase)
    if leaf.token != "any":
        holding = space.holds_token(leaf.automaton)
        members = members * (holding if leaf.token == "holding" else ~holding)
    found: list[Hashable] = members.tolist()
    return found


def _waits(space: StateSpace, automaton: str, pools: list[str | None]) -> list[bool]:
    needs = np.array([pool is not None for pool in pools])[space.phase(automaton)]
    waits: list[bool] = (needs & ~space.holds_token(automaton)).tolist()
    return waits
