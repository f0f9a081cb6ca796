"""Blame: the stage and the cause that each second of an outage goes to.

Theory of operation
-------------------
Downtime goes to the item that holds service back: from the service down to the first need that does
not serve, in declaration order, deepest first. What is reached there is a group of which too few
replicas serve. In a k-of-n group it is the (required - serving)-th most advanced replica that does
not serve; behind a balancer one that serves and is not readmitted is the most advanced. In a
failing-over group it is the controller's stage, charged to what started the
chain; while it waits, the stage of its most advanced replica. What is masked is charged to the
innermost place around it that is itself down, or whose needs do not serve.

Tables are shared: a group is one table however many need it, a place one for all that is inside.

Rules of this file
------------------
1. Only gates and phases are read; the remembered causes stand in causes.py and start.py.
2. What nothing can stop has no blame (None) and no case.
3. A label whose cause is always replaced carries one that can be meant.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from hasim.compiler.alarms import people_of
from hasim.compiler.causes import cause_of, sources_of_group, sources_of_replica
from hasim.compiler.changeover import changeover_blame
from hasim.compiler.failback import failback_cause
from hasim.compiler.failover import (
    BY_MISTAKE,
    RECONNECT,
    RECONNECT_BACK,
    STUCK,
    WAIT,
    chain_of,
    needs_people,
)
from hasim.compiler.failover_gates import candidate, has_rebuild
from hasim.compiler.links import CUT, cut_cause, links_of
from hasim.compiler.plan import UP, Group, Mode, Plan
from hasim.compiler.relocation import DECIDE, relocation_blame
from hasim.compiler.rotation import Rotation, causes_of, rotation_of, stoppable
from hasim.compiler.route_shares import serves_behind
from hasim.compiler.serving import (
    SERVING,
    can_stop,
    controller_of,
    has_quorum,
    host_carries,
    is_controlled,
    local_need_met,
    may_not_serve,
    need_met,
    place_open,
    places_around,
    reaches_quorum,
    replica_gate,
    starter_of,
)
from hasim.compiler.start import starting
from hasim.process import (
    Blame,
    ByPhase,
    Charged,
    FirstFailing,
    Holds,
    Label,
    Occupancy,
    Origin,
    Ranked,
)
from hasim.system import Changeover, Need, NeedAll, NeedAny, NeedAtLeast, NeedCells, NeedName
from hasim.topology import group_needs

PASS = "blame"

DETECT, CREW, REPAIR, REBUILD, START = "detect", "crew", "repair", "rebuild", "start"
ACKNOWLEDGE, DIAGNOSE = "acknowledge", "diagnose"
READMIT = "readmit"
MASKED, MANUAL = "masked", "manual"

ADVANCE = (
    MASKED, CUT, DETECT, DECIDE, CREW, ACKNOWLEDGE, DIAGNOSE, REPAIR, REBUILD, START,
)  # fmt: skip
"""Stages of a replica from the least to the most advanced."""

PLANNED = ("maintenance", "deploy")
"""What is out on purpose can be put back soonest, so it comes after all other stages."""

Cases = tuple[tuple[str, Blame], ...]


def service_blame(plan: Plan, name: str) -> Blame | None:
    """What holds a service back."""
    if name not in plan.blames:
        cases = _failing_needs(plan, plan.system.services[name].needs)
        plan.blames[name] = _first(cases, None)
    return plan.blames[name]


def group_blame(plan: Plan, name: str, at_least: int | None = None) -> Blame | None:
    """What holds a group back: a need, or else its own replicas."""
    group = plan.groups[name]
    least = group.component.required if at_least is None else at_least
    key = f"{least} of {name}"
    if key not in plan.blames:
        needs = dict(_failing_needs(plan, group_needs(group.component.needs)))
        holds = (case for case in _holds(plan, name) if case[0] not in needs)
        cases = (*needs.items(), *holds)
        if is_controlled(plan, group):
            stoppable = sources_of_group(plan, group)
            own: Blame | None = _quorum_first(plan, group) if stoppable else None
        else:
            own = None if group.fails_over else _ranked_blame(plan, group, least)
        plan.blames[key] = _first(cases, own)
    return plan.blames[key]


# ---------------------------------------------------------------------------- needs


def _failing_needs(plan: Plan, needs: Iterable[Need]) -> Cases:
    """The needs that can fail: gate and blame of each, in their order."""
    found: dict[str, Blame] = {}
    for need in needs:
        blame = _need_blame(plan, need)
        if blame is not None:
            for term in need_met(plan, need):
                assert isinstance(term, Holds)
                found.setdefault(term.gate, blame)
    return tuple(found.items())


def _holds(plan: Plan, name: str) -> Cases:
    """What mechanisms ask of a replica or group: gate and blame of each."""
    return tuple((hold.gate, hold.blame) for hold in plan.holds.get(name, ()))


def _need_blame(plan: Plan, need: Need) -> Blame | None:
    match need:
        case _ if need.fails_open:
            return None
        case NeedName():
            if need.by is not None:
                return _routed_blame(plan, need)
            if need.name in plan.groups:
                return group_blame(plan, need.name, need.at_least)
            return service_blame(plan, need.name)
        case _ if not need_met(plan, need):
            return None
        case NeedAny(failover=Changeover()):
            blames = tuple(_need_blame(plan, inner) for inner in need.needs)
            return changeover_blame(plan, need, blames)
        case NeedAny() | NeedAll() | NeedAtLeast() | NeedCells():
            return _first(_failing_needs(plan, need.needs), None)
        case _:
            assert_never(need)


def _first(cases: Cases, otherwise: Blame | None) -> Blame | None:
    """The shortest table that says: the first failing case, else this."""
    if not cases:
        return otherwise
    if len(cases) == 1 and otherwise is None:
        return cases[0][1]
    return FirstFailing(cases, otherwise)


# ---------------------------------------------------------------------------- k of n


def _ranked_blame(
    plan: Plan, group: Group, least: int, members: tuple[int, ...] | None = None
) -> Blame | None:
    """Blame of a k-of-n group, or of some of its replicas."""
    indices = range(len(group.replicas)) if members is None else members
    fallible = [index for index in indices if may_not_serve(plan, group, index)]
    still = least - (len(indices) - len(fallible))
    if still <= 0:
        return None
    table = _phase_cases(group.modes)
    told = tuple(
        (replica_gate(plan, group, index), _replica_blame(plan, group, index, table))
        for index in fallible
    )
    return told[0][1] if len(told) == 1 else Ranked(told, still, _advance(plan))


def _advance(plan: Plan) -> tuple[str, ...]:
    """The stages that a replica can be in; those of rare mechanisms where there are any."""
    people = any(people_of(one) for one in plan.system.monitoring.values())
    cuts, moves = bool(plan.system.links), plan.relocates
    rare = {ACKNOWLEDGE: people, DIAGNOSE: people, CUT: cuts, DECIDE: moves}
    stages = tuple(stage for stage in ADVANCE if rare.get(stage, True))
    return (*stages, *PLANNED) if plan.holds else stages


def _routed_blame(plan: Plan, need: NeedName) -> Blame | None:
    """What holds back a group behind a balancer: what is back and not readmitted counts too."""
    rotation = rotation_of(plan, need)
    if not rotation.readmission:
        return group_blame(plan, need.name)
    if rotation.title not in plan.blames:
        needs = _failing_needs(plan, group_needs(rotation.group.component.needs))
        own = _rotation_blame(plan, rotation)
        plan.blames[rotation.title] = _first((*needs, *_holds(plan, need.name)), own)
    return plan.blames[rotation.title]


def _rotation_blame(plan: Plan, rotation: Rotation) -> Blame | None:
    group = rotation.group
    fallible = stoppable(plan, group)
    still = group.component.required - (len(group.replicas) - len(fallible))
    if still <= 0:
        return None
    table = _phase_cases(group.modes)
    members = []
    for index in fallible:
        down = _replica_blame(plan, group, index, table)
        back = [
            (step.after(cause), cause)
            for step in rotation.readmission
            for cause in causes_of(plan, group, index)
        ]
        waits = _remembered(READMIT, rotation.watcher(index), back) if back else down
        blame = FirstFailing(((replica_gate(plan, group, index), down),), waits)
        members.append((serves_behind(plan, rotation, index), blame))
    order = (*_advance(plan), READMIT)
    return members[0][1] if len(members) == 1 else Ranked(tuple(members), still, order)


def _replica_blame(plan: Plan, group: Group, index: int, table: tuple[Cases, Cases]) -> Blame:
    """The blame of a replica that does not serve: masked, without its own needs, down, starting."""
    cases, waiting = table
    starts = group.has_start and can_stop(plan, group, index)
    if starts:
        started = _start_blame(plan, group, index)
        cases = (*cases, (UP, started))
    own: Blame | None = None
    if group.can_fail:
        own = ByPhase(group.replicas[index], cases, waiting)
    elif starts:
        own = started
    missing = _missing_within(plan, group, index)
    blame = _first((*_masks(plan, group, index), *missing), own)
    assert blame is not None
    return blame


def _missing_within(plan: Plan, group: Group, index: int) -> Cases:
    """What a replica needs within its own domain: gate and blame of each."""
    found: dict[str, Blame] = {}
    for need in group.local_needs:
        for term in local_need_met(plan, group, index, need):
            assert isinstance(term, Holds)
            found.setdefault(term.gate, _blame_within(plan, group, index, need))
    return tuple(found.items())


def _blame_within(plan: Plan, group: Group, index: int, need: NeedName) -> Blame:
    """Why too few of what a replica needs serve in its own domain."""
    other, domain = plan.groups[need.name], plan.domain_of(group, index, need)
    key = f"{need.at_least or 1} of {need.name} in {domain}"
    if key not in plan.blames:
        cases = _failing_needs(plan, group_needs(other.component.needs))
        members = plan.members_in(other, domain, need)
        own = _ranked_blame(plan, other, need.at_least or 1, members)
        plan.blames[key] = _first((*cases, *_holds(plan, need.name)), own)
    blame = plan.blames[key]
    assert blame is not None
    return blame


def _phase_cases(modes: tuple[Mode, ...]) -> tuple[Cases, Cases]:
    """Cases and waiting cases by the phases of something that is down."""
    cases: list[tuple[str, Blame]] = []
    waiting: list[tuple[str, Blame]] = []
    for mode in modes:
        if mode.has_own:
            own, waits = _mode_cases(mode)
            cases += own
            waiting += waits
        if mode.has_common:
            if mode.strike_can_hide:
                cases.append((mode.struck, Label(DETECT, mode.common)))
            cases.append((mode.struck_found, _common_blame(mode)))
    return tuple(cases), tuple(waiting)


def _mode_cases(mode: Mode) -> tuple[Cases, Cases]:
    unfound = Label(DETECT, mode.cause)
    phases = [*mode.detects, *[mode.detect_by_failover] * mode.watched]
    phases += [mode.dormant] * (mode.latent > 0)
    work = tuple((mode.phase(stage), Label(stage, mode.cause)) for stage in _work(mode))
    waiting = tuple((mode.phase(state), Label(CREW, mode.cause)) for state in _waits(mode))
    return (*((phase, unfound) for phase in phases), *work), waiting


def _work(mode: Mode) -> tuple[str, ...]:
    """The states of a failure that is found, each a stage of its own."""
    return (*(step.name for step in mode.people), REPAIR)


def _waits(mode: Mode) -> tuple[str, ...]:
    """Those of them in which a crew is needed."""
    crew = None if mode.alarm is None else mode.alarm.crew
    people = () if crew is None else tuple(step.name for step in mode.people)
    return (*people, *[REPAIR] * (mode.given.crew is not None))


def _common_blame(mode: Mode) -> Blame:
    work = tuple((stage, Label(stage, mode.common)) for stage in _work(mode))
    waiting = tuple((state, Label(CREW, mode.common)) for state in _waits(mode))
    if len(work) == 1 and not waiting:
        return work[0][1]
    return ByPhase(mode.common, work, waiting)


def _start_blame(plan: Plan, group: Group, index: int) -> Blame:
    causes = dict.fromkeys(sources_of_replica(plan, group, index).values())
    return _remembered(
        START, starter_of(group.replicas[index]), ((starting(cause), cause) for cause in causes)
    )


def _remembered(stage: str, memory: str, causes: Iterable[tuple[str, str]]) -> Charged:
    """A stage charged to the cause that an automaton remembers."""
    known = tuple(causes)
    return Charged(Label(stage, known[0][1]), automaton=memory, causes=known)


# ---------------------------------------------------------------------------- places


def _masks(plan: Plan, group: Group, index: int) -> Cases:
    """The gates that tell whether a replica is masked, and whom that is charged to."""
    cases = {
        term.gate: _masked_blame(plan, place)
        for place in group.around(index)
        for term in place_open(plan, place)
        if isinstance(term, Holds)
    }
    return (*cases.items(), *_moves(plan, group, index), *_holds(plan, group.replicas[index]))


def _moves(plan: Plan, group: Group, index: int) -> Cases:
    """Why a replica that is restarted elsewhere runs nowhere."""
    if not group.relocates:
        return ()
    hosts = (host for host in plan.hosts_of(group) if host_carries(plan, host))
    masked = {host: _masked_blame(plan, host) for host in hosts}
    return (relocation_blame(plan, group, index, masked),) if masked else ()


def _masked_blame(plan: Plan, place: str) -> Blame:
    key = f"masked by {place}"
    if key not in plan.blames:
        blame = place_blame(plan, place)
        assert blame is not None
        plan.blames[key] = Charged(blame, stage=MASKED)
    masked = plan.blames[key]
    assert masked is not None
    return masked


def place_blame(plan: Plan, place: str) -> Blame | None:
    """Why a domain or host is closed: itself, then its needs, then what is around it."""
    if place not in plan.blames:
        on_domain = place in plan.system.domains
        tell = _tell_domain if on_domain else _tell_host
        plan.blames[place] = tell(plan, place)
    return plan.blames[place]


def _tell_domain(plan: Plan, name: str) -> Blame | None:
    domain = plan.system.domains[name]
    rest = dict(_failing_needs(plan, domain.needs))
    for place in places_around(domain):
        rest |= _around(plan, place)
    own = _place_itself(name, plan.domain_modes[name])
    return _itself_first(plan, name, own, tuple(rest.items()), None)


def _tell_host(plan: Plan, name: str) -> Blame | None:
    group, index = plan.group_of(name)
    needs = group_needs(group.component.needs)
    rest = dict((*_failing_needs(plan, needs), *_holds(plan, group.name)))
    for place in group.around(index):
        rest |= _around(plan, place)
    rest |= dict(_moves(plan, group, index))
    rest |= dict((*_holds(plan, name), *_missing_within(plan, group, index)))
    starts = group.has_start and can_stop(plan, group, index)
    otherwise = _start_blame(plan, group, index) if starts else None
    return _itself_first(
        plan, name, _place_itself(name, group.modes), tuple(rest.items()), otherwise
    )


def _place_itself(name: str, modes: tuple[Mode, ...]) -> Blame | None:
    """The blame of a place that is down by itself."""
    if not modes:
        return None
    cases, waiting = _phase_cases(modes)
    return ByPhase(name, cases, waiting)


def _itself_first(
    plan: Plan, name: str, own: Blame | None, rest: Cases, otherwise: Blame | None
) -> Blame | None:
    after = _first(rest, otherwise)
    if own is None or after is None:
        return own or after
    up = plan.draft.gate(f"{name} up", ((Occupancy(name, UP), 1),), 1, Origin(name, PASS))
    return FirstFailing(((up, own), *rest), otherwise)


def _around(plan: Plan, place: str) -> dict[str, Blame]:
    found: dict[str, Blame] = {}
    for term in place_open(plan, place):
        blame = place_blame(plan, place)
        assert isinstance(term, Holds)
        assert blame is not None
        found[term.gate] = blame
    return found


# ---------------------------------------------------------------------------- failing over


def _controlled_blame(plan: Plan, group: Group) -> Blame:
    failover = group.component.failover
    assert failover is not None
    causes = dict.fromkeys(sources_of_group(plan, group).values())
    chain, memory = chain_of(group.component), cause_of(group.name)
    names = dict.fromkeys(name for name, _ in (*chain.before, *chain.after))
    stages = [*names, *[MANUAL] * (needs_people(failover) and failover.manual is not None)]
    known = tuple((cause, cause) for cause in causes)
    cases: list[tuple[str, Blame]] = [
        (stage, _remembered(stage, memory, known))
        for stage in stages
        if _is_phase(plan, group, stage)
    ]
    cases += [
        (stage, Label(RECONNECT if stage == RECONNECT_BACK else stage, failback_cause(group)))
        for stage, _ in chain.back
    ]
    if _is_phase(plan, group, BY_MISTAKE):
        cases.append((BY_MISTAKE, _remembered(MANUAL, memory, known)))
    waits = _waiting_blame(plan, group, memory, known)
    if waits is not None:
        cases += [(phase, waits) for phase in (STUCK, WAIT) if _is_phase(plan, group, phase)]
    if group.has_start:
        cases.append((SERVING, _remembered(START, memory, known)))
    return ByPhase(controller_of(group.name), tuple(cases))


def _without_quorum(plan: Plan, group: Group, index: int) -> Cases:
    """Why one cannot lead that reaches too few: the links that are cut, or else the others."""
    origin = Origin(group.name, PASS)
    lacking = _ranked_blame(plan, group, group.component.required)
    links = tuple(
        (
            plan.draft.gate(f"{link} is whole", ((Occupancy(link, UP), 1),), 1, origin),
            Label(CUT, cut_cause(link)),
        )
        for link in links_of(plan, group)
    )
    gates = (term for term in reaches_quorum(plan, group, index) if isinstance(term, Holds))
    return tuple((term.gate, FirstFailing(links, lacking)) for term in gates)


def _quorum_first(plan: Plan, group: Group) -> Blame:
    """The blame of a group that leads; without its quorum, that of the replica it lacks."""
    otherwise = _controlled_blame(plan, group)
    lacking = _ranked_blame(plan, group, group.component.required) if group.is_quorum else None
    gates = [term.gate for term in has_quorum(plan, group) if isinstance(term, Holds)]
    if lacking is None or not gates:
        return otherwise
    return FirstFailing(((gates[0], lacking),), otherwise)


def _is_phase(plan: Plan, group: Group, name: str) -> bool:
    controller = plan.draft.automata[controller_of(group.name)]
    return any(phase.name == name for phase in controller.phases)


def _waiting_blame(
    plan: Plan, group: Group, memory: str, known: tuple[tuple[str, str], ...]
) -> Blame | None:
    """The stage of the most advanced replica that could not serve, charged to the chain's cause."""
    cases, waiting = _phase_cases(group.modes)
    if has_rebuild(group):
        cases = (*cases, (UP, Label(REBUILD, known[0][1])))
    members = []
    for index, name in enumerate(group.replicas):
        if can_stop(plan, group, index) or links_of(plan, group):
            own = None
            if group.can_fail:
                own = Charged(ByPhase(name, cases, waiting), automaton=memory, causes=known)
            elif has_rebuild(group):
                own = _remembered(REBUILD, memory, known)
            masks = (*_masks(plan, group, index), *_without_quorum(plan, group, index))
            blame = _first(masks, own)
            if blame is not None:
                members.append((candidate(plan, group, index), blame))
    if len(members) < 2:
        return members[0][1] if members else None
    return Ranked(tuple(members), 1, _advance(plan))
