"""A Markov chain that jumps at the moments of a calendar, in its periodic regime.

Theory of operation: between two moments the states change as in any chain; at a moment they change
at once, by a matrix of chances. In the long run the distribution repeats with the span of the
calendar. What it is just after the first moment is the long run of the map over one span, which is
a chain in discrete time; all else follows by going on from there. Only positive numbers are added
and multiplied (markov/doubling.py, markov/elimination.py), so that small shares keep their digits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

import numpy as np

from hasim.engines.exact.markov.chain import Chain, Floats, make_chain
from hasim.engines.exact.markov.doubling import Doubling
from hasim.engines.exact.markov.transient import uniformise
from hasim.engines.exact.named_chains import solve_named
from hasim.errors import RefusedError


class Flight:
    """How a chain goes on for any time between two moments.

    Parameters
    ----------
    chain : Chain
    """

    def __init__(self, chain: Chain) -> None:
        self.n = chain.n
        self.pace = float(chain.exit_rates.max())
        self._doubling = Doubling(*uniformise(chain), np.eye(chain.n)) if len(chain.rate) else None
        self._known: dict[Fraction, tuple[Floats, Floats]] = {}

    def advance(self, shares: Floats, seconds: float) -> Floats:
        """Return the distribution after a time."""
        return shares if self._doubling is None else self._doubling.advance(shares, seconds)[0]

    def over(self, gap: Fraction) -> tuple[Floats, Floats]:
        """Return chances from row to column over a time, and seconds expected in the columns."""
        if gap not in self._known:
            still, seconds = np.eye(self.n), float(gap)
            doubling = self._doubling
            self._known[gap] = (
                (still, seconds * still) if doubling is None else doubling.advance(still, seconds)
            )
        return self._known[gap]


@dataclass(frozen=True, eq=False)
class Regime:
    """The periodic regime of a chain.

    Parameters
    ----------
    span : Fraction
        Seconds after which it repeats.
    moments : tuple of Fraction
        When it jumps, ascending, within one span; at least one.
    jumps : tuple of ndarray of float64, shape (n, n)
        Chances from row to column at each moment.
    before, after : tuple of ndarray of float64, shape (n,)
        Distribution just before and just after each moment.
    average : ndarray of float64, shape (n,)
        Shares of time over one span.
    flight : Flight
    """

    span: Fraction
    moments: tuple[Fraction, ...]
    jumps: tuple[Floats, ...]
    before: tuple[Floats, ...]
    after: tuple[Floats, ...]
    average: Floats
    flight: Flight

    def shares_from(self, at: Fraction) -> Floats:
        """Return the distribution at a time of the span, its jump included."""
        earlier = [k for k, moment in enumerate(self.moments) if moment <= at]
        last = earlier[-1] if earlier else -1
        waited = (at - self.moments[last]) % self.span
        return self.flight.advance(self.after[last], float(waited))


def find_regime(
    chain: Chain,
    span: Fraction,
    moments: Sequence[tuple[Fraction, Floats]],
    name: str,
    tell: Callable[[int], str],
) -> Regime:
    """Return the periodic regime of a chain that jumps.

    Parameters
    ----------
    chain : Chain
        It starts in any states that are possible just after an epoch.
    span : Fraction
        Seconds after which the jumps repeat.
    moments : sequence of (Fraction, ndarray of float64, shape (n, n))
        Times within a span, ascending, and chances from row to column.
    name : str
        Whose states they are.
    tell : callable
        Number of a state -> what it is.

    Raises
    ------
    RefusedError
        Where it can end in one of several sets of states, or goes on for ever in turns of several
        spans, so that what it does then depends on when it began.
    """
    times = [at for at, _ in moments]
    jumps = [jump for _, jump in moments]
    ends = [*times[1:], times[0] + span]
    gaps = [later - at for at, later in zip(times, ends, strict=True)]
    flight = Flight(chain)
    flights = [flight.over(gap) for gap in gaps]
    onward = np.eye(chain.n)
    for (chances, _), jump in zip(flights, [*jumps[1:], jumps[0]], strict=True):
        onward = onward @ chances @ jump
    shares = _long_run(onward, chain.start, name, tell)
    before, after = [], [shares]
    gained = np.zeros(chain.n)
    for (chances, seconds), jump in zip(flights, [*jumps[1:], jumps[0]], strict=True):
        gained += after[-1] @ seconds
        before.append(after[-1] @ chances)
        after.append(before[-1] @ jump)
    before = [before[-1], *before[:-1]]
    average = gained / gained.sum()
    return Regime(
        span, tuple(times), tuple(jumps), tuple(before), tuple(after[:-1]), average, flight
    )


def _long_run(onward: Floats, start: Floats, name: str, tell: Callable[[int], str]) -> Floats:
    """The distribution that one span leaves as it is."""
    n = len(onward)
    source, target = np.nonzero(onward)
    walk = make_chain(n, source, target, onward[source, target], start)
    shares = solve_named(walk, name, tell)
    if _turns(onward, np.flatnonzero(shares)) > 1:
        raise RefusedError(
            [f"{name} takes turns for ever, so its state depends on how many epochs have passed"]
        )
    return shares


def _turns(onward: Floats, states: np.ndarray) -> int:
    """The period of an irreducible chain: the greatest divisor of the lengths of all its rounds."""
    inner = onward[np.ix_(states, states)] > 0.0
    if inner.diagonal().any():
        return 1
    level = np.full(len(states), -1)
    level[0], new, depth = 0, np.array([0]), 0
    while len(new):
        depth += 1
        new = np.flatnonzero(inner[new].any(axis=0) & (level < 0))
        level[new] = depth
    source, target = np.nonzero(inner)
    return gcd(*(level[source] + 1 - level[target]).tolist())
