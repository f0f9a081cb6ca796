"""Intervals as factors: exact for the laws they are named for, cautious for few."""

import math

import pytest
from scipy import stats

from hasim.stats.estimate import Estimate
from hasim.stats.intervals import (
    CERTAIN,
    FEW,
    RULE_OF_THREE,
    Factors,
    cautious_spread,
    combine,
    count_factors,
    length_factors,
    widen,
)


@pytest.mark.parametrize("number", [1, 3, 10, 200])
def test_counts_have_the_exact_poisson_interval(number):
    factors = count_factors(1 / number)
    assert factors.low * number == pytest.approx(stats.chi2.ppf(0.025, 2 * number) / 2)
    assert factors.high * number == pytest.approx(stats.chi2.ppf(0.975, 2 * number + 2) / 2)


@pytest.mark.parametrize("number", [1, 3, 10, 200])
def test_lengths_have_the_exact_interval_of_exponential_means(number):
    factors = length_factors(1 / number)
    assert factors.low == pytest.approx(2 * number / stats.chi2.ppf(0.975, 2 * number))
    assert factors.high == pytest.approx(2 * number / stats.chi2.ppf(0.025, 2 * number))


def test_both_tend_to_the_normal_interval():
    for factors in (count_factors(1e-8), length_factors(1e-8)):
        assert factors.low == pytest.approx(1 - 1.96e-4, abs=1e-7)
        assert factors.high == pytest.approx(1 + 1.96e-4, abs=1e-7)


def test_what_does_not_vary_is_certain():
    assert count_factors(0.0) == length_factors(0.0) == CERTAIN
    assert combine(CERTAIN, CERTAIN) == CERTAIN


def test_a_certain_part_leaves_the_other_as_it_is():
    factors = count_factors(0.1)
    both = combine(factors, CERTAIN)
    assert (both.low, both.high) == (pytest.approx(factors.low), pytest.approx(factors.high))


def test_parts_add_up_in_quadrature():
    both = combine(Factors(math.exp(-3), math.exp(3)), Factors(math.exp(-4), math.exp(4)))
    assert (both.low, both.high) == (pytest.approx(math.exp(-5)), pytest.approx(math.exp(5)))


def test_an_upper_limit_too_far_away_is_not_given():
    assert Factors(0.1, 2000.0).around(3.0) == Estimate(3.0, pytest.approx(0.3), None)


def test_inverted_factors_swap_ends():
    assert Factors(0.5, 4.0).inverted() == Factors(0.25, 2.0)


def test_few_lengths_are_not_trusted_to_show_their_spread():
    assert cautious_spread(0.0, 1) == pytest.approx(1.5)
    assert 0.0 < cautious_spread(0.0, 10) < 0.5
    assert cautious_spread(0.0, FEW) == 0.0
    assert cautious_spread(7.0, 3) == 7.0  # never narrower than seen


def test_few_degrees_of_freedom_widen():
    assert widen(1.0, 5) == pytest.approx((2.5706 / 1.95996) ** 2, rel=1e-4)
    assert widen(1.0, 1e9) == 1.0


def test_rule_of_three():
    assert pytest.approx(2.9957, abs=1e-4) == RULE_OF_THREE
