"""One stage of a run: replications of one length, and what they add up to so far."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hasim.engines.record import TIME
from hasim.solving.layout import Layout
from hasim.solving.plan import Plan
from hasim.solving.players import Batch
from hasim.solving.watching import Figure, all_figures, watch
from hasim.stats import Tally
from hasim.stats.stopping import Watched


class Stage:
    """Replications under one plan.

    Parameters
    ----------
    layout : Layout
    plan : Plan
    first : int
        Number of the first replication, so that each has a stream of its own in the whole run.
    watched_columns : ndarray of int64, optional
        Columns of the rows that are kept for each replication, in any shape.
    """

    def __init__(
        self,
        layout: Layout,
        plan: Plan,
        first: int,
        watched_columns: NDArray[np.int64] | None = None,
    ) -> None:
        self.plan = plan
        self.first = first
        self._layout = layout
        self._watched_columns = watched_columns
        self._samples: list[NDArray[np.float64]] = []
        self._done: tuple[Tally | None, tuple[Batch, ...]] = (None, ())  # merged, and waiting

    @property
    def tally(self) -> Tally | None:
        """What whole batches add up to; None before the first."""
        return self._done[0]

    @property
    def replications(self) -> int:
        """How many have come back."""
        tally, waiting = self._done
        return (0 if tally is None else tally.replications) + sum(len(rows) for rows, _ in waiting)

    @property
    def seconds(self) -> float:
        """Time measured in whole batches."""
        return 0.0 if self.tally is None else float(self.tally.totals[TIME])

    @property
    def samples(self) -> NDArray[np.float64]:
        """The watched columns of each replication that has come back, in their order."""
        return np.concatenate(self._samples)[: self.replications]

    def take(self, more: tuple[Batch, ...], *, complete: bool = False) -> None:
        """Add what came back; a batch is merged when all of it is there, or no more will come.

        What is done changes in one assignment, so that Ctrl-C finds it whole.
        """
        tally, waiting = self._done
        waiting += more
        if (
            self._watched_columns is not None
        ):  # before the rest: `samples` leaves out what is too much
            self._samples += [rows[:, self._watched_columns] for rows, _ in more]
        complete = complete or sum(len(rows) for rows, _ in waiting) == self.plan.batch
        if waiting and complete:
            rows = np.vstack([rows for rows, _ in waiting])
            histograms = np.sum([counts for _, counts in waiting], axis=0)
            number = 0 if tally is None else tally.replications // self.plan.batch
            batch = self._layout.tally(rows, histograms, batch=number)
            tally, waiting = (batch if tally is None else tally.merge(batch)), ()
        self._done = (tally, waiting)

    def watched(self) -> list[Watched]:
        """Return the figures whose precision decides when to stop."""
        assert self.tally is not None
        return watch(self._layout, self.tally, self.plan)

    def figures(self) -> list[Figure]:
        """Return all figures that show whether the start is forgotten."""
        assert self.tally is not None
        return all_figures(self._layout, self.tally, self.plan)
