"""A Process in which chosen delays end at chosen moments, whatever their work.

Theory of operation: a strike is a signal that the automaton of a delay hears in the phases in which
the delay runs, and answers by the row of the delay. So what follows from a failure that somebody
brings about is what follows from any other, for every engine. What strikes at the start comes from
an automaton of its own that moves once, after all that moves at once for other reasons; what
strikes later comes from a schedule with one epoch.

Rules of this file: a strike on what is in no phase of its delay does nothing; nothing is drawn for
a strike but what its row draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hasim.process.automata import (
    Alternative,
    Automaton,
    Phase,
    Reaction,
    Row,
    Schedule,
    Signal,
)
from hasim.process.network import Process

#: How the signals of strikes are called, before their number.
_STRIKE = "strike "

#: Phases of the automaton that strikes at the start.
_WAITS, _DONE = "waits", "done"


@dataclass(frozen=True, slots=True)
class Strike:
    """One move that is brought about.

    Parameters
    ----------
    automaton : str
    phases : tuple of str
        Where the automaton must be, else nothing happens.
    row : Row
        How it goes on.
    time : float
        Seconds from the start.
    """

    automaton: str
    phases: tuple[str, ...]
    row: Row
    time: float = 0.0


def with_strikes(process: Process, strikes: Sequence[Strike]) -> Process:
    """Return the Process with strikes; those at one moment come in the order given.

    Parameters
    ----------
    process : Process
    strikes : sequence of Strike
    """
    named = [(name_of(number), strike) for number, strike in enumerate(strikes, start=1)]
    first = last_urgency(process) + 1
    triggers = tuple(
        _trigger(name, first + place)
        for place, (name, strike) in enumerate(named)
        if strike.time == 0.0
    )
    later = sorted((one for one in named if one[1].time > 0.0), key=lambda one: one[1].time)
    struck = tuple(
        replace(
            automaton,
            reactions=(
                *automaton.reactions,
                *(
                    Reaction(name, phase, strike.row)
                    for name, strike in named
                    if strike.automaton == automaton.name
                    for phase in strike.phases
                ),
            ),
        )
        for automaton in process.automata
    )
    return replace(
        process,
        automata=(*struck, *triggers),
        signals=(
            *process.signals,
            *(Signal(name, (strike.automaton,)) for name, strike in named),
        ),
        schedules=(
            *process.schedules,
            *(Schedule(name, strike.time, None, (name,)) for name, strike in later),
        ),
    )


def end_of(process: Process, automaton: str, delay: str, time: float = 0.0) -> Strike:
    """Return the strike that ends a delay, and with it the work that it had left.

    Parameters
    ----------
    process : Process
    automaton, delay : str
    time : float
        Seconds from the start.
    """
    owner = next(one for one in process.automata if one.name == automaton)
    ended = next(one for one in owner.delays if one.name == delay)
    resets = (ended.name,) if ended.memory == "resume" else ()
    ways = (replace(way, resets=(*way.resets, *resets)) for way in ended.row.alternatives)
    return Strike(automaton, ended.phases, Row(tuple(ways)), time)


def name_of(number: int) -> str:
    """Return the name of the signal of a strike, by its place from 1."""
    return f"{_STRIKE}{number}"


def is_strike(signal: str) -> bool:
    """Return whether a signal is that of a strike."""
    return signal.startswith(_STRIKE)


def last_urgency(process: Process) -> int:
    """Return the highest urgency number of any phase: what moves last at one moment."""
    return max((phase.urgency for one in process.automata for phase in one.phases), default=0)


def _trigger(signal: str, urgency: int) -> Automaton:
    strikes = Row((Alternative(_DONE, emits=(signal,)),))
    phases = Phase(_WAITS, immediate=strikes, urgency=urgency), Phase(_DONE)
    return Automaton(signal, phases, ((_WAITS, 1.0),))
