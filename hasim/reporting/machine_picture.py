"""A picture of the state machine of something: its phases, and which of them it is in.

Theory of operation
-------------------
The boxes are the phases of the automata that the compiler made for a thing, and arrows are their
delays, moves at once and reactions; so what is drawn is what is simulated, and a mechanism that
comes later is drawn by itself. Compilers declare phases in the order in which they come: what leads
to a phase that is declared later leads on, and a phase stands one column behind the last that leads
to it. What leads back is told below a box, since most phases can be left for the first one. Phases
that differ only in what began them are one box.

Rules of this file
------------------
The present is told by a mark and a frame, not by a colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement

from hasim.process import Automaton
from hasim.reporting.drawn import begin_picture, cut, end_picture, write_text
from hasim.reporting.incidents.standing import word_of
from hasim.reporting.picture_colours import with_colours

_BOX, _HEIGHT, _ACROSS, _DOWN, _MARGIN = 138.0, 46.0, 30.0, 26.0, 14.0
_TITLE = 26.0

#: Longest texts, in letters, of a name and of what is below it.
_MOST_NAME, _MOST_BELOW = 17, 22

#: What stands in place of the law of a failure, which nobody sees coming.
_FAILS = "until it fails"

_STYLE = with_colours("""
.machine text{fill:var(--ink);font:12px system-ui,Helvetica,Arial,sans-serif}
.machine .title{font-weight:600;font-size:13px}
.machine .soft{fill:var(--soft);font-size:10px}
.machine .box{fill:var(--box);stroke:var(--line)}
.machine .brief{stroke-dasharray:4 3}
.machine .now{stroke:var(--sign);stroke-width:3}
.machine .mark{fill:var(--sign)}
.machine .arrow{fill:none;stroke:var(--line);stroke-width:1.4}
.machine .once{stroke-dasharray:4 3}
.machine .head{fill:var(--line)}
""")


@dataclass(slots=True)
class _Box:
    """Phases that are one box."""

    label: str
    number: int
    laws: dict[str, None] = field(default_factory=dict)
    ways: dict[str, bool] = field(default_factory=dict)
    column: int = 0
    row: int = 0

    @property
    def is_brief(self) -> bool:
        """Whether no time of its own is spent in it: it is left when something is so."""
        return bool(self.ways) and not self.laws and all(self.ways.values())


def draw_machines(name: str, automata: Sequence[Automaton], phases: Mapping[str, str]) -> str:
    """Return the picture of the state machines of a thing as SVG.

    Parameters
    ----------
    name : str
        Of the thing.
    automata : sequence of Automaton
        That belong to it.
    phases : mapping of str to str
        The phase that each is in.

    Returns
    -------
    str
        One ``svg`` element that needs nothing from elsewhere.
    """
    told = ", ".join(f"{one.name}: {_label(one, phases[one.name])}" for one in automata)
    svg = begin_picture("topology machine", f"{name} now. {told}", _STYLE)
    top, width = _MARGIN, 0.0
    for one in automata:
        boxes = _boxes(one)
        _lay_out(boxes)
        write_text(svg, "title", _MARGIN, top + 12.0, one.name)
        _draw(svg, boxes, _label(one, phases[one.name]), top + _TITLE)
        columns, rows = (
            1 + max(getattr(b, at) for b in boxes.values()) for at in ("column", "row")
        )
        width = max(width, columns * (_BOX + _ACROSS) - _ACROSS)
        top += _TITLE + rows * (_HEIGHT + _DOWN) + 6.0
    return end_picture(svg, width + 2 * _MARGIN, top)


# ---------------------------------------------------------------------------- boxes and ways


def _label(automaton: Automaton, phase: str) -> str:
    """A phase as its box says it: ``repair (crash)`` of ``crash.repair``."""
    modes = {delay.name for delay in automaton.delays if delay.cause is not None}
    mode, dot, rest = phase.partition(".")
    return f"{rest} ({mode})" if dot and mode in modes else word_of(phase)


def _boxes(automaton: Automaton) -> dict[str, _Box]:
    """The boxes by their label, in the order in which phases are declared."""
    boxes: dict[str, _Box] = {}
    for phase in automaton.phases:
        label = _label(automaton, phase.name)
        boxes.setdefault(label, _Box(label, len(boxes)))
    for source, target, law in _ways(automaton):
        box, end = boxes[_label(automaton, source)], _label(automaton, target)
        if law:
            box.laws[law] = None
        if end != box.label:
            box.ways[end] = box.ways.get(end, True) and not law
    return boxes


def _ways(automaton: Automaton) -> Iterator[tuple[str, str, str]]:
    """From where to where, and the law of the time that takes; empty where it takes none."""
    for delay in automaton.delays:
        law = _FAILS if delay.cause is not None else _short(str(delay.law))
        for phase in delay.phases:
            yield from ((phase, way.target, law) for way in delay.row.alternatives)
    for left in automaton.phases:
        for way in left.immediate.alternatives if left.immediate else ():
            yield left.name, way.target, ""
    for reaction in automaton.reactions:
        for way in reaction.row.alternatives:
            yield reaction.phase, way.target, ""


def _short(law: str) -> str:
    """A law without its name: ``median 20 s, p95 1 min``."""
    return law.partition("(")[2].removesuffix(")").removeprefix("value ")


def _lay_out(boxes: Mapping[str, _Box]) -> None:
    """Give each box its column and row."""
    taken: set[tuple[int, int]] = set()
    leads_to: dict[str, _Box] = {}
    for box in boxes.values():
        before = leads_to.get(box.label)
        box.row = before.row if before is not None else 0
        while (box.column, box.row) in taken:
            box.row += 1
        taken.add((box.column, box.row))
        for label in box.ways:
            end = boxes[label]
            if end.number > box.number and end.column <= box.column:
                end.column = box.column + 1
                leads_to[label] = box


# ---------------------------------------------------------------------------- drawing


def _draw(svg: Element, boxes: Mapping[str, _Box], now: str, top: float) -> None:
    for box in boxes.values():
        for label, is_brief in box.ways.items():
            if boxes[label].column > box.column:
                _draw_arrow(svg, box, boxes[label], top, is_brief=is_brief)
    for box in boxes.values():
        _draw_box(svg, box, top, is_now=box.label == now)
        back = [label for label in box.ways if boxes[label].column <= box.column]
        if back:
            x, y = _corner(box, top)
            text = cut(f"↩ {', '.join(back)}", _MOST_BELOW)
            told = write_text(svg, "soft", x + 4.0, y + _HEIGHT + 13.0, text)
            SubElement(told, "title").text = f"{box.label} leads back to {', '.join(back)}"


def _draw_box(svg: Element, box: _Box, top: float, *, is_now: bool) -> None:
    x, y = _corner(box, top)
    group = SubElement(svg, "g")
    said = [box.label, *box.laws]
    SubElement(group, "title").text = "\n".join([*said, "it is here now"] if is_now else said)
    kind = "box now" if is_now else "box brief" if box.is_brief else "box"
    size = {"width": f"{_BOX:g}", "height": f"{_HEIGHT:g}", "rx": "5"}
    SubElement(group, "rect", {"class": kind, "x": f"{x:.1f}", "y": f"{y:.1f}", **size})
    if is_now:
        mark = f"M{x + 8:.1f} {y + 11:.1f}l9 5-9 5z"
        SubElement(group, "path", {"class": "mark", "d": mark})
    indented = x + (21.0 if is_now else 9.0)
    write_text(group, "name", indented, y + 20.0, cut(box.label, _MOST_NAME - 2 * is_now))
    law = next(iter(box.laws), "")
    more = " …" if len(box.laws) > 1 else ""
    write_text(group, "soft", x + 9.0, y + 36.0, cut(f"{law}{more}", _MOST_BELOW))


def _draw_arrow(svg: Element, box: _Box, end: _Box, top: float, *, is_brief: bool) -> None:
    x, y = _corner(box, top)
    end_x, end_y = _corner(end, top)
    x, y, end_x, end_y = x + _BOX, y + _HEIGHT / 2, end_x - 6.0, end_y + _HEIGHT / 2
    path = f"M{x:.1f} {y:.1f}"
    if end.column > box.column + 1 and end.row == box.row:
        lane = y + _HEIGHT / 2 + 18.0
        path += f"C{x + 26:.1f} {y:.1f} {x - 8:.1f} {lane:.1f} {x + 30:.1f} {lane:.1f}"
        path += f"H{end_x - 30:.1f}"
        path += f"C{end_x + 8:.1f} {lane:.1f} {end_x - 26:.1f} {end_y:.1f} {end_x:.1f} {end_y:.1f}"
    else:
        middle = (x + end_x) / 2 if end.column == box.column + 1 else end_x - _ACROSS / 2
        path += f"C{middle:.1f} {y:.1f} {middle:.1f} {end_y:.1f} {end_x:.1f} {end_y:.1f}"
    kind = "arrow once" if is_brief else "arrow"
    curve = SubElement(svg, "path", {"class": kind, "d": path})
    SubElement(curve, "title").text = f"{box.label} to {end.label}"
    SubElement(svg, "path", {"class": "head", "d": f"M{end_x:.1f} {end_y - 4:.1f}v8l6-4z"})


def _corner(box: _Box, top: float) -> tuple[float, float]:
    return _MARGIN + box.column * (_BOX + _ACROSS), top + box.row * (_HEIGHT + _DOWN)
