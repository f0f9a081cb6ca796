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
3. A need that is tolerated for a time stops what has it later, at the end of that time; its
   tolerance (tolerance.py) remembers what it was missed for, and passes it on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from hasim.compiler.failback import failback_cause
from hasim.compiler.failover import SPURIOUS_PICK, spurious_cause, watching
from hasim.compiler.failover_gates import chain_starts
from hasim.compiler.links import cut_begins, cut_cause, links_of
from hasim.compiler.needs import parts_of, tolerated_needs
from hasim.compiler.plan import Group, Plan, is_instant
from hasim.compiler.serving import (
    can_stop,
    is_controlled,
    places_around,
    starter_of,
    whereabouts_of,
)
from hasim.compiler.signals import (
    begins,
    ends_after,
    goes_back,
    is_spurious,
    strikes_begin,
    takes_note,
)
from hasim.compiler.split_brain import CUT_PICK, causes_of_fencing
from hasim.process import Alternative, Automaton, Origin, Phase, Reaction, Row
from hasim.system import Need
from hasim.topology import stopping_needs

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
            _listen(plan, listener, sources)
    for group in plan.groups.values():
        for name in group.replicas if group.relocates else ():
            sources = sources_of_places(plan, plan.hosts_of(group))
            _listen(plan, cause_of(whereabouts_of(name)), sources)
    for title, need in plan.changeovers.items():
        _listen(plan, cause_of(title), sources_of_needs(plan, need.needs))
    for title, missed in reversed(plan.tolerances.items()):  # the needing before the needed
        if plan.draft.emits(*tolerance_sources(plan, title, missed.need)):
            sources = sources_of_needs(plan, (missed.need,), tolerated=False)
            _listen(plan, cause_of(title), sources)


def _listen(plan: Plan, listener: str, sources: Sources) -> None:
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
    return found | _sources_of_leading(plan, group)


def _sources_of_leading(plan: Plan, group: Group) -> Sources:
    """What takes the leader away from a group though no replica is lost."""
    found = causes_of_fencing(plan, group)
    if group.is_quorum:
        found |= {cut_begins(link): cut_cause(link) for link in links_of(plan, group)}
    failover = group.component.failover
    if failover is not None and failover.spurious is not None:
        lost = found or any(can_stop(plan, group, index) for index in range(len(group.replicas)))
        if lost or group.stops_by_mistake:  # else another takes over at once, whenever it happens
            found[is_spurious(group)] = spurious_cause(group)
    return found


def _sources_of_return(group: Group) -> Sources:
    """What the way back to the first replica stops, of those who need the group."""
    failover = group.component.failover
    if failover is None or failover.failback is None or is_instant(failover.failback.takes):
        return {}
    return {takes_note(goes_back(group)): failback_cause(group)}


def sources_of_replica(plan: Plan, group: Group, index: int) -> Sources:
    """What can stop a replica: its own failures, and those of all that can mask it."""
    name = group.replicas[index]
    found: Sources = {}
    for mode in group.modes:
        if mode.has_own:
            found[begins(name, mode)] = mode.cause
        if mode.has_common:
            found[strikes_begin(mode)] = mode.common
    around = group.around(index)
    around += plan.hosts_of(group) if group.relocates else ()
    return found | sources_of_places(plan, around) | _sources_of_holds(plan, name)


def sources_of_places(plan: Plan, places: Iterable[str]) -> Sources:
    """What can close any of some domains and hosts."""
    found: Sources = {}
    for place in places:
        found |= _sources_of_place(plan, place)
    return found


def sources_of_needs(plan: Plan, needs: Iterable[Need], *, tolerated: bool = True) -> Sources:
    """What can stop any of some needs.

    Parameters
    ----------
    plan : Plan
    needs : iterable of Need
    tolerated : bool
        Whether the ends of their own tolerances are among it.
    """
    listed = tuple(needs)
    found: Sources = {}
    for need in stopping_needs(listed):
        found |= _sources_of_place(plan, need.name)
    inner = listed if tolerated else tuple(one for need in listed for one in parts_of(need))
    return found | _ends_of_tolerances(plan, inner)


def tolerance_sources(plan: Plan, title: str, need: Need) -> Sources:
    """The signals by which a tolerance ends, and what the need was missing for."""
    causes = sources_of_needs(plan, (need,), tolerated=False).values()
    return {ends_after(title, cause): cause for cause in dict.fromkeys(causes)}


def _ends_of_tolerances(plan: Plan, needs: Iterable[Need]) -> Sources:
    found: Sources = {}
    for need in tolerated_needs(needs):
        for title, missed in plan.tolerances.items():
            if missed.need is need:
                found |= tolerance_sources(plan, title, need)
    return found


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
            known |= _ends_of_tolerances(plan, _needs_of(plan, name))
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
        yield from places_around(plan.system.domains[name])
    elif name in plan.groups:
        yield from plan.groups[name].replicas
    elif name not in plan.system.services:
        group, index = plan.group_of(name)
        yield from group.around(index)
        yield from plan.hosts_of(group) if group.relocates else ()
    yield from (need.name for need in stopping_needs(_needs_of(plan, name)))


def _needs_of(plan: Plan, name: str) -> tuple[Need, ...]:
    """The needs of a domain, component or service, or of a replica's component."""
    system = plan.system
    for owners in (system.domains, system.components, system.services):
        if name in owners:
            return owners[name].needs
    return plan.group_of(name)[0].component.needs


def _own_sources(plan: Plan, name: str) -> Sources:
    if name in plan.domain_modes:
        return {begins(name, mode): mode.cause for mode in plan.domain_modes[name]}
    if name in plan.groups:
        group = plan.groups[name]
        leading = _sources_of_leading(plan, group) | _sources_of_return(group)
        return _sources_of_holds(plan, name) | (leading if is_controlled(plan, group) else {})
    if name in plan.system.services:
        return {}
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
    mistaken = [SPURIOUS_PICK] * (group.component.failover.spurious is not None)
    mistaken += [CUT_PICK] * bool(causes_of_fencing(plan, group))
    begun = chain_starts(plan, group, watching(plan, group), tuple(mistaken))
    return memory_of(group.name, sources_of_group(plan, group), begun)


def memory_of(name: str, sources: Sources, begun: str) -> Automaton:
    """What remembers a cause: the one whose signal came while a gate held.

    Parameters
    ----------
    name : str
        What it remembers for.
    sources : Mapping of str to str
        Signals to listen to, and the cause that each stands for.
    begun : str
        Gate that holds while there is something to take down.
    """
    causes = tuple(dict.fromkeys(sources.values()))
    reactions = (
        Reaction(signal, phase, Row((Alternative(cause, guard=begun),)))
        for signal, cause in sources.items()
        for phase in (NOTHING, *causes)
        if phase != cause
    )
    return Automaton(
        cause_of(name),
        tuple(Phase(cause) for cause in (NOTHING, *causes)),
        ((NOTHING, 1.0),),
        reactions=tuple(reactions),
        origin=Origin(name, PASS),
    )
