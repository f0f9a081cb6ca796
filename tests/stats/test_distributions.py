"""Quantiles written out by hand agree with scipy's."""

import numpy as np
import pytest
from scipy import special

from hasim.stats.distributions import (
    LARGE_SHAPE,
    NORMAL_POINT,
    beta_cdf,
    binomial_cdf,
    gamma_cdf,
    gamma_quantile,
    student_point,
)


@pytest.mark.parametrize("probability", [0.025, 0.05, 0.5, 0.95, 0.975])
def test_gamma_quantiles_are_those_of_scipy(probability):
    for shape in np.geomspace(0.05, LARGE_SHAPE, 60):
        expected = special.gammaincinv(shape, probability)
        assert gamma_quantile(probability, float(shape)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("probability", [0.025, 0.975])
def test_gamma_quantiles_of_large_shapes_are_close(probability):
    for shape in np.geomspace(1.01 * LARGE_SHAPE, 1e6, 20):
        expected = special.gammaincinv(shape, probability)
        assert gamma_quantile(probability, float(shape)) == pytest.approx(expected, rel=1e-6)


def test_gamma_quantile_and_distribution_are_inverse():
    for shape in (0.3, 1.0, 7.5, 400.0):
        assert gamma_cdf(gamma_quantile(0.3, shape), shape) == pytest.approx(0.3, rel=1e-12)
    assert gamma_cdf(0.0, 2.0) == 0.0


@pytest.mark.parametrize("freedom", [1, 1.5, 2, 5, 31, 63, 95, 1e4, 1e8])
def test_student_points_are_those_of_scipy(freedom):
    assert student_point(freedom) == pytest.approx(special.stdtrit(freedom, 0.975), rel=1e-7)


def test_student_tends_to_normal():
    assert student_point(1e9) == NORMAL_POINT


def test_binomial_is_that_of_scipy():
    rng = np.random.default_rng(1)
    for _ in range(300):
        trials = int(10 ** rng.uniform(0, 5))
        p = rng.uniform(0.01, 0.99)
        successes = int(rng.binomial(trials, p))
        expected = special.bdtr(successes, trials, p)
        assert binomial_cdf(successes, trials, p) == pytest.approx(expected, rel=1e-8, abs=1e-12)


def test_binomial_ends_are_certain():
    assert binomial_cdf(-1, 10, 0.5) == 0.0
    assert binomial_cdf(10, 10, 0.5) == 1.0
    assert beta_cdf(0.0, 2.0, 3.0) == 0.0
    assert beta_cdf(1.0, 2.0, 3.0) == 1.0
