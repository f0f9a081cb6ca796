"""Which of many differences are real: the step-down procedure of Holm (1979).

Theory of operation: the more comparisons, the more of them look real by chance. Holm's procedure
keeps the chance that any of those told is not within `level`, whatever hangs together with what
(Holm 1979, Scandinavian Journal of Statistics 6(2)): of m comparisons the smallest p value must be
within level / m, the next within level / (m - 1), and so on up to the first that is not.

Rules of this file: p values in, verdicts out, in the same order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from hasim.stats.distributions import beta_cdf


def tell_real(p_values: Sequence[float], level: float) -> tuple[bool, ...]:
    """Return which differences are real when all are looked at.

    Parameters
    ----------
    p_values : sequence of float
        Chance of a difference at least as large where there is none, for each comparison.
    level : float
        Largest chance that any of those told to be real is not.
    """
    real = [False] * len(p_values)
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        if p_values[index] > level / (len(p_values) - rank):
            break
        real[index] = True
    return tuple(real)


def student_p_value(ratio: float, freedom: float) -> float:
    """Return the two-sided p value of a difference over its standard error.

    Parameters
    ----------
    ratio : float
    freedom : float
        Degrees of freedom, at least 1; infinite: the normal distribution.
    """
    if math.isinf(freedom) or freedom > 1e7:
        return math.erfc(abs(ratio) / math.sqrt(2.0))
    return beta_cdf(freedom / (freedom + ratio * ratio), freedom / 2.0, 0.5)
