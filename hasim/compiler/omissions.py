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
1. A sentence is true of the model as it stands, and ends with the keys to write to change it.
2. What the model language cannot express yet is named as left out, without advice to write it.
3. A textbook model of one component gets few sentences: what does not apply is not said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from hasim.compiler.alarms import alarm_of, steps_of, watchers
from hasim.compiler.flows import flows_of
from hasim.compiler.plan import is_instant
from hasim.errors import list_some
from hasim.laws import Exponential
from hasim.system import (
    Changeover,
    Component,
    Domain,
    FailureMode,
    Need,
    NeedAny,
    NeedName,
    System,
    is_routed,
)
from hasim.topology import needing
from hasim.units import SECONDS_PER_YEAR

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

ENCRYPTING = ("load-balancer", "firewall")
"""Roles of components at which encrypted connections commonly end."""


PEOPLE_NEED = 900.0
"""Seconds of the shortest mean repair that people do; precedent: before monitoring has paged
somebody it takes up to 15 min (preset human-repair). What is faster is done by machines."""

FIELD_MTBF: Mapping[str, tuple[str, float]] = {
    "disk": ("hard-disk", SECONDS_PER_YEAR / 0.0136),
    "host": ("hardware-failure", SECONDS_PER_YEAR / 0.08),
    "load-balancer": ("load-balancer-appliance", SECONDS_PER_YEAR / 0.2),
}
"""By kind: the entry of the catalogue with the rate of whole fleets, and the mean time between
failures that it makes, in seconds. That of hosts is of their hardware alone, since a model of one
may have nothing else in mind."""

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


def is_found_at_once(component: Component | Domain, mode: FailureMode) -> bool:
    """Whether a failure is known in the moment in which it happens, where nothing monitors it."""
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
    watched = watchers(system)
    names = [
        name
        for name, component in system.components.items()
        if any(
            is_found_at_once(component, mode)
            and not _is_monitored(system, watched.get(name), component, mode)
            for mode in component.failures.values()
        )
    ]
    if names:
        sentence = (
            f"Detection takes no time, so outages come out too short: {_list(names)} (`detect`)."
        )
        yield Omission(sentence, "detection", tuple(names))


def _monitored(system: System) -> Iterator[Omission]:
    names = [name for name, one in system.monitoring.items() if one.covers == 1 and steps_of(one)]
    if names:
        sentence = (
            "Everything is monitored, so outages come out too short: no failure escapes "
            f"{_list(names)} (`covers`, `otherwise`)."
        )
        yield Omission(sentence)


def _perfect_failover(system: System) -> Iterator[Omission]:
    sure = [
        name for name, one in _failing_over(system) if one.failover and one.failover.coverage == 1
    ]
    if sure:
        sentence = (
            f"Failover always works, so availability comes out too high: {_list(sure)} "
            "(`coverage`, `manual`)."
        )
        yield Omission(sentence, "coverage", tuple(sure))
    instant = [name for name, one in _failing_over(system) if _is_instant_failover(one)]
    if instant:
        sentence = (
            f"Failover takes no time, so outages come out too few: {_list(instant)} (`failover`)."
        )
        yield Omission(sentence, "instant failover", tuple(instant))


def _perfect_changeover(system: System) -> Iterator[Omission]:
    sure = [name for name, one in _changeovers(system) if one.coverage == 1]
    if sure:
        sentence = (
            f"Changing over always works, so availability comes out too high: {_list(sure)} "
            "(`coverage` in the `failover` of `any`)."
        )
        yield Omission(sentence, "changeover coverage", tuple(sure))


