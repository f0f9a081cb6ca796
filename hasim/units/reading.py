"""Text to quantities, by way of exact fractions."""

import math
import re
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache, wraps
from typing import Final, TypeVar

from hasim.errors import escape_text, show_value
from hasim.units.refusals import (
    UnitError,
    reject,
    reject_compound,
    reject_negative,
    reject_size,
    reject_unit,
    reject_value,
)
from hasim.units.table import BY_SPELLING, MAX_DURATION, MIN_DURATION, WORDING, Dimension
from hasim.units.writing import Money, format_number

#: Largest other quantity that is read; a double counts exactly up to 9e15.
MAX_QUANTITY: Final = 1e18
#: Longest text of one quantity: 17 digits and a unit need 30 characters.
MAX_LENGTH: Final = 100
#: How many texts of a dimension are kept once they are read: a search reads the same ones for each
#: design.
_KEPT: Final = 4096

T = TypeVar("T")

_NUMBER: Final = r"(?:\d+(?:_\d+)*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
_QUANTITY: Final = re.compile(rf"([+-]?)\s*({_NUMBER})\s*(.*)", re.ASCII | re.DOTALL)
_COMPOUND_PART: Final = re.compile(rf"\s*({_NUMBER})\s*([A-Za-z]+)\s*", re.ASCII)
_NOT_FINITE: Final = re.compile(r"[+-]?\s*\.?(nan|inf|infinity|∞)(?![a-z])", re.IGNORECASE)
_DECIMAL_COMMA: Final = re.compile(r",\d+", re.ASCII)
PER: Final = re.compile(r"\s*/\s*|\s+per\s+")
_PER_AT_START: Final = re.compile(r"/\s*|per\s+")


def _kept(parse: Callable[[object], T]) -> Callable[[object], T]:
    """The function, which reads the same text once."""
    read_once = lru_cache(_KEPT)(parse)

    @wraps(parse)
    def read(value: object) -> T:
        is_short = isinstance(value, str) and len(value) <= MAX_LENGTH
        return read_once(value) if is_short else parse(value)

    return read


@_kept
def parse_duration(value: object) -> float:
    """Seconds of a duration such as ``30 s``, ``4h``, ``1.5 d`` or ``1h30m``.

    Parameters
    ----------
    value : object
        What stands in the model; only text can be right.

    Returns
    -------
    float
        Seconds, 0 or from `MIN_DURATION` to `MAX_DURATION`.

    Raises
    ------
    UnitError
        If it is no duration, has no unit or one of another dimension, is negative, not finite, or
        outside the limits.

    Notes
    -----
    A compound has falling units, each once, and fractions in the last part only. ``m`` means
    minutes right after hours and is refused everywhere else.
    """
    exact = _read_duration(value)
    if exact > MAX_DURATION:
        raise reject_size(value, "duration", "longer than the age of the universe")
    seconds = float(exact)
    if exact and seconds < MIN_DURATION:
        raise reject_size(value, "duration", "shorter than a nanosecond")
    return seconds


@_kept
def parse_rate_per_time(value: object) -> float:
    """Events per second of a rate such as ``2 / year`` or ``1 / 1000 h``.

    Raises
    ------
    UnitError
        If it is not a number per time, is negative, not finite or too large.
    """
    number, rest = read_number(value, "rate")
    per = _PER_AT_START.match(rest)
    if per is None:
        raise reject_unit(value, number, rest, "rate")
    time = rest[per.end() :]
    unit = BY_SPELLING.get(time)
    if unit and unit.dimension == "duration":
        return bound_quantity(value, number / unit.factor, "rate")
    if not time[:1].isdigit():
        raise reject_unit(value, number, time, "rate")
    length = _read_duration(time)
    if not length:
        raise UnitError(f"{show_value(value)} is a rate per no time", "", "write 2 / year")
    return bound_quantity(value, number / length, "rate")


@_kept
def parse_throughput(value: object) -> float:
    """Requests per second of a throughput such as ``1500 rps``; raises UnitError."""
    return bound_quantity(value, _read_quantity(value, "throughput"), "throughput")


def parse_bytes(value: object) -> float:
    """Bytes of an amount of data such as ``300 GB`` or ``16 GiB``; raises UnitError."""
    return bound_quantity(value, _read_quantity(value, "bytes"), "bytes")


def parse_bandwidth(value: object) -> float:
    """Bits per second of a bandwidth such as ``60 Mbit/s``; raises UnitError."""
    return bound_quantity(value, _read_quantity(value, "bandwidth"), "bandwidth")


@_kept
def parse_probability(value: object) -> float:
    """A probability or share, as a number from 0 to 1 (``0.95``) or a percentage (``95 %``).

    Raises
    ------
    UnitError
        If it is neither, or outside 0 to 1.
    """
    number, unit = _read_bare(value, "probability")
    if unit not in ("", "%"):
        raise reject_unit(value, number, unit, "probability")
    share = number / 100 if unit else number
    if share <= 1:
        return float(share)
    expected = "a probability is a number from 0 to 1, or 0 % to 100 %"
    if unit or number > 100:
        limit = "100 %" if unit else "1"
        raise UnitError(f"{show_value(value)} is above {limit}", expected, "write 100 % or less")
    right = f"write {format_number(float(number))} % or {format_number(float(number / 100))}"
    raise UnitError(f"{show_value(value)} is above 1", expected, right)


@_kept
def parse_count(value: object) -> int:
    """A whole number from 0 on, written without a unit; raises UnitError."""
    number, unit = _read_bare(value, "count")
    if unit:
        raise reject_unit(value, number, unit, "count")
    if number.denominator != 1:
        right = f"write {math.floor(number)} or {math.ceil(number)}"
        raise UnitError(
            f"{show_value(value)} is not a count", "a count is a whole number without a unit", right
        )
    return int(bound_quantity(value, number, "count"))


