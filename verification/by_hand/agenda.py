"""The agenda: simulated time and what is going to happen."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

Entry = list[Any]
"""[time, number, action, subject]; a dropped entry has no action."""


class Agenda:
    """A heap of entries, taken in the order of time, then of entry."""

    def __init__(self) -> None:
        self.now = 0.0
        self._entries: list[Entry] = []
        self._numbers = itertools.count()

    def enter(self, delay: float, action: Callable[[Any], None], subject: Any = None) -> Entry:
        """Let `action(subject)` happen `delay` seconds from now."""
        entry = [self.now + delay, next(self._numbers), action, subject]
        heappush(self._entries, entry)
        return entry

    def drop(self, entry: Entry) -> None:
        """Let an entry not happen; harmless if it has happened."""
        entry[2] = None

    def advance(self, until: float) -> Entry | None:
        """Move to the next entry's time and give it, or move to `until` and give None."""
        while self._entries and self._entries[0][0] <= until:
            entry = heappop(self._entries)
            if entry[2] is not None:
                self.now = entry[0]
                return entry
        self.now = until
        return None
