"""When replications have to be longer, and when two lengths of window agree."""

import math

import pytest

from hasim.solving.growth import RESERVE, agree, lengthen, replications_needed, windows_needed
from hasim.solving.plan import Plan
from hasim.solving.watching import Figure
from hasim.stats import NOTHING_KNOWN, Estimate
from hasim.stats.stopping import FEWEST, Watched

PLAN = Plan(200.0, 1000.0, longest_end=1.0, rate=1.0)


def known(value, half_width):
    return Estimate(value, value - half_width, value + half_width)


def test_half_the_width_needs_four_times_as_many():
    watched = [Watched("a", known(1.0, 0.1), math.inf), Watched("b", known(5.0, 0.1), math.inf)]
    assert replications_needed(watched, 64, 0.05) == pytest.approx(4 * 64 * RESERVE)


def test_a_hundred_outages_are_needed_whatever_the_precision():
    watched = [Watched("a", known(1.0, 0.01), FEWEST / 10)]
    assert replications_needed(watched, 64, 0.05) == pytest.approx(10 * 64 * RESERVE)
    assert replications_needed([Watched("a", NOTHING_KNOWN, 0.0)], 64, 0.05) == math.inf


def test_they_grow_by_what_is_needed_within_reason():
    assert lengthen(PLAN, 640.0, 64).horizon == 10 * PLAN.horizon
    assert lengthen(PLAN, 0.0, 64).horizon == 4 * PLAN.horizon
    assert lengthen(PLAN, math.inf, 64).horizon == 16 * PLAN.horizon


def level(estimate):
    return Figure("level", estimate)


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        (known(1.0, 0.02), known(1.01, 0.02), True),
        (known(1.0, 0.002), known(1.01, 0.002), False),
        (known(1.0, 0.0), known(1.004, 0.0), True),
        (known(1.0, 0.0), known(1.006, 0.0), False),
        (NOTHING_KNOWN, known(1.0, 0.01), True),
        (Estimate(0.1, 0.0, None), known(1.0, 0.01), True),
    ],
)
def test_two_lengths_agree_within_chance_or_a_tenth_of_what_is_asked(earlier, later, expected):
    assert agree([level(earlier)], [level(later)], 0.05, 0.01) is expected


def test_more_figures_may_differ_more_by_chance():
    near = level(known(1.0, 0.02)), level(known(1.04, 0.02))  # 2.8 standard errors
    same = level(known(1.0, 0.02)), level(known(1.0, 0.02))
    assert not agree([near[0]], [near[1]], 0.05, 0.01)
    assert agree([near[0]], [near[1]], 0.05, 1e-4)
    assert agree(*zip(near, *[same] * 9, strict=True), 0.05, 0.01)


def test_the_spread_of_replications_tells_their_correlation_times():
    """M/M/1 at 0.9: a window of 200 correlation times has a spread of 10 %, cv 1 at one moment."""
    deviation = 0.1 / math.sqrt(64)
    queue = level(known(9.0, 1.96 * 9.0 * deviation))
    assert windows_needed([queue], 64) == pytest.approx(25 / 200, rel=1e-3)


def test_a_rare_outage_varies_by_itself():
    """At U = 0.01 a window of 200 correlation times has a spread of sqrt(99) times 10 %."""
    deviation = 0.1 * math.sqrt(99) / math.sqrt(64)
    outage = Figure("share", known(0.01, 1.96 * 0.01 * deviation))
    assert windows_needed([outage], 64) == pytest.approx(25 / 200, rel=1e-3)


@pytest.mark.parametrize("figure", [level(NOTHING_KNOWN), Figure("rate", known(1.0, 0.1))])
def test_what_tells_no_correlation_needs_no_longer_windows(figure):
    assert windows_needed([figure], 64) == 0.0
    assert windows_needed([], 64) == 0.0
