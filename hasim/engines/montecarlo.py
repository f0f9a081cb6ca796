"""The Monte Carlo engine: a Process, a range of replications, and their rows of sums.

Theory of operation: the Process becomes flat arrays once; every batch gets a workspace of its own
and runs in compiled code without the GIL. What a replication gives depends on its seed and number
only.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hasim.engines.kernels import compilation, simulation
from hasim.engines.kernels.world import (
    AT,
    ERROR,
    FULL,
    LOGGED,
    LOOP,
    N_SPELLS,
    NOW,
    SPELL,
    SPELT,
    STILL,
    STUCK,
    LogSpace,
    World,
    log_space,
)
from hasim.engines.record import N_BINS, Log, MeasureColumns, Spells
from hasim.engines.tabulation import Tables, tabulate
from hasim.errors import RefusedError, SolveError
from hasim.process import Process

_LOG_SIZE = 1 << 16

#: Outages that there is room for at first; it doubles where they are more.
_SPELLS = 1 << 14

_NOT_COMPILED = (
    "montecarlo: NUMBA_DISABLE_JIT is set, so the kernel cannot be compiled; "
    "unset it, or take the engine reference"
)


@dataclass(frozen=True)
class Simulator:
    """A Process made ready to run.

    Parameters
    ----------
    process : Process
    columns : MeasureColumns
        Layout of the rows.
    tables : Tables
    """

    process: Process
    columns: MeasureColumns
    tables: Tables

    @classmethod
    def of(cls, process: Process, *, keys: NDArray[np.void] | None = None) -> Simulator:
        """Translate a Process.

        Parameters
        ----------
        process : Process
        keys : ndarray of KEY, optional
            By which it draws the same numbers as others for what they have in common (keys.py).

        Raises
        ------
        RefusedError
            Where numba is told not to compile.
        """
        if not compilation.is_allowed():
            raise RefusedError([_NOT_COMPILED])
        columns = MeasureColumns.of(process)
        return cls(process, columns, tabulate(process, columns, keys=keys))

    def run(
        self, *, seed: int, replications: range, warmup: float, horizon: float
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Run some replications.

        Parameters
        ----------
        seed : int
            Not negative.
        replications : range
            Their numbers, step 1: each has a stream of its own.
        warmup, horizon : float
            Seconds before the window of measurement, and its length.

        Returns
        -------
        rows : ndarray of float64 [replications, columns]
        histograms : ndarray of int64 [outage measures, bins]
            Lengths of the outages that ended in the windows, all replications together.

        Raises
        ------
        SolveError
            Where the model loops in one instant or a delay ends with nowhere to go.
        """
        rows, histograms, _ = self._batch(seed, replications, (warmup, warmup + horizon), 0)
        return rows[:, 0], histograms

    def run_windows(
        self, *, seed: int, replications: range, borders: Sequence[float]
    ) -> NDArray[np.float64]:
        """Return the rows of one window after another in each replication.

        Parameters
        ----------
        seed, replications
            As of `run`.
        borders : sequence of float
            Seconds at which the first window begins, those after it, and the last ends; ascending.

        Returns
        -------
        ndarray of float64 [replications, windows, columns]
        """
        return self._batch(seed, replications, borders, 0)[0]

    def spells(
        self,
        *,
        seed: int,
        replications: range,
        warmup: float,
        horizon: float,
        measure: str | None = None,
    ) -> Spells:
        """Return when the outages of one measure began and ended, from time 0 on.

        With keyed streams only.

        Parameters
        ----------
        seed, replications, warmup, horizon
            As of `run`.
        measure : str, optional
            Name of an `Outages` measure; by default the first.

        Raises
        ------
        SolveError
            As of `run`.
        """
        assert self.tables.world.keys is not None
        place = 0 if measure is None else self.columns.outages[measure].histogram
        borders = (warmup, warmup + horizon)
        done, size, found = 0, _SPELLS, []
        while done < len(replications):
            spells = np.zeros(size, dtype=SPELL)
            world = self.tables.world.copy()._replace(spells=spells)
            world.whole[SPELT] = place
            *_, failed = self._run(world, seed, replications[done:], borders, log_space(0))
            if failed >= 0 and world.whole[ERROR] != FULL:
                raise SolveError(self._what_went_wrong(world))
            n_whole = failed if failed >= 0 else len(replications) - done
            spells = spells[: world.whole[N_SPELLS]]
            spells = spells[spells["replication"] < n_whole]
            spells["replication"] += done
            found.append(spells)
            done, size = done + n_whole, 2 * size
        return _read_spells(found, len(replications))

    def log(self, *, seed: int, replication: int, warmup: float, horizon: float) -> Log:
        """Return every event of one replication, from time 0 to the end of its window."""
        size = _LOG_SIZE
        borders = (warmup, warmup + horizon)
        while True:
            numbers = range(replication, replication + 1)
            *_, log = self._batch(seed, numbers, borders, size)
            if log is not None:
                return log
            size *= 8

    def _batch(
        self, seed: int, replications: range, borders: Sequence[float], log_size: int
    ) -> tuple[NDArray[np.float64], NDArray[np.int64], Log | None]:
        world, space = self.tables.world.copy(), log_space(log_size)
        rows, histograms, failed = self._run(world, seed, replications, borders, space)
        if failed >= 0:
            raise SolveError(self._what_went_wrong(world))
        return rows, histograms, _read(space, int(world.whole[LOGGED]))

    def _run(
        self, world: World, seed: int, replications: range, borders: Sequence[float], log: LogSpace
    ) -> tuple[NDArray[np.float64], NDArray[np.int64], int]:
        """Run in a World; the last that is returned is the place that failed, or -1."""
        n, n_columns = len(replications), len(self.columns.names)
        earlier, last = np.zeros((n, len(borders) - 2, n_columns)), np.zeros((n, n_columns))
        histograms = np.zeros((len(world.outage), N_BINS), dtype=np.int64)
        with _Compilation(self.tables):
            failed = simulation.run_batch(
                world,
                self.tables.network,
                self.tables.clocks,
                log,
                np.uint64(seed),
                np.uint64(replications.start),
                np.array(borders, dtype=np.float64),
                last,
                earlier,
                histograms,
                np.zeros_like(histograms),
            )
        return np.concatenate([earlier, last[:, None]], axis=1), histograms, int(failed)

    def _what_went_wrong(self, world: World) -> str:
        code, place, now = int(world.whole[ERROR]), int(world.whole[AT]), float(world.real[NOW])
        automata = self.process.automata
        if code == STUCK:
            names = [f"{d.name} of {a.name}" for a in automata for d in a.delays]
            return (
                f"delay {names[place]} ends at {now:.6g} s and no alternative is eligible; "
                "give the row an alternative without guards"
            )
        if code == LOOP:
            return (
                f"more than 10,000 steps at {now:.6g} s: moves or signals go round in a circle "
                f"({automata[place].name} moved last); break the circle with a guard or a delay"
            )
        if code == STILL:
            return (
                f"delays end without time passing at {now:.6g} s; "
                "break the circle with a delay that takes time"
            )
        return (
            f"signals pile up at {now:.6g} s ({self.process.signals[place].name} came last); "
            "signals must not answer each other without end"
        )


