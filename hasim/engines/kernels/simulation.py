"""The event loop: one replication after another, from the start to the end of the window.

Theory of operation: docs/semantics.md, step by step. Each turn of the loop finds the next step (a delivery, an immediate move, a
grant, or, when all is settled, an event) and carries it out. Loop invariant at the top of a turn: levels and gates are those of the phases,
no node is marked, `fresh` is empty, and live delays of untouched automata stand in the tree.

Rules of this file: parts that a Process does not need are None and compiled away.
"""

from __future__ import annotations

import numpy as np

from hasim.engines.kernels import clocks as clockwork
from hasim.engines.kernels import levels, moves, outages, signals
from hasim.engines.kernels.compilation import inline, kernel
from hasim.engines.kernels.draws import START, draw_uniform, start_stream
from hasim.engines.kernels.state import (
    AT,
    BY,
    CAUSE,
    ERROR,
    FLIPS,
    FRESH,
    HEAD,
    HEAP,
    LOGGED,
    LOOP,
    NEXT_EPOCH,
    NOW,
    SEQUENCE,
    STEPS,
    STUCK,
    TAIL,
    TOUCHED,
    WINDOW,
)

u = np.uintp
_START, _DELAY, _IMMEDIATE, _SIGNAL, _GRANT = 0, 1, 2, 3, 4
_MOST_STEPS = 10_000


@inline
def _write(core, state, log, kind, automaton, phase, by):  # type: ignore[no-untyped-def]
    place = state.whole[LOGGED]
    if place < len(log.time):
        log.time[u(place)] = state.real[NOW]
        log.kind[u(place)] = kind
        log.automaton[u(place)] = automaton
        log.phase[u(place)] = phase - core.first_phase[u(automaton)]
        log.by[u(place)] = by
    state.whole[LOGGED] = place + 1


@inline
def _empty(pools, state):  # type: ignore[no-untyped-def]
    """Forget the replication before."""
    for place in (SEQUENCE, TOUCHED, FRESH, HEAP, HEAD, TAIL, FLIPS, LOGGED, STEPS):
        state.whole[place] = 0
    state.whole[CAUSE] = -1
    state.real[NOW] = 0.0
    state.holding[:] = 0
    state.is_touched[:] = 0
    state.live[:] = 0
    state.kept[:] = -1.0
    state.end[:] = np.inf
    state.members[:] = 0
    state.in_heap[:] = 0
    state.waiting[:] = 0
    state.front[:] = -1
    state.back[:] = -1
    for pool in range(len(pools.size)):
        state.free[u(pool)] = pools.size[u(pool)]
    clockwork.plant_tree(state)


@inline
def _starting_phase(core, state, automaton):  # type: ignore[no-untyped-def]
    first, stop = core.start_ptr[u(automaton)], core.start_ptr[u(automaton) + u(1)]
    total = 0.0
    for k in range(first, stop):
        total += core.start_weight[u(k)]
    if stop - first == 1:
        return core.start_phase[u(first)]
    mark, total, last = draw_uniform(state.stream, START, automaton) * total, 0.0, first
    for k in range(first, stop):
        if core.start_weight[u(k)] > 0.0:
            total += core.start_weight[u(k)]
            last = k
            if total > mark:
                break
    return core.start_phase[u(last)]


@inline
def _place(core, nodes, pools, network, clocks, state, log, automaton):  # type: ignore[no-untyped-def]
    members = 1 if clocks is None else abs(clocks.population[u(automaton)])
    single = clocks is None or clocks.population[u(automaton)] < 0
    for _ in range(members):
        phase = _starting_phase(core, state, automaton)
        if single:
            moves.enter(core, nodes, pools, network, state, automaton, phase, False)
        else:
            state.members[u(phase)] += 1
            levels.occupy(
                nodes, state, core.occupancy_ptr, core.occupancy_node, core.occupancy_weight, phase, 1
            )
        _write(core, state, log, _START, automaton, phase, -1)
    if not single:
        state.current[u(automaton)] = core.first_phase[u(automaton)]
        clockwork.touch(state, automaton)
        moves.add_fresh(state, automaton)


@inline
def _begin(core, nodes, pools, network, clocks, watch, state, log):  # type: ignore[no-untyped-def]
    """Start phases, levels without flips, delays live: what rule 23 says, up to the settlement."""
    _empty(pools, state)
    for node in range(len(nodes.kind)):
        state.count[u(node)] = nodes.start_count[u(node)]
    state.is_dirty[:] = 0
    state.bucket_size[:] = 0
    for automaton in range(len(core.first_phase) - 1):
        _place(core, nodes, pools, network, clocks, state, log, automaton)
    levels.start_levels(nodes, state)
    outages.start_outages(watch, state)
    _start_fresh(core, clocks, state, -1)
    state.real[NEXT_EPOCH] = np.inf
    if network is not None:
        state.epoch[:] = 0
        _find_epoch(network, state)


