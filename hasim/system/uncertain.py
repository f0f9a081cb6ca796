"""What is not known exactly about a system: quantities between two values, and where they stand."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from hasim.system.parts import Part
from hasim.units import (
    format_duration,
    format_number,
    format_probability,
    format_rate_per_time,
    format_throughput,
)

Kind = Literal["duration", "rate", "throughput", "share", "number", "price"]

_FORMATS: Mapping[Kind, Callable[[float], str]] = {
    "duration": format_duration,
    "rate": format_rate_per_time,
    "throughput": format_throughput,
    "share": format_probability,
    "number": format_number,
    "price": format_number,
}


#: The keys that mean the same as another one where they are not written.
_FOLLOWERS: Mapping[str | int, str] = {
    "detect": "detect_silent",
    "expiry": "detect_silent",
    "every": "first",
}


class Uncertain(Part):
    """A quantity that is only known to be between two values, all of them equally likely.

    Attributes
    ----------
    name : str
        The path of the value in the resolved model, or ``parameters.mtbf``.
    low, high : float
        In seconds, per second, as a share, as a number, or in `unit`.
    scale : {"log", "linear"}
        On which all values are equally likely.
    kind : str
        What kind of quantity it is.
    unit : str
        Of a price, such as ``EUR / h``; empty for everything else.
    """

    name: str
    low: float
    high: float
    scale: Literal["log", "linear"]
    kind: Kind
    unit: str = ""

    def at(self, share: float) -> float:
        """The value below which so much of the probability is; 0.5 gives the middle value."""
        if self.scale == "linear":
            return self.low + share * (self.high - self.low)
        return self.low * math.pow(self.high / self.low, share)

    def text(self, value: float) -> str:
        """A value of this quantity as the model language writes it."""
        return f"{_FORMATS[self.kind](value)} {self.unit}".rstrip()

    @property
    def plain(self) -> dict[str, Any]:
        """What the model language writes for it."""
        return {"between": [self.text(self.low), self.text(self.high)]}

    @property
    def parameter(self) -> str | None:
        """The name of the parameter that it is; None for a value of its own."""
        section, _, name = self.name.partition(".")
        return name if section == "parameters" else None


class Varied(Part):
    """A value of the resolved model in which uncertain quantities stand.

    Attributes
    ----------
    path : tuple of str and int
        Where it stands.
    text : str
        The value as JSON, with ``between`` and ``${name}`` in it.
    """

    path: tuple[str | int, ...]
    text: str


def put_value(plain: dict[str, Any], path: Sequence[str | int], value: Any) -> None:
    """Put a value into plain values in the place of another one.

    Parameters
    ----------
    plain : dict
        The keys of the model language; they are changed.
    path : sequence of str and int
        Where the value belongs; a ``rate`` takes the place of an ``after``.
    value : Any
    """
    owner: Any = plain
    for step in path[:-1]:
        owner = owner[step]
    if path[-1] == "rate" and "rate" not in owner:
        del owner["after"]
    follower = _FOLLOWERS.get(path[-1])
    if follower and owner.get(follower) == owner.get(path[-1]):
        del owner[follower]  # it says the same by default, and is to go on doing so
    owner[path[-1]] = value
