"""The parts that must all serve for a service to serve, and each part's ancestors.

Theory of operation: the gate of a service is often the AND of gates. Each of these feels only its
ancestors: the automata that it reads, and those that one of them feels in turn, because a row, a
weight or a speed looks at them, they emit what it reacts to, or they can keep it waiting for a
token. Whoever it only acts upon is no ancestor: that is the difference from modules
(exact/modules.py), which are what cannot be told apart in either direction.

With keyed streams (keys.py) a part restricted to its ancestors lives, in replication n, the very
life that it lives in the whole: every draw is found by name, and the steps of an instant that
others take come between its own without changing them. For settlement takes signals before
immediate moves before tokens, each in an order in which strangers are only left out: those of a
queue, of (urgency, automaton), of (pool, request).

Rules of this file: a part holds nothing that its ancestors do not need, so that its content hash
is the same in every system that has it. It has no blame: whose fault an outage is depends on what
else is down.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from hasim.engines.influences import (
    can_be_short,
    read_by,
    sources_of,
    supports,
    users_of,
)
from hasim.engines.restriction import pools_used, quiet_node, schedules_for
from hasim.process import (
    Alternative,
    Automaton,
    Count,
    Gate,
    Holds,
    Node,
    Outages,
    Phase,
    Process,
    Row,
    Signal,
)
from hasim.process.node_checks import names_read

Part = tuple[str, tuple[str, ...]]

#: Stands in a part that depends on nothing: a Process has an automaton.
_STILL = Automaton("still", (Phase("still"),), (("still", 1.0),))


def parts_of(process: Process, gate: str) -> tuple[Part, ...]:
    """Return the parts that must all serve for a gate to hold, in the order of first appearance.

    Parameters
    ----------
    process : Process
    gate : str
        Such as the gate of an `Outages` measure.

    Returns
    -------
    tuple of (str, tuple of str)
        The name in the user's words, and the gates that must all hold: ``("db", ("db serves",))``.
        Replicas that must all serve, ``web.1`` and ``web.2``, are one part, ``web``. A gate that is
        no AND is its own only part.
    """
    nodes = {node.name: node for node in process.nodes}
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    stack = [(gate, "")]
    while stack:
        name, reader = stack.pop()
        if name in seen:
            continue
        seen.add(name)
        owner = _owner(nodes[name], reader)
        joined = _joined_by(nodes, name)
        stack += [(one, owner) for one in reversed(joined)]
        if not joined:
            found.setdefault(owner, []).append(name)
    return tuple((owner, tuple(gates)) for owner, gates in found.items())


def ancestors(process: Process, gates: Iterable[str]) -> frozenset[int]:
    """Return the automata, by index, that can have an influence on whether some gates hold.

    Parameters
    ----------
    process : Process
    gates : iterable of str
        Or levels.
    """
    support = supports(process)
    felt = _felt_by(process, support)
    found: set[int] = set()
    fresh = {index for gate in gates for index in support[gate]}
    while fresh:
        found |= fresh
        fresh = {index for one in fresh for index in felt[one]} - found
    return frozenset(found)


def part_process(process: Process, gates: Iterable[str], measure_name: str) -> Process:
    """Return the Process of a part alone, with the times in which it does not serve as measure.

    Parameters
    ----------
    process : Process
    gates : iterable of str
        Of the part: it serves while all of them hold.
    measure_name : str
        Name of the `Outages` measure, and of the Process.
    """
    gates = tuple(gates)
    inside = sorted(ancestors(process, gates))
    members = [process.automata[index] for index in inside]
    signals = tuple(_signals_heard(process, members))
    kept = {signal.name for signal in signals}
    automata = tuple(_quiet_automaton(member, signals) for member in members)
    pools = pools_used(process, inside)
    wanted = [*gates, *(pool.size for pool in pools if isinstance(pool.size, str))]
    wanted += [name for automaton in automata for name in read_by(automaton)]
    nodes = tuple(quiet_node(node, kept) for node in _nodes_needed(process, wanted, kept))
    joint = _joint_gate(gates, measure_name)
    return Process(
        name=measure_name,
        automata=automata or (_STILL,),
        nodes=nodes + joint,
        pools=pools,
        signals=signals,
        schedules=schedules_for(process, kept),
        measures=(Outages(measure_name, joint[-1].name if joint else gates[0]),),
    )


def _owner(node: Node, reader: str) -> str:
    """Whose a gate is; what is named after its reader (``web.1`` of ``web``) is the reader's."""
    name = node.origin.name or node.name
    return reader if reader and name.startswith(f"{reader}.") else name


