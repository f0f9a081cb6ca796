"""Requests: the share of them that is served while a service is up.

Theory of operation
-------------------
Requests are shared equally over a group's unmasked replicas that serve or are down undetected; the
latter's share is lost. So a group serves serving / (serving + undetected) of what reaches it; what
is behind a balancer is in route_shares.py. Routes that share requests count by their shares. A
failing-over group sends everything to its primary, which is found before it counts: its share is 1.
A request of a service passes every group on the way through its needs; the shares multiply, each
group once, and so do the shares that mechanisms lose (`Plan.shares_served`). Alternatives (`any`,
`at_least`) share requests equally over those that serve, so there it is the mean over them; of
alternatives that are changed over the one in use counts, of cells the mean over all. What is needed
`within` a domain counts domain by domain, as many times as replicas serve there that need it. What
is used and does not serve loses its share of what is left: what a wave of a change loses, all whom
it exposes lose, so that it is left out of what is used and of alternatives if it counts already.

Rules of this file
------------------
1. A group whose failures are found at once has no level and no factor.
2. While the service is down, no request is served.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from hasim.compiler.draft import ALWAYS
from hasim.compiler.measures import requests_measure
from hasim.compiler.needs import need_text, present_text
from hasim.compiler.plan import UP, Group, Plan
from hasim.compiler.rotation import rotation_of, shared_by
from hasim.compiler.route_shares import share_levels
from hasim.compiler.serving import (
    can_stop,
    in_use,
    local_needs_met,
    need_met,
    service_serves,
    serving_level,
    takes_requests,
    unmasked,
)
from hasim.process import Holds, Occupancy, Origin, Product, Quotient, Total
from hasim.system import Need, NeedAll, NeedAny, NeedAtLeast, NeedCells, NeedName, Use

PASS = "requests"

NO_USES: Mapping[str, Iterable[Use]] = MappingProxyType({})


def requests_level(plan: Plan, service: str) -> str:
    """Level of the share of a service's requests that is served now."""
    origin = Origin(service, PASS)
    serves = service_serves(plan, service)
    terms = [(term, 1) for term in serves]
    always = 1 if serves == ALWAYS else 0
    up = plan.draft.count(f"{service} is up", terms, origin, constant=always)
    given = plan.system.services[service]
    factors = _factors(plan, service, given.needs, set(), {service: given.uses})
    if not factors:
        return up
    return plan.draft.add_node(Product(requests_measure(service), (up, *factors), origin))


def _factors(
    plan: Plan,
    service: str,
    needs: Iterable[Need],
    counted: set[str],
    used: Mapping[str, Iterable[Use]] = NO_USES,
) -> tuple[str, ...]:
    """Levels to multiply: groups that all requests pass, then alternatives and what is used."""
    factors: list[str] = []
    uses = dict(used)
    alternatives: dict[str, NeedAny | NeedAtLeast | NeedCells] = {}
    splits: dict[str, None] = {}
    stack = [(need, "") for need in needs][::-1]
    while stack:
        need, needing = stack.pop()
        match need:
            case _ if need.fails_open:
                pass
            case NeedName(by=str(balancer)) if _is_split(plan, balancer, counted):
                splits[balancer] = None
            case NeedName():
                way = need.name if need.by is None else need_text(plan.titles, need)
                if way not in counted:
                    counted.add(way)
                    factors += _share(plan, need, needing, counted)
                    owner = plan.system.components.get(need.name) or plan.system.services[need.name]
                    uses[need.name] = owner.uses
                    stack.extend((one, need.name) for one in owner.needs[::-1])
            case NeedAll():
                stack.extend((one, needing) for one in need.needs[::-1])
            case NeedAny() | NeedAtLeast() | NeedCells():
                alternatives[present_text(plan.titles, need)] = need
    for title, choice in alternatives.items():
        if isinstance(choice, NeedAny) and choice.failover is not None:
            factors += _of_one_in_use(plan, service, title, choice, counted)
        else:
            factors += _mean(plan, service, title, choice, counted)
    for balancer in splits:
        factors += _of_split(plan, service, balancer, counted)
    for user, those in uses.items():
        factors += _soft_shares(plan, service, user, those, _waves(plan) & counted)
    return tuple(dict.fromkeys(factors))


