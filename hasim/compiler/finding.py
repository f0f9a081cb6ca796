"""Finding and taking up a failure: the phases and clocks of replicas, domains and common causes.

Theory of operation
-------------------
What is down goes through the states of `Mode.searching` to `Mode.found`, then through what people
do (alarms.py) to the repair. Where monitoring needs something, the clocks of its steps have the
speed level `pager runs`, and beside them one clock of `otherwise` runs at `pager is blind`: what
monitoring cannot notice people do, so that not even its own failure stays unnoticed.

Rules of this file
------------------
1. The callers say how phases and delays are called, and what a failure tells when it is found.
2. The clock of `otherwise` is drawn anew for each failure, and keeps its work from step to step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hasim.compiler.alarms import MISSED
from hasim.compiler.plan import REPAIR, Mode, Plan
from hasim.compiler.serving import all_serve
from hasim.laws import Exponential
from hasim.process import Alternative, Delay, Origin, Phase, Row

PASS = "monitoring"

OTHERWISE = "otherwise"

Names = Callable[[str], str]
"""From a state to a phase, or to the name of a delay."""


def delays_of_finding(
    plan: Plan, mode: Mode, phase: Names, title: Names, emits: tuple[str, ...] = ()
) -> Iterator[Delay]:
    """Yield the clocks by which a failure is found in its own time.

    Parameters
    ----------
    plan : Plan
    mode : Mode
    phase, title : callable
        The phase and the delay of a state.
    emits : tuple of str
        What is told when it is found.
    """
    runs, blind = _speeds(plan, mode)
    names = tuple(step.name for step in mode.steps)
    keeps = blind is not None and len(names) > 1 and not _is_memoryless(mode)
    resets = (title(OTHERWISE),) if keeps else ()
    found = Alternative(phase(mode.found), emits=emits, resets=resets)
    following = [*(Alternative(phase(name)) for name in names[1:]), found]
    for step, then in zip(mode.steps, following, strict=False):
        yield Delay(title(step.name), (phase(step.name),), step.law, Row((then,)), speed=runs)
    if mode.alarm is None or mode.alarm.otherwise is None:
        return
    late = Row((Alternative(phase(mode.found), emits=emits),))
    if MISSED in mode.searching:
        yield Delay(title(MISSED), (phase(MISSED),), mode.alarm.otherwise, late)
    if blind is not None:
        yield Delay(
            title(OTHERWISE),
            tuple(map(phase, names)),
            mode.alarm.otherwise,
            late,
            memory="resume" if keeps else "restart",
            speed=blind,
        )


def phases_of_work(mode: Mode, phase: Names) -> list[Phase]:
    """The phases from a failure's being found to the end of its repair."""
    priority = mode.given.priority
    crew = None if mode.alarm is None else mode.alarm.crew
    people = [Phase(phase(step.name), pool=crew, priority=priority) for step in mode.people]
    return [*people, Phase(phase(REPAIR), pool=mode.given.crew, priority=priority)]


def delays_of_work(mode: Mode, phase: Names, title: Names, over: Row) -> Iterator[Delay]:
    """Yield the clocks of what people do, and of the repair, whose end leads over a row."""
    following = [*(step.name for step in mode.people[1:]), REPAIR]
    crew = None if mode.alarm is None else mode.alarm.crew
    for step, then in zip(mode.people, following, strict=False):
        row = Row((Alternative(phase(then)),))
        memory = mode.memory_of_work(crew, step.law)
        yield Delay(title(step.name), (phase(step.name),), step.law, row, memory)
    memory = mode.memory_of_work(mode.given.crew, mode.given.repair)
    yield Delay(title(REPAIR), (phase(REPAIR),), mode.given.repair, over, memory)


def _is_memoryless(mode: Mode) -> bool:
    return mode.alarm is not None and isinstance(mode.alarm.otherwise, Exponential)


def _speeds(plan: Plan, mode: Mode) -> tuple[str | None, str | None]:
    """Levels that are 1 while monitoring works, and while not; None where it always does."""
    alarm = mode.alarm
    if alarm is None or not (alarm.needs and mode.steps):
        return None, None
    name, origin = alarm.monitoring, Origin(alarm.monitoring, PASS)
    works = plan.draft.all_of(f"{name} works", all_serve(plan, alarm.needs), origin)
    if not works:
        return None, None
    runs = plan.draft.count(f"{name} runs", [(works[0], 1)], origin)
    blind = plan.draft.count(f"{name} is blind", [(works[0], -1)], origin, constant=1)
    return runs, blind
