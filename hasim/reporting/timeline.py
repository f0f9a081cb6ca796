"""The timeline of an incident, told in the user's words.

Theory of operation: the reference engine plays one history step by step. Every step that means
something to the user becomes a line; services are watched, and when one has been down the summary
says how long.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hasim.compiler import compile
from hasim.compiler.wording import Kind, Wording
from hasim.engines.record import Entry
from hasim.engines.reference.measuring import find_blame
from hasim.engines.reference.simulation import Simulation
from hasim.errors import InputError
from hasim.process import Outages, Process
from hasim.solution.text import show_seconds
from hasim.system import System

_KINDS: tuple[Kind, ...] = ("start", "delay", "immediate", "signal", "grant")
_QUIET_LIMIT = 200 * 365.0 * 86_400.0


@dataclass
class _Outage:
    """An outage that goes on: when it began, its stage now and since when, seconds by stage."""

    begun: float
    stage: str
    since: float
    spent: dict[str, float] = field(default_factory=dict)

    def go_on(self, now: float, stage: str) -> None:
        """Charge the time since the last look to the stage that it was in."""
        self.spent[self.stage] = self.spent.get(self.stage, 0.0) + now - self.since
        self.stage, self.since = stage, now


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure that the user asks for: the failure mode of a replica or domain at a moment.

    Parameters
    ----------
    item : str
        Replica (``web.1``) or domain (``a``).
    time : float
        Seconds from the start.
    """

    item: str
    time: float


def tell_trace(
    system: System, *, seed: int, until: float, outages: int, failures: Sequence[Failure] = ()
) -> Iterator[str]:
    """Tell what happens, one line for each event that matters.

    Parameters
    ----------
    system : System
    seed : int
    until : float
        Seconds after which the story ends; infinite to wait for outages.
    outages : int
        End after this many outages of services (only when `until` is infinite).
    failures : sequence of Failure
        Failures to bring about.

    Yields
    ------
    str

    Raises
    ------
    InputError
        For a failure of something that does not exist or cannot fail.
    """
    process = compile(system)
    simulation = Simulation(process, seed=seed)
    for failure in failures:
        simulation.inject(failure.time, *_failing_delay(process, failure.item))
    story = _Story(process, Wording.of(system))
    ended = 0
    limit = until if math.isfinite(until) else _QUIET_LIMIT
    for instant in simulation.instants(before=limit):
        lines, finished = story.tell(simulation, instant.time, instant.entries)
        yield from lines
        ended += finished
        if not math.isfinite(until) and ended >= outages:
            return
    yield f"the story ends after {show_seconds(limit)}; services that were down: {ended}"


def _failing_delay(process: Process, item: str) -> tuple[str, str]:
    named = [a for a in process.automata if a.name == item]
    for delay in (d for a in named for d in a.delays if d.cause is not None):
        return item, delay.name
    names = [a.name for a in process.automata if any(d.cause is not None for d in a.delays)]
    raise InputError(
        f"{item} is nothing that fails", f"one of {', '.join(names[:12])}", "write --fail web.1@1h"
    )


class _Story:
    """What has been told so far."""

    def __init__(self, process: Process, words: Wording) -> None:
        self.process = process
        self.words = words
        self.phases: dict[str, str] = {}
        self.measures = [m for m in process.measures if isinstance(m, Outages)]
        self.down: dict[str, _Outage] = {}

    def tell(
        self, simulation: Simulation, now: float, entries: Sequence[Entry]
    ) -> tuple[list[str], int]:
        """Return the lines of an instant and how many outages end in it."""
        lines = [line for entry in entries if (line := self._line(entry)) is not None]
        ended = 0
        for measure in self.measures:
            if not simulation.value(measure.gate):
                lines += self._go_on(measure, simulation, now)
            elif measure.name in self.down:
                lines += self._end(measure.name, now)
                ended += 1
        return lines, ended

    def _line(self, entry: Entry) -> str | None:
        automaton = self.process.automata[entry.automaton]
        phase = automaton.phases[entry.phase].name
        before = self.phases.get(automaton.name, "")
        self.phases[automaton.name] = phase
        said = self.words.narrate(automaton, phase, _KINDS[entry.kind], before)
        return None if said is None else _stamp(entry.time) + said

    def _go_on(self, measure: Outages, simulation: Simulation, now: float) -> Iterator[str]:
        label = find_blame(measure.blame, simulation)
        stage = "unknown" if label is None else label.stage
        if measure.name in self.down:
            self.down[measure.name].go_on(now, stage)
            return
        self.down[measure.name] = _Outage(now, stage, now)
        yield _stamp(now) + f"** {measure.name} is DOWN"

    def _end(self, name: str, now: float) -> Iterator[str]:
        outage = self.down.pop(name)
        outage.go_on(now, "")
        yield _stamp(now) + f"** {name} is up again after {show_seconds(now - outage.begun)}"
        for stage, seconds in outage.spent.items():
            if seconds > 0.0:
                yield " " * _WIDTH + f"   {stage:<8} {show_seconds(seconds)}"


def _stamp(seconds: float) -> str:
    """The moment of an event, in days and hours of simulated time."""
    days, rest = divmod(seconds, 86_400.0)
    hours, rest = divmod(rest, 3600.0)
    minutes, rest = divmod(rest, 60.0)
    return f"day {int(days):>5} {int(hours):02}:{int(minutes):02}:{rest:06.3f}  "


_WIDTH = len(_stamp(0.0))
