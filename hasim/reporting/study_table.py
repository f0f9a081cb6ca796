"""Studies as text: a line for each file, and the runs of one with what became of their candidates.

Rules of this file: plain aligned lines, at most `WIDTH` wide; a run is told by what its command
printed first, and by its candidates.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from hasim.errors import list_words
from hasim.store import Candidate, RunRecord, Study

#: Columns of a line; precedent: the table of a Solution.
WIDTH = 100

#: So many candidates of a run are shown.
MOST_SHOWN = 20

_INDENT = "  "


@dataclass(frozen=True, slots=True)
class StudyLine:
    """What a list of studies tells of one.

    Parameters
    ----------
    name : str
        Of its file.
    runs : mapping of str to int
        How many have each status, in words.
    chunks : int
        Results kept.
    reason : str
        Why it cannot be read; empty where it can.
    """

    name: str
    runs: Mapping[str, int]
    chunks: int
    reason: str = ""

    @classmethod
    def of(cls, study: Study) -> StudyLine:
        """Return the line of a study."""
        statuses = Counter(status_of(run, is_at_work=study.is_at_work) for run in study.runs())
        return cls(study.path.name, statuses, study.chunks)


def status_of(run: RunRecord, *, is_at_work: bool) -> str:
    """Return how far a run has come, in words."""
    match run.status:
        case "running":
            return "at work" if is_at_work else "broken off"
        case "limit":
            return "stopped at a limit"
        case _:
            return run.status


def tell_studies(lines: Sequence[StudyLine]) -> str:
    """Return a line for each study."""
    if not lines:
        return "no studies here"
    rows = [["study", "runs", "results kept"]]
    for line in lines:
        runs = ", ".join(f"{number} {status}" for status, number in line.runs.items())
        rows.append(
            [line.name, line.reason or runs or "none", "" if line.reason else f"{line.chunks:,}"]
        )
    return "\n".join(line.rstrip() for line in _align(rows))


def tell_study(study: Study, runs: Iterable[RunRecord]) -> str:
    """Return some runs of a study as text."""
    chunks = study.chunks
    kept = f"{chunks:,} {'result' if chunks == 1 else 'results'} kept"
    busy = "; a process is writing it" if study.is_at_work else ""
    lines = [f"{study.path.name}: {kept}{busy}"]
    for run in runs:
        lines += ["", *_tell_run(study, run)]
    return "\n".join(lines)


def _tell_run(study: Study, run: RunRecord) -> Iterator[str]:
    status = status_of(run, is_at_work=study.is_at_work)
    yield from _wrap(f"run {run.number}: {run.kind} of {run.model}: {status}", _INDENT)
    given = ", ".join(f"{key} {_words(value)}" for key, value in run.arguments.items())
    yield from _wrap(f"{_INDENT}{given}" if given else "", _INDENT)
    yield from _wrap(_INDENT + _answer(run), _INDENT)
    verdicts = study.verdicts(run.number)
    if not verdicts:
        return
    number = sum(verdicts.values())
    counts = ", ".join(f"{count:,} {verdict}" for verdict, count in verdicts.items())
    what = "candidate" if number == 1 else "candidates"
    yield from _wrap(f"{_INDENT}{number:,} {what}: {counts}", _INDENT)
    yield from _tell_candidates(islice(study.candidates(run.number), MOST_SHOWN))
    if number > MOST_SHOWN:
        yield f"{_INDENT}and {number - MOST_SHOWN:,} more: hasim study export"


def _words(value: object) -> str:
    """An argument as it is told."""
    return list_words([*map(str, value)]) if isinstance(value, list) and value else str(value)


def _answer(run: RunRecord) -> str:
    """What the command said first."""
    status = (run.document or {}).get("status")
    text = status.get("text") if isinstance(status, dict) else None
    return text if isinstance(text, str) else "no answer yet"


def _tell_candidates(candidates: Iterable[Candidate]) -> Iterator[str]:
    """A line for each, which begins with its verdict, as names may be long."""
    told = list(candidates)
    costs = ["" if one.cost is None else f"{one.cost:.6g}" for one in told]
    heads = [["", "verdict", "cost" if any(costs) else ""]]
    heads += [[f"{one.number}", one.verdict, cost] for one, cost in zip(told, costs, strict=True)]
    texts = [
        "candidate",
        *(f"{one.name}: {one.reason}" if one.reason else one.name for one in told),
    ]
    for head, text in zip(_align(heads), texts, strict=True):
        yield from _wrap(f"{head}  {text}", " " * (len(head) + 2))


def _align(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows in columns of one width, without those that hold nothing."""
    columns = [column for column in zip(*rows, strict=True) if any(column)]
    widths = [max(map(len, column)) for column in columns]
    for row in zip(*columns, strict=True):
        cells = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        yield _INDENT + "  ".join(cells)


def _wrap(line: str, indent: str) -> list[str]:
    return textwrap.wrap(
        line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
