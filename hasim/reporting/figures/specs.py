"""A chart as a page lays it out, and as a file.

Theory of operation
-------------------
A figure's chart is Vega-Lite with its data inside. A page gets it without its title, which the page
writes as text, as wide as there is room, and in colours for a light or a dark screen. A file gets
the title and the width of a report: the same picture that `hasim report` draws.

Rules of this file: a spec is a JSON document that altair is not needed for; nothing is fetched.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hasim.reporting.figures.drawing import INK, LABELS, PADDING, PALE, WIDTH, Figure, title_of

Spec = dict[str, Any]

#: Text and axes, and grid lines, on a dark screen: those of a report (report_style.py).
DARK = {INK: "#e6edf3", PALE: "#30363d"}

#: Pixels of a PNG for one of the SVG; precedent: what screens of high density show.
SCALE = 2.0

#: Room for names beside an axis on a page, in pixels: half of what a narrow one leaves.
_NARROW = 150

#: Room at the right for the words beside a bar: a chart that is fitted does not count them.
_BESIDE = 56


def spec_of(figure: Figure) -> Spec:
    """Return the chart of a figure as a page lays it out.

    Parameters
    ----------
    figure : Figure
    """
    spec: Spec = json.loads(figure.chart.to_json(validate=False))
    del spec["title"]
    spec["width"] = "container"
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    spec["padding"] = {"left": 4, "top": 4, "right": _BESIDE, "bottom": 4}
    spec["config"]["axis"]["labelLimit"] = _NARROW
    return spec


def for_theme(spec: Mapping[str, Any], *, dark: bool) -> Spec:
    """Return a chart in the colours of a light or a dark screen.

    Parameters
    ----------
    spec : mapping
        As `spec_of` gives it.
    dark : bool
    """
    replaced: Spec = _recoloured(dict(spec), DARK if dark else {})
    return replaced


def render_spec(spec: Mapping[str, Any], claim: str, form: str) -> bytes:
    """Return a chart of a page as a file: with its title, on white where it is a PNG.

    Parameters
    ----------
    spec : mapping
        As `spec_of` gives it.
    claim : str
        Its title.
    form : {"svg", "png"}
    """
    import vl_convert

    whole = _for_file(spec, claim)
    if form == "svg":
        svg: str = vl_convert.vegalite_to_svg(json.dumps(whole), allowed_base_urls=[])
        return svg.encode()
    png: bytes = vl_convert.vegalite_to_png(
        json.dumps({**whole, "background": "white"}), scale=SCALE, allowed_base_urls=[]
    )
    return png


def render_png(svg: str) -> bytes:
    """Return an SVG as a PNG on white.

    Parameters
    ----------
    svg : str
        Of plain colours.
    """
    import vl_convert

    root, end, rest = svg.partition(">")
    paper = '<rect width="100%" height="100%" fill="white"/>'
    png: bytes = vl_convert.svg_to_png(f"{root}{end}{paper}{rest}", scale=SCALE)
    return png


def _for_file(spec: Mapping[str, Any], claim: str) -> Spec:
    config = {**spec["config"], "axis": {**spec["config"]["axis"], "labelLimit": LABELS}}
    whole = {**spec, "config": config, "title": title_of(claim)}
    whole |= {"width": WIDTH, "padding": PADDING}
    return {key: value for key, value in whole.items() if key != "autosize"}


def _recoloured(part: Any, colours: Mapping[str, str]) -> Any:
    match part:
        case dict():
            return {key: _recoloured(value, colours) for key, value in part.items()}
        case list():
            return [_recoloured(value, colours) for value in part]
        case str():
            return colours.get(part, part)
        case _:
            return part
