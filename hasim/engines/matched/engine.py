"""The engine matched: a Process whose laws have memory in, its long run with a band out.

Theory of operation (docs/matched.md): in the *base* all laws with memory are stood for by few
exponential stages with the same mean and, where so few can have it, variance. Then one law after
another is stood for more closely, the others left as in the base. What the single changes do
together lies between their sum and their product, since some laws act apart and others on one
another; the band goes over both, and beyond by what the fits leave open.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from hasim.engines.bands import Band, LongRunBands
from hasim.engines.exact.engine import KnownParts, LongRun, solve_exactly, solve_part
from hasim.engines.exact.modules import Module, hears_schedules, split
from hasim.engines.exact.phase_type import StandIns, phase_type_of
from hasim.engines.exact.renewal import stays_in_step
from hasim.engines.matched.closeness import Closeness, Order, come_close, stand_in
from hasim.engines.matched.figures import Key, flatten, gather
from hasim.errors import RefusedError
from hasim.laws import Law
from hasim.process import Automaton, Process

#: The first is quick and enough where failures are rare. Their slack holds on random models
#: (verification/test_matched.py).
ORDERS = (
    Order(base=1, stages=4, chain=4, slack=0.4),
    Order(base=2, stages=8, chain=16, slack=0.06),
)

#: A squared coefficient of variation above this is more than the bands were tried with.
MOST_VARIATION = 10.0

Where = tuple[str, str]


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
    """

    replaced: tuple[str, ...]
    notes: tuple[str, ...]


def match_long_run(
    process: Process,
    *,
    work: int,
    is_enough: Callable[[MatchedRun], bool],
) -> MatchedRun:
    """Return bands of the long-run figures of all measures of a Process.

    Parameters
    ----------
    process : Process
    work : int
        States of all chains of an order together, at most.
    is_enough : callable
        Whether the bands will do; asked after each order.

    Returns
    -------
    MatchedRun
        Of the last order where none is enough.

    Raises
    ------
    RefusedError
        With one sentence for each thing that stands in the way.
    """
    laws = _laws_with_memory(process)
    refusals = list(_obstacles(process, laws))
    if refusals:
        raise RefusedError(dict.fromkeys(refusals))
    solver = _Solver(process, work, laws, {})
    found: MatchedRun | None = None
    for order in ORDERS:
        found = solver.match(order)
        if is_enough(found):
            break
    assert found is not None, "no orders"
    return found


def _laws_with_memory(process: Process) -> dict[Law, list[Where]]:
    """Laws that are no staged ones, with the delays that have them, where means do not answer."""
    laws: dict[Law, list[Where]] = {}
    for automaton in _members(process):
        for delay in automaton.delays:
            if phase_type_of(delay.law) is None:
                laws.setdefault(delay.law, []).append((automaton.name, delay.name))
    return laws


def _members(process: Process) -> Iterator[Automaton]:
    for module in _open_modules(process):
        yield from (process.automata[index] for index in module.automata)


def _open_modules(process: Process) -> Iterator[Module]:
    """Modules that means do not answer."""
    for module in split(process):
        if len(module.automata) > 1 or not _is_answered(process, module):
            yield module


def _is_answered(process: Process, module: Module) -> bool:
    try:
        solve_part(process, module)
    except RefusedError:
        return False
    return True


def _obstacles(process: Process, laws: Mapping[Law, Sequence[Where]]) -> Iterator[str]:
    if not laws:
        yield "no law with memory stands in the way of an exact answer, so none can be replaced"
    named = {automaton.name: automaton for automaton in process.automata}
    for law, places in laws.items():
        if law.variance > MOST_VARIATION * law.mean**2:
            cv = math.sqrt(law.variance) / law.mean
            who = _tell(named, places[0])
            yield f"{who} varies too much (cv {cv:.3g}) for its band to be known"
    if any(hears_schedules(process, module) for module in _open_modules(process)):
        for schedule in process.schedules:
            name = schedule.origin.name or schedule.name
            yield f"{name} follows a calendar, which is not taken together with replaced laws"
    for automaton in _members(process):
        if stays_in_step(automaton):
            name = automaton.origin.name or automaton.name
            yield f"{name} goes round in fixed times, so it may keep in step with others"


def _tell(named: Mapping[str, Automaton], where: Where) -> str:
    automaton, delay = where
    return f"{delay} of {named[automaton].origin.name or automaton}"


@dataclass(frozen=True, slots=True)
class _Solver:
    process: Process
    work: int
    laws: Mapping[Law, Sequence[Where]]
    known: KnownParts

    def match(self, order: Order) -> MatchedRun:
        closer = {law: come_close(law, order) for law in self.laws}
        most_states = self.work // (1 + sum(len(close.laws) for close in closer.values()))
        base = {
            where: stand_in(law, order.base)
            for law, places in self.laws.items()
            for where in places
        }
        found = self._solve(base, most_states)
        start = flatten(found)
        changes: list[Callable[[Key], _Change]] = []
        for law, close in closer.items():
            runs = [start]
            for one in close.laws:
                replaced = {**base, **dict.fromkeys(self.laws[law], one)}
                runs.append(flatten(self._solve(replaced, most_states)))
            changes.append(partial(_weigh, runs, close))
        bands = {key: _combine(start[key], [one(key) for one in changes], order) for key in start}
        figures = gather(found, bands)
        return MatchedRun(
            figures.outages, figures.values, figures.missing, self._replaced(), found.notes
        )

    def _solve(self, stand_ins: StandIns, most_states: int) -> LongRun:
        return solve_exactly(
            self.process,
            most_states=most_states,
            stand_ins=stand_ins,
            known=self.known,
        )

    def _replaced(self) -> tuple[str, ...]:
        named = {automaton.name: automaton for automaton in self.process.automata}
        told = (_tell(named, where) for places in self.laws.values() for where in places)
        return tuple(dict.fromkeys(told))


@dataclass(frozen=True, slots=True)
class _Change:
    """A figure with one law come close to, and how far that may still be off."""

    value: float
    left: float


def _weigh(runs: Sequence[Mapping[Key, float]], close: Closeness, key: Key) -> _Change:
    """What a figure becomes with one law come close to."""
    values = [run.get(key, 0.0) for run in runs]
    value, other = (
        math.fsum(weight * one for weight, one in zip(weights, values, strict=True))
        for weights in (close.weights, close.coarser)
    )
    return _Change(value, abs(value - other))


def _combine(start: float, changes: Sequence[_Change], order: Order) -> Band:
    """The band around the base with all changes added and with all of them multiplied."""
    by = [one.value - start for one in changes]
    added = start + math.fsum(by)
    multiplied = added if start == 0.0 else start * math.prod(1.0 + one / start for one in by)
    slack = math.fsum(one.left for one in changes) + order.slack * math.fsum(map(abs, by))
    low, high = min(added, multiplied) - slack, max(added, multiplied) + slack
    if start >= 0.0:
        low, added = max(low, 0.0), max(added, 0.0)
    return Band(added, low, high)
