"""Every case on the exact engine: right to its tolerance, or refused with the sentence written."""

import os

import pytest

from hasim.conformance import CASES, ENGINES, run_cases
from tests.conformance.refusals import GOLDEN, head_of, line_of, written_refusals

#: Systems with questions that take over 0.25 s on a slow machine.
TAKE_LONGER = {"A01", "B04", "D01", "D02", "D03", "F01", "G02", "T03"}


def params():
    for case in CASES:
        marks = [pytest.mark.normal] if case.id in TAKE_LONGER else []
        yield pytest.param(case, id=case.name, marks=marks)


@pytest.mark.parametrize("case", list(params()))
def test_each_case_is_right_or_refused_as_written(case):
    (cell,) = run_cases(["exact"], [case]).cells
    reason = written_refusals().get(head_of(case, "exact"), "")
    told = f"{cell.ours!r} for {case.value!r}, off by {cell.error}, allowed {case.tolerance}"
    assert (cell.verdict, cell.reason) == ("refused" if reason else "right", reason), told


@pytest.mark.normal
def test_golden_table_of_refusals():
    """Only what is written as refused is asked again; `HASIM_GOLDEN=1` asks everything."""
    written = {} if os.environ.get("HASIM_GOLDEN") else written_refusals()
    lines = []
    for engine in ENGINES:
        asked = [case for case in CASES if not written or head_of(case, engine) in written]
        cells = run_cases([engine], asked).cells
        lines += [line_of(cell) for cell in cells if cell.verdict == "refused"]
    if not written:
        GOLDEN.write_text("".join(lines), encoding="utf-8")
    assert "".join(lines) == GOLDEN.read_text(encoding="utf-8")
