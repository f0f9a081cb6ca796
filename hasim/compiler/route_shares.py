"""How many replicas a balancer's requests reach, and the share of them that is served.

Theory of operation
-------------------
Requests go to what is in rotation, dead or not. So of the weights in rotation those of replicas
that serve are the share that is served. With connections that are pinned (layer 4), a replica that
died silently keeps its part of them for a time after its ejection. In *panic*, with too few in
rotation as far as the balancer knows, requests go to all replicas. A zone-aware balancer sends its
requests to what is in rotation in its own domain, and elsewhere only where that is nobody; the
balancers that serve have equal parts, so the share is the mean over them.

Rules of this file
------------------
1. What cannot lose a request has no level.
2. Gates fall in the step of the failure, not when the automaton follows: they read both.
"""

from __future__ import annotations

from hasim.compiler.draft import Condition, Term
from hasim.compiler.plan import Plan
from hasim.compiler.rotation import IN, Rotation, causes_of, stoppable
from hasim.compiler.serving import (
    is_controlled,
    is_primary,
    may_not_serve,
    replica_gate,
    replica_serves,
    serving_level,
)
from hasim.process import Gate, Holds, Occupancy, Product, Quotient, Total
from hasim.topology import local_replicas


def serves_behind(plan: Plan, rotation: Rotation, index: int) -> str:
    """Gate that holds while a replica that can stop serves and is in rotation."""
    group = rotation.group
    name = f"{group.replicas[index]} serves behind {rotation.balancer}"
    terms: Condition = replica_serves(plan, group, index)
    if rotation.is_watched:
        terms = (*terms, Occupancy(rotation.watcher(index), IN))
    return plan.draft.gate_of(name, terms, rotation.origin)


def carriers_level(plan: Plan, rotation: Rotation) -> str:
    """Level that counts the replicas that serve and get requests."""
    serving = _counted(plan, rotation, "there", _in_and_serving(plan, rotation), weighted=False)
    everywhere = serving_level(plan, rotation.group)
    return _or_in_panic(plan, rotation, f"{rotation.title} carrying", serving, everywhere)


def share_levels(plan: Plan, rotation: Rotation) -> list[str]:
    """The level of the share of requests that is served; none where it is always 1."""
    can_lose = rotation.is_watched or rotation.least_in_rotation > 0 or not rotation.route.spill
    if not (can_lose and stoppable(plan, rotation.group)):
        return []
    title, origin = rotation.title, rotation.origin
    inside = _counted(plan, rotation, "weights there", _in_and_serving(plan, rotation))
    serving = _counted(plan, rotation, "weights serving", _serving(plan, rotation))
    good = _or_in_panic(plan, rotation, f"{title} weights carrying", inside, serving)
    routed = _counted(plan, rotation, "weights in rotation", _in_rotation(plan, rotation))
    share = _share(plan, rotation, "share served", good, routed)
    if rotation.route.policy == "zone-aware":
        return [_zone_aware_share(plan, rotation, share)]
    if not rotation.pins:
        return [share]
    held_by = _counted(plan, rotation, "weights connected", _connected(plan, rotation))
    long_lived = _share(plan, rotation, "share of long-lived served", good, held_by)
    part = rotation.route.pinned
    both = Total(
        f"{title} share of all served", ((share, 1 - part), (long_lived, part)), 0.0, origin
    )
    return [plan.draft.add_node(both)]


def _share(plan: Plan, rotation: Rotation, what: str, good: str, routed: str) -> str:
    """Level of what is good among what gets requests, which in panic is everything."""
    everything = plan.draft.count(
        f"{rotation.title} weights", (), rotation.origin, constant=rotation.total
    )
    among = _or_in_panic(plan, rotation, f"{routed} or all", routed, everything)
    quotient = Quotient(f"{rotation.title} {what}", good, among, 0.0, rotation.origin)
    return plan.draft.add_node(quotient)


def _or_in_panic(plan: Plan, rotation: Rotation, name: str, calm: str, panicking: str) -> str:
    """Level of one value, or of another while the balancer panics."""
    if not rotation.least_in_rotation or calm == panicking:
        return calm
    draft, origin = plan.draft, rotation.origin
    in_rotation = _counted(
        plan, rotation, "in rotation", _in_rotation(plan, rotation), weighted=False
    )
    gate = Gate(
        f"{rotation.title} panics", in_rotation, "<", rotation.least_in_rotation, origin=origin
    )
    draft.add_node(gate)
    panics = draft.count(f"{rotation.title} in panic", ((Holds(gate.name), 1),), origin)
    more = draft.add_node(Total(f"{name}: more", ((panicking, 1.0), (calm, -1.0)), 0.0, origin))
    added = draft.add_node(Product(f"{name}: added", (panics, more), origin))
    return draft.add_node(Total(name, ((calm, 1.0), (added, 1.0)), 0.0, origin))


def _counted(
    plan: Plan,
    rotation: Rotation,
    what: str,
    terms: dict[int, list[Term]],
    *,
    weighted: bool = True,
    near: tuple[int, ...] | None = None,
) -> str:
    """Level of the replicas, all or these, for which a term holds or that nothing can stop."""
    weight = rotation.route.weight if weighted else (lambda _: 1)
    counting = range(len(rotation.group.replicas)) if near is None else near
    sure = (index for index in counting if index not in terms)
    return plan.draft.count(
        f"{rotation.title} {what}",
        [(term, weight(index)) for index in counting for term in terms.get(index, ())],
        rotation.origin,
        constant=sum(map(weight, sure)),
    )


