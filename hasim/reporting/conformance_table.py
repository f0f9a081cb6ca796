"""The report of the conformance suite as a table: what is known, what we say, and how far apart.

Rules of this file: a block for each system with its source, a line for each question and engine,
and below it, where there is no number or a wrong one, why; at most `WIDTH` wide.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import groupby

from hasim.conformance import Cell, Report
from hasim.reporting.tables import WIDTH

#: Columns of the question, what is known, our answer, the relative error; then the engine.
_ASKED, _KNOWN, _OURS, _ERROR = 44, 18, 15, 7

_INDENT = "  "


def tell_report(report: Report) -> str:
    """Return the whole report as text.

    Parameters
    ----------
    report : Report

    Returns
    -------
    str
        Lines without a line break at the end.
    """
    lines: list[str] = []
    for _, cells in groupby(report.cells, key=lambda cell: cell.case.id):
        lines += [*_tell_system(list(cells)), ""]
    return "\n".join([*lines, *_tell_wrong(report), *_sum_up(report)])


def _tell_system(cells: list[Cell]) -> Iterator[str]:
    case = cells[0].case
    yield from _wrap(f"{case.id}  {case.title}", "     ")
    yield from _wrap(f"     {case.source}", "     ")
    yield _columns("", "known", "ours", "error", "engine")
    for cell in cells:
        yield _tell_cell(cell)
        parts = ("WRONG" if cell.verdict == "wrong" else "", cell.reason)
        remark = ": ".join(part for part in parts if part)
        yield from _wrap(f"{_INDENT * 3}{remark}", _INDENT * 3)


def _tell_cell(cell: Cell) -> str:
    known = cell.case.published or f"{cell.case.value:.10g}"
    ours = "" if cell.ours is None else f"{cell.ours:.10g}"
    error = "" if cell.error is None else f"{cell.error:.1e}"
    if cell.verdict != "right":
        ours = ours or cell.verdict
    return _columns(cell.case.asked, known, ours, error, cell.engine)


def _columns(asked: str, known: str, ours: str, error: str, engine: str) -> str:
    line = f"{asked:<{_ASKED}} {known:<{_KNOWN}} {ours:<{_OURS}} {error:<{_ERROR}} {engine}"
    return f"{_INDENT}{line}".rstrip()


def _tell_wrong(report: Report) -> Iterator[str]:
    """What is wrong once more, where it is not overlooked."""
    for cell in report.cells:
        if cell.verdict == "wrong":
            found = cell.reason or f"{cell.ours:.12g} instead of {cell.case.value:.12g}"
            yield from _wrap(f"WRONG {cell.case.name}, {cell.engine}: {found}", _INDENT)


def _sum_up(report: Report) -> Iterator[str]:
    counts = (
        f"{report.count('right')} right",
        f"{report.count('refused')} refused",
        f"{report.count('wrong')} wrong",
    )
    yield f"{len(report.cells)} answers: {', '.join(counts)}"
    for engine in dict.fromkeys(cell.engine for cell in report.cells):
        largest = report.largest_error(engine)
        if largest is not None:
            yield f"largest relative error of {engine}: {largest.error:.1e} ({largest.case.name})"


def _wrap(line: str, indent: str) -> list[str]:
    return textwrap.wrap(
        line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
