"""The engine bounds: a Process in, limits of its long run out that hold for certain.

Theory of operation (docs/bounds.md): modules are as in the exact engine. One of several automata is
gone through from its most probable states on, as far as the work allowed goes; what that leaves
open widens every figure that depends on it. Modules are independent, so that each figure is linear
in the shares of each module, and what one leaves open is added to what the others do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hasim.engines.bands import Band, LongRunBands, OutageBands
from hasim.engines.bounds.bounded_part import LargeModule, Unseen
from hasim.engines.bounds.level_ranges import Range, find_ranges
from hasim.engines.exact.engine import LongRun, OutageFigures, read_out
from hasim.engines.exact.measured import automata_measured, goals_of
from hasim.engines.exact.modules import Module
from hasim.engines.exact.part_solver import PartSolver, find_in_step
from hasim.engines.exact.parts import Part
from hasim.engines.exact.recipe import leaves_of
from hasim.engines.exact.symmetry import find_classes
from hasim.errors import RefusedError
from hasim.process import Average, Measure, Outages, Process, Rate, Share

#: More automata than this that bear on one another are not tried.
MOST_AUTOMATA = 400


@dataclass(frozen=True, slots=True)
class BoundedRun(LongRunBands):
    """What the engine says about a Process.

    Parameters
    ----------
    outages, values, missing
        As of `LongRunBands`; a value is what it is if no time passes outside the states gone
        through.
    n_states : int
        States gone through in modules of several automata.
    is_complete : bool
        Whether these were all, so that the limits meet.
    """

    n_states: int
    is_complete: bool


def bound_long_run(
    process: Process,
    levels: Sequence[float] = (),
    *,
    rounds: Sequence[int],
    is_enough: Callable[[BoundedRun], bool],
) -> BoundedRun:
    """Return limits of the long-run figures of all measures of a Process.

    Parameters
    ----------
    process : Process
    levels : sequence of float
        Shares of the outages whose greatest length is asked.
    rounds : sequence of int
        Transitions of each large module after which the limits are looked at, ascending.
    is_enough : callable
        Whether the limits will do; asked after each round.

    Returns
    -------
    BoundedRun
        Of the last round where none is enough.

    Raises
    ------
    RefusedError
        With one sentence for each thing that stands in the way.
    """
    small, large = _split(process)
    leaves = leaves_of(process, list(goals_of(process, process.measures)))
    found: BoundedRun | None = None
    for most in rounds:
        solved = [one.solve(most, leaves) for one in large]
        parts = sorted([*small, *(part for part, _ in solved)], key=lambda part: part.automata)
        in_step = list(find_in_step(process, parts))
        if in_step:
            raise RefusedError(in_step)
        unseen = {part.automata: one for part, one in solved}
        found = _Widening(process, parts, unseen).widen(read_out(process, parts, levels))
        if is_enough(found) or all(one.is_complete for one in large):
            break
    assert found is not None, "no rounds"
    return found


def _split(process: Process) -> tuple[list[Part], list[LargeModule]]:
    """The modules that are solved as they are, and those of several automata to be gone through."""
    classes = find_classes(process)
    solver = PartSolver(process)
    small: list[Part] = []
    large: list[LargeModule] = []
    refusals: list[str] = []
    for module in solver.modules:
        opened = _try_to_open(process, module, classes)
        if isinstance(opened, LargeModule):
            large.append(opened)
            continue
        try:
            small.append(solver.solve_module(module))
        except RefusedError as error:
            refusals += opened or error.refusals
    if refusals:
        raise RefusedError(refusals)
    return small, large


def _try_to_open(
    process: Process, module: Module, classes: Sequence[Sequence[str]]
) -> LargeModule | tuple[str, ...]:
    """A module of several automata, or what keeps it from being gone through."""
    if len(module.automata) == 1:
        return ()
    if len(module.automata) > MOST_AUTOMATA:
        return (f"{len(module.automata)} parts that bear on one another are too many",)
    try:
        return LargeModule(process, module, classes)
    except RefusedError as error:
        return error.refusals


@dataclass(frozen=True, eq=False)
class _Widening:
    """Makes limits of figures that hold for the chains that start again."""

    process: Process
    parts: Sequence[Part]
    unseen: Mapping[tuple[int, ...], Unseen]

    def widen(self, found: LongRun) -> BoundedRun:
        ranges = find_ranges(self.process)
        outages: dict[str, OutageBands] = {}
        values: dict[str, Band] = {}
        missing: dict[str, Band] = {}
        for measure in self.process.measures:
            open_ = self._of(measure)
            match measure:
                case Outages():
                    outages[measure.name] = open_.widen_outages(found.outages[measure.name])
                case Share():
                    values[measure.name] = open_.widen(found.values[measure.name])
                    missing[measure.name] = open_.widen(found.missing[measure.name])
                case Average():
                    low, high = ranges[measure.level]
                    values[measure.name] = open_.widen(found.values[measure.name], (low, high))
                    missing[measure.name] = open_.widen(
                        found.missing[measure.name], (1.0 - high, 1.0 - low)
                    )
                case Rate():
                    values[measure.name] = open_.widen_rate(found.values[measure.name])
        n_states = sum(one.n_states for one in self.unseen.values())
        is_complete = not any(one.exits for one in self.unseen.values())
        return BoundedRun(outages, values, missing, n_states, is_complete)

    def _of(self, measure: Measure) -> _Open:
        """What is open of the modules that a measure depends on."""
        index = {automaton.name: i for i, automaton in enumerate(self.process.automata)}
        wanted = {index[name] for name in automata_measured(self.process, [measure])}
        parts = [part for part in self.parts if wanted.intersection(part.automata)]
        seen = [self.unseen[part.automata] for part in parts if part.automata in self.unseen]
        exact = (p for p in parts if p.automata not in self.unseen)
        events = math.fsum(flow.rate for part in exact for flow in part.flows)
        events += math.fsum(one.events for one in seen)
        return _Open(
            away=math.prod(1.0 + one.away for one in seen) - 1.0,
            begun=sum(one.exits + one.away * events for one in seen),
            error=math.prod(1.0 + one.error for one in seen) - 1.0,
        )


@dataclass(frozen=True, slots=True)
class _Open:
    """What is open for one measure.

    Parameters
    ----------
    away : float
        Time on ways home over time in the chains that start again, at most.
    begun : float
        Events per second that those chains miss, at most.
    error : float
        Bound of the relative error of what is computed from them.
    """

    away: float
    begun: float
    error: float

    def widen(self, value: float, limits: Range = (0.0, 1.0)) -> Band:
        """Return limits of an average of something that is always within `limits`."""
        least, most = limits
        sizes = value if least >= 0.0 else max(abs(least), abs(most))
        slack = self.error * sizes if self.error else 0.0
        low = max(least, (value - slack + self._times(least)) / (1.0 + self.away))
        high = min(most, (value + slack + self._times(most)) / (1.0 + self.away))
        return Band(value, min(low, value), max(high, value))

    def widen_rate(self, value: float) -> Band:
        """Return limits of how often something happens."""
        low = value * (1.0 - self.error) / (1.0 + self.away)
        return Band(value, max(0.0, low), value * (1.0 + self.error) + self.begun)

    def widen_outages(self, found: OutageFigures) -> OutageBands:
        return OutageBands(
            unavailability=self.widen(found.unavailability),
            availability=self.widen(found.availability),
            rate=self.widen_rate(found.rate),
            begun={name: self.widen_rate(one) for name, one in found.begun.items()},
            stages=self._widen_all(found.stages),
            causes=self._widen_all(found.causes),
            others=self.widen(0.0),
            begun_by_others=self.widen_rate(0.0),
            lengths=_exactly(found.lengths),
            why_no_lengths=found.why_no_lengths,
        )

    def _widen_all(self, shares: Mapping[str, float] | None) -> dict[str, Band] | None:
        return None if shares is None else {name: self.widen(x) for name, x in shares.items()}

    def _times(self, limit: float) -> float:
        return self.away * limit if self.away else 0.0


def _exactly(lengths: Sequence[float] | None) -> tuple[Band, ...] | None:
    return None if lengths is None else tuple(Band(one, one, one) for one in lengths)
