"""Changes: deployments and configuration, which can go wrong everywhere at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from hasim.system.parts import INSTANT, Count, DelayLaw, Part, Share

Strategy = Literal["recreate", "rolling", "blue-green", "canary"]

STRATEGIES_OF: Mapping[str, tuple[Strategy, ...]] = {
    "takes": ("recreate", "rolling"),
    "at_once": ("rolling",),
    "waves": ("canary",),
    "bake": ("rolling", "canary"),
    "catch": ("rolling", "canary"),
}
"""The strategies to which a key belongs, of the keys that do not belong to all."""


class Change(Part):
    """Changes of one kind, as often as they come.

    Attributes
    ----------
    scope : tuple of str
        The components that a change reaches, with all their replicas.
    rate : float
        Changes begun per second while none is in progress.
    failure_rate : float
        Share of them that are bad.
    strategy : str
        How a change reaches its scope.
    takes : Law
        The deployment itself: of everything where it is recreated, of one turn where it rolls.
    at_once : int
        Replicas in a turn.
    waves : tuple of float
        Shares of the requests that are exposed before all are, ascending.
    bake : Law
        From one wave to the next.
    catch : float
        Probability that a wave in which a bad change shows finds it.
    latent : Law
        From a bad change to its first symptom.
    detect : Law
        From the first symptom, or the wave that finds it, to its being known.
    rollback : Law
        From there to the old state.
    """

    scope: tuple[str, ...] = Field(min_length=1)
    rate: float = Field(gt=0.0, allow_inf_nan=False)
    failure_rate: Share = 0.0
    strategy: Strategy = "rolling"
    takes: DelayLaw = INSTANT
    at_once: Count = 1
    waves: tuple[Share, ...] = ()
    bake: DelayLaw = INSTANT
    catch: Share = 0.0
    latent: DelayLaw = INSTANT
    detect: DelayLaw = INSTANT
    rollback: DelayLaw = INSTANT
