"""Closest series of exponential stages to a law.

Theory of operation: the stages' rates form a geometric row, slowest first; a duration begins at one
of the stages and goes through all that follow. For given rates the survival function is linear in
the probabilities of where it begins, so the best are found by non-negative least squares on points
of the survival function, with the sum and the first two moments held by weight. Of a few rows of
rates the best is taken. Laws are fitted at mean 1: those of one shape share a fit.

References
----------
Asmussen, Nerman and Olsson, "Fitting phase-type distributions via the EM algorithm", Scandinavian
Journal of Statistics 23 (1996), 419-441, for what such fits can do; Lawson and Hanson, *Solving
Least Squares Problems*, 1974, chapter 23, for the method.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hasim.engines.exact.phase_type import Series
from hasim.laws import Law

Floats = NDArray[np.float64]

#: Quotients of neighbouring rates that are tried; 1 means equal rates.
_RATIOS = (1.0, 1.3, 1.5, 1.8, 2.2, 2.8, 3.6, 5.0)

#: The slowest rate that is tried, times the length that 0.05 % of durations exceed.
_SLOWEST = (1.5, 2.5, 4.0, 6.0, 9.0)

#: Points of the survival function, and the shares of durations between which they lie.
_POINTS, _SHORTEST, _LONGEST = 80, 1e-3, 0.9995

#: How much more than a point of the survival function the sum and the moments weigh.
_WEIGHT = 100.0

#: Probabilities below this are left out.
_LEAST = 1e-9


def fit_series(law: Law, stages: int) -> Series:
    """Return a series of at most so many stages that is close to a law.

    Parameters
    ----------
    law : Law
        With a squared coefficient of variation of at least 1 / `stages`.
    stages : int

    Returns
    -------
    Series
        With the mean of the law; the second moment is close, and the distribution function.
    """
    return _scaled(_fit_unit(law.scaled(1.0 / law.mean), stages), law.mean)


def _scaled(series: Series, factor: float) -> Series:
    return Series(series.entries, tuple(rate / factor for rate in series.rates))


@lru_cache(maxsize=256)
def _fit_unit(law: Law, stages: int) -> Series:
    """Return the fit to a law of mean 1."""
    rows = _rows(law, stages)
    times = np.geomspace(_earliest(law), law.quantile(_LONGEST), _POINTS)
    basis = np.concatenate([_survival(rows, times), _WEIGHT * _moments(rows)], axis=1)
    wanted = np.array([law.survival(t) for t in times.tolist()])
    wanted = np.concatenate([wanted, _WEIGHT * np.array([1.0, 1.0, 1.0])])
    basis[:, -1, :] /= 1.0 + law.variance
    fits = [_fit(one, wanted) for one in basis]
    best = min(range(len(fits)), key=lambda place: fits[place][1])
    return _exact_mean(fits[best][0], rows[best])


def _fit(basis: Floats, wanted: Floats) -> tuple[Floats, float]:
    """Probabilities and what they miss; infinity where the search for them goes round."""
    from scipy.optimize import nnls

    try:
        found, missed = nnls(basis, wanted)
    except RuntimeError:
        return np.zeros(basis.shape[1]), math.inf
    return found, float(missed)


def _earliest(law: Law) -> float:
    """The first point of time; well above 0 for laws with many very short durations."""
    return max(law.quantile(_SHORTEST), 1e-4)


def _rows(law: Law, stages: int) -> Floats:
    """Rates that are tried, shape (tries, stages), slowest first."""
    slowest = np.array(_SLOWEST) / law.quantile(_LONGEST)
    powers = np.array(_RATIOS)[:, None] ** np.arange(stages)
    geometric = slowest[:, None, None] * powers[1:]
    # Equal rates: what counts is the sum of the stages, so the rate is one of a whole row of them.
    equal = stages * slowest[:, None, None] * powers[:1]
    return np.concatenate([geometric, equal], axis=1).reshape(-1, stages)


def _survival(rows: Floats, times: Floats) -> Floats:
    """Survival function by try, time and first stage."""
    from scipy.special import gammaincc

    tries, stages = rows.shape
    found = np.empty((tries, len(times), stages))
    for number, rates in enumerate(rows):
        if rates[0] == rates[-1]:
            left = np.arange(stages, 0, -1)
            found[number] = gammaincc(left[None, :], rates[0] * times[:, None])
        else:
            found[number] = np.exp(-times[:, None] * rates[None, :]) @ _weights(rates).T
    return found


def _weights(rates: Floats) -> Floats:
    """By first stage i and stage j: the product over l >= i, l != j of rate l / (rate l - rate j).

    The survival function of a sum of exponential stages of different rates is the sum of
    exp(-rate j t) with these weights (Ross, *Introduction to Probability Models*, 5.2.4).
    """
    stages = len(rates)
    factors = np.ones((stages, stages))
    apart = ~np.eye(stages, dtype=bool)
    ratio = rates[:, None] / np.where(apart, rates[:, None] - rates[None, :], 1.0)
    factors[apart] = ratio[apart]
    weights = np.cumprod(factors[::-1], axis=0)[::-1]
    return np.asarray(np.triu(weights))


def _moments(rows: Floats) -> Floats:
    """Zeroth, first and second moment by try, order and first stage."""
    means = np.cumsum(1.0 / rows[:, ::-1], axis=1)[:, ::-1]
    variances = np.cumsum(1.0 / rows[:, ::-1] ** 2, axis=1)[:, ::-1]
    return np.stack([np.ones_like(means), means, variances + means**2], axis=1)


def _exact_mean(found: Floats, rates: Floats) -> Series:
    """Return the fit with probabilities that sum to 1, and times so that the mean is 1."""
    kept = np.where(found > _LEAST, found, 0.0)
    first = int(np.flatnonzero(kept)[0])
    entries = kept[first:] / math.fsum(kept.tolist())
    series = Series(tuple(entries.tolist()), tuple(rates[first:].tolist()))
    return _scaled(series, 1.0 / series.mean)
