"""Failback: the return to the first replica, once it can take over again for long enough.

Theory of operation
-------------------
`db failback` is `idle` until the group serves by another primary and the first replica is a
candidate (up, unmasked, rebuilt), then `waiting` for the time of `after`; at its end the controller
is told, and goes through `failback` for the time that the change takes (failover.py). What that
costs is charged to the cause `db.failback`.

Rules of this file
------------------
1. It begins anew each time the first replica, or the serving, is lost.
"""

from __future__ import annotations

from hasim.compiler.draft import Term
from hasim.compiler.failover_gates import PASS, candidate
from hasim.compiler.plan import Group, Plan
from hasim.compiler.serving import SERVING, controller_of, is_controlled
from hasim.compiler.signals import goes_back
from hasim.process import Alternative, Automaton, Delay, Holds, Occupancy, Origin, Phase, Row
from hasim.system import Failback

IDLE, WAITING = "idle", "waiting"


def failback_of(name: str) -> str:
    """Name of the automaton that takes a group back to its first replica."""
    return f"{name} failback"


def failback_cause(group: Group) -> str:
    """The cause of what a return costs."""
    return f"{group.name}.failback"


def add_failbacks(plan: Plan) -> None:
    """Add an automaton for each group that goes back."""
    for group in plan.groups.values():
        failover = group.component.failover
        if failover is not None and failover.failback is not None and is_controlled(plan, group):
            plan.draft.add_automaton(_failback(plan, group, failover.failback))


def _failback(plan: Plan, group: Group, given: Failback) -> Automaton:
    origin = Origin(group.name, PASS)
    serving = Occupancy(controller_of(group.name), SERVING)
    terms: list[tuple[Term, int]] = [(Holds(candidate(plan, group, 0)), 1), (serving, 1)]
    may = plan.draft.gate(f"{group.name} can go back", terms, 2, origin)
    due = Row((Alternative(IDLE, emits=(goes_back(group),)),))
    return Automaton(
        failback_of(group.name),
        (
            Phase(IDLE, immediate=Row((Alternative(WAITING, guard=may),))),
            Phase(WAITING, immediate=Row((Alternative(IDLE, unless=may),))),
        ),
        ((IDLE, 1.0),),
        (Delay("after", (WAITING,), given.after, due, cause=failback_cause(group)),),
        origin=origin,
    )
