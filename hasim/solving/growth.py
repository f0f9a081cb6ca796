"""When replications have to be longer: the whole may forget its start later than any delay does.

Theory of operation
-------------------
A queue near full load and a crew with a backlog forget their start after a time that no single
delay shows. Three things find it out from the figures themselves.

1. *Few and long instead of many and short.* Where more than `MOST` replications would be needed,
   longer ones are run instead, so that a fifth of them, the warm-up, is long too.
2. *Correlation time.* The mean of a figure over a window h has the variance 2 t s^2 / h, with s^2
   its variance at one moment and t the time over which it is correlated (Asmussen and Glynn 2007,
   IV.1). s^2 of a share x is x (1 - x); of a level it is taken to be its mean squared, as in a
   queue near full load. So the spread between replications tells t / h. `CORRELATION_TIMES` of them
   are asked: with five in the warm-up exp(-5) / 25, 0.03 % of the figure, is left of the start.
3. *Two lengths.* Where a level varies less, t is more than that shows (a backlog that builds up
   steadily). So every answer is held against one from windows of at most a quarter of the length
   that begin at most at a quarter of the warm-up. Where a figure differs by more than chance, or
   the precision asked, would explain, replications grow.

Rules of this file: all from figures of whole rounds, so that nothing depends on time or threads.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import NormalDist

from hasim.solving.plan import Plan
from hasim.solving.watching import Figure
from hasim.stats import Estimate
from hasim.stats.stopping import FEWEST, Watched

#: More replications than this are replaced by longer ones.
MOST = 144

#: The first look, at shorter windows, that the answer is held against.
FIRST_LOOK = 0.25

#: Steps of growth; a first guess from few outages is not trusted to know more.
LEAST_FACTOR, LARGEST_FACTOR = 4.0, 16.0

#: Correlation times in a window, at least.
CORRELATION_TIMES = 25.0

#: Chance that a start which is forgotten is taken for one that is not. Where replications can grow
#: this only costs time; where they cannot, the run ends with it.
FALSE_ALARM, LAST_FALSE_ALARM = 0.01, 1e-4

#: Differences below this share of the precision asked are of no matter.
NEGLIGIBLE = 0.1

#: So much more than what seems needed is done, lest a little be wanting.
RESERVE = 1.1

_NORMAL_POINT = NormalDist().inv_cdf(0.975)


def replications_needed(watched: Sequence[Watched], done: int, precision: float) -> float:
    """Return how many replications of this length would be precise enough.

    Parameters
    ----------
    watched : sequence of Watched
    done : int
        Replications so far.
    precision : float
        Relative half-width asked.
    """
    shortage = max((_shortage(figure, precision) for figure in watched), default=0.0)
    return RESERVE * done * shortage


def _shortage(figure: Watched, precision: float) -> float:
    outages = FEWEST / figure.seen if figure.seen else math.inf
    return max((figure.estimate.precision / precision) ** 2, outages)


def lengthen(plan: Plan, needed: float, first_round: int) -> Plan | None:
    """Return the plan under which one round should do; None where replications cannot grow.

    Parameters
    ----------
    plan : Plan
    needed : float
        Replications that this plan would need.
    first_round : int
        Replications of a round.
    """
    return plan.lengthened(min(max(needed / first_round, LEAST_FACTOR), LARGEST_FACTOR))


def windows_needed(figures: Iterable[Figure], replications: int) -> float:
    """Return in how many windows of this length there are enough correlation times.

    Parameters
    ----------
    figures : iterable of Figure
    replications : int
        That the figures are means of.
    """
    correlations = (_correlation(figure, replications) for figure in figures)
    return CORRELATION_TIMES * max(correlations, default=0.0)


def _correlation(figure: Figure, replications: int) -> float:
    """Correlation time in windows; 0 where it cannot be told."""
    value, deviation = figure.estimate.value, _deviation(figure.estimate)
    if not value or deviation == math.inf or figure.kind == "rate":
        return 0.0
    spread = replications * (deviation / value) ** 2
    moment = (1.0 - value) / value if figure.kind == "share" else 1.0
    return spread / (2.0 * moment) if moment > 0.0 else 0.0


def agree(
    earlier: Sequence[Figure], later: Sequence[Figure], precision: float, false_alarm: float
) -> bool:
    """Return whether figures of shorter and of longer windows differ by no more than chance.

    Parameters
    ----------
    earlier, later : sequence of Figure
        The same in the same order.
    precision : float
        Relative half-width asked.
    false_alarm : float
        Chance to take what agrees for what does not.
    """
    point = -NormalDist().inv_cdf(false_alarm / 2.0 / max(1, len(later)))
    pairs = zip(earlier, later, strict=True)
    return all(_is_near(one.estimate, other.estimate, point, precision) for one, other in pairs)


def _is_near(one: Estimate, other: Estimate, point: float, precision: float) -> bool:
    if one.value is None or other.value is None:
        return True  # nothing was seen, so neither is known well enough to stop
    gap = abs(one.value - other.value)
    spread = math.hypot(_deviation(one), _deviation(other))
    return gap <= max(point * spread, NEGLIGIBLE * precision * abs(other.value))


def _deviation(estimate: Estimate) -> float:
    if estimate.low is None or estimate.high is None:
        return math.inf
    return (estimate.high - estimate.low) / (2.0 * _NORMAL_POINT)
