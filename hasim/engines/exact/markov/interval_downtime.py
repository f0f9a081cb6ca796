"""Distribution of the time that a chain spends in a set of states during [0, T].

Theory of operation: of the n + 1 stretches that n steps of the uniformised chain cut from [0, T],
k lie in the set; by symmetry they last at most x together as often as at least k of n independent
uniform instants fall before x. Steps are a Poisson process, so that those before x and those after
are independent, which leaves

    P(D > x) = sum_j Poisson(j; q x) sum_m Poisson(m; q (T - x)) P(more than j of j+m+1 in the set),

all terms positive. Chances are carried by the number of stretches in the set, up to the most that
has weight; more than that are one number, for they stay more. States are put in an order in which
the set comes last, so that to count a stretch is to move one block down by a row; and the sum over
j and m is taken for a block of steps at once. Two states have a closed form (takacs.py).

References
----------
de Souza e Silva and Gail 1986, "Calculating cumulative operational time distributions of
repairable computer systems", IEEE Trans. Computers 35, 322-332, and 1989, "Calculating availability
and performability measures of repairable computer systems using randomization", J. ACM 36, 171-193.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hasim.engines.exact.markov.chain import Chain, Flags, Floats, restrict
from hasim.engines.exact.markov.poisson import Weights, weigh_count
from hasim.engines.exact.markov.takacs import exceedance
from hasim.engines.exact.markov.transient import refuse_work, uniformise

#: Seconds, roughly, for one transition with one number of stretches, and for one step at all.
_PER_CELL, _PER_STEP = 2e-9, 2e-5

#: Steps that are summed over at once.
_BLOCK = 256


def exceedance_of(
    chain: Chain,
    within: Flags,
    period: float | Floats,
    amounts: Floats,
    *,
    allowed: float | None = None,
) -> Floats:
    """Return the probability of more than some amounts of time in a set during a period.

    Parameters
    ----------
    chain : Chain
    within : ndarray of bool, shape (n,)
        The set, such as the states in which a service is down.
    period : float or ndarray of float64, shape (k,)
        T, seconds, positive and finite; one for all amounts, or one for each.
    amounts : ndarray of float64, shape (k,)
        Seconds, at least 0; 0 asks for any time at all.
    allowed : float, optional
        Seconds that it may take, roughly; what a question may where it is not given.

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
    states = states[np.argsort(within[states], kind="stable")]
    inner, part = restrict(chain, states, chain.start[states]), within[states]
    periods = np.broadcast_to(np.asarray(period, dtype=np.float64), amounts.shape)
    assert bool((periods > 0.0).all()), "a period that is not positive"
    assert bool((amounts >= 0.0).all()), "a negative amount"
    values = np.zeros(len(amounts))
    asked = np.flatnonzero(amounts < periods)
    if not len(asked):
        return values
    if not len(inner.rate):
        values[asked] = float(inner.start[part].sum())
        return values
    if inner.n == 2 and part[1] and not part[0]:
        failing, ending = map(float, inner.exit_rates)
        return exceedance(failing, ending, periods, amounts, float(inner.start[1]))
    values[asked] = _count(inner, part, periods[asked], amounts[asked], allowed)
    return values


@dataclass(frozen=True, eq=False)
class _Pair:
    """Weights of the numbers of steps before x and after it."""

    before: Weights
    after: Weights

    def weigh(self, first: int, more: Floats) -> float:
        """Return the sum over a block of steps: `more`[s, j] at step first + s with j before x."""
        low, high = self.before.left, self.before.stop
        start, stop = first - high + 1, first + len(more) - low
        if stop <= self.after.left or start >= self.after.stop:
            return 0.0
        padded = np.zeros(stop - start)
        begin, end = max(start, self.after.left), min(stop, self.after.stop)
        known = self.after.values[begin - self.after.left : end - self.after.left]
        padded[begin - start : end - start] = known
        later = np.lib.stride_tricks.sliding_window_view(padded, high - low)[:, ::-1]
        return float(((later * more[:, low:high]) @ self.before.values).sum())


def _count(
    chain: Chain, part: Flags, periods: Floats, amounts: Floats, allowed: float | None
) -> Floats:
    """P(D > x) of a chain whose states in the set come last."""
    jumps, pace = uniformise(chain)
    pairs = [
        _Pair(weigh_count(pace * x), weigh_count(pace * (period - x)))
        for x, period in zip(amounts.tolist(), periods.tolist(), strict=True)
    ]
    most = max(pair.before.stop for pair in pairs) - 1
    steps = max(pair.before.stop + pair.after.stop for pair in pairs) - 2
    cells = (most + 2) * (len(chain.rate) + 4 * chain.n)
    refuse_work(
        f"{steps:,} steps of {chain.n:,} states with up to {most:,} stretches of them",
        (steps + 1) * (cells * _PER_CELL + _PER_STEP),
        allowed,
    )
    stretches = _Stretches(jumps, chain.start, int(np.count_nonzero(~part)), most)
    sums = np.zeros(len(pairs))
    for first in range(0, steps + 1, _BLOCK):
        more = stretches.chances_of_more(min(_BLOCK, steps + 1 - first))
        sums += [pair.weigh(first, more) for pair in pairs]
    return sums


class _Stretches:
    """Chances of each state together with each number of stretches in the set so far."""

    def __init__(self, jumps: Any, start: Floats, n_outside: int, most: int) -> None:
        self._jumps = jumps
        self._n_outside = n_outside
        self._chances = np.zeros((most + 1, len(start)))
        self._chances[0] = start
        self._beyond = 0.0
        self._count_stretch()

    def chances_of_more(self, steps: int) -> Floats:
        """Return the chance of more than 0, 1, ... stretches in the set, now and a step later."""
        numbers = np.zeros((steps, len(self._chances) + 1))
        for row in numbers:
            self._chances.sum(axis=1, out=row[:-1])
            row[-1] = self._beyond
            self._chances = np.asarray(self._chances @ self._jumps)
            self._count_stretch()
        return np.asarray(numbers[:, :0:-1].cumsum(axis=1)[:, ::-1])

    def _count_stretch(self) -> None:
        inside = self._chances[:, self._n_outside :]
        self._beyond += float(inside[-1].sum())
        inside[1:] = inside[:-1].copy()
        inside[0] = 0.0
