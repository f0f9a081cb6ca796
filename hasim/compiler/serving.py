"""Who serves: domains, hosts, replicas, groups, needs and services as one graph of gates.

Theory of operation
-------------------
A domain is *open* while it is up, what it needs serves and the domain around it is open. A host
*carries* while it serves as a replica and what it needs serves. What is inside reads that one gate:
it changes no phase when a place goes down, its clocks go on, and nesting is a chain of gates.
A replica is *available* while it is up and unmasked, and serves when it has also started. A group
serves when enough of its replicas do (k of n: one exact count; a failing-over group: its
controller) and what it needs serves; `any`, `all` and `at_least` are counts of such gates, and a
service is what it needs.

The functions call one another, because a domain may need a component that is in another domain; the
pass asks for everything in `Plan.order`, so that recursion stays shallow.

Rules of this file
------------------
1. What nothing can break is left out of every count: no gate, no term.
2. A gate is made once for each meaning and shared by its name.
3. Gates read phases by name; the automata may come later.
4. When a need by a route is met, routes.py has worked out before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from hasim.compiler.draft import ALWAYS, Condition, Term
from hasim.compiler.links import links_of, reaches
from hasim.compiler.needs import need_text, present_text
from hasim.compiler.plan import UP, Group, Plan, Tolerated, is_instant
from hasim.process import Gate, Holds, Occupancy, Origin
from hasim.system import Domain, Need, NeedAll, NeedAny, NeedAtLeast, NeedCells, NeedName
from hasim.topology import group_needs

PASS = "serving"

SERVING = "serving"
"""Phase of a group's controller in which no failover runs."""

OUT = "out"
"""Phase of a tolerance in which the need has been missing for too long."""

RUNNING = "running"
"""Phase of a starting automaton that has started; the first one, so that at time 0 all run."""


def add_gates(plan: Plan) -> None:
    """Build the gates of everything, the needed before the needing."""
    for name in plan.order:
        if name in plan.system.domains:
            domain_open(plan, name)
        elif name in plan.groups:
            _find_tolerances_within(plan, plan.groups[name])
            group_serves(plan, name)
        else:
            service_serves(plan, name)


def _find_tolerances_within(plan: Plan, group: Group) -> None:
    """Find those of single replicas, also where the group serves whatever becomes of them."""
    if any(need.tolerates is not None for need in group.local_needs):
        for index in range(len(group.replicas)):
            local_needs_met(plan, group, index)


# ---------------------------------------------------------------------------- places


def domain_open(plan: Plan, name: str) -> Condition:
    """When a domain masks nothing: at most one term."""
    known = plan.conditions.get(name)
    if known is not None:
        return known
    domain = plan.system.domains[name]
    around = tuple(term for place in places_around(domain) for term in domain_open(plan, place))
    terms = (*domain_up(plan, name), *all_serve(plan, domain.needs), *around)
    gate = f"{domain.level} {name} open"
    plan.conditions[name] = plan.draft.all_of(gate, terms, Origin(name, PASS))
    return plan.conditions[name]


def places_around(domain: Domain) -> tuple[str, ...]:
    """The domains that mask a domain."""
    return (*([] if domain.inside is None else [domain.inside]), *domain.shares)


def domain_up(plan: Plan, name: str) -> Condition:
    """When a domain is up by itself."""
    return (Occupancy(name, UP),) if plan.domain_modes[name] else ALWAYS


def host_carries(plan: Plan, host: str) -> Condition:
    """When a replica of a host serves those on it: at most one term."""
    known = plan.conditions.get(host)
    if known is not None:
        return known
    group, index = plan.group_of(host)
    needs = all_serve(plan, group_needs(group.component.needs))
    terms = (*replica_serves(plan, group, index), *held(plan, group.name), *needs)
    plan.conditions[host] = plan.draft.all_of(f"{host} carries", terms, Origin(host, PASS))
    return plan.conditions[host]


def unmasked(plan: Plan, group: Group, index: int) -> Condition:
    """When nothing masks a replica: at most one term."""
    name = group.replicas[index]
    if name not in plan.holds and not (group.is_placed[index] or group.relocates):
        return ALWAYS
    around = [term for place in group.around(index) for term in place_open(plan, place)]
    if group.relocates and any(host_carries(plan, host) for host in plan.hosts_of(group)):
        around.append(Holds(runs_somewhere(plan, group, index)))
    return plan.draft.all_of(f"{name} unmasked", (*around, *held(plan, name)), Origin(name, PASS))


