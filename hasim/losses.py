"""What stops when something is gone, and whose loss alone takes a service down.

Theory of operation
-------------------
With nothing lost, everything serves but what can never serve. A loss changes what it takes, and
what reads that: domains read the domains around them and their needs, components their places,
hosts and needs. So from the loss on, those that read something changed are looked at again, each
after all that it reads, until nothing changes; of their needs only those that name something
changed.

Rules of this file
------------------
1. Everything here is structure: no times; all failovers are through that can work at all. Slots of
   hosts are not looked at.
2. One loss costs what it concerns, not the size of the system.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from hasim.system import (
    Component,
    Need,
    NeedAll,
    NeedAny,
    NeedAtLeast,
    NeedCells,
    NeedName,
    System,
)
from hasim.topology import (
    Place,
    domain_at,
    group_needs,
    host_name,
    local_needs,
    named_needs,
    needed_first,
    needing,
    placement,
)


def serving(system: System, lost: Collection[str] = ()) -> Mapping[str, bool]:
    """What serves when some things are gone and all failovers are through.

    Parameters
    ----------
    system : System
        A system without cycles.
    lost : collection of str
        Domains (``zone-a``), replicas (``web.2``) or whole components (``web``).

    Returns
    -------
    Mapping[str, bool]
        By component and service; of domains, whether they mask nothing.
    """
    structure = _Structure(system)
    after = structure.after(frozenset(lost))
    return {name: after.get(name, structure.full[name]).serves for name in structure.order}


def single_points_of_failure(
    system: System, *, that_can_fail: bool = True
) -> Mapping[str, tuple[str, ...]]:
    """Replicas and domains whose loss alone takes a service down.

    Parameters
    ----------
    system : System
        A system without cycles.
    that_can_fail : bool
        Leave out what cannot fail in this model: no failure modes and, of hosts and domains, no
        needs of their own.

    Returns
    -------
    Mapping[str, tuple of str]
        By service, in the order of declaration: domains, then replicas.

    Notes
    -----
    A common cause strikes several replicas and is no single point.
    """
    structure = _Structure(system)
    names = [*_domains_at_risk(system, that_can_fail), *structure.replicas_at_risk(that_can_fail)]
    found: dict[str, list[str]] = {service: [] for service in system.services}
    for name in names:
        after = structure.after(frozenset([name]))
        for service in found.keys() & after.keys():
            if not after[service].serves:
                found[service].append(name)
    return {service: tuple(points) for service, points in found.items()}


def services_lost(system: System, losses: Sequence[frozenset[str]]) -> tuple[frozenset[str], ...]:
    """The services that each of some losses takes down.

    Parameters
    ----------
    system : System
        A system without cycles.
    losses : sequence of frozenset of str
        Each of domains, replicas or whole components, as for `serving`.
    """
    if not losses:
        return ()
    structure = _Structure(system)
    states = (structure.after(lost) for lost in losses)
    return tuple(
        frozenset(name for name in system.services if name in after and not after[name].serves)
        for after in states
    )


def _domains_at_risk(system: System, that_can_fail: bool) -> list[str]:
    return [
        name
        for name, domain in system.domains.items()
        if domain.failures or domain.needs or not that_can_fail
    ]


@dataclass(frozen=True, slots=True)
class _State:
    """How a domain, component or service stands.

    Parameters
    ----------
    serves : bool
    standing : frozenset of int
        Numbers of a component's replicas that stand; what it needs counts too where it `carries`.
    carries : bool
        Whether what a component needs together serves, so that its replicas carry others.
    """

    serves: bool
    standing: frozenset[int] = frozenset()
    carries: bool = True

    @property
    def count(self) -> int:
        """Replicas that serve those who need the component."""
        return len(self.standing) if self.carries else 0


States = dict[str, _State]


class _Structure:
    """The system as a function from what is lost to what serves."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.order = needed_first(system)
        self.position = {name: place for place, name in enumerate(self.order)}
        self.places = placement(system)
        self.readers = _readers(system)
        self.mentions = {name: _mentions(owner.needs) for name, owner in needing(system)}
        self.full: States = {}
        for name in self.order:
            self.full[name] = self._state(name, frozenset(), {}, None)

    def after(self, lost: frozenset[str]) -> States:
        """The states that some losses change."""
        changed: States = {}
        waiting = [self.position[name] for name in {_owner(self.system, one) for one in lost}]
        seen = set(waiting)
        touched: dict[str, set[str]] = {}
        heapq.heapify(waiting)
        while waiting:
            name = self.order[heapq.heappop(waiting)]
            state = self._state(name, lost, changed, touched.get(name, set()))
            if state == self.full[name]:
                continue
            changed[name] = state
            for reader in self.readers.get(name, ()):
                touched.setdefault(reader, set()).add(name)
                place = self.position[reader]
                if place not in seen:
                    seen.add(place)
                    heapq.heappush(waiting, place)
        return changed

    def _state(
        self, name: str, lost: frozenset[str], changed: States, touched: set[str] | None
    ) -> _State:
        """How something stands; of its needs those that name what was touched, or all, are read."""
        needs = self._needs(name, touched)
        if name in self.system.domains:
            domain = self.system.domains[name]
            around = [place for place in (domain.inside, *domain.shares) if place is not None]
            is_open = all(self._get(place, changed).serves for place in around)
            return _State(name not in lost and is_open and self._all_met(needs, changed))
        if name in self.system.components:
            return self._component(name, lost, changed, needs)
        return _State(self._all_met(needs, changed))

    def _needs(self, name: str, touched: set[str] | None) -> Iterable[Need]:
        """The needs to be looked at: all of what did not serve before."""
        if touched is None or not self.full[name].serves or not self.full[name].carries:
            owners = (self.system.domains, self.system.components, self.system.services)
            return next(owner[name].needs for owner in owners if name in owner)
        mentions = self.mentions[name]
        return [need for one in touched for need in mentions.get(one, ())]

    def _component(
        self, name: str, lost: frozenset[str], changed: States, needs: Iterable[Need]
    ) -> _State:
        component = self.system.components[name]
        carries = name not in lost and self._all_met(group_needs(needs), changed)
        standing = frozenset(
            number
            for number, place in enumerate(self.places[name], start=1)
            if f"{name}.{number}" not in lost and self._is_unmasked(component, place, changed)
        )
        is_led = 1 in standing or not _is_left_to_its_first(component)
        serves = carries and is_led and len(standing) >= component.required
        return _State(serves, standing, carries)

    def _is_unmasked(self, component: Component, place: Place, changed: States) -> bool:
        """Whether nothing masks a replica, and it has what it needs within its own domain."""
        if component.relocate is not None:
            if not any(self._carries(host, changed) for host in component.hosts):
                return False
        elif place.host is not None:
            if not self._carries(place.host, changed):
                return False
        elif place.domain is not None and not self._get(place.domain, changed).serves:
            return False
        return all(self._get(one, changed).serves for one in component.shares) and all(
            self._has_its_own(need, place, changed) for need in local_needs(component.needs)
        )

    def _carries(self, host: str, changed: States) -> bool:
        """Whether a replica of a host, or any of a host component, carries what is on it."""
        owner, dot, number = host.partition(".")
        state = self._get(owner, changed)
        return state.carries and (int(number) in state.standing if dot else bool(state.standing))

    def _has_its_own(self, need: NeedName, place: Place, changed: States) -> bool:
        level, state = need.within or "", self._get(need.name, changed)
        own = domain_at(self.system, place.domain, level)
        there = sum(
            domain_at(self.system, self.places[need.name][number - 1].domain, level) == own
            for number in state.standing
        )
        return state.carries and there >= (need.at_least or 1)

    def _get(self, name: str, changed: States) -> _State:
        return changed.get(name) or self.full[name]

    def _all_met(self, needs: Iterable[Need], changed: States) -> bool:
        return all(self._is_met(need, changed) for need in needs)

    def _is_met(self, need: Need, changed: States) -> bool:
        match need:
            case _ if need.fails_open:
                return True
            case NeedName():
                state = self._get(need.name, changed)
                return state.serves if need.at_least is None else state.count >= need.at_least
            case NeedAny():
                stays = need.failover is not None and need.failover.never_works
                usable = need.needs[:1] if stays else need.needs
                return any(self._is_met(inner, changed) for inner in usable)
            case NeedAll():
                return self._all_met(need.needs, changed)
            case NeedAtLeast() | NeedCells():
                met = sum(self._is_met(inner, changed) for inner in need.needs)
                return met >= need.at_least
            case _:
                assert_never(need)

    # ------------------------------------------------------------------ what is worth losing

    def replicas_at_risk(self, that_can_fail: bool) -> Iterator[str]:
        """Yield replicas whose loss may matter: hosts, and those that their group cannot spare."""
        hosts = {place.host for places in self.places.values() for place in places if place.host}
        least = _least_asked(self.system)
        for name, component in self.system.components.items():
            replicas = [f"{name}.{number}" for number in range(1, component.replicas + 1)]
            can_fail = component.failures or (component.needs and replicas[0] in hosts)
            if can_fail or not that_can_fail:
                spares_none = component.replicas - 1 < least[name]
                first = replicas[:1] if _is_left_to_its_first(component) else []
                yield from (one for one in replicas if spares_none or one in {*hosts, *first})


