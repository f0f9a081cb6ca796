"""The lists that a Process is translated into while its tables are made (see tabulation.py).

Rules of this file: names become indices; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hasim.engines.flat_arrays import Records, Span
from hasim.engines.likeness import models_of
from hasim.engines.record import MeasureColumns
from hasim.process import Alternative, Process, Row


@dataclass
class Draft:
    """The arrays so far, and the index of every name."""

    process: Process
    columns: MeasureColumns
    keyed: bool = False
    item: list[int] = field(default_factory=list)
    number: list[float] = field(default_factory=list)
    rows: Records = field(default_factory=list)
    alternatives: Records = field(default_factory=list)
    alternatives_of: list[tuple[str, Row]] = field(default_factory=list)

    def __post_init__(self) -> None:
        process = self.process
        self.automaton = {a.name: i for i, a in enumerate(process.automata)}
        self.node = {n.name: i for i, n in enumerate(process.nodes)}
        self.pool = {p.name: i for i, p in enumerate(process.pools)}
        self.signal = {s.name: i for i, s in enumerate(process.signals)}
        self.model = models_of(process, keyed=self.keyed)
        own = [a for i, a in enumerate(process.automata) if self.model[i] == i]
        phases = [(a.name, p) for a in own for p in a.phases]
        delays = [(a.name, d) for a in own for d in a.delays]
        self.phases, self.delays = phases, delays
        self.phase = {(owner, p.name): i for i, (owner, p) in enumerate(phases)}
        self.delay = {(owner, d.name): i for i, (owner, d) in enumerate(delays)}
        for automaton, model in zip(process.automata, self.model, strict=True):
            of = process.automata[model].name
            self.phase.update(
                {(automaton.name, p.name): self.phase[of, p.name] for p in automaton.phases}
            )
            self.delay.update(
                {(automaton.name, d.name): self.delay[of, d.name] for d in automaton.delays}
            )

    def items(self, values: Iterable[int]) -> Span:
        """Add a list of integers; return where it stands."""
        start = len(self.item)
        self.item.extend(values)
        return start, len(self.item)

    def numbers(self, values: Iterable[float]) -> Span:
        """Add a list of numbers; return where it stands."""
        start = len(self.number)
        self.number.extend(values)
        return start, len(self.number)

    def node_or_none(self, name: object) -> int:
        """Index of a gate or level, -1 where there is none."""
        return self.node[name] if isinstance(name, str) else -1

    def signals(self, names: Iterable[str]) -> Span:
        """Add a list of signals."""
        return self.items(self.signal[name] for name in names)

    def row(self, owner: str, row: Row) -> int:
        """Add a row with its alternatives."""
        start = len(self.alternatives)
        self.alternatives.extend(self._alternative(owner, a) for a in row.alternatives)
        self.rows.append((start, len(self.alternatives)))
        self.alternatives_of.append((owner, row))
        return len(self.rows) - 1

    def only(self, row: int) -> int:
        """The alternative of a row that can go one way only; -1 for any other row."""
        first, stop = (int(border) for border in self.rows[row])
        a = self.alternatives_of[row][1].alternatives[0]
        plain = a.guard is None and a.unless is None and not isinstance(a.weight, str)
        return first if stop - first == 1 and plain else -1

    def _alternative(self, owner: str, a: Alternative) -> tuple[float, ...]:
        emit = self.signals(a.emits)
        reset = self.items(self.delay[owner, name] for name in a.resets)
        weight = 0.0 if isinstance(a.weight, str) else a.weight
        guards = (self.node_or_none(a.guard), self.node_or_none(a.unless))
        level = self.node_or_none(a.weight)
        return (weight, self.phase[owner, a.target], *guards, level, *emit, *reset)
