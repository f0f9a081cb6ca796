"""Who needs whom, and what runs where.

Rules of this file
------------------
1. Everything here is structure: no probabilities, no times.
2. Chains may be thousands long, so that walks over them are loops, not recursion; only needs
   within needs, whose depth the description limits, are recursive.
3. networkx is imported where it is used, so that a run starts without it.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, assert_never

from hasim.system import (
    Component,
    Domain,
    Need,
    NeedAll,
    NeedAny,
    NeedAtLeast,
    NeedCells,
    NeedName,
    Service,
    System,
)
from hasim.system.plain import SECTIONS, plain_system

if TYPE_CHECKING:
    import networkx


class Place(NamedTuple):
    """Where one replica is.

    Parameters
    ----------
    domain : str or None
        The domain that it is directly in.
    host : str or None
        The replica that it runs on, such as ``node.2``.
    """

    domain: str | None
    host: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """One way in which something depends on another, in words: ``web`` ``needs`` ``db``."""

    source: str
    words: str
    target: str

    def __str__(self) -> str:
        return f"{self.source} {self.words} {self.target}"


# ---------------------------------------------------------------------------- as a graph


def to_graph(system: System) -> networkx.DiGraph[str]:
    """The system as a directed graph that `hasim.from_graph` turns back into it.

    Returns
    -------
    networkx.DiGraph
        A node for each domain, crew, component, certificate and service, with its keys of the model
        language as attributes and its ``section``. An edge a -> b says that a needs b; groups of
        needs stay in the attribute ``needs``, from which the edges are derived. The graph's own
        attributes are the keys of the model.
    """
    import networkx

    values = plain_system(system)
    sections = {name: values.pop(name) for name in SECTIONS if name in values}
    graph: networkx.DiGraph[str] = networkx.DiGraph(**values)
    for section, parts in sections.items():
        for name, keys in parts.items():
            graph.add_node(name, section=section, **keys)
    for name, owner in needing(system):
        graph.add_edges_from((link.source, link.target) for link in _need_links(name, owner))
    return graph


# ---------------------------------------------------------------------------- who needs whom


def named_needs(needs: Iterable[Need]) -> Iterator[NeedName]:
    """The needs by name in some needs, at every depth, in their order."""
    for need in needs:
        match need:
            case NeedName():
                yield need
            case NeedAny() | NeedAll() | NeedAtLeast() | NeedCells():
                yield from named_needs(need.needs)
            case _:
                assert_never(need)


def stopping_needs(needs: Iterable[Need]) -> Iterator[NeedName]:
    """Those of the needs by name, at every depth, whose loss can stop what has them."""
    for need in needs:
        match need:
            case _ if need.fails_open:
                pass
            case NeedName():
                yield need
            case NeedAny() | NeedAll() | NeedAtLeast() | NeedCells():
                yield from stopping_needs(need.needs)
            case _:
                assert_never(need)


def open_needs(needs: Iterable[Need]) -> Iterator[Need]:
    """The needs, at every depth, without which something serves on unguarded."""
    for need in needs:
        if need.fails_open:
            yield need
        if not isinstance(need, NeedName):
            yield from open_needs(need.needs)


def group_needs(needs: Iterable[Need]) -> tuple[Need, ...]:
    """Those of a component's needs that its replicas have together."""
    return tuple(need for need in needs if not (isinstance(need, NeedName) and need.within))


def local_needs(needs: Iterable[Need]) -> tuple[NeedName, ...]:
    """Those that each replica has within its own domain."""
    return tuple(need for need in needs if isinstance(need, NeedName) and need.within)


def needing(system: System) -> Iterator[tuple[str, Component | Domain | Service]]:
    """All that can have needs, by name, in the order of declaration."""
    yield from system.domains.items()
    yield from system.components.items()
    yield from system.services.items()


def links(system: System) -> Iterator[Link]:
    """All by which one thing of a system depends on another, but for failovers and crews."""
    for name, owner in needing(system):
        yield from _need_links(name, owner)
        if not isinstance(owner, Domain):
            yield from _use_links(name, owner)
        match owner:
            case Domain(inside=outer, shares=shares):
                yield from (Link(name, "is in", domain) for domain in (outer,) if domain)
                yield from (Link(name, "shares", domain) for domain in _distinct(shares))
            case Component(hosts=hosts, spread=spread, shares=shares):
                yield from (
                    Link(name, "runs on", host) for host in _distinct(map(host_name, hosts))
                )
                yield from (Link(name, "is in", domain) for domain in _distinct(spread))
                yield from (Link(name, "shares", domain) for domain in _distinct(shares))
            case _:
                pass


