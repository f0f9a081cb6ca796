"""Typical values of the catalogue in place of what a model leaves out.

Theory of operation
-------------------
Each mistake that the model language can express (hasim/compiler/omissions.py) has a correction
here: a function from a System to one in which all that the sentence names have the catalogue's
value, and nothing else is changed.

Rules of this file
------------------
1. Each correction stands for itself; they are never added up, so that each shows its own weight.
2. What is put in is told with its entry, and with the worst grade and the sources of its figures.
3. What the catalogue has no figure for is not corrected.
4. Where there is a choice, the figure that is kinder to the model is taken.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from hasim.compiler.alarms import watchers
from hasim.compiler.omissions import (
    FIELD_MTBF,
    MOST_NAMED,
    Mistake,
    Omission,
    failure_rate,
    is_found_at_once,
    is_left_to_people,
)
from hasim.compiler.plan import is_instant
from hasim.description.catalogue import Grade
from hasim.laws import Exponential, Fixed, Lognormal
from hasim.planner.typical import (
    MODE_KEYS,
    Figures,
    typical_domain,
    typical_entry,
    typical_failover,
    typical_failures,
    typical_mode,
    typical_standby,
)
from hasim.system import (
    Change,
    Changeover,
    Component,
    Crew,
    Domain,
    Failover,
    FailureMode,
    Need,
    NeedAny,
    NeedName,
    System,
    is_routed,
)
from hasim.topology import named_needs
from hasim.units import (
    SECONDS_PER_YEAR,
    format_probability,
    parse_duration,
    parse_probability,
    parse_rate_per_time,
)

STAGES = ("detect", "decide", "fence", "promote", "switch")

FAILOVER_OF: Mapping[str | None, str] = {
    "cache": "sentinel-failover",
    "firewall": "firewall-failover",
    "load-balancer": "vrrp-takeover",
    "queue": "kafka-leader-election",
    "registry": "etcd-election",
}
"""By kind: whose failover is put in where one takes no time; of all others `patroni-failover`."""

DOMAIN_OF: Mapping[str, str] = {
    "cluster": "cluster-cooling",
    "data-center": "data-center",
    "rack": "rack",
    "region": "region",
    "zone": "availability-zone",
}
"""By level: the preset that says how such a place fails."""

PRESET_OF: Mapping[str, str] = {
    "disk": "hard-disk",
    "host": "server",
    "load-balancer": "load-balancer-appliance",
}
"""By kind: the preset whose failures are put in where there are none; of programs `process`."""

PROGRAMS = (None, "cache", "database", "identity", "queue", "registry", "service", "store")
"""The kinds that are processes, which crash like others."""

FIRST_WAVES = (0.05,)
"""The waves of a canary where a model does not say them (docs/language.md)."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A system with typical values in place of something that was left out.

    Parameters
    ----------
    put_in : str
        The values, each with the entry of the catalogue that it is from.
    grade : str or None
        The worst of their grades; None where it is no figure.
    sources : tuple of str
        Ids of what they rest on.
    system : System
    """

    put_in: str
    grade: Grade | None
    sources: tuple[str, ...]
    system: System


def correct(system: System, omission: Omission) -> Correction | None:
    """The system of middle values without one of its omissions.

    Parameters
    ----------
    system : System
    omission : Omission
        One that `find_omissions` found in it.

    Returns
    -------
    Correction or None
        None where it cannot be written, or the catalogue has no figure for it.
    """
    if omission.mistake is None:
        return None
    return CORRECTIONS[omission.mistake](system.at_middle(), omission.names)


# ---------------------------------------------------------------------------- an outage's chain


def _detection(system: System, names: Collection[str]) -> Correction | None:
    laws = {
        "k8s-container-restart": typical_failover("k8s-container-restart").detect,
        "human-repair": typical_mode("human-repair").detect,
    }
    told = {}

    def found_later(owner: Component | Domain, mode: FailureMode) -> FailureMode:
        if not is_found_at_once(owner, mode) or _is_found_by_failover(owner, mode):
            return mode
        entry = "human-repair" if is_left_to_people(mode) else "k8s-container-restart"
        told[entry] = Figures(entry, f"detect {laws[entry]}", ("detect",))
        return mode.model_copy(update={"detect": laws[entry]})

    changed = _with_modes(system, names, found_later)
    unwatched = [name for name in names if name not in watchers(system)]
    changed = _with_modes(changed, unwatched, _attended_by_nobody)
    components = dict(changed.components)
    for name in names:
        one = components[name]
        at_once = (mode for mode in one.failures.values() if is_found_at_once(one, mode))
        if any(_is_found_by_failover(one, mode) for mode in at_once):
            entry = _failover_entry(one)
            detect = typical_failover(entry).detect
            components[name] = _with_failover(one, {"detect": detect})
            told[entry] = Figures(entry, f"detect {detect}", ("detect",))
    return _correction(changed.model_copy(update={"components": components}), told.values())


def _attended_by_nobody(_: Component | Domain, mode: FailureMode) -> FailureMode:
    """A mode as it is read where nothing watches."""
    return mode.model_copy(update={"attended": mode.detect is None})


def _is_found_by_failover(owner: Component | Domain, mode: FailureMode) -> bool:
    return isinstance(owner, Component) and owner.failover is not None and mode.detect is None


def _failover_entry(component: Component) -> str:
    return FAILOVER_OF.get(component.kind, "patroni-failover")


def _coverage(system: System, names: Collection[str]) -> Correction | None:
    components = dict(system.components)
    failovers = {name: one for name in names if (one := components[name].failover)}
    for name, failover in failovers.items():
        components[name] = _with_failover(components[name], _doubt(failover))
    changed = system.model_copy(update={"components": components})
    return _correction(changed, [_tell_doubt(failovers.values())])


def _changeover_coverage(system: System, names: Collection[str]) -> Correction | None:
    seen: list[Changeover] = []

    def doubted(need: Need) -> Need:
        if isinstance(need, NeedName) or is_routed(need):
            return need
        values: dict[str, Any] = {"needs": tuple(map(doubted, need.needs))}
        if isinstance(need, NeedAny) and need.failover and need.failover.coverage == 1:
            seen.append(need.failover)
            values["failover"] = need.failover.model_copy(update=_doubt(need.failover))
        return need.model_copy(update=values)

    sections = {}
    for section in ("domains", "components", "services"):
        owners = dict(getattr(system, section))
        for name in (name for name in names if name in owners):
            needs = tuple(map(doubted, owners[name].needs))
            owners[name] = owners[name].model_copy(update={"needs": needs})
        sections[section] = owners
    return _correction(system.model_copy(update=sections), [_tell_doubt(seen)])


def _doubt(failover: Failover | Changeover) -> Mapping[str, Any]:
    """The coverage of what nobody drills, and what people need where the model does not say it."""
    typical = typical_failover("untested-failover")
    return {"coverage": typical.coverage, "manual": failover.manual or typical.manual}


def _tell_doubt(failovers: Iterable[Failover | Changeover]) -> Figures:
    typical = typical_failover("untested-failover")
    text = f"coverage {format_probability(typical.coverage)}"
    if all(one.manual for one in failovers):
        return Figures("untested-failover", text, ("coverage",))
    return Figures("untested-failover", f"{text}, manual {typical.manual}", ("coverage", "manual"))


def _instant_failover(system: System, names: Collection[str]) -> Correction | None:
    components, told = dict(system.components), {}
    for name in names:
        entry = _failover_entry(components[name])
        typical = typical_failover(entry)
        stages = {stage: getattr(typical, stage) for stage in STAGES}
        components[name] = _with_failover(components[name], stages)
        words = (f"{stage} {law}" for stage, law in stages.items() if not is_instant(law))
        told[entry] = Figures(entry, ", ".join(words), STAGES)
    return _correction(system.model_copy(update={"components": components}), told.values())


def _latent(system: System, names: Collection[str]) -> Correction | None:
    entry = "untested-standby"
    latent = typical_standby(entry).latent
    components = dict(system.components)
    for name in names:
        standby = components[name].standby
        assert standby is not None
        update = {"standby": standby.model_copy(update={"latent": latent})}
        components[name] = components[name].model_copy(update=update)
    return _correction(
        system.model_copy(update={"components": components}),
        [Figures(entry, f"latent {format_probability(latent)}", ("latent",))],
    )


# ---------------------------------------------------------------------------- what fails together


def _independence(system: System, names: Collection[str]) -> Correction | None:
    entry = "correlated-bursts"
    share = typical_mode(entry).common_cause
    return _correction(
        _with_modes(system, names, lambda _, mode: mode.model_copy(update={"common_cause": share})),
        [Figures(entry, f"common_cause {format_probability(share)}", ("common_cause",))],
    )


def _placement(system: System, names: Collection[str]) -> Correction | None:
    entry, place = DOMAIN_OF["zone"], _free_name(system, "zone")
    components = {
        name: one if one.spread_everywhere else one.model_copy(update={"spread": (place,)})
        for name, one in system.components.items()
    }
    domains = {**system.domains, place: typical_domain(entry)}
    modes = _tell_modes(typical_domain(entry).failures)
    return _correction(
        system.model_copy(update={"components": components, "domains": domains}),
        [Figures(entry, f"all of it in one zone, {modes}", MODE_KEYS)],
    )


def _domains(system: System, names: Collection[str]) -> Correction | None:
    levels = {name: system.domains[name].level for name in names}
    entries = {name: DOMAIN_OF[level] for name, level in levels.items() if level in DOMAIN_OF}
    domains = dict(system.domains)
    for name, entry in entries.items():
        update = {"failures": typical_domain(entry).failures}
        domains[name] = domains[name].model_copy(update=update)
    told = {
        entry: Figures(entry, _tell_modes(typical_domain(entry).failures), MODE_KEYS)
        for entry in entries.values()
    }
    return _correction(system.model_copy(update={"domains": domains}), told.values())


# ---------------------------------------------------------------------------- failing, repairing


def _crews(system: System, names: Collection[str]) -> Correction | None:
    crew = _free_name(system, "on-call")

    def waiting(_: Component | Domain, mode: FailureMode) -> FailureMode:
        waits = mode.crew is None and is_left_to_people(mode)
        return mode.model_copy(update={"crew": crew}) if waits else mode

    changed = _with_modes(system, names, waiting)
    crews = {**system.crews, crew: Crew(size=1)}
    return _correction(
        changed.model_copy(update={"crews": crews}),
        [Figures("on-call", "one crew for them all, of one person", ())],
    )


def _tails(system: System, names: Collection[str]) -> Correction | None:
    seen = typical_mode("incident").repair
    cv = math.sqrt(seen.variance) / seen.mean

    def lengthened(_: Component | Domain, mode: FailureMode) -> FailureMode:
        if not isinstance(mode.repair, Exponential) or not is_left_to_people(mode):
            return mode
        law = Lognormal.from_mean_cv(mode.repair.mean, cv)
        return mode.model_copy(update={"repair": law})

    return _correction(
        _with_modes(system, names, lengthened),
        [Figures("incident", f"repair lognormal of the same mean, cv {cv:.2g}", ("repair",))],
    )


def _no_failures(system: System, names: Collection[str]) -> Correction | None:
    kinds = {name: system.components[name].kind for name in names}
    entries = {name: _preset_of(kind) for name, kind in kinds.items()}
    components, told = dict(system.components), {}
    for name, entry in entries.items():
        if entry is not None:
            modes = typical_failures(entry, components[name].replicas)
            components[name] = components[name].model_copy(update={"failures": modes})
            told[entry] = Figures(entry, _tell_modes(modes), MODE_KEYS)
    return _correction(system.model_copy(update={"components": components}), told.values())


def _preset_of(kind: str | None) -> str | None:
    return "process" if kind in PROGRAMS else PRESET_OF.get(kind or "")


def _field_rates(system: System, names: Collection[str]) -> Correction | None:
    def faster(owner: Component | Domain, mode: FailureMode) -> FailureMode:
        assert isinstance(owner, Component)
        shorter = FIELD_MTBF[owner.kind or ""][1] * failure_rate(owner)
        return mode.model_copy(update={"after": mode.after.scaled(shorter)})

    known = dict(FIELD_MTBF[system.components[name].kind or ""] for name in names)
    return _correction(
        _with_modes(system, names, faster),
        [
            Figures(entry, f"{SECONDS_PER_YEAR / mtbf:.3g} failures a year", ("after", "rate"))
            for entry, mtbf in known.items()
        ],
    )


# ---------------------------------------------------------------------------- what people change


def _changes(system: System, names: Collection[str]) -> Correction | None:
    facts = {fact.name: fact.value for fact in typical_entry("changes").facts}
    keys = ("deployments_elite", "failure_rate_elite", "found_by_canary", "recovery_elite")
    rate, bad, found, recovery = (facts[key] for key in keys)
    front = [one.name for service in system.services.values() for one in named_needs(service.needs)]
    scope = tuple(dict.fromkeys(name for name in front if _is_deployed(system, name)))
    if not scope:
        return None
    change = Change(
        scope=scope,
        rate=parse_rate_per_time(rate),
        failure_rate=parse_probability(bad),
        strategy="canary",
        waves=FIRST_WAVES,
        catch=parse_probability(found),
        rollback=Fixed(parse_duration(recovery)),
    )
    whose = ", ".join(scope) if len(scope) <= MOST_NAMED else f"{len(scope)} components"
    text = f"{rate} changes of {whose}, {bad} bad, {found} of these found by a canary, "
    text += f"{recovery} until they are undone"
    changes = {**system.changes, _free_name(system, "releases"): change}
    return _correction(
        system.model_copy(update={"changes": changes}), [Figures("changes", text, keys)]
    )


def _is_deployed(system: System, name: str) -> bool:
    component = system.components.get(name)
    return component is not None and component.kind in (*PROGRAMS, "load-balancer")


CORRECTIONS: Mapping[Mistake, Callable[[System, Collection[str]], Correction | None]] = {
    "detection": _detection,
    "coverage": _coverage,
    "changeover coverage": _changeover_coverage,
    "instant failover": _instant_failover,
    "latent": _latent,
    "independence": _independence,
    "placement": _placement,
    "domains": _domains,
    "crews": _crews,
    "tails": _tails,
    "no failures": _no_failures,
    "field rates": _field_rates,
    "changes": _changes,
}
"""A correction for each mistake."""


# ---------------------------------------------------------------------------- changed systems


def _correction(system: System, used: Iterable[Figures]) -> Correction | None:
    """The correction that uses some figures; None where there are none."""
    figures = tuple(used)
    if not figures:
        return None
    grades = {grade for one in figures for grade in one.grades}
    sources = dict.fromkeys(source for one in figures for source in one.sources)
    text = "; ".join(map(str, figures))
    return Correction(text, max(grades, default=None), tuple(sources), system)


def _with_modes(
    system: System,
    names: Collection[str],
    change: Callable[[Component | Domain, FailureMode], FailureMode],
) -> System:
    """The system with other failure modes of some components and domains."""
    sections: dict[str, Any] = {}
    for section in ("components", "domains"):
        owners = dict(getattr(system, section))
        for name in (name for name in names if name in owners):
            modes = {key: change(owners[name], mode) for key, mode in owners[name].failures.items()}
            owners[name] = owners[name].model_copy(update={"failures": modes})
        sections[section] = owners
    return system.model_copy(update=sections)


def _with_failover(component: Component, values: Mapping[str, Any]) -> Component:
    """The component with other values of its failover."""
    assert component.failover is not None
    failover = component.failover.model_copy(update=values)
    return component.model_copy(update={"failover": failover})


def _free_name(system: System, wish: str) -> str:
    """A name that nothing in a system has."""
    sections = (system.domains, system.links, system.crews, system.components, system.services)
    taken = {name for one in (*sections, system.changes, system.maintenance) for name in one}
    return next(name for n in count(1) if (name := wish if n == 1 else f"{wish}-{n}") not in taken)


def _tell_modes(modes: Mapping[str, FailureMode]) -> str:
    return ", ".join(
        f"{name} {SECONDS_PER_YEAR / mode.after.mean:.3g} times a year for {mode.repair}"
        for name, mode in modes.items()
    )
