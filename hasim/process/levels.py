"""What is counted: levels and gates, an acyclic graph over the phases of the automata.

Theory of operation: a level is a number that follows from the phases now; a gate is a level
compared with a threshold. Levels and gates are listed together, each after all that it reads.

Rules of this file: frozen data only, references by name, no behaviour. Counting is exact: weights
of a `Count` are integers and its `unit` is applied last, so that nothing drifts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from hasim.process.automata import Origin

Token = Literal["any", "waiting", "holding"]
Comparison = Literal[">=", ">", "<=", "<", "=="]


@dataclass(frozen=True, slots=True)
class Occupancy:
    """How many of an automaton (0 or 1; up to its count for a population) are in a phase.

    `token` restricts it to those that wait for, or hold, the token that the phase needs.
    """

    automaton: str
    phase: str
    token: Token = "any"


@dataclass(frozen=True, slots=True)
class Holds:
    """1 while the gate holds, else 0."""

    gate: str


@dataclass(frozen=True, slots=True)
class Count:
    """unit x (constant + sum of integer weight x occupancy or gate)."""

    name: str
    terms: tuple[tuple[Occupancy | Holds, int], ...]
    constant: int = 0
    unit: float = 1.0
    origin: Origin = field(default=Origin())


@dataclass(frozen=True, slots=True)
class Total:
    """constant + sum of weight x level, added in this order."""

    name: str
    terms: tuple[tuple[str, float], ...]
    constant: float = 0.0
    origin: Origin = field(default=Origin())


@dataclass(frozen=True, slots=True)
class Steps:
    """A step table: values[i] where thresholds[i-1] <= level < thresholds[i].

    There is one value more than there are thresholds.
    """

    name: str
    level: str
    thresholds: tuple[float, ...]
    values: tuple[float, ...]
    origin: Origin = field(default=Origin())


@dataclass(frozen=True, slots=True)
class Minimum:
    """The least of some levels."""

    name: str
    levels: tuple[str, ...]
    origin: Origin = field(default=Origin())


@dataclass(frozen=True, slots=True)
class Product:
    """The product of some levels, multiplied in this order."""

    name: str
    levels: tuple[str, ...]
    origin: Origin = field(default=Origin())


@dataclass(frozen=True, slots=True)
class Quotient:
    """One level over another; `otherwise` where the divisor is 0."""

    name: str
    dividend: str
    divisor: str
    otherwise: float
    origin: Origin = field(default=Origin())


@dataclass(frozen=True, slots=True)
class Gate:
    """A level compared with a threshold.

    Parameters
    ----------
    name : str
    level : str
    comparison : {'>=', '>', '<=', '<', '=='}
    threshold : float
    rises : tuple of str
        Signals emitted when it begins to hold.
    falls : tuple of str
        Signals emitted when it ceases to hold.
    """

    name: str
    level: str
    comparison: Comparison
    threshold: float
    rises: tuple[str, ...] = ()
    falls: tuple[str, ...] = ()
    origin: Origin = field(default=Origin())


Level = Count | Total | Steps | Minimum | Product | Quotient
Node = Level | Gate
