"""Runs of a study for other programs, as CSV or JSON.

Theory of operation: candidates are told one by one, so that a run of a million of them needs no
memory for all. CSV has one row for each candidate and one column for each figure that any of them
has, called by its path.

Rules of this file: no clock times, durations or names of machines: two studies of the same work
give the same bytes, whatever came between.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from hasim.store import Candidate, RunRecord, Study

FORMAT = 1

_FIRST = ("run", "kind", "model", "number", "name", "verdict", "reason", "cost")


def export_json(study: Study, runs: Sequence[RunRecord]) -> Iterator[str]:
    """Yield the pieces of one JSON document: the runs with their candidates and answers."""
    yield f'{{\n "format": {FORMAT},\n "runs": ['
    for place, run in enumerate(runs):
        told = asdict(run)
        document = told.pop("document")
        yield f"{',' if place else ''}\n  {{\n"
        yield "".join(f'   "{key}": {_text(value)},\n' for key, value in told.items())
        yield '   "candidates": ['
        for number, candidate in enumerate(study.candidates(run.number)):
            yield f"{',' if number else ''}\n    {_text(asdict(candidate))}"
        yield f'\n   ],\n   "document": {_text(document)}\n  }}'
    yield "\n ]\n}\n"


def export_csv(study: Study, runs: Sequence[RunRecord]) -> Iterator[str]:
    """Yield the lines of a table of the candidates of some runs."""
    found: dict[str, None] = {}
    for _, candidate in _all(study, runs):
        found.update(dict.fromkeys(_figures(candidate)))
    yield _row([*_FIRST, *found])
    for run, one in _all(study, runs):
        cost = "" if one.cost is None else one.cost
        head = [run.number, run.kind, run.model, one.number, one.name, one.verdict, one.reason]
        figures = _figures(one)
        yield _row([*head, cost, *(figures.get(key, "") for key in found)])


def _all(study: Study, runs: Sequence[RunRecord]) -> Iterator[tuple[RunRecord, Candidate]]:
    return ((run, one) for run in runs for one in study.candidates(run.number))


def _figures(candidate: Candidate) -> dict[str, object]:
    """What was chosen and what is known about a candidate, by path."""
    return {
        **_flatten(("chosen",), candidate.words),
        **_flatten(("figures",), candidate.figures),
    }


def _flatten(path: tuple[str, ...], value: object) -> dict[str, object]:
    match value:
        case Mapping():
            parts = (_flatten((*path, str(key)), inner) for key, inner in value.items())
            return {key: inner for part in parts for key, inner in part.items()}
        case None:
            return {}
        case str() | int() | float():
            return {".".join(path): value}
        case _:
            return {".".join(path): _text(value)}


def _row(cells: Sequence[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def _text(value: object) -> str:
    return json.dumps(value, allow_nan=False)
