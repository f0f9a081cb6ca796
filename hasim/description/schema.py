"""JSON Schema of the model language, for editors; `check` is what decides.

The schema knows keys, forms and units; what refers to something else in the model, and the names
of the parameters of laws in their text form, it leaves to `hasim check`.
"""

from __future__ import annotations

import json
from typing import Any, assert_never

from hasim.description.vocabulary import (
    FAILING,
    KEYS,
    POLICIES,
    REDUNDANCIES,
    SESSIONS,
    STANDBY_RATES,
    STRATEGIES,
    Form,
    Key,
    Part,
    names_of,
)
from hasim.laws.forms import FORMS, Kind
from hasim.system import LANGUAGE, MAX_COUNT
from hasim.system.shifts import DAYS
from hasim.system.sla import EXCLUDED, WINDOWS
from hasim.units import UNITS, Dimension

Schema = dict[str, Any]

_NAME: Schema = {"type": "string", "pattern": r"^(?![0-9]+$)[\w-]+$"}
_NUMBER = r"([0-9][0-9_]*(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"

#: The keys without which a part is no such part.
REQUIRED: dict[Part, tuple[str, ...]] = {
    "stamp": ("for",),
    "service": ("needs",),
    "demand": ("peak",),
    "mode": ("repair",),
    "domain mode": ("repair",),
    "route": ("to",),
    "use": ("name",),
    "link": ("between", "cut"),
    "cut": ("lasts",),
    "own change": ("rate",),
    "change": ("scope", "rate"),
    "maintenance": ("on", "every", "takes"),
    "shift": ("from", "to", "size"),
    "game day": ("on", "every"),
    "scenario": ("events",),
    "event": ("at", "fail"),
    "certificate": ("on", "every", "missed", "renew"),
    "tls": ("clients", "handshake"),
    "sla": ("target",),
    "costs": ("currency",),
}


def json_schema() -> Schema:
    """The schema of a model file (JSON Schema, draft 7: what editors read)."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"hasim model, language {LANGUAGE}",
        **_part("model"),
        "anyOf": [{"required": [key]} for key in ("components", "include", "stamps")],
        "definitions": {
            **{_name(part): _part(part) for part in KEYS if part != "model"},
            "duration": _quantity("duration", compound=True),
            "throughput": _quantity("throughput"),
            "price": _price(1),
            "storage-price": _any(_NAME, _price(2)),
            "transfer-price": _any(_NAME, _price(1)),
            "data": _open(_text_of("bytes")),
            "traffic": _open(
                {"type": "string", "pattern": rf"^\s*{_NUMBER}\s*\w+\s*(/|per )\s*\w+\s*$"}
            ),
            "rate": _uncertain({"type": "string", "pattern": rf"^\s*{_NUMBER}\s*(/|per ).+$"}),
            "share": _share(most=1.0),
            "ratio": _share(most=None),
            "count": _open({"type": "integer", "minimum": 1, "maximum": MAX_COUNT}),
            "name": _open(_NAME),
            "parameter": {"type": "string", "pattern": r"\$\{"},
            "between": _BETWEEN,
            "each": {"type": "string", "pattern": r"^[\w-]+\.[\w-]+(\.[0-9]+)?$|\$\{"},
            "law": _law(),
            "detection": {"anyOf": [{"$ref": "#/definitions/law"}, *_detections()]},
            "readmission": _any(_ref("law"), _looks("probe", ("passes",))),
            "needs": {"type": "array", "items": _any(_ref("name"), _ref("need"))},
        },
    }


def schema_text() -> str:
    """The schema as it is printed and kept in ``models/schema.json``."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _part(part: Part) -> Schema:
    schema: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {key.name: _key(key, part) for key in KEYS[part]},
    }
    if part in REQUIRED and "preset" in names_of(part):
        schema["anyOf"] = [{"required": list(REQUIRED[part])}, {"required": ["preset"]}]
    elif part in REQUIRED:
        schema["required"] = list(REQUIRED[part])
    return schema


def _key(key: Key, part: Part) -> Schema:
    meaning = f"{key.meaning} Default: {key.default}." if key.default else key.meaning
    mode: Part = "domain mode" if part == "domain" else "mode"
    schema = _named(mode) if key.form == "failures" else _FORMS[key.form]
    if "$ref" in schema:  # draft 7 ignores what stands beside a reference
        schema = {"allOf": [schema]}
    return {"description": meaning, **schema}


def _named(part: Part) -> Schema:
    return {
        "type": "object",
        "propertyNames": _open(_NAME),
        "additionalProperties": _ref(_name(part)),
    }


def _name(part: Part) -> str:
    return part.replace(" ", "-")


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _any(*schemas: Schema) -> Schema:
    return {"anyOf": list(schemas)}


_DAY = f"({'|'.join(DAYS)})"


def _open(schema: Schema) -> Schema:
    """The schema of a value in which a parameter may stand."""
    return _any(schema, _ref("parameter"))


