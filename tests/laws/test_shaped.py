"""The laws with a shape have the mean, percentile and variation that they were asked for."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hasim.laws import Gamma, Hyperexponential, Lognormal, Weibull

HOURS = st.floats(1e-3, 1e6).map(lambda hours: 3600 * hours)


@given(median=HOURS, ratio=st.floats(1.01, 900))
def test_lognormal_has_its_median_and_its_percentile(median: float, ratio: float) -> None:
    law = Lognormal.from_median_p95(median, median * ratio)
    assert law.median == pytest.approx(median, rel=1e-12)
    assert law.quantile(0.5) == pytest.approx(median, rel=1e-12)
    assert law.quantile(0.95) == pytest.approx(median * ratio, rel=1e-11)


def test_lognormal_of_a_percentile_uses_the_same_digits_everywhere() -> None:
    law = Lognormal.from_median_p95(4 * 3600, 24 * 3600)
    assert law.mu == math.log(4 * 3600)
    assert law.sigma == math.log(6) / 1.6448536269514722


@given(mean=HOURS, cv=st.floats(0.01, 30))
def test_mean_and_variation_are_met(mean: float, cv: float) -> None:
    for law in (Lognormal.from_mean_cv(mean, cv), Gamma.from_mean_cv(mean, cv)):
        assert law.mean == pytest.approx(mean, rel=1e-12)
        assert math.sqrt(law.variance) / law.mean == pytest.approx(cv, rel=1e-9)


@given(mean=HOURS, cv=st.floats(1.001, 100))
def test_hyperexponential_meets_mean_and_variation_in_balance(mean: float, cv: float) -> None:
    law = Hyperexponential.from_mean_cv(mean, cv)
    assert law.mean == pytest.approx(mean, rel=1e-12)
    assert math.sqrt(law.variance) / law.mean == pytest.approx(cv, rel=1e-9)
    first, second = (p * m for p, m in zip(law.probabilities, law.means, strict=True))
    assert first == pytest.approx(second, rel=1e-12)


@given(shape=st.floats(0.2, 50), mean=HOURS)
def test_shape_and_mean_are_met(shape: float, mean: float) -> None:
    for law in (Weibull.from_shape_mean(shape, mean), Gamma.from_shape_mean(shape, mean)):
        assert law.shape == shape
        assert law.mean == pytest.approx(mean, rel=1e-12)