@inline
def _epoch(network, state, schedule):  # type: ignore[no-untyped-def]
    k = state.epoch[u(schedule)]
    if k == 0:
        return network.offset[u(schedule)]
    return network.offset[u(schedule)] + np.float64(k) * network.period[u(schedule)]


@inline
def _find_epoch(network, state):  # type: ignore[no-untyped-def]
    state.real[NEXT_EPOCH] = np.inf
    for schedule in range(len(network.offset)):
        epoch = _epoch(network, state, schedule)
        if epoch < state.real[NEXT_EPOCH]:
            state.real[NEXT_EPOCH] = epoch
            state.whole[BY] = schedule


@inline
def _start_fresh(core, clocks, state, fired):  # type: ignore[no-untyped-def]
    """Have the delays of all fresh automata begin."""
    last = np.int64(-1)
    for k in range(state.whole[FRESH]):
        automaton = np.int64(state.fresh[u(k)])
        if clocks is not None and clocks.population[u(automaton)] >= 0:
            if automaton != last:
                clockwork.settle_population(core, clocks, state, automaton, fired)
        else:
            clockwork.start_delays(core, clocks, state, automaton)
        last = automaton
    state.whole[FRESH] = 0


@inline
def _fire(core, clocks, state):  # type: ignore[no-untyped-def]
    """The delay that ends now chooses; return it."""
    automaton = state.winner[1]
    delay = np.int64(clockwork.first_delay_to_end(core, clocks, state, automaton))
    state.mover[0] = automaton
    state.chosen[0] = moves.choose(core, state, core.delay_row[u(delay)], automaton)
    state.origin[0] = state.current[u(automaton)]
    if clocks is not None and clocks.population[u(automaton)] >= 0:
        state.origin[0] = clocks.delay_phase[u(delay)]
    if state.chosen[0] < 0:
        state.whole[ERROR] = STUCK
        state.whole[AT] = delay
    return delay


@inline
def _carry_out(core, nodes, pools, network, clocks, state, log, n, kind, by):  # type: ignore[no-untyped-def]
    """Move the n movers of a step."""
    for i in range(n):
        automaton, alternative = state.mover[u(i)], state.chosen[u(i)]
        if clocks is not None and clocks.population[u(automaton)] >= 0:
            phase = state.origin[u(i)]
            moves.move_member(core, nodes, clocks, state, automaton, alternative, phase)
            moves.add_fresh(state, automaton)
        else:
            fired = by if kind == _DELAY else -1
            moves.move(
                core, nodes, pools, network, clocks, state, automaton, alternative, fired
            )
        _write(core, state, log, kind, automaton, core.target[u(alternative)], by)


@inline
def _after_step(core, nodes, network, clocks, state, row, n, fired):  # type: ignore[no-untyped-def]
    """Levels, clocks and signals of a step whose moves are done."""
    levels.settle_levels(core, nodes, network, clocks, state, row)
    _start_fresh(core, clocks, state, fired)
    if network is not None:
        for i in range(n):
            signals.emit(network, state, state.chosen[u(i)], state.mover[u(i)])
        signals.emit_flips(network, state)


@inline
def _count_step(state, automaton):  # type: ignore[no-untyped-def]
    state.whole[STEPS] += 1
    if state.whole[STEPS] > _MOST_STEPS:
        state.whole[ERROR] = LOOP
        state.whole[AT] = automaton


@inline
def _open_window(nodes, watch, state, row):  # type: ignore[no-untyped-def]
    """Forget what was measured in the warm-up."""
    outages.cut_outages(watch, state, row)
    state.real[WINDOW] = state.real[NOW]
    for node in range(len(nodes.kind)):
        state.since[u(node)] = state.real[NOW]
    row[:] = 0.0


@inline
def _close_window(nodes, watch, state, row):  # type: ignore[no-untyped-def]
    now = state.real[NOW]
    outages.cut_outages(watch, state, row)
    for node in range(len(nodes.kind)):
        for k in range(nodes.average_ptr[u(node)], nodes.average_ptr[u(node) + u(1)]):
            spent = now - state.since[u(node)]
            row[u(nodes.average_column[u(k)])] += state.value[u(node)] * spent
    row[0] = now - state.real[WINDOW]


