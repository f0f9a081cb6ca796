"""A System in the words of the model language: plain mappings, lists and text.

Reading them back gives an equal System. Every default is written out; what does not exist (no
crew, no capacity) is left out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any, assert_never

from hasim.system.certificates import Certificate
from hasim.system.changes import STRATEGIES_OF, Change
from hasim.system.encryption import Tls
from hasim.system.links import Link
from hasim.system.maintenance import Maintenance
from hasim.system.model import (
    Component,
    Crew,
    Domain,
    Failover,
    FailureMode,
    Objectives,
    Service,
    Standby,
    System,
)
from hasim.system.monitoring import GameDay, Monitoring
from hasim.system.needs import (
    Changeover,
    Failback,
    Need,
    NeedAll,
    NeedAny,
    NeedAtLeast,
    NeedCells,
    NeedName,
    Use,
    is_routed,
)
from hasim.system.options import plain_options
from hasim.system.plain_prices import plain_costs
from hasim.system.relocate import Relocate
from hasim.system.routes import Discovery, Route
from hasim.system.scenarios import Event, Scenario
from hasim.system.shifts import DAYS, Shift
from hasim.system.sla import Sla
from hasim.system.uncertain import put_value
from hasim.units import (
    format_duration,
    format_number,
    format_probability,
    format_rate_per_time,
    format_throughput,
)

#: The keys of a model whose values are mappings from the user's names.
SECTIONS = (
    "domains", "links", "crews", "components", "certificates", "services", "changes",
    "maintenance", "monitoring", "game_days", "scenarios",
)  # fmt: skip


def plain_system(system: System) -> dict[str, Any]:
    """The keys of the model language that describe a system; rare ones only where they are used."""
    rare: dict[str, Any] = {
        "links": {name: _link(part) for name, part in system.links.items()},
        "certificates": {name: _certificate(part) for name, part in system.certificates.items()},
        "changes": {name: _shared_change(part) for name, part in system.changes.items()},
        "maintenance": {name: _maintenance(part) for name, part in system.maintenance.items()},
        "monitoring": {name: _monitoring(part) for name, part in system.monitoring.items()},
        "game_days": {name: _game_day(part) for name, part in system.game_days.items()},
        "scenarios": {name: _scenario(part) for name, part in system.scenarios.items()},
        "costs": None if system.costs is None else plain_costs(system.costs),
    }
    plain = {
        "language": str(system.language),
        "name": _text(system.name),
        "description": _text(system.description),
        **_parameters(system),
        "domains": {name: _domain(part) for name, part in system.domains.items()},
        "crews": {name: _crew(part) for name, part in system.crews.items()},
        "components": {name: _component(name, part) for name, part in system.components.items()},
        "services": {name: _service(part) for name, part in system.services.items()},
        **{section: parts for section, parts in rare.items() if parts},
    }
    if system.options:
        plain["options"] = plain_options(system.options)
    for varied in system.varied:
        put_value(plain, varied.path, json.loads(varied.text))
    return plain


def digest(system: System) -> str:
    """Hash of what a system is, the order of declaration included: 64 hexadecimal digits.

    What else it could be, its options, is no part of it.
    """
    plain = plain_system(system.model_copy(update={"options": {}}))
    text = json.dumps(plain, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _scenario(scenario: Scenario) -> dict[str, Any]:
    keys = {
        "description": _text(scenario.description) or None,
        "events": [_event(event) for event in scenario.events],
        "for": format_duration(scenario.lasts),
    }
    return _existing(keys)


def _event(event: Event) -> dict[str, Any]:
    keys = {
        "at": format_duration(event.at),
        "fail": event.fail,
        "until": None if event.until is None else format_duration(event.until),
    }
    return _existing(keys)


def _shared_change(change: Change) -> dict[str, Any]:
    return {"scope": list(change.scope), **_change(change)}


def _parameters(system: System) -> dict[str, Any]:
    """The parameters that are uncertain; all others are used up."""
    given = {one.parameter: one.plain for one in system.uncertain if one.parameter}
    return {"parameters": given} if given else {}


def _text(text: str) -> str:
    """A text of the user's in which nothing is taken for a parameter."""
    return text.replace("${", "$${")


def _link(link: Link) -> dict[str, Any]:
    cut = {"after": str(link.after), "lasts": str(link.lasts)}
    return {"between": list(link.between), "cut": cut}


def _crew(crew: Crew) -> dict[str, Any]:
    keys = {
        "size": str(crew.size),
        "preempts": "true" if crew.preempts else None,
        "shifts": [_shift(shift) for shift in crew.shifts] or None,
    }
    return _existing(keys)


def _shift(shift: Shift) -> dict[str, Any]:
    return {
        "from": _clock(shift.start),
        "to": _clock(shift.end),
        "days": [DAYS[day] for day in shift.days],
        "size": str(shift.size),
    }


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _domain(domain: Domain) -> dict[str, Any]:
    keys = {
        "level": _text(domain.level),
        "in": domain.inside,
        "shares": list(domain.shares) or None,
        "failures": {name: _mode(mode, of_group=False) for name, mode in domain.failures.items()},
        "needs": _needs(domain.needs),
    }
    return _existing(keys)


