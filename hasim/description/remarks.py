"""What is noted while a draft is expanded: what is wrong, and whether all of it is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hasim.description.draft import Draft, KeyPath
from hasim.description.instances import Noted
from hasim.description.vocabulary import MAX_SUGGESTIONS, suggestion


@dataclass(slots=True)
class Remarks:
    """Findings about a draft as it was typed."""

    draft: Draft
    noted: list[Noted] = field(default_factory=list)
    faults: set[KeyPath] = field(default_factory=set)
    is_complete: bool = True
    suggestions: int = 0

    def error(self, path: KeyPath, found: str, expected: str = "", next_step: str = "") -> None:
        """Note what is wrong about a key."""
        self.faults.add(path)
        self.noted.append((None, self.draft.finding(path, found, expected, next_step)))

    def fail(self, path: KeyPath, found: str, expected: str = "", next_step: str = "") -> None:
        """Note what is wrong about a key, so that parts of the model are missing."""
        self.error(path, found, expected, next_step)
        self.is_complete = False

    def warn(self, path: KeyPath, found: str, next_step: str) -> None:
        """Note what is doubtful about a key."""
        finding = self.draft.finding(path, found, "", next_step, severity="warning")
        self.noted.append((None, finding))

    def suggest(self, word: str, words: Iterable[str]) -> str:
        """The next step after an unknown word."""
        self.suggestions += 1
        return suggestion(word, words) if self.suggestions <= MAX_SUGGESTIONS else ""
