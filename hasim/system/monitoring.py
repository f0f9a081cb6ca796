"""Monitoring: how people learn of failures, and the days on which they look for hidden ones."""

from __future__ import annotations

from pydantic import Field

from hasim.system.needs import Need
from hasim.system.parts import INSTANT, DelayLaw, Part, Share


class Monitoring(Part):
    """How failures are noticed, and what people do before they repair.

    Attributes
    ----------
    watches : tuple of str
        The components and domains that it watches.
    scrape, rule, lasting, group, page : Law
        The steps from a failure to somebody's being called; `lasting` is ``for`` in the model
        language.
    acknowledge, diagnose : Law
        From there to somebody's taking it up, and from there to the start of the repair.
    covers : float
        Share of the failures that it notices.
    otherwise : Law or None
        How long people take to notice the others, and all of them while it does not work; None:
        there are no others.
    crew : str or None
        Who acknowledges and diagnoses; None: the crew of the failure mode.
    needs : tuple of Need
        What must serve for it to work.
    false_alarms : Law or None
        From one false alarm's end to the next; None: there are none.
    """

    watches: tuple[str, ...] = ()
    scrape: DelayLaw = INSTANT
    rule: DelayLaw = INSTANT
    lasting: DelayLaw = INSTANT
    group: DelayLaw = INSTANT
    page: DelayLaw = INSTANT
    acknowledge: DelayLaw = INSTANT
    diagnose: DelayLaw = INSTANT
    covers: Share = 1.0
    otherwise: DelayLaw | None = None
    crew: str | None = None
    needs: tuple[Need, ...] = ()
    false_alarms: DelayLaw | None = None


class GameDay(Part):
    """A drill that comes again and again, and finds standbys that are dead unnoticed.

    Attributes
    ----------
    on : tuple of str
        The components whose standbys are looked at, all at the same moment.
    every, first : float
        Seconds between two, and from time 0 to the first.
    finds : float
        Probability that it finds a hidden failure.
    """

    on: tuple[str, ...] = Field(min_length=1)
    every: float = Field(gt=0.0, allow_inf_nan=False)
    first: float = Field(gt=0.0, allow_inf_nan=False)
    finds: Share = 1.0