def _is_split(plan: Plan, balancer: str, counted: set[str]) -> bool:
    """Whether routes share the requests of a balancer, and are not looked at already."""
    return bool(shared_by(plan, balancer)) and _split(balancer) not in counted


def _split(balancer: str) -> str:
    return f"split of {balancer}"


def _of_split(plan: Plan, service: str, balancer: str, counted: set[str]) -> list[str]:
    """The share served over the routes that share requests; nothing where it is always 1."""
    origin, known = Origin(balancer, PASS), {*counted, _split(balancer)}
    served: list[tuple[str, float]] = []
    sure = True
    for route in shared_by(plan, balancer):
        need = NeedName(name=route.to, by=balancer)
        met, factors = need_met(plan, need), _factors(plan, service, (need,), set(known))
        sure = sure and met == ALWAYS and not factors
        text = need_text(plan.titles, need)
        terms = [(term, 1) for term in met]
        up = plan.draft.count(f"{text} met", terms, origin, constant=1 - len(met))
        name = f"{service} served by {text}"
        part = plan.draft.add_node(Product(name, (up, *factors), origin)) if factors else up
        served.append((part, route.share))
    if sure:
        return []
    total = Total(f"{service} served by routes of {balancer}", tuple(served), 0.0, origin)
    return [plan.draft.add_node(total)]


def _mean(
    plan: Plan,
    service: str,
    title: str,
    choice: NeedAny | NeedAtLeast | NeedCells,
    counted: set[str],
) -> list[str]:
    """The mean share over the alternatives that serve, or all cells; nothing where it is 1."""
    origin = Origin(service, PASS)
    each = [_factors(plan, service, (inner,), set(counted)) for inner in choice.needs]
    conditions = [need_met(plan, inner) for inner in choice.needs]
    if not any(each) and not (isinstance(choice, NeedCells) and any(conditions)):
        return []
    served: list[str] = []
    for inner, factors in zip(choice.needs, each, strict=True):
        met = need_met(plan, inner)
        terms = [(term, 1) for term in met]
        text = need_text(plan.titles, inner)
        up = plan.draft.count(f"{text} met", terms, origin, constant=1 - len(met))
        name = f"{service} served by {text} of {title}"
        served.append(plan.draft.add_node(Product(name, (up, *factors), origin)) if factors else up)
    weight = 1 / len(served) if isinstance(choice, NeedCells) else 1.0
    terms_of_all = tuple((one, weight) for one in served)
    total = Total(f"{service} served by {title}", terms_of_all, 0.0, origin)
    plan.draft.add_node(total)
    if isinstance(choice, NeedCells):
        return [total.name]
    terms = [(term, 1) for condition in conditions for term in condition]
    always = len(conditions) - len(terms)
    number = plan.draft.count(f"{title} serving", terms, origin, constant=always)
    share = Quotient(f"{service} share of {title}", total.name, number, 0.0, origin)
    return [plan.draft.add_node(share)]


def _of_one_in_use(
    plan: Plan, service: str, title: str, choice: NeedAny, counted: set[str]
) -> list[str]:
    """The share of the alternative in use; nothing where it is always 1 or only one is used."""
    origin = Origin(service, PASS)
    each = [_factors(plan, service, (inner,), set(counted)) for inner in choice.needs]
    if title not in plan.changeovers:
        return list(each[0])
    if not any(each):
        return []
    served: list[str] = []
    for place, factors in enumerate(each):
        gate = in_use(plan, choice, place)
        using = plan.draft.count(f"{gate} now", [(Holds(gate), 1)], origin)
        product = Product(f"{service} served when {gate}", (using, *factors), origin)
        served.append(plan.draft.add_node(product) if factors else using)
    terms = tuple((one, 1.0) for one in served)
    return [plan.draft.add_node(Total(f"{service} served by {title}", terms, 0.0, origin))]


def _waves(plan: Plan) -> set[str]:
    """The levels of what mechanisms lose, of which all who are exposed lose the same requests."""
    return {level for levels in plan.shares_served.values() for level in levels}


