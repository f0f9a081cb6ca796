"""A law as a small form: its kind, its parameters one by one, and back to text.

Rules of this file
------------------
1. The kinds are those of `hasim.laws.forms` and, where a failure is noticed, the ways of looking
   that the schema has; nothing is listed a second time.
2. A law is written back as people write it: a bare duration where the key means that law by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from hasim.description.draft import Draft, Value
from hasim.description.failing import read_occurrence
from hasim.description.forms.fields import Field
from hasim.description.reading import Ledger, Section
from hasim.description.resolved import value_text
from hasim.description.schema import json_schema
from hasim.description.yaml_file import read_value
from hasim.errors import InputError, ModelError
from hasim.laws import Law, Uniform, parse_detection, parse_law, parse_readmission
from hasim.laws.forms import FORMS
from hasim.laws.forms import Form as LawForm

Style = Literal["law", "mapping"]

#: A lease that is renewed three times before it runs out.
_LOOKS = {"lease": "30 s"}

#: The laws that people choose most, first.
_USUAL = ("fixed", "exponential", "lognormal")

_CALL = re.compile(r"\s*(\w+)\((.*)\)\s*", re.DOTALL)
_COMMA = re.compile(r",\s*(?![^\[]*\])")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a law: its name, an example, and what stands in it."""

    name: str
    example: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One way to write a law.

    Parameters
    ----------
    name : str
        What it is called when it is chosen, such as ``lognormal by median, p95``.
    family : str
    parameters : tuple of Parameter
    style : {"law", "mapping"}
        Whether it is a law, or a mapping that says how often somebody looks.
    """

    name: str
    family: str
    parameters: tuple[Parameter, ...]
    style: Style = "law"


def sheets_for(field: Field) -> tuple[Sheet, ...]:
    """The ways to write the law of a field: what a bare duration means first, then usual ones."""
    bare = law_of(field, "1 h")
    first = _taken_apart(str(bare))[0]
    usual = [first, *_USUAL]
    families = sorted(FORMS, key=lambda one: usual.index(one) if one in usual else len(usual))
    return (*_sheets_of_laws(families), *_sheets_of_looks(field.holds))


def sheet_of(field: Field, text: str) -> Sheet | None:
    """How the law that is written in a field is written, with its parameters; None: not a law."""
    value = _value(text)
    law = law_of(field, value)
    if law is None:
        return None
    if isinstance(value, dict):
        looks = [one for one in _sheets_of_looks(field.holds) if one.family in value]
        if looks:
            return _filled(looks[0], {name: _line(one) for name, one in value.items()})
    for family, given in (_taken_apart(value), _taken_apart(str(law))):
        for one in sheets_for(field):
            if one.family == family and {each.name for each in one.parameters} == given.keys():
                return _filled(one, given)
    return None


def text_of(field: Field, sheet: Sheet) -> str:
    """The text of a law with the parameters of a sheet; examples stand for those left empty."""
    given = {one.name: one.value.strip() or one.example for one in sheet.parameters}
    if sheet.style == "mapping":
        return f"{{{', '.join(f'{name}: {value}' for name, value in given.items())}}}"
    text = f"{sheet.family}({', '.join(f'{name} {value}' for name, value in given.items())})"
    values = list(given.values())
    is_bare = len(values) == 1 and law_of(field, values[0]) == law_of(field, text) is not None
    return values[0] if is_bare else text


def law_of(field: Field, value: Value, folder: Path | None = None) -> Law | None:
    """The law that a value of a field means; None where it is none."""
    try:
        return _read(field.holds, _value(value) if isinstance(value, str) else value, folder)
    except (InputError, ModelError):
        return None


def _read(holds: str, value: Value, folder: Path | None) -> Law:
    match holds:
        case "mean":
            return parse_law(value, bare="exponential", base_folder=folder)
        case "occurrence":
            return read_occurrence(Section(Ledger(Draft({}, folder=folder)), (), {}))(value)
        case "detection":
            return parse_detection(value, base_folder=folder)
        case "readmission":
            return parse_readmission(value, base_folder=folder)
        case "looks":
            law = parse_law(value, bare="fixed", base_folder=folder)
            is_bare = isinstance(value, str) and "(" not in value and law.mean > 0
            return Uniform(0.0, law.mean) if is_bare else law
        case _:
            return parse_law(value, bare="fixed", base_folder=folder)


def _value(text: Value) -> Value:
    """A text as the list or mapping that is written in it, if one is."""
    if not isinstance(text, str) or text.strip()[:1] != "{":
        return text
    try:
        return read_value(text.strip(), "law")
    except ModelError:
        return text


def _taken_apart(value: Value) -> tuple[str, dict[str, str]]:
    """The family of a law and its parameters, as they are written in a text or a mapping."""
    if isinstance(value, dict):
        family, given = next(iter(value.items()))
        named = given.items() if isinstance(given, dict) else ()
        return family, {name: _line(one) for name, one in named}
    call = _CALL.fullmatch(str(value))
    if call is None:
        return "", {}
    words = [part.split(None, 1) for part in _COMMA.split(call[2])]
    return call[1], {pair[0]: pair[1].strip() for pair in words if len(pair) == 2}


def _line(value: Value) -> str:
    return value if isinstance(value, str) else value_text(value)


def _filled(sheet: Sheet, given: Mapping[str, str]) -> Sheet:
    parameters = tuple(
        Parameter(one.name, one.example, given.get(one.name, "")) for one in sheet.parameters
    )
    return Sheet(sheet.name, sheet.family, parameters, sheet.style)


def _sheets_of_laws(families: list[str]) -> Iterator[Sheet]:
    for family in families:
        shown = [form for form in FORMS[family] if form.is_shown and _is_by_hand(form)]
        for form in shown:
            names = ", ".join(parameter.name for parameter in form.parameters)
            name = f"{family} by {names}" if len(shown) > 1 else family
            blank = tuple(Parameter(one.name, one.example) for one in form.parameters)
            yield Sheet(name, family, blank)


def _is_by_hand(form: LawForm) -> bool:
    """Whether all parameters can be typed: a file cannot."""
    return all(one.kind != "file" for one in form.parameters)


def _sheets_of_looks(holds: str) -> Iterator[Sheet]:
    """The mappings that say how often somebody looks, where a key takes them."""
    for one in json_schema()["definitions"].get(holds, {}).get("anyOf", ()):
        if "properties" in one:
            names = list(one["properties"])
            parameters = tuple(Parameter(name, _example(one, name)) for name in names)
            yield Sheet(names[0], names[0], parameters, "mapping")


def _example(schema: Mapping[str, Any], name: str) -> str:
    is_count = str(schema["properties"][name].get("$ref")).endswith("count")
    if is_count:
        return "3"
    return _LOOKS.get(name, "0 s" if name not in schema["required"] else "10 s")