def _component(name: str, component: Component) -> dict[str, Any]:
    is_quorum = component.redundancy == "quorum"
    keys = {
        "kind": None if component.kind is None else _text(component.kind),
        "replicas": str(component.replicas),
        "required": str(component.required),
        "redundancy": component.redundancy,
        "witnesses": str(component.witnesses) if component.witnesses else None,
        "slots": None if component.slots is None else str(component.slots),
        "capacity": None if component.capacity is None else format_throughput(component.capacity),
        "spread": "everywhere" if component.spread_everywhere else list(component.spread),
        "hosts": list(component.hosts),
        "relocate": component.relocate and _relocate(component.relocate),
        "shares": list(component.shares) or None,
        "needs": _needs(need for need in component.needs if not is_routed(need)),
        "routes": [_route(route) for route in component.routes] or None,
        "uses": _uses(use for use in component.uses if use.by is None),
        "failures": {name: _mode(mode, of_group=True) for name, mode in component.failures.items()},
        "standby": _standby(component.standby) if component.standby and not is_quorum else None,
        "failover": component.failover and _failover(name, component.failover),
        "start": str(component.start),
        "changes": component.changes and _change(component.changes),
        "tls": component.tls and _tls(component.tls),
    }
    if component.hosts:
        del keys["spread"]
    return _existing(keys)


def _mode(mode: FailureMode, *, of_group: bool) -> dict[str, Any]:
    keys = {
        "after": str(mode.after),
        "repair": str(mode.repair),
        "detect": None if mode.detect is None else str(mode.detect),
        "crew": mode.crew,
        "priority": str(mode.priority),
        "common_cause": format_probability(mode.common_cause) if of_group else None,
        "attended": None if mode.attended is (mode.detect is None) else str(mode.attended).lower(),
        "silent": "true" if mode.silent else None,
    }
    return _existing(keys)


def _route(route: Route) -> dict[str, Any]:
    found = route.discovery
    keys = {
        "to": route.to,
        "share": format_probability(route.share) if route.share < 1 else None,
        "layer": str(route.layer),
        "policy": route.policy,
        "weights": [str(weight) for weight in route.weights] or None,
        "spill": None if route.spill else "false",
        **({} if found is None else _discovery(found)),
        "expiry" if found else "detect": str(route.detect),
        "detect_silent": str(route.detect_silent),
        "readmit": str(route.readmit),
        "panic": format_probability(route.panic) if route.panic else None,
        "pinned": format_probability(route.pinned) if route.pinned else None,
        "idle": str(route.idle) if route.pinned else None,
    }
    return _existing(keys)


def _discovery(discovery: Discovery) -> dict[str, Any]:
    share = discovery.self_preservation
    return {
        "through": discovery.through,
        "eviction": format_duration(discovery.eviction),
        "cache": format_duration(discovery.cache),
        "poll": format_duration(discovery.poll),
        "self_preservation": format_probability(share) if share else None,
        "on_loss": discovery.on_loss,
    }


def _relocate(relocate: Relocate) -> dict[str, Any]:
    keys = {key: str(getattr(relocate, key)) for key in ("detect", "decide", "start")}
    return {**keys, "needs": _needs(relocate.needs)}


def _standby(standby: Standby) -> dict[str, Any]:
    keys = {
        "rate": format_probability(standby.rate),
        "latent": format_probability(standby.latent),
        "test": None if standby.test is None else format_duration(standby.test),
    }
    return _existing(keys)


def _failover(name: str, failover: Failover) -> dict[str, Any]:
    keys = {
        "detect": str(failover.detect),
        "decide": str(failover.decide),
        "fence": str(failover.fence),
        "promote": str(failover.promote),
        "switch": str(failover.switch),
        "rebuild": str(failover.rebuild),
        "coverage": format_probability(failover.coverage),
        "manual": None if failover.manual is None else str(failover.manual),
        "needs": _needs(failover.needs),
        "prefer": [f"{name}.{number}" for number in failover.prefer] or None,
        "failback": _failback(failover.failback),
        "block": None if failover.block is None else str(failover.block),
        "spurious": None if failover.spurious is None else str(failover.spurious),
        "sessions": failover.sessions,
    }
    return _existing(keys)


def _tls(tls: Tls) -> dict[str, Any]:
    return {
        "clients": str(tls.clients),
        "handshake": format_duration(tls.handshake),
        "resumed": format_probability(tls.resumed),
        "resumption": format_duration(tls.resumption),
        "cores": str(tls.cores),
    }


def _certificate(certificate: Certificate) -> dict[str, Any]:
    keys = {
        "on": list(certificate.on),
        "every": format_duration(certificate.every),
        "first": format_duration(certificate.first),
        "missed": format_probability(certificate.missed),
        "detect": str(certificate.detect),
        "renew": str(certificate.renew),
        "crew": certificate.crew,
        "priority": str(certificate.priority),
    }
    return _existing(keys)


