"""Elimination without subtraction against the plain version and exact fractions."""

import numpy as np
import pytest

from hasim.engines.exact.markov.elimination import bound_error, bound_from_residual, solve_dense
from tests.engines.exact.markov.examples import (
    birth_death,
    exact_shares,
    largest_error,
    random_chain,
)


def solve_plainly(rates):
    """Algorithm 1 of Grassmann, Taksar and Heyman 1985, number by number."""
    q = [list(map(float, row)) for row in rates]
    n = len(q)
    for k in range(n - 1, 0, -1):
        leaving = sum(q[k][:k])
        for i in range(k):
            q[i][k] /= leaving
            for j in range(k):
                if i != j:
                    q[i][j] += q[i][k] * q[k][j]
    shares = [1.0]
    for k in range(1, n):
        shares.append(sum(shares[i] * q[i][k] for i in range(k)))
    return np.array(shares) / sum(shares)


@pytest.mark.parametrize("n", [2, 3, 33, 34, 70])
def test_panels_give_what_the_plain_version_gives(n):
    rates = random_chain(np.random.default_rng(n), n, 6).dense_rates()
    np.testing.assert_allclose(solve_dense(rates.copy()), solve_plainly(rates), rtol=1e-13)


@pytest.mark.parametrize("seed", range(5))
def test_rates_over_many_decades_keep_every_digit(seed):
    chain = random_chain(np.random.default_rng(seed), 9, 15)
    error = largest_error(solve_dense(chain.dense_rates()), exact_shares(chain))
    assert error < 1e-14
    assert error < bound_error(9)


@pytest.mark.parametrize("rise", [1e-3, 1e3])
def test_shares_of_very_different_sizes_neither_vanish_nor_overflow(rise):
    # Closed form: shares of a birth-death chain are in geometric proportion.
    chain = birth_death([rise] * 200, [1.0] * 200)
    shares = solve_dense(chain.dense_rates())
    expected = np.array([rise**k for k in range(-90 if rise > 1 else 0, 1 if rise > 1 else 91)])
    expected /= expected.sum()
    actual = shares[-91:] if rise > 1 else shares[:91]
    np.testing.assert_allclose(actual, expected, rtol=1e-12)
    assert np.isfinite(shares).all()
    assert shares.sum() == pytest.approx(1.0, rel=1e-14)


@pytest.mark.parametrize("seed", range(5))
def test_the_bound_from_the_residual_holds_and_is_narrow(seed):
    chain = random_chain(np.random.default_rng(seed), 20, 5)
    rates = chain.dense_rates()
    shares = solve_dense(rates.copy())
    error = largest_error(shares, exact_shares(chain))
    assert error < bound_from_residual(rates, shares) < 1e-10
    wrong = shares.copy()
    wrong[3] *= 1.0 + 1e-6
    wrong /= wrong.sum()
    assert bound_from_residual(rates, wrong) > 5e-7


def test_no_bound_from_a_residual_where_a_share_underflows():
    rates = birth_death([1e-3] * 100, [1.0] * 100).dense_rates()
    assert bound_from_residual(rates, solve_dense(rates.copy())) == np.inf
