"""Checks that every law makes of its parameters, and the error that they raise."""

import math
from collections.abc import Sequence

from hasim.errors import InputError, show_value


class LawError(InputError):
    """A law that cannot be: its form, its parameters, or its file; see `InputError`."""


def check_finite(law: str, name: str, value: object) -> float:
    """The parameter as a finite float.

    Raises
    ------
    LawError
        If it is no number, or not finite.
    """
    if isinstance(value, bool) or not hasattr(value, "__float__"):
        raise LawError(f"{name} of {law} is {show_value(value)}", "it is a number of SI units")
    number = _to_float(value)
    if not math.isfinite(number):
        raise LawError(f"{name} of {law} is {show_value(value)}", f"{name} is finite")
    return number


def check_number(law: str, name: str, value: object) -> float:
    """The parameter as a finite float from 0 on; raises LawError."""
    number = check_finite(law, name, value)
    if number < 0:
        raise LawError(f"{name} of {law} is {number:g}", f"{name} is not negative")
    return number


def check_positive(law: str, name: str, value: object) -> float:
    """The parameter as a finite float above 0; raises LawError."""
    number = check_number(law, name, value)
    if number == 0:
        raise LawError(
            f"{name} of {law} is 0", f"{name} is above 0", "write fixed(0 s) for what takes no time"
        )
    return number


def check_between(law: str, name: str, value: object, limits: tuple[float, float]) -> float:
    """The parameter as a float within limits, both included; raises LawError."""
    number = check_number(law, name, value)
    low, high = limits
    if not low <= number <= high:
        right = f"write {low:g} or more" if number < low else f"write {high:g} or less"
        limits_text = f"{name} is from {low:g} to {high:g}"
        raise LawError(f"{name} of {law} is {number:g}", limits_text, right)
    return number


def check_moments(law: str, mean: float, variance: float) -> None:
    """Refuse a law whose mean or variance does not fit into a float; raises LawError."""
    if not (math.isfinite(mean) and math.isfinite(variance)):
        found = f"{law} has a mean or variance too large for a number"
        raise LawError(found, "both are finite", "check the numbers and their units")
    if mean <= 0:
        found = f"the mean of {law} is {mean:g}"
        raise LawError(found, "the mean is above 0", "write fixed(0 s) for what takes no time")


def check_share(law: str, share: float) -> float:
    """The argument of a quantile, from 0 to 1; raises LawError."""
    if not 0 <= share <= 1:
        raise LawError(f"quantile({share!r}) of {law}", "a quantile is asked at 0 to 1")
    return float(share)


def check_order(law: str, order: int) -> int:
    """The order of a moment, a whole number from 0 on; raises LawError."""
    if order < 0 or order != int(order):
        raise LawError(f"moment({order!r}) of {law}", "moments have whole orders from 0 on")
    return int(order)


def check_factor(law: str, factor: float) -> float:
    """The factor by which a law is stretched, finite and above 0; raises LawError."""
    return check_positive(law, "the factor", factor)


def raise_power(base: float, order: int) -> float:
    """``base ** order``, infinite where that is too large for a float."""
    try:
        return base**order
    except OverflowError:
        return math.inf


def rise(start: float, order: int) -> float:
    """The rising factorial: the product of ``start + i`` over i below the order."""
    return math.prod((start + i for i in range(order)), start=1.0)


def join_texts(texts: Sequence[str]) -> str:
    """A list in the text form of a law."""
    return f"[{', '.join(texts)}]"


def _to_float(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (OverflowError, TypeError, ValueError):
        return math.inf
