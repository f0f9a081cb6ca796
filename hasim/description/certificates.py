"""Reading `certificates`: what expires, on which components, and how it is renewed."""

from __future__ import annotations

from hasim.description.draft import KeyPath, Value
from hasim.description.reading import Ledger, Section, read_reference, read_whole
from hasim.errors import InputError, show_value
from hasim.laws import Fixed, Law
from hasim.system import Certificate
from hasim.units import format_duration, parse_duration, parse_probability

#: What must be said; `missed` and `renew` have no harmless default.
_VITAL = ("on", "every", "missed", "renew")

_STAND_IN = 86_400.0
"""Seconds that stand for a period that is wrong."""


def read_certificate(section: Section) -> Certificate:
    """A certificate; the names of components must have been declared before."""
    _check_complete(section)
    every = section.take("every", _read_period, _STAND_IN)
    certificate = Certificate.model_construct(
        on=_read_components(section),
        every=every,
        first=section.take("first", _read_period, every),
        missed=section.take("missed", parse_probability, 0.0),
        detect=section.detection("detect", Fixed(0.0)) or Fixed(0.0),
        renew=section.law("renew", "fixed", Fixed(0.0)) or Fixed(0.0),
        crew=section.reference("crew", "crews"),
        priority=section.take("priority", read_whole, 0),
    )
    if section.has("every") and not section.has("first"):
        section.ledger.origins[section.at("first")] = "from every"
    _check_length(section, certificate)
    return certificate


def _check_complete(section: Section) -> None:
    missing = [key for key in _VITAL if not section.has(key)]
    if missing and not section.ledger.is_touched(section.path):
        found = f"it has no {' and no '.join(missing)}"
        expected = "a certificate says what it is on, how often it expires and how it is renewed"
        step = "write {on: [web], every: 90 d, missed: 2 %, renew: 3 h}"
        section.ledger.error(section.path, found, expected, step)


def _check_length(section: Section, certificate: Certificate) -> None:
    """Warn of outages that are longer than the time between two expiries."""
    laws: tuple[Law, ...] = (certificate.detect, certificate.renew)
    down = sum(law.mean for law in laws)
    if down >= certificate.every and not section.ledger.is_touched(section.path):
        found = f"an expiry is over after {format_duration(down)}, when the next has come"
        step = "make every longer, or detect and renew shorter"
        section.ledger.warn(section.at("every"), found, "", step)


def _read_period(value: Value) -> float:
    seconds = parse_duration(value)
    if seconds < 1:
        raise InputError(f"{show_value(value)} is too short", "at least 1 s", "write 90 d")
    return seconds


def _read_components(section: Section) -> tuple[str, ...]:
    if not section.has("on"):
        return ()
    value, path, ledger = section.values["on"], section.at("on"), section.ledger
    if not isinstance(value, list) or not value:
        found = show_value(value) if value != [] else "it is on nothing"
        ledger.error(path, found, "expected a list of components", "write [web]")
        return ()
    names: list[str] = []
    for i, entry in enumerate(value):
        name = _read_component(ledger, (*path, i), entry)
        if name in names:
            ledger.error((*path, i), f"{name} stands here twice", "each stands once", "remove it")
        elif name is not None:
            names.append(name)
    return tuple(names)


def _read_component(ledger: Ledger, path: KeyPath, value: Value) -> str | None:
    try:
        return read_reference(ledger, value, "components")
    except InputError as error:
        ledger.refuse(path, error)
        return None
