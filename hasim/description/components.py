"""Reading a component: its replicas, where they are, how they fail and take over."""

from __future__ import annotations

import re

from hasim.description.draft import KeyPath, Value
from hasim.description.failing import read_failures
from hasim.description.needs import read_needs, read_uses
from hasim.description.reading import (
    Group,
    Ledger,
    Section,
    read_count,
    read_domains,
    read_reference,
    read_text,
)
from hasim.description.routes import read_routes, routed_needs, routed_uses
from hasim.description.vocabulary import REDUNDANCIES, STANDBY_RATES, names_of, suggestion
from hasim.errors import InputError, show_value
from hasim.laws import Fixed
from hasim.system import Component, Failover, NeedName, Redundancy, Standby
from hasim.units import parse_duration, parse_probability, parse_throughput


def read_group(section: Section) -> Group:
    """What the readers of other components want to know first."""
    replicas = section.take("replicas", read_count, 1)
    default: Redundancy = "active-active"
    redundancy = section.take("redundancy", _read_redundancy, default)
    wrong = section.at("replicas") in section.ledger.faults
    kind = section.values.get("kind")
    return Group(None if wrong else replicas, redundancy, kind if isinstance(kind, str) else None)


def read_component(section: Section, group: Group) -> Component:
    """A component; names must have been declared, and its group read, before."""
    redundancy = group.redundancy
    required = _read_required(section, group)
    standby = _read_standby(section, redundancy)
    if redundancy == "active-passive":
        _check_active_passive(section, group)
    spread, everywhere = _read_spread(section)
    needs = read_needs(section, "needs")
    routes = read_routes(section, group, needs)
    needs = (*needs, *routed_needs(str(section.path[-1]), routes, needs))
    return Component(
        kind=section.take("kind", read_text, None),
        replicas=max(group.replicas or 1, required),
        required=required,
        redundancy=redundancy,
        capacity=section.take("capacity", _read_capacity, None),
        spread=spread,
        spread_everywhere=everywhere,
        hosts=_read_hosts(section),
        shares=read_domains(section, "shares"),
        needs=needs,
        routes=routes,
        uses=(*read_uses(section, needs), *routed_uses(str(section.path[-1]), routes)),
        failures=read_failures(section, "mode"),
        standby=standby,
        failover=_read_failover(section, standby),
        start=section.step("start"),
    )


# ---------------------------------------------------------------------------- how many


def _read_redundancy(value: Value) -> Redundancy:
    if value == "quorum":
        found = "not yet: redundancy `quorum` is not built"
        raise InputError(found, "", "use active-active with required set to the majority")
    for redundancy in REDUNDANCIES:
        if value == redundancy:
            return redundancy
    step = suggestion(value, REDUNDANCIES) if isinstance(value, str) else ""
    raise InputError(
        f"{show_value(value)} is no redundancy", f"expected {' or '.join(REDUNDANCIES)}", step
    )


def _read_capacity(value: Value) -> float:
    capacity = parse_throughput(value)
    if capacity == 0:
        raise InputError(
            "a capacity of 0 serves nobody", "a capacity is above 0 rps", "remove it if unknown"
        )
    return capacity


def _read_required(section: Section, group: Group) -> int:
    if section.values.get("required") == "peak":
        section.ledger.peaks.append(str(section.path[-1]))
        return 1
    required = section.take("required", read_count, 1)
    if group.redundancy == "active-passive" and required > 1:
        found = f"{required} replicas, but one serves and the others stand by"
        section.error("required", found, "at most 1", "remove it, or use redundancy: active-active")
        return 1
    if group.replicas is not None and required > group.replicas:
        found = f"{required} of {group.replicas} replicas can never be up"
        step = f"set required to {group.replicas} or fewer"
        section.error("required", found, f"at most {group.replicas}", step)
        return 1
    return required


# ---------------------------------------------------------------------------- where


def _read_spread(section: Section) -> tuple[tuple[str, ...], bool]:
    value = section.values.get("spread")
    if value == "everywhere":
        return (), True
    if not section.has("spread"):
        section.ledger.origins[section.at("spread")] = "default"
        return (), False
    return read_domains(section, "spread", "[a, b] or everywhere"), False


def _read_hosts(section: Section) -> tuple[str, ...]:
    if not section.has("hosts"):
        section.ledger.origins[section.at("hosts")] = "default"
        return ()
    value = section.values["hosts"]
    if value and section.values.get("spread"):
        found = "spread and hosts both say where it is"
        section.error(
            "spread", found, "one of them is enough", "remove spread: the hosts have a place"
        )
    if isinstance(value, str):
        host = _read_host(section.ledger, section.at("hosts"), value, section.path[-1])
        return (host,) if host else ()
    if not isinstance(value, list):
        step = "write [server1, server2]"
        section.error("hosts", show_value(value), "expected a host, or a list of hosts", step)
        return ()
    path = section.at("hosts")
    hosts = [
        _read_host(section.ledger, (*path, i), entry, section.path[-1])
        for i, entry in enumerate(value)
    ]
    return tuple(host for host in hosts if host)


