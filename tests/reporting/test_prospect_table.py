"""The risk from now in words: certain, impossible and unknown chances, and long titles."""

import pytest

from hasim.planner.prospect import EndingFailure, Prospect, ServiceProspect, WholeAgain
from hasim.reporting.prospect_table import tell_prospect
from hasim.stats import NOTHING_KNOWN, Estimate

YEAR = 365 * 86400.0


def told_of(figure, *, for_s=3600.0, ended_by=()):
    """The lines of a service all of whose figures are the same."""
    service = ServiceProspect(figure, False, figure, figure, figure, figure, ended_by)
    whole = WholeAgain(NOTHING_KNOWN, NOTHING_KNOWN, "none")
    prospect = Prospect(
        "shop", ("db.1=down",), for_s, {"checkout": service}, whole, "x", (), None, 1, False
    )
    return tell_prospect(prospect).splitlines()


def test_what_is_not_known_is_not_told_as_no():
    lines = told_of(NOTHING_KNOWN)
    assert [line.split()[-2:] for line in lines if "down now" in line] == [["not", "known"]]


@pytest.mark.parametrize(
    ("low", "high", "words"), [(0.944, 1.0, "above 94.4 %"), (0.0, 0.056, "below 5.6 %")]
)
def test_a_chance_that_is_only_limited_is_told_by_the_limit_that_says_something(low, high, words):
    (line,) = (line for line in told_of(Estimate(None, low, high)) if "outage" in line)
    assert line.endswith(f" {words}")


def test_a_long_title_is_parted_from_its_value():
    name = "checkout-database-primary-of-the-east.1"
    ending = EndingFailure(name, 0.25)
    lines = told_of(Estimate(0.5, 0.5, 0.5), for_s=3.17e10 * YEAR, ended_by=(ending,))
    assert any(line.endswith("years 50 %") for line in lines)
    assert any(line.endswith(f"{name} 25 %") for line in lines)
