"""What all laws have: moments, distribution functions, quantiles, stretching."""

import math
import pickle
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise

import pytest
import scipy.integrate
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from hasim.laws import (
    Empirical,
    Erlang,
    Exponential,
    Fixed,
    Gamma,
    Hyperexponential,
    Law,
    LawError,
    Lognormal,
    Uniform,
    Weibull,
)
from tests.laws.random_laws import LAWS

MIXTURE = Hyperexponential((0.3, 0.7), (600.0, 8 * 3600.0))
SAMPLES = Empirical((60.0, 600.0, 600.0, 14400.0))

#: Laws whose distribution scipy knows under another name.
TWINS: list[tuple[Law, "scipy.stats.rv_frozen"]] = [
    (Exponential(14400.0), scipy.stats.expon(scale=14400)),
    (Uniform(60.0, 300.0), scipy.stats.uniform(60, 240)),
    (Lognormal(9.0, 1.2), scipy.stats.lognorm(1.2, scale=math.exp(9))),
    (Weibull(0.7, 3600.0), scipy.stats.weibull_min(0.7, scale=3600)),
    (Weibull(3.0, 3600.0), scipy.stats.weibull_min(3, scale=3600)),
    (Gamma(0.4, 3600.0), scipy.stats.gamma(0.4, scale=3600)),
    (Gamma(7.5, 3600.0), scipy.stats.gamma(7.5, scale=3600)),
    (Erlang(4, 3600.0), scipy.stats.gamma(4, scale=900)),
]
TWIN_IDS = [f"{type(law).__name__}{i}" for i, (law, _) in enumerate(TWINS)]
SMOOTH: list[Law] = [law for law, _ in TWINS] + [MIXTURE]
ALL: list[Law] = [*SMOOTH, Fixed(30.0), Fixed(0.0), SAMPLES]


@pytest.mark.parametrize(("law", "twin"), TWINS, ids=TWIN_IDS)
def test_laws_agree_with_scipy(law: Law, twin: "scipy.stats.rv_frozen") -> None:
    assert law.mean == pytest.approx(twin.mean(), rel=1e-13)
    assert law.variance == pytest.approx(twin.var(), rel=1e-12)
    for order in (1, 2, 3, 4):
        assert law.moment(order) == pytest.approx(twin.moment(order), rel=1e-9)
    for share in (1e-9, 0.01, 0.5, 0.95, 0.999):
        seconds = float(twin.ppf(share))
        assert law.quantile(share) == pytest.approx(seconds, rel=1e-9)
        assert law.cdf(seconds) == pytest.approx(twin.cdf(seconds), rel=1e-10)
        assert law.survival(seconds) == pytest.approx(twin.sf(seconds), rel=1e-10)


@pytest.mark.parametrize("law", ALL, ids=str)
def test_moments_are_integrals_of_the_survival_function(law: Law) -> None:
    """E[T^k] is the integral of k t^(k-1) S(t): over t = exp(x), and in steps for step laws."""
    edges = sorted({0.0, *getattr(law, "values", ()), *([law.value] if law == Fixed(30) else ())})
    for order in (1, 2, 3):
        if type(law) in (Fixed, Empirical):
            steps = pairwise(edges)
            moment = sum(law.survival(a) * (b**order - a**order) for a, b in steps)
        else:
            moment = integrate_survival(law, order)
        assert law.moment(order) == pytest.approx(moment, rel=1e-7)
    assert law.moment(0) == 1
    assert law.moment(1) == pytest.approx(law.mean, rel=1e-14)
    assert law.variance == pytest.approx(law.moment(2) - law.mean**2, rel=1e-9, abs=1e-9)


def integrate_survival(law: Law, order: int) -> float:
    def integrand(x: float) -> float:
        return order * math.exp(order * x) * law.survival(math.exp(x))

    knots = [-20.0, 0.0, 2.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0, 30.0]
    parts = pairwise(knots)
    return math.fsum(scipy.integrate.quad(integrand, a, b, epsabs=0, limit=60)[0] for a, b in parts)


@pytest.mark.parametrize("law", SMOOTH, ids=str)
@pytest.mark.parametrize("share", [1e-6, 0.1, 0.5, 0.9, 0.999])
def test_quantiles_invert_the_distribution_function(law: Law, share: float) -> None:
    assert law.cdf(law.quantile(share)) == pytest.approx(share, rel=1e-9)
    seconds = law.quantile(share)
    assert law.quantile(law.cdf(seconds)) == pytest.approx(seconds, rel=1e-9)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60).filter(any))
