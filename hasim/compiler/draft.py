"""The Process while it is being written, and the few words that all passes use for its parts.

Theory of operation
-------------------
Automata are added whole, in the order that decides ties. Levels and gates are added when somebody
first asks for them, which puts each after all that it reads; asked again, the same name is the same
node. A *condition* is what must hold together: occupancies and gates; the empty one always holds.
Nothing is built for what always holds, and a condition of one gate is that gate.

Rules of this file
------------------
1. It knows what a Process is made of, not what any key of the model language means.
2. Names follow from what a node means, so that equal nodes meet under one name.
3. Dictionaries stand for sets that keep their order; no order comes from hashing.
"""

from __future__ import annotations

from collections.abc import Iterable

from hasim.process import (
    Automaton,
    Count,
    Gate,
    Holds,
    Measure,
    Node,
    Occupancy,
    Origin,
    Pool,
    Process,
    Schedule,
    Signal,
)

Term = Occupancy | Holds
Condition = tuple[Term, ...]

ALWAYS: Condition = ()
"""The condition that nothing can break."""

ALWAYS_GATE = "always"
"""Gate that stands where a table must name one and nothing can break it."""


class Draft:
    """A Process under construction.

    Parameters
    ----------
    name : str

    Attributes
    ----------
    automata, nodes, pools, schedules, measures : dict
        Finished parts by name, in order.
    addresses : dict of str to dict of str to None
        Signals and whom they reach.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.automata: dict[str, Automaton] = {}
        self.nodes: dict[str, Node] = {}
        self.pools: dict[str, Pool] = {}
        self.schedules: dict[str, Schedule] = {}
        self.measures: dict[str, Measure] = {}
        self.addresses: dict[str, dict[str, None]] = {}
        self._signal_origins: dict[str, Origin] = {}

    def add_automaton(self, automaton: Automaton) -> None:
        """Add an automaton; it comes after all that were added before."""
        assert automaton.name not in self.automata, automaton.name
        self.automata[automaton.name] = automaton

    def add_signal(self, name: str, address: Iterable[str], origin: Origin) -> str:
        """Let a signal reach these automata too; return its name."""
        self.addresses.setdefault(name, {}).update(dict.fromkeys(address))
        self._signal_origins.setdefault(name, origin)
        return name

    def emits(self, *names: str) -> tuple[str, ...]:
        """Those of the signals that reach anybody."""
        return tuple(name for name in names if self.addresses.get(name))

    def count(
        self,
        name: str,
        terms: Iterable[tuple[Term, int]],
        origin: Origin,
        *,
        constant: int = 0,
    ) -> str:
        """Level that adds up terms; return its name."""
        if name not in self.nodes:
            self.nodes[name] = Count(name, tuple(terms), constant, origin=origin)
        return name

    def gate(
        self, name: str, terms: Iterable[tuple[Term, int]], at_least: int, origin: Origin
    ) -> str:
        """Gate that holds while the terms add up to at least so much; return its name."""
        if name not in self.nodes:
            self.compare(name, self.count(f"{name}: sum", terms, origin), at_least, origin)
        return name

    def compare(self, name: str, level: str, at_least: float, origin: Origin) -> str:
        """Gate that holds while a level is at least so much; return its name."""
        if name not in self.nodes:
            self.nodes[name] = Gate(name, level, ">=", at_least, origin=origin)
        return name

    def add_node(self, node: Node) -> str:
        """Add a node unless its name is there already; return its name."""
        self.nodes.setdefault(node.name, node)
        return node.name

    def all_of(self, name: str, condition: Condition, origin: Origin) -> Condition:
        """The condition as at most one term: a gate called `name` is made where it has several."""
        terms = tuple(dict.fromkeys(condition))
        if not terms or (len(terms) == 1 and isinstance(terms[0], Holds)):
            return terms
        return (Holds(self.gate(name, ((term, 1) for term in terms), len(terms), origin)),)

    def some_of(
        self, name: str, conditions: Iterable[Condition], least: int, origin: Origin
    ) -> Condition:
        """At least so many of these conditions, each of at most one term, hold."""
        listed = list(conditions)
        terms = [term for condition in listed for term in condition]
        still = least - (len(listed) - len(terms))
        if still <= 0:
            return ALWAYS
        return (Holds(self.gate(name, ((term, 1) for term in terms), still, origin)),)

    def gate_of(self, name: str, condition: Condition, origin: Origin) -> str:
        """Gate that holds while the condition does, for where a table must name one."""
        terms = self.all_of(name, condition, origin)
        if terms == ALWAYS:
            level = self.count(f"{ALWAYS_GATE}: one", (), Origin(), constant=1)
            return self.compare(ALWAYS_GATE, level, 1, Origin())
        (term,) = terms
        assert isinstance(term, Holds)
        return term.gate

    def finish(self) -> Process:
        """The Process; addresses list automata in their order."""
        place = {name: idx for idx, name in enumerate(self.automata)}
        signals = (
            Signal(
                name,
                tuple(sorted(address, key=place.__getitem__)),
                origin=self._signal_origins[name],
            )
            for name, address in self.addresses.items()
            if address
        )
        return Process(
            name=self.name,
            automata=tuple(self.automata.values()),
            nodes=tuple(self.nodes.values()),
            pools=tuple(self.pools.values()),
            signals=tuple(signals),
            schedules=tuple(self.schedules.values()),
            measures=tuple(self.measures.values()),
        )
