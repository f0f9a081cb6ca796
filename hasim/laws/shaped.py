"""Laws with a shape: lognormal, Weibull, gamma.

They keep the parameters that engines draw with (logarithms, scales), and are written in those
that people know (medians, means, coefficients of variation). Their text is searched for: the
shortest one from which the very same bits follow, and if there is none, the kept parameters.
"""

import math
from dataclasses import dataclass
from typing import Final

from hasim.laws.parameters import (
    LawError,
    check_between,
    check_factor,
    check_finite,
    check_moments,
    check_number,
    check_order,
    check_positive,
    check_share,
    raise_power,
    rise,
)
from hasim.units import (
    find_duration_text,
    find_number_text,
    format_duration,
    format_number,
    parse_duration,
    parse_number,
)

#: Quantile of the standard normal law at 0.95.
Z95: Final = 1.6448536269514722
#: Coefficients of variation: below it is fixed for any purpose, above it moments mean nothing.
CV_LIMITS: Final = (0.001, 100.0)
#: Largest ratio of the 95th percentile and the median; repairs reported in the field reach 50.
MAX_P95_RATIO: Final = 1000.0
#: Weibull shapes: at 0.1 the coefficient of variation is 430, at 100 it is 0.013.
WEIBULL_SHAPES: Final = (0.1, 100.0)
#: Standard deviations of the logarithm: what `MAX_P95_RATIO` and `CV_LIMITS` lead to, and more.
SIGMA_LIMITS: Final = (1e-4, 5.0)
#: Gamma shapes: what `CV_LIMITS` lead to, and more.
GAMMA_SHAPES: Final = (5e-5, 2e6)


@dataclass(frozen=True, slots=True)
class Lognormal:
    """A duration whose logarithm is normal: repairs by people, mostly short with a long tail.

    Parameters
    ----------
    mu : float
        Mean of the natural logarithm of the seconds.
    sigma : float
        Standard deviation of that logarithm, within `SIGMA_LIMITS`.
    """

    mu: float
    sigma: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "mu", check_finite("lognormal", "mu", self.mu))
        sigma = check_between("lognormal", "sigma", self.sigma, SIGMA_LIMITS)
        object.__setattr__(self, "sigma", sigma)
        if abs(self.mu) > 300:  # seconds between 1e-130 and 1e130: all moments that are used fit
            raise LawError(f"mu of lognormal is {self.mu:g}", "mu is from -300 to 300")

    @classmethod
    def from_median_p95(cls, median: float, p95: float) -> "Lognormal":
        """The lognormal law with this median and 95th percentile, both in seconds.

        Raises
        ------
        LawError
            If the percentile is not above the median, or more than `MAX_P95_RATIO` times it.
        """
        low = check_positive("lognormal", "median", median)
        high = check_positive("lognormal", "p95", p95)
        if not low < high <= MAX_P95_RATIO * low or _sigma_of_p95(low, high) < SIGMA_LIMITS[0]:
            raise _reject_percentile(low, high)
        return cls(math.log(low), _sigma_of_p95(low, high))

    @classmethod
    def from_mean_cv(cls, mean: float, cv: float) -> "Lognormal":
        """The lognormal law with this mean in seconds and this standard deviation over mean."""
        centre, spread = check_mean_cv("lognormal", mean, cv)
        sigma = _sigma_of_cv(spread)
        return cls(_mu_of_mean(centre, sigma), sigma)

    def __str__(self) -> str:
        found = _shortest(self._spell_quantiles(), self._spell_moments())
        kept = f"mu {format_number(self.mu)}, sigma {format_number(self.sigma)}"
        return f"lognormal({found or kept})"

    @property
    def median(self) -> float:
        """Median in seconds."""
        return math.exp(self.mu)

    @property
    def mean(self) -> float:
        """Mean in seconds."""
        return math.exp(self.mu + 0.5 * self.sigma**2)

    @property
    def variance(self) -> float:
        """Variance in seconds squared."""
        return math.expm1(self.sigma**2) * math.exp(2 * self.mu + self.sigma**2)

    def moment(self, order: int) -> float:
        """Mean of the duration to this power."""
        k = check_order("lognormal", order)
        return raise_power(math.exp(self.mu + 0.5 * k * self.sigma**2), k)

    def cdf(self, seconds: float) -> float:
        """Probability of at most these seconds."""
        return 0.5 * math.erfc(-self._standardize(seconds) / math.sqrt(2))

    def survival(self, seconds: float) -> float:
        """Probability of more than these seconds."""
        return 0.5 * math.erfc(self._standardize(seconds) / math.sqrt(2))

    def quantile(self, share: float) -> float:
        """Duration that is not exceeded with this probability."""
        from scipy.special import ndtri

        return math.exp(self.mu + self.sigma * float(ndtri(check_share("lognormal", share))))

    def scaled(self, factor: float) -> "Lognormal":
        """The law of a time stretched by a factor."""
        return Lognormal(self.mu + math.log(check_factor("lognormal", factor)), self.sigma)

    def _standardize(self, seconds: float) -> float:
        return (math.log(seconds) - self.mu) / self.sigma if seconds > 0 else -math.inf

    def _spell_quantiles(self) -> str | None:
        median = find_duration_text(self.median, lambda value: _log(value) == self.mu)
        if median is None:
            return None
        low = parse_duration(median)
        p95 = find_duration_text(
            low * math.exp(self.sigma * Z95),
            lambda high: _sigma_of_p95(low, high) == self.sigma and high <= MAX_P95_RATIO * low,
        )
        return p95 and f"median {median}, p95 {p95}"

    def _spell_moments(self) -> str | None:
        near = math.sqrt(math.expm1(self.sigma**2))
        cv = find_number_text(near, lambda value: _sigma_of_cv(value) == self.sigma)
        if cv is None or not CV_LIMITS[0] <= parse_number(cv) <= CV_LIMITS[1]:
            return None
        mean = find_duration_text(
            self.mean, lambda value: value > 0 and _mu_of_mean(value, self.sigma) == self.mu
        )
        return mean and f"mean {mean}, cv {cv}"


