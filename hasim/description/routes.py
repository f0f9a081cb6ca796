"""Reading `routes`: where a balancer sends requests, and how it finds what is dead or back."""

from __future__ import annotations

from collections.abc import Iterator

from hasim.description.discovery import read_discovery, warn_of_preservation
from hasim.description.draft import KeyPath, Value
from hasim.description.reading import Group, Ledger, Section, open_section, read_count, read_flag
from hasim.description.vocabulary import POLICIES, POLICIES_NOT_YET, suggestion
from hasim.errors import InputError, show_value
from hasim.laws import Fixed, Law, Uniform, parse_ejection, parse_readmission
from hasim.system import Changeover, Failback, Need, NeedAny, NeedName, Policy, Route, System, Use
from hasim.system.routes import Layer
from hasim.topology import named_needs
from hasim.units import parse_duration, parse_probability

AT_ONCE: Law = Fixed(0.0)

PRIORITY: Policy = "priority"

#: Shares may miss 100 % by so much: sums of a few roundings.
ROUNDING = 1e-9


def read_routes(section: Section, group: Group, needs: tuple[Need, ...]) -> tuple[Route, ...]:
    """The routes of a component; names and groups must have been declared before."""
    routes: dict[str, Route] = {}
    for path, value in _entries(section):
        inner = open_section(section.ledger, path, value, "route")
        target = _read_target(inner, str(section.path[-1]), needs)
        if target is None:
            continue
        if target in routes:
            found = f"there is a route to {target} already"
            inner.error("to", found, "one route leads to each component", "remove one of them")
        routes[target] = _read_route(inner, target)
        _warn_of_one(inner, str(section.path[-1]), group, target)
        warn_of_preservation(inner, routes[target])
    _check_shares(section, routes)
    _check_priorities(section, routes)
    return tuple(routes.values())


def routed_needs(
    balancer: str, routes: tuple[Route, ...], needs: tuple[Need, ...]
) -> tuple[NeedName | NeedAny, ...]:
    """What a balancer needs because it has routes there: registries, then what they lead to."""
    known = {need.name for need in named_needs(needs)}
    found = [route.discovery for route in routes if route.discovery is not None]
    closed = dict.fromkeys(one.through for one in found if one.on_loss == "closed")
    registries = (NeedName(name=name, calls=0.0) for name in closed if name not in known)
    return (
        *registries,
        *(
            NeedName(name=route.to, by=balancer, calls=route.share)
            for route in routes
            if not _is_minor(route, routes) and route.policy != PRIORITY
        ),
        *_by_priority(balancer, [route for route in routes if route.policy == PRIORITY]),
    )


def _by_priority(balancer: str, routes: list[Route]) -> Iterator[NeedAny]:
    """Yield the need of which the routes are the alternatives, in their order.

    That the one in use is lost is found out as late as can be: as where nothing answers. The way
    back waits for nothing, since what is back has been readmitted by then.
    """
    if len(routes) > 1:
        slowest = max((route.detect_silent for route in routes[:-1]), key=lambda law: law.mean)
        yield NeedAny(
            needs=tuple(NeedName(name=route.to, by=balancer) for route in routes),
            failover=Changeover(detect=slowest, failback=Failback()),
        )


def routed_uses(balancer: str, routes: tuple[Route, ...]) -> tuple[Use, ...]:
    """What a balancer serves on without: what gets a share of its requests that is not the most."""
    return tuple(
        Use(name=route.to, loses=route.share, calls=route.share, by=balancer)
        for route in routes
        if _is_minor(route, routes)
    )


def check_silent(system: System, ledger: Ledger) -> None:
    """Find silent failures of components to which no route leads: no timeout waits for them."""
    components = system.components
    if any(ledger.is_touched(("components", name, "routes")) for name in components):
        return
    behind = {route.to for component in components.values() for route in component.routes}
    for name in (name for name in components if name not in behind):
        for mode in (mode for mode, given in components[name].failures.items() if given.silent):
            path = ("components", name, "failures", mode, "silent")
            step = f"remove it, or write routes: {{to: {name}}} in its balancer"
            ledger.warn(path, f"it does nothing: no route leads to {name}", "", step)


def _is_minor(route: Route, routes: tuple[Route, ...]) -> bool:
    """Whether another route gets more of the requests, or as many and comes before."""
    sharing = [one for one in routes if one.share < 1]
    return route in sharing and route is not max(sharing, key=lambda one: one.share)


