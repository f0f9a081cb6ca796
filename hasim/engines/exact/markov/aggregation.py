"""The long run of a large sparse chain by Gauss-Seidel sweeps and aggregated chains.

Theory of operation: a sweep sets each state's share to what flows in divided by its exit rate; it
only adds positive numbers, and where failures are rare and repairs quick a few dozen suffice. What
sweeps leave is smooth: it is spread over groups of states that lead to each other. Such groups
become the states of a smaller chain, whose rates are averages by the shares so far; its long run,
found in the same way, says how much each group should have. Groups are pairs of pairs of states
with the strongest flows between them.

References
----------
Horton and Leutenegger 1994, "A multi-level solution algorithm for steady-state Markov chains",
SIGMETRICS. Koury, McAllister and Stewart 1984, "Iterative methods for computing stationary
distributions of nearly completely decomposable Markov chains", SIAM J. Alg. Disc. Meth. 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hasim.engines.exact.markov.chain import Floats, Ints, add_up
from hasim.engines.exact.markov.elimination import solve_dense

if TYPE_CHECKING:
    from scipy.sparse import csr_array

#: Chains up to this size are eliminated; elimination then costs less than another level.
_COARSEST = 300

#: Sweeps before and after the smaller chain is asked, as is usual for multigrid.
_SWEEPS = 2

#: The smaller chain is asked twice (a W cycle): once leaves factors near 0.85 on 3D lattices.
_VISITS = 2

#: Rounds of pairing; each pairs states that are each other's strongest neighbour still free.
_PAIRINGS = 4

#: Least share that is told from 0: what underflows must not be divided by.
_LEAST = 1e-290


@dataclass(frozen=True, eq=False)
class Sweeper:
    """Gauss-Seidel sweeps over the states in their order.

    Parameters
    ----------
    lower : SuperLU
        Factors of exit rates minus the rates to later states (no fill: it is a triangle).
    upper : csr_array, shape (n, n)
        Rates from later states, by row of the state entered.
    """

    lower: Any
    upper: csr_array

    def sweep(self, shares: Floats, times: int) -> Floats:
        """Return the shares after some sweeps, adding up to 1."""
        for _ in range(times):
            shares = self.lower.solve(self.upper @ shares)
            shares = np.maximum(shares / shares.sum(), _LEAST)
        return shares


def make_sweeper(rates: csr_array) -> Sweeper:
    """Return the sweeps of a chain.

    Parameters
    ----------
    rates : csr_array, shape (n, n)
        Rates from row to column, no diagonal.
    """
    from scipy.sparse import diags_array, tril, triu

    inflow = rates.T.tocsr()
    lower = diags_array(rates.sum(axis=1)) - tril(inflow, -1)
    return Sweeper(factor_triangle(lower), triu(inflow, 1).tocsr())


def factor_triangle(matrix: Any) -> Any:
    """Return the factors of a triangular matrix: itself, ready for solutions in compiled code."""
    from scipy.sparse.linalg import splu

    return splu(matrix.tocsc(), permc_spec="NATURAL", diag_pivot_thresh=0.0)


class Hierarchy:
    """A chain with the smaller chains below it.

    Parameters
    ----------
    rates : csr_array, shape (n, n)
        Rates from row to column, no diagonal; irreducible.
    """

    def __init__(self, rates: csr_array) -> None:
        self._rates = rates
        self._sweeper = make_sweeper(rates)
        self._groups: list[Ints] = []

    def sweep(self, shares: Floats, times: int) -> Floats:
        """Return the shares after some sweeps."""
        return self._sweeper.sweep(shares, times)

    def cycle(self, shares: Floats, *, regroup: bool) -> Floats:
        """Return better shares: one W cycle through all smaller chains.

        Parameters
        ----------
        shares : ndarray of float64, shape (n,)
            Positive, adding up to 1.
        regroup : bool
            Whether groups are formed anew, from the flows under these shares.
        """
        if regroup:
            self._groups = []
        return self._descend(self._rates, self._sweeper, shares, 0)

    def _descend(
        self, rates: csr_array, sweeper: Sweeper | None, shares: Floats, depth: int
    ) -> Floats:
        if rates.shape[0] <= _COARSEST:
            return np.maximum(solve_dense(rates.toarray()), _LEAST)
        sweeper = sweeper or make_sweeper(rates)
        shares = sweeper.sweep(shares, _SWEEPS)
        if len(self._groups) == depth:
            self._groups.append(_group_states(rates, shares))
        groups = self._groups[depth]
        smaller, sums = _aggregate(rates, shares, groups)
        is_last = smaller.shape[0] <= _COARSEST
        below = None if is_last else make_sweeper(smaller)
        better = sums
        for _ in range(1 if is_last else _VISITS):
            better = self._descend(smaller, below, better, depth + 1)
        return sweeper.sweep(shares * (better / sums)[groups], _SWEEPS)


def _group_states(rates: csr_array, shares: Floats) -> Ints:
    """Return the group of each state: pairs of pairs."""
    pairs = _pair_states(rates, shares)
    smaller, sums = _aggregate(rates, shares, pairs)
    return np.asarray(_pair_states(smaller, sums)[pairs], dtype=np.int64)


def _aggregate(rates: csr_array, shares: Floats, groups: Ints) -> tuple[csr_array, Floats]:
    """Return the rates between groups under the shares, and what the groups' shares add up to."""
    from scipy.sparse import coo_array

    n = int(groups.max()) + 1
    sums = add_up(groups, shares, n)
    within = (shares / sums[groups])[_row_of_each(rates)]
    source, target = groups[_row_of_each(rates)], groups[rates.indices]
    kept = source != target
    entries = ((within * rates.data)[kept], (source[kept], target[kept]))
    return coo_array(entries, shape=(n, n)).tocsr(), sums


