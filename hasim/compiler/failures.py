"""Failure modes: how replicas and domains fail one by one, are found and repaired.

Theory of operation
-------------------
A replica is `up` or down by one mode: `crash.detect` until the failure is found (finding.py), then
`crash.repair`, which needs a token of the crew, then `up`. Each mode has one delay that races
in `up`; while the replica is down, the delays of the other modes keep what is left of their
work (`resume`). For an exponential law, which has no memory, and for a mode that is alone, that
is the same as a new draw, which costs less (`restart`). Clocks run whether or not the replica
is masked.

In a failing-over group a mode without its own `detect` is found by the failover's: if it
strikes the primary that serves, by the `detect` of the chain that it starts (`crash.detect by
failover`, left at the controller's signal), else by a draw of its own. A standby may instead
fail latently (standby.py).

Rules of this file
------------------
1. A detection that takes no time has no phase. A repair always has one.
2. Which alternative a failure takes is read from gates as they were before it.
3. Replicas that are alike share their phases, delays and reactions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hasim.compiler.common_cause import common_reactions
from hasim.compiler.finding import delays_of_finding, delays_of_work, phases_of_work
from hasim.compiler.game_days import drill_reactions
from hasim.compiler.plan import UP, Group, Mode, Plan
from hasim.compiler.serving import is_controlled, is_primary, leads, unmasked
from hasim.compiler.signals import begins
from hasim.compiler.standby import found_reactions, pace_of
from hasim.laws import Exponential
from hasim.process import Alternative, Automaton, Delay, Origin, Phase, Reaction, Row
from hasim.process.automata import Memory

PASS = "failures"

Ways = Callable[[Mode], tuple[Alternative, ...]]


@dataclass(frozen=True)
class Parts:
    """What replicas that are alike have in common."""

    phases: tuple[Phase, ...]
    delays: tuple[Delay, ...]
    reactions: tuple[Reaction, ...] = ()

    def make(self, name: str) -> Automaton:
        """The automaton of one of them."""
        return Automaton(
            name,
            self.phases,
            ((UP, 1.0),),
            self.delays,
            self.reactions,
            origin=Origin(name, PASS),
        )


def add_domains(plan: Plan) -> None:
    """Add an automaton for each domain that can fail by itself."""
    for name, modes in plan.domain_modes.items():
        if modes:
            parts = _parts(plan, modes, _ordinary_ways(plan, name))
            plan.draft.add_automaton(parts.make(name))


def add_replicas(plan: Plan) -> None:
    """Add an automaton for each replica that can fail."""
    for group in plan.groups.values():
        if not group.can_fail:
            continue
        if is_controlled(plan, group):
            for index, name in enumerate(group.replicas):
                plan.draft.add_automaton(_parts_of_member(plan, group, index).make(name))
        else:
            _add_ordinary_replicas(plan, group)


def _add_ordinary_replicas(plan: Plan, group: Group) -> None:
    reactions = common_reactions(plan, group)
    common = _parts(plan, group.modes, _ordinary_ways(plan, ""), reactions=reactions)
    for name in group.replicas:
        heard = any(plan.draft.emits(begins(name, mode)) for mode in group.modes)
        own = (
            _parts(plan, group.modes, _ordinary_ways(plan, name), reactions=reactions)
            if heard
            else common
        )
        plan.draft.add_automaton(own.make(name))


def _parts_of_member(plan: Plan, group: Group, index: int) -> Parts:
    """The parts of a replica in a failing-over group; guards name the replica."""
    name = group.replicas[index]
    hidden = (*found_reactions(plan, group, index), *drill_reactions(plan, group))
    reactions = (*common_reactions(plan, group), *hidden)
    ways = _member_ways(plan, group, index)
    pace = pace_of(plan, group, name, index)
    return _parts(plan, group.modes, ways, pace=pace, reactions=reactions)


# ---------------------------------------------------------------------------- modes


def _parts(
    plan: Plan,
    modes: tuple[Mode, ...],
    ways: Ways,
    *,
    pace: str | None = None,
    reactions: tuple[Reaction, ...] = (),
) -> Parts:
    phases = [Phase(UP)]
    delays: list[Delay] = []
    for mode in modes:
        if mode.has_own:
            phases += _own_phases(mode)
            delays += _own_delays(plan, mode, ways(mode), memory_of(mode, modes), pace)
        if mode.has_common:
            phases += [Phase(mode.struck)] * mode.strike_can_hide + [Phase(mode.struck_found)]
    return Parts(tuple(phases), tuple(delays), reactions)


def memory_of(mode: Mode, modes: tuple[Mode, ...]) -> Memory:
    """What becomes of a mode's clock while the replica is down by another mode."""
    return "restart" if len(modes) == 1 or isinstance(mode.law, Exponential) else "resume"


def _own_phases(mode: Mode) -> list[Phase]:
    names = [*mode.detects, *[mode.detect_by_failover] * mode.watched]
    names += [mode.dormant] * (mode.latent > 0)
    return [*(Phase(name) for name in names), *phases_of_work(mode, mode.phase)]


def _own_delays(
    plan: Plan, mode: Mode, ways: tuple[Alternative, ...], memory: Memory, pace: str | None
) -> list[Delay]:
    fails = Delay(mode.name, (UP,), mode.law, Row(ways), memory, pace, mode.cause)

    def title(state: str) -> str:
        return f"{mode.name} {state}"

    finding = delays_of_finding(plan, mode, mode.phase, title)
    work = delays_of_work(mode, mode.phase, title, Row((Alternative(UP),)))
    return [fails, *finding, *work]


# ---------------------------------------------------------------------------- ways to go down


def _ordinary_ways(plan: Plan, name: str) -> Ways:
    """A failure is found by its mode's own detection or at once."""

    def ways(mode: Mode) -> tuple[Alternative, ...]:
        emits = plan.draft.emits(begins(name, mode))
        return tuple(
            Alternative(mode.phase(state), weight=share, emits=emits)
            for state, share in mode.entries
        )

    return ways


def _member_ways(plan: Plan, group: Group, index: int) -> Ways:
    """The chain finds what strikes the primary that serves; what strikes a standby may hide."""
    name, origin = group.replicas[index], Origin(group.replicas[index], PASS)

    def ways(mode: Mode) -> tuple[Alternative, ...]:
        emits = plan.draft.emits(begins(name, mode))
        leading = leads(plan, group, index) if mode.watched else None
        found = []
        if leading is not None:
            found.append(Alternative(mode.detect_by_failover, guard=leading, emits=emits))
        if not mode.latent:
            found.append(Alternative(_unfound(mode), unless=leading, emits=emits))
            return tuple(found)
        primary = plan.draft.gate(f"{name} is primary", ((is_primary(group, index), 1),), 1, origin)
        if leading is None or unmasked(plan, group, index):
            found.append(Alternative(_unfound(mode), guard=primary, unless=leading, emits=emits))
        hides, shows = mode.latent, 1 - mode.latent
        found.append(Alternative(mode.dormant, unless=primary, weight=hides, emits=emits))
        if shows:
            found.append(Alternative(_unfound(mode), unless=primary, weight=shows, emits=emits))
        return tuple(found)

    return ways


def _unfound(mode: Mode) -> str:
    """The phase of a failure in a failing-over group that is to be found in its own time."""
    ((state, _),) = mode.entries
    return mode.phase(state)
