"""Reading an objective of availability: a share of time, or an SLA with its window and credits."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from hasim.description.draft import KeyPath, Value
from hasim.description.reading import Section
from hasim.errors import InputError, show_value
from hasim.system import Credit, Excluded, Sla, Window
from hasim.system.sla import EXCLUDED, WINDOWS
from hasim.units import format_probability, parse_probability

_KEY = "availability"
_EXAMPLE = "write {99.9 %: 10 %, 99 %: 25 %}"


def read_promise(objectives: Section) -> tuple[float | None, Sla | None]:
    """The target of availability and the SLA around it; None where there is none."""
    if not isinstance(objectives.values.get(_KEY), Mapping):
        return objectives.take(_KEY, parse_probability, None), None
    if objectives.ledger.is_touched(objectives.at(_KEY)):
        return None, None
    section = objectives.section(_KEY, "sla")
    target = section.take("target", _read_target, None)
    if not section.has("target") and not section.ledger.is_touched(section.path):
        step = "write {target: 99.95 %, window: month}"
        section.ledger.error(section.path, "it has no target", "an SLA has one", step)
    sla = Sla(
        window=section.take("window", _read_window, WINDOWS[0]),
        exclude=section.take("exclude", _read_excluded, None),
        credits=_read_credits(section, target),
    )
    return target, sla


def _read_target(value: Value) -> float:
    target = parse_probability(value)
    if not 0.0 < target < 1.0:
        found = f"a target of {format_probability(target)}"
        expected = "an SLA allows some downtime, and not all of it"
        raise InputError(found, expected, "write 99.95 %")
    return target


def _read_window(value: Value) -> Window:
    for window in WINDOWS:
        if value == window:
            return window
    found = f"{show_value(value)} is no window of an SLA"
    raise InputError(found, "expected month or year: calendar months, or 365 days", "write month")


def _read_excluded(value: Value) -> Excluded:
    for excluded in EXCLUDED:
        if value == excluded:
            return excluded
    found = f"{show_value(value)} cannot be excluded"
    raise InputError(found, "only maintenance can", "write exclude: maintenance, or leave it out")


def _read_credits(section: Section, target: float | None) -> tuple[Credit, ...]:
    """The tiers by falling availability; those that are wrong are left out."""
    if not section.has("credits"):
        return ()
    value, path = section.values["credits"], section.at("credits")
    if not isinstance(value, Mapping) or not value:
        found = "there are none" if value == {} else show_value(value)
        section.error("credits", found, "expected credits by availability", _EXAMPLE)
        return ()
    tiers: dict[float, tuple[str, Credit]] = {}
    for text, share in value.items():
        credit = _read_credit(section, (*path, text), text, share, target)
        if credit is not None and credit.below in tiers:
            found = f"the same availability as {tiers[credit.below][0]}"
            section.ledger.error((*path, text), found, "a tier stands once", "remove one")
        elif credit is not None:
            tiers[credit.below] = text, credit
    falling = sorted(tiers.values(), key=lambda tier: -tier[1].below)
    for (above, less), (below, more) in pairwise(falling):
        if more.share < less.share:
            found = f"{below} credits less than {above}, which is the smaller failure"
            expected = "credits do not rise with availability"
            section.ledger.error((*path, below), found, expected, _EXAMPLE)
    return tuple(credit for _, credit in falling)


def _read_credit(
    section: Section, path: KeyPath, text: str, value: Value, target: float | None
) -> Credit | None:
    try:
        below, share = parse_probability(text), parse_probability(value)
        if target is not None and below > target:
            found = f"{text} is above the target of {format_probability(target)}"
            raise InputError(found, "credits begin where the target is missed", "lower it")
        if share == 0.0:
            raise InputError("a credit of nothing", "a share of the bill", "write 10 %")
    except InputError as error:
        section.ledger.refuse(path, error)
        return None
    return Credit(below=below, share=share)
