"""Quantiles of three textbook distributions, in plain Python.

Theory of operation: intervals need the gamma, Student and binomial distributions at few points.
scipy has them, but importing it takes longer than simulating a small model, so they are written out
here and held against scipy in the tests. Incomplete gamma: series and continued fraction (DLMF
8.7.1, 8.9.2). Incomplete beta: continued fraction (DLMF 8.17.22). Both fractions by the modified
Lentz method (Thompson and Barnett 1986). Quantiles: Newton steps inside a shrinking bracket.

Rules of this file: numbers in, numbers out; relative accuracy 1e-8 or better; of the 2.5 % and
97.5 % points of gamma distributions with a shape above `LARGE_SHAPE`, 1e-6.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import lru_cache

#: The 97.5 % point of the standard normal distribution: two-sided 95 %.
NORMAL_POINT = 1.959963984540054

#: Above it the Wilson-Hilferty cube root is used alone (Wilson and Hilferty 1931).
LARGE_SHAPE = 3000.0

_TINY = 1e-300
_CLOSE = 1e-15
_MOST_TERMS = 20_000


@lru_cache(maxsize=8192)
def gamma_quantile(probability: float, shape: float) -> float:
    """The quantile of the gamma distribution with scale 1.

    Parameters
    ----------
    probability : float
        In (0, 1).
    shape : float
        Positive.

    Returns
    -------
    float
        x with P(shape, x) = probability; half the quantile of chi-square with 2 x shape degrees of
        freedom.
    """
    assert 0.0 < probability < 1.0
    assert shape > 0.0
    point = _normal_quantile(probability)
    cube = 1.0 - 1.0 / (9.0 * shape) + point / (3.0 * math.sqrt(shape))
    start = shape * cube**3
    if shape > LARGE_SHAPE:
        return start
    if cube <= 0.1 or shape < 1.0:  # near 0, P(a, x) is close to x^a / Gamma(a + 1)
        start = math.exp((math.log(probability) + math.lgamma(shape + 1.0)) / shape)
    scale = math.lgamma(shape)
    return _solve(
        lambda x: gamma_cdf(x, shape) - probability,
        lambda x: math.exp((shape - 1.0) * math.log(x) - x - scale),
        max(start, 1e-290),
    )


def gamma_cdf(x: float, shape: float) -> float:
    """The regularised lower incomplete gamma function P(shape, x)."""
    if x <= 0.0:
        return 0.0
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1.0:
        term = total = 1.0 / shape
        for n in range(1, _MOST_TERMS):
            term *= x / (shape + n)
            total += term
            if term < total * _CLOSE:
                break
        return min(front * total, 1.0)
    terms = ((-n * (n - shape), x + 2.0 * n + 1.0 - shape) for n in range(1, _MOST_TERMS))
    return 1.0 - front / _continued_fraction(x + 1.0 - shape, terms)


@lru_cache(maxsize=1024)
def student_point(freedom: float) -> float:
    """The 97.5 % point of Student's distribution with `freedom` degrees of freedom (at least 1)."""
    assert freedom >= 1.0
    if freedom > 1e7:
        return NORMAL_POINT

    def tail(t: float) -> float:
        return 0.025 - 0.5 * beta_cdf(freedom / (freedom + t * t), freedom / 2.0, 0.5)

    scale = math.lgamma((freedom + 1.0) / 2.0) - math.lgamma(freedom / 2.0)
    scale -= 0.5 * math.log(freedom * math.pi)
    return _solve(
        tail,
        lambda t: math.exp(scale - (freedom + 1.0) / 2.0 * math.log1p(t * t / freedom)),
        NORMAL_POINT,
    )


def binomial_cdf(successes: float, trials: float, probability: float) -> float:
    """P(X <= successes) of the binomial distribution, by the incomplete beta function.

    Parameters
    ----------
    successes, trials : float
        Need not be whole: `trials` may be an effective number.
    probability : float
        In (0, 1).
    """
    if successes < 0.0:
        return 0.0
    if successes >= trials:
        return 1.0
    return beta_cdf(1.0 - probability, trials - successes, successes + 1.0)


def beta_cdf(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b)."""
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - beta_cdf(1.0 - x, b, a)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front += a * math.log(x) + b * math.log1p(-x)
    terms = ((_beta_term(n, x, a, b), 1.0) for n in range(1, _MOST_TERMS))
    return math.exp(front) / (a * _continued_fraction(1.0, terms))


def _beta_term(n: int, x: float, a: float, b: float) -> float:
    m = n // 2
    if n % 2:
        return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))


def _continued_fraction(first: float, terms: Iterable[tuple[float, float]]) -> float:
    """The value of first + a1 / (b1 + a2 / (b2 + ...)), by the modified Lentz method."""
    value = upper = first or _TINY
    lower = 0.0
    for above, below in terms:
        lower = 1.0 / ((below + above * lower) or _TINY)
        upper = (below + above / upper) or _TINY
        change = upper * lower
        value *= change
        if abs(change - 1.0) < _CLOSE:
            break
    return value


def _solve(
    function: Callable[[float], float], slope: Callable[[float], float], start: float
) -> float:
    """The positive root of an increasing function, by Newton steps kept inside a bracket."""
    low, high, x = 0.0, math.inf, start
    for _ in range(200):
        value = function(x)
        if value > 0.0:
            high = x
        else:
            low = x
        gradient = slope(x)
        step = x - value / gradient if gradient > 0.0 else math.nan
        if not low < step < high:
            step = 2.0 * x if math.isinf(high) else math.sqrt(low * high) if low else high / 16.0
        if abs(step - x) <= 1e-13 * x:
            return step
        x = step
    return x


def _normal_quantile(probability: float) -> float:
    """The quantile of the standard normal distribution."""
    if probability in (0.025, 0.975):
        return math.copysign(NORMAL_POINT, probability - 0.5)
    x = 0.0
    for _ in range(60):
        error = 0.5 * math.erfc(-x / math.sqrt(2.0)) - probability
        step = error * math.sqrt(2.0 * math.pi) * math.exp(min(x * x / 2.0, 40.0))
        step = max(-1.0, min(1.0, step))
        x -= step
        if abs(step) < 1e-14:
            break
    return x
