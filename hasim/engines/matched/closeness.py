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


#: Most stages of a law while another is looked at, of the closest series, and of the longest Erlang
#: law.
BASE, STAGES, CHAIN = 2, 8, 16


@dataclass(frozen=True, slots=True)
class Closeness:
    """What stands for a law in turn, the others being as in the base.

    Parameters
    ----------
    laws : tuple of StagedLaw
        The coarsest first.
    weights : tuple of float
        Of the base and of each of the laws: a figure with the law itself is the sum of what these
        give, times these.
    coarser : tuple of float
        The same for a second value.
    """

    laws: tuple[StagedLaw, ...]
    weights: tuple[float, ...]
    coarser: tuple[float, ...]


def base_of(law: Law) -> StagedLaw:
    """Return what stands for a law while another is looked at."""
    return _two_moments(law, BASE)


def come_close(law: Law) -> Closeness:
    """Return what stands for a law that is no staged law."""
    cv2 = _cv2(law)
    if cv2 * STAGES < 1.0:
        return _draw_out(law)
    two_moments, closest = _two_moments(law, STAGES), fit_series(law, STAGES)
    if cv2 * STAGES < _ROOM:
        return Closeness((two_moments, closest), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    coarser = fit_series(law, STAGES // 2) if cv2 * STAGES >= _MUCH_ROOM else two_moments
    return Closeness((coarser, closest), (0.0, 0.0, 1.0), (0.0, 1.0, 0.0))


def _draw_out(law: Law) -> Closeness:
    """Erlang laws of a quarter, half and all of the stages."""
    laws = tuple(_two_moments(law, n) for n in (CHAIN // 4, CHAIN // 2, CHAIN))
    last, before = (_line(_cv2(law), n) for n in (CHAIN, CHAIN // 2))
    return Closeness(laws, (0.0, 0.0, -last, 1.0 + last), (0.0, -before, 1.0 + before, 0.0))


def _two_moments(law: Law, most_stages: int) -> StagedLaw:
    """Return a law with the same two moments; of the least spread if the given one has less."""
    return match_two_moments(law.mean, _cv2(law), most_stages)


def _line(cv2: float, stages: int) -> float:
    """How far beyond Erlang laws of n stages a law lies, seen from those of n / 2."""
    return max(0.0, 1.0 - cv2 * stages)


def _cv2(law: Law) -> float:
    return law.variance / law.mean**2
