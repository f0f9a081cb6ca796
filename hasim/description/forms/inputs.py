"""How each key of the language is asked for: derived from its schema, so that keys to come are.

Theory of operation
-------------------
The schema of a key is a tree of alternatives. What refers to a parameter or to something uncertain
is left aside, since every input takes text; of the rest the first in `_RANK` decides what kind of
input it is, and constants beside it become words that may be chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from hasim.description.schema import json_schema
from hasim.description.vocabulary import KEYS, SHAPES, Key, Part

Kind = Literal[
    "text", "choice", "flag", "count", "whole", "number", "share", "ratio", "duration",
    "throughput", "rate", "law", "price", "data", "traffic", "name", "names", "list", "mapping",
    "part", "parts", "rows",
]  # fmt: skip

#: What stands in an input of a kind for somebody who does not know how it is written.
EXAMPLES: Mapping[Kind, str] = {
    "count": "2",
    "whole": "0",
    "number": "1",
    "share": "5 %",
    "ratio": "20 %",
    "duration": "30 s",
    "throughput": "500 rps",
    "rate": "2 / year",
    "law": "4 h",
    "price": "0.10 EUR / h",
    "data": "500 GB",
    "traffic": "2 TB / month",
    "mapping": "{name: value}",
    "list": "one in a line",
}

#: Which definition of the schema means which kind.
_DEFINED: Mapping[str, Kind] = {
    "duration": "duration",
    "throughput": "throughput",
    "rate": "rate",
    "share": "share",
    "ratio": "ratio",
    "count": "count",
    "law": "law",
    "price": "price",
    "data": "data",
    "traffic": "traffic",
    "name": "name",
    "detection": "law",
    "readmission": "law",
    "storage-price": "price",
    "transfer-price": "price",
    "needs": "names",
    "each": "text",
}

#: Of several kinds in one schema the first of these is asked for; text takes the others, too.
_RANK: tuple[Kind, ...] = (
    "law", "price", "names", "list", "count", "whole", "number", "share", "ratio", "duration",
    "throughput", "rate", "data", "traffic", "flag", "name", "mapping", "text",
)  # fmt: skip

#: What stands beside every value: a name of a parameter, or what is not known exactly.
_ASIDE = ("parameter", "between")


@dataclass(frozen=True, slots=True)
class Input:
    """How a key is asked for.

    Parameters
    ----------
    kind : str
    words : tuple of str
        Values that can be chosen: all there are where the kind is ``choice``, else those that may
        stand instead, such as ``peak`` for a count or ``hot`` for a standby.
    part : str or None
        Whose keys its mappings hold, where it holds any.
    short : str or None
        The kind of the single value that may stand in the place of such a mapping.
    """

    kind: Kind
    words: tuple[str, ...] = ()
    part: Part | None = None
    short: Kind | None = None


def input_of(part: Part, key: Key) -> Input:
    """How a key of a part is asked for.

    Raises
    ------
    LookupError
        If the schema of the key is of no kind that is known here.
    """
    alternatives = list(_alternatives(_SCHEMA.of(part, key.name)))
    words = tuple(word for one in alternatives for word in _words(one))
    shape = SHAPES[key.form]
    kind = _first_kind(alternatives, has_names=shape.has_names)
    if shape.named:
        is_place = key.form == "failures" and part == "domain"
        inside = [one.get("additionalProperties", {}) for one in alternatives]
        each = [one for schema in inside for one in _alternatives(schema)]
        short = _first_kind(each, has_names=False)
        return Input("parts", words, "domain mode" if is_place else shape.named, short)
    if shape.part and not shape.has_names:
        is_list = kind == "list" and not any("$ref" in one for one in alternatives)
        short = None if kind in ("list", "mapping") else kind
        return Input("rows" if is_list else "part", words, shape.part, short)
    if kind is None and words:
        return Input("choice", words)
    if kind is None:
        raise LookupError(f"{part}.{key.name}: no kind of input fits its schema")
    return Input(kind, words, shape.part)


def key_of(part: Part, name: str) -> Key | None:
    """The key of a part that has a name."""
    return next((key for key in KEYS[part] if key.name == name), None)


class _Schema:
    """The JSON Schema, made when it is first asked for."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    def of(self, part: Part, key: str) -> dict[str, Any]:
        """The schema of a key."""
        if not self._made:
            self._made = json_schema()
        owner = self._made if part == "model" else self._made["definitions"][part.replace(" ", "-")]
        schema: dict[str, Any] = owner["properties"][key]
        return schema


_SCHEMA = _Schema()


def _alternatives(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The schemas of which a value fits one, references to parameters left aside."""
    inner = [*schema.get("anyOf", ()), *schema.get("allOf", ())]
    if inner:
        for one in inner:
            yield from _alternatives(one)
    elif _defined(schema) not in _ASIDE:
        yield schema


def _first_kind(alternatives: Iterable[Mapping[str, Any]], *, has_names: bool) -> Kind | None:
    """The kind that is asked for where a value may be any of some alternatives."""
    kinds = {_kind(one, has_names=has_names) for one in alternatives}
    return next((kind for kind in _RANK if kind in kinds), None)


def _defined(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _words(schema: Mapping[str, Any]) -> list[str]:
    values = [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else ())]
    return [str(value) for value in values]


def _kind(schema: Mapping[str, Any], *, has_names: bool) -> Kind | None:
    """The kind of one alternative; None for a constant, or one of the parts of the language."""
    if "$ref" in schema:
        return _DEFINED.get(_defined(schema))
    match schema.get("type"):
        case "array":
            return "names" if has_names else "list"
        case "object":
            return "mapping"
        case "boolean":
            return "flag"
        case "integer":
            return "count" if schema.get("minimum", 0) >= 1 else "whole"
        case "number":
            return "number"
        case "string":
            return "name" if has_names else "text"
        case _:
            return None
