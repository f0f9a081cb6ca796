"""What is measured, each under the user's name: shares, averages, rates and outages.

Theory of operation: measures are read between settled instants. An outage is a sojourn of a gate
not holding. While it lasts, its *blame*, a small decision table over gates and phases, names at
every instant the stage that the time goes to and the cause that it is charged to.

Rules of this file: frozen data only, references by name, no behaviour.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hasim.process.automata import Origin


@dataclass(frozen=True, slots=True)
class Label:
    """A stage of an outage (``detect``, ``repair`` ...) and the cause charged (``db.crash``)."""

    stage: str
    cause: str


@dataclass(frozen=True, slots=True)
class ByPhase:
    """Blame by the phase that an automaton is in.

    Parameters
    ----------
    automaton : str
    cases : tuple of (str, Blame)
        Phase and its blame; every phase in which it can be asked must be there.
    waiting : tuple of (str, Blame)
        Phase and its blame while the token that it needs is waited for; goes before `cases`.
    """

    automaton: str
    cases: tuple[tuple[str, Blame], ...]
    waiting: tuple[tuple[str, Blame], ...] = ()


@dataclass(frozen=True, slots=True)
class FirstFailing:
    """The blame of the first gate that does not hold; `otherwise` when all hold."""

    cases: tuple[tuple[str, Blame], ...]
    otherwise: Blame | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """The blame of the (required - serving)-th most advanced of the members that do not serve.

    Parameters
    ----------
    members : tuple of (str, Blame)
        Gate that holds while the member serves, and its blame while it does not.
    required : int
        How many must serve.
    order : tuple of str
        Stages from least to most advanced; ties go to the first member.
    """

    members: tuple[tuple[str, Blame], ...]
    required: int
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Charged:
    """The blame of `blame` with its stage, its cause, or both replaced.

    Parameters
    ----------
    blame : Blame
    stage : str, optional
        Stage put in place of the one found.
    automaton : str, optional
        Automaton that remembers the cause: its phase now, looked up in `causes`, replaces the cause
        found; a phase that is not there leaves it.
    causes : tuple of (str, str)
        Phase of `automaton` and the cause that it stands for.
    """

    blame: Blame
    stage: str | None = None
    automaton: str | None = None
    causes: tuple[tuple[str, str], ...] = ()


Blame = Label | ByPhase | FirstFailing | Ranked | Charged


@dataclass(frozen=True, slots=True)
class Share:
    """Long-run share of time in which a gate holds."""

    name: str
    gate: str
    origin: Origin = field(default=Origin())


@dataclass(frozen=True, slots=True)
class Average:
    """Long-run time average of a level."""

    name: str
    level: str
    origin: Origin = field(default=Origin())


@dataclass(frozen=True, slots=True)
class Rate:
    """Long-run number of ends of the given delays, (automaton, delay), per second."""

    name: str
    delays: tuple[tuple[str, str], ...]
    origin: Origin = field(default=Origin())


@dataclass(frozen=True, slots=True)
class Outages:
    """Sojourns in which a gate does not hold: how often, how long, by stage and by cause."""

    name: str
    gate: str
    blame: Blame | None = None
    origin: Origin = field(default=Origin())


Measure = Share | Average | Rate | Outages
