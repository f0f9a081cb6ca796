"""A module whose automata feel one another: all of its states, as a Markov chain.

Theory of operation: of states that differ only in which of some interchangeable automata is which,
one is kept. What is measured cannot tell them apart either (symmetry.py looks at the measures too),
so it may be read in the one that is kept. Then states that look alike to all that is measured are
added up, so that what comes after the chain has to deal with few.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hasim.engines.exact.exploring.obstacles import find_memory
from hasim.engines.exact.items import Leaf
from hasim.engines.exact.marked import MarkedSpace, explore_marked
from hasim.engines.exact.markov.chain import Floats, add_up
from hasim.engines.exact.modules import Module, restrict
from hasim.engines.exact.parts import Flow, Part
from hasim.engines.exact.phase_type import AS_THEY_ARE, StandIns
from hasim.engines.exact.regenerative import solve_one_clock
from hasim.engines.exact.spaces import explore_once
from hasim.engines.exact.staging import give_stages
from hasim.engines.exact.statespace import NO_END, StateSpace
from hasim.errors import RefusedError, cut_list
from hasim.process import Automaton, Delay, Process

Ints = NDArray[np.int64]

#: More states than this take some ten seconds, in which a simulation gives a fair answer.
MOST_STATES = 100_000

#: The most where nothing else may answer; such a chain may need 3 GB.
MOST_STATES_ALONE = 1_000_000

#: More different automata than this have far more states, and each state takes memory for them;
#: more in all take over ten seconds even where they are alike.
MOST_DIFFERENT, MOST_AUTOMATA = 60, 1_000

#: Moves between states that look different: some 0.6 GB.
MOST_FLOWS = 3_000_000

#: States without stages from which those with stages are made; a second of plain exploration.
_MOST_MARKED = 6_000

#: Names of classes that are told.
_MOST_TOLD = 3


class _View(NamedTuple):
    """How states look to all that is measured.

    Parameters
    ----------
    columns : ndarray
        The states.
    looks : dict of Leaf to (ndarray, list)
        Number in each state, and the value of each number.
    group, first : ndarray of int64
        Group of each state, those that look alike, and a state of each group.
    """

    columns: Ints
    looks: dict[Leaf, tuple[Ints, list[Hashable]]]
    group: Ints
    first: Ints


class ChainSolver:
    """The long run of a module as a Markov chain, with any laws that are stages.

    Parameters
    ----------
    process : Process
    module : Module
    leaves : sequence of Leaf
        All that will be looked at, in any module.
    classes : sequence of sequence of str
        Interchangeable automata of the whole Process.

    Raises
    ------
    RefusedError
        Where too many different automata are in it.
    """

    def __init__(
        self,
        process: Process,
        module: Module,
        leaves: Sequence[Leaf],
        classes: Sequence[Sequence[str]] = (),
    ) -> None:
        self._process, self._module = process, module
        self._counted = _count_classes(process, module, classes)
        self._inside = restrict(process, module)
        names = {automaton.name for automaton in self._inside.automata}
        self._leaves = [leaf for leaf in leaves if leaf.automaton in names]
        self._view: _View | None = None

    def solve(self, *, most_states: int = MOST_STATES, stand_ins: StandIns = AS_THEY_ARE) -> Part:
        """Return the long run.

        Parameters
        ----------
        most_states : int, optional
            More are refused.
        stand_ins : mapping of (str, str) to StagedLaw, optional
            Laws put in the place of those of the Process, by automaton and delay.

        Raises
        ------
        RefusedError
            Where laws have memory, there are too many states, or several sets of states are never
            left.
        """
        clocks = list(find_memory(self._inside, stand_ins))
        space, shares = (
            solve_one_clock(self._inside, self._counted, self._name)
            if clocks
            else self._solve_markov(most_states, stand_ins)
        )
        view = self._view = self._view_of(space)
        return Part(
            automata=self._module.automata,
            shares=add_up(view.group, shares, len(view.first)),
            flows=_flows(space, self._module, shares, view.group),
            look=lambda leaf: _read(view.looks[leaf], view.first),
            notes=_tell_classes(self._process, self._counted, len(space)) + _tell_clocks(clocks),
        )

    def _view_of(self, space: StateSpace) -> _View:
        """How the states look; as before, where these are the same states."""
        if self._view is not None and self._view.columns is space.columns:
            return self._view
        looks = {leaf: space.look(leaf) for leaf in self._leaves}
        group, first = _group_alike(len(space), [number for number, _ in looks.values()])
        return _View(space.columns, looks, group, first)

    def _solve_markov(self, most_states: int, stand_ins: StandIns) -> tuple[StateSpace, Floats]:
        marked = self._marked if stand_ins else None
        if marked is not None and set(marked.clocks) == set(stand_ins):
            return give_stages(marked, stand_ins, self._name, most_states=most_states)
        known = explore_once(
            self._inside, most_states=most_states, classes=self._counted, stand_ins=stand_ins
        )
        return known.space, known.shares(self._name, lambda n: f"({known.space.tell(n)})")

    @property
    def _name(self) -> str:
        return name_of(self._process, self._module)

    @cached_property
    def _marked(self) -> MarkedSpace | None:
        """The states without the progress of clocks with memory, where these can be kept apart."""
        if self._counted:
            return None
        laws = {
            (a.name, delay.name): delay.law for a, delay in find_memory(self._inside, AS_THEY_ARE)
        }
        try:
            return explore_marked(self._inside, laws, most_states=_MOST_MARKED)
        except RefusedError:
            return None


def _count_classes(
    process: Process, module: Module, classes: Sequence[Sequence[str]]
) -> list[tuple[str, ...]]:
    """The classes within a module; refused where too many of its automata are different."""
    names = {process.automata[index].name for index in module.automata}
    inside = [tuple(name for name in some if name in names) for some in classes]
    counted = [some for some in inside if len(some) > 1]
    _check_number(len(names) - sum(len(some) - 1 for some in counted), MOST_DIFFERENT)
    return counted


def check_size(module: Module) -> None:
    """Refuse a module that is too large even if all of its automata are alike."""
    _check_number(len(module.automata), MOST_AUTOMATA)


def _check_number(automata: int, most: int) -> None:
    if automata > most:
        raise RefusedError([f"{automata:,} parts that bear on one another are too many"])


def name_of(process: Process, module: Module) -> str:
    """Return what a module is called in messages."""
    first = process.automata[module.automata[0]]
    others = len(module.automata) - 1
    more = f" with {others} more" if others else ""
    return f"{first.origin.name or first.name}{more}"


def _group_alike(n_states: int, columns: Sequence[Ints]) -> tuple[Ints, Ints]:
    """The group of each state, those with equal numbers in all columns, and a state of each."""
    key, n_keys = np.zeros(n_states, dtype=np.int64), 1
    for column in columns:
        base = int(column.max(initial=0)) + 1
        if n_keys > np.iinfo(np.int64).max // base:
            key = np.unique(key, return_inverse=True)[1]
            n_keys = int(key.max(initial=0)) + 1
        key, n_keys = key * base + column, n_keys * base
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    return group.astype(np.int64), first.astype(np.int64)


def owners_of(space: StateSpace, module: Module) -> list[tuple[int, int]]:
    """Return automaton and delay within it, as in the whole Process, of each delay of a module."""
    return [
        (index, delay)
        for index, automaton in zip(module.automata, space.process.automata, strict=True)
        for delay in range(len(automaton.delays))
    ]


def _flows(
    space: StateSpace, module: Module, shares: NDArray[np.float64], group: Ints
) -> tuple[Flow, ...]:
    """How often each delay leads from one group of states to another."""
    owners = owners_of(space, module)
    ends = np.flatnonzero(space.delay != NO_END)
    source, target = space.source[ends], space.target[ends]
    rate = space.rate[ends] * shares[source]
    columns = [group[source], group[target], space.delay[ends]]
    way, first = _group_alike(len(ends), columns)
    if len(first) > MOST_FLOWS:
        raise RefusedError(
            [f"what is measured tells over {MOST_FLOWS:,} moves between its states apart"]
        )
    rates = add_up(way, rate, len(first)).tolist()
    kinds = zip(rates, *(column[first].tolist() for column in columns), strict=True)
    return tuple(
        Flow(source, target, rate, *owners[delay])
        for rate, source, target, delay in kinds
        if rate > 0.0
    )


def _read(look: tuple[Ints, list[Hashable]], states: Ints) -> list[Hashable]:
    """The value of a leaf in some states."""
    number, values = look
    return [values[one] for one in number[states].tolist()]


def _tell_classes(
    process: Process, classes: Sequence[Sequence[str]], n_states: int
) -> tuple[str, ...]:
    """One sentence that says who was counted instead of told apart."""
    if not classes:
        return ()
    origins = {automaton.name: automaton.origin.name for automaton in process.automata}
    told = [_tell_class([origins[name] or name for name in some]) for some in classes]
    more = f" and {len(told) - _MOST_TOLD} groups more" if len(told) > _MOST_TOLD else ""
    listed = ", ".join(told[:_MOST_TOLD]) + more
    return (f"{listed} are interchangeable and counted, {n_states:,} states",)


def _tell_clocks(clocks: Sequence[tuple[Automaton, Delay]]) -> tuple[str, ...]:
    """One sentence that says whose memory was followed."""
    if not clocks:
        return ()
    told = list(dict.fromkeys(f"{d.name} of {a.origin.name or a.name}" for a, d in clocks))
    listed = cut_list(told, _MOST_TOLD)
    return (f"of what has memory ({listed}) no two ever run at once",)


def _tell_class(names: Sequence[str]) -> str:
    groups = {name.rpartition(".")[0] for name in names}
    whose = groups.pop() if len(groups) == 1 else ""
    return f"the {len(names)} members of {whose or f'{names[0]} to {names[-1]}'}"
