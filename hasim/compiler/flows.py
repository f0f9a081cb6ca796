"""What is asked of each component at the peak, and how it depends on which alternatives serve.

Theory of operation
-------------------
The peak demand of a service follows its needs, times `calls`; what several dependents ask adds up.
Of `any` each alternative that serves gets an equal part (where they are changed over, the one in
use gets all), of `at_least` k of n the k-fold of it. Each of `cells` has its own users, also while
others do not serve. So
what reaches a component is a sum of *flows*: a number of requests, times the part of each group of
alternatives on its way. Without alternatives it is a number.

Rules of this file
------------------
1. It reads the System only; demand.py makes levels of flows, capacity.py numbers.
2. Hosts, domains and failovers pass no requests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, assert_never

from hasim.system import (
    Component,
    Domain,
    Need,
    NeedAll,
    NeedAny,
    NeedAtLeast,
    NeedCells,
    NeedName,
    Service,
    System,
)
from hasim.topology import named_needs, needed_first, stopping_needs


class Part(NamedTuple):
    """One alternative of a group of them, which gets its part of the requests."""

    among: NeedAny | NeedAtLeast
    place: int


Flows = dict[tuple[Part, ...], float]
"""Requests per second by the parts that they are multiplied with."""


def flows_of(system: System) -> dict[str, Flows]:
    """What reaches each component and service at the peak."""
    flows: dict[str, Flows] = {name: {} for name in (*system.components, *system.services)}
    for name, service in system.services.items():
        if service.demand:
            flows[name][()] = service.demand
    for name in reversed(needed_first(system)):
        owner = system.components.get(name) or system.services.get(name)
        if owner is not None and flows[name]:
            for target, parts, factor in _routes(owner.needs, (), 1.0):
                _add(flows[target], flows[name], parts, factor)
            for use in owner.uses:
                _add(flows[use.name], flows[name], (), use.calls)
    return flows


def _add(to: Flows, flows: Flows, parts: tuple[Part, ...], factor: float) -> None:
    for before, rate in flows.items():
        key = (*before, *parts)
        to[key] = to.get(key, 0.0) + rate * factor


def _routes(
    needs: Iterable[Need], parts: tuple[Part, ...], factor: float
) -> Iterator[tuple[str, tuple[Part, ...], float]]:
    """Yield the names that requests go on to, with the parts and the factor of each way."""
    for need in needs:
        match need:
            case NeedName():
                if need.calls:
                    yield need.name, parts, factor * need.calls
            case NeedAll():
                yield from _routes(need.needs, parts, factor)
            case NeedCells():
                yield from _routes(need.needs, parts, factor / len(need.needs))
            case NeedAny() | NeedAtLeast():
                for index, inner in enumerate(need.needs):
                    only = len(need.needs) == 1
                    way = parts if only else (*parts, Part(need, index))
                    yield from _routes((inner,), way, factor * _share_of(need))
            case _:
                assert_never(need)


def _share_of(need: NeedAny | NeedAtLeast) -> int:
    """How many of the alternatives each request goes to."""
    return need.at_least if isinstance(need, NeedAtLeast) else 1


def components_of(system: System, service: str) -> tuple[str, ...]:
    """The components without which a service may stop, directly or not, in order of declaration."""
    reached = {service: None}
    queue = [service]
    for name in queue:
        owner = system.services.get(name) or system.components[name]
        for need in stopping_needs(owner.needs):
            if need.name not in reached:
                reached[need.name] = None
                queue.append(need.name)
    return tuple(name for name in system.components if name in reached)


def least_needed(system: System) -> Mapping[str, int]:
    """The fewest replicas that any need asks of each component, where not its `required`."""
    owners: list[Component | Service | Domain] = [*system.components.values()]
    owners += [*system.services.values(), *system.domains.values()]
    least: dict[str, int] = {}
    for owner in owners:
        for need in named_needs(owner.needs):
            if need.at_least is not None or need.within is not None:
                asked = need.at_least or 1
                least[need.name] = min(asked, least.get(need.name, asked))
    return least
