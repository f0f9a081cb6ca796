"""The golden table of refusals: a line for each case that an engine refuses, with its reason."""

from pathlib import Path

GOLDEN = Path(__file__).parents[1] / "golden" / "conformance_refusals.txt"

SEPARATOR = " -- "


def head_of(case, engine):
    return f"{engine} {case.name}"


def line_of(cell):
    return f"{head_of(cell.case, cell.engine)}{SEPARATOR}{cell.reason}\n"


def written_refusals():
    """Reason by engine and case; nothing before the table is written for the first time."""
    text = GOLDEN.read_text(encoding="utf-8") if GOLDEN.exists() else ""
    pairs = (line.partition(SEPARATOR) for line in text.splitlines())
    return {head: reason for head, _, reason in pairs}
