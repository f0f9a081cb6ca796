"""Every case that is not refused by simulation: near enough to what is known."""

import pytest

from hasim.conformance import CASES, run_cases
from tests.conformance.refusals import head_of, written_refusals

#: The warm-up is five mean delays, but these queues forget their start in hundreds of services.
BIASED = pytest.mark.xfail(
    reason="the warm-up of montecarlo is too short for queues near full load"
)
ARE_BIASED = {
    "D02 made to wait (C), c = 100, a = 95",
    "D03 mean wait, lognormal service, cv 2",
    "D06 mean stay, two distinct, load 0.8",
    "D06 mean stay, two distinct, load 0.9",
    "T03 mean stay, one server, load 0.9",
    "D06 mean stay, with replacement, load 0.9",
}


def params():
    written = written_refusals()
    for case in CASES:
        if head_of(case, "montecarlo") not in written:
            marks = [BIASED] if case.name in ARE_BIASED else []
            yield pytest.param(case, id=case.name, marks=[pytest.mark.slow, *marks])


@pytest.mark.parametrize("case", list(params()))
def test_each_case_is_near_what_is_known(case):
    (cell,) = run_cases(["montecarlo"], [case]).cells
    assert cell.verdict == "right", f"{cell.ours!r} for {case.value!r} {cell.reason}"
