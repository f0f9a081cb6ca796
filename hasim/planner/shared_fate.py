"""Shared fate: what several components hang on together, whether or not it is a single point.

Theory of operation
-------------------
Replicas help against what strikes one of them. What they share strikes or holds up all of them: the
place, the host, the people who repair, the change that is rolled out, the certificate, the registry
through which they are found, the monitoring that calls somebody. Each of these is listed with those
who share it, and with the services that hang on one of them.

Rules of this file: structure only; what only one thing uses is not shared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hasim.system import Component, Domain, Service, System
from hasim.topology import all_that_bears_on, host_name, named_needs, placement


@dataclass(frozen=True, slots=True)
class SharedFate:
    """Something that several things share.

    Parameters
    ----------
    kind : str
        ``domain``, ``host``, ``crew``, ``change``, ``certificate``, ``registry``, ``monitoring`` or
        ``dependency``.
    name : str
    shared_by : tuple of str
        Components, domains and services, in the order of declaration.
    services : tuple of str
        Those that hang on one of them.
    """

    kind: str
    name: str
    shared_by: tuple[str, ...]
    services: tuple[str, ...]


def find_shared_fate(system: System) -> tuple[SharedFate, ...]:
    """What is shared in a system, by kind and in the order of declaration."""
    bearing = {service: all_that_bears_on(system, service) for service in system.services}
    found = []
    for kind, sharing in (
        ("domain", _domains(system)),
        ("host", _hosts(system)),
        ("crew", callers_of_crews(system)),
        ("change", {name: tuple(one.scope) for name, one in system.all_changes().items()}),
        ("certificate", {name: one.on for name, one in system.certificates.items()}),
        ("monitoring", {name: one.watches for name, one in system.monitoring.items()}),
        ("registry", _needed(system, registries=True)),
        ("dependency", _needed(system, registries=False)),
    ):
        for name, users in sharing.items():
            distinct = tuple(dict.fromkeys(users))
            services = (s for s, names in bearing.items() if names & {*distinct})
            if len(distinct) > 1:
                found.append(SharedFate(kind, name, distinct, tuple(services)))
    return tuple(found)


Sharing = Mapping[str, tuple[str, ...]]


def _collected(pairs: Iterator[tuple[str, str]]) -> Sharing:
    found: dict[str, list[str]] = {}
    for name, user in pairs:
        found.setdefault(name, []).append(user)
    return {name: tuple(users) for name, users in found.items()}


def _domains(system: System) -> Sharing:
    """Components by the domains that they are directly in or share, if these can mask anything."""
    pairs = (
        (domain, name)
        for name, places in placement(system).items()
        for domain in (*(one.domain for one in places), *system.components[name].shares)
        if domain is not None
    )
    sharing = _collected(pairs)
    at_risk = {name for name, one in system.domains.items() if one.failures or one.needs}
    return {
        f"{domain.level} {name}": sharing[name]
        for name, domain in system.domains.items()
        if name in sharing and name in at_risk
    }


def _hosts(system: System) -> Sharing:
    return _collected(
        (place.host, name)
        for name, places in placement(system).items()
        for place in places
        if place.host is not None
    )


def callers_of_crews(system: System) -> Sharing:
    """The components, domains, monitoring and certificates whose repairs each crew does.

    Parameters
    ----------
    system : System
    """
    return _collected(
        (crew, name) for name, crews in _employed(system) for crew in crews if crew is not None
    )


def _employed(system: System) -> Iterator[tuple[str, list[str | None]]]:
    """Who calls which crews."""
    owners: Mapping[str, Component | Domain] = {**system.domains, **system.components}
    for name, owner in owners.items():
        yield name, [mode.crew for mode in owner.failures.values()]
    for name, monitoring in system.monitoring.items():
        yield name, [monitoring.crew]
    for name, certificate in system.certificates.items():
        yield name, [certificate.crew]


def _needed(system: System, *, registries: bool) -> Sharing:
    """What several need: registries, by which others are found, or all the rest but hosts."""
    hosts = {host_name(host) for one in system.components.values() for host in one.hosts}
    owners: Mapping[str, Component | Service] = {**system.components, **system.services}
    pairs = _collected(
        (need.name, name) for name, owner in owners.items() for need in named_needs(owner.needs)
    )
    found = dict(pairs)
    for name, component in system.components.items():
        for route in component.routes:
            if route.discovery is not None:
                through = route.discovery.through
                found[through] = (*found.get(through, ()), name)
    wanted = {
        name
        for name, one in system.components.items()
        if (one.kind == "registry") == registries and name not in hosts
    }
    return {name: found[name] for name in system.components if name in wanted and name in found}
