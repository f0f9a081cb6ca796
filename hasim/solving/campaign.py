"""Rounds of replications until the answer is precise enough: the only loop of this kind.

Theory of operation: a batch of replications is the unit of statistics, a chunk (a batch, or one
replication of a slow engine) the unit of work. Chunks go to a runner, come back in order and are
put together to batches, which are merged in order; so neither the number of threads nor the size of
a chunk changes a bit of the result. Whether to stop is asked after whole rounds only; the limit of
time and the wish to stop are looked at after every chunk, and keep what came back before. A chunk
that is at work when the time is up is waited for a little longer; nothing that costs more holds up
the end.

Rules of this file: no estimate is made here but to decide when to stop and to show progress.
"""

from __future__ import annotations

import time
from collections.abc import Callable
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

#: Seconds that a chunk is waited for when the time is up: most take some hundredths, and an answer
#: from little is better than none.
GRACE = 1.0


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
    between_reports : float
        Seconds between two reports of progress, at least.
    grace : float
        Seconds that a chunk is waited for when the time is up.
    """

    precision: float
    max_time: float
    stop: Callable[[], bool] | None = None
    between_reports: float = 0.2
    grace: float = GRACE


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
        self._done: tuple[Tally | None, tuple[Batch, ...]] = (None, ())  # merged, and waiting

    def run(
        self, runner: Runner, limits: Limits, progress: Callable[[Progress], None] | None = None
    ) -> Outcome:
        """Run rounds until the answer is as precise as asked, or a limit or Ctrl-C ends it."""
        clock = _Clock(limits, progress)
        try:
            ending = self._run_rounds(runner, limits, clock)
        except KeyboardInterrupt:
            ending = "stopped"
        except TimeoutError:
            ending = "limit"
        self._take((), complete=True)
        return Outcome(self._done[0], ending)

    def _run_rounds(self, runner: Runner, limits: Limits, clock: _Clock) -> Ending:
        for replications in plan_rounds(self._plan.batch):
            ending = self._run_round(runner, replications, limits, clock)
            if ending is not None and self._replications < replications.stop:
                return ending
            tally = self._done[0]
            assert tally is not None
            if is_enough(watch(self._layout, tally, self._plan), limits.precision):
                return "precise"
            if ending is not None or self._plan.idle:
                return ending or "idle"
        raise AssertionError("rounds have no end")

    def _run_round(
        self, runner: Runner, replications: range, limits: Limits, clock: _Clock
    ) -> Ending | None:
        """Run one round; returns what cut it short, or came with its last chunk."""
        size = 1 if self._engine.step_by_step else self._plan.batch
        chunks = [replications[i : i + size] for i in range(0, len(replications), size)]
        with closing(runner.map(self._run_chunk, chunks, until=clock.patience_ends)) as results:
            for batch in results:
                self._take((batch,))
                if limits.stop is not None and limits.stop():
                    return "stopped"
                if clock.is_over():
                    return "limit"
                clock.report(self._plan, self._layout, self._done[0])
        return None

    @property
    def _replications(self) -> int:
        tally, waiting = self._done
        return (0 if tally is None else tally.replications) + sum(len(rows) for rows, _ in waiting)

    def _run_chunk(self, replications: range) -> Batch:
        return self._engine.run(
            seed=self._seed,
            replications=replications,
            warmup=self._plan.warmup,
            horizon=self._plan.horizon,
        )

    def _take(self, more: tuple[Batch, ...], *, complete: bool = False) -> None:
        """Add what came back; a batch is merged when all of it is there, or no more will come.

        What is done changes in one assignment, so that Ctrl-C finds it whole.
        """
        tally, waiting = self._done
        waiting += more
        complete = complete or sum(len(rows) for rows, _ in waiting) == self._plan.batch
        if waiting and complete:
            rows = np.vstack([rows for rows, _ in waiting])
            histograms = np.sum([counts for _, counts in waiting], axis=0)
            number = 0 if tally is None else tally.replications // self._plan.batch
            batch = self._layout.tally(rows, histograms, batch=number)
            tally, waiting = (batch if tally is None else tally.merge(batch)), ()
        self._done = (tally, waiting)


class _Clock:
    """The limit of time, and when to tell of progress."""

    def __init__(self, limits: Limits, progress: Callable[[Progress], None] | None) -> None:
        self._limits = limits
        self._progress = progress
        self._start = self._last = time.monotonic()

    @property
    def patience_ends(self) -> float:
        """The moment after which no chunk is waited for; a limit in the past is one of now."""
        return self._start + max(0.0, self._limits.max_time) + self._limits.grace

    def is_over(self) -> bool:
        return time.monotonic() - self._start >= self._limits.max_time

    def report(self, plan: Plan, layout: Layout, tally: Tally | None) -> None:
        now = time.monotonic()
        if (
            self._progress is None
            or tally is None
            or now - self._last < self._limits.between_reports
        ):
            return
        self._last = now
        precision = worst_precision(watch(layout, tally, plan))
        spent = now - self._start
        left = self._limits.max_time - spent
        needed = spent * max(0.0, (precision / self._limits.precision) ** 2 - 1.0)
        seconds = None if precision == float("inf") else min(needed, left)
        self._progress(Progress(tally.replications, precision, seconds))
