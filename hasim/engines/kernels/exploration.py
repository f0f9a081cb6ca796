"""The compiled explorer: states found breadth first, by rules that were recorded.

Theory of operation: what the end of a delay leads to depends on a few things only, such as the
phases of those whom a signal reaches, or who is first in a queue. The plain explorer tells once
what it looked at and what came of it (engines/exact/exploring/recording.py). That makes a tree for
each delay: a node is something to look at, an edge what was seen, a leaf the outcomes. Here the
trees are followed; where one ends, the kernel stops and the plain explorer is asked. So it knows no
rule of docs/semantics.md, and can have none wrong.

A state is a row: the local state of each automaton, then the lines: for each queue of automata its
elements plus 1 from the first on, then zeros. Rows are found again by hashing.

Rules of this file
------------------
1. Invariant of the loop: all transitions of the states before `STATE` are there, and none of later
   ones. Whoever stops within a state takes back its transitions; states that it found stay, as they
   would be found again in the same order.
2. Sums and products are formed in the order of the plain explorer, so that rates are equal to the
   last bit.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hasim.engines.kernels.compilation import inline, kernel

u = np.uintp


def _record(ints: str, floats: str = "", longs: str = "") -> np.dtype[Any]:
    fields: list[Any] = [(name, np.float64) for name in floats.split()]
    fields += [(name, np.int64) for name in longs.split()]
    fields += [(name, np.int32) for name in ints.split()]
    return np.dtype(fields, align=True)


#: `race1` is -1 where the races are not known yet; `pool` is that of the token held, or -1.
LOCAL = _record("race0 race1 pool")
RACE = _record("delay onward", "rate")
DELAY = _record("speed root told")
TREE = _record("kind index extra")
EDGE = _record("node child", longs="value")
LEAF = _record("outcome0 outcome1")
OUTCOME = _record("operation0 operation1", "share")
OPERATION = _record("kind index value")
LINE = _record("start room")
COUNTED = _record("node place0 place1", longs="constant")
NODE = _record("kind comparison input0 input1 step0 step1", "constant unit")
INPUT = _record("node", "weight")
TRANSITION = _record("source target delay", "rate")

#: What a node of a tree looks at.
CELL, VALUE, SUM, FREE, ELEMENT = range(5)

#: What an outcome does to the row.
SET, REMOVE, APPEND, CLEAR = range(4)

#: Kinds of levels and gates; a gate compares.
COUNTING, GATE, TOTAL, STEPS, MINIMUM, PRODUCT, QUOTIENT = range(7)

#: Why the kernel stopped.
DONE, UNKNOWN_LOCAL, UNKNOWN_PATH, TRANSITIONS_FULL, STATES_FULL = range(5)
TOO_MANY, NEGATIVE_SPEED = 5, 6

#: Places in `Tables.counter`.
(
    STATE,
    FOUND,
    NUMBERED,
    TRANSITIONS,
    EDGES,
    LINKED,
    MOST,
    PLACES,
    WIDTH,
    LINES,
    QUEUES,
    AT,
    CLOCK,
) = range(13)
N_COUNTERS = 13

#: In the child of an edge: leaf k is -2 - k.
NO_CHILD, FIRST_LEAF = -1, -2


class Tables(NamedTuple):
    """All that the kernel reads and fills."""

    counter: NDArray[np.int64]
    state: NDArray[np.int32]
    slot: NDArray[np.int32]
    transition: NDArray[Any]
    base: NDArray[np.int32]
    delay0: NDArray[np.int32]
    local: NDArray[Any]
    race: NDArray[Any]
    delay: NDArray[Any]
    tree: NDArray[Any]
    edge: NDArray[Any]
    edge_slot: NDArray[np.int32]
    leaf: NDArray[Any]
    outcome: NDArray[Any]
    operation: NDArray[Any]
    line: NDArray[Any]
    size: NDArray[np.int64]
    free: NDArray[np.int64]
    counts: NDArray[Any]
    counted: NDArray[np.int32]
    amount: NDArray[np.int64]
    sum: NDArray[np.int64]
    needed: NDArray[np.int32]
    node: NDArray[Any]
    input: NDArray[Any]
    number: NDArray[np.float64]
    value: NDArray[np.float64]
    bits: NDArray[np.int64]
    class0: NDArray[np.int32]
    member: NDArray[np.int32]
    before: NDArray[np.int32]
    after: NDArray[np.int32]
    position: NDArray[np.int64]
    key: NDArray[np.int64]
    order: NDArray[np.int32]
    renamed: NDArray[np.int32]
    target: NDArray[np.int64]
    share: NDArray[np.float64]


@inline
def _mix(h, value):
    h = (h ^ np.uint64(value)) * np.uint64(0xBF58476D1CE4E5B9)
    return h ^ (h >> np.uint64(29))


@inline
def _slot_of_row(t, row):
    h = np.uint64(0x9E3779B97F4A7C15)
    for k in range(t.counter[WIDTH]):
        h = _mix(h, t.state[u(row), u(k)])
    return np.int64(h & np.uint64(t.slot.size - 1))


@inline
def _same_rows(t, one, other):
    for k in range(t.counter[WIDTH]):
        if t.state[u(one), u(k)] != t.state[u(other), u(k)]:
            return False
    return True


@inline
def _number_row(t, row):
    """The number of the state in a row; the row's own where it is new."""
    slot = _slot_of_row(t, row)
    while t.slot[u(slot)] >= 0:
        if _same_rows(t, t.slot[u(slot)], row):
            return np.int64(t.slot[u(slot)])
        slot = (slot + 1) & (t.slot.size - 1)
    t.slot[u(slot)] = row
    return np.int64(row)


