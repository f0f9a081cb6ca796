"""Which automata are interchangeable, so that only what they do together has to be explored.

Theory of operation: two automata are interchangeable when swapping them, each with the nodes that
read nobody else, leaves the Process as it is, but for the order of terms in counts and minima. This
is found by comparing *portraits*: all that is said of an automaton and all that others say of it,
with its own name and those of its own nodes left out.

Order of declaration is the one thing that tells equal automata apart. Where it could matter (who is
reached first, whose signal or request comes first when several move in one step) there is no
symmetry.

Rules of this file: when in doubt, no symmetry. Numbers in comments are those of docs/semantics.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace

from hasim.engines.exact.blame_symmetry import BlameRoles
from hasim.engines.exact.phase_type import phase_type_of
from hasim.process import (
    Alternative,
    Automaton,
    Count,
    Delay,
    Gate,
    Holds,
    Minimum,
    Node,
    Occupancy,
    Origin,
    Outages,
    Process,
    Rate,
    Row,
    Share,
)
from hasim.process.measures import Blame
from hasim.process.node_checks import names_read

#: In a portrait what belongs to the automaton itself begins so; names cannot be like this.
SELF = "\0"

#: Owner of a node in which nobody, or more than one automaton, is counted.
NOBODY, MANY = "\0nobody", "\0many"


def find_classes(
    process: Process, *, individual: Collection[str] | None = None
) -> tuple[tuple[str, ...], ...]:
    """Classes of interchangeable automata, each of two or more, in order of declaration.

    Parameters
    ----------
    process : Process
    individual : collection of str, optional
        Automata and nodes that will be asked for one by one; by default those that the measures
        name.

    Returns
    -------
    tuple of tuple of str
    """
    return _Portraits(process, individual).classes()


class _Portraits:
    """What is said of each automaton, without its name."""

    def __init__(self, process: Process, individual: Collection[str] | None) -> None:
        self._process = process
        self._places = {one.name: place for place, one in enumerate(process.automata)}
        self._pools = [{p.name: p.pool for p in one.phases} for one in process.automata]
        self._roles: dict[str, list[object]] = {name: [] for name in self._places}
        self._owners: dict[str, str] = {}
        self._own_nodes: dict[str, list[Node]] = defaultdict(list)
        self._aliases: dict[str, str] = {}
        self._find_owners()
        self._read_nodes()
        self._read_automata()
        self._read_pools()
        self._read_signals()
        if individual is None:
            self._read_measures()
        else:
            self._single_out(individual)

    def classes(self) -> tuple[tuple[str, ...], ...]:
        alike: dict[object, list[str]] = defaultdict(list)
        for automaton in self._process.automata:
            if self._may_be_alike(automaton):
                alike[self._portrait(automaton)].append(automaton.name)
        groups = (tuple(names) for names in alike.values() if len(names) > 1)
        return tuple(names for names in groups if not self._is_interleaved(names))

    # ------------------------------------------------------------------ what is said of each

    def _find_owners(self) -> None:
        """The one automaton that each node reads, if it is one."""
        for node in self._process.nodes:
            owners = {self._owners[name] for name in names_read(node)} - {NOBODY}
            if isinstance(node, Count):
                owners |= {t.automaton for t, _ in node.terms if isinstance(t, Occupancy)}
            owner = MANY if len(owners) > 1 else next(iter(owners), NOBODY)
            self._owners[node.name] = owner
            if owner not in (NOBODY, MANY):
                own = self._own_nodes[owner]
                self._aliases[node.name] = f"{SELF}{len(own)}"
                own.append(node)

    def _read_nodes(self) -> None:
        """The place of each automaton in the nodes that it shares; own nodes must be silent."""
        for node in self._process.nodes:
            if self._owners[node.name] != MANY:
                if isinstance(node, Gate) and (node.rises or node.falls):
                    self._single_out([node.name])
                continue
            if isinstance(node, Count):
                self._read_count(node)
            elif isinstance(node, Minimum):
                read = [(self._owners[n], self._aliases.get(n, n)) for n in node.levels]
                self._add_roles(node.name, read)
            else:
                self._single_out(names_read(node))

    def _read_count(self, node: Count) -> None:
        terms: list[tuple[str, object]] = []
        for term, weight in node.terms:
            if isinstance(term, Occupancy):
                terms.append((term.automaton, (term.phase, term.token, weight)))
            else:
                alias = self._aliases.get(term.gate, term.gate)
                terms.append((self._owners[term.gate], ("gate", alias, weight)))
        self._add_roles(node.name, terms)

    def _add_roles(self, name: str, terms: Iterable[tuple[str, object]]) -> None:
        """In a symmetric sum only what an automaton adds to it matters, not where."""
        of_each: dict[str, list[str]] = defaultdict(list)
        for owner, term in terms:
            of_each[owner].append(repr(term))
        for owner, own in of_each.items():
            if owner in self._roles:
                self._roles[owner].append((name, tuple(sorted(own))))

    def _read_automata(self) -> None:
        """Whoever is asked for by another automaton is no longer like others."""
        for automaton in self._process.automata:
            for name in _nodes_asked(automaton):
                if self._owners[name] not in (NOBODY, MANY, automaton.name):
                    self._single_out([name])

    def _read_pools(self) -> None:
        """Whoever alone decides how many tokens there are is like nobody else."""
        self._single_out(pool.size for pool in self._process.pools if isinstance(pool.size, str))

    def _read_signals(self) -> None:
        for signal in self._process.signals:
            for name in signal.address:
                self._roles[name].append(("reached by", signal.name))
                if signal.limit is not None and signal.choose != "random":
                    self._single_out([name])

    def _read_measures(self) -> None:
        for measure in self._process.measures:
            if isinstance(measure, Rate):
                self._add_roles(measure.name, measure.delays)
            else:
                asked = measure.gate if isinstance(measure, Share | Outages) else measure.level
                self._single_out([asked])
            if isinstance(measure, Outages) and measure.blame is not None:
                self._read_blame(measure.name, measure.blame)

    def _read_blame(self, name: str, blame: Blame) -> None:
        read = BlameRoles(blame, self._owners.__getitem__, self._aliases)
        self._single_out(read.apart)
        for owner, role in read.roles:
            if owner in self._roles:
                self._roles[owner].append((name, role))

    def _single_out(self, names: Iterable[str]) -> None:
        """Tell an automaton, or whose node it is, apart from all others."""
        for name in names:
            owner = name if name in self._roles else self._owners.get(name, NOBODY)
            if owner in self._roles:
                self._roles[owner].append(("single", owner))

    def _portrait(self, automaton: Automaton) -> object:
        bare = replace(
            automaton,
            name=SELF,
            origin=Origin(),
            delays=tuple(self._portray_delay(automaton.name, one) for one in automaton.delays),
            reactions=tuple(
                replace(one, row=self._portray_row(automaton.name, one.row))
                for one in automaton.reactions
            ),
        )
        own = tuple(self._portray_node(node) for node in self._own_nodes[automaton.name])
        return (bare, own, tuple(self._roles[automaton.name]))

    def _portray_delay(self, owner: str, delay: Delay) -> Delay:
        return replace(
            delay,
            row=self._portray_row(owner, delay.row),
            speed=None if delay.speed is None else self._alias(owner, delay.speed),
        )

    def _portray_row(self, owner: str, row: Row) -> Row:
        return Row(tuple(self._portray_way(owner, one) for one in row.alternatives))

    def _portray_way(self, owner: str, one: Alternative) -> Alternative:
        return replace(
            one,
            guard=None if one.guard is None else self._alias(owner, one.guard),
            unless=None if one.unless is None else self._alias(owner, one.unless),
            weight=self._alias(owner, one.weight) if isinstance(one.weight, str) else one.weight,
        )

    def _portray_node(self, node: Node) -> object:
        """An own node with all names replaced; how it is computed stays as it is."""
        read = tuple(self._aliases.get(name, name) for name in names_read(node))
        if not isinstance(node, Count):
            return (type(node), read, _numbers_of(node))
        terms = tuple(
            ("gate", self._aliases.get(t.gate, t.gate), weight)
            if isinstance(t, Holds)
            else (t.phase, t.token, weight)
            for t, weight in node.terms
        )
        return (Count, terms, node.constant, node.unit)

    def _alias(self, owner: str, name: str) -> str:
        return self._aliases[name] if self._owners[name] == owner else name

    # ------------------------------------------------------------------ where order matters

    def _may_be_alike(self, automaton: Automaton) -> bool:
        """Whether order of declaration cannot matter among automata like this one."""
        if automaton.count is not None or any(p.immediate is not None for p in automaton.phases):
            return False
        if any(one.emits for reaction in automaton.reactions for one in reaction.row.alternatives):
            return False
        if automaton.reactions and any(_keeps_stages(delay) for delay in automaton.delays):
            return False
        # Requests made in one step are the same whoever comes first if all are for one phase (16).
        return all(len(phases) == 1 for phases in self._requests(automaton).values())

    def _requests(self, automaton: Automaton) -> dict[tuple[str, str], set[str]]:
        """Phases in which a token can be asked for in a step of several, by signal and pool."""
        pools = self._pools[self._places[automaton.name]]
        entered = [(SELF, phase) for phase, _ in automaton.start]
        for reaction in automaton.reactions:
            entered += [(reaction.signal, one.target) for one in reaction.row.alternatives]
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for signal, phase in entered:
            pool = pools[phase]
            if pool is not None:
                found[signal, pool].add(phase)
        return found

    def _is_interleaved(self, names: tuple[str, ...]) -> bool:
        """Whether somebody else, declared among them, can ask for a token in the same step."""
        first, last = self._places[names[0]], self._places[names[-1]]
        own = set(self._requests(self._process.automata[first]))
        members = set(names)
        return bool(own) and any(
            automaton.name not in members and own & set(self._requests(automaton))
            for automaton in self._process.automata[first : last + 1]
        )


def _nodes_asked(automaton: Automaton) -> Iterable[str]:
    """Gates and levels that rows and speeds read."""
    rows = [delay.row for delay in automaton.delays]
    rows += [reaction.row for reaction in automaton.reactions]
    rows += [phase.immediate for phase in automaton.phases if phase.immediate is not None]
    for row in rows:
        for one in row.alternatives:
            yield from (name for name in (one.guard, one.unless) if name is not None)
            if isinstance(one.weight, str):
                yield one.weight
    yield from (delay.speed for delay in automaton.delays if delay.speed is not None)


def _keeps_stages(delay: Delay) -> bool:
    """Whether the work that a delay keeps tells its automaton apart."""
    law = phase_type_of(delay.law)
    is_exponential = law is not None and law.branches[0][1] == len(law.branches) == 1
    return delay.memory == "resume" and not is_exponential


def _numbers_of(node: Node) -> tuple[object, ...]:
    """The numbers and signals of a node that is no count, by field."""
    named = {"name", "origin", "level", "levels", "dividend", "divisor", "terms"}
    fields = (name for name in node.__dataclass_fields__ if name not in named)
    weights = tuple(weight for _, weight in getattr(node, "terms", ()))
    return (*(getattr(node, name) for name in fields), weights)
