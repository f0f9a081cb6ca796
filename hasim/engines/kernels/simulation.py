"""The event loop: one replication after another, from the start to the end of the window.

Theory of operation: docs/semantics.md, step by step. Each turn of the loop finds the next step (a
delivery, an immediate move, a grant, or, when all is settled, an event) and carries it out. Loop
invariant at the top of a turn: levels and gates are those of the phases, no node is marked, and
live delays of untouched automata stand in the tree.

Rules of this file: `network` (where the phases by rank stand in `item`) and `clocks` are None
where a Process has no signals, immediate moves and schedules, or no speeds, kept work and
populations; that code is then compiled away. So is what takes tokens back where `world.held` is
None, what looks keys up where `world.keys` is, and what writes outages down where `world.spells`
is; where that is of length 0 nothing is written.
"""

from __future__ import annotations

import numpy as np

from hasim.engines.kernels import clocks as clockwork
from hasim.engines.kernels import levels, moves, outages, queues, signals, tokens
from hasim.engines.kernels.compilation import inline, kernel
from hasim.engines.kernels.draws import START, draw_uniform, start_keys, start_stream
from hasim.engines.kernels.world import (
    AT,
    CAUSE,
    CHOSEN,
    ERROR,
    FLIPPED,
    HEAD,
    HEAP,
    INDEX,
    LOGGED,
    LOOP,
    MOVER,
    N_DELAYS,
    NEXT_EPOCH,
    NOW,
    ORIGIN,
    PILED,
    RINGING,
    SEQUENCE,
    STEPS,
    STILL,
    STUCK,
    TAIL,
    TOUCHED,
    WINDOW,
)

u = np.uintp
_START, _DELAY, _IMMEDIATE, _SIGNAL, _GRANT, _REVOKE = 0, 1, 2, 3, 4, 5
_MOST_STEPS = 10_000


@inline
def _write(world, log, kind, automaton, phase, by):
    if len(log.time) == 0:
        return
    place = world.whole[LOGGED]
    if place < len(log.time):
        log.time[u(place)] = world.real[NOW]
        log.kind[u(place)] = kind
        log.automaton[u(place)] = automaton
        log.phase[u(place)] = phase - world.frame[u(automaton)].phase0
        log.by[u(place)] = by + world.automaton[u(automaton)].shift if kind == _DELAY else by
    world.whole[LOGGED] = place + 1


@inline
def _empty(world):
    """Forget the replication before."""
    for place in (TOUCHED, FLIPPED, HEAP, SEQUENCE, HEAD, TAIL, LOGGED, STEPS, PILED, ERROR):
        world.whole[place] = 0
    world.whole[CAUSE] = -1
    world.real[NOW] = 0.0
    for automaton in range(len(world.automaton)):
        world.automaton[u(automaton)].holding = 0
        world.automaton[u(automaton)].is_touched = 0
    for delay in range(len(world.delay)):
        world.delay[u(delay)].live = 0
        world.delay[u(delay)].kept = -1.0
    for phase in range(len(world.phase)):
        world.phase[u(phase)].members = 0
        world.phase[u(phase)].in_heap = 0
    for node in range(len(world.node)):
        world.node[u(node)].count = world.node[u(node)].base
    for pool in range(len(world.pool)):
        world.pool[u(pool)].waiting = 0
        world.pool[u(pool)].free = world.pool[u(pool)].size
    for queue in range(len(world.queue)):
        world.queue[u(queue)].front = -1
        world.queue[u(queue)].back = -1
    queues.empty_lists(world.held)
    clockwork.plant_tree(world)


@inline
def _starting_phase(world, automaton):
    """Draw a starting phase: phases in `item`, probabilities at the same places of `number`."""
    first, stop = world.frame[u(automaton)].start0, world.frame[u(automaton)].start1
    chosen = first
    if stop - first > 1:
        total = 0.0
        for k in range(first, stop):
            total += world.number[u(k)]
        mark, total = draw_uniform(world.stream, world.keys, START, automaton, 0.0) * total, 0.0
        for k in range(first, stop):
            if total <= mark and world.number[u(k)] > 0.0:
                chosen = k
                total += world.number[u(k)]
    return world.item[u(chosen)]