def parse_number(value: object) -> float:
    """A plain number from 0 on, such as the shape of a law; raises UnitError."""
    number, unit = _read_bare(value, "number")
    if unit:
        raise reject_unit(value, number, unit, "number")
    return bound_quantity(value, number, "number")


def parse_money(value: object) -> Money:
    """An amount of money such as ``5000 EUR``, ``0.05 EUR / h`` or ``0.09 USD / GB``.

    Raises
    ------
    UnitError
        If the currency or what it is paid for is unknown, or the amount negative or not finite.
    """
    number, rest = read_number(value, "money")
    currency, *per = PER.split(rest, maxsplit=1)
    unit = BY_SPELLING.get(currency)
    if unit is None or unit.dimension != "money":
        raise reject_unit(value, number, currency, "money")
    amount = bound_quantity(value, number, "money")
    if not per:
        return Money(amount, currency)
    paid_for = BY_SPELLING.get(per[0])
    if paid_for is None or paid_for.dimension not in ("duration", "bytes"):
        raise UnitError(
            f"{show_value(value)} is paid for an unknown unit",
            "an amount of money is paid once, per time or per amount of data",
            f"write {format_number(float(number))} {currency} / h",
        )
    return Money(amount, currency, paid_for.symbol)


def _read_quantity(value: object, dimension: Dimension) -> Fraction:
    """A number times one unit, in the base unit of its dimension."""
    number, spelling = read_number(value, dimension)
    spelling = re.sub(r"\s*/\s*", "/", spelling)
    unit = BY_SPELLING.get(spelling)
    if unit is None or unit.dimension != dimension:
        raise reject_unit(value, number, spelling, dimension)
    return number * unit.factor


def _read_duration(value: object) -> Fraction:
    """Exact seconds of a duration with one unit or several."""
    number, spelling = read_number(value, "duration")
    unit = BY_SPELLING.get(spelling)
    if unit is not None and unit.dimension == "duration":
        return number * unit.factor
    if spelling[:1].isalpha() and any(c.isdigit() for c in spelling):
        return _read_compound(str(value).strip())
    raise reject_unit(value, number, spelling, "duration")


def _read_compound(text: str) -> Fraction:
    """Exact seconds of ``1h30m``: falling units, each once, a fraction in the last part only."""
    total, position, last = Fraction(0), 0, Fraction(10**12)
    while position < len(text):
        part = _COMPOUND_PART.match(text, position)
        if part is None:
            raise reject_compound(text, "has a part without a unit")
        spelling = "min" if part[2] == "m" and last == 3600 else part[2]
        number = _read_exact(text, part[1], "duration")
        unit = BY_SPELLING.get(spelling)
        if unit is None or unit.dimension != "duration":
            raise reject_unit(text, number, spelling, "duration")
        if unit.factor >= last:
            raise reject_compound(text, "does not go from long units to short ones")
        position = part.end()
        if number.denominator != 1 and position < len(text):
            raise reject_compound(text, "has a fraction before its last part")
        total += number * unit.factor
        last = unit.factor
    return total


def _read_bare(value: object, dimension: Dimension) -> tuple[Fraction, str]:
    """As `read_number`, for a dimension whose numbers need no unit."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        _check_size(value, dimension)
        return read_number(format_number(value), dimension)
    return read_number(value, dimension)


def read_number(value: object, dimension: Dimension) -> tuple[Fraction, str]:
    """The exact number at the start of a text, not negative, and what follows it."""
    text = _read_text(value, dimension)
    match = _QUANTITY.fullmatch(text)
    if match is None:
        if _NOT_FINITE.match(text):
            raise reject(f"{show_value(text)} is not a finite number", dimension)
        raise reject_value(text, dimension)
    sign, digits, rest = match.groups()
    comma = _DECIMAL_COMMA.match(rest)
    if comma:
        right = escape_text(f"{digits}.{comma[0][1:]}{rest[comma.end() :]}")
        raise UnitError(f"{show_value(text)} has a comma in its number", "", f"write {right}")
    number = _read_exact(text, digits, dimension)
    if sign == "-" and number:
        raise reject_negative(text, escape_text(f"{digits} {rest}".rstrip()), dimension)
    return number, rest


def _read_text(value: object, dimension: Dimension) -> str:
    """The text of a quantity; anything else is refused, bare numbers with the right form."""
    if isinstance(value, str) and value.strip():
        if len(value) <= MAX_LENGTH:
            return value.strip()
        noun = WORDING[dimension].noun
        raise reject(f"{show_value(value)} is too long to be {noun}", dimension)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        _check_size(value, dimension)
        raise reject_value(value, dimension, Fraction(repr(abs(value))))
    raise reject_value(value, dimension)


def _read_exact(text: str, digits: str, dimension: Dimension) -> Fraction:
    exponent = re.search(r"[eE][+-]?0*(\d+)$", digits)
    if exponent and len(exponent[1]) > 3:
        raise reject_size(text, dimension, "outside what hasim computes with")
    return Fraction(digits.replace("_", ""))


def _check_size(value: float, dimension: Dimension) -> None:
    """Refuse numbers that have no exact, short text."""
    if value != value or abs(value) == math.inf:
        raise reject(f"{show_value(value)} is not a finite number", dimension)
    if abs(value) > MAX_QUANTITY:
        raise reject_size(value, dimension, "too large")


def bound_quantity(value: object, amount: Fraction, dimension: Dimension) -> float:
    """The amount as a float; what is too large is refused."""
    if amount > MAX_QUANTITY:
        raise reject_size(value, dimension, "too large")
    return float(amount)
