"""What can be asked of a Process, in its own terms: one closed union.

Theory of operation: a question names gates, levels and times; an engine answers it or refuses. What
a gate does not hold is an *outage* of it.

Rules of this file: frozen data and its check only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from difflib import get_close_matches
from numbers import Real
from typing import TypeGuard

from hasim.errors import InputError
from hasim.process.levels import Gate
from hasim.process.network import Process


@dataclass(frozen=True, slots=True)
class LongRunShare:
    """Long-run share of time in which a gate holds.

    Parameters
    ----------
    gate : str
    phase : (str, str), optional
        Only while an automaton is in a phase, (automaton, phase).
    """

    gate: str
    phase: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class OutageRate:
    """Long-run number of outages of a gate that begin, per second.

    Parameters
    ----------
    gate : str
    by : (str, str), optional
        Only those that the end of one delay begins, (automaton, delay).
    """

    gate: str
    by: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class OutageLength:
    """Length, in seconds, that a share of the outages of a gate do not exceed in the long run."""

    gate: str
    share: float


@dataclass(frozen=True, slots=True)
class LevelShare:
    """Long-run share of time in which a level is at most `value`."""

    level: str
    value: float


@dataclass(frozen=True, slots=True)
class ValueAt:
    """Expected value of a level at a time, or the chance that a gate holds then; seconds."""

    node: str
    time: float


@dataclass(frozen=True, slots=True)
class Accumulated:
    """Expected integral of a level, or time in which a gate holds, from 0 to a time; seconds."""

    node: str
    until: float


@dataclass(frozen=True, slots=True)
class ReachedBy:
    """Chance that a gate has held at some moment up to a time, that included; seconds."""

    gate: str
    time: float


@dataclass(frozen=True, slots=True)
class TimeToReach:
    """Mean time until a gate first holds, in seconds."""

    gate: str


@dataclass(frozen=True, slots=True)
class DowntimeBeyond:
    """Chance that the outages of a gate take more than `amount` seconds in all up to a time."""

    gate: str
    until: float
    amount: float


Question = (
    LongRunShare
    | OutageRate
    | OutageLength
    | LevelShare
    | ValueAt
    | Accumulated
    | ReachedBy
    | TimeToReach
    | DowntimeBeyond
)


def check_question(process: Process, question: Question) -> None:
    """Refuse a question that cannot be meant.

    Raises
    ------
    InputError
        Where it names what the Process has not, or a time is negative or without end.
    """
    if not isinstance(process, Process):
        raise InputError(
            f"a {type(process).__name__} is no Process", "a Process", "compile it: hasim.compile"
        )
    if not isinstance(question, Question):
        raise InputError(f"{question!r} is no question", "one of hasim.process.questions", "")
    gates = [node.name for node in process.nodes if isinstance(node, Gate)]
    nodes = [node.name for node in process.nodes]
    match question:
        case LongRunShare(phase=pair) if pair is not None:
            _check_part(process, pair, "phase")
        case OutageRate(by=pair) if pair is not None:
            _check_part(process, pair, "delay")
        case OutageLength(share=share) if not _is_share(share):
            raise InputError(f"share {share}", "more than 0 and less than 1", "ask for 0.95")
        case ValueAt(node=name) | Accumulated(node=name):
            _check_name(name, nodes, "level or gate")
        case LevelShare(level=name, value=value):
            _check_name(name, nodes, "level or gate")
            if not _is_number(value) or not math.isfinite(value):
                raise InputError(f"value {value!r}", "a finite number", "give 2.0")
        case _:
            pass
    if not isinstance(question, ValueAt | Accumulated | LevelShare):
        _check_name(question.gate, gates, "gate")
    for name in ("time", "until", "amount"):
        seconds = getattr(question, name, 0.0)
        if not _is_number(seconds):
            raise InputError(f"{name} {seconds!r} is no number", "seconds", "give 3600.0")
        if not 0.0 <= seconds < math.inf:
            raise InputError(f"{name} {seconds:g}", "seconds, 0 or more, with an end", "give 3600")


def _is_share(share: object) -> bool:
    return _is_number(share) and 0.0 < share < 1.0


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, Real) and not isinstance(value, bool)


def _check_name(name: object, known: list[str], what: str) -> None:
    if name not in known:
        near = get_close_matches(name, known, 1) if isinstance(name, str) else []
        hint = f"did you mean {near[0]}?" if near else ""
        raise InputError(f"{name} is no {what} of the process", "the name of one", hint)


def _check_part(process: Process, pair: tuple[str, str], what: str) -> None:
    if not isinstance(pair, tuple) or len(pair) != 2:
        raise InputError(f"{pair!r} is no pair", f"(automaton, {what})", "")
    automaton, part = pair
    owners = {a.name: a for a in process.automata}
    _check_name(automaton, list(owners), "automaton")
    owner = owners[automaton]
    if owner.count is not None and what == "phase":
        found = f"{automaton} is a population, whose members are in several phases at once"
        raise InputError(found, "a single automaton", "ask for a level that counts its members")
    parts = owner.phases if what == "phase" else owner.delays
    _check_name(part, [one.name for one in parts], f"{what} of {automaton}")