def test_quantiles_of_an_empirical_law_are_its_values(values: list[float]) -> None:
    law = Empirical(tuple(values))
    assert law.values == tuple(sorted(values))
    for value in values:
        assert law.quantile(law.cdf(value)) == value
    assert law.quantile(0) == min(values)
    assert law.quantile(1) == max(values)


@pytest.mark.parametrize("law", ALL, ids=str)
def test_ends_of_the_distribution(law: Law) -> None:
    assert law.cdf(-1.0) == 0
    assert law.survival(-1.0) == 1
    assert law.cdf(math.inf) == 1
    assert law.survival(math.inf) == 0
    assert law.quantile(0) <= law.quantile(1)
    assert law.survival(law.quantile(1)) == 0


def test_the_tail_is_exact_where_the_distribution_function_is_one() -> None:
    law = Lognormal(9.0, 1.2)
    twin = scipy.stats.lognorm(1.2, scale=math.exp(9))
    assert law.cdf(1e9) == 1
    assert law.survival(1e9) == pytest.approx(float(twin.sf(1e9)), rel=1e-9)


def test_fixed_and_empirical_laws_include_their_values() -> None:
    assert (Fixed(30.0).cdf(30.0), Fixed(30.0).cdf(29.999)) == (1, 0)
    assert (SAMPLES.cdf(59.0), SAMPLES.cdf(60.0), SAMPLES.cdf(600.0)) == (0, 0.25, 0.75)
    assert SAMPLES.survival(600.0) == 0.25
    assert SAMPLES.quantile(0.25) == 60
    assert SAMPLES.quantile(0.2500001) == 600


def test_moments_of_an_empirical_law_are_exact() -> None:
    law = Empirical((0.0, 1.0, 2.0, 5.0))
    assert (law.mean, law.variance) == (2, 3.5)
    assert [law.moment(k) for k in (1, 2, 3)] == [2, 7.5, 33.5]


def test_moments_of_close_limits_do_not_cancel() -> None:
    law = Uniform(1e6, 1e6 + 1e-3)
    assert law.moment(3) == pytest.approx((1e6 + 5e-4) ** 3, rel=1e-14)


def test_moments_too_large_are_infinite() -> None:
    for law in ALL:
        if law.mean:
            assert law.moment(400) == math.inf


def test_equal_samples_have_no_variance() -> None:
    assert Empirical((17.376296777522505,) * 3).scaled(5.0).variance == 0.0


@given(law=LAWS, factor=st.floats(0.01, 100))
def test_stretching_multiplies_time(law: Law, factor: float) -> None:
    stretched = law.scaled(factor)
    assert type(stretched) is type(law)
    assert stretched.mean == pytest.approx(law.mean * factor, rel=1e-12)
    assert stretched.variance == pytest.approx(law.variance * factor**2, rel=1e-9, abs=1e-300)


@given(LAWS)
def test_laws_are_values(law: Law) -> None:
    copy = pickle.loads(pickle.dumps(law))
    assert copy == law
    assert hash(copy) == hash(law)
    assert math.isfinite(law.mean)
    assert math.isfinite(law.variance)


def test_parameters_become_floats() -> None:
    assert type(Exponential(3600).mean) is float
    assert type(Uniform(0, 1).low) is float
    assert type(Erlang(3.0, 1).stages) is int  # type: ignore[arg-type]
    assert Empirical((2, 1)) == Empirical((1.0, 2.0))


def test_questions_without_an_answer_are_refused() -> None:
    for law in ALL:
        for share in (-0.1, 1.1, math.nan):
            with pytest.raises(LawError, match="a quantile is asked at 0 to 1"):
                law.quantile(share)
        for order in (-1, 1.5):
            with pytest.raises(LawError, match="moments have whole orders from 0 on"):
                law.moment(order)  # type: ignore[arg-type]
        for factor in (0.0, -1.0, math.inf):
            with pytest.raises(LawError, match="the factor"):
                law.scaled(factor)


