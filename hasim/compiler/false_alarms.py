"""False alarms: somebody is called for nothing, and takes the time to see that it is nothing.

Theory of operation
-------------------
`pager false alarms` is `quiet` until a false alarm comes; somebody of the crew takes it up and
looks into it, as into any other alarm, and goes back. While they do, repairs wait for them.

Rules of this file
------------------
1. While a false alarm is looked into no other comes: alerts that belong together are grouped.
"""

from __future__ import annotations

from hasim.compiler.alarms import people_of
from hasim.compiler.measures import alarmed_measure, false_alarms_measure
from hasim.compiler.plan import Plan
from hasim.laws import Exponential, Law
from hasim.process import (
    Alternative,
    Automaton,
    Average,
    Delay,
    Occupancy,
    Origin,
    Phase,
    Rate,
    Row,
)
from hasim.process.automata import Memory
from hasim.process.levels import Token

PASS = "false alarms"

QUIET, ALARM = "quiet", "alarm"


def add_false_alarms(plan: Plan) -> None:
    """Add an automaton, and its measures, for each monitoring that calls people for nothing."""
    for name, given in plan.system.monitoring.items():
        if given.false_alarms is not None:
            _add(plan, name, given.false_alarms)


def _add(plan: Plan, name: str, law: Law) -> None:
    given, origin, title = (
        plan.system.monitoring[name],
        Origin(name, PASS),
        false_alarms_measure(name),
    )
    steps = people_of(given)
    keeps = given.crew is not None and plan.system.crews[given.crew].takes_back
    following = [*(step.name for step in steps), QUIET]
    delays = [Delay(ALARM, (QUIET,), law, Row((Alternative(following[0]),)))]
    for step, then in zip(steps, following[1:], strict=True):
        row = Row((Alternative(then),))
        memory: Memory = "resume" if keeps and not isinstance(step.law, Exponential) else "restart"
        delays.append(Delay(step.name, (step.name,), step.law, row, memory))
    phases = (Phase(QUIET), *(Phase(step.name, pool=given.crew) for step in steps))
    start = ((QUIET, 1.0),)
    plan.draft.add_automaton(Automaton(title, phases, start, tuple(delays), origin=origin))
    token: Token = "any" if given.crew is None else "holding"
    terms = [(Occupancy(title, step.name, token), 1) for step in steps]
    level = plan.draft.count(alarmed_measure(name), terms, origin)
    plan.draft.measures[title] = Rate(title, ((title, ALARM),), origin)
    plan.draft.measures[level] = Average(level, level, origin)
