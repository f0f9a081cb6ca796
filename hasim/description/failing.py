"""Reading how something fails: modes by name, and `mtbf` with `mttr`, which are short for one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Literal

from hasim.description.draft import Value
from hasim.description.reading import (
    STAND_IN,
    Section,
    open_named,
    open_section,
    read_flag,
    read_whole,
)
from hasim.errors import InputError
from hasim.laws import Exponential, Law, parse_law
from hasim.system import DEFAULT_MODE, FailureMode
from hasim.units import format_probability, parse_probability, parse_rate_per_time

ModePart = Literal["mode", "domain mode"]


def read_failures(section: Section, part: ModePart) -> Mapping[str, FailureMode]:
    """All failure modes of a component or domain, those that are typed in short included."""
    crew = section.reference("crew", "crews")
    modes = {}
    short = _read_short_mode(section, crew)
    if short:
        modes[DEFAULT_MODE] = short
    typed = open_named(section.ledger, section.at("failures"), section.values.get("failures", {}))
    for name, value in typed.items():
        mode = open_section(section.ledger, (*section.at("failures"), name), value, part)
        if name in modes:
            step = "rename it, or remove mtbf and mttr"
            mode.ledger.error(mode.path, f"mtbf and mttr already mean {name}", "", step)
        modes[name] = _read_mode(mode, crew)
    if not modes:
        section.ledger.origins[section.at("failures")] = "default"
    return modes


# ---------------------------------------------------------------------------- in full


def _read_mode(section: Section, crew: str | None) -> FailureMode:
    _check_complete(section)
    mode_crew = section.reference("crew", "crews")
    if crew and not section.has("crew"):
        section.ledger.origins[section.at("crew")] = f"from crew of {section.path[-3]}"
    detect = section.detection("detect", None)
    return FailureMode(
        after=read_after(section),
        repair=_read_repair(section),
        detect=detect,
        crew=mode_crew or crew,
        priority=section.take("priority", read_whole, 0),
        common_cause=section.take("common_cause", parse_probability, 0.0),
        attended=section.take("attended", read_flag, detect is None),
        silent=section.take("silent", read_flag, False),
    )


def read_after(section: Section) -> Law:
    """The law under `after`, or `rate`; a stand-in where neither was typed or one is wrong."""
    if section.has("after") and section.has("rate"):
        section.error("rate", "after already says how often", "one of them is enough", "remove one")
        return STAND_IN
    if section.has("rate"):
        section.ledger.origins[section.at("after")] = "from rate"
        return section.take("rate", _read_rate, STAND_IN)
    if section.has("after"):
        return section.law("after", "exponential", STAND_IN) or STAND_IN
    return STAND_IN


def _check_complete(section: Section) -> None:
    """Note what is missing, unless a key that is wrong may be what was meant."""
    missing = [] if section.has("after") or section.has("rate") else ["after"]
    missing += [] if section.has("repair") else ["repair"]
    if missing and not section.ledger.is_touched(section.path):
        found = f"it has no {' and no '.join(missing)}"
        expected = "a mode says how often it happens and how long its repair takes"
        section.ledger.error(section.path, found, expected, "write {after: 30 d, repair: 4 h}")


def read_occurrence(section: Section) -> Callable[[Value], Law]:
    """The reader of how often something happens: a rate, or the law of the time between."""
    folder = section.ledger.draft.folder

    def read(value: Value) -> Law:
        if isinstance(value, str) and re.search(r"/|\bper\b", value):
            return _read_rate(value)
        return parse_law(value, bare="exponential", base_folder=folder)

    return read


def _read_rate(value: Value) -> Law:
    rate = parse_rate_per_time(value)
    if rate == 0:
        raise InputError("a rate of 0 never happens", "a rate is above 0", "remove it")
    return Exponential(1 / rate)


def _read_repair(section: Section) -> Law:
    law = section.law("repair", "exponential", None)
    return law or STAND_IN


# ---------------------------------------------------------------------------- in short


def _read_short_mode(section: Section, crew: str | None) -> FailureMode | None:
    """The mode for which mtbf, mttr and availability are short, two of them."""
    typed = [key for key in ("mtbf", "mttr", "availability") if section.has(key)]
    mode = Section(section.ledger, (*section.at("failures"), DEFAULT_MODE), {})
    match typed:
        case []:
            return None
        case ["mtbf", "mttr"]:
            after = section.law("mtbf", "exponential", STAND_IN) or STAND_IN
            repair = section.law("mttr", "exponential", STAND_IN) or STAND_IN
        case ["mtbf" | "mttr" as known, "availability"]:
            after, repair = _complete(section, known)
        case [single]:
            other = {"mtbf": "mttr", "mttr": "mtbf"}.get(single, "mttr")
            example = "1000 h" if other == "mtbf" else "10 h"
            found = f"{single} alone does not say how it fails"
            section.error(single, found, f"it goes with {other}", f"write {other}: {example}")
            return None
        case _:
            found = "mtbf and mttr already give the availability"
            section.error(
                "availability", found, "two of the three are enough", "remove one of them"
            )
            return None
    both = " and ".join(typed)
    for key, origin in (("after", f"from {both}"), ("repair", f"from {both}")):
        mode.ledger.origins[mode.at(key)] = origin
    for key in ("priority", "common_cause"):
        mode.ledger.origins[mode.at(key)] = "default"
    if crew:
        mode.ledger.origins[mode.at("crew")] = "from crew"
    return FailureMode(after=after, repair=repair, crew=crew)


def _complete(section: Section, known: str) -> tuple[Law, Law]:
    """Both laws, from one of them and the availability."""
    law = section.law(known, "exponential", STAND_IN) or STAND_IN
    share = section.take("availability", _read_availability, 0.5)
    if section.at("availability") not in section.ledger.faults:
        section.ledger.warn(
            section.at("availability"),
            "an SLA is a promise, not a measurement",
            "",
            "use measured mtbf and mttr where there are any",
        )
    decimal = Fraction(repr(share))  # what was typed: 1 - 0.999 is then 0.001
    try:
        if known == "mtbf":
            return law, Exponential(float(Fraction(law.mean) * (1 - decimal) / decimal))
        return Exponential(float(Fraction(law.mean) * decimal / (1 - decimal))), law
    except InputError:
        shown = format_probability(share)
        found = f"{shown} with this {known} gives no possible time"
        section.error("availability", found, "", f"write the {known} that was measured")
        return STAND_IN, STAND_IN


def _read_availability(value: Value) -> float:
    share = parse_probability(value)
    if not 0 < share < 1:
        shown = format_probability(share)
        found = f"{shown} leaves no time for repair" if share else f"{shown} leaves no time to work"
        raise InputError(found, "it is above 0 % and below 100 %", "remove it for what never fails")
    return share
