"""A Process that begins with failures, and what is looked at in it.

Theory of operation
-------------------
Everything starts as usual; then the failures strike, at time 0 (process/strikes.py), and the
model's own rules follow. When nothing more happens at that moment, an automaton for each service
takes note of how it stands:

    look     left at once, after the strikes
    now      the service is down, by the strikes themselves
    up       it serves
    again    it went down later; never left

So what the strikes do is told apart from what comes later. Simulated histories also need the state
at the end, of which a schedule makes a note, and how long it takes until all is at rest.

Rules of this file: levels count what is asked, never 1 minus what is not, so that small chances
keep their digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hasim.compiler.named_failures import gate_of_rest
from hasim.process import (
    Alternative,
    Automaton,
    Average,
    Count,
    Holds,
    Node,
    Occupancy,
    Outages,
    Phase,
    Process,
    Reaction,
    Row,
    Schedule,
    Signal,
)
from hasim.process.strikes import Strike, last_urgency, with_strikes
from hasim.stats import Estimate

_LOOK, _NOW, _UP, _AGAIN = "look", "now", "up", "again"
_BEFORE, _DOWN = "before", "down"

#: Gate that holds while all is at rest.
REST = "all at rest"

#: Level that is 1 until then.
TROUBLED = "not yet at rest"

_END = "the end of the time asked"


@dataclass(frozen=True, slots=True)
class Levels:
    """The levels, or gates, that say how a service stands.

    Parameters
    ----------
    down, now, again, down_at_end : str
    """

    down: str
    now: str
    again: str
    down_at_end: str

    @classmethod
    def of(cls, service: str) -> Levels:
        """The levels of a service, by name."""
        return cls(
            f"{service} is down",
            f"{service} is down by the strikes",
            f"{service} was down again",
            f"{service} is down at the end",
        )

    @property
    def all(self) -> tuple[str, ...]:
        """All of them."""
        return self.down, self.now, self.again, self.down_at_end


@dataclass(frozen=True, slots=True)
class Figures:
    """What may happen to a service; the fields of `ServiceProspect` of these names.

    Parameters
    ----------
    down_now, downtime_now_s, another_outage, downtime_s, down_at_end : Estimate
    """

    down_now: Estimate
    downtime_now_s: Estimate
    another_outage: Estimate
    downtime_s: Estimate
    down_at_end: Estimate


def services_of(process: Process) -> dict[str, str]:
    """Return the gate of each service."""
    return {one.name: one.gate for one in process.measures if isinstance(one, Outages)}


def begin_with(process: Process, strikes: Sequence[Strike]) -> Process:
    """Return the Process that begins with strikes, with what is looked at beside its measures."""
    struck = with_strikes(process, strikes)
    urgency = last_urgency(struck) + 1
    services = services_of(process)
    nodes = [node for name, gate in services.items() for node in _nodes(name, gate)]
    return replace(
        struck,
        automata=(*struck.automata, *(_look(name, g, urgency) for name, g in services.items())),
        nodes=(*struck.nodes, *nodes, *gate_of_rest(process, REST, _calm(process))),
    )


def with_end(process: Process, time: float) -> Process:
    """Return what `begin_with` gives, measuring how the services stand until a time and then."""
    services = services_of(process)
    notes = tuple(_note(name, gate) for name, gate in services.items())
    levels = [level for name in services for level in Levels.of(name).all]
    counts = [_count(Levels.of(name).down_at_end, f"{name} end", _DOWN) for name in services]
    return replace(
        process,
        automata=(*process.automata, *notes),
        nodes=(*process.nodes, *counts),
        signals=(*process.signals, Signal(_END, tuple(note.name for note in notes))),
        schedules=(*process.schedules, Schedule(_END, time, None, (_END,))),
        measures=tuple(Average(level, level) for level in levels),
    )


def with_watch(process: Process) -> Process:
    """Return what `begin_with` gives, measuring how long it takes until all is at rest."""
    reached = Row((Alternative(_UP, guard=REST),))
    phases = Phase(_LOOK, immediate=reached, urgency=last_urgency(process) + 1), Phase(_UP)
    watch = Automaton("watch of rest", phases, ((_LOOK, 1.0),))
    return replace(
        process,
        automata=(*process.automata, watch),
        nodes=(*process.nodes, _count(TROUBLED, watch.name, _LOOK)),
        measures=(Average(TROUBLED, TROUBLED),),
    )


def _calm(process: Process) -> dict[str, str]:
    """The phase of each automaton when nothing has happened yet."""
    from hasim.engines.reference.simulation import Simulation

    start = Simulation(process, seed=0)
    return {automaton.name: start.phase_of(automaton.name) for automaton in process.automata}


def _look(service: str, gate: str, urgency: int) -> Automaton:
    def at_once(phase: str, *ways: Alternative) -> Phase:
        return Phase(phase, immediate=Row(ways), urgency=urgency)

    serves, fails = Alternative(_UP, guard=gate), Alternative(_NOW, unless=gate)
    phases = (
        at_once(_LOOK, serves, fails),
        at_once(_NOW, serves),
        at_once(_UP, replace(fails, target=_AGAIN)),
        Phase(_AGAIN),
    )
    return Automaton(f"{service} {_LOOK}", phases, ((_LOOK, 1.0),))


def _nodes(service: str, gate: str) -> tuple[Node, ...]:
    levels = Levels.of(service)
    return (
        Count(levels.down, ((Holds(gate), -1),), constant=1),
        _count(levels.now, f"{service} {_LOOK}", _NOW),
        _count(levels.again, f"{service} {_LOOK}", _AGAIN),
    )


def _count(level: str, automaton: str, phase: str) -> Count:
    return Count(level, ((Occupancy(automaton, phase), 1),))


def _note(service: str, gate: str) -> Automaton:
    """What takes down at the end whether a service is down."""
    row = Row((Alternative(_UP, guard=gate), Alternative(_DOWN, unless=gate)))
    phases = tuple(map(Phase, (_BEFORE, _DOWN, _UP)))
    reactions = (Reaction(_END, _BEFORE, row),)
    return Automaton(f"{service} end", phases, ((_BEFORE, 1.0),), (), reactions)
