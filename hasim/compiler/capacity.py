"""Headroom: raw capacity over peak demand, now and after the worst single loss.

Theory of operation
-------------------
Numbers of the design, not of a simulation. Each component with capacity on a service's way carries
what reaches it (flows.py); the headroom of the service is the least of capacity over demand, minus
1, after failovers are through: a failing-over group has the capacity of its one primary. A loss
takes a replica, a host with all on it, or a domain with all inside; what it leaves is worked out
to the end, since it may close domains by their needs and leave requests to fewer alternatives. A
service that does not serve after the loss has a headroom of -1: nothing of its demand is carried.

Most losses leave everything serving; then only the components that lost replicas are looked at.

Rules of this file
------------------
1. It reads the System only.
2. Of losses that are equally bad the smallest is named: a replica before a host before a domain.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Literal, assert_never

from hasim.compiler.flows import Flows, Part, components_of, flows_of
from hasim.system import Need, NeedAll, NeedAny, NeedAtLeast, NeedCells, NeedName, System
from hasim.topology import (
    Place,
    domain_at,
    group_needs,
    local_needs,
    named_needs,
    needed_first,
    placement,
)

Kind = Literal["replica", "host", "domain"]

NOTHING_CARRIED = -1.0
"""Headroom of a service that does not serve: no capacity over some demand, minus 1."""


@dataclass(frozen=True, slots=True)
class LossHeadroom:
    """Headroom of a service after the worst single loss of each kind.

    Parameters
    ----------
    replica, host, domain : float or None
        None where nothing of the kind can fail.
    worst : str
        The loss that leaves least, such as ``zone a``.
    """

    replica: float | None
    host: float | None
    domain: float | None
    worst: str

    @property
    def least(self) -> float:
        """The headroom after the worst of all."""
        return min(one for one in (self.replica, self.host, self.domain) if one is not None)


@dataclass(frozen=True, slots=True)
class ServiceCapacity:
    """Demand and capacity of a service.

    Parameters
    ----------
    demand : float
        Peak, requests per second.
    full : float or None
        Requests per second that it can carry while everything serves; None without capacities.
    headroom : float or None
        full / demand - 1.
    after_loss : LossHeadroom or None
        None without capacities, or where nothing can fail.
    """

    demand: float
    full: float | None
    headroom: float | None
    after_loss: LossHeadroom | None


def capacity_of(system: System) -> Mapping[str, ServiceCapacity]:
    """Demand, capacity and headroom of each service with a demand.

    Parameters
    ----------
    system : System

    Returns
    -------
    Mapping of str to ServiceCapacity
        In order of declaration.
    """
    design = _Design(system)
    found: dict[str, ServiceCapacity] = {}
    for name, service in system.services.items():
        if service.demand is None:
            continue
        headroom = design.headroom(name)
        full = None if headroom is None else service.demand * (1 + headroom)
        after_loss = None if headroom is None else design.after_loss(name)
        found[name] = ServiceCapacity(service.demand, full, headroom, after_loss)
    return found


class InService:
    """What services can carry while some replicas are out of service.

    Parameters
    ----------
    system : System
    """

    def __init__(self, system: System) -> None:
        self._design = _Design(system)

    def carried(self, out: Mapping[str, Collection[int]]) -> dict[str, float | None]:
        """Requests per second that each service could carry if it serves; None without capacities.

        Parameters
        ----------
        out : mapping of str to collection of int
            The replicas, by their index from 0, of each component that do not serve.
        """
        design = self._design
        state = _State(design, _Loss("replica", "", replicas=_as_sets(out)))
        state.serve_all()
        spare = {
            name: state.spare(name) for name in dict.fromkeys(chain(*design.carriers.values()))
        }
        found: dict[str, float | None] = {}
        for name, service in design.system.services.items():
            least = min((spare[one] for one in design.carriers[name]), default=math.inf)
            is_known = service.demand is not None and math.isfinite(least)
            found[name] = (service.demand or 0.0) * (1.0 + least) if is_known else None
        return found


def _as_sets(out: Mapping[str, Collection[int]]) -> dict[str, set[int]]:
    return {name: set(indices) for name, indices in out.items() if indices}


@dataclass
class _Loss:
    """What one loss takes: domains, and replicas by component."""

    kind: Kind
    name: str
    domains: set[str] = field(default_factory=set)
    replicas: dict[str, set[int]] = field(default_factory=dict)

    def take(self, component: str, index: int) -> bool:
        """Take a replica; tell whether it was still there."""
        taken = self.replicas.setdefault(component, set())
        if index in taken:
            return False
        taken.add(index)
        return True


class _Design:
    """A system as a function from losses to headroom."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.order = needed_first(system)
        self.flows: Mapping[str, Flows] = flows_of(system)
        self.places: Mapping[str, tuple[Place, ...]] = placement(system)
        self.tenants: dict[str, list[tuple[str, int]]] = {}
        for name, places in self.places.items():
            for index, place in enumerate(places):
                component = system.components[name]
                where = None if component.relocate else place.host or place.domain
                around = (where, *component.shares)
                for one in filter(None, around):
                    self.tenants.setdefault(one, []).append((name, index))
        self.parts: dict[str, list[str]] = {}
        for name, domain in system.domains.items():
            for where in filter(None, (domain.inside, *domain.shares)):
                self.parts.setdefault(where, []).append(name)

    # ------------------------------------------------------------------ headroom

    def headroom(self, service: str) -> float | None:
        """Headroom while everything serves."""
        state = _State(self, _Loss("replica", ""))
        return min((state.spare(name) for name in self.carriers[service]), default=None)

    def after_loss(self, service: str) -> LossHeadroom | None:
        """Headroom after the worst loss of each kind."""
        least: dict[str, float] = {}
        worst, named = float("inf"), ""
        for loss in self.losses(service):
            left = self._left(service, loss)
            least[loss.kind] = min(left, least.get(loss.kind, left))
            if left < worst:
                worst, named = left, loss.name
        if not least:
            return None
        return LossHeadroom(least.get("replica"), least.get("host"), least.get("domain"), named)

    def _left(self, service: str, loss: _Loss) -> float:
        """Headroom of a service after a loss."""
        state = _State(self, loss)
        if state.keeps_all_serving():
            hit = (name for name in self.carriers[service] if name in loss.replicas)
            return min((self.headroom_of[service], *(state.spare(name) for name in hit)))
        state.settle()
        if not state.serves[service]:
            return NOTHING_CARRIED
        return min(state.spare(name) for name in self.carriers[service])

    @cached_property
    def headroom_of(self) -> Mapping[str, float]:
        """Headroom of each service that has one while everything serves."""
        found = {name: self.headroom(name) for name in self.carriers}
        return {name: one for name, one in found.items() if one is not None}

    @cached_property
    def carriers(self) -> Mapping[str, tuple[str, ...]]:
        """For each service the components with capacity that its requests pass."""
        return {
            service: tuple(
                name
                for name in self.passed[service]
                if self.system.components[name].capacity and any(self.flows[name].values())
            )
            for service in self.system.services
        }

    @cached_property
    def passed(self) -> Mapping[str, tuple[str, ...]]:
        """For each service the components that it needs, directly or through others."""
        return {name: components_of(self.system, name) for name in self.system.services}

    # ------------------------------------------------------------------ losses

    def losses(self, service: str) -> Iterator[_Loss]:
        """Yield every single loss that can happen and may concern a service."""
        for name in self.passed[service]:
            if self._can_fail(name):
                yield self._lose(_Loss("replica", f"a replica of {name}"), replica=(name, 0))
        for name in self.system.components:
            for index in range(len(self.places[name])) if self._can_fail(name) else ():
                host = f"{name}.{index + 1}"
                if host in self.tenants:
                    yield self._lose(_Loss("host", f"host {host}"), replica=(name, index))
        for name, domain in self.system.domains.items():
            if domain.failures or domain.needs:
                yield self._lose(_Loss("domain", f"{domain.level} {name}"), domain=name)

    def _can_fail(self, name: str) -> bool:
        component = self.system.components[name]
        return bool(component.failures or component.needs)

    def _lose(
        self,
        loss: _Loss,
        *,
        domain: str | None = None,
        replica: tuple[str, int] | None = None,
    ) -> _Loss:
        """Take a domain or replica with all that is inside or on it."""
        domains = [domain] if domain is not None else []
        for one in domains:
            loss.domains.add(one)
            domains += [part for part in self.parts.get(one, ()) if part not in loss.domains]
        gone = [replica] if replica is not None else []
        gone += [tenant for one in domains for tenant in self.tenants.get(one, ())]
        for name, index in gone:
            if loss.take(name, index):
                gone += self.tenants.get(f"{name}.{index + 1}", ())
        return loss

    @cached_property
    def asked_of(self) -> Mapping[str, int]:
        """The most replicas that anything asks of each component; all, where domains matter."""
        asked = {name: one.required for name, one in self.system.components.items()}
        owners = (self.system.components, self.system.services, self.system.domains)
        for owner in (one for group in owners for one in group.values()):
            for need in named_needs(owner.needs):
                if need.within is not None:
                    asked[need.name] = self.system.components[need.name].replicas
                elif need.at_least is not None:
                    asked[need.name] = max(asked[need.name], need.at_least)
        return asked

    def _has_a_host(self, name: str, loss: _Loss) -> bool:
        """Whether a component that is restarted elsewhere has a host left to run on."""
        component = self.system.components[name]
        if component.relocate is None:
            return True
        for host in component.hosts:
            owner, dot, number = host.partition(".")
            lost = loss.replicas.get(owner, set())
            if (int(number) - 1 not in lost) if dot else len(lost) < len(self.places[owner]):
                return True
        return False

    def close(self, loss: _Loss, state: _State) -> bool:
        """Take what a loss closes through needs; tell whether there was anything."""
        before = (len(loss.domains), sum(map(len, loss.replicas.values())))
        for name, domain in self.system.domains.items():
            if name not in loss.domains and not state.all_met(domain.needs):
                self._lose(loss, domain=name)
        for name, places in self.places.items():
            needs = self.system.components[name].needs
            if f"{name}.1" in self.tenants and not state.all_met(group_needs(needs)):
                hosts = (f"{name}.{index + 1}" for index in range(len(places)))
                for tenant in (one for host in hosts for one in self.tenants.get(host, ())):
                    self._lose(loss, replica=tenant)
            if not self._has_a_host(name, loss):
                for index in range(len(places)):
                    self._lose(loss, replica=(name, index))
            for index, place in enumerate(places if local_needs(needs) else ()):
                if not state.has_its_own(needs, place):
                    self._lose(loss, replica=(name, index))
        return before != (len(loss.domains), sum(map(len, loss.replicas.values())))


