"""When a walk of a uniformised chain has settled, so that its later steps are known.

Theory of operation: with P the matrix of one step, v <= w implies v P <= w P, for all terms are
positive. So two comparisons hold for all later steps once they hold for one:

1. No state is left for good: if every share is within a part d of its long-run share, it stays so.
2. One state, the sink, is never left: if over some steps every other share has been multiplied by a
   factor between a and b, then over as many later steps again. Where b / a is near 1, what is
   left shrinks by a constant loss per step, which is what flows into the sink over what is left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hasim.engines.exact.markov.chain import Chain, Flags, Floats, add_up
from hasim.engines.exact.markov.long_run import solve_long_run
from hasim.engines.exact.markov.poisson import Weights
from hasim.errors import RefusedError

#: A walk is looked at every so many steps.
COMPARED = 64

#: Shares below this count as none: nearer to the least float64 they have no relative accuracy.
_NOTHING = 1e-200

#: Walks of fewer steps are not worth a long run.
_WORTHWHILE = 1000


@dataclass(frozen=True, eq=False)
class Settled:
    """Shares at a step from which on only a constant loss changes them.

    Parameters
    ----------
    step : int
    shares : ndarray of float64, shape (n,)
    sink : int or None
        The state that the loss flows into.
    loss : float
        Part of what is outside the sink that flows into it in one step.
    """

    step: int
    shares: Floats
    sink: int | None
    loss: float

    def weigh_rest(self, weights: Weights) -> Floats:
        """Return the sum of the shares of this and all later steps times their weights."""
        total = weights.rest(self.step)
        if self.sink is None or self.loss == 0.0:
            return total * self.shares
        steps = np.arange(self.step, max(self.step, weights.stop))
        own = weights.values[max(self.step - weights.left, 0) :]
        values = np.concatenate((np.full(len(steps) - len(own), weights.below), own))
        exponents = (steps - self.step) * np.log1p(-self.loss)
        summed = float(values @ np.exp(exponents)) * self.shares
        left = float(np.delete(self.shares, self.sink).sum())
        lost = float(values @ -np.expm1(exponents)) * left
        summed[self.sink] = total * self.shares[self.sink] + lost
        return summed


class Settling:
    """Watches a walk until it has settled.

    Parameters
    ----------
    chain : Chain
    pace : float
        Steps per second.
    steps : int
        Steps that the walk takes if it does not settle.
    tolerance : float
        Relative, of every share at every later step.
    """

    def __init__(self, chain: Chain, pace: float, steps: int, tolerance: float) -> None:
        self._steps = steps
        self._tolerance = tolerance
        self._long_run: Floats | None = None
        self._sink: int | None = None
        self._before = chain.start
        self._losses = np.zeros(chain.n)
        classes = chain.closed_classes
        if steps <= _WORTHWHILE or len(classes) > 1:
            return
        if len(classes[0]) == chain.n:
            self._long_run = _solve_if_possible(chain)
        elif len(classes[0]) == 1:
            self._sink = int(classes[0][0])
            ends = chain.target == self._sink
            self._losses = add_up(chain.source[ends], chain.rate[ends], chain.n) / pace

    def look(self, step: int, shares: Floats) -> Settled | None:
        """Return what has settled, if it has; asked every `COMPARED` steps.

        Parameters
        ----------
        step : int
        shares : ndarray of float64, shape (n,)
            After that step.
        """
        if self._long_run is not None:
            distance = np.abs(shares - self._long_run)
            if bool((distance <= self._tolerance * self._long_run + _NOTHING).all()):
                return Settled(step, self._long_run, None, 0.0)
        if self._sink is not None:
            others = np.arange(len(shares)) != self._sink
            if self._has_shape(step, shares[others], self._before[others]):
                loss = float(shares @ self._losses) / float(shares[others].sum())
                return Settled(step, shares, self._sink, loss)
        self._before = shares
        return None

    def _has_shape(self, step: int, shares: Floats, before: Floats) -> bool:
        """Whether all shares have shrunk alike, near enough for the steps to come."""
        held: Flags = before > _NOTHING
        if not bool(held.any()) or bool((shares[~held] > _NOTHING).any()):
            return False
        factors = shares[held] / before[held]
        low, high = float(factors.min()), float(factors.max())
        times = (self._steps - step) / COMPARED
        return low > 0.0 and times * np.log(high / low) <= self._tolerance


def _solve_if_possible(chain: Chain) -> Floats | None:
    try:
        return solve_long_run(chain).shares
    except RefusedError:
        return None
