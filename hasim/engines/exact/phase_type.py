"""Laws as exponential stages: exactly where they are such, else by their moments.

Theory of operation: a delay whose law is a sum of exponential stages, or one of several such sums,
is Markov once the state says which stage it is in. Other laws can be replaced by one of these with
the same first two or three moments; that is no longer exact, and it is for the caller to say so.

Rules of this file: pure arithmetic. No difference of moments is formed where they are nearly equal,
but for the variance, which is formed once, of numbers near 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hasim.laws import Erlang, Exponential, Gamma, Hyperexponential, Law, Weibull
from hasim.laws.exponentials import MAX_STAGES

#: Relative differences below this are rounding of the moments that were given.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class PhaseType:
    """A mixture of Erlang laws.

    Parameters
    ----------
    branches : tuple of (float, int, float)
        Probability, number of stages in a row, and rate of each stage per second.
    """

    branches: tuple[tuple[float, int, float], ...]

    def __post_init__(self) -> None:
        assert self.branches, "a mixture of nothing"
        for probability, stages, rate in self.branches:
            assert 0 < probability <= 1, f"a probability of {probability}"
            assert stages >= 1, f"{stages} stages"
            assert 0 < rate < math.inf, f"a rate of {rate}"
        assert abs(math.fsum(p for p, _, _ in self.branches) - 1) < ROUNDING * len(self.branches)

    @property
    def mean(self) -> float:
        """Mean in seconds."""
        return self.moment(1)

    def moment(self, order: int) -> float:
        """Mean of the duration to this power."""
        return math.fsum(
            p * math.prod((stages + k) / rate for k in range(order))
            for p, stages, rate in self.branches
        )


@dataclass(frozen=True, slots=True)
class Series:
    """Exponential stages in a row, begun at any of them and then gone through to the last.

    Parameters
    ----------
    entries : tuple of float
        Probability with which each stage is the first; the first of them is above 0.
    rates : tuple of float
        Of each stage, per second.
    """

    entries: tuple[float, ...]
    rates: tuple[float, ...]

    def __post_init__(self) -> None:
        assert self.entries[0] > 0, "a stage that is never met"
        assert min(self.entries) >= 0, "a probability below 0"
        assert all(0 < rate < math.inf for rate in self.rates), f"rates of {self.rates}"
        assert abs(math.fsum(self.entries) - 1) < ROUNDING * len(self.rates)

    @property
    def mean(self) -> float:
        """Mean in seconds."""
        return self.moment(1)

    def moment(self, order: int) -> float:
        """Mean of the duration to this power.

        Notes
        -----
        From a stage on, E T^k = E R^k + k / rate E T^(k-1), where R is what follows the stage.
        """
        onward = [1.0] + [0.0] * order
        total = 0.0
        for entry, rate in zip(reversed(self.entries), reversed(self.rates), strict=True):
            for k in range(1, order + 1):
                onward[k] += k / rate * onward[k - 1]
            total += entry * onward[order]
        return total


#: Laws whose work is kept as a stage in the state.
StagedLaw = PhaseType | Series

#: Laws that stand for those of delays, by automaton and delay.
StandIns = Mapping[tuple[str, str], StagedLaw]

#: Where every law stands for itself.
AS_THEY_ARE: StandIns = MappingProxyType({})


def phase_type_of(law: Law) -> PhaseType | None:
    """The mixture of Erlang chains that a law is.

    Parameters
    ----------
    law : Law

    Returns
    -------
    PhaseType or None
        None where the law is not one, whatever the number of stages up to `MAX_STAGES`.
    """
    match law:
        case Exponential():
            return PhaseType(((1.0, 1, 1.0 / law.mean),))
        case Erlang():
            return PhaseType(((1.0, law.stages, law.stages / law.mean),))
        case Hyperexponential():
            pairs = zip(law.probabilities, law.means, strict=True)
            return PhaseType(tuple((p, 1, 1.0 / mean) for p, mean in pairs))
        case Gamma() if law.shape == int(law.shape) and law.shape <= MAX_STAGES:
            return PhaseType(((1.0, int(law.shape), 1.0 / law.scale),))
        case Weibull() if law.shape == 1:
            return PhaseType(((1.0, 1, 1.0 / law.scale),))
        case _:
            return None


def match_two_moments(mean: float, cv2: float, most_stages: int) -> PhaseType:
    """A mixture of Erlang chains with a given mean and squared coefficient of variation.

    Parameters
    ----------
    mean : float
        Seconds, above 0.
    cv2 : float
        Variance over squared mean; 0 for a fixed time.
    most_stages : int
        Longest chain that may be used.

    Returns
    -------
    PhaseType
        Both moments are matched unless `cv2` is below 1 / `most_stages`; then it is the Erlang law
        of `most_stages` stages, whose spread is the least that so many stages can have.

    Notes
    -----
    Above 1: two exponential branches that contribute equally to the mean. Below 1: chains of k - 1
    and of k stages at one rate, 1/k <= cv2 <= 1/(k - 1).

    References
    ----------
    Tijms, *Stochastic Models: An Algorithmic Approach*, 1994, appendix B.
    """
    assert mean > 0
    assert cv2 >= 0
    assert most_stages >= 1
    if cv2 > 1:
        return _balanced(mean, cv2)
    if cv2 * most_stages <= 1 + ROUNDING:
        return PhaseType(((1.0, most_stages, most_stages / mean),))
    return _two_neighbours(mean, cv2)


def match_three_moments(m1: float, m2: float, m3: float, *, most_stages: int) -> PhaseType | None:
    """A mixture of two Erlang chains of one length with three given moments.

    Parameters
    ----------
    m1, m2, m3 : float
        Mean of the duration, of its square and of its cube.
    most_stages : int
        Longest chain that may be used.

    Returns
    -------
    PhaseType or None
        With the shortest chain for which there is one; None where that needs more stages, as a
        fixed time always does.

    Notes
    -----
    The k-th moment of an Erlang law of n stages of mean s is n (n + 1) .. (n + k - 1) s^k. Divided
    by these factors, the given moments are those of a law on two points s1, s2 > 0.

    References
    ----------
    Johnson and Taaffe, "Matching moments to phase distributions: mixtures of Erlang distributions
    of common order", *Stochastic Models* 5 (1989), 711-743.
    """
    assert m1 > 0
    assert most_stages >= 1
    for stages in range(1, most_stages + 1):
        found = _common_order(m1, m2 / m1**2, m3 / m1**3, stages)
        if found is not None:
            return found
    return None


def _balanced(mean: float, cv2: float) -> PhaseType:
    """Two exponential branches, p1 m1 = p2 m2 = mean / 2."""
    rare = 1 / ((cv2 + 1) * (1 + math.sqrt((cv2 - 1) / (cv2 + 1))))
    return PhaseType(tuple((p, 1, 2 * p / mean) for p in (1 - rare, rare)))


def _two_neighbours(mean: float, cv2: float) -> PhaseType:
    """Chains of k - 1 and k stages at one rate."""
    k = max(2, math.ceil(1 / cv2 - ROUNDING / cv2))
    root = math.sqrt(max(0.0, k * (1 + cv2) - k * k * cv2))
    shorter = min(1.0, max(0.0, (k * cv2 - root) / (1 + cv2)))
    rate = (k - shorter) / mean
    if shorter < ROUNDING:
        return PhaseType(((1.0, k, k / mean),))
    if shorter > 1 - ROUNDING:
        return PhaseType(((1.0, k - 1, (k - 1) / mean),))
    return PhaseType(((shorter, k - 1, rate), (1 - shorter, k, rate)))


def _common_order(m1: float, c2: float, c3: float, stages: int) -> PhaseType | None:
    """Two chains of `stages` with mean `m1` and moments `c2`, `c3` relative to it, if there are."""
    variance = c2 * stages / (stages + 1) - 1
    third = c3 * stages * stages / ((stages + 1) * (stages + 2)) - 3 * variance - 1
    if abs(variance) < ROUNDING and abs(third) < ROUNDING:
        return PhaseType(((1.0, stages, stages / m1),))
    if variance < ROUNDING:
        return None
    skew = third / variance
    half_width = math.sqrt(skew * skew + 4 * variance) / 2
    # The two points lie at these distances from the mean, and their product is -variance.
    above = skew / 2 + half_width if skew >= 0 else variance / (half_width - skew / 2)
    below = variance / above
    if below >= 1:
        return None
    share_above = below / (above + below)
    points = ((1 - share_above, 1 - below), (share_above, 1 + above))
    return PhaseType(tuple((p, stages, stages / (m1 * point)) for p, point in points))
