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


def fold(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield a table, its columns in several lots where they are too wide.

    Each lot begins with the first column.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lots, room = [[0]], WIDTH - len(INDENT) - widths[0]
    for column, width in enumerate(widths[1:], start=1):
        if len(lots[-1]) > 1 and sum(widths[c] + 2 for c in lots[-1][1:]) + width + 2 > room:
            lots.append([0])
        lots[-1].append(column)
    for number, lot in enumerate(lots):
        if number:
            yield ""
        yield from align([[row[column] for column in lot] for row in rows])


def wrap(lines: Iterable[str]) -> list[str]:
    """Return sentences broken into lines, the later ones of each indented."""
    return [
        part
        for line in lines
        for part in textwrap.wrap(
            line, WIDTH, subsequent_indent=INDENT, break_long_words=False, break_on_hyphens=False
        )
    ]
