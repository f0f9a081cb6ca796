"""Which of two figures is smaller, decided while samples come in, with a promised chance of error.

Theory of operation
-------------------
Of two figures with the means a and b, and an indifference of 10 %, one of three statements is
wanted: a is smaller, b is smaller, or they are alike (neither exceeds the other by 10 % or more).
They are made by two tests that run side by side (Sobel and Wald 1949): `is_above` of b over a
decides between ``b > a`` and ``b < 1.1 a``, that of a over b the same the other way round. The
first says that a is smaller, the second that b is, and where neither is above the other they are
alike. A statement is wrong only where its words are, so a difference of less than the indifference
may be told as one or as alike.

Each test is the fully sequential procedure of Kim and Nelson (2001, ACM TOMACS 11(3), fig. 1, for
two systems and c = 1) on the paired differences Y = upper - (1 + indifference / 2) x lower of batch
means, whose mean is either negative or positive by at least d = indifference / 2 x lower. After r
batches it goes on while the sum of Y is within W(r) = max(0, d / 2 x (h2 S2 / d2 - r)), where S2 is
the variance of Y in the first n0 batches, h2 = 2 eta (n0 - 1) and
eta = ((2 error)^(-2 / (n0 - 1)) - 1) / 2. If Y are independent and normal, the wrong side is left
with at most the chance `error`, however often is looked (their theorem 1). The more the pairs have
in common, the smaller S2 and the sooner it ends.

The indifference is relative, so d is not known and is taken from the first n0 batches. What is
asked, the sign of the mean of Y, does not depend on it; only the width of the region does: where d
comes out too large by a tenth, a fifth of the samples is missing, and the chance of error rises
accordingly (about by a half at 5 %).

Rules of this file: numbers in, statements out; a statement once made stays, whatever comes later.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Amounts = NDArray[np.float64]

#: Batches before the first statement, and outages of the rarest figure in a batch, on average:
#: sums of 10 exponential lengths, or lognormal ones that vary as much, are skewed by 0.7, and their
#: paired differences by less, so that Student-like tails hold; 20 batches tell the variance to a
#: third, for which the procedure makes up (Kim and Nelson 2001 recommend 10 to 20).
FIRST_BATCHES = 20
OUTAGES_PER_BATCH = 10


@dataclass(frozen=True, slots=True)
class Rule:
    """What is promised.

    Parameters
    ----------
    indifference : float
        Relative difference from which on an order must be told, such as 0.1.
    error : float
        Largest chance that one test leaves on the wrong side.
    """

    indifference: float
    error: float

    @classmethod
    def shared(cls, indifference: float, confidence: float, pairs: int) -> Rule:
        """Return the rule by which all statements about some pairs are right together.

        Each pair has two tests, and the chances are added up (Bonferroni's inequality).
        """
        return cls(indifference, (1.0 - confidence) / (2 * max(pairs, 1)))

    @property
    def eta(self) -> float:
        """The constant of Kim and Nelson (2001) for two systems and c = 1."""
        return 0.5 * (math.pow(2.0 * self.error, -2.0 / (FIRST_BATCHES - 1)) - 1.0)

    @property
    def h_squared(self) -> float:
        """How many times the relative variance the procedure lasts, at most."""
        return 2.0 * self.eta * (FIRST_BATCHES - 1)


def batch_size(outages: NDArray[np.float64]) -> int | None:
    """Return how many replications make a batch; None where too little was seen.

    Parameters
    ----------
    outages : ndarray, shape (figures, replications)
        Outages of each figure in each replication.

    Returns
    -------
    int or None
        So many that in the first `FIRST_BATCHES` batches each figure has `OUTAGES_PER_BATCH` in
        each on average. More replications at the end do not change it.
    """
    needed = FIRST_BATCHES * OUTAGES_PER_BATCH
    enough = (np.cumsum(outages, axis=1) >= needed).all(axis=0)
    if not enough.any():
        return None
    size = math.ceil((int(enough.argmax()) + 1) / FIRST_BATCHES)
    return size if size * FIRST_BATCHES <= outages.shape[1] else None


def batch_means(amounts: Amounts, size: int) -> Amounts:
    """Return the means of consecutive batches of the last axis; what is left over is not used."""
    whole = amounts.shape[-1] // size * size
    split = amounts[..., :whole].reshape(*amounts.shape[:-1], -1, size)
    means: Amounts = split.mean(axis=-1)
    return means


def is_above(upper: Amounts, lower: Amounts, rule: Rule) -> bool | None:
    """Return whether one mean is above another: the sequential test.

    Parameters
    ----------
    upper, lower : ndarray of float64, shape (batches,)
        Batch means that belong together pair by pair; a figure that is known is constant.
    rule : Rule

    Returns
    -------
    bool or None
        True: the mean of `upper` is greater. False: it is less than 1 + indifference times that of
        `lower`. None: there are too few batches to tell.
    """
    if len(upper) < FIRST_BATCHES:
        return None
    half = rule.indifference / 2.0
    differences = upper - (1.0 + half) * lower
    means = [float(x[:FIRST_BATCHES].mean()) for x in (upper, lower)]
    step = half * min((mean for mean in means if mean > 0.0), default=0.0)
    if not step:
        return False
    variance = float(differences[:FIRST_BATCHES].var(ddof=1))
    number = np.arange(FIRST_BATCHES, len(upper) + 1)
    width = continuation_width(number, variance, step, rule)
    sums = np.cumsum(differences)[FIRST_BATCHES - 1 :]
    outside = np.abs(sums) >= width
    return bool(sums[int(outside.argmax())] > 0.0) if outside.any() else None


def continuation_width(
    number: NDArray[np.int64], variance: float, step: float, rule: Rule
) -> Amounts:
    """Return the half-width of the region in which sampling goes on.

    Parameters
    ----------
    number : ndarray of int
        Batches so far.
    variance : float
        Of a paired difference.
    step : float
        Least distance of the mean difference from 0 at which the side must be right.
    rule : Rule
    """
    longest = rule.h_squared * variance / step**2
    width: Amounts = np.maximum(0.0, step / 2.0 * (longest - number))
    return width
