"""Rounds of replications until the answer is precise enough: the only loop of this kind.

Theory of operation: a batch of replications is the unit of statistics, a chunk (a batch, or one
replication of a slow engine) the unit of work. Chunks go to a runner, come back in order and are
put together to batches, which are merged in order; so neither the number of threads nor the size of
a chunk changes a bit of the result. Whether to stop is asked after whole rounds only; the limit of
time and the wish to stop are looked at after every chunk, and keep what came back before.

Rules of this file: no estimate is made here but to decide when to stop and to show progress.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hasim.runners import Runner
from hasim.solving.engine_choice import Engine
from hasim.solving.layout import Layout
from hasim.solving.plan import Plan
from hasim.solving.watching import watch
from hasim.stats import Tally
from hasim.stats.stopping import is_enough, plan_rounds, worst_precision

Ending = Literal["precise", "limit", "stopped", "idle"]
Batch = tuple[NDArray[np.float64], NDArray[np.int64]]

#: Progress is told at most every so many seconds.
BETWEEN_REPORTS = 0.2


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come.

    Parameters
    ----------
    replications : int
        Done so far.
    precision : float
        Largest relative half-width now; infinite while unknown.
    seconds_left : float or None
        Estimate of the time left, at most that of the limit; None while unknown.
    """

    replications: int
    precision: float
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class Limits:
    """What ends a run.

    Parameters
    ----------
    precision : float
    max_time : float
        Seconds.
    stop : callable or None
        Asked after every chunk whether to stop.
    """

    precision: float
    max_time: float
    stop: Callable[[], bool] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run left: the tally of what was done (None: nothing) and why it ended."""

    tally: Tally | None
    ending: Ending


class Campaign:
    """One run of an engine under a plan.

    Parameters
    ----------
    engine : Engine
    layout : Layout
    plan : Plan
    seed : int
    """

    def __init__(self, engine: Engine, layout: Layout, plan: Plan, *, seed: int) -> None:
        self._engine = engine
        self._layout = layout
        self._plan = plan
        self._seed = seed
        self._tally: Tally | None = None
        self._pending: list[Batch] = []

    def run(
        self, runner: Runner, limits: Limits, progress: Callable[[Progress], None] | None = None
    ) -> Outcome:
        """Run rounds until the answer is as precise as asked, or a limit or Ctrl-C ends it."""
        clock = _Clock(limits, progress)
        try:
            ending = self._run_rounds(runner, limits, clock)
        except KeyboardInterrupt:
            ending = "stopped"
        self._close_batch()
        return Outcome(self._tally, ending)

    def _run_rounds(self, runner: Runner, limits: Limits, clock: _Clock) -> Ending:
        for chunks in plan_rounds(self._plan.batch):
            for _ in self._run_chunks(runner, chunks):
                if limits.stop is not None and limits.stop():
                    return "stopped"
                if clock.is_over():
                    return "limit"
                clock.report(self._plan, self._layout, self._tally)
            assert self._tally is not None
            watched = watch(self._layout, self._tally, self._plan)
            if is_enough(watched, limits.precision):
                return "precise"
            if self._plan.idle:
                return "idle"
        raise AssertionError("rounds have no end")

    def _run_chunks(self, runner: Runner, replications: range) -> Iterator[None]:
        """Run one round; yields after each chunk, when its replications are in the tally."""
        size = 1 if self._engine.step_by_step else self._plan.batch
        chunks = [replications[i : i + size] for i in range(0, len(replications), size)]
        with closing(runner.map(self._run_chunk, chunks)) as results:
            for batch in results:
                self._pending.append(batch)
                if sum(len(rows) for rows, _ in self._pending) == self._plan.batch:
                    self._close_batch()
                yield

    def _run_chunk(self, replications: range) -> Batch:
        return self._engine.run(
            seed=self._seed,
            replications=replications,
            warmup=self._plan.warmup,
            horizon=self._plan.horizon,
        )

    def _close_batch(self) -> None:
        """Merge the replications that wait for their batch to be complete."""
        if not self._pending:
            return
        rows = np.vstack([rows for rows, _ in self._pending])
        histograms = np.sum([counts for _, counts in self._pending], axis=0)
        done = 0 if self._tally is None else self._tally.replications
        batch = self._layout.tally(rows, histograms, batch=done // self._plan.batch)
        self._pending = []
        self._tally = batch if self._tally is None else self._tally.merge(batch)


class _Clock:
    """The limit of time, and when to tell of progress."""

    def __init__(self, limits: Limits, progress: Callable[[Progress], None] | None) -> None:
        self._limits = limits
        self._progress = progress
        self._start = self._last = time.monotonic()

    def is_over(self) -> bool:
        return time.monotonic() - self._start >= self._limits.max_time

    def report(self, plan: Plan, layout: Layout, tally: Tally | None) -> None:
        now = time.monotonic()
        if self._progress is None or tally is None or now - self._last < BETWEEN_REPORTS:
            return
        self._last = now
        precision = worst_precision(watch(layout, tally, plan))
        spent = now - self._start
        left = self._limits.max_time - spent
        needed = spent * max(0.0, (precision / self._limits.precision) ** 2 - 1.0)
        seconds = None if precision == float("inf") else min(needed, left)
        self._progress(Progress(tally.replications, precision, seconds))
