import math

import pytest
from scipy.optimize import brentq

from hasim.engines.exact.markov.bracketing import find_crossing

CURVES = {
    "cubic": (lambda x: 2.0 - x**3, 0.0, 10.0),
    "steep": (lambda x: -math.expm1(x - 3.0), -50.0, 30.0),
    "tail": (lambda x: math.exp(-math.exp(x)) - 0.05, -8.0, 3.0),
    "line": (lambda x: 1e-3 - x, -1.0, 1.0),
    "rising": (lambda x: x - 0.25, -1.0, 1.0),
    "upright": (lambda x: math.copysign(abs(x - 0.3) ** (1 / 3), 0.3 - x), 0.0, 1.0),
    "flat": (lambda x: (0.3 - x) ** 3, -1.0, 1.0),
    "step": (lambda x: 1.0 if x < math.pi else -1e-9, 0.0, 10.0),
}


@pytest.mark.parametrize("name", CURVES)
def test_finds_what_scipy_finds(name):
    curve, low, high = CURVES[name]
    expected = brentq(curve, low, high, xtol=1e-13, maxiter=500)
    assert find_crossing(curve, low, high, tolerance=1e-12) == pytest.approx(expected, abs=2e-12)


@pytest.mark.parametrize("name", CURVES)
def test_asks_for_no_more_values_than_halving_would_twice_over(name):
    curve, low, high = CURVES[name]
    asked = []
    find_crossing(lambda x: asked.append(x) or curve(x), low, high, tolerance=1e-12)
    assert len(asked) < 2 * math.log2((high - low) / 1e-12)


@pytest.mark.parametrize(("low", "high"), [(2.0, 5.0), (-1.0, 2.0)])
def test_an_end_may_be_the_crossing(low, high):
    assert find_crossing(lambda x: 2.0 - x, low, high, tolerance=1e-12) == 2.0
