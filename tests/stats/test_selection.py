"""Deciding in sequence: the constants of the paper, the shape of the region, chances by trial."""

import numpy as np
import pytest

from hasim.stats.selection import (
    FIRST_BATCHES,
    OUTAGES_PER_BATCH,
    Rule,
    batch_means,
    batch_size,
    continuation_width,
    is_above,
)

RULE = Rule(0.1, 0.025)


def test_the_constants_are_those_of_kim_and_nelson():
    # fig. 1 with k = 2: 1/2 (1 + 2 eta)^(-(n0 - 1) / 2) is the chance of error
    assert 0.5 * (1 + 2 * RULE.eta) ** (-(FIRST_BATCHES - 1) / 2) == pytest.approx(0.025)
    assert RULE.h_squared == pytest.approx(2 * RULE.eta * (FIRST_BATCHES - 1))


def test_the_region_is_a_triangle_that_ends():
    longest = RULE.h_squared * 4.0 / 0.5**2
    number = np.array([0, int(longest / 2), int(longest) + 1])
    width = continuation_width(number, 4.0, 0.5, RULE)
    assert width[0] == pytest.approx(0.5 / 2 * longest)
    assert width[1] == pytest.approx(width[0] / 2, rel=0.02)
    assert width[2] == 0.0


def test_pairs_share_the_chance_of_error():
    assert Rule.shared(0.1, 0.95, 10).error == pytest.approx(0.05 / 20)
    assert Rule.shared(0.1, 0.95, 0).error == pytest.approx(0.025)


def test_a_batch_holds_enough_outages_of_the_rarest_figure():
    outages = np.array([np.full(1000, 4.0), np.full(1000, 2.0)])
    size = batch_size(outages)
    assert size == OUTAGES_PER_BATCH / 2
    assert batch_size(outages[:, :99]) is None
    assert batch_size(outages[:, :100]) == size


def test_batches_are_consecutive_and_whole():
    assert batch_means(np.arange(7.0), 3).tolist() == [1.0, 4.0]
    assert batch_means(np.arange(8.0).reshape(2, 4), 2).tolist() == [[0.5, 2.5], [4.5, 6.5]]


def test_too_few_batches_tell_nothing():
    one = np.ones(FIRST_BATCHES - 1)
    assert is_above(2 * one, one, RULE) is None


@pytest.mark.parametrize(("factor", "told"), [(2.0, True), (1.11, True), (1.0, False)])
def test_known_figures_are_told_at_once(factor, told):
    one = np.ones(FIRST_BATCHES)
    assert is_above(factor * one, one, RULE) is told


def test_anything_is_above_what_never_is():
    rng = np.random.default_rng(1)
    upper, never = 1.0 + 0.1 * rng.standard_normal(40), np.zeros(40)
    assert is_above(upper, never, RULE) is True
    assert is_above(never, upper, RULE) is False
    assert is_above(never, never, RULE) is False


def test_what_was_told_stays():
    rng = np.random.default_rng(2)
    upper, lower = 1.2 + rng.standard_normal((2, 5000)) * [[0.5], [0.5]] - [[0.0], [0.2]]
    told = [is_above(upper[:n], lower[:n], RULE) for n in range(20, 5000, 50)]
    first = next(i for i, one in enumerate(told) if one is not None)
    assert set(told[:first]) <= {None}
    assert set(told[first:]) == {True}


def test_what_is_in_common_costs_nothing():
    rng = np.random.default_rng(3)
    shared = rng.exponential(1.0, 20_000)
    apart = rng.exponential(1.0, (2, 20_000))
    apart[0] *= 1.1
    assert _batches_until_told(1.1 * shared, shared) < 0.2 * _batches_until_told(*apart)


def _batches_until_told(upper, lower):
    return next(n for n in range(20, len(upper), 10) if is_above(upper[:n], lower[:n], RULE))


@pytest.mark.parametrize(("upper_mean", "wrong"), [(1.1, False), (1.0, True)])
def test_the_wrong_side_is_as_rare_as_promised(upper_mean, wrong):
    """With 400 trials of a chance of 5 %, more than 33 are seen once in 1000."""
    rng, rule = np.random.default_rng(4), Rule(0.1, 0.05)
    told = []
    for _ in range(400):
        noise = 0.15 * rng.standard_normal((2, 2000))
        told.append(is_above(upper_mean + noise[0], 1.0 + noise[1], rule))
    assert None not in told
    assert told.count(wrong) <= 33
