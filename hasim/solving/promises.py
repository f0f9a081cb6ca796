"""From the law of the downtime of windows to what becomes of a promise: exact figures.

Theory of operation
-------------------
A window begins in the long run. A calendar month is one of the seven of 31 days, the four of 30 and
the one of 28, each as likely as there are such; a year has 365 days. The availability of a window
is below a share s just when its downtime is more than (1 - s) T, so all chances are tails of the
law of downtime, mixed over the lengths: chances of a breach are computed, never 1 minus those of
keeping it. A quantile is where a tail has a certain size, found to six digits by regula falsi (the
Illinois form, Dowell and Jarratt 1971).

Rules of this file
------------------
1. From a law to figures; no Process, no engine.
2. What a law does not reach is not known: `NOTHING_KNOWN`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hasim.solution.sla import QUANTILES, ChanceBelow, CreditTier, SlaAnswer, SpentBy, WindowAnswer
from hasim.stats import NOTHING_KNOWN, Estimate
from hasim.system import Sla, Window
from hasim.units import SECONDS_PER_DAY

Floats = NDArray[np.float64]

#: Days of the windows of a kind, and how many of them a year has.
LENGTHS: Mapping[Window, tuple[tuple[int, int], ...]] = {
    "month": ((31, 7), (30, 4), (28, 1)),
    "year": ((365, 1),),
}

#: Days by whose end the budget of a window may be spent: weeks of a month, quarters of a year.
SPENT_DAYS: Mapping[Window, tuple[int, ...]] = {"month": (7, 14, 21, 28), "year": (90, 181, 273)}

#: Shares that are told beside the target and the tiers of credits; those that contracts name.
LADDER = (1.0, 0.99999, 0.9999, 0.9995, 0.999, 0.995, 0.99)

#: A quantile of the share of downtime is known to this, relative to it.
_PRECISION, _MOST_STEPS = 1e-6, 100


class Law(Protocol):
    """The law of the downtime of a window that begins in the long run."""

    def beyond(self, periods: Floats, amounts: Floats) -> Floats:
        """Return the chances of more downtime than amounts in periods, both in seconds."""


@dataclass(frozen=True, slots=True)
class Promise:
    """An objective of availability, with its SLA.

    Parameters
    ----------
    target : float
        Above 0 and below 1.
    sla : Sla
    is_asked : bool
        Whether the model says more than a bare share.
    """

    target: float
    sla: Sla
    is_asked: bool

    @property
    def ladder(self) -> tuple[float, ...]:
        """All shares of availability that windows are held against, falling."""
        tiers = (credit.below for credit in self.sla.credits)
        return tuple(sorted({*LADDER, self.target, *tiers}, reverse=True))


def allowed_by(availability: float) -> float:
    """Return the share of time that may be lost, of the availability that was typed."""
    return float(1 - Fraction(repr(availability)))


def describe_exactly(promise: Promise, law: Law, share: float, largest: float) -> SlaAnswer:
    """Return what becomes of a promise.

    Parameters
    ----------
    promise : Promise
    law : Law
    share : float
        Share of time down in the long run.
    largest : float
        The share of a window up to which the law is known; at least what the promise asks about.
    """
    windows = {kind: _describe(promise, _Tail(law, kind), largest) for kind in LENGTHS}
    chances = {one.availability: one.chance for one in windows[promise.sla.window].below}
    tiers = _tiers(promise, {share: _known(one) for share, one in chances.items()})
    credited = math.fsum(tier.share * _known(tier.chance) for tier in tiers)
    exactly = Estimate.of_exact
    return SlaAnswer(
        target=promise.target,
        window=promise.sla.window,
        is_exact=True,
        month=windows["month"],
        year=windows["year"],
        months_in_breach_per_year=windows["month"].breach.scaled(12.0),
        credit_share=exactly(credited) if tiers else None,
        credit_tiers=tiers,
        budget_spent=exactly(share / allowed_by(promise.target)),
        spent_by=tuple(
            SpentBy(day, exactly(chance)) for day, chance in _spent(promise, law).items()
        ),
    )


@dataclass(frozen=True, slots=True)
class _Tail:
    """The chance that the share of a window that is down is more than some shares."""

    law: Law
    kind: Window

    def at(self, shares: Sequence[float]) -> list[float]:
        lengths = LENGTHS[self.kind]
        periods = np.array([days * SECONDS_PER_DAY for days, _ in lengths])
        weights = np.array([number for _, number in lengths]) / sum(n for _, n in lengths)
        amounts = np.multiply.outer(np.array(shares), periods)
        every = np.broadcast_to(periods, amounts.shape)
        chances = self.law.beyond(every.ravel(), amounts.ravel()).reshape(amounts.shape)
        return [float(chance) for chance in chances @ weights]


def _describe(promise: Promise, tail: _Tail, largest: float) -> WindowAnswer:
    ladder = promise.ladder
    shares = [allowed_by(one) for one in ladder]
    chances = tail.at(shares)
    known = [*zip(shares, chances, strict=True)]
    if largest > shares[-1]:
        known.append((largest, tail.at([largest])[0]))
    below = tuple(
        ChanceBelow(one, Estimate.of_exact(chance))
        for one, chance in zip(ladder, chances, strict=True)
    )
    return WindowAnswer(
        breach=below[ladder.index(promise.target)].chance,
        availability={name: _quantile(tail, known, chance) for name, chance in QUANTILES.items()},
        below=below,
    )


def _quantile(tail: _Tail, known: Sequence[tuple[float, float]], chance: float) -> Estimate:
    """The availability that windows do not reach with a chance, between shares that are known."""
    if known[0][1] <= chance:
        return Estimate.of_exact(1.0)
    for (near, more), (far, less) in pairwise(known):
        if less <= chance:
            share = _find(lambda x: tail.at([x])[0], (near, more), (far, less), chance)
            return Estimate.of_exact(1.0 - share)
    return NOTHING_KNOWN


def _find(
    tail: Callable[[float], float],
    low: tuple[float, float],
    high: tuple[float, float],
    chance: float,
) -> float:
    """Where a falling tail has the size of a chance, between two shares with their tails."""
    (left, above), (right, below) = low, high
    above, below = _log(above, chance), _log(below, chance)
    for _ in range(_MOST_STEPS):
        if below == 0.0 or right - left <= _PRECISION * right:
            break
        middle = right - below * (right - left) / (below - above)
        middle = min(max(middle, left + 0.01 * (right - left)), right - 0.01 * (right - left))
        value = _log(tail(middle), chance)
        if value > 0.0:
            left, above, below = middle, value, below / 2.0
        else:
            right, below, above = middle, value, above / 2.0
    return right


def _log(tail: float, chance: float) -> float:
    return math.log(max(tail, 1e-300) / chance)


def _tiers(promise: Promise, chances: Mapping[float, float]) -> tuple[CreditTier, ...]:
    """Each tier with the chance that it is the deepest that is reached."""
    credits = promise.sla.credits
    deeper = [chances[credit.below] for credit in credits[1:]] + [0.0]
    return tuple(
        CreditTier(
            credit.below, credit.share, Estimate.of_exact(max(chances[credit.below] - more, 0.0))
        )
        for credit, more in zip(credits, deeper, strict=False)
    )


def _spent(promise: Promise, law: Law) -> dict[int, float]:
    """By day: the chance that all of the budget is spent by its end."""
    allowed, lengths = allowed_by(promise.target), LENGTHS[promise.sla.window]
    days = SPENT_DAYS[promise.sla.window]
    pairs = [(day, length) for day in days for length, _ in lengths]
    chances = law.beyond(
        np.array([day * SECONDS_PER_DAY for day, _ in pairs]),
        np.array([allowed * length * SECONDS_PER_DAY for _, length in pairs]),
    ).reshape(len(days), len(lengths))
    weights = np.array([number for _, number in lengths]) / sum(n for _, n in lengths)
    return dict(zip(days, map(float, chances @ weights), strict=True))


def _known(estimate: Estimate) -> float:
    assert estimate.value is not None, "an exact chance without a value"
    return estimate.value
