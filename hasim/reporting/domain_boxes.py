"""Where domains stand on the canvas: boxes within boxes, with the replicas that are in them.

Theory of operation
-------------------
A box holds its members in a grid, then the domains in it that hold none themselves side by side,
then those that do, below one another. Where domains beside each other hold nearly the same groups,
as zones do, a group has the same cell in each of them, so that a gap shows where it is not. Sizes
are found from the inside out and places from the outside in.

Rules of this file
------------------
1. Boxes beside each other never meet, and a box holds all that is inside of it.
2. The order of the file is kept everywhere, so that what is added shifts only what comes after.
3. A domain that is inside of itself, as it may be while somebody types, is drawn outside of all.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

#: Width and height of a member, and the room between members.
MEMBER_WIDTH, MEMBER_HEIGHT, _BETWEEN = 118.0, 26.0, 8.0

#: Room within a box around what it holds, its title, and between boxes.
_PADDING, _TITLE, _GAP = 12.0, 24.0, 16.0

#: Boxes beside each other have common cells from this share of cells in use on, all together; one
#: that uses less than the other share of them has cells of its own.
_ALIKE, _SPARSE = 0.6, 0.3

#: A grid is so much wider than it is high.
_WIDE = 1.2

#: So many domains without domains stand beside each other, and so many with some below.
_BESIDE, _BELOW = 4, 3


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its centre, in pixels; y grows downwards."""

    x: float
    y: float
    width: float
    height: float

    @classmethod
    def between(cls, left: float, top: float, right: float, bottom: float) -> Box:
        """The rectangle with those borders."""
        return cls((left + right) / 2, (top + bottom) / 2, right - left, bottom - top)

    @property
    def borders(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom."""
        half, tall = self.width / 2, self.height / 2
        return self.x - half, self.y - tall, self.x + half, self.y + tall

    def meets(self, other: Box) -> bool:
        """Whether two rectangles have a point in common that is on no border."""
        return (
            2 * abs(self.x - other.x) < self.width + other.width
            and 2 * abs(self.y - other.y) < self.height + other.height
        )

    def holds(self, other: Box) -> bool:
        """Whether another rectangle is inside of this one."""
        left, top, right, bottom = self.borders
        its_left, its_top, its_right, its_bottom = other.borders
        return left <= its_left and top <= its_top and its_right <= right and its_bottom <= bottom


def around(boxes: Iterable[Box]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom border of some rectangles together; at least one."""
    left, top, right, bottom = zip(*(box.borders for box in boxes), strict=True)
    return min(left), min(top), max(right), max(bottom)


@dataclass(frozen=True, slots=True)
class Nest:
    """Domains, what they are in and what is in them.

    Parameters
    ----------
    outer : Mapping[str, str or None]
        The domain around each, none of them around itself.
    members : Mapping[str, Sequence of str]
        Groups that are directly in a domain.
    """

    outer: Mapping[str, str | None]
    members: Mapping[str, Sequence[str]]

    def inner(self) -> dict[str | None, list[str]]:
        """The domains directly in each, and under None those in none."""
        found: dict[str | None, list[str]] = {None: [], **{name: [] for name in self.outer}}
        for name, outer in self.outer.items():
            found[outer].append(name)
        return found


def nest(inside: Mapping[str, str | None], members: Mapping[str, Sequence[str]]) -> Nest:
    """Put domains into each other, those around themselves aside.

    Parameters
    ----------
    inside : Mapping[str, str or None]
        The domain that each says it is in.
    members : Mapping[str, Sequence of str]
        Groups that are directly in a domain.
    """
    outer = {name: one if one in inside else None for name, one in inside.items()}
    settled: set[str] = set()
    for name in outer:
        passed: dict[str, None] = {}
        at: str | None = name
        while at is not None and at not in settled and at not in passed:
            passed[at] = None
            at = outer[at]
        if at is not None and at in passed:
            outer[at] = None
        settled.update(passed)
    return Nest(outer, members)


@dataclass(frozen=True, slots=True)
class Nested:
    """Boxes of domains by name, and of members by domain and group; and the upper left corner."""

    corner: tuple[float, float]
    domains: Mapping[str, Box]
    members: Mapping[tuple[str, str], Box]


def place_domains(
    nested: Nest,
    at: tuple[float, float],
    places: Mapping[str, tuple[float, float]],
    *,
    is_wide: bool = False,
) -> Nested:
    """Find places for domains and their members.

    Parameters
    ----------
    nested : Nest
    at : (float, float)
        Upper left corner of all.
    places : Mapping[str, (float, float)]
        Centres of domains that somebody moved; what is inside goes with them.
    is_wide : bool
        Whether there is more room to the right than below.

    Returns
    -------
    Nested
    """
    packing = _Packing(nested, is_wide=is_wide)
    domains, members = packing.place(at)
    if places:
        domains, members = _move(nested, packing.order, (domains, members), places)
    return Nested(at, domains, members)


class _Packing:
    """Sizes from the inside out, then places from the outside in."""

    def __init__(self, nested: Nest, *, is_wide: bool) -> None:
        self.is_wide = is_wide
        self.inner = nested.inner()
        self.members = nested.members
        self.order = [*self.inner[None]]
        for name in self.order:
            self.order += self.inner[name]
        self.cells: dict[str, dict[str, int]] = {}
        for siblings in self.inner.values():
            self.cells |= _cells(siblings, self.members)
        self.sizes: dict[str, tuple[float, float]] = {}
        for name in reversed(self.order):
            self.sizes[name] = self._size(name)

    def _size(self, name: str) -> tuple[float, float]:
        """Width and height of a box that holds what is in it."""
        widths, height = [MEMBER_WIDTH], _TITLE
        if self.cells[name] or not self.inner[name]:
            columns, rows = _grid(len(self.cells[name]))
            widths.append(columns * (MEMBER_WIDTH + _BETWEEN) - _BETWEEN)
            height += rows * (MEMBER_HEIGHT + _BETWEEN) - _BETWEEN + _PADDING
        for row in self._rows(self.inner[name]):
            widths.append(sum(self.sizes[one][0] + _GAP for one in row) - _GAP)
            height += max(self.sizes[one][1] for one in row) + _PADDING
        return max(widths) + 2 * _PADDING, height

    def _rows(self, names: Sequence[str]) -> list[list[str]]:
        """Domains by the row in which they stand."""
        plain = [name for name in names if not self.inner[name]]
        holding = [name for name in names if self.inner[name]]
        beside = _BESIDE if len(plain) <= _BESIDE else math.ceil(1.3 * math.sqrt(len(plain)))
        columns = math.ceil(math.sqrt(len(holding) * 2 if self.is_wide else len(holding) / 2))
        is_few = len(holding) <= _BELOW and not self.is_wide
        return [*_cut(plain, beside), *_cut(holding, 1 if is_few else max(1, columns))]

    def place(self, at: tuple[float, float]) -> tuple[dict[str, Box], dict[tuple[str, str], Box]]:
        domains: dict[str, Box] = {}
        members: dict[tuple[str, str], Box] = {}
        self._place_rows(self.inner[None], at, domains)
        for name in self.order:
            left, top, _, _ = domains[name].borders
            left, top = left + _PADDING, top + _TITLE
            columns, rows = _grid(len(self.cells[name]))
            for group, cell in self.cells[name].items():
                if group in self.members.get(name, ()):
                    x = left + (cell % columns) * (MEMBER_WIDTH + _BETWEEN) + MEMBER_WIDTH / 2
                    y = top + (cell // columns) * (MEMBER_HEIGHT + _BETWEEN) + MEMBER_HEIGHT / 2
                    members[name, group] = Box(x, y, MEMBER_WIDTH, MEMBER_HEIGHT)
            if self.cells[name]:
                top += rows * (MEMBER_HEIGHT + _BETWEEN) - _BETWEEN + _PADDING
            self._place_rows(self.inner[name], (left, top), domains)
        return domains, members

    def _place_rows(
        self, names: Sequence[str], at: tuple[float, float], domains: dict[str, Box]
    ) -> None:
        """Place domains row by row; those in a row are equally high."""
        _, top = at
        for row in self._rows(names):
            left, height = at[0], max(self.sizes[name][1] for name in row)
            for name in row:
                width = self.sizes[name][0]
                domains[name] = Box.between(left, top, left + width, top + height)
                left += width + _GAP
            top += height + _PADDING


def _cells(
    siblings: Sequence[str], members: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, int]]:
    """The cell of each group in each of some boxes beside each other."""
    own = {name: dict.fromkeys(members.get(name, ())) for name in siblings}
    filled = [groups for groups in own.values() if groups]
    every = dict.fromkeys(group for groups in filled for group in groups)
    is_alike = sum(map(len, filled)) >= _ALIKE * len(every) * len(filled)
    common = {group: cell for cell, group in enumerate(every)}
    return {
        name: common
        if is_alike and len(groups) >= _SPARSE * len(every)
        else {group: cell for cell, group in enumerate(groups)}
        for name, groups in own.items()
    }


def _grid(count: int) -> tuple[int, int]:
    """Columns and rows for so many members; room for one where there are none."""
    pitch = (MEMBER_HEIGHT + _BETWEEN) / (MEMBER_WIDTH + _BETWEEN)
    columns = max(1, round(math.sqrt(count * pitch * _WIDE)))
    return columns, max(1, -(-count // columns))


def _cut(names: Sequence[str], most: int) -> Iterable[list[str]]:
    return (list(names[i : i + most]) for i in range(0, len(names), most))


def _move(
    nested: Nest,
    order: Sequence[str],
    boxes: tuple[dict[str, Box], dict[tuple[str, str], Box]],
    places: Mapping[str, tuple[float, float]],
) -> tuple[dict[str, Box], dict[tuple[str, str], Box]]:
    """Move domains with all that they hold; those around grow where they no longer hold it."""
    domains, members = boxes
    shifts: dict[str, tuple[float, float]] = {}
    for name in order:
        outer = nested.outer[name]
        x, y = (0.0, 0.0) if outer is None else shifts[outer]
        if name in places:
            x, y = places[name][0] - domains[name].x, places[name][1] - domains[name].y
        shifts[name] = x, y
    moved = {name: _shifted(box, shifts[name]) for name, box in domains.items()}
    for name in reversed(order):
        outer = nested.outer[name]
        if outer is not None:
            moved[outer] = _grown(moved[outer], moved[name])
    return moved, {key: _shifted(box, shifts[key[0]]) for key, box in members.items()}


def _shifted(box: Box, by: tuple[float, float]) -> Box:
    return replace(box, x=box.x + by[0], y=box.y + by[1])


def _grown(box: Box, inside: Box) -> Box:
    """The box, grown so that another is inside with some room around it."""
    if box.holds(inside):
        return box
    left, top, right, bottom = inside.borders
    room = (left - _PADDING, top - _TITLE, right + _PADDING, bottom + _PADDING)
    own = box.borders
    return Box.between(*map(min, own[:2], room[:2]), *map(max, own[2:], room[2:]))
