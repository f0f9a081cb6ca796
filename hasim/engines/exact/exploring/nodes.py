"""Levels and gates by index: after a step, of one automaton or several, and of many states at once.

Theory of operation: of a count the sum over occupancies is kept as a whole number, to which a step
adds what it changed; all else is computed anew from these sums, but only where the step can be
felt. A value is therefore the same whatever way led to it. Nodes that only measures read are not
kept up to date after steps.

Rules of this file: numbers in comments are those of docs/semantics.md. Floats are added in loops,
because `sum` compensates since Python 3.12. The array twin of each formula has the same operations
in the same order.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from typing import NamedTuple, assert_never

import numpy as np
from numpy.typing import NDArray

from hasim.engines.exact.exploring.local_states import HOLDING, NO_TOKEN, WAITING, LocalStates
from hasim.engines.influences import names_in, rows_of
from hasim.process import (
    Count,
    Gate,
    Holds,
    Minimum,
    Node,
    Occupancy,
    Process,
    Product,
    Quotient,
    Steps,
    Total,
)
from hasim.process.comparisons import COMPARE
from hasim.process.node_checks import names_read

Formula = Callable[[list[float], list[int]], float]
Floats = NDArray[np.float64]

TOKENS = {"any": NO_TOKEN, "waiting": WAITING, "holding": HOLDING}


class Change(NamedTuple):
    """What an automaton's change from one local state to another does to the nodes.

    Parameters
    ----------
    sums : tuple of (int, int)
        Counts whose sum changes, and by how much.
    felt : tuple of int
        Nodes to be computed anew, in order.
    """

    sums: tuple[tuple[int, int], ...]
    felt: tuple[int, ...]


class Term(NamedTuple):
    """A term of a count: so much for each of an automaton that is in a phase."""

    node: int
    phase: int
    token: int
    weight: int


class Nodes:
    """The levels and gates of a Process.

    Parameters
    ----------
    process : Process
    places : dict of str to int
        Index of each automaton.
    phases : sequence of dict of str to int
        For each automaton the index of each phase.
    locals_of : sequence of LocalStates
        For each automaton.
    signals : dict of str to int
        Index of each signal.

    Attributes
    ----------
    index : dict of str to int
        Place of each node.
    terms : list of list of Term
        For each automaton, where it is counted.
    heard, asked : frozenset of int
        Nodes that rows, signals or tokens follow from, within an instant; and those and all that
        speeds follow from.
    """

    def __init__(
        self,
        process: Process,
        places: dict[str, int],
        phases: Sequence[dict[str, int]],
        locals_of: Sequence[LocalStates],
        signals: dict[str, int],
    ) -> None:
        self.nodes = process.nodes
        self.index = {node.name: number for number, node in enumerate(self.nodes)}
        self._locals_of = locals_of
        self._formulas = [self._formula(node, number) for number, node in enumerate(self.nodes)]
        self._constants = [n.constant if isinstance(n, Count) else 0 for n in self.nodes]
        self.terms: list[list[Term]] = [[] for _ in process.automata]
        for number, node in enumerate(self.nodes):
            for source, weight in node.terms if isinstance(node, Count) else ():
                if isinstance(source, Occupancy):
                    place = places[source.automaton]
                    phase, token = phases[place][source.phase], TOKENS[source.token]
                    self.terms[place].append(Term(number, phase, token, weight))
        self._readers = self._find_readers()
        self._flips = [
            ((), ()) if not isinstance(node, Gate) else _emitted(node, signals)
            for node in self.nodes
        ]
        self._n_automata = len(process.automata)
        self.heard, self.asked = self._find_asked(process)
        self._follow(self.asked)

    def within_instants(self) -> Nodes:
        """The same nodes, of which only those are kept up to date that matter within an instant."""
        fewer = copy(self)
        fewer._follow(self.heard)
        return fewer

    def compute(self, local_states: Sequence[int]) -> tuple[list[float], list[int]]:
        """Values of all nodes, and sums of all counts, from the local states of the automata."""
        sums = list(self._constants)
        for place, terms in enumerate(self.terms):
            content = self._locals_of[place].contents[local_states[place]]
            for node, phase, token, weight in terms:
                sums[node] += weight * content.occupancy(phase, token)
        values: list[float] = []
        for formula in self._formulas:
            values.append(formula(values, sums))
        return values, sums

    def change(self, place: int, before: int, after: int) -> Change:
        """What an automaton's change of local state does."""
        found = self._changes[place].get((before, after))
        if found is None:
            found = self._changes[place][before, after] = self._find_change(place, before, after)
        return found

    def apply(
        self, changes: Sequence[Change], values: list[float], sums: list[int]
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Compute anew what a step's changes can be felt by (11).

        Returns
        -------
        changed, emitted : tuple of int
            Nodes with another value than before, and the signals of flips.
        """
        for change in changes:
            for node, amount in change.sums:
                sums[node] += amount
        felt: Iterable[int] = (
            changes[0].felt if len(changes) == 1 else sorted({n for c in changes for n in c.felt})
        )
        changed: tuple[int, ...] = ()
        emitted: tuple[int, ...] = ()
        for node in felt:
            value = self._formulas[node](values, sums)
            if value != values[node]:
                values[node] = value
                changed += (node,)
                emitted += self._flips[node][value == 0.0]
        return changed, emitted

    def evaluate(self, columns: NDArray[np.int64], wanted: int, done: dict[int, Floats]) -> Floats:
        """Values of a node in many states.

        Parameters
        ----------
        columns : ndarray of int64, shape (states, at least automata)
            Local state of each automaton.
        wanted : int
        done : dict of int to ndarray
            Nodes that are known; those computed on the way are added.
        """
        needed, stack = set(), [wanted]
        while stack:
            node = stack.pop()
            if node not in needed and node not in done:
                needed.add(node)
                stack += [self.index[name] for name in names_read(self.nodes[node])]
        for node in sorted(needed):
            done[node] = self._evaluate_one(columns, node, done)
        return done[wanted]

    def _follow(self, kept: frozenset[int]) -> None:
        """Keep some nodes up to date from now on."""
        self._kept = kept
        self._changes: list[dict[tuple[int, int], Change]] = [{} for _ in range(self._n_automata)]

    def _find_asked(self, process: Process) -> tuple[frozenset[int], frozenset[int]]:
        """Nodes that rows, signals or tokens follow from; and those that speeds follow from."""
        heard = {n for n, (rises, falls) in enumerate(self._flips) if rises or falls}
        heard |= {self.index[pool.size] for pool in process.pools if isinstance(pool.size, str)}
        speeds = {d.speed for one in process.automata for d in one.delays if d.speed is not None}
        for automaton in process.automata:
            for row in rows_of(automaton):
                heard |= {self.index[name] for way in row.alternatives for name in names_in(way)}
        everything = heard | {self.index[name] for name in speeds}
        return self._with_inputs(heard), self._with_inputs(everything)

    def _with_inputs(self, nodes: set[int]) -> frozenset[int]:
        for number in reversed(range(len(self.nodes))):
            if number in nodes:
                nodes |= {self.index[name] for name in names_read(self.nodes[number])}
        return frozenset(nodes)

    def _find_readers(self) -> list[list[int]]:
        """For each node itself and all that follow from it, in order."""
        readers: list[set[int]] = [{number} for number in range(len(self.nodes))]
        for number in reversed(range(len(self.nodes))):
            for name in names_read(self.nodes[number]):
                readers[self.index[name]] |= readers[number]
        return [sorted(some) for some in readers]

    def _find_change(self, place: int, before: int, after: int) -> Change:
        contents = self._locals_of[place].contents
        old, new = contents[before], contents[after]
        pairs = zip(old.counts, new.counts, strict=True)
        still = {phase for phase, (was, now) in enumerate(pairs) if was == now}
        sums: dict[int, int] = {}
        for node, phase, token, weight in self.terms[place]:
            if phase not in still:
                more = new.occupancy(phase, token) - old.occupancy(phase, token)
                sums[node] = sums.get(node, 0) + weight * more
        changed = [(node, amount) for node, amount in sums.items() if amount and node in self._kept]
        felt = sorted({r for node, _ in changed for r in self._readers[node] if r in self._kept})
        return Change(tuple(changed), tuple(felt))

    def _formula(self, node: Node, number: int) -> Formula:
        """A node as a function of the values of earlier nodes and of the sums (19)."""
        index = self.index
        match node:
            case Count():
                held = tuple((index[t.gate], w) for t, w in node.terms if isinstance(t, Holds))
                return _count(number, held, node.unit)
            case Gate():
                compare, level, threshold = (
                    COMPARE[node.comparison],
                    index[node.level],
                    node.threshold,
                )
                return lambda values, sums: float(compare(values[level], threshold))
            case Total():
                weights = tuple((index[name], weight) for name, weight in node.terms)
                return _total(weights, node.constant)
            case Steps():
                source, thresholds, steps = index[node.level], node.thresholds, node.values
                return lambda values, sums: steps[bisect_right(thresholds, values[source])]
            case Minimum():
                least = tuple(index[name] for name in node.levels)
                return lambda values, sums: min([values[one] for one in least])
            case Product():
                return _product(tuple(index[name] for name in node.levels))
            case Quotient():
                return _quotient(index[node.dividend], index[node.divisor], node.otherwise)
            case _:
                assert_never(node)

    def _evaluate_one(
        self, columns: NDArray[np.int64], number: int, done: dict[int, Floats]
    ) -> Floats:
        """The array twin of `_formula`."""
        node, index = self.nodes[number], self.index
        match node:
            case Count():
                amounts = self._sum_occupancies(columns, number)
                for term, weight in node.terms:
                    if isinstance(term, Holds):
                        amounts += weight * done[index[term.gate]].astype(np.int64)
                return np.asarray(node.unit * amounts, dtype=np.float64)
            case Gate():
                holds = COMPARE[node.comparison](done[index[node.level]], node.threshold)
                return np.asarray(holds, dtype=np.float64)
            case Total():
                total = np.full(len(columns), float(node.constant))
                for name, factor in node.terms:
                    total += factor * done[index[name]]
                return total
            case Steps():
                places = np.searchsorted(node.thresholds, done[index[node.level]], side="right")
                return np.asarray(node.values, dtype=np.float64)[places]
            case Minimum():
                least = np.min([done[index[name]] for name in node.levels], axis=0)
                return np.asarray(least, dtype=np.float64)
            case Product():
                product = done[index[node.levels[0]]].copy()
                for name in node.levels[1:]:
                    product *= done[index[name]]
                return product
            case Quotient():
                dividend, divisor = done[index[node.dividend]], done[index[node.divisor]]
                otherwise = np.full(len(columns), float(node.otherwise))
                np.divide(dividend, divisor, out=otherwise, where=divisor != 0.0)
                return otherwise
            case _:
                assert_never(node)

    def _sum_occupancies(self, columns: NDArray[np.int64], number: int) -> NDArray[np.int64]:
        sums = np.full(len(columns), self._constants[number], dtype=np.int64)
        for place, terms in enumerate(self.terms):
            own = [term for term in terms if term.node == number]
            if own:
                contents = self._locals_of[place].contents
                table = [
                    sum(t.weight * content.occupancy(t.phase, t.token) for t in own)
                    for content in contents
                ]
                sums += np.asarray(table, dtype=np.int64)[columns[:, place]]
        return sums


def _emitted(gate: Gate, signals: dict[str, int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Signals of a gate's rise and of its fall."""
    return (
        tuple(signals[name] for name in gate.rises),
        tuple(signals[name] for name in gate.falls),
    )


def _count(number: int, held: tuple[tuple[int, int], ...], unit: float) -> Formula:
    def count(values: list[float], sums: list[int]) -> float:
        amount = sums[number]
        for gate, weight in held:
            if values[gate]:
                amount += weight
        return unit * amount

    return count


def _total(weights: tuple[tuple[int, float], ...], constant: float) -> Formula:
    def total(values: list[float], sums: list[int]) -> float:
        amount = float(constant)
        for level, weight in weights:
            amount += weight * values[level]
        return amount

    return total


def _product(levels: tuple[int, ...]) -> Formula:
    def product(values: list[float], sums: list[int]) -> float:
        amount = values[levels[0]]
        for level in levels[1:]:
            amount *= values[level]
        return amount

    return product


def _quotient(dividend: int, divisor: int, otherwise: float) -> Formula:
    def quotient(values: list[float], sums: list[int]) -> float:
        over = values[divisor]
        return values[dividend] / over if over != 0.0 else otherwise

    return quotient
