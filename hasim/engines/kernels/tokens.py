"""Tokens that change hands when an instant settles: granted, or taken back from a holder.

Theory of operation: docs/semantics.md, 16 and 18. A pool whose number of tokens is a level has the
size 0, so that `free` is less than 0 by the number held.
"""

from __future__ import annotations

import numpy as np

from hasim.engines.kernels.clocks import stop_delays, touch
from hasim.engines.kernels.compilation import inline
from hasim.engines.kernels.levels import occupy
from hasim.engines.kernels.moves import grantable
from hasim.engines.kernels.queues import link, unlink

u = np.uintp


@inline
def _first_queue(world, pool):
    """The most urgent queue of a pool in which somebody waits; one must."""
    queue = world.pool[u(pool)].queue0
    while world.queue[u(queue)].front < 0:
        queue += 1
    return queue


@inline
def _last_queue(world, held, pool):
    """The least urgent queue of a pool of which somebody holds a token; one must."""
    queue = world.pool[u(pool)].queue1 - 1
    while held[u(queue)].front < 0:
        queue -= 1
    return queue


@inline
def _loses(world, held, pool, n_held, tokens):
    """Whether a holder has to give its token back."""
    if n_held <= 0 or n_held + 1 <= tokens:
        return False
    supply = world.pool[u(pool)]
    if n_held > tokens:
        return True
    return (
        supply.preempts != 0
        and supply.waiting > 0
        and _first_queue(world, pool) < _last_queue(world, held, pool)
    )


@inline
def next_hand(world, held):
    """The next pool in which a token changes hands, and the holder that it is taken from.

    A pool of -1 where there is none, a holder of -1 where a free token is to be granted.
    """
    if held is None:
        return grantable(world), np.int64(-1)
    for pool in range(len(world.pool)):
        supply = world.pool[u(pool)]
        n_held = np.int64(supply.size) - np.int64(supply.free)
        tokens = np.float64(supply.size)
        if supply.level >= 0:
            tokens = world.node[u(supply.level)].value
        if _loses(world, held, pool, n_held, tokens):
            return np.int64(pool), np.int64(held[u(_last_queue(world, held, pool))].back)
        if supply.waiting > 0 and n_held + 1 <= tokens:
            return np.int64(pool), np.int64(-1)
    return np.int64(-1), np.int64(-1)


@inline
def revoke(world, network, clocks, held, pool, automaton):
    """Take a token back: its holder waits again, with the sequence number that it has."""
    if held is None:
        return
    thing = world.automaton[u(automaton)]
    place = world.phase[u(thing.current)]
    occupy(world, place.holding0, place.holding1, -1)
    unlink(world, held, automaton, place.queue)
    thing.holding = 0
    world.pool[u(pool)].free += 1
    link(world, world.queue, automaton, place.queue)
    world.pool[u(pool)].waiting += 1
    occupy(world, place.waiting0, place.holding0, 1)
    stop_delays(world, thing.current, -1)
    touch(world, network, clocks, automaton)
