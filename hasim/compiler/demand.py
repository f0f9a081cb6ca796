"""Demand: when capacity in service falls short of the peak.

Theory of operation
-------------------
A service is short while it is up and some group on its way has less capacity in service than
the peak asks of it (flows.py). Where no alternatives are on the way that is a threshold of the
count of serving replicas; else demand is a level too, and the group is short while what is
spare is negative.

Rules of this file
------------------
1. Demand does not fall when services are down; a component that does not serve is asked nothing
   only where an alternative takes its part.
2. What cannot be short while the service is up has no gate.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from hasim.compiler.draft import ALWAYS, Condition
from hasim.compiler.flows import Part
from hasim.compiler.measures import short_measure
from hasim.compiler.needs import need_text, present_text
from hasim.compiler.plan import Group, Plan
from hasim.compiler.serving import (
    group_serves,
    in_use,
    need_met,
    service_serves,
    serving_level,
)
from hasim.process import Gate, Holds, Minimum, Origin, Product, Quotient, Share, Total
from hasim.system import NeedAny

PASS = "demand"

SLACK = 1e-9
"""Capacity may miss demand by so little a share; precedent: sums of a few hundred roundings."""


# ---------------------------------------------------------------------------- being short


def short_share(plan: Plan, service: str, names: Iterable[str]) -> Share | None:
    """The share of time in which a service is up with less capacity than the peak asks.

    Parameters
    ----------
    plan : Plan
    service : str
    names : iterable of str
        The components that its requests pass.

    Returns
    -------
    Share or None
        None where there is no demand or no capacity to hold against it.
    """
    if plan.system.services[service].demand is None:
        return None
    asked = [name for name in names if plan.flows[name] and plan.groups[name].component.capacity]
    if not asked:
        return None
    gates = [gate for name in asked for gate in _short_gate(plan, plan.groups[name])]
    serves = service_serves(plan, service)
    origin = Origin(service, PASS)
    terms = [(Holds(gate), 1) for gate in gates]
    if gates:
        terms += [(term, len(gates)) for term in serves if isinstance(term, Holds)]
    least = 1 + len(gates) * len(serves)
    name = short_measure(service)
    return Share(name, plan.draft.gate(name, terms, least, origin), origin)


def _short_gate(plan: Plan, group: Group) -> list[str]:
    """The gate that holds while a group is short; none where that cannot be while it serves."""
    capacity, flows = group.component.capacity, plan.flows[group.name]
    assert capacity is not None
    if not any(flows):
        return _short_of_fixed(plan, group, math.ceil(flows[()] / capacity * (1 - SLACK)))
    origin = Origin(group.name, PASS)
    terms = [(_flow_level(plan, parts), rate) for parts, rate in flows.items() if parts]
    demand = Total(f"{group.name} demand", tuple(terms), flows.get((), 0.0), origin)
    plan.draft.add_node(demand)
    level = _capacity_level(plan, group)
    slack = SLACK * sum(flows.values())
    spare = ((level, capacity), (demand.name, -1.0))
    plan.draft.add_node(Total(f"{group.name} spare", spare, slack, origin))
    gate = Gate(f"{group.name} short", f"{group.name} spare", "<", 0.0, origin=origin)
    return [plan.draft.add_node(gate)]


def _short_of_fixed(plan: Plan, group: Group, enough: int) -> list[str]:
    """The gate where demand is a number, which takes `enough` replicas."""
    if enough <= _least_serving(plan, group):
        return []
    gate, origin = f"{group.name} short", Origin(group.name, PASS)
    return [
        plan.draft.add_node(Gate(gate, _capacity_level(plan, group), "<", enough, origin=origin))
    ]


def _least_serving(plan: Plan, group: Group) -> int:
    """So many replicas serve whenever anything that needs the group serves."""
    least = plan.least_needed.get(group.name, group.component.required)
    return min(least, group.component.required)


def _capacity_level(plan: Plan, group: Group) -> str:
    """Level that counts the replicas whose capacity is in service."""
    if not group.fails_over:
        return _carrying_level(plan, group)
    condition = group_serves(plan, group.name)
    terms = [(term, 1) for term in condition]
    name, origin = f"{group.name} serving", Origin(group.name, PASS)
    return plan.draft.count(name, terms, origin, constant=1 - len(condition))


def _carrying_level(plan: Plan, group: Group) -> str:
    """Level of the replicas that serve and that every balancer sends requests to."""
    carriers = plan.carriers.get(group.name)
    if carriers is None:
        return serving_level(plan, group)
    if len(carriers) == 1:
        return carriers[0]
    name, origin = f"{group.name} carrying", Origin(group.name, PASS)
    return plan.draft.add_node(Minimum(name, tuple(carriers), origin))


def _flow_level(plan: Plan, parts: tuple[Part, ...]) -> str:
    levels = tuple(_part_level(plan, part) for part in parts)
    if len(levels) == 1:
        return levels[0]
    return plan.draft.add_node(Product(" of ".join(reversed(levels)), levels, Origin("", PASS)))


def _part_level(plan: Plan, part: Part) -> str:
    """Level of the part that one alternative gets: equal among those that serve."""
    title = present_text(plan.titles, part.among)
    inner = part.among.needs[part.place]
    origin = Origin(title, PASS)
    if isinstance(part.among, NeedAny) and part.among.failover is not None:
        return _use_level(plan, part.among, part.place)
    met = [need_met(plan, one) for one in part.among.needs]
    number = plan.draft.count(
        f"{title} serving", _terms(met), origin, constant=sum(one == ALWAYS for one in met)
    )
    own = met[part.place]
    text = need_text(plan.titles, inner)
    up = plan.draft.count(f"{text} met", _terms([own]), origin, constant=1 - len(own))
    name = f"part of {text} in {title}"
    return plan.draft.add_node(Quotient(name, up, number, 0.0, origin))


def _use_level(plan: Plan, choice: NeedAny, place: int) -> str:
    """Level that is 1 while an alternative is in use; the first one always is if none can stop."""
    title = present_text(plan.titles, choice)
    if title not in plan.changeovers:
        name, origin = f"{title} use of {place + 1}", Origin(title, PASS)
        return plan.draft.count(name, (), origin, constant=int(place == 0))
    gate = in_use(plan, choice, place)
    return plan.draft.count(f"{gate} now", [(Holds(gate), 1)], Origin(title, PASS))


def _terms(conditions: Iterable[Condition]) -> list[tuple[Holds, int]]:
    return [(t, 1) for condition in conditions for t in condition if isinstance(t, Holds)]
