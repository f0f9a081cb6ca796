"""What a group's controller knows of its replicas: the gates that guard its rows.

Theory of operation
-------------------
A replica is a *candidate* while it is up as far as is known, unmasked, rebuilt, and not the
primary: the pick comes only when the primary has not returned, so the controller knows that it
is of no use. Up as far as is known is `up` or down in a phase that nobody has found
(`Group.hidden`). The *choice* is the candidate that no lower number precedes; with two
replicas, of which one is the primary, the only candidate is the choice.

Rules of this file
------------------
1. For any values of the phases at most one replica of a group is the choice.
2. Terms are linear in the replicas but for the choice, and failing-over groups are small.
"""

from __future__ import annotations

from hasim.compiler.draft import Condition, Term
from hasim.compiler.plan import UP, Group, Plan, is_instant
from hasim.compiler.serving import SERVING, controller_of, has_primary, is_primary, unmasked
from hasim.process import Holds, Occupancy, Origin

PASS = "failover"

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
    terms = [*((term, 1) for term in fit), (is_primary(group, index), -1)]
    return plan.draft.gate(f"{name} stands by", terms, least, Origin(name, PASS))


def choice(plan: Plan, group: Group, index: int) -> str:
    """Gate that holds while a replica is the candidate of the lowest number."""
    if len(group.replicas) == 2:
        return candidate(plan, group, index)
    name = group.replicas[index]
    terms: list[tuple[Term, int]] = [(Holds(candidate(plan, group, index)), 1)]
    terms += [(Holds(candidate(plan, group, before)), -1) for before in range(index)]
    return plan.draft.gate(f"{name} is next", terms, 1, Origin(name, PASS))


def any_candidate(plan: Plan, group: Group) -> str:
    """Gate that holds while some replica can be picked."""
    indices = range(len(group.replicas))
    terms = [(Holds(candidate(plan, group, index)), 1) for index in indices]
    return plan.draft.gate(f"{group.name} has a standby", terms, 1, Origin(group.name, PASS))


def is_dead(plan: Plan, group: Group, index: int) -> str | None:
    """Gate that holds while a replica is down and nobody knows; None where that cannot be."""
    name = group.replicas[index]
    terms = [(Occupancy(name, phase), 1) for phase in group.hidden]
    return plan.draft.gate(f"{name} is dead", terms, 1, Origin(name, PASS)) if terms else None


def chain_starts(plan: Plan, group: Group, watching: tuple[str, ...]) -> str:
    """Gate that holds, within an instant, while the controller has yet to notice its primary's end.

    Parameters
    ----------
    plan : Plan
    group : Group
    watching : tuple of str
        Phases of the controller in which the primary's end starts a chain.
    """
    terms: list[tuple[Term, int]] = [
        (Occupancy(controller_of(group.name), phase), 1) for phase in (SERVING, *watching)
    ]
    terms.append((Holds(has_primary(plan, group)), -1))
    return plan.draft.gate(f"{group.name} chain starts", terms, 1, Origin(group.name, PASS))


def hands_over(plan: Plan, group: Group) -> str | None:
    """Gate that holds while planned work drains the primary; None where none does."""
    origin = Origin(group.name, PASS)
    each: list[tuple[Term, int]] = []
    for index, name in enumerate(group.replicas):
        gates = [hold.gate for hold in plan.holds.get(name, ()) if hold.hands_over]
        if gates:
            terms: list[tuple[Term, int]] = [(is_primary(group, index), len(gates))]
            terms += [(Holds(gate), -1) for gate in gates]
            each.append((Holds(plan.draft.gate(f"{name} hands over", terms, 1, origin)), 1))
    return plan.draft.gate(f"{group.name} hands over", each, 1, origin) if each else None


def _least(plan: Plan, group: Group, index: int) -> int:
    """What a replica that is unmasked and seems up adds up to."""
    return len(unmasked(plan, group, index)) + (1 if group.can_fail else 0)


def _seems_up(group: Group, name: str) -> Condition:
    if not group.can_fail:
        return ()
    return tuple(Occupancy(name, phase) for phase in (UP, *group.hidden))
