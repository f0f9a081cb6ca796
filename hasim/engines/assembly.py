"""The outages of a system put together from those of its parts.

Theory of operation: a service that serves exactly while all of its parts do (ancestry.py) is down
while one of them is. With keyed streams a part lives the same life alone as in any system that has
it, so that the union of the outages of the parts, replication by replication, is the outages of the
system, to the bit: a design whose parts have been simulated need not be.

Rules of this file: what is counted in a window, and when, is what the event loop counts
(docs/semantics.md, 24 and 25).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hasim.engines.kernels.unions import BEGUN, ENDED, LONGER, unite
from hasim.engines.record import N_BINS, Spells


@dataclass(frozen=True, slots=True, eq=False)
class Assembled:
    """What the replications of a system saw in a window.

    Parameters
    ----------
    downtime : ndarray of float64 [replications]
        Seconds in the window.
    begun, ended : ndarray of int64 [replications]
        Outages that began, and that ended, in the window.
    longer : ndarray of int64 [replications]
        Of those that ended, how many were longer than the limit.
    histogram : ndarray of int64 [bins]
        Lengths of those that ended, all replications together; bins as in record.py.
    """

    downtime: NDArray[np.float64]
    begun: NDArray[np.int64]
    ended: NDArray[np.int64]
    longer: NDArray[np.int64]
    histogram: NDArray[np.int64]


def assemble(
    parts: Sequence[Spells], *, warmup: float, horizon: float, longer_than: float = math.inf
) -> Assembled:
    """Return what a system of some parts, all of which must serve, saw in a window.

    Parameters
    ----------
    parts : sequence of Spells
        At least one; of the same replications, simulated to the end of the window at least.
    warmup, horizon : float
        Seconds before the window, and its length.
    longer_than : float
        Seconds: the limit of `Assembled.longer`.
    """
    ends = np.cumsum([0, *(len(part.begin) for part in parts)])
    first = np.stack(
        [part.first + start for part, start in zip(parts, ends[:-1], strict=True)], axis=1
    )
    spells = np.empty((2, ends[-1]))
    np.concatenate([part.begin for part in parts], out=spells[0])
    np.concatenate([part.end for part in parts], out=spells[1])
    n = len(first) - 1
    downtime, counts = np.zeros(n), np.zeros((n, 3), dtype=np.int64)
    histogram = np.zeros(N_BINS, dtype=np.int64)
    opens, closes, limit = float(warmup), float(warmup + horizon), float(longer_than)
    unite(spells, first, opens, closes, limit, downtime, counts, histogram)
    return Assembled(
        downtime, counts[:, BEGUN], counts[:, ENDED], counts[:, LONGER], histogram=histogram
    )
