"""Signals and immediate moves: who takes part in the next step, and how.

Theory of operation: the functions here fill the lists `MOVER`, `CHOSEN` and `ORIGIN` (automaton,
alternative, phase that is left) for one step and return how many there are; the event loop then
carries the step out.
"""

from __future__ import annotations

import numpy as np

from hasim.engines.kernels.compilation import inline
from hasim.engines.kernels.draws import SIGNAL, draw_uniform
from hasim.engines.kernels.moves import choose, is_eligible
from hasim.engines.kernels.world import (
    AT,
    CHOSEN,
    ERROR,
    FLIPPED,
    FLOOD,
    HEAD,
    HEAP,
    MOVER,
    NOW,
    ORIGIN,
    TAIL,
)

u = np.uintp


@inline
def queue_signals(world, first, stop, emitter):
    """Put the signals listed from `first` to `stop` at the end of the queue."""
    size = len(world.message)
    for k in range(first, stop):
        tail = world.whole[TAIL]
        if tail - world.whole[HEAD] >= size:
            world.whole[ERROR] = FLOOD
            world.whole[AT] = world.item[u(k)]
            return
        world.message[u(tail % size)].signal = world.item[u(k)]
        world.message[u(tail % size)].emitter = emitter
        world.whole[TAIL] = tail + 1


@inline
def _sort_movers(world, n):
    for i in range(1, n):
        value, j = world.work[MOVER, u(i)], i
        while j > 0 and world.work[MOVER, u(j - 1)] > value:
            world.work[MOVER, u(j)] = world.work[MOVER, u(j - 1)]
            j -= 1
        world.work[MOVER, u(j)] = value


@inline
def emit(world, n):
    """Queue what the n rows of a step emit, then the signals of flipped gates, noted by node."""
    for i in range(n):
        way = world.alternative[u(world.work[CHOSEN, u(i)])]
        queue_signals(world, way.emit0, way.emit1, world.work[MOVER, u(i)])
    flips = world.whole[FLIPPED]
    world.whole[FLIPPED] = 0
    for i in range(flips):
        gate = world.node[u(world.work[FLIPPED, u(i)])]
        if gate.value != 0.0:
            queue_signals(world, gate.rise0, gate.rise1, -1)
        else:
            queue_signals(world, gate.fall0, gate.fall1, -1)


@inline
def _reaction(world, signal, phase):
    for k in range(world.phase[u(phase)].reaction0, world.phase[u(phase)].reaction1):
        if world.reaction[u(k)].signal == signal:
            return np.int64(world.reaction[u(k)].row)
    return np.int64(-1)


@inline
def _first_entered(world, i, n):
    best = np.int64(i)
    for j in range(i + 1, n):
        a, b = world.work[MOVER, u(j)], world.work[MOVER, u(best)]
        since_a, since_b = world.automaton[u(a)].entered, world.automaton[u(b)].entered
        if since_a < since_b or (since_a == since_b and a < b):
            best = np.int64(j)
    return best


@inline
def _limited(world, signal, n):
    """Keep at most `limit` of the n automata reached, sorted again."""
    limit, how = world.signal[u(signal)].limit, world.signal[u(signal)].choose
    if limit < 0 or limit >= n:
        return n
    for i in range(limit):
        j = np.int64(i)
        if how == 1:
            j = _first_entered(world, i, n)
        elif how == 2:
            j = i + np.int64(
                draw_uniform(world.stream, world.keys, SIGNAL, signal, world.real[NOW]) * (n - i)
            )
        here, there = world.work[MOVER, u(i)], world.work[MOVER, u(j)]
        world.work[MOVER, u(i)], world.work[MOVER, u(j)] = there, here
    _sort_movers(world, limit)
    return np.int64(limit)


@inline
def _reach_members(world, signal, automaton, n):
    """Add every member of a population that a signal moves."""
    for phase in range(world.frame[u(automaton)].phase0, world.frame[u(automaton)].phase1):
        row = _reaction(world, signal, phase)
        if row >= 0 and world.phase[u(phase)].members > 0 and is_eligible(world, row):
            for _ in range(world.phase[u(phase)].members):
                world.work[MOVER, u(n)] = automaton
                world.work[ORIGIN, u(n)] = phase
                n += 1
    return n


@inline
def _reach(world, clocks, signal, emitter):
    """List whom a signal reaches."""
    n = np.int64(0)
    for k in range(world.signal[u(signal)].address0, world.signal[u(signal)].address1):
        automaton = world.item[u(k)]
        if automaton == emitter:
            continue
        if clocks is not None and world.automaton[u(automaton)].population >= 0:
            n = _reach_members(world, signal, automaton, n)
        else:
            row = _reaction(world, signal, world.automaton[u(automaton)].current)
            if row >= 0 and is_eligible(world, row):
                world.work[MOVER, u(n)] = automaton
                n += 1
    return n


@inline
def deliver(world, clocks):
    """Take the oldest signal and have all whom it reaches choose; return (signal, how many)."""
    message = world.message[u(world.whole[HEAD] % len(world.message))]
    world.whole[HEAD] += 1
    signal = message.signal
    n = _limited(world, signal, _reach(world, clocks, signal, message.emitter))
    for i in range(n):
        automaton = world.work[MOVER, u(i)]
        if clocks is None or world.automaton[u(automaton)].population < 0:
            world.work[ORIGIN, u(i)] = world.automaton[u(automaton)].current
        row = _reaction(world, signal, world.work[ORIGIN, u(i)])
        world.work[CHOSEN, u(i)] = choose(world, row)
    return signal, n


@inline
def _pop(world, rank0):
    """Remove the first phase from the heap and return it."""
    n = world.whole[HEAP] - 1
    world.whole[HEAP] = n
    phase = world.item[u(rank0 + world.work[HEAP, 0])]
    world.phase[u(phase)].in_heap = 0
    rank, place, child = world.work[HEAP, u(n)], np.int64(0), np.int64(1)
    while child < n:
        if child + 1 < n and world.work[HEAP, u(child + 1)] < world.work[HEAP, u(child)]:
            child += 1
        if world.work[HEAP, u(child)] >= rank:
            break
        world.work[HEAP, u(place)] = world.work[HEAP, u(child)]
        place, child = child, 2 * child + 1
    world.work[HEAP, u(place)] = rank
    return phase


@inline
def immediate(world, rank0):
    """Have the first eligible immediate row choose; return how many move, 0 or 1.

    A row that is not eligible leaves the heap; a change of what it reads puts it back. The phases
    by rank stand in `item` from `rank0` on.
    """
    while world.whole[HEAP] > 0:
        phase = _pop(world, rank0)
        automaton = world.phase[u(phase)].automaton
        if world.automaton[u(automaton)].current == phase:
            alternative = choose(world, world.phase[u(phase)].immediate)
            if alternative >= 0:
                world.work[MOVER, 0] = automaton
                world.work[CHOSEN, 0] = alternative
                world.work[ORIGIN, 0] = phase
                return np.int64(1)
    return np.int64(0)
