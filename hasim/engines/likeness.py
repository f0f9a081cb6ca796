"""Which automata are alike, so that the event loop can keep their phases and delays once.

Theory of operation: a thousand nodes of one kind differ in their state only. Kept once, what they
have in common fits the nearest cache, so that an event costs little more where nodes are many.
"""

from __future__ import annotations

from hasim.process import Count, Occupancy, Process, Rate


def is_clocked(process: Process) -> bool:
    """Whether a Process has speeds, kept work, populations or pools that take tokens back."""
    delays = [delay for automaton in process.automata for delay in automaton.delays]
    return (
        any(d.memory == "resume" or d.speed is not None for d in delays)
        or any(automaton.count is not None for automaton in process.automata)
        or any(pool.takes_back for pool in process.pools)
    )


def models_of(process: Process, *, keyed: bool = False) -> list[int]:
    """For each automaton the first that is like it in all that the event loop asks.

    Alike are automata with the same phases, delays, reactions, terms of levels and rates of
    delays. Immediate rows have a rank among all, where clocks are kept each delay has a state, and
    where streams are keyed each row has a key, so these are not shared.
    """
    if keyed or is_clocked(process):
        return list(range(len(process.automata)))
    read: dict[str, list[object]] = {automaton.name: [] for automaton in process.automata}
    for node in process.nodes:
        for source, weight in node.terms if isinstance(node, Count) else ():
            if isinstance(source, Occupancy):
                read[source.automaton].append((node.name, source.phase, source.token, weight))
    for measure in process.measures:
        for owner, delay in measure.delays if isinstance(measure, Rate) else ():
            read[owner].append((measure.name, delay))
    first: dict[object, int] = {}
    models = []
    for index, a in enumerate(process.automata):
        alike = (a.phases, a.delays, a.reactions, tuple(read[a.name]))
        is_single = any(phase.immediate is not None for phase in a.phases)
        models.append(index if is_single else first.setdefault(alike, index))
    return models
