"""What has happened in an incident so far, as an object: text, rows, a table of a notebook.

Rules of this file: the text is that of timeline.py; HTML goes through markup.py, so that no name
becomes markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hasim.reporting.incidents.standing import ServiceStanding
from hasim.reporting.incidents.teller import Moment, Teller, show_clock
from hasim.reporting.incidents.timeline import tell_moments
from hasim.reporting.markup import join, table, tag


@dataclass(frozen=True, slots=True)
class Reading:
    """Where the services stand from a moment on.

    Parameters
    ----------
    time : float
        Seconds from the start.
    services : mapping of str to ServiceStanding
    """

    time: float
    services: Mapping[str, ServiceStanding]


@dataclass(frozen=True, slots=True)
class Timeline:
    """What has happened so far.

    Parameters
    ----------
    lines : tuple of str
        As `hasim trace` prints them.
    rows : tuple of dict
        A row for each moment: ``time_s``, ``clock``, ``stages`` (of every service, None while it is
        up) and ``says``, a tuple of sentences.
    """

    lines: tuple[str, ...]
    rows: tuple[dict[str, Any], ...]

    @classmethod
    def of(
        cls, teller: Teller, moments: Sequence[Moment], services: Sequence[str], now: float
    ) -> Timeline:
        """The timeline of some moments of a teller.

        Parameters
        ----------
        teller : Teller
        moments : sequence of Moment
        services : sequence of str
        now : float
            Seconds from the start.
        """
        rows = (
            {
                "time_s": one.time,
                "clock": show_clock(one.time),
                "stages": {name: one.stages.get(name) for name in services},
                "says": one.says,
            }
            for one in moments
        )
        lines = tuple(tell_moments(teller, moments, services, now)) if moments else ()
        return cls(lines or ("nothing has happened yet",), tuple(rows))

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def _repr_html_(self) -> str:
        services = tuple(self.rows[0]["stages"]) if self.rows else ()
        cells = (
            (
                row["clock"],
                *(row["stages"][name] or "up" for name in services),
                join(tag("div", sentence) for sentence in row["says"]),
            )
            for row in self.rows
        )
        return table(("clock", *services, "what happened"), cells, kind="timeline")