def _joined_by(nodes: dict[str, Node], name: str) -> list[str]:
    """The gates that a gate is the AND of; none where it is something else."""
    gate = nodes[name]
    assert isinstance(gate, Gate)
    count = nodes[gate.level]
    if not isinstance(count, Count) or count.constant != 0 or count.unit != 1.0:
        return []
    joined = [term.gate for term, weight in count.terms if isinstance(term, Holds) and weight == 1]
    needs_all = gate.comparison == ">=" and gate.threshold == len(count.terms) == len(joined)
    return joined if needs_all else []


def _felt_by(process: Process, support: dict[str, frozenset[int]]) -> list[set[int]]:
    """For each automaton those that have an influence on it in one step."""
    felt = [{i for name in read_by(a) for i in support[name]} for a in process.automata]
    for pool in process.pools:
        users = users_of(process, pool)
        if can_be_short(pool, users):
            sized = support[pool.size] if isinstance(pool.size, str) else frozenset()
            for user in users:
                felt[user] |= sized.union(users)
    index = {automaton.name: i for i, automaton in enumerate(process.automata)}
    sources = sources_of(process, support)
    for signal in _signals_heard(process, process.automata):
        hearers = {index[name] for name in signal.address}
        # Where only some of them are reached, whether one is depends on the others.
        rivals = frozenset() if signal.limit is None else hearers
        for hearer in hearers:
            felt[hearer] |= sources[signal.name] | rivals
    return felt


def _signals_heard(process: Process, automata: Iterable[Automaton]) -> Iterator[Signal]:
    """The signals that some automata can react to, addressed to those that can."""
    heard = {(a.name, reaction.signal) for a in automata for reaction in a.reactions}
    for signal in process.signals:
        address = tuple(name for name in signal.address if (name, signal.name) in heard)
        if address:
            yield replace(signal, address=address)


def _quiet_automaton(automaton: Automaton, signals: tuple[Signal, ...]) -> Automaton:
    """An automaton without signals that nobody hears and reactions to those that it does not."""
    kept = {signal.name for signal in signals}
    heard = {signal.name for signal in signals if automaton.name in signal.address}
    return replace(
        automaton,
        phases=tuple(_quiet_phase(phase, kept) for phase in automaton.phases),
        delays=tuple(replace(d, row=_quiet_row(d.row, kept)) for d in automaton.delays),
        reactions=tuple(
            replace(r, row=_quiet_row(r.row, kept))
            for r in automaton.reactions
            if r.signal in heard
        ),
    )


def _quiet_phase(phase: Phase, kept: set[str]) -> Phase:
    if phase.immediate is None:
        return phase
    return replace(phase, immediate=_quiet_row(phase.immediate, kept))


def _quiet_row(row: Row, kept: set[str]) -> Row:
    return Row(tuple(_quiet_way(way, kept) for way in row.alternatives))


def _quiet_way(way: Alternative, kept: set[str]) -> Alternative:
    return replace(way, emits=tuple(name for name in way.emits if name in kept))


def _nodes_needed(process: Process, wanted: Iterable[str], signals: set[str]) -> list[Node]:
    """The levels and gates of some names, those that emit, and all that these read."""
    needed = set(wanted)
    kept = []
    for node in reversed(process.nodes):
        tells = isinstance(node, Gate) and not signals.isdisjoint((*node.rises, *node.falls))
        if tells or node.name in needed:
            needed.update(names_read(node))
            kept.append(node)
    return kept[::-1]


def _joint_gate(gates: tuple[str, ...], measure_name: str) -> tuple[Node, ...]:
    """A level and a gate that holds while several do; nothing for a single one."""
    if len(gates) == 1:
        return ()
    name = f"{measure_name}: all serve"
    terms = tuple((Holds(gate), 1) for gate in gates)
    return (Count(f"{name}: sum", terms), Gate(name, f"{name}: sum", ">=", float(len(gates))))
