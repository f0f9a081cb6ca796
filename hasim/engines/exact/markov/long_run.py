"""Which share of time a chain spends in each state in the long run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hasim.engines.exact.markov.chain import Chain, Floats, restrict
from hasim.engines.exact.markov.elimination import (
    bound_error,
    bound_from_residual,
    solve_dense,
)
from hasim.engines.exact.markov.iteration import SparseRun, solve_sparse
from hasim.errors import RefusedError

#: Up to so many states elimination is used: 0.3 s and 18 MB.
MOST_DENSE = 1500

#: Up to so many it is used where iteration fails: some 10 s and 500 MB.
_MOST_ELIMINATED = 4000


@dataclass(frozen=True, eq=False)
class LongRun:
    """Shares of time in the long run.

    Parameters
    ----------
    shares : ndarray of float64, shape (n,)
        Share of time in each state; 0 for states that are left for good.
    method : str
        How they were found, in words.
    residual : float
        Largest difference of inflow and outflow of a state, relative to its flow.
    error_bound : float
        Bound of the relative error of every share; infinite where none could be proved.
    """

    shares: Floats
    method: str
    residual: float
    error_bound: float


def solve_long_run(chain: Chain, *, sharp: bool = True) -> LongRun:
    """Return the share of time in each state in the long run.

    Parameters
    ----------
    chain : Chain
    sharp : bool, optional
        Whether the bound of the error is worked out where shares are exact by elimination: as long
        again. Else it is the one that holds for every chain of that size.

    Returns
    -------
    LongRun

    Raises
    ------
    RefusedError
        If several closed classes can be reached, if it would need more than 3 GB, or if over
        4,000 states do not converge or have no bound of the error below 1e-4.

    Notes
    -----
    Up to `MOST_DENSE` lasting states: elimination without subtraction (Grassmann, Taksar and Heyman
    1985). Every share, however small, has a relative error below `error_bound`, whatever the
    rates; mostly it is below 1e-14. Above: Gauss-Seidel sweeps, aggregation, and a Krylov method
    on relative unknowns. Inflow and outflow of every state agree but for roundings (refused above
    1e-11), and the error bound is proved from what they differ by (refused above 1e-4, so that a
    chain whose groups of states hardly know each other is never told wrongly); it grows with the
    number of jumps that the chain, reversed, needs to come back to its likeliest state. Shares
    below 1e-240 are then told as 0.
    """
    states = chain.lasting
    shares = np.zeros(chain.n)
    if len(states) == 1:
        shares[states] = 1.0
        return LongRun(shares, "one state", 0.0, 0.0)
    inner = restrict(chain, states)
    run = (_solve_large(inner) if inner.n > MOST_DENSE else None) or _eliminate(inner, sharp=sharp)
    shares[states] = run.shares
    return LongRun(shares, run.method, run.residual, run.error_bound)


def _solve_large(chain: Chain) -> SparseRun | None:
    """Return the long run by iteration, or None if elimination is needed and possible."""
    try:
        return solve_sparse(chain.rates)
    except RefusedError:
        if chain.n > _MOST_ELIMINATED:
            raise
        return None


def _eliminate(chain: Chain, *, sharp: bool) -> LongRun:
    rates = chain.dense_rates()
    shares = solve_dense(rates.copy())
    inflow, outflow = shares @ rates, shares * rates.sum(axis=1)
    flowing = outflow > 0.0
    residual = float(np.abs(inflow[flowing] / outflow[flowing] - 1.0).max())
    bound = bound_error(chain.n)
    if sharp:
        bound = min(bound, bound_from_residual(rates, shares))
    return LongRun(shares, "elimination", residual, bound)
