"""Which staged laws stand for a law, and how what they give is put together.

Theory of operation: a law whose spread n stages can have is stood for by the series of n stages
closest to it. One that varies less, a fixed time above all, is stood for by Erlang laws of n / 2
and n stages: what is asked is nearly linear in the variance that they have too much, and is drawn
out along the straight line to the variance of the law. A second, coarser value of the same kind
tells how far such values may still be from where they go.
"""

from __future__ import annotations

from dataclasses import dataclass

from hasim.engines.exact.phase_type import StagedLaw, match_two_moments
from hasim.engines.matched.series import fit_series
from hasim.laws import Law

#: Below this squared coefficient of variation, times the stages, a series has no room to be close.
_ROOM = 1.6

#: A law with room in half of the stages has a coarser series to be compared with.
_MUCH_ROOM = 2.0


@dataclass(frozen=True, slots=True)
class Order:
    """How closely laws are stood for.

    Parameters
    ----------
    base : int
        Most stages of a law while another is looked at.
    stages : int
        Of the closest series.
    chain : int
        Stages of the longest Erlang law.
    slack : float
        Share of the sum of all changes from the base by which the band is widened.
    """

    base: int
    stages: int
    chain: int
    slack: float


@dataclass(frozen=True, slots=True)
class Closeness:
    """What stands for a law in turn, the others being as in the base.

    Parameters
    ----------
    laws : tuple of StagedLaw
    weights : tuple of float
        Of the base and of each of the laws: a figure with the law itself is the sum of what these
        give, times these.
    coarser : tuple of float
        The same for a second value.
    """

    laws: tuple[StagedLaw, ...]
    weights: tuple[float, ...]
    coarser: tuple[float, ...]


def stand_in(law: Law, most_stages: int) -> StagedLaw:
    """Return a law with the same two moments; of the least spread if the given one has less."""
    return match_two_moments(law.mean, _cv2(law), most_stages)


def come_close(law: Law, order: Order) -> Closeness:
    """Return what stands for a law in an order.

    Parameters
    ----------
    law : Law
        That is no staged law.
    order : Order

    Returns
    -------
    Closeness
    """
    cv2, stages = _cv2(law), order.stages
    if cv2 * stages < 1.0:
        return _draw_out(law, order)
    two_moments, closest = stand_in(law, stages), fit_series(law, stages)
    if cv2 * stages < _ROOM:
        return Closeness((two_moments, closest), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    coarser = fit_series(law, stages // 2) if cv2 * stages >= _MUCH_ROOM else two_moments
    return Closeness((closest, coarser), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def _draw_out(law: Law, order: Order) -> Closeness:
    """Erlang laws of a quarter, half and all of the stages; the first may be the base."""
    full, half, quarter = order.chain, order.chain // 2, order.chain // 4
    cv2 = _cv2(law)
    lengths = [quarter, half, full][quarter == order.base :]
    laws = tuple(stand_in(law, n) for n in lengths)
    unused = (0.0,) * (len(laws) - 2)
    last, before = _line(cv2, full), _line(cv2, half)
    return Closeness(laws, (*unused, 0.0, -last, 1.0 + last), (*unused, -before, 1.0 + before, 0.0))


def _line(cv2: float, stages: int) -> float:
    """How far beyond Erlang laws of n stages a law lies, seen from those of n / 2."""
    return max(0.0, 1.0 - cv2 * stages)


def _cv2(law: Law) -> float:
    return law.variance / law.mean**2
