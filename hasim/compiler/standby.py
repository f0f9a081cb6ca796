"""Standbys: how fast they fail, what of it stays hidden, and what brings it to light.

Theory of operation
-------------------
The temperature of a standby is the speed of its clocks of failure: 1 hot, 1/2 warm, 0 cold; the
primary's is 1. A change of role changes the speed and draws nothing anew. A share `latent` of a
standby's failures goes to `crash.latent`, which has no delay: it is left at the signal of a test,
which a schedule emits at the multiples of `test`, or when the controller picks the replica and
finds it dead (failover.py).

Rules of this file
------------------
1. A hot standby has no speed level.
2. A test finds a latent failure also where the replica is masked, and takes no time.
"""

from __future__ import annotations

from hasim.compiler.measures import latent_measure
from hasim.compiler.plan import Group, Plan
from hasim.compiler.serving import is_controlled, is_primary
from hasim.compiler.signals import chain_finds, found_dead, is_tested, sees
from hasim.process import (
    Alternative,
    Occupancy,
    Origin,
    Reaction,
    Row,
    Schedule,
    Share,
    Steps,
)
from hasim.system import Component

PASS = "standby"


def add_signals(plan: Plan) -> None:
    """Say whom the signals of a failing-over group reach."""
    for group in plan.groups.values():
        if not is_controlled(plan, group):
            continue
        origin = Origin(group.name, PASS)
        commons = [mode.common for mode in group.modes if mode.has_common]
        if any(mode.watched for mode in group.modes):
            plan.draft.add_signal(chain_finds(group), (*group.replicas, *commons), origin)
        for name in group.replicas if group.hidden else ():
            plan.draft.add_signal(found_dead(name), (name,), origin)
        if _test_period(group) is not None:
            plan.draft.add_signal(is_tested(group), (*group.replicas, *commons), origin)


def add_tests(plan: Plan) -> None:
    """Add the schedule of tests of each group that can fail latently."""
    for group in plan.groups.values():
        period = _test_period(group)
        if period is not None and is_controlled(plan, group):
            name, origin = f"{group.name} test", Origin(group.name, PASS)
            plan.draft.schedules[name] = Schedule(name, period, period, (is_tested(group),), origin)


def can_hide(component: Component) -> bool:
    """Whether a component has standbys that can fail unnoticed."""
    standby = component.standby
    return standby is not None and standby.latent > 0 and bool(component.failures)


def add_latent_shares(plan: Plan) -> None:
    """Add the measure of hidden failures of each group that can fail latently."""
    for group in plan.groups.values():
        if not can_hide(group.component):
            continue
        own = [mode.dormant for mode in group.modes if mode.has_own]
        terms = [Occupancy(name, phase) for name in group.replicas for phase in own]
        terms += [Occupancy(mode.common, "latent") for mode in group.modes if mode.has_common]
        name, origin = latent_measure(group.name), Origin(group.name, PASS)
        gate = plan.draft.gate(name, ((term, 1) for term in terms), 1, origin)
        plan.draft.measures[name] = Share(name, gate, origin)


def pace_of(plan: Plan, group: Group, name: str, index: int) -> str | None:
    """Level at which a replica's clocks of failure run; None where it is always 1."""
    standby = group.component.standby
    if standby is None or standby.rate == 1:
        return None
    origin = Origin(name, PASS)
    level = plan.draft.count(f"{name} leading", ((is_primary(group, index), 1),), origin)
    if standby.rate == 0:
        return level
    return plan.draft.add_node(Steps(f"{name} pace", level, (1.0,), (standby.rate, 1.0), origin))


def found_reactions(plan: Plan, group: Group, index: int) -> tuple[Reaction, ...]:
    """How the hidden failures of a member of a failing-over group come to light."""
    name = group.replicas[index]
    found: list[Reaction] = []
    for mode in group.modes:
        known = Row((Alternative(mode.phase(mode.found)),))
        if mode.watched and mode.has_own:
            found.append(Reaction(chain_finds(group), mode.detect_by_failover, known))
        for phase in mode.detects if mode.has_own else ():
            found.append(Reaction(found_dead(name), phase, known))
        if mode.latent and mode.has_own:
            found.append(Reaction(found_dead(name), mode.dormant, known))
            if _test_period(group) is not None:
                found.append(Reaction(is_tested(group), mode.dormant, known))
        if mode.has_common and mode.strike_can_hide:
            seen = Row((Alternative(mode.struck_found, emits=plan.draft.emits(sees(mode))),))
            found.append(Reaction(found_dead(name), mode.struck, seen))
    return tuple(found)


def _test_period(group: Group) -> float | None:
    standby = group.component.standby
    return standby.test if standby is not None and can_hide(group.component) else None
