"""What influences what in a Process: who reads, emits, and waits beside whom.

Rules of this file: one step at a time; who follows the steps is the caller's affair
(exact/modules.py in both directions, ancestry.py against the current).
"""

from __future__ import annotations

from hasim.process import Alternative, Automaton, Count, Gate, Holds, Pool, Process, Row
from hasim.process.node_checks import names_read


def supports(process: Process) -> dict[str, frozenset[int]]:
    """Return for each node the automata, by index, whose phases it depends on."""
    index = {automaton.name: i for i, automaton in enumerate(process.automata)}
    found: dict[str, frozenset[int]] = {}
    for node in process.nodes:
        own: set[int] = set()
        if isinstance(node, Count):
            own.update(index[t.automaton] for t, _ in node.terms if not isinstance(t, Holds))
        found[node.name] = frozenset(own).union(*(found[name] for name in names_read(node)))
    return found


def sources_of(process: Process, support: dict[str, frozenset[int]]) -> dict[str, set[int]]:
    """Return for each signal the automata, by index, that can bring about its emission."""
    sources: dict[str, set[int]] = {signal.name: set() for signal in process.signals}
    for index, automaton in enumerate(process.automata):
        for way in _ways_of(automaton):
            for name in way.emits:
                sources[name].add(index)
    for node in process.nodes:
        if isinstance(node, Gate):
            for name in (*node.rises, *node.falls):
                sources[name] |= support[node.name]
    return sources


def users_of(process: Process, pool: Pool) -> list[int]:
    """Return the automata, by index, that can ask for a token of a pool."""
    automata = enumerate(process.automata)
    return [i for i, a in automata if any(p.pool == pool.name for p in a.phases)]


def can_be_short(pool: Pool, users: list[int]) -> bool:
    """Whether a user of a pool may have to wait for another."""
    return isinstance(pool.size, str) or pool.size < len(users)


def rows_of(automaton: Automaton) -> list[Row]:
    """Return all rows of an automaton."""
    rows = [delay.row for delay in automaton.delays]
    rows += [reaction.row for reaction in automaton.reactions]
    rows += [phase.immediate for phase in automaton.phases if phase.immediate is not None]
    return rows


def names_in(way: Alternative) -> list[str]:
    """Return the gates and levels that an alternative reads."""
    read = (way.guard, way.unless, way.weight if isinstance(way.weight, str) else None)
    return [name for name in read if name is not None]


def depends(way: Alternative) -> bool:
    """Whether a gate or a level decides if, or how likely, a way is taken."""
    return way.guard is not None or way.unless is not None or isinstance(way.weight, str)


def read_by(automaton: Automaton) -> list[str]:
    """Return the nodes that an automaton's rows and clocks read, each once."""
    names = dict.fromkeys(name for way in _ways_of(automaton) for name in names_in(way))
    names |= dict.fromkeys(d.speed for d in automaton.delays if d.speed is not None)
    return list(names)


def _ways_of(automaton: Automaton) -> list[Alternative]:
    return [way for row in rows_of(automaton) for way in row.alternatives]
