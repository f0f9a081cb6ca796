import json
import os
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from hasim.description.schema import json_schema, schema_text
from hasim.description.vocabulary import KEYS, NOT_YET, suggestion

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json_schema()
MODELS = sorted(ROOT.glob("models/*.yaml"))
VALID = sorted(ROOT.glob("tests/cases/valid/*.yaml"))
# Texts that YAML 1.2 takes for numbers or booleans: a schema cannot know that hasim does not.
READ_AS_TEXT = {"text_is_text", "names"}
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}


def fits(value, schema):
    """Tell whether a value fits a schema; knows the words of draft 7 that hasim uses."""
    if "$ref" in schema:
        return fits(value, SCHEMA["definitions"][schema["$ref"].rpartition("/")[2]])
    checks = [
        "const" not in schema or value == schema["const"],
        "enum" not in schema or value in schema["enum"],
        all(fits(value, part) for part in schema.get("allOf", [])),
        "anyOf" not in schema or any(fits(value, part) for part in schema["anyOf"]),
        "type" not in schema or isinstance(value, TYPES[schema["type"]]),
    ]
    if isinstance(value, str) and "pattern" in schema:
        checks.append(re.search(schema["pattern"], value) is not None)
    if isinstance(value, int | float):
        checks.append(schema.get("minimum", value) <= value <= schema.get("maximum", value))
    if isinstance(value, list):
        checks.append(all(fits(entry, schema.get("items", {})) for entry in value))
    if isinstance(value, dict):
        checks.append(set(schema.get("required", ())) <= set(value))
        checks += [fits(key, schema.get("propertyNames", {})) for key in value]
        checks += [fits_key(key, entry, schema) for key, entry in value.items()]
    return all(checks)


def fits_key(key, value, schema):
    if key in schema.get("properties", {}):
        return fits(value, schema["properties"][key])
    rest = schema.get("additionalProperties", True)
    return rest if isinstance(rest, bool) else fits(value, rest)


def load_as_editors_do(path):
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "path",
    [*MODELS, *(path for path in VALID if path.stem not in READ_AS_TEXT)],
    ids=lambda path: path.stem,
)
def test_a_valid_model_fits_the_schema(path):
    assert fits(load_as_editors_do(path), SCHEMA)


@pytest.mark.parametrize(
    "name",
    [
        *["unknown_key", "missing_unit", "wrong_dimension", "negative", "probability_above_one"],
        *["replicas_zero", "name_with_dot", "redundancy_word", "law_parameters", "needs_no_list"],
        *["not_yet_component", "language_unknown", "service_without_needs", "failover_word"],
    ],
)
def test_what_the_schema_can_know_is_wrong_does_not_fit(name):
    assert not fits(load_as_editors_do(ROOT / f"tests/cases/invalid/{name}.yaml"), SCHEMA)


def test_the_golden_schema_beside_the_models_is_this_one():
    path = ROOT / "models/schema.json"
    if os.environ.get("HASIM_GOLDEN"):
        path.write_text(schema_text(), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == schema_text()
    assert json.loads(schema_text()) == SCHEMA


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_the_models_name_their_schema(path):
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=schema.json"


def test_every_key_is_described_in_the_reference():
    page = (ROOT / "docs/language.md").read_text(encoding="utf-8")
    keys = {key.name for part in KEYS.values() for key in part}
    keys |= {name for part in NOT_YET.values() for name in part}
    assert [name for name in sorted(keys) if f"`{name}`" not in page] == []


def test_no_key_is_both_there_and_not_yet():
    for part, keys in KEYS.items():
        assert not {key.name for key in keys} & set(NOT_YET.get(part, ()))


def test_a_suggestion_is_the_word_that_was_probably_meant():
    assert suggestion("replica", ["replicas", "required"]) == "did you mean replicas?"
    assert suggestion("xyz", ["a", "b"]) == "there are a, b"
    assert suggestion("xyz", ["a"]) == "there is only a"
    assert suggestion("x" * 1000, [f"w{i}" for i in range(50)]) == ""