def _is_left_to_its_first(component: Component) -> bool:
    """Whether no other replica takes over from the first, which leads at the start."""
    return component.failover is not None and component.failover.never_works


def _least_asked(system: System) -> Mapping[str, int]:
    """The most replicas that anything asks of each component; all where domains matter."""
    least = {name: component.required for name, component in system.components.items()}
    for _, owner in needing(system):
        for need in named_needs(owner.needs):
            if need.within is not None:
                least[need.name] = system.components[need.name].replicas
            elif need.at_least is not None:
                least[need.name] = max(least[need.name], need.at_least)
    return least


def _owner(system: System, lost: str) -> str:
    """The domain or component that a loss is in."""
    return lost if lost in system.domains or lost in system.components else lost.rpartition(".")[0]


def _readers(system: System) -> Mapping[str, tuple[str, ...]]:
    """Who reads each domain, component and service."""
    readers: dict[str, dict[str, None]] = {}
    for name, owner in needing(system):
        read = [need.name for need in named_needs(owner.needs)]
        if name in system.domains:
            domain = system.domains[name]
            read += [place for place in (domain.inside, *domain.shares) if place is not None]
        elif name in system.components:
            component = system.components[name]
            read += [*component.spread, *component.shares, *map(host_name, component.hosts)]
        for one in read:
            readers.setdefault(one, {})[name] = None
    return {name: tuple(found) for name, found in readers.items()}


def _mentions(needs: Iterable[Need]) -> Mapping[str, tuple[Need, ...]]:
    """The needs, as they are listed, by the names in them."""
    found: dict[str, list[Need]] = {}
    for need in needs:
        for name in dict.fromkeys(one.name for one in named_needs((need,))):
            found.setdefault(name, []).append(need)
    return {name: tuple(listed) for name, listed in found.items()}
