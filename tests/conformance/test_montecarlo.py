"""Every case that is not refused by simulation: near enough to what is known."""

import pytest

from hasim.conformance import CASES, run_cases
from tests.conformance.refusals import head_of, written_refusals


def params():
    written = written_refusals()
    for case in CASES:
        if head_of(case, "montecarlo") not in written:
            yield pytest.param(case, id=case.name, marks=pytest.mark.slow)


@pytest.mark.parametrize("case", list(params()))
def test_each_case_is_near_what_is_known(case):
    (cell,) = run_cases(["montecarlo"], [case]).cells
    assert cell.verdict == "right", f"{cell.ours!r} for {case.value!r} {cell.reason}"
