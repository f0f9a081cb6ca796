"""The closed form of the downtime of what is up and down in turn."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ive
from scipy.stats import poisson

from hasim.engines.exact.markov.takacs import exceedance

#: Mean up, mean down, period; hours.
UNITS = [(2000.0, 2.0, 8760.0), (1000.0, 4.0, 720.0), (30.0, 5.0, 400.0), (1e5, 0.01, 8760.0)]


def as_printed(failing: float, ending: float, period: float, amount: float) -> float:
    """Takacs's own formula, for a unit that begins up; y = s^2 takes the root away."""
    scale = 2.0 * math.sqrt(failing * ending * (period - amount))

    def rate(s: float) -> float:
        return 2.0 * math.exp(scale * s - ending * s * s) * ive(1, scale * s)

    width = 8.0 / math.sqrt(2.0 * ending)
    peak = scale / (2.0 * ending)
    end = math.sqrt(amount)
    near = sorted({x for x in (peak - width, peak, peak + width) if 0.0 < x < end})
    parts = zip([0.0, *near], [*near, end], strict=True)
    whole = math.fsum(quad(rate, a, b, epsabs=0.0, epsrel=1e-13, limit=400)[0] for a, b in parts)
    return math.exp(-failing * (period - amount)) * (1.0 + scale / 2.0 * whole)


def by_counting(failing: float, ending: float, period: float, amount: float) -> float:
    """The chance of more failures in the operating time than ends in the downtime."""
    a, b = failing * (period - amount), ending * amount
    counts = np.arange(int(a + b + 40.0 * math.sqrt(a + b) + 60.0))
    return float((poisson.pmf(counts, a) * poisson.cdf(counts - 1, b)).sum())


@pytest.mark.parametrize(("up", "down", "period"), UNITS)
def test_it_is_the_formula_as_printed(up, down, period):
    mean = period * down / (up + down)
    amounts = np.array([0.1, 0.7, 1.0, 1.5, 2.5]) * mean
    found = exceedance(1 / up, 1 / down, np.full(5, period), amounts, 0.0)
    expected = [1.0 - as_printed(1 / up, 1 / down, period, x) for x in amounts.tolist()]
    np.testing.assert_allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize(("up", "down", "period"), UNITS)
def test_tails_keep_their_digits(up, down, period):
    amounts = np.array([2.0, 4.0, 8.0, 16.0]) * (down + period * down / (up + down))
    amounts = amounts[amounts < period]
    found = exceedance(1 / up, 1 / down, np.full(len(amounts), period), amounts, 0.0)
    expected = [by_counting(1 / up, 1 / down, period, x) for x in amounts.tolist()]
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    assert found.min() < 1e-3


def test_it_starts_in_the_long_run():
    # Begun in the long run the mean downtime is exactly the share of time that is down.
    up, down, period = 30.0, 6.0, 200.0
    edges = np.linspace(0.0, period, 20_001)
    share = down / (up + down)
    found = exceedance(1 / up, 1 / down, np.full(len(edges), period), edges, share)
    mean = float(np.trapezoid(found, edges))
    assert mean == pytest.approx(share * period, rel=1e-6)


def test_no_downtime_and_all_of_it():
    periods = np.full(3, 10.0)
    found = exceedance(0.1, 2.0, periods, np.array([0.0, 10.0, 11.0]), 0.0)
    np.testing.assert_allclose(found, [-math.expm1(-1.0), 0.0, 0.0], rtol=1e-13)
    assert exceedance(0.1, 2.0, periods[:1], np.zeros(1), 1.0)[0] == 1.0


def test_large_means():
    # N - M is close to normal here: 5 million failures a period, each as long as the time between.
    found = exceedance(1.0, 1.0, np.full(2, 1e7), np.array([5e6, 5e6 + 1e4]), 0.5)
    spread = math.sqrt(1e7)
    assert found[0] == pytest.approx(0.5, rel=1e-9)
    assert found[1] == pytest.approx(0.5 * math.erfc(2e4 / spread / math.sqrt(2.0)), rel=1e-2)


def test_periods_of_their_own():
    periods, amounts = np.array([5.0, 50.0]), np.array([0.4, 0.4])
    together = exceedance(0.1, 2.0, periods, amounts, 0.1)
    apart = [exceedance(0.1, 2.0, periods[i : i + 1], amounts[:1], 0.1)[0] for i in range(2)]
    np.testing.assert_allclose(together, apart, rtol=1e-14)
