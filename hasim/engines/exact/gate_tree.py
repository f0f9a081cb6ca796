"""Combining modules of which each is read once: gates over gates, without a diagram.

Theory of operation: where the graph below a gate is a tree, that is, where no gate below it and no
module is read twice, all that a gate reads is independent. Each gate compares a count of equal
weights, so it asks whether enough of its inputs are 1 (thresholds.py). Chances go up the tree. How
often the goal flips goes down: a move of a module matters as often as each gate above it leaves the
decision to the input that the move flips. Gates of one height, width and threshold are taken
together, which makes 1,000 components a few operations on arrays.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np

from hasim.engines.exact.parts import MoveName, Part
from hasim.engines.exact.thresholds import Decision, decide_all
from hasim.process import Count, Gate, Holds, Node, Occupancy, Process
from hasim.process.comparisons import COMPARE

_ZERO_OR_ONE = frozenset({0, 1})


class _Question(NamedTuple):
    """A gate: whether at least `threshold` of some vertices are 1; with `denied` fewer."""

    vertex: int
    inputs: list[int]
    threshold: int
    denied: bool
    height: int


class _Leaf(NamedTuple):
    """A module, and what is read of it in each of its states: 0 or 1."""

    vertex: int
    part: Part
    values: list[Hashable]


class _NoTreeError(Exception):
    """Something is read twice, or is more than a gate over a plain count."""


def grow_tree(process: Process, parts: Sequence[Part], goal: Gate) -> GateTree | None:
    """Return a gate as a tree over modules, or None where it is none.

    Parameters
    ----------
    process : Process
    parts : sequence of Part
        All modules of the Process.
    goal : Gate
    """
    try:
        return GateTree(_Reader(process, parts, goal))
    except _NoTreeError:
        return None


class _Reader:
    """Gives a number, its vertex, to each module and gate, each after what it reads."""

    def __init__(self, process: Process, parts: Sequence[Part], goal: Gate) -> None:
        automata = process.automata
        self._owner = {automata[index].name: part for part in parts for index in part.automata}
        self._nodes = {node.name: node for node in process.nodes}
        self._vertices: dict[str, int] = {}
        self._height: list[int] = []
        self.questions: list[_Question] = []
        self.leaves: list[_Leaf] = []
        for gate, count in reversed(self._gates_below(goal)):
            self._read_gate(gate, count)
        if len({id(leaf.part) for leaf in self.leaves}) < len(self.leaves):
            raise _NoTreeError

    @property
    def n_vertices(self) -> int:
        return len(self._height)

    def _gates_below(self, goal: Gate) -> list[tuple[Gate, Count]]:
        """The goal and all gates that it is computed from, each before what it reads."""
        found: list[tuple[Gate, Count]] = []
        met: set[str] = set()
        stack: list[Node] = [goal]
        while stack:
            gate = stack.pop()
            count = self._nodes[gate.level] if isinstance(gate, Gate) else None
            if not isinstance(gate, Gate) or not isinstance(count, Count) or gate.name in met:
                raise _NoTreeError
            met.add(gate.name)
            found.append((gate, count))
            stack.extend(self._nodes[t.gate] for t, _ in count.terms if isinstance(t, Holds))
        return found

    def _read_gate(self, gate: Gate, count: Count) -> None:
        threshold, denied = _read_comparison(gate, count)
        inputs = [
            self._vertices[term.gate] if isinstance(term, Holds) else self._read_module(term)
            for term, _ in count.terms
        ]
        height = 1 + max([self._height[one] for one in inputs])
        vertex = self._vertices[gate.name] = len(self._height)
        self._height.append(height)
        self.questions.append(_Question(vertex, inputs, threshold, denied, height))

    def _read_module(self, leaf: Occupancy) -> int:
        part = self._owner[leaf.automaton]
        values = part.look(leaf)
        if not _ZERO_OR_ONE.issuperset(values):
            raise _NoTreeError
        vertex = len(self._height)
        self._height.append(0)
        self.leaves.append(_Leaf(vertex, part, values))
        return vertex


def _read_comparison(gate: Gate, count: Count) -> tuple[int, bool]:
    """How many inputs must be 1 for the gate to hold, or with True for it not to hold."""
    weights = {weight for _, weight in count.terms}
    if len(weights) != 1:
        raise _NoTreeError
    (weight,) = weights
    compare, threshold = COMPARE[gate.comparison], gate.threshold
    unit, constant = count.unit, count.constant
    ones = range(len(count.terms) + 1)
    holds = [compare(unit * (constant + weight * number), threshold) for number in ones]
    first = holds.index(not holds[0]) if (not holds[0]) in holds else 0
    if first == 0 or holds[0] in holds[first:]:
        raise _NoTreeError
    return first, holds[0]


class GateTree:
    """A gate over modules none of which is read twice; `Diagram` says the same of any goals.

    Attributes
    ----------
    readings : sequence of tuple
        Whether the gate holds: that it does, and that it does not.
    chances : ndarray of float64
        Long-run share of time of either.
    """

    readings: Sequence[tuple[bool]] = ((True,), (False,))

    def __init__(self, reader: _Reader) -> None:
        self._leaves = reader.leaves
        self._one, self._zero = [0.0] * reader.n_vertices, [0.0] * reader.n_vertices
        self._take_modules()
        self._matters, self._denied = [1.0] * reader.n_vertices, [False] * reader.n_vertices
        batches = _batches(reader.questions)
        decided = [self._go_up(batch) for batch in batches]
        for batch, decisions in zip(reversed(batches), reversed(decided), strict=True):
            self._go_down(batch, decisions)
        self.chances = np.array([self._one[-1], self._zero[-1]])

    def changes(self) -> dict[tuple[int, int], dict[MoveName, float]]:
        """Return how often the gate flips, and by what; see `Diagram.changes`."""
        falls: dict[MoveName, float] = {}
        rises: dict[MoveName, float] = {}
        for leaf in self._leaves:
            values, factor = leaf.values, self._matters[leaf.vertex]
            for source, target, rate, automaton, delay in leaf.part.flows:
                if values[source] == values[target] or factor == 0.0:
                    continue
                moves = falls if bool(values[source]) != self._denied[leaf.vertex] else rises
                name = automaton, delay
                moves[name] = moves.get(name, 0.0) + factor * rate
        return {pair: moves for pair, moves in (((0, 1), falls), ((1, 0), rises)) if moves}

    def _take_modules(self) -> None:
        for leaf in self._leaves:
            one = zero = 0.0
            for value, share in zip(leaf.values, leaf.part.shares.tolist(), strict=True):
                if value == 1:
                    one += share
                else:
                    zero += share
            self._one[leaf.vertex], self._zero[leaf.vertex] = one, zero

    def _go_up(self, batch: list[_Question]) -> list[Decision]:
        """Find the chances of some gates alike, and that each leaves it to each of its inputs."""
        one, zero = self._one, self._zero
        hits = [[one[vertex] for vertex in question.inputs] for question in batch]
        misses = [[zero[vertex] for vertex in question.inputs] for question in batch]
        decisions = decide_all(hits, misses, batch[0].threshold)
        for question, found in zip(batch, decisions, strict=True):
            either = found.enough, found.too_few
            one[question.vertex], zero[question.vertex] = either[:: -1 if question.denied else 1]
        return decisions

    def _go_down(self, batch: list[_Question], decisions: list[Decision]) -> None:
        """Find how often the goal is left to each input, and whether it is 1 where that is 0."""
        for question, found in zip(batch, decisions, strict=True):
            matters = self._matters[question.vertex]
            denied = self._denied[question.vertex] != question.denied
            for vertex, decides in zip(question.inputs, found.decides, strict=True):
                self._matters[vertex], self._denied[vertex] = matters * decides, denied


def _batches(questions: Sequence[_Question]) -> list[list[_Question]]:
    """Gates of one height, width and threshold together, each after what it reads."""
    batches: dict[tuple[int, int, int], list[_Question]] = {}
    for question in questions:
        kind = question.height, len(question.inputs), question.threshold
        batches.setdefault(kind, []).append(question)
    return [batches[kind] for kind in sorted(batches)]
