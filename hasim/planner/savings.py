"""What variants of a model save: the downtime of each service as it is, less that of the variant.

Theory of operation
-------------------
Where the exact engine answers, a saving is a difference of two exact figures. Else the model and
its variants are simulated together with the same random numbers (hasim/solving/together.py), so
that what they share fails at the same moments in all of them, and the saving is the mean over
replications of the difference in downtime, with the interval of Student (1908) for that mean: the
variance of a difference is that of both, less twice their covariance, which is most of it.

Rules of this file
------------------
1. A variant that was not reached in time, or is refused, has no saving (None).
2. Nobody decides here what a saving is worth.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hasim.errors import RefusedError
from hasim.planner.importance import bare, unavailabilities
from hasim.process import Process
from hasim.solving import Progress
from hasim.stats import Estimate
from hasim.units import SECONDS_PER_YEAR

if TYPE_CHECKING:
    from hasim.solving.together import Samples

CONFIDENCE = 0.95

CLOSE = 0.05
"""Savings are told apart when they are known to within this share of the downtime."""

FEWEST = 60
"""Replications before a mean of differences is taken to have an interval of Student: no more than
the 64 with which a simulation begins, which it may keep and make longer."""

Saving = Mapping[str, Estimate]
"""Seconds of downtime a year less, by service."""


@dataclass(frozen=True, slots=True)
class Savings:
    """What several variants save.

    Parameters
    ----------
    base : mapping of str to float
        Seconds of downtime a year of the model, by service, as seen beside the variants; empty
        where nothing was reached.
    variants : tuple of Saving or None
        None for one that was not reached, or was refused.
    stopped : bool
        Whether somebody stopped it.
    """

    base: Mapping[str, float]
    variants: tuple[Saving | None, ...]
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What simulations and computations may take.

    Parameters
    ----------
    until : float
        Moment of `time.monotonic` at which to end.
    precision : float
    seed : int
    threads : int or None
    progress : callable, optional
    stop : callable, optional
    """

    until: float
    precision: float
    seed: int
    threads: int | None
    progress: Callable[[Progress], None] | None
    stop: Callable[[], bool] | None

    @property
    def left(self) -> float:
        """Seconds."""
        return max(0.0, self.until - time.monotonic())

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be begun."""
        return not self.left or (self.stop is not None and self.stop())


def save_exactly(
    base: Mapping[str, float], variants: Sequence[Process], limits: Limits
) -> list[Saving | None]:
    """What each variant saves, from exact figures.

    Parameters
    ----------
    base : mapping of str to float
        Unavailability of each service as it is.
    variants : sequence of Process
    limits : Limits
    """
    return [_save_exactly(base, variant, limits) for variant in variants]


def _save_exactly(base: Mapping[str, float], variant: Process, limits: Limits) -> Saving | None:
    if limits.is_over:
        return None
    try:
        changed = unavailabilities(variant)
    except RefusedError:
        return None
    return {
        name: Estimate.of_exact((down - changed[name]) * SECONDS_PER_YEAR)
        for name, down in base.items()
    }


def save_together(process: Process, variants: Sequence[Process], limits: Limits) -> Savings:
    """What each variant saves, from simulations that share their random numbers.

    Parameters
    ----------
    process : Process
        The model as it is.
    variants : sequence of Process
    limits : Limits

    Raises
    ------
    SolveError
        Where one of them misbehaves while it runs.
    """
    nothing = Savings({}, (None,) * len(variants))
    if not variants or limits.is_over:
        return nothing
    from hasim.solving.together import solve_together

    together = solve_together(
        [bare(one) for one in (process, *variants)],
        precision=limits.precision,
        seed=limits.seed,
        max_time=limits.left,
        threads=limits.threads,
        progress=limits.progress,
        stop=limits.stop,
        is_decided=_is_decided,
    )
    if not together.samples:
        return nothing
    seen = together.samples
    return Savings(
        {name: _saved(one, None).value or 0.0 for name, one in seen.items()},
        tuple(
            {name: _saved(one, number) for name, one in seen.items()}
            for number in range(1, len(variants) + 1)
        ),
        stopped=together.solutions[0].status.code == "stopped",
    )


def _is_decided(seen: Mapping[str, Samples]) -> bool:
    """Whether every saving is known to within `CLOSE` of the downtime of its service."""
    for samples in seen.values():
        models, replications = samples.downtime.shape
        close = CLOSE * (_saved(samples, None).value or 0.0)
        half = (_half_width(_saved(samples, number)) for number in range(1, models))
        if replications < FEWEST or not close or not all(width <= close for width in half):
            return False
    return True


def _saved(samples: Samples, number: int | None) -> Estimate:
    """The downtime a year of the model, less that of a variant if there is one."""
    saved = samples.downtime[0] - (0.0 if number is None else samples.downtime[number])
    return _mean(saved * (SECONDS_PER_YEAR / samples.window))


def _half_width(estimate: Estimate) -> float:
    """Half an interval; 0 where no replication differed."""
    return ((estimate.high or 0.0) - (estimate.low or 0.0)) / 2.0


def _mean(values: NDArray[np.float64]) -> Estimate:
    """The mean of independent values, with its interval; without one where they are all equal."""
    from scipy.special import stdtrit

    n, mean = len(values), float(values.mean())
    if n < 2 or not np.ptp(values):
        return Estimate(mean, None, None)
    half = float(stdtrit(n - 1, 0.5 + CONFIDENCE / 2.0) * values.std(ddof=1) / math.sqrt(n))
    return Estimate(mean, mean - half, mean + half)
