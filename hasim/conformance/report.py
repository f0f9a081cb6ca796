"""What the engines said to the cases: cells, their sum, and the document of `hasim verify --json`.

Rules of this file: frozen data and what can be counted in it; reporting makes a table of it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from hasim.conformance.cases import Case

Verdict = Literal["right", "refused", "wrong"]

#: Exit statuses of `hasim verify`.
NOTHING_WRONG, SOMETHING_WRONG = 0, 1


@dataclass(frozen=True, slots=True)
class Cell:
    """One case on one engine.

    Parameters
    ----------
    case : Case
    engine : str
    verdict : {'right', 'refused', 'wrong'}
    ours : float or None
        The answer, in the unit of the case.
    error : float or None
        Relative to the known value.
    reason : str
        Why it was refused, or what went wrong; empty where the numbers say it.
    """

    case: Case
    engine: str
    verdict: Verdict
    ours: float | None = None
    error: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All cells, in the order in which they were run."""

    cells: tuple[Cell, ...]

    def count(self, verdict: Verdict) -> int:
        """Return how many cells came out so."""
        return Counter(cell.verdict for cell in self.cells)[verdict]

    @property
    def exit_status(self) -> int:
        """0 where nothing is wrong."""
        return SOMETHING_WRONG if self.count("wrong") else NOTHING_WRONG

    def largest_error(self, engine: str) -> Cell | None:
        """Return the right cell of an engine with the largest relative error."""
        cells = [c for c in self.cells if c.verdict == "right" and c.engine == engine]
        return max(cells, key=lambda cell: cell.error or 0.0, default=None)

    def to_dict(self) -> dict[str, object]:
        """Return the document, of plain values only."""
        verdicts: tuple[Verdict, ...] = ("right", "refused", "wrong")
        counts: dict[str, object] = {verdict: self.count(verdict) for verdict in verdicts}
        return {**counts, "cells": [_to_dict(cell) for cell in self.cells]}


def _to_dict(cell: Cell) -> dict[str, object]:
    case = cell.case
    return {
        "case": case.id,
        "title": case.title,
        "source": case.source,
        "asked": case.asked,
        "published": case.published or None,
        "value": case.value,
        "tolerance": case.tolerance,
        "engine": cell.engine,
        "verdict": cell.verdict,
        "ours": cell.ours,
        "relative_error": cell.error,
        "reason": cell.reason or None,
    }
