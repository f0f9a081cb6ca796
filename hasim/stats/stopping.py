"""When to look, and when what was seen is enough.

Theory of operation: stopping as soon as an interval looks narrow enough favours the runs whose
spread happens to look small, so that intervals hold less often than they say. Three things keep
this small (docs/statistics.md has the figures): there are few looks, after rounds that grow by
half; the first look comes after `FIRST_ROUND` replications; and no look counts before `FEWEST`
outages were seen.

Rules of this file: rounds are fixed in advance; they do not depend on what was seen, on time or on
the number of threads.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hasim.stats.estimate import Estimate

#: Replications before the first look.
FIRST_ROUND = 64

#: Each round ends at so many times the replications of the one before.
GROWTH = 1.5

#: Outages, of each service, before a look counts.
FEWEST = 100


def plan_rounds(batch: int) -> Iterator[range]:
    """Yield the replications of one round after another, without end, in whole batches.

    Parameters
    ----------
    batch : int
        Replications in a batch.
    """
    start, end = 0, _whole(FIRST_ROUND, batch)
    while True:
        yield range(start, end)
        start, end = end, _whole(math.ceil(end * GROWTH), batch)


@dataclass(frozen=True, slots=True)
class Watched:
    """A figure whose precision decides when to stop.

    Parameters
    ----------
    name : str
    estimate : Estimate
    seen : float
        How many outages it rests on; infinite where none are counted.
    """

    name: str
    estimate: Estimate
    seen: float


def worst_precision(watched: Iterable[Watched]) -> float:
    """Return the largest relative half-width; infinite where an interval is not known."""
    return max((figure.estimate.precision for figure in watched), default=0.0)


def is_enough(watched: Iterable[Watched], precision: float) -> bool:
    """Return whether all figures are as precise as asked and rest on enough outages."""
    return all(
        figure.seen >= FEWEST and figure.estimate.precision <= precision for figure in watched
    )


def _whole(replications: int, batch: int) -> int:
    return -(-replications // batch) * batch
