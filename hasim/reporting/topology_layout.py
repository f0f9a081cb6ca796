"""Where the boxes of a system stand: layers from the services down, with few crossings.

Theory of operation
-------------------
After Sugiyama, Tagawa and Toda (1981): each box stands in the layer of its longest way from above;
a layer that is too wide is split into several; an arrow that passes layers gets an unseen stop in
each, unless there are too many; the order within layers is improved by sweeps that sort by the mean
place of the neighbours; then boxes move towards their neighbours as far as those beside them leave
room.

Rules of this file
------------------
1. Names, arrows and numbers only: what a box looks like is not known here.
2. The same input gives the same places, bit for bit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import fmean

#: So many boxes stand beside each other, at most: what a page holds at a size that can be read. Of
#: very many boxes the square root, so that the picture does not become a ribbon.
MOST_IN_LAYER = 6

#: Sweeps down and up; precedent: crossings hardly fall after some 20 (Gansner et al. 1993, 3).
_SWEEPS = 12

#: Most stops of all arrows together, which take a second; the longest arrows go straight then.
_MOST_STOPS = 10_000

#: Room that an arrow takes where it passes a layer, and between two boxes.
_STOP, _GAP = 2.0, 18.0


@dataclass(frozen=True, slots=True)
class Layout:
    """Places of boxes and ways of arrows.

    Parameters
    ----------
    layers : tuple of tuples of str
        From above; names of boxes from the left.
    centres : mapping of str to float
        Middle of each box, from the left border.
    ways : mapping of (str, str) to tuple of float
        For each arrow where it passes the layers between its ends, from above.
    width : float
    """

    layers: tuple[tuple[str, ...], ...]
    centres: Mapping[str, float]
    ways: Mapping[tuple[str, str], tuple[float, ...]]
    width: float


def lay_out(
    order: Sequence[str],
    arrows: Iterable[tuple[str, str]],
    box: float,
    *,
    passing: float = _STOP + _GAP,
) -> Layout:
    """Find places for boxes.

    Parameters
    ----------
    order : sequence of str
        The boxes, each before all that its arrows lead to.
    arrows : iterable of (str, str)
        From, to.
    box : float
        Width of a box.
    passing : float
        From one arrow to the next where they pass a layer side by side.

    Returns
    -------
    Layout
    """
    pairs = list(dict.fromkeys(arrows))
    rows = _split_wide(_layer(order, pairs), pairs)
    level = {name: depth for depth, row in enumerate(rows) for name in row}
    chains = {pair: _chain(pair, level) for pair in _with_stops(pairs, level)}
    for chain in chains.values():
        for depth, stop in enumerate(chain[1:-1], start=level[chain[0]] + 1):
            rows[depth].append(stop)
    near = _Neighbours(chains.values())
    for sweep in range(_SWEEPS):
        _sort(rows, near, downwards=sweep % 2 == 0)
    places = _place(
        rows,
        near,
        {name: box if name in level else passing - _GAP for name in near.names(rows)},
    )
    left = min((places[name] for name in level), default=0.0) - box / 2
    left = min(left, min(places.values(), default=0.0) - _STOP / 2)
    moved = {name: place - left for name, place in places.items()}
    return Layout(
        tuple(tuple(name for name in row if name in level) for row in rows),
        {name: moved[name] for name in level},
        {pair: tuple(moved[stop] for stop in chains.get(pair, ())[1:-1]) for pair in pairs},
        max(moved[name] + (box if name in level else _STOP) / 2 for name in moved),
    )


def spread_row(
    row: Sequence[str], wanted: Mapping[str, float], widths: Mapping[str, float]
) -> dict[str, float]:
    """Places near those wanted, in order and without overlap: the mean of what each side pushes.

    Parameters
    ----------
    row : sequence of str
        From the left.
    wanted, widths : Mapping[str, float]
        Middle and width of each.
    """
    from_left = _pushed(row, wanted, widths)
    mirrored = {name: -place for name, place in wanted.items()}
    from_right = _pushed(row[::-1], mirrored, widths)
    return {name: (from_left[name] - from_right[name]) / 2 for name in row}


def _layer(order: Sequence[str], pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Boxes by the length of the longest way from above."""
    depth = dict.fromkeys(order, 0)
    below: dict[str, list[str]] = {name: [] for name in order}
    for source, target in pairs:
        below[source].append(target)
    for source in order:
        for target in below[source]:
            depth[target] = max(depth[target], depth[source] + 1)
    rows: list[list[str]] = [[] for _ in range(max(depth.values(), default=0) + 1)]
    for name in order:
        rows[depth[name]].append(name)
    return rows


