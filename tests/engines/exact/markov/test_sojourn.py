"""Lengths and causes of outages in the long run."""

import math

import numpy as np
import pytest

from hasim.engines.exact.markov.long_run import solve_long_run
from hasim.engines.exact.markov.sojourn import describe_sojourn, entry_rates
from tests.engines.exact.markov.examples import birth_death, chain_of, crew_chain


def outage(chain, down):
    return describe_sojourn(chain, solve_long_run(chain).shares, down)


def test_one_unit_has_exponential_outages():
    found = outage(birth_death([0.01], [2.0]), np.array([False, True]))
    assert found.rate == pytest.approx(0.02 / 2.01, rel=1e-15)
    assert found.mean == pytest.approx(0.5, rel=1e-15)
    for p in (0.5, 0.95, 0.999999):
        assert found.quantile(p) == pytest.approx(-math.log1p(-p) / 2.0, rel=1e-10)
    times = np.array([0.0, 0.1, 40.0])
    np.testing.assert_allclose(found.survival(times), np.exp(-2.0 * times), rtol=1e-11)


def test_frequency_and_mean_outage_of_k_of_n():
    # Case A07: n = 5, k = 3, one crew, per hour.
    chain = crew_chain(5, 1, 0.001, 0.1)
    found = outage(chain, np.arange(6) >= 3)
    assert found.rate == pytest.approx(5.70309021145e-06, rel=1e-11)
    assert found.mean == pytest.approx(10.202, rel=1e-13)
    assert list(found.entry) == [0, 0, 0, 1, 0, 0]
    up = describe_sojourn(chain, solve_long_run(chain).shares, np.arange(6) < 3)
    assert up.mean == pytest.approx(175333.33333333, rel=1e-12)


def test_stages_give_an_erlang_length():
    # Down in two stages at 3 per second each: survival (1 + 3 t) exp(-3 t).
    chain = chain_of(3, [(0, 1, 1e-6), (1, 2, 3.0), (2, 0, 3.0)])
    found = outage(chain, np.array([False, True, True]))
    times = np.array([0.01, 1.0, 10.0])
    expected = (1.0 + 3.0 * times) * np.exp(-3.0 * times)
    np.testing.assert_allclose(found.survival(times), expected, rtol=1e-11)
    quantile = found.quantile(0.99)
    assert (1.0 + 3.0 * quantile) * math.exp(-3.0 * quantile) == pytest.approx(0.01, rel=1e-10)


def test_a_quantile_is_where_the_survival_says():
    chain = crew_chain(6, 2, 0.01, 1.0)
    found = outage(chain, np.arange(7) >= 3)
    for p in (0.01, 0.5, 0.99):
        left = found.survival(np.array([found.quantile(p)]))[0]
        assert left == pytest.approx(1.0 - p, rel=1e-10)


def test_a_mixture_of_lengths_eight_orders_apart():
    # Entered at rates 3 and 1 into a short stay (mean 1) and a long one (mean 1e8).
    triples = [(0, 1, 3e-9), (0, 2, 1e-9), (1, 0, 1.0), (2, 0, 1e-8)]
    found = outage(chain_of(3, triples), np.array([False, True, True]))
    assert found.mean == pytest.approx(0.75 + 0.25e8, rel=1e-14)
    assert found.quantile(0.9) == pytest.approx(1e8 * math.log(2.5), rel=1e-9)
    median = found.quantile(0.5)
    mixed = 0.75 * math.exp(-median) + 0.25 * math.exp(-1e-8 * median)
    assert mixed == pytest.approx(0.5, rel=1e-11)


def test_causes_add_up_to_the_rate():
    chain = chain_of(3, [(0, 1, 2.0), (0, 2, 1.0), (1, 0, 5.0), (2, 1, 1.0), (2, 0, 1.0)])
    shares, down = solve_long_run(chain).shares, np.array([False, True, True])
    by_label = entry_rates(chain, shares, down, np.array([2, 0, 1, 1, 1]), 3)
    np.testing.assert_allclose(by_label, [shares[0], 0.0, 2.0 * shares[0]], rtol=1e-15)
    assert by_label.sum() == pytest.approx(outage(chain, down).rate, rel=1e-15)


def test_a_set_that_is_never_or_always_held():
    chain = birth_death([1.0], [1.0])
    never = outage(chain, np.array([False, False]))
    assert (never.rate, never.mean, never.inside) == (0.0, 0.0, None)
    always = outage(chain, np.array([True, True]))
    assert (always.rate, always.mean, always.inside) == (0.0, math.inf, None)


def test_quantile_0_is_no_time():
    assert outage(birth_death([1.0], [1.0]), np.array([False, True])).quantile(0.0) == 0.0
