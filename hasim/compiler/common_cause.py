"""Common causes: events that strike all of a group at once (beta factor, IEC 61508-6).

Theory of operation
-------------------
Of a mode with beta factor b, each replica keeps its own law stretched by 1 / (1 - b); the rest
is an automaton `db.crash.common` whose events come at rate b / mean for the group. It strikes
every replica that is not failed, masked and standing by alike, by one signal: `up` ->
`crash.common detect`. The event is found once, asks for one crew, and its end is one signal
that returns all it struck. While an event lasts there is no other of its kind; an event that
would find nothing to strike does not happen, which for its exponential law is the same as a
clock that stands still.

In a failing-over group an event that strikes the primary while it serves is found by the
`detect` of the chain that it starts, else in its own time; one that strikes standbys alone can
be latent, and is found by a test or when one of them is picked.

Rules of this file
------------------
1. The automaton knows the event, a struck replica only that it is struck and whether that is
   found.
2. A replica's own clock of the mode is drawn anew after the event, as after any repair of the
   mode.
"""

from __future__ import annotations

from collections.abc import Iterator

from hasim.compiler.finding import delays_of_finding, delays_of_work, phases_of_work
from hasim.compiler.game_days import drills_of, row_of_drill
from hasim.compiler.plan import UP, Group, Mode, Plan
from hasim.compiler.serving import has_primary, is_controlled, is_primary, unmasked
from hasim.compiler.signals import (
    chain_finds,
    ends,
    is_found,
    is_tested,
    sees,
    strikes,
    strikes_begin,
)
from hasim.process import (
    Alternative,
    Automaton,
    Delay,
    Holds,
    Occupancy,
    Origin,
    Phase,
    Reaction,
    Row,
)

PASS = "common cause"

IDLE = "idle"


def add_signals(plan: Plan) -> None:
    """Say whom the signals of common causes reach."""
    for group, mode in _common_modes(plan):
        origin = Origin(mode.common, PASS)
        plan.draft.add_signal(strikes(mode), group.replicas, origin)
        plan.draft.add_signal(ends(mode), group.replicas, origin)
        if mode.strike_can_hide:
            plan.draft.add_signal(is_found(mode), group.replicas, origin)
        if mode.strike_can_hide and is_controlled(plan, group):
            plan.draft.add_signal(sees(mode), (mode.common,), origin)


def add_common_causes(plan: Plan) -> None:
    """Add an automaton for each mode that strikes the whole group."""
    for group, mode in _common_modes(plan):
        plan.draft.add_automaton(
            Automaton(
                mode.common,
                tuple(_phases(mode)),
                ((IDLE, 1.0),),
                tuple(_delays(plan, group, mode)),
                tuple(_reactions(plan, group, mode)),
                origin=Origin(mode.common, PASS),
            )
        )


def common_reactions(plan: Plan, group: Group) -> tuple[Reaction, ...]:
    """What the common causes of a group do to each of its replicas."""
    found: list[Reaction] = []
    for mode in group.modes:
        if not mode.has_common:
            continue
        entered = mode.struck if mode.strike_can_hide else mode.struck_found
        resets = (mode.name,) if mode.has_own and len(group.modes) > 1 else ()
        found.append(Reaction(strikes(mode), UP, Row((Alternative(entered),))))
        if mode.strike_can_hide:
            known = Row((Alternative(mode.struck_found),))
            found.append(Reaction(is_found(mode), mode.struck, known))
        back = Row((Alternative(UP, resets=resets),))
        found.append(Reaction(ends(mode), mode.struck_found, back))
    return tuple(found)


def _common_modes(plan: Plan) -> Iterator[tuple[Group, Mode]]:
    for group in plan.groups.values():
        for mode in group.modes:
            if mode.has_common:
                yield group, mode


def _phases(mode: Mode) -> Iterator[Phase]:
    yield Phase(IDLE)
    yield from map(Phase, mode.searching)
    if mode.watched:
        yield Phase("detect by failover")
    if mode.latent:
        yield Phase("latent")
    yield from phases_of_work(mode, _state)


def _delays(plan: Plan, group: Group, mode: Mode) -> Iterator[Delay]:
    ways = tuple(_ways(plan, group, mode))
    yield Delay("strike", (IDLE,), mode.common_law, Row(ways), cause=mode.common)
    yield from delays_of_finding(plan, mode, _state, _state, (is_found(mode),))
    over = Row((Alternative(IDLE, emits=(ends(mode),)),))
    yield from delays_of_work(mode, _state, _state, over)


def _state(state: str) -> str:
    """Phases and delays of an event are called as their states."""
    return state


def _ways(plan: Plan, group: Group, mode: Mode) -> Iterator[Alternative]:
    """How an event goes on: found at once, in its own time, by the chain, or hidden."""
    origin = Origin(mode.common, PASS)
    terms = [(Occupancy(name, UP), 1) for name in group.replicas]
    some_up = plan.draft.gate(f"{group.name} has a replica up", terms, 1, origin)
    emits = (strikes(mode), *plan.draft.emits(strikes_begin(mode)))
    at_once = (is_found(mode),) if mode.strike_can_hide else ()
    told = dict.fromkeys(mode.searching, emits)
    entries = [(state, share, told.get(state, (*emits, *at_once))) for state, share in mode.entries]
    yield Alternative(IDLE, unless=some_up)
    if not is_controlled(plan, group):
        for state, share, news in entries:
            yield Alternative(state, guard=some_up, weight=share, emits=news)
        return
    ((state, _, news),) = entries
    found = (state, news)
    served = has_primary(plan, group)
    struck = _primary_up(plan, group) if mode.latent else None
    if mode.watched:
        yield Alternative("detect by failover", guard=served, emits=emits)
    before = served if mode.watched else None
    if struck is None:
        yield Alternative(found[0], guard=some_up, unless=before, emits=found[1])
        return
    if struck != before:
        yield Alternative(found[0], guard=struck, unless=before, emits=found[1])
    yield Alternative("latent", guard=some_up, unless=struck, weight=mode.latent, emits=emits)
    if mode.latent < 1:
        shows = 1 - mode.latent
        yield Alternative(found[0], guard=some_up, unless=struck, weight=shows, emits=found[1])


def _primary_up(plan: Plan, group: Group) -> str:
    """Gate that holds while the primary is up, masked or not."""
    indices = range(len(group.replicas))
    if not any(unmasked(plan, group, index) for index in indices):
        return has_primary(plan, group)
    origin = Origin(group.name, PASS)
    each = []
    for index in indices:
        name = group.replicas[index]
        terms = ((is_primary(group, index), 1), (Occupancy(name, UP), 1))
        each.append((Holds(plan.draft.gate(f"{name} is primary and up", terms, 2, origin)), 1))
    return plan.draft.gate(f"{group.name} primary is up", each, 1, origin)


def _reactions(plan: Plan, group: Group, mode: Mode) -> Iterator[Reaction]:
    """How an event comes to light other than in its own time."""
    if not (mode.strike_can_hide and is_controlled(plan, group)):
        return
    found = Row((Alternative(mode.found, emits=(is_found(mode),)),))
    if mode.watched:
        yield Reaction(chain_finds(group), "detect by failover", found)
    for phase in (*mode.searching, *["latent"] * (mode.latent > 0)):
        yield Reaction(sees(mode), phase, found)
    if mode.latent and plan.draft.emits(is_tested(group)):
        yield Reaction(is_tested(group), "latent", found)
    for signal, finds in drills_of(plan, group) if mode.latent else ():
        yield Reaction(signal, "latent", row_of_drill(found, "latent", finds))
