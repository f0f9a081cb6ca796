"""Systems from the model language, and scripted incidents on the reference engine.

A scenario is a system whose times are all fixed, so that a timeline can be worked out by hand.
Failures never come by themselves (`NEVER`) but where the script injects them.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from hasim.compiler import compile
from hasim.description import load
from hasim.engines.reference.measuring import find_blame
from hasim.engines.reference.simulation import Simulation
from hasim.process import Automaton, Outages, Process
from hasim.system import System

NEVER = "fixed(1000000 h)"


@dataclass(frozen=True)
class Line:
    """One settled instant: whether the service serves, and what is to blame if not."""

    time: float
    serves: bool
    stage: str | None
    cause: str | None

    def __str__(self) -> str:
        return f"{self.time:g} up" if self.serves else f"{self.time:g} {self.stage} {self.cause}"


def system_of(text: str, folder) -> System:
    """The System of a model's text."""
    path = folder / "model.yaml"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return load(path)


def compiled(text: str, folder) -> Process:
    """The Process of a model's text."""
    return compile(system_of(text, folder))


def automaton(process: Process, name: str) -> Automaton:
    """One automaton by its name."""
    return next(one for one in process.automata if one.name == name)


def names(process: Process) -> list[str]:
    """The names of all automata."""
    return [one.name for one in process.automata]


def gates_and_levels(process: Process) -> dict[str, object]:
    """All nodes by name."""
    return {node.name: node for node in process.nodes}


class Scenario:
    """An incident: failures injected at given moments.

    Parameters
    ----------
    process : Process
    failures : tuple of (float, str)
        Seconds, and automaton with delay: ``(100, "db.1 crash")``.
    """

    def __init__(self, process: Process, *failures: tuple[float, str], seed: int = 1) -> None:
        self.process = process
        self.simulation = Simulation(process, seed=seed)
        for time, what in failures:
            name, _, delay = what.rpartition(" ")
            self.simulation.inject(time, name, delay)

    def timeline(self, until: float, service: str = "service") -> list[str]:
        """What the service does at each settled change until then, one line for each change."""
        told: list[Line] = []
        for line in self._lines(until, service):
            if told and told[-1].time == line.time:
                told.pop()
            told.append(line)
        changes = told[:1]
        for line in told[1:]:
            last = changes[-1]
            if (line.serves, line.stage, line.cause) != (last.serves, last.stage, last.cause):
                changes.append(line)
        return [str(line) for line in changes]

    def at(self, time: float) -> Scenario:
        """Go on to what is so at a moment, its own events included."""
        while self.simulation.advance(before=time + 1e-6):
            pass
        return self

    def phase(self, name: str) -> str:
        """The phase of an automaton now."""
        return self.simulation.phase_of(name)

    def value(self, name: str) -> float:
        """The value of a level or gate now."""
        return self.simulation.value(name)

    def _lines(self, until: float, service: str):
        measure = next(
            one for one in self.process.measures if isinstance(one, Outages) and one.name == service
        )
        going = True
        while going:
            serves = bool(self.simulation.value(measure.gate))
            label = None if serves else find_blame(measure.blame, self.simulation)
            yield Line(
                self.simulation.now,
                serves,
                None if label is None else label.stage,
                None if label is None else label.cause,
            )
            going = self.simulation.advance(before=until)
