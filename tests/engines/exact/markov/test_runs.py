"""What a chain does while a clock runs: against integrals and matrix exponentials."""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.linalg import expm

from hasim.engines.exact.markov.runs import Run, follow_run
from hasim.errors import RefusedError
from hasim.laws import Empirical, Fixed, Gamma, Lognormal, Uniform, Weibull

SHAPED = [
    *(Lognormal.from_mean_cv(8.0, cv) for cv in (0.01, 0.3, 1.0, 3.0, 20.0)),
    *(Weibull.from_shape_mean(shape, 8.0) for shape in (0.3, 0.7, 1.5, 2.5, 10.0)),
    *(Gamma.from_mean_cv(8.0, cv) for cv in (0.05, 0.3, 0.7, 1.5)),
]
BOUNDED = [Fixed(8.0), Uniform(0.0, 3.0), Uniform(7.0, 9.0), Empirical((1.0, 1.0, 2.5, 90.0))]


def chance_to_move(law, rate):
    """E(1 - exp(-rate X)), piece by piece, in a variable in which the law is smooth."""
    if isinstance(law, Empirical | Fixed):
        values = law.values if isinstance(law, Empirical) else (law.value,)
        return math.fsum(-math.expm1(-rate * value) for value in values) / len(values)
    time, density, edges = in_even_variable(law)

    def integrand(x):
        return -math.expm1(-rate * time(x)) * density(x)

    pieces = pairwise(edges)
    return math.fsum(quad(integrand, low, high, epsabs=0, epsrel=1e-13)[0] for low, high in pieces)


def in_even_variable(law):
    """Time and density as functions of the variable, and where they matter."""
    if isinstance(law, Uniform):
        width = law.high - law.low
        return float, lambda _: 1 / width, np.linspace(law.low, law.high, 60)
    if isinstance(law, Lognormal):
        return (
            lambda z: math.exp(law.mu + law.sigma * z),
            lambda z: math.exp(-z * z / 2) / math.sqrt(2 * math.pi),
            np.linspace(-12, 12 + 2 * law.sigma, 60),
        )
    order, power = (1.0, law.shape) if isinstance(law, Weibull) else (law.shape, 1.0)
    middle, width = math.log(order), 1 / math.sqrt(order)
    return (
        lambda y: law.scale * math.exp(y / power),
        lambda y: math.exp(order * y - math.exp(y) - math.lgamma(order)),
        np.linspace(middle - 60 * max(width, width**2), middle + max(5, 40 * width), 200),
    )


@pytest.mark.parametrize("law", SHAPED + BOUNDED, ids=str)
@pytest.mark.parametrize("rate", [1e-6, 1e-3, 0.1, 10.0, 1e4])
def test_one_move_before_the_clock_ends(law, rate):
    """The chance of a move from A to B before the end keeps its digits, however rare it is."""
    stays, ends = follow_run(Run(law, np.array([[0.0, rate], [0.0, 0.0]]), np.zeros(2)))
    moved = chance_to_move(law, rate)
    digits = 1e-12 if not isinstance(law, Gamma) else 1e-11
    assert ends[0, 1] == pytest.approx(moved, rel=digits, abs=0)
    assert stays[0, 0] * rate == pytest.approx(moved, rel=digits, abs=0)
    assert stays[0].sum() == pytest.approx(law.mean, rel=1e-13)
    assert ends.sum(axis=1) == pytest.approx(np.ones(2), rel=1e-14)


@pytest.mark.parametrize("law", [Fixed(3.0), Uniform(1.0, 4.0)], ids=str)
def test_many_states_with_leaving(law):
    """The plain reference: matrix exponentials, averaged over the law."""
    rng = np.random.default_rng(3)
    rates = rng.uniform(0.0, 1.0, (6, 6)) * (rng.random((6, 6)) < 0.5)
    np.fill_diagonal(rates, 0.0)
    leaving = rng.uniform(0.0, 0.5, 6)
    stays, ends = follow_run(Run(law, rates, leaving))
    generator = rates - np.diag(rates.sum(axis=1) + leaving)
    inverse = np.linalg.inv(generator)
    nodes, weights = np.polynomial.legendre.leggauss(30)
    times = [law.value] if isinstance(law, Fixed) else 2.5 + 1.5 * nodes
    shares = [1.0] if isinstance(law, Fixed) else weights / 2
    want = sum(w * expm(generator * t) for t, w in zip(times, shares, strict=True))
    assert ends == pytest.approx(want, rel=1e-11)
    assert stays == pytest.approx(inverse @ (want - np.eye(6)), rel=1e-10)


