"""On which side of a bound a mean is, told with a chance of error that all statements share.

Theory of operation
-------------------
Whether a figure keeps its bound is whether the mean of one number for each replication is above 0:
downtime minus what is allowed of it, or the outages longer than a length minus a twentieth of all
(a share and a ratio need no delta method so). The statement is Student's test, one-sided.

Downtime is skewed to the right, though: samples without one of the rare long outages look better
and steadier than they are, and with so small chances of error as here Student's test alone would
say "below" a hundred times too often. So the score of Hall's cubic transformation (1992, JRSS B
54(1), 221-228), which takes the skewness out, has to agree, and "below" gets a tenth of the chance.

How many statements a search makes is not known beforehand, so the n-th thing that is tested gets
the share 6 / (pi n)^2 of the chance of error, which add up to 1, and its looks at more and more
replications get a half, a quarter ... of that (alpha spending by Bonferroni's inequality; Foster
and Stine 2008, JRSS B 70(2), give the idea of spending over an open number of tests).

Few outages make the replications far from normal: below `FEWEST` none is taken for enough, and the
downtime is then bounded by the exact Poisson limit for their number (Garwood 1936) times the length
that an outage is assumed not to exceed on average.

Rules of this file: numbers in, statements out.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Outages before Student's test is trusted.
FEWEST = 50

#: The share of the chance that the statement "below" gets, for what skewness is left.
BELOW = 0.1


def share_of_error(error: float, number: int, look: int) -> float:
    """Return the chance of error of one look at one thing, so that all add up to `error`.

    Parameters
    ----------
    error : float
        Of all statements together, such as 0.05.
    number : int
        Of the thing, from 1.
    look : int
        From 0; the last look may take what is left, which this does not use.
    """
    return error * 6.0 / (math.pi * number) ** 2 * 0.5 ** (look + 1)


def is_above(values: NDArray[np.floating[Any]], chance: float) -> bool | None:
    """Return whether the mean of independent values is above 0; None where that is open.

    Parameters
    ----------
    values : ndarray of float64
        At least two.
    chance : float
        Of error.
    """
    from scipy.special import stdtrit

    n, mean = len(values), float(np.mean(values))
    spread = float(np.std(values, ddof=1))
    if spread == 0.0:
        return mean > 0.0
    size = mean / spread
    skewness = float(np.mean((values - mean) ** 3)) / spread**3
    straight = size + skewness * size**2 / 3 + skewness**2 * size**3 / 27 + skewness / (6 * n)
    scores = math.sqrt(n) * size, math.sqrt(n) * straight
    if min(scores) > stdtrit(n - 1, 1.0 - chance):
        return True
    return False if max(scores) < stdtrit(n - 1, BELOW * chance) else None


def most_downtime(outages: int, longest: float, chance: float) -> float:
    """Return the downtime that few outages seen do not exceed in the mean, in seconds.

    Parameters
    ----------
    outages : int
        How many were seen.
    longest : float
        Seconds that an outage does not last longer than on average.
    chance : float
        Of error.
    """
    from scipy.special import gammainccinv

    return float(gammainccinv(outages + 1.0, chance)) * longest
