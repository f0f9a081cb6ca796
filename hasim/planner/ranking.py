"""The order of the candidates: what may be said about each pair, and the places that follow.

Theory of operation: of each pair and service one of three statements is made, *better*, *worse* or
*alike* (stats/selection.py); exact and banded figures take part as ones that do not vary, a band by
that of its ends which makes a statement harder. All statements that rest on simulation are right
together with the confidence asked (Bonferroni). A candidate's place is one more than the number of
those that are better, so what is alike may share a place. Figures that no replication adds up to,
such as quantiles, are told apart by their intervals alone.

Rules of this file: less is better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hasim.planner.differences import ROUNDING
from hasim.stats import Estimate
from hasim.stats.selection import Rule, batch_means, batch_size, is_above

Floats = NDArray[np.float64]
Verdict = Literal["better", "worse", "alike"]

OPPOSITE: dict[Verdict | None, Verdict | None] = {
    "better": "worse", "worse": "better", "alike": "alike", None: None,
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Rival:
    """What is known about the figure that decides the order.

    Parameters
    ----------
    low, high : float or None
        Limits of what was computed, equal where it is exact; of what is simulated, the interval,
        which counts only where there are no batches.
    batches : ndarray of float64 or None, shape (batches,)
        Batch means of what is simulated.
    is_simulated : bool
    """

    low: float | None
    high: float | None
    batches: Floats | None
    is_simulated: bool

    def constant(self, end: float, length: int) -> Floats:
        """Batches of a figure that does not vary."""
        return np.full(length, end) if self.batches is None else self.batches


def rivals_of(
    estimates: Sequence[Estimate | None],
    rows: Sequence[int | None],
    amounts: Floats | None,
    outages: Floats | None,
) -> list[Rival]:
    """Return the rivals of one service.

    Parameters
    ----------
    estimates : sequence of Estimate or None
        The figure of each candidate.
    rows : sequence of int or None
        The row of each among the samples; None where it was computed.
    amounts, outages : ndarray of float64 or None, shape (models, replications)
        The figure, and outages, in each replication; None where it has no samples.
    """
    size = None if amounts is None or outages is None else batch_size(outages)
    means = None if size is None or amounts is None else batch_means(amounts, size)
    rivals = []
    for estimate, row in zip(estimates, rows, strict=True):
        known = estimate or Estimate(None, None, None)
        batches = None if row is None or means is None else means[row]
        rivals.append(Rival(known.low, known.high, batches, row is not None))
    return rivals


def rank_pairs(
    rivals: Sequence[Rival], rule: Rule, *, sequential: bool
) -> dict[tuple[int, int], Verdict | None]:
    """Return what may be said about the first of each pair; None: not decided.

    Parameters
    ----------
    rivals : sequence of Rival
    rule : Rule
    sequential : bool
        Whether what is simulated has batches, or will have.
    """
    return {
        (i, j): _judge(rivals[i], rivals[j], rule, sequential=sequential)
        for i, j in combinations(range(len(rivals)), 2)
    }


def _judge(one: Rival, other: Rival, rule: Rule, *, sequential: bool) -> Verdict | None:
    by_samples = sequential and (one.is_simulated or other.is_simulated)
    test = _is_above_sampled if by_samples else _is_above_computed
    other_is, one_is = test(other, one, rule), test(one, other, rule)
    if other_is is False and one_is is False:
        return "alike"
    if other_is:
        return "better"
    return "worse" if one_is else None


def _is_above_computed(upper: Rival, lower: Rival, rule: Rule) -> bool | None:
    if None in (upper.low, upper.high, lower.low, lower.high):
        return None
    limit = (1.0 + rule.indifference) * (1.0 - ROUNDING)
    ends = upper.low, upper.high, lower.low, lower.high
    u_low, u_high, l_low, l_high = (float(end or 0.0) for end in ends)
    if u_high < limit * l_low or u_high <= l_low:
        return False
    return True if u_low > l_high else None


def _is_above_sampled(upper: Rival, lower: Rival, rule: Rule) -> bool | None:
    length = max(0 if x.batches is None else len(x.batches) for x in (upper, lower))
    if any(
        x.batches is None and (x.is_simulated or None in (x.low, x.high)) for x in (upper, lower)
    ):
        return None
    hard = upper.constant(upper.low or 0.0, length), lower.constant(lower.high or 0.0, length)
    easy = upper.constant(upper.high or 0.0, length), lower.constant(lower.low or 0.0, length)
    if is_above(*hard, rule) is True:
        return True
    return False if is_above(*easy, rule) is False else None


def places(n: int, verdicts: dict[tuple[int, int], Verdict | None]) -> tuple[int, ...]:
    """Return the place of each candidate, from 1: one more than how many are better."""
    found = [1] * n
    for (i, j), verdict in verdicts.items():
        if verdict is not None and verdict != "alike":
            found[j if verdict == "better" else i] += 1
    return tuple(found)
