"""Differences: paired ones against the textbook, computed ones by their ends."""

import numpy as np
import pytest
from scipy import stats

from hasim.planner.columns import column_of
from hasim.planner.differences import Gap, Twin, find_real, tell_apart
from hasim.solving.together import Samples
from hasim.stats import NOTHING_KNOWN, Estimate
from hasim.units import SECONDS_PER_YEAR

RNG = np.random.default_rng(5)
SHARED = RNG.exponential(100.0, 200)
DOWN = np.array([SHARED, SHARED + RNG.exponential(10.0, 200)])
OUTAGES = RNG.poisson(5.0, (2, 200)).astype(float) + 1.0
SAMPLES = Samples(DOWN, OUTAGES, 1000.0)
SIMULATED = [Twin(None, row, False) for row in (0, 1)]


def exact(value):
    return Twin(Estimate.of_exact(value), None, True)


def test_downtime_is_a_paired_t_interval():
    gap = tell_apart(column_of("unavailability"), *SIMULATED, SAMPLES)
    per_second = (DOWN[1] - DOWN[0]) / 1000.0
    low, high = stats.t.interval(0.95, 199, per_second.mean(), stats.sem(per_second))
    assert gap.paired
    assert gap.estimate.ends == pytest.approx((per_second.mean(), low, high))
    assert gap.p_value == pytest.approx(stats.ttest_rel(DOWN[1], DOWN[0]).pvalue, abs=1e-12)


def test_figures_a_year_are_the_same_scaled():
    share = tell_apart(column_of("unavailability"), *SIMULATED, SAMPLES).estimate
    year = tell_apart(column_of("downtime_s_per_year"), *SIMULATED, SAMPLES).estimate
    assert year.ends == pytest.approx(share.scaled(SECONDS_PER_YEAR).ends)


def test_mean_outages_are_ratios():
    gap = tell_apart(column_of("mttr_s"), *SIMULATED, SAMPLES)
    ratios = DOWN.sum(axis=1) / OUTAGES.sum(axis=1)
    assert gap.estimate.value == pytest.approx(ratios[1] - ratios[0])
    jackknifed = [
        np.subtract(*(np.delete(DOWN, i, 1).sum(axis=1) / np.delete(OUTAGES, i, 1).sum(axis=1)))
        for i in range(200)
    ]
    error = np.sqrt(199 / 200 * np.sum((jackknifed - np.mean(jackknifed)) ** 2))
    half = (gap.estimate.high - gap.estimate.low) / 2
    assert half == pytest.approx(stats.t.ppf(0.975, 199) * error, rel=0.03)


def test_equal_samples_do_not_differ():
    samples = Samples(np.array([SHARED, SHARED]), OUTAGES, 1000.0)
    gap = tell_apart(column_of("unavailability"), *SIMULATED, samples)
    assert gap == Gap(Estimate(0.0, None, None), True, 1.0)  # none was seen, there may be one


def test_lengths_that_do_not_vary_differ_by_what_they_are():
    samples = Samples(np.array([2.0 * OUTAGES[0], 5.0 * OUTAGES[0]]), OUTAGES[[0, 0]], 1000.0)
    gap = tell_apart(column_of("mttr_s"), *SIMULATED, samples)
    assert gap == Gap(Estimate.of_exact(3.0), True, 0.0)


def test_exact_figures_have_exact_differences():
    gap = tell_apart(column_of("unavailability"), exact(0.01), exact(0.03), None)
    assert gap == Gap(Estimate.of_exact(0.03 - 0.01), False, 0.0)
    assert tell_apart(column_of("mttr_s"), exact(1.0), exact(1.0 + 1e-13), None).p_value == 1.0


def test_a_simulated_figure_less_an_exact_one_is_not_paired():
    one = Twin(Estimate(0.02, 0.018, 0.022), 0, False)
    gap = tell_apart(column_of("unavailability"), exact(0.01), one, SAMPLES)
    assert not gap.paired
    assert gap.estimate.ends == pytest.approx((0.01, 0.008, 0.012))
    assert 0.0 < gap.p_value < 1e-6


def test_what_is_not_known_has_no_difference():
    for missing in (Twin(None, None, False), Twin(NOTHING_KNOWN, None, False)):
        gap = tell_apart(column_of("p95_outage_s"), exact(1.0), missing, None)
        assert gap.estimate == NOTHING_KNOWN
        assert gap.p_value == 1.0


def test_exact_differences_need_no_correction():
    gaps = {
        "exact": Gap(Estimate.of_exact(1.0), False, 0.0),
        "equal": Gap(Estimate.of_exact(0.0), False, 1.0),
        "chance": Gap(Estimate(1.0, 0.1, 1.9), True, 0.04),
    }
    assert find_real(gaps) == {"exact", "chance"}
    gaps["other"] = Gap(Estimate(1.0, -1.0, 3.0), True, 0.3)
    assert find_real(gaps) == {"exact"}
