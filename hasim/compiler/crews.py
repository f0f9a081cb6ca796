"""Crews: people who take one repair each at a time, as many as are on duty.

Theory of operation
-------------------
A crew is a pool with as many tokens as it has members; a phase of repair needs one, and waits
for it first come, first served. Where the modes that a crew repairs differ in `priority`, the
lower goes first. It interrupts a repair once begun only where the crew preempts; that repair then
goes on where it stopped (`Mode.memory_of_work`).

With shifts the number of tokens is a level that reads the automaton `oncall on duty`, whose phases
are the sizes of the crew; a schedule for each change of the day, or of the week where its days
differ, moves it. Where fewer come than leave, work stops, and goes on with the next who come.

Rules of this file
------------------
1. A crew that nobody calls is left out.
2. Model time 0 is Monday, 00:00.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from hasim.compiler.certificates import lapsing
from hasim.compiler.plan import Plan
from hasim.process import (
    Alternative,
    Automaton,
    Occupancy,
    Origin,
    Phase,
    Pool,
    Reaction,
    Row,
    Schedule,
)
from hasim.system import Crew
from hasim.system.shifts import MINUTES_OF_DAY, MINUTES_OF_WEEK, timetable

PASS = "crews"

MINUTE = 60.0

Order = Literal["fifo", "priority"]
Changes = tuple[tuple[int, int], ...]


def add_crews(plan: Plan) -> None:
    """Add a pool for each crew that something is repaired by."""
    priorities = _priorities(plan)
    for name, crew in plan.system.crews.items():
        if name in priorities:
            differ = len(priorities[name]) > 1
            order: Order = "priority" if differ else "fifo"
            preempts = crew.preempts and differ
            size = _size(plan, name, crew)
            plan.draft.pools[name] = Pool(name, size, order, preempts, Origin(name, PASS))


def _priorities(plan: Plan) -> dict[str, set[int]]:
    """The priorities with which each crew is called."""
    found: dict[str, set[int]] = {}
    of_groups = (group.modes for group in plan.groups.values())
    modes = [mode for some in (*plan.domain_modes.values(), *of_groups) for mode in some]
    for mode in modes:
        people = mode.alarm.crew if mode.alarm is not None and mode.people else None
        for crew in filter(None, (mode.given.crew, people)):
            found.setdefault(crew, set()).add(mode.given.priority)
    for one in plan.system.monitoring.values():
        if one.crew is not None and one.false_alarms is not None:
            found.setdefault(one.crew, set()).add(0)
    for _, certificate in lapsing(plan.system):
        if certificate.crew is not None:
            found.setdefault(certificate.crew, set()).add(certificate.priority)
    return found


def _size(plan: Plan, name: str, crew: Crew) -> int | str:
    """How many tokens there are: a number, or the level that follows the shifts."""
    table = timetable(crew.size, crew.shifts)
    if len(table) == 1:
        return table[0][1]
    period, changes = _calendar(table)
    title, origin = f"{name} on duty", Origin(name, PASS)
    sizes = tuple(dict.fromkeys(size for _, size in changes))
    for size in sizes:
        plan.draft.add_signal(f"{title}: {size}", (title,), origin)
    for minute, size in changes:
        offset = float(minute or period) * MINUTE
        at = f"{name} from {_told(minute)}"
        emits = (f"{title}: {size}",)
        plan.draft.schedules[at] = Schedule(at, offset, period * MINUTE, emits, origin)
    plan.draft.add_automaton(
        Automaton(
            title,
            tuple(Phase(str(size)) for size in sizes),
            ((str(table[0][1]), 1.0),),
            reactions=tuple(_reactions(title, sizes)),
            origin=origin,
        )
    )
    terms = [(Occupancy(title, str(size)), size) for size in sizes if size]
    return plan.draft.count(f"{name} size", terms, origin)


def _calendar(table: Changes) -> tuple[int, Changes]:
    """The minutes after which the shifts come again, and the changes until then."""
    days = [
        tuple(_from(table, day * MINUTES_OF_DAY, (day + 1) * MINUTES_OF_DAY)) for day in range(7)
    ]
    is_daily = len(set(days)) == 1
    period, listed = (MINUTES_OF_DAY, days[0]) if is_daily else (MINUTES_OF_WEEK, table)
    before = (listed[-1], *listed)
    return period, tuple(
        now for last, now in zip(before, listed, strict=False) if last[1] != now[1]
    )


def _from(table: Changes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the sizes from one minute of the week to another, in minutes from the first on."""
    yield 0, [size for minute, size in table if minute <= start][-1]
    yield from ((minute - start, size) for minute, size in table if start < minute < end)


def _reactions(title: str, sizes: tuple[int, ...]) -> Iterator[Reaction]:
    for size in sizes:
        row = Row((Alternative(str(size)),))
        for other in sizes:
            if other != size:
                yield Reaction(f"{title}: {size}", str(other), row)


def _told(minute: int) -> str:
    """A minute of the day or week as the name of a schedule."""
    day, rest = divmod(minute, MINUTES_OF_DAY)
    clock = f"{rest // 60:02}:{rest % 60:02}"
    return f"day {day + 1} {clock}" if day else clock
