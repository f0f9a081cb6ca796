"""Whole replications on the reference engine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hasim.engines.record import N_BINS, Log, MeasureColumns
from hasim.engines.reference.measuring import MeasureReader
from hasim.engines.reference.simulation import Simulation
from hasim.process import Process


def simulate(
    process: Process,
    *,
    seed: int,
    replications: range,
    warmup: float,
    horizon: float,
    log: bool = False,
    keys: NDArray[np.void] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.int64], list[Log] | None]:
    """Simulate replications of a Process over the window [warmup, warmup + horizon).

    Parameters
    ----------
    process : Process
    seed : int
    replications : range
        Numbers of the replications; each has a stream of its own.
    warmup, horizon : float
        Seconds before the window and its length.
    log : bool
        Whether to return the log of events, warm-up included.
    keys : ndarray of KEY, optional
        By which it draws the same numbers as others for what they have in common (keys.py).

    Returns
    -------
    rows : ndarray of float64, shape (replications, columns)
        Columns are those of `MeasureColumns.of(process)`.
    histograms : ndarray of int64, shape (outage measures, bins)
        Lengths of outages that ended in the window, all replications together.
    logs : list of Log or None

    Raises
    ------
    SolveError
        Where a delay ends without an eligible alternative or an instant does not settle.
    """
    columns = MeasureColumns.of(process)
    rows = np.zeros((len(replications), len(columns.names)))
    histograms = np.zeros((len(columns.outages), N_BINS), dtype=np.int64)
    logs: list[Log] = []
    end = warmup + horizon
    for row, replication in zip(rows, replications, strict=True):
        simulation = Simulation(process, seed=seed, replication=replication, keys=keys)
        reader = MeasureReader(process, columns, (warmup, end), (row, histograms))
        entries = list(simulation.entries)
        reader.read(simulation)
        while simulation.advance(before=end):
            reader.count_event(simulation)
            reader.read(simulation)
            if log:
                entries += simulation.entries
        reader.close()
        if log:
            logs.append(Log.of(entries))
    return rows, histograms, logs if log else None
