"""What can go wrong, told so that the reader knows where, what, and what to do next.

Five things can go wrong: the model is wrong (`ModelError`, all findings together), one value is
wrong (`InputError`, which becomes a finding once its place is known), an engine cannot answer
(`RefusedError`), the model misbehaves while it runs (`SolveError`), or those who were to do the
work are gone (`WorkerError`). Bugs are assertions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

#: Longest excerpt of a user's value in a message: a line of a terminal holds it with its key.
EXCERPT_LENGTH = 60

#: Longest path of a key or a file in a message: the longest path of a file that Linux opens.
KEY_LENGTH = 4096


class HasimError(Exception):
    """Everything that hasim raises on purpose; catch it to catch them all."""


class InputError(HasimError, ValueError):
    """One value that cannot be read.

    Parameters
    ----------
    found : str
        What was written and why it cannot be meant, such as ``4 is not a duration``.
    expected : str
        What would be right; may be empty.
    next_step : str
        What to do, such as ``write 4 s or 4 h``; may be empty.

    Notes
    -----
    `UnitError` and `LawError` are its kinds. Whoever knows the place makes a `Finding` of it.
    """

    def __init__(self, found: str, expected: str = "", next_step: str = "") -> None:
        super().__init__(found, expected, next_step)
        self.found = found
        self.expected = expected
        self.next_step = next_step

    def __str__(self) -> str:
        return _join_parts(self.found, self.expected, self.next_step)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in a file: lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{escape_text(self.file, KEY_LENGTH)}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or doubtful, in a model.

    Parameters
    ----------
    place : Place or None
        None where the model came from Python and has no file.
    key : str
        The dotted path of the key, such as ``components.db.required``; empty for the whole file.
    found, expected, next_step : str
        The three parts of the message; an empty part is left out.
    severity : {"error", "warning"}
        A warning is printed with the word in front of what was found.
    """

    place: Place | None
    key: str
    found: str
    expected: str = ""
    next_step: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        key = escape_text(self.key, KEY_LENGTH)
        head = " ".join(part for part in (str(self.place or ""), key) if part)
        found = f"warning: {self.found}" if self.severity == "warning" else self.found
        body = _join_parts(found, self.expected, self.next_step)
        return f"{head}: {body}" if head else body

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Key by which findings are sorted: the place, then the key, then what was found."""
        place = self.place or Place("", 0, 0)
        return (place.file, place.line, place.column, self.key, self.found)


class ModelError(HasimError):
    """The model is wrong: all findings together, ordered by place.

    Parameters
    ----------
    findings : iterable of Finding
        At least one; kept as a tuple in the order of their places.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(findings, key=lambda finding: finding.order))
        assert self.findings, "a ModelError without findings"
        super().__init__(self.findings)

    def __str__(self) -> str:
        return "\n".join(str(finding) for finding in self.findings)


class RefusedError(HasimError):
    """An engine cannot answer the question.

    Parameters
    ----------
    refusals : iterable of str
        One sentence each, naming the item that stops the engine.
    """

    def __init__(self, refusals: Iterable[str]) -> None:
        self.refusals = tuple(refusals)
        assert self.refusals, "a RefusedError without refusals"
        super().__init__(self.refusals)

    def __str__(self) -> str:
        return "\n".join(self.refusals)


class NoLongRunError(RefusedError):
    """What lasts depends on chance at the start, so that no engine has a long run to tell."""


class NothingToReplaceError(RefusedError):
    """No law with memory stands in the way of an exact answer: nothing for the engine matched."""


class TooManyStatesError(RefusedError):
    """More states than may be looked at."""


class StudyError(HasimError):
    """A study can no longer be written; what it held is kept, and can be gone on with."""


class SolveError(HasimError):
    """The model misbehaves while it runs: a loop within one instant, no eligible alternative."""


class WorkerError(HasimError):
    """Who was to do the work is gone: processes that die again and again, a cluster that is lost.

    What had come back until then is in the study, where there is one.
    """


def show_value(value: object) -> str:
    """Excerpt of a user's value that is safe to print in a message.

    Parameters
    ----------
    value : object
        Anything that a YAML file or a Python caller can hold, however long or deep.

    Returns
    -------
    str
        One line of at most about `EXCERPT_LENGTH` characters; control characters are escaped and
        collections named, not opened, so that neither depth nor size matters.
    """
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            return escape_text(value) if value.strip() else "an empty text"
        case int():
            return str(value) if value.bit_length() < 200 else "a number of over 60 digits"
        case float():
            return repr(float(value))
        case dict():
            return "a mapping"
        case list() | tuple() | set():
            return "a list"
        case _:
            return (
                escape_text(str(value))
                if _is_scalar(value)
                else f"a value of type {type(value).__name__}"
            )


def escape_text(text: str, length: int = EXCERPT_LENGTH) -> str:
    """The text, cut to a length and with everything unprintable escaped."""
    cut = text if len(text) <= length else text[: length - 3] + "..."
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in cut)


def _is_scalar(value: object) -> bool:
    """Whether a foreign value prints as one short word: dates and the numbers of numpy do."""
    return type(value).__module__ in ("datetime", "decimal", "fractions", "numpy") and not hasattr(
        value, "__len__"
    )


def _join_parts(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def list_words(words: Sequence[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    head, tail = words[:-1], words[-1]
    return f"{', '.join(head)} {last} {tail}" if head else tail


def list_some(words: Sequence[str], most: int) -> str:
    """Words as `list_words` has them; ``a, b and 2 more`` where more than one were too many."""
    shown = words if len(words) <= most + 1 else [*words[:most], f"{len(words) - most} more"]
    return list_words(shown)


def cut_list(words: Sequence[str], most: int) -> str:
    """``a, b``; ``a, b and 2 more`` where there are more than so many."""
    rest = len(words) - most
    return ", ".join(words[:most]) + (f" and {rest:,} more" if rest > 0 else "")