@inline
def _slot_of_edge(t, node, value):
    h = _mix(_mix(np.uint64(0x9E3779B97F4A7C15), node), value)
    return np.int64(h & np.uint64(t.edge_slot.size - 1))


@inline
def _link_edges(t):
    """Make the edges that were added since last time findable."""
    for k in range(t.counter[LINKED], t.counter[EDGES]):
        slot = _slot_of_edge(t, t.edge[k].node, t.edge[k].value)
        while t.edge_slot[u(slot)] >= 0:
            slot = (slot + 1) & (t.edge_slot.size - 1)
        t.edge_slot[u(slot)] = k
    t.counter[LINKED] = t.counter[EDGES]


@inline
def _child(t, node, value):
    slot = _slot_of_edge(t, node, value)
    while t.edge_slot[u(slot)] >= 0:
        edge = t.edge[u(t.edge_slot[u(slot)])]
        if edge.node == node and edge.value == value:
            return np.int64(edge.child)
        slot = (slot + 1) & (t.edge_slot.size - 1)
    return np.int64(NO_CHILD)


# ---------------------------------------------------------------------------- values in a state


@inline
def _compare(comparison, level, threshold):
    if comparison == 0:
        return level >= threshold
    if comparison == 1:
        return level > threshold
    if comparison == 2:
        return level <= threshold
    if comparison == 3:
        return level < threshold
    return level == threshold


@inline
def _value_of(t, number):
    """The value of a level or gate from the sums and the values of earlier nodes."""
    node = t.node[u(number)]
    if node.kind == COUNTING:
        amount = t.sum[u(number)]
        for k in range(node.input0, node.input1):
            if t.value[u(t.input[u(k)].node)] != 0.0:
                amount += np.int64(t.input[u(k)].weight)
        return node.unit * np.float64(amount)
    first = t.value[u(t.input[u(node.input0)].node)]
    if node.kind == GATE:
        return 1.0 if _compare(node.comparison, first, node.constant) else 0.0
    if node.kind == TOTAL:
        total = node.constant
        for k in range(node.input0, node.input1):
            total += t.input[u(k)].weight * t.value[u(t.input[u(k)].node)]
        return total
    if node.kind == STEPS:
        # Thresholds first, then one value more than these.
        half = (node.step1 - node.step0) // 2
        passed = 0
        while passed < half and t.number[u(node.step0 + passed)] <= first:
            passed += 1
        return t.number[u(node.step0 + half + passed)]
    if node.kind == MINIMUM:
        for k in range(node.input0 + 1, node.input1):
            first = min(first, t.value[u(t.input[u(k)].node)])
        return first
    if node.kind == PRODUCT:
        for k in range(node.input0 + 1, node.input1):
            first *= t.value[u(t.input[u(k)].node)]
        return first
    over = t.value[u(t.input[u(node.input0 + 1)].node)]
    return first / over if over != 0.0 else node.constant