def _in_and_serving(plan: Plan, rotation: Rotation) -> dict[int, list[Term]]:
    return {
        index: [Holds(serves_behind(plan, rotation, index))]
        for index in stoppable(plan, rotation.group)
    }


def _serving(plan: Plan, rotation: Rotation) -> dict[int, list[Term]]:
    group = rotation.group
    return {index: [Holds(replica_gate(plan, group, index))] for index in stoppable(plan, group)}


def _in_rotation(plan: Plan, rotation: Rotation) -> dict[int, list[Term]]:
    """The terms that say that a replica is in rotation, as far as the balancer knows."""
    if not rotation.is_watched:
        return _serving(plan, rotation)
    found: dict[int, list[Term]] = {}
    for index in stoppable(plan, rotation.group):
        phases = [IN]
        for cause, silent in causes_of(plan, rotation.group, index).items():
            phases += [step.after(cause) for step in rotation.ejection(silent=silent)]
        found[index] = [Occupancy(rotation.watcher(index), phase) for phase in phases]
    return found


def _connected(plan: Plan, rotation: Rotation) -> dict[int, list[Term]]:
    """The terms that say that a replica has long-lived connections."""
    found = _in_rotation(plan, rotation)
    for index, terms in found.items():
        for cause, silent in causes_of(plan, rotation.group, index).items():
            phases = [step.after(cause) for step in rotation.pinning(silent=silent)]
            terms += [Occupancy(rotation.watcher(index), phase) for phase in phases]
    return found


# ---------------------------------------------------------------------------- domain by domain


def _zone_aware_share(plan: Plan, rotation: Rotation, overall: str) -> str:
    """Level of the share where each balancer prefers its own domain; in panic none does."""
    title, origin = rotation.title, rotation.origin
    served: list[tuple[str, float]] = []
    there: list[tuple[str, float]] = []
    for near, numbers in _by_domain(plan, rotation).items():
        here = f"{rotation.balancer}.{numbers[0] + 1}"
        present = _present_level(plan, rotation, numbers, here)
        share = _local_share(plan, rotation, near, here, overall)
        product = Product(f"{title} served by {here}", (present, share), origin)
        served.append((plan.draft.add_node(product), 1.0))
        there.append((present, 1.0))
    total = plan.draft.add_node(Total(f"{title} served by all", tuple(served), 0.0, origin))
    present = plan.draft.add_node(Total(f"{title} balancers", tuple(there), 0.0, origin))
    calm = plan.draft.add_node(Quotient(f"{title} share in zones", total, present, 0.0, origin))
    return _or_in_panic(plan, rotation, f"{title} share of all served", calm, overall)


def _by_domain(plan: Plan, rotation: Rotation) -> dict[tuple[int, ...], list[int]]:
    """The balancers, by the replicas that are in their domain."""
    balancers = plan.groups[rotation.balancer]
    near = local_replicas(plan.system, balancers.places, rotation.group.places)
    found: dict[tuple[int, ...], list[int]] = {}
    for number, those in enumerate(near):
        found.setdefault(those, []).append(number)
    return found


def _present_level(plan: Plan, rotation: Rotation, numbers: list[int], here: str) -> str:
    """Level of how many of some balancers take their part of the requests."""
    balancers = plan.groups[rotation.balancer]
    terms: list[tuple[Term, int]] = []
    always = 0
    for number in numbers:
        if is_controlled(plan, balancers):
            terms.append((is_primary(balancers, number), 1))
        elif balancers.fails_over:
            always += number == 0
        elif may_not_serve(plan, balancers, number):
            terms.append((Holds(replica_gate(plan, balancers, number)), 1))
        else:
            always += 1
    name = f"{rotation.title} balancers by {here}"
    return plan.draft.count(name, terms, rotation.origin, constant=always)


def _local_share(
    plan: Plan, rotation: Rotation, near: tuple[int, ...], here: str, overall: str
) -> str:
    """Level of the share that is served of a balancer's requests, which go to these first."""
    title, origin = rotation.title, rotation.origin
    good = _counted(
        plan, rotation, f"there near {here}", _in_and_serving(plan, rotation), near=near
    )
    routed = _counted(
        plan, rotation, f"in rotation near {here}", _in_rotation(plan, rotation), near=near
    )
    local = Quotient(f"{title} share near {here}", good, routed, 0.0, origin)
    plan.draft.add_node(local)
    if not rotation.route.spill:
        return local.name
    gate = Gate(f"{title} spills from {here}", routed, "<", 1, origin=origin)
    plan.draft.add_node(gate)
    spills = plan.draft.count(f"{title} spilled from {here}", ((Holds(gate.name), 1),), origin)
    spilled = plan.draft.add_node(Product(f"{title} spill of {here}", (spills, overall), origin))
    both = Total(f"{title} share of {here}", ((local.name, 1.0), (spilled, 1.0)), 0.0, origin)
    return plan.draft.add_node(both)
