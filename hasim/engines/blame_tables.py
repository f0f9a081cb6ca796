"""Outage measures and their blame as flat arrays (see tables.py).

Theory of operation: blame tables shared by several measures are stored once. Stages and causes are numbered through the
whole Process; each measure says in which column of the result row they are added up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

import numpy as np

from hasim.engines.kernels.codes import BY_PHASE, CHARGED, FIRST_FAILING, LABEL, RANKED
from hasim.engines.record import MeasureColumns, OutageColumns
from hasim.engines.tables import Ints, Watch, ints, lists
from hasim.process import (
    Blame,
    ByPhase,
    Charged,
    FirstFailing,
    Label,
    Outages,
    Process,
    Ranked,
)
from hasim.process.blame_walk import walk_inside_out

_Entry = tuple[int, int, int, list[int], list[int]]


@dataclass
class _Blames:
    """The blame tables met so far, each once, as (kind, first, second, keys, children)."""

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

    def _entry(self, table: Blame) -> _Entry:
        match table:
            case Label():
                return LABEL, self.stage(table.stage), self.cause(table.cause), [], []
            case ByPhase():
                return self._by_phase(table)
            case FirstFailing():
                otherwise = -1 if table.otherwise is None else self.places[id(table.otherwise)]
                keys = [self.node[gate] for gate, _ in table.cases]
                return FIRST_FAILING, otherwise, 0, keys, self._children(table.cases)
            case Ranked():
                for stage in table.order:
                    self.stage(stage)
                order = self.orders.setdefault(table.order, len(self.orders))
                keys = [self.node[gate] for gate, _ in table.members]
                return RANKED, table.required, order, keys, self._children(table.members)
            case Charged():
                return self._charged(table)
            case _:
                assert_never(table)

    def _children(self, cases: tuple[tuple[str, Blame], ...]) -> list[int]:
        return [self.places[id(part)] for _, part in cases]

    def _by_phase(self, table: ByPhase) -> _Entry:
        """Keys are 2 x phase, plus 1 where the case is asked only while a token is waited for."""
        waiting = [2 * self.phase[table.automaton, phase] + 1 for phase, _ in table.waiting]
        always = [2 * self.phase[table.automaton, phase] for phase, _ in table.cases]
        children = self._children(table.waiting) + self._children(table.cases)
        return BY_PHASE, self.automaton[table.automaton], 0, waiting + always, children

    def _charged(self, table: Charged) -> _Entry:
        stage = -1 if table.stage is None else self.stage(table.stage)
        automaton = -1 if table.automaton is None else self.automaton[table.automaton]
        name = table.automaton or ""
        keys = [-1] + [self.phase[name, phase] for phase, _ in table.causes]
        values = [self.places[id(table.blame)]] + [self.cause(cause) for _, cause in table.causes]
        return CHARGED, stage, automaton, keys, values

    def ranks(self) -> Ints:
        """[orders x stages]: how advanced a stage is, -1 where an order does not name it."""
        ranks = np.full((len(self.orders), len(self.stages)), -1, dtype=np.int32)
        for order, row in self.orders.items():
            for place, stage in enumerate(order):
                ranks[row, self.stages[stage]] = place
        return ranks


def tabulate_watch(
    automaton: Mapping[str, int],
    node: Mapping[str, int],
    phase: Mapping[tuple[str, str], int],
    process: Process,
    columns: MeasureColumns,
) -> Watch:
    """Translate the outage measures of a Process."""
    blames = _Blames(automaton, node, phase)
    measures = [m for m in process.measures if isinstance(m, Outages)]
    roots = [-1 if m.blame is None else blames.add(m.blame) for m in measures]
    delay_cause = ints(
        -1 if delay.cause is None else blames.cause(delay.cause)
        for a in process.automata
        for delay in a.delays
    )
    layouts = [columns.outages[m.name] for m in measures]
    case = lists([children for *_, children in blames.entries])
    return Watch(
        gate=ints(node[m.gate] for m in measures),
        root=ints(roots),
        begun=ints(layout.begun for layout in layouts),
        stage_column=_stage_columns(layouts, blames.stages),
        cause_column=_cause_columns(layouts, blames.causes, "by_cause"),
        begun_column=_cause_columns(layouts, blames.causes, "begun_by_cause"),
        delay_cause=delay_cause,
        kind=ints(kind for kind, *_ in blames.entries),
        first=ints(first for _, first, *_ in blames.entries),
        second=ints(second for _, _, second, *_ in blames.entries),
        case_ptr=case.ptr,
        case_key=ints(key for *_, keys, _ in blames.entries for key in keys),
        case_blame=case.item,
        rank=blames.ranks(),
    )


def _stage_columns(layouts: list[OutageColumns], stages: Mapping[str, int]) -> Ints:
    table = np.full((len(layouts), len(stages)), -1, dtype=np.int32)
    for row, layout in enumerate(layouts):
        for place, stage in enumerate(layout.stages):
            table[row, stages[stage]] = layout.by_stage.start + place
    return table


def _cause_columns(layouts: list[OutageColumns], causes: Mapping[str, int], which: str) -> Ints:
    table = np.full((len(layouts), len(causes)), -1, dtype=np.int32)
    for row, layout in enumerate(layouts):
        start = getattr(layout, which).start
        for place, cause in enumerate(layout.causes):
            table[row, causes[cause]] = start + place
    return table
