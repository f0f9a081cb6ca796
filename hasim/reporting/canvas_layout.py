"""Where everything stands on the canvas: groups in layers, domains beside or below them.

Theory of operation
-------------------
`group_layers` finds places for services and components, `domain_boxes` for domains and their
members, which stand to the right of the groups, or below them where these are wide already. Where
it is known how the picture was before, groups stay there: an arrow more would else move a half of
many of them. What is new then stands near what it is joined with, where there is room.

Rules of this file
------------------
1. The same input gives the same places, and a place that somebody chose changes no other one; but
   what the draft does not write, such as the service by default, gives way.
2. No boxes meet but those that somebody put onto each other.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from hasim.description.sketch import Arrow, Sketch, part_id
from hasim.reporting.domain_boxes import Box, Nested, around, nest, place_domains
from hasim.reporting.group_layers import (
    ACROSS,
    DOWN,
    GROUP_HEIGHT,
    GROUP_WIDTH,
    Way,
    place_groups,
)

#: Domains beside groups begin at a multiple of this, so that they seldom move; so far from the
#: groups at least.
_STEP, _ASIDE = 160.0, 60.0

#: Groups that are wider together have the domains below them: half the width of a screen.
_NARROW = 1000.0

#: So few groups, which are seen at once, are laid out afresh where an arrow would not lead down.
_FEW = 12

#: From a group to the one below it.
_ROW = GROUP_HEIGHT + DOWN

#: So many steps to each side room is looked for in a row, before the next one down.
_STEPS = 4

Places = Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Former:
    """Where things stood in the picture before.

    Parameters
    ----------
    groups : Mapping[str, (float, float)]
        Centres by identifier.
    corner : (float, float)
        The upper left corner of all domains.
    """

    groups: Places
    corner: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where everything stands.

    Parameters
    ----------
    boxes : Mapping[str, Box]
        By identifier: groups, domains and members.
    outer : Mapping[str, str or None]
        By the name of a domain the one that its box is in.
    ways : Mapping[(str, str), tuple of (float, float)]
        For arrows that pass layers, by the identifiers of their ends: points on the way.
    corner : (float, float)
        The upper left corner of all domains that nobody moved.
    """

    boxes: Mapping[str, Box]
    outer: Mapping[str, str | None]
    ways: Mapping[tuple[str, str], Way]
    corner: tuple[float, float]


def stand(sketch: Sketch, places: Places, former: Former | None = None) -> Standing:
    """Find places for all that is drawn.

    Parameters
    ----------
    sketch : Sketch
    places : Mapping[str, (float, float)]
        Centres that somebody chose, by identifier of a group or domain.
    former : Former, optional
        The picture before: what was in it stays, if half of the groups were in it; of few groups
        only while arrows lead down.

    Returns
    -------
    Standing
    """
    fresh, ways = place_groups(sketch)
    domains = _Domains(sketch, places)
    chosen = {
        group: Box(*places[group], GROUP_WIDTH, GROUP_HEIGHT) for group in fresh if group in places
    }
    if former is not None and _is_like(sketch, fresh, chosen, former):
        boxes, nested = _keep(sketch, fresh, chosen, domains, former)
    else:
        boxes, nested = fresh, domains.beside(fresh.values())
    boxes = _give_way(sketch, boxes | chosen, chosen)
    ways = {ends: way for ends, way in ways.items() if all(boxes[e] == fresh[e] for e in ends)}
    boxes |= {part_id("domains", name): box for name, box in nested.domains.items()}
    for member in sketch.members:
        boxes[member.identifier] = nested.members[member.domain, member.group]
    return Standing(boxes, domains.nest.outer, ways, nested.corner)


def _give_way(
    sketch: Sketch, boxes: Mapping[str, Box], chosen: Mapping[str, Box]
) -> dict[str, Box]:
    """Groups of which those that the draft does not write stand above what was put onto them."""
    standing = dict(boxes)
    for group, box in boxes.items():
        if group in sketch.locked and group not in chosen and _is_taken(box, chosen.values()):
            others = [one for name, one in standing.items() if name != group]
            above = (replace(box, y=box.y - row * _ROW) for row in itertools.count(1))
            standing[group] = next(one for one in above if not _is_taken(one, others))
    return standing


