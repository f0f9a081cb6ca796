"""95 % intervals as pairs of factors around a value: for counts, lengths, and both together.

Theory of operation
-------------------
A relative variance v of a value is turned into an effective number n = 1 / v and an interval that
is exact for one model and right to the second order for others:

- a *count* of independent happenings: the exact Poisson interval (Garwood 1936) of n happenings,
  low = chi2(2.5 %, 2n) / 2n, high = chi2(97.5 %, 2n + 2) / 2n;
- a *mean length*: the exact interval of the mean of n exponential lengths,
  low = 2n / chi2(97.5 %, 2n), high = 2n / chi2(2.5 %, 2n);
- a *product* of independent parts: the logarithms of the factors add up in quadrature (method of
  variance estimates recovery, Zou and Donner 2008).

Both tend to value x (1 +- 1.96 sqrt(v)) for large n and are skewed as counts and lengths are.

Few outages: below `FEW` happenings a count is never taken for more certain than Poisson, and the
spread of lengths, which few lengths show too small, is drawn towards `GUESSED_SPREAD` as if
`GUESSED_LENGTHS` more had been seen. docs/statistics.md tells how these numbers were chosen.

Rules of this file: pure functions of numbers; no engine, no measure.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from hasim.stats.distributions import NORMAL_POINT, gamma_quantile, student_point
from hasim.stats.estimate import Estimate

#: Below so many happenings the rules for few apply.
FEW = 50

#: Lengths that are assumed to have been seen besides those few that were, and their squared
#: coefficient of variation; with them intervals from 10 outages hold in 97 to 98 % of runs where
#: lengths are exponential, or lognormal with a coefficient of variation of 1.
GUESSED_LENGTHS = 4
GUESSED_SPREAD = 1.5

#: Fewer happenings than this tell nothing of the spread of lengths.
TOO_FEW = 3

#: An upper limit further from the value says nothing and is not given.
LARGEST_FACTOR = 1000.0

#: 95 % upper limit for the mean of a Poisson number of which none was seen ("rule of three").
RULE_OF_THREE = -math.log(0.05)


@dataclass(frozen=True, slots=True)
class Factors:
    """The ends of an interval, each divided by the value."""

    low: float
    high: float

    def around(self, value: float) -> Estimate:
        """Return the estimate with this interval around a positive value."""
        high = value * self.high if self.high <= LARGEST_FACTOR else None
        return Estimate(value, value * self.low, high)

    def inverted(self) -> Factors:
        """Return the factors of one over the figure."""
        return Factors(1.0 / self.high, 1.0 / self.low)


CERTAIN = Factors(1.0, 1.0)


def count_factors(variance: float) -> Factors:
    """Return the interval of a count with the relative variance `variance`."""
    if variance <= 0.0:
        return CERTAIN
    n = 1.0 / variance
    low, high = gamma_quantile(0.025, n) / n, gamma_quantile(0.975, n + 1.0) / n
    return Factors(min(low, 1.0), max(high, 1.0))


def length_factors(variance: float) -> Factors:
    """Return the interval of a mean length with the relative variance `variance`."""
    if variance <= 0.0:
        return CERTAIN
    n = 1.0 / variance
    low, high = n / gamma_quantile(0.975, n), n / gamma_quantile(0.025, n)
    return Factors(min(low, 1.0), max(high, 1.0))


def combine(one: Factors, other: Factors) -> Factors:
    """Return the interval of the product of two independent parts."""
    low = math.hypot(math.log(one.low), math.log(other.low))
    high = math.hypot(math.log(one.high), math.log(other.high))
    return Factors(math.exp(-low), math.exp(high))


def widen(variance: float, freedom: float) -> float:
    """Return a variance estimated with `freedom` degrees of freedom, widened by Student's law."""
    return variance * (student_point(max(freedom, 1.0)) / NORMAL_POINT) ** 2


def cautious_spread(spread: float, number: int) -> float:
    """Return the squared coefficient of variation to use for lengths that show `spread`."""
    if number >= FEW:
        return spread
    weight = GUESSED_LENGTHS / (number - 1 + GUESSED_LENGTHS)
    return spread + weight * max(0.0, GUESSED_SPREAD - spread)
