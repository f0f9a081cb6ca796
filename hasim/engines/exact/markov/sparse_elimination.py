"""The long run of a sparse chain by one factorization, checked state by state.

Theory of operation: with the state that is left most slowly taken out, the balance of flows is a
system whose matrix has a unit diagonal, nothing positive beside it, and columns that add up to no
less than 0. Elimination without exchange of rows keeps these signs, and is accurate in every
component but for its subtractions on the diagonal (O'Cinneide 1996, "Relative-error bounds for the
LU decomposition via the GTH algorithm", Numerische Mathematik 73, 507-519, for the variant without
them). So the result is taken only if the flows into and out of every state agree.
"""

from __future__ import annotations

import numpy as np

from hasim.engines.exact.markov.chain import Chain, Floats, add_up

#: Largest relative difference of inflow and outflow of a state.
_BALANCED = 1e-10


def solve_sparse_directly(chain: Chain) -> Floats | None:
    """Return the long-run shares of an irreducible chain.

    Parameters
    ----------
    chain : Chain

    Returns
    -------
    ndarray of float64, shape (n,), or None
        Shares that add up to 1; None where the flows of some state do not balance to ten digits.
    """
    from scipy.sparse import csc_array
    from scipy.sparse.linalg import splu

    n, out = chain.n, chain.exit_rates
    kept = np.arange(n) != out.argmin()
    if n == 1 or float(out.min()) == 0.0:
        return None
    number = np.cumsum(kept) - 1
    jumps = chain.rate / out[chain.source]
    inside = kept[chain.source] & kept[chain.target]
    first = ~kept[chain.source]
    values = np.concatenate([-jumps[inside], np.ones(n - 1)])
    rows = np.concatenate([number[chain.target[inside]], np.arange(n - 1)])
    columns = np.concatenate([number[chain.source[inside]], np.arange(n - 1)])
    matrix = csc_array((values, (rows, columns)), shape=(n - 1, n - 1))
    try:
        factors = splu(
            matrix,
            permc_spec="MMD_AT_PLUS_A",
            diag_pivot_thresh=0.0,
            options={"SymmetricMode": True},
        )
    except RuntimeError:
        return None
    flows = np.ones(n)
    flows[kept] = factors.solve(add_up(number[chain.target[first]], jumps[first], n - 1))
    inflow = add_up(chain.target, flows[chain.source] * jumps, n)
    if not bool((np.abs(inflow - flows) <= _BALANCED * flows).all()):
        return None
    shares = flows / out
    return np.asarray(shares / shares.sum())