def _free_failback(system: System) -> Iterator[Omission]:
    back = [(name, one.failover.failback) for name, one in _failing_over(system) if one.failover]
    back += [(name, one.failback) for name, one in _changeovers(system)]
    free = list(dict.fromkeys(name for name, one in back if one and is_instant(one.takes)))
    if free:
        yield Omission(
            f"The way back takes no time, so outages come out too few: {_list(free)} (`takes` in "
            "`failback`)."
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
            f"Standbys never fail unnoticed, so availability comes out too high: {_list(names)} "
            "(`latent`)."
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
            f"Replicas fail independently, so availability comes out too high: {_list(names)} "
            "(`common_cause`)."
        )
        yield Omission(sentence, "independence", tuple(names))


def _shared_places(system: System) -> Iterator[Omission]:
    placed = [one for one in system.components.values() if one.spread or one.hosts]
    several = [name for name, one in system.components.items() if one.replicas > 1]
    if several and not placed:
        sentence = (
            "Nothing is placed, so availability comes out too high: no zone or host takes several "
            "replicas down (`domains`, `spread`)."
        )
        yield Omission(sentence, "placement", tuple(system.components))
    steady = [name for name in _domains_of_replicas(system) if not _can_close(system, name)]
    if steady:
        sentence = (
            f"Places never go down, so availability comes out too high: {_list(steady)} "
            "(`failures`)."
        )
        yield Omission(sentence, "domains", tuple(steady))


def _routes(system: System) -> Iterator[Omission]:
    perfect = [
        name
        for name, one in system.components.items()
        if any(is_instant(route.detect_silent) for route in one.routes)
    ]
    if perfect:
        sentence = (
            "Dead replicas leave the rotation at once, so too few requests are lost: "
            f"{_list(perfect)} (`detect` in `routes`)."
        )
        yield Omission(sentence)
    balancing = [name for name, one in system.components.items() if one.routes]
    if balancing:
        sentence = (
            "Single requests are not in the model, so retries, queues, slow starts and sticky "
            f"sessions are left out: {_list(balancing)}."
        )
        yield Omission(sentence)


def _crews(system: System) -> Iterator[Omission]:
    alone = {
        name: owner
        for name, owner in _failing(system)
        if any(mode.crew is None and is_left_to_people(mode) for mode in owner.failures.values())
    }
    at_a_time = sum(one.replicas if isinstance(one, Component) else 1 for one in alone.values())
    if at_a_time > 1:
        sentence = (
            f"Repairs never wait, so outages come out too short: {_list(list(alone))} (`crew`)."
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
            f"Repairs are exponential, so long outages come out too short: {_list(names)} "
            "(`lognormal`)."
        )
        yield Omission(sentence, "tails", tuple(names))


def _no_modes(system: System) -> Iterator[Omission]:
    names = [name for name, one in system.components.items() if not one.failures]
    if names:
        sentence = (
            f"Some parts never fail, so availability comes out too high: {_list(names)} "
            "(`failures`)."
        )
        yield Omission(sentence, "no failures", tuple(names))


def _field_rates(system: System) -> Iterator[Omission]:
    names = [name for name, one in system.components.items() if _beats_the_field(one)]
    if names:
        kinds = dict.fromkeys(system.components[name].kind or "" for name in names)
        presets = ", ".join(f"`preset: {FIELD_MTBF[kind][0]}`" for kind in kinds)
        sentence = (
            "Parts fail more seldom than in the field, so availability comes out too high: "
            f"{_list(names)} ({presets})."
        )
        yield Omission(sentence, "field rates", tuple(names))


def _changes(system: System) -> Iterator[Omission]:
    if not system.all_changes():
        sentence = (
            "Changes cause no outages, so availability comes out too high: most come from them "
            "(`changes`)."
        )
        yield Omission(sentence, "changes")
    if not system.maintenance:
        yield Omission(
            "Nothing is taken out for maintenance, so availability comes out too high "
            "(`maintenance`)."
        )
    sure = [name for name, one in system.all_changes().items() if one.failure_rate == 0]
    if sure:
        yield Omission(
            f"Changes never go wrong, so availability comes out too high: {_list(sure)} "
            "(`failure_rate`)."
        )


