"""Lengths of outages that an engine which computes cannot give: simulated, the rest stays computed.

Theory of operation: only the services whose lengths are missing are measured, by the usual
simulation (simulation.py), to the precision asked but no finer than `PRECISION`: the distribution
of lengths is wanted, not the last digits. What this costs is known beforehand, since the rate of
outages was computed: where outages are so rare that it would need more than `MOST_EVENTS`, an
answer at once is worth more, and the lengths are left out with a sentence that says so; unless an
objective asks for them. The engine matched, whose band is not certain, is held against the same
simulation, and refused where they contradict each other.

Rules of this file: what was computed is not touched; whether to simulate depends on neither time
nor threads.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from hasim.errors import RefusedError
from hasim.process import Outages, Process
from hasim.solution import ServiceAnswer, Solution, Status
from hasim.solving.answers import Reader
from hasim.solving.campaign import Outcome
from hasim.solving.engine_choice import Engine, choose_engine
from hasim.solving.first_epochs import begin_at_once
from hasim.solving.layout import Layout
from hasim.solving.plan import Plan, make_plan
from hasim.solving.simulation import Patience, simulate, with_simulated
from hasim.solving.task import Computed, Task
from hasim.stats import Estimate
from hasim.units import SECONDS_PER_YEAR

#: Relative half-width of unavailability at which lengths are known well enough.
PRECISION = 0.05

#: Some seconds.
MOST_EVENTS = 1e8

#: Variance of the downtime of an outage over its mean squared, 1 for its length and 1 for how many
#: there are: what exponential lengths have.
_SPREAD = 2.0

#: Point of the normal distribution below which 97.5 % are.
_POINT = 1.96

#: Half-width of an interval of 99.7 % over that of one of 95 %.
_WIDER = 3.0 / _POINT

_OBJECTIVE = "p95_outage"


def say_what_is_missing(computed: Computed) -> Solution:
    """Return the solution with a warning for each service whose lengths are not known."""
    return _warn(
        computed.solution,
        (
            f"{name}: outage_length_s has no value: {why}; --engine montecarlo gives it"
            for name, why in computed.without_lengths.items()
        ),
    )


def add_lengths(task: Task, computed: Computed, patience: Patience) -> Solution:
    """Return the solution with the lengths that were missing, as far as they can be simulated.

    Parameters
    ----------
    task : Task
    computed : Computed
    patience : Patience

    Raises
    ------
    RefusedError
        Where the simulation contradicts what was computed with replaced laws, or there is none to
        remove the doubts about it.
    """
    if not computed.without_lengths:
        return computed.solution
    try:
        chosen = _choose(task, computed)
    except RefusedError as error:
        text = f"the lengths of outages could not be simulated either: {error.refusals[0]}"
        return _warn(say_what_is_missing(computed), [text])
    if computed.doubts and chosen.names != set(computed.without_lengths):
        raise RefusedError(computed.doubts)
    if not chosen.names:
        return _warn(computed.solution, _too_rare(computed, chosen))
    outcome = simulate(
        chosen.process,
        chosen.engine,
        patience,
        precision=chosen.precision,
        seed=task.seed,
        plan=chosen.plan,
    )
    layout = Layout.of(chosen.process)
    simulated = Reader(chosen.process, layout, outcome.plan, outcome.tally).services()
    _check_against(computed.solution, simulated)
    solution = _with_lengths(task, computed, simulated, outcome)
    return _warn(solution, [*_too_rare(computed, chosen), *_cut_short(outcome, chosen, patience)])


def _check_against(solution: Solution, simulated: Mapping[str, ServiceAnswer]) -> None:
    """Refuse a band of the engine matched that the simulation contradicts."""
    if solution.engine != "matched":
        return
    refusals = []
    for name, answer in simulated.items():
        for figure in ("unavailability", "outages_per_year", "mttr_s"):
            seen, band = getattr(answer, figure), getattr(solution.services[name], figure)
            if not _may_agree(seen, band):
                refusals.append(
                    f"{figure} of {name} would be {band.value:.4g}, and a simulation of "
                    f"{answer.outages_seen:,} outages gives {seen.value:.4g}"
                )
    if refusals:
        raise RefusedError(refusals)


def _may_agree(seen: Estimate, band: Estimate) -> bool:
    """Whether a band and an interval, widened to a false alarm of 0.3 %, have a common point."""
    if seen.value is None or seen.low is None or seen.high is None:
        return True
    low = seen.value - _WIDER * (seen.value - seen.low)
    high = seen.value + _WIDER * (seen.high - seen.value)
    return (band.low is None or band.low <= high) and (band.high is None or low <= band.high)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The services that are simulated, the Process that measures them, and how it is run."""

    names: frozenset[str]
    process: Process
    engine: Engine
    precision: float
    plan: Plan


