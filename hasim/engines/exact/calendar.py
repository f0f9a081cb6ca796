"""When the schedules of a Process ring, until everything repeats.

Theory of operation: periods are taken as the fractions that their floats are, so that nothing is
rounded. After the least common multiple of the periods, the *span*, the pattern of epochs repeats.
Schedules with one epoch have no part in the long run.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from math import gcd, lcm
from typing import NamedTuple

from hasim.errors import RefusedError
from hasim.process import Process, Schedule

#: More epochs than this before the pattern repeats take over ten seconds.
MOST_EPOCHS = 5_000


class Moment(NamedTuple):
    """A time at which schedules ring.

    Parameters
    ----------
    at : Fraction
        Seconds from the beginning of a span.
    rings : tuple of int
        Indices of the schedules, in the order in which their epochs are events.
    """

    at: Fraction
    rings: tuple[int, ...]


class Calendar(NamedTuple):
    """One span of the schedules.

    Parameters
    ----------
    span : Fraction
        Seconds after which the pattern repeats.
    moments : tuple of Moment
        Ascending; at least 0 and less than the span.
    """

    span: Fraction
    moments: tuple[Moment, ...]


def read_calendar(process: Process) -> Calendar | None:
    """Return the span of all schedules that ring for ever; None where there are none.

    Raises
    ------
    RefusedError
        Where it has more than `MOST_EPOCHS` epochs.
    """
    periods = [(index, Fraction(s.period)) for index, s in enumerate(process.schedules) if s.period]
    if not periods:
        return None
    span = reduce(_common_multiple, (period for _, period in periods))
    n_epochs = sum(int(span / period) for _, period in periods)
    if n_epochs > MOST_EPOCHS:
        raise RefusedError([_tell_too_many(process.schedules, n_epochs)])
    rings: dict[Fraction, list[int]] = {}
    for index, period in periods:
        first = Fraction(process.schedules[index].offset) % period
        for k in range(int(span / period)):
            rings.setdefault(first + k * period, []).append(index)
    return Calendar(span, tuple(Moment(at, tuple(rings[at])) for at in sorted(rings)))


def _common_multiple(a: Fraction, b: Fraction) -> Fraction:
    return Fraction(lcm(a.numerator, b.numerator), gcd(a.denominator, b.denominator))


def _tell_too_many(schedules: Sequence[Schedule], n_epochs: int) -> str:
    names = [s.origin.name or s.name for s in schedules if s.period]
    return (
        f"{' and '.join(names[:2])} are in the same order again only after {n_epochs:,} epochs, "
        f"and {MOST_EPOCHS:,} are followed at most"
    )
