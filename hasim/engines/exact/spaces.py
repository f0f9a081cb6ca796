"""State spaces that were explored lately: one Process is asked many things.

Rules of this file: only small spaces are kept, and only the last few.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cached_property

from hasim.engines.exact.markov.chain import Chain, Floats, make_chain
from hasim.engines.exact.named_chains import solve_named
from hasim.engines.exact.phase_type import AS_THEY_ARE, StandIns
from hasim.engines.exact.statespace import StateSpace, explore
from hasim.process import Process

#: Spaces that are kept, and states of the largest of them: some 10 MB together.
_KEPT, _MOST_KEPT = 4, 5_000


class Explored:
    """A state space with its chain and, once asked for, its long run.

    Parameters
    ----------
    space : StateSpace
    """

    def __init__(self, space: StateSpace) -> None:
        self.space = space
        self._shares: Floats | None = None

    @cached_property
    def chain(self) -> Chain:
        """The transitions without the delays that they come from."""
        one = self.space
        return make_chain(len(one), one.source, one.target, one.rate, one.start)

    def shares(self, name: str, tell: Callable[[int], str]) -> Floats:
        """Long-run share of time of each state; arguments and refusals as of `solve_named`."""
        if self._shares is None:
            self._shares = solve_named(self.chain, name, tell)
        return self._shares


_explored: OrderedDict[object, Explored] = OrderedDict()


def explore_once(
    process: Process,
    *,
    most_states: int,
    classes: Sequence[Sequence[str]] = (),
    stand_ins: StandIns = AS_THEY_ARE,
) -> Explored:
    """Explore a Process, or take what is known of it; arguments and refusals as of `explore`."""
    names = {automaton.name for automaton in process.automata}
    own = {where: law for where, law in stand_ins.items() if where[0] in names}
    key = (process.content_hash, tuple(tuple(some) for some in classes), frozenset(own.items()))
    known = _explored.get(key)
    if known is None or len(known.space) > most_states:
        known = Explored(explore(process, most_states=most_states, classes=classes, stand_ins=own))
        if len(known.space) <= _MOST_KEPT:
            _explored[key] = known
    if key in _explored:
        _explored.move_to_end(key)
    while len(_explored) > _KEPT:
        _explored.popitem(last=False)
    return known