def _read_host(ledger: Ledger, path: KeyPath, value: Value, guest: str | int) -> str | None:
    """A host component, or one replica of it such as ``node.2``."""
    if not isinstance(value, str):
        ledger.error(path, show_value(value), "expected the name of a host component")
        return None
    owner, dot, number = value.partition(".")
    try:
        read_reference(ledger, owner, "components")
    except InputError as error:
        ledger.error(path, error.found, error.expected, error.next_step)
        return None
    if owner == guest:
        ledger.error(path, f"{owner} cannot run on itself", "", "name another component")
        return None
    replicas = ledger.groups[owner].replicas
    if replicas is None:
        return owner
    if dot and not (re.fullmatch("[1-9][0-9]{0,5}", number) and int(number) <= replicas):
        found = f"there is no replica {show_value(value)}"
        ledger.error(path, found, f"there are {owner}.1 to {owner}.{replicas}")
        return None
    return value


# ---------------------------------------------------------------------------- taking over


def _check_active_passive(section: Section, group: Group) -> None:
    if group.replicas == 1:
        found = "active-passive with one replica: nothing stands by"
        section.error("redundancy", found, "at least 2", "set replicas to 2")
    if not section.has("failover"):
        found = "active-passive does not say how the standby takes over"
        step = "write failover: instant, or failover: {detect: 30 s, promote: 20 s}"
        section.error("redundancy", found, "", step)


def _read_standby(section: Section, redundancy: Redundancy) -> Standby | None:
    if redundancy != "active-passive":
        _refuse_passive_key(section, "standby")
        return None
    value = section.values.get("standby")
    inner = Section(section.ledger, section.at("standby"), {})
    if isinstance(value, dict):
        inner = section.section("standby", "standby")
    rate = inner.take("rate", parse_probability, 1.0)
    if section.has("standby") and not isinstance(value, dict):
        rate = section.take("standby", _read_temperature, 1.0)
        inner.ledger.origins[inner.at("rate")] = f"from {value}"
    return Standby(
        rate=rate,
        latent=inner.take("latent", parse_probability, 0.0),
        test=inner.take("test", _read_period, None),
    )


def _read_temperature(value: Value) -> float:
    if not isinstance(value, str) or value not in STANDBY_RATES:
        step = suggestion(value, STANDBY_RATES) if isinstance(value, str) else ""
        expected = "expected hot, warm, cold, or {rate: 50 %, latent: 10 %, test: 30 d}"
        raise InputError(f"{show_value(value)} is no standby", expected, step)
    return STANDBY_RATES[value]


def _read_period(value: Value) -> float:
    period = parse_duration(value)
    if period < 1.0:
        raise InputError(
            f"{show_value(value)} is too short", "tests are 1 s or more apart", "write 30 d"
        )
    return period


def _read_failover(section: Section, standby: Standby | None) -> Failover | None:
    """The chain of a component that has standbys."""
    if standby is None:
        _refuse_passive_key(section, "failover")
        return None
    value = section.values.get("failover")
    inner = Section(section.ledger, section.at("failover"), {})
    if isinstance(value, str) and value != "instant":
        found, expected = f"{show_value(value)} is no failover", "expected instant, or a mapping"
        section.error("failover", found, expected, "write {detect: 30 s, promote: 20 s}")
    elif section.has("failover") and value != "instant":
        inner = section.section("failover", "failover")
    failover = Failover(
        detect=inner.detection("detect", Fixed(0.0)) or Fixed(0.0),
        decide=inner.step("decide"),
        fence=inner.step("fence"),
        promote=inner.step("promote"),
        switch=inner.step("switch"),
        rebuild=inner.step("rebuild"),
        coverage=inner.take("coverage", parse_probability, 1.0),
        manual=inner.law("manual", "fixed", None),
        needs=read_needs(inner, "needs"),
    )
    if value == "instant":
        for key in names_of("failover"):
            inner.ledger.origins[inner.at(key)] = "from instant"
    _check_failover(section, failover, standby)
    return failover


def _check_failover(section: Section, failover: Failover, standby: Standby) -> None:
    path = section.at("failover")
    known_to_be_wrong = section.ledger.is_touched(path) or not section.has("failover")
    if standby.rate == 0 and failover.promote == Fixed(0.0) and not known_to_be_wrong:
        found = "a cold standby that starts in no time"
        section.ledger.error(path, found, "promote is above 0 s", "write {promote: 5 min}")
    for need in failover.needs:
        if isinstance(need, NeedName) and need.name == section.path[-1]:
            found = f"the failover of {need.name} waits for {need.name} itself"
            section.ledger.error((*path, "needs"), found, "", "remove it")


def _refuse_passive_key(section: Section, key: str) -> None:
    if section.has(key) and section.at("redundancy") not in section.ledger.faults:
        found = f"{key} where all replicas serve"
        step = f"add redundancy: active-passive, or remove {key}"
        section.error(key, found, "it belongs to active-passive", step)
