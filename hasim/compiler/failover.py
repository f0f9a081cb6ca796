"""Failover: the controller of an active-passive group, rules 1 to 6 of the model language.

Theory of operation
-------------------
Two automata serve a group: `db primary`, whose phase is the number of the primary, and `db
failover`, the controller:

    serving   no failover runs; left at once when the primary is not up and unmasked
    detect    until the failure or masking is noticed
    decide    until it is decided to fail over
    pick      chooses the candidate, in no time
    fence, promote, switch      the candidate, now the primary, takes over
    manual    people take over instead, since the automatic failover did not work
    pick by hand    at the end of `manual`, in no time
    stuck     the automatic failover did not work and there is nobody to help
    wait      there is no candidate
    pick late       somebody has come back while waiting; in no time

Stages that take no time are left out. How the rules become rows:

1. `detect` and `decide` go back to `serving` as soon as the primary is up and unmasked again.
2. The three picks are one row with different ends. For each replica, if it is the choice: where
   it is dead it goes to repair and the pick is taken again; else with probability `coverage` it
   becomes the primary, with the rest the primary stays and people come, or nobody does.
3. `manual` and `stuck` go back to `serving` when the old primary returns.
4. `wait` goes to `serving` when the old primary returns and to `pick late` when there is a
   candidate.
5. `fence`, `promote` and `switch` go to the beginning of the chain when the candidate, which is
   the primary now, is not up and unmasked.
6. Where failovers need something, the clocks of `decide`, `fence`, `promote` and `switch` run
   only while it serves. Rebuilding is in rebuild.py.

A primary that planned work drains hands over: its chain begins at the pick, without `detect` and
`decide`.

Rules of this file
------------------
1. Who is the primary changes by the signal of a pick only, and before anything else moves.
2. Of a pick's alternatives exactly one set can be eligible; chance decides about coverage alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hasim.compiler.failover_gates import PASS, any_candidate, choice, hands_over, is_dead
from hasim.compiler.plan import Group, Plan, is_instant
from hasim.compiler.serving import (
    SERVING,
    all_serve,
    available_gate,
    controller_of,
    has_primary,
    is_controlled,
    primary_of,
)
from hasim.compiler.signals import chain_finds, found_dead, takes_over
from hasim.laws import Law
from hasim.process import Alternative, Automaton, Delay, Holds, Origin, Phase, Reaction, Row
from hasim.system import Failover

DETECT, DECIDE, MANUAL, STUCK, WAIT = "detect", "decide", "manual", "stuck", "wait"
PICK, PICK_BY_HAND, PICK_LATE = "pick", "pick by hand", "pick late"


@dataclass(frozen=True)
class Chain:
    """The stages of a group's failover that take time, and where each leads.

    Parameters
    ----------
    before, after, late : tuple of (str, Law)
        Stages from the failure to the pick, from the pick to serving, and from a late pick to it.
    """

    before: tuple[tuple[str, Law], ...]
    after: tuple[tuple[str, Law], ...]
    late: tuple[tuple[str, Law], ...]

    @property
    def first(self) -> str:
        """The phase in which a chain begins."""
        return self.before[0][0] if self.before else PICK

    @property
    def taking_over(self) -> str:
        """The phase that follows a pick."""
        return self.after[0][0] if self.after else SERVING

    @property
    def taking_over_late(self) -> str:
        """The phase that follows a late pick."""
        return self.late[0][0] if self.late else SERVING

    @property
    def watching(self) -> tuple[str, ...]:
        """Phases besides `serving` in which the primary's end starts a chain."""
        return tuple(name for name, _ in self.after)


def chain_of(failover: Failover) -> Chain:
    """The stages of a failover that take time."""

    def timed(*names: str) -> tuple[tuple[str, Law], ...]:
        laws = ((name, getattr(failover, name)) for name in names)
        return tuple((name, law) for name, law in laws if not is_instant(law))

    return Chain(
        before=timed(DETECT, DECIDE),
        after=timed("fence", "promote", "switch"),
        late=timed("promote", "switch"),
    )


def add_signals(plan: Plan) -> None:
    """Say that picks tell who is the primary."""
    for group in plan.groups.values():
        for name in group.replicas if is_controlled(plan, group) else ():
            plan.draft.add_signal(takes_over(name), (primary_of(group.name),), Origin(name, PASS))


def add_failovers(plan: Plan) -> None:
    """Add the primary and the controller of each failing-over group."""
    for group in plan.groups.values():
        if is_controlled(plan, group):
            plan.draft.add_automaton(_primary(group))
            plan.draft.add_automaton(_controller(plan, group))


def _primary(group: Group) -> Automaton:
    numbers = [str(number) for number in range(1, len(group.replicas) + 1)]
    reactions = (
        Reaction(takes_over(name), other, Row((Alternative(number),)))
        for name, number in zip(group.replicas, numbers, strict=True)
        for other in numbers
        if other != number
    )
    return Automaton(
        primary_of(group.name),
        tuple(Phase(number) for number in numbers),
        ((numbers[0], 1.0),),
        reactions=tuple(reactions),
        origin=Origin(group.name, PASS),
    )


