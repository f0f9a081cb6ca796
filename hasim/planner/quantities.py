"""The quantities of a model and the ranges over which a tornado takes them.

Rules of this file
------------------
1. What is uncertain goes over its own two values, what a preset filled in over the range of the
   catalogue, everything else from half to double; of a share above one half the distance from
   100 % does, so that a coverage of 95 % goes from 90 % to 97.5 %.
2. A law is one quantity: its mean moves, and all its lengths with it.
3. What is 0, or a share of 100 %, says that something does not happen, and stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from hasim.description.draft import KeyPath, key_text
from hasim.description.vocabulary import KEYS, Form
from hasim.description.worlds import Worlds
from hasim.errors import InputError
from hasim.laws import Law, parse_law
from hasim.system import System
from hasim.units import (
    format_duration,
    format_probability,
    format_rate_per_time,
    parse_duration,
    parse_probability,
    parse_rate_per_time,
)

Source = Literal["between", "catalogue", "factor 2"]

#: What a quantity goes up and down by where nobody said how far: a factor 2 each way, the usual
#: first guess for figures of failure and repair without a source (rules, catalogue of grade D).
FACTOR: Final = 2.0

_LAWS: Final[tuple[Form, ...]] = (
    "mean",
    "steps",
    "detection",
    "readmission",
    "looks",
    "occurrence",
)
_PLAIN: Final[tuple[Form, ...]] = ("duration", "rate", "share")
_KEYS: Final = frozenset(
    key.name
    for part, keys in KEYS.items()
    for key in keys
    if part not in ("objectives", "model") and key.form in (*_LAWS, *_PLAIN)
) - {"first"}
_SECTIONS: Final = (
    "domains",
    "links",
    "components",
    "certificates",
    "services",
    "changes",
    "maintenance",
    "monitoring",
    "game_days",
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a model, and how far it may go.

    Parameters
    ----------
    name : str
        Its path in the resolved model, or that of an uncertain quantity.
    kind : str
        ``duration`` (of a law its mean; seconds), ``rate`` (per second), ``share``, ``throughput``
        or ``number``.
    value, low, high : float
    source : str
        Where the range comes from.
    path : KeyPath or None
        None for what is uncertain.
    law : Law or None
        The law whose mean it is.
    """

    name: str
    kind: str
    value: float
    low: float
    high: float
    source: Source
    path: KeyPath | None = None
    law: Law | None = None

    def system(self, worlds: Worlds, value: float) -> System:
        """The system in which it has another value."""
        if self.path is None:
            return worlds.world({self.name: value})
        return worlds.changed(self.path, self._text(value))

    def _text(self, value: float) -> str:
        if self.law is not None:
            return str(self.law.scaled(value / self.value))
        match self.kind:
            case "share":
                return format_probability(value)
            case "rate":
                return format_rate_per_time(value)
            case _:
                return format_duration(value)


def quantities_of(
    system: System, worlds: Worlds, ranges: Mapping[KeyPath, tuple[str, str]]
) -> list[Quantity]:
    """The quantities of a system in their order, those that are uncertain first.

    Parameters
    ----------
    system : System
    worlds : Worlds
        Its worlds.
    ranges : Mapping[KeyPath, tuple of two str]
        What the catalogue knows (`Checked.ranges`).
    """
    found = [
        Quantity(one.name, one.kind, one.at(0.5), one.low, one.high, "between")
        for one in system.uncertain
    ]
    varied = {_as_resolved(one.path) for one in system.varied}
    for section in _SECTIONS:
        for path, text in _texts(worlds.plain.get(section, {}), (section,)):
            if path not in varied:
                found += _read(path, text, ranges.get(path))
    return found


def _as_resolved(path: KeyPath) -> KeyPath:
    """The path at which the resolved model has what is varied as a rate of failures."""
    is_failing = path[-1] == "rate" and (path[-2] == "cut" or "failures" in path)
    return (*path[:-1], "after") if is_failing else path


def _texts(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """The texts under keys that may hold quantities."""
    match value:
        case dict():
            for key, inner in value.items():
                yield from _texts(inner, (*path, key))
        case list():
            for i, inner in enumerate(value):
                yield from _texts(inner, (*path, i))
        case str() if path[-1] in _KEYS and "objectives" not in path:
            yield path, value


def _read(path: KeyPath, text: str, seen: tuple[str, str] | None) -> Iterator[Quantity]:
    """The quantity that a text is; none for names, and for what does not happen."""
    law, kind, value = _parse(text)
    if value <= 0.0 or (kind == "share" and value == 1.0):
        return
    low, high = _half_and_double(kind, value)
    source: Source = "factor 2"
    if seen is not None and (known := _in_kind(kind, seen)) is not None:
        low, high = known
        source = "catalogue"
    yield Quantity(key_text(path), kind, value, low, high, source, path, law)


def _parse(text: str) -> tuple[Law | None, str, float]:
    """The law in a text, what it is, and its value; 0 where it is no quantity."""
    if text.endswith("%"):
        return None, "share", parse_probability(text)
    for kind, read in (("duration", parse_duration), ("rate", parse_rate_per_time)):
        try:
            return None, kind, read(text)
        except InputError:
            continue
    try:
        law = parse_law(text, bare="fixed")
    except InputError:
        return None, "", 0.0
    return law, "duration", law.mean


def _half_and_double(kind: str, value: float) -> tuple[float, float]:
    if kind == "share" and value > 0.5:
        return 1.0 - FACTOR * (1.0 - value), 1.0 - (1.0 - value) / FACTOR
    return value / FACTOR, value * FACTOR


def _in_kind(kind: str, seen: tuple[str, str]) -> tuple[float, float] | None:
    """A range of the catalogue as numbers, that of a rate of failures as mean times.

    None where it is no range for this kind, or begins at 0.
    """
    (_, first, low), (_, last, high) = map(_parse, seen)
    if first != last or not 0.0 < low < high:
        return None
    if (kind, first) == ("duration", "rate"):
        return 1.0 / high, 1.0 / low
    return (low, high) if kind == first else None
