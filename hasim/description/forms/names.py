"""Names that a key can refer to, and what a part starts with when it is added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hasim.description.draft import KeyPath, Value
from hasim.description.reading import EXAMPLES
from hasim.description.vocabulary import KEY_SHAPES, SHAPES, Key, Part
from hasim.description.yaml_file import read_value
from hasim.errors import ModelError

_SERVING = ("components", "services")

#: Where what a key names is declared; a key that is not here may name anything in the model.
_SECTIONS: Mapping[str, tuple[str, ...]] = {
    "crew": ("crews",),
    "in": ("domains",),
    "spread": ("domains",),
    "shares": ("domains",),
    "between": ("domains",),
    "hosts": ("components",),
    "on": ("components",),
    "scope": ("components",),
    "through": ("components",),
    "to": ("components",),
    "prefer": (),
    "watches": ("components", "domains"),
    "fail": ("components", "domains"),
    **dict.fromkeys(("needs", "uses", "name", "any", "all", "of", "cells"), _SERVING),
}

#: So many replicas are offered by name; precedent: a list that fits a screen.
MOST_REPLICAS = 20

_ANYTHING = ("domains", "crews", "components", "services", "certificates")

#: What a part starts with where the example of the language is no beginning.
_STARTS: Mapping[Part, Value] = {
    "costs": {"currency": "EUR"},
    "component costs": {"replica": "0.10 EUR / h"},
    "objectives": {"availability": "99.9 %"},
}


def names_for(key: Key, path: KeyPath, values: Mapping[str, Value]) -> tuple[str, ...]:
    """The names that a key of the part at a path can refer to.

    Parameters
    ----------
    key : Key
    path : KeyPath
        Of the part that has the key.
    values : Mapping
        Those of the composed draft.
    """
    if not SHAPES[key.form].has_names:
        return ()
    names = _declared(values, _SECTIONS.get(key.name, _ANYTHING))
    if key.name == "prefer" and len(path) > 1:
        return _replicas(str(path[1]), values)
    return tuple(name for name in names if name not in path[1:2])


def template_of(part: Part, path: KeyPath, values: Mapping[str, Value]) -> Value:
    """What a part at a path starts with: the example of the language, with names of the model."""
    if part in _STARTS:
        return _STARTS[part]
    try:
        example = read_value(f"{{{EXAMPLES[part]}}}", part)
    except ModelError:
        return {}
    if not isinstance(example, dict):
        return {}
    return {
        key: _renamed(key, value, path, values) if KEY_SHAPES[part][key].has_names else value
        for key, value in example.items()
    }


def _renamed(key: str, value: Value, path: KeyPath, values: Mapping[str, Value]) -> Value:
    """An example of names, with the first names of the model in their place."""
    names = [
        name for name in _declared(values, _SECTIONS.get(key, _ANYTHING)) if name not in path[1:2]
    ]
    if not names or not isinstance(value, str | list):
        return value
    return names[: len(value)] if isinstance(value, list) else names[0]


def _declared(values: Mapping[str, Value], sections: Iterable[str]) -> list[str]:
    found = [values.get(section) for section in sections]
    return [str(name) for parts in found if isinstance(parts, Mapping) for name in parts]


def _replicas(component: str, values: Mapping[str, Value]) -> tuple[str, ...]:
    """The replicas of a component, where their number is typed."""
    parts = values.get("components")
    owner = parts.get(component) if isinstance(parts, Mapping) else None
    typed = owner.get("replicas", "1") if isinstance(owner, Mapping) else "1"
    count = int(typed) if isinstance(typed, str) and typed.isdecimal() else 1
    return tuple(f"{component}.{i}" for i in range(1, min(count, MOST_REPLICAS) + 1))
