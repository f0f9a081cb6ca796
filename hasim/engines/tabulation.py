"""From a Process to the arrays of the event loop (see kernels/world.py).

Theory of operation: names become indices; phases and delays are numbered through all automata,
rows and alternatives through all delays, immediate phases and reactions. `Draft` (table_draft.py)
collects the two flat lists, `item` and `number`, that records point into. Automata that are alike
share the phases and delays of the first of them, so that a model of thousands fits the cache.

Rules of this file: pure translation; nothing is decided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray

from hasim.engines.blame_tables import Blames
from hasim.engines.flat_arrays import Records, Span, named, records, spans
from hasim.engines.kernels import codes, world
from hasim.engines.kernels.world import World
from hasim.engines.law_codes import law_entry
from hasim.engines.likeness import is_clocked
from hasim.engines.quiet_counts import find_cuts, find_uses
from hasim.engines.record import MeasureColumns
from hasim.engines.table_draft import Draft
from hasim.process import (
    Automaton,
    Average,
    Count,
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
    Schedule,
    Share,
    Signal,
    Steps,
    Total,
)

#: Room in the queue of signals beyond what one delivery to everybody can emit.
_QUEUE_MARGIN = 1024


@dataclass(frozen=True)
class Tables:
    """A Process for the event loop.

    Parameters
    ----------
    world : World
        To be copied by each batch.
    network : int or None
        Where in `world.item` the phases by rank of their immediate rows stand; None without
        signals, immediate moves and schedules.
    clocks : int or None
        None without speeds, kept work and populations.
    """

    world: World
    network: int | None
    clocks: int | None


def tabulate(
    process: Process, columns: MeasureColumns, *, keys: NDArray[np.void] | None = None
) -> Tables:
    """Translate a Process into the arrays that the event loop reads.

    With keyed streams it is the variant of the loop that leaves nothing out, so that there is only
    one of these to compile.
    """
    keyed = keys is not None
    draft = Draft(process, columns, keyed)
    delays = _delays(draft)
    phases, terms, reactions, rank0 = _phases(draft)
    nodes, readers, inputs = _nodes(draft, len(terms))
    outages, blames, cases, n_causes = _outages(draft, delays)
    automata = _automata(draft)
    whole = np.zeros(len(world.WORK) + len(world.WHOLE), dtype=np.int64)
    whole[world.N_CAUSES] = n_causes
    whole[world.N_DELAYS] = sum(len(a.delays) for a in process.automata)
    n_moves = int(np.abs(automata["population"]).sum())
    n_work = max(n_moves, len(phases), len(nodes), len(outages), 1)
    made = World(
        automaton=automata,
        frame=_frames(draft),
        phase=phases,
        delay=delays,
        row=records(world.ROW, draft.rows),
        alternative=records(world.ALTERNATIVE, draft.alternatives),
        node=nodes,
        term=records(world.TERM, terms + readers),
        input=inputs,
        pool=_pools(draft),
        queue=_empty_queues(process),
        held=_held(process, keyed=keyed),
        signal=_signals(draft),
        reaction=records(world.REACTION, reactions),
        schedule=_schedules(draft),
        outage=outages,
        blame=blames,
        case=cases,
        tree=np.zeros(4 * world.leaves(len(automata)), dtype=np.int64),
        message=np.zeros(_messages(process, n_moves), dtype=world.MESSAGE),
        item=np.array(draft.item, dtype=np.int32),
        number=np.array(draft.number, dtype=np.float64),
        mark=np.zeros(_words(len(nodes)), dtype=np.uint64),
        mark_of_marks=np.zeros(_words(_words(len(nodes))), dtype=np.uint64),
        work=np.zeros((len(world.WORK), n_work), dtype=np.int32),
        whole=whole,
        real=np.zeros(len(world.REAL)),
        stream=np.zeros(4, dtype=np.uint64),
        keys=keys,
        spells=np.zeros(0, dtype=world.SPELL) if keyed else None,
    )
    is_network = process.signals or process.schedules or (phases["immediate"] >= 0).any()
    is_full = keyed or is_clocked(process)
    return Tables(made, rank0 if keyed or is_network else None, 0 if is_full else None)


def _messages(process: Process, n_moves: int) -> int:
    return 16 * len(process.signals) + 2 * n_moves + _QUEUE_MARGIN


def _words(n_bits: int) -> int:
    return (n_bits + 63) // 64


def _automata(draft: Draft) -> NDArray[Any]:
    automata = draft.process.automata
    own = spans([a.delays for a in automata])
    shift = [
        first - shared for (first, _), (shared, _) in zip(own, _spans_of_delays(draft), strict=True)
    ]
    return named(
        world.AUTOMATON,
        len(automata),
        population=(-1 if a.count is None else a.count for a in automata),
        shift=shift,
    )


def _frames(draft: Draft) -> NDArray[Any]:
    automata = draft.process.automata
    phase0 = [draft.phase[a.name, a.phases[0].name] for a in automata]
    phase = [(first, first + len(a.phases)) for first, a in zip(phase0, automata, strict=True)]
    start = [_start(draft, a) for a in automata]
    borders = _borders(phase=phase, delay=_spans_of_delays(draft), start=start)
    return named(world.FRAME, len(automata), **borders)


def _spans_of_delays(draft: Draft) -> list[Span]:
    """Where the delays of each automaton stand, shared ones with the automaton that they are of."""
    automata = draft.process.automata
    shared = [a.delays if draft.model[i] == i else () for i, a in enumerate(automata)]
    found = spans(shared)
    return [found[model] for model in draft.model]


def _start(draft: Draft, automaton: Automaton) -> Span:
    """Starting phases stand in `item`, their probabilities at the same places of `number`."""
    first = max(len(draft.item), len(draft.number))
    draft.items([0] * (first - len(draft.item)))
    draft.numbers([0.0] * (first - len(draft.number)))
    draft.numbers(weight for _, weight in automaton.start)
    return draft.items(draft.phase[automaton.name, phase] for phase, _ in automaton.start)


def _delays(draft: Draft) -> NDArray[Any]:
    population = {a.name for a in draft.process.automata if a.count is not None}
    unit = (codes.EXPONENTIAL, (1.0,))
    laws = [unit if owner in population else law_entry(d.law) for owner, d in draft.delays]
    places = {law: draft.numbers(law[1])[0] for law in dict.fromkeys(laws)}
    rate = [draft.items(values) for values in _rate_columns(draft)]
    delays = draft.delays
    row = [draft.row(owner, d.row) for owner, d in delays]
    only = [draft.only(number) for number in row]
    return named(
        world.DELAY,
        len(delays),
        automaton=(draft.automaton[owner] for owner, _ in delays),
        row=row,
        only=only,
        target=(int(draft.alternatives[way][1]) if way >= 0 else -1 for way in only),
        law=(code for code, _ in laws),
        number=(places[law] for law in laws),
        resume=(d.memory == "resume" for _, d in delays),
        speed=(draft.node_or_none(d.speed) for _, d in delays),
        phase=(draft.phase[owner, d.phases[0]] for owner, d in delays),
        rate0=(first for first, _ in rate),
        rate1=(stop for _, stop in rate),
        rate=(1.0 / d.law.mean if owner in population else 0.0 for owner, d in delays),
    )


def _rate_columns(draft: Draft) -> list[list[int]]:
    counted: list[list[int]] = [[] for _ in draft.delays]
    for measure in draft.process.measures:
        if isinstance(measure, Rate):
            for delay in dict.fromkeys(draft.delay[key] for key in measure.delays):
                counted[delay].append(draft.columns.slices[measure.name].start)
    return counted


def _phases(draft: Draft) -> tuple[NDArray[Any], Records, Records, int]:
    """Phases, the terms of occupancy, reactions, and where the phases by rank stand."""
    live: list[list[int]] = [[] for _ in draft.phases]
    for index, (owner, delay) in enumerate(draft.delays):
        for phase in delay.phases:
            live[draft.phase[owner, phase]].append(index)
    clock = [draft.items(values) for values in live]
    reactions: list[Records] = [[] for _ in draft.phases]
    for a in draft.process.automata:
        for r in a.reactions:
            row = draft.row(a.name, r.row)
            reactions[draft.phase[a.name, r.phase]].append((draft.signal[r.signal], row))
    immediate = [
        -1 if p.immediate is None else draft.row(owner, p.immediate) for owner, p in draft.phases
    ]
    ranked = _by_rank(draft, immediate)
    rank0, _ = draft.items(ranked)
    rank = {phase: place for place, phase in enumerate(ranked)}
    terms = _terms(draft)
    by_token = [row for phase in zip(*terms.values(), strict=True) for row in phase]
    borders = np.array(spans(by_token), dtype=np.int64).reshape(-1, 3, 2)
    queue = _queue_of_phase(draft)
    reaction = spans(reactions)
    phases = named(
        world.PHASE,
        len(draft.phases),
        automaton=(draft.automaton[owner] for owner, _ in draft.phases),
        pool=(-1 if p.pool is None else draft.pool[p.pool] for _, p in draft.phases),
        queue=queue,
        immediate=immediate,
        rank=(rank.get(place, -1) for place in range(len(draft.phases))),
        term0=borders[:, 0, 0],
        waiting0=borders[:, 1, 0],
        holding0=borders[:, 2, 0],
        holding1=borders[:, 2, 1],
        **_borders(delay=clock, reaction=reaction),
    )
    flat = [pair for row in by_token for pair in row]
    return phases, flat, [pair for row in reactions for pair in row], rank0


def _borders(**lists: list[Span]) -> dict[str, list[int]]:
    columns = {}
    for name, borders in lists.items():
        columns[f"{name}0"] = [first for first, _ in borders]
        columns[f"{name}1"] = [stop for _, stop in borders]
    return columns


def _terms(draft: Draft) -> dict[str, list[Records]]:
    terms: dict[str, list[Records]] = {
        token: [[] for _ in draft.phases] for token in ("any", "waiting", "holding")
    }
    own = {owner for owner, _ in draft.phases}
    for index, node in enumerate(draft.process.nodes):
        for source, weight in node.terms if isinstance(node, Count) else ():
            if isinstance(source, Occupancy) and source.automaton in own:
                phase = draft.phase[source.automaton, source.phase]
                terms[source.token][phase].append((index, weight))
    return terms


def _by_rank(draft: Draft, immediate: list[int]) -> list[int]:
    """Phases with an immediate row in the order of their moves: by urgency, then automaton."""
    found = [
        (phase.urgency, draft.automaton[owner], place)
        for place, (owner, phase) in enumerate(draft.phases)
        if immediate[place] >= 0
    ]
    return [place for *_, place in sorted(found)]


def _priority(draft: Draft, phase: Phase) -> int:
    fifo = draft.process.pools[draft.pool[phase.pool or ""]].order == "fifo"
    return 0 if fifo else phase.priority


def _queues(process: Process) -> list[list[int]]:
    """The priorities asked for in each pool, in the order of granting."""
    found: dict[str, set[int]] = {pool.name: set() for pool in process.pools}
    order = {pool.name: pool.order for pool in process.pools}
    for automaton in process.automata:
        for phase in automaton.phases:
            if phase.pool is not None:
                found[phase.pool].add(phase.priority if order[phase.pool] == "priority" else 0)
    return [sorted(priorities) for priorities in found.values()]


def _queue_of_phase(draft: Draft) -> list[int]:
    queues = _queues(draft.process)
    first = [start for start, _ in spans(queues)]
    place = []
    for _, phase in draft.phases:
        if phase.pool is None:
            place.append(-1)
        else:
            pool = draft.pool[phase.pool]
            place.append(first[pool] + queues[pool].index(_priority(draft, phase)))
    return place


def _pools(draft: Draft) -> NDArray[Any]:
    pools = draft.process.pools
    queue = spans(_queues(draft.process))
    sizes = [pool.size for pool in pools]
    return named(
        world.POOL,
        len(pools),
        size=(0 if isinstance(size, str) else size for size in sizes),
        level=(draft.node_or_none(size) for size in sizes),
        preempts=(pool.preempts for pool in pools),
        **_borders(queue=queue),
    )


def _empty_queues(process: Process) -> NDArray[Any]:
    return np.zeros(max(sum(len(q) for q in _queues(process)), 1), dtype=world.QUEUE)


def _held(process: Process, *, keyed: bool) -> NDArray[Any] | None:
    """The queues of holders, where somebody can lose a token."""
    takes_back = keyed or any(pool.takes_back for pool in process.pools)
    return _empty_queues(process) if takes_back else None


def _nodes(draft: Draft, n_terms: int) -> tuple[NDArray[Any], Records, NDArray[Any]]:
    """Nodes, who reads them (to stand after the `n_terms` terms of occupancy), what they read."""
    nodes = draft.process.nodes
    inputs = [_inputs(draft, node) for node in nodes]
    readers: list[Records] = [[] for _ in nodes]
    for index, sources in enumerate(inputs):
        for source, weight in sources:
            readers[int(source)].append((index, weight))
    gates = [node if isinstance(node, Gate) else None for node in nodes]
    cuts = find_cuts(draft.process, [[nodes[int(reader)] for reader, _ in by] for by in readers])
    measured = _measured(draft)
    table = named(
        world.NODE,
        len(nodes),
        kind=(_kind(node) for node in nodes),
        comparison=(codes.COMPARISONS[g.comparison] if g else -1 for g in gates),
        constant=(_constant(node) for node in nodes),
        unit=(node.unit if isinstance(node, Count) else 1.0 for node in nodes),
        base=(node.constant if isinstance(node, Count) else 0 for node in nodes),
        **_borders(
            input=spans(inputs),
            reader=[(first + n_terms, stop + n_terms) for first, stop in spans(readers)],
            average=[draft.items(columns) for columns, _ in measured],
            outage=[draft.items(outages) for _, outages in measured],
            watch=[draft.items(phases) for phases in _watchers(draft)],
            rise=[draft.signals(g.rises if g else ()) for g in gates],
            fall=[draft.signals(g.falls if g else ()) for g in gates],
            user=[draft.items(delays) for delays in _speed_users(draft)],
            step=[draft.numbers(_steps(n) or cut) for n, cut in zip(nodes, cuts, strict=True)],
        ),
    )
    table["uses"] = find_uses(table)
    pairs = [(int(node), weight) for row in inputs for node, weight in row]
    flat_inputs = named(
        world.INPUT, len(pairs), node=(n for n, _ in pairs), weight=(w for _, w in pairs)
    )
    whole: Records = [
        (reader, int(weight) if isinstance(nodes[int(reader)], Count) else 0)
        for row in readers
        for reader, weight in row
    ]
    return table, whole, flat_inputs


def _measured(draft: Draft) -> list[tuple[list[int], list[int]]]:
    """For each node the columns of its averages and the numbers of its outage measures."""
    measured: list[tuple[list[int], list[int]]] = [([], []) for _ in draft.process.nodes]
    n_outages = 0
    for measure in draft.process.measures:
        column = draft.columns.slices[measure.name].start
        match measure:
            case Share():
                measured[draft.node[measure.gate]][0].append(column)
            case Average():
                measured[draft.node[measure.level]][0].append(column)
            case Outages():
                measured[draft.node[measure.gate]][1].append(n_outages)
                n_outages += 1
            case Rate():
                pass
            case _:
                assert_never(measure)
    return measured


def _speed_users(draft: Draft) -> list[list[int]]:
    users: list[list[int]] = [[] for _ in draft.process.nodes]
    for index, (_, delay) in enumerate(draft.delays):
        if delay.speed is not None:
            users[draft.node[delay.speed]].append(index)
    return users


def _watchers(draft: Draft) -> list[list[int]]:
    """For each node the phases whose immediate row may become eligible when it changes."""
    watchers: list[list[int]] = [[] for _ in draft.process.nodes]
    for place, (_, phase) in enumerate(draft.phases):
        ways = () if phase.immediate is None else phase.immediate.alternatives
        names = [name for a in ways for name in (a.guard, a.unless, a.weight)]
        for node in dict.fromkeys(draft.node_or_none(name) for name in names):
            if node >= 0:
                watchers[node].append(place)
    return watchers


def _kind(node: Node) -> int:
    match node:
        case Count():
            return codes.COUNT
        case Gate():
            return codes.GATE
        case Total():
            return codes.TOTAL
        case Steps():
            return codes.STEPS
        case Minimum():
            return codes.MINIMUM
        case Product():
            return codes.PRODUCT
        case Quotient():
            return codes.QUOTIENT
        case _:
            assert_never(node)


def _inputs(draft: Draft, node: Node) -> Records:
    """What a node reads among earlier nodes, with weights where it has them."""
    match node:
        case Count():
            gates = [(s.gate, w) for s, w in node.terms if isinstance(s, Holds)]
            return [(draft.node[gate], weight) for gate, weight in gates]
        case Gate() | Steps():
            return [(draft.node[node.level], 1.0)]
        case Total():
            return [(draft.node[level], weight) for level, weight in node.terms]
        case Minimum() | Product():
            return [(draft.node[level], 1.0) for level in node.levels]
        case Quotient():
            return [(draft.node[node.dividend], 1.0), (draft.node[node.divisor], 1.0)]
        case _:
            assert_never(node)


def _steps(node: Node) -> tuple[float, ...]:
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


def _signals(draft: Draft) -> NDArray[Any]:
    signals: tuple[Signal, ...] = draft.process.signals
    address = [draft.items(draft.automaton[a] for a in s.address) for s in signals]
    return named(
        world.SIGNAL,
        len(signals),
        limit=(-1 if s.limit is None else s.limit for s in signals),
        choose=(codes.CHOICES[s.choose] for s in signals),
        **_borders(address=address),
    )


def _schedules(draft: Draft) -> NDArray[Any]:
    schedules: tuple[Schedule, ...] = draft.process.schedules
    return named(
        world.SCHEDULE,
        len(schedules),
        offset=(s.offset for s in schedules),
        period=(np.inf if s.period is None else s.period for s in schedules),
        **_borders(signal=[draft.signals(s.emits) for s in schedules]),
    )


def _outages(
    draft: Draft, delays: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], int]:
    """Outage measures, their blame, its cases, the number of causes; `delays` get theirs."""
    blames = Blames(draft.automaton, draft.node, draft.phase)
    measures = [m for m in draft.process.measures if isinstance(m, Outages)]
    roots = [-1 if m.blame is None else blames.add(m.blame) for m in measures]
    delays["cause"] = [-1 if d.cause is None else blames.cause(d.cause) for _, d in draft.delays]
    layouts = [draft.columns.outages[m.name] for m in measures]
    stage = [draft.items(blames.stage_columns(layout)) for layout in layouts]
    cause = [draft.items(blames.cause_columns(layout, layout.by_cause)) for layout in layouts]
    begun = [draft.items(blames.cause_columns(layout, layout.begun_by_cause)) for layout in layouts]
    outages = named(
        world.OUTAGE,
        len(measures),
        gate=(draft.node[m.gate] for m in measures),
        root=roots,
        begun=(layout.begun for layout in layouts),
        stage0=(first for first, _ in stage),
        cause0=(first for first, _ in cause),
        begun0=(first for first, _ in begun),
    )
    order = [draft.items(ranks)[0] for ranks in blames.ranks()]
    table, cases = blames.tables(order)
    blame = named(
        world.BLAME,
        len(table),
        **dict(zip(table[0], zip(*(t.values() for t in table), strict=True), strict=True))
        if table
        else {},
    )
    case = named(world.CASE, len(cases), key=(k for k, _ in cases), blame=(b for _, b in cases))
    return outages, blame, case, max(len(blames.causes), 1)
