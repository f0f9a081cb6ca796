"""Moves: choosing alternatives, leaving and entering phases, waiting for tokens."""

from __future__ import annotations

import numpy as np

from hasim.engines.kernels.clocks import reset_kept, stop_delays, touch
from hasim.engines.kernels.compilation import inline
from hasim.engines.kernels.draws import ROW, draw_uniform
from hasim.engines.kernels.levels import occupy, push_immediate
from hasim.engines.kernels.queues import hold, let_go, link, unlink
from hasim.engines.kernels.world import NOW, SEQUENCE

u = np.uintp


@inline
def _weight(world, alternative):
    """Weight of an alternative, 0 where it is not eligible."""
    way = world.alternative[u(alternative)]
    if way.guard >= 0 and world.node[u(way.guard)].value == 0.0:
        return 0.0
    if way.unless >= 0 and world.node[u(way.unless)].value != 0.0:
        return 0.0
    weight = world.node[u(way.level)].value if way.level >= 0 else way.weight
    return max(weight, 0.0)


@inline
def is_eligible(world, row):
    """Whether a row has an eligible alternative."""
    for k in range(world.row[u(row)].alternative0, world.row[u(row)].alternative1):
        if _weight(world, k) > 0.0:
            return True
    return False


@inline
def choose(world, row):
    """Choose an eligible alternative of a row, drawing where there are several; -1 for none."""
    first, stop = world.row[u(row)].alternative0, world.row[u(row)].alternative1
    total, found, n_found = 0.0, np.int64(-1), 0
    for k in range(first, stop):
        weight = _weight(world, k)
        if weight > 0.0:
            total += weight
            found = np.int64(k)
            n_found += 1
    if n_found > 1:
        mark = draw_uniform(world.stream, world.keys, ROW, row, world.real[NOW]) * total
        total = 0.0
        for k in range(first, stop):
            total += _weight(world, k)
            if total > mark:
                return np.int64(k)
    return found


@inline
def _leave_pool(world, automaton, phase, target):
    """Give a token or a request back unless the target needs the same pool; whether it does."""
    place = world.phase[u(phase)]
    stays = world.phase[u(target)].pool == place.pool
    if world.automaton[u(automaton)].holding:
        occupy(world, place.holding0, place.holding1, -1)
        let_go(world, world.held, automaton, place.queue)
        if not stays:
            world.automaton[u(automaton)].holding = 0
            world.pool[u(place.pool)].free += 1
    else:
        occupy(world, place.waiting0, place.holding0, -1)
        unlink(world, world.queue, automaton, place.queue)
        world.pool[u(place.pool)].waiting -= 1
    return stays


@inline
def _enter_pool(world, automaton, phase, stays, at_once):
    """Ask for a token, or keep the one held, or take a free one; return whether one was taken."""
    place = world.phase[u(phase)]
    if world.automaton[u(automaton)].holding:
        occupy(world, place.holding0, place.holding1, 1)
        hold(world, world.held, automaton, place.queue)
        return False
    pool = world.pool[u(place.pool)]
    if at_once and pool.free > 0:
        pool.free -= 1
        world.automaton[u(automaton)].holding = 1
        occupy(world, place.holding0, place.holding1, 1)
        return True
    if not stays:
        world.automaton[u(automaton)].sequence = world.whole[SEQUENCE]
        world.whole[SEQUENCE] += 1
    link(world, world.queue, automaton, place.queue)
    pool.waiting += 1
    occupy(world, place.waiting0, place.holding0, 1)
    return False


@inline
def enter(world, network, clocks, automaton, phase, stays, at_once):
    """Enter a phase, without `recount`; return whether a token was taken.

    `stays` where the token, or the request, is kept from the phase before; `at_once` where a free
    token may be taken.
    """
    place = world.phase[u(phase)]
    thing = world.automaton[u(automaton)]
    thing.current = phase
    thing.entered = world.real[NOW]
    thing.end = np.inf
    takes = False
    if place.pool >= 0:
        takes = _enter_pool(world, automaton, phase, stays, at_once)
    if network is not None and place.immediate >= 0:
        push_immediate(world, phase)
    touch(world, network, clocks, automaton)
    return takes


@inline
def recount(world, left, entered):
    """Have the counts follow a move from one phase to another."""
    place = world.phase[u(left)]
    occupy(world, place.term0, place.waiting0, -1)
    place = world.phase[u(entered)]
    occupy(world, place.term0, place.waiting0, 1)


@inline
def move(world, network, clocks, automaton, alternative, target, fired):
    """Leave the phase of an automaton, enter the target of an alternative; return a pool or -1.

    That is a pool of which a token was taken at once. Without a network and clocks nothing comes
    between a request and its grant, nor is anything else waiting for a free token, unless this
    move has given one back; and `recount` is left to the caller, who has more urgent things to do.
    """
    thing = world.automaton[u(automaton)]
    phase = thing.current
    place, stays, at_once = world.phase[u(phase)], False, False
    if thing.holding or place.pool >= 0:
        stays = _leave_pool(world, automaton, phase, target)
    else:
        at_once = network is None and clocks is None
    if network is not None or clocks is not None:
        recount(world, phase, target)
    if clocks is not None:
        stop_delays(world, phase, fired)
        reset_kept(world, alternative)
    if enter(world, network, clocks, automaton, target, stays, at_once):
        return np.int64(world.phase[u(target)].pool)
    return np.int64(-1)


@inline
def move_member(world, automaton, alternative, phase):
    """Move one member of a population."""
    target = world.alternative[u(alternative)].target
    world.phase[u(phase)].members -= 1
    world.phase[u(target)].members += 1
    recount(world, phase, target)
    touch(world, None, 0, automaton)


@inline
def grantable(world):
    """The first pool with a free token and a request; -1 for none."""
    for pool in range(len(world.pool)):
        if world.pool[u(pool)].free > 0 and world.pool[u(pool)].waiting > 0:
            return np.int64(pool)
    return np.int64(-1)


@inline
def grant(world, network, clocks, pool):
    """Give a token of a pool to the first request; return the automaton that gets it."""
    queue = world.pool[u(pool)].queue0
    while world.queue[u(queue)].front < 0:
        queue += 1
    automaton = world.queue[u(queue)].front
    place = world.phase[u(world.automaton[u(automaton)].current)]
    occupy(world, place.waiting0, place.holding0, -1)
    unlink(world, world.queue, automaton, queue)
    world.pool[u(pool)].waiting -= 1
    world.pool[u(pool)].free -= 1
    world.automaton[u(automaton)].holding = 1
    occupy(world, place.holding0, place.holding1, 1)
    hold(world, world.held, automaton, queue)
    touch(world, network, clocks, automaton)
    return automaton
