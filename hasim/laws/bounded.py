"""Laws that have a longest duration: fixed, uniform, empirical."""

import math
from bisect import bisect_right
from dataclasses import dataclass

from hasim.laws.parameters import (
    LawError,
    check_factor,
    check_moments,
    check_number,
    check_order,
    check_share,
    join_texts,
    raise_power,
)
from hasim.units import format_duration

#: Most durations of an empirical law: the text of the law, which holds them all, stays readable
#: by machines, and more would not be seen in any result.
MAX_SAMPLES = 100_000


@dataclass(frozen=True, slots=True)
class Fixed:
    """Always the same duration.

    Parameters
    ----------
    value : float
        Seconds, 0 or more; 0 is what takes no time.
    """

    value: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", check_number("fixed", "value", self.value))
        if self.value:
            check_moments("fixed", self.value, self.value * self.value)

    def __str__(self) -> str:
        return f"fixed(value {format_duration(self.value)})"

    @property
    def mean(self) -> float:
        """Mean in seconds."""
        return self.value

    @property
    def variance(self) -> float:
        """Variance in seconds squared: 0."""
        return 0.0

    def moment(self, order: int) -> float:
        """Mean of the duration to this power."""
        return raise_power(self.value, check_order("fixed", order))

    def cdf(self, seconds: float) -> float:
        """Probability of at most these seconds."""
        return 1.0 if seconds >= self.value else 0.0

    def survival(self, seconds: float) -> float:
        """Probability of more than these seconds."""
        return 1.0 - self.cdf(seconds)

    def quantile(self, share: float) -> float:
        """Least duration that is not exceeded with this probability."""
        check_share("fixed", share)
        return self.value

    def scaled(self, factor: float) -> "Fixed":
        """The law of a time stretched by a factor."""
        return Fixed(self.value * check_factor("fixed", factor))


@dataclass(frozen=True, slots=True)
class Uniform:
    """Any duration between two limits, all equally likely.

    Parameters
    ----------
    low, high : float
        Seconds, 0 <= low < high.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", check_number("uniform", "low", self.low))
        object.__setattr__(self, "high", check_number("uniform", "high", self.high))
        if self.low == self.high:
            fixed = f"write fixed({format_duration(self.low)})"
            raise LawError("low and high of uniform are equal", "low is below high", fixed)
        if self.low > self.high:
            found = f"low {format_duration(self.low)} is above high {format_duration(self.high)}"
            raise LawError(f"{found} in uniform", "low is below high", "exchange them")
        check_moments("uniform", self.mean, self.high * self.high)

    def __str__(self) -> str:
        return f"uniform(low {format_duration(self.low)}, high {format_duration(self.high)})"

    @property
    def mean(self) -> float:
        """Mean in seconds."""
        return 0.5 * (self.low + self.high)

    @property
    def variance(self) -> float:
        """Variance in seconds squared."""
        return (self.high - self.low) ** 2 / 12

    def moment(self, order: int) -> float:
        """Mean of the duration to this power.

        Notes
        -----
        The quotient (high^(k+1) - low^(k+1)) / ((k+1) (high - low)) written out as a sum of
        positive terms, so that nothing cancels between close limits.
        """
        k = check_order("uniform", order)
        terms = [raise_power(self.high, i) * raise_power(self.low, k - i) for i in range(k + 1)]
        return sum_safely(terms) / (k + 1)

    def cdf(self, seconds: float) -> float:
        """Probability of at most these seconds."""
        return min(1.0, max(0.0, (seconds - self.low) / (self.high - self.low)))

    def survival(self, seconds: float) -> float:
        """Probability of more than these seconds."""
        return min(1.0, max(0.0, (self.high - seconds) / (self.high - self.low)))

    def quantile(self, share: float) -> float:
        """Duration that is not exceeded with this probability."""
        p = check_share("uniform", share)
        return (1 - p) * self.low + p * self.high

    def scaled(self, factor: float) -> "Uniform":
        """The law of a time stretched by a factor."""
        stretch = check_factor("uniform", factor)
        return Uniform(self.low * stretch, self.high * stretch)


@dataclass(frozen=True, slots=True)
class Empirical:
    """Durations that were observed, each as likely as any other.

    Parameters
    ----------
    values : tuple of float
        Seconds, 0 or more, not all 0; kept sorted.

    Notes
    -----
    Nothing is interpolated or extrapolated: the longest observed duration is the longest there is.
    """

    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.values) <= MAX_SAMPLES:
            limits = f"it has from 1 to {MAX_SAMPLES} durations"
            raise LawError(f"empirical has {len(self.values)} durations", limits)
        values = sorted(check_number("empirical", "a duration", v) for v in self.values)
        object.__setattr__(self, "values", tuple(values))
        check_moments("empirical", self.mean, self.moment(2))

    def __str__(self) -> str:
        return f"empirical(values {join_texts([format_duration(v) for v in self.values])})"

    @property
    def mean(self) -> float:
        """Mean in seconds."""
        return math.fsum(self.values) / len(self.values)

    @property
    def variance(self) -> float:
        """Variance in seconds squared, of the law itself: divided by n."""
        first, n = self.values[0], len(self.values)
        beyond = [value - first for value in self.values]  # exactly 0 where all are equal
        mean = math.fsum(beyond) / n
        return math.fsum((value - mean) ** 2 for value in beyond) / n

    def moment(self, order: int) -> float:
        """Mean of the duration to this power."""
        k = check_order("empirical", order)
        return sum_safely([raise_power(value, k) for value in self.values]) / len(self.values)

    def cdf(self, seconds: float) -> float:
        """Share of the durations that are at most these seconds."""
        return bisect_right(self.values, seconds) / len(self.values)

    def survival(self, seconds: float) -> float:
        """Share of the durations that are above these seconds."""
        return (len(self.values) - bisect_right(self.values, seconds)) / len(self.values)

    def quantile(self, share: float) -> float:
        """Least of the durations that is not exceeded with this probability."""
        p, n = check_share("empirical", share), len(self.values)
        idx = min(max(math.ceil(p * n) - 1, 0), n - 1)
        if idx > 0 and idx / n >= p:  # p * n was rounded up beyond a whole number
            idx -= 1
        return self.values[idx]

    def scaled(self, factor: float) -> "Empirical":
        """The law of a time stretched by a factor."""
        stretch = check_factor("empirical", factor)
        return Empirical(tuple(value * stretch for value in self.values))


def sum_safely(terms: list[float]) -> float:
    """The exact sum of terms that are not negative, infinite where it is too large."""
    try:
        return math.fsum(terms)
    except OverflowError:
        return math.inf
