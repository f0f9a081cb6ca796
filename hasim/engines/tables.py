"""A Process as flat arrays: what the compiled event loop reads.

Theory of operation: every reference by name becomes an index. Phases and delays are numbered through all automata, rows
and alternatives through all delays, reactions and immediate phases. Lists that belong to an item are stored one after the
other with an array of borders (``ptr``): those of item i stand at ptr[i] .. ptr[i + 1].

Rules of this file: pure translation; nothing is decided here. Absent references are -1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


class Lists(NamedTuple):
    """Lists of integers, one for each item, end to end."""

    ptr: Ints
    item: Ints


class Core(NamedTuple):
    """What every model has: automata, phases, delays, rows, alternatives."""

    first_phase: Ints
    first_delay: Ints
    phase_automaton: Ints
    phase_delay_ptr: Ints
    phase_delay: Ints
    delay_automaton: Ints
    delay_row: Ints
    delay_law: Ints
    delay_parameter: Ints
    parameters: Floats
    row_ptr: Ints
    target: Ints
    guard: Ints
    unless: Ints
    weight: Floats
    weight_level: Ints
    start_ptr: Ints
    start_phase: Ints
    start_weight: Floats
    occupancy_ptr: Ints
    occupancy_node: Ints
    occupancy_weight: Ints
    rate_ptr: Ints
    rate_column: Ints


class Nodes(NamedTuple):
    """Levels and gates; `depth` is 1 more than that of the deepest node read."""

    kind: Ints
    depth: Ints
    depth_start: Ints
    constant: Floats
    unit: Floats
    start_count: NDArray[np.int64]
    comparison: Ints
    input_ptr: Ints
    input: Ints
    input_weight: Floats
    reader_ptr: Ints
    reader: Ints
    reader_weight: Ints
    table_ptr: Ints
    table: Floats
    average_ptr: Ints
    average_column: Ints
    outage_ptr: Ints
    outage: Ints


class Pools(NamedTuple):
    """Tokens; a queue is a pool with a priority, the queues of a pool in the order of granting."""

    size: Ints
    queue_ptr: Ints
    phase_pool: Ints
    phase_queue: Ints
    waiting_ptr: Ints
    waiting_node: Ints
    waiting_weight: Ints
    holding_ptr: Ints
    holding_node: Ints
    holding_weight: Ints


class Network(NamedTuple):
    """Immediate moves, signals and schedules."""

    immediate_row: Ints
    phase_rank: Ints
    rank_phase: Ints
    watch_ptr: Ints
    watch_phase: Ints
    rise_ptr: Ints
    rise_signal: Ints
    fall_ptr: Ints
    fall_signal: Ints
    emit_ptr: Ints
    emit_signal: Ints
    address_ptr: Ints
    address: Ints
    limit: Ints
    choose: Ints
    reaction_ptr: Ints
    reaction_signal: Ints
    reaction_row: Ints
    offset: Floats
    period: Floats
    schedule_ptr: Ints
    schedule_signal: Ints


class Clocks(NamedTuple):
    """Speeds, kept work and populations (`population` is the count, -1 for a single automaton)."""

    resume: Ints
    speed: Ints
    user_ptr: Ints
    user_delay: Ints
    reset_ptr: Ints
    reset_delay: Ints
    population: Ints
    rate: Floats
    delay_phase: Ints


class Watch(NamedTuple):
    """Outage measures and their blame, a table of small decisions.

    `stage_column` and `cause_column` are [measures x stages] and [measures x causes]; the column of
    outages begun by a cause stands `n_causes` of the measure after that of its downtime.
    """

    gate: Ints
    root: Ints
    begun: Ints
    stage_column: Ints
    cause_column: Ints
    begun_column: Ints
    delay_cause: Ints
    kind: Ints
    first: Ints
    second: Ints
    case_ptr: Ints
    case_key: Ints
    case_blame: Ints
    rank: Ints


@dataclass(frozen=True)
class Tables:
    """All arrays of one Process; the parts that it does not need are None."""

    core: Core
    nodes: Nodes
    pools: Pools
    network: Network | None
    clocks: Clocks | None
    watch: Watch
    n_columns: int


def ints(values: Iterable[int]) -> Ints:
    """Return a contiguous int32 array."""
    return np.fromiter(values, dtype=np.int32)


def floats(values: Iterable[float]) -> Floats:
    """Return a contiguous float64 array."""
    return np.fromiter(values, dtype=np.float64)


def lists(rows: Sequence[Sequence[int]]) -> Lists:
    """Store lists end to end."""
    ptr = np.zeros(len(rows) + 1, dtype=np.int32)
    np.cumsum([len(row) for row in rows], out=ptr[1:])
    return Lists(ptr, ints(value for row in rows for value in row))
