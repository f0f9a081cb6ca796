"""Clocks: work, speed, kept work, and the tournament tree that finds the next end.

Theory of operation: each automaton has a leaf in a winner tree with the earliest end among its
live delays; a parent holds the smaller key of its two children, the left one at a tie, so that
the root names the next automaton and ties go to the lowest. A change is one walk from leaf to
root. Keys are the bits of the ends read as integers, which order as the ends do since none is
negative: integers compare several times as fast. `tree` holds the keys by place, the root at 1,
and behind them the winners.

Without a network and clocks an instant touches each automaton once, and its walk is made with the
step. Otherwise the touched are listed, and walk once when time goes on.

Without speeds, kept work and populations (`clocks` is None) an automaton is known by the first
end of its delays alone, since the others are forgotten when that one fires.
"""

from __future__ import annotations

import numpy as np

from hasim.engines.kernels.compilation import inline
from hasim.engines.kernels.draws import draw_work
from hasim.engines.kernels.world import NOW, TOUCHED

u = np.uintp

#: Room of a tree in which walks are near: four leaves.
_FEW = 8


@inline
def touch(world, network, clocks, automaton):
    """Have the automaton's leaf set anew before time goes on."""
    if network is None and clocks is None:
        return
    if world.automaton[u(automaton)].is_touched == 0:
        world.automaton[u(automaton)].is_touched = 1
        world.work[TOUCHED, u(world.whole[TOUCHED])] = automaton
        world.whole[TOUCHED] += 1


@inline
def _set_pace(world, delay, pace):
    now = world.real[NOW]
    clock = world.delay[u(delay)]
    clock.last = now
    clock.pace = pace
    clock.end = now + clock.remaining / pace if pace > 0.0 else np.inf


@inline
def _work_left(world, delay):
    clock = world.delay[u(delay)]
    return max(0.0, clock.remaining - clock.pace * (world.real[NOW] - clock.last))


@inline
def _retime(world, delay, pace):
    if pace != world.delay[u(delay)].pace:
        world.delay[u(delay)].remaining = _work_left(world, delay)
        _set_pace(world, delay, pace)


@inline
def _members_pace(world, delay):
    clock = world.delay[u(delay)]
    pace = np.float64(world.phase[u(clock.phase)].members) * clock.rate
    return pace * world.node[u(clock.speed)].value if clock.speed >= 0 else pace


@inline
def retime_users(world, node):
    """Apply the new value of a level to the live delays whose speed it is."""
    for k in range(world.node[u(node)].user0, world.node[u(node)].user1):
        delay = world.item[u(k)]
        if world.delay[u(delay)].live:
            automaton = world.delay[u(delay)].automaton
            members = world.automaton[u(automaton)].population >= 0
            pace = _members_pace(world, delay) if members else world.node[u(node)].value
            _retime(world, delay, pace)
            touch(world, None, 0, automaton)


@inline
def _draw(world, delay, shift):
    clock = world.delay[u(delay)]
    now, number = world.real[NOW], delay + shift
    return draw_work(world.stream, world.keys, number, now, clock.law, world.number, clock.number)


@inline
def _set_next(world, automaton, delay, end):
    """Note which delay of an automaton ends first, and what it will do."""
    thing = world.automaton[u(automaton)]
    thing.end = end
    thing.next = delay
    thing.way = world.delay[u(delay)].only
    thing.target = world.delay[u(delay)].target


@inline
def start_delays(world, clocks, automaton):
    """Make the delays of the phase that an automaton is in live; without clocks none ends yet."""
    thing = world.automaton[u(automaton)]
    place, now = world.phase[u(thing.current)], world.real[NOW]
    for k in range(place.delay0, place.delay1):
        delay = world.item[u(k)]
        if clocks is not None:
            _start_delay(world, delay)
        else:
            end = now + _draw(world, delay, thing.shift)
            if end < thing.end:
                _set_next(world, automaton, delay, end)


@inline
def _start_delay(world, delay):
    clock = world.delay[u(delay)]
    work = clock.kept
    if work < 0.0:
        work = _draw(world, delay, 0)
    clock.kept = -1.0
    clock.live = 1
    clock.remaining = work
    if clock.speed >= 0:
        _set_pace(world, delay, world.node[u(clock.speed)].value)
    else:
        clock.last = world.real[NOW]
        clock.pace = 1.0
        clock.end = world.real[NOW] + work


@inline
def stop_delays(world, phase, fired):
    """Discard or keep the work of the delays of a phase that is left."""
    for k in range(world.phase[u(phase)].delay0, world.phase[u(phase)].delay1):
        delay = world.item[u(k)]
        clock = world.delay[u(delay)]
        if clock.live:
            clock.live = 0
            if clock.resume and delay != fired:
                clock.kept = _work_left(world, delay)


