"""An SLA: the availability that is promised for each window, and what it costs to break it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hasim.system.parts import Part, Share

Window = Literal["month", "year"]
Excluded = Literal["maintenance"]

#: What can be promised for, and left out.
WINDOWS: tuple[Window, ...] = ("month", "year")
EXCLUDED: tuple[Excluded, ...] = ("maintenance",)


class Credit(Part):
    """One tier of credits.

    Attributes
    ----------
    below : float
        It is reached where the availability of a window is below this share.
    share : float
        Share of the bill of the window that is credited then, unless a deeper tier is reached.
    """

    below: Share
    share: Share


class Sla(Part):
    """What an objective of availability says beside its target.

    Attributes
    ----------
    window : str
        The target is promised for each calendar month, or for each year.
    exclude : str or None
        ``maintenance``: time in which any maintenance of what the service depends on is in progress
        counts neither as down nor as time; None: only of maintenance that is itself `excluded`.
    credits : tuple of Credit
        By falling availability.
    """

    window: Window = "month"
    exclude: Excluded | None = None
    credits: tuple[Credit, ...] = Field(default=())
