"""What the blame of an outage says of each automaton, without its name.

Theory of operation: a `Ranked` treats its members alike but for ties, which go to the first. Where
members that tie always have one label, it cannot tell who was first, and each member has a *role*:
its gate and its own table, with its own names left out. Whatever else asks for an automaton tells
it apart from all others.

Rules of this file: when in doubt, apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from hasim.process.blame_walk import parts_of, walk_inside_out
from hasim.process.measures import Blame, ByPhase, Charged, FirstFailing, Label, Ranked

#: The automaton that a table belongs to, in its portrait.
OWN = "\0own"

Labels = frozenset[tuple[str, str]]


class BlameRoles:
    """Roles of automata in one blame.

    Parameters
    ----------
    blame : Blame
    owner_of : callable
        Gate -> the one automaton that it reads, or another text where it is not one.
    aliases : mapping of str to str
        Names that stand for an automaton's own nodes in its portrait.

    Attributes
    ----------
    roles : list of (str, object)
        Automaton and role.
    apart : list of str
        Automata and gates that are asked for one by one.
    """

    def __init__(
        self, blame: Blame, owner_of: Callable[[str], str], aliases: Mapping[str, str]
    ) -> None:
        self.roles: list[tuple[str, object]] = []
        self.apart: list[str] = []
        self._owner_of, self._aliases = owner_of, aliases
        self._labels = _labels_of(blame)
        self._portraits: dict[tuple[str, int], object] = {}
        self._opened: set[int] = set()
        self._waiting: list[Blame] = []
        self._open(blame)
        while self._waiting:
            self._read(self._waiting.pop())

    def _open(self, table: Blame) -> None:
        if id(table) not in self._opened:
            self._opened.add(id(table))
            self._waiting.append(table)

    def _read(self, table: Blame) -> None:
        if isinstance(table, Ranked) and self._ties_are_alike(table):
            for gate, part in table.members:
                owner = self._owner_of(gate)
                alias = self._aliases.get(gate, gate)
                role = (id(table), alias, self._portray(owner, part))
                self.roles.append((owner, role))
            return
        self.apart += _asked_by(table)
        for _, part in parts_of(table):
            self._open(part)

    def _ties_are_alike(self, table: Ranked) -> bool:
        """Whether each rank has one label, so that it does not matter who is first of equals."""
        found: dict[int, Labels] = {}
        rank = {stage: place for place, stage in enumerate(table.order)}
        for stage, cause in chain.from_iterable(self._labels[id(p)] for _, p in table.members):
            place = rank.get(stage, -1)
            found[place] = found.get(place, frozenset()) | {(stage, cause)}
        return -1 not in found and all(len(labels) == 1 for labels in found.values())

    def _portray(self, owner: str, table: Blame) -> object:
        """A table of an automaton without its names; what is not its own is opened, too."""
        key = (owner, id(table))
        if key not in self._portraits:
            self._portraits[key] = self._portray_anew(owner, table)
        return self._portraits[key]

    def _portray_anew(self, owner: str, table: Blame) -> object:
        match table:
            case Label():
                return table
            case ByPhase() if table.automaton == owner:
                parts = [
                    tuple((phase, self._portray(owner, part)) for phase, part in some)
                    for some in (table.cases, table.waiting)
                ]
                return (OWN, *parts)
            case FirstFailing() if any(self._owner_of(gate) == owner for gate, _ in table.cases):
                self.apart += [gate for gate, _ in table.cases if self._owner_of(gate) != owner]
                cases = tuple(
                    (self._aliases.get(gate, gate), self._portray(owner, part))
                    for gate, part in table.cases
                )
                otherwise = table.otherwise
                return (cases, otherwise and self._portray(owner, otherwise))
            case Charged() if table.automaton in (None, owner):
                whose = OWN if table.automaton else None
                return (table.stage, whose, table.causes, self._portray(owner, table.blame))
            case _:
                self._open(table)
                return id(table)


def _labels_of(blame: Blame) -> dict[int, Labels]:
    """All labels that each table can end in, by identity of the table."""
    labels: dict[int, Labels] = {}
    for table in walk_inside_out(blame):
        if isinstance(table, Label):
            labels[id(table)] = frozenset([(table.stage, table.cause)])
            continue
        below = frozenset(chain.from_iterable(labels[id(part)] for _, part in parts_of(table)))
        labels[id(table)] = (
            frozenset(_charge(table, below)) if isinstance(table, Charged) else below
        )
    return labels


def _charge(table: Charged, below: Labels) -> Iterator[tuple[str, str]]:
    for stage, cause in below:
        for charged in (cause, *(one for _, one in table.causes)):
            yield (table.stage or stage, charged)


def _asked_by(table: Blame) -> list[str]:
    """Gates and automata that one table of a blame names."""
    match table:
        case ByPhase():
            return [table.automaton]
        case FirstFailing():
            return [gate for gate, _ in table.cases]
        case Ranked():
            return [gate for gate, _ in table.members]
        case Charged():
            return [] if table.automaton is None else [table.automaton]
        case _:
            return []
