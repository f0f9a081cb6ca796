"""A continuous-time Markov chain as plain arrays, and which of its states last.

Rules of this file
------------------
1. A transition leads to another state and has a positive rate; `make_chain` drops the others.
2. Small chains are searched with numpy alone, because importing scipy takes longer than they do.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hasim.errors import RefusedError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: Up to so many states the transitive closure by matrix products is quicker than importing scipy.
SMALL = 256

#: So many states are named in a refusal; more do not help.
_MOST_NAMED = 3


@dataclass(frozen=True, eq=False)
class Chain:
    """A continuous-time Markov chain.

    Parameters
    ----------
    n : int
        Number of states; they are 0 to n - 1.
    source, target : ndarray of int64, shape (e,)
        Where each transition leads from and to, never the same; parallel transitions add up.
    rate : ndarray of float64, shape (e,)
        Rate of each transition, per second, positive.
    start : ndarray of float64, shape (n,)
        Distribution at time 0.
    """

    n: int
    source: Ints
    target: Ints
    rate: Floats
    start: Floats

    def __post_init__(self) -> None:
        assert self.n >= 1, "a chain without states"
        assert len(self.source) == len(self.target) == len(self.rate), "transitions in parts"
        assert len(self.start) == self.n, "a start for other states"
        assert bool((self.source != self.target).all()), "a transition to where it is"
        assert bool((self.rate > 0.0).all()), "a rate that is not positive"
        assert bool(np.isfinite(self.rate).all()), "a rate that is infinite"
        assert bool((self.start >= 0.0).all()), "a negative probability"
        assert abs(float(self.start.sum()) - 1.0) < 1e-9, "a start that does not add up to 1"
        if len(self.source):
            lowest = min(int(self.source.min()), int(self.target.min()))
            highest = max(int(self.source.max()), int(self.target.max()))
            assert 0 <= lowest <= highest < self.n, "a state that is not there"

    @cached_property
    def exit_rates(self) -> Floats:
        """Rate at which each state is left, per second, shape (n,)."""
        return add_up(self.source, self.rate, self.n)

    @cached_property
    def rates(self) -> csr_array:
        """Rates from row to column, without a diagonal, shape (n, n)."""
        from scipy.sparse import coo_array

        entries = (self.rate, (self.source.astype(np.int32), self.target.astype(np.int32)))
        return coo_array(entries, shape=(self.n, self.n)).tocsr()

    @cached_property
    def generator(self) -> csr_array:
        """Rates from row to column with minus the exit rates on the diagonal, shape (n, n)."""
        from scipy.sparse import diags_array

        return (self.rates - diags_array(self.exit_rates)).tocsr()

    def dense_rates(self) -> Floats:
        """Return a new matrix of the rates from row to column, zeros on the diagonal."""
        flat = add_up(self.source * self.n + self.target, self.rate, self.n * self.n)
        return flat.reshape(self.n, self.n)

    @cached_property
    def reachable(self) -> Flags:
        """Which states the chain can ever be in, shape (n,)."""
        return find_reached(self, self.start > 0.0)

    @cached_property
    def closed_classes(self) -> tuple[Ints, ...]:
        """Closed classes reachable from the start: sets of states that are never left again."""
        labels = _label_classes(self)
        leaves = labels[self.source] != labels[self.target]
        is_open = np.zeros(int(labels.max()) + 1, dtype=np.bool_)
        is_open[labels[self.source[leaves]]] = True
        closed = np.flatnonzero(self.reachable & ~is_open[labels])
        order = np.argsort(labels[closed], kind="stable")
        borders = np.flatnonzero(np.diff(labels[closed][order])) + 1
        return tuple(np.split(closed[order], borders))

    @property
    def lasting(self) -> Ints:
        """States of the one closed class.

        Raises
        ------
        RefusedError
            If several closed classes are reachable: what lasts then depends on chance.
        """
        classes = sorted(self.closed_classes, key=lambda states: int(states[0]))
        if len(classes) > 1:
            named = ", ".join(_name_states(states) for states in classes[:_MOST_NAMED])
            more = ", ..." if len(classes) > _MOST_NAMED else ""
            raise RefusedError(
                [
                    f"{len(classes)} sets of states are never left once entered ({named}{more}), "
                    "so there is no single long run"
                ]
            )
        return classes[0]


def make_chain(n: int, source: Ints, target: Ints, rate: Floats, start: Floats) -> Chain:
    """Return the chain without the transitions that never happen or lead to where they are.

    Parameters
    ----------
    n, source, target, rate, start
        As of `Chain`, but rates may be 0 and a source may be its own target.
    """
    real = (rate > 0.0) & (source != target)
    return Chain(n, source[real], target[real], rate[real], start)


def add_up(places: NDArray[np.integer], values: Floats, n: int) -> Floats:
    """Return the sums of the values that belong to each of the places 0 to n - 1."""
    return np.asarray(np.bincount(places, values, n), dtype=np.float64)


def find_reached(chain: Chain, begin: Flags, *, backward: bool = False) -> Flags:
    """Which states can be reached from a set of states, or, backward, can reach it.

    Parameters
    ----------
    chain : Chain
    begin : ndarray of bool, shape (n,)
        The set; it belongs to the answer.
    backward : bool, optional
        Follow transitions against their direction.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    ends = (chain.target, chain.source) if backward else (chain.source, chain.target)
    first, second = (np.asarray(end) for end in ends)
    order = np.argsort(first, kind="stable")
    second = second[order]
    offsets = np.concatenate(([0], np.bincount(first, minlength=chain.n).cumsum()))
    reached = begin.copy()
    last_place = np.empty(chain.n, dtype=np.int64)
    frontier = np.flatnonzero(begin)
    while len(frontier):
        counts = offsets[frontier + 1] - offsets[frontier]
        skipped = np.repeat(offsets[frontier] - (counts.cumsum() - counts), counts)
        found = second[np.arange(int(counts.sum())) + skipped]
        fresh = found[~reached[found]]
        places = np.arange(len(fresh))
        last_place[fresh] = places  # np.unique would import numpy.ma, which takes longer than this
        frontier = fresh[last_place[fresh] == places]
        reached[frontier] = True
    return reached


