"""What is done to a draft when a form is filled in: the operations of description.editing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from hasim.description.draft import Value
from hasim.description.forms.answers import read_field
from hasim.description.forms.fields import Field, Form
from hasim.description.reading import is_name
from hasim.errors import InputError, show_value

Operation: TypeAlias = dict[str, Any]


def answer(field: Field, typed: str | Sequence[str]) -> Operation:
    """What is done where somebody typed a text in a field, or chose names.

    Raises
    ------
    InputError
        If it cannot be what was meant; see `read_field`.
    """
    return put(field.path, read_field(field, typed))


def put(path: Sequence[str | int], value: Value) -> Operation:
    """Set a value, or take it away where it is None."""
    if value is None:
        return {"do": "unset", "path": list(path)}
    return {"do": "set", "path": list(path), "value": value}


def add(field: Field, name: str = "") -> Operation:
    """Add a part to a field that holds parts.

    Parameters
    ----------
    field : Field
        Of the form ``part``, ``parts`` or ``rows``.
    name : str
        Of the new part, where parts have names.

    Raises
    ------
    InputError
        If that is no name, or one that is taken.
    """
    if field.form == "part" and not isinstance(field.typed, list):
        return put(field.path, field.template)
    if field.form != "parts":
        rows = field.typed if isinstance(field.typed, list) else []
        return put(field.path, [*rows, field.template])
    if not is_name(name):
        expected = "a name has letters, digits (not only digits), - and _"
        raise InputError(f"{show_value(name)} is no name", expected)
    if name in [part.name for part in field.parts]:
        raise InputError(f"there is {name} already", "", "take another name")
    return put((*field.path, name), field.template)


def write_out(field: Field) -> Operation:
    """Type what a preset gives to a field, so that it can be changed."""
    assert field.written is not None, f"{field.path} has nothing to write out"
    return put(field.path, field.written)


def remove(field: Field, part: Form | None = None) -> Operation:
    """Take a field away, or one of its parts."""
    if part is None:
        return put(field.path, None)
    if isinstance(field.typed, list):
        rows = [row for i, row in enumerate(field.typed) if i != part.path[-1]]
        return put(field.path, rows or None)
    is_last = isinstance(field.typed, dict) and list(field.typed) == [part.name]
    return put(field.path if is_last else part.path, None)
