"""What may happen from now on: the answer to the question of somebody with something down.

Rules of this file: data and its document only; seconds and chances.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hasim.stats import Estimate

#: Version of the document.
FORMAT = 1


@dataclass(frozen=True, slots=True)
class EndingFailure:
    """A failure that would take a service down while what is down now still is.

    Parameters
    ----------
    name : str
        Replica, domain or common cause.
    chance : float
        That it fails within the time asked.
    """

    name: str
    chance: float


@dataclass(frozen=True, slots=True)
class ServiceProspect:
    """What may happen to a service.

    Parameters
    ----------
    down_now : Estimate
        Chance that what is down now takes it down at once.
    down_until_repair : bool
        Whether it stays down until something is repaired, all failovers being through.
    downtime_now_s : Estimate
        Expected seconds of the outage that begins now, within the time.
    another_outage : Estimate
        Chance of at least one outage that begins later.
    downtime_s : Estimate
        Expected seconds down within the time, the outage that begins now included.
    down_at_end : Estimate
        Chance that it is down at the end of the time.
    ended_by : tuple of EndingFailure
        The most probable first; empty where it is down until a repair anyway.
    """

    down_now: Estimate
    down_until_repair: bool
    downtime_now_s: Estimate
    another_outage: Estimate
    downtime_s: Estimate
    down_at_end: Estimate
    ended_by: tuple[EndingFailure, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the figures by name."""
        return {
            "down_now": self.down_now.to_dict(),
            "down_until_repair": self.down_until_repair,
            "downtime_now_s": self.downtime_now_s.to_dict(),
            "another_outage": self.another_outage.to_dict(),
            "downtime_s": self.downtime_s.to_dict(),
            "down_at_end": self.down_at_end.to_dict(),
            "ended_by": [{"name": one.name, "chance": one.chance} for one in self.ended_by],
        }


@dataclass(frozen=True, slots=True)
class WholeAgain:
    """The time until nothing is down and nothing is in progress.

    Parameters
    ----------
    mean_s, p95_s : Estimate
        Without a value where too many histories are not whole in what can be simulated.
    engine : str
    """

    mean_s: Estimate
    p95_s: Estimate
    engine: str

    def to_dict(self) -> dict[str, Any]:
        """Return the figures by name."""
        return {
            "mean": self.mean_s.to_dict(),
            "p95": self.p95_s.to_dict(),
            "engine": self.engine,
        }


@dataclass(frozen=True, slots=True)
class Prospect:
    """What may happen from now on.

    Parameters
    ----------
    model : str
    down : tuple of str
        What has just failed, as it was named.
    for_s : float
        Seconds that are looked ahead.
    services : mapping of str to ServiceProspect
    whole : WholeAgain
    engine : str
        That answered for the services.
    why : tuple of str
    histories : int or None
        How many were played; None where nothing was simulated.
    seed : int
    is_precise : bool
        Whether it was not the limit of time that ended the simulation.
    """

    model: str
    down: tuple[str, ...]
    for_s: float
    services: Mapping[str, ServiceProspect]
    whole: WholeAgain
    engine: str
    why: tuple[str, ...]
    histories: int | None
    seed: int
    is_precise: bool

    @property
    def exit_status(self) -> int:
        """0, or 3 where the time was up first."""
        return 0 if self.is_precise else 3

    def to_dict(self) -> dict[str, Any]:
        """Return the document."""
        return {
            "format": FORMAT,
            "model": self.model,
            "down": list(self.down),
            "for_s": self.for_s,
            "services": {name: one.to_dict() for name, one in self.services.items()},
            "whole_again_s": self.whole.to_dict(),
            "engine": self.engine,
            "why": list(self.why),
            "histories": self.histories,
            "seed": self.seed,
            "precise": self.is_precise,
        }