class _Compilation:
    """Announces the first compilation of a variant of the kernel and remembers it."""

    def __init__(self, tables: Tables) -> None:
        parts = (
            ("signals", tables.network),
            ("clocks", tables.clocks),
            ("revocation", tables.world.held),
            ("keys", tables.world.keys),
        )
        names = [name for name, part in parts if part is not None]
        self.variant = "-".join(["loop", *names])

    def __enter__(self) -> None:
        self.is_new = not compilation.is_ready(self.variant)
        if self.is_new:
            sys.stderr.write(
                f"compiling the simulation kernel ({self.variant}), once per installation, "
                "about 15 s ...\n"
            )

    def __exit__(self, *failure: object) -> None:
        if self.is_new and failure[0] is None:
            compilation.mark_ready(self.variant)


def _read(space: LogSpace, size: int) -> Log | None:
    """The log, or None where the space was too small."""
    if size > len(space.time):
        return None
    time, kind, automaton, phase, by = space
    return Log(time[:size], kind[:size], automaton[:size], phase[:size], by[:size])


def _read_spells(found: Sequence[NDArray[np.void]], n_replications: int) -> Spells:
    """The columns of some records, those of earlier replications first."""
    spells = np.concatenate([np.zeros(0, dtype=SPELL), *found])
    first = np.searchsorted(spells["replication"], np.arange(n_replications + 1))
    return Spells(spells["begin"].copy(), spells["end"].copy(), first)


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
    """Run replications of a Process; with `log` also return the events of each (see Simulator)."""
    simulator = Simulator.of(process, keys=keys)
    rows, histograms = simulator.run(
        seed=seed, replications=replications, warmup=warmup, horizon=horizon
    )
    if not log:
        return rows, histograms, None
    logs = [
        simulator.log(seed=seed, replication=number, warmup=warmup, horizon=horizon)
        for number in replications
    ]
    return rows, histograms, logs
