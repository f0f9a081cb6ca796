"""Where a function crosses zero, without scipy, whose import takes longer than a small solution."""

from __future__ import annotations

from collections.abc import Callable

#: Most steps of a search; halving alone would need about 60.
_STEPS = 200


def find_crossing(
    function: Callable[[float], float], low: float, high: float, *, tolerance: float
) -> float:
    """Return where a continuous function crosses zero.

    Parameters
    ----------
    function : callable
        Its values at `low` and `high` are 0 or have different signs.
    low, high : float
    tolerance : float
        Largest distance from the crossing.

    Returns
    -------
    float

    Notes
    -----
    Inverse quadratic interpolation where it is safe, else halving (Chandrupatla, Advances in
    Engineering Software 28, 1997).
    """
    newest, value = low, function(low)
    other, opposite = high, function(high)
    assert value * opposite <= 0.0, "no crossing between the ends"
    part = 0.5
    for _ in range(_STEPS):
        best = newest if abs(value) < abs(opposite) else other
        width = abs(other - newest)
        if min(abs(value), abs(opposite)) == 0.0 or tolerance > 0.5 * width:
            break
        least = tolerance / width
        middle = newest + min(1.0 - least, max(least, part)) * (other - newest)
        found = function(middle)
        if (found > 0.0) == (value > 0.0):
            third, older = newest, value
        else:
            third, older, other, opposite = other, opposite, newest, value
        newest, value = middle, found
        part = _interpolate((newest, value), (other, opposite), (third, older))
    return best


def _interpolate(
    newest: tuple[float, float], other: tuple[float, float], third: tuple[float, float]
) -> float:
    """How far from the newest point to the one with the other sign the crossing may be."""
    (x1, f1), (x2, f2), (x3, f3) = newest, other, third
    place, height = (x1 - x2) / (x3 - x2), (f1 - f2) / (f3 - f2)
    if height**2 >= place or (1.0 - height) ** 2 >= 1.0 - place:
        return 0.5
    return f1 / (f2 - f1) * f3 / (f2 - f3) + (x3 - x1) / (x2 - x1) * f1 / (f3 - f1) * f2 / (f3 - f2)
