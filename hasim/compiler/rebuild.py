"""Rebuilding: from a replica's return to its being a candidate again.

Theory of operation
-------------------
`db.1 rebuild` is `built` until its replica is known to be down or is masked, then `lost`. At
the replica's return the primary is built at once, since nobody has taken over meanwhile; any
other is `rebuilding` for the time of `rebuild`, and lost again if it goes. A standby that dies
unnoticed stays built, as far as is known.

Rules of this file
------------------
1. A group whose `rebuild` takes no time has no such automaton.
"""

from __future__ import annotations

from hasim.compiler.failover_gates import (
    BUILT,
    PASS,
    has_rebuild,
    rebuilder_of,
    seems_available,
)
from hasim.compiler.plan import Group, Plan
from hasim.compiler.serving import can_stop, is_controlled, is_primary, leads
from hasim.process import Alternative, Automaton, Delay, Origin, Phase, Row

LOST, REBUILDING = "lost", "rebuilding"


def add_rebuilding(plan: Plan) -> None:
    """Add an automaton for each replica that takes time to rebuild."""
    for group in plan.groups.values():
        if is_controlled(plan, group) and has_rebuild(group):
            for index in range(len(group.replicas)):
                plan.draft.add_automaton(_rebuilder(plan, group, index))


def _rebuilder(plan: Plan, group: Group, index: int) -> Automaton:
    failover, name = group.component.failover, group.replicas[index]
    assert failover is not None
    origin = Origin(name, PASS)
    there = seems_available(plan, group, index)
    primary = plan.draft.gate(f"{name} is primary", ((is_primary(group, index), 1),), 1, origin)
    back = (
        Alternative(BUILT, guard=leads(plan, group, index)),
        Alternative(REBUILDING, guard=there, unless=primary),
    )
    gone = Row((Alternative(LOST, unless=there),))
    return Automaton(
        rebuilder_of(name),
        (
            Phase(BUILT, immediate=gone if can_stop(plan, group, index) else None),
            Phase(LOST, immediate=Row(back)),
            Phase(REBUILDING, immediate=gone),
        ),
        ((BUILT, 1.0),),
        (Delay("rebuild", (REBUILDING,), failover.rebuild, Row((Alternative(BUILT),))),),
        origin=origin,
    )
