"""What a model leaves out: the usual mistakes of availability models that it makes.

Theory of operation
-------------------
Each check looks for one optimism that practice has shown to be wrong by factors (hasim's practice
notes name the evidence) and says in one sentence what the model assumes, in which direction that
moves the answer and what to write, naming the components. The order is that of the list of rules:
the chain of an outage, coverage, correlation, change, load. What the catalogue can put in for it is
known by the name of the mistake (hasim/planner/corrections.py).

Rules of this file
------------------
1. A sentence is true of the model as it stands, and says what to write to change it.
2. What the model language cannot express yet is named as left out, without advice to write it.
3. A textbook model of one component gets few sentences: what does not apply is not said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from hasim.compiler.flows import flows_of
from hasim.compiler.plan import is_instant
from hasim.laws import Exponential
from hasim.system import Changeover, Component, Domain, FailureMode, Need, NeedAny, NeedName, System
from hasim.topology import needing
from hasim.units import SECONDS_PER_DAY, SECONDS_PER_YEAR

Mistake = Literal[
    "detection",
    "coverage",
    "changeover coverage",
    "instant failover",
    "latent",
    "independence",
    "placement",
    "domains",
    "crews",
    "tails",
    "no failures",
    "field rates",
    "changes",
]

MOST_NAMED = 3
"""So many components are named in a sentence; precedent: what one reads without counting."""

PEOPLE_NEED = 900.0
"""Seconds of the shortest mean repair that people do; precedent: before monitoring has paged
somebody it takes up to 15 min (preset human-repair). What is faster is done by machines."""

FIELD_MTBF: Mapping[str, tuple[str, float]] = {
    "disk": ("hard-disk", SECONDS_PER_YEAR / 0.0136),
    "host": ("server", 1.0 / (1.0 / (129.0 * SECONDS_PER_DAY) + 0.08 / SECONDS_PER_YEAR)),
    "load-balancer": ("load-balancer-appliance", SECONDS_PER_YEAR / 0.2),
}
"""By kind: the preset with figures of whole fleets, and its mean time between failures in s."""

ROUNDING = 1e-9
"""Relative difference within which a rate is that of the field: a few roundings, no more."""


@dataclass(frozen=True, slots=True)
class Omission:
    """One of the usual mistakes, as a model makes it.

    Parameters
    ----------
    sentence : str
        What the model assumes, which way that moves the answer, and what to write.
    mistake : str or None
        What it is, where the model language can express it; None where it cannot.
    names : tuple of str
        All components, domains or owners of needs that make it.
    """

    sentence: str
    mistake: Mistake | None = None
    names: tuple[str, ...] = ()


def list_omissions(system: System) -> tuple[str, ...]:
    """What a model leaves out, one sentence each.

    Parameters
    ----------
    system : System

    Returns
    -------
    tuple of str
        Empty only for a model without any of the usual mistakes, which cannot be written yet.
    """
    return tuple(omission.sentence for omission in find_omissions(system))


def find_omissions(system: System) -> tuple[Omission, ...]:
    """What a model leaves out, as sentences and by name."""
    return tuple(omission for check in CHECKS for omission in check(system))


def needs_within(needs: tuple[Need, ...]) -> Iterator[Need]:
    """Some needs and all that are inside of them, at every depth."""
    for need in needs:
        yield need
        if not isinstance(need, NeedName):
            yield from needs_within(need.needs)


def is_found_at_once(component: Component | Domain, mode: FailureMode) -> bool:
    """Whether a failure is known in the moment in which it happens."""
    if mode.detect is not None:
        return is_instant(mode.detect)
    failover = component.failover if isinstance(component, Component) else None
    return failover is None or is_instant(failover.detect)


def is_left_to_people(mode: FailureMode) -> bool:
    """Whether a repair takes so long that it is no machine that does it."""
    return mode.repair.mean >= PEOPLE_NEED


def failure_rate(component: Component) -> float:
    """Failures of a replica per second of operation."""
    return sum(1.0 / mode.after.mean for mode in component.failures.values())


def _detection(system: System) -> Iterator[Omission]:
    names = [
        name
        for name, component in system.components.items()
        if any(is_found_at_once(component, mode) for mode in component.failures.values())
    ]
    if names:
        sentence = (
            f"Detection takes no time, so outages come out too short: failures of {_list(names)} "
            "are found at once; `detect` says how long it takes."
        )
        yield Omission(sentence, "detection", tuple(names))


def _perfect_failover(system: System) -> Iterator[Omission]:
    sure = [
        name for name, one in _failing_over(system) if one.failover and one.failover.coverage == 1
    ]
    if sure:
        sentence = (
            f"Failover of {_list(sure)} always works, so availability comes out too high; "
            "`coverage` says how often it does, and `manual` what happens when it does not."
        )
        yield Omission(sentence, "coverage", tuple(sure))
    instant = [name for name, one in _failing_over(system) if _is_instant_failover(one)]
    if instant:
        sentence = (
            f"Failover of {_list(instant)} takes no time, so outages come out too few; `failover` "
            "says how long each stage is."
        )
        yield Omission(sentence, "instant failover", tuple(instant))


def _perfect_changeover(system: System) -> Iterator[Omission]:
    sure = [name for name, one in _changeovers(system) if one.coverage == 1]
    if sure:
        sentence = (
            f"Changing over always works for {_list(sure)}, so availability comes out too high; "
            "`coverage` in the `failover` of `any` says how often it does."
        )
        yield Omission(sentence, "changeover coverage", tuple(sure))


def _free_failback(system: System) -> Iterator[Omission]:
    back = [(name, one.failover.failback) for name, one in _failing_over(system) if one.failover]
    back += [(name, one.failback) for name, one in _changeovers(system)]
    free = list(dict.fromkeys(name for name, one in back if one and is_instant(one.takes)))
    if free:
        yield Omission(
            f"The way back to what is preferred takes no time for {_list(free)}, so outages come "
            "out too few; `takes` in `failback` says how long nothing serves."
        )


def _latent_standbys(system: System) -> Iterator[Omission]:
    names = [
        name
        for name, one in _failing_over(system)
        if one.redundancy == "active-passive"
        and one.failures
        and one.standby is not None
        and one.standby.rate > 0
        and one.standby.latent == 0
    ]
    if names:
        sentence = (
            f"Standbys of {_list(names)} never fail unnoticed, so availability comes out too high; "
            "`standby: {latent: 10 %, test: 30 d}` lets a share of their failures be found by "
            "tests only."
        )
        yield Omission(sentence, "latent", tuple(names))


def _independence(system: System) -> Iterator[Omission]:
    names = [
        name
        for name, one in system.components.items()
        if one.replicas > one.required
        and one.failures
        and not any(m.common_cause for m in one.failures.values())
    ]
    if names:
        sentence = (
            f"Replicas of {_list(names)} fail independently of each other, so availability comes "
            "out too high; `common_cause: 5 %` on a failure mode lets some failures strike all of "
            "them."
        )
        yield Omission(sentence, "independence", tuple(names))


def _shared_places(system: System) -> Iterator[Omission]:
    placed = [one for one in system.components.values() if one.spread or one.hosts]
    several = [name for name, one in system.components.items() if one.replicas > 1]
    if several and not placed:
        sentence = (
            "Nothing is placed, so availability comes out too high: no zone, rack or host can take "
            "several replicas down; `domains` and `spread` say where they are."
        )
        yield Omission(sentence, "placement", tuple(system.components))
    steady = [name for name in _domains_of_replicas(system) if not _can_close(system, name)]
    if steady:
        sentence = (
            "Domains without failures never go down, so availability comes out too high: "
            f"{_list(steady)}."
        )
        yield Omission(sentence, "domains", tuple(steady))


def _crews(system: System) -> Iterator[Omission]:
    alone = {
        name: owner
        for name, owner in _failing(system)
        if any(mode.crew is None and is_left_to_people(mode) for mode in owner.failures.values())
    }
    at_a_time = sum(one.replicas if isinstance(one, Component) else 1 for one in alone.values())
    if at_a_time > 1:
        sentence = (
            f"Repairs of {_list(list(alone))} never wait, so outages come out too short: without a "
            "`crew` there are as many repairers as it takes."
        )
        yield Omission(sentence, "crews", tuple(alone))


def _tails(system: System) -> Iterator[Omission]:
    names = [
        name
        for name, owner in _failing(system)
        if any(
            isinstance(mode.repair, Exponential) and is_left_to_people(mode)
            for mode in owner.failures.values()
        )
    ]
    if names:
        sentence = (
            f"Repairs of {_list(names)} are exponential, so the longest outages come out too "
            "short; a `lognormal` as `repair` has the tail that repairs by people have."
        )
        yield Omission(sentence, "tails", tuple(names))


def _no_modes(system: System) -> Iterator[Omission]:
    names = [name for name, one in system.components.items() if not one.failures]
    if names:
        own = "has no failures of its own" if len(names) == 1 else "have no failures of their own"
        sentence = f"{_list(names)} {own}, so availability comes out too high."
        yield Omission(sentence, "no failures", tuple(names))


def _field_rates(system: System) -> Iterator[Omission]:
    names = [name for name, one in system.components.items() if _beats_the_field(one)]
    if names:
        seldom = "fails" if len(names) == 1 else "fail"
        kinds = dict.fromkeys(system.components[name].kind or "" for name in names)
        sentence = (
            f"{_list(names)} {seldom} more seldom than fleets of such parts do, so availability "
            "comes out too high; data sheets promise more than the field sees "
            f"({', '.join(f'`preset: {FIELD_MTBF[kind][0]}`' for kind in kinds)})."
        )
        yield Omission(sentence, "field rates", tuple(names))


def _changes(system: System) -> Iterator[Omission]:
    changes, maintenance = bool(system.all_changes()), bool(system.maintenance)
    if not changes:
        what = (
            "releases and configuration"
            if maintenance
            else "releases, configuration and maintenance"
        )
        more = "" if maintenance else ", and `maintenance` what is taken out"
        sentence = (
            f"Changes cause no outages, so availability comes out too high: {what}, most outages "
            f"in practice, are not in the model; `changes` says how often they go wrong{more}."
        )
        yield Omission(sentence, "changes")
    elif not maintenance:
        yield Omission(
            "Nothing is ever taken out for maintenance, so availability comes out too high; "
            "`maintenance` says what is, and when."
        )
    sure = [name for name, one in system.all_changes().items() if one.failure_rate == 0]
    if sure:
        yield Omission(
            f"Changes never go wrong, so availability comes out too high: {_list(sure)}; "
            "`failure_rate` says how often they do."
        )


def _demand(system: System) -> Iterator[Omission]:
    if not any(service.demand for service in system.services.values()):
        yield Omission(
            "There is no `demand`, so that neither overload nor headroom is looked at, and an "
            "outage at night counts like one at the peak."
        )
        return
    yield Omission(
        "Demand is constant at its peak, and overload slows nothing down and breaks nothing, so "
        "availability comes out too high where capacity is short."
    )
    flows = flows_of(system)
    unknown = [
        name
        for name, one in system.components.items()
        if one.capacity is None and any(flows[name].values())
    ]
    if unknown:
        yield Omission(
            f"Without a `capacity`, {_list(unknown)} can carry any load, so headroom comes out too "
            "high."
        )


def _data(system: System) -> Iterator[Omission]:
    kinds = ("database", "store", "queue", "cache", "registry")
    names = [name for name, one in system.components.items() if one.kind in kinds or one.failover]
    if names:
        yield Omission(
            "Data is never lost or damaged, so the longest outages are missing, those that wait "
            f"for a restore: {_list(names)}."
        )


CHECKS: tuple[Callable[[System], Iterator[Omission]], ...] = (
    _detection,
    _perfect_failover,
    _perfect_changeover,
    _free_failback,
    _latent_standbys,
    _independence,
    _shared_places,
    _crews,
    _tails,
    _no_modes,
    _field_rates,
    _changes,
    _demand,
    _data,
)
"""The checks in the order in which their sentences are told."""


def _failing(system: System) -> Iterator[tuple[str, Component | Domain]]:
    yield from system.components.items()
    yield from system.domains.items()


def _failing_over(system: System) -> Iterator[tuple[str, Component]]:
    for name, component in system.components.items():
        if component.failover is not None:
            yield name, component


def _is_instant_failover(component: Component) -> bool:
    failover = component.failover
    assert failover is not None
    stages = (failover.detect, failover.decide, failover.fence, failover.promote, failover.switch)
    return all(map(is_instant, stages))


def _changeovers(system: System) -> Iterator[tuple[str, Changeover]]:
    """Those of all needs, by who has them."""
    for name, owner in needing(system):
        for need in needs_within(owner.needs):
            if isinstance(need, NeedAny) and need.failover is not None:
                yield name, need.failover


def _beats_the_field(component: Component) -> bool:
    """Whether a replica fails more seldom than fleets of its kind do."""
    known = FIELD_MTBF.get(component.kind or "")
    if known is None or not component.failures:
        return False
    return failure_rate(component) * known[1] < 1.0 - ROUNDING


def _domains_of_replicas(system: System) -> list[str]:
    used = dict.fromkeys(name for one in system.components.values() for name in one.spread)
    return [name for name in system.domains if name in used]


def _can_close(system: System, name: str) -> bool:
    """Whether a domain or one around it has failures or needs."""
    at: str | None = name
    while at is not None:
        domain = system.domains[at]
        if domain.failures or domain.needs:
            return True
        at = domain.inside
    return False


def _list(names: list[str]) -> str:
    """The names for a sentence, cut where they are many."""
    shown = names if len(names) <= MOST_NAMED + 1 else names[:MOST_NAMED]
    rest = len(names) - len(shown)
    if rest:
        return f"{', '.join(shown)} and {rest} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
