"""Reading `scenarios`: failures with their moments, and whether they can happen.

Theory of operation: each is read by itself; whether what fails is there, and can, is judged when
the system is complete.
"""

from __future__ import annotations

from collections.abc import Sequence

from hasim.description.draft import Value
from hasim.description.reading import Ledger, Section, open_section, read_prose
from hasim.errors import InputError, show_value
from hasim.system import System
from hasim.system.breakable import find_problem
from hasim.system.scenarios import AFTERWARDS, MAX_EVENTS, MAX_LENGTH, Event, Scenario
from hasim.units import format_duration, parse_duration

_EXAMPLE = "[{at: 0 s, fail: db.1}]"


def read_scenario(section: Section) -> Scenario | None:
    """A scenario; None where nothing can be made of it."""
    events = _read_events(section)
    description = section.take("description", read_prose, "")
    lasts = section.take("for", _read_length, None)
    if section.ledger.is_touched(section.path) or not events:
        return None
    last = max(max(event.at, event.until or 0.0) for event in events)
    if lasts is None:
        section.ledger.origins[section.at("for")] = "default"
    elif lasts <= last:
        found = f"it ends after {format_duration(lasts)}, but something happens at "
        step = f"write more than {format_duration(last)}"
        section.error("for", found + format_duration(last), "", step)
        return None
    lasts = last + AFTERWARDS if lasts is None else lasts
    return Scenario(description=description, events=events, lasts=lasts)


def check_scenarios(system: System, ledger: Ledger) -> None:
    """Note what is to fail and cannot."""
    for name, scenario in system.scenarios.items():
        paths = [("scenarios", name, "events", place) for place in range(len(scenario.events))]
        for path, event in zip(paths, scenario.events, strict=True):
            problem = find_problem(system, event.fail)
            if problem is not None:
                ledger.error((*path, "fail"), problem.found, problem.expected, problem.next_step)
        for place, error in find_clashes(scenario.events):
            ledger.error(paths[place], error.found, error.expected, error.next_step)


def find_clashes(events: Sequence[Event]) -> list[tuple[int, InputError]]:
    """Return what is wrong about events beside their names, with their places in the list."""
    found: list[tuple[int, InputError]] = []
    ends: dict[str, float | None] = {}
    for place, event in enumerate(events):
        item = event.fail
        if place and event.at < events[place - 1].at:
            error = InputError("it comes before the one above it", "events in order", "move it up")
            found.append((place, error))
        if event.until is not None and item.endswith(".common"):
            error = InputError(
                f"until with the common cause {item}",
                "it goes with replicas and domains",
                "name the replicas, or leave it out",
            )
            found.append((place, error))
        if item in ends and (ends[item] is None) != (event.until is None):
            error = InputError(
                f"{item} fails with until and without", "one of both", "give all of them until"
            )
            found.append((place, error))
        elif item in ends and (ends[item] or 0.0) > event.at:
            error = InputError(
                f"{item} fails while it is down already",
                "one failure at a time",
                "let it fail later",
            )
            found.append((place, error))
        ends[item] = event.until
    return found


def _read_events(section: Section) -> tuple[Event, ...]:
    value = section.values.get("events")
    if not section.has("events"):
        if not section.ledger.is_touched(section.path):
            found = "it has no events"
            step = f"write events: {_EXAMPLE}"
            section.ledger.error(section.path, found, "something fails in a scenario", step)
        return ()
    if not isinstance(value, list) or not value:
        found = "nothing happens in it" if value == [] else show_value(value)
        section.error("events", found, "expected a list of failures", f"write {_EXAMPLE}")
        return ()
    if len(value) > MAX_EVENTS:
        section.error("events", f"{len(value)} events", f"at most {MAX_EVENTS}", "leave some out")
        return ()
    path = section.at("events")
    read = [
        _read_event(open_section(section.ledger, (*path, place), entry, "event"))
        for place, entry in enumerate(value)
    ]
    return tuple(one for one in read if one is not None)


def _read_event(section: Section) -> Event | None:
    missing = [key for key in ("at", "fail") if not section.has(key)]
    if missing and not section.ledger.is_touched(section.path):
        found = f"it has no {' and no '.join(missing)}"
        section.ledger.error(section.path, found, "", "write {at: 10 min, fail: db.1}")
    at = section.take("at", _read_moment, None)
    item = section.take("fail", _read_item, None)
    until = section.take("until", _read_length, None)
    if at is None or item is None:
        return None
    if until is not None and until <= at:
        found = f"it works again at {format_duration(until)}, before it fails"
        section.error("until", found, "a moment after `at`", "count it from the start")
        return None
    return Event(at=at, fail=item, until=until)


def _read_item(value: Value) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InputError(show_value(value), "expected a name such as db.1", "")
    return value


def _read_moment(value: Value) -> float:
    seconds = parse_duration(value)
    if seconds > MAX_LENGTH:
        raise InputError(f"{show_value(value)} is too late", "at most 366 d", "let it fail earlier")
    return seconds


def _read_length(value: Value) -> float:
    seconds = _read_moment(value)
    if seconds == 0.0:
        raise InputError("0 s is the start itself", "it is above 0 s", "write 6 h")
    return seconds
