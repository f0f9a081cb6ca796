"""Shifts: how many of a crew are on duty, over the week.

Model time 0 is Monday, 00:00.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import Field

from hasim.system.parts import MAX_COUNT, Part

MINUTES_OF_DAY = 24 * 60
MINUTES_OF_WEEK = 7 * MINUTES_OF_DAY

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Shift(Part):
    """A time of the day in which a crew has another size.

    Attributes
    ----------
    start, end : int
        Minutes of the day; where it ends no later than it starts, it ends on the next day.
    days : tuple of int
        The days on which it starts, 0 for Monday.
    size : int
        How many are on duty; 0 for nobody.
    """

    start: int = Field(ge=0, lt=MINUTES_OF_DAY)
    end: int = Field(gt=0, le=MINUTES_OF_DAY)
    days: tuple[int, ...] = tuple(range(7))
    size: int = Field(ge=0, le=MAX_COUNT)

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return (self.end - self.start - 1) % MINUTES_OF_DAY + 1

    def spans(self) -> Iterator[tuple[int, int]]:
        """Yield the minutes of the week from which and to which it lasts, never past its end."""
        for day in self.days:
            start = day * MINUTES_OF_DAY + self.start
            end = start + self.minutes
            yield start, min(end, MINUTES_OF_WEEK)
            if end > MINUTES_OF_WEEK:
                yield 0, end - MINUTES_OF_WEEK


def timetable(size: int, shifts: Iterable[Shift]) -> tuple[tuple[int, int], ...]:
    """The minutes of the week at which the size of a crew changes, and its size from then on.

    The first is minute 0. Of shifts that overlap the later in the list counts.
    """
    listed = [(span, shift.size) for shift in shifts for span in shift.spans()]
    borders = sorted({0, *(edge for span, _ in listed for edge in span)} - {MINUTES_OF_WEEK})
    table: list[tuple[int, int]] = []
    for minute in borders:
        now = [of for (start, end), of in listed if start <= minute < end]
        on_duty = now[-1] if now else size
        if not table or table[-1][1] != on_duty:
            table.append((minute, on_duty))
    return tuple(table)
