"""When a chain first enters a set of states, and whether it does.

Theory of operation: means and chances are those of a chain that begins again each time it has
arrived: the long run of that chain gives them as ratios of positive sums (renewal reward; Ross
1996, theorem 3.6.1), with the same relative accuracy as long-run shares have. So 10^7 hours keep
their digits, where a linear system would lose them to cancellation. It begins again through one
state more, whose time does not count.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from hasim.engines.exact.markov.chain import Chain, Flags, Floats, Ints, find_reached
from hasim.engines.exact.markov.long_run import solve_long_run
from hasim.engines.exact.markov.transient import Transient, value_at


@dataclass(frozen=True)
class MeanTime:
    """A mean time until a set of states is entered.

    Parameters
    ----------
    seconds : float
        Infinite where the set may never be entered.
    reason : str
        Why it is infinite; else empty.
    error_bound : float
        Bound of the relative error.
    """

    seconds: float
    reason: str = ""
    error_bound: float = 0.0


@dataclass(frozen=True)
class Chance:
    """A probability with a bound of its relative error."""

    probability: float
    error_bound: float = 0.0


def reached_by(
    chain: Chain, target: Flags, times: Floats, *, tolerance: float = 1e-10
) -> Transient:
    """Return the probability that a set has been entered by some times.

    Parameters
    ----------
    chain : Chain
    target : ndarray of bool, shape (n,)
        The set; who starts in it has entered it.
    times : ndarray of float64, shape (k,)
        Seconds, finite, at least 0.
    tolerance : float, optional
        Relative.

    Returns
    -------
    Transient
        Values of shape (k,), small ones with the relative accuracy of large ones.
    """
    stopped = stop_chain(chain, target)
    reward = np.zeros(stopped.n)
    reward[-1] = 1.0
    return value_at(stopped, reward, times, tolerance=tolerance)


def mean_time_to(chain: Chain, target: Flags) -> MeanTime:
    """Return the mean time until a set is first entered.

    Parameters
    ----------
    chain : Chain
    target : ndarray of bool, shape (n,)

    Returns
    -------
    MeanTime
        Infinite, with a sentence, where there is a chance that the set is never entered.
    """
    if not bool(target.any()):
        return MeanTime(math.inf, "no state is in the set, so it is never entered")
    reached = find_reached(_without_exits(chain, target), chain.start > 0.0)
    lost = reached & ~find_reached(chain, target, backward=True)
    if bool(lost.any()):
        state = int(lost.argmax())
        reason = f"from state {state}, which can be reached, the set can never be entered"
        return MeanTime(math.inf, reason)
    outside = float(chain.start[~target].sum())
    if outside == 0.0:
        return MeanTime(0.0)
    renewed, pace = _renew(chain, target)
    run = solve_long_run(renewed)
    seconds = float(run.shares[:-1].sum()) / (float(run.shares[-1]) * pace)
    return MeanTime(seconds * outside, "", 2.0 * run.error_bound)


def probability_to_reach(chain: Chain, target: Flags, avoid: Flags | None = None) -> Chance:
    """Return the probability that a set is ever entered, before another one if that is given.

    Parameters
    ----------
    chain : Chain
    target : ndarray of bool, shape (n,)
    avoid : ndarray of bool, shape (n,), optional
        Whoever enters it first has missed the target; states that are in both are in the target.

    Returns
    -------
    Chance
        Small probabilities with the relative accuracy of large ones.
    """
    missed = np.zeros(chain.n, dtype=np.bool_) if avoid is None else avoid & ~target
    missed = missed | ~find_reached(_without_exits(chain, missed), target, backward=True)
    stops = target | missed
    at_once = float(chain.start[target].sum())
    if not bool((chain.start[~stops] > 0.0).any()):
        return Chance(at_once)
    renewed, _ = _renew(chain, stops)
    run = solve_long_run(renewed)
    into, flux = _flux_into(chain, stops, run.shares[:-1])
    hits = float(flux[target[into]].sum())
    chance = hits / float(flux.sum())
    return Chance(
        at_once + float(chain.start[~stops].sum()) * chance, 2.0 * run.error_bound if hits else 0.0
    )


def stop_chain(chain: Chain, target: Flags) -> Chain:
    """Return the chain with a set of states made one, its last, that is never left."""
    number = np.where(target, np.int64(-1), np.cumsum(~target) - 1)
    last = int((~target).sum())
    number[target] = last
    moves = ~target[chain.source]
    start = np.append(chain.start[~target], chain.start[target].sum())
    source, into = number[chain.source[moves]], number[chain.target[moves]]
    return Chain(last + 1, source, into, chain.rate[moves], start)


def _without_exits(chain: Chain, states: Flags) -> Chain:
    kept = ~states[chain.source]
    return Chain(chain.n, chain.source[kept], chain.target[kept], chain.rate[kept], chain.start)


def _renew(chain: Chain, stops: Flags) -> tuple[Chain, float]:
    """Return the chain that begins again at the stops, and at which rate.

    The states are those of the chain, with none in the stops ever entered, and one more, last,
    from which it begins as it started outside the stops.
    """
    again = chain.n
    moves = ~stops[chain.source]
    source, target, rate = chain.source[moves], chain.target[moves], chain.rate[moves]
    target = np.where(stops[target], again, target)
    begin = np.where(stops, 0.0, chain.start)
    begin /= begin.sum()
    entered = np.flatnonzero(begin)
    pace = float(np.median(rate))
    start = np.zeros(chain.n + 1)
    start[again] = 1.0
    renewed = Chain(
        chain.n + 1,
        np.concatenate((source, np.full(len(entered), again))),
        np.concatenate((target, entered)),
        np.concatenate((rate, pace * begin[entered])),
        start,
    )
    return renewed, pace


def _flux_into(chain: Chain, stops: Flags, shares: Floats) -> tuple[Ints, Floats]:
    """Return where transitions into the stops lead, and how often each is taken."""
    moves = ~stops[chain.source] & stops[chain.target]
    return chain.target[moves], shares[chain.source[moves]] * chain.rate[moves]
