"""Requests: the share of them that is served while a service is up.

Theory of operation
-------------------
Requests are shared equally over a group's unmasked replicas that serve or are down undetected; the
latter's share is lost. So a group serves serving / (serving + undetected) of what reaches it;
behind a balancer it is what is in rotation that counts (routes.py). A
failing-over group sends everything to its primary, which is found before it counts: its share is 1.
A request of a service passes every group on the way through its needs; the shares multiply, each
group once, and so do the shares that mechanisms lose (`Plan.shares_served`). Alternatives (`any`,
`at_least`) share requests equally over those that serve, so there it is the mean over them; of
alternatives that are changed over the one in use counts. What is needed `within` a domain counts
domain by domain, by the replicas that serve there. What is used and does not serve loses its share.

Rules of this file
------------------
1. A group whose failures are found at once has no level and no factor.
2. While the service is down, no request is served.
"""

from __future__ import annotations

from collections.abc import Iterable

from hasim.compiler.draft import ALWAYS
from hasim.compiler.needs import need_text, present_text
from hasim.compiler.plan import UP, Group, Plan
from hasim.compiler.rotation import rotation_of, shared_by
from hasim.compiler.route_shares import share_levels
from hasim.compiler.serving import (
    can_stop,
    in_use,
    need_met,
    service_serves,
    serving_level,
    takes_requests,
    unmasked,
)
from hasim.process import Holds, Occupancy, Origin, Product, Quotient, Total
from hasim.system import Need, NeedAll, NeedAny, NeedAtLeast, NeedName, Use

PASS = "requests"


def requests_level(plan: Plan, service: str) -> str:
    """Level of the share of a service's requests that is served now."""
    origin = Origin(service, PASS)
    serves = service_serves(plan, service)
    terms = [(term, 1) for term in serves]
    always = 1 if serves == ALWAYS else 0
    up = plan.draft.count(f"{service} is up", terms, origin, constant=always)
    given = plan.system.services[service]
    factors = tuple(_soft_shares(plan, service, service, given.uses))
    factors += _factors(plan, service, given.needs, set())
    if not factors:
        return up
    return plan.draft.add_node(Product(f"{service} requests served", (up, *factors), origin))


def _factors(plan: Plan, service: str, needs: Iterable[Need], counted: set[str]) -> tuple[str, ...]:
    """Levels to multiply: groups that all requests pass, then groups of alternatives."""
    factors: list[str] = []
    alternatives: dict[str, NeedAny | NeedAtLeast] = {}
    splits: dict[str, None] = {}
    stack = list(needs)[::-1]
    while stack:
        need = stack.pop()
        match need:
            case NeedName(by=str(balancer)) if _is_split(plan, balancer, counted):
                splits[balancer] = None
            case NeedName():
                way = need.name if need.by is None else need_text(plan.titles, need)
                if way not in counted:
                    counted.add(way)
                    factors += _share(plan, need)
                    owner = plan.system.components.get(need.name) or plan.system.services[need.name]
                    factors += _soft_shares(plan, service, need.name, owner.uses)
                    stack.extend(owner.needs[::-1])
            case NeedAll():
                stack.extend(need.needs[::-1])
            case NeedAny() | NeedAtLeast():
                alternatives[present_text(plan.titles, need)] = need
    for title, choice in alternatives.items():
        if isinstance(choice, NeedAny) and choice.failover is not None:
            factors += _of_one_in_use(plan, service, title, choice, counted)
        else:
            factors += _mean(plan, service, title, choice, counted)
    for balancer in splits:
        factors += _of_split(plan, service, balancer, counted)
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
    choice: NeedAny | NeedAtLeast,
    counted: set[str],
) -> list[str]:
    """The mean share over the alternatives that serve; nothing where it is always 1."""
    origin = Origin(service, PASS)
    each = [_factors(plan, service, (inner,), set(counted)) for inner in choice.needs]
    if not any(each):
        return []
    served: list[str] = []
    conditions = [need_met(plan, inner) for inner in choice.needs]
    for inner, factors in zip(choice.needs, each, strict=True):
        met = need_met(plan, inner)
        terms = [(term, 1) for term in met]
        text = need_text(plan.titles, inner)
        up = plan.draft.count(f"{text} met", terms, origin, constant=1 - len(met))
        name = f"{service} served by {text} of {title}"
        served.append(plan.draft.add_node(Product(name, (up, *factors), origin)) if factors else up)
    total = Total(f"{service} served by {title}", tuple((one, 1.0) for one in served), 0.0, origin)
    plan.draft.add_node(total)
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


def _soft_shares(plan: Plan, service: str, owner: str, uses: Iterable[Use]) -> list[str]:
    """What is left of the work while something that is used does not serve, one level each."""
    origin = Origin(owner, PASS)
    found: list[str] = []
    for use in uses:
        if use.by is not None:
            continue
        need = NeedName(name=use.name)
        met, factors = need_met(plan, need), _factors(plan, service, (need,), set())
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


def _share(plan: Plan, need: NeedName) -> list[str]:
    """The levels of a group's share; nothing for a service, or where it is always 1."""
    name = need.name
    group, others = plan.groups.get(name), plan.shares_served.get(name, [])
    if need.by is not None:
        return [*share_levels(plan, rotation_of(plan, need)), *others]
    if group is None or group.fails_over or not group.undetected:
        return others
    serving = serving_level(plan, group)
    taking = _taking_level(plan, group)
    share = Quotient(f"{name} share served", serving, taking, 0.0, Origin(name, PASS))
    return [plan.draft.add_node(share), *others]


def _taking_level(plan: Plan, group: Group) -> str:
    """Level that counts the replicas that requests are routed to."""
    indices = range(len(group.replicas))
    if group.has_start or any(unmasked(plan, group, index) for index in indices):
        terms = [(term, 1) for index in indices for term in _taking(plan, group, index)]
    else:
        phases = (UP, *group.undetected)
        terms = [(Occupancy(name, phase), 1) for name in group.replicas for phase in phases]
    return plan.draft.count(f"{group.name} taking requests", terms, Origin(group.name, PASS))


def _taking(plan: Plan, group: Group, index: int) -> tuple[Occupancy | Holds, ...]:
    if group.has_start or unmasked(plan, group, index):
        return takes_requests(plan, group, index)
    assert can_stop(plan, group, index)
    return tuple(Occupancy(group.replicas[index], phase) for phase in (UP, *group.undetected))
