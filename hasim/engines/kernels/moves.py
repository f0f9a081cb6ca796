"""Moves: choosing among alternatives, leaving and entering phases, waiting for tokens and getting them.

Theory of operation: a pool with priorities has one first-in first-out queue for each of them, a doubly linked list
through the automata. `fresh` collects whose delays begin in this step, in order of automaton.
"""

from __future__ import annotations

import numpy as np

from hasim.engines.kernels.clocks import reset_kept, stop_delays, touch
from hasim.engines.kernels.compilation import inline
from hasim.engines.kernels.draws import ROW, draw_uniform
from hasim.engines.kernels.levels import occupy, push_immediate
from hasim.engines.kernels.state import FRESH, NOW, SEQUENCE

u = np.uintp


@inline
def _weight(core, state, alternative):  # type: ignore[no-untyped-def]
    """Weight of an alternative, 0 where it is not eligible."""
    guard, unless = core.guard[u(alternative)], core.unless[u(alternative)]
    if guard >= 0 and state.value[u(guard)] == 0.0:
        return 0.0
    if unless >= 0 and state.value[u(unless)] != 0.0:
        return 0.0
    level = core.weight_level[u(alternative)]
    weight = state.value[u(level)] if level >= 0 else core.weight[u(alternative)]
    return max(weight, 0.0)


@inline
def is_eligible(core, state, row):  # type: ignore[no-untyped-def]
    """Whether a row has an eligible alternative."""
    for k in range(core.row_ptr[u(row)], core.row_ptr[u(row) + u(1)]):
        if _weight(core, state, k) > 0.0:
            return True
    return False


@inline
def choose(core, state, row, automaton):  # type: ignore[no-untyped-def]
    """Choose an eligible alternative of a row, drawing where there are several; -1 where there is none."""
    first, stop = core.row_ptr[u(row)], core.row_ptr[u(row) + u(1)]
    total, found, n_found = 0.0, np.int64(-1), 0
    for k in range(first, stop):
        weight = _weight(core, state, k)
        if weight > 0.0:
            total += weight
            found = np.int64(k)
            n_found += 1
    if n_found > 1:
        mark = draw_uniform(state.stream, ROW, automaton) * total
        total, k = 0.0, np.int64(first)
        while k <= found:
            total += _weight(core, state, k)
            if total > mark:
                return k
            k += 1
    return found


@inline
def _unlink(pools, state, automaton, queue):  # type: ignore[no-untyped-def]
    before, after = state.backward[u(automaton)], state.forward[u(automaton)]
    if before >= 0:
        state.forward[u(before)] = after
    else:
        state.front[u(queue)] = after
    if after >= 0:
        state.backward[u(after)] = before
    else:
        state.back[u(queue)] = before


@inline
def _link(pools, state, automaton, queue):  # type: ignore[no-untyped-def]
    """Put an automaton into a queue behind all with a lower sequence number."""
    before, after = state.back[u(queue)], np.int32(-1)
    while before >= 0 and state.sequence[u(before)] > state.sequence[u(automaton)]:
        after = before
        before = state.backward[u(before)]
    state.backward[u(automaton)] = before
    state.forward[u(automaton)] = after
    if before >= 0:
        state.forward[u(before)] = automaton
    else:
        state.front[u(queue)] = automaton
    if after >= 0:
        state.backward[u(after)] = automaton
    else:
        state.back[u(queue)] = automaton


@inline
def _leave_pool(nodes, pools, state, automaton, phase, pool, stays):  # type: ignore[no-untyped-def]
    if state.holding[u(automaton)]:
        occupy(nodes, state, pools.holding_ptr, pools.holding_node, pools.holding_weight, phase, -1)
        if not stays:
            state.holding[u(automaton)] = 0
            state.free[u(pool)] += 1
    else:
        occupy(nodes, state, pools.waiting_ptr, pools.waiting_node, pools.waiting_weight, phase, -1)
        _unlink(pools, state, automaton, pools.phase_queue[u(phase)])
        state.waiting[u(pool)] -= 1


