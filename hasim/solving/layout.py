"""Which columns of a replication's row answer what, and the columns added for what is close to 1.

Theory of operation: engines integrate levels and gates. Where a share is close to 1, such as that
of requests served, the estimate is made from what is missing, which has the small numbers and the
many zeros; so for each `Share` and `Average` a column `time - integral` is added to the row. Where
there is planned work, so are columns of downtime by the kind of its cause, so that the sums over
causes have intervals of their own.

Rules of this file: columns only; nothing is estimated here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hasim.engines.record import TIME, MeasureColumns, OutageColumns
from hasim.process import Average, Outages, Process, Rate, Share
from hasim.solving.kinds import FAILURE, kinds_among, planned_causes
from hasim.stats import Tally

#: Less than this share of a window is rounding of a sum of many sojourns.
ROUNDING = 1e-11


@dataclass(frozen=True)
class Layout:
    """The columns of a Process's rows, and of what is added to them.

    Parameters
    ----------
    outages : dict of str to OutageColumns
    shares, averages, rates : dict of str to int
        Column of each measure.
    missing : dict of str to int
        Added column of each `Share` and `Average`: the time less the integral.
    kinds : dict of str to dict of str to int
        Added columns of the downtime of each `Outages` by kind of cause; none without planned work.
    causes : tuple of tuple of int
        For each of these columns the columns of the causes that it adds up.
    partners : ndarray of int64
        For each column the one that its products are kept with: for the times of outages their
        number, otherwise itself.
    """

    outages: dict[str, OutageColumns]
    shares: dict[str, int]
    averages: dict[str, int]
    rates: dict[str, int]
    missing: dict[str, int]
    kinds: dict[str, dict[str, int]]
    causes: tuple[tuple[int, ...], ...]
    partners: NDArray[np.int64]

    @classmethod
    def of(cls, process: Process) -> Layout:
        """Lay out the rows of a Process."""
        columns = MeasureColumns.of(process)
        first = {name: part.start for name, part in columns.slices.items()}
        shares = {m.name: first[m.name] for m in process.measures if isinstance(m, Share)}
        averages = {m.name: first[m.name] for m in process.measures if isinstance(m, Average)}
        rates = {m.name: first[m.name] for m in process.measures if isinstance(m, Rate)}
        width = len(columns.names)
        missing = {name: width + place for place, name in enumerate(shares | averages)}
        kinds, causes = _lay_out_kinds(process, columns, width + len(missing))
        partners = np.arange(width + len(missing) + len(causes), dtype=np.int64)
        for measure in process.measures:
            if isinstance(measure, Outages):
                partners[columns.slices[measure.name]] = columns.outages[measure.name].begun
        return cls(columns.outages, shares, averages, rates, missing, kinds, causes, partners)

    def tally(
        self, rows: NDArray[np.float64], histograms: NDArray[np.int64], *, batch: int
    ) -> Tally:
        """Return the tally of a batch, the added columns included."""
        present = [(self.shares | self.averages)[name] for name in self.missing]
        gap = rows[:, [TIME]] - rows[:, present]
        gap[np.abs(gap) <= ROUNDING * rows[:, [TIME]]] = 0.0
        sums = [rows[:, causes].sum(axis=1, keepdims=True) for causes in self.causes]
        whole = np.hstack([rows, gap, *sums])
        return Tally.of(whole, histograms, partners=self.partners, batch=batch)


def _lay_out_kinds(
    process: Process, columns: MeasureColumns, first: int
) -> tuple[dict[str, dict[str, int]], tuple[tuple[int, ...], ...]]:
    """Columns by kind from a first one on, and the columns of causes that each adds up."""
    planned = planned_causes(process)
    kinds: dict[str, dict[str, int]] = {}
    causes: list[tuple[int, ...]] = []
    for name, outage in columns.outages.items() if planned else ():
        kinds[name] = {}
        for kind in kinds_among(planned):
            kinds[name][kind] = first + len(causes)
            places = enumerate(outage.causes, outage.by_cause.start)
            causes.append(tuple(at for at, one in places if planned.get(one, FAILURE) == kind))
    return kinds, tuple(causes)
