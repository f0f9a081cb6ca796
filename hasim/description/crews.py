"""Reading a crew: how many there are, and when."""

from __future__ import annotations

import re

from hasim.description.draft import Value
from hasim.description.reading import (
    Section,
    open_section,
    read_count,
    read_flag,
    read_whole,
)
from hasim.description.vocabulary import suggestion
from hasim.errors import InputError, show_value
from hasim.system import MAX_COUNT, Crew, Shift
from hasim.system.shifts import DAYS, MINUTES_OF_DAY, timetable


def read_crew(section: Section) -> Crew:
    """A crew and its shifts."""
    size = section.take("size", read_count, 1)
    shifts = _read_shifts(section)
    if shifts and not any(on_duty for _, on_duty in timetable(size, shifts)):
        step = "leave some time to the size of the crew, or give a shift a size"
        section.error("shifts", "there is never anybody on duty", "", step)
    return Crew(size=size, preempts=section.take("preempts", read_flag, False), shifts=shifts)


def _read_shifts(section: Section) -> tuple[Shift, ...]:
    value = section.values.get("shifts", [])
    if not isinstance(value, list):
        step = "write [{from: 08:00, to: 20:00, size: 4}]"
        section.error("shifts", show_value(value), "expected a list of shifts", step)
        return ()
    path = section.at("shifts")
    shifts = [
        _read_shift(open_section(section.ledger, (*path, index), entry, "shift"))
        for index, entry in enumerate(value)
    ]
    return tuple(shift for shift in shifts if shift is not None)


def _read_shift(section: Section) -> Shift | None:
    """A shift; None where a part of it is missing or wrong."""
    missing = [key for key in ("from", "to", "size") if not section.has(key)]
    if missing and not section.ledger.is_touched(section.path):
        found = f"it has no {' and no '.join(missing)}"
        step = "write {from: 08:00, to: 20:00, size: 4}"
        section.ledger.error(section.path, found, "", step)
    start = section.take("from", _read_clock, None)
    end = section.take("to", _read_clock, None)
    size = section.take("size", _read_size, None)
    days = section.take("days", _read_days, tuple(range(len(DAYS))))
    if start is None or end is None or size is None:
        return None
    if start % MINUTES_OF_DAY == end:
        step = "write 00:00 to 24:00 for a whole day"
        section.error("to", f"{section.values['to']} is when it starts", "", step)
        return None
    return Shift(start=start % MINUTES_OF_DAY, end=end or MINUTES_OF_DAY, days=days, size=size)


def _read_clock(value: Value) -> int:
    """Minutes of a time of the day."""
    match = re.fullmatch(r"(\d{1,2}):(\d\d)", value) if isinstance(value, str) else None
    hours, minutes = (int(match[1]), int(match[2])) if match else (99, 0)
    if minutes > 59 or 60 * hours + minutes > MINUTES_OF_DAY:
        found = f"{show_value(value)} is no time of the day"
        raise InputError(found, "from 00:00 to 24:00", "write 08:00")
    return 60 * hours + minutes


def _read_size(value: Value) -> int:
    size = read_whole(value)
    if not 0 <= size <= MAX_COUNT:
        raise InputError(f"{show_value(value)} on duty", f"from 0 to {MAX_COUNT}")
    return size


def _read_days(value: Value) -> tuple[int, ...]:
    """The days in a list of days, such as tue, and stretches of them, such as mon..fri."""
    if value == []:
        raise InputError("it is on no day", "", "remove it for every day")
    if not isinstance(value, list):
        step = f"write [{value}]" if isinstance(value, str) else "write [mon..fri]"
        raise InputError(show_value(value), "expected a list of days", step)
    return tuple(sorted({day for entry in value for day in _read_stretch(entry)}))


def _read_stretch(entry: Value) -> list[int]:
    """One day, or the days from one to another, over the end of the week where need be."""
    first, dots, last = (entry if isinstance(entry, str) else "").partition("..")
    ends = (first, last) if dots else (first, first)
    unknown = [day for day in ends if day not in DAYS]
    if unknown:
        raise InputError(f"{show_value(entry)} is no day", "", suggestion(unknown[0], DAYS))
    start, end = map(DAYS.index, ends)
    return [(start + step) % len(DAYS) for step in range((end - start) % len(DAYS) + 1)]