def _check_shares(section: Section, routes: dict[str, Route]) -> None:
    """Find shares that do not add up; each route's own faults come first."""
    sharing = [route.share for route in routes.values() if route.share < 1]
    if section.ledger.is_touched(section.at("routes")) or not sharing:
        return
    total = sum(sharing)
    if abs(total - 1) > ROUNDING:
        found = f"the shares of its routes add up to {100 * total:.6g} %"
        step = "add the route of the rest, or correct them"
        section.error("routes", found, "they add up to 100 %", step)


def _check_priorities(section: Section, routes: dict[str, Route]) -> None:
    """Find a route whose priority is over nothing."""
    ordered = [name for name, route in routes.items() if route.policy == PRIORITY]
    if len(ordered) == 1 and not section.ledger.is_touched(section.at("routes")):
        found = f"priority of {ordered[0]} over no other route"
        step = "write the routes in their order, policy: priority in each"
        section.error("routes", found, "at least two routes have it", step)


def _entries(section: Section) -> Iterator[tuple[KeyPath, Value]]:
    """Yield each route with its path: one mapping, or a list of them."""
    value, path = section.values.get("routes"), section.at("routes")
    if isinstance(value, list):
        yield from (((*path, i), entry) for i, entry in enumerate(value))
    elif section.has("routes"):
        yield path, value


# ---------------------------------------------------------------------------- where to


def _read_target(section: Section, balancer: str, needs: tuple[Need, ...]) -> str | None:
    ledger = section.ledger
    if not section.has("to"):
        if not ledger.is_touched(section.path):
            ledger.error(section.path, "a route to nowhere", "it has a `to`", "write {to: web}")
        return None
    target = section.reference("to", "components")
    if target is None:
        return None
    if target == balancer:
        section.error("to", f"{target} routes to itself", "", "name what it sends requests to")
        return None
    if any(need.name == target for need in named_needs(needs)):
        found = f"{target} stands under needs too"
        section.error("to", found, "a route is a need already", f"remove {target} from needs")
        return None
    redundancy = ledger.groups[target].redundancy
    if redundancy != "active-active":
        found = f"not yet: a route to {target}, which is {redundancy}, is not built"
        section.error("to", found, "", f"write needs: [{target}]: its failover finds the primary")
        return None
    return target


def _warn_of_one(section: Section, balancer: str, group: Group, target: str) -> None:
    behind = section.ledger.groups[target].replicas
    if group.replicas == 1 and behind is not None and behind > 1:
        found = f"one {balancer} stands before {behind} replicas of {target}"
        step = "add a second replica, or a standby with its failover"
        section.ledger.warn(section.at("to"), found, "", step)


# ---------------------------------------------------------------------------- how


def _read_route(section: Section, target: str) -> Route:
    policy = section.take("policy", _read_policy, POLICIES[0])
    discovery = read_discovery(section)
    refused, silent = _read_ejection(section, "expiry" if section.has("through") else "detect")
    layer: Layer = section.take("layer", _read_layer, 7)
    pinned = section.take("pinned", parse_probability, 0.0)
    idle = section.law("idle", "fixed", None)
    _check_pinned(section, layer, pinned)
    _check_zones(section, policy, pinned)
    _check_priority(section, policy)
    return Route(
        to=target,
        share=section.take("share", _read_share, 1.0),
        layer=layer,
        policy=policy,
        weights=_read_weights(section, policy, target),
        spill=_read_spill(section, policy),
        detect=refused,
        detect_silent=silent,
        readmit=_read_readmission(section),
        panic=_read_panic(section),
        pinned=pinned if layer == 4 else 0.0,
        idle=idle or AT_ONCE,
        discovery=discovery,
    )


def _read_share(value: Value) -> float:
    share = parse_probability(value)
    if share == 0:
        raise InputError("a share of 0 gets nothing", "it is above 0 %", "remove the route")
    return share


def _read_policy(value: Value) -> Policy:
    for policy in POLICIES:
        if value == policy:
            return policy
    if isinstance(value, str) and value in POLICIES_NOT_YET:
        found = f"not yet: policy `{value}` ({POLICIES_NOT_YET[value]}) is not built"
        raise InputError(found, "", f"use one of {', '.join(POLICIES)}")
    step = suggestion(value, POLICIES) if isinstance(value, str) else ""
    raise InputError(f"{show_value(value)} is no policy", f"expected {' or '.join(POLICIES)}", step)


