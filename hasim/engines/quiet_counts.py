"""Who needs to know when a level changes, and how far a count can move before anybody does.

Theory of operation: where only gates read a count, a change of it matters when one of them flips.
Each flips at certain integers, its cuts: as long as the sum stays between two cuts the event loop
adds to it and leaves it at that. The value of such a count is then out of date, which nobody sees.

Rules of this file: a cut is found with the very comparison that the event loop makes, since
unit x sum is rounded.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hasim.engines.kernels import codes
from hasim.process import Average, Count, Gate, Node, Occupancy, Process

_HOLDS: dict[str, tuple[Callable[[float, float], bool], ...]] = {
    ">=": (operator.ge,),
    ">": (operator.gt,),
    "<=": (operator.le,),
    "<": (operator.lt,),
    "==": (operator.ge, operator.gt),
}


def find_cuts(process: Process, readers: Sequence[Sequence[Node]]) -> list[tuple[float, ...]]:
    """For each node its cuts, given who reads it; none where every change matters.

    At a cut c something flips between the sums c - 1 and c.
    """
    needed = _needed_exactly(process)
    members = {a.name: 1 if a.count is None else a.count for a in process.automata}
    found: list[tuple[float, ...]] = []
    for node, by in zip(process.nodes, readers, strict=True):
        gates = [reader for reader in by if isinstance(reader, Gate)]
        is_quiet = isinstance(node, Count) and len(gates) == len(by) and node.name not in needed
        found.append(_cuts(node, gates, members) if isinstance(node, Count) and is_quiet else ())
    return found


def _needed_exactly(process: Process) -> set[str]:
    """Levels whose every value is used: averages, speeds, weights, sizes of pools."""
    automata = process.automata
    delays = [delay for automaton in automata for delay in automaton.delays]
    rows = [delay.row for delay in delays]
    rows += [reaction.row for automaton in automata for reaction in automaton.reactions]
    phases = [phase for automaton in automata for phase in automaton.phases]
    rows += [phase.immediate for phase in phases if phase.immediate is not None]
    needed = {measure.level for measure in process.measures if isinstance(measure, Average)}
    needed |= {delay.speed for delay in delays if delay.speed is not None}
    needed |= {pool.size for pool in process.pools if isinstance(pool.size, str)}
    return needed | {
        a.weight for row in rows for a in row.alternatives if isinstance(a.weight, str)
    }


def _cuts(count: Count, gates: Sequence[Gate], members: dict[str, int]) -> tuple[float, ...]:
    reach = 1 + abs(count.constant)
    for source, weight in count.terms:
        size = members[source.automaton] if isinstance(source, Occupancy) else 1
        reach += abs(weight) * size
    found = set()
    for gate in gates:
        for compare in _HOLDS[gate.comparison]:
            low, high = -reach, reach
            before = compare(count.unit * float(low), gate.threshold)
            if compare(count.unit * float(high), gate.threshold) == before:
                continue
            while high - low > 1:
                middle = (low + high) // 2
                same = compare(count.unit * float(middle), gate.threshold) == before
                low, high = (middle, high) if same else (low, middle)
            found.add(float(high))
    return tuple(sorted(found))


def find_uses(nodes: NDArray[Any]) -> NDArray[Any]:
    """The bits of each node that say which of its lists are not empty."""
    lists = {
        "average": codes.AVERAGED,
        "reader": codes.READ,
        "outage": codes.MEASURED,
        "watch": codes.WATCHED,
        "rise": codes.TELLS,
        "fall": codes.TELLS,
        "user": codes.PACES,
    }
    uses = np.zeros(len(nodes), dtype=np.int32)
    for name, bit in lists.items():
        uses |= np.where(nodes[f"{name}1"] > nodes[f"{name}0"], bit, 0).astype(np.int32)
    return uses
