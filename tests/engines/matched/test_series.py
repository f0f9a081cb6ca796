"""Series of stages are close to the laws that they stand for."""

import numpy as np
import pytest
from scipy.linalg import expm

from hasim.engines.exact.phase_type import Series
from hasim.engines.matched.series import fit_series
from hasim.laws import Erlang, Exponential, Gamma, Hyperexponential, Lognormal, Weibull

#: Laws with the largest difference of the distribution functions that eight stages may leave.
LAWS = [
    (Weibull.from_shape_mean(1.3, 1000.0), 0.002),
    (Weibull.from_shape_mean(0.7, 5.0), 0.006),
    (Gamma.from_mean_cv(3600.0, 0.6), 0.002),
    (Gamma.from_shape_mean(0.71, 1.0), 0.008),
    (Lognormal.from_mean_cv(8.0, 0.8), 0.005),
    (Lognormal.from_mean_cv(8.0, 2.9), 0.005),
    (Lognormal.from_mean_cv(8.0, 0.53), 0.02),
    (Exponential(7.0), 1e-5),
    (Erlang(3, 60.0), 0.001),
    (Hyperexponential((0.9, 0.1), (1.0, 50.0)), 0.02),
]


def survival(series, seconds):
    """By the matrix exponential, which the fit does not use."""
    rates = np.array(series.rates)
    generator = np.diag(-rates) + np.diag(rates[:-1], 1)
    return float((np.array(series.entries) @ expm(generator * seconds)).sum())


@pytest.mark.parametrize(("law", "most"), LAWS, ids=lambda one: str(one))
def test_eight_stages_come_close(law, most):
    series = fit_series(law, 8)
    times = [law.quantile(share) for share in np.linspace(0.01, 0.995, 40)]
    assert max(abs(survival(series, t) - law.survival(t)) for t in times) < most
    assert series.mean == pytest.approx(law.mean, rel=1e-12)
    assert series.moment(2) == pytest.approx(law.moment(2), rel=2e-3)
    assert len(series.rates) <= 8


@pytest.mark.parametrize(("law", "most"), LAWS, ids=lambda one: str(one))
def test_more_stages_come_closer(law, most):
    times = [law.quantile(share) for share in np.linspace(0.01, 0.995, 40)]
    four, eight = (
        max(abs(survival(fit_series(law, n), t) - law.survival(t)) for t in times) for n in (4, 8)
    )
    assert eight <= max(four, 1e-5)


def test_the_unit_of_time_does_not_matter():
    small, large = (fit_series(Weibull.from_shape_mean(1.7, mean), 8) for mean in (1e-3, 1e9))
    assert small.entries == pytest.approx(large.entries)
    assert [rate * 1e-12 for rate in small.rates] == pytest.approx(
        list(large.rates), rel=1e-9, abs=0
    )


def test_moments_of_a_series():
    """Stages of mean 2 and 3, the second alone in 40 % of cases: by hand."""
    series = Series((0.6, 0.4), (1 / 2, 1 / 3))
    assert series.mean == pytest.approx(0.6 * 5 + 0.4 * 3)
    assert series.moment(2) == pytest.approx(0.6 * (2 * 4 + 2 * 2 * 3 + 2 * 9) + 0.4 * 2 * 9)
    assert series.moment(3) == pytest.approx(
        0.6 * (6 * 8 + 6 * 4 * 3 + 6 * 2 * 9 + 6 * 27) + 0.4 * 6 * 27
    )


@pytest.mark.parametrize(
    ("entries", "rates"),
    [
        ((0.0, 1.0), (1.0, 2.0)),
        ((0.5, 0.4), (1.0, 2.0)),
        ((1.0,), (0.0,)),
        ((1.5, -0.5), (1.0, 1.0)),
    ],
)
def test_what_is_no_series(entries, rates):
    with pytest.raises(AssertionError):
        Series(entries, rates)