@inline
def _enter_pool(nodes, pools, state, automaton, phase, pool, stays):  # type: ignore[no-untyped-def]
    """Ask for a token, or keep the one held; return whether it is held."""
    if state.holding[u(automaton)]:
        occupy(nodes, state, pools.holding_ptr, pools.holding_node, pools.holding_weight, phase, 1)
        return True
    if not stays:
        state.sequence[u(automaton)] = state.whole[SEQUENCE]
        state.whole[SEQUENCE] += 1
    _link(pools, state, automaton, pools.phase_queue[u(phase)])
    state.waiting[u(pool)] += 1
    occupy(nodes, state, pools.waiting_ptr, pools.waiting_node, pools.waiting_weight, phase, 1)
    return False


@inline
def add_fresh(state, automaton):  # type: ignore[no-untyped-def]
    """Note that delays of an automaton begin in this step."""
    state.fresh[u(state.whole[FRESH])] = automaton
    state.whole[FRESH] += 1


@inline
def enter(core, nodes, pools, network, state, automaton, phase, stays):  # type: ignore[no-untyped-def]
    """Enter a phase; `stays` where the token, or the request for it, is kept from the phase before."""
    state.current[u(automaton)] = phase
    state.entered[u(automaton)] = state.real[NOW]
    occupy(
        nodes, state, core.occupancy_ptr, core.occupancy_node, core.occupancy_weight, phase, 1
    )
    pool = pools.phase_pool[u(phase)]
    if pool < 0 or _enter_pool(nodes, pools, state, automaton, phase, pool, stays):
        add_fresh(state, automaton)
    if network is not None and network.immediate_row[u(phase)] >= 0:
        push_immediate(network, state, phase)
    touch(state, automaton)


@inline
def move(core, nodes, pools, network, clocks, state, automaton, alternative, fired):  # type: ignore[no-untyped-def]
    """Leave the phase of an automaton and enter the target of an alternative."""
    phase, target = state.current[u(automaton)], core.target[u(alternative)]
    pool = pools.phase_pool[u(phase)]
    stays = pool >= 0 and pools.phase_pool[u(target)] == pool
    occupy(
        nodes, state, core.occupancy_ptr, core.occupancy_node, core.occupancy_weight, phase, -1
    )
    if pool >= 0:
        _leave_pool(nodes, pools, state, automaton, phase, pool, stays)
    if clocks is not None:
        stop_delays(core, clocks, state, phase, fired)
        reset_kept(clocks, state, alternative)
    enter(core, nodes, pools, network, state, automaton, target, stays)


@inline
def move_member(core, nodes, clocks, state, automaton, alternative, phase):  # type: ignore[no-untyped-def]
    """Move one member of a population."""
    target = core.target[u(alternative)]
    state.members[u(phase)] -= 1
    state.members[u(target)] += 1
    occupy(
        nodes, state, core.occupancy_ptr, core.occupancy_node, core.occupancy_weight, phase, -1
    )
    occupy(
        nodes, state, core.occupancy_ptr, core.occupancy_node, core.occupancy_weight, target, 1
    )
    touch(state, automaton)


@inline
def grantable(pools, state):  # type: ignore[no-untyped-def]
    """The first pool with a free token and a request; -1 for none."""
    for pool in range(len(pools.size)):
        if state.free[u(pool)] > 0 and state.waiting[u(pool)] > 0:
            return np.int64(pool)
    return np.int64(-1)


@inline
def grant(nodes, pools, state, pool):  # type: ignore[no-untyped-def]
    """Give a token of a pool to the first request; return the automaton that gets it."""
    queue = pools.queue_ptr[u(pool)]
    while state.front[u(queue)] < 0:
        queue += 1
    automaton = state.front[u(queue)]
    phase = state.current[u(automaton)]
    occupy(nodes, state, pools.waiting_ptr, pools.waiting_node, pools.waiting_weight, phase, -1)
    _unlink(pools, state, automaton, queue)
    state.waiting[u(pool)] -= 1
    state.free[u(pool)] -= 1
    state.holding[u(automaton)] = 1
    occupy(nodes, state, pools.holding_ptr, pools.holding_node, pools.holding_weight, phase, 1)
    add_fresh(state, automaton)
    touch(state, automaton)
    return automaton
