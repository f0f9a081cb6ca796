"""Quantities to text: the shortest that reads back as the very same float."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from hasim.units.table import BY_SPELLING, MAX_DURATION, MIN_DURATION, Unit, select_units

#: Units in which durations are written, longest first; weeks and months are read only, as
#: nobody expects 30 d to come back as a month.
_DURATIONS: Final = tuple(BY_SPELLING[name] for name in ("year", "d", "h", "min", "s", "ms"))

#: Units of events per time, with weeks and months: who deploys weekly says so.
_PER_TIME: Final = tuple(
    Unit(f"/ {name}", "rate", 1 / BY_SPELLING[name].factor, f"events per {name}")
    for name in ("year", "month", "d", "week", "h", "min", "s")
)

_PLAIN: Final = Unit("", "number", Fraction(1), "a number without a unit")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of money, per time or per amount of data where it says so.

    Parameters
    ----------
    amount : float
        In the currency, not negative.
    currency : {"EUR", "USD", "GBP", "CHF", "JPY"}
        Its ISO 4217 code.
    per : str or None
        The unit it is paid for, such as ``h`` or ``GB``.
    """

    amount: float
    currency: str
    per: str | None = None

    def __str__(self) -> str:
        per = f" / {self.per}" if self.per else ""
        return f"{format_number(self.amount)} {self.currency}{per}"


def format_number(value: float) -> str:
    """The shortest text that reads back as the same float, without a needless ``.0``."""
    text = str(int(value)) if isinstance(value, int) else repr(float(value))
    return text.removesuffix(".0").replace("e+", "e")


def find_number_text(near: float, is_right: Callable[[float], bool]) -> str | None:
    """The shortest text of a plain number that passes a test; as `find_duration_text`."""
    return _find_number(near, _PLAIN, is_right)


def format_duration(seconds: float) -> str:
    """The shortest text that `parse_duration` reads as exactly these seconds.

    Parameters
    ----------
    seconds : float
        Not negative, finite.

    Returns
    -------
    str
        ``4 h`` for 14400. Of equally short ones the one with the longest unit and no leading 0;
        weeks and months are not used.
    """
    if seconds == 0:
        return "0 s"
    exact = find_duration_text(seconds, lambda value: value == seconds)
    return exact or f"{format_number(float(seconds))} s"


def find_duration_text(near: float, is_right: Callable[[float], bool]) -> str | None:
    """The shortest text of a duration close to some seconds that passes a test.

    Parameters
    ----------
    near : float
        Seconds above 0, right up to a few units in the last place.
    is_right : callable
        Tells of the seconds that a text reads as whether they will do.

    Returns
    -------
    str or None
        None if no text tried will do.

    Notes
    -----
    A law keeps logarithms or scales of what its text says. This finds the text that gives the
    very same law back, although the way from law to duration rounds.
    """
    return find_text(
        near, _DURATIONS, lambda value: MIN_DURATION <= value <= MAX_DURATION and is_right(value)
    )


def format_probability(share: float) -> str:
    """A probability as text that reads back exactly: ``5 %``, ``1e-06`` where that is shorter."""
    percent = find_text(share, [BY_SPELLING["%"]], lambda value: value == share)
    is_short = percent is not None and len(percent) - 2 <= len(repr(float(share)))
    return percent if percent and is_short else format_number(share)


def format_throughput(rps: float) -> str:
    """Requests per second as text that reads back exactly, such as ``1500 rps``."""
    return f"{format_number(rps)} rps"


def format_rate_per_time(rate: float) -> str:
    """Events per second as the shortest text that reads back exactly, such as ``2 / year``."""
    return _format_exactly(rate, "/ s", _PER_TIME)


def format_bytes(size: float) -> str:
    """Bytes as the shortest text that reads back exactly, such as ``300 GB``."""
    return _format_exactly(size, "B", select_units("bytes"))


def format_bandwidth(rate: float) -> str:
    """Bits per second as the shortest text that reads back exactly, such as ``60 Mbit/s``."""
    return _format_exactly(rate, "bit/s", select_units("bandwidth"))


def _format_exactly(amount: float, base: str, units: Sequence[Unit]) -> str:
    exact = find_text(amount, units, lambda value: value == amount) if amount else None
    return exact or f"{format_number(amount)} {base}"


def find_text(near: float, units: Sequence[Unit], is_right: Callable[[float], bool]) -> str | None:
    """The shortest text over all units; of equally short ones, the first that is not below 1."""
    found: list[tuple[int, bool, str]] = []
    for unit in units:
        number = _find_number(near, unit, is_right)
        if number is not None:
            plural = "s" if unit.symbol == "year" and number != "1" else ""
            text = f"{number} {unit.symbol}{plural}"
            found.append((len(number), number.startswith("0."), text))
    return min(found, key=lambda item: item[:2])[2] if found else None


def _find_number(near: float, unit: Unit, is_right: Callable[[float], bool]) -> str | None:
    """The shortest number that will do with this unit, among 15 to 17 digits of it."""
    quotient = near / float(unit.factor)
    tried = [float(f"{quotient:.{digits}g}") for digits in (15, 16, 17)]
    if unit.factor == 1:
        tried += [near, math.nextafter(near, 0), math.nextafter(near, math.inf)]
    for number in tried:
        if math.isfinite(number) and is_right(float(Fraction(repr(float(number))) * unit.factor)):
            return format_number(number)
    return None
