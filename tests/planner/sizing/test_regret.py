"""Regrets, orders and shares against arithmetic by hand."""

import math

import numpy as np
import pytest

from hasim.planner.sizing.regret import Outcomes, influences_on, mean_of, quantile_of, share_of
from hasim.system import Uncertain

#: Three candidates in four worlds: cheap and often failing, dear and safe, in between.
COSTS = np.array([[10.0, 10.0, 10.0, 10.0], [30.0, 30.0, 30.0, 40.0], [20.0, 20.0, 20.0, 20.0]])
MET = np.array([[True, True, False, False], [True, True, True, True], [True, False, True, False]])
OUTCOMES = Outcomes(COSTS, MET)


def test_regret_is_what_it_costs_more_than_the_best_that_meets_the_targets_there():
    """Best: 10, 10, 20 (the cheap one fails there), 40 (only the dear one meets them)."""
    expected = [[0, 0, math.nan, math.nan], [20, 20, 10, 0], [10, math.nan, 0, math.nan]]
    assert OUTCOMES.regrets() == pytest.approx(np.array(expected), nan_ok=True)


@pytest.mark.parametrize(
    ("keeps", "order"),
    [
        (1.0, [1, 0, 2]),  # only the dear one; then as many worlds, and mean regrets 0 and 5
        (0.5, [0, 2, 1]),  # all three do: mean regrets 0, 5 and 12.5
        (0.75, [1, 0, 2]),
    ],
)
def test_least_mean_regret_among_those_that_keep_the_targets_often_enough(keeps, order):
    assert OUTCOMES.order(keeps) == order


def test_where_none_keeps_them_often_enough_the_most_kept_one_comes_first():
    without_the_safe = Outcomes(COSTS[[0, 2]], np.array([[True, True, True, False], MET[2]]))
    assert without_the_safe.order(1.0) == [0, 1]
    assert Outcomes(COSTS[[2, 0]], without_the_safe.met[[1, 0]]).order(1.0) == [1, 0]


def test_of_equals_the_first_is_taken():
    same = Outcomes(np.ones((2, 3)), np.ones((2, 3), dtype=bool))
    assert same.order(0.95) == [0, 1]
    assert (same.regrets() == 0.0).all()


def test_costs_that_differ_by_rounding_are_not_regretted():
    costs = np.array([[0.3], [0.1 + 0.2]])
    assert (Outcomes(costs, np.ones((2, 1), dtype=bool)).regrets() == 0.0).all()


def test_a_world_in_which_nothing_meets_the_targets_has_no_regret():
    regrets = Outcomes(np.array([[1.0], [math.nan]]), np.zeros((2, 1), dtype=bool)).regrets()
    assert np.isnan(regrets).all()
    assert mean_of(regrets[0]) is None
    assert quantile_of(regrets[0], 0.95) is None


def test_the_difference_is_over_the_worlds_in_which_both_can_be_built():
    costs = np.array([[10.0, 20.0, 30.0], [11.0, math.nan, 34.0]])
    outcomes = Outcomes(costs, np.ones((2, 3), dtype=bool))
    assert outcomes.difference(1, 0) == pytest.approx((1.0 + 4.0) / 2.0)


@pytest.mark.parametrize(
    ("number", "worlds", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),  # z = 1.96: (8 + 1.92) / 13.84 -+ 1.96 sqrt(1.6 + 0.96) / 13.84
        (0, 10, 0.0, 0.2775),  # z^2 / (n + z^2) = 3.8415 / 13.8415
        (10, 10, 0.7225, 1.0),
    ],
)
def test_the_interval_of_a_share_is_wilsons(number, worlds, low, high):
    share = share_of(number, worlds)
    assert share.value == number / worlds
    assert (share.low, share.high) == pytest.approx((low, high), abs=5e-5)


def test_what_decides_where_a_design_fails():
    """Failing at high demand: correlation of (0, 0, 1, 1) with (.1, .3, .7, .9) is 3 / sqrt(10)."""
    demand = Uncertain(name="demand", low=100.0, high=10000.0, scale="log", kind="throughput")
    share = Uncertain(name="share", low=0.0, high=1.0, scale="linear", kind="share")
    points = np.array([[0.1, 0.5], [0.3, 0.1], [0.7, 0.5], [0.9, 0.1]])
    met = np.array([True, True, False, False])
    first, second = influences_on(met, points, (share, demand)[::-1])
    assert first.name == "demand"
    assert first.correlation == pytest.approx(0.3 / math.sqrt(0.25 * 0.1 * 4.0))
    assert (first.kept, first.failing) == pytest.approx((100 * 100**0.2, 100 * 100**0.8))
    assert second.correlation == pytest.approx(0.0)
    assert influences_on(np.array([True] * 4), points, (demand, share)) == ()
