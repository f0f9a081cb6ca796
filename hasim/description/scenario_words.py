"""The keys of scenarios for the table of the language: name, form, meaning, default."""

from __future__ import annotations

from typing import Final

SCENARIO: Final = (
    ("description", "text", "What happened.", ""),
    ("events", "events", "What fails, and when.", ""),
    ("for", "duration", "How long is looked.", "1 d after the last moment"),
)
EVENT: Final = (
    ("at", "duration", "When it fails, from the start of the scenario.", ""),
    ("fail", "struck", "A replica, a domain or a common cause, such as db.1.", ""),
    ("until", "duration", "When it works again, from the start.", "its repair takes its own time"),
)
