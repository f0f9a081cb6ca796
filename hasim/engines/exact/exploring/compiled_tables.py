"""The tables that the compiled explorer reads: a Process, its local states, and recorded courses.

Rules of this file: pure translation; what the fields mean stands in kernels/exploration.py.
"""

from __future__ import annotations

from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray

from hasim.engines.exact.exploring.layout import Layout
from hasim.engines.exact.exploring.local_states import HOLDING
from hasim.engines.exact.exploring.orbits import Orbits
from hasim.engines.exact.exploring.recording import Course, Operation, Read
from hasim.engines.kernels import exploration as kernel
from hasim.process import Count, Gate, Holds, Minimum, Node, Product, Quotient, Steps, Total
from hasim.process.node_checks import names_read

Arrays = dict[str, NDArray[Any]]

_READS = {
    "cell": kernel.CELL,
    "value": kernel.VALUE,
    "sum": kernel.SUM,
    "free": kernel.FREE,
    "element": kernel.ELEMENT,
}
_OPERATIONS = {
    "set": kernel.SET,
    "remove": kernel.REMOVE,
    "append": kernel.APPEND,
    "clear": kernel.CLEAR,
}
_COMPARISONS = {">=": 0, ">": 1, "<=": 2, "<": 3, "==": 4}

#: Local states of one automaton that there is room for at first.
_LOCALS = 16


class Growing:
    """An array that doubles when it is full."""

    def __init__(self, dtype: Any, size: int = 64) -> None:
        self.array: NDArray[Any] = np.zeros(size, dtype=dtype)
        self.length = 0

    def add(self, record: Any) -> int:
        """Put a record behind the last one; its place."""
        if self.length == len(self.array):
            self.array = np.concatenate([self.array, np.zeros_like(self.array)])
        self.array[self.length] = record
        self.length += 1
        return self.length - 1


class Trees:
    """What the ends of delays look at and lead to.

    Parameters
    ----------
    delays : ndarray of kernel.DELAY
        Their roots are filled in.

    Attributes
    ----------
    most_outcomes : int
        Of one course.
    """

    def __init__(self, delays: NDArray[Any]) -> None:
        self.most_outcomes = 1
        self._delays = delays
        self._children: dict[tuple[int, int], int] = {}
        self._tree, self._edge = Growing(kernel.TREE), Growing(kernel.EDGE)
        self._leaf, self._outcome = Growing(kernel.LEAF), Growing(kernel.OUTCOME)
        self._operation = Growing(kernel.OPERATION)
        self._edge_slot = np.full(256, -1, dtype=np.int32)

    def enter(self, delay: int, course: Course) -> None:
        """Enter a course that is not there yet."""
        node, arrived = int(self._delays[delay]["root"]), None
        for read in course.reads:
            if node == kernel.NO_CHILD:
                node = self._tree.add((_READS[read.kind], read.at, read.extra))
                self._arrive(delay, arrived, node)
            arrived = (node, _seen(read))
            node = self._children.get(arrived, kernel.NO_CHILD)
        assert node == kernel.NO_CHILD, "a course that is known"
        self._arrive(delay, arrived, kernel.FIRST_LEAF - self._add_leaf(course.outcomes))

    def arrays(self, counter: NDArray[np.int64]) -> Arrays:
        """The tables; the counter is told how many edges there are."""
        if 2 * self._edge.length > len(self._edge_slot):
            self._edge_slot = np.full(4 * len(self._edge_slot), -1, dtype=np.int32)
            counter[kernel.LINKED] = 0
        counter[kernel.EDGES] = self._edge.length
        return {
            "delay": self._delays,
            "tree": self._tree.array,
            "edge": self._edge.array,
            "edge_slot": self._edge_slot,
            "leaf": self._leaf.array,
            "outcome": self._outcome.array,
            "operation": self._operation.array,
        }

    def _arrive(self, delay: int, arrived: tuple[int, int] | None, child: int) -> None:
        """Let what was seen at a node, or the delay itself, lead to a child."""
        if arrived is None:
            self._delays[delay]["root"] = child
            return
        self._children[arrived] = child
        node, value = arrived
        self._edge.add(_record(kernel.EDGE, node=node, child=child, value=value))

    def _add_leaf(self, outcomes: list[tuple[float, list[Operation]]]) -> int:
        first = self._outcome.length
        for share, operations in outcomes:
            begun = self._operation.length
            for kind, at, value in operations:
                self._operation.add((_OPERATIONS[kind], at, value))
            ended = self._operation.length
            outcome = _record(kernel.OUTCOME, operation0=begun, operation1=ended, share=share)
            self._outcome.add(outcome)
        self.most_outcomes = max(self.most_outcomes, len(outcomes))
        return self._leaf.add((first, self._outcome.length))


