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
    reconnect   clients whose sessions are lost connect to it (handshakes.py)
    manual    people take over instead, since the automatic failover did not work
    manual by mistake   the same, after it stopped a primary that was well
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
6. Where failovers need something, or the group a quorum, the clocks of `decide`, `fence`, `promote`
   and `switch` run only while it serves or there is one. Rebuilding is in rebuild.py.

Three things happen to a primary that is well, or guard against too much of it:

    spurious pick   a failover by mistake: `serving` ends by a delay, and another takes over; not
                    covered, it has stopped the primary all the same, and people come if there are
                    any; while blocked, or with nobody to take over, it stops nothing
    failback        the return to the first replica, at the signal of failback.py; `reconnect to it`
                    follows where sessions are lost
    blocked         for a time after a takeover a pick is left to people (`db block`, flapping.py)

A primary that planned work drains, itself or its host, hands over: its chain begins at the pick,
without `detect` and `decide`.

Rules of this file
------------------
1. Who is the primary changes by the signal of a pick only, and before anything else moves.
2. Of a pick's alternatives exactly one set can be eligible; chance decides about coverage alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hasim.compiler.failover_gates import (
    PASS,
    allowed,
    any_candidate,
    block_of,
    choice,
    denied,
    hands_over,
    is_dead,
)
from hasim.compiler.links import links_of
from hasim.compiler.plan import Group, Plan, is_instant, reconnecting
from hasim.compiler.serving import (
    SERVING,
    all_serve,
    available_gate,
    controller_of,
    has_primary,
    has_quorum,
    is_controlled,
    primary_of,
)
from hasim.compiler.signals import (
    chain_finds,
    found_dead,
    goes_back,
    is_fenced,
    is_spurious,
    takes_note,
    takes_over,
)
from hasim.compiler.split_brain import CUT_PICK, causes_of_fencing, pick_when_cut
from hasim.laws import Law
from hasim.process import Alternative, Automaton, Delay, Holds, Origin, Phase, Reaction, Row
from hasim.system import Component, Failover

DETECT, DECIDE, MANUAL, STUCK, WAIT = "detect", "decide", "manual", "stuck", "wait"
BY_MISTAKE = "manual by mistake"
PICK, PICK_BY_HAND, PICK_LATE = "pick", "pick by hand", "pick late"
SPURIOUS, SPURIOUS_PICK, FAILBACK = "spurious", "spurious pick", "failback"
RECONNECT, RECONNECT_BACK = "reconnect", "reconnect to it"


@dataclass(frozen=True)
class Chain:
    """The stages of a group's failover that take time, and where each leads.

    Parameters
    ----------
    before, after, late, by_hand, back : tuple of (str, Law)
        Stages from the failure to the pick, from the pick to serving, from a late pick and from one
        by hand to it, and of the way back to the first replica.
    """

    before: tuple[tuple[str, Law], ...]
    after: tuple[tuple[str, Law], ...]
    late: tuple[tuple[str, Law], ...]
    by_hand: tuple[tuple[str, Law], ...]
    back: tuple[tuple[str, Law], ...]

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
    def taking_over_by_hand(self) -> str:
        """The phase that follows a pick by hand."""
        return self.by_hand[0][0] if self.by_hand else SERVING

    @property
    def watching(self) -> tuple[str, ...]:
        """Stages in which the end of the one that takes over starts a chain."""
        return (*(name for name, _ in self.after), *(name for name, _ in self.back))

    @property
    def returning(self) -> str:
        """Where the order to go back to the first replica leads."""
        return self.back[0][0] if self.back else SERVING


def chain_of(component: Component) -> Chain:
    """The stages of a component's failover that take time."""
    failover = component.failover
    assert failover is not None
    laws = {
        name: getattr(failover, name) for name in (DETECT, DECIDE, "fence", "promote", "switch")
    }
    laws[RECONNECT] = laws[RECONNECT_BACK] = reconnecting(component)
    if failover.failback is not None:
        laws[FAILBACK] = failover.failback.takes

    def timed(*names: str) -> tuple[tuple[str, Law], ...]:
        return tuple((name, laws[name]) for name in names if not is_instant(laws[name]))

    return Chain(
        before=timed(DETECT, DECIDE),
        after=timed("fence", "promote", "switch", RECONNECT),
        late=timed("promote", "switch", RECONNECT),
        by_hand=timed(RECONNECT),
        back=timed(FAILBACK, RECONNECT_BACK) if failover.failback is not None else (),
    )