def _pair_states(rates: csr_array, shares: Floats) -> Ints:
    """Return the pair of each state, some of one state only, numbered from 0."""
    first, second, strength = _flow_strengths(rates, shares)
    n = rates.shape[0]
    partner = np.full(n, -1, dtype=np.int64)
    for _ in range(_PAIRINGS):
        free = (partner[first] < 0) & (partner[second] < 0)
        first, second, strength = first[free], second[free], strength[free]
        if not len(first):
            break
        last = np.append(first[1:] != first[:-1], True)
        best = np.full(n, -1, dtype=np.int64)
        best[first[last]] = second[last]
        wooing = np.flatnonzero(best >= 0)
        mutual = wooing[best[best[wooing]] == wooing]
        partner[mutual] = best[mutual]
    own = np.arange(n)
    head = np.where(partner >= 0, np.minimum(own, partner), own)
    return np.asarray(np.unique(head, return_inverse=True)[1], dtype=np.int64)


def _flow_strengths(rates: csr_array, shares: Floats) -> tuple[Ints, Ints, Floats]:
    """Return neighbours with their flow over the smaller throughput, by state and rising strength.

    A sine of the numbers breaks ties, so that on a regular lattice not all prefer one neighbour.
    """
    from scipy.sparse import diags_array

    flows = diags_array(shares) @ rates
    both = (flows + flows.T).tocoo()
    throughput = shares * rates.sum(axis=1)
    first, second = (np.asarray(ends, dtype=np.int64) for ends in both.coords)
    strength = both.data / np.minimum(throughput[first], throughput[second])
    strength *= 1.0 + 1e-3 * np.sin((first + second).astype(np.float64))
    order = np.lexsort((strength, first))
    return first[order], second[order], strength[order]


def _row_of_each(rates: csr_array) -> NDArray[np.int32]:
    """Return the row of each stored entry."""
    return np.repeat(np.arange(rates.shape[0], dtype=np.int32), np.diff(rates.indptr))