def whereabouts_of(replica: str) -> str:
    """Name of the automaton that says where a replica runs that is restarted elsewhere."""
    return f"{replica} place"


def runs_on(host: str) -> str:
    """Phase of what runs on a host."""
    return f"on {host}"


def starts_on(host: str) -> str:
    """Phase of what is being started on a host."""
    return f"start on {host}"


def runs_somewhere(plan: Plan, group: Group, index: int) -> str:
    """Gate that holds while a replica that is restarted elsewhere runs on a host that carries."""
    name, origin = group.replicas[index], Origin(group.replicas[index], PASS)
    each = []
    for host in plan.hosts_of(group):
        terms = (Occupancy(whereabouts_of(name), runs_on(host)), *host_carries(plan, host))
        each.append((Holds(plan.draft.gate_of(f"{name} runs on {host}", terms, origin)), 1))
    return plan.draft.gate(f"{name} runs somewhere", each, 1, origin)


def place_open(plan: Plan, place: str) -> Condition:
    """When a domain, or a replica of a host, masks nothing: at most one term."""
    return domain_open(plan, place) if place in plan.system.domains else host_carries(plan, place)


def held(plan: Plan, name: str) -> Condition:
    """What mechanisms ask of a replica or group: one term each."""
    return tuple(Holds(hold.gate) for hold in plan.holds.get(name, ()))


# ---------------------------------------------------------------------------- replicas


def available(plan: Plan, group: Group, index: int) -> Condition:
    """When a replica is up and unmasked."""
    up = (Occupancy(group.replicas[index], UP),) if group.can_fail else ALWAYS
    return (*up, *unmasked(plan, group, index))


def can_stop(plan: Plan, group: Group, index: int) -> bool:
    """Whether anything takes a replica down or masks it."""
    return group.can_fail or bool(unmasked(plan, group, index))


def available_gate(plan: Plan, group: Group, index: int) -> str:
    """Gate that holds while a replica is up and unmasked."""
    name = group.replicas[index]
    condition = available(plan, group, index)
    return plan.draft.gate_of(f"{name} available", condition, Origin(name, PASS))


def starter_of(replica: str) -> str:
    """Name of the automaton that starts a replica."""
    return f"{replica} start"


def replica_serves(plan: Plan, group: Group, index: int) -> Condition:
    """When a replica serves: up, unmasked, started, with what it needs in its own domain."""
    local = local_needs_met(plan, group, index)
    if not (group.has_start and can_stop(plan, group, index)):
        return (*available(plan, group, index), *local)
    started = Occupancy(starter_of(group.replicas[index]), RUNNING)
    return (started, Holds(available_gate(plan, group, index)), *local)


def local_needs_met(plan: Plan, group: Group, index: int) -> Condition:
    """When what a replica needs within its own domain serves: at most one term."""
    if not group.local_needs:
        return ALWAYS
    name = group.replicas[index]
    terms = [
        term for need in group.local_needs for term in local_need_met(plan, group, index, need)
    ]
    return plan.draft.all_of(f"{name} has its own", tuple(terms), Origin(name, PASS))


def local_need_met(plan: Plan, group: Group, index: int, need: NeedName) -> Condition:
    """When one need of a replica within its own domain is met, or its absence tolerated."""
    domain = plan.domain_of(group, index, need)
    title = f"{need_text(plan.titles, need)} in {domain}"
    return _with_tolerance(plan, need, title, met_within(plan, group, index, need))


def met_within(plan: Plan, group: Group, index: int, need: NeedName) -> Condition:
    """When enough of what a replica needs serve in its own domain: at most one term."""
    other, domain = plan.groups[need.name], plan.domain_of(group, index, need)
    members = plan.members_in(other, domain, need)
    least, origin = need.at_least or 1, Origin(need.name, PASS)
    title = f"{least} of {need.name} in {domain} serve"
    known = plan.conditions.get(title)
    if known is None:
        each = [_as_one_term(plan, other, member) for member in members]
        enough = plan.draft.some_of(
            f"{least} of {need.name} in {domain} are there", each, least, origin
        )
        needs = all_serve(plan, group_needs(other.component.needs))
        known = plan.draft.all_of(title, (*enough, *held(plan, need.name), *needs), origin)
        plan.conditions[title] = known
    return known


