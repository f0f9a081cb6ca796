"""What is known about one module in the long run: its states, and how it goes from one to another.

Rules of this file: data only; indices of automata and delays are those of the whole Process.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hasim.engines.exact.items import Leaf

#: Index of an automaton, and of a delay within it.
MoveName = tuple[int, int]


class Flow(NamedTuple):
    """Moves from one settled state to another, by the delay whose end begins them.

    Parameters
    ----------
    source, target : int
        States; equal for what ends where it began.
    rate : float
        Moves per second in the long run, the share of time in `source` included.
    automaton, delay : int
        Index of the automaton, and of the delay within it.
    """

    source: int
    target: int
    rate: float
    automaton: int
    delay: int


class Part(NamedTuple):
    """One module in the long run.

    Parameters
    ----------
    automata : tuple of int
        What it is made of.
    shares : ndarray of float64 [states]
        Long-run share of time.
    flows : tuple of Flow
    look : callable
        Leaf of one of its automata that is measured -> the value of the leaf in each state.
    notes : tuple of str
        How it was found, in sentences, where that is worth telling.
    """

    automata: tuple[int, ...]
    shares: NDArray[np.float64]
    flows: tuple[Flow, ...]
    look: Callable[[Leaf], list[Hashable]]
    notes: tuple[str, ...] = ()
