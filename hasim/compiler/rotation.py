"""A balancer's view of the replicas behind it: the steps out of rotation and back.

Theory of operation
-------------------
A `Rotation` is a route with the group that it leads to. Each way is a list of steps that take time,
one phase for each step and each failure that can begin it. A failure is silent where nothing
answers after it: a domain or host that is down, or a mode that says so. Through a registry the way
out is the expiry of a lease, the next sweep, the next renewal of what the registry answers and the
next question of the balancer; the way back is the next lease and the last two of these.

What planned work takes out, itself or its host, is out of rotation at once, and in again as soon as
it serves: those who do the work tell the balancer, which has nothing to find out.

Rules of this file
------------------
1. A step that takes no time is left out, so that all passes leave out the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from hasim.compiler.causes import Sources, sources_of_needs, sources_of_replica
from hasim.compiler.needs import present_text
from hasim.compiler.plan import Group, Plan, is_instant
from hasim.compiler.serving import may_not_serve
from hasim.laws import Fixed, Law, Uniform
from hasim.process import Origin
from hasim.system import NeedName, Route
from hasim.topology import local_needs

PASS = "routes"

IN = "in rotation"
"""Phase in which a replica gets requests and serves; the first one, so that at time 0 all do."""

TAKEN = "taken out"
"""Phase in which a replica gets no requests since planned work has taken it out of rotation."""

EVICTING = "evicting"
"""Step in which a lease has expired and the registry has not swept yet."""

ROUNDING = 1e-9
"""A share of a whole number may miss a whole number by so much; precedent: 0.07 x 100."""


class Step(NamedTuple):
    """A step on the way out of rotation or back: its phases are called by it and a cause."""

    name: str
    law: Law

    def after(self, cause: str) -> str:
        """Phase of the step, for what stopped by a cause."""
        return f"{self.name} after {cause}"


def ejection_of(route: Route, *, silent: bool) -> tuple[Step, ...]:
    """The steps in which a replica that died gets requests; none takes no time."""
    law, found = route.detect_silent if silent else route.detect, route.discovery
    if found is None:
        return _taking_time(Step("ejecting", law))
    return _taking_time(
        Step("expiring", law),
        Step(EVICTING, _next_of(found.eviction)),
        Step("caching", _next_of(found.cache)),
        Step("polling", _next_of(found.poll)),
    )


def pinning_of(route: Route, *, silent: bool) -> tuple[Step, ...]:
    """The steps in which connections stay with a replica that is ejected; none takes no time."""
    pins = silent and route.pinned > 0
    return _taking_time(Step("pinned", route.idle)) if pins else ()


def readmission_of(route: Route) -> tuple[Step, ...]:
    """The steps in which a replica that is back gets no requests yet; none takes no time."""
    found = route.discovery
    if found is None:
        return _taking_time(Step("readmitting", route.readmit))
    return _taking_time(
        Step("registering", route.readmit),
        Step("caching anew", _next_of(found.cache)),
        Step("polling anew", _next_of(found.poll)),
    )


def _next_of(period: float) -> Law:
    """The law of the time to the next of what happens regularly."""
    return Uniform(0.0, period) if period else Fixed(0.0)


def _taking_time(*steps: Step) -> tuple[Step, ...]:
    return tuple(step for step in steps if not is_instant(step.law))


@dataclass(frozen=True)
class Rotation:
    """A route with the group that it leads to.

    Parameters
    ----------
    balancer : str
    route : Route
    group : Group
    """

    balancer: str
    route: Route
    group: Group

    @property
    def need(self) -> NeedName:
        """The need that stands for the route."""
        return NeedName(name=self.group.name, by=self.balancer)

    @property
    def title(self) -> str:
        """The need in words."""
        return present_text({}, self.need)

    @property
    def origin(self) -> Origin:
        """Where all nodes of the route come from."""
        return Origin(self.balancer, PASS)

    def ejection(self, *, silent: bool) -> tuple[Step, ...]:
        """The steps in which what is dead gets requests."""
        return ejection_of(self.route, silent=silent)

    def pinning(self, *, silent: bool) -> tuple[Step, ...]:
        """The steps in which connections stay with what is ejected."""
        return pinning_of(self.route, silent=silent)

    @cached_property
    def readmission(self) -> tuple[Step, ...]:
        """The steps in which what is back gets no requests yet."""
        return readmission_of(self.route)

    @property
    def pins(self) -> bool:
        """Whether connections stay with what died silently."""
        return bool(self.pinning(silent=True))

    @property
    def is_watched(self) -> bool:
        """Whether the balancer's view can differ from what is so."""
        ejects = self.ejection(silent=False) or self.ejection(silent=True)
        return bool(ejects or self.pins or self.readmission)

    @property
    def least_in_rotation(self) -> int:
        """With fewer replicas in rotation the balancer panics."""
        return math.ceil(self.route.panic * len(self.group.replicas) - ROUNDING)

    @property
    def n_own(self) -> int:
        """How many causes are failures of the replicas themselves; these come first."""
        return sum(mode.has_own + mode.has_common for mode in self.group.modes)

    @property
    def least_renewing(self) -> int:
        """With fewer replicas that renew their leases nothing is evicted."""
        found = self.route.discovery
        share = 0.0 if found is None else found.self_preservation
        return math.ceil(share * len(self.group.replicas) - ROUNDING)

    @cached_property
    def total(self) -> int:
        """The weights of all replicas."""
        return sum(self.route.weight(index) for index in range(len(self.group.replicas)))

    def watcher(self, index: int) -> str:
        """Name of the automaton that is the balancer's view of a replica."""
        return f"{self.balancer} to {self.group.replicas[index]}"


