"""Turns: the replicas that planned work takes out together, one turn after the other.

Theory of operation
-------------------
Deployments and maintenance go through their components in the order given, turn by turn. While
an automaton of theirs is in certain phases, a turn is *held*: a gate that masks each replica of it
and is charged to the work. A turn is back when nothing holds it any longer and those of it that
are up have started and are rebuilt; what has failed meanwhile is not waited for.

Rules of this file
------------------
1. A turn never mixes two components.
2. A replica that is down is taken in its turn like the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from hasim.compiler.draft import Term
from hasim.compiler.failover_gates import BUILT, has_rebuild, rebuilder_of
from hasim.compiler.plan import Group, Hold, Plan
from hasim.compiler.serving import RUNNING, available_gate, is_controlled, starter_of
from hasim.compiler.signals import takes_out
from hasim.laws import Law
from hasim.process import Alternative, Delay, Holds, Label, Occupancy, Origin, Phase, Row

PASS = "turns"

IDLE = "idle"
"""Phase of planned work that is not in progress."""


RETURNS = " returns"
"""How the phase ends in which a turn is waited for."""


@dataclass(frozen=True)
class Turn:
    """Replicas of a group that are out together.

    Parameters
    ----------
    group : Group
    indices : range
        From 0.
    """

    group: Group
    indices: range

    @property
    def replicas(self) -> tuple[str, ...]:
        """The names of the replicas."""
        return tuple(self.group.replicas[index] for index in self.indices)

    @property
    def name(self) -> str:
        """The replicas in short, for phases."""
        first, last = self.replicas[0], self.replicas[-1]
        return first if first == last else f"{first} to {last}"

    @property
    def returns(self) -> str:
        """Phase in which the turn is no longer held and gets ready."""
        return f"{self.name}{RETURNS}"


def turns_of(plan: Plan, names: Iterable[str], at_once: int) -> tuple[Turn, ...]:
    """The turns of some components, in their order."""
    groups = [plan.groups[name] for name in names]
    return tuple(
        Turn(group, range(first, min(first + at_once, len(group.replicas))))
        for group in groups
        for first in range(0, len(group.replicas), at_once)
    )


def hold_replicas(
    plan: Plan,
    blame: Label,
    held: Iterable[tuple[Turn, tuple[str, ...]]],
    origin: Origin,
    *,
    hands_over: bool = False,
) -> None:
    """Mask each turn while the automaton of its work, called as the cause, is in some phases."""
    work = blame.cause
    for turn, phases in held:
        terms = [(Occupancy(work, phase), -1) for phase in phases]
        for name in turn.replicas:
            gate = plan.draft.gate(f"{work} leaves {name}", terms, 0, origin)
            hold = Hold(gate, blame, {takes_out(work, name): work}, hands_over)
            plan.holds.setdefault(name, []).append(hold)


@dataclass(frozen=True)
class Stay:
    """A phase of planned work, and what ends it.

    Parameters
    ----------
    way : Alternative
        The way into it.
    law : Law or None
        What it takes; None where a turn is waited for.
    waits : str or None
        Gate that holds while the turn is not ready.
    """

    way: Alternative
    law: Law | None = None
    waits: str | None = None

    @property
    def phase(self) -> str:
        """The name of the phase."""
        return self.way.target

    def make_phase(self, then: Alternative) -> Phase:
        """The phase, left for what comes then as soon as the turn is ready."""
        if self.law is not None:
            return Phase(self.phase)
        return Phase(self.phase, immediate=Row((replace(then, unless=self.waits),)))

    def make_delay(self, *then: Alternative) -> Delay:
        """The clock that ends the phase."""
        assert self.law is not None
        return Delay(self.phase, (self.phase,), self.law, Row(then))


def ways_out(stays: Sequence[Stay]) -> list[Alternative]:
    """What follows each phase of planned work."""
    return [*(stay.way for stay in stays[1:]), Alternative(IDLE)] if stays else []


def stays_of(plan: Plan, work: str, turn: Turn, timed: Iterable[tuple[str, Law]]) -> Iterator[Stay]:
    """Yield the phases of a turn: those that take time, and the wait for its return."""
    signals = [takes_out(work, name) for name in turn.replicas]
    emits = tuple(heard for signal in signals for heard in plan.draft.emits(signal))
    for phase, law in timed:
        yield Stay(Alternative(phase, emits=emits), law)
        emits = ()
    waits = _gets_ready(plan, turn)
    if waits is not None:
        yield Stay(Alternative(turn.returns), waits=waits)


def _gets_ready(plan: Plan, turn: Turn) -> str | None:
    """Gate that holds while a replica of a turn is up and not ready; None where it always is."""
    group, origin = turn.group, Origin(turn.group.name, PASS)
    rebuilds = is_controlled(plan, group) and has_rebuild(group)
    if not (group.has_start or rebuilds):
        return None
    each: list[tuple[Term, int]] = []
    for index in turn.indices:
        name = group.replicas[index]
        ready: list[Term] = [Occupancy(starter_of(name), RUNNING)] * group.has_start
        ready += [Occupancy(rebuilder_of(name), BUILT)] * rebuilds
        terms: list[tuple[Term, int]] = [(Holds(available_gate(plan, group, index)), len(ready))]
        terms += [(term, -1) for term in ready]
        gate = plan.draft.gate(f"{name} gets ready", terms, 1, origin)
        each.append((Holds(gate), 1))
    return plan.draft.gate(f"{turn.name} get ready", each, 1, origin)
