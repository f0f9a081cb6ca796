"""Routes: how a balancer spreads requests over the replicas of a component, and finds dead ones."""

from typing import Literal

from hasim.system.parts import INSTANT, Count, DelayLaw, Part, Share

Policy = Literal["round-robin", "weighted", "hash", "consistent-hash"]
Layer = Literal[4, 7]


class Route(Part):
    """The way of requests from a balancer to the replicas of a component.

    Attributes
    ----------
    to : str
        The component. The balancer needs it: `Component.needs` says so too.
    layer : int
        7: each request is routed by itself; 4: each connection is.
    policy : str
        Who gets which request.
    weights : tuple of int
        Of each replica, for the policy ``weighted``; else empty: all get the same.
    detect : Law
        From a failure after which the port refuses to the replica's being out of rotation.
    detect_silent : Law
        The same for failures after which nothing answers: hosts and domains that are down, hangs.
    readmit : Law
        From a replica's serving again to its being in rotation again.
    panic : float
        While less than this share of the replicas is in rotation, requests go to all of them.
    pinned : float
        Share of the requests on long-lived connections, which stay with their replica.
    idle : Law
        From the ejection of a replica that died silently to the end of its pinned connections.
    """

    to: str
    layer: Layer = 7
    policy: Policy = "round-robin"
    weights: tuple[Count, ...] = ()
    detect: DelayLaw = INSTANT
    detect_silent: DelayLaw = INSTANT
    readmit: DelayLaw = INSTANT
    panic: Share = 0.0
    pinned: Share = 0.0
    idle: DelayLaw = INSTANT

    def weight(self, index: int) -> int:
        """The weight of a replica, by its index from 0."""
        return self.weights[index] if self.weights else 1
