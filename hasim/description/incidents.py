"""Reading an incident that happened: dated failures, from YAML or CSV.

Theory of operation: a file has the keys of a scenario, its moments as dates (ISO 8601) or as
durations from the start, all of one kind. The earliest date is the start. CSV has a line of titles,
``at,fail,until``, and a line for each failure; the last may be left empty.

Rules of this file: everything that is wrong about a file comes in one message; names are judged
against each model that it is replayed on.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from hasim.description.draft import Value
from hasim.description.scenarios import find_clashes
from hasim.description.yaml_file import read_model
from hasim.errors import Finding, InputError, ModelError, show_value
from hasim.system.scenarios import AFTERWARDS, MAX_EVENTS, MAX_LENGTH, Event, Scenario
from hasim.units import format_duration, parse_duration

#: Largest file, in bytes: some hundred for each of as many failures as there may be.
MAX_BYTES = 200_000

_LIKE_A_DATE = re.compile(r"\d{4}-\d")

_KEYS = ("at", "fail", "until")
_EXAMPLE_LINE = "write 2026-03-01T10:00:00Z,db.1,2026-03-01T12:00:00Z"
_EXAMPLE = "write {at: 2026-03-01T10:00:00Z, fail: db.1, until: 2026-03-01T12:00:00Z}"


class _Typed(NamedTuple):
    """A failure as it was typed, and where."""

    where: str
    at: Value
    fail: Value
    until: Value


def read_incident(path: str) -> Scenario:
    """Read a file of dated failures.

    Parameters
    ----------
    path : str
        With the ending ``.csv``, or YAML.

    Raises
    ------
    InputError, ModelError
        Where it cannot be read, with all that is wrong.
    """
    is_csv = path.lower().endswith(".csv")
    typed, lasts, about = _read_csv(path) if is_csv else _read_yaml(path)
    if not typed or len(typed) > MAX_EVENTS:
        found = f"{path} has {len(typed)} failures"
        raise InputError(found, f"from 1 to {MAX_EVENTS}", _EXAMPLE)
    findings: list[Finding] = []
    places = sorted(_read_events(path, typed, findings), key=lambda one: one[1].at)
    events = [event for _, event in places]
    for place, error in [] if findings else find_clashes(events):
        findings.append(_finding(path, places[place][0], error))
    length = None if lasts is None else _read_lasts(path, lasts, events, findings)
    if findings:
        raise ModelError(findings)
    last = max(max(event.at, event.until or 0.0) for event in events)
    return Scenario(description=about, events=tuple(events), lasts=length or last + AFTERWARDS)


def _read_yaml(path: str) -> tuple[list[_Typed], Value, str]:
    values = read_model(path).values
    unknown = [key for key in values if key not in ("description", "events", "for")]
    listed = values.get("events")
    if unknown or not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        found = f"{path}: unknown key {show_value(unknown[0])}" if unknown else f"{path}: no events"
        raise InputError(found, "events, for and description", f"write events: [...]; {_EXAMPLE}")
    typed = []
    for place, one in enumerate(listed):
        assert isinstance(one, dict)
        odd = [key for key in one if key not in _KEYS]
        if odd:
            found = f"{path}: events[{place}]: unknown key {show_value(odd[0])}"
            raise InputError(found, "at, fail and until", _EXAMPLE)
        typed.append(_Typed(f"events[{place}]", *(one.get(key) for key in _KEYS)))
    about = values.get("description")
    return typed, values.get("for"), about if isinstance(about, str) else ""


def _read_csv(path: str) -> tuple[list[_Typed], Value, str]:
    try:
        data = Path(path).read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"{path}: {reason}", "a readable file", "name another file") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is no text", "UTF-8", "save it as UTF-8") from error
    if len(data) > MAX_BYTES:
        raise InputError(f"{path} has {len(data)} bytes", f"at most {MAX_BYTES}", "shorten it")
    try:
        rows = list(csv.reader(text.splitlines()))
    except csv.Error as error:
        raise InputError(f"{path}: {error}", "a table with short cells", "correct it") from error
    titles = [title.strip() for title in rows[0]] if rows else []
    if titles not in (list(_KEYS), list(_KEYS[:2])):
        found = f"{path}: its first line is {show_value(','.join(titles))}"
        raise InputError(found, "the titles of its columns", "write at,fail,until")
    typed = []
    for number, row in enumerate(rows[1:], start=2):
        cells: list[Value] = [cell.strip() or None for cell in row]
        if len(cells) > len(titles) and any(cells[len(titles) :]):
            found = f"{path}: line {number} has {len(cells)} cells"
            raise InputError(found, f"at most {len(titles)}, as in its first line", _EXAMPLE_LINE)
        if any(cell is not None for cell in cells):
            typed.append(_Typed(f"line {number}", *(*cells, None, None, None)[:3]))
    return typed, None, ""


def _read_events(
    path: str, typed: Sequence[_Typed], findings: list[Finding]
) -> list[tuple[str, Event]]:
    """The failures and where they stand, counted from the first of them where they have dates."""
    moments: list[tuple[_Typed, float | datetime, float | datetime | None]] = []
    for one in typed:
        try:
            if not isinstance(one.fail, str):
                raise InputError("it does not say what fails", "a name", _EXAMPLE)
            until = None if one.until is None else _read_moment(one.until)
            moments.append((one, _read_moment(one.at), until))
        except InputError as error:
            findings.append(_finding(path, one.where, error))
    dates = [at for _, at, _ in moments if isinstance(at, datetime)]
    kinds = {isinstance(m, datetime) for _, *both in moments for m in both if m is not None}
    if len(kinds) > 1:
        wrong = InputError("dates and durations together", "one of both", "write dates for all")
        findings.append(_finding(path, "", wrong))
        return []
    start = min(dates, default=None)
    events = []
    for one, at, until in moments:
        begun, ended = _seconds(at, start), None if until is None else _seconds(until, start)
        if ended is not None and ended <= begun:
            wrong = InputError("it works again before it fails", "a later moment", _EXAMPLE)
            findings.append(_finding(path, one.where, wrong))
        elif max(begun, ended or 0.0) > MAX_LENGTH:
            wrong = InputError("it is over a year after the first", "at most 366 d", "leave it out")
            findings.append(_finding(path, one.where, wrong))
        else:
            events.append((one.where, Event(at=begun, fail=str(one.fail), until=ended)))
    return events


def _read_moment(value: Value) -> float | datetime:
    """A duration from the start, or a date; without a time zone it is in UTC."""
    text = value if isinstance(value, str) else ""
    try:
        date = datetime.fromisoformat(text)
    except ValueError as error:
        if _LIKE_A_DATE.match(text):
            found = f"{show_value(text)} is no date: {error}"
            raise InputError(found, "a date of ISO 8601", "write 2026-03-01T10:00:00Z") from error
        return parse_duration(value)
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _seconds(moment: float | datetime, start: datetime | None) -> float:
    if isinstance(moment, datetime):
        assert start is not None
        return (moment - start).total_seconds()
    return moment


def _read_lasts(
    path: str, value: Value, events: Sequence[Event], findings: list[Finding]
) -> float | None:
    last = max((max(event.at, event.until or 0.0) for event in events), default=0.0)
    try:
        seconds = parse_duration(value)
        if not last < seconds <= 2 * MAX_LENGTH:
            found = f"it ends after {format_duration(seconds)}"
            step = f"write more than {format_duration(last)}"
            raise InputError(found, "after all that happens", step)
    except InputError as error:
        findings.append(_finding(path, "for", error))
        return None
    return seconds


def _finding(path: str, where: str, error: InputError) -> Finding:
    key = f"{path}: {where}" if where else path
    return Finding(None, key, error.found, error.expected, error.next_step)
