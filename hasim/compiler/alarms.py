"""Alarms: the steps by which a failure comes to people's knowledge, and what they do first.

Theory of operation
-------------------
Of what is watched, a failure mode without a `detect` of its own is noticed step by step: until the
next scrape (uniform over its period), until the next look of the rule, for the time that an alert
must last, be grouped and paged. Steps that are fixed and follow one another are one phase. A share
1 - `covers` is noticed by people after `otherwise` instead. While what monitoring needs does not
serve, the clocks of the steps stand still, and that of `otherwise` runs beside them.

In a group that fails over, its own `detect` finds failures, and calls people. Then somebody takes
the failure up and looks into it, unless it is not attended: `acknowledge` and `diagnose` need a
token of the crew, which is kept for the repair where that is of the same crew.

Rules of this file
------------------
1. A step that takes no time has no phase.
2. States are named as the model language names the step; a replica's phase is the mode and the
   state, that of a common cause the state alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from hasim.laws import Fixed, Law
from hasim.system import FailureMode, Monitoring, Need, System
from hasim.system.parts import INSTANT

MISSED = "detect otherwise"
"""State of a failure that monitoring does not notice."""


@dataclass(frozen=True)
class Step:
    """A state on the way from a failure to its repair.

    Parameters
    ----------
    name : str
        ``detect rule``.
    law : Law
        How long it takes.
    """

    name: str
    law: Law


@dataclass(frozen=True)
class Alarm:
    """How a failure mode comes to people's knowledge, and what they do before the repair.

    Parameters
    ----------
    monitoring : str
        What watches.
    steps : tuple of Step
        From the failure to somebody's being called; empty where it is found in another way.
    covers : float
        Share of the failures that go this way.
    otherwise : Law or None
        Until people notice the others, and all while monitoring does not work.
    needs : tuple of Need
        What must serve for the steps to go on.
    people : tuple of Step
        What people do before the repair.
    crew : str or None
        Whose people.
    """

    monitoring: str
    steps: tuple[Step, ...] = ()
    covers: float = 1.0
    otherwise: Law | None = None
    needs: tuple[Need, ...] = ()
    people: tuple[Step, ...] = ()
    crew: str | None = None


def watchers(system: System) -> Mapping[str, str]:
    """What watches each component and domain that is watched."""
    return {watched: name for name, one in system.monitoring.items() for watched in one.watches}


def alarm_of(
    system: System, watcher: str | None, mode: FailureMode, *, fails_over: bool = False
) -> Alarm | None:
    """The alarm of a failure mode; None where nobody is called.

    Parameters
    ----------
    system : System
    watcher : str or None
        What watches.
    mode : FailureMode
    fails_over : bool
        Whether the failover of its group finds it.
    """
    if watcher is None:
        return None
    given = system.monitoring[watcher]
    people = people_of(given) if mode.attended else ()
    crew = given.crew or mode.crew
    if mode.detect is not None or fails_over:
        return Alarm(watcher, people=people, crew=crew) if people else None
    otherwise = given.otherwise if given.covers < 1 or given.needs else None
    return Alarm(watcher, steps_of(given), given.covers, otherwise, given.needs, people, crew)


def people_of(given: Monitoring) -> tuple[Step, ...]:
    """What people do once they are called."""
    steps = (("acknowledge", given.acknowledge), ("diagnose", given.diagnose))
    return tuple(Step(name, law) for name, law in steps if law != INSTANT)


def steps_of(given: Monitoring) -> tuple[Step, ...]:
    """The steps to somebody's being called that take time, fixed ones that follow added up."""
    named = {
        "scrape": given.scrape,
        "rule": given.rule,
        "for": given.lasting,
        "group": given.group,
        "page": given.page,
    }
    timed = [(name, law) for name, law in named.items() if law != INSTANT]
    steps: list[Step] = []
    for is_fixed, run in groupby(timed, key=lambda step: isinstance(step[1], Fixed)):
        listed = list(run)
        if is_fixed:
            listed = [(listed[0][0], Fixed(sum(law.mean for _, law in listed)))]
        steps += (Step(f"detect {name}", law) for name, law in listed)
    return tuple(steps)


def mean_of(steps: Iterable[Step]) -> float:
    """How long some steps take on average, in seconds."""
    return sum(step.law.mean for step in steps)
