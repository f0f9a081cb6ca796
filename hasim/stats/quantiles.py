"""Quantiles of the length of an outage, from histograms, with intervals.

Theory of operation: the value is the middle (geometric) of the bin that holds the quantile; its
interval runs between the outer borders of the bins of two order statistics, chosen by the binomial
law as for independent lengths (David and Nagaraja 2003, 7.1). Lengths within a replication, and
within one incident, depend on each other: the spread between groups of batches shows by how much
the share below the quantile varies more than binomially, and the number of lengths is divided by
that design effect (Kish 1965, 8.2), never multiplied.

Rules of this file: the interval is never narrower than the bin; a quantile that the lengths seen
cannot bound has no end there, and one above the longest seen has no value.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hasim.stats.distributions import binomial_cdf
from hasim.stats.estimate import NOTHING_KNOWN, Estimate
from hasim.stats.tally import Tally

#: With fewer groups than this their spread is not asked.
_FEWEST_GROUPS = 8


def estimate_quantile(
    tally: Tally, measure: int, probability: float, edges: NDArray[np.float64]
) -> Estimate:
    """Return a quantile of the lengths of the outages of one measure.

    Parameters
    ----------
    tally : Tally
    measure : int
        Row of the measure among the histograms.
    probability : float
        0.95 for the length that 95 % of outages do not exceed.
    edges : ndarray of float64, shape (bins + 1,)
        Borders of the bins.

    Returns
    -------
    Estimate
        Without a value where fewer than 1 / (1 - probability) outages ended.
    """
    groups = np.array([tally.histograms[key][measure] for key in sorted(tally.histograms)])
    below = groups.sum(axis=0).cumsum()
    n = int(below[-1])
    if n == 0:
        return NOTHING_KNOWN
    place = int(np.searchsorted(below, probability * n, side="left"))
    effect = _design_effect(groups[:, : place + 1].sum(axis=1), groups.sum(axis=1))

    def chance(fewer: int) -> float:
        """The chance that at most so many of the lengths are below the true quantile."""
        return binomial_cdf(fewer / effect, n / effect, probability)

    first = _last_true(n, lambda rank: chance(rank - 1) <= 0.025)
    last = n - _last_true(n, lambda rank: chance(n - rank) >= 0.975) + 1
    low = float(edges[_bin_of_rank(below, first)]) if first >= 1 else None
    high = float(edges[_bin_of_rank(below, last) + 1]) if last <= n else None
    reached = n * (1.0 - probability) >= 1.0 - 1e-9
    value = float(np.sqrt(edges[place] * edges[place + 1])) if reached else None
    return Estimate(value, low, high)


def _bin_of_rank(below: NDArray[np.int64], rank: int) -> int:
    return int(np.searchsorted(below, rank, side="left"))


def _last_true(n: int, holds: Callable[[int], bool]) -> int:
    """The largest rank in 1..n for which it holds, 0 for none; it holds up to some rank only."""
    low, high = 0, n + 1
    while high - low > 1:
        middle = (low + high) // 2
        if holds(middle):
            low = middle
        else:
            high = middle
    return low


def _design_effect(below: NDArray[np.int64], sizes: NDArray[np.int64]) -> float:
    """How many times more the share of lengths below varies than if lengths were independent."""
    below, sizes = below[sizes > 0], sizes[sizes > 0]
    n, k = int(sizes.sum()), len(sizes)
    share = float(below.sum()) / n
    if k < _FEWEST_GROUPS or share >= 1.0:
        return 1.0
    residuals = below - share * sizes
    variance = k / (k - 1) * float((residuals * residuals).sum()) / n**2
    return max(1.0, variance * n / (share * (1.0 - share)))
