"""The long run of a large sparse chain: sweeps, cycles, polishing, and a bound of the error.

Theory of operation: sweeps first. If they are slow, cycles of aggregation bring every share to its
order of magnitude. Divided by these shares the equations become those of the reversed chain, whose
solution is 1 everywhere, so that a Krylov method, which knows only absolute errors, then polishes
relative ones. A result counts only when every state's inflow equals its outflow to some roundings.

The bound: with one state's share held, relative errors e and relative residuals r of the others
obey (I - R) e = r, R being the jump chain of the reversed chain without that state. I - R is an
M-matrix, so that any y with (I - R) y >= 1 is above the solution for r = 1 (Berman and Plemmons
1994, chapter 6): |e| <= max |r| max y. y is the mean number of jumps until the reversed chain
meets the state held; it is found roughly and then tested, so that the bound does not rest on it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from hasim.engines.exact.markov.aggregation import Hierarchy, factor_triangle
from hasim.engines.exact.markov.chain import Floats, Ints
from hasim.engines.exact.markov.elimination import ROUNDOFF
from hasim.errors import RefusedError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

#: Roundings by which inflow and outflow of a state may differ beside those of their sums.
_SLACK = 30

#: What is still taken when nothing improves it, and the largest bound of the error that is.
_TAKEN, _LARGEST_BOUND = 1e-11, 1e-4

#: Up to so many states complete factors are tried for the bound, if all else failed.
_MOST_FACTORED = 10_000

#: Sweeps in a row, and how many such rows before cycles are tried.
_SWEEPS, _ROWS = 10, 12

#: Cycles before each polishing, and in all.
_CYCLES, _MOST_CYCLES = 3, 36

#: Cycles that form their groups anew; later the shares hardly change.
_REGROUPED = 4

#: The residual below which the reversed chain is near enough for polishing.
_NEAR = 0.3

#: Incomplete factors: entries dropped below, and most entries over those of the matrix.
_DROPPED, _FILL = 1e-2, 2.0

#: Shares above the first are solved for, and above the second told, else they are 0. Each is far
#: above the one before, and the first above the least of a sweep: what flows from states that are
#: not solved must not count in those that are, nor their errors in those that are told.
_SOLVED, _TOLD = 1e-265, 1e-240

#: Iterations of the Krylov method; it converges in some 150 or not at all.
_KRYLOV = 400

#: Bytes for a transition and for a state: half more than a lattice of 10^6 states needed at its
#: peak (1.7 GB with 6 10^6 transitions).
_BYTES_PER_TRANSITION, _BYTES_PER_STATE = 330, 600

#: Most bytes that a solution may need.
_MOST_BYTES = 3_000_000_000


@dataclass(frozen=True)
class SparseRun:
    """Long-run shares with how they were found; fields as of `LongRun`."""

    shares: Floats
    method: str
    residual: float
    error_bound: float


def estimate_memory(n: int, transitions: int) -> int:
    """Return about how many bytes `solve_sparse` needs at its peak."""
    return _BYTES_PER_TRANSITION * transitions + _BYTES_PER_STATE * n


def solve_sparse(rates: csr_array) -> SparseRun:
    """Return the long-run shares of a large irreducible chain.

    Parameters
    ----------
    rates : csr_array, shape (n, n)
        Rates from row to column, no diagonal.

    Raises
    ------
    RefusedError
        If it would need more than 3 GB, does not converge, or no bound below 1e-4 is proved.
    """
    needed = estimate_memory(rates.shape[0], rates.nnz)
    if needed > _MOST_BYTES:
        raise RefusedError(
            [
                f"the long run of {rates.shape[0]:,} states with {rates.nnz:,} transitions needs "
                f"about {needed / 1e9:.1f} GB of memory, of which {_MOST_BYTES / 1e9:.0f} are "
                "allowed"
            ]
        )
    order = _order_states(rates)
    rates = rates[order][:, order].tocsr()
    run = _iterate(rates)
    shares = np.empty(len(order))
    shares[order] = run.shares
    return SparseRun(shares, run.method, run.residual, run.error_bound)


@dataclass(frozen=True, eq=False)
class _Balance:
    """What flows into and out of each state of a chain."""

    rates: csr_array
    inflow: csr_array
    exit_rates: Floats

    @classmethod
    def of(cls, rates: csr_array) -> _Balance:
        return cls(rates, rates.T.tocsr(), np.asarray(rates.sum(axis=1)))

    @cached_property
    def goal(self) -> float:
        """Residual that counts as none: what the roundings of the longest sum can make."""
        return ROUNDOFF * (_SLACK + float(np.diff(self.inflow.indptr).max()))

    def measure_residual(self, shares: Floats) -> float:
        """Return the largest relative difference of inflow and outflow of a state."""
        counted = shares > _SOLVED
        inflow, outflow = (self.inflow @ shares)[counted], (shares * self.exit_rates)[counted]
        return float(np.abs(inflow / outflow - 1.0).max())

    def reversed_jumps(self, shares: Floats) -> tuple[csr_array, Floats, Ints]:
        """Return I - R, the chances of a reversed jump to state 0, and the states of both.

        State 0 and the states that do not count are left out.
        """
        from scipy.sparse import diags_array, eye_array

        states = 1 + np.flatnonzero(shares[1:] > _SOLVED)
        throughput = shares * self.exit_rates
        jumps = diags_array(1.0 / throughput) @ (self.inflow @ diags_array(shares))
        jumps = jumps.tocsr()[states]
        matrix = (eye_array(len(states)) - jumps[:, states]).tocsr()
        return matrix, jumps[:, [0]].toarray().ravel(), states


def _order_states(rates: csr_array) -> Ints:
    """Order states by breadth first from a likely one, so that sweeps run along the flows."""
    from scipy.sparse.csgraph import breadth_first_order

    n = rates.shape[0]
    likely = Hierarchy(rates).sweep(np.full(n, 1.0 / n), _SWEEPS).argmax()
    order = breadth_first_order(rates, int(likely), return_predecessors=False)
    return np.asarray(order, dtype=np.int64)


def _iterate(rates: csr_array) -> SparseRun:
    """Sweep, then cycle and polish in turns, and judge what came of it."""
    n = rates.shape[0]
    hierarchy, balance = Hierarchy(rates), _Balance.of(rates)
    shares, residual = _sweep_while_quick(hierarchy, balance, np.full(n, 1.0 / n))
    method, cycles, before = "Gauss-Seidel", 0, math.inf
    while residual > balance.goal and cycles < _MOST_CYCLES:
        method = "aggregation with Gauss-Seidel"
        for _ in range(_CYCLES):
            shares = hierarchy.cycle(shares, regroup=cycles < _REGROUPED)
            cycles += 1
        residual = balance.measure_residual(shares)
        if balance.goal < residual < _NEAR:
            shares, residual = _polish(balance, shares, residual)
        if before / 2.0 < residual <= _TAKEN:
            break
        before = residual
    if residual > _TAKEN:
        raise RefusedError(
            [
                f"the long run of {n:,} states did not converge: inflow and outflow of a state "
                f"still differ by {residual:.1g} of the flow"
            ]
        )
    bound = _bound_error(balance, shares, residual, hard=cycles > 0)
    if bound > _LARGEST_BOUND:
        raise RefusedError(
            [
                f"the long run of {n:,} states cannot be told to {_LARGEST_BOUND:g}: groups of "
                "states are left too rarely for the rounding of the numbers"
            ]
        )
    return SparseRun(np.where(shares > _TOLD, shares, 0.0), method, residual, bound)


def _sweep_while_quick(
    hierarchy: Hierarchy, balance: _Balance, shares: Floats
) -> tuple[Floats, float]:
    """Sweep until the goal, or until the pace so far says that it will take too long."""
    residual = math.inf
    for row in range(_ROWS):
        shares = hierarchy.sweep(shares, _SWEEPS)
        before, residual = residual, balance.measure_residual(shares)
        pace = math.log(before / residual) if 0.0 < residual < before < math.inf else 0.0
        rows_left = math.log(max(residual / balance.goal, 1.0)) / pace if pace else math.inf
        if residual <= balance.goal or (row >= 2 and rows_left > 2 * _ROWS):
            break
    return shares, residual


def _polish(balance: _Balance, shares: Floats, residual: float) -> tuple[Floats, float]:
    """Solve the equations of the reversed chain; keep the result where it is better."""
    matrix, inflow, states = balance.reversed_jumps(shares)
    factors = np.ones(len(shares))
    factors[states] = _solve_krylov(matrix, inflow, _factor_roughly(matrix), ROUNDOFF)
    if bool(((factors > 0.0) & np.isfinite(factors)).all()):
        better = shares * factors
        better /= better.sum()
        reached = balance.measure_residual(better)
        if reached < residual:
            return better, reached
    return shares, residual


def _factor_roughly(matrix: csr_array) -> Any:
    """Return incomplete factors."""
    from scipy.sparse.linalg import spilu

    return spilu(
        matrix.tocsc(),
        drop_tol=_DROPPED,
        fill_factor=_FILL,
        permc_spec="NATURAL",
        diag_pivot_thresh=0.0,
    )


def _factor_fully(matrix: csr_array) -> Any:
    """Return complete factors, in an order of least degree; the diagonal dominates."""
    from scipy.sparse.linalg import splu

    options = {"SymmetricMode": True}
    order = "MMD_AT_PLUS_A"
    return splu(matrix.tocsc(), permc_spec=order, diag_pivot_thresh=0.0, options=options)


def _factor_lower(matrix: csr_array) -> Any:
    """Return the lower triangle: a Gauss-Seidel sweep."""
    from scipy.sparse import tril

    return factor_triangle(tril(matrix))


def _solve_krylov(
    matrix: csr_array, right: Floats, preconditioner: Any, tolerance: float
) -> Floats:
    """Return what BiCGSTAB (van der Vorst 1992) reaches from a start at 1; it may be nonsense."""
    from scipy.sparse.linalg import LinearOperator, bicgstab

    operator = LinearOperator(matrix.shape, preconditioner.solve, dtype=np.float64)
    begin = np.ones(len(right))
    with np.errstate(all="ignore"):
        result = bicgstab(
            matrix, right, begin, rtol=tolerance, atol=0.0, maxiter=_KRYLOV, M=operator
        )
    return np.asarray(result[0], dtype=np.float64)


def _bound_error(balance: _Balance, shares: Floats, residual: float, *, hard: bool) -> float:
    """Return a bound of the relative error of every share, infinite where none was found."""
    matrix, _, states = balance.reversed_jumps(shares)
    right, tolerance = np.ones(len(states)), 0.5 / math.sqrt(len(states))
    terms = sum(int(np.diff(one.indptr).max()) for one in (balance.rates, balance.inflow))
    ways = [_factor_roughly] if hard else [_factor_lower, _factor_roughly]
    ways += [_factor_fully] * (len(states) <= _MOST_FACTORED)
    for factor in ways:
        jumps = _solve_krylov(matrix, right, factor(matrix), tolerance)
        least = float((matrix @ jumps).min())
        if least > 0.0 and float(jumps.min()) > 0.0:
            error = (residual + ROUNDOFF * (terms + 4)) * float(jumps.max()) / least
            return 2.0 * error / (1.0 - error) if error < 1.0 else math.inf
    return math.inf
