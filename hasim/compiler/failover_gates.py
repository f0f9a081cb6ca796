"""What a group's controller knows of its replicas: the gates that guard its rows.

Theory of operation
-------------------
A replica is a *candidate* while it is up as far as is known, unmasked, rebuilt, and not the
primary: the pick comes only when the primary has not returned, so the controller knows that it
is of no use. Up as far as is known is `up` or down in a phase that nobody has found
(`Group.hidden`). On a host with slots, one must be free. The *choice* is the candidate that none
precedes in the order of `Group.successors`; with two replicas, of which one is the primary, the
only candidate is the choice.

Rules of this file
------------------
1. For any values of the phases at most one replica of a group is the choice.
2. Terms are linear in the replicas but for the choice, and failing-over groups are small.
"""

from __future__ import annotations

from collections.abc import Iterator

from hasim.compiler.draft import Condition, Term
from hasim.compiler.plan import UP, Group, Plan, is_instant
from hasim.compiler.serving import (
    SERVING,
    controller_of,
    has_primary,
    is_controlled,
    is_primary,
    reaches_quorum,
    unmasked,
)
from hasim.process import Holds, Occupancy, Origin

PASS = "failover"

BLOCKED = "blocked"
"""Phase of a block in which a failover is left to people."""

BUILT = "built"
"""Phase of a rebuilding automaton in which its replica can be a candidate."""


def rebuilder_of(replica: str) -> str:
    """Name of the automaton that rebuilds a replica after its return."""
    return f"{replica} rebuild"


def has_rebuild(group: Group) -> bool:
    """Whether a replica takes time to become a candidate again."""
    failover = group.component.failover
    return failover is not None and not is_instant(failover.rebuild)


def seems_available(plan: Plan, group: Group, index: int) -> str:
    """Gate that holds while a replica is unmasked and up as far as is known."""
    name = group.replicas[index]
    terms = [(term, 1) for term in (*_seems_up(group, name), *unmasked(plan, group, index))]
    least = _least(plan, group, index)
    return plan.draft.gate(f"{name} seems available", terms, least, Origin(name, PASS))


def candidate(plan: Plan, group: Group, index: int) -> str:
    """Gate that holds while a replica can be picked."""
    name = group.replicas[index]
    fit: Condition = (*_seems_up(group, name), *unmasked(plan, group, index))
    least = _least(plan, group, index)
    if has_rebuild(group):
        built = Occupancy(rebuilder_of(name), BUILT)
        fit, least = (Holds(seems_available(plan, group, index)), built), 2
    room = (*_free_slot(plan, group, index), *reaches_quorum(plan, group, index))
    terms = [*((term, 1) for term in (*fit, *room)), (is_primary(group, index), -1)]
    return plan.draft.gate(f"{name} stands by", terms, least + len(room), Origin(name, PASS))


def _free_slot(plan: Plan, group: Group, index: int) -> Condition:
    """When the host of a replica has room for one more primary; always without `slots`."""
    host = group.places[index].host
    slots = None if host is None else plan.group_of(host)[0].component.slots
    if host is None or slots is None:
        return ()
    others: list[tuple[Term, int]] = [
        (is_primary(other, place), -1)
        for other in plan.groups.values()
        if other.fails_over and is_controlled(plan, other) and other.name != group.name
        for place, where in enumerate(other.places)
        if where.host == host
    ]
    if len(others) < slots:
        return ()
    origin = Origin(host, PASS)
    left = plan.draft.count(f"{host} slots for {group.name}", others, origin, constant=slots)
    return (Holds(plan.draft.compare(f"{host} has a slot for {group.name}", left, 1, origin)),)


def choice(plan: Plan, group: Group, index: int) -> str:
    """Gate that holds while a replica is the candidate that goes first."""
    if len(group.replicas) == 2:
        return candidate(plan, group, index)
    name = group.replicas[index]
    terms: list[tuple[Term, int]] = [(Holds(candidate(plan, group, index)), 1)]
    before = group.successors[: group.successors.index(index)]
    terms += [(Holds(candidate(plan, group, other)), -1) for other in before]
    return plan.draft.gate(f"{name} is next", terms, 1, Origin(name, PASS))


