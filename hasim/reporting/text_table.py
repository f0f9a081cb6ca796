"""Tables and sentences as lines of text for a terminal.

Rules of this file: layout only; no line is longer than `WIDTH` but for a word or a cell that is.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

#: Columns of a line; precedent: the table of a Solution.
WIDTH = 100

INDENT = "  "


def align(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table whose columns stand under one another."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        yield (INDENT + "  ".join(cells)).rstrip()


def fold(rows: Sequence[Sequence[str]], keys: int = 1) -> Iterator[str]:
    """Yield a table, its columns in several lots where they are too wide.

    Each lot begins with the first `keys` columns; a column without a title stays with the one
    before it.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lots: list[list[int]] = [[]]
    room = left = WIDTH - len(INDENT) - sum(widths[:keys]) - 2 * (keys - 1)
    for together in _inseparable(rows[0], keys):
        width = sum(widths[column] + 2 for column in together)
        if lots[-1] and width > left:
            lots.append([])
            left = room
        lots[-1] += together
        left -= width
    for number, lot in enumerate(lots):
        if number:
            yield ""
        yield from align([[*row[:keys], *(row[column] for column in lot)] for row in rows])


def _inseparable(titles: Sequence[str], keys: int) -> list[list[int]]:
    """The columns behind the keys, those without a title with the one before."""
    groups: list[list[int]] = []
    for column, title in enumerate(titles[keys:], start=keys):
        if title or not groups:
            groups.append([column])
        else:
            groups[-1].append(column)
    return groups


def wrap(lines: Iterable[str]) -> list[str]:
    """Return sentences broken into lines, the later ones of each indented."""
    return [
        part
        for line in lines
        for part in textwrap.wrap(
            line, WIDTH, subsequent_indent=INDENT, break_long_words=False, break_on_hyphens=False
        )
    ]
