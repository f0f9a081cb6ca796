"""The modules of a Process, each solved by the cheapest method that is sound for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from hasim.engines.exact.chain_part import MOST_STATES, ChainSolver, check_size
from hasim.engines.exact.items import Leaf
from hasim.engines.exact.measured import goals_of, measured_modules
from hasim.engines.exact.modules import Module, hears_schedules
from hasim.engines.exact.parts import Part
from hasim.engines.exact.phase_type import AS_THEY_ARE, StagedLaw, StandIns
from hasim.engines.exact.recipe import leaves_of
from hasim.engines.exact.renewal import solve_renewal, stays_in_step
from hasim.engines.exact.symmetry import find_classes
from hasim.errors import NoLongRunError, RefusedError
from hasim.process import Automaton, Process

#: A module, by its automata, and the laws put in the place of those in it.
_Key = tuple[tuple[int, ...], frozenset[tuple[tuple[str, str], StagedLaw]]]


class PartSolver:
    """What the measures of one Process depend on; what is found is kept from call to call.

    Parameters
    ----------
    process : Process
        Only what its measures look at can be looked at in the parts.
    """

    def __init__(self, process: Process) -> None:
        self._process = process
        self._parts: dict[_Key, Part] = {}
        self._chains: dict[tuple[int, ...], ChainSolver] = {}

    @cached_property
    def modules(self) -> list[Module]:
        """The modules that are measured."""
        return measured_modules(self._process)

    def solve(
        self, *, most_states: int = MOST_STATES, stand_ins: StandIns = AS_THEY_ARE
    ) -> list[Part]:
        """Return the long run of every module measured, or refuse with all that stands in the way.

        Parameters
        ----------
        most_states : int, optional
            Of a module that has to be explored.
        stand_ins : mapping of (str, str) to StagedLaw, optional
            Laws put in the place of those of the Process in a module that has to be explored, by
            automaton and delay.

        Raises
        ------
        NoLongRunError
            At the first module without one that is looked at, whatever stands in the way of others.
        RefusedError
            With a sentence for each thing that stands in the way.
        """
        parts: list[Part] = []
        refusals: list[str] = []
        for module in self.modules:
            try:
                parts.append(
                    self.solve_module(module, most_states=most_states, stand_ins=stand_ins)
                )
            except NoLongRunError:
                raise
            except RefusedError as error:
                refusals += error.refusals
        if not refusals:
            refusals += find_in_step(self._process, parts)
        if refusals:
            raise RefusedError(dict.fromkeys(refusals))
        return parts

    def solve_module(
        self,
        module: Module,
        *,
        most_states: int = MOST_STATES,
        stand_ins: StandIns = AS_THEY_ARE,
    ) -> Part:
        """Return the long run of a module, by means where they suffice, else as a Markov chain.

        Parameters
        ----------
        module : Module
        most_states, stand_ins
            As of `solve`.

        Raises
        ------
        RefusedError
            With what stops either.
        """
        names = {self._process.automata[index].name for index in module.automata}
        own = {where: law for where, law in stand_ins.items() if where[0] in names}
        key = (module.automata, frozenset(own.items()))
        found = self._parts.get(key)
        if found is None:
            found = self._parts[key] = self._solve(module, most_states, own)
        return found

    @cached_property
    def _leaves(self) -> list[Leaf]:
        return leaves_of(self._process, list(goals_of(self._process, self._process.measures)))

    @cached_property
    def _classes(self) -> tuple[tuple[str, ...], ...]:
        return find_classes(self._process)

    def _solve(self, module: Module, most_states: int, stand_ins: StandIns) -> Part:
        process = self._process
        if len(module.automata) > 1:
            return self._solve_together(module, most_states, stand_ins)
        (index,) = module.automata
        automaton = process.automata[index]
        needs_chain = automaton.count is not None or _can_lack_tokens(process, automaton)
        if needs_chain or hears_schedules(process, module):
            return self._solve_chain(module, most_states, stand_ins)
        try:
            return solve_renewal(automaton, index)
        except NoLongRunError:
            raise
        except RefusedError as error:
            try:
                return self._solve_chain(module, most_states, stand_ins)
            except NoLongRunError:
                raise
            except RefusedError:
                raise error from None

    def _solve_together(self, module: Module, most_states: int, stand_ins: StandIns) -> Part:
        try:
            return self._solve_chain(module, most_states, stand_ins)
        except RefusedError as error:
            parts = (self._process.automata[index] for index in module.automata)
            names = list(dict.fromkeys(part.origin.name or part.name for part in parts))
            who = f"{names[0]} and {names[-1]}" if len(names) > 1 else f"the parts of {names[0]}"
            together = f"{who} are not independent ({module.bonds[0]})"
            raise RefusedError(f"{together}, and {one}" for one in error.refusals) from None

    def _solve_chain(self, module: Module, most_states: int, stand_ins: StandIns) -> Part:
        check_size(module)
        if hears_schedules(self._process, module):
            from hasim.engines.exact.calendar_part import solve_by_calendar

            return solve_by_calendar(self._process, module)
        chain = self._chains.get(module.automata)
        if chain is None:
            classes = self._classes if len(module.automata) > 1 else ()
            chain = ChainSolver(self._process, module, self._leaves, classes)
            self._chains[module.automata] = chain
        return chain.solve(most_states=most_states, stand_ins=stand_ins)


def _can_lack_tokens(process: Process, automaton: Automaton) -> bool:
    """Whether an automaton that shares its pools with nobody may yet have to wait."""
    sized = {pool.name for pool in process.pools if isinstance(pool.size, str)}
    return bool(sized) and any(phase.pool in sized for phase in automaton.phases)


def find_in_step(process: Process, parts: Sequence[Part]) -> Iterator[str]:
    """Yield a sentence where modules may keep in step for ever, and so are not independent."""
    single = [process.automata[part.automata[0]] for part in parts if len(part.automata) == 1]
    rigid = [automaton for automaton in single if stays_in_step(automaton)]
    if len(rigid) > 1:
        names = " and ".join(a.origin.name or a.name for a in rigid[:2])
        yield f"{names} go round in fixed times, so they may keep in step for ever"
    elif rigid and any(part.regime is not None for part in parts):
        name = rigid[0].origin.name or rigid[0].name
        yield f"{name} goes round in fixed times, so it may keep in step with a schedule for ever"