@dataclass(frozen=True, slots=True)
class Weibull:
    """A duration whose end gets likelier with age (shape above 1), or less likely (below 1).

    Parameters
    ----------
    shape : float
        Within `WEIBULL_SHAPES`; 1 is exponential, 3 is wear.
    scale : float
        Seconds, above 0: the characteristic life, reached by 37 %.
    """

    shape: float
    scale: float

    def __post_init__(self) -> None:
        shape = check_between("weibull", "shape", self.shape, WEIBULL_SHAPES)
        object.__setattr__(self, "shape", shape)
        object.__setattr__(self, "scale", check_positive("weibull", "scale", self.scale))
        check_moments("weibull", self.mean, self.moment(2))

    @classmethod
    def from_shape_mean(cls, shape: float, mean: float) -> "Weibull":
        """The Weibull law with this shape and this mean in seconds."""
        form = check_between("weibull", "shape", shape, WEIBULL_SHAPES)
        return cls(form, check_positive("weibull", "mean", mean) / math.gamma(1 + 1 / form))

    def __str__(self) -> str:
        unit_mean = math.gamma(1 + 1 / self.shape)
        mean = find_duration_text(self.mean, lambda value: value / unit_mean == self.scale)
        size = f"mean {mean}" if mean else f"scale {format_duration(self.scale)}"
        return f"weibull(shape {format_number(self.shape)}, {size})"

    @property
    def mean(self) -> float:
        """Mean in seconds."""
        return self.scale * math.gamma(1 + 1 / self.shape)

    @property
    def variance(self) -> float:
        """Variance in seconds squared."""
        first, second = math.gamma(1 + 1 / self.shape), math.gamma(1 + 2 / self.shape)
        return self.scale * self.scale * (second - first * first)

    def moment(self, order: int) -> float:
        """Mean of the duration to this power."""
        k = check_order("weibull", order)
        log_moment = math.lgamma(1 + k / self.shape)
        unit = math.gamma(1 + k / self.shape) if log_moment < 700 else math.inf
        return unit * raise_power(self.scale, k)

    def cdf(self, seconds: float) -> float:
        """Probability of at most these seconds."""
        return -math.expm1(-self._hazard(seconds))

    def survival(self, seconds: float) -> float:
        """Probability of more than these seconds."""
        return math.exp(-self._hazard(seconds))

    def quantile(self, share: float) -> float:
        """Duration that is not exceeded with this probability."""
        p = check_share("weibull", share)
        return math.inf if p == 1 else self.scale * (-math.log1p(-p)) ** (1 / self.shape)

    def scaled(self, factor: float) -> "Weibull":
        """The law of a time stretched by a factor."""
        return Weibull(self.shape, self.scale * check_factor("weibull", factor))

    def _hazard(self, seconds: float) -> float:
        """The cumulative hazard."""
        try:
            return float((max(seconds, 0.0) / self.scale) ** self.shape)
        except OverflowError:
            return math.inf


