"""Measures, read from the reference engine at every settled instant (docs/semantics.md, 24 to 26).

Theory of operation: what holds after an instant holds until the next. So at each instant the
stretch since the one before is closed with the values read there, and the values are read anew.
Several instants at one moment leave a stretch of length zero, which does not exist: only the values
read last count. The window is cut out of each stretch by its ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import numpy as np
from numpy.typing import NDArray

from hasim.engines.record import EVENTS, TIME, MeasureColumns, OutageColumns, bin_of
from hasim.process import (
    Average,
    Blame,
    ByPhase,
    Charged,
    FirstFailing,
    Label,
    Outages,
    Process,
    Ranked,
    Rate,
    Share,
)

if TYPE_CHECKING:
    from hasim.engines.reference.simulation import Simulation

Window = tuple[float, float]
Results = tuple[NDArray[np.float64], NDArray[np.int64]]
Causes = dict[tuple[str, str] | None, str | None]


class MeasureReader:
    """Sums over the window of one replication.

    Parameters
    ----------
    process : Process
    columns : MeasureColumns
    window : tuple of float
        Begin and end, seconds.
    results : tuple of ndarray
        Row that is filled and histograms that are added to.
    """

    def __init__(
        self, process: Process, columns: MeasureColumns, window: Window, results: Results
    ) -> None:
        self._window = window
        self._row, histograms = results
        self._row[TIME] = window[1] - window[0]
        self._integrals: list[tuple[int, str]] = []
        self._rates: list[tuple[int, frozenset[tuple[str, str]]]] = []
        self._outages: list[OutageReader] = []
        self._since = 0.0
        self._integrands: list[float] = []
        self._causes: Causes = {None: None}
        self._causes |= {(a.name, d.name): d.cause for a in process.automata for d in a.delays}
        for measure in process.measures:
            column = columns.slices[measure.name].start
            match measure:
                case Share():
                    self._integrals.append((column, measure.gate))
                case Average():
                    self._integrals.append((column, measure.level))
                case Rate():
                    self._rates.append((column, frozenset(measure.delays)))
                case Outages():
                    place = columns.outages[measure.name]
                    results = (self._row, histograms[place.histogram])
                    self._outages.append(OutageReader(measure, place, window, results))
                case _:
                    assert_never(measure)

    def count_event(self, simulation: Simulation) -> None:
        """Count the event of an instant."""
        if self._window[0] <= simulation.now < self._window[1]:
            self._row[EVENTS] += 1
            for column, delays in self._rates:
                self._row[column] += simulation.ended in delays

    def read(self, simulation: Simulation) -> None:
        """Take down what is so after an instant."""
        now = simulation.now
        if now > self._since:
            self._close_stretch(now)
        self._integrands = [simulation.value(name) for _, name in self._integrals]
        for outages in self._outages:
            outages.read(simulation, self._causes)

    def close(self) -> None:
        """Take down the last stretch, up to the end of the window."""
        self._close_stretch(self._window[1])

    def _close_stretch(self, until: float) -> None:
        end = min(until, self._window[1])
        length = max(0.0, end - max(self._since, self._window[0]))
        for (column, _), value in zip(self._integrals, self._integrands, strict=True):
            self._row[column] += value * length
        for outages in self._outages:
            outages.close_stretch(self._since, length)
        self._since = until


class OutageReader:
    """Outages of one measure: those begun, ended, and the downtime, in one window."""

    def __init__(
        self, measure: Outages, place: OutageColumns, window: Window, results: Results
    ) -> None:
        self._measure = measure
        self._place = place
        self._window = window
        self._row, self._histogram = results
        self._is_down = False  # over the last stretch of positive length
        self._fails = False  # after the last instant
        self._cause: str | None = None  # of an outage that would begin now
        self._label: Label | None = None
        self._begun = 0.0

    def read(self, simulation: Simulation, causes: Causes) -> None:
        """Take down the gate and its blame after an instant; `causes` are those of delays."""
        gate = self._measure.gate
        self._fails = not simulation.value(gate)
        self._label = find_blame(self._measure.blame, simulation) if self._fails else None
        self._cause = causes[simulation.fallen_by[gate]]
        if self._cause is None and self._label is not None:
            self._cause = self._label.cause

    def close_stretch(self, since: float, length: float) -> None:
        """Count a stretch from `since` on, of which `length` is in the window."""
        counts = self._window[0] <= since < self._window[1]
        if self._fails and not self._is_down:
            self._begun = since
            self._count_begun(counts)
        elif self._is_down and not self._fails and counts:
            self._row[self._place.ended] += 1
            self._histogram[bin_of(since - self._begun)] += 1
        self._is_down = self._fails
        if self._fails:
            self._count_downtime(length)

    def _count_begun(self, counts: bool) -> None:
        self._row[self._place.begun] += counts
        if self._cause is not None:
            begun = self._row[self._place.begun_by_cause]
            begun[self._place.causes.index(self._cause)] += counts

    def _count_downtime(self, length: float) -> None:
        self._row[self._place.downtime] += length
        if self._label is not None:
            stage = self._place.stages.index(self._label.stage)
            self._row[self._place.by_stage][stage] += length
            cause = self._place.causes.index(self._label.cause)
            self._row[self._place.by_cause][cause] += length


def find_blame(blame: Blame | None, simulation: Simulation) -> Label | None:
    """Return the stage and cause that a blame names now, None where it names nothing (26)."""
    match blame:
        case None | Label():
            return blame
        case ByPhase():
            phase = simulation.phase_of(blame.automaton)
            cases = dict(blame.cases)
            if simulation.waits(blame.automaton):
                cases |= dict(blame.waiting)
            return find_blame(cases.get(phase), simulation)
        case FirstFailing():
            failing = (part for gate, part in blame.cases if not simulation.value(gate))
            return find_blame(next(failing, blame.otherwise), simulation)
        case Ranked():
            return _find_ranked(blame, simulation)
        case Charged():
            return _find_charged(blame, simulation)
        case _:
            assert_never(blame)


def _find_ranked(blame: Ranked, simulation: Simulation) -> Label | None:
    """Label of the (required - serving)-th most advanced of those that do not serve."""
    failing = [part for gate, part in blame.members if not simulation.value(gate)]
    labels = [find_blame(part, simulation) for part in failing]
    labels.sort(key=lambda label: 1 if label is None else -blame.order.index(label.stage))
    serving = len(blame.members) - len(failing)
    place = min(max(blame.required - serving, 1), len(labels))
    return labels[place - 1] if labels else None


def _find_charged(blame: Charged, simulation: Simulation) -> Label | None:
    label = find_blame(blame.blame, simulation)
    if label is None:
        return None
    cause = label.cause
    if blame.automaton is not None:
        cause = dict(blame.causes).get(simulation.phase_of(blame.automaton), cause)
    return Label(blame.stage or label.stage, cause)
