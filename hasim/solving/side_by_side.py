"""Several models as one: their rows stand side by side, so that one campaign runs them all.

Theory of operation: replication n of each model is played in the same window, and the rows are
joined to one. The campaign then plans, stops and grows for all of them together, as it does for
one model with many measures. Afterwards the tally is taken apart again.

Rules of this file: columns only; nothing is estimated here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from hasim.engines.record import OutageColumns
from hasim.solving.layout import Layout
from hasim.stats import Tally


@dataclass(frozen=True)
class SideBySide:
    """The rows of some models, joined.

    Parameters
    ----------
    members : tuple of Layout
        One for each model.
    joint : Layout
        Of the joined rows; a measure is called by the number of its model and its name.
    columns : tuple of ndarray of int64
        For each model the joined column of each of its own.
    histograms : tuple of slice
        For each model its rows among the joined histograms.
    """

    members: tuple[Layout, ...]
    joint: Layout
    columns: tuple[NDArray[np.int64], ...]
    histograms: tuple[slice, ...]

    @classmethod
    def of(cls, members: Sequence[Layout]) -> SideBySide:
        """Lay out the joined rows of some models."""
        columns = _join_columns(members)
        ends = list(accumulate((len(one.outages) for one in members), initial=0))
        histograms = tuple(map(slice, ends, ends[1:]))
        parts = list(zip(members, columns, histograms, strict=True))
        partners = np.zeros(sum(map(len, columns)), dtype=np.int64)
        for member, places, _ in parts:
            partners[places] = places[member.partners]
        joint = Layout(
            outages={
                f"{number} {name}": _moved(one, int(places[0]), rows.start)
                for number, (member, places, rows) in enumerate(parts)
                for name, one in member.outages.items()
            },
            shares=_renamed(parts, lambda one: one.shares),
            averages=_renamed(parts, lambda one: one.averages),
            rates=_renamed(parts, lambda one: one.rates),
            missing=_renamed(parts, lambda one: one.missing),
            kinds={},
            charged={},
            causes=tuple(
                tuple(int(places[cause]) for cause in causes)
                for member, places, _ in parts
                for causes in member.causes
            ),
            partners=partners,
        )
        return cls(tuple(members), joint, columns, histograms)

    def take_apart(self, tally: Tally) -> list[Tally]:
        """Return the tally of each model, as if it had been run alone."""
        return [
            Tally(
                tally.replications,
                member.partners,
                tally.totals[places],
                tally.squares[places],
                tally.products[places],
                tally.present[places],
                {group: counts[rows] for group, counts in tally.histograms.items()},
            )
            for member, places, rows in zip(
                self.members, self.columns, self.histograms, strict=True
            )
        ]


def _join_columns(members: Sequence[Layout]) -> tuple[NDArray[np.int64], ...]:
    """Where the columns of each model come to stand: first those of engines, then those added.

    Added are what is missing, for all models, then what adds up causes, for all models.
    """
    added = [(len(one.missing), len(one.causes)) for one in members]
    widths = [len(m.partners) - sum(more) for m, more in zip(members, added, strict=True)]
    sizes = [*widths, *(missing for missing, _ in added), *(causes for _, causes in added)]
    ends = list(accumulate(sizes, initial=0))
    blocks = [np.arange(*span, dtype=np.int64) for span in pairwise(ends)]
    return tuple(np.concatenate(blocks[number :: len(members)]) for number in range(len(members)))


Part = tuple[Layout, NDArray[np.int64], slice]


def _renamed(parts: Sequence[Part], read: Callable[[Layout], dict[str, int]]) -> dict[str, int]:
    return {
        f"{number} {name}": int(places[column])
        for number, (member, places, _) in enumerate(parts)
        for name, column in read(member).items()
    }


def _moved(outage: OutageColumns, columns: int, rows: int) -> OutageColumns:
    """The columns of an outage measure so many columns and rows of histograms further on."""

    def later(part: slice) -> slice:
        return slice(part.start + columns, part.stop + columns)

    return replace(
        outage,
        begun=outage.begun + columns,
        downtime=outage.downtime + columns,
        ended=outage.ended + columns,
        by_stage=later(outage.by_stage),
        by_cause=later(outage.by_cause),
        begun_by_cause=later(outage.begun_by_cause),
        histogram=outage.histogram + rows,
    )
