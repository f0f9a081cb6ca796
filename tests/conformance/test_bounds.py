"""Every case that the engine bounds does not refuse: its limits hold what is known."""

import pytest

from hasim.conformance import CASES, run_cases
from tests.conformance.refusals import head_of, written_refusals


def params():
    written = written_refusals()
    for case in CASES:
        if head_of(case, "bounds") not in written:
            yield pytest.param(case, id=case.name, marks=pytest.mark.normal)


@pytest.mark.parametrize("case", list(params()))
def test_the_limits_hold_what_is_known(case):
    (cell,) = run_cases(["bounds"], [case]).cells
    assert cell.verdict == "right", f"{cell.ours!r} for {case.value!r} {cell.reason}"
