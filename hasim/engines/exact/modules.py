"""Splitting a Process into modules: automata that nothing but the graph of gates brings together.

Theory of operation: two automata belong together where one can feel the other: they wait for
tokens of one pool, one decides how many of these there are, one's signals reach the other, or a
row, a weight or a speed of one reads a gate that depends on the other. What only reads both, a
level that is measured, does not join them, nor does a schedule whose epochs reach both
(instants.py). The modules are the connected components; at any instant they are independent of one
another, so that the chance of a combination is the product of the chances.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from hasim.engines.influences import can_be_short, read_by, sources_of, supports, users_of
from hasim.engines.restriction import pools_used, quiet_node, schedules_for
from hasim.process import Automaton, Process


@dataclass(frozen=True, slots=True)
class Module:
    """Some automata that no other automaton can feel.

    Parameters
    ----------
    automata : tuple of int
        Their indices in the Process, ascending.
    bonds : tuple of str
        What brings each of them together with others, in the user's words; empty for a single one.
    """

    automata: tuple[int, ...]
    bonds: tuple[str, ...] = ()


def split(process: Process) -> tuple[Module, ...]:
    """Return the modules of a Process, in the order of their first automata."""
    groups = _Groups(len(process.automata))
    for members, bond in _bonds(process):
        groups.join(members, bond)
    return groups.modules()


class _Groups:
    """Connected components, by union and find."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))
        self._bonds: dict[int, dict[str, None]] = {}

    def join(self, members: Iterable[int], bond: str) -> None:
        first, *rest = sorted(set(members)) or [-1]
        for other in rest:
            root, child = self._root(first), self._root(other)
            bonds = self._bonds.setdefault(root, {})
            if root != child:
                self._parent[child] = root
                bonds |= self._bonds.pop(child, {})
            bonds[bond] = None

    def modules(self) -> tuple[Module, ...]:
        members: dict[int, list[int]] = {}
        for automaton in range(len(self._parent)):
            members.setdefault(self._root(automaton), []).append(automaton)
        return tuple(
            Module(tuple(some), tuple(self._bonds.get(root, ()))) for root, some in members.items()
        )

    def _root(self, automaton: int) -> int:
        while self._parent[automaton] != automaton:
            self._parent[automaton] = self._parent[self._parent[automaton]]
            automaton = self._parent[automaton]
        return automaton


def _bonds(process: Process) -> Iterator[tuple[list[int], str]]:
    """Yield groups of automata that belong together, each with the words that say why."""
    reads = [(index, name) for index, a in enumerate(process.automata) for name in read_by(a)]
    yield from _pools(process)
    sizes = any(isinstance(pool.size, str) for pool in process.pools)
    if not reads and not process.signals and not sizes:
        return
    support = supports(process)
    yield from _sized_pools(process, support)
    yield from _signals(process, support)
    for index, name in reads:
        who = _user_name(process.automata[index])
        yield [index, *sorted(support[name])], f"{who} looks at {name}"


def _pools(process: Process) -> Iterator[tuple[list[int], str]]:
    """Who uses a pool that can be short."""
    for pool in process.pools:
        users = users_of(process, pool)
        if not isinstance(pool.size, str) and can_be_short(pool, users):
            yield users, f"they share the crew {pool.name}"


def _sized_pools(
    process: Process, support: dict[str, frozenset[int]]
) -> Iterator[tuple[list[int], str]]:
    """Who uses a pool whose number of tokens is a level, with all that this depends on."""
    for pool in process.pools:
        users = users_of(process, pool)
        if isinstance(pool.size, str) and users:
            bond = f"the size of {pool.name} depends on {pool.size}"
            yield [*users, *sorted(support[pool.size])], bond


def _signals(
    process: Process, support: dict[str, frozenset[int]]
) -> Iterator[tuple[list[int], str]]:
    """What can emit a signal, with all that it reaches."""
    index = {automaton.name: i for i, automaton in enumerate(process.automata)}
    sources = sources_of(process, support)
    for signal in process.signals:
        reached = {index[name] for name in signal.address}
        if sources[signal.name] or signal.limit is not None:
            yield sorted(sources[signal.name] | reached), f"they share the signal {signal.name}"


def _user_name(automaton: Automaton) -> str:
    return automaton.origin.name or automaton.name


def hears_schedules(process: Process, module: Module) -> bool:
    """Whether a schedule's signal reaches an automaton of a module."""
    names = {process.automata[index].name for index in module.automata}
    emitted = {name for schedule in process.schedules for name in schedule.emits}
    return any(s.name in emitted and names.intersection(s.address) for s in process.signals)


def closure_of(process: Process, node: str) -> Module:
    """Return all that bears on a level or gate, its modules taken together."""
    wanted = supports(process)[node]
    modules = [m for m in split(process) if wanted.intersection(m.automata)]
    members = sorted(index for module in modules for index in module.automata)
    return Module(tuple(members), tuple(bond for module in modules for bond in module.bonds))


def restrict(process: Process, module: Module) -> Process:
    """Return a module as a Process of its own, without measures.

    It keeps the levels and gates that depend on nothing else, and signals for those that they
    reach here; only epochs reach others as well.
    """
    inside = set(module.automata)
    names = {process.automata[index].name for index in inside}
    support = supports(process)
    heeded = {r.signal for index in inside for r in process.automata[index].reactions}
    signals = tuple(
        replace(s, address=tuple(name for name in s.address if name in names))
        for s in process.signals
        if not s.address or names.intersection(s.address) or s.name in heeded
    )
    kept = {signal.name for signal in signals}
    return Process(
        name=process.name,
        automata=tuple(process.automata[index] for index in module.automata),
        nodes=tuple(
            quiet_node(node, kept) for node in process.nodes if support[node.name] <= inside
        ),
        pools=pools_used(process, inside),
        signals=signals,
        schedules=schedules_for(process, kept),
    )
