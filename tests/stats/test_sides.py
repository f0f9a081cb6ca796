"""Statements about the sign of a mean: how often they are wrong, and how they share the chance."""

import math

import numpy as np
import pytest

from hasim.stats.sides import BELOW, is_above, most_downtime, share_of_error

CHANCE, TRIALS = 0.05, 500


def share_wrong(draw, n, is_wrong):
    """The share of samples of n values of which a wrong statement is made."""
    random = np.random.default_rng(1)
    told = [is_above(draw(random, n), CHANCE) for _ in range(TRIALS)]
    return sum(is_wrong(one) for one in told) / TRIALS


def downtimes(random, n):
    """Replications with four outages each, whose lengths are lognormal, minus their mean."""
    sigma = 1.1
    outages = random.poisson(4.0, n)
    sums = [random.lognormal(0.0, sigma, k).sum() for k in outages]
    return np.array(sums) - 4.0 * math.exp(sigma**2 / 2)


@pytest.mark.parametrize("n", [16, 64])
@pytest.mark.parametrize(("side", "share"), [(True, 1.0), (False, BELOW)])
def test_normal_samples_at_the_bound_are_wrong_as_often_as_promised(n, side, share):
    wrong = share_wrong(lambda r, k: r.normal(0.0, 1.0, k), n, lambda told: told is side)
    chance = share * CHANCE
    assert wrong <= chance + 3 * math.sqrt(chance * (1 - chance) / TRIALS)


@pytest.mark.parametrize("n", [16, 64])
def test_long_outages_that_were_not_seen_yet_are_reckoned_with(n):
    assert share_wrong(downtimes, n, lambda told: told is False) <= CHANCE
    assert share_wrong(downtimes, n, lambda told: told is True) <= CHANCE


@pytest.mark.parametrize("n", [64, 256])
def test_skewed_samples_are_seldom_said_to_be_above(n):
    wrong = share_wrong(lambda r, k: r.exponential(1.0, k) - 1.0, n, lambda told: told is True)
    assert wrong <= CHANCE


@pytest.mark.parametrize("n", [64, 256])
def test_skewed_samples_are_seldom_said_to_be_below(n):
    wrong = share_wrong(lambda r, k: r.exponential(1.0, k) - 1.0, n, lambda told: told is False)
    assert wrong <= CHANCE


def test_a_mean_far_from_the_bound_is_told():
    random = np.random.default_rng(2)
    assert is_above(random.normal(3.0, 1.0, 16), 1e-6) is True
    assert is_above(random.normal(-3.0, 1.0, 16), 1e-6) is False
    assert is_above(random.normal(0.01, 1.0, 16), 1e-6) is None


@pytest.mark.parametrize(("value", "told"), [(1.0, True), (-1.0, False), (0.0, False)])
def test_values_that_do_not_differ_are_the_mean(value, told):
    assert is_above(np.full(16, value), 0.05) is told


def test_the_chances_of_all_statements_add_up_to_less_than_the_error():
    total = sum(share_of_error(0.05, n, look) for n in range(1, 20_000) for look in range(6))
    assert 0.04 < total < 0.05


def test_a_later_look_and_a_later_thing_get_less():
    assert share_of_error(0.05, 1, 1) == pytest.approx(share_of_error(0.05, 1, 0) / 2)
    assert share_of_error(0.05, 2, 0) == pytest.approx(share_of_error(0.05, 1, 0) / 4)


def test_without_outages_the_downtime_is_bounded_by_minus_the_log_of_the_chance():
    assert most_downtime(0, 3600.0, 0.05) == pytest.approx(-math.log(0.05) * 3600.0)


@pytest.mark.parametrize("outages", [0, 1, 10])
def test_so_few_outages_come_of_a_larger_mean_with_no_more_than_the_chance(outages):
    most = most_downtime(outages, 1.0, CHANCE)
    seen = np.random.default_rng(3).poisson(most, 20_000)
    assert np.mean(seen <= outages) == pytest.approx(CHANCE, abs=0.007)
