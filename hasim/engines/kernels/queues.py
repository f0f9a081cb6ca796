"""Queues for tokens, and the lists of those that hold one.

Theory of operation: a pool with priorities has one first-in first-out queue for each of them, a
doubly linked list through the automata (`world.queue`). Where a pool can take tokens back, those
that hold one stand in lists alike (`world.held`), queue by queue: nobody is in both, so they share
the links. `world.held` is None where no pool does, and what keeps it is then compiled away.
"""

from __future__ import annotations

import numpy as np

from hasim.engines.kernels.compilation import inline

u = np.uintp


@inline
def unlink(world, lines, automaton, queue):
    """Take an automaton out of a queue."""
    thing, line = world.automaton[u(automaton)], lines[u(queue)]
    if thing.backward >= 0:
        world.automaton[u(thing.backward)].forward = thing.forward
    else:
        line.front = thing.forward
    if thing.forward >= 0:
        world.automaton[u(thing.forward)].backward = thing.backward
    else:
        line.back = thing.backward


@inline
def link(world, lines, automaton, queue):
    """Put an automaton into a queue behind all with a lower sequence number."""
    thing, line = world.automaton[u(automaton)], lines[u(queue)]
    before, after = line.back, np.int32(-1)
    while before >= 0 and world.automaton[u(before)].sequence > thing.sequence:
        after = before
        before = world.automaton[u(before)].backward
    thing.backward = before
    thing.forward = after
    if before >= 0:
        world.automaton[u(before)].forward = automaton
    else:
        line.front = automaton
    if after >= 0:
        world.automaton[u(after)].backward = automaton
    else:
        line.back = automaton


@inline
def hold(world, held, automaton, queue):
    """Put an automaton on the list of holders, where there is one."""
    if held is None:
        return
    link(world, held, automaton, queue)


@inline
def let_go(world, held, automaton, queue):
    """Take an automaton off the list of holders, where there is one."""
    if held is None:
        return
    unlink(world, held, automaton, queue)


@inline
def empty_lists(held):
    """Forget all holders."""
    if held is None:
        return
    for queue in range(len(held)):
        held[u(queue)].front = -1
        held[u(queue)].back = -1
