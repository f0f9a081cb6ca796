"""How long one stay in a set of states lasts in the long run: an outage, if the set is down.

Theory of operation: in the long run a stay begins in each state of the set as often as transitions
from outside lead there: the shares of their sources times their rates. From this distribution the
chain on the set alone, stopped once it leaves, gives the survival function of the length.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hasim.engines.exact.markov.absorption import stop_chain
from hasim.engines.exact.markov.bracketing import find_crossing
from hasim.engines.exact.markov.chain import Chain, Flags, Floats, Ints, add_up
from hasim.engines.exact.markov.transient import Trace, value_at

#: Accuracy of the logarithm of a quantile in its search; the length then has ten digits.
_SEARCH = 1e-12

#: Up to so many steps the search for a quantile keeps what it saw at each.
_MOST_TRACED = 50_000

#: Most doublings of the mean length in search of a quantile.
_DOUBLINGS = 200


@dataclass(frozen=True, eq=False)
class Sojourn:
    """One stay in a set of states, in the long run.

    Parameters
    ----------
    rate : float
        Stays that begin, per second.
    mean : float
        Mean length, seconds; infinite where the set is never left.
    entry : ndarray of float64, shape (n,)
        Distribution over the states in which a stay begins; zeros where none begins.
    inside : Chain or None
        The set with a last state for whoever has left; None where no stay begins.
    """

    rate: float
    mean: float
    entry: Floats
    inside: Chain | None

    def survival(self, times: Floats) -> Floats:
        """Return the probability that a stay lasts longer than each time.

        Parameters
        ----------
        times : ndarray of float64, shape (k,)
            Seconds.

        Returns
        -------
        ndarray of float64, shape (k,)
            Small probabilities have the relative accuracy of large ones.
        """
        assert self.inside is not None, "no stay begins, so none has a length"
        return value_at(self.inside, self._still_in, times).values

    def quantile(self, probability: float) -> float:
        """Return the length that a stay does not exceed with a probability.

        Parameters
        ----------
        probability : float
            0.95 for the length that 95 % of stays do not exceed; below 1.

        Returns
        -------
        float
            Seconds; infinite where the set is never left.
        """
        assert 0.0 <= probability < 1.0, "a quantile beyond the longest stay"
        if math.isinf(self.mean) or probability == 0.0:
            return self.mean if math.isinf(self.mean) else 0.0
        tail = 1.0 - probability

        def excess(logarithm: float) -> float:
            left = self._survive(math.exp(logarithm))
            return (math.log(left) if left > 0.0 else -1e3) - math.log(tail)

        low = high = math.log(self.mean)
        for _ in range(_DOUBLINGS):
            if excess(high) <= 0.0:
                break
            high += math.log(2.0)
        for _ in range(_DOUBLINGS):
            if excess(low) >= 0.0:
                break
            low -= math.log(2.0)
        return math.exp(find_crossing(excess, low, high, tolerance=_SEARCH))

    def _survive(self, time: float) -> float:
        """Return the survival at one time, with the steps of earlier calls where they help."""
        if self._trace.pace * time < _MOST_TRACED:
            return self._trace.value_at(time)
        return float(self.survival(np.array([time]))[0])

    @cached_property
    def _trace(self) -> Trace:
        assert self.inside is not None
        return Trace(self.inside, self._still_in)

    @cached_property
    def _still_in(self) -> Floats:
        assert self.inside is not None
        return np.append(np.ones(self.inside.n - 1), 0.0)


def describe_sojourn(chain: Chain, shares: Floats, within: Flags) -> Sojourn:
    """Return what one stay in a set is like in the long run.

    Parameters
    ----------
    chain : Chain
    shares : ndarray of float64, shape (n,)
        Its long-run shares.
    within : ndarray of bool, shape (n,)
        The set, such as the states in which a service is down.

    Returns
    -------
    Sojourn
    """
    entries = _find_entries(chain, within)
    flux = shares[chain.source[entries]] * chain.rate[entries]
    into = add_up(chain.target[entries], flux, chain.n)
    rate = float(into.sum())
    time = float(shares[within].sum())
    if rate == 0.0:
        return Sojourn(0.0, math.inf if time > 0.0 else 0.0, np.zeros(chain.n), None)
    entry = into / rate
    begun = Chain(chain.n, chain.source, chain.target, chain.rate, entry)
    return Sojourn(rate, time / rate, entry, stop_chain(begun, ~within))


def entry_rates(chain: Chain, shares: Floats, within: Flags, labels: Ints, n_labels: int) -> Floats:
    """Return how often stays in a set begin in the long run, by the transition that begins them.

    Parameters
    ----------
    chain, shares, within
        As of `describe_sojourn`.
    labels : ndarray of int64, shape (e,)
        Label of each transition, 0 to n_labels - 1.
    n_labels : int

    Returns
    -------
    ndarray of float64, shape (n_labels,)
        Per second.
    """
    entries = _find_entries(chain, within)
    flux = shares[chain.source[entries]] * chain.rate[entries]
    return add_up(labels[entries], flux, n_labels)


def _find_entries(chain: Chain, within: Flags) -> Flags:
    """Return which transitions lead into the set from outside."""
    return np.asarray(~within[chain.source] & within[chain.target])
