"""Small stiff chains: matrices of transition over 1, 2, 4, 8, ... units of time.

Theory of operation: the unit is a part of the mean time between two steps of the uniformised
chain. The matrix of one unit is a sum of positive terms, that of twice the time its square, so
that nothing cancels: 10^12 steps are 44 squarings. Each row is kept at the sum 1 by correcting its
largest entry, which for a state that hardly changes is that of staying: the small chances of
leaving keep their relative accuracy, and the result is that of a chain with rates wrong by some
roundings.

References
----------
Xue and Ye 2013, "Computing exponentials of essentially non-negative matrices entrywise to high
relative accuracy", Mathematics of Computation 82, 1577-1596.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hasim.engines.exact.markov.chain import Floats
from hasim.engines.exact.markov.poisson import weigh_count, weigh_excess

#: The first matrix spans so much of a step; its series then needs ten terms for 1e-20.
UNIT, TERMS = 1.0 / 16.0, 10


class Doubling:
    """Transition over any time, by the binary digits of the number of units.

    Parameters
    ----------
    jumps : ndarray or csr_array of float64, shape (n, n)
        Matrix of one step of the uniformised chain.
    pace : float
        Rate of its steps, per second.
    rewards : ndarray of float64, shape (n, m)
        Rates of reward by state that `advance` adds up.
    """

    def __init__(self, jumps: Any, pace: float, rewards: Floats) -> None:
        self._jumps = jumps
        self._pace = pace
        self._rewards = rewards
        first, sums = self._first_unit()
        self._moves = [first]
        self._sums = [sums]

    @property
    def products(self) -> int:
        """Number of products of matrices so far."""
        return TERMS + len(self._moves)

    def advance(self, shares: Floats, duration: float) -> tuple[Floats, Floats]:
        """Return the distribution after a time, and the rewards expected until then.

        Parameters
        ----------
        shares : ndarray of float64, shape (n,) or (k, n)
            Distribution at the beginning, or k such.
        duration : float
            Seconds.

        Returns
        -------
        shares : ndarray of float64, shape (n,) or (k, n)
        gained : ndarray of float64, shape (m,) or (k, m)
        """
        steps = duration * self._pace
        units = math.floor(steps / UNIT)
        shares, gained = self._advance_part(shares, steps - units * UNIT)
        digit = 0
        while units >> digit:
            self._double_until(digit)
            if units >> digit & 1:
                gained = gained + shares @ self._sums[digit]
                shares = shares @ self._moves[digit]
            digit += 1
        return shares / shares.sum(axis=-1, keepdims=True), gained

    def _first_unit(self) -> tuple[Floats, Floats]:
        """Return transition and gain over one unit: sums of powers of the steps."""
        count, excess = weigh_count(UNIT), weigh_excess(UNIT)
        power, reward = np.eye(self._jumps.shape[0]), self._rewards
        moves, sums = count.at(0) * power, excess.at(0) * reward
        for step in range(1, TERMS):
            power = power @ self._jumps
            moves += count.at(step) * power
            sums = sums + excess.at(step) * (power @ reward)
        return correct_rows(moves), sums / self._pace

    def _advance_part(self, shares: Floats, steps: float) -> tuple[Floats, Floats]:
        """Advance by less than one unit, step by step."""
        count, excess = weigh_count(steps), weigh_excess(steps)
        moved, stayed = np.zeros_like(shares), np.zeros_like(shares)
        for step in range(count.stop):
            moved += count.at(step) * shares
            stayed += excess.at(step) * shares
            shares = shares @ self._jumps
        return moved, stayed @ self._rewards / self._pace

    def _double_until(self, digit: int) -> None:
        while len(self._moves) <= digit:
            moves, sums = self._moves[-1], self._sums[-1]
            self._sums.append(sums + moves @ sums)
            self._moves.append(correct_rows(moves @ moves))


def correct_rows(matrix: Floats) -> Floats:
    """Return the matrix with rows that add up to 1, by a change of each row's largest entry."""
    rows = np.arange(len(matrix))
    matrix[rows, matrix.argmax(axis=1)] += 1.0 - matrix.sum(axis=1)
    return matrix