def add_signals(plan: Plan) -> None:
    """Say that picks tell who is the primary, and who is told of takeovers and returns."""
    for group in plan.groups.values():
        failover = group.component.failover
        if failover is None or not is_controlled(plan, group):
            continue
        told = (primary_of(group.name), *[block_of(group.name)] * (failover.block is not None))
        for name in group.replicas:
            plan.draft.add_signal(takes_over(name), told, Origin(name, PASS))
        if failover.failback is not None:
            controller = (controller_of(group.name),)
            plan.draft.add_signal(goes_back(group), controller, Origin(group.name, PASS))


def spurious_cause(group: Group) -> str:
    """The cause of a failover by mistake."""
    return f"{group.name}.{SPURIOUS}"


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
    chain = chain_of(group.component)
    return Automaton(
        controller_of(group.name),
        tuple(_phases(plan, group, failover, chain)),
        ((SERVING, 1.0),),
        tuple(_delays(plan, group, failover, chain)),
        tuple(_reactions(plan, group, failover, chain)),
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
    for name in watching(plan, group):
        yield Phase(name, immediate=starts)
    if failover.spurious is not None:
        yield Phase(SPURIOUS_PICK, immediate=_spurious_pick(plan, group, failover, chain))
    if causes_of_fencing(plan, group):
        ends = (chain.taking_over, _after_mistake(failover))
        cut = pick_when_cut(plan, group, ends, failover.coverage)
        yield Phase(CUT_PICK, immediate=cut)
    if needs_people(failover):
        yield from _phases_without_automation(plan, group, chain, returns)
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
    plan: Plan, group: Group, chain: Chain, returns: Row
) -> Iterator[Phase]:
    failover = group.component.failover
    assert failover is not None
    if failover.manual is None:
        yield Phase(STUCK, immediate=returns)
        return
    if not is_instant(failover.manual):
        yield Phase(MANUAL, immediate=returns)
    by_hand = _pick(plan, group, PICK_BY_HAND, chain.taking_over_by_hand)
    yield Phase(PICK_BY_HAND, immediate=by_hand)


def _pick(
    plan: Plan, group: Group, again: str, taking_over: str, failover: Failover | None = None
) -> Row:
    """The row of a pick; with `failover`, coverage decides whether its choice takes over."""
    instead = WAIT if failover is None else _without_automation(failover)
    ends = (again, taking_over, instead, instead, WAIT)
    return Row(tuple(_ways_of_pick(plan, group, ends, failover)))


def _spurious_pick(plan: Plan, group: Group, failover: Failover, chain: Chain) -> Row:
    """The row of a pick while the primary is well; blocked or with nobody, it serves on."""
    ends = (SPURIOUS_PICK, chain.taking_over, _after_mistake(failover), SERVING, SERVING)
    return Row(tuple(_ways_of_pick(plan, group, ends, failover)))


def _ways_of_pick(
    plan: Plan, group: Group, ends: tuple[str, str, str, str, str], failover: Failover | None
) -> Iterator[Alternative]:
    """The alternatives of a pick.

    Parameters
    ----------
    plan : Plan
    group : Group
    ends : tuple of str
        Where it leads that the one picked is dead, that it takes over, that the automatic failover
        does not work, that it is blocked, and that there is nobody.
    failover : Failover or None
        What decides whether it works; None: it does.
    """
    again, taking_over, instead, blocked, nobody = ends
    coverage = 1.0 if failover is None else failover.coverage
    guarded = failover is not None and failover.block is not None
    for index in sorted(group.successors):
        name, picked = group.replicas[index], choice(plan, group, index)
        dead = is_dead(plan, group, index)
        if dead is not None:
            alive = available_gate(plan, group, index)
            found = plan.draft.emits(found_dead(name))
            yield Alternative(again, guard=picked, unless=alive, emits=found)
        free = allowed(plan, group, index, picked) if guarded else picked
        if guarded:
            yield Alternative(blocked, guard=denied(plan, group, index, picked), unless=dead)
        if coverage > 0:
            yield Alternative(taking_over, free, dead, coverage, (takes_over(name),))
        if coverage < 1:
            yield Alternative(instead, free, dead, 1 - coverage)
    yield Alternative(nobody, unless=any_candidate(plan, group))


