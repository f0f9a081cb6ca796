"""Distribution of the time that a chain spends in a set of states during [0, T].

Theory of operation: of the n + 1 stretches that n steps of the uniformised chain cut from [0, T],
k lie in the set; by symmetry they last at most x together as often as at least k of n independent
uniform instants fall before x. Steps are a Poisson process, so that those before x and those after
are independent, which leaves

    P(D > x) = sum_j Poisson(j; q x) sum_m Poisson(m; q (T - x)) P(more than j of j+m+1 in the set),

all terms positive. Chances are carried by the number of stretches in the set, up to the most that
has weight; more than that are one number, for they stay more.

References
----------
de Souza e Silva and Gail 1986, "Calculating cumulative operational time distributions of
repairable computer systems", IEEE Trans. Computers 35, 322-332, and 1989, "Calculating availability
and performability measures of repairable computer systems using randomization", J. ACM 36, 171-193.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hasim.engines.exact.markov.chain import Chain, Flags, Floats, restrict
from hasim.engines.exact.markov.poisson import Weights, weigh_count
from hasim.engines.exact.markov.transient import refuse_work, uniformise

#: Seconds, roughly, for one transition with one number of stretches.
_PER_CELL = 2e-9


def exceedance_of(chain: Chain, within: Flags, period: float, amounts: Floats) -> Floats:
    """Return the probability of more than some amounts of time in a set during a period.

    Parameters
    ----------
    chain : Chain
    within : ndarray of bool, shape (n,)
        The set, such as the states in which a service is down.
    period : float
        T, seconds, positive and finite.
    amounts : ndarray of float64, shape (k,)
        Seconds, at least 0; 0 asks for any time at all.

    Returns
    -------
    ndarray of float64, shape (k,)
        P(D > x), with a relative error of some roundings a step; 0 for amounts of at least T.

    Raises
    ------
    RefusedError
        If steps times stretches times transitions are too many.
    """
    states = np.flatnonzero(chain.reachable)
    inner, part = restrict(chain, states, chain.start[states]), within[states]
    assert period > 0.0, "a period that is not positive"
    assert bool((amounts >= 0.0).all()), "a negative amount"
    values = np.zeros(len(amounts))
    asked = np.flatnonzero(amounts < period)
    if not len(asked):
        return values
    if not len(inner.rate):
        values[asked] = float(inner.start[part].sum())
        return values
    jumps, pace = uniformise(inner)
    before = [weigh_count(pace * float(amounts[place])) for place in asked]
    after = [weigh_count(pace * (period - float(amounts[place]))) for place in asked]
    most = max(weights.stop for weights in before) - 1
    steps = max(one.stop + other.stop for one, other in zip(before, after, strict=True)) - 2
    cells = (most + 2) * (len(inner.rate) + 4 * inner.n)
    refuse_work(
        f"{steps:,} steps of {inner.n:,} states with up to {most:,} stretches of them",
        steps * cells * _PER_CELL,
    )
    stretches = _Stretches(jumps, inner.start, part, most)
    sums = np.zeros(len(asked))
    for step in range(steps + 1):
        more = stretches.chances_of_more()
        sums += [
            float(_pair_weights(one, other, step, most) @ more)
            for one, other in zip(before, after, strict=True)
        ]
        stretches.advance()
    values[asked] = sums
    return values


class _Stretches:
    """Chances of each state together with each number of stretches in the set so far."""

    def __init__(self, jumps: Any, start: Floats, within: Flags, most: int) -> None:
        self._jumps = jumps
        self._within = within
        self._chances = np.zeros((most + 1, len(start)))
        self._beyond = 0.0
        self._count_stretch(start[None, :])

    def advance(self) -> None:
        """Make one step, and count the stretch after it."""
        self._count_stretch(self._chances @ self._jumps)

    def chances_of_more(self) -> Floats:
        """Return the chance of more than 0, 1, ... stretches in the set."""
        by_number = np.append(self._chances.sum(axis=1)[1:], self._beyond)
        return np.asarray(by_number[::-1].cumsum()[::-1])

    def _count_stretch(self, chances: Floats) -> None:
        rows = len(chances)
        self._chances[:] = 0.0
        self._chances[:rows, ~self._within] = chances[:, ~self._within]
        moved = chances[: len(self._chances) - 1, self._within]
        self._chances[1 : len(moved) + 1, self._within] = moved
        if rows == len(self._chances):
            self._beyond += float(chances[-1, self._within].sum())


def _pair_weights(before: Weights, after: Weights, step: int, most: int) -> Floats:
    """Return the probability of j steps before x and the others after it, by j from 0."""
    weights = np.zeros(most + 1)
    low = max(before.left, step - after.stop + 1)
    high = min(before.stop, step - after.left + 1)
    if low < high:
        first = before.values[low - before.left : high - before.left]
        second = after.values[step - high + 1 - after.left : step - low + 1 - after.left]
        weights[low:high] = first * second[::-1]
    return weights