@inline
def _place(world, network, clocks, log, automaton):
    single = clocks is None or world.automaton[u(automaton)].population < 0
    for _ in range(abs(world.automaton[u(automaton)].population)):
        phase = _starting_phase(world, automaton)
        if single:
            moves.enter(world, network, clocks, automaton, phase, False, False)
        else:
            world.phase[u(phase)].members += 1
        levels.occupy(world, world.phase[u(phase)].term0, world.phase[u(phase)].waiting0, 1)
        _write(world, log, _START, automaton, phase, -1)
    if not single:
        world.automaton[u(automaton)].current = world.frame[u(automaton)].phase0
        clockwork.touch(world, network, clocks, automaton)


@inline
def _begin(world, network, clocks, log):
    """Start phases, levels without flips, delays live: rule 23 up to the settlement."""
    _empty(world)
    for automaton in range(len(world.automaton)):
        _place(world, network, clocks, log, automaton)
    levels.start_levels(world)
    outages.start_outages(world)
    for automaton in range(len(world.automaton)):
        _start_clocks(world, network, clocks, automaton, -1)
    for schedule in range(len(world.schedule)):
        world.schedule[u(schedule)].epoch = 0
    _find_epoch(world)


@inline
def _find_epoch(world):
    """Look up which schedule has the next epoch."""
    world.real[NEXT_EPOCH] = np.inf
    for schedule in range(len(world.schedule)):
        calendar = world.schedule[u(schedule)]
        epoch = calendar.offset
        if calendar.epoch > 0:
            epoch = calendar.offset + np.float64(calendar.epoch) * calendar.period
        if epoch < world.real[NEXT_EPOCH]:
            world.real[NEXT_EPOCH] = epoch
            world.whole[RINGING] = schedule


@inline
def _start_clocks(world, network, clocks, automaton, fired):
    """Have the delays of an automaton begin that has just moved or got a token."""
    thing = world.automaton[u(automaton)]
    if clocks is not None and thing.population >= 0:
        clockwork.settle_population(world, automaton, fired)
    elif world.phase[u(thing.current)].pool < 0 or thing.holding:
        clockwork.start_delays(world, clocks, automaton)
    if network is None and clocks is None:
        clockwork.set_leaf(world, automaton)


@inline
def _fire(world, network, clocks):
    """The delay that ends now chooses; return (delay, automaton, alternative, target)."""
    automaton = clockwork.first_automaton(world)
    thing = world.automaton[u(automaton)]
    delay, alternative = np.int64(thing.next), np.int64(thing.way)
    target = np.int64(thing.target)
    if alternative < 0:
        alternative = moves.choose(world, world.delay[u(delay)].row)
        target = np.int64(world.alternative[u(max(alternative, 0))].target)
    if network is not None:
        world.work[MOVER, 0] = automaton
        world.work[CHOSEN, 0] = alternative
    if clocks is not None:
        world.work[ORIGIN, 0] = world.delay[u(delay)].phase
    if alternative < 0:
        world.whole[ERROR] = STUCK
        world.whole[AT] = delay + thing.shift
    return delay, automaton, alternative, target


@inline
def _carry_out(world, network, clocks, log, n, kind, by, automaton, alternative, target):
    """Move the n movers of a step, the first of which is given; without a network it is one."""
    if network is None:
        if n > 0:
            _move(world, network, clocks, log, 0, kind, by, automaton, alternative, target)
        return
    for i in range(n):
        if i > 0:
            automaton = np.int64(world.work[MOVER, u(i)])
            alternative = np.int64(world.work[CHOSEN, u(i)])
            target = np.int64(world.alternative[u(alternative)].target)
        _move(world, network, clocks, log, i, kind, by, automaton, alternative, target)


@inline
def _move(world, network, clocks, log, i, kind, by, automaton, alternative, target):
    """Move mover i of a step."""
    pool = np.int64(-1)
    if clocks is not None and world.automaton[u(automaton)].population >= 0:
        moves.move_member(world, automaton, alternative, world.work[ORIGIN, u(i)])
    else:
        fired = by if kind == _DELAY else -1
        pool = moves.move(world, network, clocks, automaton, alternative, target, fired)
    _write(world, log, kind, automaton, target, by)
    if pool >= 0:
        _write(world, log, _GRANT, automaton, target, pool)


