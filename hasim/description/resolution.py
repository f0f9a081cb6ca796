"""A draft to a System: every default filled in, every quantity in SI, every finding told.

Theory of operation
-------------------
Presets first, which fill in what was left open; then names, since anything may refer to anything;
then the parts in the order domains, crews, components, services, changes, maintenance; then what
only the whole tells: cycles, the default service, `required: peak`, placement, windows. A wrong
value is noted and replaced by a harmless one, so that what comes later can be judged too; where the
names already do not fit, it is not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from hasim.description.certificates import read_certificate
from hasim.description.checks import check_domains, check_places, check_whole
from hasim.description.choices import read_choices
from hasim.description.components import read_component, read_group
from hasim.description.composition import composed
from hasim.description.costs import check_costs, read_costs
from hasim.description.crews import read_crew
from hasim.description.draft import Draft, KeyPath, Value
from hasim.description.failing import read_failures
from hasim.description.instances import told_once
from hasim.description.links import check_links, read_link
from hasim.description.monitoring import (
    check_attended,
    read_game_days,
    read_monitoring,
    warn_of_idle,
)
from hasim.description.needs import read_needs, read_uses
from hasim.description.options import OPTIONS, as_data, without_options
from hasim.description.planned import check_planned_work, read_change, read_maintenance
from hasim.description.presets import (
    fill_presets,
    list_origins,
    list_ranges,
    warn_of_guesses,
)
from hasim.description.promises import read_promise
from hasim.description.reading import (
    Ledger,
    Misread,
    Section,
    open_named,
    open_section,
    read_domains,
    read_prose,
    read_ratio,
    read_text,
)
from hasim.description.routes import check_silent
from hasim.description.scenarios import check_scenarios, read_scenario
from hasim.description.uncertain import Settled, settle, with_uncertain
from hasim.description.vocabulary import Part
from hasim.errors import Finding, InputError, ModelError, show_value
from hasim.system import (
    DEFAULT_SERVICE,
    LANGUAGE,
    Component,
    Domain,
    NeedName,
    Objectives,
    Service,
    System,
)
from hasim.system.plain import SECTIONS
from hasim.topology import demand_on, host_name, named_needs, needing
from hasim.units import parse_duration, parse_probability, parse_throughput

T = TypeVar("T")

#: Most findings that are told at once: nobody reads more.
MAX_FINDINGS = 1000

#: Relative rounding error that no replica is added for: a few units in the last place.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking a draft gives.

    Parameters
    ----------
    system : System or None
        None if there is an error.
    findings : tuple of Finding
        Errors and warnings, ordered by place.
    origins : Mapping[KeyPath, str]
        Where each value that nobody typed comes from, such as ``default`` or ``from mtbf``.
    ranges : Mapping[KeyPath, tuple of two str]
        The lowest and the highest value that the catalogue knows for what presets filled in.
    """

    system: System | None
    findings: tuple[Finding, ...]
    origins: Mapping[KeyPath, str] = field(default_factory=dict)
    ranges: Mapping[KeyPath, tuple[str, str]] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that keep the model from being run."""
        return tuple(finding for finding in self.findings if finding.severity == "error")


def resolve(source: Draft | System) -> System:
    """The complete system that a draft describes.

    Parameters
    ----------
    source : Draft or System
        A System is complete already and comes back as it is.

    Raises
    ------
    ModelError
        With all errors, ordered by place.
    """
    if isinstance(source, System):
        return source
    checked = check(source)
    if checked.system is None:
        raise ModelError(checked.errors)
    return checked.system


def check(draft: Draft) -> Checked:
    """All findings about a draft, and the system if none of them is an error.

    Of a draft of which a part is missing, the findings about that are all.
    """
    whole = composed(draft)
    if whole.expansion is not None and not whole.expansion.is_complete:
        return Checked(None, _order([*whole.findings]))
    checked = _check_written(without_options(whole))
    if OPTIONS not in whole.values:
        return checked
    options, told = read_choices(draft, whole, misread)
    findings = _order([*checked.findings, *told])
    if checked.system is None or any(finding.severity == "error" for finding in told):
        return Checked(None, findings)
    changes = {"options": as_data(options), "warnings": findings}
    return replace(checked, system=checked.system.model_copy(update=changes), findings=findings)


def misread(draft: Draft) -> list[Misread]:
    """All that is wrong about single values of a draft, whatever else it says."""
    settled, ledger, _ = _read(composed(draft))
    return [*settled.misread, *ledger.misread]


def partly_read(draft: Draft) -> System:
    """The system as far as a draft can be read: for pictures of it, never to be compiled.

    What is wrong has a harmless stand-in, names that nothing has are left out, things may need
    themselves, and there may be no components or services at all.
    """
    _, ledger, system = _read(composed(draft))
    if not system.components or ledger.draft.values.get("services"):
        return system
    return _with_default_service(ledger, system)


def _read(draft: Draft) -> tuple[Settled, Ledger, System]:
    """A composed draft read part by part, not yet judged as a whole."""
    settled = settle(draft)
    ledger = Ledger.of(settled.draft)
    fill_presets(ledger)
    model = open_section(ledger, (), ledger.draft.values, "model")
    declared = {name: _declare(model, name) for name in SECTIONS}
    return settled, ledger, _read_system(model, declared)


def _check_written(draft: Draft) -> Checked:
    """What checking the model gives as it is written, its options aside."""
    settled, ledger, system = _read(draft)
    draft = ledger.draft
    if system.components:
        system = _complete(ledger, system, declares_services=bool(draft.values.get("services")))
        system = _with_uncertain(ledger, settled, system)
    warn_of_guesses(ledger)
    findings = _order([*draft.findings, *told_once(ledger.noted)])
    warnings = tuple(finding for finding in findings if finding.severity == "warning")
    if not system.components or len(warnings) < len(findings):
        return Checked(None, findings)
    complete = System(**{**dict(system), "warnings": warnings})
    origins = {**ledger.origins, **list_origins(ledger)}
    return Checked(complete, findings, origins, list_ranges(ledger))


def _with_uncertain(ledger: Ledger, settled: Settled, system: System) -> System:
    """The system with what is uncertain about it, if nothing is wrong so far."""
    findings = [*settled.draft.findings, *(finding for _, finding in ledger.noted)]
    if not settled.typed or any(finding.severity == "error" for finding in findings):
        return system
    system, lost = with_uncertain(system, settled)
    for path in lost:
        ledger.error(path, "this cannot be uncertain", "", "write one value")
    return system


def _order(findings: list[Finding]) -> tuple[Finding, ...]:
    """The findings ordered by place; of very many, the first errors and how many there are."""
    ordered = sorted(findings, key=lambda finding: finding.order)
    if len(ordered) <= MAX_FINDINGS:
        return tuple(ordered)
    errors = [finding for finding in ordered if finding.severity == "error"] or ordered
    found = f"{len(ordered)} findings, of which the first {MAX_FINDINGS} follow"
    return (Finding(None, "", found, "", "", errors[0].severity), *errors[:MAX_FINDINGS])


# ---------------------------------------------------------------------------- names


def _declare(model: Section, section: str) -> dict[str, Value]:
    """The parts under a key of the model, their names checked and noted."""
    if not model.has(section):
        model.ledger.origins[model.at(section)] = "default"
    parts = open_named(model.ledger, model.at(section), model.values.get(section, {}))
    for name in parts:
        first = model.ledger.names.setdefault(name, section)
        if first != section:
            found = f"{name} is also a {first.removesuffix('s')}"
            found += _in_which_file(model.ledger.draft, (section, name), (first, name))
            model.ledger.error((section, name), found, "a name stands for one thing", "rename one")
    return parts


def _in_which_file(draft: Draft, here: KeyPath, there: KeyPath) -> str:
    """Where the other part of a pair stands, if that is another file."""
    place, other = draft.place_of(here), draft.place_of(there)
    is_elsewhere = place is not None and other is not None and place.file != other.file
    return f", in {other.file}:{other.line}" if other is not None and is_elsewhere else ""


def _read_language(value: Value) -> int:
    if value != str(LANGUAGE):
        found = f"language {show_value(value)} is not known"
        raise InputError(
            found, f"this hasim reads language {LANGUAGE}", f"write language: {LANGUAGE}"
        )
    return LANGUAGE


# ---------------------------------------------------------------------------- parts


def _read_system(model: Section, declared: Mapping[str, dict[str, Value]]) -> System:
    """The system as far as it can be read, with stand-ins; it may have no components."""
    ledger = model.ledger
    components = _open_parts(ledger, "components", declared)
    ledger.groups.update({name: read_group(part) for name, part in components.items()})
    stem = (ledger.draft.file or "model").rpartition("/")[2].partition(".")[0]
    system = System.model_construct(
        language=model.take("language", _read_language, LANGUAGE),
        name=model.take("name", read_text, stem or "model"),
        description=model.take("description", read_prose, ""),
        domains=_read_parts(ledger, declared, "domains", _read_domain),
        links=_read_parts(ledger, declared, "links", read_link),
        crews=_read_parts(ledger, declared, "crews", read_crew),
        components={
            name: read_component(part, ledger.groups[name]) for name, part in components.items()
        },
        certificates=_read_parts(ledger, declared, "certificates", read_certificate),
        services=_read_parts(ledger, declared, "services", _read_service),
        changes=_read_parts(ledger, declared, "changes", read_change),
        maintenance=_read_parts(ledger, declared, "maintenance", read_maintenance),
        scenarios=_read_parts(ledger, declared, "scenarios", read_scenario),
        costs=read_costs(model),
        warnings=(),
    )
    watched: dict[str, Component | Domain] = {**system.domains, **system.components}
    monitoring = read_monitoring(_open_parts(ledger, "monitoring", declared), watched)
    days = read_game_days(_open_parts(ledger, "game_days", declared), system.components)
    check_attended(ledger, watched, monitoring)
    warn_of_idle(ledger, watched, monitoring)
    system = system.model_copy(update={"monitoring": monitoring, "game_days": days})
    is_told = model.values.get("components", {}) or ("components",) in ledger.faults
    if not system.components and not is_told:
        step = "write components: {web: {replicas: 2, mtbf: 1000 h, mttr: 10 h}}"
        ledger.error(("components",), "there are none", "a model has at least one", step)
    return system


_PARTS: Mapping[str, Part] = {
    "domains": "domain",
    "links": "link",
    "crews": "crew",
    "components": "component",
    "certificates": "certificate",
    "services": "service",
    "changes": "change",
    "maintenance": "maintenance",
    "monitoring": "monitoring",
    "game_days": "game day",
    "scenarios": "scenario",
}


def _read_parts(
    ledger: Ledger,
    declared: Mapping[str, dict[str, Value]],
    section: str,
    read: Callable[[Section], T | None],
) -> dict[str, T]:
    """The parts of a section by name, without those of which nothing can be made."""
    parts = _open_parts(ledger, section, declared).items()
    return {name: made for name, part in parts if (made := read(part)) is not None}


def _open_parts(
    ledger: Ledger, section: str, declared: Mapping[str, dict[str, Value]]
) -> dict[str, Section]:
    part = _PARTS[section]
    return {
        name: open_section(ledger, (section, name), value, part)
        for name, value in declared[section].items()
        if ledger.names[name] == section
    }


def _read_domain(section: Section) -> Domain:
    return Domain(
        level=section.take("level", read_text, "domain"),
        inside=section.reference("in", "domains"),
        shares=read_domains(section, "shares"),
        failures=read_failures(section, "domain mode"),
        needs=read_needs(section, "needs"),
    )


def _read_service(section: Section) -> Service:
    if section.values.get("needs") == []:
        section.error(
            "needs", "it needs nothing", "a service needs something", "write needs: [web]"
        )
    elif not section.has("needs") and section.path not in section.ledger.faults:
        found = "it does not say what it needs"
        section.ledger.error(section.path, found, "a service has needs", "write needs: [web]")
    demand = section.section("demand", "demand")
    if section.values.get("demand") == {}:
        section.error("demand", "there is no peak in it", "", "write {peak: 1500 rps}")
    needs = read_needs(section, "needs")
    return Service.model_construct(
        needs=needs,
        uses=read_uses(section, needs),
        demand=demand.take("peak", _read_peak, None),
        objectives=_read_objectives(section.section("objectives", "objectives")),
    )


def _read_peak(value: Value) -> float:
    peak = parse_throughput(value)
    if peak == 0:
        raise InputError(
            "a peak of 0 asks for nothing", "a peak is above 0 rps", "remove it if unknown"
        )
    return peak


def _read_objectives(section: Section) -> Objectives:
    availability, sla = read_promise(section)
    return Objectives(
        availability=availability,
        sla=sla,
        request_availability=section.take("request_availability", parse_probability, None),
        headroom=section.take("headroom", read_ratio, None),
        headroom_after_loss=section.take("headroom_after_loss", read_ratio, None),
        mttr=section.take("mttr", _read_limit, None),
        p95_outage=section.take("p95_outage", _read_limit, None),
    )


def _read_limit(value: Value) -> float:
    seconds = parse_duration(value)
    if seconds == 0:
        raise InputError("no outage takes 0 s", "it is above 0 s", "write availability: 99.9 %")
    return seconds


# ---------------------------------------------------------------------------- the whole


def _complete(ledger: Ledger, system: System, *, declares_services: bool) -> System:
    """The system with its default service and peaks, judged as a whole."""
    check_domains(system, ledger)
    if not check_whole(system, ledger):
        return system
    if not declares_services:
        system = _with_default_service(ledger, system)
    if ledger.peaks and system.services:
        system = _with_peaks(ledger, system)
    check_places(system, ledger)
    check_links(system, ledger)
    check_silent(system, ledger)
    check_planned_work(system, ledger)
    check_scenarios(system, ledger)
    check_costs(system, ledger)
    return system


def _with_default_service(ledger: Ledger, system: System) -> System:
    """One service that needs every component that nothing else needs."""
    step = "declare services: {shop: {needs: [web]}}"
    if DEFAULT_SERVICE in ledger.names:
        found = f"{DEFAULT_SERVICE} is what the only service of a model is called by default"
        path = (ledger.names[DEFAULT_SERVICE], DEFAULT_SERVICE)
        ledger.error(path, found, "", f"rename it, or {step}")
        return system
    needed = _needed_names(system)
    tops = tuple(NeedName(name=name) for name in system.components if name not in needed)
    if not tops:
        found = "there are none, and everything is needed by something"
        ledger.error(("services",), found, "a service is what users see", step)
        return system
    ledger.origins[("services", DEFAULT_SERVICE, "needs")] = "default"
    return system.model_copy(update={"services": {DEFAULT_SERVICE: Service(needs=tops)}})


def _needed_names(system: System) -> set[str]:
    """Everything that something else needs: hosts, registries and what a failover needs too."""
    needed = {need.name for _, owner in needing(system) for need in named_needs(owner.needs)}
    for one in system.monitoring.values():
        needed.update(need.name for need in named_needs(one.needs))
    for name, component in system.components.items():
        needed.update(use.name for use in component.uses)
        needed.update(map(host_name, component.hosts))
        needed.update(route.discovery.through for route in component.routes if route.discovery)
        if component.failover:
            targets = {need.name for need in named_needs(component.failover.needs)}
            needed.update(targets - {name})
    return needed


def _with_peaks(ledger: Ledger, system: System) -> System:
    """The system in which `required: peak` is a number."""
    demand = demand_on(system)
    components = dict(system.components)
    for name in ledger.peaks:
        required = _required_at_peak(ledger, name, components[name], demand[name])
        components[name] = components[name].model_copy(update={"required": required})
        ledger.origins[("components", name, "required")] = "from peak"
    return system.model_copy(update={"components": components})


def _required_at_peak(ledger: Ledger, name: str, component: Component, demand: float) -> int:
    path = ("components", name, "required")
    if component.capacity is None:
        if ("components", name, "capacity") not in ledger.faults:
            found = "peak without the capacity of a replica"
            ledger.error(path, found, "it goes with capacity", "write capacity: 500 rps")
        return 1
    if demand == 0:
        found = "peak, but no demand reaches it"
        ledger.error(path, found, "a service has demand", "write demand: {peak: 1500 rps}")
        return 1
    required = max(1, math.ceil(demand / component.capacity * (1 - ROUNDING)))
    most = ledger.groups[name].replicas if component.redundancy == "active-active" else 1
    if most is not None and required > most:
        found = f"the peak of {demand:g} rps takes {required} replicas, at most {most} can serve"
        step = f"set replicas to {required} or more, or raise capacity"
        if component.redundancy != "active-active":
            step = "raise capacity, or use redundancy: active-active"
        ledger.error(path, found, "", step)
        return 1
    return required
