"""The colours of a picture: by the screen that it is seen on, or those of one theme for good.

Rules of this file: a style names its colours as ``var(--ink)``; nothing that knows systems or
engines is imported, so that a page which has an SVG can have it in other colours at once.
"""

from __future__ import annotations

from collections.abc import Mapping

#: What colours are for, and what they are on a light and on a dark screen.
_LIGHT = {
    "ink": "#24292f",
    "soft": "#57606a",
    "box": "#fff",
    "line": "#8c959f",
    "heat": "#d55e00",
    "sign": "#0072b2",
}
_DARK = {
    "ink": "#e6edf3",
    "soft": "#9198a1",
    "box": "#161b22",
    "line": "#6e7681",
    "heat": "#e8590c",
    "sign": "#56b4e9",
}


def _defined(colours: Mapping[str, str]) -> str:
    return ";".join(f"--{name}:{colour}" for name, colour in colours.items())


_SCREENS = f"""
.topology{{{_defined(_LIGHT)}}}
@media screen and (prefers-color-scheme:dark){{
.topology{{{_defined(_DARK)}}}}}"""


def with_colours(style: str) -> str:
    """Return a style whose colours are those of the screen.

    Parameters
    ----------
    style : str
        CSS of a picture.
    """
    return f"{_SCREENS}{style}"


def picture_for_theme(svg: str, *, dark: bool) -> str:
    """Return a picture in the colours of one theme, whatever screen it is seen on.

    Parameters
    ----------
    svg : str
        With a style of `with_colours`.
    dark : bool
    """
    svg = svg.replace(_SCREENS, "")
    for name, colour in (_DARK if dark else _LIGHT).items():
        svg = svg.replace(f"var(--{name})", colour)
    return svg
