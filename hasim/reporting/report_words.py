"""The answer to a model in a paragraph that needs no table beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hasim.errors import cut_list
from hasim.reporting.figures.drawing import show_share_of
from hasim.reporting.tables import MOST_NAMED, Parts, show_headroom, show_target
from hasim.solution import ServiceAnswer
from hasim.solution.text import show_seconds, show_share

_FEW = 4


def tell_service(name: str, answer: ServiceAnswer) -> str:
    """How available a service is, why it is down, and what is to be known about it, in words.

    Parameters
    ----------
    name : str
    answer : ServiceAnswer
    """
    sentences = [*_tell_downtime(name, answer), *_tell_reasons(answer), *_tell_verdicts(answer)]
    return " ".join([*sentences, *_tell_dangers(answer)])


def _tell_downtime(name: str, answer: ServiceAnswer) -> Iterator[str]:
    downtime, availability = answer.downtime_s_per_year, answer.availability.value
    if downtime.value is None:
        limit = downtime.high
        more = "" if limit is None else f", but it is no more than {show_seconds(limit)}"
        yield f"How long {name} is down in a year is not known{more}."
        return
    if downtime.value == 0.0 or availability is None:
        yield f"{name} is never down in this model."
        return
    yield (
        f"{name} is down for {show_seconds(downtime.value)} in a year, which is an availability "
        f"of {show_share(availability)}."
    )
    rate, mean, most = (
        one.value for one in (answer.outages_per_year, answer.mttr_s, answer.outage_length_s["p95"])
    )
    if rate and mean:
        seldom = f"{rate:.3g} outages a year" if rate >= 1.0 else f"one in {1.0 / rate:.3g} years"
        bound = "" if most is None else f", and 95 % of them end within {show_seconds(most)}"
        yield f"There are {seldom}." if rate >= 1.0 else f"Outages are rare, {seldom}."
        yield f"One lasts {show_seconds(mean)} on average{bound}."


def _tell_reasons(answer: ServiceAnswer) -> Iterator[str]:
    causes = Parts.of(answer.downtime_s_per_year_by_cause, by_size=True).named
    stages = Parts.of(answer.mttr_stages_s, by_size=True).named
    if causes:
        cause, _, share = causes[0]
        yield f"The largest cause is {cause}, with {show_share_of(share)} of the downtime."
    if stages:
        stage, _, share = stages[0]
        yield f"Of the time in outages {show_share_of(share)} goes to the stage {stage}."


def _tell_verdicts(answer: ServiceAnswer) -> Iterator[str]:
    by_verdict: dict[bool | None, list[str]] = {}
    for name, one in answer.objectives.items():
        by_verdict.setdefault(one.met, []).append(
            f"{name.replace('_', ' ')} {show_target(name, one)}"
        )
    words = {False: "Missed", None: "Not shown to be met", True: "Met"}
    for met in words:
        if met in by_verdict:
            yield f"{words[met]}: {_list(by_verdict[met])}."


def _tell_dangers(answer: ServiceAnswer) -> Iterator[str]:
    points = [point.name for point in answer.single_points_of_failure or ()]
    if points:
        yield f"It goes down by the loss of one thing alone: {cut_list(points, _FEW)}."
    loss = answer.capacity and answer.capacity.headroom_after_loss
    if loss and loss.worst:
        known = [x for x in (loss.replica, loss.host, loss.domain) if x is not None]
        least = min(known, default=0.0)
        if least <= -1.0:
            yield f"Without {loss.worst} nothing is carried."
        else:
            yield f"Without {loss.worst}, the worst loss, the headroom is {show_headroom(least)}."


def _list(names: Sequence[str]) -> str:
    return cut_list(list(names), MOST_NAMED)