def block_of(name: str) -> str:
    """Name of the automaton that keeps a group from failing over again too soon."""
    return f"{name} block"


def allowed(plan: Plan, group: Group, index: int, picked: str) -> str:
    """Gate that holds while a replica is picked and nothing blocks its taking over."""
    blocked = Occupancy(block_of(group.name), BLOCKED)
    terms: list[tuple[Term, int]] = [(Holds(picked), 1), (blocked, -1)]
    name = group.replicas[index]
    return plan.draft.gate(f"{name} may take over", terms, 1, Origin(name, PASS))


def denied(plan: Plan, group: Group, index: int, picked: str) -> str:
    """Gate that holds while a replica is picked and its taking over is blocked."""
    blocked = Occupancy(block_of(group.name), BLOCKED)
    terms: list[tuple[Term, int]] = [(Holds(picked), 1), (blocked, 1)]
    name = group.replicas[index]
    return plan.draft.gate(f"{name} may not take over", terms, 2, Origin(name, PASS))


def any_candidate(plan: Plan, group: Group) -> str:
    """Gate that holds while some replica can be picked."""
    terms = [(Holds(candidate(plan, group, index)), 1) for index in sorted(group.successors)]
    return plan.draft.gate(f"{group.name} has a standby", terms, 1, Origin(group.name, PASS))


def is_dead(plan: Plan, group: Group, index: int) -> str | None:
    """Gate that holds while a replica is down and nobody knows; None where that cannot be."""
    name = group.replicas[index]
    terms = [(Occupancy(name, phase), 1) for phase in group.hidden]
    return plan.draft.gate(f"{name} is dead", terms, 1, Origin(name, PASS)) if terms else None


def chain_starts(
    plan: Plan, group: Group, watching: tuple[str, ...], mistaken: tuple[str, ...] = ()
) -> str:
    """Gate that holds, within an instant, while the controller has yet to notice its primary's end.

    Parameters
    ----------
    plan : Plan
    group : Group
    watching : tuple of str
        Phases of the controller in which the primary's end starts a chain.
    mistaken : tuple of str
        Phases in which a chain has started though the primary is well.
    """
    terms: list[tuple[Term, int]] = [
        (Occupancy(controller_of(group.name), phase), 1) for phase in (SERVING, *watching)
    ]
    terms += [(Occupancy(controller_of(group.name), phase), 2) for phase in mistaken]
    terms.append((Holds(has_primary(plan, group)), -1))
    return plan.draft.gate(f"{group.name} chain starts", terms, 1, Origin(group.name, PASS))


def hands_over(plan: Plan, group: Group) -> str | None:
    """Gate that holds while planned work drains the primary or its host; None where none does."""
    origin = Origin(group.name, PASS)
    each: list[tuple[Term, int]] = []
    for index, name in enumerate(group.replicas):
        gates = list(gates_of_drains(plan, group, index))
        if gates:
            terms: list[tuple[Term, int]] = [(is_primary(group, index), len(gates))]
            terms += [(Holds(gate), -1) for gate in gates]
            each.append((Holds(plan.draft.gate(f"{name} hands over", terms, 1, origin)), 1))
    return plan.draft.gate(f"{group.name} hands over", each, 1, origin) if each else None


def gates_of_drains(plan: Plan, group: Group, index: int) -> Iterator[str]:
    """Yield the gates by which planned work drains a replica, its host, and what that runs on."""
    holds = plan.holds.get(group.replicas[index], ())
    yield from (hold.gate for hold in holds if hold.hands_over)
    host = group.places[index].host
    if host is not None and not group.relocates:
        yield from gates_of_drains(plan, *plan.group_of(host))


def _least(plan: Plan, group: Group, index: int) -> int:
    """What a replica that is unmasked and seems up adds up to."""
    return len(unmasked(plan, group, index)) + (1 if group.can_fail else 0)


def _seems_up(group: Group, name: str) -> Condition:
    if not group.can_fail:
        return ()
    return tuple(Occupancy(name, phase) for phase in (UP, *group.hidden))