def restrict(chain: Chain, states: Ints, start: Floats | None = None) -> Chain:
    """Return the chain on some states, without the transitions that leave them.

    Parameters
    ----------
    chain : Chain
    states : ndarray of int64, shape (m,)
        Which states, in their new order.
    start : ndarray of float64, shape (m,), optional
        Distribution at time 0; by default all in the first state.
    """
    number = np.full(chain.n, -1, dtype=np.int64)
    number[states] = np.arange(len(states))
    kept = (number[chain.source] >= 0) & (number[chain.target] >= 0)
    if start is None:
        start = np.zeros(len(states))
        start[0] = 1.0
    source, target = number[chain.source[kept]], number[chain.target[kept]]
    return Chain(len(states), source, target, chain.rate[kept], start)


def _label_classes(chain: Chain) -> Ints:
    """Label each state with its class of states that reach each other."""
    if chain.n <= SMALL:
        return _label_small(chain)
    from scipy.sparse.csgraph import connected_components

    labels = connected_components(chain.rates, directed=True, connection="strong")[1]
    return np.asarray(labels, dtype=np.int64)


def _label_small(chain: Chain) -> Ints:
    """The same by squaring the matrix of who reaches whom until nothing is added."""
    reach = np.eye(chain.n, dtype=np.float32)
    reach[chain.source, chain.target] = 1.0
    count = 0
    while count < (count := int(np.count_nonzero(reach))):
        reach = np.minimum(reach @ reach, 1.0)
    return np.asarray((reach * reach.T > 0.0).argmax(axis=1), dtype=np.int64)


def _name_states(states: Ints) -> str:
    shown = " ".join(str(state) for state in states[:_MOST_NAMED])
    return f"[{shown}{' ...' if len(states) > _MOST_NAMED else ''}]"
