"""Sums over replications from which every estimate is made; two tallies merge into one.

Theory of operation: an engine leaves one row of figures for each replication. A tally keeps, for
each column, its sum, its sum of squared deviations from the mean, its sum of products of deviations
with one other column (its partner: for what is divided by a number of outages, that number), and
in how many replications it is not zero. That is all that ratio estimators need, and its size does
not grow with the number of replications. Deviations are merged by the update of Chan, Golub and
LeVeque (1983), which loses no digits. Lengths of outages are counted by bin, in `N_GROUPS` groups
of whole batches, so that the spread between groups shows how much lengths depend on each other.

Rules of this file: merging is associative up to rounding; whoever wants the same bits every time
merges in the same order every time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

#: Batches are dealt out to so many groups of histograms.
N_GROUPS = 32


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """What some replications add up to.

    Parameters
    ----------
    replications : int
    partners : ndarray of int64, shape (columns,)
        For each column the column that its products are kept with.
    totals : ndarray of float64, shape (columns,)
        Sums.
    squares, products : ndarray of float64, shape (columns,)
        Sums of squared deviations from the mean, and of products of deviations with the partner.
    present : ndarray of int64, shape (columns,)
        In how many replications the figure is not zero.
    histograms : mapping of int to ndarray of int64, shape (outage measures, bins)
        Lengths of outages for each group of batches.
    """

    replications: int
    partners: Counts
    totals: Floats
    squares: Floats
    products: Floats
    present: Counts
    histograms: Mapping[int, Counts]

    @classmethod
    def of(
        cls, rows: Floats, histograms: Counts, *, partners: Sequence[int] | Counts, batch: int
    ) -> Tally:
        """Return the tally of the rows of one batch.

        Parameters
        ----------
        rows : ndarray of float64, shape (replications, columns)
            At least one row.
        histograms : ndarray of int64, shape (outage measures, bins)
        partners : sequence of int
            For each column the column that its products are kept with.
        batch : int
            Number of the batch; it decides the group of the histograms.
        """
        assert len(rows) > 0
        partner = np.asarray(partners, dtype=np.int64)
        totals = rows.sum(axis=0)
        deviations = rows - totals / len(rows)
        return cls(
            replications=len(rows),
            partners=partner,
            totals=totals,
            squares=(deviations * deviations).sum(axis=0),
            products=(deviations * deviations[:, partner]).sum(axis=0),
            present=np.count_nonzero(rows, axis=0).astype(np.int64),
            histograms={batch % N_GROUPS: histograms},
        )

    def merge(self, other: Tally) -> Tally:
        """Return the tally of both."""
        n, m = self.replications, other.replications
        gap = other.totals / m - self.totals / n
        weight = n * m / (n + m)
        return Tally(
            replications=n + m,
            partners=self.partners,
            totals=self.totals + other.totals,
            squares=self.squares + other.squares + weight * (gap * gap),
            products=self.products + other.products + weight * (gap * gap[self.partners]),
            present=self.present + other.present,
            histograms=_merged(self.histograms, other.histograms),
        )


def _merged(one: Mapping[int, Counts], other: Mapping[int, Counts]) -> dict[int, Counts]:
    both = dict(one)
    for group, counts in other.items():
        both[group] = both[group] + counts if group in both else counts
    return both
