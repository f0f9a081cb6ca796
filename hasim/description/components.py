"""Reading a component: its replicas, where they are, how they fail and take over."""

from __future__ import annotations

import re

from hasim.description.draft import KeyPath, Value
from hasim.description.encryption import read_tls
from hasim.description.failing import read_failures
from hasim.description.needs import read_needs, read_uses
from hasim.description.planned import read_own_change
from hasim.description.reading import (
    Group,
    Ledger,
    Section,
    read_count,
    read_domains,
    read_reference,
    read_text,
)
from hasim.description.relocating import read_relocate
from hasim.description.routes import read_routes, routed_needs, routed_uses
from hasim.description.takeovers import (
    check_takeover,
    read_failover,
    read_standby,
    read_witnesses,
)
from hasim.description.vocabulary import REDUNDANCIES, suggestion
from hasim.errors import InputError, show_value
from hasim.system import Component, NeedName, Redundancy
from hasim.units import parse_throughput


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
    standby = read_standby(section, redundancy)
    check_takeover(section, group)
    witnesses = read_witnesses(section, group)
    spread, everywhere = _read_spread(section)
    needs = read_needs(section, "needs")
    routes = read_routes(section, group, needs)
    needs = (*needs, *routed_needs(str(section.path[-1]), routes, needs))
    uses = routed_uses(str(section.path[-1]), routes)
    return Component(
        kind=section.take("kind", read_text, None),
        replicas=max(group.replicas or 1, required),
        required=required,
        redundancy=redundancy,
        witnesses=witnesses,
        slots=section.take("slots", read_count, None),
        capacity=section.take("capacity", _read_capacity, None),
        spread=spread,
        spread_everywhere=everywhere,
        hosts=_read_hosts(section),
        relocate=read_relocate(section, group),
        shares=read_domains(section, "shares"),
        needs=needs,
        routes=routes,
        uses=(*read_uses(section, (*needs, *(NeedName(name=use.name) for use in uses))), *uses),
        failures=read_failures(section, "mode"),
        standby=standby,
        failover=read_failover(section, standby, group, witnesses),
        start=section.step("start"),
        tls=read_tls(section),
        changes=read_own_change(section),
    )


# ---------------------------------------------------------------------------- how many


def _read_redundancy(value: Value) -> Redundancy:
    for redundancy in REDUNDANCIES:
        if value == redundancy:
            return redundancy
    step = suggestion(value, REDUNDANCIES) if isinstance(value, str) else ""
    raise InputError(
        f"{show_value(value)} is no redundancy",
        f"expected {', '.join(REDUNDANCIES[:-1])} or {REDUNDANCIES[-1]}",
        step,
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
    majority = (group.replicas or 1) // 2 + 1 if group.redundancy == "quorum" else 1
    required = section.take("required", read_count, majority)
    if required < majority and group.replicas is not None:
        found = f"{required} of {group.replicas}: two parts could both act"
        section.error("required", found, f"at least {majority}, the majority", "remove it")
        return majority
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
        expected, step = "expected a host, or a list of hosts", "write [server1, server2]"
        section.ledger.refuse(section.at("hosts"), InputError(show_value(value), expected, step))
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
        ledger.refuse(path, error)
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
