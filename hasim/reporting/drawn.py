"""What pictures are made of: an SVG that needs nothing from elsewhere, texts in it, and its size.

Rules of this file: SVG through xml.etree, so that no text of a user becomes markup.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring


def begin_picture(kind: str, title: str, style: str) -> Element:
    """Return an ``svg`` element with nothing drawn in it.

    Parameters
    ----------
    kind : str
        Its classes.
    title : str
        What is told to those who do not see it.
    style : str
        CSS.
    """
    svg = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "class": kind, "role": "img"})
    SubElement(svg, "title").text = title
    SubElement(svg, "style").text = style
    return svg


def end_picture(svg: Element, width: float, height: float) -> str:
    """Return the text of a picture of so many pixels."""
    svg.set("viewBox", f"0 0 {width:g} {height:g}")
    svg.set("width", f"{width:g}")
    svg.set("height", f"{height:g}")
    indent(svg, " ")
    return tostring(svg, encoding="unicode")


def write_text(parent: Element, kind: str, x: float, y: float, text: str) -> Element:
    """Write a text of a class at a place, in pixels, and return its element."""
    element = SubElement(parent, "text", {"class": kind, "x": f"{x:.1f}", "y": f"{y:.1f}"})
    element.text = text
    return element


def cut(text: str, most: int) -> str:
    """Return a text of at most so many letters, the last of which says that there were more."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
