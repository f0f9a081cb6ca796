"""Mixtures of Erlang chains: their moments, and moments matched by them."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hasim.engines.exact.phase_type import (
    PhaseType,
    match_three_moments,
    match_two_moments,
    phase_type_of,
)
from hasim.laws import (
    Erlang,
    Exponential,
    Fixed,
    Gamma,
    Hyperexponential,
    Lognormal,
    Uniform,
    Weibull,
)

EXACT = [
    Exponential(7.0),
    Erlang(4, 3.0),
    Hyperexponential((0.3, 0.7), (1.0, 9.0)),
    Gamma(3.0, 2.0),
    Weibull(1.0, 5.0),
]


@pytest.mark.parametrize("law", EXACT, ids=str)
def test_a_law_of_stages_is_what_it_is(law):
    found = phase_type_of(law)
    for order in (1, 2, 3, 4):
        assert found.moment(order) == pytest.approx(law.moment(order), rel=1e-12)


@pytest.mark.parametrize("law", [Fixed(1.0), Uniform(0, 1), Weibull(2.0, 1.0), Gamma(1.5, 1.0)])
def test_other_laws_are_none(law):
    assert phase_type_of(law) is None


@pytest.mark.parametrize("branches", [(), ((0.5, 1, 1.0),), ((1.0, 0, 1.0),), ((1.0, 1, 0.0),)])
def test_what_is_no_mixture_is_a_bug(branches):
    with pytest.raises(AssertionError):
        PhaseType(branches)


@settings(max_examples=50)
@given(st.floats(1e-6, 1e9), st.floats(0.02, 1e3))
def test_two_moments(mean, cv2):
    found = match_two_moments(mean, cv2, 50)
    assert found.mean == pytest.approx(mean, rel=1e-10)
    assert found.moment(2) == pytest.approx((1 + cv2) * mean * mean, rel=1e-10)


@pytest.mark.parametrize("stages", [1, 2, 3, 7, 50])
def test_two_moments_of_an_erlang_law_give_it_back(stages):
    found = match_two_moments(3.0, 1 / stages, 50)
    (branch,) = found.branches
    assert branch == pytest.approx((1.0, stages, stages / 3.0))


def test_a_fixed_time_gets_all_the_stages():
    assert match_two_moments(3.0, 0.0, 6) == PhaseType(((1.0, 6, 2.0),))
    assert match_two_moments(3.0, 0.4, 1) == PhaseType(((1.0, 1, 1 / 3.0),))


LAWS = [
    Lognormal(1.0, 0.3),
    Lognormal(8.0, 0.8),
    Lognormal(0.0, 1.5),
    Weibull(0.6, 10.0),
    Weibull(1.3, 3.6e6),
    Uniform(60.0, 300.0),
    Gamma(2.5, 2880.0),
    Gamma(0.4, 1.0),
    Erlang(5, 2.0),
    Exponential(4.0),
    Hyperexponential((0.9, 0.1), (1.0, 50.0)),
]


@pytest.mark.parametrize("law", LAWS, ids=str)
def test_three_moments(law):
    found = match_three_moments(*(law.moment(k) for k in (1, 2, 3)), most_stages=100)
    for order in (1, 2, 3):
        assert found.moment(order) == pytest.approx(law.moment(order), rel=1e-10)


@settings(max_examples=50)
@given(st.floats(0.001, 0.999), st.floats(0.01, 100), st.floats(0.01, 100), st.integers(1, 30))
def test_three_moments_of_a_mixture_need_no_longer_chain(p, first, second, stages):
    law = PhaseType(((p, stages, first), (1 - p, stages, second)))
    found = match_three_moments(*(law.moment(k) for k in (1, 2, 3)), most_stages=stages + 1)
    for order in (1, 2, 3):
        assert found.moment(order) == pytest.approx(law.moment(order), rel=1e-10)


def test_three_moments_beyond_the_stages_are_none():
    assert match_three_moments(1.0, 1.0, 1.0, most_stages=200) is None
    law = Lognormal(0.0, 0.1)
    moments = [law.moment(k) for k in (1, 2, 3)]
    assert match_three_moments(*moments, most_stages=20) is None
    assert match_three_moments(*moments, most_stages=400) is not None
    assert all(math.isfinite(one) for one in moments)