def _split_wide(rows: list[list[str]], pairs: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Rows of no more than `MOST_IN_LAYER` boxes, those with the same dependents together."""
    above: dict[str, list[str]] = {}
    for source, target in pairs:
        above.setdefault(target, []).append(source)
    most = max(MOST_IN_LAYER, math.isqrt(sum(map(len, rows))))
    narrow: list[list[str]] = []
    place: dict[str, float] = {}
    for row in rows:
        row.sort(key=lambda name: fmean([place[one] for one in above.get(name, [])] or [0.0]))
        place.update({name: float(index) for index, name in enumerate(row)})
        n_rows = -(-len(row) // most)
        each = -(-len(row) // n_rows)
        narrow += [row[begin : begin + each] for begin in range(0, len(row), each)]
    return narrow


def _with_stops(
    pairs: Sequence[tuple[str, str]], level: Mapping[str, int]
) -> list[tuple[str, str]]:
    """The arrows but those that pass most layers, where all would have too many stops."""
    n_stops = {(source, target): level[target] - level[source] - 1 for source, target in pairs}
    shortest = sorted(pairs, key=n_stops.__getitem__)
    totals = accumulate(n_stops[pair] for pair in shortest)
    kept = {pair for pair, total in zip(shortest, totals, strict=True) if total <= _MOST_STOPS}
    return [pair for pair in pairs if pair in kept]


def _chain(pair: tuple[str, str], level: Mapping[str, int]) -> list[str]:
    """An arrow with its stops; their names are no names of boxes, which hold no blanks."""
    source, target = pair
    between = range(level[source] + 1, level[target])
    return [source, *(f"{source} {target} {depth}" for depth in between), target]


class _Neighbours:
    """What each box or stop is joined with, above and below."""

    def __init__(self, chains: Iterable[Sequence[str]]) -> None:
        self.above: dict[str, list[str]] = {}
        self.below: dict[str, list[str]] = {}
        for chain in chains:
            for upper, lower in pairwise(chain):
                self.below.setdefault(upper, []).append(lower)
                self.above.setdefault(lower, []).append(upper)

    def of(self, name: str) -> list[str]:
        """All of them."""
        return [*self.above.get(name, ()), *self.below.get(name, ())]

    @staticmethod
    def names(rows: Iterable[Iterable[str]]) -> list[str]:
        """Everything that has a place."""
        return [name for row in rows for name in row]


def _sort(rows: list[list[str]], near: _Neighbours, *, downwards: bool) -> None:
    """Order each row by the mean place of what it is joined with in the row before."""
    side = near.above if downwards else near.below
    order = range(1, len(rows)) if downwards else range(len(rows) - 2, -1, -1)
    for index in order:
        before = rows[index - 1 if downwards else index + 1]
        place = {name: (i + 0.5) / len(before) for i, name in enumerate(before)}
        row = rows[index]
        own = {name: (i + 0.5) / len(row) for i, name in enumerate(row)}
        mean = {n: fmean([place[o] for o in side.get(n, ())] or [own[n]]) for n in row}
        row.sort(key=mean.__getitem__)


def _place(
    rows: Sequence[Sequence[str]], near: _Neighbours, widths: Mapping[str, float]
) -> dict[str, float]:
    """Give each a place: packed and centred first, then drawn to what it is joined with."""
    place: dict[str, float] = {}
    for row in rows:
        at = 0.0
        for name in row:
            place[name] = at + widths[name] / 2
            at += widths[name] + _GAP
        for name in row:
            place[name] -= (at - _GAP) / 2
    for sweep in range(_SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wanted = {n: fmean([place[o] for o in near.of(n)] or [place[n]]) for n in row}
            place.update(spread_row(row, wanted, widths))
    return place


def _pushed(
    row: Sequence[str], wanted: Mapping[str, float], widths: Mapping[str, float]
) -> dict[str, float]:
    found: dict[str, float] = {}
    edge = float("-inf")
    for name in row:
        found[name] = max(wanted[name], edge + widths[name] / 2)
        edge = found[name] + widths[name] / 2 + _GAP
    return found