@inline
def reset_kept(world, alternative):
    """Discard the kept work of the delays that a row resets."""
    way = world.alternative[u(alternative)]
    for k in range(way.reset0, way.reset1):
        world.delay[u(world.item[u(k)])].kept = -1.0


@inline
def settle_population(world, automaton, fired):
    """Start, retime or stop the delays of a population after its counts have changed."""
    for delay in range(world.frame[u(automaton)].delay0, world.frame[u(automaton)].delay1):
        clock = world.delay[u(delay)]
        if delay == fired or world.phase[u(clock.phase)].members == 0:
            clock.live = 0
        if clock.live:
            _retime(world, delay, _members_pace(world, delay))
        elif world.phase[u(clock.phase)].members > 0:
            clock.live = 1
            clock.remaining = _draw(world, delay, 0)
            _set_pace(world, delay, _members_pace(world, delay))


@inline
def _find_first(world, automaton):
    """Look up which live delay of an automaton ends first, the first declared at a tie."""
    thing, frame = world.automaton[u(automaton)], world.frame[u(automaton)]
    thing.end = np.inf
    if thing.population >= 0:
        for delay in range(frame.delay0, frame.delay1):
            if world.delay[u(delay)].live and world.delay[u(delay)].end < thing.end:
                _set_next(world, automaton, delay, world.delay[u(delay)].end)
    elif world.phase[u(thing.current)].pool < 0 or thing.holding:
        place = world.phase[u(thing.current)]
        for k in range(place.delay0, place.delay1):
            delay = world.item[u(k)]
            if world.delay[u(delay)].end < thing.end:
                _set_next(world, automaton, delay, world.delay[u(delay)].end)


@inline
def _climb(tree, winners, place, key, winner, n_levels):
    """Walk up some levels without a branch: who wins cannot be guessed."""
    for _ in range(n_levels):
        rival = tree[place ^ u(1)]
        is_right = np.int64(place & u(1))
        loses = -np.int64(rival - is_right < key)
        winner ^= (winner ^ tree[winners + (place ^ u(1))]) & loses
        key ^= (key ^ rival) & loses
        place >>= u(1)
        tree[place] = key
        tree[winners + place] = winner
    return place, key, winner


@inline
def _walk_far(tree, winners, place, key, winner):
    """Walk in strides whose lengths are written into the code, which spares the loop."""
    while place >= u(256):
        place, key, winner = _climb(tree, winners, place, key, winner, 8)
    if place >= u(16):
        place, key, winner = _climb(tree, winners, place, key, winner, 4)
    if place >= u(4):
        place, key, winner = _climb(tree, winners, place, key, winner, 2)
    if place >= u(2):
        _climb(tree, winners, place, key, winner, 1)


@inline
def _walk_near(tree, winners, place, key, winner):
    """Walk with branches: among few the processor guesses who wins, and goes ahead with it."""
    while place > u(1):
        rival = tree[place ^ u(1)]
        if rival - np.int64(place & u(1)) < key:
            key = rival
            winner = tree[winners + (place ^ u(1))]
        place >>= u(1)
        tree[place] = key
        tree[winners + place] = winner


@inline
def set_leaf(world, automaton):
    """Walk from a leaf to the root; at each place the winner so far meets its neighbour."""
    winners = u(len(world.tree) >> 1)
    place = (winners >> u(1)) + u(automaton)
    key = np.float64(world.automaton[u(automaton)].end).view(np.int64)
    world.tree[place] = key
    if winners <= u(_FEW):
        _walk_near(world.tree, winners, place, key, np.int64(automaton))
    else:
        _walk_far(world.tree, winners, place, key, np.int64(automaton))


@inline
def settle_leaves(world, clocks):
    """Bring the tournament tree up to date for all touched automata."""
    for k in range(world.whole[TOUCHED]):
        automaton = world.work[TOUCHED, u(k)]
        if clocks is not None:
            _find_first(world, automaton)
        world.automaton[u(automaton)].is_touched = 0
        set_leaf(world, automaton)
    world.whole[TOUCHED] = 0


@inline
def first_end(world):
    """When the next delay ends."""
    return np.int64(world.tree[1]).view(np.float64)


@inline
def first_automaton(world):
    """Whose delay that is."""
    return world.tree[u((len(world.tree) >> 1) + 1)]


@inline
def plant_tree(world):
    """Empty the tree: no automaton has anything live."""
    winners = len(world.tree) >> 1
    for place in range(winners):
        world.tree[place] = np.float64(np.inf).view(np.int64)
    for place in range(winners >> 1):
        world.tree[winners + (winners >> 1) + place] = place
    for place in range((winners >> 1) - 1, 0, -1):
        world.tree[winners + place] = world.tree[winners + 2 * place]
