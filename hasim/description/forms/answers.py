"""What somebody typed in a field, checked on the spot by the readers of the language.

Theory of operation
-------------------
The value is put into a draft of its own that holds nothing else but what its reader wants to know
first (a failover is read only of what has standbys), and that draft is read. What is then wrong
about the value by itself is told at once; a name is looked for only when the whole model is
checked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from hasim.description.draft import Draft, KeyPath, Value, key_text
from hasim.description.forms.fields import Field
from hasim.description.forms.inputs import Kind
from hasim.description.forms.outline import part_at
from hasim.description.reading import UnknownNameError
from hasim.description.resolution import misread
from hasim.description.vocabulary import Part
from hasim.description.yaml_file import read_value
from hasim.errors import InputError, ModelError, show_value
from hasim.system import MAX_COUNT
from hasim.units import parse_any_price

#: Kinds of input whose text is taken as it is.
_LITERAL: tuple[Kind, ...] = ("text", "name", "choice", "flag")

#: Components beside the one that is read, for what must name one.
_OTHERS = ("other", "another")

_STANDING_BY: Mapping[str, Value] = {"replicas": "2", "redundancy": "active-passive"}

_REGISTERED: Mapping[str, Value] = {
    "to": _OTHERS[0],
    "through": _OTHERS[1],
    "expiry": "30 s",
}

#: What must stand beside a key of a part for its value to be read; under "" beside any key.
_BESIDE: Mapping[Part, Mapping[str, Mapping[str, Value]]] = {
    "component": {
        "mtbf": {"mttr": "10 h"},
        "mttr": {"mtbf": "1000 h"},
        "availability": {"mttr": "10 h"},
        "standby": {**_STANDING_BY, "failover": "instant"},
        "failover": _STANDING_BY,
        "witnesses": {"replicas": str(MAX_COUNT), "redundancy": "quorum"},
    },
    "domain": {
        "mtbf": {"mttr": "10 h"},
        "mttr": {"mtbf": "1000 h"},
        "availability": {"mttr": "10 h"},
    },
    "sla": {"credits": {"target": "99.99 %"}},
    "costs": {"": {"currency": "EUR"}},
    "own change": {"waves": {"strategy": "canary"}},
    "change": {"waves": {"strategy": "canary"}},
    "route": {
        "weights": {"to": _OTHERS[0], "policy": "weighted"},
        "expiry": {"to": _OTHERS[0], "through": _OTHERS[1]},
        **dict.fromkeys(("eviction", "cache", "poll", "self_preservation"), _REGISTERED),
        "": {"to": _OTHERS[0]},
    },
    "need": {
        **{key: {} for key in ("any", "all", "of", "cells", "each")},
        "failover": {"any": [*_OTHERS]},
        "": {"name": _OTHERS[0]},
    },
    "use": {"": {"name": _OTHERS[0]}},
}


def read_field(field: Field, typed: str | Sequence[str]) -> Value:
    """What is set where somebody typed a text in a field, or chose names in it.

    Parameters
    ----------
    field : Field
    typed : str or sequence of str
        A text; of names and lists the entries, or a text with one in a line.

    Returns
    -------
    Value
        For the operation ``set``; None where nothing was typed, which is ``unset``.

    Raises
    ------
    InputError
        In the words of the language, such as ``4 is not a duration``.
    """
    value = _value(field, typed)
    if value is None:
        return None
    if field.form in ("choice", "flag") and value not in field.words and "${" not in str(value):
        raise InputError(f"{show_value(value)} cannot be chosen", f"one of {list(field.words)}")
    if field.form == "price":
        return _price(field, value)
    probe, path = _probe(field.path, value)
    for wrong in misread(Draft(probe)):
        if wrong.path[: len(path)] == path and not isinstance(wrong.error, UnknownNameError):
            raise wrong.error
    return value


def _price(field: Field, value: Value) -> Value:
    """A price, of which the model alone knows the currency; or the name of one."""
    if field.holds == "price":
        parse_any_price(value)
    return value


def _value(field: Field, typed: str | Sequence[str]) -> Value:
    """The text as a value of the language, not yet looked at."""
    is_list = field.form in ("names", "list")
    if isinstance(typed, str) and is_list and not typed.lstrip().startswith("["):
        between = "\n" if field.form == "names" else "[\n,]"
        typed = [entry for entry in re.split(between, typed) if entry.strip()]
    if isinstance(typed, str):
        return _parsed(typed, field)
    entries = [_parsed(entry, field) for entry in typed]
    if len(entries) == 1 and entries[0] in field.words:
        return entries[0]
    return entries or None


def _parsed(text: str, field: Field) -> Value:
    """A text, or the list or mapping that is written in it."""
    text = text.strip()
    is_plain = field.form in _LITERAL or text[:1] not in ("[", "{")
    if not text or (is_plain and field.form != "mapping"):
        return text or None
    try:
        return read_value(text, key_text(field.path))
    except ModelError as error:
        first = error.findings[0]
        raise InputError(first.found, first.expected, first.next_step) from error


def _probe(path: KeyPath, value: Value) -> tuple[dict[str, Value], KeyPath]:
    """A draft with nothing but a value and what its reader wants to know, and the path to it."""
    at = tuple(0 if isinstance(step, int) else step for step in path)
    for depth in reversed(range(len(at))):
        step = at[depth]
        value = [value] if isinstance(step, int) else {**_beside(at[:depth], step), step: value}
    assert isinstance(value, dict)
    declared = value.get("components", {})
    if isinstance(declared, dict):
        owners = at[2:3] if at[:1] == ("costs",) else ()
        others: dict[Any, Value] = {name: {"kind": "registry"} for name in (*_OTHERS, *owners)}
        value["components"] = {**others, **declared}
    return value, at


def _beside(owner: KeyPath, key: str) -> Mapping[str, Value]:
    """What stands beside a key of an owner, so that its value is read."""
    beside = _BESIDE.get(part_at(owner), {})
    return beside.get(key, beside.get("", {}))
