"""Ratios of two sums over replications, with intervals: shares, rates, mean lengths, averages.

Theory of operation
-------------------
Replications are independent and equally long. A ratio r of two sums X / Y has the relative variance
n / (n - 1) x sum((x - r y) - mean)^2 / X^2 (delta method; Asmussen and Glynn 2007, III.4a, IV.4).
How it is turned into an interval depends on what varies (`intervals.py`):

- numbers of outages: a count;
- amounts of time (downtime, by stage, by cause, time short of capacity): in how many replications
  there is any is a count, how much there is in those is a length, and the two are combined. Where
  outages are rare this is the compound Poisson law with a replication's downtime for the jump, so
  that outages which come in clusters are not taken for independent;
- amounts per outage: as amounts, from the residuals of the ratio.

*Sparse* is what is not zero in less than half of the replications; only there the rules for few
apply, because otherwise the number of replications is what counts.

Rules of this file: every function takes a Tally and columns and returns an Estimate; the figures
of one replication alone get no interval.
"""

from __future__ import annotations

from dataclasses import dataclass

from hasim.stats.distributions import student_point
from hasim.stats.estimate import NOTHING_KNOWN, Estimate
from hasim.stats.intervals import (
    FEW,
    GUESSED_LENGTHS,
    RULE_OF_THREE,
    TOO_FEW,
    Factors,
    cautious_spread,
    combine,
    count_factors,
    length_factors,
    widen,
)
from hasim.stats.tally import Tally


@dataclass(frozen=True, slots=True)
class Span:
    """What an amount is divided by.

    Parameters
    ----------
    seconds : float
        All windows together.
    longest : float
        Seconds that an outage is assumed not to last longer than on average; used only where fewer
        than `TOO_FEW` were seen.
    """

    seconds: float
    longest: float


@dataclass(frozen=True, slots=True)
class _Sum:
    """One column of a tally."""

    total: float
    squares: float
    present: int
    replications: int

    @classmethod
    def of(cls, tally: Tally, column: int) -> _Sum:
        return cls(
            float(tally.totals[column]),
            float(tally.squares[column]),
            int(tally.present[column]),
            tally.replications,
        )

    @property
    def variance(self) -> float:
        """Relative variance of the total."""
        n = self.replications
        return n / (n - 1) * self.squares / self.total**2

    @property
    def sparse(self) -> bool:
        return 2 * self.present < self.replications

    @property
    def too_few(self) -> bool:
        return self.sparse and self.present < TOO_FEW

    @property
    def spread(self) -> float:
        """Squared coefficient of variation among the replications where it is not zero."""
        if self.present < 2:
            return 0.0
        k = self.present
        raw = self.squares + self.total**2 / self.replications
        return max(0.0, (k * raw / self.total**2 - 1.0) * k / (k - 1))

    @property
    def freedom(self) -> int:
        """Degrees of freedom of `spread`."""
        others = self.replications - 1
        return min(others, self.present - 1 + GUESSED_LENGTHS) if self.sparse else others


def estimate_rate(
    tally: Tally, column: int, span: Span, *, unseen: float | None = None
) -> Estimate:
    """Return happenings per second.

    Parameters
    ----------
    tally : Tally
    column : int
        A count.
    span : Span
    unseen : float or None
        The value where none was seen; the upper limit is the rule of three.
    """
    number = _Sum.of(tally, column)
    if number.total == 0.0:
        return Estimate(unseen, 0.0, RULE_OF_THREE / span.seconds)
    rate = number.total / span.seconds
    if number.replications < 2:
        return Estimate(rate, None, None)
    return count_factors(_count_variance(number.variance, number)).around(rate)


def estimate_share(
    tally: Tally, column: int, span: Span, *, unseen: float | None = None
) -> Estimate:
    """Return the share of time that an amount of time makes up, in 0..1.

    Parameters
    ----------
    tally : Tally
    column : int
        An amount of time in each window.
    span : Span
    unseen : float or None
        The value where there was none; the upper limit is the rule of three times the longest mean
        that an outage is assumed to have.
    """
    amount = _Sum.of(tally, column)
    if amount.total == 0.0:
        limit = RULE_OF_THREE * span.longest / span.seconds
        return Estimate(unseen, 0.0, min(limit, 1.0))
    share = min(amount.total / span.seconds, 1.0)
    if amount.replications < 2:
        return Estimate(share, None, None)
    if amount.too_few:
        return _few_amount(amount, share, span.seconds, span.longest)
    estimate = _amount_factors(amount).around(share)
    high = None if estimate.high is None else min(estimate.high, 1.0)
    return Estimate(share, estimate.low, high)


