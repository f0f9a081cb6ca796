"""How much a design is regretted over worlds: costs and verdicts in, figures out.

Theory of operation
-------------------
Each candidate has, in each world, a cost and a verdict: it meets the targets there or it fails. The
best of a world is the cheapest candidate that meets them there. The regret of a candidate in a
world that it is kept in is what it costs more than the best (Savage 1951); where it fails, it has
none: failing is counted, and never weighed against money. Of the candidates that are kept in at
least the share of the worlds asked, the one with the least mean regret is chosen; where there is
none, of those that are kept in the most worlds.

Which quantity decides where a design fails is told by the correlation of failing, 0 or 1, with the
share of probability below the quantity's value (the point-biserial correlation).

Rules of this file: arrays in, figures out; nothing is known here of models. Of equals the one that
stands first is taken.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hasim.stats import Estimate
from hasim.system import Uncertain

Floats = NDArray[np.float64]

#: Money of a year that is rounding: costs are summed in different orders.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Influence:
    """How failing goes with one uncertain quantity.

    Parameters
    ----------
    name : str
    correlation : float
        Of failing with the share of probability below the value: above 0 where high values make
        the design fail.
    failing, kept : float
        Mean value in the worlds where the design fails, and where it does not; a geometric one of
        all but shares.
    """

    name: str
    correlation: float
    failing: float
    kept: float


@dataclass(frozen=True, slots=True)
class Standing:
    """How one candidate fares over the worlds.

    Parameters
    ----------
    choices : mapping of str to str
        The label of the choice of each option.
    settings : tuple of (str, str)
    cost : float or None
        A year, with middle values: as that of a `Pick`, without downtime; None where it cannot be
        built with these.
    mean_cost : float or None
        A year, with what downtime costs, over the worlds in which the design can be built.
    kept : int
        Worlds in which it meets all targets.
    share : Estimate
        Of the worlds, with a 95 % interval.
    mean_regret, p95_regret, most_regret : float or None
        A year, over the worlds in which it is kept; None where there is none.
    missed : mapping of str to int
        In how many worlds each target is missed, or it cannot be built there.
    influences : tuple of Influence
        The strongest first; empty where it fails in no world or in all of them.
    """

    choices: Mapping[str, str]
    settings: tuple[tuple[str, str], ...]
    cost: float | None
    mean_cost: float | None
    kept: int
    share: Estimate
    mean_regret: float | None
    p95_regret: float | None
    most_regret: float | None
    missed: Mapping[str, int]
    influences: tuple[Influence, ...]


@dataclass(frozen=True, slots=True)
class Regret:
    """The design of least regret beside the nominal optimum.

    Parameters
    ----------
    uncertain : tuple of Uncertain
    worlds, asked : int
        In which all candidates were looked at, and how many were to be.
    searched : int
        Worlds whose own cheapest design was searched for.
    keeps : float
        Share of the worlds in which the targets are to be met.
    hopeless : int
        Worlds in which no candidate meets them.
    candidates : tuple of Standing
        The one of least regret first; without those that are kept in no world.
    nominal : Standing
        The optimum of middle values.
    surety : float or None
        What the one of least regret costs more a year than it, downtime included, on average over
        the worlds in which both can be built.
    """

    uncertain: tuple[Uncertain, ...]
    worlds: int
    asked: int
    searched: int
    keeps: float
    hopeless: int
    candidates: tuple[Standing, ...]
    nominal: Standing
    surety: float | None

    @property
    def least(self) -> Standing:
        """The design of least regret."""
        return self.candidates[0]

    @property
    def is_kept(self) -> bool:
        """Whether it meets the targets in the share of the worlds asked."""
        return self.least.kept >= self.keeps * self.worlds


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """What became of candidates in worlds.

    Parameters
    ----------
    costs : ndarray, shape (candidates, worlds)
        A year; NaN where a candidate cannot be built.
    met : ndarray of bool
        Whether it meets all targets.
    """

    costs: Floats
    met: NDArray[np.bool_]

    def regrets(self) -> Floats:
        """Return the regret of each candidate in each world; NaN where it fails."""
        mine = np.where(self.met, self.costs, math.inf)
        best = mine.min(axis=0)
        with np.errstate(invalid="ignore"):
            more = np.where(self.met, mine - best, math.nan)
        return np.where(more < ROUNDING * np.abs(best), np.minimum(more, 0.0), more)

    def difference(self, one: int, other: int) -> float | None:
        """Return what a candidate costs more than another, the mean over the worlds with both."""
        return mean_of(self.costs[one] - self.costs[other])

    def order(self, keeps: float) -> list[int]:
        """Return the candidates, the one of least regret first.

        Parameters
        ----------
        keeps : float
            Share of the worlds in which the targets are to be met.
        """
        kept = self.met.sum(axis=1)
        means = [mean_of(row) for row in self.regrets()]

        def rank(one: int) -> tuple[bool, int, float]:
            is_enough = bool(kept[one] >= keeps * self.met.shape[1])
            mean = means[one]
            return (
                not is_enough,
                0 if is_enough else -int(kept[one]),
                math.inf if mean is None else mean,
            )

        return sorted(range(len(kept)), key=rank)


def mean_of(values: Floats) -> float | None:
    """Return the mean of the values that are not NaN; None where there is none."""
    known = values[~np.isnan(values)]
    return math.fsum(known.tolist()) / len(known) if len(known) else None


def quantile_of(values: Floats, share: float) -> float | None:
    """Return a quantile (Hazen's) of the values that are not NaN; None where there is none."""
    known = values[~np.isnan(values)]
    return float(np.quantile(known, share, method="hazen")) if len(known) else None


def share_of(number: int, worlds: int) -> Estimate:
    """Return a share with its 95 % interval (Wilson 1927, as in Brown, Cai and DasGupta 2001, (4)).

    Parameters
    ----------
    number, worlds : int
    """
    z = 1.959963984540054  # the standard normal quantile of 97.5 %
    share = number / worlds
    middle = (number + z * z / 2.0) / (worlds + z * z)
    half = z * math.sqrt(worlds) / (worlds + z * z)
    half *= math.sqrt(share * (1.0 - share) + z * z / (4.0 * worlds))
    return Estimate(share, max(0.0, middle - half), min(1.0, middle + half))


def influences_on(
    met: NDArray[Any], points: Floats, uncertain: Sequence[Uncertain]
) -> tuple[Influence, ...]:
    """Return how failing goes with each quantity, the strongest first.

    Parameters
    ----------
    met : ndarray of bool, shape (worlds,)
    points : ndarray, shape (worlds, quantities)
        The share of probability below the value of each quantity in each world.
    uncertain : sequence of Uncertain
    """
    if met.all() or not met.any():
        return ()
    failing = (~met).astype(float)
    found = []
    for one, shares in zip(uncertain, points.T, strict=True):
        correlation = float(np.corrcoef(failing, shares)[0, 1])
        means = (float(shares[~met].mean()), float(shares[met].mean()))
        found.append(Influence(one.name, correlation, one.at(means[0]), one.at(means[1])))
    return tuple(sorted(found, key=lambda one: -abs(one.correlation)))