def needs_people(failover: Failover) -> bool:
    """Whether an automatic failover can be left to people, or to the primary's return."""
    return failover.coverage < 1 or failover.block is not None


def _without_automation(failover: Failover) -> str:
    if failover.manual is None:
        return STUCK
    return PICK_BY_HAND if is_instant(failover.manual) else MANUAL


def _after_mistake(failover: Failover) -> str:
    """Where it leads that a failover from a primary that is well does not work.

    The primary was stopped all the same. Nothing repairs it, so that it is not back before people
    have come; with nobody to come it would never be, so it serves on.
    """
    if failover.manual is None:
        return SERVING
    return PICK_BY_HAND if is_instant(failover.manual) else BY_MISTAKE


def watching(plan: Plan, group: Group) -> tuple[str, ...]:
    """Phases of a controller besides `serving` in which the primary's end starts a chain."""
    failover = group.component.failover
    assert failover is not None
    mistaken = failover.spurious is not None or bool(causes_of_fencing(plan, group))
    stops = mistaken and failover.coverage < 1 and _after_mistake(failover) == BY_MISTAKE
    return (*chain_of(group.component).watching, *[BY_MISTAKE] * stops)


# ---------------------------------------------------------------------------- delays


def _delays(plan: Plan, group: Group, failover: Failover, chain: Chain) -> Iterator[Delay]:
    speed = _speed(plan, group, failover)
    for stages, end in ((chain.before, PICK), (chain.after, SERVING)):
        following = [*(name for name, _ in stages), end]
        for place, (name, law) in enumerate(stages, start=1):
            emits = plan.draft.emits(chain_finds(group)) if name == DETECT else ()
            row = Row((Alternative(following[place], emits=emits),))
            runs = name in (DETECT, RECONNECT)
            yield Delay(name, (name,), law, row, speed=None if runs else speed)
    manual = failover.manual
    if needs_people(failover) and manual is not None and not is_instant(manual):
        phases = (MANUAL, *[BY_MISTAKE] * (BY_MISTAKE in watching(plan, group)))
        yield Delay(MANUAL, phases, manual, Row((Alternative(PICK_BY_HAND),)))
    if failover.spurious is not None:
        row = Row((Alternative(SPURIOUS_PICK, emits=plan.draft.emits(is_spurious(group))),))
        cause = spurious_cause(group)
        yield Delay(SPURIOUS, (SERVING,), failover.spurious, row, cause=cause)
    following = [*(name for name, _ in chain.back[1:]), SERVING]
    for (name, law), target in zip(chain.back, following, strict=False):
        yield Delay(name, (name,), law, Row((Alternative(target),)))


def _reactions(plan: Plan, group: Group, failover: Failover, chain: Chain) -> Iterator[Reaction]:
    """The orders to go back to the first replica, or to fence it, which come while it serves."""
    if failover.failback is not None:
        first, dead = group.replicas[0], is_dead(plan, group, 0)
        emits = (takes_over(first), *plan.draft.emits(takes_note(goes_back(group))))
        ways = [Alternative(chain.returning, unless=dead, emits=emits)]
        if dead is not None:
            found = plan.draft.emits(found_dead(first))
            ways.append(Alternative(SERVING, guard=dead, emits=found))
        yield Reaction(goes_back(group), SERVING, Row(tuple(ways)))
    for link in links_of(plan, group) if causes_of_fencing(plan, group) else ():
        order = is_fenced(group, link)
        noted = plan.draft.emits(takes_note(order))
        yield Reaction(order, SERVING, Row((Alternative(CUT_PICK, emits=noted),)))


def _speed(plan: Plan, group: Group, failover: Failover) -> str | None:
    """Level that stops the clocks while what a failover needs, or a quorum, is not there."""
    origin = Origin(group.name, PASS)
    terms = (*all_serve(plan, failover.needs), *has_quorum(plan, group))
    needs = plan.draft.all_of(f"{group.name} failover can run", terms, origin)
    if not needs:
        return None
    return plan.draft.count(f"{group.name} failover speed", [(needs[0], 1)], origin)