def may_not_serve(plan: Plan, group: Group, index: int) -> bool:
    """Whether a replica can be down, be masked or miss what it needs in its own domain."""
    return can_stop(plan, group, index) or bool(local_needs_met(plan, group, index))


def replica_gate(plan: Plan, group: Group, index: int) -> str:
    """Gate that holds while a replica serves."""
    name = group.replicas[index]
    return plan.draft.gate_of(
        f"{name} serves", _as_one_term(plan, group, index), Origin(name, PASS)
    )


def takes_requests(plan: Plan, group: Group, index: int) -> Condition:
    """When requests are routed to a replica: unmasked, and it serves or is down undetected."""
    name = group.replicas[index]
    level, base = _standing(plan, group, index)
    gate = f"{name} takes requests"
    return (Holds(plan.draft.compare(gate, level, base, Origin(name, PASS))),)


_UP, _STARTED, _UNDETECTED, _UNMASKED = 2, 2, 5, 8
"""Weights that make one sum tell how a replica stands: serving is a value of its own, undetected
and unmasked is above it, all else is below. With needs of its own they count twice, and those
once: without them it is one short of serving."""


def _standing(plan: Plan, group: Group, index: int) -> tuple[str, int]:
    """Level that tells how a replica stands, and its value while the replica serves."""
    name, masks = group.replicas[index], unmasked(plan, group, index)
    local = local_needs_met(plan, group, index)
    scale = 2 if local else 1
    terms: list[tuple[Term, int]] = [(Occupancy(name, UP), scale * _UP)]
    if group.has_start:
        terms.append((Occupancy(starter_of(name), RUNNING), scale * _STARTED))
    terms += [(mask, scale * _UNMASKED) for mask in masks]
    terms += [(term, 1) for term in local]
    base = sum(weight for _, weight in terms)
    terms += [(Occupancy(name, phase), scale * _UNDETECTED) for phase in group.undetected]
    return plan.draft.count(f"{name} standing", terms, Origin(name, PASS)), base


def _as_one_term(plan: Plan, group: Group, index: int) -> Condition:
    """The condition on which a replica serves, as a gate unless one term says it."""
    condition = replica_serves(plan, group, index)
    if len(condition) < 2:
        return condition
    name, origin = group.replicas[index], Origin(group.replicas[index], PASS)
    if not group.undetected or group.fails_over:
        return plan.draft.all_of(f"{name} serves", condition, origin)
    level, base = _standing(plan, group, index)
    gate = Gate(f"{name} serves", level, "==", base, origin=origin)
    return (Holds(plan.draft.add_node(gate)),)


# ---------------------------------------------------------------------------- groups


def group_serves(plan: Plan, name: str, at_least: int | None = None) -> Condition:
    """When a group serves: enough of its replicas, and its needs; at most one term."""
    group = plan.groups[name]
    least = group.component.required if at_least is None else at_least
    title = f"{name} serves" if least == group.component.required else f"{least} of {name} serve"
    known = plan.conditions.get(title)
    if known is None:
        needs = all_serve(plan, group_needs(group.component.needs))
        terms = (*enough_serve(plan, group, least), *held(plan, name), *needs)
        known = plan.draft.all_of(title, terms, Origin(name, PASS))
        plan.conditions[title] = known
    return known


def enough_serve(plan: Plan, group: Group, least: int) -> Condition:
    """When so many replicas of a group serve; in a failing-over group, the one."""
    if group.fails_over:
        if not is_controlled(plan, group):
            return ALWAYS
        return (*primary_serves(plan, group), *has_quorum(plan, group))
    indices = range(len(group.replicas))
    if least <= sum(not may_not_serve(plan, group, index) for index in indices):
        return ALWAYS
    level = serving_level(plan, group)
    is_all = not (group_needs(group.component.needs) or plan.holds.get(group.name))
    alone = least == group.component.required and is_all
    gate = f"{group.name} serves" if alone else f"{least} of {group.name} are there"
    plan.draft.add_node(Gate(gate, level, ">=", least, origin=Origin(group.name, PASS)))
    return (Holds(gate),)