def takeover_links(system: System) -> Iterator[Link]:
    """What components need only to take over or to be restarted elsewhere."""
    for name, component in system.components.items():
        takeovers = (component.failover, component.relocate)
        needs = [need for one in takeovers if one is not None for need in named_needs(one.needs)]
        yield from (
            Link(name, "takes over with", target)
            for target in _distinct(need.name for need in needs)
            if target != name
        )


def all_that_bears_on(system: System, name: str) -> set[str]:
    """The domains, components and services that can stop a thing, itself included."""
    graph = _adjacency(links(system))
    found = {name: None}
    queue = [name]
    for one in queue:
        for link in graph.get(one, ()):
            if link.target not in found:
                found[link.target] = None
                queue.append(link.target)
    return set(found)


def _need_links(name: str, owner: Component | Domain | Service) -> Iterator[Link]:
    targets = {need.name: need.by for need in named_needs(owner.needs)}
    return (Link(name, "routes to" if by else "needs", target) for target, by in targets.items())


def _use_links(name: str, owner: Component | Service) -> Iterator[Link]:
    targets = {use.name: use.by for use in owner.uses}
    return (Link(name, "routes to" if by else "uses", target) for target, by in targets.items())


def host_name(host: str) -> str:
    """The component of a host that may be one of its replicas: ``node`` of ``node.2``."""
    return host.partition(".")[0]


def cycles(system: System, more: Iterable[Link] = ()) -> list[tuple[Link, ...]]:
    """Ways in which something depends on itself.

    Parameters
    ----------
    system : System
        Its cross-references must hold.
    more : iterable of Link
        Further links to take into account.

    Returns
    -------
    list of tuple of Link
        The links around each cycle, starting at its first member in the order of declaration; the
        shortest through that member. No two of them share a member, so that cutting them all may
        leave others. Empty for a system that is well.
    """
    graph = _adjacency([*links(system), *more])
    forwards = {name: {link.target for link in graph[name]} for name in graph}
    knotted = _strip(forwards) & _strip(_reverse(forwards))
    found: list[tuple[Link, ...]] = []
    told: set[str] = set()
    for name in graph:
        if name not in knotted or name in told:
            continue
        cycle = _shortest_cycle(graph, name, knotted)
        members = {link.source for link in cycle}
        if cycle and not members & told:
            found.append(cycle)
        told |= members
    return found


def _adjacency(all_links: Iterable[Link]) -> dict[str, list[Link]]:
    graph: dict[str, list[Link]] = {}
    for link in all_links:
        graph.setdefault(link.source, []).append(link)
        graph.setdefault(link.target, [])
    return graph


