"""solve(): choose the engine, plan, run, read out, and say how it went."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Protocol

from hasim import __version__, compiler
from hasim.engines.record import EVENTS
from hasim.errors import InputError, NoLongRunError, NothingToReplaceError, RefusedError
from hasim.process import Process
from hasim.runners import Threads, choose_runner
from hasim.solution import Provenance, Solution
from hasim.solving.answers import Reader
from hasim.solving.campaign import GRACE, Campaign, Limits, Progress
from hasim.solving.engine_choice import Engine, choose_engine
from hasim.solving.facts import Facts, facts_of
from hasim.solving.layout import Layout
from hasim.solving.plan import Plan, make_plan
from hasim.solving.task import Task
from hasim.solving.watching import watch
from hasim.solving.wording import shorten, tell_passed_over, write_status, write_warnings
from hasim.stats.stopping import worst_precision
from hasim.system import System

LARGEST_SEED = 2**64 - 1

#: After long preparations a first batch is waited for so much of their time, lest they be in vain.
GRACE_SHARE = 0.25


def solve(
    model: System | Process,
    *,
    engine: str = "auto",
    precision: float = 0.05,
    seed: int = 1,
    max_time: float = 60.0,
    threads: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Solution:
    """Answer a model: how available it is, how long outages last, what causes them.

    Parameters
    ----------
    model : System or Process
    engine : str
        ``auto``, ``exact``, ``matched``, ``bounds``, ``montecarlo`` or ``reference``.
    precision : float
        Relative half-width of the 95 % interval of unavailability, for every service.
    seed : int
        Of the random numbers; the same seed gives the same answer on any number of threads.
    max_time : float
        Seconds after which to stop with what is known. The preparations, which cannot be broken
        off, count; a batch at work is waited for a little longer, then left to itself.
    threads : int or None
        None: as many as there are processors.
    progress : callable, optional
        Called now and then with a `Progress`.
    stop : callable, optional
        Asked after every batch; True stops with what is known. Ctrl-C does the same.

    Returns
    -------
    Solution

    Raises
    ------
    InputError
        For a precision, seed, limit or number of threads that cannot be meant.
    RefusedError
        Where the engine cannot answer, or not even begin within the limit, or nothing is measured;
        for ``auto`` also where the long run is seen to depend on chance at the start.
    SolveError
        Where the model misbehaves while it runs.
    """
    started = time.monotonic()
    _check(precision, seed, max_time, threads)
    process, facts = _prepare(model)
    if not process.measures:
        raise RefusedError([f"{process.name} measures nothing; give the Process a measure"])
    task = Task(process, facts, isinstance(model, System), precision, seed)
    passed_over: dict[str, RefusedError] = {}
    for name, attempt in _computing(engine):
        try:
            solution = attempt(task, alone=engine == name)
        except RefusedError as error:
            if engine == name or isinstance(error, NoLongRunError):
                raise shorten(error) from None
            if not isinstance(error, NothingToReplaceError):
                passed_over[name] = error
        else:
            return replace(solution, why=(*tell_passed_over(passed_over), *solution.why))
    chosen = choose_engine(engine, process, tell_passed_over(passed_over))
    return _simulate(task, chosen, _Patience(started, max_time, progress, stop), threads)


class _Attempt(Protocol):
    def __call__(self, task: Task, *, alone: bool) -> Solution: ...


def _computing(engine: str) -> Iterator[tuple[str, _Attempt]]:
    """Engines that compute, in the order in which ``auto`` asks them; imported only then."""
    if engine in ("auto", "exact"):
        from hasim.solving.exact_answers import solve_exactly

        yield "exact", solve_exactly
    if engine in ("auto", "matched"):
        from hasim.solving.matched_answers import solve_by_matching

        yield "matched", solve_by_matching
    if engine in ("auto", "bounds"):
        from hasim.solving.bounded_answers import solve_within_bounds

        yield "bounds", solve_within_bounds


@dataclass(frozen=True, slots=True)
class _Patience:
    """How long the caller waits, and how they are told and heard meanwhile."""

    started: float
    max_time: float
    progress: Callable[[Progress], None] | None
    stop: Callable[[], bool] | None


def _simulate(task: Task, engine: Engine, patience: _Patience, threads: int | None) -> Solution:
    """Run replications until the answer is precise enough or a limit is reached."""
    process, max_time = task.process, patience.max_time
    layout, first = Layout.of(process), _plan(process, engine, patience.started, max_time)
    runner = choose_runner(1 if engine.step_by_step else threads)
    campaign = Campaign(engine, layout, first, seed=task.seed)
    spent = time.monotonic() - patience.started
    grace = max(GRACE, spent * GRACE_SHARE)
    limits = Limits(task.precision, max_time - spent, patience.stop, grace=grace)
    outcome = campaign.run(runner, limits, patience.progress)
    plan, tally = outcome.plan, outcome.tally
    reader = Reader(process, layout, plan, tally)
    answers = reader.services()
    reached = math.inf if tally is None else worst_precision(watch(layout, tally, plan))
    status = write_status(
        outcome, answers, asked=task.precision, reached=reached, max_time=max_time
    )
    return task.solution(
        engine=engine.name,
        why=engine.why,
        status=status,
        services=task.with_facts(answers, reader.short),
        measures=reader.measures(),
        warnings=write_warnings(outcome, answers),
        provenance=Provenance(
            hasim=__version__,
            model_hash=process.content_hash,
            seed=task.seed,
            precision=task.precision,
            replications=0 if tally is None else tally.replications,
            warmup_s=plan.warmup,
            horizon_s=plan.horizon,
            events=0 if tally is None else int(tally.totals[EVENTS]),
        ),
    )


def _prepare(model: System | Process) -> tuple[Process, Facts]:
    if isinstance(model, Process):
        return model, Facts()
    return compiler.compile(model), facts_of(model)


def _plan(process: Process, engine: Engine, started: float, max_time: float) -> Plan:
    """Make the plan; a slow engine is waited for no longer than the limit allows."""
    if not engine.step_by_step:
        return make_plan(process, engine.run)
    until = max(started + max_time, time.monotonic()) + GRACE
    with closing(
        Threads(1).map(lambda one: make_plan(one, engine.run), [process], until=until)
    ) as plans:
        try:
            return next(plans)
        except TimeoutError as error:
            text = (
                f"{engine.name}: {process.name} is so large that within {max_time:g} s it does not "
                "even see how often something happens; take the engine montecarlo, or give it more "
                "time (--max-time)"
            )
            raise RefusedError([text]) from error


def _check(precision: float, seed: int, max_time: float, threads: int | None) -> None:
    if not 0.0 < precision < 1.0:
        raise InputError(f"precision {precision:g}", "more than 0 and less than 1", "ask for 0.05")
    if not 0 <= seed <= LARGEST_SEED:
        raise InputError(f"seed {seed}", "a whole number from 0 to 2^64 - 1", "take 1")
    if not max_time >= 0.0:
        raise InputError(f"max_time {max_time:g}", "seconds, 0 or more", "give 60")
    if threads is not None and threads < 1:
        raise InputError(f"threads {threads}", "1 or more", "leave it out for all processors")
