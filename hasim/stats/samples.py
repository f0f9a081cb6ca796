"""Means and chances from independent histories that begin alike.

Rules of this file: limits are those of the exact laws; what shows no spread has no interval.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hasim.stats.distributions import student_point
from hasim.stats.estimate import Estimate


def estimate_mean(values: NDArray[np.floating[Any]]) -> Estimate:
    """Return the mean with its 95 % interval by Student's t.

    Parameters
    ----------
    values : ndarray of float64, shape (histories,)

    Returns
    -------
    Estimate
        Without an interval where all values are equal: their spread is not known then.
    """
    value, n = float(values.mean()), len(values)
    deviation = float(values.std(ddof=1)) / math.sqrt(n) if n > 1 else 0.0
    if deviation <= 1e-12 * abs(value):
        return Estimate(value, None, None)
    half_width = student_point(n - 1) * deviation
    return Estimate(value, value - half_width, value + half_width)


def estimate_chance(hits: int, histories: int) -> Estimate:
    """Return a chance with its exact 95 % interval (Clopper and Pearson 1934).

    Parameters
    ----------
    hits, histories : int

    Returns
    -------
    Estimate
        Without a value where there was no hit, or nothing else.
    """
    from scipy.special import betaincinv  # scipy.stats has it too, and takes a second to import

    misses = histories - hits
    low = float(betaincinv(hits, misses + 1, 0.025)) if hits else 0.0
    high = float(betaincinv(hits + 1, misses, 0.975)) if misses else 1.0
    value = hits / histories if 0 < hits < histories else None
    return Estimate(value, low, high)


def estimate_share_within(values: NDArray[np.float64], share: float, most: float) -> Estimate:
    """Return what a share of values does not exceed, with its 95 % interval by order statistics.

    Parameters
    ----------
    values : ndarray of float64, shape (histories,)
        Those that were cut off stand at `most`.
    share : float
        More than 0 and less than 1.
    most : float
        Where values were cut off; what would be there is not known.

    Notes
    -----
    David and Nagaraja, Order Statistics (2003), section 7.1.
    """
    from scipy.stats import binom

    ordered, n = np.sort(values), len(values)
    low, middle, high = (int(binom.ppf(level, n, share)) for level in (0.025, 0.5, 0.975))
    low = max(low - 1, 0)
    found = [float(ordered[place]) if place < n else most for place in (low, middle, high)]
    least, value, greatest = (one if one < most else None for one in found)
    return Estimate(value, least, greatest)
