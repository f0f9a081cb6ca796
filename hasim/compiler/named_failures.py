"""Failures by the names that users give them, and what it means that all works again.

Theory of operation: what can fail by itself is an automaton with delays that have a cause: a
replica (``web.1``), a domain (``a``), a common cause (``db.crash.common``), a change. A name may go
on with that of a failure mode (``web.1.hardware``); without it the first one is meant. A failure
may be hidden, where the row of its delay says so.

Rules of this file: names and phases only; what is done with them is for others to say.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from difflib import get_close_matches

from hasim.compiler import causes, common_cause, crews, failures, relocation
from hasim.errors import InputError
from hasim.process import Automaton, Count, Gate, Node, Occupancy, Process, Row
from hasim.process.strikes import Strike, end_of

#: The passes that make what can be down: replicas, domains and common causes.
BREAKING = frozenset({failures.PASS, common_cause.PASS})

#: How phases end in which a failure is hidden.
_LATENT = "latent"

#: So many names are listed, at most.
_MOST_LISTED = 12


def find_failure(
    process: Process, item: str, *, write: str, made_by: Collection[str] | None = None
) -> tuple[str, str]:
    """Return the automaton and the delay of what a user names, such as ``web.1.hardware``.

    Parameters
    ----------
    process : Process
        Of a compiled System.
    item : str
    write : str
        What a user would write, with ``{}`` for the name.
    made_by : collection of str, optional
        Passes of the compiler whose automata may be named; all when absent.

    Raises
    ------
    InputError
        For something that does not exist or cannot fail.
    """
    failing = {
        one.name: [delay.name for delay in one.delays if delay.cause is not None]
        for one in process.automata
        if made_by is None or one.origin.made_by in made_by
    }
    failing = {name: modes for name, modes in failing.items() if modes}
    if item in failing:
        return item, failing[item][0]
    replica, _, mode = item.rpartition(".")
    if mode in failing.get(replica, ()):
        return replica, mode
    if replica in failing:
        raise InputError(
            f"{replica} has no failure mode {mode}",
            f"one of {', '.join(failing[replica])}",
            f"write {write.format(f'{replica}.{failing[replica][0]}')}",
        )
    near = get_close_matches(item, failing, 1, 0.75)
    more = " ..." if len(failing) > _MOST_LISTED else ""
    shown = ", ".join(list(failing)[:_MOST_LISTED]) + more
    first = near[0] if near else next(iter(failing), None)
    raise InputError(
        f"{item} is nothing that fails by itself",
        f"one of {shown}" if first else "a model in which something can fail",
        f"write {write.format(first)}" if first else "give a component a mtbf",
    )


def strike_of(process: Process, automaton: str, delay: str, *, hidden: bool | None) -> Strike:
    """Return the strike that is a failure.

    Parameters
    ----------
    process : Process
    automaton, delay : str
        As `find_failure` gives them.
    hidden : bool or None
        Whether nobody notices it; None leaves it to chance. Without any way to go the strike does
        nothing.
    """
    strike = end_of(process, automaton, delay)
    if hidden is None:
        return strike
    ways = (way for way in strike.row.alternatives if _is_hidden(way.target) is hidden)
    return replace(strike, row=Row(tuple(ways)))


def working_phases(automaton: Automaton) -> frozenset[str]:
    """Return the phases from which something can fail by itself; none where it cannot."""
    return frozenset(p for d in automaton.delays if d.cause is not None for p in d.phases)


def phases_of_mode(automaton: Automaton, mode: str) -> tuple[str, ...]:
    """Return the phases in which a replica or a domain is down by a failure mode of its own."""
    return tuple(
        phase.name
        for phase in automaton.phases
        if phase.name.startswith(f"{mode}.") and not phase.name.startswith(f"{mode}.common ")
    )


def gate_of_rest(process: Process, name: str, calm: Mapping[str, str]) -> tuple[Node, Gate]:
    """Return the gate that holds while nothing is down and nothing is in progress, and its level.

    Parameters
    ----------
    process : Process
        Of a compiled System.
    name : str
        Of the gate.
    calm : mapping of str to str
        The phase of each automaton while all works.
    """
    resting = _resting(process, calm)
    terms = [
        (Occupancy(automaton, phase), 1)
        for automaton, phases in resting.items()
        for phase in sorted(phases)
    ]
    count = Count(f"{name} count", tuple(terms))
    return count, Gate(name, count.name, ">=", float(len(resting)))


def _resting(process: Process, calm: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    """The phases in which each thing that moves by itself rests."""
    found: dict[str, frozenset[str]] = {}
    for one in process.automata:
        if one.origin.made_by in (causes.PASS, crews.PASS):
            continue
        if one.origin.made_by == relocation.PASS:
            found[one.name] = frozenset(p.name for p in one.phases if p.name.startswith("on "))
        elif one.delays or any(phase.immediate for phase in one.phases):
            found[one.name] = frozenset([calm[one.name]])
    return found


def _is_hidden(phase: str) -> bool:
    return phase.rpartition(".")[2] == _LATENT