def _choose(task: Task, computed: Computed) -> _Chosen:
    """Those whose outages are not too rare, or that an objective asks about."""
    missing = computed.without_lengths
    process = _measuring(task.process, missing)
    engine = choose_engine("montecarlo", begin_at_once(process))
    plan = make_plan(process, engine.run)
    precision = max(task.precision, PRECISION)
    needed = _SPREAD * (_POINT / precision) ** 2
    names = set()
    for name in missing:
        rate = computed.solution.services[name].outages_per_year.value or 0.0
        events = needed * plan.rate * SECONDS_PER_YEAR / rate if rate else math.inf
        if events <= MOST_EVENTS or _OBJECTIVE in task.facts.objectives.get(name, {}):
            names.add(name)
    if names and names != set(missing):
        process = _measuring(task.process, names)
        engine = choose_engine("montecarlo", begin_at_once(process))
    return _Chosen(frozenset(names), process, engine, precision, plan)


def _measuring(process: Process, names: Collection[str]) -> Process:
    """The Process with nothing measured but the outages of some services."""
    kept = (m for m in process.measures if isinstance(m, Outages) and m.name in names)
    return replace(process, measures=tuple(kept))


def _with_lengths(
    task: Task, computed: Computed, simulated: Mapping[str, ServiceAnswer], outcome: Outcome
) -> Solution:
    solution = computed.solution
    services = dict(solution.services)
    if outcome.tally is not None:
        for name, answer in simulated.items():
            services[name] = replace(
                services[name],
                outage_length_s=answer.outage_length_s,
                outages_seen=answer.outages_seen,
            )
    stopped = Status("stopped", f"{solution.status.text}; stopped while lengths were simulated")
    return replace(
        solution,
        engine="mixed",
        why=(*solution.why, _tell_why(computed, simulated)),
        status=stopped if outcome.ending == "stopped" else solution.status,
        services=task.judged(services),
        provenance=with_simulated(solution.provenance, outcome),
    )


def _tell_why(computed: Computed, names: Collection[str]) -> str:
    reasons = dict.fromkeys(computed.without_lengths[name] for name in names)
    whose = "" if len(names) == len(computed.solution.services) else f" of {', '.join(names)}"
    why = "; ".join(reasons)
    return f"montecarlo: the lengths of outages{whose} were simulated, since {why}"


def _too_rare(computed: Computed, chosen: _Chosen) -> Iterator[str]:
    matched = computed.solution.engine == "matched"
    unchecked = ", which would also have checked the other figures" if matched else ""
    for name, why in computed.without_lengths.items():
        if name not in chosen.names:
            yield (
                f"{name}: outage_length_s has no value: {why}; and outages are too rare to be "
                f"simulated in some seconds{unchecked}: --engine montecarlo takes its time"
            )


def _cut_short(outcome: Outcome, chosen: _Chosen, patience: Patience) -> Iterator[str]:
    """What keeps the lengths from being as well known as they should be."""
    names = ", ".join(sorted(chosen.names))
    match outcome.ending:
        case "limit":
            yield (
                f"{names}: outage_length_s is less certain than it should be: the limit of "
                f"{patience.max_time:g} s was reached; give it more time (--max-time)"
            )
        case "drifting":
            yield (
                f"{names}: outage_length_s still changes with the time that a simulated history "
                "covers, so that of the long run is not known"
            )
        case _:
            pass


def _warn(solution: Solution, more: Iterable[str]) -> Solution:
    return replace(solution, warnings=(*solution.warnings, *more))
