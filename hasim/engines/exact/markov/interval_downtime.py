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

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hasim.engines.exact.markov.chain import Chain, Flags, Floats, restrict
from hasim.engines.exact.markov.poisson import Weights, weigh_count
from hasim.engines.exact.markov.takacs import exceedance
from hasim.engines.exact.markov.transient import pace_of, refuse_work, uniformise
from hasim.errors import RefusedError

#: Seconds, roughly, for one transition with one number of stretches, and for one step at all.
_PER_CELL, _PER_STEP = 2e-9, 2e-5

#: Steps that are summed over at once.
_BLOCK = 256

#: Numbers of a walk that is kept: 160 MB.
_MOST_KEPT = 20_000_000


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
    periods = np.broadcast_to(np.asarray(period, dtype=np.float64), amounts.shape)
    assert bool((periods > 0.0).all()), "a period that is not positive"
    assert bool((amounts >= 0.0).all()), "a negative amount"
    values = np.zeros(len(amounts))
    asked = amounts < periods
    if not bool(asked.any()):
        return values
    inner, part = _arrange(chain, within)
    known = _know_at_once(inner, part, periods[asked], amounts[asked])
    if known is None:
        pairs = _pairs(inner, periods[asked], amounts[asked])
        known = np.zeros(len(pairs))
        for first, more in _walk(inner, part, *_reach(pairs), allowed=allowed):
            known += [pair.weigh(first, more) for pair in pairs]
    values[asked] = known
    return values


class DowntimeLaw:
    """The same from one walk, for many periods and amounts that become known later.

    Parameters
    ----------
    chain, within
        As of `exceedance_of`.
    longest, largest : float
        No period is longer, and no amount larger; seconds.
    allowed : float
        Seconds that the walk may take, roughly.

    Raises
    ------
    RefusedError
        If the walk takes too long or too much memory.
    """

    def __init__(
        self, chain: Chain, within: Flags, *, longest: float, largest: float, allowed: float
    ) -> None:
        self._chain, self._part = _arrange(chain, within)
        self._longest, self._largest = longest, min(largest, longest)
        self._walked = np.zeros((0, 0))
        nothing = np.zeros(0)
        if _know_at_once(self._chain, self._part, nothing, nothing) is None:
            half = min(self._largest, longest / 2.0)
            amounts = np.array([half, self._largest])
            most, steps = _reach(_pairs(self._chain, np.full(2, longest), amounts))
            if (steps + 1) * (most + 1) > _MOST_KEPT:
                raise RefusedError(
                    [f"{steps:,} steps with up to {most:,} stretches are too many to be kept"]
                )
            walk = _walk(self._chain, self._part, most, steps, allowed=allowed)
            self._walked = np.concatenate([more for _, more in walk])

    def beyond(self, periods: Floats, amounts: Floats) -> Floats:
        """Return P(D > x) for periods and amounts of the same shape (k,)."""
        values, asked = np.zeros(len(amounts)), amounts < periods
        assert bool((periods <= self._longest).all()), "a longer period"
        assert bool((amounts[asked] <= self._largest).all()), "a larger amount"
        known = _know_at_once(self._chain, self._part, periods[asked], amounts[asked])
        if known is None:
            pairs = _pairs(self._chain, periods[asked], amounts[asked])
            known = np.array([pair.weigh(0, self._walked) for pair in pairs])
        values[asked] = known
        return values


def _arrange(chain: Chain, within: Flags) -> tuple[Chain, Flags]:
    """The reachable states, those in the set last."""
    states = np.flatnonzero(chain.reachable)
    states = states[np.argsort(within[states], kind="stable")]
    return restrict(chain, states, chain.start[states]), within[states]


def _know_at_once(chain: Chain, part: Flags, periods: Floats, amounts: Floats) -> Floats | None:
    """P(D > x) of what never moves, or has two states; None where there is more to it."""
    if not len(chain.rate):
        return np.full(len(amounts), float(chain.start[part].sum()))
    if chain.n == 2 and part[1] and not part[0]:
        failing, ending = map(float, chain.exit_rates)
        return exceedance(failing, ending, periods, amounts, float(chain.start[1]))
    return None


@dataclass(frozen=True, eq=False)
class _Pair:
    """Weights of the numbers of steps before x and after it."""

    before: Weights
    after: Weights

    def weigh(self, first: int, more: Floats) -> float:
        """Return the sum over a block of steps: `more`[s, j] at step first + s with j before x."""
        low, high = self.before.left, self.before.stop
        begin = max(first, low + self.after.left)
        end = min(first + len(more), high + self.after.stop - 1)
        if begin >= end:
            return 0.0
        more, start, stop = more[begin - first : end - first], begin - high + 1, end - low
        padded = np.zeros(stop - start)
        begin, end = max(start, self.after.left), min(stop, self.after.stop)
        known = self.after.values[begin - self.after.left : end - self.after.left]
        padded[begin - start : end - start] = known
        later = np.lib.stride_tricks.sliding_window_view(padded, high - low)[:, ::-1]
        return float(((later * more[:, low:high]) @ self.before.values).sum())


def _pairs(chain: Chain, periods: Floats, amounts: Floats) -> list[_Pair]:
    pace = pace_of(chain)
    return [
        _Pair(weigh_count(pace * x), weigh_count(pace * (period - x)))
        for x, period in zip(amounts.tolist(), periods.tolist(), strict=True)
    ]


def _reach(pairs: Sequence[_Pair]) -> tuple[int, int]:
    """The most stretches and the most steps that have weight in any of some pairs."""
    most = max(pair.before.stop for pair in pairs) - 1
    return most, max(pair.before.stop + pair.after.stop for pair in pairs) - 2


def _walk(
    chain: Chain, part: Flags, most: int, steps: int, *, allowed: float | None
) -> Iterator[tuple[int, Floats]]:
    """Yield blocks of steps, the first of each with the chances of more stretches at all of them.

    States in the set come last.
    """
    cells = (most + 2) * (len(chain.rate) + 4 * chain.n)
    refuse_work(
        f"{steps:,} steps of {chain.n:,} states with up to {most:,} stretches of them",
        (steps + 1) * (cells * _PER_CELL + _PER_STEP),
        allowed,
    )
    jumps, _ = uniformise(chain)
    stretches = _Stretches(jumps, chain.start, int(np.count_nonzero(~part)), most)
    for first in range(0, steps + 1, _BLOCK):
        yield first, stretches.chances_of_more(min(_BLOCK, steps + 1 - first))


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
