"""From simulated windows to what becomes of a promise.

Theory of operation: a simulated year is twelve months of 31, 28, 31 ... days, each cut where the
budget is looked at. Counted downtime and time are summed to months and to years; the availability
of a window is 1 - counted downtime / (time - excluded time).

Rules of this file: the figures and their definitions are those of promises.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from hasim.solution.sla import QUANTILES, ChanceBelow, CreditTier, SlaAnswer, SpentBy, WindowAnswer
from hasim.solving.promises import LENGTHS, SPENT_DAYS, Promise, allowed_by
from hasim.stats import Estimate
from hasim.stats.windows import estimate_over_windows, estimate_quantile_of_windows
from hasim.system import Window

Floats = NDArray[np.float64]

#: Days of the months of a year.
MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

#: By month, the days of it at whose ends a year is cut.
_CUTS = tuple(tuple(sorted({*SPENT_DAYS["month"], days})) for days in MONTHS)

#: Days of a year at whose ends it is cut, which are the ends of its pieces.
PIECES = tuple(
    before + day
    for before, cuts in zip(accumulate(MONTHS, initial=0), _CUTS, strict=False)
    for day in cuts
)


@dataclass(frozen=True, eq=False)
class SimulatedWindows:
    """Counted downtime of pieces of years, and the time in which it counts.

    Parameters
    ----------
    down, time : ndarray of float64, shape (replications, years, pieces)
        Seconds.
    """

    down: Floats
    time: Floats

    def shares(self, kind: Window) -> Floats:
        """Return the share of each window that was down: (replications, years, windows)."""
        time = self._sum(self.time, kind)
        down = self._sum(self.down, kind)
        return np.divide(down, time, out=np.zeros_like(down), where=time > 0.0)

    def is_spent(self, kind: Window, day: int, allowed: float) -> Floats:
        """Return where all that a window allows was lost by the end of a day: 1, else 0."""
        budget = allowed * self._sum(self.time, kind)
        if kind == "year":
            spent = self.down[:, :, : PIECES.index(day) + 1].sum(axis=2, keepdims=True)
        else:
            ends = np.cumsum([len(cuts) for cuts in _CUTS])
            starts = ends - [len(cuts) for cuts in _CUTS]
            pieces = [
                slice(int(start), int(start) + cuts.index(day) + 1)
                for start, cuts in zip(starts, _CUTS, strict=True)
            ]
            spent = np.stack([self.down[:, :, part].sum(axis=2) for part in pieces], axis=2)
        return np.asarray(spent > budget, dtype=np.float64)

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        numbers = [len(cuts) for cuts in _CUTS]
        return np.cumsum([0, *numbers[:-1]])

    def _sum(self, seconds: Floats, kind: Window) -> Floats:
        if kind == "year":
            return np.asarray(seconds.sum(axis=2, keepdims=True))
        return np.asarray(np.add.reduceat(seconds, self._starts, axis=2))


def chance_of_breach(promise: Promise, windows: SimulatedWindows) -> Estimate:
    """Return the chance that a window of the promise is below its target."""
    shares = windows.shares(promise.sla.window)
    return _chance(shares > allowed_by(promise.target))


def describe_simulated(promise: Promise, windows: SimulatedWindows) -> SlaAnswer:
    """Return what becomes of a promise."""
    kind, allowed = promise.sla.window, allowed_by(promise.target)
    described = {kind: _describe(promise, windows.shares(kind)) for kind in LENGTHS}
    shares = windows.shares(kind)
    credited, tiers = _credits(promise, shares)
    return SlaAnswer(
        target=promise.target,
        window=kind,
        is_exact=False,
        month=described["month"],
        year=described["year"],
        months_in_breach_per_year=described["month"].breach.scaled(12.0),
        credit_share=credited,
        credit_tiers=tiers,
        budget_spent=estimate_over_windows(shares / allowed),
        spent_by=tuple(
            SpentBy(day, estimate_over_windows(windows.is_spent(kind, day, allowed), 1.0))
            for day in SPENT_DAYS[kind]
        ),
    )


def _describe(promise: Promise, shares: Floats) -> WindowAnswer:
    below = tuple(ChanceBelow(one, _chance(shares > allowed_by(one))) for one in promise.ladder)
    return WindowAnswer(
        breach=below[promise.ladder.index(promise.target)].chance,
        availability={name: _quantile(shares, share) for name, share in QUANTILES.items()},
        below=below,
    )


def _quantile(shares: Floats, share: float) -> Estimate:
    """The availability that a share of the windows do not reach; 1 where that many lose nothing."""
    lost = estimate_quantile_of_windows(shares, share)
    value, low, high = (None if end is None else 1.0 - end for end in lost.ends)
    return Estimate(value, high, low)


def _credits(promise: Promise, shares: Floats) -> tuple[Estimate | None, tuple[CreditTier, ...]]:
    """The mean share credited, and each tier with the chance that it is the deepest reached."""
    credits = promise.sla.credits
    if not credits:
        return None, ()
    reached = [shares > allowed_by(credit.below) for credit in credits]
    deeper = [*reached[1:], np.zeros_like(reached[0])]
    only = [one & ~more for one, more in zip(reached, deeper, strict=True)]
    paid = sum(credit.share * here for credit, here in zip(credits, only, strict=True))
    tiers = tuple(
        CreditTier(credit.below, credit.share, _chance(here))
        for credit, here in zip(credits, only, strict=True)
    )
    return estimate_over_windows(np.asarray(paid), credits[-1].share), tiers


def _chance(hits: NDArray[np.bool_]) -> Estimate:
    return estimate_over_windows(hits.astype(np.float64), 1.0)
