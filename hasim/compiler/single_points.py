"""Single points of failure: what takes a service down alone, and why that may not be seen.

Theory of operation
-------------------
A replica, host or domain whose loss alone takes a service down is a point, and so is what strikes
all replicas of a group at once. A point is *plain* where it is a replica of something that the
service needs, directly or through others: that one reads from the list of needs. All else is
*hidden*: the host under two replicas, the feed of two racks, a common cause.

Rules of this file
------------------
1. It reads the System only, and tells what can fail in this model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hasim.compiler.certificates import lapsing
from hasim.compiler.changes import strikes_all
from hasim.compiler.flows import components_of
from hasim.errors import cut_list
from hasim.losses import services_lost, single_points_of_failure
from hasim.solution import SinglePoint
from hasim.system import Component, System
from hasim.topology import placement

MOST_NAMED = 4
"""So many things are named that a point takes with it; precedent: what fits a line."""


def find_single_points(system: System) -> Mapping[str, tuple[SinglePoint, ...]]:
    """The single points of failure of each service: hidden ones first, then by declaration.

    Parameters
    ----------
    system : System

    Returns
    -------
    Mapping of str to tuple of SinglePoint
        By service.
    """
    strikes = tuple(_strikes(system))
    struck = services_lost(system, [frozenset(groups) for _, groups in strikes])
    alone = single_points_of_failure(system)
    tenants = _tenants(system) if any(alone.values()) else {}
    found: dict[str, tuple[SinglePoint, ...]] = {}
    for service, names in alone.items():
        needed = frozenset(components_of(system, service) if names else ())
        points = [_point(system, tenants, name, needed) for name in names]
        points += [
            point for (point, _), lost in zip(strikes, struck, strict=True) if service in lost
        ]
        found[service] = tuple(sorted(points, key=lambda point: not point.hidden))
    return found


def _tenants(system: System) -> Mapping[str, tuple[str, ...]]:
    """What is directly in or on each domain and host."""
    found: dict[str, dict[str, None]] = {}
    for name, places in placement(system).items():
        for number, place in enumerate(places, start=1):
            where = (place.host or place.domain, *system.components[name].shares)
            for one in filter(None, where):
                found.setdefault(one, {})[f"{name}.{number}"] = None
    for name, domain in system.domains.items():
        for one in filter(None, (domain.inside, *domain.shares)):
            found.setdefault(one, {})[f"{domain.level} {name}"] = None
    return {name: tuple(listed) for name, listed in found.items()}


def _point(
    system: System, tenants: Mapping[str, tuple[str, ...]], name: str, needed: frozenset[str]
) -> SinglePoint:
    taken = _list(tenants.get(name, ()))
    if name in system.domains:
        return SinglePoint(f"{system.domains[name].level} {name}", "domain", True, f"takes {taken}")
    owner = name.rpartition(".")[0]
    component = system.components[owner]
    if taken:
        return SinglePoint(name, "host", True, f"carries {taken}")
    return SinglePoint(name, "replica", owner not in needed, _why(component))


def _why(component: Component) -> str:
    """Why the loss of one replica stops its component."""
    if component.failover is not None and component.failover.never_works:
        return "a failover never works (coverage 0 %) and nobody takes over by hand"
    return f"{component.required} of {component.replicas} must serve"


def _list(names: tuple[str, ...]) -> str:
    return cut_list(names, MOST_NAMED)


def _strikes(system: System) -> Iterator[tuple[SinglePoint, tuple[str, ...]]]:
    """Yield what strikes whole groups, as points, and the groups."""
    for name, component in system.components.items():
        for mode, given in component.failures.items():
            if given.common_cause and component.replicas > 1:
                cause, why = f"{name}.{mode}.common", f"strikes all replicas of {name} at once"
                yield SinglePoint(cause, "common cause", True, why), (name,)
    for name, certificate in lapsing(system):
        why = f"expires on all replicas of {_list(certificate.on)} at once"
        yield SinglePoint(name, "certificate", True, why), certificate.on
    for name, change in system.all_changes().items():
        if strikes_all(system, name):
            why = f"a bad one can strike all of {_list(change.scope)} at once"
            yield SinglePoint(name, "change", True, why), change.scope