def estimate_length(
    tally: Tally, column: int, begun: int, span: Span, *, unseen: float | None = None
) -> Estimate:
    """Return an amount of time per outage, such as its mean length or the part of one stage.

    Parameters
    ----------
    tally : Tally
        Products of `column` must have been kept with `begun`.
    column : int
        An amount of time in each window.
    begun : int
        The number of outages that began in each window.
    span : Span
    unseen : float or None
        The value where there was no such time, though outages.
    """
    amount, number = _Sum.of(tally, column), _Sum.of(tally, begun)
    if number.total == 0.0:
        return NOTHING_KNOWN
    if amount.total == 0.0:
        return Estimate(unseen, 0.0, RULE_OF_THREE * span.longest / number.total)
    mean = amount.total / number.total
    if amount.replications < 2:
        return Estimate(mean, None, None)
    variance = _residual_variance(tally, column, begun)
    if amount.too_few:
        return _few_amount(amount, mean, number.total, span.longest)
    if not amount.sparse:
        return length_factors(widen(variance, amount.freedom)).around(mean)
    k = amount.present
    own = min(variance, amount.spread / k)
    lengths = length_factors(widen(cautious_spread(own * k, k) / k, amount.freedom))
    return combine(count_factors(variance - own), lengths).around(mean)


def estimate_gap(tally: Tally, downtime: int, begun: int, span: Span) -> Estimate:
    """Return the mean time up between two outages.

    Parameters
    ----------
    tally : Tally
        Products of `downtime` must have been kept with `begun`.
    downtime, begun : int
        Columns: time down in each window, and outages begun.
    span : Span
    """
    down, number = _Sum.of(tally, downtime), _Sum.of(tally, begun)
    up = span.seconds - down.total
    if number.total == 0.0:
        return Estimate(None, up / RULE_OF_THREE if up > 0.0 else None, None)
    gap = up / number.total
    if up <= 0.0 or number.replications < 2:
        return Estimate(gap, None, None)
    shared = 2.0 * gap * float(tally.products[downtime])
    residual = down.squares + shared + gap**2 * number.squares
    n = number.replications
    variance = n / (n - 1) * max(residual, 0.0) / up**2
    return count_factors(_count_variance(variance, number)).inverted().around(gap)


def estimate_average(tally: Tally, column: int, span: Span) -> Estimate:
    """Return the time average of a level that may be any number, with a symmetric interval."""
    level = _Sum.of(tally, column)
    mean = level.total / span.seconds
    n = level.replications
    if n < 2:
        return Estimate(mean, None, None)
    error = (n / (n - 1) * level.squares) ** 0.5 / span.seconds
    half = student_point(n - 1) * error
    return Estimate(mean, mean - half, mean + half)


def _count_variance(variance: float, number: _Sum) -> float:
    """The relative variance of a count; few are never more certain than Poisson.

    Of few, what exceeds Poisson is known from the replications that have any.
    """
    if number.total >= FEW:
        return widen(variance, number.replications - 1)
    poisson = 1.0 / number.total
    return poisson + widen(max(variance - poisson, 0.0), number.present - 1)


def _amount_factors(amount: _Sum) -> Factors:
    k = amount.present
    spread = cautious_spread(amount.spread, k) if amount.sparse else amount.spread
    presence = count_factors((1.0 - k / amount.replications) / k)
    return combine(presence, length_factors(widen(spread / k, amount.freedom)))


def _few_amount(amount: _Sum, value: float, per: float, longest: float) -> Estimate:
    """One or two amounts: their number as a count, their mean length at most `longest`."""
    k = amount.present
    number = count_factors(1.0 / k)
    most = number.high * k * max(longest, amount.total / k)
    low = combine(number, length_factors(cautious_spread(0.0, k) / k)).low
    return Estimate(value, value * low, most / per)


def _residual_variance(tally: Tally, column: int, begun: int) -> float:
    """Relative variance of a ratio, from the residuals."""
    assert tally.partners[column] == begun
    amount, number = _Sum.of(tally, column), _Sum.of(tally, begun)
    ratio = amount.total / number.total
    squares = amount.squares + ratio**2 * number.squares
    residual = max(0.0, squares - 2.0 * ratio * float(tally.products[column]))
    n = number.present if number.sparse else number.replications
    return n / max(n - 1, 1) * residual / amount.total**2
