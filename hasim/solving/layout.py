"""Which columns of a replication's row answer what, and the columns added to them.

Theory of operation: engines integrate levels and gates. Where a share is close to 1, such as that
of requests served, the estimate is made from what is missing, which has the small numbers and the
many zeros; so for each `Share` and `Average` a column `time - integral` is added to the row. Where
there is planned work, so are columns of downtime by the kind of its cause, so that the sums over
causes have intervals of their own.

Of what is asked for by name and has several causes of downtime (``db.crash``, ``db.disk``) a column
holds their sum, so that it has an interval of its own.

Rules of this file: columns only; nothing is estimated here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hasim.engines.record import TIME, MeasureColumns, OutageColumns
from hasim.process import Average, Charged, Label, Outages, Process, Rate, Share
from hasim.process.blame_walk import walk_inside_out
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
    charged : dict of (str, str) to int
        By `Outages` measure and owner of causes: the column of the downtime charged to it, which is
        an added one where it has several causes.
    causes : tuple of tuple of int
        For each column of a kind or an owner the columns of the causes that it adds up.
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
    charged: dict[tuple[str, str], int]
    causes: tuple[tuple[int, ...], ...]
    partners: NDArray[np.int64]

    @classmethod
    def of(cls, process: Process, owners: Collection[str] = ()) -> Layout:
        """Lay out the rows of a Process.

        Parameters
        ----------
        process : Process
        owners : collection of str
            What is to be told the downtime of that is charged to all of its causes.
        """
        columns = MeasureColumns.of(process)
        first = {name: part.start for name, part in columns.slices.items()}
        shares = {m.name: first[m.name] for m in process.measures if isinstance(m, Share)}
        averages = {m.name: first[m.name] for m in process.measures if isinstance(m, Average)}
        rates = {m.name: first[m.name] for m in process.measures if isinstance(m, Rate)}
        width = len(columns.names)
        missing = {name: width + place for place, name in enumerate(shares | averages)}
        outages = [m for m in process.measures if isinstance(m, Outages)]
        kinds, of_kinds = _lay_out_kinds(process, columns, width + len(missing))
        told = {
            m.name: {owner_of(cause) for cause in charged_causes(m)} & set(owners)
            for m in (outages if owners else ())
        }
        charged, of_owners = _charged(columns.outages, told, width + len(missing) + len(of_kinds))
        causes = of_kinds + of_owners
        partners = np.arange(width + len(missing) + len(causes), dtype=np.int64)
        for measure in outages:
            partners[columns.slices[measure.name]] = columns.outages[measure.name].begun
        return cls(
            columns.outages, shares, averages, rates, missing, kinds, charged, causes, partners
        )

    def causes_of(self, measure: str, owner: str) -> list[str]:
        """Return the causes of one of the owners, if any of them can be charged."""
        if (measure, owner) not in self.charged:
            return []
        return [one for one in self.outages[measure].causes if owner_of(one) == owner]

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


def charged_causes(measure: Outages) -> set[str]:
    """Return the causes that the blame of a measure can charge."""
    causes: set[str] = set()
    for table in () if measure.blame is None else walk_inside_out(measure.blame):
        match table:
            case Label():
                causes.add(table.cause)
            case Charged():
                causes.update(cause for _, cause in table.causes)
            case _:
                pass
    return causes


def owner_of(cause: str) -> str:
    """Return what a cause belongs to: ``db`` of ``db.crash.common``."""
    return cause.partition(".")[0]


def _charged(
    outages: dict[str, OutageColumns], told: dict[str, set[str]], width: int
) -> tuple[dict[tuple[str, str], int], tuple[tuple[int, ...], ...]]:
    """Lay out what is charged to each owner of causes, from the first free column on."""
    charged: dict[tuple[str, str], int] = {}
    sums: list[tuple[int, ...]] = []
    for name, owners in told.items():
        columns = outages[name]
        parts: dict[str, list[int]] = {}
        for place, cause in enumerate(columns.causes, start=columns.by_cause.start):
            if owner_of(cause) in owners:
                parts.setdefault(owner_of(cause), []).append(place)
        for owner, listed in parts.items():
            charged[name, owner] = listed[0] if len(listed) == 1 else width + len(sums)
            sums += [tuple(listed)] * (len(listed) > 1)
    return charged, tuple(sums)
