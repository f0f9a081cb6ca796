"""What a model leaves out: the usual mistakes of availability models that it makes.

Theory of operation
-------------------
Each check looks for one optimism that practice has shown to be wrong by factors (hasim's practice
notes name the evidence) and says in one sentence what the model assumes, naming the components. The
order is that of the list of rules: the chain of an outage, coverage, correlation, change, load.

Rules of this file
------------------
1. A sentence is true of the model as it stands, and says what to write to change it.
2. What the model language cannot express yet is named as left out, without advice to write it.
3. A textbook model of one component gets few sentences: what does not apply is not said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hasim.compiler.alarms import alarm_of, steps_of, watchers
from hasim.compiler.flows import flows_of
from hasim.compiler.plan import is_instant
from hasim.system import Component, Domain, FailureMode, System

MOST_NAMED = 3
"""So many components are named in a sentence; precedent: what one reads without counting."""


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
    return tuple(sentence for check in CHECKS for sentence in check(system))


def _detection(system: System) -> Iterator[str]:
    watched = watchers(system)
    names = [
        name
        for name, component in system.components.items()
        if any(
            _found_at_once(system, watched.get(name), component, mode)
            for mode in component.failures.values()
        )
    ]
    if names:
        yield (
            f"Detection takes no time: failures of {_list(names)} are found at once; "
            "`detect` says how long it takes."
        )


def _monitored(system: System) -> Iterator[str]:
    names = [name for name, one in system.monitoring.items() if one.covers == 1 and steps_of(one)]
    if names:
        yield (
            f"Everything is monitored: no failure escapes {_list(names)}; `covers: 90 %` with "
            "`otherwise: 1 h` says how many do, and how long people take to notice them."
        )


def _perfect_failover(system: System) -> Iterator[str]:
    sure = [
        name for name, one in _failing_over(system) if one.failover and one.failover.coverage == 1
    ]
    if sure:
        yield (
            f"Failover of {_list(sure)} always works; `coverage` says how often it does, "
            "and `manual` what happens when it does not."
        )
    instant = [name for name, one in _failing_over(system) if _is_instant_failover(one)]
    if instant:
        yield f"Failover of {_list(instant)} takes no time; `failover` says how long each stage is."


def _latent_standbys(system: System) -> Iterator[str]:
    names = [
        name
        for name, one in _failing_over(system)
        if one.redundancy == "active-passive"
        and one.failures
        and one.standby is not None
        and one.standby.latent == 0
    ]
    if names:
        yield (
            f"Standbys of {_list(names)} never fail unnoticed; "
            "`standby: {latent: 10 %, test: 30 d}` lets a share of their failures be found by "
            "tests only."
        )


def _independence(system: System) -> Iterator[str]:
    names = [
        name
        for name, one in system.components.items()
        if one.replicas > 1
        and one.failures
        and not any(m.common_cause for m in one.failures.values())
    ]
    if names:
        yield (
            f"Replicas of {_list(names)} fail independently of each other; `common_cause: 5 %` on "
            "a failure mode lets some failures strike all of them."
        )


def _shared_places(system: System) -> Iterator[str]:
    placed = [one for one in system.components.values() if one.spread or one.hosts]
    several = [name for name, one in system.components.items() if one.replicas > 1]
    if several and not placed:
        yield (
            "Nothing is placed: no zone, rack or host can take several replicas down; "
            "`domains` and `spread` say where they are."
        )
    steady = [name for name in _domains_of_replicas(system) if not _can_close(system, name)]
    if steady:
        yield f"Domains without failures never go down: {_list(steady)}."


def _crews(system: System) -> Iterator[str]:
    owners: list[Component | Domain] = [*system.components.values(), *system.domains.values()]
    alone = [mode for owner in owners for mode in owner.failures.values() if mode.crew is None]
    if alone:
        yield (
            f"Repairs without a `crew` ({len(alone)} of "
            f"{sum(len(owner.failures) for owner in owners)} failure modes) never wait: "
            "there are as many repairers as it takes."
        )


def _routes(system: System) -> Iterator[str]:
    perfect = [
        name
        for name, one in system.components.items()
        if any(is_instant(route.detect_silent) for route in one.routes)
    ]
    if perfect:
        yield (
            f"{_list(perfect)} find{'s' * (len(perfect) == 1)} dead replicas at once; `detect` in "
            "`routes` says how long it takes."
        )
    balancing = [name for name, one in system.components.items() if one.routes]
    if balancing:
        yield (
            f"Single requests are not in the model: what {_list(balancing)} "
            f"send{'s' * (len(balancing) == 1)} to a dead replica is lost, without retries, and "
            "queues, slow starts and sticky sessions are left out."
        )


def _no_modes(system: System) -> Iterator[str]:
    names = [name for name, one in system.components.items() if not one.failures]
    if names:
        own = "has no failures of its own" if len(names) == 1 else "have no failures of their own"
        yield f"{_list(names)} {own}."


def _changes(system: System) -> Iterator[str]:
    changes, maintenance = bool(system.all_changes()), bool(system.maintenance)
    if not changes and not maintenance:
        yield (
            "Changes cause no outages: releases, configuration and maintenance, most outages in "
            "practice, are not in the model."
        )
    elif not changes:
        yield (
            "Changes cause no outages: releases and configuration, most outages in practice, are "
            "not in the model; `changes` says how often they go wrong."
        )
    elif not maintenance:
        yield "Nothing is ever taken out for maintenance; `maintenance` says what is, and when."
    sure = [name for name, one in system.all_changes().items() if one.failure_rate == 0]
    if sure:
        yield f"Changes never go wrong: {_list(sure)}; `failure_rate` says how often they do."


def _demand(system: System) -> Iterator[str]:
    if not any(service.demand for service in system.services.values()):
        yield "There is no `demand`, so that neither overload nor headroom is looked at."
        return
    yield "Demand is constant at its peak, and overload slows nothing down and breaks nothing."
    flows = flows_of(system)
    unknown = [
        name
        for name, one in system.components.items()
        if one.capacity is None and any(flows[name].values())
    ]
    if unknown:
        yield f"Without a `capacity`, {_list(unknown)} can carry any load."


def _data(system: System) -> Iterator[str]:
    kinds = ("database", "store", "queue", "cache", "registry")
    names = [name for name, one in system.components.items() if one.kind in kinds or one.failover]
    if names:
        yield f"Data is never lost or damaged, and backups are not needed: {_list(names)}."


CHECKS: tuple[Callable[[System], Iterator[str]], ...] = (
    _detection,
    _monitored,
    _perfect_failover,
    _latent_standbys,
    _independence,
    _shared_places,
    _crews,
    _routes,
    _no_modes,
    _changes,
    _demand,
    _data,
)
"""The checks in the order in which their sentences are told."""


def _found_at_once(
    system: System, watcher: str | None, component: Component, mode: FailureMode
) -> bool:
    if mode.detect is not None:
        return is_instant(mode.detect)
    if component.failover is not None:
        return is_instant(component.failover.detect)
    alarm = alarm_of(system, watcher, mode)
    return alarm is None or not alarm.steps


def _failing_over(system: System) -> Iterator[tuple[str, Component]]:
    for name, component in system.components.items():
        if component.failover is not None:
            yield name, component


def _is_instant_failover(component: Component) -> bool:
    failover = component.failover
    assert failover is not None
    stages = (failover.detect, failover.decide, failover.fence, failover.promote, failover.switch)
    return all(map(is_instant, stages))


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
