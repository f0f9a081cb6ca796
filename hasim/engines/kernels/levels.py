"""Levels and gates, kept incrementally.

Theory of operation: a change of occupancy or of a gate changes the integer sums of the counts
that read it, at once. A count that only gates read is left alone as long as its sum is within
[low, high), where none of them flips (see engines/quiet_counts.py); for any other that interval is
empty. Nodes whose value may have changed are marked by a bit, and the word that
it is in by a bit of `mark_of_marks`; `settle_levels` takes the bits from low to high. Nodes read
earlier nodes only, so each is computed once in a step and after all that it reads.
"""

from __future__ import annotations

import numpy as np

from hasim.engines.kernels.clocks import retime_users
from hasim.engines.kernels.codes import (
    AVERAGED,
    COUNT,
    GATE,
    MEASURED,
    MINIMUM,
    PACES,
    PRODUCT,
    READ,
    STEPS,
    TELLS,
    TOTAL,
    WATCHED,
)
from hasim.engines.kernels.compilation import inline, lowest_bit
from hasim.engines.kernels.world import CAUSE, DIRTY, FLIPPED, HEAP, NOW

u = np.uintp
_ONE = np.uint64(1)
_FAR = 1 << 62


@inline
def _mark(world, node):
    """Have `node` computed anew in this step."""
    word = u(node) >> u(6)
    world.mark[word] |= _ONE << np.uint64(node & 63)
    world.mark_of_marks[word >> u(6)] |= _ONE << np.uint64(word & u(63))


@inline
def _add(world, node, difference):
    """Change the sum of a count."""
    level = world.node[u(node)]
    level.count += difference
    if level.count < level.low or level.count >= level.high:
        _mark(world, node)


@inline
def _find_quiet(world, node):
    """Set the interval about the sum of a count in which no gate flips."""
    level = world.node[u(node)]
    level.low, level.high = np.int64(-_FAR), np.int64(_FAR)
    for k in range(level.step0, level.step1):
        cut = np.int64(world.number[u(k)])
        if cut <= level.count:
            level.low = max(level.low, cut)
        else:
            level.high = min(level.high, cut)


@inline
def occupy(world, first, stop, sign):
    """Add `sign` members to the counts of the terms from `first` to `stop`."""
    for k in range(first, stop):
        _add(world, world.term[u(k)].node, np.int64(sign) * world.term[u(k)].weight)


@inline
def _input(world, k):
    return world.node[u(world.input[u(k)].node)].value


@inline
def _step_value(world, node, level):
    start = world.node[u(node)].step0
    n = (world.node[u(node)].step1 - start) >> 1
    place = 0
    while place < n and level >= world.number[u(start + place)]:
        place += 1
    return world.number[u(start + n + place)]


@inline
def _combined(world, node):
    level = world.node[u(node)]
    first, stop = level.input0, level.input1
    value = _input(world, first)
    if level.kind == TOTAL:
        value = level.constant
        for k in range(first, stop):
            value += world.input[u(k)].weight * _input(world, k)
    elif level.kind == PRODUCT:
        for k in range(first + 1, stop):
            value *= _input(world, k)
    elif level.kind == MINIMUM:
        for k in range(first + 1, stop):
            value = min(value, _input(world, k))
    elif level.kind == STEPS:
        value = _step_value(world, node, value)
    else:
        divisor = _input(world, first + 1)
        value = level.constant if divisor == 0.0 else value / divisor
    return value


@inline
def _holds(value, comparison, threshold):
    if comparison == 0:
        return value >= threshold
    if comparison == 1:
        return value > threshold
    if comparison == 2:
        return value <= threshold
    if comparison == 3:
        return value < threshold
    return value == threshold


@inline
def _compute(world, node):
    level = world.node[u(node)]
    if level.kind == COUNT:
        return level.unit * np.float64(level.count)
    if level.kind == GATE:
        holds = _holds(_input(world, level.input0), level.comparison, level.constant)
        return 1.0 if holds else 0.0
    return _combined(world, node)


@inline
def push_immediate(world, phase):
    """Put the immediate row of an occupied phase on the heap of those to look at."""
    if world.phase[u(phase)].in_heap == 0:
        world.phase[u(phase)].in_heap = 1
        rank = world.phase[u(phase)].rank
        place = world.whole[HEAP]
        world.whole[HEAP] = place + 1
        while place > 0 and world.work[HEAP, u((place - 1) >> 1)] > rank:
            world.work[HEAP, u(place)] = world.work[HEAP, u((place - 1) >> 1)]
            place = (place - 1) >> 1
        world.work[HEAP, u(place)] = rank


