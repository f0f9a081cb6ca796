"""What the event loop changes: one workspace for each running batch, allocated before it starts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hasim.engines.tables import Floats, Ints, Tables

#: Places in `State.whole`.
SEQUENCE, TOUCHED, FRESH, HEAP, HEAD, TAIL, FLIPS, LOGGED, STEPS, ERROR, AT, CAUSE, DIRTY, DOWN, BY = range(15)
#: Places in `State.real`.
NOW, WINDOW, NEXT_EPOCH = range(3)

LOOP, STUCK, FLOOD = 1, 2, 3
_FLOOD_MARGIN = 1024


class State(NamedTuple):
    """Arrays by automaton, phase, delay, node, pool, signal and outage measure."""

    stream: NDArray[np.uint64]
    whole: NDArray[np.int64]
    real: Floats
    current: Ints
    entered: Floats
    holding: Ints
    sequence: NDArray[np.int64]
    forward: Ints
    backward: Ints
    key: Floats
    winner: Ints
    touched: Ints
    is_touched: Ints
    fresh: Ints
    mover: Ints
    chosen: Ints
    origin: Ints
    end: Floats
    live: Ints
    kept: Floats
    remaining: Floats
    last: Floats
    pace: Floats
    members: Ints
    count: NDArray[np.int64]
    value: Floats
    since: Floats
    is_dirty: Ints
    bucket: Ints
    bucket_size: Ints
    flipped: Ints
    free: Ints
    waiting: Ints
    front: Ints
    back: Ints
    heap: Ints
    in_heap: Ints
    queue_signal: Ints
    queue_emitter: Ints
    epoch: NDArray[np.int64]
    outage_dirty: Ints
    outage_is_dirty: Ints
    outage_cause: Ints
    is_down: Ints
    down_cause: Ints
    down_begun: Floats
    down_since: Floats
    label: Ints
    label_since: Floats
    scratch: Ints


class LogSpace(NamedTuple):
    """Columns of the log of events; of length 0 where none is kept."""

    time: Floats
    kind: NDArray[np.int8]
    automaton: Ints
    phase: Ints
    by: Ints


def log_space(size: int) -> LogSpace:
    """Allocate a log of `size` entries."""
    return LogSpace(
        np.zeros(size),
        np.zeros(size, np.int8),
        np.zeros(size, np.int32),
        np.zeros(size, np.int32),
        np.zeros(size, np.int32),
    )


def leaves(n_automata: int) -> int:
    """Leaves of the tournament tree: the next power of two."""
    return 1 << max(n_automata - 1, 0).bit_length()


def workspace(tables: Tables) -> State:
    """Allocate the state of a Process."""
    core, nodes, network = tables.core, tables.nodes, tables.network
    n_automata, n_phases = len(core.first_phase) - 1, len(core.phase_automaton)
    n_delays, n_nodes = len(core.delay_row), len(nodes.kind)
    n_pools, n_outages = len(tables.pools.size), len(tables.watch.gate)
    clocks = tables.clocks
    n_moves = n_automata if clocks is None else int(np.maximum(clocks.population, 1).sum())
    n_signals = 0 if network is None else len(network.limit)
    n_immediate = 0 if network is None else len(network.rank_phase)
    n_queue = 16 * n_signals + 2 * n_moves + _FLOOD_MARGIN
    n_cases = len(tables.watch.case_key)
    n_kept = 0 if clocks is None else n_delays

    def whole(size: int) -> Ints:
        return np.zeros(size, dtype=np.int32)

    return State(
        stream=np.zeros(4, dtype=np.uint64),
        whole=np.zeros(15, dtype=np.int64),
        real=np.zeros(3),
        current=whole(n_automata),
        entered=np.zeros(n_automata),
        holding=whole(n_automata),
        sequence=np.zeros(n_automata, dtype=np.int64),
        forward=whole(n_automata),
        backward=whole(n_automata),
        key=np.zeros(2 * leaves(n_automata)),
        winner=whole(2 * leaves(n_automata)),
        touched=whole(n_automata),
        is_touched=whole(n_automata),
        fresh=whole(n_moves),
        mover=whole(n_moves),
        chosen=whole(n_moves),
        origin=whole(n_moves),
        end=np.zeros(n_delays),
        live=whole(n_kept),
        kept=np.zeros(n_kept),
        remaining=np.zeros(n_kept),
        last=np.zeros(n_kept),
        pace=np.zeros(n_kept),
        members=whole(n_phases),
        count=np.zeros(n_nodes, dtype=np.int64),
        value=np.zeros(n_nodes),
        since=np.zeros(n_nodes),
        is_dirty=whole(n_nodes),
        bucket=whole(n_nodes),
        bucket_size=whole(len(nodes.depth_start)),
        flipped=whole(n_nodes),
        free=whole(n_pools),
        waiting=whole(n_pools),
        front=whole(int(tables.pools.queue_ptr[-1])),
        back=whole(int(tables.pools.queue_ptr[-1])),
        heap=whole(n_immediate),
        in_heap=whole(n_immediate),
        queue_signal=whole(n_queue),
        queue_emitter=whole(n_queue),
        epoch=np.zeros(0 if network is None else len(network.offset), dtype=np.int64),
        outage_dirty=whole(n_outages),
        outage_is_dirty=whole(n_outages),
        outage_cause=whole(n_outages),
        is_down=whole(n_outages),
        down_cause=whole(n_outages),
        down_begun=np.zeros(n_outages),
        down_since=np.zeros(n_outages),
        label=whole(n_outages),
        label_since=np.zeros(n_outages),
        scratch=whole(max(n_cases, n_moves)),
    )
