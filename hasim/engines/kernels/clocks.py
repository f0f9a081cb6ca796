"""Clocks: work, speed, kept work, and the tournament tree that finds the next end.

Theory of operation: each automaton has a leaf in a winner tree with the earliest end among its live delays;
a parent holds the smaller key of its two children, the left one at a tie, so that the root names the next automaton
and ties go to the lowest. A change is one walk from leaf to root.
Without speeds, kept work and populations a delay is known by its end alone; with them `clocks` says how to stop and go on.
"""

from __future__ import annotations

import numpy as np

from hasim.engines.kernels.compilation import inline
from hasim.engines.kernels.draws import draw_work
from hasim.engines.kernels.state import NOW, TOUCHED

u = np.uintp


@inline
def touch(state, automaton):  # type: ignore[no-untyped-def]
    """Have the automaton's leaf set anew before time goes on."""
    if state.is_touched[u(automaton)] == 0:
        state.is_touched[u(automaton)] = 1
        state.touched[u(state.whole[TOUCHED])] = automaton
        state.whole[TOUCHED] += 1


@inline
def _set_pace(state, delay, pace):  # type: ignore[no-untyped-def]
    now = state.real[NOW]
    state.last[u(delay)] = now
    state.pace[u(delay)] = pace
    state.end[u(delay)] = now + state.remaining[u(delay)] / pace if pace > 0.0 else np.inf


@inline
def _work_left(state, delay):  # type: ignore[no-untyped-def]
    done = state.pace[u(delay)] * (state.real[NOW] - state.last[u(delay)])
    return max(0.0, state.remaining[u(delay)] - done)


@inline
def _retime(state, delay, pace):  # type: ignore[no-untyped-def]
    if pace != state.pace[u(delay)]:
        state.remaining[u(delay)] = _work_left(state, delay)
        _set_pace(state, delay, pace)


@inline
def _members_pace(clocks, state, delay):  # type: ignore[no-untyped-def]
    count = state.members[u(clocks.delay_phase[u(delay)])]
    pace = np.float64(count) * clocks.rate[u(delay)]
    speed = clocks.speed[u(delay)]
    return pace * state.value[u(speed)] if speed >= 0 else pace


@inline
def retime_users(core, clocks, state, node, value):  # type: ignore[no-untyped-def]
    """Apply the new value of a level to the live delays whose speed it is."""
    for k in range(clocks.user_ptr[u(node)], clocks.user_ptr[u(node) + u(1)]):
        delay = clocks.user_delay[u(k)]
        automaton = core.delay_automaton[u(delay)]
        if state.live[u(delay)]:
            members = clocks.population[u(automaton)] >= 0
            _retime(state, delay, _members_pace(clocks, state, delay) if members else value)
            touch(state, automaton)


@inline
def _draw(core, state, delay):  # type: ignore[no-untyped-def]
    return draw_work(
        state.stream, delay, core.delay_law[u(delay)], core.parameters, core.delay_parameter[u(delay)]
    )


@inline
def start_delays(core, clocks, state, automaton):  # type: ignore[no-untyped-def]
    """Make the delays of the phase that an automaton is in live."""
    phase = state.current[u(automaton)]
    now = state.real[NOW]
    for k in range(core.phase_delay_ptr[u(phase)], core.phase_delay_ptr[u(phase) + u(1)]):
        delay = core.phase_delay[u(k)]
        if clocks is None:
            state.end[u(delay)] = now + _draw(core, state, delay)
        else:
            _start_delay(core, clocks, state, delay)


@inline
def _start_delay(core, clocks, state, delay):  # type: ignore[no-untyped-def]
    kept = state.kept[u(delay)]
    work = kept if kept >= 0.0 else _draw(core, state, delay)
    state.kept[u(delay)] = -1.0
    state.live[u(delay)] = 1
    state.remaining[u(delay)] = work
    speed = clocks.speed[u(delay)]
    if speed >= 0:
        _set_pace(state, delay, state.value[u(speed)])
    else:
        state.last[u(delay)] = state.real[NOW]
        state.pace[u(delay)] = 1.0
        state.end[u(delay)] = state.real[NOW] + work