def _uncertain(schema: Schema) -> Schema:
    """The schema of a quantity, which may be uncertain, too."""
    return _any(schema, _ref("parameter"), _ref("between"))


_BETWEEN: Schema = {
    "description": "Not known exactly: the lowest and the highest value, all equally likely.",
    "type": "object",
    "additionalProperties": False,
    "required": ["between"],
    "properties": {
        "between": {
            "type": "array",
            "items": {"anyOf": [{"type": "string"}, {"type": "number"}]},
            "minItems": 2,
            "maxItems": 2,
        }
    },
}


_HOST: Schema = {"type": "string", "pattern": r"^[\w-]+(\.[0-9]+)?$|\$\{"}
_EACH: Schema = {
    "type": "object",
    "additionalProperties": False,
    "required": ["each"],
    "properties": {"each": _ref("each")},
}
_GIVEN: Schema = {
    "type": "object",
    "propertyNames": _NAME,
    "additionalProperties": _any({"type": "string"}, {"type": "number"}, {"type": "boolean"}),
}
_INSTANCES: Schema = {
    "type": "object",
    "propertyNames": _NAME,
    "additionalProperties": _any(_GIVEN, {"type": "null"}),
}

_CHOICE: Schema = {"anyOf": [{"type": "object"}, {"type": "null"}]}
_OPTIONS: Schema = {
    "type": "object",
    "additionalProperties": _any(
        {"type": "array", "minItems": 1},
        {"type": "object", "minProperties": 1, "additionalProperties": _CHOICE},
    ),
}
_CURRENCIES = [unit.symbol for unit in UNITS if unit.dimension == "money"]
_PRICES_BY_NAME: Schema = {
    "type": "object",
    "propertyNames": _open(_NAME),
    "additionalProperties": _ref("price"),
}

#: The schema of each form of value.
_FORMS: dict[Form, Schema] = {
    "text": {"type": "string"},
    "version": {"const": LANGUAGE},
    "whole": _open({"type": "integer"}),
    "flag": _open({"type": "boolean"}),
    "number": _uncertain({"type": "number", "minimum": 0}),
    "name": _ref("name"),
    "count": _ref("count"),
    "share": _ref("share"),
    "ratio": _ref("ratio"),
    "duration": _ref("duration"),
    "throughput": _ref("throughput"),
    "rate": _ref("rate"),
    "mean": _ref("law"),
    "steps": _ref("law"),
    "detection": _ref("detection"),
    "readmission": _ref("readmission"),
    "needs": _ref("needs"),
    "uses": {"type": "array", "items": _any(_NAME, _ref("use"))},
    "places": {"type": "array", "items": _NAME},
    "changeover": _ref("changeover"),
    "failback": _ref("failback"),
    "replicas": {"type": "array", "items": _HOST},
    "occurrence": _any(_ref("rate"), _ref("law")),
    "demand": _ref("demand"),
    "objectives": _ref("objectives"),
    "promise": _any(_ref("share"), _ref("sla")),
    "window": _open({"enum": list(WINDOWS)}),
    "excluded": _open({"enum": list(EXCLUDED)}),
    "credits": {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": rf"^\s*{_NUMBER}\s*%?\s*$"},
        "additionalProperties": _ref("share"),
    },
    "spread": _open(
        _any({"const": "everywhere"}, {"type": "array", "items": _any(_ref("name"), _EACH)})
    ),
    "hosts": _any(_HOST, {"type": "array", "items": _any(_HOST, _EACH)}),
    "required": _any({"const": "peak"}, _ref("count")),
    "redundancy": _open({"enum": list(REDUNDANCIES)}),
    "routes": _any(_ref("route"), {"type": "array", "items": _ref("route")}),
    "layer": _open({"enum": [4, 7]}),
    "policy": _open({"enum": list(POLICIES)}),
    "weights": {"type": "array", "items": _ref("count")},
    "on_loss": _open({"enum": ["keep", "closed"]}),
    "standby": _open(_any({"enum": list(STANDBY_RATES)}, _ref("standby"))),
    "failover": _open(_any({"const": "instant"}, _ref("failover"))),
    "domains": _named("domain"),
    "crews": _named("crew"),
    "links": _named("link"),
    "cut": _ref("cut"),
    "relocate": _ref("relocate"),
    "components": _named("component"),
    "certificates": _named("certificate"),
    "guarded": {"type": "array", "items": _any(_ref("name"), _EACH)},
    "failing": _open({"enum": list(FAILING)}),
    "sessions": _open({"enum": list(SESSIONS)}),
    "clients": _open({"type": "integer", "minimum": 1}),
    "tls": _ref("tls"),
    "services": _named("service"),
    "failures": _named("mode"),
    "parameters": {
        **_GIVEN,
        "additionalProperties": _any(_GIVEN["additionalProperties"], _ref("between")),
    },
    "files": {"type": "array", "items": {"type": "string"}},
    "stamps": _named("stamp"),
    "instances": _any({"type": "array", "items": _NAME}, _INSTANCES),
    "each": _ref("each"),
    "changes": _named("change"),
    "own change": _ref("own-change"),
    "maintenance": _named("maintenance"),
    "strategy": {"enum": list(STRATEGIES)},
    "waves": {"type": "array", "items": _ref("share")},
    "names": {"type": "array", "items": _NAME},
    "monitoring": _named("monitoring"),
    "game days": _named("game day"),
    "scenarios": _named("scenario"),
    "events": {"type": "array", "items": _ref("event"), "minItems": 1},
    "options": _OPTIONS,
    "struck": _open({"type": "string", "pattern": r"^[\w-]+(\.[\w-]+)*$"}),
    "looks": _ref("law"),
    "shifts": {"type": "array", "items": _ref("shift")},
    "clock": {"type": "string", "pattern": "^([01]?[0-9]|2[0-4]):[0-5][0-9]$"},
    "days": {"type": "array", "items": {"type": "string", "pattern": rf"^{_DAY}(\.\.{_DAY})?$"}},
    "duty": {"type": "integer", "minimum": 0, "maximum": MAX_COUNT},
    "costs": _ref("costs"),
    "currency": _open({"enum": _CURRENCIES}),
    "priced components": {
        "type": "object",
        "propertyNames": _open(_NAME),
        "additionalProperties": _any(_ref("price"), _ref("component-costs")),
    },
    "people": _PRICES_BY_NAME,
    "fees": _PRICES_BY_NAME,
    "downtime price": _any(_ref("price"), _PRICES_BY_NAME),
    "price": _ref("price"),
    "instance": _ref("name"),
    "data": _ref("data"),
    "traffic": _ref("traffic"),
    "storage price": _ref("storage-price"),
    "transfer price": _ref("transfer-price"),
}