def _monitoring(monitoring: Monitoring) -> dict[str, Any]:
    given = monitoring
    keys = {
        "watches": list(given.watches),
        "scrape": str(given.scrape),
        "rule": str(given.rule),
        "for": str(given.lasting),
        "group": str(given.group),
        "page": str(given.page),
        "acknowledge": str(given.acknowledge),
        "diagnose": str(given.diagnose),
        "covers": format_probability(given.covers),
        "otherwise": None if given.otherwise is None else str(given.otherwise),
        "crew": given.crew,
        "needs": _needs(given.needs),
        "false_alarms": None if given.false_alarms is None else str(given.false_alarms),
    }
    return _existing(keys)


def _game_day(day: GameDay) -> dict[str, Any]:
    return {
        "on": list(day.on),
        "every": format_duration(day.every),
        "first": format_duration(day.first),
        "finds": format_probability(day.finds),
    }


def _service(service: Service) -> dict[str, Any]:
    demand = None if service.demand is None else {"peak": format_throughput(service.demand)}
    keys = {
        "needs": _needs(service.needs),
        "uses": _uses(service.uses),
        "demand": demand,
        "objectives": _objectives(service.objectives) or None,
    }
    return _existing(keys)


def _change(change: Change) -> dict[str, Any]:
    keys = {
        "rate": format_rate_per_time(change.rate),
        "failure_rate": format_probability(change.failure_rate),
        "strategy": change.strategy,
        "takes": str(change.takes),
        "at_once": str(change.at_once),
        "waves": [format_probability(share) for share in change.waves],
        "bake": str(change.bake),
        "catch": format_probability(change.catch),
        "latent": str(change.latent),
        "detect": str(change.detect),
        "rollback": str(change.rollback),
    }
    return {
        key: value
        for key, value in keys.items()
        if change.strategy in STRATEGIES_OF.get(key, (change.strategy,))
    }


def _maintenance(work: Maintenance) -> dict[str, Any]:
    return {
        "on": list(work.on),
        "every": format_duration(work.every),
        "first": format_duration(work.first),
        "takes": str(work.takes),
        "drain": str(work.drain),
        "at_once": str(work.at_once),
        "excluded": "true" if work.excluded else "false",
    }


def _objectives(objectives: Objectives) -> dict[str, Any]:
    formats = {
        "availability": format_probability,
        "request_availability": format_probability,
        "headroom": _ratio,
        "headroom_after_loss": _ratio,
        "mttr": format_duration,
        "p95_outage": format_duration,
    }
    values = {key: getattr(objectives, key) for key in formats}
    plain: dict[str, Any] = {
        key: formats[key](value) for key, value in values.items() if value is not None
    }
    if objectives.sla is not None:
        plain["availability"] = _sla(plain["availability"], objectives.sla)
    return plain


def _sla(target: str, sla: Sla) -> dict[str, Any]:
    credited = {format_probability(one.below): format_probability(one.share) for one in sla.credits}
    keys = {"target": target, "window": sla.window, "exclude": sla.exclude}
    return _existing({**keys, "credits": credited or None})


def _ratio(value: float) -> str:
    return format_probability(value) if value <= 1 else format_number(value)


def _needs(needs: Iterable[Need]) -> list[Any]:
    return [_need(need) for need in needs]


def _need(need: Need) -> str | dict[str, Any]:
    tolerates = None if need.tolerates is None else format_duration(need.tolerates)
    match need:
        case NeedName(
            name=name, at_least=None, calls=1.0, within=None, tolerates=None, fails_open=False
        ):
            return name
        case NeedName():
            at_least = None if need.at_least is None else str(need.at_least)
            keys: dict[str, Any] = {
                "name": need.name,
                "at_least": at_least,
                "calls": format_number(need.calls),
                "within": need.within,
            }
        case NeedAny():
            keys = {"any": _needs(need.needs), "failover": _changeover(need.failover)}
        case NeedAll():
            keys = {"all": _needs(need.needs)}
        case NeedAtLeast():
            keys = {"at_least": str(need.at_least), "of": _needs(need.needs)}
        case NeedCells():
            keys = {"cells": _needs(need.needs), "at_least": str(need.at_least)}
        case _:
            assert_never(need)
    fails = "open" if need.fails_open else None
    return _existing({**keys, "tolerates": tolerates, "fails": fails})


def _changeover(changeover: Changeover | None) -> dict[str, Any] | None:
    if changeover is None:
        return None
    keys = {
        "detect": str(changeover.detect),
        "switch": str(changeover.switch),
        "coverage": format_probability(changeover.coverage),
        "manual": None if changeover.manual is None else str(changeover.manual),
        "failback": _failback(changeover.failback),
    }
    return _existing(keys)


def _failback(failback: Failback | None) -> dict[str, Any] | None:
    if failback is None:
        return None
    return {"after": str(failback.after), "takes": str(failback.takes)}


def _uses(uses: Iterable[Use]) -> list[Any] | None:
    return [_use(use) for use in uses] or None


def _use(use: Use) -> dict[str, Any]:
    loses, calls = format_probability(use.loses), format_number(use.calls)
    return {"name": use.name, "loses": loses, "calls": calls}


def _existing(keys: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in keys.items() if value is not None}