@inline
def _wake_immediates(world, node):
    for k in range(world.node[u(node)].watch0, world.node[u(node)].watch1):
        phase = world.item[u(k)]
        if world.automaton[u(world.phase[u(phase)].automaton)].current == phase:
            push_immediate(world, phase)


@inline
def _note_outages(world, node):
    gate = world.node[u(node)]
    for k in range(gate.outage0, gate.outage1):
        measure = world.item[u(k)]
        if gate.value == 0.0:
            world.outage[u(measure)].last_cause = world.whole[CAUSE]
        if world.outage[u(measure)].is_dirty == 0:
            world.outage[u(measure)].is_dirty = 1
            world.work[DIRTY, u(world.whole[DIRTY])] = measure
            world.whole[DIRTY] += 1


@inline
def _flips(world, reader, value):
    """Whether a gate flips now that the level that it reads has a value."""
    gate = world.node[u(reader)]
    return _holds(value, gate.comparison, gate.constant) != (gate.value != 0.0)


@inline
def _pass_on(world, node, value, difference):
    for k in range(world.node[u(node)].reader0, world.node[u(node)].reader1):
        reader = world.term[u(k)].node
        if world.node[u(reader)].kind == COUNT:
            _add(world, reader, np.int64(difference) * world.term[u(k)].weight)
        elif world.node[u(reader)].kind != GATE or _flips(world, reader, value):
            _mark(world, reader)


@inline
def _average(world, result, node, before):
    """Add a value that has ended to the integrals over it."""
    level, now = world.node[u(node)], world.real[NOW]
    for k in range(level.average0, level.average1):
        result[u(world.item[u(k)])] += before * (now - level.since)
    level.since = now


@inline
def _change(world, network, clocks, result, node, value):
    """Give a node its new value and tell all that depend on it."""
    level = world.node[u(node)]
    before, uses = level.value, level.uses
    level.value = value
    if uses & AVERAGED:
        _average(world, result, node, before)
    if uses & READ:
        _pass_on(world, node, value, value - before)
    if uses & MEASURED:
        _note_outages(world, node)
    if network is not None:
        if uses & TELLS:
            world.work[FLIPPED, u(world.whole[FLIPPED])] = node
            world.whole[FLIPPED] += 1
        if uses & WATCHED:
            _wake_immediates(world, node)
    if clocks is not None:
        if uses & PACES:
            retime_users(world, node)


@inline
def _has_cuts(world, node):
    level = world.node[u(node)]
    return level.kind == COUNT and level.step1 > level.step0


@inline
def _mark_flips(world, node):
    """Mark the gates that flip with a count that only gates read."""
    level = world.node[u(node)]
    value = level.unit * np.float64(level.count)
    for k in range(level.reader0, level.reader1):
        reader = world.term[u(k)].node
        if _flips(world, reader, value):
            _mark(world, reader)


@inline
def _settle(world, network, clocks, result, node):
    """Compute a marked node."""
    if _has_cuts(world, node):
        _find_quiet(world, node)
        _mark_flips(world, node)
        return
    level = world.node[u(node)]
    value = 1.0 - level.value if level.kind == GATE else _compute(world, node)
    if value != level.value:
        _change(world, network, clocks, result, node, value)


@inline
def _settle_word(world, network, clocks, result, word):
    while world.mark[u(word)] != 0:
        node = (word << 6) + np.int64(lowest_bit(world.mark[u(word)]))
        world.mark[u(word)] &= world.mark[u(word)] - _ONE
        _settle(world, network, clocks, result, node)


@inline
def settle_levels(world, network, clocks, result):
    """Compute all marked nodes, bottom-up."""
    for part in range(len(world.mark_of_marks)):
        while world.mark_of_marks[u(part)] != 0:
            word = (part << 6) + np.int64(lowest_bit(world.mark_of_marks[u(part)]))
            _settle_word(world, network, clocks, result, word)
            world.mark_of_marks[u(part)] &= world.mark_of_marks[u(part)] - _ONE


@inline
def start_levels(world):
    """Compute all nodes from the starting phases, without flips."""
    for node in range(len(world.node)):
        level = world.node[u(node)]
        level.value = _compute(world, node)
        level.since = 0.0
        if _has_cuts(world, node):
            _find_quiet(world, node)
        _pass_on(world, node, level.value, level.value)
    world.mark[:] = 0
    world.mark_of_marks[:] = 0