@inline
def _count_event(core, watch, state, row, delay):  # type: ignore[no-untyped-def]
    row[1] += 1.0
    state.whole[CAUSE] = watch.delay_cause[u(delay)]
    for k in range(core.rate_ptr[u(delay)], core.rate_ptr[u(delay) + u(1)]):
        row[u(core.rate_column[u(k)])] += 1.0


@inline
def _ring(network, state, row):  # type: ignore[no-untyped-def]
    """An epoch of a schedule: queue its signals."""
    schedule = state.whole[BY]
    row[1] += 1.0
    state.whole[CAUSE] = -1
    for k in range(network.schedule_ptr[u(schedule)], network.schedule_ptr[u(schedule) + u(1)]):
        signals.queue_signal(state, network.schedule_signal[u(k)], -1)
    state.epoch[u(schedule)] += 1
    _find_epoch(network, state)


@inline
def _pending(pools, network, state):  # type: ignore[no-untyped-def]
    """Whether something may still have to settle."""
    if network is not None and (state.whole[HEAD] != state.whole[TAIL] or state.whole[HEAP] > 0):
        return True
    return moves.grantable(pools, state) >= 0


@inline
def _settle_step(core, nodes, pools, network, clocks, state, log):  # type: ignore[no-untyped-def]
    """Find and begin the next step of the settlement; return (kind, by, movers), kind -1 for none."""
    if network is not None and state.whole[HEAD] != state.whole[TAIL]:
        signal, n = signals.deliver(core, network, clocks, state)
        return _SIGNAL, np.int64(signal), n
    if network is not None:
        n = signals.immediate(core, network, state)
        if n > 0:
            return _IMMEDIATE, np.int64(-1), n
    pool = moves.grantable(pools, state)
    if pool >= 0:
        automaton = moves.grant(nodes, pools, state, pool)
        _write(core, state, log, _GRANT, automaton, state.current[u(automaton)], pool)
        return _GRANT, pool, np.int64(0)
    return -1, np.int64(-1), np.int64(0)


@inline
def _replicate(core, nodes, pools, network, clocks, watch, state, log, row, histograms, borders):  # type: ignore[no-untyped-def]
    """Run one replication whose stream has been started."""
    _begin(core, nodes, pools, network, clocks, watch, state, log)
    border = 0
    while state.whole[ERROR] == 0:
        kind, by, n = _settle_step(core, nodes, pools, network, clocks, state, log)
        if kind < 0:
            clockwork.settle_leaves(core, pools, clocks, state)
            time = min(state.key[1], state.real[NEXT_EPOCH])
            if time > state.real[NOW]:
                outages.settle_outages(watch, state, row, histograms)
            while border < 2 and time >= borders[border]:
                state.real[NOW] = borders[border]
                if border == 0:
                    _open_window(nodes, watch, state, row)
                    histograms[:] = 0
                else:
                    _close_window(nodes, watch, state, row)
                border += 1
            if border == 2:
                break
            state.real[NOW] = time
            state.whole[STEPS] = 0
            if network is not None and state.real[NEXT_EPOCH] <= state.key[1]:
                _ring(network, state, row)
                continue
            kind, by, n = _DELAY, _fire(core, clocks, state), np.int64(1)
            if state.whole[ERROR] != 0:
                break
            _count_event(core, watch, state, row, by)
        _count_step(state, state.mover[0])
        _carry_out(core, nodes, pools, network, clocks, state, log, n, kind, by)
        fired = by if kind == _DELAY else np.int64(-1)
        _after_step(core, nodes, network, clocks, state, row, n, fired)


@inline
def _add(totals, values):  # type: ignore[no-untyped-def]
    for i in range(totals.shape[0]):
        for j in range(totals.shape[1]):
            totals[i, j] += values[i, j]


@kernel
def run_batch(  # type: ignore[no-untyped-def]
    core,
    nodes,
    pools,
    network,
    clocks,
    watch,
    state,
    log,
    seed,
    first,
    borders,
    rows,
    histograms,
    spare,
):
    """Run the replications first, first + 1 ... one for each of `rows`; stop at an error of the model.

    `histograms` gets the sums over all; `spare` is of the same shape and is written over. `borders` are the
    moments at which the window begins and ends. Returns the replication that failed, -1 for none: what went wrong then
    stands in `state`.
    """
    for index in range(len(rows)):
        rows[index, :] = 0.0
        spare[:] = 0
        start_stream(state.stream, seed, first + np.uint64(index))
        state.whole[ERROR] = 0
        _replicate(
            core, nodes, pools, network, clocks, watch, state, log, rows[index], spare, borders
        )
        if state.whole[ERROR] != 0:
            return index
        _add(histograms, spare)
    return -1