def test_a_clock_long_beside_the_moves_of_the_chain():
    """A year against moves in milliseconds: 3e10 steps; the chain forgets where it began."""
    rates = np.array([[0.0, 1e3], [1e-3, 0.0]])
    stays, ends = follow_run(Run(Fixed(3.15e7), rates, np.zeros(2)))
    share = 1e-3 / (1e3 + 1e-3)
    assert ends[:, 0] == pytest.approx(np.full(2, share), rel=1e-10, abs=0)
    assert stays[1, 0] == pytest.approx(3.15e7 * share, rel=1e-9, abs=0)


def test_nothing_else_happens():
    stays, ends = follow_run(Run(Lognormal(1.0, 2.0), np.zeros((1, 1)), np.zeros(1)))
    assert stays[0, 0] == Lognormal(1.0, 2.0).mean
    assert ends[0, 0] == 1.0


def test_what_varies_beyond_all_measure_is_refused():
    rates = np.array([[0.0, 1.0], [0.0, 0.0]])
    with pytest.raises(RefusedError, match=r"is gamma and runs in 2 states takes too long"):
        follow_run(Run(Gamma(1e-3, 1.0), rates, np.zeros(2)))


def test_too_many_states_are_refused():
    with pytest.raises(RefusedError, match="is weibull and runs in 900 states takes too long"):
        follow_run(Run(Weibull(2.0, 1.0), np.ones((900, 900)), np.zeros(900)))


def ring(stages):
    """A chain that goes round in about a second."""
    rates = np.zeros((stages, stages))
    rates[np.arange(stages), np.arange(1, stages + 1) % stages] = stages
    return rates


@pytest.mark.normal
@pytest.mark.parametrize(
    "law",
    [Lognormal.from_mean_cv(5.0, 0.5), Weibull(0.8, 4.0), Gamma(2.5, 1.6), Uniform(0.0, 20.0)],
    ids=str,
)
def test_a_chain_that_goes_round(law):
    """By its spectrum: the mean of exp(e t) over the law for each eigenvalue e, mostly complex."""
    rates = ring(60)
    _, ends = follow_run(Run(law, rates, np.zeros(60)))
    values = -60.0 * (1.0 - np.exp(2j * np.pi * np.arange(60) / 60))
    time, density, edges = (
        in_even_variable(law)
        if not isinstance(law, Uniform)
        else (float, lambda _: 1 / law.high, np.linspace(0.0, law.high, 200))
    )
    nodes, weights = np.polynomial.legendre.leggauss(200)
    means = np.zeros(60, dtype=complex)
    for low, high in pairwise(edges):
        for x, w in zip((low + high + (high - low) * nodes) / 2, weights, strict=True):
            means += np.exp(values * time(x)) * density(x) * w * (high - low) / 2
    want = np.real(np.fft.fft(means)) / 60.0
    assert ends[0] == pytest.approx(want, rel=1e-8)


@pytest.mark.normal
def test_what_goes_round_too_regularly_is_refused():
    with pytest.raises(RefusedError, match=r"goes round too regularly|too long to follow"):
        follow_run(Run(Uniform(0.0, 1e5), ring(100), np.zeros(100)))


def test_times_too_short_for_a_number_are_refused():
    """Gamma of shape 0.057: one in a million of its durations is below 1e-100 s."""
    rates = np.array([[0.0, 1.0], [0.0, 0.0]])
    with pytest.raises(RefusedError, match="takes too long to follow"):
        follow_run(Run(Gamma.from_mean_cv(4.0, 4.2), rates, np.zeros(2)))
