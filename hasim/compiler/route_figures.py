"""Figures of routes: ejection and readmission, what a failure costs, and what is left after it.

Theory of operation
-------------------
Numbers of the design, not of a simulation. A step's mean and longest time are those of its law, and
the times of a way are sums over its steps. Until it is ejected, a replica gets its weight's share
of the requests, and all of them are lost; pinned connections lose their part for a time after it.
Then those left share by their weights. A hash that is taken modulo the number of replicas leaves
a key where it is with probability 1/n; a consistent one moves the keys of the lost replica only,
which spread evenly if it has many points on the ring (Karger et al., 1997).

Rules of this file
------------------
1. It reads the System only.
2. Where weights differ, the replica with most of it is the one that fails: the worst case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hasim.compiler.rotation import Step, ejection_of, pinning_of, readmission_of
from hasim.laws import Empirical, Fixed, Law, Uniform
from hasim.solution import OneBack, OneLess, RouteAnswer, Times
from hasim.system import Route, System
from hasim.topology import demand_on

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
    demand = demand_on(system)
    return {
        f"{name} to {route.to}": _figures(
            system, route, demand[name] * route.share, demand[route.to]
        )
        for name, component in system.components.items()
        for route in component.routes
    }


def _figures(system: System, route: Route, routed: float, asked: float) -> RouteAnswer:
    replicas = system.components[route.to].replicas
    weights = sorted((route.weight(index) for index in range(replicas)), reverse=True)
    lost = weights[0] / sum(weights)
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
        after_a_loss=_one_less(system, route, weights[1:], asked) if replicas > 1 else None,
        after_a_return=_one_back(route, weights) if route.pinned and replicas > 1 else None,
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


def _one_less(system: System, route: Route, left: list[int], asked: float) -> OneLess:
    share = left[0] / sum(left)
    n = len(left) + 1
    capacity = system.components[route.to].capacity
    carried = None if capacity is None else capacity / share
    headroom = carried / asked - 1 if carried is not None and asked else None
    moved = {"consistent-hash": 1 / n, "hash": (n - 1) / n}.get(route.policy)
    return OneLess(share, share * len(left), moved, carried, headroom)


def _one_back(route: Route, weights: list[int]) -> OneBack:
    total = sum(weights)
    fair = weights[1] / total
    others = (1 - route.pinned) * fair + route.pinned * weights[1] / (total - weights[0])
    return OneBack((1 - route.pinned) * weights[0] / total, others, others / fair)