@inline
def stop_delays(core, clocks, state, phase, fired):  # type: ignore[no-untyped-def]
    """Discard or keep the work of the delays of a phase that is left."""
    for k in range(core.phase_delay_ptr[u(phase)], core.phase_delay_ptr[u(phase) + u(1)]):
        delay = core.phase_delay[u(k)]
        if state.live[u(delay)]:
            state.live[u(delay)] = 0
            if clocks.resume[u(delay)] and delay != fired:
                state.kept[u(delay)] = _work_left(state, delay)


@inline
def reset_kept(clocks, state, alternative):  # type: ignore[no-untyped-def]
    """Discard the kept work of the delays that a row resets."""
    for k in range(clocks.reset_ptr[u(alternative)], clocks.reset_ptr[u(alternative) + u(1)]):
        state.kept[u(clocks.reset_delay[u(k)])] = -1.0


@inline
def settle_population(core, clocks, state, automaton, fired):  # type: ignore[no-untyped-def]
    """Start, retime or stop the delays of a population after its counts or speeds have changed."""
    for delay in range(core.first_delay[u(automaton)], core.first_delay[u(automaton) + u(1)]):
        if delay == fired:
            state.live[u(delay)] = 0
        if state.members[u(clocks.delay_phase[u(delay)])] == 0:
            state.live[u(delay)] = 0
        elif state.live[u(delay)]:
            _retime(state, delay, _members_pace(clocks, state, delay))
        else:
            state.live[u(delay)] = 1
            state.remaining[u(delay)] = _draw(core, state, delay)
            _set_pace(state, delay, _members_pace(clocks, state, delay))


@inline
def first_delay_to_end(core, clocks, state, automaton):  # type: ignore[no-untyped-def]
    """The live delay of an automaton that ends first, the first declared at a tie; -1 for none."""
    first, best = -1, np.inf
    if clocks is not None and clocks.population[u(automaton)] >= 0:
        for delay in range(core.first_delay[u(automaton)], core.first_delay[u(automaton) + u(1)]):
            if state.live[u(delay)] and state.end[u(delay)] < best:
                first, best = delay, state.end[u(delay)]
        return first
    phase = state.current[u(automaton)]
    for k in range(core.phase_delay_ptr[u(phase)], core.phase_delay_ptr[u(phase) + u(1)]):
        delay = core.phase_delay[u(k)]
        if state.end[u(delay)] < best:
            first, best = np.int64(delay), state.end[u(delay)]
    return first


@inline
def _set_leaf(state, size, automaton, end):  # type: ignore[no-untyped-def]
    place = u(size + automaton)
    state.key[place] = end
    place >>= u(1)
    while place > u(0):
        left = place << u(1)
        pick = left + u(state.key[left + u(1)] < state.key[left])
        state.key[place] = state.key[pick]
        state.winner[place] = state.winner[pick]
        place >>= u(1)


@inline
def settle_leaves(core, pools, clocks, state):  # type: ignore[no-untyped-def]
    """Bring the tournament tree up to date for all touched automata."""
    size = len(state.key) >> 1
    for k in range(state.whole[TOUCHED]):
        automaton = state.touched[u(k)]
        state.is_touched[u(automaton)] = 0
        end = np.inf
        needs = pools.phase_pool[u(state.current[u(automaton)])] >= 0
        if not needs or state.holding[u(automaton)]:
            delay = first_delay_to_end(core, clocks, state, automaton)
            if delay >= 0:
                end = state.end[u(delay)]
        _set_leaf(state, size, automaton, end)
    state.whole[TOUCHED] = 0


@inline
def plant_tree(state):  # type: ignore[no-untyped-def]
    """Empty the tree: no automaton has anything live."""
    size = len(state.key) >> 1
    for place in range(size):
        state.key[size + place] = np.inf
        state.winner[size + place] = place
    for place in range(size - 1, 0, -1):
        state.key[place] = np.inf
        state.winner[place] = state.winner[2 * place]
