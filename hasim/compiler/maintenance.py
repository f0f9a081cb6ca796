"""Maintenance: planned work that the calendar begins, and that takes replicas out in turn.

Theory of operation
-------------------
Each maintenance is one automaton: `idle`, then for each turn `drain web.1` (out of rotation) and
`web.1 out` (the work), then idle again. A schedule begins it. Where all its times are fixed, what
follows is a calendar too: a schedule ends each phase, at the beginning of the window plus all that
comes before, so that there is no clock, and engines that know calendars can compute it. Otherwise
delays end the phases. A turn whose replicas start or are rebuilt is waited for (`web.1 returns`).

With `drain`, a primary hands over before the work on it or its host: its group's controller goes to
the pick at once (failover.py), as does what is restarted elsewhere (relocation.py). Without, they
are found missing like those that have failed.

Rules of this file
------------------
1. A window that is due while the last one is in progress does not begin.
2. Windows of fixed length end before the next begins: the description sees to it.
"""

from __future__ import annotations

from collections.abc import Sequence

from hasim.compiler.plan import Plan, is_instant
from hasim.compiler.signals import is_due, is_over
from hasim.compiler.turns import IDLE, Stay, Turn, hold_replicas, stays_of, turns_of, ways_out
from hasim.laws import Fixed, Law
from hasim.process import (
    Automaton,
    Delay,
    Label,
    Origin,
    Phase,
    Reaction,
    Row,
    Schedule,
)
from hasim.system import Maintenance

PASS = "maintenance"

STAGE = "maintenance"
"""The stage of an outage that planned work is charged with."""

DRAIN, OUT = "drain ", " out"
"""How the phases begin and end in which replicas are drained, and worked on."""


def add_holds(plan: Plan) -> None:
    """Mask replicas while they are drained or worked on."""
    for name, work in plan.system.maintenance.items():
        held = [
            (turn, tuple(phase for phase, _ in _timed(work, turn))) for turn in _turns(plan, work)
        ]
        drains = not is_instant(work.drain)
        hold_replicas(plan, Label(STAGE, name), held, Origin(name, PASS), hands_over=drains)


def add_maintenance(plan: Plan) -> None:
    """Add the automaton and the calendar of each maintenance."""
    for name, work in plan.system.maintenance.items():
        stays = [
            stay
            for turn in _turns(plan, work)
            for stay in stays_of(plan, name, turn, _timed(work, turn))
        ]
        plan.draft.add_signal(is_due(name), (name,), Origin(name, PASS))
        _schedule(plan, name, work, 0.0, is_due(name))
        add = _add_by_calendar if all(isinstance(s.law, Fixed) for s in stays) else _add_by_delays
        add(plan, name, work, stays)


def _turns(plan: Plan, work: Maintenance) -> tuple[Turn, ...]:
    return turns_of(plan, work.on, work.at_once)


def _timed(work: Maintenance, turn: Turn) -> list[tuple[str, Law]]:
    """The phases in which a turn is out, with what they take."""
    drain = [] if is_instant(work.drain) else [(f"{DRAIN}{turn.name}", work.drain)]
    return [*drain, (f"{turn.name}{OUT}", work.takes)]


def _schedule(plan: Plan, name: str, work: Maintenance, after: float, signal: str) -> None:
    """Add a signal that falls in each window, some seconds after its beginning."""
    title = name if after == 0 else signal
    plan.draft.schedules[title] = Schedule(
        title, work.first + after, work.every, (signal,), Origin(name, PASS)
    )


def _add_by_calendar(plan: Plan, name: str, work: Maintenance, stays: Sequence[Stay]) -> None:
    reactions = []
    after = 0.0
    for stay, then in zip(stays, ways_out(stays), strict=True):
        assert isinstance(stay.law, Fixed)
        after += stay.law.value
        signal = is_over(name, stay.phase)
        plan.draft.add_signal(signal, (name,), Origin(name, PASS))
        _schedule(plan, name, work, after, signal)
        reactions.append(Reaction(signal, stay.phase, Row((then,))))
    _add(plan, name, stays, (), tuple(reactions))


def _add_by_delays(plan: Plan, name: str, _work: Maintenance, stays: Sequence[Stay]) -> None:
    ways = zip(stays, ways_out(stays), strict=True)
    delays = tuple(stay.make_delay(then) for stay, then in ways if stay.law is not None)
    _add(plan, name, stays, delays, ())


def _add(
    plan: Plan,
    name: str,
    stays: Sequence[Stay],
    delays: tuple[Delay, ...],
    reactions: tuple[Reaction, ...],
) -> None:
    ways = zip(stays, ways_out(stays), strict=True)
    begins = Reaction(is_due(name), IDLE, Row((stays[0].way,)))
    plan.draft.add_automaton(
        Automaton(
            name,
            (Phase(IDLE), *(stay.make_phase(then) for stay, then in ways)),
            ((IDLE, 1.0),),
            delays,
            (begins, *reactions),
            origin=Origin(name, PASS),
        )
    )
