"""The laws of the shop: each is called with a stream and gives one draw, in seconds.

They are `functools.partial` objects so that they can be sent to another process.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from functools import partial
from statistics import NormalDist

Stream = random.Random
Law = Callable[[Stream], float]

_Z95 = NormalDist().inv_cdf(0.95)


def exponential(mean: float) -> Law:
    """Exponential law with this mean (a bare duration in `after`, `repair`, `mtbf`, `mttr`)."""
    return fixed(mean) if math.isinf(mean) else partial(_exponential, 1.0 / mean)


def fixed(value: float) -> Law:
    """Always this value (a bare duration in a step of detection or failover)."""
    return partial(_fixed, value)


def lognormal(median: float, p95: float) -> Law:
    """Lognormal law with this median and 95th percentile."""
    return partial(_lognormal, math.log(median), math.log(p95 / median) / _Z95)


def lognormal_mean(median: float, p95: float) -> float:
    """Mean of the lognormal law with this median and 95th percentile."""
    sigma = math.log(p95 / median) / _Z95
    return median * math.exp(sigma * sigma / 2.0)


def probe(period: float, misses: int, timeout: float = 0.0) -> Law:
    """Detection by probe or heartbeat: uniform between (n-1)T + t and nT + t."""
    return partial(_uniform, (misses - 1) * period + timeout, misses * period + timeout)


def stretched(law: Law, factor: float) -> Law:
    """The same law, each draw made longer by `factor`."""
    return partial(_stretched, law, factor)


def _exponential(rate: float, stream: Stream) -> float:
    return stream.expovariate(rate)


def _fixed(value: float, stream: Stream) -> float:
    return value


def _lognormal(mu: float, sigma: float, stream: Stream) -> float:
    return math.exp(mu + sigma * stream.gauss(0.0, 1.0))


def _uniform(low: float, high: float, stream: Stream) -> float:
    return low + (high - low) * stream.random()


def _stretched(law: Law, factor: float, stream: Stream) -> float:
    return factor * law(stream)


NEVER = fixed(math.inf)
AT_ONCE = fixed(0.0)