def _demand(system: System) -> Iterator[Omission]:
    if not any(service.demand for service in system.services.values()):
        yield Omission("There is no `demand`, so that neither overload nor headroom is looked at.")
        return
    yield Omission(
        "Demand is constant at its peak and overload breaks nothing, so availability comes out too "
        "high."
    )
    flows = flows_of(system)
    unknown = [
        name
        for name, one in system.components.items()
        if one.capacity is None and any(flows[name].values())
    ]
    if unknown:
        yield Omission(
            f"Any load can be carried, so headroom comes out too high: {_list(unknown)} "
            "(`capacity`)."
        )


def _data(system: System) -> Iterator[Omission]:
    kinds = ("database", "store", "queue", "cache", "registry")
    names = [name for name, one in system.components.items() if one.kind in kinds or one.failover]
    if names:
        yield Omission(
            "Data is never lost or damaged, so outages that wait for a restore are missing: "
            f"{_list(names)}."
        )


def _tokens(system: System) -> Iterator[Omission]:
    asked = dict.fromkeys(
        name
        for _, owner in needing(system)
        for name in _asked_always(owner.needs)
        if _kind(system, name) == "identity"
    )
    if asked:
        yield Omission(
            "Tokens do not outlive who issues them, so outages come out too many: "
            f"{_list([*asked])} (`tolerates` on the need)."
        )


def _certificates(system: System) -> Iterator[Omission]:
    covered = {name for one in system.certificates.values() for name in one.on}
    names = [
        name
        for name, one in system.components.items()
        if name not in covered and (one.tls is not None or one.kind in ENCRYPTING)
    ]
    if names:
        yield Omission(
            "Certificates never expire, so outages that no replica shortens are missing: "
            f"{_list(names)} (`certificates`)."
        )


CHECKS: tuple[Callable[[System], Iterator[Omission]], ...] = (
    _detection,
    _monitored,
    _perfect_failover,
    _perfect_changeover,
    _free_failback,
    _latent_standbys,
    _independence,
    _shared_places,
    _crews,
    _routes,
    _tails,
    _no_modes,
    _tokens,
    _certificates,
    _field_rates,
    _changes,
    _demand,
    _data,
)
"""The checks in the order in which their sentences are told."""


def _asked_always(needs: Iterable[Need]) -> Iterator[str]:
    """The names without which something stops at once."""
    for need in needs:
        if need.tolerates is not None or need.fails_open:
            continue
        if isinstance(need, NeedName):
            yield need.name
        else:
            yield from _asked_always(need.needs)


def _kind(system: System, name: str) -> str | None:
    component = system.components.get(name)
    return None if component is None else component.kind


def _is_monitored(
    system: System, watcher: str | None, component: Component, mode: FailureMode
) -> bool:
    """Whether monitoring takes time to find a failure that nothing else finds."""
    if mode.detect is not None or component.failover is not None:
        return False
    alarm = alarm_of(system, watcher, mode)
    return alarm is not None and bool(alarm.steps)


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
    """Those of all needs, by who has them; a balancer's choice among routes is none."""
    for name, owner in needing(system):
        for need in _needs_within(owner.needs):
            if isinstance(need, NeedAny) and need.failover is not None and not is_routed(need):
                yield name, need.failover


def _beats_the_field(component: Component) -> bool:
    """Whether a replica fails more seldom than fleets of its kind do."""
    known = FIELD_MTBF.get(component.kind or "")
    if known is None or not component.failures:
        return False
    return failure_rate(component) * known[1] < 1.0 - ROUNDING


def _needs_within(needs: tuple[Need, ...]) -> Iterator[Need]:
    """Some needs and all that are inside of them, at every depth."""
    for need in needs:
        yield need
        if not isinstance(need, NeedName):
            yield from _needs_within(need.needs)


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
    return list_some(names, MOST_NAMED)
