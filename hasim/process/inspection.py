"""What the checks of a Process share: the names that can be referred to, and the findings so far.

Rules of this file: a key is a tuple of parts and is joined only where something is wrong, so that a
sound Process of any size costs a few lookups for each reference.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING

from hasim.errors import Finding, show_value
from hasim.process.automata import Automaton, Phase
from hasim.process.levels import Gate, Level

if TYPE_CHECKING:
    from hasim.process.network import Process

Key = tuple[str | int, ...]

#: Looking for a similar name costs milliseconds among thousands, so only the first findings get it.
MOST_SUGGESTIONS = 20

#: Names among which a similar one is looked for.
MOST_COMPARED = 1000

#: So many names are listed in full; precedent: a line of a terminal.
MOST_LISTED = 8


@dataclass(frozen=True, slots=True)
class Members:
    """What can be referred to inside one automaton."""

    automaton: Automaton
    phases: dict[str, Phase]
    delays: frozenset[str]


class Inspection:
    """One check of one Process.

    Parameters
    ----------
    process : Process

    Attributes
    ----------
    automata : dict of str to Members
    levels, gates : dict of str to Level, dict of str to Gate
    pools, signals : frozenset of str
    findings : list of Finding
    """

    def __init__(self, process: Process) -> None:
        self.process = process
        self.findings: list[Finding] = []
        self.automata: dict[str, Members] = {}
        for automaton in process.automata:
            phases = {phase.name: phase for phase in automaton.phases}
            delays = frozenset(delay.name for delay in automaton.delays)
            self.automata[automaton.name] = Members(automaton, phases, delays)
        self.levels: dict[str, Level] = {}
        self.gates: dict[str, Gate] = {}
        for node in process.nodes:
            if isinstance(node, Gate):
                self.gates[node.name] = node
            else:
                self.levels[node.name] = node
        self.pools = frozenset(pool.name for pool in process.pools)
        self.signals = frozenset(signal.name for signal in process.signals)
        self._suggestions = 0

    def report(self, key: Key, found: str, expected: str = "", next_step: str = "") -> None:
        """Add a finding."""
        dotted = ".".join(str(part) for part in key)
        self.findings.append(Finding(None, dotted, found, expected, next_step))

    def miss(
        self, key: Key, kind: str, name: object, known: Collection[str], *, owner: str = ""
    ) -> None:
        """Report that there is no `kind` called `name`, with the names there are."""
        of_owner = f" of {show_value(owner)}" if owner else ""
        found = f"there is no {kind} {show_value(name)}{of_owner}"
        if not known:
            self.report(key, found, next_step=f"declare the {kind}")
            return
        similar: list[str] = []
        if self._suggestions < MOST_SUGGESTIONS and isinstance(name, str):
            self._suggestions += 1
            similar = get_close_matches(name, list(islice(known, MOST_COMPARED)), n=1)
        next_step = f"write {similar[0]}" if similar else "declare it or name another"
        self.report(key, found, f"one of {list_names(known)}", next_step)

    def refer_to_gate(self, key: Key, name: str | None) -> None:
        """Report a reference to something that is not a gate."""
        if name is None or name in self.gates:
            return
        if name in self.levels:
            found = f"{show_value(name)} is a level"
            self.report(key, found, "a gate", "compare the level with a threshold in a Gate")
        else:
            self.miss(key, "gate", name, self.gates)

    def refer_to_level(self, key: Key, name: str | None) -> None:
        """Report a reference to something that is not a level."""
        if name is None or name in self.levels:
            return
        if name in self.gates:
            found = f"{show_value(name)} is a gate"
            self.report(key, found, "a level", "count the gate: Count(name, ((Holds(gate), 1),))")
        else:
            self.miss(key, "level", name, self.levels)

    def refer_to_signals(self, key: Key, names: Iterable[str]) -> None:
        """Report every emission of a signal that there is not."""
        for name in names:
            if name not in self.signals:
                self.miss(key, "signal", name, self.signals)

    def refer_to_phase(self, key: Key, automaton: str, phase: str) -> Phase | None:
        """Return the phase of an automaton; report what there is not."""
        members = self.automata.get(automaton)
        if members is None:
            self.miss(key, "automaton", automaton, self.automata)
            return None
        found = members.phases.get(phase)
        if found is None:
            self.miss(key, "phase", phase, members.phases, owner=automaton)
        return found

    def refuse_repeats(self, key: Key, kind: str, names: Iterable[str]) -> None:
        """Report names that are empty or come twice."""
        seen: set[str] = set()
        for name in names:
            if not isinstance(name, str) or not name:
                own = (*key, show_value(name))
                self.report(own, f"this {kind} has no name", next_step="name it")
            elif name in seen:
                found = f"{kind} {show_value(name)} is there twice"
                self.report((*key, name), found, "each name once", "rename or remove one")
            seen.add(name)


def list_names(names: Collection[str]) -> str:
    """The names as a list for a message, cut where it grows long."""
    shown = [show_value(name) for name in islice(names, MOST_LISTED)]
    rest = len(names) - len(shown)
    return ", ".join(shown) + (f" and {rest:,} more" if rest else "")


def is_finite(value: object) -> bool:
    """Whether the value is a finite number (and not a truth value)."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and math.isfinite(value)  # type: ignore[arg-type]  # just tested


def is_count(value: object, least: int) -> bool:
    """Whether the value is a whole number of at least `least`."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
