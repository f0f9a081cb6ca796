"""solve(): choose the engine, plan, run, read out, and say how it went."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from hasim import __version__, compiler
from hasim.engines.record import EVENTS
from hasim.errors import InputError, RefusedError
from hasim.process import Process
from hasim.runners import Serial, choose_runner
from hasim.solution import Provenance, ServiceAnswer, Solution
from hasim.solving.answers import Reader
from hasim.solving.campaign import Campaign, Limits, Progress
from hasim.solving.engine_choice import choose_engine
from hasim.solving.facts import Facts, facts_of
from hasim.solving.layout import Layout
from hasim.solving.objectives import judge_all
from hasim.solving.plan import make_plan
from hasim.solving.watching import watch
from hasim.solving.wording import write_status, write_warnings
from hasim.stats.stopping import worst_precision
from hasim.system import System

LARGEST_SEED = 2**64 - 1


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
        ``auto``, ``montecarlo`` or ``reference``.
    precision : float
        Relative half-width of the 95 % interval of unavailability, for every service.
    seed : int
        Of the random numbers; the same seed gives the same answer on any number of threads.
    max_time : float
        Seconds after which to stop with what is known.
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
        Where the engine cannot answer, or nothing is measured.
    SolveError
        Where the model misbehaves while it runs.
    """
    _check(precision, seed, max_time, threads)
    process, facts = _prepare(model)
    if not process.measures:
        raise RefusedError([f"{process.name} measures nothing; give the Process a measure"])
    chosen = choose_engine(engine, process)
    layout, plan = Layout.of(process), make_plan(process, chosen.run)
    runner = Serial() if chosen.step_by_step else choose_runner(threads)
    campaign = Campaign(chosen, layout, plan, seed=seed)
    outcome = campaign.run(runner, Limits(precision, max_time, stop), progress)
    reader = Reader(process, layout, plan, outcome.tally)
    answers = reader.services()
    tally = outcome.tally
    reached = math.inf if tally is None else worst_precision(watch(layout, tally, plan))
    return Solution(
        model=process.name,
        engine=chosen.name,
        why=chosen.why,
        status=write_status(outcome, answers, asked=precision, reached=reached, max_time=max_time),
        services=_with_facts(answers, facts, reader),
        measures=reader.measures() if isinstance(model, Process) else {},
        leaves_out=facts.leaves_out,
        warnings=facts.warnings + write_warnings(outcome, answers, plan),
        provenance=Provenance(
            hasim=__version__,
            model_hash=process.content_hash,
            seed=seed,
            precision=precision,
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


def _with_facts(
    answers: Mapping[str, ServiceAnswer], facts: Facts, reader: Reader
) -> dict[str, ServiceAnswer]:
    """Add capacity and verdicts to what was estimated."""
    full = {}
    for name, answer in answers.items():
        capacity = facts.capacity.get(name)
        if capacity is not None:
            capacity = replace(capacity, short_s_per_year=reader.short(name))
        verdicts = judge_all(facts.objectives.get(name, {}), answer, capacity)
        full[name] = replace(answer, capacity=capacity, objectives=verdicts)
    return full


def _check(precision: float, seed: int, max_time: float, threads: int | None) -> None:
    if not 0.0 < precision < 1.0:
        raise InputError(f"precision {precision:g}", "more than 0 and less than 1", "ask for 0.05")
    if not 0 <= seed <= LARGEST_SEED:
        raise InputError(f"seed {seed}", "a whole number from 0 to 2^64 - 1", "take 1")
    if not max_time >= 0.0:
        raise InputError(f"max_time {max_time:g}", "seconds, 0 or more", "give 60")
    if threads is not None and threads < 1:
        raise InputError(f"threads {threads}", "1 or more", "leave it out for all processors")