def _controller(plan: Plan, group: Group) -> Automaton:
    failover = group.component.failover
    assert failover is not None
    chain = chain_of(failover)
    return Automaton(
        controller_of(group.name),
        tuple(_phases(plan, group, failover, chain)),
        ((SERVING, 1.0),),
        tuple(_delays(plan, group, failover, chain)),
        origin=Origin(group.name, PASS),
    )


# ---------------------------------------------------------------------------- phases


def _phases(plan: Plan, group: Group, failover: Failover, chain: Chain) -> Iterator[Phase]:
    served = has_primary(plan, group)
    starts = Row(tuple(_ways_to_start(plan, group, chain)))
    returns = Row((Alternative(SERVING, guard=served),))
    yield Phase(SERVING, immediate=starts)
    for name, _ in chain.before:
        yield Phase(name, immediate=returns)
    yield Phase(PICK, immediate=_pick(plan, group, PICK, chain.taking_over, failover))
    for name, _ in chain.after:
        yield Phase(name, immediate=starts)
    if failover.coverage < 1:
        yield from _phases_without_automation(plan, group, failover, returns)
    late = Alternative(PICK_LATE, guard=any_candidate(plan, group), unless=served)
    yield Phase(WAIT, immediate=Row((*returns.alternatives, late)))
    yield Phase(PICK_LATE, immediate=_pick(plan, group, PICK_LATE, chain.taking_over_late))


def _ways_to_start(plan: Plan, group: Group, chain: Chain) -> Iterator[Alternative]:
    """How a chain begins when the primary is gone: by finding it so, or as planned."""
    served, planned = has_primary(plan, group), hands_over(plan, group)
    if planned is None or not chain.before:
        yield Alternative(chain.first, unless=served)
        return
    terms = ((Holds(served), 1), (Holds(planned), 1))
    title = f"{group.name} has or hands over its primary"
    either = plan.draft.gate(title, terms, 1, Origin(group.name, PASS))
    yield Alternative(PICK, guard=planned)
    yield Alternative(chain.first, unless=either)


def _phases_without_automation(
    plan: Plan, group: Group, failover: Failover, returns: Row
) -> Iterator[Phase]:
    if failover.manual is None:
        yield Phase(STUCK, immediate=returns)
        return
    if not is_instant(failover.manual):
        yield Phase(MANUAL, immediate=returns)
    yield Phase(PICK_BY_HAND, immediate=_pick(plan, group, PICK_BY_HAND, SERVING))


def _pick(
    plan: Plan, group: Group, again: str, taking_over: str, failover: Failover | None = None
) -> Row:
    """The row of a pick; with `failover`, coverage decides whether its choice takes over."""
    ways: list[Alternative] = []
    coverage = 1.0 if failover is None else failover.coverage
    for index, name in enumerate(group.replicas):
        picked, dead = choice(plan, group, index), is_dead(plan, group, index)
        if dead is not None:
            alive = available_gate(plan, group, index)
            found = plan.draft.emits(found_dead(name))
            ways.append(Alternative(again, guard=picked, unless=alive, emits=found))
        if coverage > 0:
            emits = (takes_over(name),)
            ways.append(Alternative(taking_over, picked, dead, coverage, emits))
        if failover is not None and coverage < 1:
            ways.append(Alternative(_without_automation(failover), picked, dead, 1 - coverage))
    ways.append(Alternative(WAIT, unless=any_candidate(plan, group)))
    return Row(tuple(ways))


def _without_automation(failover: Failover) -> str:
    if failover.manual is None:
        return STUCK
    return PICK_BY_HAND if is_instant(failover.manual) else MANUAL


# ---------------------------------------------------------------------------- delays


def _delays(plan: Plan, group: Group, failover: Failover, chain: Chain) -> Iterator[Delay]:
    speed = _speed(plan, group, failover)
    for stages, end in ((chain.before, PICK), (chain.after, SERVING)):
        following = [*(name for name, _ in stages), end]
        for place, (name, law) in enumerate(stages, start=1):
            emits = plan.draft.emits(chain_finds(group)) if name == DETECT else ()
            row = Row((Alternative(following[place], emits=emits),))
            yield Delay(name, (name,), law, row, speed=None if name == DETECT else speed)
    manual = failover.manual
    if failover.coverage < 1 and manual is not None and not is_instant(manual):
        yield Delay(MANUAL, (MANUAL,), manual, Row((Alternative(PICK_BY_HAND),)))


def _speed(plan: Plan, group: Group, failover: Failover) -> str | None:
    """Level that stops the clocks while what a failover needs does not serve."""
    origin = Origin(group.name, PASS)
    needs = plan.draft.all_of(
        f"{group.name} failover can run", all_serve(plan, failover.needs), origin
    )
    if not needs:
        return None
    return plan.draft.count(f"{group.name} failover speed", [(needs[0], 1)], origin)