class _State:
    """What serves, and how much, after a loss."""

    def __init__(self, design: _Design, loss: _Loss) -> None:
        self.design = design
        self.loss = loss
        self.serves: dict[str, bool] = {}

    def keeps_all_serving(self) -> bool:
        """Whether every component has as many replicas left as anything asks of it."""
        asked = self.design.asked_of
        return all(self.left(name) >= asked[name] for name in self.loss.replicas)

    def settle(self) -> None:
        """Work out what serves, to the end of what the loss closes."""
        self.serve_all()
        while self.design.close(self.loss, self):
            self.serve_all()

    def left(self, name: str) -> int:
        """Replicas of a component that are not lost."""
        return len(self.design.places[name]) - len(self.loss.replicas.get(name, ()))

    def spare(self, name: str) -> float:
        """Capacity over demand of a component, minus 1; infinite where nothing is asked of it."""
        component = self.design.system.components[name]
        assert component.capacity is not None
        serving = self.left(name) if component.failover is None else min(1, self.left(name))
        demand = self._demand(name)
        return serving * component.capacity / demand - 1 if demand else float("inf")

    def all_met(self, needs: Iterable[Need]) -> bool:
        """Whether all of some needs are met."""
        return all(self._is_met(need) for need in needs)

    def has_its_own(self, needs: Iterable[Need], place: Place) -> bool:
        """Whether enough of what a replica needs within its own domain are left there."""
        system, places = self.design.system, self.design.places
        for need in local_needs(needs):
            level, lost = need.within or "", self.loss.replicas.get(need.name, ())
            own = domain_at(system, place.domain, level)
            there = [domain_at(system, other.domain, level) for other in places[need.name]]
            left = sum(one == own and index not in lost for index, one in enumerate(there))
            if left < (need.at_least or 1) or not self.all_met(
                group_needs(system.components[need.name].needs)
            ):
                return False
        return True

    def serve_all(self) -> None:
        """Work out what serves with what is lost, closing nothing."""
        system = self.design.system
        for name in self.design.order:
            if name in system.components:
                component = system.components[name]
                least = component.required
                needs = group_needs(component.needs)
                self.serves[name] = self.left(name) >= least and self.all_met(needs)
            elif name in system.services:
                self.serves[name] = self.all_met(system.services[name].needs)

    def _is_met(self, need: Need) -> bool:
        match need:
            case _ if need.fails_open:
                return True
            case NeedName(at_least=None):
                return self.serves.get(need.name, True)
            case NeedName():
                owner = self.design.system.components[need.name]
                enough = self.left(need.name) >= (need.at_least or 1)
                return enough and self.all_met(group_needs(owner.needs))
            case NeedAny():
                return any(self._is_met(inner) for inner in need.needs)
            case NeedAll():
                return self.all_met(need.needs)
            case NeedAtLeast() | NeedCells():
                return sum(self._is_met(inner) for inner in need.needs) >= need.at_least
            case _:
                assert_never(need)

    def _demand(self, name: str) -> float:
        """What is asked of a component, those alternatives that serve sharing equally."""
        total = 0.0
        for parts, rate in self.design.flows[name].items():
            for part in parts:
                rate *= self._part(part)
            total += rate
        return total

    def _part(self, part: Part) -> float:
        """The part of the requests that goes to an alternative."""
        met = [self._is_met(need) for need in part.among.needs]
        if not met[part.place]:
            return 0.0
        if isinstance(part.among, NeedAny) and part.among.failover is not None:
            return float(not any(met[: part.place]))
        return 1 / sum(met)