@inline
def _prepare(t, state):
    """Free tokens, sums and values in a state."""
    for pool in range(t.size.size):
        t.free[u(pool)] = t.size[u(pool)]
    if t.size.size > 0:
        for place in range(t.counter[PLACES]):
            pool = t.local[u(t.base[u(place)] + t.state[u(state), u(place)])].pool
            if pool >= 0:
                t.free[u(pool)] -= 1
    for count in range(t.counts.size):
        one = t.counts[u(count)]
        amount = one.constant
        for k in range(one.place0, one.place1):
            place = t.counted[u(k)]
            amount += t.amount[u(count), u(t.base[u(place)] + t.state[u(state), u(place)])]
        t.sum[u(one.node)] = amount
    for k in range(t.needed.size):
        t.value[u(t.needed[u(k)])] = _value_of(t, t.needed[u(k)])


@inline
def _look(t, state, node):
    """What is seen in a state where a node of a tree looks."""
    one = t.tree[u(node)]
    if one.kind == CELL:
        return np.int64(t.state[u(state), u(one.index)])
    if one.kind == VALUE:
        return t.bits[u(one.index)]
    if one.kind == SUM:
        return t.sum[u(one.index)]
    if one.kind == FREE:
        return t.free[u(one.index)]
    line = t.line[u(one.index)]
    if one.extra >= line.room:
        return np.int64(0)
    return np.int64(t.state[u(state), u(line.start + one.extra)])


# ---------------------------------------------------------------------------- rows


@inline
def _copy_row(t, state, row):
    for k in range(t.counter[WIDTH]):
        t.state[u(row), u(k)] = t.state[u(state), u(k)]


@inline
def _operate(t, row, operation):
    """Set a cell, or take an automaton out of a line, put it behind, or empty the line."""
    if operation.kind == SET:
        t.state[u(row), u(operation.index)] = operation.value
        return
    line = t.line[u(operation.index)]
    written = line.start
    for k in range(line.start, line.start + line.room):
        element = t.state[u(row), u(k)]
        if element != 0 and operation.kind != CLEAR:
            if operation.kind == REMOVE and element == operation.value:
                continue
            t.state[u(row), u(written)] = element
            written += 1
    if operation.kind == APPEND:
        t.state[u(row), u(written)] = operation.value
        written += 1
    for k in range(written, line.start + line.room):
        t.state[u(row), u(k)] = 0


@inline
def _normalize(t, row):
    """Put the row of those that are equal in its one form (exploring/orbits.py)."""
    places = t.counter[PLACES]
    for place in range(places):
        t.position[u(place)] = 0
        t.renamed[u(place)] = place
    for queue in range(t.counter[QUEUES]):
        line = t.line[u(queue)]
        for k in range(line.room):
            element = t.state[u(row), u(line.start + k)]
            if element != 0:
                t.position[u(element - 1)] = k + 1
    for group in range(t.class0.size - 1):
        first, stop = t.class0[u(group)], t.class0[u(group + 1)]
        for k in range(first, stop):
            place = t.member[u(k)]
            key = np.int64(t.state[u(row), u(place)]) * (places + 1) + t.position[u(place)]
            at = k
            while at > first and t.key[u(at - 1)] > key:
                t.key[u(at)] = t.key[u(at - 1)]
                t.order[u(at)] = t.order[u(at - 1)]
                at -= 1
            t.key[u(at)] = key
            t.order[u(at)] = place
        for k in range(first, stop):
            t.state[u(row), u(t.member[u(k)])] = t.key[u(k)] // (places + 1)
            t.renamed[u(t.order[u(k)])] = t.member[u(k)]
    for queue in range(t.counter[QUEUES]):
        line = t.line[u(queue)]
        for k in range(line.start, line.start + line.room):
            element = t.state[u(row), u(k)]
            if element != 0:
                t.state[u(row), u(k)] = t.renamed[u(element - 1)] + 1


@inline
def _settle_row(t):
    """The number of the state in the row after the last one; -1 where there are too many."""
    if t.class0.size > 1:
        _normalize(t, t.counter[FOUND])
    row = t.counter[FOUND]
    number = _number_row(t, row)
    if number == row:
        t.counter[FOUND] += 1
        t.counter[NUMBERED] += 1
        if number >= t.counter[MOST]:
            return np.int64(-1)
    return number


