"""Scenarios: incidents that are played through, failure by failure."""

from __future__ import annotations

from pydantic import Field

from hasim.system.parts import Part

#: For so long a scenario goes on after its last moment, where it does not say how long.
AFTERWARDS = 86_400.0

#: Most events of a scenario, and its longest time: a long day of an incident, and a year.
MAX_EVENTS = 1_000
MAX_LENGTH = 366 * 86_400.0


class Event(Part):
    """A failure at a given moment.

    Attributes
    ----------
    at : float
        Seconds from the start.
    fail : str
        Replica, domain or common cause, with a failure mode where the first is not meant.
    until : float or None
        When it works again, in seconds from the start; None: its repair takes its own time.
    """

    at: float = Field(ge=0.0, le=MAX_LENGTH)
    fail: str
    until: float | None = Field(default=None, gt=0.0, le=MAX_LENGTH)


class Scenario(Part):
    """An incident: all failures in it, and how long is looked.

    Attributes
    ----------
    description : str
        For people.
    events : tuple of Event
        In the order in which they happen.
    lasts : float
        Seconds that are looked at.
    """

    description: str = ""
    events: tuple[Event, ...] = Field(min_length=1)
    lasts: float = Field(gt=0.0, le=2 * MAX_LENGTH)