def _read_layer(value: Value) -> Layer:
    if value == "4":
        return 4
    if value == "7":
        return 7
    raise InputError(f"{show_value(value)} is no layer", "expected 4 or 7")


def _read_weights(section: Section, policy: Policy, target: str) -> tuple[int, ...]:
    replicas = section.ledger.groups[target].replicas
    if policy != "weighted":
        if section.has("weights") and section.at("policy") not in section.ledger.faults:
            found = f"weights where the policy is {policy}"
            section.error("weights", found, "", "write policy: weighted, or remove the weights")
        return ()
    if not section.has("weights"):
        found = "weighted without weights"
        section.error("policy", found, "", f"write weights, one for each replica of {target}")
        return ()
    value = section.values["weights"]
    if not isinstance(value, list):
        section.error("weights", show_value(value), "expected a list", "write weights: [3, 1]")
        return ()
    if replicas is not None and len(value) != replicas:
        found = f"{len(value)} weights for {replicas} replicas of {target}"
        section.error("weights", found, "each replica has one", f"write {replicas} of them")
        return ()
    return tuple(
        _read_weight(section.ledger, (*section.at("weights"), i), w) for i, w in enumerate(value)
    )


def _read_spill(section: Section, policy: Policy) -> bool:
    spill = section.take("spill", read_flag, True)
    if section.has("spill") and policy != "zone-aware":
        found = f"spill where the policy is {policy}"
        section.error("spill", found, "", "write policy: zone-aware, or remove it")
    return spill


def _check_zones(section: Section, policy: Policy, pinned: float) -> None:
    """Find pinned connections of a zone-aware route."""
    if policy == "zone-aware" and pinned:
        found = "not yet: pinned connections of a zone-aware route are not built"
        section.error("pinned", found, "", "use round-robin, or remove it")


def _check_priority(section: Section, policy: Policy) -> None:
    """Find what a route with a priority cannot have."""
    for key in ("share", "through") if policy == PRIORITY else ():
        if section.has(key):
            what = "shares are of all the time" if key == "share" else "not yet with a registry"
            section.error(key, f"{key} where the policy is priority", what, f"remove {key}")


def _read_weight(ledger: Ledger, path: KeyPath, value: Value) -> int:
    try:
        return read_count(value)
    except InputError as error:
        ledger.refuse(path, error)
        return 1


def _read_ejection(section: Section, key: str) -> tuple[Law, Law]:
    folder = section.ledger.draft.folder
    refused, silent = section.take(
        key, lambda value: parse_ejection(value, base_folder=folder), (AT_ONCE, AT_ONCE)
    )
    return refused, section.detection("detect_silent", None) or silent


def _read_readmission(section: Section) -> Law:
    folder = section.ledger.draft.folder
    return section.take(
        "readmit", lambda value: parse_readmission(value, base_folder=folder), _renewal(section)
    )


def _renewal(section: Section) -> Law:
    """When a replica that is back renews its lease: within the time between two renewals."""
    lease = section.values.get("expiry")
    if not isinstance(lease, dict) or section.at("expiry") in section.ledger.faults:
        return AT_ONCE
    return Uniform(0.0, parse_duration(lease["renew"])) if "renew" in lease else AT_ONCE


def _read_panic(section: Section) -> float:
    panic = section.take("panic", parse_probability, 0.0)
    if section.has("panic") and panic == 0 and section.at("panic") not in section.ledger.faults:
        found = "a panic that never comes"
        section.ledger.warn(section.at("panic"), found, "", "write 50 %, or remove it")
    return panic


def _check_pinned(section: Section, layer: Layer, pinned: float) -> None:
    """Find connections that are pinned where they cannot be, or for ever."""
    if section.ledger.is_touched(section.path):
        return
    if layer == 7 and pinned:
        found = "pinned connections at layer 7"
        section.error("pinned", found, "requests are routed one by one there", "write layer: 4")
    elif pinned and not section.has("idle"):
        found = "pinned connections that never end"
        section.error("pinned", found, "it goes with idle", "write idle: 350 s")
    elif section.has("idle") and not pinned:
        found = "idle without pinned connections"
        section.error("idle", found, "it goes with pinned", "write pinned: 30 %, or remove it")
