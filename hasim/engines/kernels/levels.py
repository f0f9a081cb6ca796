"""Levels and gates, kept incrementally.

Theory of operation: a change of occupancy or of a gate changes the integer sums of the counts that read it, at once. Nodes whose
value may have changed wait in a bucket by depth; `settle_levels` goes through the buckets from shallow to deep,
so each node is computed once in a step and after all that it reads.
"""

from __future__ import annotations

import numpy as np

from hasim.engines.kernels.clocks import retime_users
from hasim.engines.kernels.codes import COUNT, GATE, MINIMUM, PRODUCT, STEPS, TOTAL
from hasim.engines.kernels.compilation import inline
from hasim.engines.kernels.state import CAUSE, DIRTY, FLIPS, HEAP, NOW

u = np.uintp


@inline
def mark(nodes, state, node):  # type: ignore[no-untyped-def]
    """Have `node` computed anew in this step."""
    if state.is_dirty[u(node)] == 0:
        state.is_dirty[u(node)] = 1
        depth = nodes.depth[u(node)]
        size = state.bucket_size[u(depth)]
        state.bucket[u(nodes.depth_start[u(depth)] + size)] = node
        state.bucket_size[u(depth)] = size + 1


@inline
def occupy(nodes, state, ptr, node_of, weight_of, phase, sign):  # type: ignore[no-untyped-def]
    """Add `sign` members of a phase to the counts that read it."""
    for k in range(ptr[u(phase)], ptr[u(phase) + u(1)]):
        node = node_of[u(k)]
        state.count[u(node)] += sign * weight_of[u(k)]
        mark(nodes, state, node)


@inline
def _combined(nodes, state, node, kind):  # type: ignore[no-untyped-def]
    first, stop = nodes.input_ptr[u(node)], nodes.input_ptr[u(node) + u(1)]
    value = state.value[u(nodes.input[u(first)])]
    if kind == TOTAL:
        value = nodes.constant[u(node)]
        for k in range(first, stop):
            value += nodes.input_weight[u(k)] * state.value[u(nodes.input[u(k)])]
    elif kind == PRODUCT:
        for k in range(first + 1, stop):
            value *= state.value[u(nodes.input[u(k)])]
    elif kind == MINIMUM:
        for k in range(first + 1, stop):
            value = min(value, state.value[u(nodes.input[u(k)])])
    elif kind == STEPS:
        start, end = nodes.table_ptr[u(node)], nodes.table_ptr[u(node) + u(1)]
        n = (end - start) // 2
        place = 0
        while place < n and value >= nodes.table[u(start + place)]:
            place += 1
        value = nodes.table[u(start + n + place)]
    else:
        divisor = state.value[u(nodes.input[u(first + 1)])]
        value = nodes.constant[u(node)] if divisor == 0.0 else value / divisor
    return value


@inline
def _compared(value, comparison, threshold):  # type: ignore[no-untyped-def]
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
def compute(nodes, state, node):  # type: ignore[no-untyped-def]
    """Value of a node from what it reads."""
    kind = nodes.kind[u(node)]
    if kind == COUNT:
        return nodes.unit[u(node)] * np.float64(state.count[u(node)])
    if kind == GATE:
        level = state.value[u(nodes.input[u(nodes.input_ptr[u(node)])])]
        holds = _compared(level, nodes.comparison[u(node)], nodes.constant[u(node)])
        return 1.0 if holds else 0.0
    return _combined(nodes, state, node, kind)


@inline
def push_immediate(network, state, phase):  # type: ignore[no-untyped-def]
    """Put the immediate row of an occupied phase on the heap of those to look at."""
    rank = network.phase_rank[u(phase)]
    if state.in_heap[u(rank)] == 0:
        state.in_heap[u(rank)] = 1
        place = state.whole[HEAP]
        state.whole[HEAP] = place + 1
        while place > 0 and state.heap[u((place - 1) >> 1)] > rank:
            state.heap[u(place)] = state.heap[u((place - 1) >> 1)]
            place = (place - 1) >> 1
        state.heap[u(place)] = rank


@inline
def _wake_immediates(core, network, state, node):  # type: ignore[no-untyped-def]
    for k in range(network.watch_ptr[u(node)], network.watch_ptr[u(node) + u(1)]):
        phase = network.watch_phase[u(k)]
        if state.current[u(core.phase_automaton[u(phase)])] == phase:
            push_immediate(network, state, phase)


@inline
def _note_outages(nodes, state, node, value):  # type: ignore[no-untyped-def]
    for k in range(nodes.outage_ptr[u(node)], nodes.outage_ptr[u(node) + u(1)]):
        measure = nodes.outage[u(k)]
        if value == 0.0:
            state.outage_cause[u(measure)] = state.whole[CAUSE]
        if state.outage_is_dirty[u(measure)] == 0:
            state.outage_is_dirty[u(measure)] = 1
            state.outage_dirty[u(state.whole[DIRTY])] = measure
            state.whole[DIRTY] += 1


@inline
def _pass_on(nodes, state, node, difference):  # type: ignore[no-untyped-def]
    for k in range(nodes.reader_ptr[u(node)], nodes.reader_ptr[u(node) + u(1)]):
        reader = nodes.reader[u(k)]
        if nodes.kind[u(reader)] == COUNT:
            state.count[u(reader)] += np.int64(difference) * nodes.reader_weight[u(k)]
        mark(nodes, state, reader)


@inline
def _change(core, nodes, network, clocks, state, row, node, value):  # type: ignore[no-untyped-def]
    """Give a node its new value and tell all that depend on it."""
    before = state.value[u(node)]
    state.value[u(node)] = value
    now = state.real[NOW]
    for k in range(nodes.average_ptr[u(node)], nodes.average_ptr[u(node) + u(1)]):
        row[u(nodes.average_column[u(k)])] += before * (now - state.since[u(node)])
    state.since[u(node)] = now
    _pass_on(nodes, state, node, value - before)
    if nodes.kind[u(node)] == GATE:
        _note_outages(nodes, state, node, value)
        if network is not None:
            state.flipped[u(state.whole[FLIPS])] = node
            state.whole[FLIPS] += 1
    if network is not None:
        _wake_immediates(core, network, state, node)
    if clocks is not None:
        retime_users(core, clocks, state, node, value)


@inline
def settle_levels(core, nodes, network, clocks, state, row):  # type: ignore[no-untyped-def]
    """Compute all marked nodes, bottom-up."""
    for depth in range(len(nodes.depth_start) - 1):
        start = nodes.depth_start[u(depth)]
        for k in range(state.bucket_size[u(depth)]):
            node = state.bucket[u(start + k)]
            state.is_dirty[u(node)] = 0
            value = compute(nodes, state, node)
            if value != state.value[u(node)]:
                _change(core, nodes, network, clocks, state, row, node, value)
        state.bucket_size[u(depth)] = 0


@inline
def start_levels(nodes, state):  # type: ignore[no-untyped-def]
    """Compute all nodes from the starting phases, without flips."""
    for node in range(len(nodes.kind)):
        state.is_dirty[u(node)] = 0
        value = compute(nodes, state, node)
        state.value[u(node)] = value
        state.since[u(node)] = 0.0
        for k in range(nodes.reader_ptr[u(node)], nodes.reader_ptr[u(node) + u(1)]):
            reader = nodes.reader[u(k)]
            if nodes.kind[u(reader)] == COUNT:
                state.count[u(reader)] += np.int64(value) * nodes.reader_weight[u(k)]
    state.bucket_size[:] = 0
