"""The sentences of a Solution: its status, and warnings for all that could not be given."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from hasim.errors import RefusedError, list_some
from hasim.solution import ServiceAnswer, Status
from hasim.solution.text import show_seconds
from hasim.solving.answers import QUANTILES
from hasim.solving.campaign import Outcome
from hasim.stats.stopping import FEWEST

_VALUES = "availability, nines, mttr_s, mtbf_s and outage_length_s"
#: So many names stand in a sentence.
MOST_NAMED = 3

#: So many reasons of a refusal are told.
MOST_REFUSALS = 5

_MORE_TIME = "give it more time (--max-time) or ask for less (--precision)"


_DRIFTS = (
    "the figures still change with the time that a history covers, so the long run is not known; "
    "see whether something is overloaded, or try the engine exact"
)


def write_status(
    outcome: Outcome,
    services: Mapping[str, ServiceAnswer],
    *,
    asked: float,
    reached: float,
    max_time: float,
) -> Status:
    """Return how far the answer can be trusted.

    Parameters
    ----------
    outcome : Outcome
    services : mapping of str to ServiceAnswer
    asked, reached : float
        Relative half-width; infinite where not known.
    max_time : float
        The limit, in seconds.
    """
    if outcome.ending == "precise":
        text = f"{what_is_known(services)} is known to within {show_percent(asked)}, as asked"
        return Status("converged", text)
    if outcome.ending == "decided":
        known = f"{what_is_known(services)} is known to within {show_percent(reached)}"
        return Status("decided", f"simulated until the comparison was decided; {known}")
    if outcome.ending == "drifting":
        return Status("limit", _DRIFTS)
    unseen = [name for name, answer in services.items() if _is_unseen(answer)]
    idle = outcome.ending == "idle"
    ended = (
        "nothing ever happens in this model" if idle else f"the limit of {max_time:g} s was reached"
    )
    so_far = _so_far(reached, asked, services)
    if outcome.ending == "stopped":
        return Status("stopped", f"stopped {so_far}")
    if not unseen:
        return Status("limit", f"{ended} {so_far}; {_MORE_TIME}")
    advice = "check that something can fail" if idle else _MORE_TIME
    seen = f"no outage of {_list(unseen)} was seen, only upper limits are known"
    return Status("no_outage_seen", f"{seen}: {ended}; {advice}")


def shorten(error: RefusedError) -> RefusedError:
    """Return a refusal with so few sentences that they are read."""
    first, others = error.refusals[:MOST_REFUSALS], error.refusals[MOST_REFUSALS:]
    more = [f"... and {len(others)} more such"] if others else []
    return RefusedError([*first, *more])


def tell_passed_over(refused: Mapping[str, RefusedError]) -> tuple[str, ...]:
    """Return a sentence for each engine that was passed over.

    An engine that was stopped by nothing but what stopped an earlier one is told with it.
    """
    told: list[tuple[str, RefusedError]] = []
    for engine, error in refused.items():
        before = next((i for i, (_, one) in enumerate(told) if _is_told(error, one)), None)
        if before is None:
            told.append((engine, error))
        else:
            told[before] = (f"{told[before][0]} and {engine}", told[before][1])
    return tuple(_tell_refusal(engine, error) for engine, error in told)


def _is_told(error: RefusedError, before: RefusedError) -> bool:
    return all(any(one in other for other in before.refusals) for one in error.refusals)


def _tell_refusal(engine: str, error: RefusedError) -> str:
    first, *others = error.refusals
    more = f" (and {len(others)} more such)" if others else ""
    return f"{engine}: {first}{more}"


def write_warnings(outcome: Outcome, services: Mapping[str, ServiceAnswer]) -> tuple[str, ...]:
    """Return a sentence for everything that limits the answer or could not be given."""
    return tuple(_general(outcome)) + tuple(
        f"{name}: {text}"
        for name, answer in services.items()
        for text in _about_service(outcome, answer)
    )


def _general(outcome: Outcome) -> Iterator[str]:
    plan = outcome.plan
    if outcome.tally is None:
        yield "nothing is known: the run ended before its first replication did"
    elif outcome.tally.replications < 2:
        yield "there are no intervals: only one replication was finished; give it more time"
    if plan.in_step:
        start, end = show_seconds(plan.warmup), show_seconds(plan.warmup + plan.horizon)
        yield (
            "what starts together stays in step for longer than the warm-up, because "
            f"{_list(plan.in_step)} hardly vary: the answer is for the time from {start} to {end} "
            "after a common start; give their laws more spread if nothing keeps them in step"
        )


def _about_service(outcome: Outcome, answer: ServiceAnswer) -> Iterator[str]:
    if outcome.tally is None:
        return
    plan = outcome.plan
    simulated = show_seconds(outcome.tally.replications * plan.horizon)
    if _is_unseen(answer) and plan.idle:
        yield (
            f"nothing that could begin an outage ever happens, so {_VALUES} have no value and the "
            "upper limits only tell how much time was simulated"
        )
    elif _is_unseen(answer):
        yield (
            f"no outage was seen in {simulated}, so {_VALUES} have no value; the upper limit of "
            "outages_per_year is the rule of three, and that of unavailability takes an outage to "
            f"last {show_seconds(plan.longest_end)} on average at most, the longest mean of what "
            "ends one"
        )
    elif not answer.outages_seen:
        yield "no outage began while it was measured, so mttr_s and mtbf_s have no value"
    elif answer.outages_seen < FEWEST:
        yield (
            f"only {_outages(answer.outages_seen)} seen in {simulated}: intervals are wide, and a "
            "kind of outage that is rarer than the others may be missing"
        )
    yield from _about_ends(answer)


def _about_ends(answer: ServiceAnswer) -> Iterator[str]:
    """What else has no value or no upper limit."""
    unseen = _is_unseen(answer)
    lengths = answer.outage_length_s
    missing = [name for name in QUANTILES if lengths[name].value is None]
    endless = [name for name in QUANTILES if lengths[name].high is None and name not in missing]
    if missing and not unseen:
        yield f"outage_length_s {_list(missing)} has no value: too few outages ended"
    if endless:
        yield f"outage_length_s {_list(endless)} has no upper limit: too few outages ended"
    if answer.mttr_s.value is not None and answer.mttr_s.high is None:
        yield "mttr_s has no upper limit: too few outages were seen"
    if answer.request_availability is not None and answer.request_availability.value is None:
        yield "request_availability has no value: no request was lost"
    if answer.availability.value is None and not unseen:
        yield "availability has no value: unavailability is too small to tell it from 1"


def _is_unseen(answer: ServiceAnswer) -> bool:
    return answer.unavailability.value is None and answer.unavailability.high is not None


def what_is_known(services: Mapping[str, ServiceAnswer]) -> str:
    """Return the subject of a status sentence."""
    if not services:
        return "every measure"
    return "unavailability" if len(services) == 1 else "unavailability of every service"


def _so_far(reached: float, asked: float, services: Mapping[str, ServiceAnswer]) -> str:
    if reached == math.inf:
        has_seen = any(one.unavailability.value is not None for one in services.values())
        return f"before {'it was known how precise this is' if has_seen else 'anything was known'}"
    return f"at a precision of {show_percent(reached)} ({show_percent(asked)} was asked)"


def show_percent(share: float) -> str:
    """Return a share in percent, to three digits."""
    return f"{100.0 * share:.3g} %"


def _outages(number: int) -> str:
    return "one outage was" if number == 1 else f"{number} outages were"


def _list(names: Sequence[str]) -> str:
    return list_some(names, MOST_NAMED)
