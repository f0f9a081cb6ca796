"""A form: the fields of one part of a model, in groups, with what stands in each.

Frozen and made of texts, so that ``as_data`` gives JSON.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from hasim.description.draft import KeyPath, Value
from hasim.description.forms.inputs import Kind


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the catalogue knows for a field.

    Parameters
    ----------
    value : str
        As it would be written.
    entry, what : str
        The entry, and what that is.
    grade : str or None
    meaning : str
        Of the grade.
    sources : tuple of (str, str)
        Title and address of each.
    range : tuple of two str or None
        Lowest and highest.
    note : str
        May be empty.
    """

    value: str
    entry: str
    what: str
    grade: str | None
    meaning: str
    sources: tuple[tuple[str, str], ...]
    range: tuple[str, str] | None
    note: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A finding, told at the field that it is about.

    Parameters
    ----------
    severity : {"error", "warning"}
    text : str
    """

    severity: Literal["error", "warning"]
    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a part: what it means, what stands in it, what could.

    Parameters
    ----------
    path : KeyPath
        Where its value is, for the operations ``set`` and ``unset``.
    key : str
    meaning : str
        One line of help.
    form : str
        The kind of input.
    holds : str
        The language's word for the form of its values.
    default : str
        In words; empty where there is none.
    words : tuple of str
        All values there are of a choice; else those that may stand in the place of another.
    choices : tuple of str
        Names that can be referred to, or known texts.
    example : str
    value : str or None
        What was typed, as one line; None if nothing was.
    entries : tuple of str or None
        What was typed, one by one, where that is a list.
    meant : str
        What holds where nothing was typed, as far as it is known.
    origin : str
        ``typed``, or where the value comes from that holds instead; empty for none.
    findings : tuple of Notice
    suggestions : tuple of Suggestion
    inner : Form or None
        The form of its mapping, where it has one.
    parts : tuple of Form
        The forms of its named parts, or of the entries of its list.
    template : Value
        What such a part starts with when it is added; None where nothing can be.
    typed : Value
        What was typed, as it is in the draft.
    written : Value
        What a preset gives instead of named parts, written out; those can be changed only so,
        since a preset adds none beside typed ones. None where there is nothing of the kind.
    """

    path: KeyPath
    key: str
    meaning: str
    form: Kind
    holds: str
    default: str
    words: tuple[str, ...]
    choices: tuple[str, ...]
    example: str
    value: str | None
    entries: tuple[str, ...] | None
    meant: str
    origin: str
    findings: tuple[Notice, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    inner: Form | None = None
    parts: tuple[Form, ...] = ()
    template: Value = None
    typed: Value = None
    written: Value = None


@dataclass(frozen=True, slots=True)
class Group:
    """Fields of one subject; those of the first group of a form are the common ones."""

    subject: str
    fields: tuple[Field, ...]

    @property
    def n_set(self) -> int:
        """How many of them hold something that is no default."""
        return sum(bool(field.origin) and field.origin != "default" for field in self.fields)

    @property
    def n_errors(self) -> int:
        """How many errors are in them."""
        return sum(count_errors(field) for field in self.fields)


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a part of a model.

    Parameters
    ----------
    path : KeyPath
        Of the part.
    name : str
        The last step of its path; of the model its name.
    part : str
        What it is, in a word.
    summary : str
        What was typed in it, in a few words.
    groups : tuple of Group
        The common one first.
    findings : tuple of Notice
        About the part as a whole.
    locked : str
        Why nothing can be changed here; empty if it can.
    short : Field or None
        Where a single value stands in the place of the mapping: the field for that.
    """

    path: KeyPath
    name: str
    part: str
    summary: str
    groups: tuple[Group, ...]
    findings: tuple[Notice, ...] = ()
    locked: str = ""
    short: Field | None = None

    @property
    def fields(self) -> tuple[Field, ...]:
        """All its fields, not those of its parts."""
        return tuple(field for group in self.groups for field in group.fields)

    @property
    def n_errors(self) -> int:
        """How many errors are in it."""
        own = [notice for notice in self.findings if notice.severity == "error"]
        return len(own) + sum(group.n_errors for group in self.groups)

    def __getitem__(self, key: str) -> Field:
        return next(field for field in self.fields if field.key == key)


def count_errors(field: Field) -> int:
    """How many errors are in a field and all that is in it."""
    inside = [*field.parts, *([field.inner] if field.inner else [])]
    own = [notice for notice in field.findings if notice.severity == "error"]
    return len(own) + sum(form.n_errors for form in inside)


def as_data(form: Form) -> dict[str, Any]:
    """A form as plain data for JSON."""
    return asdict(form)
