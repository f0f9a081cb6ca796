"""The page of a change, as a pull request shows it."""

from hasim.planner.revision import revise
from hasim.reporting.revision_page import tell_revision
from tests.planner.candidates import single


def test_a_change_that_misses_an_objective():
    good, bad = (single(time, availability="98.5 %") for time in ("1 h", "2 h"))
    page = tell_revision(revise(good, bad))
    assert page.startswith("## x → x\n\n| key | old | new |\n|---|---|---|\n")
    assert "| downtime a year | 3.65 d | 7.23 d | +3.58 d | yes |" in page
    assert "- objective availability: met → **missed**" in page
    assert "grew most: `web.failure` (3.65 d → 7.23 d)." in page


def test_the_same_model():
    page = tell_revision(revise(single("1 h"), single("1 h")))
    assert "The models mean the same." in page
    assert "| downtime a year | 3.65 d | 3.65 d | none |  |" in page


def test_services_that_come_and_go():
    page = tell_revision(revise(single("1 h"), single("1 h", service="shop")))
    assert "### service\n\nThis service is gone." in page
    assert "### shop\n\nThis service is new.\n\nDowntime a year: 3.65 d." in page