@inline
def _start_movers(world, network, clocks, n, fired, automaton):
    """Have the delays of the n movers of a step begin, the first of which is given."""
    if network is None:
        _start_clocks(world, network, clocks, automaton, fired)
        return
    for i in range(n):
        last = automaton
        if i > 0:
            automaton = np.int64(world.work[MOVER, u(i)])
        if i == 0 or automaton != last:
            _start_clocks(world, network, clocks, automaton, fired)


@inline
def _count_step(world):
    """Count a step that settles; whether they go on without end."""
    world.whole[STEPS] += 1
    if world.whole[STEPS] > _MOST_STEPS:
        world.whole[ERROR] = LOOP
        world.whole[AT] = world.work[MOVER, 0]
    return world.whole[STEPS] > _MOST_STEPS


@inline
def _open_window(world, result, histograms):
    """Forget what was measured in the warm-up."""
    outages.cut_outages(world, result)
    world.real[WINDOW] = world.real[NOW]
    for node in range(len(world.node)):
        world.node[u(node)].since = world.real[NOW]
    result[:] = 0.0
    histograms[:] = 0


@inline
def _close_window(world, result):
    now = world.real[NOW]
    outages.cut_outages(world, result)
    for node in range(len(world.node)):
        level = world.node[u(node)]
        for k in range(level.average0, level.average1):
            result[u(world.item[u(k)])] += level.value * (now - level.since)
    result[0] = now - world.real[WINDOW]


@inline
def _next_window(world, result, earlier, window):
    """Write down the row of a window that is not the last, and open the next."""
    _close_window(world, result)
    for column in range(len(result)):
        earlier[u(window), u(column)] = result[u(column)]
    result[:] = 0.0
    world.real[WINDOW] = world.real[NOW]
    for node in range(len(world.node)):
        world.node[u(node)].since = world.real[NOW]


@inline
def _count_event(world, result, delay):
    clock = world.delay[u(delay)]
    result[1] += 1.0
    world.whole[CAUSE] = clock.cause
    for k in range(clock.rate0, clock.rate1):
        result[u(world.item[u(k)])] += 1.0


@inline
def _ring(world, result):
    """An epoch of a schedule: queue its signals."""
    calendar = world.schedule[u(world.whole[RINGING])]
    result[1] += 1.0
    world.whole[CAUSE] = -1
    signals.queue_signals(world, calendar.signal0, calendar.signal1, -1)
    calendar.epoch += 1
    _find_epoch(world)


@inline
def _settle_step(world, network, clocks, log):
    """Find and begin the next step of the settlement: (kind, by, movers), kind -1 for none."""
    if network is not None and world.whole[HEAD] != world.whole[TAIL]:
        signal, n = signals.deliver(world, clocks)
        return _SIGNAL, np.int64(signal), n
    if network is not None and world.whole[HEAP] > 0:
        n = signals.immediate(world, network)
        if n > 0:
            return _IMMEDIATE, np.int64(-1), n
    pool, holder = tokens.next_hand(world, world.held)
    if holder >= 0:
        tokens.revoke(world, network, clocks, world.held, pool, holder)
        world.work[MOVER, 0] = holder
        _write(world, log, _REVOKE, holder, world.automaton[u(holder)].current, pool)
        return _REVOKE, pool, np.int64(1)
    if pool >= 0:
        automaton = moves.grant(world, network, clocks, pool)
        world.work[MOVER, 0] = automaton
        _write(world, log, _GRANT, automaton, world.automaton[u(automaton)].current, pool)
        return _GRANT, pool, np.int64(1)
    return -1, np.int64(-1), np.int64(0)


@inline
def _pile(world):
    """Count an event at a moment that has seen one."""
    world.whole[PILED] += 1
    if world.whole[PILED] > _MOST_STEPS + 10 * world.whole[N_DELAYS]:
        world.whole[ERROR] = STILL


