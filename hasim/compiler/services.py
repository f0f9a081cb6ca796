"""Services: what is measured of each.

Theory of operation
-------------------
Measures for each service: its outages with their blame, under its name; the average share of
requests served; where there is demand to hold against capacity, the share of time in which it is up
but short; where needs fail open, that in which it serves unguarded; and where maintenance that
bears on it is excluded from the SLA (by itself, or by what the SLA says), the share of time in
which it is down without any of that in progress. Solution reads them by these names.

Rules of this file
------------------
1. Blames are built for what services need, the needed before the needing, so that recursion stays
   shallow; what no service needs gets none.
"""

from __future__ import annotations

from hasim.compiler.blame import group_blame, place_blame, service_blame
from hasim.compiler.demand import short_share
from hasim.compiler.draft import Term
from hasim.compiler.flows import components_of
from hasim.compiler.measures import requests_measure, sla_measure
from hasim.compiler.plan import Plan
from hasim.compiler.requests import requests_level
from hasim.compiler.serving import domain_open, places_around, service_serves
from hasim.compiler.turns import IDLE
from hasim.compiler.unguarded import unguarded_share
from hasim.process import Average, Holds, Measure, Occupancy, Origin, Outages, Share
from hasim.system import System
from hasim.topology import all_that_bears_on, host_name, stopping_needs

PASS = "services"


def add_services(plan: Plan) -> None:
    """Add the measures of every service."""
    _build_blames(plan)
    for name in plan.system.services:
        origin = Origin(name, PASS)
        serves = plan.draft.gate_of(f"{name} serves", service_serves(plan, name), origin)
        _add(plan, Outages(name, serves, service_blame(plan, name), origin))
        _add(plan, Average(requests_measure(name), requests_level(plan, name), origin))
        short = short_share(plan, name, components_of(plan.system, name))
        for share in (short, unguarded_share(plan, name)):
            if share is not None:
                _add(plan, share)
        _add_sla(plan, name, serves)


def _add(plan: Plan, measure: Measure) -> None:
    plan.draft.measures[measure.name] = measure


def _add_sla(plan: Plan, name: str, serves: str) -> None:
    """Add the downtime outside of excluded maintenance, where there is any for the service."""
    sla = plan.system.services[name].objectives.sla
    every = sla is not None and sla.exclude == "maintenance"
    excluded = [work for work, one in plan.system.maintenance.items() if every or one.excluded]
    bearing = all_that_bears_on(plan.system, name) if excluded else set()
    works = [work for work in excluded if bearing.intersection(plan.system.maintenance[work].on)]
    if works:
        origin = Origin(name, PASS)
        terms: list[tuple[Term, int]] = [(Holds(serves), -1)]
        terms += [(Occupancy(work, IDLE), 1) for work in works]
        gate = plan.draft.gate(sla_measure(name), terms, len(works), origin)
        _add(plan, Share(sla_measure(name), gate, origin))


def _build_blames(plan: Plan) -> None:
    """Build the blame of all that services need, the needed first."""
    wanted = _blamed(plan.system)
    for name in plan.order:
        if name not in wanted:
            continue
        if name in plan.system.domains:
            if domain_open(plan, name):
                place_blame(plan, name)
        elif name in plan.groups:
            group_blame(plan, name)
        else:
            service_blame(plan, name)


def _blamed(system: System) -> dict[str, None]:
    """What can be blamed for the outage of a service; hosts are, as places, by their replicas."""
    found: dict[str, None] = dict.fromkeys(system.services)
    hosts: dict[str, None] = {}
    queue = list(found)
    for name in queue:
        for other in _reached(system, name, hosts):
            if other not in found:
                found[other] = None
                queue.append(other)
    return found


def _reached(system: System, name: str, hosts: dict[str, None]) -> list[str]:
    """What a thing's blame reads: its needs and its places, through hosts of hosts."""
    if name in system.domains:
        domain = system.domains[name]
        return [*places_around(domain), *(need.name for need in stopping_needs(domain.needs))]
    if name in system.services:
        return [need.name for need in stopping_needs(system.services[name].needs)]
    reached: list[str] = []
    waiting = [name]
    for one in waiting:
        component = system.components[one]
        reached += [need.name for need in stopping_needs(component.needs)]
        reached += (*component.spread, *component.shares)
        for host in map(host_name, component.hosts):
            if host not in hosts:
                hosts[host] = None
                waiting.append(host)
    return reached
