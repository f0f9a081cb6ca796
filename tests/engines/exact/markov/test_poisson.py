"""Poisson weights against the definition, at small and at huge means."""

import math

import numpy as np
import pytest

from hasim.engines.exact.markov.poisson import weigh_count, weigh_excess


def probability(k, mean):
    return math.exp(k * math.log(mean) - mean - math.lgamma(k + 1))


@pytest.mark.parametrize("mean", [1e-9, 0.3, 1.0, 17.5, 400.0, 1e5])
def test_weights_are_poisson_probabilities(mean):
    weights = weigh_count(mean)
    for k in {0, 1, int(mean / 2), int(mean), int(mean + 3 * math.sqrt(mean)), int(1.2 * mean)}:
        true = probability(k, mean)
        if true > 1e-55:
            assert weights.at(k) == pytest.approx(true, rel=1e-9), k
        else:
            assert weights.at(k) < 1e-50
    assert weights.values.sum() == pytest.approx(1.0, rel=1e-14)


def test_small_weights_keep_their_digits():
    assert weigh_count(1e-3).at(12) == pytest.approx(
        1e-36 * math.exp(-1e-3) / math.factorial(12), rel=1e-13
    )


@pytest.mark.parametrize("mean", [0.0, 1e-6, 2.0, 1234.5])
def test_excess_adds_up_to_the_mean(mean):
    weights = weigh_excess(mean)
    assert weights.rest(0) == pytest.approx(mean, rel=1e-12)
    assert weights.at(0) == pytest.approx(-math.expm1(-mean), rel=1e-12)


def test_no_time_is_no_event():
    weights = weigh_count(0.0)
    assert [weights.at(k) for k in range(3)] == [1.0, 0.0, 0.0]


def test_the_rest_is_the_sum_of_what_is_left():
    weights = weigh_excess(900.0)
    steps = np.array([weights.at(k) for k in range(weights.stop + 1)])
    for step in (0, weights.left - 1, weights.left + 1, 900, weights.stop):
        assert weights.rest(step) == pytest.approx(steps[step:].sum(), rel=1e-12)
