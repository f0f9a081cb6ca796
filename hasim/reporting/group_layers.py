"""Where services and components stand on the canvas: in layers, what nothing is joined with below.

Theory of operation
-------------------
`topology_layout` finds the layers and the order in them, services on top. Boxes of many layers
drift apart there, each after what it is joined with, so that they are drawn together again.
Components that no arrow joins with another stand in rows of their own below, where one more shifts
nothing.

Rules of this file
------------------
1. Arrows that lead back, as those of a cycle do, have no say in where anything stands.
2. The first group is the origin, so that a picture that grows stays where it was.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from hasim.description.sketch import Sketch, part_id
from hasim.reporting.domain_boxes import Box
from hasim.reporting.topology_layout import MOST_IN_LAYER, Layout, lay_out, spread_row

#: Width and height of a group, and the room between layers.
GROUP_WIDTH, GROUP_HEIGHT, DOWN = 168.0, 46.0, 56.0

#: Between boxes of a layer, and that much more of it than `topology_layout` leaves.
ACROSS, _MORE = 26.0, 8.0

#: Between arrows that pass a layer side by side: many of them share little room.
_PASSING = 6.0

#: Layers are at most so much wider than the boxes of the fullest of them.
_ROOMY = 1.3

Way = tuple[tuple[float, float], ...]


def place_groups(sketch: Sketch) -> tuple[dict[str, Box], dict[tuple[str, str], Way]]:
    """Boxes of services and components, and points on the way of long arrows, by identifiers."""
    services = [part_id("services", name) for name in sketch.services]
    groups = [*services, *(part_id("components", name) for name in sketch.components)]
    known = set(groups)
    pairs = [
        (arrow.source_id, arrow.target_id)
        for arrow in sketch.arrows
        if arrow.source_id in known and arrow.source != arrow.target
    ]
    joined = {*services, *(end for pair in pairs for end in pair)}
    layered = [group for group in groups if group in joined]
    boxes, ways = _place_layers(layered, services, pairs)
    origin = next(iter(boxes.values())).x if boxes else 0.0
    boxes = {name: Box(round(b.x - origin, 1), b.y, b.width, b.height) for name, b in boxes.items()}
    ways = {ends: tuple((x - origin, y) for x, y in way) for ends, way in ways.items()}
    boxes |= _place_alone([group for group in groups if group not in joined], boxes)
    return {group: boxes[group] for group in groups}, ways


def _place_layers(
    groups: Sequence[str], services: Sequence[str], pairs: Sequence[tuple[str, str]]
) -> tuple[dict[str, Box], dict[tuple[str, str], Way]]:
    """Groups in the order of their layers, as `lay_out` has them."""
    if not groups:
        return {}, {}
    number = {group: str(index) for index, group in enumerate(groups)}
    onward = _onward(groups, pairs)
    drawn = [(number[a], number[b]) for a, b in (*onward, *_below_services(services, onward))]
    layout = lay_out(_ordered(len(groups), drawn), drawn, GROUP_WIDTH + _MORE, passing=_PASSING)
    row = {name: depth for depth, names in enumerate(layout.layers) for name in names}
    scale, centres = _drawn_together(layout)
    boxes = {
        group: Box(centres[n], _down(row[n]), GROUP_WIDTH, GROUP_HEIGHT)
        for group, n in number.items()
    }
    ways = {}
    for source, target in onward:
        stops = layout.ways[number[source], number[target]]
        if stops:
            first = row[number[source]] + 1
            ways[source, target] = tuple((scale * x, _down(first + i)) for i, x in enumerate(stops))
    return boxes, ways


def _drawn_together(layout: Layout) -> tuple[float, dict[str, float]]:
    """By how much a layout is made narrower that has much room in its layers, and where boxes are.

    Boxes of many layers drift apart, each after what it is joined with.
    """
    full = _ROOMY * (GROUP_WIDTH + ACROSS) * max(len(names) for names in layout.layers)
    scale = min(1.0, full / layout.width)
    centres: dict[str, float] = {}
    for names in layout.layers:
        wanted = {name: scale * layout.centres[name] for name in names}
        centres |= spread_row(names, wanted, dict.fromkeys(names, GROUP_WIDTH + _MORE))
    return scale, centres


def _down(row: int) -> float:
    """The middle of a layer."""
    return row * (GROUP_HEIGHT + DOWN)


def _place_alone(groups: Sequence[str], above: Mapping[str, Box]) -> dict[str, Box]:
    """Groups that nothing is joined with, in rows below the others."""
    columns = max(MOST_IN_LAYER, math.isqrt(len(above) + len(groups)))
    across, down = GROUP_WIDTH + ACROSS, GROUP_HEIGHT + ACROSS
    left = min((box.x for box in above.values()), default=0.0)
    top = max((box.y + down for box in above.values()), default=0.0)
    return {
        group: Box(
            left + index % columns * across,
            top + index // columns * down,
            GROUP_WIDTH,
            GROUP_HEIGHT,
        )
        for index, group in enumerate(groups)
    }


# ---------------------------------------------------------------------------- arrows that lead on


def _onward(groups: Sequence[str], pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The arrows without those that lead back to where one came from."""
    below: dict[str, list[str]] = {group: [] for group in groups}
    for source, target in dict.fromkeys(pairs):
        below[source].append(target)
    done: set[str] = set()
    return [pair for root in groups for pair in _walk(root, below, done)]


def _walk(
    root: str, below: Mapping[str, Sequence[str]], done: set[str]
) -> Iterator[tuple[str, str]]:
    """The arrows from a group on, depth first, that lead to nothing that one came from."""
    way = {} if root in done else {root: iter(below[root])}
    while way:
        group = next(reversed(way))
        target = next(way[group], None)
        if target is None:
            del way[group]
            done.add(group)
        elif target not in way:
            yield group, target
            if target not in done:
                way[target] = iter(below[target])


def _below_services(
    services: Sequence[str], onward: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Unseen arrows that keep components which nothing needs below the services."""
    ends = list(onward)
    targets = {target for _, target in ends}
    top = next((service for service in services if service not in targets), None)
    roots = dict.fromkeys(source for source, _ in ends if source not in targets)
    return [] if top is None else [(top, root) for root in roots if root not in services]


def _ordered(count: int, pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Numbers so that arrows lead on, those first that can be by their own order."""
    below: dict[str, list[str]] = {}
    above = [0] * count
    for source, target in pairs:
        below.setdefault(source, []).append(target)
        above[int(target)] += 1
    free = [index for index in range(count) if not above[index]]
    order: list[str] = []
    while free:
        index = heapq.heappop(free)
        order.append(str(index))
        for target in below.get(str(index), ()):
            above[int(target)] -= 1
            if not above[int(target)]:
                heapq.heappush(free, int(target))
    return order
