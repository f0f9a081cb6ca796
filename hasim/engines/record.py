"""What a replication leaves behind: a row of sums, histograms of outage lengths, perhaps a log.

Theory of operation: both engines write the same columns, so that a row of one can be held against
a row of the other. Columns stand in the order of the measures; stages and causes in the order in
which the walk over the blame first meets them, then causes that only delays have.

Rules of this file: layout only, no arithmetic on results.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, assert_never

import numpy as np
from numpy.typing import NDArray

from hasim.process import Average, Blame, Charged, Label, Outages, Process, Rate, Share
from hasim.process.blame_walk import walk_inside_out

START, DELAY, IMMEDIATE, SIGNAL, GRANT, REVOKE = range(6)

TIME, EVENTS = 0, 1

#: Bins of outage lengths: a quantile is off by at most half a percent of its value.
BINS_PER_OCTAVE = 128
FIRST_OCTAVE, LAST_OCTAVE = -10, 40
N_BINS = (LAST_OCTAVE - FIRST_OCTAVE) * BINS_PER_OCTAVE


def bin_of(length: float) -> int:
    """Return the bin that an outage of `length` seconds (above 0) belongs to."""
    place = math.floor(math.log2(length) * BINS_PER_OCTAVE) - FIRST_OCTAVE * BINS_PER_OCTAVE
    return min(max(place, 0), N_BINS - 1)


def bin_edges() -> NDArray[np.float64]:
    """Return the borders of the bins in seconds, one more than there are bins."""
    return np.exp2(np.arange(N_BINS + 1) / BINS_PER_OCTAVE + FIRST_OCTAVE)


class Entry(NamedTuple):
    """One automaton changed in one step (docs/semantics.md, 30).

    `automaton` is an index, `phase` the index within the automaton of the phase entered, `by` the
    index of the delay (within the whole Process), signal or pool, -1 where there is none.
    """

    time: float
    kind: int
    automaton: int
    phase: int
    by: int


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """The entries of one replication as columns of equal length."""

    time: NDArray[np.float64]
    kind: NDArray[np.int8]
    automaton: NDArray[np.int32]
    phase: NDArray[np.int32]
    by: NDArray[np.int32]

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Log:
        """Return the columns of a sequence of entries."""
        time, kind, automaton, phase, by = zip(*entries, strict=True) if entries else ((),) * 5
        return cls(
            np.array(time, dtype=np.float64),
            np.array(kind, dtype=np.int8),
            np.array(automaton, dtype=np.int32),
            np.array(phase, dtype=np.int32),
            np.array(by, dtype=np.int32),
        )

    def entries(self) -> list[Entry]:
        """Return the rows of the log."""
        columns = (self.time, self.kind, self.automaton, self.phase, self.by)
        return [Entry(*row) for row in zip(*(c.tolist() for c in columns), strict=True)]


@dataclass(frozen=True, slots=True, eq=False)
class Spells:
    """The outages of some replications, those of each in the order of time.

    Parameters
    ----------
    begin, end : ndarray of float64
        Seconds from the start of the replication; the end of one that had not ended is infinite.
    first : ndarray of int64 [replications + 1]
        Where those of each replication begin; the last is their number.
    """

    begin: NDArray[np.float64]
    end: NDArray[np.float64]
    first: NDArray[np.int64]

    @property
    def replications(self) -> int:
        """How many there are."""
        return len(self.first) - 1

    def head(self, replications: int) -> Spells:
        """Return those of the first replications."""
        first = self.first[: replications + 1]
        return Spells(self.begin[: first[-1]], self.end[: first[-1]], first)

    def followed_by(self, more: Spells) -> Spells:
        """Return these and those of the replications after them."""
        return Spells(
            np.concatenate([self.begin, more.begin]),
            np.concatenate([self.end, more.end]),
            np.concatenate([self.first, more.first[1:] + self.first[-1]]),
        )


@dataclass(frozen=True, slots=True)
class OutageColumns:
    """Where the figures of one `Outages` measure stand in a row.

    Parameters
    ----------
    begun, downtime, ended : int
        Columns: outages begun in the window, seconds of downtime in it, outages ended in it.
    by_stage, by_cause, begun_by_cause : slice
        Columns: downtime for each of `stages`, downtime and outages begun for each of `causes`.
    stages, causes : tuple of str
    histogram : int
        Row of this measure among the histograms.
    """

    begun: int
    downtime: int
    ended: int
    by_stage: slice
    by_cause: slice
    begun_by_cause: slice
    stages: tuple[str, ...]
    causes: tuple[str, ...]
    histogram: int


@dataclass(frozen=True, slots=True)
class MeasureColumns:
    """The layout of the row of one replication.

    Parameters
    ----------
    names : tuple of str
        One for each column: the length of the window, the number of events in it, then the measures
        in their order. `Share` and `Average` are integrals over time and `Rate` is a count.
    slices : dict of str to slice
        The columns of each measure by its name.
    outages : dict of str to OutageColumns
        Details of the `Outages` measures.
    """

    names: tuple[str, ...]
    slices: dict[str, slice]
    outages: dict[str, OutageColumns]

    @classmethod
    def of(cls, process: Process) -> MeasureColumns:
        """Lay out the measures of a Process."""
        names = ["time", "events"]
        slices: dict[str, slice] = {}
        outages: dict[str, OutageColumns] = {}
        for measure in process.measures:
            first = len(names)
            match measure:
                case Share() | Average() | Rate():
                    names.append(measure.name)
                case Outages():
                    columns = _outage_columns(process, measure, first, len(outages))
                    outages[measure.name] = columns
                    names += _outage_names(measure.name, columns)
                case _:
                    assert_never(measure)
            slices[measure.name] = slice(first, len(names))
        return cls(tuple(names), slices, outages)


def _outage_columns(
    process: Process, measure: Outages, first: int, histogram: int
) -> OutageColumns:
    stages, causes = _stages_and_causes(measure.blame)
    causes |= dict.fromkeys(
        delay.cause for a in process.automata for delay in a.delays if delay.cause is not None
    )
    by_stage = slice(first + 3, first + 3 + len(stages))
    by_cause = slice(by_stage.stop, by_stage.stop + len(causes))
    begun_by_cause = slice(by_cause.stop, by_cause.stop + len(causes))
    return OutageColumns(
        begun=first,
        downtime=first + 1,
        ended=first + 2,
        by_stage=by_stage,
        by_cause=by_cause,
        begun_by_cause=begun_by_cause,
        stages=tuple(stages),
        causes=tuple(causes),
        histogram=histogram,
    )


def _stages_and_causes(blame: Blame | None) -> tuple[dict[str, None], dict[str, None]]:
    """Stages and causes in the order in which the walk meets them; dicts stand for ordered sets."""
    stages: dict[str, None] = {}
    causes: dict[str, None] = {}
    for table in () if blame is None else walk_inside_out(blame):
        match table:
            case Label():
                stages[table.stage] = None
                causes[table.cause] = None
            case Charged():
                stages |= {} if table.stage is None else {table.stage: None}
                causes |= dict.fromkeys(cause for _, cause in table.causes)
            case _:
                pass
    return stages, causes


def _outage_names(name: str, columns: OutageColumns) -> Iterable[str]:
    yield f"{name} begun"
    yield f"{name} downtime"
    yield f"{name} ended"
    yield from (f"{name} downtime in {stage}" for stage in columns.stages)
    yield from (f"{name} downtime by {cause}" for cause in columns.causes)
    yield from (f"{name} begun by {cause}" for cause in columns.causes)
