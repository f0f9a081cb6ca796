"""Prices: money per time, per data, per data and time; and data moved per time.

Theory of operation
-------------------
A price is one number in the base units, money a second, a byte or a byte and second, with the
currency beside it. It is written in the unit in which people expect it (an hour, a year, a minute)
unless another one of the table says the very same float in clearly fewer digits.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from hasim.errors import escape_text, show_value
from hasim.units.reading import PER, bound_quantity, read_number
from hasim.units.refusals import UnitError, reject_unit
from hasim.units.table import BY_SPELLING, Unit
from hasim.units.writing import find_text, format_number

#: What is expected, by the dimensions of what something is paid for.
_WORDS: Final[dict[tuple[str, ...], str]] = {
    ("duration",): "money per time",
    ("bytes",): "money per amount of data",
    ("bytes", "duration"): "money per amount of data and time",
}

_TIMES: Final = ("h", "d", "month", "year", "min", "s")
_AMOUNTS: Final = ("GB", "TB", "GiB", "TiB", "MB", "B")

#: So many digits more may a number have in the expected unit before another unit is taken.
_PATIENCE: Final = 3


@dataclass(frozen=True, slots=True)
class Price:
    """What something costs.

    Parameters
    ----------
    amount : float
        Money a second, a byte, or a byte and second; not negative.
    currency : str
        Its ISO 4217 code.
    """

    amount: float
    currency: str


def parse_price(value: object, expected: str) -> Price:
    """A price such as ``0.096 EUR / h``, ``0.05 EUR / GB`` or ``0.10 EUR / GB / month``.

    Parameters
    ----------
    value : object
        What stands in the model; only text can be right.
    expected : str
        What people expect it to be paid for: ``h``, ``GB`` or ``GB / month``; any other time or
        amount of data will do in its place.

    Raises
    ------
    UnitError
        If there is no currency, if it is paid for something else, or if it is negative, not finite
        or too large.
    """
    number, currency, per, units = _split(value)
    pattern = tuple(BY_SPELLING[one].dimension for one in PER.split(expected))
    if tuple(one.dimension for one in units) != pattern:
        paid = f"is paid for {escape_text(' and '.join(per))}" if per else "is paid once"
        right = f"write {format_number(float(number))} {currency} / {expected}"
        raise UnitError(f"{show_value(value)} {paid}", f"expected {_WORDS[pattern]}", right)
    size = Fraction(1)
    for one in units:
        size *= one.factor
    return Price(bound_quantity(value, number / size, "money"), currency)


def parse_any_price(value: object) -> tuple[float, str]:
    """The number of a price and its unit, ``EUR / h``, whatever it is paid for.

    Raises
    ------
    UnitError
        As `parse_price`.
    """
    number, currency, _, units = _split(value)
    if tuple(one.dimension for one in units) not in _WORDS:
        raise reject_unit(value, number, currency, "money")
    unit = " / ".join([currency, *(one.symbol for one in units)])
    return bound_quantity(value, number, "money"), unit


def _split(value: object) -> tuple[Fraction, str, list[str], list[Unit]]:
    """Number, currency, what it is paid for, and as much of that as are units."""
    number, rest = read_number(value, "money")
    currency, *per = PER.split(rest)
    unit = BY_SPELLING.get(currency)
    if unit is None or unit.dimension != "money":
        raise reject_unit(value, number, currency, "money")
    units = [BY_SPELLING[one] for one in per if one in BY_SPELLING]
    known = units if len(units) == len(per) else []
    return number, currency, per, sorted(known, key=lambda one: one.dimension)


def format_price(amount: float, currency: str, expected: str) -> str:
    """A price as text that `parse_price` reads as exactly this amount.

    Parameters
    ----------
    amount : float
        In base units.
    currency : str
    expected : str
        As in `parse_price`.
    """
    if amount == 0:
        return f"0 {currency} / {expected}"
    first = find_text(amount, [_unit_of(currency, expected)], lambda value: value == amount)
    units = list(_units_like(currency, expected))
    shortest = find_text(amount, units, lambda value: value == amount)
    assert shortest is not None, "in base units every float is a text"
    if first is not None and _digits(first) <= _digits(shortest) + _PATIENCE:
        return first
    return shortest


def parse_traffic(value: object) -> float:
    """Bytes a second of data moved per time, such as ``2 TB / month``; raises UnitError."""
    number, rest = read_number(value, "bytes")
    amount, *per = PER.split(rest)
    unit, time = BY_SPELLING.get(amount), BY_SPELLING.get(per[0]) if len(per) == 1 else None
    if unit is None or unit.dimension != "bytes":
        raise reject_unit(value, number, amount, "bytes")
    if time is None or time.dimension != "duration":
        right = f"write {format_number(float(number))} {unit.symbol} / month"
        raise UnitError(
            f"{show_value(value)} is not data per time", "expected data per time", right
        )
    return bound_quantity(value, number * unit.factor / time.factor, "bytes")


def format_traffic(rate: float) -> str:
    """Bytes a second as the shortest text that reads back exactly, such as ``2 TB / month``."""
    pairs = itertools.product(("TB", "GB", "MB", "B"), ("month", "d", "s"))
    units = [
        Unit(f"{data} / {time}", "bytes", BY_SPELLING[data].factor / BY_SPELLING[time].factor, "")
        for data, time in pairs
    ]
    text = find_text(rate, units, lambda value: value == rate) if rate else "0 B / s"
    assert text is not None, "in bytes a second every float is a text"
    return text


def _units_like(currency: str, expected: str) -> Iterator[Unit]:
    """The units in which a price of the same kind may be written, base units among them."""
    choices = [
        _TIMES if BY_SPELLING[one].dimension == "duration" else _AMOUNTS
        for one in PER.split(expected)
    ]
    for symbols in itertools.product(*choices):
        yield _unit_of(currency, " / ".join(symbols))


def _unit_of(currency: str, per: str) -> Unit:
    size = Fraction(1)
    for symbol in PER.split(per):
        size *= BY_SPELLING[symbol].factor
    return Unit(f"{currency} / {per}", "money", 1 / size, "")


def _digits(text: str) -> int:
    return len(text.partition(" ")[0])
