"""What a system costs while it runs: who is paid how much a second, by plain arithmetic.

Rules of this file
------------------
1. Everything is money a second, in the one currency of the model; years are made elsewhere.
2. A replica is paid for as long as it exists, whether it is up or down; a standby at its share.
3. Nothing is simulated: what downtime costs a second is told, and not how much of it there is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from hasim.system import Component, ComponentCosts, Costs, Crew, System
from hasim.system.shifts import timetable

CostKind = Literal["replicas", "storage", "transfer", "people", "fixed"]


@dataclass(frozen=True, slots=True)
class CostLine:
    """One thing that is paid for.

    Parameters
    ----------
    name : str
        Of a component, of a crew, or of a fixed cost.
    kind : {"replicas", "storage", "transfer", "people", "fixed"}
    per_second : float
        Money a second.
    """

    name: str
    kind: CostKind
    per_second: float


@dataclass(frozen=True, slots=True)
class RunningCosts:
    """What a system costs while it runs, and what a second of downtime costs.

    Parameters
    ----------
    currency : str
        ISO 4217 code.
    lines : tuple of CostLine
    downtime : mapping of str to float
        Money a second of downtime, by service; only those that have a price.
    """

    currency: str
    lines: tuple[CostLine, ...]
    downtime: Mapping[str, float]

    @property
    def per_second(self) -> float:
        """Money a second, all lines together."""
        return math.fsum(line.per_second for line in self.lines)


def running_costs(system: System) -> RunningCosts | None:
    """What a system costs while it runs; None for one without `costs`."""
    costs = system.costs
    if costs is None:
        return None
    lines = (*_lines_of_components(system, costs), *_lines_of_others(system, costs))
    return RunningCosts(costs.currency, lines, _downtime(system, costs))


def _lines_of_components(system: System, costs: Costs) -> Iterator[CostLine]:
    for name, one in costs.components.items():
        component = system.components[name]
        yield CostLine(name, "replicas", _paid_replicas(component, one) * one.replica)
        if one.storage is not None:
            stored = component.replicas * one.storage
            yield CostLine(name, "storage", stored * one.storage_price)
        if one.transfer is not None:
            yield CostLine(name, "transfer", one.transfer * one.transfer_price)


def _paid_replicas(component: Component, one: ComponentCosts) -> float:
    """How many replicas are paid for, standbys at their share."""
    if component.redundancy != "active-passive" or one.standby is None:
        return component.replicas
    return 1.0 + (component.replicas - 1) * one.standby


def _lines_of_others(system: System, costs: Costs) -> Iterator[CostLine]:
    for name, price in costs.crews.items():
        yield CostLine(name, "people", _largest_size(system.crews[name]) * price)
    for name, price in costs.fixed.items():
        yield CostLine(name, "fixed", price)


def _largest_size(crew: Crew) -> int:
    """How many people there are at the time of the week at which there are most."""
    return max(on_duty for _, on_duty in timetable(crew.size, crew.shifts))


def _downtime(system: System, costs: Costs) -> dict[str, float]:
    match costs.downtime:
        case None:
            return {}
        case float():
            return dict.fromkeys(system.services, costs.downtime)
    return dict(costs.downtime)
