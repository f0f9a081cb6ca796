"""A law as points of time with weights, in rows of times that double.

Theory of operation: what is averaged over the law are chances of a Markov chain, sums of exp(-m t).
In the logarithm of the time these are as smooth whatever real m is, so the laws with a shape are
averaged by the trapezoidal rule in a logarithm: its error falls exponentially with the number of
points, since the densities vanish at both ends (Trefethen and Weideman 2014, "The exponentially
convergent trapezoidal rule", SIAM Review 56, 385-458, section 5). A uniform law is cut into pieces
that double in length, with a Gauss-Legendre rule on each. In all of these every time has its double
among the points, and a chain gets from one to the other by one squaring. A chain that goes round
nearly in time has complex m, and needs finer points: whoever averages compares two finenesses.

Rules of this file: all weights are positive, so that averages of positive numbers keep their
relative accuracy.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from hasim.engines.exact.markov.chain import Floats
from hasim.laws import Empirical, Fixed, Gamma, Law, Lognormal, Uniform, Weibull

#: Standard deviations of a normal law beyond which nothing is left; exponents beyond which exp(-x)
#: is nothing.
_SPREAD, _GONE = 9.0, 42.0

#: Steps of the trapezoidal rule: in logarithms of time, in widths of a normal density, and in y
#: where exp(-exp(y)) is followed; for real m their error is 1e-17 by the next singularity.
_STEP, _WIDTH, _BESIDE = 0.2, 0.5, 0.25

#: Points of the rule on each piece of a uniform law.
_GAUSS = 20

#: Laws that would need more points than this have none, nor have those with times below the least.
_MOST_POINTS, _LEAST = 20_000, 1e-250


class Ladder(NamedTuple):
    """Times that double, with their weights.

    Parameters
    ----------
    first : float
        Seconds.
    weights : tuple of float
        Of `first`, 2 `first`, 4 `first`, ...
    """

    first: float
    weights: tuple[float, ...]


class Points(NamedTuple):
    """Points of a law.

    Parameters
    ----------
    least : float
        Seconds that come before all else.
    ladders : tuple of Ladder
        Of what follows; all weights together are 1.
    """

    least: float
    ladders: tuple[Ladder, ...]


def is_pointed(law: Law) -> bool:
    """Whether a law has a few times only, so that its points are no approximation."""
    return isinstance(law, Fixed | Empirical)


def points_of(law: Law, pace: float, fineness: int = 0) -> Points | None:
    """Return points of time and their weights.

    Parameters
    ----------
    law : Law
        With memory: staged laws need no points.
    pace : float
        Fastest rate of what is averaged, per second.
    fineness : int, optional
        With each one more there are twice as many points, where the law is not pointed.

    Returns
    -------
    Points or None
        None where it would take too many.

    Notes
    -----
    The relative error of the average of a sum of exp(-m t) with real m is some 1e-13; of a
    lognormal law's long tail the part that is left out has 1e-18 of the probability and, weighted
    with the time, 1e-17 of the mean.
    """
    finer = 2.0**fineness
    match law:
        case Fixed():
            return Points(law.value, (Ladder(0.0, (1.0,)),))
        case Empirical():
            return _empirical(law)
        case Uniform():
            return Points(law.low, tuple(_uniform(law.high - law.low, pace, _GAUSS << fineness)))
        case Lognormal():
            return _lognormal(law, finer)
        case Weibull():
            return _power_of_gamma(law.scale, (1.0, law.shape), finer)
        case Gamma():
            return _power_of_gamma(law.scale, (law.shape, 1.0), finer)
        case _:
            return None


def _empirical(law: Empirical) -> Points | None:
    times, counts = np.unique(np.array(law.values), return_counts=True)
    if len(times) > _MOST_POINTS:
        return None
    shares = (counts / len(law.values)).tolist()
    pairs = zip(times.tolist(), shares, strict=True)
    return Points(0.0, tuple(Ladder(time, (share,)) for time, share in pairs))


def _lognormal(law: Lognormal, finer: float) -> Points | None:
    step = min(_STEP, _WIDTH * law.sigma) / finer
    logarithms = _grid(-_SPREAD * law.sigma, (_SPREAD + law.sigma) * law.sigma, step)
    if logarithms is None:
        return None
    weights = np.exp(-0.5 * (logarithms / law.sigma) ** 2)
    return _in_ladders(np.exp(law.mu + logarithms), weights)


def _power_of_gamma(scale: float, shape: tuple[float, float], finer: float) -> Points | None:
    """Scale times X to the power 1 / power, where X has the density x^(order - 1) exp(-x).

    The shape is order and power. In y = ln x that density is exp(order y - exp(y)), greatest where
    exp(y) is the order.
    """
    order, power = shape
    width = min(_BESIDE, _WIDTH / math.sqrt(order))
    low, high = _edges(order)
    logarithms = _grid(low / power, high / power, min(_STEP, width / power) / finer)
    if logarithms is None:
        return None
    height = order * power * logarithms - np.exp(power * logarithms)
    return _in_ladders(scale * np.exp(logarithms), np.exp(height - height.max()))


def _edges(order: float) -> tuple[float, float]:
    """Where order y - exp(y) has fallen by `_GONE` from its greatest value."""
    top = order * math.log(order) - order

    def has_fallen(y: float) -> bool:
        return top - (order * y - math.exp(y)) >= _GONE

    low = high = math.log(order)
    reach = 1.0 / math.sqrt(order)
    while not has_fallen(low):
        low -= reach
    while not has_fallen(high):
        high += min(reach, 1.0)
    return low, high


def _grid(low: float, high: float, most: float) -> Floats | None:
    """Points with a step of at most so much that goes into ln 2 without a rest."""
    step = math.log(2.0) / math.ceil(math.log(2.0) / most)
    points = math.ceil((high - low) / step) + 1
    return low + step * np.arange(points, dtype=np.float64) if points <= _MOST_POINTS else None


def _in_ladders(times: Floats, weights: Floats) -> Points | None:
    """Points in geometric order as rows of times that double."""
    if times[0] < _LEAST:
        return None
    rungs = int(np.searchsorted(times, 2.0 * times[0] * (1.0 - 1e-9)))
    shares = weights / math.fsum(weights.tolist())
    return Points(
        0.0,
        tuple(
            Ladder(float(times[one]), tuple(shares[one::rungs].tolist())) for one in range(rungs)
        ),
    )


def _uniform(width: float, pace: float, nodes_each: int) -> Iterator[Ladder]:
    """From 0 to a width: the first piece, and for each node of the others a row."""
    pieces = max(0, math.ceil(math.log2(max(pace * width, 1.0))))
    piece = width * 0.5**pieces
    nodes, weights = _gauss_legendre(nodes_each)
    for node, weight in zip(nodes.tolist(), weights.tolist(), strict=True):
        yield Ladder(piece * node, (weight * 0.5**pieces,))
        if pieces:
            shares = tuple(weight * 0.5 ** (pieces - one) for one in range(pieces))
            yield Ladder(piece * (1.0 + node), shares)


@lru_cache(maxsize=8)
def _gauss_legendre(points: int) -> tuple[Floats, Floats]:
    """Nodes and weights on [0, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(points)
    return 0.5 * (nodes + 1.0), 0.5 * weights
