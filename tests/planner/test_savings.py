"""Savings by simulation together: none where nothing differs, and the sign of what does."""

import time

import pytest

import hasim
from hasim.planner.savings import Limits, save_exactly, save_together
from tests.compiler.scenarios import system_of

PAIR = "name: t\ncomponents: {{a: {{mtbf: {0} h, mttr: 1 h}}, b: {{mtbf: 49 h, mttr: 1 h}}}}"


def process(mtbf, tmp_path):
    return hasim.compile(system_of(PAIR.format(mtbf), tmp_path))


def limits(seconds):
    return Limits(time.monotonic() + seconds, 0.05, 1, None, None, None)


def test_nothing_is_begun_after_the_end_of_time(tmp_path):
    one = process(99, tmp_path)
    assert save_exactly({"service": 0.1}, [one, one], limits(0.0)) == [None, None]
    assert save_together(one, [one], limits(0.0)).variants == (None,)


def test_exact_savings_are_differences(tmp_path):
    """U = 1 - 0.99 x 0.98 and 1 - 0.995 x 0.98: a saving of 0.005 x 0.98."""
    base = {"service": 1 - 0.99 * 0.98}
    (saving,) = save_exactly(base, [process(199, tmp_path)], limits(9.0))
    assert saving["service"].value == pytest.approx(0.005 * 0.98 * 365 * 86400)


@pytest.mark.normal
def test_a_variant_that_is_the_same_saves_nothing_for_which_there_is_no_interval(tmp_path):
    one, end = process(99, tmp_path), limits(30.0)
    savings = save_together(one, [one, process(199, tmp_path)], end)
    assert not end.is_over  # known to within 5 %, so that the end does not depend on the machine
    assert savings.base["service"] == pytest.approx((1 - 0.99 * 0.98) * 365 * 86400, rel=0.2)
    same, better = savings.variants
    assert (same["service"].value, same["service"].low) == (0.0, None)
    saved = better["service"]
    assert saved.low > 0.0
    four_half_widths = 2 * (saved.high - saved.low)
    assert saved.value == pytest.approx(0.005 * 0.98 * 365 * 86400, abs=four_half_widths)
