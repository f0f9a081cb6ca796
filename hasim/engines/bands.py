"""Long-run figures of a Process with what each may be below and above.

Rules of this file: plain records; what a band promises is for the engine that makes it to say.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Band(NamedTuple):
    """A figure and what it is not below or above.

    Parameters
    ----------
    value : float
    low, high : float
    """

    value: float
    low: float
    high: float


#: What is not there at all.
NOTHING = Band(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class OutageBands:
    """The outages of one measure; shares of time and rates per second.

    Parameters
    ----------
    unavailability, availability, rate : Band
    begun : mapping of str to Band
        Outages begun, by cause.
    stages, causes : mapping of str to Band, or None
        Share of time down; None where the blame has too many combinations.
    others : Band
        What a stage, or the time of a cause, that was never met can have; of `begun_by_others` the
        outages.
    begun_by_others : Band
    lengths : tuple of Band, or None
        Seconds that the asked shares of outages do not exceed.
    why_no_lengths : str
    """

    unavailability: Band
    availability: Band
    rate: Band
    begun: Mapping[str, Band]
    stages: Mapping[str, Band] | None
    causes: Mapping[str, Band] | None
    others: Band
    begun_by_others: Band
    lengths: tuple[Band, ...] | None
    why_no_lengths: str


@dataclass(frozen=True, slots=True)
class LongRunBands:
    """What an engine says about a Process.

    Parameters
    ----------
    outages : mapping of str to OutageBands
    values : mapping of str to Band
        Of every `Share` and `Average`, and of every `Rate` per second.
    missing : mapping of str to Band
        1 minus the value of every `Share` and `Average`.
    """

    outages: Mapping[str, OutageBands]
    values: Mapping[str, Band]
    missing: Mapping[str, Band]

    @property
    def width(self) -> float:
        """Half the distance of the limits over the value: the worst unavailability.

        Of a Process without outages, the worst measure.
        """
        bands = [one.unavailability for one in self.outages.values()] or list(self.values.values())
        return max((_width(one) for one in bands), default=0.0)


def _width(band: Band) -> float:
    if band.low == band.high:
        return 0.0
    return (band.high - band.low) / (2.0 * abs(band.value)) if band.value else math.inf
