"""Ratios of sums: values by hand, intervals against other ways to the same, and the edges."""

import math

import numpy as np
import pytest
from scipy import stats

from hasim.stats.estimate import NOTHING_KNOWN, Estimate
from hasim.stats.intervals import RULE_OF_THREE
from hasim.stats.ratios import (
    Span,
    estimate_average,
    estimate_gap,
    estimate_length,
    estimate_rate,
    estimate_share,
)
from hasim.stats.tally import Tally

BEGUN, DOWN = 0, 1
WINDOW, LONGEST = 1000.0, 5.0
NO_LENGTHS = np.zeros((0, 1), dtype=np.int64)


def tally_of(rows):
    return Tally.of(np.array(rows, dtype=float), NO_LENGTHS, partners=[0, 0], batch=0)


def span_of(tally):
    return Span(WINDOW * tally.replications, LONGEST)


def rare(lengths, replications=100):
    """One outage in each of the first replications, none in the others."""
    rows = np.zeros((replications, 2))
    rows[: len(lengths), BEGUN] = 1
    rows[: len(lengths), DOWN] = lengths
    return tally_of(rows)


def dense(replications=200, outages=40, seed=3):
    """Poisson numbers of exponential outages of mean 1."""
    rng = np.random.default_rng(seed)
    begun = rng.poisson(outages, replications)
    down = [rng.exponential(1.0, n).sum() for n in begun]
    return tally_of(np.column_stack([begun, down]))


def test_values_are_ratios_of_sums():
    tally = rare([2.0, 4.0, 9.0, 1.0])
    span = span_of(tally)
    assert estimate_rate(tally, BEGUN, span).value == 4 / 100_000
    assert estimate_share(tally, DOWN, span).value == 16 / 100_000
    assert estimate_length(tally, DOWN, BEGUN, span).value == 4.0
    assert estimate_gap(tally, DOWN, BEGUN, span).value == (100_000 - 16) / 4


def test_few_outages_have_the_exact_poisson_interval():
    tally = rare([1.0] * 10, replications=10_000)
    rate = estimate_rate(tally, BEGUN, span_of(tally))
    assert rate.low * 1e7 == pytest.approx(stats.chi2.ppf(0.025, 20) / 2)
    assert rate.high * 1e7 == pytest.approx(stats.chi2.ppf(0.975, 22) / 2)


def test_outages_in_clusters_are_not_taken_for_independent():
    clusters = np.zeros((1000, 2))
    clusters[:5] = (4, 4.0)
    alone = rare([1.0] * 20, replications=1000)
    together = tally_of(clusters)
    span = span_of(alone)
    assert estimate_rate(together, BEGUN, span).high > 1.5 * estimate_rate(alone, BEGUN, span).high
    assert estimate_share(together, DOWN, span).high > 1.5 * estimate_share(alone, DOWN, span).high


def test_many_outages_have_the_delta_interval():
    tally = dense()
    n = tally.replications
    assert tally.present[BEGUN] == n
    for estimate, v in (
        (estimate_rate(tally, BEGUN, span_of(tally)), 1 / (40 * n)),
        (estimate_share(tally, DOWN, span_of(tally)), 2 / (40 * n)),
        (estimate_length(tally, DOWN, BEGUN, span_of(tally)), 1 / (40 * n)),
        (estimate_gap(tally, DOWN, BEGUN, span_of(tally)), 1 / (40 * n)),
    ):
        assert estimate.precision == pytest.approx(1.96 * math.sqrt(v), rel=0.15)
        assert estimate.low < estimate.value < estimate.high


def test_a_fixed_length_is_known_once_there_are_enough():
    tally = rare([30.0] * 60, replications=1000)
    mean = estimate_length(tally, DOWN, BEGUN, span_of(tally))
    assert mean.value == 30.0
    assert mean.precision < 1e-6


def test_a_few_equal_lengths_are_not_known():
    tally = rare([30.0] * 5, replications=1000)
    mean = estimate_length(tally, DOWN, BEGUN, span_of(tally))
    assert mean.low < 20.0 < 45.0 < mean.high


def test_nothing_seen_has_upper_limits_only():
    tally = rare([])
    span = span_of(tally)
    seconds = span.seconds
    assert estimate_rate(tally, BEGUN, span) == Estimate(None, 0.0, RULE_OF_THREE / seconds)
    limit = RULE_OF_THREE * LONGEST / seconds
    assert estimate_share(tally, DOWN, span) == Estimate(None, 0.0, limit)
    assert estimate_length(tally, DOWN, BEGUN, span) == NOTHING_KNOWN
    assert estimate_gap(tally, DOWN, BEGUN, span) == Estimate(None, seconds / RULE_OF_THREE, None)


def test_what_part_was_not_seen_of_outages_that_were_may_be_called_zero():
    rows = np.zeros((100, 2))
    rows[:20, BEGUN] = 1
    tally = tally_of(rows)
    span = span_of(tally)
    limit = RULE_OF_THREE * LONGEST / 20
    assert estimate_length(tally, DOWN, BEGUN, span, unseen=0.0) == Estimate(0.0, 0.0, limit)
    assert estimate_share(tally, DOWN, span, unseen=0.0).value == 0.0


@pytest.mark.parametrize("lengths", [[2.0], [2.0, 3.0]])
def test_one_or_two_outages_take_the_longest_mean_for_a_limit(lengths):
    tally = rare(lengths)
    span = span_of(tally)
    share = estimate_share(tally, DOWN, span)
    most = stats.chi2.ppf(0.975, 2 * len(lengths) + 2) / 2
    assert share.high == pytest.approx(most * LONGEST / span.seconds)
    assert 0.0 < share.low < share.value
    mean = estimate_length(tally, DOWN, BEGUN, span)
    assert mean.low < mean.value < mean.high < 30.0


def test_one_replication_has_no_interval():
    tally = tally_of([[3, 6.0]])
    span = span_of(tally)
    assert estimate_rate(tally, BEGUN, span) == Estimate(0.003, None, None)
    assert estimate_share(tally, DOWN, span) == Estimate(0.006, None, None)
    assert estimate_length(tally, DOWN, BEGUN, span) == Estimate(2.0, None, None)
    assert estimate_average(tally, DOWN, span) == Estimate(0.006, None, None)


def test_a_share_is_never_above_one():
    tally = tally_of([[1, 990.0], [1, 400.0], [1, 1000.0]])
    share = estimate_share(tally, DOWN, span_of(tally))
    assert share.value < share.high <= 1.0


def test_always_down_is_certain_and_leaves_no_time_between():
    tally = tally_of([[0, WINDOW]] * 10)
    assert estimate_share(tally, DOWN, span_of(tally)) == Estimate.of_exact(1.0)
    assert estimate_gap(tally, DOWN, BEGUN, span_of(tally)) == NOTHING_KNOWN


def test_an_average_has_the_interval_of_student():
    values = [100.0, 300.0, -50.0, 250.0]
    tally = tally_of([[0, v] for v in values])
    average = estimate_average(tally, DOWN, span_of(tally))
    low, high = stats.t.interval(0.95, 3, np.mean(values), stats.sem(values))
    assert average.value == pytest.approx(0.15)
    assert (average.low, average.high) == (pytest.approx(low / 1e3), pytest.approx(high / 1e3))


def test_gap_and_length_make_up_unavailability():
    tally = dense()
    span = span_of(tally)
    gap = estimate_gap(tally, DOWN, BEGUN, span).value
    length = estimate_length(tally, DOWN, BEGUN, span).value
    assert length / (length + gap) == pytest.approx(estimate_share(tally, DOWN, span).value)
