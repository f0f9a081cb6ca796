"""Differences between two candidates, with intervals of their own.

Theory of operation
-------------------
Both simulated: replication n of one belongs to replication n of the other (common random numbers),
so the differences of the replications are a sample of their own, and their mean has an interval by
Student's t. Mean lengths are ratios; they are replaced by their linear parts, downtime minus mean
length times outages over the mean number of outages (delta method; Asmussen and Glynn 2007, III.4a,
IV.4). One or both computed: the interval of the difference reaches from the ends of one to the
opposite ends of the other, and has no width where both are exact.

Rules of this file: a difference is the candidate's figure less that of the one it is held against;
what is not known has no interval and is never real. Where no replication differed, a difference may
still come about too seldom to be seen: it is 0, without an interval.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from hasim.planner.answering import Answers
from hasim.planner.columns import Column
from hasim.stats import NOTHING_KNOWN, Estimate
from hasim.stats.distributions import NORMAL_POINT, student_point
from hasim.stats.multiplicity import student_p_value, tell_real
from hasim.units import SECONDS_PER_YEAR

if TYPE_CHECKING:
    from hasim.solving.together import Samples

Floats = NDArray[np.float64]
Key = TypeVar("Key")

#: Chance that some difference that is told to be real is not.
LEVEL = 0.05

#: Relative difference of computed figures that is rounding and nothing else.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Gap:
    """A difference before it is known how many others are looked at.

    Parameters
    ----------
    estimate : Estimate
    paired : bool
        Whether it is made from differences of replications.
    p_value : float
        Chance of one at least as large where there is none; 1 where nothing is known.
    """

    estimate: Estimate
    paired: bool
    p_value: float


@dataclass(frozen=True, slots=True)
class Twin:
    """What is known about one figure of one candidate.

    Parameters
    ----------
    estimate : Estimate or None
    row : int or None
        Its row among the samples; None where it was computed.
    is_certain : bool
        Whether the interval is a limit, not a matter of chance.
    """

    estimate: Estimate | None
    row: int | None
    is_certain: bool


def tell_apart(column: Column, one: Twin, other: Twin, samples: Samples | None) -> Gap:
    """Return the figure of `other` less that of `one`."""
    paired = one.row is not None and other.row is not None and column.sampled is not None
    if paired and samples is not None and samples.downtime.shape[1] > 1:
        assert one.row is not None
        assert other.row is not None
        return _paired(
            _linear(column, samples, other.row) - _linear(column, samples, one.row),
            _value(column, samples, other.row) - _value(column, samples, one.row),
        )
    return _unpaired(one, other)


def _value(column: Column, samples: Samples, row: int) -> float:
    """The figure as all replications together give it."""
    down, begun = float(samples.downtime[row].mean()), float(samples.outages[row].mean())
    if column.sampled == "mttr":
        return down / begun if begun else math.nan
    return (down if column.sampled == "downtime" else begun) / _span(column, samples)


def _linear(column: Column, samples: Samples, row: int) -> Floats:
    """What each replication adds to the figure, up to a constant."""
    down, begun = samples.downtime[row], samples.outages[row]
    if column.sampled != "mttr":
        rates: Floats = (down if column.sampled == "downtime" else begun) / _span(column, samples)
        return rates
    mean = float(begun.mean())
    length = float(down.mean()) / mean if mean else 0.0
    parts: Floats = (down - length * begun) / (mean or 1.0)
    return parts


def _span(column: Column, samples: Samples) -> float:
    return samples.window / (SECONDS_PER_YEAR if column.scale == "year" else 1.0)


def _paired(residuals: Floats, value: float) -> Gap:
    if math.isnan(value):
        return Gap(NOTHING_KNOWN, True, 1.0)
    if value == 0.0 and not residuals.any():
        return Gap(Estimate(0.0, None, None), True, 1.0)
    n = len(residuals)
    error = float(residuals.std(ddof=1)) / math.sqrt(n)
    half = student_point(n - 1) * error
    p_value = student_p_value(value / error, n - 1) if error else 0.0
    return Gap(Estimate(value, value - half, value + half), True, p_value)


def _unpaired(one: Twin, other: Twin) -> Gap:
    if one.estimate is None or other.estimate is None:
        return Gap(NOTHING_KNOWN, False, 1.0)
    (a, a_low, a_high), (b, b_low, b_high) = one.estimate.ends, other.estimate.ends
    value = None if a is None or b is None else b - a
    low = None if b_low is None or a_high is None else b_low - a_high
    high = None if b_high is None or a_low is None else b_high - a_low
    if value is None or low is None or high is None:
        return Gap(Estimate(value, low, high), False, 1.0)
    if abs(value) <= ROUNDING * abs(a or 0.0) and low == high:
        return Gap(Estimate.of_exact(0.0), False, 1.0)
    if low <= 0.0 <= high:
        return Gap(Estimate(value, low, high), False, 1.0)
    if one.is_certain and other.is_certain:
        return Gap(Estimate(value, low, high), False, 0.0)
    deviation = (high - low) / (2.0 * NORMAL_POINT)
    return Gap(Estimate(value, low, high), False, student_p_value(value / deviation, math.inf))


def twin_of(answers: Answers, name: str, estimate: Estimate | None, column: Column) -> Twin:
    """Return what is known about a figure of a candidate."""
    row = answers.rows[name]
    is_exact = estimate is not None and estimate.exact
    return Twin(estimate, row, is_exact or (row is None and column.sampled is not None))


def find_real(gaps: Mapping[Key, Gap]) -> set[Key]:
    """Return which differences are real, all of them looked at together.

    What is computed needs no correction and takes nothing from the others.
    """
    sure = {key for key, gap in gaps.items() if gap.p_value == 0.0 and not gap.paired}
    by_chance = [key for key, gap in gaps.items() if key not in sure and not gap.estimate.exact]
    real = tell_real([gaps[key].p_value for key in by_chance], LEVEL)
    return sure | {key for key, is_real in zip(by_chance, real, strict=True) if is_real}
