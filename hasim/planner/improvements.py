"""Changes that would buy downtime: what a person could do to a model, one thing at a time.

Theory of operation
-------------------
Each kind of change is a function from a System to systems in which one thing is better: one replica
more, one step twice as fast, a coverage that drills reach. Each says what it touches: causes whose
downtime it can save, and where it shortens one stage only, that stage. The downtime charged to
these is about what it could save, so that changes are tried in this order, and what is charged
with next to nothing is not tried. It is no limit: of replicas, who is back sooner also spares
outages that would be charged to others.

Rules of this file
------------------
1. Halves and doubles are steps to compare, not promises; how far one gets is for people to say.
2. One change at a time: what two of them save together is another question.
3. What a change costs is not looked at here; `marginal_prices` tells it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hasim.laws import Fixed, Law
from hasim.planner.shared_fate import callers_of_crews
from hasim.solution import ServiceAnswer
from hasim.solution.text import show_seconds
from hasim.system import Component, Domain, Failover, FailureMode, System
from hasim.units import format_duration, format_probability, parse_duration

COVERAGE = 0.99
"""The coverage to compare with: one takeover in a hundred is left to people."""

MONTH = parse_duration("30 d")
"""Between two tests of standbys to compare with."""

FIRST_WAVE, CATCH = 0.05, 0.8
"""A canary to compare with: the share of requests exposed first, and how often it finds the bad."""

_CHAIN = ("decide", "fence", "promote", "switch")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that could be done.

    Parameters
    ----------
    text : str
        What to do, with the value now: ``give the failover of db a coverage of 99 % (now 95 %)``.
    causes : tuple of str
        Beginnings of the names of the causes whose downtime it can save.
    stage : str or None
        The only stage that it shortens; None: any.
    system : System
        With the change made.
    """

    text: str
    causes: tuple[str, ...]
    stage: str | None
    system: System


def find_changes(system: System) -> tuple[Change, ...]:
    """All changes of the kinds in this file that can be made to a system."""
    return tuple(change for kind in _KINDS for change in kind(system))


def most_to_gain(change: Change, answer: ServiceAnswer) -> float:
    """The downtime a year, in seconds, that a change could save at most, as it is charged."""
    down = answer.downtime_s_per_year.value or 0.0
    if any(cost.value is None for cost in answer.downtime_s_per_year_by_cause.values()):
        return down
    charged = sum(
        cost.value or 0.0
        for cause, cost in answer.downtime_s_per_year_by_cause.items()
        if any(cause == one or cause.startswith(f"{one}.") for one in change.causes)
    )
    if change.stage is None:
        return charged
    stages = {name: one.value or 0.0 for name, one in answer.mttr_stages_s.items()}
    in_stage = sum(part for name, part in stages.items() if name == change.stage)
    whole = sum(stages.values())
    return min(charged, down * in_stage / whole) if whole else 0.0


# ---------------------------------------------------------------------------- replicas and places


def _replicas(system: System) -> Iterator[Change]:
    for name, component in system.components.items():
        if component.replicas == 1 and component.failover is None and component.failures:
            yield _one_more(system, name, component, 1)
        elif component.replicas > 1:
            yield _one_more(system, name, component, 2 if component.redundancy == "quorum" else 1)


def _one_more(system: System, name: str, component: Component, more: int) -> Change:
    replicas = component.replicas + more
    update: dict[str, Any] = {"replicas": replicas}
    if component.redundancy == "quorum" and component.required == component.replicas // 2 + 1:
        update["required"] = replicas // 2 + 1
    text = f"run {replicas} replicas of {name} (now {component.replicas})"
    causes = (name, *system.domains, *_hosts(component))
    return Change(text, causes, None, _with_component(system, name, update))


def _hosts(component: Component) -> Iterator[str]:
    return (host.partition(".")[0] for host in component.hosts)


def _spreading(system: System) -> Iterator[Change]:
    """Put what is in one domain into all of its level."""
    for name, component in system.components.items():
        places = set(component.spread)
        if len(places) != 1 or component.replicas == 1:
            continue
        (place,) = places
        level = system.domains[place].level
        peers = tuple(one for one, domain in system.domains.items() if domain.level == level)
        if len(peers) > 1:
            text = f"spread {name} over {', '.join(peers)} (now all of it in {place})"
            update = {"spread": (place, *(one for one in peers if one != place))}
            yield Change(text, (name, place), None, _with_component(system, name, update))


