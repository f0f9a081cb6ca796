"""solve(): choose the engine, plan, run, read out, and say how it went."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Protocol

from hasim.errors import InputError, NoLongRunError, NothingToReplaceError, RefusedError
from hasim.process import Process
from hasim.runners import Runner
from hasim.solution import Solution
from hasim.solving.campaign import Progress
from hasim.solving.engine_choice import Engine, choose_engine
from hasim.solving.first_epochs import begin_at_once
from hasim.solving.layout import Layout
from hasim.solving.lengths import add_lengths, say_what_is_missing
from hasim.solving.simulated_answers import read_simulation
from hasim.solving.simulation import Patience, simulate
from hasim.solving.slas import add_slas
from hasim.solving.task import Computed, Task, prepare
from hasim.solving.wording import shorten, tell_passed_over
from hasim.system import System

LARGEST_SEED = 2**64 - 1


def solve(
    model: System | Process,
    *,
    engine: str = "auto",
    precision: float = 0.05,
    lengths: float | None = None,
    seed: int = 1,
    sla: bool | None = None,
    max_time: float = 60.0,
    threads: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    runner: Runner | None = None,
) -> Solution:
    """Answer a model: how available it is, how long outages last, what causes them.

    Parameters
    ----------
    model : System or Process
    engine : str
        ``auto``, ``exact``, ``matched``, ``bounds``, ``montecarlo`` or ``reference``. What ``auto``
        cannot compute it simulates: all, or the lengths of outages alone.
    precision : float
        Relative half-width of the 95 % interval of unavailability, for every service.
    lengths : float or None
        The same for the lengths of outages that are simulated beside what is computed; None: the
        same precision.
    seed : int
        Of the random numbers; the same seed gives the same answer on any number of threads.
    sla : bool or None
        Whether windows of promises are worth some seconds of their own: they are computed where
        that is possible, else simulated. None: they are told where it takes no time; False: never.
    max_time : float
        Seconds after which to stop with what is known. The preparations, which cannot be broken
        off, count; a batch at work is waited for a little longer, then left to itself.
    threads : int or None
        None: as many as there are processors.
    progress : callable, optional
        Called now and then with a `Progress`.
    stop : callable, optional
        Asked after every batch; True stops with what is known. Ctrl-C does the same.
    runner : Runner, optional
        Who simulates, in the place of threads; the answer is the same.

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
    WorkerError
        Where the runner has lost those who do the work.
    """
    started = time.monotonic()
    _check(precision, seed, max_time, threads)
    task = prepare(model, precision, seed)
    patience = Patience(started, max_time, progress, stop, threads, runner)
    return add_slas(
        task, _answer(task, engine, patience, lengths), patience, engine=engine, asked=sla
    )


def _answer(task: Task, engine: str, patience: Patience, lengths: float | None) -> Solution:
    """Answer a task by the engine that was asked for, or the first that can."""
    computed = _compute(task, engine, patience, lengths)
    if isinstance(computed, Solution):
        return computed
    chosen = choose_engine(engine, begin_at_once(task.process), tell_passed_over(computed))
    return _simulate(task, chosen, patience)


def compute(
    model: System | Process,
    *,
    engine: str = "auto",
    precision: float = 0.05,
    seed: int = 1,
    max_time: float = 60.0,
    threads: int | None = None,
    stop: Callable[[], bool] | None = None,
    runner: Runner | None = None,
) -> Solution | tuple[str, ...]:
    """Answer a model if that takes no simulation but of the lengths of outages.

    Parameters
    ----------
    model, precision, seed, max_time, threads, stop, runner
        As those of `solve`.
    engine : str
        ``auto``, ``exact``, ``matched`` or ``bounds``.

    Returns
    -------
    Solution or tuple of str
        Why each engine was passed over, where `solve` would simulate.

    Raises
    ------
    InputError, RefusedError
        As `solve`.
    """
    started = time.monotonic()
    _check(precision, seed, max_time, threads)
    task = prepare(model, precision, seed)
    patience = Patience(started, max_time, None, stop, threads, runner)
    computed = _compute(task, engine, patience)
    if isinstance(computed, Solution):
        return add_slas(task, computed, patience, engine=engine, asked=None)
    return tell_passed_over(computed)


def compute_long_run(
    process: Process,
    *,
    engine: str = "auto",
    precision: float = 0.05,
    most_states: int | None = None,
) -> Solution | RefusedError:
    """Answer a Process by an engine that computes, without simulating anything beside it.

    Parameters
    ----------
    process : Process
    engine : str
        ``auto`` (exact or else matched), ``exact`` or ``matched``.
    precision : float
        Widest relative band of the engine matched that is taken.
    most_states : int, optional
        That an engine may go through; by default some seconds' worth.

    Returns
    -------
    Solution or RefusedError
        The refusal of the last engine asked. The lengths of outages may be unknown; an answer that
        is to be trusted only where a simulation agrees is not given.
    """
    task = prepare(process, precision, seed=1)
    refusal = RefusedError([f"{process.name}: no engine that computes was asked"])
    for _, attempt in _of_long_runs(engine):
        try:
            computed = attempt(task, alone=False, most_states=most_states)
        except RefusedError as error:
            refusal = error
        else:
            if not computed.doubts:
                return computed.solution
            refusal = RefusedError(computed.doubts)
    return refusal


def _compute(
    task: Task, engine: str, patience: Patience, lengths: float | None = None
) -> Solution | dict[str, RefusedError]:
    """Ask the engines that compute; returns why each refused where all did."""
    about_lengths = replace(task, precision=lengths or task.precision)
    passed_over: dict[str, RefusedError] = {}
    for name, attempt in _computing(engine):
        try:
            computed = attempt(task, alone=engine == name)
            if engine == "auto":
                solution = add_lengths(about_lengths, computed, patience)
            else:
                solution = say_what_is_missing(computed)
        except RefusedError as error:
            if engine == name or isinstance(error, NoLongRunError):
                raise shorten(error) from None
            if not isinstance(error, NothingToReplaceError):
                passed_over[name] = error
        else:
            return replace(solution, why=(*tell_passed_over(passed_over), *solution.why))
    return passed_over


class _Attempt(Protocol):
    def __call__(self, task: Task, *, alone: bool) -> Computed: ...


class _LongRunAttempt(_Attempt, Protocol):
    def __call__(self, task: Task, *, alone: bool, most_states: int | None = None) -> Computed: ...


def _computing(engine: str) -> Iterator[tuple[str, _Attempt]]:
    """Engines that compute, in the order in which ``auto`` asks them; imported only then."""
    yield from _of_long_runs(engine)
    if engine in ("auto", "bounds"):
        from hasim.solving.bounded_answers import solve_within_bounds

        yield "bounds", solve_within_bounds


def _of_long_runs(engine: str) -> Iterator[tuple[str, _LongRunAttempt]]:
    """Those of them that compute all of a long run, or nothing of it."""
    if engine in ("auto", "exact"):
        from hasim.solving.exact_answers import solve_exactly

        yield "exact", solve_exactly
    if engine in ("auto", "matched"):
        from hasim.solving.matched_answers import solve_by_matching

        yield "matched", solve_by_matching


def _simulate(task: Task, engine: Engine, patience: Patience) -> Solution:
    """Answer by a simulation of everything."""
    layout = Layout.of(task.process, task.facts.guards)
    outcome = simulate(
        task.process, engine, patience, precision=task.precision, seed=task.seed, layout=layout
    )
    return read_simulation(task, engine, outcome, layout, patience.max_time)


def _check(precision: float, seed: int, max_time: float, threads: int | None) -> None:
    if not 0.0 < precision < 1.0:
        raise InputError(f"precision {precision:g}", "more than 0 and less than 1", "ask for 0.05")
    if not 0 <= seed <= LARGEST_SEED:
        raise InputError(f"seed {seed}", "a whole number from 0 to 2^64 - 1", "take 1")
    if not max_time >= 0.0:
        raise InputError(f"max_time {max_time:g}", "seconds, 0 or more", "give 60")
    if threads is not None and threads < 1:
        raise InputError(f"threads {threads}", "1 or more", "leave it out for all processors")
