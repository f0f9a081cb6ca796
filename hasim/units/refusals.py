"""Why a quantity is refused, in words that show the right form with the user's own number."""

import difflib
from fractions import Fraction

from hasim.errors import InputError, show_value
from hasim.units.table import BY_SPELLING, MEANT, WORDING, Dimension, Unit, select_units
from hasim.units.writing import format_number

#: Above this a number is not repeated in the right form: it is not what was meant.
_LARGEST_SHOWN = 10**18


class UnitError(InputError):
    """A quantity that cannot be read; see `InputError` for its three parts."""


def reject(found: str, dimension: Dimension, number: Fraction | None = None) -> UnitError:
    """The error that tells what was found and shows the right form, with this number if given."""
    wording = WORDING[dimension]
    shown = wording.number
    if number is not None and number <= _LARGEST_SHOWN:
        shown = format_number(float(number))
    example = wording.example.format(n=shown)
    return UnitError(found, f"{wording.noun} is {wording.form}", f"write {example}")


def reject_value(value: object, dimension: Dimension, number: Fraction | None = None) -> UnitError:
    """The error for what is not of the dimension at all, or lacks its unit."""
    return reject(f"{show_value(value)} is not {WORDING[dimension].noun}", dimension, number)


def reject_negative(text: str, positive: str, dimension: Dimension) -> UnitError:
    """The error for a negative quantity."""
    noun = WORDING[dimension].noun
    return UnitError(f"{show_value(text)} is negative", f"{noun} is 0 or more", f"write {positive}")


def reject_size(value: object, dimension: Dimension, why: str) -> UnitError:
    """The error for a quantity outside the limits."""
    limits = "0, or from 1e-9 s to 1e18 s" if dimension == "duration" else "at most 1e18"
    return UnitError(
        f"{show_value(value)} is {why}",
        f"{WORDING[dimension].noun} is {limits}",
        "check the number and its unit",
    )


def reject_compound(text: str, why: str) -> UnitError:
    """The error for a compound duration out of order."""
    return UnitError(
        f"{show_value(text)} {why}",
        "a compound duration has falling units, each once, fractions in the last part only",
        "write 1h30m or 2d 12h",
    )


def reject_unit(value: object, number: Fraction, spelling: str, dimension: Dimension) -> UnitError:
    """The error for a unit that is missing, ambiguous, of another dimension or unknown."""
    shown = show_value(value)
    if not spelling or (spelling.startswith("/") and dimension == "duration"):
        return reject_value(value, dimension, number)
    if spelling == "m" and dimension in ("duration", "rate"):
        return _reject_ambiguous(shown, number, dimension)
    if dimension == "number" and spelling == "%":
        bare = format_number(float(number / 100))
        return UnitError(f"{shown} is a percentage", "it is a plain number here", f"write {bare}")
    other = BY_SPELLING.get(spelling)
    if other is not None and other.dimension != dimension:
        nouns = f"{WORDING[other.dimension].noun}, not {WORDING[dimension].noun}"
        return reject(f"{shown} is {nouns}", dimension, number)
    if dimension == "bandwidth" and spelling[:-2] in BY_SPELLING and spelling.endswith("B/s"):
        found = f"{shown} counts bytes, not bits"
        bits = f"{format_number(float(8 * number))} {spelling[:-3]}bit/s"
        return UnitError(found, f"a bandwidth is {WORDING[dimension].form}", f"write {bits}")
    error = reject(f"{shown} has the unknown unit {show_value(spelling)}", dimension, number)
    meant = _guess_unit(spelling, dimension)
    if meant is None or number > _LARGEST_SHOWN:
        return error
    per = "/ " if dimension == "rate" else ""
    right = f"write {format_number(float(number))} {per}{meant.symbol}"
    return UnitError(error.found, error.expected, right)


def _reject_ambiguous(shown: str, number: Fraction, dimension: Dimension) -> UnitError:
    """The error for ``5 m`` and ``5 / m``."""
    count = format_number(float(number)) if number <= _LARGEST_SHOWN else "5"
    plural = "month" if number == 1 else "months"
    per_time = f"write {count} / min or {count} / month"
    right = per_time if dimension == "rate" else f"write {count} min or {count} {plural}"
    return UnitError(f"{shown} is ambiguous: minute or month?", "", right)


def _guess_unit(spelling: str, dimension: Dimension) -> Unit | None:
    """The unit of this dimension that was probably meant."""
    times: Dimension = "duration" if dimension == "rate" else dimension
    names = [unit.symbol for unit in select_units(times)]
    close = difflib.get_close_matches(spelling, names, 1, 0.5)
    meant = MEANT.get(spelling) or (close[0] if close else None)
    unit = BY_SPELLING[meant] if meant else None
    return unit if unit and unit.dimension == times else None
