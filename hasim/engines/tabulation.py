"""From a Process to flat arrays (see tables.py)."""

from __future__ import annotations

from typing import assert_never

import numpy as np

from hasim.engines.blame_tables import tabulate_watch
from hasim.engines.kernels.codes import CHOICES, COMPARISONS, COUNT, GATE, MINIMUM, PRODUCT, QUOTIENT, STEPS, TOTAL
from hasim.engines.law_codes import law_entry
from hasim.engines.record import MeasureColumns
from hasim.engines.tables import Clocks, Core, Ints, Lists, Network, Nodes, Pools, Tables, floats, ints, lists
from hasim.process import (
    Alternative,
    Average,
    Count,
    Delay,
    Gate,
    Holds,
    Minimum,
    Node,
    Occupancy,
    Outages,
    Phase,
    Process,
    Product,
    Quotient,
    Rate,
    Reaction,
    Row,
    Share,
    Steps,
    Total,
)

_Terms = list[list[tuple[int, int]]]


class Numbering:
    """The index of every name of a Process, and its phases, delays and rows end to end."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.automaton = {a.name: i for i, a in enumerate(process.automata)}
        self.node = {n.name: i for i, n in enumerate(process.nodes)}
        self.pool = {p.name: i for i, p in enumerate(process.pools)}
        self.signal = {s.name: i for i, s in enumerate(process.signals)}
        self.phase: dict[tuple[str, str], int] = {}
        self.delay: dict[tuple[str, str], int] = {}
        self.rows: list[Row] = []
        self.owners: list[str] = []
        for automaton in process.automata:
            for phase in automaton.phases:
                self.phase[automaton.name, phase.name] = len(self.phase)
            for delay in automaton.delays:
                self.delay[automaton.name, delay.name] = len(self.delay)

    def add_row(self, owner: str, row: Row) -> int:
        """Give the row of an automaton its number."""
        self.rows.append(row)
        self.owners.append(owner)
        return len(self.rows) - 1

    def node_or_none(self, name: str | float | None) -> int:
        """Index of a gate or level, -1 where there is none."""
        return self.node[name] if isinstance(name, str) else -1


def tabulate(process: Process, columns: MeasureColumns) -> Tables:
    """Translate a Process into the arrays that the event loop reads."""
    names = Numbering(process)
    delays = [(a.name, d) for a in process.automata for d in a.delays]
    delay_row = ints(names.add_row(owner, delay.row) for owner, delay in delays)
    immediate_row = ints(
        -1 if phase.immediate is None else names.add_row(a.name, phase.immediate)
        for a in process.automata
        for phase in a.phases
    )
    reactions = [
        (a.name, r, names.add_row(a.name, r.row)) for a in process.automata for r in a.reactions
    ]
    alternatives = [
        (owner, alternative)
        for owner, row in zip(names.owners, names.rows, strict=True)
        for alternative in row.alternatives
    ]
    terms = _occupancy_terms(names)
    return Tables(
        core=_core(names, delays, delay_row, alternatives, terms["any"], columns),
        nodes=_nodes(names, columns),
        pools=_pools(names, terms["waiting"], terms["holding"]),
        network=_network(names, immediate_row, reactions, alternatives),
        clocks=_clocks(names, delays, alternatives),
        watch=tabulate_watch(names.automaton, names.node, names.phase, process, columns),
        n_columns=len(columns.names),
    )


def _occupancy_terms(names: Numbering) -> dict[str, _Terms]:
    terms: dict[str, _Terms] = {
        token: [[] for _ in names.phase] for token in ("any", "waiting", "holding")
    }
    for index, node in enumerate(names.process.nodes):
        if isinstance(node, Count):
            for source, weight in node.terms:
                if isinstance(source, Occupancy):
                    phase = names.phase[source.automaton, source.phase]
                    terms[source.token][phase].append((index, weight))
    return terms


def _core(
    names: Numbering,
    delays: list[tuple[str, Delay]],
    delay_row: Ints,
    alternatives: list[tuple[str, Alternative]],
    occupancy: _Terms,
    columns: MeasureColumns,
) -> Core:
    automata = names.process.automata
    live: list[list[int]] = [[] for _ in names.phase]
    for index, (owner, delay) in enumerate(delays):
        for phase in delay.phases:
            live[names.phase[owner, phase]].append(index)
    laws = [law_entry(delay.law) for _, delay in delays]
    law_list = [
        (0, (1.0,)) if automata[names.automaton[owner]].count is not None else entry
        for (owner, _), entry in zip(delays, laws, strict=True)
    ]
    parameter_ptr = np.cumsum([0] + [len(parameters) for _, parameters in law_list])
    starts = [[names.phase[a.name, phase] for phase, _ in a.start] for a in automata]
    sizes = [len(a.phases) for a in automata]
    phase_delay = lists(live)
    start = lists(starts)
    rates = _rates(names, columns)
    return Core(
        first_phase=ints(np.cumsum([0, *sizes])),
        first_delay=ints(np.cumsum([0, *(len(a.delays) for a in automata)])),
        phase_automaton=np.repeat(np.arange(len(automata), dtype=np.int32), sizes),
        phase_delay_ptr=phase_delay.ptr,
        phase_delay=phase_delay.item,
        delay_automaton=ints(names.automaton[owner] for owner, _ in delays),
        delay_row=delay_row,
        delay_law=ints(code for code, _ in law_list),
        delay_parameter=ints(parameter_ptr[:-1]),
        parameters=floats(value for _, parameters in law_list for value in parameters),
        row_ptr=ints(np.cumsum([0] + [len(row.alternatives) for row in names.rows])),
        target=ints(names.phase[owner, a.target] for owner, a in alternatives),
        guard=ints(names.node_or_none(a.guard) for _, a in alternatives),
        unless=ints(names.node_or_none(a.unless) for _, a in alternatives),
        weight=floats(0.0 if isinstance(a.weight, str) else a.weight for _, a in alternatives),
        weight_level=ints(names.node_or_none(a.weight) for _, a in alternatives),
        start_ptr=start.ptr,
        start_phase=start.item,
        start_weight=floats(weight for a in automata for _, weight in a.start),
        occupancy_ptr=lists([[node for node, _ in row] for row in occupancy]).ptr,
        occupancy_node=ints(node for row in occupancy for node, _ in row),
        occupancy_weight=ints(weight for row in occupancy for _, weight in row),
        rate_ptr=rates.ptr,
        rate_column=rates.item,
    )


def _rates(names: Numbering, columns: MeasureColumns) -> Lists:
    counted: list[list[int]] = [[] for _ in names.delay]
    for measure in names.process.measures:
        if isinstance(measure, Rate):
            for key in dict.fromkeys(measure.delays):
                counted[names.delay[key]].append(columns.slices[measure.name].start)
    return lists(counted)


def _nodes(names: Numbering, columns: MeasureColumns) -> Nodes:
    nodes = names.process.nodes
    inputs = [_inputs(names, node) for node in nodes]
    depth = np.zeros(len(nodes), dtype=np.int32)
    for index, sources in enumerate(inputs):
        depth[index] = 1 + max((depth[source] for source, _ in sources), default=-1)
    readers: list[list[tuple[int, float]]] = [[] for _ in nodes]
    for index, sources in enumerate(inputs):
        for source, weight in sources:
            readers[source].append((index, weight))
    averages: list[list[int]] = [[] for _ in nodes]
    outages: list[list[int]] = [[] for _ in nodes]
    n_outages = 0
    for measure in names.process.measures:
        match measure:
            case Share():
                averages[names.node[measure.gate]].append(columns.slices[measure.name].start)
            case Average():
                averages[names.node[measure.level]].append(columns.slices[measure.name].start)
            case Outages():
                outages[names.node[measure.gate]].append(n_outages)
                n_outages += 1
            case Rate():
                pass
    tables = [_details(node) for node in nodes]
    table = lists([[0] * len(extra) for extra in tables])
    return Nodes(
        kind=ints(_kind(node) for node in nodes),
        depth=depth,
        depth_start=ints(np.searchsorted(np.sort(depth), np.arange(int(depth.max(initial=-1)) + 2))),
        constant=floats(_constant(node) for node in nodes),
        unit=floats(node.unit if isinstance(node, Count) else 1.0 for node in nodes),
        start_count=np.array(
            [node.constant if isinstance(node, Count) else 0 for node in nodes], dtype=np.int64
        ),
        comparison=ints(
            COMPARISONS[node.comparison] if isinstance(node, Gate) else -1 for node in nodes
        ),
        input_ptr=lists([[0] * len(row) for row in inputs]).ptr,
        input=ints(source for row in inputs for source, _ in row),
        input_weight=floats(weight for row in inputs for _, weight in row),
        reader_ptr=lists([[0] * len(row) for row in readers]).ptr,
        reader=ints(reader for row in readers for reader, _ in row),
        reader_weight=ints(int(weight) for row in readers for _, weight in row),
        table_ptr=table.ptr,
        table=floats(value for extra in tables for value in extra),
        average_ptr=lists(averages).ptr,
        average_column=lists(averages).item,
        outage_ptr=lists(outages).ptr,
        outage=lists(outages).item,
    )


def _kind(node: Node) -> int:
    match node:
        case Count():
            return COUNT
        case Gate():
            return GATE
        case Total():
            return TOTAL
        case Steps():
            return STEPS
        case Minimum():
            return MINIMUM
        case Product():
            return PRODUCT
        case Quotient():
            return QUOTIENT
        case _:
            assert_never(node)


def _inputs(names: Numbering, node: Node) -> list[tuple[int, float]]:
    """What a node reads among earlier nodes, with weights where it has them."""
    match node:
        case Count():
            return [
                (names.node[source.gate], float(weight))
                for source, weight in node.terms
                if isinstance(source, Holds)
            ]
        case Gate() | Steps():
            return [(names.node[node.level], 1.0)]
        case Total():
            return [(names.node[level], weight) for level, weight in node.terms]
        case Minimum() | Product():
            return [(names.node[level], 1.0) for level in node.levels]
        case Quotient():
            return [(names.node[node.dividend], 1.0), (names.node[node.divisor], 1.0)]
        case _:
            assert_never(node)


def _details(node: Node) -> tuple[float, ...]:
    return (*node.thresholds, *node.values) if isinstance(node, Steps) else ()


def _constant(node: Node) -> float:
    match node:
        case Gate():
            return node.threshold
        case Total():
            return node.constant
        case Quotient():
            return node.otherwise
        case _:
            return 0.0


def _pools(names: Numbering, waiting: _Terms, holding: _Terms) -> Pools:
    process = names.process
    phases = [phase for a in process.automata for phase in a.phases]
    priorities: list[set[int]] = [set() for _ in process.pools]
    for phase in phases:
        if phase.pool is not None:
            pool = names.pool[phase.pool]
            fifo = process.pools[pool].order == "fifo"
            priorities[pool].add(0 if fifo else phase.priority)
    queues = [sorted(found) for found in priorities]
    queue_ptr = np.cumsum([0] + [len(found) for found in queues])
    return Pools(
        size=ints(pool.size for pool in process.pools),
        queue_ptr=ints(queue_ptr),
        phase_pool=ints(-1 if p.pool is None else names.pool[p.pool] for p in phases),
        phase_queue=ints(_queue(names, phase, queues, queue_ptr) for phase in phases),
        waiting_ptr=lists([[0] * len(row) for row in waiting]).ptr,
        waiting_node=ints(node for row in waiting for node, _ in row),
        waiting_weight=ints(weight for row in waiting for _, weight in row),
        holding_ptr=lists([[0] * len(row) for row in holding]).ptr,
        holding_node=ints(node for row in holding for node, _ in row),
        holding_weight=ints(weight for row in holding for _, weight in row),
    )


def _queue(names: Numbering, phase: Phase, queues: list[list[int]], queue_ptr: Ints) -> int:
    if phase.pool is None:
        return -1
    pool = names.pool[phase.pool]
    fifo = names.process.pools[pool].order == "fifo"
    return int(queue_ptr[pool]) + (0 if fifo else queues[pool].index(phase.priority))


def _network(
    names: Numbering,
    immediate_row: Ints,
    reactions: list[tuple[str, Reaction, int]],
    alternatives: list[tuple[str, Alternative]],
) -> Network | None:
    process = names.process
    if not process.signals and not process.schedules and immediate_row.max(initial=-1) < 0:
        return None
    gates = [node if isinstance(node, Gate) else None for node in process.nodes]
    rises = lists([[names.signal[s] for s in g.rises] if g else [] for g in gates])
    falls = lists([[names.signal[s] for s in g.falls] if g else [] for g in gates])
    emits = lists([[names.signal[s] for s in a.emits] for _, a in alternatives])
    address = lists([[names.automaton[a] for a in s.address] for s in process.signals])
    by_phase: list[list[tuple[int, int]]] = [[] for _ in names.phase]
    for owner, reaction, row in reactions:
        by_phase[names.phase[owner, reaction.phase]].append((names.signal[reaction.signal], row))
    schedule = lists([[names.signal[s] for s in x.emits] for x in process.schedules])
    watch = lists(_watchers(names, immediate_row))
    rank_phase = _rank_phases(process, immediate_row)
    phase_rank = np.full(len(names.phase), -1, dtype=np.int32)
    phase_rank[rank_phase] = np.arange(len(rank_phase), dtype=np.int32)
    return Network(
        immediate_row=immediate_row,
        phase_rank=phase_rank,
        rank_phase=rank_phase,
        watch_ptr=watch.ptr,
        watch_phase=watch.item,
        rise_ptr=rises.ptr,
        rise_signal=rises.item,
        fall_ptr=falls.ptr,
        fall_signal=falls.item,
        emit_ptr=emits.ptr,
        emit_signal=emits.item,
        address_ptr=address.ptr,
        address=address.item,
        limit=ints(-1 if s.limit is None else s.limit for s in process.signals),
        choose=ints(CHOICES[s.choose] for s in process.signals),
        reaction_ptr=lists([[0] * len(row) for row in by_phase]).ptr,
        reaction_signal=ints(signal for rows in by_phase for signal, _ in rows),
        reaction_row=ints(row for rows in by_phase for _, row in rows),
        offset=floats(x.offset for x in process.schedules),
        period=floats(np.inf if x.period is None else x.period for x in process.schedules),
        schedule_ptr=schedule.ptr,
        schedule_signal=schedule.item,
    )


def _rank_phases(process: Process, immediate_row: Ints) -> Ints:
    """Phases with an immediate row in the order of their moves: by urgency, then automaton."""
    phases = [(p.urgency, i) for i, a in enumerate(process.automata) for p in a.phases]
    found = [(phases[index], index) for index in np.flatnonzero(immediate_row >= 0)]
    return ints(index for _, index in sorted(found))


def _watchers(names: Numbering, immediate_row: Ints) -> list[list[int]]:
    """For each node the phases whose immediate row may become eligible when it changes."""
    watchers: list[list[int]] = [[] for _ in names.process.nodes]
    for phase in np.flatnonzero(immediate_row >= 0):
        read = {}
        for a in names.rows[immediate_row[phase]].alternatives:
            read |= dict.fromkeys(
                names.node_or_none(name) for name in (a.guard, a.unless, a.weight)
            )
        for node in read:
            if node >= 0:
                watchers[node].append(int(phase))
    return watchers


def _clocks(
    names: Numbering,
    delays: list[tuple[str, Delay]],
    alternatives: list[tuple[str, Alternative]],
) -> Clocks | None:
    automata = names.process.automata
    populations = [-1 if a.count is None else a.count for a in automata]
    plain = all(d.memory == "restart" and d.speed is None for _, d in delays)
    if plain and all(count < 0 for count in populations):
        return None
    users: list[list[int]] = [[] for _ in names.process.nodes]
    for index, (_, delay) in enumerate(delays):
        if delay.speed is not None:
            users[names.node[delay.speed]].append(index)
    user = lists(users)
    reset = lists([[names.delay[owner, d] for d in a.resets] for owner, a in alternatives])
    return Clocks(
        resume=ints(int(d.memory == "resume") for _, d in delays),
        speed=ints(names.node_or_none(d.speed) for _, d in delays),
        user_ptr=user.ptr,
        user_delay=user.item,
        reset_ptr=reset.ptr,
        reset_delay=reset.item,
        population=ints(populations),
        rate=floats(1.0 / d.law.mean for _, d in delays),
        delay_phase=ints(names.phase[owner, d.phases[0]] for owner, d in delays),
    )
