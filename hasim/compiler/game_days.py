"""Game days: drills that bring hidden failures of standbys to light, of several groups at a time.

Theory of operation
-------------------
A schedule emits one signal for each group that the drill is held on. A replica, or a common cause,
that hides a failure is found with probability `finds`, each by itself; else it goes on hiding.

Rules of this file
------------------
1. As a test (standby.py), a drill takes no time and reaches what is masked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hasim.compiler.plan import Group, Plan
from hasim.compiler.serving import is_controlled
from hasim.compiler.signals import is_drilled
from hasim.process import Alternative, Origin, Reaction, Row, Schedule

PASS = "game days"


def add_signals(plan: Plan) -> None:
    """Say whom drills reach."""
    for group in plan.groups.values():
        commons = [mode.common for mode in group.modes if mode.has_common]
        for signal, _ in drills_of(plan, group):
            address = (*group.replicas, *commons)
            plan.draft.add_signal(signal, address, Origin(group.name, PASS))


def add_game_days(plan: Plan) -> None:
    """Add the schedule of each drill that can find something."""
    for name, day in plan.system.game_days.items():
        emits = plan.draft.emits(*(is_drilled(plan.groups[one], name) for one in day.on))
        if emits:
            schedule = Schedule(name, day.first, day.every, emits, Origin(name, PASS))
            plan.draft.schedules[name] = schedule


def drills_of(plan: Plan, group: Group) -> Iterator[tuple[str, float]]:
    """Yield the signals of a group's drills, and the probability that each finds a failure."""
    if is_controlled(plan, group):
        for name, day in plan.system.game_days.items():
            if group.name in day.on and day.finds > 0:
                yield is_drilled(group, name), day.finds


def drill_reactions(plan: Plan, group: Group) -> Iterator[Reaction]:
    """Yield what drills do to a replica of a failing-over group."""
    for signal, finds in drills_of(plan, group):
        for mode in group.modes:
            if mode.latent and mode.has_own:
                known = Row((Alternative(mode.phase(mode.found)),))
                yield Reaction(signal, mode.dormant, row_of_drill(known, mode.dormant, finds))


def row_of_drill(known: Row, hidden: str, finds: float) -> Row:
    """The row by which a drill finds something or does not.

    Parameters
    ----------
    known : Row
        Where its being found leads: one alternative.
    hidden : str
        The phase in which it goes on hiding.
    finds : float
        Probability that it is found.
    """
    if finds == 1:
        return known
    (found,) = known.alternatives
    return Row((replace(found, weight=finds), Alternative(hidden, weight=1 - finds)))
