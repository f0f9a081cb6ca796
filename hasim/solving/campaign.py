"""Stages of rounds of replications until the answer is precise enough: the only loop of this kind.

Theory of operation: a batch of replications is the unit of statistics, a chunk (a batch, or one
replication of a slow engine) the unit of work. Chunks go to a runner, come back in order and are
put together to batches, which are merged in order; so neither the number of threads nor the size of
a chunk changes a bit of the result. Whether to stop is asked after whole rounds only. Where more
than a few rounds would be needed, or a figure still changes with the length of the window, another
stage begins with longer replications (growth.py); the answer comes from one stage alone. The limit
of time and the wish to stop are looked at after every chunk, and keep the stage that has seen most.
A chunk that is at work when the time is up is waited for a little longer; nothing that costs more
holds up the end.

Rules of this file: no estimate is made here but to decide when to stop and to show progress.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hasim.runners import Runner
from hasim.solving.engine_choice import Engine
from hasim.solving.growth import (
    FALSE_ALARM,
    FIRST_LOOK,
    LAST_FALSE_ALARM,
    MOST,
    agree,
    lengthen,
    replications_needed,
    windows_needed,
)
from hasim.solving.layout import Layout
from hasim.solving.pieces import Replications
from hasim.solving.plan import Plan
from hasim.solving.stage import Stage
from hasim.solving.watching import Figure
from hasim.stats import Tally
from hasim.stats.stopping import (
    FIRST_ROUND,
    Watched,
    is_enough,
    plan_rounds,
    worst_precision,
)

Ending = Literal["precise", "decided", "drifting", "limit", "stopped", "idle"]

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
    about : str
        What is being answered, where that is not the model itself.
    figures : tuple of Watched
        Those that decide when to stop, as they are known now.
    share : float or None
        Of the work that is done; None where that is not known.
    least : float or None
        Of a search through designs: what the cheapest that is open costs a year.
    """

    replications: int
    precision: float
    seconds_left: float | None
    about: str = ""
    figures: tuple[Watched, ...] = ()
    share: float | None = None
    least: float | None = None


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
    """What a run left.

    Parameters
    ----------
    tally : Tally or None
        Of what was done; None: nothing.
    ending : {"precise", "decided", "drifting", "limit", "stopped", "idle"}
        Why it ended; decided: the caller knows enough; drifting: precise, but the figures still
        change with the time that a replication covers, which is as long as it may be.
    plan : Plan
        Of the replications in the tally.
    """

    tally: Tally | None
    ending: Ending
    plan: Plan


