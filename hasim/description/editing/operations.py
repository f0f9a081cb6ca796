"""Operations on the text of a model: what a gesture on a picture of it, or a field, changes.

docs/editing.md defines every operation and its JSON.

Rules of this file
------------------
1. Operations are applied in their order, each as a whole or not at all.
2. What cannot be done is told, and what follows is done all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from hasim.description.draft import KeyPath
from hasim.description.editing.connections import connect, disconnect
from hasim.description.editing.fields import set_field, unset_field
from hasim.description.editing.parts import add, add_domain, add_service, copy, delete, rename
from hasim.description.editing.placement import drop
from hasim.description.editing.splices import Splice, spliced
from hasim.description.editing.tree import Source, read_source
from hasim.description.editing.writing import as_value
from hasim.errors import InputError, show_value


@dataclass(frozen=True, slots=True)
class Edited:
    """A text after some operations.

    Parameters
    ----------
    text : str
        YAML.
    refused : tuple of (int, InputError)
        Which operations were not applied, and why.
    """

    text: str
    refused: tuple[tuple[int, InputError], ...] = ()


def apply_operations(text: str, operations: Sequence[Mapping[str, object]]) -> Edited:
    """The text of a model after some operations; comments, order and style stay.

    Parameters
    ----------
    text : str
        YAML; it may be empty.
    operations : sequence of Mapping
        Each with ``do``, as docs/editing.md defines them; applied in their order.

    Returns
    -------
    Edited

    Raises
    ------
    ModelError
        If the text is no YAML mapping; the findings tell where.
    """
    source = read_source(text)
    if text and not text.endswith("\n"):
        source = spliced(source, [Splice(len(text), len(text), "\n")])
    start = source
    refused: list[tuple[int, InputError]] = []
    for index, operation in enumerate(operations):
        try:
            source = _applied(source, operation)
        except InputError as error:
            refused.append((index, error))
    return Edited(text if source is start else source.text, tuple(refused))


# ---------------------------------------------------------------------------- their forms

_Kind = Literal["text", "text or null", "list of names", "list of keys", "text, list or mapping"]


@dataclass(frozen=True, slots=True)
class _Form:
    """An operation: what it does, and what it is told under which keys."""

    act: Callable[..., Source]
    keys: Mapping[str, _Kind]


_OPTIONAL: _Kind = "text or null"
_FORMS: Mapping[str, _Form] = {
    "add": _Form(add, {"name": "text", "role": _OPTIONAL, "into": _OPTIONAL}),
    "add_domain": _Form(add_domain, {"name": "text", "level": "text", "into": _OPTIONAL}),
    "add_service": _Form(add_service, {"name": "text"}),
    "connect": _Form(connect, {"from": "text", "to": "text"}),
    "disconnect": _Form(disconnect, {"from": "text", "to": "text"}),
    "delete": _Form(delete, {"names": "list of names"}),
    "rename": _Form(rename, {"name": "text", "to": "text"}),
    "copy": _Form(copy, {"names": "list of names"}),
    "drop": _Form(drop, {"name": "text", "into": _OPTIONAL, "from": _OPTIONAL}),
    "set": _Form(set_field, {"path": "list of keys", "value": "text, list or mapping"}),
    "unset": _Form(unset_field, {"path": "list of keys"}),
}


def _applied(source: Source, operation: object) -> Source:
    if not isinstance(operation, Mapping):
        raise InputError(f"{show_value(operation)} is no operation", "expected a mapping with `do`")
    form = _FORMS.get(str(operation.get("do")))
    if form is None:
        found = f"there is no operation {show_value(operation.get('do'))}"
        raise InputError(found, f"expected one of {', '.join(_FORMS)}")
    unknown = [key for key in operation if key != "do" and key not in form.keys]
    if unknown:
        found = f"{operation['do']} has no {show_value(unknown[0])}"
        raise InputError(found, f"expected {', '.join(form.keys)}")
    return form.act(source, *(_read(operation, key, kind) for key, kind in form.keys.items()))


def _read(operation: Mapping[str, object], key: str, kind: _Kind) -> Any:
    """What an operation says under a key."""
    value = operation.get(key)
    match kind:
        case "text" if isinstance(value, str):
            return str(as_value(value))
        case "text or null" if value is None or isinstance(value, str):
            return as_value(value)
        case "list of names" if isinstance(value, list | tuple) and value and _are_texts(value):
            return [str(as_value(name)) for name in value]
        case "list of keys" if isinstance(value, list | tuple) and value:
            return _read_path(value)
        case "text, list or mapping" if key in operation:
            return as_value(value)
    found = f"{key} is {show_value(value)}" if key in operation else f"it has no {key}"
    raise InputError(f"{operation['do']}: {found}", f"{key} is a {kind}")


def _are_texts(values: Sequence[object]) -> bool:
    return all(isinstance(value, str) for value in values)


def _read_path(steps: Sequence[object]) -> KeyPath:
    path: list[str | int] = []
    for step in steps:
        is_index = isinstance(step, int) and not isinstance(step, bool)
        if not (is_index or (isinstance(step, str) and step)):
            found = f"{show_value(step)} is no step of a path"
            raise InputError(found, "keys are texts, entries of lists are numbers")
        path.append(step if isinstance(step, int) else str(as_value(step)))
    return tuple(path)
