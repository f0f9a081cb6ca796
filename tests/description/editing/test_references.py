"""Every name of every model, followed everywhere."""

import json
from pathlib import Path

import pytest

from hasim.description import read_text, resolve
from hasim.description.editing import apply_operations
from hasim.description.editing.names import DECLARING
from hasim.description.editing.references import find_references
from hasim.description.editing.tree import read_source
from hasim.description.vocabulary import KEYS, SHAPES
from hasim.errors import ModelError
from hasim.system.plain import SECTIONS, plain_system

MODELS = Path(__file__).parents[3] / "models"
FRESH = "zq-zq"


def parts_of(text):
    root = read_source(text).root
    sections = (root.get(section) for section in DECLARING)
    return [entry.name for section in sections if section for entry in section.entries]


def said_of(text):
    """The whole system of a text, or else all that is wrong, without places."""
    try:
        system = resolve(read_text(text, folder=MODELS))
    except ModelError as error:
        return json.dumps([str(finding).partition(" ")[2] for finding in error.findings])
    warnings = [(one.key, one.found, one.expected, one.next_step) for one in system.warnings]
    return json.dumps([plain_system(system), warnings], ensure_ascii=False)


@pytest.mark.normal
@pytest.mark.parametrize("model", sorted(MODELS.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_model_with_another_name_in_it_is_the_same_model(model):
    text = model.read_text()
    before = said_of(text)
    for name in parts_of(text):
        renamed = apply_operations(text, [{"do": "rename", "name": name, "to": FRESH}])
        assert renamed.refused == ()
        assert said_of(renamed.text).replace(FRESH, name) == before
        back = apply_operations(renamed.text, [{"do": "rename", "name": FRESH, "to": name}])
        assert back.text == text


@pytest.mark.normal
@pytest.mark.parametrize("model", sorted(MODELS.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_part_that_goes_is_named_nowhere(model):
    text = model.read_text()
    for name in parts_of(text):
        gone = apply_operations(text, [{"do": "delete", "names": [name]}])
        assert gone.refused == ()
        assert name not in {one.name for one in find_references(read_source(gone.text))}
        said_of(gone.text)


@pytest.mark.normal
@pytest.mark.parametrize("model", sorted(MODELS.glob("*.yaml")), ids=lambda path: path.stem)
def test_what_is_connected_and_disconnected_is_as_before(model):
    text = model.read_text()
    components = read_source(text).root.get("components")
    names = [entry.name for entry in components.entries] if components else []
    pairs = [(start, to) for start in names for to in (names[0], names[-1])]
    for start, to in pairs if "*" not in text else []:
        connected = apply_operations(text, [{"do": "connect", "from": start, "to": to}])
        if not connected.refused:
            disconnect = {"do": "disconnect", "from": start, "to": to}
            assert apply_operations(connected.text, [disconnect]).text == text


def test_every_section_can_declare_and_every_form_is_walked():
    assert set(DECLARING) == set(SECTIONS)
    named = {key.name for key in KEYS["costs"] if SHAPES[key.form].has_name_keys}
    assert named == {"components", "crews", "downtime"}
