"""What becomes of the promises of a model, beside the answer that any engine gave.

Theory of operation: where all that bears on a service is a small Markov chain, the law of the
downtime of its windows is computed (engines/exact/long_run_downtime.py). Unasked this is done only
beside an exact answer, and where it takes no time that anybody notices; asked for (``--sla``) it
may take some seconds, and what cannot be computed is simulated in windows. The law is walked up to
the least availability that is asked about, and further where a quantile is beyond that.

Rules of this file: what is null has its reason in `warnings`, unless nobody asked: a bare share is
an objective of the long run first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from hasim.compiler.measures import sla_measure
from hasim.errors import RefusedError
from hasim.process import Outages
from hasim.runners import Runner
from hasim.solution import Solution
from hasim.solution.sla import SlaAnswer
from hasim.solving.promises import Promise, allowed_by, describe_exactly
from hasim.solving.simulation import Patience
from hasim.solving.task import Task, prepare
from hasim.system import System
from hasim.units import SECONDS_PER_YEAR

#: States, and seconds of one walk, roughly: unasked, and asked for.
_UNASKED, _ASKED = (200, 0.1), (5_000, 10.0)

#: Each walk goes so many times as far as the one before.
_FURTHER = 4.0

_COMPUTING = ("auto", "exact", "matched", "bounds")
_SIMULATING = ("auto", "montecarlo", "reference")


def add_slas(
    task: Task, solution: Solution, patience: Patience, *, engine: str, asked: bool | None
) -> Solution:
    """Return the solution with what becomes of its promises.

    Parameters
    ----------
    task : Task
    solution : Solution
    patience : Patience
    engine : str
        What `solve` was asked for.
    asked : bool or None
        Whether windows are worth time of their own; None: where they take none; False: not wanted.
    """
    promises = task.facts.promises
    if asked is False or not promises or solution.status.code == "stopped":
        return solution
    found: dict[str, SlaAnswer] = {}
    reasons: dict[str, str] = {}
    for name, promise in promises.items():
        try:
            found[name] = _compute(task, name, promise, _limits(solution, engine, asked=asked))
        except RefusedError as error:
            reasons[name] = _first(error)
    why: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    if reasons and asked and engine in _SIMULATING:
        open_ones = {name: promises[name] for name in reasons}
        simulated = _simulate(task, open_ones, patience, engine)
        found |= simulated.found
        reasons = dict.fromkeys(open_ones.keys() - found.keys(), simulated.missing)
        why, warnings = simulated.why, simulated.warnings
    warned = {name for name in promises if asked or promises[name].is_asked}
    services = {
        name: replace(answer, sla=found.get(name)) for name, answer in solution.services.items()
    }
    return replace(
        solution,
        why=(*solution.why, *why),
        services=services,
        warnings=(
            *solution.warnings,
            *warnings,
            *(_tell(name, reasons[name], asked=asked) for name in reasons if name in warned),
        ),
    )


def take_time_for_slas(
    model: System,
    solution: Solution,
    *,
    engine: str,
    precision: float,
    max_time: float,
    threads: int | None = None,
    stop: Callable[[], bool] | None = None,
    runner: Runner | None = None,
) -> Solution:
    """Return the solution of a model with what becomes of its promises, simulated where need be.

    Parameters
    ----------
    model : System
    solution : Solution
        Of the model.
    engine : str
        What `solve` was asked for.
    precision : float
        Relative half-width of the chance of a breach, where it is simulated.
    max_time, threads, stop, runner
        As those of `solve`.
    """
    patience = Patience(time.monotonic(), max_time, None, stop, threads, runner)
    task = prepare(model, precision, solution.provenance.seed)
    return add_slas(task, solution, patience, engine=engine, asked=True)


def _limits(solution: Solution, engine: str, *, asked: bool | None) -> tuple[int, float] | None:
    if asked:
        return _ASKED if engine in _COMPUTING else None
    return _UNASKED if solution.engine == "exact" else None


def _compute(
    task: Task, name: str, promise: Promise, limits: tuple[int, float] | None
) -> SlaAnswer:
    """Compute what becomes of a promise; refuse where that is not possible."""
    measures = {measure.name: measure for measure in task.process.measures}
    outages = measures[name]
    assert isinstance(outages, Outages), f"{name} is no service"
    if sla_measure(name) in measures:
        raise RefusedError(["windows with excluded maintenance are not computed"])
    if limits is None:
        raise RefusedError(["windows are computed beside an exact answer only"])
    from hasim.engines.exact.long_run_downtime import find_long_run_downtime

    most_states, allowed = limits
    downtime = find_long_run_downtime(task.process, outages.gate, most_states=most_states)
    largest, answer = max(map(allowed_by, promise.ladder)), None
    while answer is None or (_is_open(answer) and largest < 1.0):
        reach = largest if answer is None else min(largest * _FURTHER, 1.0)
        try:
            law = downtime.law(
                longest=SECONDS_PER_YEAR, largest=reach * SECONDS_PER_YEAR, allowed=allowed
            )
        except RefusedError:
            if answer is None:
                raise
            break
        answer, largest = describe_exactly(promise, law, downtime.share, reach), reach
    return answer


def _is_open(answer: SlaAnswer) -> bool:
    """Whether a quantile is not known."""
    quantiles = (*answer.month.availability.values(), *answer.year.availability.values())
    return any(one.value is None for one in quantiles)


@dataclass(frozen=True, slots=True)
class _Simulated:
    """What a simulation of windows found, and what is to be said of it."""

    found: Mapping[str, SlaAnswer]
    missing: str = ""
    why: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def _simulate(
    task: Task, promises: Mapping[str, Promise], patience: Patience, engine: str
) -> _Simulated:
    from hasim.solving.window_figures import describe_simulated
    from hasim.solving.window_samples import sample_windows

    try:
        sampled = sample_windows(
            task.process,
            promises,
            patience,
            engine="reference" if engine == "reference" else "montecarlo",
            seed=task.seed,
            precision=task.precision,
        )
    except RefusedError as error:
        return _Simulated({}, _first(error))
    if not sampled.windows:
        return _Simulated({}, f"the time was up after {patience.max_time:g} s")
    names = ", ".join(promises)
    years = sampled.replications * sampled.years
    why = (
        f"montecarlo: the windows of the SLA of {names} were simulated: {years:,} years in "
        f"{sampled.replications:,} histories"
    )
    cut = (
        f"{names}: sla is less certain than it should be: the limit of {patience.max_time:g} s was "
        "reached; give it more time (--max-time)"
    )
    return _Simulated(
        {name: describe_simulated(promises[name], one) for name, one in sampled.windows.items()},
        why=(why,),
        warnings=(cut,) if sampled.is_cut else (),
    )


def _tell(name: str, reason: str, *, asked: bool | None) -> str:
    step = "--engine auto simulates it" if asked else "hasim run --sla takes the time to find it"
    return f"{name}: sla has no value: {reason}; {step}"


def _first(error: RefusedError) -> str:
    """The first reason, and how many more there are."""
    first, *others = error.refusals
    return f"{first} (and {len(others)} more)" if others else first
