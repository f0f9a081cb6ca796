"""The union of the outages of some parts, and what it comes to in a window.

Theory of operation: an outage of the union begins when the first part goes down and ends when all
are up. As the event loop reads what is settled when time goes on, a part that goes down at the very
moment at which another comes up leaves no gap.

Loop invariant: what has begun before the head of each part is in an outage that is settled or in
the one at hand.
"""

from __future__ import annotations

import numpy as np

from hasim.engines.kernels.compilation import inline, kernel
from hasim.engines.kernels.outages import bin_of

u = np.uintp

#: Columns of what is counted of each replication.
BEGUN, ENDED, LONGER = 0, 1, 2


@inline
def _earliest(spells, heads, stops):
    """The part whose next outage begins first; -1 where none is left."""
    found, begin = np.int64(-1), np.inf
    for part in range(len(heads)):
        head = heads[u(part)]
        if head < stops[u(part)] and spells[0, u(head)] < begin:
            found, begin = np.int64(part), spells[0, u(head)]
    return found


@inline
def _absorb(spells, heads, stops, end):
    """Pass over all that begins before, or at, the end of an outage; return its end then."""
    before = -np.inf
    while end > before:
        before = end
        for part in range(len(heads)):
            head = heads[u(part)]
            while head < stops[u(part)] and spells[0, u(head)] <= end:
                end = max(end, spells[1, u(head)])
                head += 1
            heads[u(part)] = head
    return end


@inline
def _count(begin, end, opens, closes, longest, counts, histogram):
    """Count an outage in the window; return its downtime there."""
    if begin >= opens:
        counts[BEGUN] += 1
    if end >= opens and end < closes:
        counts[ENDED] += 1
        if end - begin > longest:
            counts[LONGER] += 1
        histogram[u(bin_of(end - begin, len(histogram)))] += 1
    return max(min(end, closes) - max(begin, opens), 0.0)


@kernel
def unite(spells, first, opens, closes, longest, downtime, counts, histogram):
    """Fill what the union of parts comes to in the window [opens, closes).

    `spells` [begin or end, outage] are those of all parts, `first` [replication, part] says where
    those of each begin, and is used up. An outage longer than `longest` is counted in `LONGER`.
    `downtime` [replication] and `counts` [replication, 3] are zero before.
    """
    for replication in range(len(downtime)):
        heads, stops = first[u(replication)], first[u(replication + 1)]
        part = _earliest(spells, heads, stops)
        while part >= 0:
            head = heads[u(part)]
            begin, end = spells[0, u(head)], spells[1, u(head)]
            if begin >= closes:
                break
            end = _absorb(spells, heads, stops, end)
            downtime[u(replication)] += _count(
                begin, end, opens, closes, longest, counts[u(replication)], histogram
            )
            part = _earliest(spells, heads, stops)