def has_quorum(plan: Plan, group: Group) -> Condition:
    """When enough replicas of a quorum stand; always in another, or where its leader looks."""
    if not group.is_quorum or links_of(plan, group):
        return ALWAYS
    each = [_as_one_term(plan, group, index) for index in range(len(group.replicas))]
    origin = Origin(group.name, PASS)
    return plan.draft.some_of(
        f"{group.name} has its quorum", each, group.component.required, origin
    )


def serving_level(
    plan: Plan, group: Group, members: tuple[int, ...] | None = None, title: str | None = None
) -> str:
    """Level that counts the replicas that serve, or those of some under a title of their own."""
    level = f"{title or group.name} serving"
    if level not in plan.draft.nodes:
        indices = tuple(range(len(group.replicas))) if members is None else members
        each = [_as_one_term(plan, group, index) for index in indices]
        terms = [(term, 1) for one in each for term in one]
        always = len(each) - len(terms)
        plan.draft.count(level, terms, Origin(group.name, PASS), constant=always)
    return level


# ---------------------------------------------------------------------------- the one that leads


def is_controlled(plan: Plan, group: Group) -> bool:
    """Whether a controller watches this group: it fails over, and for something or by mistake."""
    return group.fails_over and (
        any(can_stop(plan, group, index) for index in range(len(group.replicas)))
        or bool(links_of(plan, group))
        or group.stops_by_mistake
    )


def controller_of(name: str) -> str:
    """Name of the automaton that runs a group's failovers."""
    return f"{name} failover"


def primary_of(name: str) -> str:
    """Name of the automaton whose phase, a replica's number, says who is the primary."""
    return f"{name} primary"


def is_primary(group: Group, index: int) -> Occupancy:
    """Term that is 1 while a replica is the primary."""
    return Occupancy(primary_of(group.name), str(index + 1))


def leads(plan: Plan, group: Group, index: int) -> str:
    """Gate that holds while a replica is the primary, up and unmasked."""
    name = group.replicas[index]
    quorum = reaches_quorum(plan, group, index)
    terms = (is_primary(group, index), *available(plan, group, index), *quorum)
    return plan.draft.gate_of(f"{name} leads", terms, Origin(name, PASS))


def reaches_quorum(plan: Plan, group: Group, index: int) -> Condition:
    """When enough replicas of a quorum stand that one reaches; always where no link parts it."""
    if not (group.is_quorum and links_of(plan, group)):
        return ALWAYS
    name, origin = group.replicas[index], Origin(group.replicas[index], PASS)
    each = []
    for other, there in enumerate(group.replicas):
        reached = reaches(plan, group, index, other) if other != index else ()
        terms = (*_as_one_term(plan, group, other), *reached)
        each.append(plan.draft.all_of(f"{name} reaches {there}", terms, origin))
    return plan.draft.some_of(f"{name} has its quorum", each, group.component.required, origin)


def has_primary(plan: Plan, group: Group) -> str:
    """Gate that holds while the primary is up and unmasked."""
    terms = [(Holds(leads(plan, group, index)), 1) for index in range(len(group.replicas))]
    return plan.draft.gate(f"{group.name} has its primary", terms, 1, Origin(group.name, PASS))


def primary_serves(plan: Plan, group: Group) -> Condition:
    """When the primary serves and no failover runs."""
    controller = Occupancy(controller_of(group.name), SERVING)
    if not group.has_start:
        return (controller, Holds(has_primary(plan, group)))
    origin = Origin(group.name, PASS)
    each = [
        plan.draft.all_of(
            f"{name} leads and serves",
            (is_primary(group, index), *replica_serves(plan, group, index)),
            origin,
        )
        for index, name in enumerate(group.replicas)
    ]
    return (controller, *plan.draft.some_of(f"{group.name} primary serves", each, 1, origin))


# ---------------------------------------------------------------------------- needs


def service_serves(plan: Plan, name: str) -> Condition:
    """When a service serves: at most one term."""
    known = plan.conditions.get(f"{name} serves")
    if known is None:
        terms = all_serve(plan, plan.system.services[name].needs)
        origin = Origin(name, PASS)
        gates = tuple(dict.fromkeys(terms))
        known = (
            (Holds(plan.draft.gate(f"{name} serves", ((t, 1) for t in gates), len(gates), origin)),)
            if gates
            else ALWAYS
        )
        plan.conditions[f"{name} serves"] = known
    return known


