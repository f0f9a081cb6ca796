"""Figures of routes: ejection and readmission, what a failure costs, and what is left after it.

Theory of operation
-------------------
Numbers of the design, not of a simulation. A step's mean and longest time are those of its law, and
the times of a way are sums over its steps. Until it is ejected, a replica gets its weight's share
of the requests, and all of them are lost; pinned connections lose their part for a time after it.
Then those left share by their weights, or by the balancers of their domain. A hash that is taken
modulo the number of replicas leaves a key where it is with probability 1/n; a consistent one moves
the keys of the lost replica only, which spread evenly if it has many points on the ring (Karger
et al., 1997).

Rules of this file
------------------
1. It reads the System only.
2. Where shares differ, the replica with most is the one that fails: the worst case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hasim.compiler.rotation import Step, ejection_of, pinning_of, readmission_of
from hasim.laws import Empirical, Fixed, Law, Uniform
from hasim.solution import OneBack, OneLess, RouteAnswer, Times
from hasim.system import Route, System
from hasim.topology import demand_on, local_replicas, placement

KINDS: Mapping[str, bool] = {"refused": False, "silent": True}
"""The kinds of failures, and whether nothing answers after them."""


def figures_of(system: System) -> Mapping[str, RouteAnswer]:
    """The figures of each route.

    Parameters
    ----------
    system : System

    Returns
    -------
    Mapping of str to RouteAnswer
        By the way, such as ``edge to web``, in order of declaration.
    """
    demand, places = demand_on(system), placement(system)
    found: dict[str, RouteAnswer] = {}
    for name, component in system.components.items():
        for route in component.routes:
            near = local_replicas(system, places[name], places[route.to])
            spread = _Spread(route, near if component.failover is None else near[:1])
            asked = demand[name] * route.share
            found[f"{name} to {route.to}"] = _figures(system, spread, asked, demand[route.to])
    return found


@dataclass(frozen=True)
class _Spread:
    """A route and, for each balancer that takes requests, the replicas in its domain."""

    route: Route
    near: tuple[tuple[int, ...], ...]

    def shares(self, left: Sequence[int]) -> list[float]:
        """The share of the requests that each of the replicas in rotation gets."""
        if self.route.policy != "zone-aware":
            weights = [self.route.weight(index) for index in left]
            return [weight / sum(weights) for weight in weights]
        found = dict.fromkeys(left, 0.0)
        for near in self.near:
            local = [index for index in near if index in found]
            among = local or (left if self.route.spill else [])
            for index in among:
                found[index] += 1 / len(self.near) / len(among)
        return list(found.values())


def _figures(system: System, spread: _Spread, routed: float, asked: float) -> RouteAnswer:
    route, replicas = spread.route, system.components[spread.route.to].replicas
    shares = spread.shares(range(replicas))
    lost = max(shares)
    left = [index for index in range(replicas) if index != shares.index(lost)]
    ways = {kind: ejection_of(route, silent=silent) for kind, silent in KINDS.items()}
    errors = {
        kind: routed * lost * (_times(ways[kind]).mean + _pinned_mean(route, silent))
        for kind, silent in KINDS.items()
    }
    return RouteAnswer(
        ejection_s={kind: _times(steps) for kind, steps in ways.items()},
        readmission_s=_times(readmission_of(route)),
        share_lost_until_ejected=lost,
        errors_per_failure=errors if routed else None,
        after_a_loss=_one_less(system, route, spread.shares(left), asked) if left else None,
        after_a_return=_one_back(route, shares) if left and route.pinned else None,
    )


def _times(steps: Iterable[Step]) -> Times:
    laws = [step.law for step in steps]
    limits = [_longest(law) for law in laws]
    known = [limit for limit in limits if limit is not None]
    worst = sum(known) if len(known) == len(limits) else None
    return Times(float(sum(law.mean for law in laws)), None if worst is None else float(worst))


def _longest(law: Law) -> float | None:
    """The longest that something can take; None without a limit."""
    match law:
        case Fixed():
            return law.value
        case Uniform():
            return law.high
        case Empirical():
            return max(law.values)
        case _:
            return None


def _pinned_mean(route: Route, silent: bool) -> float:
    """Seconds for which the share of an ejected replica goes on being lost, by what is pinned."""
    return route.pinned * _times(pinning_of(route, silent=silent)).mean


def _one_less(system: System, route: Route, shares: list[float], asked: float) -> OneLess:
    most, n = max(shares), len(shares) + 1
    capacity = system.components[route.to].capacity
    carried = None if capacity is None else capacity / most
    headroom = carried / asked - 1 if carried is not None and asked else None
    moved = {"consistent-hash": 1 / n, "hash": (n - 1) / n}.get(route.policy)
    return OneLess(most, most * len(shares) / sum(shares), moved, carried, headroom)


def _one_back(route: Route, shares: list[float]) -> OneBack:
    back, other = sorted(shares, reverse=True)[:2]
    busy = (1 - route.pinned) * other + route.pinned * other / (1 - back)
    return OneBack((1 - route.pinned) * back, busy, busy / other)