# ---------------------------------------------------------------------------- quantities and laws


def _quantity(dimension: Dimension, *, compound: bool = False) -> Schema:
    return _uncertain(_text_of(dimension, compound=compound))


def _text_of(dimension: Dimension, *, compound: bool = False) -> Schema:
    units = [unit for unit in UNITS if unit.dimension == dimension]
    words = "|".join(word for unit in units for word in (unit.symbol, *unit.others))
    one = rf"\s*{_NUMBER}\s*({words}|m)\s*" if compound else rf"\s*{_NUMBER}\s*({words})\s*"
    return {"type": "string", "pattern": f"^({one})+$" if compound else f"^{one}$"}


def _price(n_units: int) -> Schema:
    """Money per one unit, or per several."""
    per = r"\s*(/|per )\s*\w+" * n_units
    money = rf"^\s*{_NUMBER}\s*({'|'.join(_CURRENCIES)}){per}\s*$"
    return _uncertain({"type": "string", "pattern": money})


def _share(most: float | None) -> Schema:
    number: Schema = {"type": "number", "minimum": 0}
    if most is not None:
        number["maximum"] = most
    return _uncertain(_any(number, {"type": "string", "pattern": rf"^\s*{_NUMBER}\s*%?\s*$"}))


def _law() -> Schema:
    text = {"type": "string", "pattern": rf"^\s*({'|'.join(FORMS)})\s*\(.*\)\s*$"}
    families = [
        {
            "type": "object",
            "additionalProperties": False,
            "required": [family],
            "properties": {family: _parameters(family)},
        }
        for family in FORMS
    ]
    return _any(_ref("duration"), text, *families)


def _parameters(family: str) -> Schema:
    """What may stand under the name of a law: a mapping of one of its forms, or its only value."""
    forms = [
        {
            "type": "object",
            "additionalProperties": False,
            "required": [parameter.name for parameter in form.parameters],
            "properties": {
                parameter.name: _parameter(parameter.kind) for parameter in form.parameters
            },
        }
        for form in FORMS[family]
    ]
    only = FORMS[family][0].parameters
    single = [_parameter(only[0].kind)] if len(only) == 1 else []
    return _any(*forms, *single)


def _parameter(kind: Kind) -> Schema:
    match kind:
        case "duration":
            return _ref("duration")
        case "number" | "signed":
            return _uncertain({"type": "number"})
        case "count":
            return _ref("count")
        case "probabilities":
            return {"type": "array", "items": _ref("share")}
        case "durations":
            return {"type": "array", "items": _ref("duration")}
        case "file":
            return {"type": "string"}
        case _:
            assert_never(kind)


def _detections() -> list[Schema]:
    """The mappings of `detect` that say how often is looked."""
    forms = {
        "probe": (("misses",), ("timeout",)),
        "heartbeat": (("misses",), ()),
        "lease": (("renew",), ()),
    }
    return [_looks(kind, needs, may) for kind, (needs, may) in forms.items()]


def _looks(kind: str, needs: tuple[str, ...], may: tuple[str, ...] = ()) -> Schema:
    """A mapping that says how often is looked, and how many looks it takes."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [kind, *needs],
        "properties": {
            name: _ref("count" if name in ("misses", "passes") else "duration")
            for name in (kind, *needs, *may)
        },
    }
