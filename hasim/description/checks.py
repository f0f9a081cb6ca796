"""What only the whole system tells: cycles, levels, places that put all eggs in one basket."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from hasim.description.draft import KeyPath
from hasim.description.reading import Ledger
from hasim.errors import cut_list
from hasim.system import Component, NeedName, System
from hasim.topology import (
    Link,
    Place,
    cycles,
    domain_at,
    host_name,
    local_replicas,
    named_needs,
    outwards,
    placement,
)

#: Most primaries named in a finding; precedent: as many values as a warning of presets names.
MOST_NAMED = 5


def check_domains(system: System, ledger: Ledger) -> None:
    """Find replicas spread over domains of different levels."""
    for name, component in system.components.items():
        levels = dict.fromkeys(system.domains[domain].level for domain in component.spread)
        if len(levels) > 1:
            found = f"spread over domains of the levels {' and '.join(levels)}"
            step = f"take domains of one level, such as {next(iter(levels))}"
            ledger.error(
                ("components", name, "spread"), found, "replicas are spread over one level", step
            )


def check_whole(system: System, ledger: Ledger) -> bool:
    """Find what depends on itself; tells whether there is nothing of the kind."""
    found = cycles(system)
    for cycle in found:
        words = ", ".join(map(str, cycle))
        path = _path_of(system, cycle[0])
        ledger.error(path, f"a cycle: {words}", "needs form no cycle", "cut it at one place")
    if not found:
        _check_failover_needs(system, ledger)
    return not found


def _path_of(system: System, link: Link) -> KeyPath:
    """The key that makes a link."""
    if link.source in system.domains:
        return ("domains", link.source, {**_KEYS_OF_LINKS, "is in": "in"}[link.words])
    section = "components" if link.source in system.components else "services"
    return (section, link.source, _KEYS_OF_LINKS[link.words])


_KEYS_OF_LINKS = {
    "needs": "needs",
    "routes to": "routes",
    "uses": "uses",
    "runs on": "hosts",
    "is in": "spread",
    "shares": "shares",
}


def _check_failover_needs(system: System, ledger: Ledger) -> None:
    """Find failovers that wait for what needs the component itself."""
    waits = []
    for name, component in system.components.items():
        if component.failover:
            targets = dict.fromkeys(need.name for need in named_needs(component.failover.needs))
            waits += [Link(name, "fails over with", target) for target in targets if target != name]
    if not waits:
        return
    for cycle in cycles(system, waits):
        link = next(link for link in cycle if link.words == "fails over with")
        found = f"a failover that may wait for itself: {', '.join(map(str, cycle))}"
        path = ("components", link.source, "failover", "needs")
        ledger.warn(path, found, "", "let it need something that serves without it")


def check_places(system: System, ledger: Ledger) -> None:
    """Find replicas that share a host or a domain without need, or lack what they need there."""
    everywhere = placement(system)
    for name, domain in system.domains.items():
        around = (Place(domain.inside, None),)
        _check_shares(system, ledger, ("domains", name), domain.shares, around)
    _check_slots(system, ledger, everywhere)
    for name, places in everywhere.items():
        component = system.components[name]
        _check_shares(system, ledger, ("components", name), component.shares, places)
        _check_within(system, ledger, name, everywhere)
        _check_zones(system, ledger, name, everywhere)
        if any(ledger.is_touched(("components", name, key)) for key in ("spread", "hosts")):
            continue
        if not _is_placed(component):
            if system.domains and not component.spread_everywhere:
                step = "write spread: [...], or spread: everywhere if that is meant"
                ledger.warn(("components", name), "it is outside all domains", "", step)
        elif component.replicas > 1:
            for key, found, step in _shared_fate(system, component, places):
                ledger.warn(("components", name, key), found, "", step)


def _check_shares(
    system: System,
    ledger: Ledger,
    path: KeyPath,
    shares: tuple[str, ...],
    places: tuple[Place, ...],
) -> None:
    """Find shared domains that are around the replicas already."""
    around = {outer for place in places for outer in outwards(system, place.domain)}
    for domain in shares:
        if domain in around:
            found = f"{domain} is around it already"
            ledger.warn((*path, "shares"), found, "", f"remove {domain} from shares")


def _check_slots(
    system: System, ledger: Ledger, everywhere: Mapping[str, tuple[Place, ...]]
) -> None:
    """Find hosts on which more primaries start than they have slots: first replicas lead first."""
    starting: dict[str, list[str]] = {}
    for name, places in everywhere.items():
        host, touched = places[0].host, ledger.is_touched(("components", name, "hosts"))
        if host is not None and system.components[name].failover is not None and not touched:
            starting.setdefault(host, []).append(name)
    for host, names in starting.items():
        slots = system.components[host_name(host)].slots
        if slots is not None and len(names) > slots:
            has = f"{slots} slot{'s' if slots > 1 else ''}"
            named = cut_list(names, MOST_NAMED)
            found = f"{len(names)} primaries ({named}) start on {host}, which has {has}"
            step = "raise slots, or list the hosts in another order"
            path = ("components", host_name(host), "slots")
            ledger.error(path, found, f"expected at most {slots}", step)


def _check_within(
    system: System, ledger: Ledger, name: str, everywhere: Mapping[str, tuple[Place, ...]]
) -> None:
    """Find replicas in whose domain there is too little of what they need within it."""
    for index, need in enumerate(system.components[name].needs):
        if not isinstance(need, NeedName) or need.within is None:
            continue
        there = [domain_at(system, place.domain, need.within) for place in everywhere[need.name]]
        path = ("components", name, "needs", index, "within")
        movers = [one for one in (name, need.name) if system.components[one].relocate is not None]
        if movers:
            found = f"not yet: {movers[0]} is restarted elsewhere, out of its domain"
            ledger.error(path, found, "", "remove within, or relocate")
            continue
        for number, place in enumerate(everywhere[name], start=1):
            own = domain_at(system, place.domain, need.within)
            count = 0 if own is None else there.count(own)
            least = need.at_least or 1
            if own is None:
                found = f"{name}.{number} is in no domain of the level {need.within}"
                step = "spread it over such domains, or remove within"
                ledger.error(path, found, "", step)
                break
            if count < least:
                found = f"{name}.{number} needs {least} of {need.name} in {own}, which has {count}"
                ledger.error(path, found, "", f"place {need.name} in {own} too, or remove within")
                break


def _check_zones(
    system: System, ledger: Ledger, name: str, everywhere: Mapping[str, tuple[Place, ...]]
) -> None:
    """Find zone-aware balancers that are in no domain, or have none of what they route to there."""
    for route in system.components[name].routes:
        if route.policy != "zone-aware":
            continue
        own = [place.domain for place in everywhere[name]]
        path = ("components", name, "routes")
        moving = [one for one in (name, route.to) if system.components[one].relocate is not None]
        if moving:
            found = f"not yet: a zone-aware route where {moving[0]} is relocated is not built"
            ledger.error(path, found, "", "use round-robin")
            continue
        near = local_replicas(system, everywhere[name], everywhere[route.to])
        lacking = [number for number, there in enumerate(near) if not there]
        if None in own:
            found = f"zone-aware, and {name}.{own.index(None) + 1} is in no domain"
            ledger.error(path, found, "", "spread it over domains, or use round-robin")
        elif lacking:
            number = lacking[0]
            found = f"{name}.{number + 1} is in {own[number]}, where there is no {route.to}"
            what = "its requests go elsewhere" if route.spill else "its requests are lost"
            ledger.warn(path, found, "", f"{what}; place {route.to} there too")


def _is_placed(component: Component) -> bool:
    return bool(component.spread or component.hosts)


def _shared_fate(
    system: System, component: Component, places: tuple[Place, ...]
) -> Iterator[tuple[str, str, str]]:
    """Key, finding and next step for each host or domain that several replicas share."""
    hosts = Counter(place.host for place in places if place.host)
    for host, count in hosts.items():
        if count > 1:
            yield "hosts", f"{count} replicas run on {host}", "give each replica a host of its own"
            break
    domains = Counter(place.domain for place in places if place.domain)
    if not domains:
        return
    around = {(system.domains[name].level, system.domains[name].inside) for name in domains}
    free = [
        name
        for name, domain in system.domains.items()
        if (domain.level, domain.inside) in around and name not in domains
    ]
    domain, count = domains.most_common(1)[0]
    if free and count > 1:
        key = "hosts" if hosts else "spread"
        yield key, f"{count} replicas are in {domain}, none in {free[0]}", "spread them over both"
