"""A picture of a system: who needs whom, how many there are, where they are, what costs uptime.

Theory of operation
-------------------
Services stand at the top and arrows lead to what they need (topology_layout.py). A box shows a
component with a mark for each replica, in the colour and with the number of its domain, whose names
stand in the key below. Where a Solution is given, a box is the warmer the more of the downtime is
charged to it. A box may have a sign of what differs from another system, and a frame with it.

Rules of this file
------------------
Colours are classes, which a dark screen and paper give other values; none comes from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from hasim.reporting.drawn import begin_picture, cut, end_picture, write_text
from hasim.reporting.part_words import say, tell
from hasim.reporting.picture_colours import with_colours
from hasim.reporting.topology_layout import Layout, lay_out
from hasim.solution import Solution
from hasim.system import Component, Domain, Service, System
from hasim.topology import (
    Link,
    Place,
    cycles,
    links,
    needed_first,
    outwards,
    placement,
    takeover_links,
)

_BOX, _HEIGHT, _DOWN, _MARGIN = 160.0, 74.0, 48.0, 16.0

#: A key is not broken before, in pixels: what a narrow screen still shows at a size to be read.
_KEY = 460.0

#: A picture that is wider, in pixels, may take more of a page than its text does.
WIDE = 960.0

#: Marks of replicas: how far apart, how large, and how many are drawn one by one.
_STEP, _RADIUS, _MOST_MARKS = 19.0, 8.0, 8

#: Of Okabe and Ito (2008), in an order in which neighbours differ most, with the colour of text.
_COLOURS = (
    *(("#0072b2", "#fff"), ("#e69f00", "#000"), ("#009e73", "#fff"), ("#cc79a7", "#000")),
    *(("#56b4e9", "#000"), ("#d55e00", "#fff"), ("#f0e442", "#000")),
)

#: Longest name that fits a box.
_MOST_LETTERS = 20

#: What arrows say, and the classes of those that are no plain lines.
_ARROWS = {
    "needs": "needs",
    "routes to": "routes requests to",
    "uses": "uses, serves on without",
    "runs on": "runs on",
    "takes over with": "needs it to take over or to restart",
}
_ARROW_KINDS = {
    "uses": "uses",
    "routes to": "routes",
    "runs on": "host",
    "takes over with": "takeover",
}

_STYLE = """
.topology text{fill:var(--ink);font:13px system-ui,Helvetica,Arial,sans-serif}
.topology .name{font-weight:600}
.topology .soft{fill:var(--soft);font-size:11px}
.topology .mark{font-size:9px;font-weight:600;text-anchor:middle}
.topology .box{fill:var(--box);stroke:var(--line)}
.topology .service{stroke:var(--ink);stroke-width:1.6}
.topology .heat{fill:var(--heat)}
.topology .signed{stroke:var(--sign);stroke-width:2.4;stroke-dasharray:7 3}
.topology .sign{fill:var(--sign);text-anchor:end;font-size:12px;font-weight:600}
.topology .share{text-anchor:end;font-size:11px;font-weight:600}
.topology .arrow{fill:none;stroke:var(--line);stroke-width:1.4}
.topology .uses{stroke-dasharray:5 4}
.topology .routes{stroke-width:2.6}
.topology .takeover{stroke-dasharray:9 3 1.5 3}
.topology .host{stroke-dasharray:1.5 3.5}
.topology .head{fill:var(--line)}
.topology .nowhere{fill:none;stroke:var(--soft)}
"""


class _Colour(NamedTuple):
    number: int
    fill: str
    text: str


@dataclass(frozen=True, slots=True)
class _Picture:
    """What is drawn: the system, where everything stands, colours and shares of downtime."""

    system: System
    layout: Layout
    rows: Mapping[str, int]
    colours: Mapping[str, _Colour]
    shares: Mapping[str, float]
    words: frozenset[str]
    signs: Mapping[str, str]

    def corner(self, name: str) -> tuple[float, float]:
        """The upper left corner of a box."""
        down = self.rows[name] * (_HEIGHT + _DOWN)
        return _MARGIN + self.layout.centres[name] - _BOX / 2, _MARGIN + down


def draw_topology(
    system: System,
    solution: Solution | None = None,
    service: str | None = None,
    *,
    signs: Mapping[str, str] | None = None,
) -> str:
    """Return the picture of a system as SVG.

    Parameters
    ----------
    system : System
    solution : Solution, optional
        Its downtime by cause warms the boxes.
    service : str, optional
        The downtime of this service only.
    signs : mapping of str to str, optional
        What stands at the boxes of some names, such as ``+ added``.

    Returns
    -------
    str
        One ``svg`` element that needs nothing from elsewhere.
    """
    drawn, order = _arrows(system)
    layout = lay_out(order, [(link.source, link.target) for link in drawn], _BOX)
    rows = {name: row for row, names in enumerate(layout.layers) for name in names}
    shares = {} if solution is None else downtime_shares(solution, service)
    words = frozenset(link.words for link in drawn)
    picture = _Picture(system, layout, rows, _colours(system), shares, words, signs or {})
    key_at = 2 * _MARGIN + len(layout.layers) * (_HEIGHT + _DOWN) - _DOWN
    width = layout.width + 2 * _MARGIN
    title = f"{system.name}: what needs what, and where it is"
    svg = begin_picture("topology", title, with_colours(_STYLE))
    for link in drawn:
        _draw_arrow(svg, picture, link)
    places = placement(system)
    for name in rows:
        _draw_box(svg, picture, name, places.get(name, ()))
    key_width, bottom = _draw_key(svg, picture, key_at, width)
    width = max(width, key_width)
    if width > WIDE:
        svg.set("class", "topology wide")
    return end_picture(svg, width, bottom)


def downtime_shares(solution: Solution, service: str | None = None) -> dict[str, float]:
    """The share of the downtime that is charged to each component or domain.

    Parameters
    ----------
    solution : Solution
    service : str, optional
        Its downtime only; that of all services unless given.

    Returns
    -------
    dict of str to float
        By what stands before the first dot of a cause: ``db`` of ``db.crash.common``.
    """
    charged: dict[str, float] = {}
    for name, answer in solution.services.items():
        if service not in (None, name):
            continue
        for cause, one in answer.downtime_s_per_year_by_cause.items():
            owner = cause.partition(".")[0]
            charged[owner] = charged.get(owner, 0.0) + (one.value or 0.0)
    total = sum(charged.values())
    return {name: seconds / total for name, seconds in charged.items()} if total else {}


def _arrows(system: System) -> tuple[list[Link], list[str]]:
    """What is drawn as arrows, and the boxes in an order in which all arrows lead on.

    What takeovers need is left out where that would lead back, which a model may do.
    """
    extra = list(takeover_links(system))
    extra = [] if cycles(system, extra) else extra
    drawn = {
        (link.source, link.target): link
        for link in (*extra, *links(system))
        if link.source not in system.domains and link.target not in system.domains
    }
    order = [one for one in reversed(needed_first(system, extra)) if one not in system.domains]
    return list(drawn.values()), order


def _colours(system: System) -> dict[str, _Colour]:
    """A colour and a number for each domain that replicas are directly in."""
    used = (place.domain for places in placement(system).values() for place in places)
    names = [name for name in dict.fromkeys(used) if name]
    return {
        name: _Colour(i + 1, *_COLOURS[i % len(_COLOURS)])
        for i, name in enumerate(sorted(names, key=list(system.domains).index))
    }


# ---------------------------------------------------------------------------- arrows


def _draw_arrow(svg: Element, picture: _Picture, link: Link) -> None:
    """A curve from the foot of a box, through its stops, to the head of another."""
    kind = _ARROW_KINDS.get(link.words, "needs")
    (x, y), (end_x, end_y) = picture.corner(link.source), picture.corner(link.target)
    x, y, end_x = x + _BOX / 2, y + _HEIGHT, end_x + _BOX / 2
    path = f"M{x:.1f} {y:.1f}"
    for stop in picture.layout.ways[link.source, link.target]:
        at, low = stop + _MARGIN, y + _DOWN
        path += f"C{x:.1f} {(y + low) / 2:.1f} {at:.1f} {(y + low) / 2:.1f} {at:.1f} {low:.1f}"
        path += f"V{low + _HEIGHT:.1f}"
        x, y = at, low + _HEIGHT
    tip = end_y - 7.0
    middle = (y + tip) / 2
    path += f"C{x:.1f} {middle:.1f} {end_x:.1f} {middle:.1f} {end_x:.1f} {tip:.1f}"
    curve = SubElement(svg, "path", {"class": f"arrow {kind}", "d": path})
    SubElement(curve, "title").text = str(link)
    head = f"M{end_x - 4:.1f} {tip:.1f}h8l-4 7z"
    SubElement(svg, "path", {"class": "head", "d": head})


# ---------------------------------------------------------------------------- boxes


def _draw_box(svg: Element, picture: _Picture, name: str, places: tuple[Place, ...]) -> None:
    x, y = picture.corner(name)
    part = picture.system.components.get(name) or picture.system.services[name]
    kind = "box service" if isinstance(part, Service) else "box"
    radius = "14" if isinstance(part, Service) else "4"
    box = {"x": f"{x:.1f}", "y": f"{y:.1f}", "width": f"{_BOX:g}", "height": f"{_HEIGHT:g}"}
    group = SubElement(svg, "g")
    SubElement(group, "title").text = _tooltip(picture, name, part)
    sign = picture.signs.get(name, "")
    kind = f"{kind} signed" if sign else kind
    SubElement(group, "rect", {"class": kind, "rx": radius, **box})
    share = picture.shares.get(name, 0.0)
    if share >= 0.005:
        heat = {"class": "heat", "fill-opacity": f"{0.1 + 0.45 * share:.3f}", "rx": radius, **box}
        SubElement(group, "rect", heat)
        write_text(group, "share", x + _BOX - 9, y + 19, f"{100.0 * share:.0f} %")
    most = _MOST_LETTERS - (6 if share >= 0.005 else 0)
    write_text(group, "name", x + 10, y + 20, cut(name, most))
    write_text(group, "soft", x + 10, y + 37, cut(say(part), 27))
    if sign:
        write_text(group, "sign", x + _BOX - 2, y - 5, sign)
    if isinstance(part, Component):
        _draw_marks(group, picture, (x + 18, y + 56), places)


def _tooltip(picture: _Picture, name: str, part: Component | Service) -> str:
    lines = tell(name, part)
    if name in picture.shares:
        lines.append(f"{100.0 * picture.shares[name]:.2g} % of the downtime")
    return "\n".join(lines)


def _draw_marks(
    group: Element, picture: _Picture, at: tuple[float, float], places: tuple[Place, ...]
) -> None:
    """A mark for each replica; where there are too many, one for each domain with their number."""
    x, y = at
    if len(places) <= _MOST_MARKS:
        for place in places:
            _draw_mark(group, picture.colours.get(place.domain or ""), x, y)
            x += _STEP
        return
    counts: dict[str | None, int] = {}
    for place in places:
        counts[place.domain] = counts.get(place.domain, 0) + 1
    for domain, count in list(counts.items())[:4]:
        _draw_mark(group, picture.colours.get(domain or ""), x, y)
        text = f"×{count}"
        write_text(group, "soft", x + 10, y + 4, text)
        x += 16.0 + 7.0 * len(text)
    if len(counts) > 4:
        write_text(group, "soft", x - 6, y + 4, "…")


def _draw_mark(group: Element, colour: _Colour | None, x: float, y: float) -> None:
    circle = {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": f"{_RADIUS:g}"}
    if colour is None:
        SubElement(group, "circle", {"class": "nowhere", **circle})
        return
    SubElement(group, "circle", {"fill": colour.fill, **circle})
    text = write_text(group, "mark", x, y + 3.3, str(colour.number))
    text.set("style", f"fill:{colour.text}")


# ---------------------------------------------------------------------------- the key


def _draw_key(svg: Element, picture: _Picture, top: float, width: float) -> tuple[float, float]:
    """Domains with their colours, then what arrows mean; gives the right end and the bottom."""
    x, y, right = _MARGIN, top + 10.0, 0.0
    for text, mark in _key_items(picture):
        needed = 6.2 * len(text) + 44.0
        if x > _MARGIN and x + needed > max(width, _KEY):
            x, y = _MARGIN, y + 24.0
        if isinstance(mark, _Colour):
            _draw_mark(svg, mark, x + _RADIUS, y)
        elif mark:
            SubElement(svg, "path", {"class": f"arrow {mark}", "d": f"M{x:.1f} {y:.1f}h22"})
        else:
            SubElement(
                svg,
                "circle",
                {"class": "nowhere", "cx": f"{x + 8:.1f}", "cy": f"{y:.1f}", "r": "8"},
            )
        write_text(
            svg, "soft", x + (22.0 if isinstance(mark, _Colour) or not mark else 28.0), y + 4, text
        )
        x += needed
        right = max(right, x)
    return right + _MARGIN, y + 24.0


def _key_items(picture: _Picture) -> Iterator[tuple[str, _Colour | str]]:
    system = picture.system
    for name, colour in picture.colours.items():
        around = " in ".join(f"{system.domains[one].level} {one}" for one in outwards(system, name))
        yield f"{cut(around, 60)}{_domain_note(picture, system.domains[name], name)}", colour
    if any(not one.spread and not one.hosts for one in system.components.values()):
        yield "in no domain", ""
    for words, text in _ARROWS.items():
        if words in picture.words:
            yield text, _ARROW_KINDS.get(words, "needs")


def _domain_note(picture: _Picture, domain: Domain, name: str) -> str:
    share = picture.shares.get(name, 0.0)
    heat = f", {100.0 * share:.0f} % of the downtime" if share >= 0.005 else ""
    return f", shares {', '.join(domain.shares)}{heat}" if domain.shares else heat
