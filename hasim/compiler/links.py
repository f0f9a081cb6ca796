"""Links: networks between places that are cut for a time, and whom they part.

Theory of operation
-------------------
A link is an automaton with the phases `up` and `cut`. Two replicas are *parted* by a link while it
is cut, if one is inside of one of its domains and the other inside of the other. Who has a leader
looks at that: the leader of a quorum needs `required` replicas that it can reach, itself among
them, and steps down without them (serving.py); a standby that is parted from its primary takes it
for dead (split_brain.py). Other needs do not look: whether web can reach db is no question of links
so far.

Rules of this file
------------------
1. A link that parts nobody who looks at it has no automaton.
"""

from __future__ import annotations

from hasim.compiler.plan import UP, Group, Plan
from hasim.process import Alternative, Automaton, Delay, Occupancy, Origin, Phase, Row
from hasim.topology import outwards

PASS = "links"

CUT = "cut"


def cut_cause(link: str) -> str:
    """The cause of what a cut does."""
    return f"{link}.{CUT}"


def cut_begins(link: str) -> str:
    """A link is cut; to those who remember causes."""
    return f"{link} is cut"


def parting(plan: Plan, group: Group, one: int, other: int) -> tuple[str, ...]:
    """The links by which two replicas can be parted."""
    sides = [set(outwards(plan.system, group.places[index].domain)) for index in (one, other)]
    return tuple(
        name
        for name, link in plan.system.links.items()
        if any(a in sides[0] and b in sides[1] for a, b in (link.between, link.between[::-1]))
    )


def links_of(plan: Plan, group: Group) -> tuple[str, ...]:
    """The links that can part replicas of a group that has a leader."""
    if not (group.fails_over and plan.system.links):
        return ()
    members = range(len(group.replicas))
    found = (name for i in members for j in range(i) for name in parting(plan, group, i, j))
    return tuple(dict.fromkeys(found))


def reaches(plan: Plan, group: Group, one: int, other: int) -> tuple[Occupancy, ...]:
    """When two replicas reach each other: a term for each link between them."""
    return tuple(Occupancy(link, UP) for link in parting(plan, group, one, other))


def add_links(plan: Plan) -> None:
    """Add an automaton for each link that parts replicas of a group with a leader."""
    used = {link for group in plan.groups.values() for link in links_of(plan, group)}
    for name, link in plan.system.links.items():
        if name not in used:
            continue
        torn = Row((Alternative(CUT, emits=plan.draft.emits(cut_begins(name))),))
        healed = Row((Alternative(UP),))
        delays = (
            Delay(CUT, (UP,), link.after, torn, cause=cut_cause(name)),
            Delay("heals", (CUT,), link.lasts, healed),
        )
        phases = (Phase(UP), Phase(CUT))
        origin = Origin(name, PASS)
        plan.draft.add_automaton(Automaton(name, phases, ((UP, 1.0),), delays, origin=origin))
