"""Combining modules: a decision diagram over their states.

Theory of operation: the modules are taken one after another. A node of a layer is a memory (see
recipe.py), an edge a view of the next module, that is, all of its states that look alike to the
goals. Since modules are independent, the probability of a node is the sum over its incoming edges
of probability times share: sums of products of positive numbers, so that an unavailability of 1e-15
has as many right digits as the shares have. Shared components are taken once and remembered, so
they are exact too. For multi-valued decision diagrams see Zang, Wang, Sun and Trivedi (2003).

How often an outage begins: one module moves and all others stay. A move takes a memory to a pair,
the one of the history without the move and the one with it; pairs then go on through the remaining
layers together. An outage begins where the first ends up and the second down. This needs no
assumption that a repair never does harm.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from hasim.engines.exact.parts import MoveName, Part
from hasim.engines.exact.recipe import Memory, Recipe, View, automata_of
from hasim.errors import RefusedError
from hasim.process import Blame, Node, Process

#: More edges than this, each counted with the length of what it remembers, take over ten seconds; a
#: simulation is as quick, and needs less memory.
MOST_EDGES = 2_000_000

Pair = tuple[int, int]
Reading = tuple[Any, ...]  # a value for each goal


@dataclass(frozen=True, slots=True, eq=False)
class _Layer:
    """One module: the shares of its views, the memory after each memory and view, its flows."""

    weights: list[float]
    rows: list[list[int]]
    flows: dict[Pair, dict[MoveName, float]]


class Diagram:
    """The combination of the modules that some goals depend on.

    Parameters
    ----------
    process : Process
    parts : sequence of Part
        All modules of the Process.
    goals : sequence of Node or Blame

    Attributes
    ----------
    readings : list of tuple
        The different values of the goals.
    chances : ndarray of float64
        Long-run share of time with each of them.
    size : int
        Number of nodes.

    Raises
    ------
    RefusedError
        Where there are too many combinations to remember.
    """

    def __init__(
        self, process: Process, parts: Sequence[Part], goals: Sequence[Node | Blame]
    ) -> None:
        taken = _in_order(process, parts, automata_of(process, goals))
        names = [automaton.name for automaton in process.automata]
        recipe = Recipe(process, [[names[i] for i in part.automata] for part in taken], goals)
        self.size, self._edges = 1, 0
        memories: list[Memory] = [recipe.start]
        self._layers: list[_Layer] = []
        for step, part in enumerate(taken):
            layer, memories = self._grow(recipe, step, part, memories)
            self._layers.append(layer)
        number: dict[Reading, int] = {}
        self._reading_of = [number.setdefault(recipe.read(m), len(number)) for m in memories]
        self.readings: list[Reading] = list(number)
        self._forward = self._probabilities()
        self.chances = sum_by(np.array(self._reading_of), self._forward[-1], len(number))

    def changes(self) -> dict[tuple[int, int], dict[MoveName, float]]:
        """Return how often the goals change, and by what.

        Returns
        -------
        dict
            (number of the reading before, of that after) -> (automaton, delay) -> per second.
        """
        changes: dict[tuple[int, int], dict[MoveName, float]] = {}
        after = self._pairs_after()
        chances = zip(self._layers, self._forward[:-1], strict=True)
        for (layer, chance), ends in zip(chances, self._ends_of_pairs(after), strict=True):
            for pair, rates in _moves(layer, chance).items():
                for reading, share in ends.get(pair, {}).items():
                    _add(changes.setdefault(reading, {}), rates, share)
        return changes

    def _pairs_after(self) -> list[set[Pair]]:
        """For each layer the pairs after it, of a history and the same with one move more."""
        pairs: set[Pair] = set()
        found = []
        for layer, chance in zip(self._layers, self._forward[:-1], strict=True):
            pairs = {p for before in pairs for _, p in _followers(layer, before)}
            pairs.update(_moves(layer, chance))
            found.append(pairs)
            self._count_edges(len(pairs) * len(layer.weights))
        return found

    def _ends_of_pairs(self, after: list[set[Pair]]) -> list[dict[Pair, dict[Pair, float]]]:
        """For each layer: pair after it -> pair of readings, if they differ -> probability."""
        ends: list[dict[Pair, dict[Pair, float]]] = [{} for _ in after]
        for pair in after[-1] if after else ():
            reading = self._reading_of[pair[0]], self._reading_of[pair[1]]
            if reading[0] != reading[1]:
                ends[-1][pair] = {reading: 1.0}
        for step in range(len(after) - 2, -1, -1):
            layer, later = self._layers[step + 1], ends[step + 1]
            for pair in after[step]:
                total: dict[Pair, float] = {}
                for share, follower in _followers(layer, pair):
                    _add(total, later.get(follower, {}), share)
                ends[step][pair] = total
        return ends

    def _grow(
        self,
        recipe: Recipe,
        step: int,
        part: Part,
        memories: list[Memory],
    ) -> tuple[_Layer, list[Memory]]:
        number: dict[View, int] = {}
        view_of = np.array(
            [number.setdefault(view, len(number)) for view in _views(recipe, step, part)]
        )
        shares = sum_by(view_of, part.shares, len(number))
        self._count_edges(sum(map(_length, memories)) * len(number))
        following: dict[Memory, int] = {}
        rows = []
        for memory in memories:
            afters = [recipe.take(step, memory, view) for view in number]
            rows.append([following.setdefault(after, len(following)) for after in afters])
        self.size += len(following)
        flows = _flows_between_views(part, view_of)
        return _Layer(shares.tolist(), rows, flows), list(following)

    def _count_edges(self, more: int) -> None:
        self._edges += more
        if self._edges > MOST_EDGES:
            raise RefusedError([f"its parts combine in more than {MOST_EDGES:,} ways"])

    def _probabilities(self) -> list[NDArray[np.float64]]:
        forward = [np.ones(1)]
        for layer in self._layers:
            weights = np.outer(forward[-1], layer.weights)
            edges = np.array(layer.rows)
            forward.append(sum_by(edges.ravel(), weights.ravel(), int(edges.max()) + 1))
        return forward


def _length(memory: Memory) -> int:
    """How long a memory is, the lists in it included."""
    nested = sum(len(part) + len(part[-1]) for part in memory if _ends_in_list(part))
    return 1 + len(memory) // 4 + nested


def _ends_in_list(part: object) -> TypeGuard[tuple[Any, ...]]:
    return isinstance(part, tuple) and bool(part) and isinstance(part[-1], tuple)


def sum_by(
    group: NDArray[np.int64], values: NDArray[np.float64], n_groups: int
) -> NDArray[np.float64]:
    """Return the sum of the values of each group."""
    sums: NDArray[np.float64] = np.bincount(group, values, minlength=n_groups).astype(np.float64)
    return sums


def _in_order(process: Process, parts: Sequence[Part], automata: list[str]) -> list[Part]:
    """The modules of some automata, in the order of these."""
    index = {automaton.name: i for i, automaton in enumerate(process.automata)}
    owner = {i: part for part in parts for i in part.automata}
    return list({id(part): part for part in (owner[index[name]] for name in automata)}.values())


def _views(recipe: Recipe, step: int, part: Part) -> list[View]:
    """What each state of a module looks like."""
    leaves = recipe.leaves[step]
    return list(zip(*map(part.look, leaves), strict=True)) if leaves else [()] * len(part.shares)


def _followers(layer: _Layer, pair: Pair) -> Iterator[tuple[float, Pair]]:
    """What a pair becomes in a layer whose module does not move; equal memories part no more."""
    before, after = layer.rows[pair[0]], layer.rows[pair[1]]
    for share, left, right in zip(layer.weights, before, after, strict=True):
        if left != right and share > 0.0:
            yield share, (left, right)


def _moves(layer: _Layer, chances: NDArray[np.float64]) -> dict[Pair, dict[MoveName, float]]:
    """How often each pair of memories after a layer arises from a move of its own module."""
    moves: dict[Pair, dict[MoveName, float]] = {}
    for row, chance in zip(layer.rows, chances.tolist(), strict=True):
        for (source, target), rates in layer.flows.items():
            pair = row[source], row[target]
            if pair[0] != pair[1] and chance > 0.0:
                _add(moves.setdefault(pair, {}), rates, chance)
    return moves


def _flows_between_views(
    part: Part, view_of: NDArray[np.int64]
) -> dict[Pair, dict[MoveName, float]]:
    flows: dict[Pair, dict[MoveName, float]] = {}
    for flow in part.flows:
        pair = int(view_of[flow.source]), int(view_of[flow.target])
        if pair[0] != pair[1]:
            _add(flows.setdefault(pair, {}), {(flow.automaton, flow.delay): flow.rate}, 1.0)
    return flows


def _add(to: dict[Pair, float], more: Mapping[Pair, float], factor: float) -> None:
    for key, value in more.items():
        to[key] = to.get(key, 0.0) + factor * value
