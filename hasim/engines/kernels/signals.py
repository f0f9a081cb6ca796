"""Signals and immediate moves: who takes part in the next step, and how.

Theory of operation: the functions here fill `mover`, `chosen` and `origin` (automaton, alternative, phase that is left) for one step and
return how many there are; the event loop then carries the step out.
"""

from __future__ import annotations

import numpy as np

from hasim.engines.kernels.compilation import inline
from hasim.engines.kernels.draws import SIGNAL, draw_uniform
from hasim.engines.kernels.moves import choose, is_eligible
from hasim.engines.kernels.state import AT, ERROR, FLIPS, FLOOD, HEAD, HEAP, TAIL

u = np.uintp


@inline
def queue_signal(state, signal, emitter):  # type: ignore[no-untyped-def]
    """Put a signal at the end of the queue."""
    size = len(state.queue_signal)
    tail = state.whole[TAIL]
    if tail - state.whole[HEAD] >= size:
        state.whole[ERROR] = FLOOD
        state.whole[AT] = signal
    else:
        state.queue_signal[u(tail % size)] = signal
        state.queue_emitter[u(tail % size)] = emitter
        state.whole[TAIL] = tail + 1


@inline
def emit(network, state, alternative, emitter):  # type: ignore[no-untyped-def]
    """Queue the signals of an alternative."""
    for k in range(network.emit_ptr[u(alternative)], network.emit_ptr[u(alternative) + u(1)]):
        queue_signal(state, network.emit_signal[u(k)], emitter)


@inline
def _sort(values, n):  # type: ignore[no-untyped-def]
    for i in range(1, n):
        value, j = values[i], i
        while j > 0 and values[j - 1] > value:
            values[j] = values[j - 1]
            j -= 1
        values[j] = value


@inline
def emit_flips(network, state):  # type: ignore[no-untyped-def]
    """Queue the signals of the gates that flipped in this step, by node."""
    n = state.whole[FLIPS]
    state.whole[FLIPS] = 0
    _sort(state.flipped, n)
    for i in range(n):
        gate = state.flipped[u(i)]
        if state.value[u(gate)] != 0.0:
            for k in range(network.rise_ptr[u(gate)], network.rise_ptr[u(gate) + u(1)]):
                queue_signal(state, network.rise_signal[u(k)], -1)
        else:
            for k in range(network.fall_ptr[u(gate)], network.fall_ptr[u(gate) + u(1)]):
                queue_signal(state, network.fall_signal[u(k)], -1)


@inline
def _reaction(network, signal, phase):  # type: ignore[no-untyped-def]
    for k in range(network.reaction_ptr[u(phase)], network.reaction_ptr[u(phase) + u(1)]):
        if network.reaction_signal[u(k)] == signal:
            return np.int64(network.reaction_row[u(k)])
    return np.int64(-1)


@inline
def _swap(state, i, j):  # type: ignore[no-untyped-def]
    state.mover[u(i)], state.mover[u(j)] = state.mover[u(j)], state.mover[u(i)]


@inline
def _first_entered(state, i, n):  # type: ignore[no-untyped-def]
    best = i
    for j in range(i + 1, n):
        a, b = state.mover[u(j)], state.mover[u(best)]
        earlier = state.entered[u(a)] < state.entered[u(b)]
        if earlier or (state.entered[u(a)] == state.entered[u(b)] and a < b):
            best = j
    return best


@inline
def _limited(network, state, signal, n):  # type: ignore[no-untyped-def]
    """Keep at most `limit` of the n automata reached, sorted again."""
    limit, how = network.limit[u(signal)], network.choose[u(signal)]
    if limit < 0 or limit >= n:
        return n
    for i in range(limit):
        if how == 1:
            _swap(state, i, _first_entered(state, i, n))
        elif how == 2:
            _swap(state, i, i + int(draw_uniform(state.stream, SIGNAL, signal) * (n - i)))
    _sort(state.mover, limit)
    return np.int64(limit)


@inline
def _reach_members(core, network, clocks, state, signal, automaton, n):  # type: ignore[no-untyped-def]
    """Add every member of a population that a signal moves."""
    for phase in range(core.first_phase[u(automaton)], core.first_phase[u(automaton) + u(1)]):
        row = _reaction(network, signal, phase)
        if row >= 0 and state.members[u(phase)] > 0 and is_eligible(core, state, row):
            for _ in range(state.members[u(phase)]):
                state.mover[u(n)] = automaton
                state.chosen[u(n)] = row
                state.origin[u(n)] = phase
                n += 1
    return n


@inline
def _reach(core, network, clocks, state, signal, emitter):  # type: ignore[no-untyped-def]
    """List whom a signal reaches in `mover`; rows of members of populations go to `chosen`."""
    n = np.int64(0)
    for k in range(network.address_ptr[u(signal)], network.address_ptr[u(signal) + u(1)]):
        automaton = network.address[u(k)]
        if automaton == emitter:
            continue
        if clocks is not None and clocks.population[u(automaton)] >= 0:
            n = _reach_members(core, network, clocks, state, signal, automaton, n)
        else:
            row = _reaction(network, signal, state.current[u(automaton)])
            if row >= 0 and is_eligible(core, state, row):
                state.mover[u(n)] = automaton
                n += 1
    return n


@inline
def deliver(core, network, clocks, state):  # type: ignore[no-untyped-def]
    """Take the oldest signal and have all whom it reaches choose; return (signal, how many move)."""
    place = state.whole[HEAD] % len(state.queue_signal)
    state.whole[HEAD] += 1
    signal, emitter = state.queue_signal[u(place)], state.queue_emitter[u(place)]
    n = _reach(core, network, clocks, state, signal, emitter)
    n = _limited(network, state, signal, n)
    for i in range(n):
        automaton = state.mover[u(i)]
        member = clocks is not None and clocks.population[u(automaton)] >= 0
        phase = state.origin[u(i)] if member else state.current[u(automaton)]
        row = np.int64(state.chosen[u(i)]) if member else _reaction(network, signal, phase)
        state.origin[u(i)] = phase
        state.chosen[u(i)] = choose(core, state, row, automaton)
    return signal, n


@inline
def _pop(network, state):  # type: ignore[no-untyped-def]
    """Remove the first rank from the heap."""
    n = state.whole[HEAP] - 1
    state.whole[HEAP] = n
    state.in_heap[u(state.heap[0])] = 0
    rank, place, child = state.heap[u(n)], np.int64(0), np.int64(1)
    while child < n:
        if child + 1 < n and state.heap[u(child + 1)] < state.heap[u(child)]:
            child += 1
        if state.heap[u(child)] >= rank:
            break
        state.heap[u(place)] = state.heap[u(child)]
        place, child = child, 2 * child + 1
    state.heap[u(place)] = rank


@inline
def immediate(core, network, state):  # type: ignore[no-untyped-def]
    """Have the first eligible immediate row choose; return how many move, 0 or 1.

    A row that is not eligible leaves the heap; a change of what it reads puts it back.
    """
    while state.whole[HEAP] > 0:
        phase = network.rank_phase[u(state.heap[0])]
        automaton = core.phase_automaton[u(phase)]
        _pop(network, state)
        if state.current[u(automaton)] == phase:
            alternative = choose(core, state, network.immediate_row[u(phase)], automaton)
            if alternative >= 0:
                state.mover[0] = automaton
                state.chosen[0] = alternative
                state.origin[0] = phase
                return np.int64(1)
    return np.int64(0)
