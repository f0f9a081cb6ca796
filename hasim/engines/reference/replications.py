"""Whole replications on the reference engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

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
    borders = (warmup, warmup + horizon)
    rows, histograms, logs = _replicate(process, seed, replications, borders, log=log, keys=keys)
    return rows[:, 0], histograms, logs if log else None


def simulate_windows(
    process: Process, *, seed: int, replications: range, borders: Sequence[float]
) -> NDArray[np.float64]:
    """Simulate replications of a Process over one window after another.

    Parameters
    ----------
    process, seed, replications
        As of `simulate`.
    borders : sequence of float
        Seconds at which the first window begins, those after it, and the last ends; ascending.

    Returns
    -------
    ndarray of float64, shape (replications, windows, columns)
    """
    return _replicate(process, seed, replications, borders)[0]


def _replicate(
    process: Process,
    seed: int,
    replications: range,
    borders: Sequence[float],
    *,
    log: bool = False,
    keys: NDArray[np.void] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.int64], list[Log]]:
    """Rows by replication and window, histograms of all, and logs if asked."""
    columns = MeasureColumns.of(process)
    rows = np.zeros((len(replications), len(borders) - 1, len(columns.names)))
    histograms = np.zeros((len(columns.outages), N_BINS), dtype=np.int64)
    logs: list[Log] = []
    for own, replication in zip(rows, replications, strict=True):
        simulation = Simulation(process, seed=seed, replication=replication, keys=keys)
        readers = [
            MeasureReader(process, columns, window, (row, histograms))
            for row, window in zip(own, pairwise(borders), strict=True)
        ]
        entries = list(simulation.entries)
        _read(readers, simulation)
        while simulation.advance(before=borders[-1]):
            for reader in readers:
                reader.count_event(simulation)
            _read(readers, simulation)
            if log:
                entries += simulation.entries
        for reader in readers:
            reader.close()
        if log:
            logs.append(Log.of(entries))
    return rows, histograms, logs


def _read(readers: Iterable[MeasureReader], simulation: Simulation) -> None:
    for reader in readers:
        reader.read(simulation)