# ---------------------------------------------------------------------------- failing, repairing


def _modes(system: System) -> Iterator[tuple[str, Component | Domain, str, FailureMode]]:
    for name, component in system.components.items():
        for key, mode in component.failures.items():
            yield name, component, key, mode


def _rarer(system: System) -> Iterator[Change]:
    for name, _, key, mode in _modes(system):
        now, then = _mean(mode.after), _mean(mode.after.scaled(2.0))
        text = f"make {name}.{key} half as frequent (every {then} of a replica, now {now})"
        changed = _with_mode(system, name, key, {"after": mode.after.scaled(2.0)})
        yield Change(text, (f"{name}.{key}",), None, changed)


def _repairs(system: System) -> Iterator[Change]:
    for name, _, key, mode in _modes(system):
        now, then = _mean(mode.repair), _mean(mode.repair.scaled(0.5))
        text = f"repair {name}.{key} twice as fast (in {then} on average, now {now})"
        changed = _with_mode(system, name, key, {"repair": mode.repair.scaled(0.5)})
        yield Change(text, (f"{name}.{key}",), None, changed)


def _detection(system: System) -> Iterator[Change]:
    for name, _, key, mode in _modes(system):
        if mode.detect is not None and not _is_instant(mode.detect):
            now, then = _mean(mode.detect), _mean(mode.detect.scaled(0.5))
            text = f"notice {name}.{key} twice as fast (in {then} on average, now {now})"
            changed = _with_mode(system, name, key, {"detect": mode.detect.scaled(0.5)})
            yield Change(text, (f"{name}.{key}",), "detect", changed)
    for name, _, failover in _failovers(system):
        if not _is_instant(failover.detect):
            now, then = _mean(failover.detect), _mean(failover.detect.scaled(0.5))
            text = f"let the failover of {name} notice a failure twice as fast "
            text += f"(in {then} on average, now {now})"
            yield _of_failover(
                system, name, {"detect": failover.detect.scaled(0.5)}, text, "detect"
            )


def _common_causes(system: System) -> Iterator[Change]:
    for name, _, key, mode in _modes(system):
        if mode.common_cause:
            now, then = map(format_probability, (mode.common_cause, mode.common_cause / 2.0))
            text = f"make the replicas of {name} less alike, so that only {then} of {name}.{key} "
            text += f"strike all of them (now {now})"
            changed = _with_mode(system, name, key, {"common_cause": mode.common_cause / 2.0})
            yield Change(text, (f"{name}.{key}.common",), None, changed)


# ---------------------------------------------------------------------------- taking over


def _failovers(system: System) -> Iterator[tuple[str, Component, Failover]]:
    for name, component in system.components.items():
        if component.failover is not None:
            yield name, component, component.failover


def _coverage(system: System) -> Iterator[Change]:
    for name, _, failover in _failovers(system):
        if failover.coverage < COVERAGE:
            now, then = map(format_probability, (failover.coverage, COVERAGE))
            text = f"give the failover of {name} a coverage of {then} (now {now})"
            yield _of_failover(system, name, {"coverage": COVERAGE}, text, None)


def _by_hand(system: System) -> Iterator[Change]:
    for name, _, failover in _failovers(system):
        if failover.manual is not None and failover.coverage < 1.0:
            now, then = _mean(failover.manual), _mean(failover.manual.scaled(0.5))
            text = f"take over from {name} by hand twice as fast (in {then} on average, now {now})"
            yield _of_failover(
                system, name, {"manual": failover.manual.scaled(0.5)}, text, "manual"
            )


def _steps(system: System) -> Iterator[Change]:
    for name, _, failover in _failovers(system):
        laws = {stage: getattr(failover, stage) for stage in _CHAIN}
        stage = max(laws, key=lambda one: laws[one].mean)
        if not _is_instant(laws[stage]):
            now, then = _mean(laws[stage]), _mean(laws[stage].scaled(0.5))
            text = f"make the step {stage} of the failover of {name} twice as fast "
            text += f"({then} on average, now {now})"
            yield _of_failover(system, name, {stage: laws[stage].scaled(0.5)}, text, stage)


