"""Holm's procedure by its definition, p values against scipy."""

import math

import pytest
from scipy import stats

from hasim.stats.multiplicity import student_p_value, tell_real


def test_each_comparison_has_its_own_bar():
    assert tell_real([0.011, 0.02, 0.03, 0.005], 0.05) == (True, True, True, True)
    assert tell_real([0.04, 0.02, 0.001], 0.05) == (True, True, True)
    assert tell_real([0.04, 0.03, 0.001], 0.05) == (False, False, True)
    assert tell_real([0.02, 0.02, 0.02], 0.05) == (False, False, False)
    assert tell_real([], 0.05) == ()


def test_what_comes_after_one_that_is_not_real_is_not_either():
    assert tell_real([0.03, 0.026, 0.04], 0.05) == (False, False, False)


@pytest.mark.parametrize("freedom", [1, 5, 63, 10_000])
@pytest.mark.parametrize("ratio", [0.0, 0.5, -2.1, 9.0])
def test_p_values_are_those_of_student(ratio, freedom):
    expected = 2 * stats.t.sf(abs(ratio), freedom)
    assert student_p_value(ratio, freedom) == pytest.approx(expected, rel=1e-7)


def test_p_values_of_the_normal_distribution():
    assert student_p_value(1.959963984540054, math.inf) == pytest.approx(0.05)
