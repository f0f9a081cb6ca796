"""Poisson probabilities without underflow, as uniformisation needs them.

References
----------
Fox and Glynn 1988, "Computing Poisson probabilities", CACM 31, 440-445: recurrences from the mode,
scaled by their sum. Jansen 2011, "Understanding Fox and Glynn's 'Computing Poisson probabilities'",
found their truncation points to be proved for some means only; the points here are those of
Bernstein's inequality (Boucheron, Lugosi and Massart 2013, section 2.8), which holds for all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from hasim.engines.exact.markov.chain import Floats

#: Most probability left out on each side. Far below any tolerance, so that also what happens with
#: a probability of 1e-40 keeps its digits; it costs only some standard deviations more.
_TAIL = 1e-60


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights of the steps 0, 1, ... of a uniformised chain.

    Parameters
    ----------
    below : float
        Weight of each step before `left`.
    left : int
        First step with a weight of its own.
    values : ndarray of float64
        Weights of `left` and the steps after it; later steps have none.
    """

    below: float
    left: int
    values: Floats

    @property
    def stop(self) -> int:
        """First step that has no weight, nor has any later one."""
        return self.left + len(self.values)

    def at(self, step: int) -> float:
        """Return the weight of one step."""
        if step < self.left:
            return self.below
        return float(self.values[step - self.left]) if step < self.stop else 0.0

    def rest(self, step: int) -> float:
        """Return the sum of the weights of a step and all later ones."""
        own = self.values[max(step - self.left, 0) :]
        return self.below * max(self.left - step, 0) + float(own.sum())


def weigh_count(mean: float) -> Weights:
    """Return the probability of each number of events.

    Parameters
    ----------
    mean : float
        Mean number of events, at least 0.

    Returns
    -------
    Weights
        Adding up to 1; each with a relative error of about its distance from the mean in roundings.
    """
    spread = -math.log(_TAIL)
    left = max(0, math.floor(mean - math.sqrt(2.0 * spread * mean)))
    right = math.ceil(mean + spread / 3.0 + math.sqrt(spread**2 / 9.0 + 2.0 * spread * mean))
    if mean == 0.0:
        return Weights(0.0, 0, np.ones(1))
    mode = math.floor(mean)
    above = np.cumprod(mean / np.arange(mode + 1, right + 1))
    below = np.cumprod(np.arange(mode, left, -1) / mean)
    values = np.concatenate((below[::-1], [1.0], above))
    return Weights(0.0, left, values / values.sum())


def weigh_excess(mean: float) -> Weights:
    """Return the probability of more events than each number; it adds up to the mean.

    Parameters
    ----------
    mean : float
        Mean number of events, at least 0.
    """
    count = weigh_count(mean)
    more = np.append(count.values[::-1].cumsum()[::-1][1:], 0.0)
    return Weights(1.0, count.left, more)
