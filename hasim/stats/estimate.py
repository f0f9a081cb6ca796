"""An estimate: a value with the interval that holds the true value in 95 % of all runs.

Rules of this file: what is not known is None, never a made-up number; what is close to 1 is made
from its complement, so that no digits are lost and nothing is rounded up to certainty.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and its 95 % interval.

    Parameters
    ----------
    value : float or None
        None where nothing was seen that it could be made from.
    low, high : float or None
        Ends of the interval, None where no limit can be given; equal to the value for an exact
        answer.
    """

    value: float | None
    low: float | None
    high: float | None

    @classmethod
    def of_exact(cls, value: float) -> Estimate:
        """Return the estimate that has no uncertainty."""
        return cls(value, value, value)

    @property
    def exact(self) -> bool:
        """Whether the interval has no width."""
        return self.value is not None and self.low == self.value == self.high

    @property
    def precision(self) -> float:
        """Half the width of the interval over the value; infinite where an end is missing."""
        if self.value is None or self.low is None or self.high is None:
            return math.inf
        if self.value == 0.0:
            return 0.0 if self.low == self.high else math.inf
        return (self.high - self.low) / (2.0 * abs(self.value))

    def scaled(self, factor: float) -> Estimate:
        """Return the estimate of `factor` (positive) times the figure."""
        assert factor > 0.0
        return Estimate(*(None if x is None else x * factor for x in self.ends))

    def complement(self) -> Estimate:
        """Return the estimate of 1 minus the figure; what would be shown as certain is None."""
        value, low, high = (_uncertain_complement(x) for x in self.ends)
        return Estimate(value, high, low)

    def nines(self) -> Estimate:
        """Return minus the decimal logarithm: 0.001 becomes 3."""
        value, low, high = (_nines(x) for x in self.ends)
        return Estimate(value, high, low)

    @property
    def ends(self) -> tuple[float | None, float | None, float | None]:
        """The value, the low and the high end."""
        return self.value, self.low, self.high

    def to_dict(self) -> dict[str, float | None]:
        """Return the value, low and high by name."""
        return {"value": self.value, "low": self.low, "high": self.high}

    def __str__(self) -> str:
        if self.exact:
            return f"{self.value:.6g}"
        value, low, high = ("?" if x is None else f"{x:.4g}" for x in self.ends)
        return f"{value} ({low} to {high})"


NOTHING_KNOWN = Estimate(None, None, None)


def _uncertain_complement(x: float | None) -> float | None:
    if x is None:
        return None
    rest = 1.0 - x
    return None if rest == 1.0 else rest


def _nines(x: float | None) -> float | None:
    if x is None or x <= 0.0:
        return None
    return -math.log10(x) if x < 1.0 else 0.0
