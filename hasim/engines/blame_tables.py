"""The blame of outage measures as flat records (see kernels/world.py).

Theory of operation: tables shared by several measures are stored once. Stages and causes are
numbered through the whole Process; each measure says in which column of the result row they are
added up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from hasim.engines.kernels import codes
from hasim.engines.record import OutageColumns
from hasim.process import Blame, ByPhase, Charged, FirstFailing, Label, Ranked
from hasim.process.blame_walk import walk_inside_out

_Cases = list[tuple[int, int]]
_Entry = tuple[int, int, int, _Cases]


@dataclass
class Blames:
    """The blame tables met so far, each once, as (kind, first, second, cases)."""

    automaton: Mapping[str, int]
    node: Mapping[str, int]
    phase: Mapping[tuple[str, str], int]
    stages: dict[str, int] = field(default_factory=dict)
    causes: dict[str, int] = field(default_factory=dict)
    orders: dict[tuple[str, ...], int] = field(default_factory=dict)
    entries: list[_Entry] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)

    def add(self, blame: Blame) -> int:
        """Store a blame with all its parts; return its place."""
        for table in walk_inside_out(blame):
            if id(table) not in self.places:
                self.places[id(table)] = len(self.entries)
                self.entries.append(self._entry(table))
        return self.places[id(blame)]

    def stage(self, name: str) -> int:
        """Number of a stage."""
        return self.stages.setdefault(name, len(self.stages))

    def cause(self, name: str) -> int:
        """Number of a cause."""
        return self.causes.setdefault(name, len(self.causes))

    def stage_columns(self, layout: OutageColumns) -> list[int]:
        """Column of each stage in the row of a measure, -1 where it has none."""
        place = {stage: layout.by_stage.start + k for k, stage in enumerate(layout.stages)}
        return [place.get(stage, -1) for stage in self.stages]

    def cause_columns(self, layout: OutageColumns, columns: slice) -> list[int]:
        """Column of each cause in the row of a measure, -1 where it has none."""
        place = {cause: columns.start + k for k, cause in enumerate(layout.causes)}
        return [place.get(cause, -1) for cause in self.causes]

    def ranks(self) -> list[list[int]]:
        """For each order of stages their number, then every stage's rank, -1 where not named."""
        return [
            [len(order)] + [order.index(s) if s in order else -1 for s in self.stages]
            for order in self.orders
        ]

    def tables(self, order: list[int]) -> tuple[list[dict[str, int]], _Cases]:
        """Records of the tables and, end to end, their cases; `order` tells where ranks stand."""
        rows: list[dict[str, int]] = []
        flat: _Cases = []
        for kind, first, second, cases in self.entries:
            place = order[second] if kind == codes.RANKED else second
            span = {"case0": len(flat), "case1": len(flat) + len(cases)}
            rows.append({"kind": kind, "first": first, "second": place, **span})
            flat.extend(cases)
        return rows, flat

    def _entry(self, table: Blame) -> _Entry:
        match table:
            case Label():
                return codes.LABEL, self.stage(table.stage), self.cause(table.cause), []
            case ByPhase():
                return self._by_phase(table)
            case FirstFailing():
                otherwise = -1 if table.otherwise is None else self.places[id(table.otherwise)]
                return codes.FIRST_FAILING, otherwise, 0, self._by_gate(table.cases)
            case Ranked():
                for stage in table.order:
                    self.stage(stage)
                order = self.orders.setdefault(table.order, len(self.orders))
                return codes.RANKED, table.required, order, self._by_gate(table.members)
            case Charged():
                return self._charged(table)
            case _:
                assert_never(table)

    def _by_gate(self, cases: tuple[tuple[str, Blame], ...]) -> _Cases:
        return [(self.node[gate], self.places[id(part)]) for gate, part in cases]

    def _by_phase(self, table: ByPhase) -> _Entry:
        """Keys are 2 x phase, plus 1 where the case is asked only while a token is waited for."""
        cases = [
            (2 * self.phase[table.automaton, phase] + odd, self.places[id(part)])
            for odd, listed in ((1, table.waiting), (0, table.cases))
            for phase, part in listed
        ]
        return codes.BY_PHASE, self.automaton[table.automaton], 0, cases

    def _charged(self, table: Charged) -> _Entry:
        stage = -1 if table.stage is None else self.stage(table.stage)
        automaton = -1 if table.automaton is None else self.automaton[table.automaton]
        owner = table.automaton or ""
        causes = [(self.phase[owner, phase], self.cause(cause)) for phase, cause in table.causes]
        return codes.CHARGED, stage, automaton, [(-1, self.places[id(table.blame)]), *causes]