def rotation_of(plan: Plan, need: NeedName) -> Rotation:
    """The rotation behind a need that stands for a route."""
    assert need.by is not None
    routes = plan.system.components[need.by].routes
    route = next(route for route in routes if route.to == need.name)
    return Rotation(need.by, route, plan.groups[need.name])


def shared_by(plan: Plan, balancer: str) -> tuple[Route, ...]:
    """The routes that share the requests of a balancer; none where each gets all of them."""
    return tuple(one for one in plan.system.components[balancer].routes if one.share < 1)


def rotations(plan: Plan) -> Iterator[Rotation]:
    """Yield the rotations of all balancers, the needed before the needing."""
    for name in plan.order:
        if name in plan.groups:
            for route in plan.groups[name].component.routes:
                yield Rotation(name, route, plan.groups[route.to])


def out(cause: str) -> str:
    """Phase of what stopped by a cause and gets no requests."""
    return f"out after {cause}"


def stoppable(plan: Plan, group: Group) -> list[int]:
    """The indices of the replicas that can cease to serve."""
    return [index for index in range(len(group.replicas)) if may_not_serve(plan, group, index)]


def sources_of(plan: Plan, group: Group, index: int) -> Sources:
    """The failures by which a replica can cease to serve: their signals, and each one's cause."""
    local = local_needs(group.component.needs)
    found = sources_of_replica(plan, group, index) | sources_of_needs(plan, local)
    planned = works_on(plan, group, index)
    return {signal: cause for signal, cause in found.items() if signal not in planned}


def works_on(plan: Plan, group: Group, index: int) -> Sources:
    """The signals by which planned work takes a replica out, and the work of each."""
    found: Sources = {}
    for name in _carried_by(plan, group, index):
        for hold in plan.holds.get(name, ()):
            found |= hold.sources
    return found


def _carried_by(plan: Plan, group: Group, index: int) -> Iterator[str]:
    """Yield a replica and the hosts that it runs on, or may run on, at every depth."""
    yield group.replicas[index]
    places = (*group.around(index), *(plan.hosts_of(group) if group.relocates else ()))
    for host in places:
        if host not in plan.system.domains:
            yield from _carried_by(plan, *plan.group_of(host))


def causes_of(plan: Plan, group: Group, index: int) -> dict[str, bool]:
    """What can stop a replica without being planned, and whether nothing answers then."""
    loud = [mode for mode in group.modes if not mode.given.silent]
    answered = {name for mode in loud for name in (mode.cause, mode.common)}
    sources = sources_of(plan, group, index)
    return {cause: cause not in answered for cause in sources.values()}