def _reverse(graph: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    reverse: dict[str, set[str]] = {name: set() for name in graph}
    for name, targets in graph.items():
        for target in targets:
            reverse[target].add(name)
    return reverse


def _strip(graph: Mapping[str, Collection[str]]) -> set[str]:
    """What is left when things without targets are taken away until there are none."""
    sources = _reverse(graph)
    n_targets = {name: len(targets) for name, targets in graph.items()}
    free = [name for name, count in n_targets.items() if count == 0]
    for name in free:
        for source in sources[name]:
            n_targets[source] -= 1
            if n_targets[source] == 0:
                free.append(source)
    return set(graph).difference(free)


def _shortest_cycle(
    graph: Mapping[str, Sequence[Link]], start: str, among: Collection[str]
) -> tuple[Link, ...]:
    """Breadth-first search from a thing back to itself; empty if there is no way."""
    came_by: dict[str, Link] = {}
    queue = [start]
    for name in queue:
        for link in graph[name]:
            if link.target in among and link.target not in came_by:
                came_by[link.target] = link
                queue.append(link.target)
        if start in came_by:
            break
    else:
        return ()
    way_back = [came_by[start]]
    while way_back[-1].source != start:
        way_back.append(came_by[way_back[-1].source])
    return tuple(reversed(way_back))


def needed_first(system: System, more: Iterable[Link] = ()) -> list[str]:
    """Names of domains, components and services, each after all that it depends on.

    Parameters
    ----------
    system : System
    more : iterable of Link
        Further links to take into account.

    Notes
    -----
    There must be no `cycles`; ties keep the order of declaration.
    """
    graph = _adjacency([*links(system), *more])
    names = [*system.domains, *system.components, *system.services]
    done: dict[str, None] = {}
    for root in names:
        walk = [(root, iter(graph.get(root, ())))]
        while walk and root not in done:
            name, rest = walk[-1]
            target = next((link.target for link in rest if link.target not in done), None)
            if target is None:
                walk.pop()
                done[name] = None
            else:
                walk.append((target, iter(graph[target])))
                assert len(walk) <= len(graph), f"{target} is in a cycle"
    return list(done)


# ---------------------------------------------------------------------------- what runs where


def placement(system: System) -> Mapping[str, tuple[Place, ...]]:
    """Where each replica of each component is.

    Returns
    -------
    Mapping[str, tuple of Place]
        By component, one place for each replica, in order.

    Notes
    -----
    ``spread`` and ``hosts`` are gone round in turn. An entry of ``hosts`` that is a component of
    several replicas stands for its replicas, taken so that its domains alternate.
    """
    places: dict[str, tuple[Place, ...]] = {}
    on_hosts = any(component.hosts for component in system.components.values())
    for name in needed_first(system) if on_hosts else system.components:
        if name in system.components:
            places[name] = _place_replicas(system.components[name], places)
    return {name: places[name] for name in system.components}


def outwards(system: System, domain: str | None) -> Iterator[str]:
    """Yield a domain and those around it, the innermost first."""
    while domain is not None:
        yield domain
        domain = system.domains[domain].inside


def domain_at(system: System, domain: str | None, level: str) -> str | None:
    """The domain of a level that a domain is, or is in; None where there is none."""
    at_level = (one for one in outwards(system, domain) if system.domains[one].level == level)
    return next(at_level, None)


def local_replicas(
    system: System, near: tuple[Place, ...], far: tuple[Place, ...]
) -> tuple[tuple[int, ...], ...]:
    """For each of some places the others, by index, that are in its domain, at any depth."""
    found = []
    for place in near:
        level = None if place.domain is None else system.domains[place.domain].level
        own = (
            index
            for index, other in enumerate(far)
            if level is not None and domain_at(system, other.domain, level) == place.domain
        )
        found.append(tuple(own))
    return tuple(found)


def _place_replicas(
    component: Component, places: Mapping[str, tuple[Place, ...]]
) -> tuple[Place, ...]:
    turns = itertools.cycle(component.spread or [None])
    if not component.hosts:
        return tuple(Place(next(turns), None) for _ in range(component.replicas))
    choices = {host: itertools.cycle(_host_replicas(host, places)) for host in component.hosts}
    hosts = itertools.cycle(component.hosts)
    return tuple(next(choices[next(hosts)]) for _ in range(component.replicas))


def _host_replicas(host: str, places: Mapping[str, tuple[Place, ...]]) -> list[Place]:
    """The replicas that a host stands for, as places for others, one of each domain in turn."""
    name, _, number = host.partition(".")
    if number:
        return [Place(places[name][int(number) - 1].domain, host)]
    by_domain: dict[str | None, list[Place]] = {}
    for i, place in enumerate(places[name], start=1):
        by_domain.setdefault(place.domain, []).append(Place(place.domain, f"{name}.{i}"))
    rounds = itertools.zip_longest(*by_domain.values())
    return [place for one_round in rounds for place in one_round if place]


# ---------------------------------------------------------------------------- who is asked how much


def demand_on(system: System) -> Mapping[str, float]:
    """Peak demand that reaches each component while everything serves, in requests per second.

    Returns
    -------
    Mapping[str, float]
        By component; 0 where no service with a demand needs it.

    Notes
    -----
    What several dependents ask adds up, each need times its ``calls``. The alternatives of
    ``any`` share the requests equally, or each gets all in its turn where they are changed over;
    of ``at_least`` k of n needs, each gets the share k / n, of n ``cells`` 1 / n.
    Hosts, domains and failovers pass no requests on.
    """
    asked = dict.fromkeys([*system.components, *system.services], 0.0)
    for name, service in system.services.items():
        asked[name] += service.demand or 0.0
    for name in reversed(needed_first(system)):
        owner = system.components.get(name) or system.services.get(name)
        for need in owner.needs if owner else ():
            for target, share in _shares(need, 1.0):
                asked[target] += asked[name] * share
        for use in owner.uses if owner else ():
            asked[use.name] += asked[name] * use.calls
    return {name: asked[name] for name in system.components}


def _shares(need: Need, share: float) -> Iterator[tuple[str, float]]:
    """Requests made of each name for each request served."""
    match need:
        case NeedName():
            yield need.name, share * need.calls
        case NeedAny():
            parts = len(need.needs) if need.failover is None else 1
            for inner in need.needs:
                yield from _shares(inner, share / parts)
        case NeedAll():
            for inner in need.needs:
                yield from _shares(inner, share)
        case NeedAtLeast():
            for inner in need.needs:
                yield from _shares(inner, share * need.at_least / len(need.needs))
        case NeedCells():
            for inner in need.needs:
                yield from _shares(inner, share / len(need.needs))
        case _:
            assert_never(need)


def _distinct(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