class Campaign:
    """One run of an engine, from the plan that it begins with.

    Parameters
    ----------
    engine : Engine
    layout : Layout
    plan : Plan
    seed : int
    is_decided : callable, optional
        Asked after every round whether a stage is enough, however precise it is.
    watched_columns : ndarray of int64, optional
        Columns of the rows that every stage keeps for each replication.
    """

    def __init__(
        self,
        engine: Engine,
        layout: Layout,
        plan: Plan,
        *,
        seed: int,
        is_decided: Callable[[Stage], bool] | None = None,
        watched_columns: NDArray[np.int64] | None = None,
    ) -> None:
        self._engine = engine
        self._layout = layout
        self._plan = plan
        self._seed = seed
        self._is_decided = is_decided
        self._watched_columns = watched_columns
        self._stages: list[Stage] = []
        self._is_cut_short = False

    def run(
        self, runner: Runner, limits: Limits, progress: Callable[[Progress], None] | None = None
    ) -> Outcome:
        """Run stages until the answer is as precise as asked, or a limit or Ctrl-C ends it."""
        work = _Work(runner, limits, _Clock(limits, progress))
        try:
            ending = self._run_stages(work)
        except KeyboardInterrupt:
            ending = "stopped"
        except TimeoutError:
            ending = "limit"
        for stage in self._stages[-1:]:
            stage.take((), complete=True)
        self._is_cut_short = ending in ("limit", "stopped")
        last = self.last
        if last is None:
            return Outcome(None, ending, self._plan)
        return Outcome(last.tally, ending, last.plan)

    @property
    def last(self) -> Stage | None:
        """The stage that the answer comes from; None where nothing was done.

        Where it was cut short that is the later of two that have seen as much.
        """
        if not self._is_cut_short:
            return self._stages[-1]
        seen = [stage for stage in reversed(self._stages) if stage.tally is not None]
        return max(seen, key=lambda stage: stage.seconds, default=None)

    def _run_stages(self, work: _Work) -> Ending:
        if self._plan.idle:
            return self._run_stage(self._begin(self._plan), work, rounds=1) or "idle"
        look = self._begin(self._plan.scaled(FIRST_LOOK))
        ending = self._run_stage(look, work, rounds=1)
        if ending in ("limit", "stopped"):
            return ending
        plan = self._after_first_look(look, work.limits.precision)
        while True:
            earlier = self._stages[-1].figures()
            stage = self._begin(plan)
            ending = self._run_stage(stage, work)
            if ending not in ("precise", "decided", None):
                return ending
            longer = self._longer(stage, work.limits.precision, precise=ending is not None)
            if longer is None and self._is_settled(earlier, stage, work.limits.precision):
                assert ending is not None, "a stage that needs nothing longer ends by itself"
                return ending
            longer = longer or lengthen(plan, 0.0, FIRST_ROUND)
            if longer is None:
                return "drifting"
            plan = longer

    def _is_settled(self, earlier: list[Figure], stage: Stage, precision: float) -> bool:
        may_grow = lengthen(stage.plan, 0.0, FIRST_ROUND) is not None
        chance = FALSE_ALARM if may_grow else LAST_FALSE_ALARM
        return agree(earlier, stage.figures(), precision, chance)

    def _begin(self, plan: Plan) -> Stage:
        first = self._stages[-1].first + self._stages[-1].replications if self._stages else 0
        self._stages.append(Stage(self._layout, plan, first, self._watched_columns))
        return self._stages[-1]

    def _after_first_look(self, look: Stage, precision: float) -> Plan:
        """The plan that was made, or a longer one where this would need many replications."""
        needed = replications_needed(look.watched(), look.replications, precision) * FIRST_LOOK
        longer = lengthen(self._plan, needed, FIRST_ROUND) if needed > MOST else None
        return longer or self._plan

    def _longer(self, stage: Stage, precision: float, *, precise: bool) -> Plan | None:
        """The next plan where this one is too short or would need many replications."""
        done = stage.replications
        needed = 0.0 if precise else replications_needed(stage.watched(), done, precision)
        windows = windows_needed(stage.figures(), done)
        if needed <= MOST and windows <= 1.0:
            return None
        return lengthen(stage.plan, max(needed, windows * FIRST_ROUND), FIRST_ROUND)

    def _run_stage(self, stage: Stage, work: _Work, rounds: int | None = None) -> Ending | None:
        """Run rounds; None where longer replications are needed, or that many rounds are over."""
        precision = work.limits.precision
        for number, replications in enumerate(plan_rounds(stage.plan.batch), start=1):
            ending = self._run_round(stage, replications, work)
            if ending is not None and stage.replications < replications.stop:
                return ending
            if is_enough(stage.watched(), precision):
                return "precise"
            if self._is_decided is not None and self._is_decided(stage):
                return "decided"
            if ending is not None:
                return ending
            if number == rounds or self._longer(stage, precision, precise=False) is not None:
                return None
        raise AssertionError("rounds have no end")

    def _run_round(self, stage: Stage, replications: range, work: _Work) -> Ending | None:
        """Run one round; returns what cut it short, or came with its last chunk."""
        size = 1 if self._engine.step_by_step else stage.plan.batch
        numbers = range(stage.first + replications.start, stage.first + replications.stop)
        chunks = [numbers[i : i + size] for i in range(0, len(numbers), size)]
        window = stage.plan.warmup, stage.plan.horizon
        replications_of = Replications(self._engine.run, self._seed, *window)
        until = work.clock.patience_ends
        with closing(work.runner.map(replications_of, chunks, until=until)) as results:
            for batch in results:
                stage.take((batch,))
                if work.limits.stop is not None and work.limits.stop():
                    return "stopped"
                if work.clock.is_over():
                    return "limit"
                work.clock.report(self._stages)
        return None


@dataclass(frozen=True, slots=True)
class _Work:
    """Who works, and for how long."""

    runner: Runner
    limits: Limits
    clock: _Clock


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

    def report(self, stages: Sequence[Stage]) -> None:
        now = time.monotonic()
        most = max(stages, key=lambda stage: stage.seconds)
        if (
            self._progress is None
            or most.tally is None
            or now - self._last < self._limits.between_reports
        ):
            return
        self._last = now
        figures = most.watched()
        precision = worst_precision(figures)
        spent = now - self._start
        seconds = min(
            self._limits.max_time - spent, self._needed(spent, precision, most.seconds, stages)
        )
        replications = sum(stage.replications for stage in stages)
        known = precision < math.inf
        left = seconds if known else None
        self._progress(Progress(replications, precision, left, figures=tuple(figures)))

    def _needed(
        self, spent: float, precision: float, most: float, stages: Sequence[Stage]
    ) -> float:
        """Seconds to go, if the stage at work had to reach the precision alone."""
        asked = most * (precision / self._limits.precision) ** 2
        speed = sum(stage.seconds for stage in stages) / spent
        return max(0.0, asked - stages[-1].seconds) / speed
