"""A system as a small picture without words: what a card of the gallery shows of a model.

Rules of this file
------------------
1. Everything stands where the canvas has it, so that a card looks like what opens from it.
2. The one colour is that of the text around it; where there is none, as in an image, a grey that
   is seen on white and on black.
3. SVG through xml.etree, so that no text of a user becomes markup.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

from hasim.description.sketch import Arrow, part_id, sketch_system
from hasim.reporting.canvas_layout import Standing, stand
from hasim.reporting.domain_boxes import Box, around
from hasim.system import System

#: Width, height and margin of the picture, in pixels.
WIDTH, HEIGHT, _MARGIN = 240.0, 140.0, 6.0

#: More members than these would be a grey mass, and make the picture large.
_MOST_MEMBERS = 150

#: So much larger than on the canvas boxes are drawn at most.
_LARGEST = 0.45

#: Contrast of at least 3 to 1 on white and on black (WCAG 2.1, 1.4.11).
_GREY = "#848d97"


class _View(NamedTuple):
    """How the canvas is seen: shrunk, then moved."""

    scale: float
    x: float
    y: float

    def at(self, x: float, y: float) -> str:
        """A point as SVG writes it."""
        return f"{_short(self.scale * x + self.x)} {_short(self.scale * y + self.y)}"

    def rectangles(self, boxes: Iterable[Box]) -> str:
        """The path of rectangles."""
        return "".join(map(self._rectangle, boxes))

    def _rectangle(self, box: Box) -> str:
        left, top, _, _ = box.borders
        across, down = _short(self.scale * box.width), _short(self.scale * box.height)
        return f"M{self.at(left, top)}h{across}v{down}h-{across}z"


def draw_thumbnail(system: System) -> str:
    """Return a small picture of a system as SVG: boxes and arrows, no words.

    Parameters
    ----------
    system : System

    Returns
    -------
    str
        One ``svg`` element of the class ``thumbnail`` that needs nothing from elsewhere; under
        30 kB for some hundred components. Its title is the name of the system.
    """
    sketch = sketch_system(system)
    standing = stand(sketch, {})
    boxes = standing.boxes
    view = _fit(boxes.values())
    svg = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "thumbnail",
            "role": "img",
            "color": _GREY,
            "viewBox": f"0 0 {WIDTH:g} {HEIGHT:g}",
            "width": f"{WIDTH:g}",
            "height": f"{HEIGHT:g}",
        },
    )
    SubElement(svg, "title").text = system.name
    for depth in (sketch.domains, (name for name, outer in standing.outer.items() if outer)):
        _fill(svg, view, (boxes[part_id("domains", name)] for name in depth), 0.12)
    if len(sketch.members) <= _MOST_MEMBERS:
        _fill(svg, view, (boxes[member.identifier] for member in sketch.members), 0.4)
    arrows = [arrow for arrow in sketch.arrows if arrow.source not in sketch.domains]
    for is_hard, dashes in ((True, ""), (False, "2 2")):
        alike = (one for one in arrows if (one.kind in ("needs", "routes")) is is_hard)
        _stroke(svg, view, standing, alike, dashes)
    _fill(svg, view, (boxes[part_id("components", name)] for name in sketch.components), 0.75)
    _fill(svg, view, (boxes[part_id("services", name)] for name in sketch.services), 1.0)
    return tostring(svg, encoding="unicode")


def _fit(boxes: Iterable[Box]) -> _View:
    """The view in which all boxes are in the middle of the picture, as large as can be."""
    left, top, right, bottom = around(boxes)
    scale = min(
        (WIDTH - 2 * _MARGIN) / (right - left), (HEIGHT - 2 * _MARGIN) / (bottom - top), _LARGEST
    )
    return _View(scale, (WIDTH - scale * (left + right)) / 2, (HEIGHT - scale * (top + bottom)) / 2)


def _fill(svg: Element, view: _View, boxes: Iterable[Box], opacity: float) -> None:
    path = view.rectangles(boxes)
    if path:
        SubElement(svg, "path", {"d": path, "fill": "currentColor", "fill-opacity": f"{opacity:g}"})


def _stroke(
    svg: Element, view: _View, standing: Standing, arrows: Iterable[Arrow], dashes: str
) -> None:
    path = "".join(_curve(view, standing, arrow) for arrow in arrows)
    if path:
        look = {"fill": "none", "stroke": "currentColor", "stroke-opacity": "0.6"}
        look |= {"stroke-dasharray": dashes} if dashes else {}
        SubElement(svg, "path", {"d": path, **look})


def _curve(view: _View, standing: Standing, arrow: Arrow) -> str:
    """From the foot of a box to the head of another."""
    source, target = standing.boxes[arrow.source_id], standing.boxes[arrow.target_id]
    start, end = source.borders[3], target.borders[1]
    middle = (start + end) / 2
    points = (source.x, start), (source.x, middle), (target.x, middle), (target.x, end)
    begin, *others = (view.at(x, y) for x, y in points)
    return f"M{begin}C{' '.join(others)}"


def _short(number: float) -> str:
    """A coordinate to a tenth of a pixel."""
    return f"{number:.1f}".removesuffix(".0")
