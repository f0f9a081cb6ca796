"""Maintenance: planned work that takes replicas out, by the calendar."""

from __future__ import annotations

from pydantic import Field

from hasim.system.parts import INSTANT, Count, DelayLaw, Part


class Maintenance(Part):
    """Planned work on all replicas of some components, one turn after the other.

    Attributes
    ----------
    on : tuple of str
        The components, in the order of the work.
    every, first : float
        It begins at the times first + k x every, k = 0, 1, 2 ..., in seconds.
    takes : Law
        The work on one turn.
    drain : Law
        From the moment at which replicas get no more requests to the work on them.
    at_once : int
        Replicas in a turn.
    excluded : bool
        Whether downtime during the work does not count in any SLA.
    """

    on: tuple[str, ...] = Field(min_length=1)
    every: float = Field(gt=0.0, allow_inf_nan=False)
    first: float = Field(gt=0.0, allow_inf_nan=False)
    takes: DelayLaw
    drain: DelayLaw = INSTANT
    at_once: Count = 1
    excluded: bool = False
