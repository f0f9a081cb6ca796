"""The basic events of a model: what can be down, what it takes with it, where that is seen.

Theory of operation
-------------------
A cut set is made of basic events. Here a basic event is that a replica is down by one of its own
failure modes, that a domain is down, that a common cause has struck a group, that a certificate has
expired, or that a bad change is everywhere. Each says what is lost with it (hasim/losses.py) and by
which phases of which automaton of the compiled Process it is seen.

Rules of this file
------------------
1. A replica that a common cause has struck is not down by itself, so that no event holds another.
2. Replicas of one component in one place are alike: swapping them changes nothing, unless others
   run on them or one of them is never replaced.
3. What only slows, exposes or takes out on purpose (cuts of links, waves, maintenance) is no event.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from hasim.compiler import changes, failures
from hasim.compiler.changes import strikes_all
from hasim.process import Automaton, Process
from hasim.system import Component, FailureMode, System
from hasim.topology import Place, placement

_COMMON = "common "
_EVERYWHERE = ("detect", "rollback")
"""Phases of a bad change that has reached all of its scope (hasim/compiler/changes.py)."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that can be down.

    Parameters
    ----------
    name : str
        ``db.1``, ``zone a``, ``db.crash.common``.
    kind : str
        What it is one of: ``db``, ``zone``; its own name where there is only one.
    alike : tuple
        Equal for events that can stand for one another.
    lost : frozenset of str
        What is gone while it lasts, as `hasim.losses` takes it.
    automaton : str
    phases : tuple of str
        In which the automaton is while it lasts.
    chance : float
        A rough share of time for which it lasts, to say what is worth measuring.
    """

    name: str
    kind: str
    alike: tuple[str, ...]
    lost: frozenset[str]
    automaton: str
    phases: tuple[str, ...]
    chance: float


def find_events(system: System, process: Process) -> tuple[Event, ...]:
    """The basic events of a system, in the order of declaration: domains, replicas, the rest.

    Parameters
    ----------
    system : System
    process : Process
        Compiled from it.
    """
    automata = {automaton.name: automaton for automaton in process.automata}
    found = (*_domains(system), *_replicas(system), *_shared(system))
    return tuple(
        Event(one.name, one.kind, one.alike, one.lost, one.automaton, phases, one.chance)
        for one in found
        if one.automaton in automata and (phases := _phases(automata[one.automaton], one))
    )


def phases_of_mode(automaton: Automaton, mode: str, *, common: bool = False) -> tuple[str, ...]:
    """The phases in which a replica or domain is down by a failure mode.

    Parameters
    ----------
    automaton : Automaton
    mode : str
    common : bool
        Those after a common cause, instead of those after a failure of its own.
    """
    return tuple(
        phase.name
        for phase in automaton.phases
        if phase.name.partition(".")[0] == mode
        and phase.name.partition(".")[2].startswith(_COMMON) == common
    )


def _phases(automaton: Automaton, event: Event) -> tuple[str, ...]:
    """The phases of an event, which as found names the modes, or the phases, to look for."""
    if automaton.origin.made_by == failures.PASS:
        return tuple(phase for mode in event.phases for phase in phases_of_mode(automaton, mode))
    if automaton.origin.made_by == changes.PASS:
        return tuple(phase.name for phase in automaton.phases if phase.name in _EVERYWHERE)
    started = {phase for phase, _ in automaton.start}
    return tuple(phase.name for phase in automaton.phases if phase.name not in started)


def _domains(system: System) -> Iterator[Event]:
    for name, domain in system.domains.items():
        title, modes = f"{domain.level} {name}", tuple(domain.failures)
        chance = _chance(domain.failures)
        yield Event(title, domain.level, (title,), frozenset([name]), name, modes, chance)


def _replicas(system: System) -> Iterator[Event]:
    places = placement(system)
    hosts = {place.host for found in places.values() for place in found}
    for name, component in system.components.items():
        own = {key: mode for key, mode in component.failures.items() if mode.common_cause < 1.0}
        chance = _chance(own)
        for number, place in enumerate(places[name], start=1):
            replica = f"{name}.{number}"
            alike = _alike(replica, component, place, hosts)
            lost = frozenset([replica])
            yield Event(replica, name, alike, lost, replica, tuple(own), chance)


def _alike(
    replica: str, component: Component, place: Place, hosts: Collection[str | None]
) -> tuple[str, ...]:
    failover = component.failover
    if replica in hosts or (failover is not None and failover.never_works):
        return (replica,)
    name = replica.rpartition(".")[0]
    if component.relocate is not None:
        return (name, "anywhere")
    return (name, place.domain or "", place.host or "")


def _shared(system: System) -> Iterator[Event]:
    """What strikes whole components."""
    for name, component in system.components.items():
        for key, mode in component.failures.items():
            if mode.common_cause and component.replicas > 1:
                cause = f"{name}.{key}.common"
                chance = mode.common_cause * mode.repair.mean / mode.after.mean
                yield Event(cause, cause, (cause,), frozenset([name]), cause, (), chance)
    for name, certificate in system.certificates.items():
        chance = certificate.missed * certificate.renew.mean / certificate.every
        lost = frozenset(certificate.on)
        yield Event(name, name, (name,), lost, name, (), chance)
    for name, change in system.all_changes().items():
        if strikes_all(system, name):
            lasts = change.detect.mean + change.rollback.mean
            chance = change.rate * change.failure_rate * lasts
            yield Event(name, name, (name,), frozenset(change.scope), name, (), chance)


def _chance(modes: Mapping[str, FailureMode]) -> float:
    """The share of time in which what has these modes is down, if nobody is waited for."""
    load = 0.0
    for mode in modes.values():
        detect = mode.detect.mean if mode.detect is not None else 0.0
        load += (1.0 - mode.common_cause) * (detect + mode.repair.mean) / mode.after.mean
    return load / (1.0 + load)