@dataclass(frozen=True, slots=True)
class Gamma:
    """A duration made of many small parts (shape above 1), or mostly short (below 1).

    Parameters
    ----------
    shape : float
        Within `GAMMA_SHAPES`; 1 is exponential.
    scale : float
        Seconds, above 0: the mean over the shape.
    """

    shape: float
    scale: float

    def __post_init__(self) -> None:
        shape = check_between("gamma", "shape", self.shape, GAMMA_SHAPES)
        object.__setattr__(self, "shape", shape)
        object.__setattr__(self, "scale", check_positive("gamma", "scale", self.scale))
        check_moments("gamma", self.mean, self.moment(2))

    @classmethod
    def from_mean_cv(cls, mean: float, cv: float) -> "Gamma":
        """The gamma law with this mean in seconds and this standard deviation over mean."""
        centre, spread = check_mean_cv("gamma", mean, cv)
        shape = _shape_of_cv(spread)
        return cls(shape, centre / shape)

    @classmethod
    def from_shape_mean(cls, shape: float, mean: float) -> "Gamma":
        """The gamma law with this shape and this mean in seconds."""
        form = check_between("gamma", "shape", shape, GAMMA_SHAPES)
        return cls(form, check_positive("gamma", "mean", mean) / form)

    def __str__(self) -> str:
        shape = format_number(self.shape)
        mean = find_duration_text(self.mean, lambda value: value / self.shape == self.scale)
        near = 1 / math.sqrt(self.shape)
        cv = find_number_text(near, lambda value: _shape_of_cv(value) == self.shape)
        is_known = cv is not None and CV_LIMITS[0] <= parse_number(cv) <= CV_LIMITS[1]
        by_cv = f"mean {mean}, cv {cv}" if mean and is_known else None
        by_shape = f"shape {shape}, mean {mean}" if mean else None
        by_scale = f"shape {shape}, scale {format_duration(self.scale)}"
        return f"gamma({_shortest(by_cv, by_shape) or by_scale})"

    @property
    def mean(self) -> float:
        """Mean in seconds."""
        return self.shape * self.scale

    @property
    def variance(self) -> float:
        """Variance in seconds squared."""
        return self.shape * self.scale * self.scale

    def moment(self, order: int) -> float:
        """Mean of the duration to this power."""
        k = check_order("gamma", order)
        return rise(self.shape, k) * raise_power(self.scale, k)

    def cdf(self, seconds: float) -> float:
        """Probability of at most these seconds."""
        from scipy.special import gammainc

        return float(gammainc(self.shape, max(seconds, 0.0) / self.scale))

    def survival(self, seconds: float) -> float:
        """Probability of more than these seconds."""
        from scipy.special import gammaincc

        return float(gammaincc(self.shape, max(seconds, 0.0) / self.scale))

    def quantile(self, share: float) -> float:
        """Duration that is not exceeded with this probability."""
        from scipy.special import gammaincinv

        return float(gammaincinv(self.shape, check_share("gamma", share))) * self.scale

    def scaled(self, factor: float) -> "Gamma":
        """The law of a time stretched by a factor."""
        return Gamma(self.shape, self.scale * check_factor("gamma", factor))


def check_mean_cv(law: str, mean: float, cv: float) -> tuple[float, float]:
    """Mean and coefficient of variation as floats within their limits; raises LawError."""
    centre = check_positive(law, "mean", mean)
    spread = check_number(law, "cv", cv)
    if spread < CV_LIMITS[0]:
        expected = f"cv is from {CV_LIMITS[0]:g} to {CV_LIMITS[1]:g}"
        fixed = f"write fixed({format_duration(centre)})"
        raise LawError(f"cv of {law} is {spread:g}", expected, fixed)
    return centre, check_between(law, "cv", spread, CV_LIMITS)


def _reject_percentile(median: float, p95: float) -> LawError:
    """The error for a 95th percentile that no lognormal law has with this median."""
    words, low = f"p95 {format_duration(p95)} of lognormal", format_duration(median)
    if p95 == median:
        found = f"{words} equals its median"
        return LawError(found, "p95 is above the median", f"write fixed({low})")
    if p95 < median:
        found = f"{words} is below its median {low}"
        return LawError(found, "p95 is above the median", "exchange them")
    if p95 / median < 2:
        found = f"{words} is too close to its median"
        return LawError(found, "p95 is well above it", f"write fixed({low})")
    found = f"{words} is {p95 / median:.0f} times its median {low}"
    limit = f"p95 is at most {MAX_P95_RATIO:g} times the median"
    return LawError(found, limit, f"write {format_duration(MAX_P95_RATIO * median)} or less")


def _sigma_of_p95(median: float, p95: float) -> float:
    return math.log(p95 / median) / Z95 if p95 > 0 else 0.0


def _sigma_of_cv(cv: float) -> float:
    return math.sqrt(math.log1p(cv * cv))


def _mu_of_mean(mean: float, sigma: float) -> float:
    return math.log(mean) - 0.5 * sigma**2


def _shape_of_cv(cv: float) -> float:
    return 1 / (cv * cv)


def _log(seconds: float) -> float:
    return math.log(seconds) if seconds > 0 else -math.inf


def _shortest(*texts: str | None) -> str | None:
    """The first of the shortest texts that there are."""
    return min((text for text in texts if text), key=len, default=None)