def _tests(system: System) -> Iterator[Change]:
    for name, component in system.components.items():
        standby = component.standby
        if standby is not None and standby.latent and (standby.test or MONTH * 2) > MONTH:
            now = "never" if standby.test is None else f"every {format_duration(standby.test)}"
            text = f"test the standbys of {name} every 30 d (now {now})"
            update = {"standby": standby.model_copy(update={"test": MONTH})}
            yield Change(text, (name,), None, _with_component(system, name, update))


# ---------------------------------------------------------------------------- people and changes


def _crews(system: System) -> Iterator[Change]:
    for crew, given in system.crews.items():
        update = {crew: given.model_copy(update={"size": given.size + 1})}
        crews = {**system.crews, **update}
        text = f"have {given.size + 1} people in the crew {crew} (now {given.size})"
        changed = system.model_copy(update={"crews": crews})
        yield Change(text, tuple(_waiting_for(system, crew)), None, changed)


def _waiting_for(system: System, crew: str) -> Iterator[str]:
    """Who is down for longer where a crew is busy, also while others still serve."""
    for caller in callers_of_crews(system).get(crew, ()):
        watching = system.monitoring.get(caller)
        yield from (caller,) if watching is None else watching.watches


def _canaries(system: System) -> Iterator[Change]:
    for name, change in system.all_changes().items():
        if change.failure_rate and not change.waves:
            update = {"strategy": "canary", "waves": (FIRST_WAVE,), "catch": CATCH}
            if change.strategy != "canary":
                update |= {"takes": Fixed(0.0), "at_once": 1}
            text = f"roll {name} out by a canary that finds {format_probability(CATCH)} of the bad "
            text += f"ones at {format_probability(FIRST_WAVE)} of the requests"
            yield Change(text, (name,), None, _with_change(system, name, update))


def _rollbacks(system: System) -> Iterator[Change]:
    for name, change in system.all_changes().items():
        if change.failure_rate and not _is_instant(change.rollback):
            now, then = _mean(change.rollback), _mean(change.rollback.scaled(0.5))
            text = f"undo a bad {name} twice as fast (in {then} on average, now {now})"
            update = {"rollback": change.rollback.scaled(0.5)}
            yield Change(text, (name,), None, _with_change(system, name, update))


def _renewals(system: System) -> Iterator[Change]:
    for name, one in system.certificates.items():
        if one.missed:
            now, then = map(format_probability, (one.missed, one.missed / 2.0))
            text = f"forget to renew {name} half as often ({then} of the times, now {now})"
            certificates = {
                **system.certificates,
                name: one.model_copy(update={"missed": one.missed / 2.0}),
            }
            changed = system.model_copy(update={"certificates": certificates})
            yield Change(text, (name,), None, changed)


_KINDS: Sequence[Callable[[System], Iterator[Change]]] = (
    _replicas,
    _spreading,
    _rarer,
    _repairs,
    _detection,
    _common_causes,
    _coverage,
    _by_hand,
    _steps,
    _tests,
    _crews,
    _canaries,
    _rollbacks,
    _renewals,
)


# ---------------------------------------------------------------------------- changed systems


def _with_component(system: System, name: str, values: Mapping[str, Any]) -> System:
    changed = system.components[name].model_copy(update=values)
    return system.model_copy(update={"components": {**system.components, name: changed}})


def _with_mode(system: System, name: str, key: str, values: Mapping[str, Any]) -> System:
    modes = system.components[name].failures
    changed = {**modes, key: modes[key].model_copy(update=values)}
    return _with_component(system, name, {"failures": changed})


def _with_change(system: System, name: str, values: Mapping[str, Any]) -> System:
    owner = name.removesuffix(".change")
    if name in system.changes:
        changed = system.changes[name].model_copy(update=values)
        return system.model_copy(update={"changes": {**system.changes, name: changed}})
    own = system.components[owner].changes
    assert own is not None
    return _with_component(system, owner, {"changes": own.model_copy(update=values)})


def _of_failover(
    system: System, name: str, values: Mapping[str, Any], text: str, stage: str | None
) -> Change:
    failover = system.components[name].failover
    assert failover is not None
    update = {"failover": failover.model_copy(update=values)}
    causes = (name, *system.domains, *_hosts(system.components[name]))
    return Change(text, causes, stage, _with_component(system, name, update))


def _is_instant(law: Law) -> bool:
    return law == Fixed(0.0)


def _mean(law: Law) -> str:
    return show_seconds(law.mean)
