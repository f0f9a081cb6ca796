"""The engine matched: a Process whose laws have memory in, its long run with a band out.

Theory of operation (docs/matched.md): in the *base* all laws with memory are stood for by few
exponential stages with the same mean and, where so few can have it, variance. Then one law after
another is stood for more closely, the others left as in the base. What the single changes do
together lies between their sum and their product, since some laws act apart and others on one
another; the band goes over both, and beyond by what the fits leave open.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hasim.engines.bands import Band, LongRunBands
from hasim.engines.exact.engine import LongRun, read_out
from hasim.engines.exact.modules import Module
from hasim.engines.exact.part_solver import PartSolver
from hasim.engines.exact.phase_type import StandIns, phase_type_of
from hasim.engines.matched.closeness import Closeness, base_of, come_close
from hasim.engines.matched.figures import Key, flatten, gather, size_of
from hasim.engines.matched.obstacles import Where, find_doubts, find_refusals, tell_place
from hasim.errors import NoLongRunError, NothingToReplaceError, RefusedError
from hasim.laws import Law
from hasim.process import Automaton, Process

#: By these shares of the sum of all changes from the base, and of the figure itself, the band is
#: widened; they hold on random models (verification/test_matched.py) and for closed forms.
SLACK, FLOOR = 0.04, 0.0035

#: Relative changes below this are roundings: the figure does not depend on the laws.
ROUNDING = 1e-9

#: Where the first change of every figure is relatively smaller, the law is not come closer to, and
#: what is left is taken for so many times that change.
NEGLIGIBLE, LEFT = 1e-4, 2.0


@dataclass(frozen=True, slots=True)
class MatchedRun(LongRunBands):
    """What the engine says about a Process.

    Parameters
    ----------
    outages, values, missing
        As of `LongRunBands`.
    replaced : tuple of str
        Delays whose laws were stood for by others.
    notes : tuple of str
        Sentences about how the rest was found.
    doubts : tuple of str
        Sentences about what a band may be off for; to be trusted only where a simulation agrees.
    """

    replaced: tuple[str, ...]
    notes: tuple[str, ...]
    doubts: tuple[str, ...]


def match_long_run(process: Process, *, work: int) -> MatchedRun:
    """Return bands of the long-run figures of all measures of a Process.

    Parameters
    ----------
    process : Process
    work : int
        States of all chains together, at most.

    Returns
    -------
    MatchedRun

    Raises
    ------
    NothingToReplaceError
        Where no law with memory stands in the way of an exact answer.
    RefusedError
        With one sentence for each thing that stands in the way.
    """
    solver = PartSolver(process)
    modules = list(_open_modules(solver, work))
    laws = _laws_with_memory(process, modules)
    if not laws:
        if not modules:
            solver.solve(most_states=work)  # Refuses modules that keep in step, as exact does.
        raise NothingToReplaceError(
            ["no law with memory stands in the way of an exact answer; take the engine exact"]
        )
    refusals = list(find_refusals(process, modules, laws))
    if refusals:
        raise RefusedError(dict.fromkeys(refusals))
    doubts = tuple(find_doubts(process, modules, laws))
    return _Solver(process, solver, work, laws, doubts).match()


def _laws_with_memory(process: Process, modules: Iterable[Module]) -> dict[Law, list[Where]]:
    """Laws that are no staged ones, with the delays that have them."""
    laws: dict[Law, list[Where]] = {}
    for automaton in _members(process, modules):
        for delay in automaton.delays:
            if phase_type_of(delay.law) is None:
                laws.setdefault(delay.law, []).append((automaton.name, delay.name))
    return laws


def _members(process: Process, modules: Iterable[Module]) -> Iterator[Automaton]:
    for module in modules:
        yield from (process.automata[index] for index in module.automata)


def _open_modules(solver: PartSolver, work: int) -> Iterator[Module]:
    """Modules that are not answered exactly."""
    for module in solver.modules:
        try:
            solver.solve_module(module, most_states=work)
        except NoLongRunError:
            raise
        except RefusedError:
            yield module


@dataclass(frozen=True, slots=True)
class _Solver:
    process: Process
    solver: PartSolver
    work: int
    laws: Mapping[Law, Sequence[Where]]
    doubts: tuple[str, ...]

    def match(self) -> MatchedRun:
        closer = {law: come_close(law) for law in self.laws}
        most_states = self.work // (1 + sum(len(close.laws) for close in closer.values()))
        base = {where: base_of(law) for law, places in self.laws.items() for where in places}
        found = self._solve(base, most_states)
        start = flatten(found)
        changes = []
        for law, close in closer.items():
            runs = [start]
            for one in close.laws:
                replaced = {**base, **dict.fromkeys(self.laws[law], one)}
                runs.append(flatten(self._solve(replaced, most_states)))
                if one is close.laws[0] and _is_negligible(start, runs[-1]):
                    break
            changes.append((runs, close))
        bands = {
            key: _combine(
                value, [_weigh(runs, close, key) for runs, close in changes], size_of(key, start)
            )
            for key, value in start.items()
        }
        figures = gather(found, bands)
        return MatchedRun(
            figures.outages,
            figures.values,
            figures.missing,
            self._replaced(),
            found.notes,
            self.doubts,
        )

    def _solve(self, stand_ins: StandIns, most_states: int) -> LongRun:
        try:
            parts = self.solver.solve(most_states=most_states, stand_ins=stand_ins)
            return read_out(self.process, parts, stand_ins=stand_ins)
        except NoLongRunError:
            raise
        except RefusedError as error:
            raise RefusedError(
                f"with stages in place of laws, {text}" for text in error.refusals
            ) from None

    def _replaced(self) -> tuple[str, ...]:
        named = {automaton.name: automaton for automaton in self.process.automata}
        told = (tell_place(named, where) for places in self.laws.values() for where in places)
        return tuple(dict.fromkeys(told))


@dataclass(frozen=True, slots=True)
class _Change:
    """A figure with one law come close to, and how far that may still be off."""

    value: float
    left: float


def _is_negligible(start: Mapping[Key, float], run: Mapping[Key, float]) -> bool:
    return all(
        abs(run.get(key, 0.0) - value) <= NEGLIGIBLE * abs(value) for key, value in start.items()
    )


def _weigh(runs: Sequence[Mapping[Key, float]], close: Closeness, key: Key) -> _Change:
    """What a figure becomes with one law come close to, or not so close where that is enough."""
    values = [run.get(key, 0.0) for run in runs]
    if len(values) <= len(close.laws):
        start, value = values[0], values[-1]
        return _Change(value, LEFT * abs(value - start))
    value, other = (
        math.fsum(weight * one for weight, one in zip(weights, values, strict=True))
        for weights in (close.weights, close.coarser)
    )
    return _Change(value, abs(value - other))


def _combine(start: float, changes: Sequence[_Change], size: float) -> Band:
    """The band around the base with all changes added and with all of them multiplied."""
    by = [one.value - start for one in changes]
    moved = math.fsum(map(abs, by))
    if moved <= ROUNDING * abs(start):
        return Band(start, start, start)
    added = start + math.fsum(by)
    if start > 0.0 and added < 0.0:
        raise RefusedError(["what its laws change is too much to be added up"])
    multiplied = added if start == 0.0 else start * math.prod(1.0 + one / start for one in by)
    slack = math.fsum(one.left for one in changes) + SLACK * moved + FLOOR * size
    low, high = min(added, multiplied) - slack, max(added, multiplied) + slack
    return Band(added, max(low, 0.0) if start >= 0.0 else low, high)
