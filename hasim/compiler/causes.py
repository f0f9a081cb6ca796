"""Who remembers what: the failure that started a failover chain, or that a replica starts after.

Theory of operation
-------------------
An outage ends long after its cause has gone: a standby is promoted while the zone is back, a
replica starts after its repair. So that downtime is still charged to what began it, two kinds of
automata remember a cause: `db cause` for each failing-over group and `web.1 start` for each replica
that takes time to start. Each failure emits a signal `db.1.crash begins` to those whom it can
concern: its own replica's and group's, and those of everything that it can mask, directly or
through the needs of a domain or host. They look at the gates as they are after the failure's step,
and take note only if it stopped them.

Rules of this file
------------------
1. Only failures are sources; whatever stops something is, in its instant, the work of one.
2. A failure that concerns nobody emits nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hasim.compiler.failover import chain_of
from hasim.compiler.failover_gates import chain_starts
from hasim.compiler.plan import Group, Plan
from hasim.compiler.serving import can_stop, is_controlled, places_around, starter_of
from hasim.compiler.signals import begins, strikes_begin
from hasim.process import Alternative, Automaton, Origin, Phase, Reaction, Row
from hasim.topology import named_needs

PASS = "causes"

NOTHING = "nothing yet"
"""Phase of a memory before the first chain."""

Sources = dict[str, str]
"""Signals that something can be stopped by, and the cause that each stands for."""


def cause_of(name: str) -> str:
    """Name of the automaton that remembers what started a group's chain."""
    return f"{name} cause"


def add_signals(plan: Plan) -> None:
    """Let the failures of everything reach those who remember."""
    for group in plan.groups.values():
        for listener, sources in listeners(plan, group):
            for signal, cause in sources.items():
                plan.draft.add_signal(signal, (listener,), Origin(cause, PASS))


def listeners(plan: Plan, group: Group) -> Iterator[tuple[str, Sources]]:
    """Yield the automata of a group that remember, and what each can be stopped by."""
    if is_controlled(plan, group):
        yield cause_of(group.name), sources_of_group(plan, group)
    for index in range(len(group.replicas)) if group.has_start else ():
        if can_stop(plan, group, index):
            yield starter_of(group.replicas[index]), sources_of_replica(plan, group, index)


def sources_of_group(plan: Plan, group: Group) -> Sources:
    """What can stop any replica of a group."""
    found: Sources = {}
    for index in range(len(group.replicas)):
        found |= sources_of_replica(plan, group, index)
    return found


def sources_of_replica(plan: Plan, group: Group, index: int) -> Sources:
    """What can stop a replica: its own failures, and those of all that can mask it."""
    name = group.replicas[index]
    found: Sources = {}
    for mode in group.modes:
        if mode.has_own:
            found[begins(name, mode)] = mode.cause
        if mode.has_common:
            found[strikes_begin(mode)] = mode.common
    for place in group.around(index):
        found |= _sources_of_place(plan, place)
    return found | _sources_of_holds(plan, name)


def _sources_of_holds(plan: Plan, name: str) -> Sources:
    """What mechanisms stop a replica or group by."""
    holds = plan.holds.get(name, ())
    return {signal: cause for hold in holds for signal, cause in hold.sources.items()}


def _sources_of_place(plan: Plan, place: str) -> Mapping[str, str]:
    """What can close a domain or host, itself and all that it depends on."""
    known = plan.sources.get(place)
    if known is None:
        known = plan.sources[place] = {}
        for name in _reached_from(plan, place):
            known |= _own_sources(plan, name)
    return known


def _reached_from(plan: Plan, place: str) -> dict[str, None]:
    """Domains and replicas of which one can close a place."""
    reached = {place: None}
    queue = [place]
    for name in queue:
        for other in _read_by(plan, name):
            if other not in reached:
                reached[other] = None
                queue.append(other)
    return reached


def _read_by(plan: Plan, name: str) -> Iterator[str]:
    """Yield what a thing reads to know whether it serves: domains, replicas, components."""
    if name in plan.system.domains:
        domain = plan.system.domains[name]
        yield from places_around(domain)
        needs = domain.needs
    elif name in plan.groups:
        yield from plan.groups[name].replicas
        needs = plan.groups[name].component.needs
    elif name in plan.system.services:
        needs = plan.system.services[name].needs
    else:
        group, index = plan.group_of(name)
        yield from group.around(index)
        needs = group.component.needs
    yield from (need.name for need in named_needs(needs))


def _own_sources(plan: Plan, name: str) -> Sources:
    if name in plan.domain_modes:
        return {begins(name, mode): mode.cause for mode in plan.domain_modes[name]}
    if name in plan.groups or name in plan.system.services:
        return _sources_of_holds(plan, name)
    group, _ = plan.group_of(name)
    found = {begins(name, mode): mode.cause for mode in group.modes if mode.has_own}
    found |= {strikes_begin(mode): mode.common for mode in group.modes if mode.has_common}
    return found | _sources_of_holds(plan, group.name) | _sources_of_holds(plan, name)


# ---------------------------------------------------------------------------- what groups remember


def add_causes(plan: Plan) -> None:
    """Add the memory of each failing-over group."""
    for group in plan.groups.values():
        if is_controlled(plan, group):
            plan.draft.add_automaton(_memory(plan, group))


def _memory(plan: Plan, group: Group) -> Automaton:
    """What started the chain: taken down while the controller has yet to notice."""
    assert group.component.failover is not None
    sources = sources_of_group(plan, group)
    causes = tuple(dict.fromkeys(sources.values()))
    begun = chain_starts(plan, group, chain_of(group.component.failover).watching)
    reactions = (
        Reaction(signal, phase, Row((Alternative(cause, guard=begun),)))
        for signal, cause in sources.items()
        for phase in (NOTHING, *causes)
        if phase != cause
    )
    return Automaton(
        cause_of(group.name),
        tuple(Phase(name) for name in (NOTHING, *causes)),
        ((NOTHING, 1.0),),
        reactions=tuple(reactions),
        origin=Origin(group.name, PASS),
    )
