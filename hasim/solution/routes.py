"""What is known about a route without being simulated: how long, how much, and what is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Times:
    """How long something takes.

    Parameters
    ----------
    mean : float
        Seconds.
    worst : float or None
        Seconds; None where there is no limit.
    """

    mean: float
    worst: float | None


@dataclass(frozen=True, slots=True)
class OneLess:
    """What is left of a group after the replica with most weight is ejected.

    Parameters
    ----------
    share_of_each : float
        Share of the requests of the replica that then gets most.
    imbalance : float
        That over the mean share of those left: 1 where all get the same.
    keys_moved : float or None
        Share of the keys that change their replica; None where requests have no key.
    capacity_left_rps : float or None
        What can be carried until the replica that gets most is full; None without capacity.
    headroom_left : float or None
        That over what is asked of the group, minus 1; None without demand.
    """

    share_of_each: float
    imbalance: float
    keys_moved: float | None
    capacity_left_rps: float | None
    headroom_left: float | None


@dataclass(frozen=True, slots=True)
class OneBack:
    """What a replica finds that is back while long-lived connections stay where they are.

    Parameters
    ----------
    share_of_returned : float
        Its share of the requests, of new connections only.
    share_of_each : float
        That of the other that gets most.
    imbalance : float
        The latter over what its weight alone would give it.
    """

    share_of_returned: float
    share_of_each: float
    imbalance: float


@dataclass(frozen=True, slots=True)
class RouteAnswer:
    """Numbers of the design of a route; chance is only in the laws that were given.

    Parameters
    ----------
    ejection_s : mapping of str to Times
        From a failure to the replica's being out of rotation: ``refused`` and ``silent``.
    readmission_s : Times
        From serving again to being in rotation again.
    share_lost_until_ejected : float
        Share of the requests that the replica with most weight gets.
    errors_per_failure : mapping of str to float, or None
        Requests lost by a failure of it that lasts longer than its ejection, at peak demand:
        ``refused`` and ``silent``; None without demand.
    after_a_loss : OneLess or None
        None for a single replica.
    after_a_return : OneBack or None
        Of a route with pinned connections.
    """

    ejection_s: Mapping[str, Times]
    readmission_s: Times
    share_lost_until_ejected: float
    errors_per_failure: Mapping[str, float] | None
    after_a_loss: OneLess | None
    after_a_return: OneBack | None