def _soft_shares(
    plan: Plan, service: str, owner: str, uses: Iterable[Use], lost: set[str]
) -> list[str]:
    """What is left of the work while something that is used does not serve, one level each."""
    origin = Origin(owner, PASS)
    found: list[str] = []
    for use in uses:
        if use.by is not None:
            continue
        need = NeedName(name=use.name)
        met, factors = need_met(plan, need), _factors(plan, service, (need,), set(lost))
        if not use.loses or (met == ALWAYS and not factors):
            continue
        terms = [(term, 1) for term in met]
        served = plan.draft.count(f"{use.name} met", terms, origin, constant=1 - len(met))
        if factors:
            product = Product(f"{service} served by {use.name}", (served, *factors), origin)
            served = plan.draft.add_node(product)
        left = Total(
            f"{service} with {use.name} used by {owner}",
            ((served, use.loses),),
            1 - use.loses,
            origin,
        )
        found.append(plan.draft.add_node(left))
    return found


def _share(plan: Plan, need: NeedName, needing: str, counted: set[str]) -> list[str]:
    """The levels of a group's share that do not count yet; nothing where it is always 1."""
    name, group = need.name, plan.groups.get(need.name)
    others = [one for one in plan.shares_served.get(name, ()) if one not in counted]
    counted.update(others)
    if need.by is not None:
        return [*share_levels(plan, rotation_of(plan, need)), *others]
    if group is None or group.fails_over or not group.undetected:
        return others
    if need.within is not None:
        return [_share_within(plan, group, need, needing), *others]
    serving = serving_level(plan, group)
    taking = _taking_level(plan, group)
    share = Quotient(f"{name} share served", serving, taking, 0.0, Origin(name, PASS))
    return [plan.draft.add_node(share), *others]


def _share_within(plan: Plan, group: Group, need: NeedName, needing: str) -> str:
    """The share of a group that another uses domain by domain."""
    owner, origin = plan.groups[needing], Origin(group.name, PASS)
    indices = range(len(owner.replicas))
    served: list[tuple[str, float]] = []
    for domain in dict.fromkeys(plan.domain_of(owner, index, need) for index in indices):
        asking = plan.members_in(owner, domain, need)
        members = plan.members_in(group, domain, need)
        title = f"{group.name} in {domain}"
        serving = serving_level(plan, group, members, title)
        taking = _taking_level(plan, group, members, title)
        share = Quotient(f"{title} share served", serving, taking, 0.0, origin)
        askers = serving_level(plan, owner, asking, f"{needing} in {domain}")
        levels = (askers, plan.draft.add_node(share))
        product = Product(f"{needing} served by {title}", levels, origin)
        served.append((plan.draft.add_node(product), 1.0))
    total = Total(f"{needing} served by {group.name}", tuple(served), 0.0, origin)
    all_askers = serving_level(plan, owner)
    plan.draft.add_node(total)
    share = Quotient(f"{group.name} share served to {needing}", total.name, all_askers, 0.0, origin)
    return plan.draft.add_node(share)


def _taking_level(
    plan: Plan, group: Group, members: tuple[int, ...] | None = None, title: str | None = None
) -> str:
    """Level that counts the replicas that requests are routed to, or those of some."""
    indices = tuple(range(len(group.replicas))) if members is None else members
    if any(_needs_standing(plan, group, index) for index in indices):
        terms = [(term, 1) for index in indices for term in _taking(plan, group, index)]
    else:
        phases = (UP, *group.undetected)
        names = [group.replicas[index] for index in indices]
        terms = [(Occupancy(name, phase), 1) for name in names for phase in phases]
    name = f"{title or group.name} taking requests"
    return plan.draft.count(name, terms, Origin(group.name, PASS))


def _needs_standing(plan: Plan, group: Group, index: int) -> bool:
    """Whether more than its phase decides if a replica is sent requests."""
    return (
        group.has_start
        or bool(unmasked(plan, group, index))
        or bool(local_needs_met(plan, group, index))
    )


def _taking(plan: Plan, group: Group, index: int) -> tuple[Occupancy | Holds, ...]:
    if _needs_standing(plan, group, index):
        return takes_requests(plan, group, index)
    assert can_stop(plan, group, index)
    return tuple(Occupancy(group.replicas[index], phase) for phase in (UP, *group.undetected))
