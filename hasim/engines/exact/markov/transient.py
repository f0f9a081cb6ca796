"""What a chain does until a given time: distribution, rewards at an instant, rewards gained.

Theory of operation: the chain is seen at the instants of a Poisson process that is a little faster
than its fastest state, and the distributions at its steps are averaged with Poisson weights
(Jensen 1953; Grassmann 1977). All terms are positive. It stops early once the walk has settled.
Small chains use `Doubling` where squaring matrices is quicker.

Rules of this file
------------------
1. Only states that can be reached take part, so that others make nothing stiff.
2. Work is counted before or while it is done; too much of it is refused, not begun and endured.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from hasim.engines.exact.markov.chain import SMALL, Chain, Floats, restrict
from hasim.engines.exact.markov.doubling import Doubling
from hasim.engines.exact.markov.elimination import ROUNDOFF
from hasim.engines.exact.markov.poisson import Weights, weigh_count, weigh_excess
from hasim.engines.exact.markov.settling import COMPARED, Settling
from hasim.errors import InputError, RefusedError

#: How much faster than the fastest state the steps are; above 1 no chain is periodic.
_HASTE = 1.02

#: Largest chain whose matrices are squared: 3 MB each, a product in some 20 ms.
_MOST_SQUARED = 600

#: Seconds, roughly, for a transition and for a step, and for one multiplication of a product.
_PER_TRANSITION, _PER_STEP, _PER_MULTIPLICATION = 2e-9, 8e-6, 1e-10

#: Most steps that are weighed; the weights that count are then 3 million for each time.
_MOST_WEIGHED = 1e10

#: Longest time, by the same rough measure, that a question may take.
_MOST_SECONDS = 120.0

Readout = Callable[[Floats], Floats]


@dataclass(frozen=True, eq=False)
class Transient:
    """Values at some times.

    Parameters
    ----------
    values : ndarray of float64, shape (times,), (times, rewards) or (times, n)
    method : str
        How they were found, in words.
    steps : int
        Steps of the uniformised chain, or products of matrices.
    error_estimate : float
        About how large relative errors are: truncation and roundings.
    """

    values: Floats
    method: str
    steps: int
    error_estimate: float


def distribution_at(chain: Chain, times: Floats, *, tolerance: float = 1e-10) -> Transient:
    """Return the distribution over the states at some times.

    Parameters
    ----------
    chain : Chain
    times : ndarray of float64, shape (k,)
        Seconds, finite, at least 0, in any order.
    tolerance : float, optional
        Relative, of each probability.

    Returns
    -------
    Transient
        Values of shape (k, n).

    Raises
    ------
    InputError
        If a time is negative or not finite.
    RefusedError
        If it would take too many steps.
    """
    states = np.flatnonzero(chain.reachable)
    inner = restrict(chain, states, chain.start[states])
    found = _answer(inner, times, tolerance, lambda shares: shares, None)
    values = np.zeros((len(times), chain.n))
    values[:, states] = found.values
    return Transient(values, found.method, found.steps, found.error_estimate)


def value_at(chain: Chain, reward: Floats, times: Floats, *, tolerance: float = 1e-10) -> Transient:
    """Return the expected reward at some times.

    Parameters
    ----------
    chain, times, tolerance
        As of `distribution_at`.
    reward : ndarray of float64, shape (n,) or (n, m)
        Reward of each state, or m such; with both signs the tolerance is relative to that of the
        absolute rewards.

    Returns
    -------
    Transient
        Values of shape (k,) or (k, m), in the unit of the reward.
    """
    states = np.flatnonzero(chain.reachable)
    inner, part = restrict(chain, states, chain.start[states]), reward[states]
    return _answer(inner, times, tolerance, lambda shares: np.asarray(shares @ part), None)


def accumulated(
    chain: Chain, reward: Floats, until: Floats, *, tolerance: float = 1e-10
) -> Transient:
    """Return the reward expected to be gained from 0 to some times.

    Parameters
    ----------
    chain, tolerance
        As of `distribution_at`.
    reward : ndarray of float64, shape (n,) or (n, m)
        Rate of reward in each state, per second, or m such: 1 where time counts, or, for the number
        of some transitions, the rate of these.
    until : ndarray of float64, shape (k,)
        Seconds, finite, at least 0.

    Returns
    -------
    Transient
        Values of shape (k,) or (k, m), in seconds times the unit of the reward.
    """
    states = np.flatnonzero(chain.reachable)
    inner, part = restrict(chain, states, chain.start[states]), reward[states]
    return _answer(inner, until, tolerance, lambda shares: np.asarray(shares @ part), part)


class Trace:
    """The probability of still being in a set of states at any time, step by step.

    Parameters
    ----------
    chain : Chain
        With at least one transition.
    within : ndarray of float64, shape (n,)
        1 for the states of the set, 0 for others.

    Notes
    -----
    For many times that are not known beforehand: steps are made when they are first needed, and
    only one number of each is kept.
    """

    def __init__(self, chain: Chain, within: Floats) -> None:
        jumps, self.pace = uniformise(chain)
        self._backward = jumps.T if isinstance(jumps, np.ndarray) else jumps.T.tocsr()
        self._shares = chain.start
        self._within = within
        self._values = [float(chain.start @ within)]

    def value_at(self, time: float) -> float:
        """Return the probability at a time, in seconds."""
        weights = weigh_count(self.pace * time)
        while len(self._values) < weights.stop:
            self._shares = self._backward @ self._shares
            self._values.append(float(self._shares @ self._within))
        return float(weights.values @ self._values[weights.left : weights.stop])


def uniformise(chain: Chain) -> tuple[Any, float]:
    """Return the steps of the uniformised chain, and their rate per second.

    Parameters
    ----------
    chain : Chain
        With at least one transition.

    Returns
    -------
    jumps : ndarray or csr_array of float64, shape (n, n)
        Chances from row to column; a matrix with all zeros stored where the chain is small.
    pace : float
    """
    pace = pace_of(chain)
    stays = 1.0 - chain.exit_rates / pace
    if chain.n <= SMALL:
        return chain.dense_rates() / pace + np.diag(stays), pace
    from scipy.sparse import diags_array

    return (chain.rates / pace + diags_array(stays)).tocsr(), pace


def pace_of(chain: Chain) -> float:
    """Return the rate of the steps of the uniformised chain, per second."""
    return _HASTE * float(chain.exit_rates.max())


def refuse_work(what: str, seconds: float, allowed: float | None = None) -> None:
    """Refuse what would take longer than a question may.

    Parameters
    ----------
    what : str
        What is to be done, with its numbers; begins the sentence.
    seconds : float
        Rough time that it needs.
    allowed : float, optional
        Where it may take less than a question.
    """
    most = _MOST_SECONDS if allowed is None else allowed
    if seconds > most:
        raise RefusedError(
            [f"{what} would take about {_tell(seconds)} s, of which {_tell(most)} are allowed"]
        )


def _tell(seconds: float) -> str:
    return f"{seconds:.0f}" if seconds >= 1.0 else f"{seconds:.1g}"


def _answer(
    chain: Chain, times: Floats, tolerance: float, readout: Readout, gained: Floats | None
) -> Transient:
    """Answer by the quicker method: what is read out at each time, or, if given, is gained."""
    if not bool((np.isfinite(times) & (times >= 0.0)).all()):
        raise InputError("a time is negative or infinite", "finite times from 0", "")
    if not len(chain.rate) or not len(times):
        scales = np.ones(len(times)) if gained is None else times
        values = np.multiply.outer(scales, readout(chain.start))
        return Transient(values, "no transitions", 0, 0.0)
    longest = float(times.max()) * float(chain.exit_rates.max()) * _HASTE
    walking = longest * (len(chain.rate) * _PER_TRANSITION + _PER_STEP)
    if chain.n <= _MOST_SQUARED and walking > _time_of_squaring(chain.n, longest):
        return _square(chain, times, readout, gained)
    if longest > _MOST_WEIGHED:
        refuse_work(f"uniformisation with {longest:,.0f} steps", walking)
    return _walk(chain, times, tolerance, readout, gained)


def _time_of_squaring(n: int, steps: float) -> float:
    products = 14 + math.log2(max(steps, 2.0))
    return products * (n**3 * _PER_MULTIPLICATION + _PER_STEP) + 100 * _PER_STEP


def _square(chain: Chain, times: Floats, readout: Readout, gained: Floats | None) -> Transient:
    """Answer by squaring, from each time to the next."""
    jumps, pace = uniformise(chain)
    rewards = np.zeros((chain.n, 0)) if gained is None else gained.reshape(chain.n, -1)
    doubling = Doubling(jumps, pace, rewards)
    shares, total, now = chain.start, np.zeros(rewards.shape[1]), 0.0
    values: list[Any] = [None] * len(times)
    for place in np.argsort(times, kind="stable"):
        shares, more = doubling.advance(shares, float(times[place]) - now)
        total, now = total + more, float(times[place])
        values[place] = readout(shares) if gained is None else total.reshape(gained.shape[1:])
    error = ROUNDOFF * chain.n * doubling.products
    return Transient(np.array(values), "squared matrices", doubling.products, error)


def _walk(
    chain: Chain, times: Floats, tolerance: float, readout: Readout, gained: Floats | None
) -> Transient:
    """Answer by uniformisation, all times in one walk."""
    jumps, pace = uniformise(chain)
    backward = jumps.T if isinstance(jumps, np.ndarray) else jumps.T.tocsr()
    weigh = weigh_count if gained is None else weigh_excess
    weights = [weigh(float(time) * pace) for time in times]
    last = max(one.stop for one in weights)
    limit = math.ceil(_MOST_SECONDS / (len(chain.rate) * _PER_TRANSITION + _PER_STEP))
    settling, settled = Settling(chain, pace, last, tolerance / 4.0), None
    sums = [0.0 * readout(chain.start) for _ in times]
    shares, step = chain.start, 0
    while step < last and settled is None:
        _add_step(sums, weights, step, readout(shares))
        shares, step = backward @ shares, step + 1
        if step % COMPARED == 0:
            settled = settling.look(step, shares)
        if step > limit:
            refuse_work(f"uniformisation with {last:,} steps", last / limit * _MOST_SECONDS)
    if settled is not None:
        rests = [readout(settled.weigh_rest(one)) for one in weights]
        sums = [one + rest for one, rest in zip(sums, rests, strict=True)]
    scale = 1.0 if gained is None else 1.0 / pace
    method = "uniformisation until settled" if settled else "uniformisation"
    error = (tolerance / 4.0 if settled else 0.0) + 4.0 * ROUNDOFF * (step + 10)
    return Transient(np.array(sums) * scale, method, step, error)


def _add_step(sums: list[Floats], weights: list[Weights], step: int, value: Floats) -> None:
    for place, one in enumerate(weights):
        weight = one.at(step)
        if weight:
            sums[place] = sums[place] + weight * value