WRONG: list[tuple[Callable[[], Law], str]] = [
    (
        lambda: Exponential(0),
        "mean of exponential is 0; mean is above 0; write fixed(0 s) for what takes no time",
    ),
    (lambda: Exponential(-1), "mean of exponential is -1; mean is not negative"),
    (lambda: Exponential(math.nan), "mean of exponential is nan; mean is finite"),
    (lambda: Exponential(math.inf), "mean of exponential is inf; mean is finite"),
    (lambda: Exponential(True), "mean of exponential is true; it is a number of SI units"),
    (
        lambda: Exponential("4 h"),  # type: ignore[arg-type]
        "mean of exponential is 4 h; it is a number of SI units",
    ),
    (
        lambda: Exponential(1e200),
        "exponential has a mean or variance too large for a number; both are finite; "
        "check the numbers and their units",
    ),
    (lambda: Fixed(-1), "value of fixed is -1; value is not negative"),
    (
        lambda: Uniform(60, 60),
        "low and high of uniform are equal; low is below high; write fixed(1 min)",
    ),
    (
        lambda: Uniform(120, 60),
        "low 2 min is above high 1 min in uniform; low is below high; exchange them",
    ),
    (
        lambda: Lognormal(0, 6),
        "sigma of lognormal is 6; sigma is from 0.0001 to 5; write 5 or less",
    ),
    (lambda: Lognormal(400, 1), "mu of lognormal is 400; mu is from -300 to 300"),
    (
        lambda: Lognormal.from_median_p95(14400, 14400),
        "p95 4 h of lognormal equals its median; p95 is above the median; write fixed(4 h)",
    ),
    (
        lambda: Lognormal.from_median_p95(14400, 14400.0001),
        "p95 14400.0001 s of lognormal is too close to its median; p95 is well above it; "
        "write fixed(4 h)",
    ),
    (
        lambda: Lognormal.from_median_p95(14400, 3600),
        "p95 1 h of lognormal is below its median 4 h; p95 is above the median; exchange them",
    ),
    (
        lambda: Lognormal.from_median_p95(1, 86400),
        "p95 1 d of lognormal is 86400 times its median 1 s; p95 is at most 1000 times the "
        "median; write 1000 s or less",
    ),
    (
        lambda: Lognormal.from_mean_cv(14400, 0),
        "cv of lognormal is 0; cv is from 0.001 to 100; write fixed(4 h)",
    ),
    (
        lambda: Gamma.from_mean_cv(14400, 101),
        "cv of gamma is 101; cv is from 0.001 to 100; write 100 or less",
    ),
    (
        lambda: Gamma.from_shape_mean(0, 14400),
        "shape of gamma is 0; shape is from 5e-05 to 2e+06; write 5e-05 or more",
    ),
    (
        lambda: Weibull.from_shape_mean(0.05, 14400),
        "shape of weibull is 0.05; shape is from 0.1 to 100; write 0.1 or more",
    ),
    (
        lambda: Erlang(0, 60),
        "stages of erlang is 0; stages is from 1 to 1000; write 1 or more",
    ),
    (lambda: Erlang(2.5, 60), "stages of erlang is 2.5; stages is a whole number"),  # type: ignore[arg-type]
    (
        lambda: Hyperexponential((0.5, 0.4), (1, 2)),
        "the probabilities of hyperexponential add up to 0.9; they add up to 1; "
        "correct one of them",
    ),
    (
        lambda: Hyperexponential((0.5, 0.5), (1,)),
        "hyperexponential has 2 probabilities and 1 means; one of each",
    ),
    (lambda: Hyperexponential((), ()), "hyperexponential has 0 branches; it has from 1 to 100"),
    (
        lambda: Hyperexponential((0, 1), (1, 2)),
        "a probability of hyperexponential is 0; all are above 0; leave it out",
    ),
    (
        lambda: Hyperexponential.from_mean_cv(3600, 1),
        "cv of hyperexponential is 1; cv is above 1; write exponential(mean 1 h)",
    ),
    (lambda: Empirical(()), "empirical has 0 durations; it has from 1 to 100000 durations"),
    (
        lambda: Empirical((0, 0)),
        "the mean of empirical is 0; the mean is above 0; write fixed(0 s) for what takes no time",
    ),
]


@pytest.mark.parametrize(("build", "message"), WRONG, ids=[message for _, message in WRONG])
def test_impossible_parameters_are_refused(build: Callable[[], Law], message: str) -> None:
    with pytest.raises(LawError) as caught:
        build()
    assert str(caught.value) == message


def test_laws_do_not_import_scipy_until_they_need_it() -> None:
    code = (
        "import sys; from hasim.laws import *; law = parse_law('weibull(shape 2, mean 4 h)',"
        " bare='fixed'); str(law), law.variance, law.quantile(0.5);"
        " sys.exit(any(name in sys.modules for name in ('scipy', 'numpy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
