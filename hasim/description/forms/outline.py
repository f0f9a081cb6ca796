"""From a draft, however unfinished, to the form of one of its parts.

Theory of operation
-------------------
A path is walked from the model down, by the shapes of the language, to the part that it leads to.
Each key of that part becomes a field: its input from the schema, its value from what was typed, its
origin from what checking the draft knows, its findings from there too. Parts inside have forms of
their own in the same way; those that a canvas draws are only named.

Rules of this file
------------------
1. Nothing here decides what a value means: `check` does, and its findings are shown as they are.
2. A key of the language gets a field by being in the table of the language, and in no other way.
3. What was typed in a wrong shape, such as a text where a list is, is shown as it was typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hasim.description.draft import Draft, KeyPath, Value, key_text
from hasim.description.forms.fields import Field, Form, Group, Notice
from hasim.description.forms.inputs import EXAMPLES, Input, Kind, input_of, key_of
from hasim.description.forms.names import names_for, template_of
from hasim.description.forms.subjects import by_subject
from hasim.description.forms.suggestions import (
    known_kinds,
    known_prices,
    presets_for,
    suggestions_for,
)
from hasim.description.known import Known, know
from hasim.description.presets import place_in_system
from hasim.description.resolution import Checked
from hasim.description.resolved import value_text
from hasim.description.vocabulary import KEYS, Key, Part
from hasim.errors import InputError
from hasim.laws.forms import FORMS

#: Sections of the model whose parts are drawn, and chosen there.
DRAWN = ("domains", "components", "services", "stamps")

#: Longest summary of a part: what a heading of a narrow column holds.
_MOST_LETTERS = 36

_FLAGS = ("true", "false")

#: Kinds of input that have forms inside.
_WITH_FORMS: tuple[Kind, ...] = ("part", "parts", "rows")


def form_of(text: str, path: KeyPath, folder: Path | None = None) -> Form:
    """The form of a part of a draft.

    Parameters
    ----------
    text : str
        YAML of a model, finished or not.
    path : KeyPath
        ``("components", "web")``, ``("components", "web", "failover")``; empty for the model.
    folder : Path, optional
        Where files that the model names may be.

    Raises
    ------
    ModelError
        If the text is no YAML mapping.
    InputError
        If nothing is at the path that has a form.
    """
    source = _Source(know(text, folder))
    return _form(source, path, part_at(path, source.whole.values))


def part_at(path: KeyPath, values: Mapping[str, Value] | None = None) -> Part:
    """The part of the language that a path leads to.

    Raises
    ------
    InputError
        If it leads to none.
    """
    part: Part = "model"
    steps = list(path)
    while steps:
        key = key_of(part, str(steps.pop(0)))
        asked = input_of(part, key) if key else None
        if key is None or asked is None or asked.part is None:
            raise InputError(f"{key_text(path)} leads to no part of a model")
        part = asked.part
        is_one = asked.kind == "part" and not (steps and isinstance(steps[0], int))
        steps = steps if is_one else steps[1:]
    if values is not None and path[:2] and _at(values, path[:2]) is _NOTHING:
        raise InputError(f"there is no {key_text(path[:2])}", "", "choose a part that is there")
    return part


# ---------------------------------------------------------------------------- what is known


class _Nothing:
    """Stands for a value that is not there, since None is one."""


_NOTHING = _Nothing()


def _at(values: Any, path: KeyPath) -> Any:
    """The value at a path, or `_NOTHING`."""
    for step in path:
        is_key = isinstance(values, Mapping) and step in values
        is_index = isinstance(values, list) and isinstance(step, int) and step < len(values)
        if not (is_key or is_index):
            return _NOTHING
        values = values[step]
    return values


@dataclass(frozen=True)
class _Source:
    """A draft as its forms ask about it."""

    known: Known

    @property
    def draft(self) -> Draft:
        """The draft as it was typed."""
        return self.known.draft

    @property
    def whole(self) -> Draft:
        """The draft with what it includes and what its stamps make."""
        return self.known.whole

    @property
    def checked(self) -> Checked:
        """What `hasim check` says."""
        return self.known.checked

    def typed(self, path: KeyPath) -> Any:
        """What stands at a path of the text, or `_NOTHING`."""
        value = _at(self.draft.values, path)
        return _at(self.whole.values, path) if value is _NOTHING else value

    def resolved(self, path: KeyPath) -> Any:
        """What holds at a path, or `_NOTHING`."""
        return _at(self.known.plain, path)

    def told_at(self, path: KeyPath, *, below: bool) -> tuple[Notice, ...]:
        """The findings about a path; and those about all in it."""
        key = key_text(path)
        found = [
            finding
            for at, findings in self.known.notices.items()
            if at == key or (below and at.startswith((f"{key}.", f"{key}[")))
            for finding in findings
        ]
        return tuple(
            Notice(finding.severity, str(replace(finding, place=None, key="", severity="error")))
            for finding in found
        )

    def locked(self, path: KeyPath) -> str:
        """Why a part cannot be changed in this text."""
        if not path or _at(self.draft.values, path[:2]) is not _NOTHING:
            return ""
        place = self.whole.place_of(path[:2])
        return f"It comes from {place}, and is changed there." if place else ""


# ---------------------------------------------------------------------------- forms and fields


def _form(source: _Source, path: KeyPath, part: Part, short: Input | None = None) -> Form:
    groups = [
        Group(subject, tuple(_field(source, path, part, name) for name in names))
        for subject, names in by_subject(part, [key.name for key in KEYS[part]])
    ]
    name = str(path[-1]) if path else str(source.draft.values.get("name") or "model")
    return Form(
        path,
        name,
        part,
        _summary(source, path),
        tuple(groups),
        (*source.told_at(path, below=False), *_told_of_strays(source, path, part)),
        source.locked(path),
        _short(source, path, part, short) if short else None,
    )


def _summary(source: _Source, path: KeyPath) -> str:
    """What was typed in a part, or else holds, cut to a few words."""
    value = _either(source.typed(path), source.resolved(path))
    if not path or not isinstance(value, Mapping):
        return "" if not path or value is _NOTHING else _line(value)
    text = " · ".join(f"{key} {_line(one)}" for key, one in value.items())
    return text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS].rstrip()} …"


def _told_of_strays(source: _Source, path: KeyPath, part: Part) -> Iterator[Notice]:
    """What is wrong about keys that the language does not have, and that have no field."""
    known = {key.name for key in KEYS[part]}
    for name in _mapping(source.typed(path)):
        if name not in known:
            for notice in source.told_at((*path, name), below=True):
                yield replace(notice, text=f"{name}: {notice.text}")


def _field(source: _Source, path: KeyPath, part: Part, name: str) -> Field:
    key = key_of(part, name)
    assert key is not None
    asked = input_of(part, key)
    at = (*path, name)
    value = source.typed(at)
    has_forms, is_law = asked.kind in _WITH_FORMS, asked.kind == "law"
    origin, meant = _origin(source, at, key, value)
    field = Field(
        path=at,
        key=name,
        meaning=key.meaning,
        form=asked.kind,
        holds=key.form,
        default=key.default,
        words=_FLAGS if asked.kind == "flag" else asked.words,
        choices=_choices(source, path, part, key),
        example=EXAMPLES.get(asked.short or asked.kind, ""),
        value=None if value is _NOTHING else _spoken(value) if is_law else _line(value),
        entries=tuple(map(_line, value)) if isinstance(value, list) else None,
        meant=meant,
        origin=origin,
        findings=source.told_at(at, below=not has_forms),
        suggestions=_suggestions(source, at, part, key),
        typed=None if value is _NOTHING else value,
    )
    return _with_forms(source, field, asked) if has_forms else field


def _with_forms(source: _Source, field: Field, asked: Input) -> Field:
    """A field together with the forms of what is inside."""
    assert asked.part is not None
    at, part = field.path, asked.part
    value = _either(source.typed(at), source.resolved(at))
    template = template_of(part, at, source.whole.values)
    field = replace(field, template=template)
    if asked.kind == "parts" and len(at) == 1 and at[0] in DRAWN:
        names = tuple(value) if isinstance(value, Mapping) else ()
        return replace(field, choices=names)
    if asked.kind == "parts":
        shown = {**_mapping(source.resolved(at)), **_mapping(source.typed(at))}
        forms = [_form(source, (*at, one), part, asked) for one in shown]
        written = None if field.typed is not None else _written(source, at)
        return replace(field, parts=tuple(forms), written=written)
    if isinstance(value, list):
        forms = [
            _form(source, (*at, i), part) for i, one in enumerate(value) if isinstance(one, dict)
        ]
        return replace(field, parts=tuple(forms))
    if isinstance(value, Mapping):
        return replace(field, findings=(), inner=_form(source, at, part))
    return replace(field, findings=source.told_at(at, below=True))


def _written(source: _Source, path: KeyPath) -> Value:
    """What presets give at a path, as one would type it."""
    given = _mapping(source.resolved(path))
    parts = {
        name: {
            key: value
            for key, value in _mapping(part).items()
            if source.checked.origins.get((*path, name, key), "").startswith("from preset")
        }
        for name, part in given.items()
    }
    return {name: part for name, part in parts.items() if part} or None


def _short(source: _Source, path: KeyPath, part: Part, asked: Input) -> Field | None:
    """The field for a text in the place of a mapping, where one stands there."""
    value = source.typed(path)
    if asked.short is None or value is _NOTHING or isinstance(value, Mapping):
        return None
    line = _line(value)
    notices = source.told_at(path, below=False)
    blank = Field(path, str(path[-1]), "", asked.short, part, "", (), (), "", line, None, "", "")
    return replace(blank, example=EXAMPLES.get(asked.short, ""), origin="typed", findings=notices)


def _either(typed: Any, resolved: Any) -> Any:
    """What was typed; what holds where nothing was."""
    return resolved if typed is _NOTHING else typed


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _line(value: Value) -> str:
    """A value as it is typed in one line."""
    if value is None:
        return ""
    return value if isinstance(value, str) else value_text(value)


def _spoken(value: Value) -> str:
    """A law that was typed as a mapping in its text form, which is shorter."""
    match value:
        case dict() if len(value) == 1 and next(iter(value)) in FORMS:
            family, given = next(iter(value.items()))
            named = given.items() if isinstance(given, dict) else [("", given)]
            return f"{family}({', '.join(f'{name} {_line(one)}'.strip() for name, one in named)})"
        case _:
            return _line(value)


def _origin(source: _Source, at: KeyPath, key: Key, value: Any) -> tuple[str, str]:
    """Where the value of a key comes from, and what holds where none was typed."""
    if value is not _NOTHING:
        return "typed", ""
    resolved = source.resolved(at)
    origin = source.checked.origins.get(at) or source.checked.origins.get(place_in_system(at), "")
    if resolved is _NOTHING or isinstance(resolved, Mapping) or resolved == []:
        filled = origin.startswith("from") and isinstance(resolved, Mapping)
        return (origin if filled else "default" if key.default else ""), key.default
    if origin == "default" and key.default and key.form not in ("required", "name"):
        return origin, key.default
    return origin, _line(resolved)


# ---------------------------------------------------------------------------- what may be chosen


def _choices(source: _Source, path: KeyPath, part: Part, key: Key) -> tuple[str, ...]:
    if key.name == "preset":
        return presets_for(part, _kind_of(source, path))
    if part == "component" and key.name == "kind":
        return known_kinds()
    if key.form == "instance":
        return known_prices()
    return names_for(key, path, source.whole.values)


def _kind_of(source: _Source, path: KeyPath) -> str | None:
    """The kind of the component that a path is in, typed or of its preset."""
    if path[:1] != ("components",) or len(path) < 2:
        return None
    kind = _either(source.typed((*path[:2], "kind")), source.resolved((*path[:2], "kind")))
    return kind if isinstance(kind, str) else None


def _suggestions(source: _Source, at: KeyPath, part: Part, key: Key) -> Any:
    if key.name == "preset" or input_of(part, key).kind in _WITH_FORMS or len(at) < 2:
        return ()
    preset = source.typed((*at[:2], "preset"))
    return suggestions_for(
        part, at, _kind_of(source, at), preset if isinstance(preset, str) else None
    )


def walk(form: Form) -> Iterator[Field]:
    """All fields of a form and of the forms in it, outer ones first."""
    for field in form.fields:
        yield field
        for inner in (*field.parts, *([field.inner] if field.inner else [])):
            yield from walk(inner)