class _Domains:
    """Domains and members, which can be placed at any corner."""

    def __init__(self, sketch: Sketch, places: Places) -> None:
        members: dict[str, list[str]] = {}
        for member in sketch.members:
            members.setdefault(member.domain, []).append(member.group)
        self.nest = nest({name: one.inside for name, one in sketch.domains.items()}, members)
        keys = {name: part_id("domains", name) for name in sketch.domains}
        self.chosen = {name: places[key] for name, key in keys.items() if key in places}

    def at(self, corner: tuple[float, float], *, is_below: bool) -> Nested:
        """Their places at a corner, beside the groups or below them."""
        return place_domains(self.nest, corner, self.chosen, is_wide=is_below)

    def beside(self, groups: Iterable[Box]) -> Nested:
        """Their places to the right of some groups, or below them where these are wide."""
        boxes = list(groups)
        if not boxes:
            return self.at((0.0, 0.0), is_below=False)
        left, top, right, bottom = around(boxes)
        if right - left > _NARROW:
            corner = math.floor(left / _STEP) * _STEP, bottom + _ASIDE
            return self.at(corner, is_below=True)
        return self.at((math.ceil((right + _ASIDE) / _STEP) * _STEP, top), is_below=False)

    def outermost(self, nested: Nested) -> list[Box]:
        """The boxes of domains in no other that nobody moved."""
        return [
            box
            for name, box in nested.domains.items()
            if self.nest.outer[name] is None and name not in self.chosen
        ]


# ---------------------------------------------------------------------------- as it was before


def _is_like(
    sketch: Sketch, fresh: Mapping[str, Box], chosen: Mapping[str, Box], former: Former
) -> bool:
    """Whether the picture is so much like the one before that what was there can stay."""
    known = former.groups.keys() & fresh.keys()
    if not known or 2 * len(known) < len(fresh):
        return False
    auto = known - chosen.keys()
    inner = [one for one in sketch.arrows if {one.source_id, one.target_id} <= auto]
    return len(fresh) > _FEW or not any(
        fresh[one.source_id].y < fresh[one.target_id].y
        and former.groups[one.source_id][1] >= former.groups[one.target_id][1]
        for one in inner
    )


def _keep(
    sketch: Sketch,
    fresh: Mapping[str, Box],
    chosen: Mapping[str, Box],
    domains: _Domains,
    former: Former,
) -> tuple[dict[str, Box], Nested]:
    """Groups and domains where they were before, and new groups where there is room."""
    kept = {
        group: replace(box, x=former.groups[group][0], y=former.groups[group][1])
        for group, box in fresh.items()
        if group in former.groups
    }
    auto = {group: box for group, box in kept.items() if group not in chosen} or kept
    is_below = former.corner[1] >= around(auto.values())[3]
    nested = domains.at(former.corner, is_below=is_below)
    standing = {**kept, **chosen}
    taken = [*standing.values(), *([] if is_below else nested.domains.values())]
    for group, box in fresh.items():
        if group not in kept:
            wanted = _near(group, box, sketch.arrows, standing)
            kept[group] = next(one for one in _around(wanted) if not _is_taken(one, taken))
            standing.setdefault(group, kept[group])
            taken.append(kept[group])
    groups = [box for group, box in kept.items() if group not in chosen]
    if any(_is_taken(box, groups) for box in domains.outermost(nested)):
        nested = domains.beside(groups)
    return {group: kept[group] for group in fresh}, nested


def _near(group: str, box: Box, arrows: Sequence[Arrow], kept: Mapping[str, Box]) -> Box:
    """Below what needs a group, else a component above what it needs; else where it came afresh."""
    for arrow in arrows:
        if arrow.target_id == group and arrow.source_id in kept:
            source = kept[arrow.source_id]
            return replace(source, y=source.y + _ROW)
    for arrow in arrows:
        is_component = group == part_id("components", arrow.source)
        if arrow.source_id == group and is_component and arrow.target_id in kept:
            target = kept[arrow.target_id]
            return replace(target, y=target.y - _ROW)
    return box


def _around(box: Box) -> Iterator[Box]:
    """The box, then such to its right and left, then in the rows below."""
    across = (GROUP_WIDTH + ACROSS) / 2
    for row in itertools.count():
        yield replace(box, y=box.y + row * _ROW)
        for step in range(1, 2 * _STEPS + 1):
            for side in (step, -step):
                yield replace(box, x=box.x + side * across, y=box.y + row * _ROW)


def _is_taken(box: Box, taken: Iterable[Box]) -> bool:
    roomy = Box(box.x, box.y, box.width + ACROSS / 2, box.height + ACROSS / 2)
    return any(roomy.meets(other) for other in taken)
