"""Laws made of exponential stages: one, several in a row, or one of several."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from hasim.laws.parameters import (
    LawError,
    check_between,
    check_factor,
    check_moments,
    check_order,
    check_positive,
    check_share,
    join_texts,
    raise_power,
    rise,
)
from hasim.units import (
    find_duration_text,
    find_number_text,
    format_duration,
    format_probability,
    parse_number,
)

#: Most stages of an Erlang law; its coefficient of variation is then 0.03.
MAX_STAGES = 1000
#: Most branches of a hyperexponential law, as many as anybody fits.
MAX_BRANCHES = 100
#: How far the probabilities of a hyperexponential law may be from adding up to 1: rounding only.
SUM_TOLERANCE = 1e-12


@dataclass(frozen=True, slots=True)
class Exponential:
    """A duration without memory: what remains has the same law however long it has lasted.

    Parameters
    ----------
    mean : float
        Seconds, above 0.
    """

    mean: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", check_positive("exponential", "mean", self.mean))
        check_moments("exponential", self.mean, self.variance)

    def __str__(self) -> str:
        return f"exponential(mean {format_duration(self.mean)})"

    @property
    def variance(self) -> float:
        """Variance in seconds squared."""
        return self.mean * self.mean

    def moment(self, order: int) -> float:
        """Mean of the duration to this power."""
        k = check_order("exponential", order)
        return rise(1.0, k) * raise_power(self.mean, k)

    def cdf(self, seconds: float) -> float:
        """Probability of at most these seconds."""
        return -math.expm1(-max(seconds, 0.0) / self.mean)

    def survival(self, seconds: float) -> float:
        """Probability of more than these seconds."""
        return math.exp(-max(seconds, 0.0) / self.mean)

    def quantile(self, share: float) -> float:
        """Duration that is not exceeded with this probability."""
        p = check_share("exponential", share)
        return math.inf if p == 1 else -self.mean * math.log1p(-p)

    def scaled(self, factor: float) -> "Exponential":
        """The law of a time stretched by a factor."""
        return Exponential(self.mean * check_factor("exponential", factor))


@dataclass(frozen=True, slots=True)
class Erlang:
    """The sum of several equal exponential stages.

    Parameters
    ----------
    stages : int
        1 to `MAX_STAGES`.
    mean : float
        Seconds, above 0, of all stages together.
    """

    stages: int
    mean: float

    def __post_init__(self) -> None:
        stages = check_between("erlang", "stages", self.stages, (1, MAX_STAGES))
        if stages != int(stages):
            raise LawError(f"stages of erlang is {stages:g}", "stages is a whole number")
        object.__setattr__(self, "stages", int(stages))
        object.__setattr__(self, "mean", check_positive("erlang", "mean", self.mean))
        check_moments("erlang", self.mean, self.variance)

    def __str__(self) -> str:
        return f"erlang(stages {self.stages}, mean {format_duration(self.mean)})"

    @property
    def variance(self) -> float:
        """Variance in seconds squared."""
        return self.mean * self.mean / self.stages

    def moment(self, order: int) -> float:
        """Mean of the duration to this power."""
        k = check_order("erlang", order)
        return rise(self.stages, k) * raise_power(self.mean / self.stages, k)

    def cdf(self, seconds: float) -> float:
        """Probability of at most these seconds."""
        from scipy.special import gammainc

        return float(gammainc(self.stages, max(seconds, 0.0) * self.stages / self.mean))

    def survival(self, seconds: float) -> float:
        """Probability of more than these seconds."""
        from scipy.special import gammaincc

        return float(gammaincc(self.stages, max(seconds, 0.0) * self.stages / self.mean))

    def quantile(self, share: float) -> float:
        """Duration that is not exceeded with this probability."""
        from scipy.special import gammaincinv

        p = check_share("erlang", share)
        return float(gammaincinv(self.stages, p)) * self.mean / self.stages

    def scaled(self, factor: float) -> "Erlang":
        """The law of a time stretched by a factor."""
        return Erlang(self.stages, self.mean * check_factor("erlang", factor))


@dataclass(frozen=True, slots=True)
class Hyperexponential:
    """One of several exponential laws, chosen at random: mostly short, sometimes long.

    Parameters
    ----------
    probabilities : tuple of float
        Of each branch, above 0, adding up to 1.
    means : tuple of float
        Seconds, above 0, of each branch.
    """

    probabilities: tuple[float, ...]
    means: tuple[float, ...]

    def __post_init__(self) -> None:
        law = "hyperexponential"
        n, n_means = len(self.probabilities), len(self.means)
        if n != n_means:
            raise LawError(f"{law} has {n} probabilities and {n_means} means", "one of each")
        if not 1 <= n <= MAX_BRANCHES:
            raise LawError(f"{law} has {n} branches", f"it has from 1 to {MAX_BRANCHES}")
        shares = tuple(check_between(law, "a probability", p, (0, 1)) for p in self.probabilities)
        if 0 in shares:
            raise LawError(f"a probability of {law} is 0", "all are above 0", "leave it out")
        if abs(math.fsum(shares) - 1) > SUM_TOLERANCE:
            found = f"the probabilities of {law} add up to {math.fsum(shares):.12g}"
            raise LawError(found, "they add up to 1", "correct one of them")
        object.__setattr__(self, "probabilities", shares)
        means = tuple(check_positive(law, "a mean", m) for m in self.means)
        object.__setattr__(self, "means", means)
        check_moments(law, self.mean, self.moment(2))

    @classmethod
    def from_mean_cv(cls, mean: float, cv: float) -> "Hyperexponential":
        """Two branches of equal share in the mean, with this coefficient of variation.

        Parameters
        ----------
        mean : float
            Seconds, above 0.
        cv : float
            Standard deviation over mean, above 1 and at most 100.

        Notes
        -----
        "Balanced means": p1 m1 = p2 m2 = mean / 2.

        References
        ----------
        Tijms, *A First Course in Stochastic Models*, 2003, eq. (B.9).
        """
        law = "hyperexponential"
        spread = check_between(law, "cv", cv, (1, 100))
        if spread == 1:
            text = format_duration(check_positive(law, "mean", mean))
            raise LawError(f"cv of {law} is 1", "cv is above 1", f"write exponential(mean {text})")
        rare = _rare_share(spread)
        half = check_positive(law, "mean", mean) / 2
        return cls((1 - rare, rare), (half / (1 - rare), half / rare))

    def __str__(self) -> str:
        balanced = self._spell_balanced()
        if balanced is not None:
            return balanced
        shares = join_texts([format_probability(p) for p in self.probabilities])
        means = join_texts([format_duration(m) for m in self.means])
        return f"hyperexponential(probabilities {shares}, means {means})"

    @property
    def mean(self) -> float:
        """Mean in seconds."""
        return math.fsum(p * m for p, m in self._branches())

    @property
    def variance(self) -> float:
        """Variance in seconds squared: that within the branches and that between them."""
        mean = self.mean
        return math.fsum(p * (m * m + (m - mean) ** 2) for p, m in self._branches())

    def moment(self, order: int) -> float:
        """Mean of the duration to this power."""
        k = check_order("hyperexponential", order)
        return rise(1.0, k) * sum(p * raise_power(m, k) for p, m in self._branches())

    def cdf(self, seconds: float) -> float:
        """Probability of at most these seconds."""
        t = max(seconds, 0.0)
        return math.fsum(-p * math.expm1(-t / m) for p, m in self._branches())

    def survival(self, seconds: float) -> float:
        """Probability of more than these seconds."""
        t = max(seconds, 0.0)
        return math.fsum(p * math.exp(-t / m) for p, m in self._branches())

    def quantile(self, share: float) -> float:
        """Duration that is not exceeded with this probability, by bisection to the last bit.

        Notes
        -----
        It lies between the least and the greatest quantile of the branches.
        """
        p = check_share("hyperexponential", share)
        if p in (0, 1):
            return 0.0 if p == 0 else math.inf
        units = -math.log1p(-p)
        low, high = min(self.means) * units, max(self.means) * units
        while low < (middle := low + (high - low) / 2) < high:
            is_below = self.cdf(middle) < p if p < 0.5 else self.survival(middle) > 1 - p
            low, high = (middle, high) if is_below else (low, middle)
        return high

    def scaled(self, factor: float) -> "Hyperexponential":
        """The law of a time stretched by a factor."""
        stretch = check_factor("hyperexponential", factor)
        return Hyperexponential(self.probabilities, tuple(m * stretch for m in self.means))

    def _spell_balanced(self) -> str | None:
        """The text by mean and cv, if exactly this law follows from it."""
        if len(self.means) != 2:
            return None
        near = math.sqrt(self.variance) / self.mean
        cv = find_number_text(near, lambda c: c > 1 and _rare_share(c) == self.probabilities[1])
        if cv is None or parse_number(cv) > 100:
            return None
        mean = find_duration_text(
            self.mean, lambda value: all(value / 2 / p == m for p, m in self._branches())
        )
        return mean and f"hyperexponential(mean {mean}, cv {cv})"

    def _branches(self) -> Iterator[tuple[float, float]]:
        return zip(self.probabilities, self.means, strict=True)


def _rare_share(cv: float) -> float:
    """The smaller probability of two balanced branches: half of 1 - sqrt((c2 - 1) / (c2 + 1))."""
    square = cv * cv
    return 1 / ((square + 1) * (1 + math.sqrt((square - 1) / (square + 1))))
