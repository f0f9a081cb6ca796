"""What a System says without being simulated: capacity, routes, objectives, what is left out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from hasim.compiler.capacity import ServiceCapacity, capacity_of
from hasim.compiler.guards import guards_of
from hasim.compiler.handshakes import handshakes_of
from hasim.compiler.omissions import list_omissions
from hasim.compiler.route_figures import figures_of
from hasim.compiler.single_points import find_single_points
from hasim.errors import cut_list
from hasim.pricing import running_costs
from hasim.solution import (
    AfterLoss,
    Capacity,
    ErrorBudget,
    Handshakes,
    PaidLine,
    Prices,
    RouteAnswer,
    SinglePoint,
)
from hasim.solving.error_budget import error_budgets, warn_of_people
from hasim.solving.promises import Promise
from hasim.system import Sla, System
from hasim.units import SECONDS_PER_YEAR

#: Uncertain quantities that the warning names.
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of a System; those of a Process are empty.

    Parameters
    ----------
    capacity : mapping of str to Capacity
        By service.
    objectives : mapping of str to mapping of str to float
        By service, then by name; only what is asked.
    single_points : mapping of str to tuple of SinglePoint
        By service.
    budgets : mapping of str to ErrorBudget
        By service.
    promises : mapping of str to Promise
        By service; those of availabilities above 0 and below 1.
    components : tuple of str
        By name.
    alarming : tuple of str
        The monitoring that has false alarms.
    guards : tuple of str
        What guards: components by their kind, and certificates.
    handshakes : mapping of str to Handshakes
        By component.
    leaves_out : tuple of str
    warnings : tuple of str
        What is doubtful about the model, without its place in a file and the word "warning".
    routes : mapping of str to RouteAnswer
        By the way, such as ``edge to web``.
    prices : Prices or None
        What it costs; None: not said.
    """

    capacity: Mapping[str, Capacity] = field(default_factory=dict)
    objectives: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    single_points: Mapping[str, tuple[SinglePoint, ...]] = field(default_factory=dict)
    budgets: Mapping[str, ErrorBudget] = field(default_factory=dict)
    promises: Mapping[str, Promise] = field(default_factory=dict)
    components: tuple[str, ...] = ()
    alarming: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    handshakes: Mapping[str, Handshakes] = field(default_factory=dict)
    leaves_out: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    routes: Mapping[str, RouteAnswer] = field(default_factory=dict)
    prices: Prices | None = None


def facts_of(system: System) -> Facts:
    """Return the facts of a System."""
    objectives = {
        name: {
            k: v for k, v in service.objectives.model_dump(exclude={"sla"}).items() if v is not None
        }
        for name, service in system.services.items()
    }
    capacity = {name: _capacity(found) for name, found in capacity_of(system).items()}
    bare = (replace(finding, place=None, severity="error") for finding in system.warnings)
    budgets = error_budgets(system)
    monitoring = system.monitoring.items()
    return Facts(
        capacity=capacity,
        objectives=objectives,
        single_points=find_single_points(system),
        budgets=budgets,
        promises=_promises(system),
        components=tuple(system.components),
        alarming=tuple(name for name, one in monitoring if one.false_alarms is not None),
        guards=guards_of(system),
        handshakes=handshakes_of(system),
        leaves_out=list_omissions(system),
        warnings=(*map(str, bare), *warn_of_people(budgets), *_warn_of_doubt(system)),
        routes=figures_of(system),
        prices=_prices(system),
    )


def _promises(system: System) -> dict[str, Promise]:
    found = {}
    for name, service in system.services.items():
        target, sla = service.objectives.availability, service.objectives.sla
        if target is not None and 0.0 < target < 1.0:
            found[name] = Promise(target, sla or Sla(), is_asked=sla is not None)
    return found


def _prices(system: System) -> Prices | None:
    running, costs = running_costs(system), system.costs
    if running is None or costs is None:
        return None
    lines = (
        PaidLine(line.name, line.kind, line.per_second * SECONDS_PER_YEAR) for line in running.lines
    )
    budget = None if costs.budget is None else costs.budget * SECONDS_PER_YEAR
    return Prices(running.currency, tuple(lines), running.downtime, budget)


def _warn_of_doubt(system: System) -> Iterator[str]:
    """Say that the answer is that of middle values, where there are others."""
    names = [one.name for one in system.uncertain]
    if names:
        are = "is" if len(names) == 1 else "are"
        yield (
            f"{cut_list(names, MOST_NAMED)} {are} uncertain, and this is the answer for the middle "
            "value; --worlds 256 tells how far it spreads"
        )


def _capacity(found: ServiceCapacity) -> Capacity:
    loss = found.after_loss
    return Capacity(
        demand_rps=found.demand,
        full_rps=found.full,
        headroom=found.headroom,
        headroom_after_loss=None
        if loss is None
        else AfterLoss(_finite(loss.replica), _finite(loss.host), _finite(loss.domain), loss.worst),
        short_s_per_year=None,
    )


def _finite(headroom: float | None) -> float | None:
    """Without a limit there is no number: what is left has no `capacity`."""
    return headroom if headroom is not None and math.isfinite(headroom) else None
