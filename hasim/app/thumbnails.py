"""Small pictures of models, drawn once each for all who look."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from hasim.app.pictures import show_svg
from hasim.errors import ModelError

#: Pictures that are kept, of some kilobytes each.
_MOST = 500


def show_thumbnail(title: str, text: str, folder: Path | None = None) -> None:
    """Show a small picture of a model; nothing where it cannot be read.

    Parameters
    ----------
    title, text : str
    folder : Path, optional
        Where files may be that it names.
    """
    picture = draw(text, folder)
    if picture:
        show_svg(picture, f"Drawing of {title}", "hasim-thumbnail")


@lru_cache(_MOST)
def draw(text: str, folder: Path | None) -> str:
    """The picture of a model; nothing where it cannot be read."""
    from hasim.description import check, read_text
    from hasim.reporting.thumbnail import draw_thumbnail

    try:
        system = check(read_text(text, folder=folder)).system
    except ModelError:
        return ""
    return "" if system is None else draw_thumbnail(system)
