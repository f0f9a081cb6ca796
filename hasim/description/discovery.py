"""Reading how a balancer finds its replicas through a registry."""

from __future__ import annotations

from hasim.description.draft import Value
from hasim.description.reading import Section
from hasim.errors import InputError, show_value
from hasim.system import Discovery, Route
from hasim.system.routes import OnLoss
from hasim.units import parse_duration, parse_probability

REGISTRY = "registry"
"""The kind of component through which others are found."""

_KEYS = ("expiry", "eviction", "cache", "poll", "self_preservation", "on_loss")


def read_discovery(section: Section) -> Discovery | None:
    """The discovery of a route; None where the balancer looks itself."""
    if not section.has("through"):
        for key in _KEYS:
            if section.has(key):
                step = "add through: the name of a registry, or remove it"
                section.error(key, f"{key} without a registry", "it goes with through", step)
        return None
    _check_expiry(section)
    through = _read_registry(section)
    keep: OnLoss = "keep"
    read = Discovery(
        through=through or "",
        eviction=section.take("eviction", parse_duration, 0.0),
        cache=section.take("cache", parse_duration, 0.0),
        poll=section.take("poll", parse_duration, 0.0),
        self_preservation=section.take("self_preservation", parse_probability, 0.0),
        on_loss=section.take("on_loss", _read_on_loss, keep),
    )
    return read if through else None


def warn_of_preservation(section: Section, route: Route) -> None:
    """Say where a registry that preserves itself evicts not even a single dead replica."""
    found, replicas = route.discovery, section.ledger.groups[route.to].replicas
    if found is None or replicas is None or not found.self_preservation:
        return
    left = (replicas - 1) / replicas
    if left < found.self_preservation:
        told = f"one dead of {replicas} replicas of {route.to} leaves {100 * left:.3g} %"
        step = "lower it, or have more replicas: what is dead is never evicted"
        section.ledger.warn(section.at("self_preservation"), told, "", step)


def _check_expiry(section: Section) -> None:
    if section.has("detect"):
        found = "detect of what is found through a registry"
        section.error("detect", found, "its lease expires", "write expiry instead")
    elif not section.has("expiry"):
        found = "a registry in which nothing expires"
        step = "write expiry: {lease: 90 s, renew: 30 s}"
        section.error("through", found, "it goes with expiry", step)


def _read_registry(section: Section) -> str | None:
    through = section.reference("through", "components")
    if through is None:
        return None
    if section.ledger.groups[through].kind != REGISTRY:
        found = f"{through} is no registry"
        section.error("through", found, "", f"add kind: {REGISTRY} to {through}")
        return None
    if through == section.values.get("to"):
        found = f"{through} is found through itself"
        section.error("through", found, "", "name another registry")
        return None
    return through


def _read_on_loss(value: Value) -> OnLoss:
    if value == "keep":
        return "keep"
    if value == "closed":
        return "closed"
    step = "keep goes on with what was known, closed serves nobody"
    raise InputError(f"{show_value(value)} is neither", "expected keep or closed", step)