@inline
def _add(t, state, target, delay, rate):
    way = t.transition[u(t.counter[TRANSITIONS])]
    way.source = state
    way.target = target
    way.delay = delay
    way.rate = rate
    t.counter[TRANSITIONS] += 1


# ---------------------------------------------------------------------------- the loop


@inline
def _find_room(t, outcomes):
    """Whether there is room for so many states and transitions more."""
    if t.counter[TRANSITIONS] + outcomes > t.transition.size:
        return TRANSITIONS_FULL
    found = t.counter[FOUND] + outcomes
    if found >= len(t.state) or 2 * found > t.slot.size:
        return STATES_FULL
    return DONE


@inline
def _end_delay(t, state, delay, rate):
    """Add what the end of a delay leads to."""
    node = np.int64(delay.root)
    while node >= 0:
        node = _child(t, node, _look(t, state, node))
    if node == NO_CHILD:
        return UNKNOWN_PATH
    leaf = t.leaf[u(FIRST_LEAF - node)]
    n_outcomes = leaf.outcome1 - leaf.outcome0
    status = _find_room(t, n_outcomes)
    if status != DONE:
        return status
    n_targets = 0
    for k in range(leaf.outcome0, leaf.outcome1):
        outcome = t.outcome[u(k)]
        _copy_row(t, state, t.counter[FOUND])
        for one in range(outcome.operation0, outcome.operation1):
            _operate(t, t.counter[FOUND], t.operation[u(one)])
        target = _settle_row(t)
        if target < 0:
            return TOO_MANY
        at = 0
        while at < n_targets and t.target[u(at)] != target:
            at += 1
        if at == n_targets:
            t.target[u(at)] = target
            t.share[u(at)] = 0.0
            n_targets += 1
        t.share[u(at)] += outcome.share
    for k in range(n_targets):
        _add(t, state, t.target[u(k)], delay.told, rate * t.share[u(k)])
    return DONE


@inline
def _end_stage(t, state, place, onward, rate):
    """Add that only a stage of a delay ends."""
    status = _find_room(t, 1)
    if status != DONE:
        return status
    _copy_row(t, state, t.counter[FOUND])
    t.state[u(t.counter[FOUND]), u(place)] = onward
    target = _settle_row(t)
    if target < 0:
        return TOO_MANY
    _add(t, state, target, -1, rate)
    return DONE


@inline
def _run_race(t, state, place, race, times):
    """Let a delay end, or its stage, for as many automata as are in the same local state."""
    t.counter[CLOCK] = race.delay - t.delay0[u(place)]
    delay = t.delay[u(race.delay)]
    rate = race.rate * times
    if delay.speed >= 0:
        speed = t.value[u(delay.speed)]
        if speed < 0.0:
            return NEGATIVE_SPEED
        rate *= speed
        if rate == 0.0:
            return DONE
    if race.onward < 0:
        return _end_delay(t, state, delay, rate)
    return _end_stage(t, state, place, race.onward, rate)


@inline
def _explore_state(t, state):
    """Let each live delay end, or its stage."""
    _prepare(t, state)
    for place in range(t.counter[PLACES]):
        t.counter[AT] = place
        number = t.state[u(state), u(place)]
        local = t.local[u(t.base[u(place)] + number)]
        if local.race1 < 0:
            return UNKNOWN_LOCAL
        if t.before[u(place)] >= 0 and t.state[u(state), u(t.before[u(place)])] == number:
            continue
        times, later = 1, t.after[u(place)]
        while later >= 0 and t.state[u(state), u(later)] == number:
            times += 1
            later = t.after[u(later)]
        for k in range(local.race0, local.race1):
            status = _run_race(t, state, place, t.race[u(k)], times)
            if status != DONE:
                return status
    return DONE


@kernel
def explore_states(tables):
    """Explore states from where the last call stopped; the reason why this one stops."""
    t = tables
    _link_edges(t)
    for row in range(t.counter[NUMBERED], t.counter[FOUND]):
        _number_row(t, row)
    t.counter[NUMBERED] = t.counter[FOUND]
    while t.counter[STATE] < t.counter[FOUND]:
        begun = t.counter[TRANSITIONS]
        status = _explore_state(t, t.counter[STATE])
        if status != DONE:
            t.counter[TRANSITIONS] = begun
            return status
        t.counter[STATE] += 1
    return DONE