class LocalTables:
    """What is known of the local states of each automaton.

    Parameters
    ----------
    layout : Layout
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        nodes = layout.nodes
        self._rows = {number: row for row, number in enumerate(counts_needed(layout))}
        self._terms = [[term for term in terms if term.node in self._rows] for terms in nodes.terms]
        n_places = len(layout.locals_of)
        self._room, self._known = [_LOCALS] * n_places, [0] * n_places
        self._race = Growing(kernel.RACE)
        self._lay_out()

    def fill(self) -> None:
        """Enter all local states that are new."""
        locals_of = self._layout.locals_of
        if any(len(own.contents) > room for own, room in zip(locals_of, self._room, strict=True)):
            self._room = [2 * max(len(own.contents), _LOCALS) for own in locals_of]
            self._lay_out()
        for place, own in enumerate(locals_of):
            for number in range(self._known[place], len(own.contents)):
                self._enter(place, number)
            self._known[place] = len(own.contents)

    def learn_races(self, place: int, number: int) -> None:
        """Enter what can happen by itself in a local state."""
        begun = self._race.length
        first = self._layout.ends[place][0].delay if self._layout.ends[place] else 0
        for clock, rate, onward in self._layout.locals_of[place].races(number):
            race = _record(kernel.RACE, delay=first + clock, onward=onward, rate=rate)
            self._race.add(race)
        here = self._local[int(self._base[place]) + number]
        here["race0"], here["race1"] = begun, self._race.length
        self.fill()

    def arrays(self) -> Arrays:
        """The tables."""
        return {
            "base": self._base,
            "local": self._local,
            "race": self._race.array,
            "amount": self._amount,
        }

    def _lay_out(self) -> None:
        """Make room; what was known is entered again, with its races."""
        before = getattr(self, "_local", None), getattr(self, "_base", None)
        self._base = np.cumsum([0, *self._room[:-1]]).astype(np.int32)
        self._local = np.zeros(sum(self._room), dtype=kernel.LOCAL)
        self._local["race1"] = -1
        self._amount = np.zeros((max(1, len(self._rows)), len(self._local)), dtype=np.int64)
        for place, known in enumerate(self._known):
            for number in range(known):
                self._enter(place, number)
            if before[0] is not None and before[1] is not None:
                old = before[0][int(before[1][place]) :][:known]
                self._local[int(self._base[place]) :][:known] = old

    def _enter(self, place: int, number: int) -> None:
        own, at = self._layout.locals_of[place], int(self._base[place]) + number
        content = own.contents[number]
        self._local[at]["pool"] = own.pools[number] if content.token == HOLDING else -1
        for node, phase, token, weight in self._terms[place]:
            self._amount[self._rows[node], at] += weight * content.occupancy(phase, token)


def counts_needed(layout: Layout) -> list[int]:
    """Counts that the exploration needs, by number of node."""
    nodes = layout.nodes
    return [n for n in sorted(nodes.asked) if isinstance(nodes.nodes[n], Count)]


def fixed_tables(layout: Layout, orbits: Orbits | None) -> Arrays:
    """The tables that do not grow."""
    n_places, n_nodes = len(layout.locals_of), len(layout.nodes.nodes)
    value = np.zeros(max(1, n_nodes))
    return {
        "delay0": np.array([e[0].delay if e else 0 for e in layout.ends], dtype=np.int32),
        "line": _lines(layout),
        "size": np.array([queue.size for queue in layout.queues], dtype=np.int64),
        "free": np.zeros(len(layout.queues), dtype=np.int64),
        "sum": np.zeros(max(1, n_nodes), dtype=np.int64),
        "needed": np.array(sorted(layout.nodes.asked), dtype=np.int32),
        "value": value,
        "bits": value.view(np.int64),
        "position": np.zeros(n_places, dtype=np.int64),
        "key": np.zeros(n_places, dtype=np.int64),
        "order": np.zeros(n_places, dtype=np.int32),
        "renamed": np.zeros(n_places, dtype=np.int32),
        **_counts(layout),
        **_nodes(layout),
        **_classes(n_places, orbits),
    }


def delay_table(layout: Layout, orbits: Orbits | None) -> NDArray[Any]:
    """For each delay its speed, and the delay that stands for it; its tree is not known yet."""
    ends = [end for own in layout.ends for end in own]
    table = np.zeros(len(ends), dtype=kernel.DELAY)
    table["speed"] = [end.speed for end in ends]
    table["told"] = [
        layout.ends[place if orbits is None else orbits.first[place]][clock].delay
        for place, own in enumerate(layout.ends)
        for clock in range(len(own))
    ]
    table["root"] = kernel.NO_CHILD
    return table


def _lines(layout: Layout) -> NDArray[Any]:
    """Where each queue and each order of entry stands in a row."""
    automata = layout.process.automata
    rooms = [
        sum(any(p.pool == pool.name for p in one.phases) for one in automata)
        for pool in layout.process.pools
    ]
    rooms += [len(layout.reached[signal]) for _, signal in layout.entries]
    starts = np.cumsum([len(automata), *rooms])[:-1]
    table = np.zeros(len(rooms), dtype=kernel.LINE)
    table["start"], table["room"] = starts, rooms
    return table


def _counts(layout: Layout) -> Arrays:
    """The automata of each count."""
    table: list[tuple[float, ...]] = []
    counted: list[int] = []
    for number in counts_needed(layout):
        places = [
            place
            for place, terms in enumerate(layout.nodes.terms)
            if any(term.node == number for term in terms)
        ]
        one = layout.nodes.nodes[number]
        assert isinstance(one, Count)
        begun = len(counted)
        counted += places
        count = {"node": number, "place0": begun, "place1": len(counted)}
        table.append(_record(kernel.COUNTED, **count, constant=one.constant))
    return {
        "counts": np.array(table, dtype=kernel.COUNTED),
        "counted": np.array(counted, dtype=np.int32),
    }


def _nodes(layout: Layout) -> Arrays:
    """How each level and gate is computed."""
    table = np.zeros(max(1, len(layout.nodes.nodes)), dtype=kernel.NODE)
    inputs, numbers = Growing(kernel.INPUT), Growing(np.float64)
    for number, node in enumerate(layout.nodes.nodes):
        begun, stepped = inputs.length, numbers.length
        for name, weight in zip(names_read(node), _weights(node), strict=True):
            inputs.add(_record(kernel.INPUT, node=layout.nodes.index[name], weight=weight))
        if isinstance(node, Steps):
            for one in (*node.thresholds, *node.values):
                numbers.add(one)
        kind, comparison, constant, unit = _describe(node)
        table[number] = _record(
            kernel.NODE,
            kind=kind,
            comparison=comparison,
            constant=constant,
            unit=unit,
            input0=begun,
            input1=inputs.length,
            step0=stepped,
            step1=numbers.length,
        )
    return {"node": table, "input": inputs.array, "number": numbers.array}


def _weights(node: Node) -> list[float]:
    """The weight of each level or gate that a node reads."""
    match node:
        case Count():
            return [float(weight) for term, weight in node.terms if isinstance(term, Holds)]
        case Total():
            return [float(weight) for _, weight in node.terms]
        case _:
            return [1.0 for _ in names_read(node)]


def _describe(node: Node) -> tuple[int, int, float, float]:
    """Kind, comparison, constant and unit of a node."""
    match node:
        case Count():
            return kernel.COUNTING, 0, 0.0, float(node.unit)
        case Gate():
            return kernel.GATE, _COMPARISONS[node.comparison], float(node.threshold), 1.0
        case Total():
            return kernel.TOTAL, 0, float(node.constant), 1.0
        case Steps():
            return kernel.STEPS, 0, 0.0, 1.0
        case Minimum():
            return kernel.MINIMUM, 0, 0.0, 1.0
        case Product():
            return kernel.PRODUCT, 0, 0.0, 1.0
        case Quotient():
            return kernel.QUOTIENT, 0, float(node.otherwise), 1.0
        case _:
            assert_never(node)


def _classes(n_places: int, orbits: Orbits | None) -> Arrays:
    """The members of each class of interchangeable automata, and who comes before and after."""
    members = [] if orbits is None else orbits.classes
    before, after = np.full((2, n_places), -1, dtype=np.int32)
    for some in members:
        before[list(some[1:])], after[list(some[:-1])] = some[:-1], some[1:]
    return {
        "class0": np.cumsum([0, *map(len, members)]).astype(np.int32),
        "member": np.array([place for some in members for place in some], dtype=np.int32),
        "before": before,
        "after": after,
    }


def _seen(read: Read) -> int:
    """What was seen, as a whole number; of a value its bits."""
    if read.kind == "value":
        return int(np.float64(read.value).view(np.int64))
    return int(read.value)


def _record(dtype: Any, **fields: float) -> tuple[float, ...]:
    """The fields in the order of a record."""
    return tuple(fields[name] for name in dtype.names)