@inline
def _go_on(world, network, clocks, result, earlier, histograms, borders, border):
    """Let time go on to the next event, over borders of windows; return the next border."""
    clockwork.settle_leaves(world, clocks)
    time = clockwork.first_end(world)
    if network is not None:
        time = min(time, world.real[NEXT_EPOCH])
    if time > world.real[NOW]:
        world.whole[PILED] = 1
        outages.settle_outages(world, result, histograms)
    else:
        _pile(world)
    while border < len(borders) and time >= borders[border]:
        world.real[NOW] = borders[border]
        if border == 0:
            _open_window(world, result, histograms)
        elif border < len(borders) - 1:
            _next_window(world, result, earlier, border - 1)
        else:
            _close_window(world, result)
        border += 1
    world.real[NOW] = time
    return border


@inline
def _follow(world, network, clocks, result, kind, by, n, automaton, left, target):
    """Have clocks, counts and levels follow the moves of a step.

    Clocks come first where no level can change them: which event is next waits for their draws,
    and the processor counts meanwhile.
    """
    fired = by if kind == _DELAY else np.int64(-1)
    if network is None and clocks is None:
        _start_movers(world, network, clocks, n, fired, automaton)
    if kind == _DELAY:
        _count_event(world, result, by)
        if network is None and clocks is None:
            moves.recount(world, left, target)
    levels.settle_levels(world, network, clocks, result)
    if network is not None or clocks is not None:
        _start_movers(world, network, clocks, n, fired, automaton)


@inline
def _replicate(world, network, clocks, log, result, earlier, histograms, borders):
    """Run one replication whose stream has been started."""
    _begin(world, network, clocks, log)
    border, alternative, target, left = 0, np.int64(-1), np.int64(-1), np.int64(-1)
    if borders[0] <= 0.0:
        _open_window(world, result, histograms)
        border = 1
    while network is None or world.whole[ERROR] == 0:
        kind, by, n = _settle_step(world, network, clocks, log)
        if kind < 0:
            border = _go_on(world, network, clocks, result, earlier, histograms, borders, border)
            world.whole[STEPS] = 0
            if border == len(borders) or world.whole[ERROR] != 0:
                break
            if network is not None and world.real[NEXT_EPOCH] <= clockwork.first_end(world):
                _ring(world, result)
                continue
            kind, n = _DELAY, np.int64(1)
            by, automaton, alternative, target = _fire(world, network, clocks)
            if alternative < 0:
                break
            left = np.int64(world.automaton[u(automaton)].current)
            world.whole[STEPS] = 1
        else:
            automaton = np.int64(world.work[MOVER, 0])
            if network is not None:
                alternative = np.int64(world.work[CHOSEN, 0])
                target = np.int64(world.alternative[u(alternative)].target)
            if _count_step(world):
                break
        n_moves = np.int64(0) if kind >= _GRANT else n
        _carry_out(world, network, clocks, log, n_moves, kind, by, automaton, alternative, target)
        _follow(world, network, clocks, result, kind, by, n, automaton, left, target)
        if network is not None:
            signals.emit(world, n_moves)


@inline
def _add(totals, values):
    for i in range(totals.shape[0]):
        for j in range(totals.shape[1]):
            totals[i, j] += values[i, j]


@kernel
def run_batch(world, network, clocks, log, seed, first, borders, rows, earlier, histograms, spare):
    """Run replications first, first + 1 ... one for each of `rows`; stop at an error.

    `histograms` gets the sums over all; `spare` is of the same shape and is written over.
    `borders` are the moments at which windows begin and the last ends. `rows` get what was
    measured in the last window, `earlier` [replication, window] what was in those before it;
    histograms are of all. Returns the place of the replication that failed, -1 for none: what went
    wrong then stands in `world`.
    """
    for index in range(len(rows)):
        rows[index, :] = 0.0
        spare[:] = 0
        world.whole[INDEX] = index
        start_stream(world.stream, seed, first + np.uint64(index))
        start_keys(world.keys, seed, first + np.uint64(index))
        _replicate(world, network, clocks, log, rows[index], earlier[index], spare, borders)
        outages.keep_open_spell(world, world.spells)
        if world.whole[ERROR] != 0:
            return index
        _add(histograms, spare)
    return -1
