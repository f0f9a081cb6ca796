"""Changeover: what it costs to change from one alternative of a need to the next.

Theory of operation
-------------------
`shop changeover` stands for a need `any: [a, b, c]` with a `failover`. One alternative is in use at
a time, the first one to begin with:

    on a          a is in use; left at once when it does not serve
    a detect      until that is noticed; its return ends it
    a pick        chooses the next one: the first by order that serves, in no time
    b switch      until b is in use; where b stops, its loss is detected
    a manual      people change over instead, since the automatic change did not work
    a pick by hand    at the end of `manual`, in no time; the one picked is in use at once
    a stuck       the change did not work and there is nobody to help
    a wait        no other serves

In `detect`, `manual`, `stuck` and `wait` the return of the alternative that was in use ends it all.
With a failback, `on b before the return` is where b is in use and a is there again, for the time of
`after`; then `a failback` leads to `on a`. Without, what is in use stays in use. What took away the
one in use is remembered by `shop changeover cause`, as for failovers (causes.py).

Rules of this file
------------------
1. Of a pick's alternatives exactly one set can be eligible; chance decides about coverage alone.
2. Steps that take no time are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hasim.compiler.causes import cause_of, memory_of, sources_of_needs
from hasim.compiler.needs import need_text, present_text
from hasim.compiler.plan import Plan, is_instant
from hasim.compiler.serving import before_return, in_use, need_met, on, using
from hasim.process import (
    Alternative,
    Automaton,
    Blame,
    ByPhase,
    Charged,
    Delay,
    Holds,
    Label,
    Occupancy,
    Origin,
    Phase,
    Row,
)
from hasim.system import Changeover, NeedAny

PASS = "changeover"

DETECT, SWITCH, MANUAL, FAILBACK = "detect", "switch", "manual", "failback"
STUCK, WAIT, PICK, PICK_BY_HAND = "stuck", "wait", "pick", "pick by hand"


def add_changeovers(plan: Plan) -> None:
    """Add an automaton for each need whose alternatives are changed over, and its memory."""
    for title, need in plan.changeovers.items():
        plan.draft.add_automaton(_changeover(plan, title, need))
        begun = _begins(plan, title, need)
        plan.draft.add_automaton(memory_of(title, sources_of_needs(plan, need.needs), begun))


def changeover_blame(plan: Plan, need: NeedAny, blames: tuple[Blame | None, ...]) -> Blame:
    """Blame of the time in which no alternative is in use and serves.

    Parameters
    ----------
    plan : Plan
    need : NeedAny
    blames : tuple of Blame or None
        Of each alternative; None where it cannot stop.
    """
    title = _title(plan, need)
    causes = tuple(dict.fromkeys(sources_of_needs(plan, need.needs).values()))
    known = tuple((cause, cause) for cause in causes)

    def charged(blame: Blame) -> Blame:
        return Charged(blame, automaton=cause_of(title), causes=known) if known else blame

    timed = (DETECT, SWITCH, MANUAL, FAILBACK)
    stages = {stage: charged(Label(stage, next(iter(causes), title))) for stage in timed}
    cases: list[tuple[str, Blame]] = []
    for place, blame in enumerate(blames):
        one = _texts(plan, need)[place]
        cases += [(f"{one} {stage}", told) for stage, told in stages.items()]
        if blame is not None:
            cases += [(f"{one} {stage}", charged(blame)) for stage in (STUCK, WAIT)]
    phases = {phase.name for phase in plan.draft.automata[title].phases}
    return ByPhase(title, tuple((name, blame) for name, blame in cases if name in phases))


def _texts(plan: Plan, need: NeedAny) -> tuple[str, ...]:
    """The alternatives in words."""
    return tuple(need_text(plan.titles, one) for one in need.needs)


def _begins(plan: Plan, title: str, need: NeedAny) -> str:
    """Gate that holds, within an instant, while the loss of what is in use is yet to be noticed."""
    places = range(len(need.needs))
    terms: list[tuple[Occupancy | Holds, int]] = [
        (phase, 1) for place in places for phase in using(plan, need, place)
    ]
    terms += [(Holds(in_use(plan, need, place)), -1) for place in places]
    return plan.draft.gate(f"{title} begins", terms, 1, Origin(title, PASS))


# ---------------------------------------------------------------------------- the automaton


@dataclass(frozen=True)
class _Steps:
    """The phases that the loss of an alternative leads through, but for those that take no time.

    Parameters
    ----------
    text : str
        The alternative in words.
    changeover : Changeover
    """

    text: str
    changeover: Changeover

    @property
    def lost(self) -> str:
        """Where its loss leads."""
        return self.phase(PICK if is_instant(self.changeover.detect) else DETECT)

    @property
    def taken(self) -> str:
        """Where its being picked leads."""
        return on(self.text) if is_instant(self.changeover.switch) else self.phase(SWITCH)

    @property
    def returned(self) -> str:
        """Where the decision to go back to it leads."""
        failback = self.changeover.failback
        assert failback is not None
        return on(self.text) if is_instant(failback.takes) else self.phase(FAILBACK)

    @property
    def helpless(self) -> str:
        """Where it leads that the change does not work by itself."""
        manual = self.changeover.manual
        if manual is None:
            return self.phase(STUCK)
        return self.phase(PICK_BY_HAND if is_instant(manual) else MANUAL)

    def phase(self, name: str) -> str:
        """A phase of this alternative."""
        return f"{self.text} {name}"


def _changeover(plan: Plan, title: str, need: NeedAny) -> Automaton:
    assert need.failover is not None
    steps = tuple(_Steps(text, need.failover) for text in _texts(plan, need))
    phases = [phase for place in range(len(steps)) for phase in _phases(plan, need, steps, place)]
    names = {phase.name for phase in phases}
    delays = [delay for one in steps for delay in _delays(one, steps[0])]
    return Automaton(
        title,
        tuple(phases),
        ((on(steps[0].text), 1.0),),
        tuple(delay for delay in delays if delay.phases[0] in names),
        origin=Origin(title, PASS),
    )


def _phases(plan: Plan, need: NeedAny, steps: tuple[_Steps, ...], place: int) -> Iterator[Phase]:
    """The phases of one alternative."""
    own, changeover = steps[place], steps[place].changeover
    met, can_stop = _met(plan, need, place), bool(need_met(plan, need.needs[place]))
    lost = Row((Alternative(own.lost, unless=met),))
    back = Row((Alternative(on(own.text), guard=met),))
    yield from _phases_in_use(plan, need, steps, place)
    if not is_instant(changeover.switch):
        yield Phase(own.phase(SWITCH), immediate=lost if can_stop else None)
    if not can_stop:
        return
    if not is_instant(changeover.detect):
        yield Phase(own.phase(DETECT), immediate=back)
    yield Phase(own.phase(PICK), immediate=_pick(plan, need, steps, place))
    rest = [other for other in range(len(steps)) if other != place]
    others = _some_met(plan, need, f"{_title(plan, need)} has one beside {own.text}", rest)
    late = Alternative(own.phase(PICK), guard=others, unless=met)
    yield Phase(own.phase(WAIT), immediate=Row((*back.alternatives, late)))
    if changeover.coverage == 1:
        return
    if changeover.manual is None or not is_instant(changeover.manual):
        yield Phase(own.helpless, immediate=back)
    if changeover.manual is not None:
        by_hand = _pick(plan, need, steps, place, by_hand=True)
        yield Phase(own.phase(PICK_BY_HAND), immediate=by_hand)


def _phases_in_use(
    plan: Plan, need: NeedAny, steps: tuple[_Steps, ...], place: int
) -> Iterator[Phase]:
    """The phases in which an alternative is in use, and the way back to the first one."""
    own, first = steps[place], steps[0]
    lost = Alternative(own.lost, unless=_met(plan, need, place))
    ways = [lost] if need_met(plan, need.needs[place]) else []
    if place == 0 or own.changeover.failback is None:
        yield Phase(on(own.text), immediate=Row(tuple(ways)) if ways else None)
        if own.changeover.failback is not None and not is_instant(own.changeover.failback.takes):
            yield Phase(own.phase(FAILBACK), immediate=Row((lost,)))
        return
    title, origin = _title(plan, need), Origin(_title(plan, need), PASS)
    here, there = (Holds(_met(plan, need, one)) for one in (place, 0))
    both = plan.draft.gate(
        f"{title} may return from {own.text}", [(here, 1), (there, 1)], 2, origin
    )
    alone = plan.draft.gate(f"{title} stays on {own.text}", [(here, 1), (there, -1)], 1, origin)
    waits = not is_instant(own.changeover.failback.after)
    target = before_return(own.text) if waits else first.returned
    yield Phase(on(own.text), immediate=Row((*ways, Alternative(target, guard=both))))
    if waits:
        stays = Alternative(on(own.text), guard=alone)
        yield Phase(before_return(own.text), immediate=Row((*ways, stays)))


def _pick(
    plan: Plan, need: NeedAny, steps: tuple[_Steps, ...], place: int, *, by_hand: bool = False
) -> Row:
    """The row of a pick: the first other alternative that serves, if the change works."""
    own, changeover = steps[place], steps[place].changeover
    coverage = 1.0 if by_hand else changeover.coverage
    met = _met(plan, need, place)
    ways = [Alternative(on(own.text), guard=met)]
    for other, step in enumerate(steps):
        if other == place:
            continue
        chosen = _chosen(plan, need, place, other)
        target = on(step.text) if by_hand else step.taken
        if coverage > 0:
            ways.append(Alternative(target, guard=chosen, weight=coverage))
        if coverage < 1:
            ways.append(Alternative(own.helpless, guard=chosen, weight=1 - coverage))
    some = _some_met(plan, need, f"{_title(plan, need)} has one", range(len(steps)))
    return Row((*ways, Alternative(own.phase(WAIT), unless=some)))


def _title(plan: Plan, need: NeedAny) -> str:
    return present_text(plan.titles, need)


def _met(plan: Plan, need: NeedAny, place: int) -> str:
    """Gate that holds while an alternative serves, whether it is in use or not."""
    one = need.needs[place]
    text = need_text(plan.titles, one)
    return plan.draft.gate_of(f"{text} is there", need_met(plan, one), Origin(text, PASS))


def _some_met(plan: Plan, need: NeedAny, name: str, places: Iterable[int]) -> str:
    """Gate that holds while one of some alternatives serves."""
    terms = [(Holds(_met(plan, need, place)), 1) for place in places]
    return plan.draft.gate(name, terms, 1, Origin(_title(plan, need), PASS))


def _chosen(plan: Plan, need: NeedAny, place: int, other: int) -> str:
    """Gate that holds while the one lost does not serve, and another is the first to by order."""
    texts = _texts(plan, need)
    before = dict.fromkeys([place, *range(other)])
    terms = [(Holds(_met(plan, need, other)), 1)]
    terms += [(Holds(_met(plan, need, one)), -1) for one in before]
    name = f"{_title(plan, need)} goes from {texts[place]} to {texts[other]}"
    return plan.draft.gate(name, terms, 1, Origin(_title(plan, need), PASS))


def _delays(own: _Steps, first: _Steps) -> Iterator[Delay]:
    """The steps of one alternative that take time."""
    changeover, failback = own.changeover, own.changeover.failback
    timed = [
        (own.phase(DETECT), changeover.detect, own.phase(PICK)),
        (own.phase(SWITCH), changeover.switch, on(own.text)),
    ]
    if changeover.manual is not None:
        timed.append((own.phase(MANUAL), changeover.manual, own.phase(PICK_BY_HAND)))
    if failback is not None:
        timed.append((before_return(own.text), failback.after, first.returned))
        timed.append((own.phase(FAILBACK), failback.takes, on(own.text)))
    for phase, law, target in timed:
        if not is_instant(law):
            yield Delay(phase, (phase,), law, Row((Alternative(target),)))
