"""Figures over windows of independent replications."""

import numpy as np
import pytest

from hasim.stats.windows import ENOUGH, estimate_over_windows, estimate_quantile_of_windows

RNG = 20260


def hits(chance, shape, rng):
    return (rng.random(shape) < chance).astype(float)


def test_nothing_seen_has_an_upper_limit():
    found = estimate_over_windows(np.zeros((50, 4, 12)), 1.0)
    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(1 - 0.025 ** (1 / 200), rel=1e-6)  # Clopper and Pearson
    assert estimate_over_windows(np.zeros((50, 4, 12))).high is None


def test_always_is_no_certainty():
    found = estimate_over_windows(np.ones((40, 1, 12)), 1.0)
    assert found.value == 1.0
    assert found.low == pytest.approx(0.025 ** (1 / 40), rel=1e-6)
    assert found.high == 1.0


def test_few_hits_are_scaled_to_a_window():
    values = np.zeros((100, 2, 12))
    values[3, 0, :3] = 1.0
    values[40, 1, 7] = 1.0
    found = estimate_over_windows(values, 1.0)
    assert found.value == pytest.approx(4 / 2400)
    # 2 of 200 years have any, and 2 months each on average.
    assert found.low == pytest.approx(0.001213 * 2 / 12, rel=1e-3)
    assert found.high == pytest.approx(0.03565 * 2 / 12, rel=1e-3)


@pytest.mark.normal
@pytest.mark.parametrize("chance", [0.3, 0.002, 2e-4])
def test_intervals_hold_the_truth(chance):
    rng = np.random.default_rng(RNG)
    inside = 0
    for _ in range(200):
        found = estimate_over_windows(hits(chance, (60, 2, 12), rng), 1.0)
        inside += found.low <= chance <= found.high
    assert inside >= 182  # of a right 95 % interval, fewer have a chance of 0.3 %


def test_years_that_go_together_widen_the_interval():
    rng = np.random.default_rng(RNG)
    alone = hits(0.2, (80, 10, 12), rng)
    together = np.broadcast_to(hits(0.2, (80, 1, 1), rng), (80, 10, 12))
    narrow, wide = (estimate_over_windows(one, 1.0) for one in (alone, together))
    assert wide.high - wide.low > 4 * (narrow.high - narrow.low)


def test_the_mean_is_that_of_student():
    values = np.random.default_rng(RNG).exponential(3.0, (ENOUGH, 2, 12))
    found = estimate_over_windows(values)
    means = values.mean(axis=(1, 2))
    half = 2.045 * means.std(ddof=1) / np.sqrt(ENOUGH)  # t, 29 degrees of freedom
    assert found.high == pytest.approx(means.mean() + half, rel=1e-3)


def test_a_quantile_and_its_ranks():
    values = np.arange(2400.0).reshape(100, 2, 12)
    mixed = np.random.default_rng(RNG).permutation(values.ravel()).reshape(values.shape)
    found = estimate_quantile_of_windows(mixed, 0.1)
    assert found.value == pytest.approx(2159.1, abs=1.0)
    assert found.low < 2159 < found.high
    assert found.high - found.low == pytest.approx(2 * 1.96 * 2400 * 0.3 / np.sqrt(2400), rel=0.35)


def test_too_few_windows_for_a_quantile_have_no_end():
    values = np.random.default_rng(RNG).random((10, 1, 1))
    assert estimate_quantile_of_windows(values, 0.01).high is None
