"""What is looked at in a design: its costs, its structure, and the parts of its services.

Theory of operation: each of these is a trait (survey.py). Costs are known line by line and the
structure section by section, so that nothing hides behind a minimum or a sum. A part is known by
its Process. Traits that were found for one design hold for all that agree with it in
the options that matter for them; what is not known yet is looked up in the design at hand.

Rules of this file: nothing is simulated here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hasim import compiler
from hasim.compiler.capacity import capacity_of
from hasim.description.space import Design, Space
from hasim.engines.ancestry import part_process, parts_of
from hasim.engines.keys import shortest_means
from hasim.planner.sizing.survey import Survey, Trait, Traits, take_survey
from hasim.pricing import running_costs
from hasim.process import Outages, Process
from hasim.solving.part_runs import Part
from hasim.system import Component, System

#: What a design has that follows from its structure alone.
CAPACITY: Trait = ("capacity",)


@dataclass(frozen=True, slots=True)
class Headrooms:
    """What a service can carry beyond its peak.

    Parameters
    ----------
    headroom, after_loss : float or None
        Capacity over demand, minus 1: with everything in service, and after the worst single loss;
        None without demand or capacity.
    """

    headroom: float | None
    after_loss: float | None


@dataclass(eq=False)
class Book:
    """The traits of the designs of a space, as far as they were looked up.

    Parameters
    ----------
    space : Space
    services : tuple of str
        Whose parts are wanted.
    surveyed : Survey, optional
        Which options matter for what, where that is known already.
    step : callable
        Called before each design is looked at; raises where that is to end.
    """

    space: Space
    services: tuple[str, ...]
    surveyed: Survey | None = None
    step: Callable[[], None] = lambda: None
    interned: dict[Process, Part] = field(default_factory=dict, init=False)
    means: dict[tuple[str, ...], float] = field(default_factory=dict, init=False)
    found: Survey = field(init=False)
    _known: dict[tuple[Trait, tuple[int, ...]], Any] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.found = self.surveyed or take_survey(self.space, self.look)

    def look(self, design: Design) -> Traits:
        """Return all traits of a design.

        Raises
        ------
        ModelError
            Where it cannot be built.
        """
        self.step()
        system = self.space.system(design)
        traits: dict[Trait, object] = {}
        traits |= {("cost", *line): value for line, value in cost_lines(system).items()}
        traits |= _structure(system)
        if self.services:
            traits |= self._parts(compiler.compile(system))
        return traits

    def get(self, trait: Trait, design: Design) -> Any:
        """Return a trait of a design; None where it does not have it.

        Raises
        ------
        ModelError
            Where the design has to be looked at and cannot be built.
        """
        place = trait, self._projected(trait, design)
        if place not in self._known:
            self._look_up(design)
        return self._known.setdefault(place, None)

    def capacity(self, design: Design) -> Mapping[str, Headrooms]:
        """Return the headroom of the services of a design.

        Raises
        ------
        ModelError
            Where the design has to be looked at and cannot be built.
        """
        place = CAPACITY, tuple(design[axis] for axis in self.structural)
        if place not in self._known:
            self._known[place] = headrooms_of(self.space.system(design))
        headrooms: Mapping[str, Headrooms] = self._known[place]
        return headrooms

    @property
    def structural(self) -> tuple[int, ...]:
        """The options that matter for the structure."""
        return self.found.axes(*(t for t in self.found.traits if t[0] == "structure"))

    def parts(self, service: str, design: Design) -> tuple[str, ...]:
        """Return the names of the parts that must all serve for a service to serve."""
        names: tuple[str, ...] = self.get(("parts", service), design)
        return names

    def part(self, service: str, name: str, design: Design) -> Part:
        """Return a part of a service."""
        part: Part = self.get(("part", service, name), design)
        return part

    def together(self, service: str, names: Iterable[str], design: Design) -> Process:
        """Return some parts of a service in a design as one Process."""
        process = compiler.compile(self.space.system(design))
        gates = dict(split_services(process, (service,))[service])
        return part_process(process, [gate for name in names for gate in gates[name]], service)

    def part_axes(self, service: str, names: Iterable[str]) -> tuple[int, ...]:
        """Return the options that matter for some parts of a service, taken together."""
        parts = (("part", service, name) for name in names)
        return self.found.axes(("parts", service), *parts)

    def _projected(self, trait: Trait, design: Design) -> tuple[int, ...]:
        return tuple(design[axis] for axis in self.found.axes(trait))

    def _look_up(self, design: Design) -> None:
        for trait, value in self.look(design).items():
            self._known.setdefault((trait, self._projected(trait, design)), value)

    def _parts(self, process: Process) -> dict[Trait, object]:
        """The names of the parts of every service, and each of them."""
        traits: dict[Trait, object] = {}
        for service, parts in split_services(process, self.services).items():
            traits["parts", service] = tuple(name for name, _ in parts)
            for name, gates in parts:
                part = part_process(process, gates, name)
                traits["part", service, name] = self.interned.setdefault(part, Part(part))
        for place, mean in shortest_means([process]).items():
            self.means[place] = min(self.means.get(place, mean), mean)
        return traits


def split_services(
    process: Process, services: Iterable[str]
) -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """Return the parts of some services, each with its gates, by service."""
    gates = {m.name: m.gate for m in process.measures if isinstance(m, Outages)}
    return {service: parts_of(process, gates[service]) for service in services}


def cost_lines(system: System) -> dict[tuple[str, str], float]:
    """Return what a design costs a second by line; without prices its replicas, by component."""
    costs = running_costs(system)
    if costs is None:
        return {("replicas", name): float(c.replicas) for name, c in system.components.items()}
    return {(line.kind, line.name): line.per_second for line in costs.lines}


def headrooms_of(system: System) -> dict[str, Headrooms]:
    """Return what each service of a system can carry beyond its peak."""
    found = {}
    for name, one in capacity_of(system).items():
        after = one.headroom if one.after_loss is None else one.after_loss.least
        found[name] = Headrooms(one.headroom, after)
    return found


def _structure(system: System) -> dict[Trait, object]:
    """What headroom depends on, section by section; how things fail only as whether they do."""
    traits: dict[Trait, object] = {
        ("structure", name): _shape(component) for name, component in system.components.items()
    }
    for name, domain in system.domains.items():
        traits["structure", name] = domain.model_copy(update={"failures": bool(domain.failures)})
    for name, service in system.services.items():
        traits["structure", name] = (service.needs, service.uses, service.demand)
    return traits


def _shape(component: Component) -> Component:
    return component.model_copy(
        update={
            "failures": bool(component.failures),
            "failover": component.failover is not None,
            "standby": None,
            "start": None,
            "changes": None,
            "tls": None,
        }
    )
