"""Means, chances and quantiles over windows that follow each other in independent replications.

Theory of operation: windows of one replication depend on each other, replications do not. A mean
over windows is the mean of the means of equally long replications, with the interval of Student's
t. Where little was seen, which spreads in no such way, years are taken as independent instead (what
outlasts a year is rare): the number of years in which there was anything is binomial (Clopper and
Pearson 1934), and the mean is that chance times what there is in such a year.

The rank of a quantile varies as a number of windows, of which there are fewer by the design effect:
how much more its share varies from replication to replication than it would if all windows were
independent (Kish 1965, ch. 8).

Rules of this file: arrays have the shape (replications, years, windows of a year).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hasim.stats.estimate import Estimate
from hasim.stats.samples import estimate_chance, estimate_mean

Floats = NDArray[np.float64]

#: So many years that have something, and lack something, and so many replications, are enough for a
#: mean to be near normal.
ENOUGH, REPLICATIONS = 30, 10

#: Half-width of a 95 % interval in standard errors.
_POINT = 1.959963984540054


def estimate_over_windows(values: Floats, most: float = math.inf) -> Estimate:
    """Return the mean of a figure over windows, with its 95 % interval.

    Parameters
    ----------
    values : ndarray of float64, shape (replications, years, windows)
        0 or more: an amount, or 1 for a hit.
    most : float
        The largest that a value can be, such as 1 for a chance.

    Returns
    -------
    Estimate
        0 with an upper limit where there was nothing at all; that limit is `most` times the one of
        the chance that a year has anything.
    """
    mean = float(values.mean())
    some, less = (int(years.any(axis=2).sum()) for years in (values > 0.0, values < most))
    if min(some, less) >= ENOUGH and len(values) >= REPLICATIONS:
        found = estimate_mean(values.mean(axis=(1, 2)))
        if found.low is not None and found.high is not None:
            return Estimate(mean, max(found.low, 0.0), min(found.high, most))
    if less < some and math.isfinite(most):
        low, high = _limits(most - values, most)
        return Estimate(mean, None if high is None else most - high, most - low)
    return Estimate(mean, *_limits(values, most))


def _limits(values: Floats, most: float) -> tuple[float, float | None]:
    """From the number of years that have something: its chance, times what there is in one."""
    present = (values > 0.0).any(axis=2)
    hits, years = int(present.sum()), present.size
    chance = estimate_chance(hits, years)
    low, high = chance.low or 0.0, 1.0 if chance.high is None else chance.high
    if hits == 0:
        return 0.0, high * most if math.isfinite(most) else None
    factor = float(values.mean()) * years / hits
    return low * factor, min(high * factor, most)


def estimate_quantile_of_windows(values: Floats, share: float) -> Estimate:
    """Return what a share of the windows exceeds, with its 95 % interval.

    Parameters
    ----------
    values : ndarray of float64, shape (replications, years, windows)
    share : float
        More than 0 and less than 1.

    Returns
    -------
    Estimate
        Ends are None where there are too few windows.
    """
    ordered = np.sort(values, axis=None)
    value = float(np.quantile(ordered, 1.0 - share, method="higher"))
    shares = (values > value).mean(axis=(1, 2))
    windows, least = values[0].size, share * (1.0 - share)
    effect = max(1.0, windows * float(shares.var(ddof=1)) / least) if len(shares) > 1 else 1.0
    spread = _POINT * math.sqrt(least * effect / values.size)
    ends = (_exceeded_by(ordered, share + spread), _exceeded_by(ordered, share - spread))
    return Estimate(value, *ends)


def _exceeded_by(ordered: Floats, share: float) -> float | None:
    if not 1.0 / len(ordered) < share < 1.0:
        return None if share < 0.5 else float(ordered[0])
    return float(np.quantile(ordered, 1.0 - share, method="higher"))