def all_serve(plan: Plan, needs: Iterable[Need]) -> Condition:
    """When all of some needs are met: one term for each that can fail."""
    return tuple(dict.fromkeys(term for need in needs for term in need_met(plan, need)))


def need_met(plan: Plan, need: Need) -> Condition:
    """When a need lets what has it serve: at most one term."""
    return ALWAYS if need.fails_open else met_or_tolerated(plan, need)


def met_or_tolerated(plan: Plan, need: Need) -> Condition:
    """When a need is met, or its absence tolerated: at most one term."""
    return _with_tolerance(plan, need, need_text(plan.titles, need), met_now(plan, need))


def _with_tolerance(plan: Plan, need: Need, title: str, now: Condition) -> Condition:
    """A condition, or else that its absence has not lasted too long: at most one term."""
    if need.tolerates is None or now == ALWAYS:
        return now
    plan.tolerances[title] = Tolerated(need, now)
    origin = Origin(title, PASS)
    left = plan.draft.count(f"{title} left", [(Occupancy(title, OUT), -1)], origin, constant=1)
    return (Holds(plan.draft.compare(f"{title} lasts", left, 1, origin)),)


def met_now(plan: Plan, need: Need) -> Condition:
    """When a need is met: at most one term."""
    match need:
        case NeedName(by=str()):
            return plan.conditions[present_text(plan.titles, need)]
        case NeedName():
            if need.name in plan.groups:
                return group_serves(plan, need.name, need.at_least)
            return service_serves(plan, need.name)
        case NeedAll():
            text = present_text(plan.titles, need)
            return plan.draft.all_of(text, all_serve(plan, need.needs), Origin(text, PASS))
        case NeedAny(failover=None):
            return _some_met(plan, need, 1)
        case NeedAny():
            return _one_in_use(plan, need)
        case NeedAtLeast() | NeedCells():
            return _some_met(plan, need, need.at_least)
        case _:
            assert_never(need)


def _some_met(plan: Plan, need: NeedAny | NeedAtLeast | NeedCells, least: int) -> Condition:
    met = [need_met(plan, inner) for inner in need.needs]
    text = present_text(plan.titles, need)
    if len(met) == 1 or least == len(met):
        terms = tuple(term for one in met for term in one)
        return plan.draft.all_of(text, terms, Origin(text, PASS))
    return plan.draft.some_of(text, met, least, Origin(text, PASS))


# ---------------------------------------------------------------------------- one in use at a time


def on(alternative: str) -> str:
    """Phase of a changeover in which an alternative is in use."""
    return f"on {alternative}"


def before_return(alternative: str) -> str:
    """Phase of a changeover in which one is in use, and the first one is there again."""
    return f"on {alternative} before the return"


def using(plan: Plan, need: NeedAny, place: int) -> tuple[Occupancy, ...]:
    """The phases of a changeover in which an alternative is in use, whether it serves or not."""
    title = present_text(plan.titles, need)
    text = need_text(plan.titles, need.needs[place])
    failback = None if need.failover is None or place == 0 else need.failover.failback
    waits = failback is not None and not is_instant(failback.after)
    phases = (on(text), *[before_return(text)] * waits)
    return tuple(Occupancy(title, phase) for phase in phases)


def in_use(plan: Plan, need: NeedAny, place: int) -> str:
    """Gate that holds while an alternative is in use and serves."""
    title = present_text(plan.titles, need)
    text = need_text(plan.titles, need.needs[place])
    met = need_met(plan, need.needs[place])
    terms = [(term, 1) for term in (*using(plan, need, place), *met)]
    return plan.draft.gate(f"{title} uses {text}", terms, 1 + len(met), Origin(title, PASS))


def _one_in_use(plan: Plan, need: NeedAny) -> Condition:
    """When the alternative in use serves; always where the first one cannot stop."""
    if need_met(plan, need.needs[0]) == ALWAYS:
        return ALWAYS
    title = present_text(plan.titles, need)
    plan.changeovers[title] = need
    each = [(Holds(in_use(plan, need, place)), 1) for place in range(len(need.needs))]
    return (Holds(plan.draft.gate(f"{title} serves", each, 1, Origin(title, PASS))),)
