"""Routes: how a balancer spreads requests over the replicas of a component, and finds dead ones."""

from typing import Annotated, Literal

from pydantic import Field

from hasim.system.parts import INSTANT, Count, DelayLaw, Part, Share

Policy = Literal["round-robin", "weighted", "hash", "consistent-hash", "zone-aware", "priority"]
Layer = Literal[4, 7]
OnLoss = Literal["keep", "closed"]
Period = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]


class Discovery(Part):
    """How a balancer learns of its replicas from a registry, beyond the expiry of a lease.

    Attributes
    ----------
    through : str
        The registry. Where `on_loss` is ``closed``, `Component.needs` names it too.
    eviction, cache, poll : float
        Seconds between two sweeps of the registry over what has expired, between two renewals of
        what it answers, and between two questions of the balancer; 0: at once.
    self_preservation : float
        While less than this share of the replicas renews its lease, nothing is evicted.
    on_loss : str
        While the registry does not serve: ``keep`` the last known replicas, or fail ``closed``.
    """

    through: str
    eviction: Period = 0.0
    cache: Period = 0.0
    poll: Period = 0.0
    self_preservation: Share = 0.0
    on_loss: OnLoss = "keep"


class Route(Part):
    """The way of requests from a balancer to the replicas of a component.

    Attributes
    ----------
    to : str
        The component. The balancer needs it: `Component.needs` says so too.
    share : float
        Of the balancer's requests; what several routes share adds up to 1.
    layer : int
        7: each request is routed by itself; 4: each connection is.
    policy : str
        Who gets which request; with ``priority`` those of several routes that come later get none
        while an earlier one can take them.
    weights : tuple of int
        Of each replica, for the policy ``weighted``; else empty: all get the same.
    spill : bool
        With the policy ``zone-aware``: whether requests go to other domains where there is nobody
        in rotation in the balancer's own.
    detect : Law
        From a failure after which the port refuses to the replica's being out of rotation; with
        `discovery` to the expiry of its lease.
    detect_silent : Law
        The same for failures after which nothing answers: hosts and domains that are down, hangs.
    readmit : Law
        From a replica's serving again to its being in rotation again, or registered again.
    panic : float
        While less than this share of the replicas is in rotation, requests go to all of them.
    pinned : float
        Share of the requests on long-lived connections, which stay with their replica.
    idle : Law
        From the ejection of a replica that died silently to the end of its pinned connections.
    discovery : Discovery or None
        The registry through which the replicas are found; None: the balancer looks itself.
    """

    to: str
    share: Share = 1.0
    layer: Layer = 7
    policy: Policy = "round-robin"
    weights: tuple[Count, ...] = ()
    spill: bool = True
    detect: DelayLaw = INSTANT
    detect_silent: DelayLaw = INSTANT
    readmit: DelayLaw = INSTANT
    panic: Share = 0.0
    pinned: Share = 0.0
    idle: DelayLaw = INSTANT
    discovery: Discovery | None = None

    def weight(self, index: int) -> int:
        """The weight of a replica, by its index from 0."""
        return self.weights[index] if self.weights else 1
