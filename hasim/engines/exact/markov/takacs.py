"""Downtime in [0, T] of what is up and down in turn, both exponential: a closed form.

Theory of operation
-------------------
Up for an exponential time of rate l, down for one of rate m. Begun up, the downtime D exceeds x
just when the repairs of all failures in the first T - x of *operating* time last longer than x
together. Failures in that time are a Poisson number N with mean a = l (T - x), and n repairs last
longer than x just when fewer than n of them end in x: with M Poisson of mean b = m x, independent
of N,

    begun up      P(D > x) = P(N > M)
    begun down    P(D > x) = P(N > M) + P(N = M).

This is Takacs's formula (1957, for exponential times), whose integral is taken by parts: N - M has
the law of Skellam (1946), P(N - M = k) = exp(-a - b) (a / b)^(k/2) I_k(z) with z = 2 sqrt(a b).

The ratios q_k = I_k(z) / (z I_(k-1)(z)) follow backwards from q_k = 1 / (2 k + z^2 q_(k+1))
(Miller; Olver, NIST Handbook 2010, 10.74), which is stable. With them the sum over k > 0 is
Horner's scheme in 2 a q_k, that over k < 0 the same in 2 b q_k, and exp(-z) I_0(z) = 1 / (1 + 2 sum
I_k / I_0). All terms are positive, so that tails lose no digits; where a sum would be large, the
other one is taken.

References
----------
Takacs 1957, "On certain sojourn time problems in the theory of stochastic processes", Acta
Mathematica Academiae Scientiarum Hungaricae 8, 169-191.
Skellam 1946, "The frequency distribution of the difference between two Poisson variates belonging
to different populations", J. Royal Statistical Society 109, 296.
"""

from __future__ import annotations

import math

import numpy as np

from hasim.engines.exact.markov.chain import Floats

#: Of sums with a mean above this, the other side of the law is summed.
_MEAN = 1.0

#: I_k(z) / I_0(z) is about exp(-k^2 / 2 z), which is 4e-18 at k = sqrt(80 z); the few more are for
#: small z, where it falls as (z / 2)^k / k!.
_PER_ROOT, _MORE = 80.0, 40


def exceedance(
    failing: float, ending: float, period: Floats, amounts: Floats, down: float
) -> Floats:
    """Return the probability of more than some amounts of downtime in some periods.

    Parameters
    ----------
    failing, ending : float
        Rates at which it goes down, and comes up again; per second, 0 or more.
    period : ndarray of float64, shape (k,)
        T, seconds.
    amounts : ndarray of float64, shape (k,)
        x, seconds; 0 asks for any time at all.
    down : float
        Probability of beginning down.

    Returns
    -------
    ndarray of float64, shape (k,)
        P(D > x), with a relative error below 1e-12; 0 for amounts of at least T. The time taken
        grows with the root of the largest z.
    """
    values = np.zeros(len(amounts))
    asked = amounts < period
    failures = failing * (period[asked] - amounts[asked])
    ends = ending * amounts[asked]
    values[asked] = _exceedance(failures, ends, down)
    return values


def _exceedance(failures: Floats, ends: Floats, down: float) -> Floats:
    """P(N > M) + down x P(N = M) for Poisson means a and b."""
    is_sum = failures <= np.maximum(ends, _MEAN)
    twice = 2.0 * np.where(is_sum, failures, ends)
    root = 2.0 * np.sqrt(failures * ends)
    sums, norm = _sums(twice, root)
    equal = np.exp(-((np.sqrt(failures) - np.sqrt(ends)) ** 2)) / norm
    tails = np.where(is_sum, equal * (sums + down), 1.0 - equal * (sums + (1.0 - down)))
    return np.asarray(tails)


def _sums(twice: Floats, root: Floats) -> tuple[Floats, Floats]:
    """Sum over k > 0 of (c / z)^k I_k / I_0 with c as given, and exp(z) / I_0."""
    last = math.ceil(math.sqrt(_PER_ROOT * float(root.max(initial=0.0)))) + _MORE
    square = root * root
    ratio, sums, norm = np.zeros_like(root), np.zeros_like(root), np.zeros_like(root)
    for k in range(last, 0, -1):
        ratio *= square
        ratio += 2.0 * k
        np.reciprocal(ratio, out=ratio)
        sums += 1.0
        sums *= twice
        sums *= ratio
        norm += 1.0
        norm *= root
        norm *= ratio
    return sums, 1.0 + 2.0 * norm
