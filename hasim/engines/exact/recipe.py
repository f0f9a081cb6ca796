"""How goals follow from the modules, taken one after another.

Theory of operation: when the modules are taken in a given order, each item (see items.py) takes
its inputs as soon as they are known. Between two steps only little must be remembered: values that
later steps ask for, and what unfinished items have so far. That tuple is the *memory*; two
histories with equal memories have the same future.

A count that only gates read is remembered no more exactly than needed: once its gates are decided
whatever follows, all values that decide them alike are one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from hasim.engines.exact.items import Fold, Item, Leaf, PhaseNow, fold_of
from hasim.process import Blame, Count, Gate, Node, Occupancy, Process
from hasim.process.blame_walk import walk_inside_out
from hasim.process.comparisons import COMPARE
from hasim.process.measures import ByPhase, Charged, FirstFailing, Label, Ranked
from hasim.process.node_checks import names_read

Memory = tuple[Hashable, ...]
View = tuple[Hashable, ...]
_Operation = Callable[[list[Any]], None]


@dataclass
class _Slot:
    """One item: what it takes and when, when it is known, and the last step that asks for it."""

    item: Item
    fold: Fold | None
    inputs: tuple[int, ...] = ()
    takes: tuple[int, ...] = ()
    known: int = -1
    asked: int = -1
    readers: list[int] = field(default_factory=list)

    @property
    def begun(self) -> int:
        return min(self.takes, default=self.known)


class Recipe:
    """How the values of some goals follow from modules taken in a given order.

    Parameters
    ----------
    process : Process
    steps : sequence of sequence of str
        The automata of the module that is taken at each step; all that the goals depend on.
    goals : sequence of Node or Blame

    Attributes
    ----------
    leaves : list of list of Leaf
        What is looked at in the module of each step: a view is the tuple of their values.
    start : Memory
        The memory before the first step.
    """

    def __init__(
        self, process: Process, steps: Sequence[Sequence[str]], goals: Sequence[Node | Blame]
    ) -> None:
        self._nodes = {node.name: node for node in process.nodes}
        self._members = {one.name: one.count or 1 for one in process.automata}
        self._step = {name: step for step, some in enumerate(steps) for name in some}
        self._slots: list[_Slot] = []
        self._place: dict[Hashable, int] = {}
        self.leaves: list[list[Leaf]] = [[] for _ in steps]
        for item in _items_of(goals, self._nodes):
            self._add(item)
        self._goals = [self._place[_key(goal)] for goal in goals]
        self._plan(len(steps))
        self._values: list[Any] = [None if s.fold is None else s.fold.start for s in self._slots]
        for slot, value in zip(self._slots, range(len(self._slots)), strict=True):
            if slot.fold is not None and slot.known < 0:
                self._finish_constant(value)
        self._operations: list[list[_Operation]] = [[] for _ in steps]
        for place, slot in enumerate(self._slots):
            if slot.fold is not None and slot.known >= 0:
                self._schedule(place, slot, slot.fold)
        self.start: Memory = tuple(self._values[slot] for slot in self._kept[0])

    def take(self, step: int, memory: Memory, view: View) -> Memory:
        """Return the memory after the module of a step is found to look like `view`."""
        values, slots = self._values, self._slots
        for place in self._opened[step]:
            values[place] = slots[place].fold.start  # type: ignore[union-attr]
        for place, value in zip(self._kept[step], memory, strict=True):
            values[place] = value
        for place, value in zip(self._looked_at[step], view, strict=True):
            values[place] = value
        for operation in self._operations[step]:
            operation(values)
        return tuple(values[place] for place in self._kept[step + 1])

    def read(self, memory: Memory) -> tuple[Any, ...]:
        """Return the values of the goals from the memory after the last step."""
        values = dict(zip(self._kept[-1], memory, strict=True))
        return tuple(values.get(goal, self._values[goal]) for goal in self._goals)

    # ------------------------------------------------------------------ items

    def _add(self, item: Item) -> int:
        key = _key(item)
        if key in self._place:
            return self._place[key]
        if isinstance(item, Occupancy | PhaseNow):
            slot = _Slot(item, None, known=self._step[item.automaton])
            self.leaves[slot.known].append(item)
        else:
            slot = self._slot_of(item, fold_of(item))
        place = len(self._slots)
        self._place[key] = place
        self._slots.append(slot)
        for one in slot.inputs:
            self._slots[one].readers.append(place)
        return place

    def _slot_of(self, item: Item, fold: Fold) -> _Slot:
        inputs = tuple(
            self._place[one] if isinstance(one, str) else self._add(one) for one in fold.inputs
        )
        known = [self._slots[one].known for one in inputs]
        takes = known if fold.in_any_order else [max(known[: k + 1]) for k in range(len(known))]
        return _Slot(item, fold, inputs, tuple(takes), max(known, default=-1))

    def _finish_constant(self, place: int) -> None:
        slot = self._slots[place]
        assert slot.fold is not None
        so_far = slot.fold.start
        for k, one in enumerate(slot.inputs):
            so_far = slot.fold.add(so_far, k, self._values[one])
        self._values[place] = slot.fold.finish(so_far)

    # ------------------------------------------------------------------ plan

    def _plan(self, n_steps: int) -> None:
        """Find which slots are in the memory before each step, and after the last."""
        for slot in self._slots:
            for one, step in zip(slot.inputs, slot.takes, strict=True):
                self._slots[one].asked = max(self._slots[one].asked, step)
        for goal in self._goals:
            self._slots[goal].asked = n_steps
        self._kept: list[list[int]] = [[] for _ in range(n_steps + 1)]
        self._opened: list[list[int]] = [[] for _ in range(n_steps)]
        self._looked_at: list[list[int]] = [[] for _ in range(n_steps)]
        for place, slot in enumerate(self._slots):
            if slot.known < 0:
                continue
            begun = max(slot.begun, 0)
            if slot.fold is None:
                self._looked_at[slot.known].append(place)
            else:
                self._opened[begun].append(place)
            for step in range(begun + 1, max(slot.known, slot.asked) + 1):
                self._kept[step].append(place)

    def _schedule(self, place: int, slot: _Slot, fold: Fold) -> None:
        """Have an item take each input at its step, and be finished when all are taken."""
        taken: dict[int, list[tuple[int, int]]] = {slot.known: []}
        for k, (one, step) in enumerate(zip(slot.inputs, slot.takes, strict=True)):
            taken.setdefault(max(step, 0), []).append((k, one))
        weights = self._weights_if_only_compared(slot)
        to_come = sum(w for w in weights if w < 0), sum(w for w in weights if w > 0)
        for step, inputs in sorted(taken.items()):
            is_last = step == slot.known
            self._operations[step].append(_take_inputs(place, fold, inputs, is_last=is_last))
            if weights and not is_last:
                gone = [weights[k] for k, _ in inputs]
                least = to_come[0] - sum(w for w in gone if w < 0)
                to_come = least, to_come[1] - sum(w for w in gone if w > 0)
                self._operations[step].append(self._forget(place, slot, to_come))

    def _weights_if_only_compared(self, slot: _Slot) -> list[int]:
        """The most that each term of a count adds if only gates read it; none for other items."""
        readers = [self._slots[reader].item for reader in slot.readers]
        is_goal = self._place[_key(slot.item)] in self._goals
        is_read = is_goal or not all(isinstance(reader, Gate) for reader in readers)
        if is_read or not isinstance(slot.item, Count):
            return []
        return [
            weight * (self._members[term.automaton] if isinstance(term, Occupancy) else 1)
            for term, weight in slot.item.terms
        ]

    def _forget(self, place: int, slot: _Slot, to_come: tuple[int, int]) -> _Operation:
        """Make one of all values of a count that decide its gates alike.

        `to_come` is the least and the most that the terms not yet taken can add.
        """
        count, (least, most) = slot.item, to_come
        assert isinstance(count, Count)
        gates = [g for g in (self._slots[r].item for r in slot.readers) if isinstance(g, Gate)]
        same: dict[int, int] = {}
        first: dict[tuple[bool, ...], int] = {}

        def stand_in(so_far: int) -> int:
            low, high = count.unit * (so_far + least), count.unit * (so_far + most)
            if not all(_is_decided(gate, min(low, high), max(low, high)) for gate in gates):
                return so_far
            holds = tuple(COMPARE[gate.comparison](low, gate.threshold) for gate in gates)
            return first.setdefault(holds, so_far)

        def forget(values: list[Any]) -> None:
            so_far = values[place]
            if so_far not in same:
                same[so_far] = stand_in(so_far)
            values[place] = same[so_far]

        return forget


def _is_decided(gate: Gate, low: float, high: float) -> bool:
    compare = COMPARE[gate.comparison]
    if gate.comparison == "==" and low <= gate.threshold <= high:
        return low == high
    return compare(low, gate.threshold) == compare(high, gate.threshold)


def _take_inputs(
    place: int, fold: Fold, taken: list[tuple[int, int]], *, is_last: bool
) -> _Operation:
    add, finish = fold.add, fold.finish

    def operation(values: list[Any]) -> None:
        so_far = values[place]
        for k, one in taken:
            so_far = add(so_far, k, values[one])
        values[place] = finish(so_far) if is_last else so_far

    return operation


def automata_of(process: Process, goals: Sequence[Node | Blame]) -> list[str]:
    """Return the automata that goals depend on, in the order in which they are first met."""
    return list(dict.fromkeys(leaf.automaton for leaf in leaves_of(process, goals)))


def leaves_of(process: Process, goals: Sequence[Node | Blame]) -> list[Leaf]:
    """Return all that goals look at, in the order in which it is first met."""
    found: dict[Leaf, None] = {}
    for item in _items_of(goals, {node.name: node for node in process.nodes}):
        found |= dict.fromkeys(
            one for one in fold_of(item).inputs if isinstance(one, Occupancy | PhaseNow)
        )
    return list(found)


def _items_of(goals: Sequence[Node | Blame], nodes: dict[str, Node]) -> Iterator[Node | Blame]:
    """All nodes and tables that the goals are computed from, each after what it reads."""
    opened: set[str] = set()
    for goal in goals:
        if not isinstance(goal, Label | ByPhase | FirstFailing | Ranked | Charged):
            yield from _nodes_below(goal.name, nodes, opened)
            continue
        for table in walk_inside_out(goal):
            for name in (one for one in fold_of(table).inputs if isinstance(one, str)):
                yield from _nodes_below(name, nodes, opened)
            yield table


def _nodes_below(name: str, nodes: dict[str, Node], opened: set[str]) -> Iterator[Node]:
    """A node after all that it reads, without those that were opened before."""
    stack = [(name, False)]
    while stack:
        name, is_read = stack.pop()
        if is_read:
            yield nodes[name]
        elif name not in opened:
            opened.add(name)
            stack.append((name, True))
            stack.extend((one, False) for one in reversed(names_read(nodes[name])))


def _key(item: Item) -> Hashable:
    """Nodes are known by name, leaves by content, tables, which are shared, by identity."""
    if isinstance(item, Occupancy | PhaseNow):
        return item
    return (
        id(item)
        if isinstance(item, Label | ByPhase | FirstFailing | Ranked | Charged)
        else item.name
    )
