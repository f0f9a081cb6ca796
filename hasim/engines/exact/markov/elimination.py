"""Elimination of states one by one without a subtraction: the long run of a dense chain.

Theory of operation: watched only while it is outside state k, a chain is again a chain; its rates
are q_ij + q_ik q_kj / (sum of the rates from k to the states left). With that sum taken afresh
instead of from the diagonal, only positive numbers are ever added, multiplied and divided, so that
each share keeps its relative accuracy however small it is. States leave from the last to the
first, in panels: what a panel does to the rest is one product of two matrices.

References
----------
Grassmann, Taksar and Heyman 1985, "Regenerative analysis and steady state distributions for Markov
chains", Operations Research 33, 1107-1116. O'Cinneide 1993, "Entrywise perturbation theory and
error analysis for Markov chains", Numerische Mathematik 65, 109-120.
"""

from __future__ import annotations

import math

import numpy as np

from hasim.engines.exact.markov.chain import Floats

#: States that leave together; the fastest of 16 to 128 at 1,000 states on one core.
_PANEL = 32

#: Unit roundoff of float64.
ROUNDOFF = float(np.finfo(np.float64).eps) / 2.0

#: Roundings that one elimination adds to a rate: a pairwise sum in blocks (numpy's, 25 at 10^5
#: terms), a division, a product, an addition, and the product of a panel counted in full.
_ROUNDINGS = 30 + _PANEL

#: Shares below this have too few digits, or would have in a product, for a bound.
_LEAST = 1e-250

#: Beyond this the unnormalised shares are scaled down, lest they overflow.
_LARGE = 1e150


def solve_dense(rates: Floats) -> Floats:
    """Return the long-run shares of an irreducible chain.

    Parameters
    ----------
    rates : ndarray of float64, shape (n, n)
        Rates from row to column, zeros on the diagonal; overwritten.

    Returns
    -------
    ndarray of float64, shape (n,)
        Shares that add up to 1, each with a relative error of at most `bound_error`, but for
        shares below about 1e-300, which may come as 0.
    """
    for high in range(len(rates), 1, -_PANEL):
        low = max(1, high - _PANEL)
        _eliminate_panel(rates, low, high)
        rates[:low, :low] += rates[:low, low:high] @ rates[low:high, :low]
    shares = np.zeros(len(rates))
    shares[0] = 1.0
    for state in range(1, len(rates)):
        shares[state] = shares[:state] @ rates[:state, state]
        if shares[state] > _LARGE:
            shares[: state + 1] /= shares[state]
    return np.asarray(shares / shares.sum())


def bound_error(n: int) -> float:
    """Return a bound of the relative error of any share of `solve_dense`, whatever the rates.

    A relative change of at most e in every rate changes no share by more than a factor
    1 + 2 n e + O(e^2) (O'Cinneide 1993, theorem 1); each elimination is such a change. The errors
    that are met are thousands of times smaller.
    """
    return ROUNDOFF * _ROUNDINGS * n * (n + 1)


def bound_from_residual(rates: Floats, shares: Floats) -> float:
    """Return a bound of the relative error of any share, from what flows into and out of states.

    It is narrower than `bound_error` where the chain mixes quickly, and infinite where it hardly
    does; `iteration` tells how it is proved.

    Parameters
    ----------
    rates : ndarray of float64, shape (n, n)
        Rates from row to column, zeros on the diagonal.
    shares : ndarray of float64, shape (n,)
    """
    if float(shares.min()) < _LEAST:
        return math.inf
    kept = np.arange(len(shares)) != shares.argmax()
    jumps = rates.T * shares / (shares * rates.sum(axis=1))[:, None]
    terms = sum(int((rates > 0.0).sum(axis=axis).max()) for axis in (0, 1))
    residual = float(np.abs(jumps.sum(axis=1) - 1.0).max()) + ROUNDOFF * (terms + 4)
    matrix = np.eye(len(shares) - 1) - jumps[kept][:, kept]
    try:
        means = np.linalg.solve(matrix, np.ones(len(matrix)))
    except np.linalg.LinAlgError:
        return math.inf
    least = float((matrix @ means).min())
    if not (least > 0.0 and float(means.min()) > 0.0):
        return math.inf
    error = residual * float(means.max()) / least
    return 2.0 * error / (1.0 - error) if error < 1.0 else math.inf


def _eliminate_panel(rates: Floats, low: int, high: int) -> None:
    """Eliminate the states low to high - 1; the states below low are left for the caller.

    Afterwards column k above the diagonal holds q_ik / (sum of what k gives to the states left).
    """
    for state in range(high - 1, low - 1, -1):
        row = rates[state, :state]
        rates[:state, state] /= row.sum()
        column = rates[:state, state, None]
        rates[low:state, :state] += column[low:] * row
        rates[:low, low:state] += column[:low] * row[low:]
