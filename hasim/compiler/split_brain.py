"""Split brain: what a standby does that is parted from a primary which is well.

Theory of operation
-------------------
`db split` is `together` while the primary serves and no standby that could take over is parted from
it. Parted, a standby sees the same as if the primary were dead: `detect` and `decide` follow. Then

- where the failover has no `fence`, it makes itself the primary: `two` lasts until the link is
  whole again or the primary is lost. Users are served, by two primaries: what the second one wrote
  has to be thrown away or merged by hand.
- where it has one, it fences the primary and takes over: the controller goes through `fence`,
  `promote` and `switch` (failover.py), charged to the cut, and `db split` is `fenced` until the
  link is whole, so that the two do not fence each other in turn.

A quorum has no such automaton: its leader needs a majority that it reaches (links.py).

Rules of this file
------------------
1. The end of the cut, or of the primary, ends it all at once and costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from hasim.compiler.draft import Term
from hasim.compiler.failover_gates import PASS, candidate, is_dead
from hasim.compiler.links import CUT, cut_cause, links_of, parting, reaches
from hasim.compiler.measures import split_measure
from hasim.compiler.plan import UP, Group, Plan, is_instant
from hasim.compiler.serving import SERVING, controller_of, is_controlled, leads
from hasim.compiler.signals import is_fenced, takes_note, takes_over
from hasim.laws import Law
from hasim.process import (
    Alternative,
    Automaton,
    Delay,
    Holds,
    Occupancy,
    Origin,
    Phase,
    Row,
    Share,
)
from hasim.system import Failover

TOGETHER, TWO, FENCED = "together", "two", "fenced"

CUT_PICK = "cut pick"
"""Phase of a controller in which one that is parted from its primary is picked, in no time."""


def split_of(name: str) -> str:
    """Name of the automaton that tells whether a group has two primaries."""
    return f"{name} split"


def can_split(plan: Plan, group: Group) -> bool:
    """Whether a standby can be parted from its primary."""
    return is_controlled(plan, group) and not group.is_quorum and bool(links_of(plan, group))


def fences(group: Group) -> bool:
    """Whether a group keeps the old primary from serving before another takes over."""
    failover = group.component.failover
    return failover is not None and not is_instant(failover.fence)


def add_signals(plan: Plan) -> None:
    """Say that a controller is told when a standby fences its primary for a cut."""
    for group in plan.groups.values():
        for link in links_of(plan, group) if can_split(plan, group) and fences(group) else ():
            told = (controller_of(group.name),)
            plan.draft.add_signal(is_fenced(group, link), told, Origin(group.name, PASS))


def add_splits(plan: Plan) -> None:
    """Add the automaton of each group that can split, and what is measured of it."""
    for group in plan.groups.values():
        if not can_split(plan, group):
            continue
        plan.draft.add_automaton(_split(plan, group))
        if not fences(group):
            origin = Origin(group.name, PASS)
            terms = ((Occupancy(split_of(group.name), TWO), 1),)
            gate = plan.draft.gate(f"{group.name} has two primaries", terms, 1, origin)
            measure = Share(split_measure(group.name), gate, origin)
            plan.draft.measures[measure.name] = measure


def pick_when_cut(plan: Plan, group: Group, ends: tuple[str, str], coverage: float) -> Row:
    """The row by which one that is parted from its primary takes over, or fails to.

    Parameters
    ----------
    plan : Plan
    group : Group
    ends : tuple of str
        Where it leads that it takes over, and that the automatic failover does not work.
    coverage : float
        The probability that it does.
    """
    taking_over, instead = ends
    ways: list[Alternative] = []
    before: list[tuple[Term, int]] = []
    for index in group.successors:
        name, parted = group.replicas[index], _parted(plan, group, index)
        if parted is None:
            continue
        terms = [(Holds(parted), 1), *before]
        chosen = plan.draft.gate(f"{name} goes on alone", terms, 1, Origin(name, PASS))
        before.append((Holds(parted), -1))
        dead = is_dead(plan, group, index)
        if coverage > 0:
            emits = (takes_over(name),)
            ways.append(Alternative(taking_over, chosen, dead, coverage, emits))
        if coverage < 1:
            ways.append(Alternative(instead, chosen, dead, 1 - coverage))
        if dead is not None:
            ways.append(Alternative(SERVING, guard=_both(plan, name, chosen, dead)))
    ways.append(Alternative(SERVING, unless=_some_parted(plan, group)))
    return Row(tuple(ways))


def _both(plan: Plan, name: str, chosen: str, dead: str) -> str:
    terms = [(Holds(chosen), 1), (Holds(dead), 1)]
    return plan.draft.gate(f"{name} goes on dead", terms, 2, Origin(name, PASS))


# ---------------------------------------------------------------------------- who is parted


def _parted(plan: Plan, group: Group, index: int) -> str | None:
    """Gate that holds while a standby could take over and is parted from a primary that is well."""
    name, origin = group.replicas[index], Origin(group.replicas[index], PASS)
    cuts: list[tuple[Term, int]] = []
    for primary in range(len(group.replicas)):
        links = parting(plan, group, index, primary)
        if primary == index or not links:
            continue
        terms: list[tuple[Term, int]] = [
            (Holds(leads(plan, group, primary)), len(links)),
            *((term, -1) for term in reaches(plan, group, index, primary)),
        ]
        gate = f"{name} is parted from {group.replicas[primary]}"
        cuts.append((Holds(plan.draft.gate(gate, terms, 1, origin)), 1))
    if not cuts:
        return None
    parted = plan.draft.gate(f"{name} is parted", cuts, 1, origin)
    terms = [(Holds(candidate(plan, group, index)), 1), (Holds(parted), 1)]
    return plan.draft.gate(f"{name} is alone", terms, 2, origin)


def _some_parted(plan: Plan, group: Group) -> str:
    """Gate that holds while some standby is parted from a primary that is well."""
    each = [_parted(plan, group, index) for index in group.successors]
    terms = [(Holds(gate), 1) for gate in each if gate is not None]
    return plan.draft.gate(f"{group.name} is parted", terms, 1, Origin(group.name, PASS))


# ---------------------------------------------------------------------------- the automaton


def _split(plan: Plan, group: Group) -> Automaton:
    failover, origin = group.component.failover, Origin(group.name, PASS)
    assert failover is not None
    terms: list[tuple[Term, int]] = [
        (Holds(_some_parted(plan, group)), 1),
        (Occupancy(controller_of(group.name), SERVING), 1),
    ]
    serves_parted = plan.draft.gate(f"{group.name} serves parted", terms, 2, origin)
    stages = _stages(failover)
    end = FENCED if fences(group) else TWO
    names = [*(name for name, _ in stages), end]
    back = Row((Alternative(TOGETHER, unless=serves_parted),))
    begins = (
        Row((Alternative(names[0], guard=serves_parted),))
        if stages
        else Row(tuple(_ends(plan, group, end, serves_parted)))
    )
    phases = [Phase(TOGETHER, immediate=begins)]
    phases += [Phase(name, immediate=back) for name, _ in stages]
    if fences(group):
        whole = Alternative(TOGETHER, guard=_whole(plan, group))
        phases.append(Phase(FENCED, immediate=Row((whole,))))
    else:
        phases.append(Phase(TWO, immediate=back))
    return Automaton(
        split_of(group.name),
        tuple(phases),
        ((TOGETHER, 1.0),),
        tuple(_delays(plan, group, stages, end)),
        origin=origin,
    )


def _stages(failover: Failover) -> tuple[tuple[str, Law], ...]:
    laws = (("detect", failover.detect), ("decide", failover.decide))
    return tuple((name, law) for name, law in laws if not is_instant(law))


def _delays(
    plan: Plan, group: Group, stages: tuple[tuple[str, Law], ...], end: str
) -> Iterator[Delay]:
    for place, (name, law) in enumerate(stages, start=1):
        if place < len(stages):
            row = Row((Alternative(stages[place][0]),))
        else:
            row = Row(tuple(_ends(plan, group, end, None)))
        yield Delay(name, (name,), law, row)


def _ends(plan: Plan, group: Group, end: str, guard: str | None) -> Iterator[Alternative]:
    """What follows the decision: two primaries, or one fenced for the first link that is cut."""
    if not fences(group):
        yield Alternative(end, guard=guard)
        return
    origin = Origin(group.name, PASS)
    before: list[tuple[Term, int]] = [] if guard is None else [(Holds(guard), 1)]
    least = 1 + len(before)
    for link in links_of(plan, group):
        terms = [*before, (Occupancy(link, CUT), 1)]
        first = plan.draft.gate(f"{group.name} fences for {link}", terms, least, origin)
        before.append((Occupancy(link, CUT), -1))
        yield Alternative(end, guard=first, emits=(is_fenced(group, link),))


def _whole(plan: Plan, group: Group) -> str:
    """Gate that holds while all links of a group are whole."""
    links = links_of(plan, group)
    terms = [(Occupancy(link, UP), 1) for link in links]
    return plan.draft.gate(f"{group.name} is whole", terms, len(links), Origin(group.name, PASS))


def causes_of_fencing(plan: Plan, group: Group) -> dict[str, str]:
    """The signals by which a memory learns that a primary was fenced, and the causes."""
    if not (can_split(plan, group) and fences(group)):
        return {}
    links = links_of(plan, group)
    return {takes_note(is_fenced(group, link)): cut_cause(link) for link in links}
