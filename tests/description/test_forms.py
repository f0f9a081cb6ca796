"""Forms: each key of the language has a field, and what stands in a field can be typed there."""

import json
from pathlib import Path
from typing import get_args

import pytest

from hasim.description import Draft, check, read_text, read_value
from hasim.description.editing import apply_operations
from hasim.description.forms import (
    add,
    answer,
    as_data,
    form_of,
    law_of,
    part_at,
    read_field,
    remove,
    sheet_of,
    sheets_for,
    text_of,
    walk,
    write_out,
)
from hasim.description.forms.inputs import Kind, input_of, key_of
from hasim.description.forms.outline import _field, _Source
from hasim.description.forms.subjects import by_subject
from hasim.description.known import Known
from hasim.description.reading import EXAMPLES
from hasim.description.vocabulary import KEYS
from hasim.errors import InputError, ModelError

MODELS = Path("models")
SHOP = (MODELS / "shop.yaml").read_text(encoding="utf-8")
PATRONI = (MODELS / "patroni.yaml").read_text(encoding="utf-8")

ALL_KEYS = [(part, key.name) for part, keys in KEYS.items() for key in keys]

#: Where each part of the language can stand in a model.
PLACES = {
    "model": (),
    "stamp": ("stamps", "x"),
    "domain": ("domains", "x"),
    "domain mode": ("domains", "x", "failures", "y"),
    "link": ("links", "x"),
    "cut": ("links", "x", "cut"),
    "crew": ("crews", "x"),
    "shift": ("crews", "x", "shifts", 0),
    "component": ("components", "x"),
    "mode": ("components", "x", "failures", "y"),
    "standby": ("components", "x", "standby"),
    "failover": ("components", "x", "failover"),
    "failback": ("components", "x", "failover", "failback"),
    "relocate": ("components", "x", "relocate"),
    "own change": ("components", "x", "changes"),
    "tls": ("components", "x", "tls"),
    "route": ("components", "x", "routes", 0),
    "need": ("components", "x", "needs", 0),
    "changeover": ("components", "x", "needs", 0, "failover"),
    "use": ("components", "x", "uses", 0),
    "certificate": ("certificates", "x"),
    "service": ("services", "x"),
    "demand": ("services", "x", "demand"),
    "objectives": ("services", "x", "objectives"),
    "sla": ("services", "x", "objectives", "availability"),
    "change": ("changes", "x"),
    "maintenance": ("maintenance", "x"),
    "monitoring": ("monitoring", "x"),
    "game day": ("game_days", "x"),
    "scenario": ("scenarios", "x"),
    "event": ("scenarios", "x", "events", 0),
    "costs": ("costs",),
    "component costs": ("costs", "components", "x"),
}

#: Kinds of input that take any text, names of what comes later, or parts that are no text.
TAKES_ANYTHING = ("text", "name", "names", "mapping", "part", "parts", "rows")

#: Lists of what is named elsewhere, and prices that may be a name of the catalogue.
NAMES_SOMETHING = {
    ("model", "include"),
    ("stamp", "for"),
    ("costs", "downtime"),
    ("component costs", "storage_price"),
    ("component costs", "transfer_price"),
}

#: A share of what active-passive groups alone have, which is said of the whole model.
JUDGED_LATER = {("component costs", "standby")}


def field_at(part, name):
    """The field of a key in a model that has nothing but what the key stands in."""
    return _field(_Source(Known(Draft({"components": {"x": {}}}))), PLACES[part], part, name)


def named(pairs):
    return [pytest.param(*pair, id=".".join(pair)) for pair in pairs]


# ---------------------------------------------------------------------------- all keys


@pytest.mark.parametrize(("part", "name"), named(ALL_KEYS))
def test_every_key_of_the_language_has_an_input_of_a_known_kind(part, name):
    assert input_of(part, key_of(part, name)).kind in get_args(Kind)


@pytest.mark.parametrize("part", KEYS)
def test_every_part_is_found_by_its_path(part):
    assert part_at(PLACES[part]) == part


@pytest.mark.parametrize("part", KEYS)
def test_every_key_stands_under_one_subject(part):
    keys = [key.name for key in KEYS[part]]
    grouped = [name for _, names in by_subject(part, keys) for name in names]
    assert sorted(grouped) == sorted(keys)


@pytest.mark.parametrize(
    ("part", "name"),
    named(
        (part, name)
        for part, name in ALL_KEYS
        if input_of(part, key_of(part, name)).kind not in TAKES_ANYTHING
        and (part, name) not in NAMES_SOMETHING | JUDGED_LATER
    ),
)
def test_what_cannot_be_meant_is_told_at_once(part, name):
    with pytest.raises(InputError):
        read_field(field_at(part, name), "5 bananas")


@pytest.mark.parametrize("part", [part for part in EXAMPLES if part != "model"])
def test_the_examples_of_the_language_are_taken(part):
    example = read_value(f"{{{EXAMPLES[part]}}}".replace("...", "1 EUR / GB / month"), part)
    for name, value in example.items():
        field = field_at(part, name)
        if isinstance(value, str):
            assert read_field(field, value) == value
        if isinstance(value, list) and field.form in ("names", "list"):
            assert read_field(field, value) == value


@pytest.mark.parametrize("part", KEYS)
def test_a_form_is_plain_data(part):
    values = {"components": {"x": {}}, "domains": {"x": {}}}
    for key in KEYS[part]:
        field = _field(_Source(Known(Draft(values))), PLACES[part], part, key.name)
        assert field.meaning
        assert isinstance(field.default, str)


# ---------------------------------------------------------------------------- what stands there


def parts_of(text):
    values = read_text(text).values
    sections = ("components", "domains", "services", "crews")
    owners = [(s, name) for s in sections for name in values.get(s) or {}]
    return [(), *owners]


@pytest.mark.parametrize("model", sorted(path.name for path in MODELS.glob("*.yaml")))
@pytest.mark.normal
def test_typing_what_stands_there_changes_nothing(model):
    text = (MODELS / model).read_text(encoding="utf-8")
    for path in parts_of(text):
        for field in walk(form_of(text, path, MODELS)):
            if field.typed is None or field.form in ("part", "parts", "rows"):
                continue
            typed = read_field(field, field.value if field.entries is None else field.entries)
            if typed not in (field.typed, [field.typed]):
                assert law_of(field, typed) == law_of(field, field.typed) is not None


def test_a_form_goes_to_json():
    form = form_of(SHOP, ("components", "db"))
    assert json.loads(json.dumps(as_data(form)))["name"] == "db"


def test_what_was_typed_is_told_from_what_holds():
    form = form_of(SHOP, ("components", "db"))
    assert (form["replicas"].value, form["replicas"].origin) == ("2", "typed")
    assert (form["required"].value, form["required"].meant) == (None, "1")
    assert form["required"].origin == "default"
    assert form["capacity"].origin == ""


def test_values_of_a_preset_have_its_name_and_their_grade():
    form = form_of(PATRONI, ("components", "postgres"))
    promote = form["failover"].inner["promote"]
    assert promote.value is None
    assert promote.meant == "lognormal(mean 3 s, cv 2)"
    assert promote.origin == "from preset patroni-failover (grade D)"
    assert [part.name for part in form["failures"].parts] == ["node", "hardware"]


def test_failures_of_a_preset_are_written_out_to_be_changed():
    path = ("components", "postgres")
    written = write_out(form_of(PATRONI, path)["failures"])
    assert written["path"] == [*path, "failures"]
    assert list(written["value"]["node"]) == ["after", "repair", "common_cause"]
    text = apply_operations(PATRONI, [written]).text
    before, after = (check(read_text(one)).system for one in (PATRONI, text))
    assert after.components["postgres"].failures == before.components["postgres"].failures
    assert form_of(text, path)["failures"].written is None


def test_the_catalogue_suggests_with_source_and_grade():
    form = form_of(PATRONI, ("components", "postgres"))
    first = form["failover"].inner["coverage"].suggestions[0]
    assert (first.value, first.entry, first.grade) == ("90 %", "patroni-postgres", "D")
    assert first.sources
    assert all(address for _, address in first.sources)


def test_names_are_offered_where_names_are_asked_for():
    form = form_of(SHOP, ("components", "db"))
    assert form["needs"].choices == ("edge", "web", "checkout")
    assert form["spread"].choices == ("eu", "a", "b", "c")
    assert form["spread"].words == ("everywhere",)
    assert form["failover"].inner["prefer"].choices == ("db.1", "db.2")
    assert form["failures"].parts[0]["crew"].choices == ("oncall",)


def test_a_law_that_was_typed_as_a_mapping_is_shown_as_text():
    form = form_of(SHOP, ("components", "web"))
    assert form["failures"].parts[1]["repair"].value == "lognormal(median 4 h, p95 24 h)"


# ---------------------------------------------------------------------------- unfinished drafts


def test_a_draft_that_does_not_check_has_forms_with_its_findings():
    text = "components: {web: {replicas: many, needs: [db], colour: red}}"
    form = form_of(text, ("components", "web"))
    assert "many is not a count" in form["replicas"].findings[0].text
    assert "there is no component or service db" in form["needs"].findings[0].text
    assert form.findings[0].text.startswith("colour: unknown key")
    assert form.n_errors == 3


def test_a_part_that_is_nothing_yet_has_a_form():
    assert form_of("components: {web: }", ("components", "web"))["replicas"].value is None


def test_text_that_is_no_yaml_has_no_form():
    with pytest.raises(ModelError):
        form_of("components: [", ("components", "web"))


@pytest.mark.parametrize(
    "path", [("components", "cache"), ("components", "db", "replicas"), ("x",)]
)
def test_a_path_that_leads_nowhere_is_told(path):
    with pytest.raises(InputError):
        form_of(SHOP, path)


def test_a_text_in_the_place_of_a_mapping_has_a_field_of_its_own():
    text = "components: {web: {}}\ncosts: {currency: EUR, components: {web: 0.10 EUR / h}}"
    part = form_of(text, ())["costs"].inner["components"].parts[0]
    assert (part.short.form, part.short.value) == ("price", "0.10 EUR / h")


def test_what_comes_from_an_included_file_is_locked():
    text = (MODELS / "two_regions.yaml").read_text(encoding="utf-8")
    draft = read_text(text, folder=MODELS)
    made = next(name for name in Known(draft).whole.values["components"])
    assert "changed there" in form_of(text, ("components", made), MODELS).locked


# ---------------------------------------------------------------------------- answers


def test_an_answer_is_an_operation():
    form = form_of(SHOP, ("components", "db"))
    assert answer(form["replicas"], " 3 ") == {
        "do": "set",
        "path": ["components", "db", "replicas"],
        "value": "3",
    }
    assert answer(form["replicas"], "") == {
        "do": "unset",
        "path": ["components", "db", "replicas"],
    }
    assert answer(form["spread"], ["everywhere"])["value"] == "everywhere"
    assert answer(form["needs"], ["web", "{name: edge, at_least: 2}"])["value"] == [
        "web",
        {"name": "edge", "at_least": "2"},
    ]


def test_a_parameter_and_what_is_uncertain_can_be_typed():
    field = form_of(SHOP, ("components", "db"))["failures"].parts[0]["after"]
    assert read_field(field, "{between: [30 d, 90 d]}") == {"between": ["30 d", "90 d"]}
    assert read_field(field, "${mtbf}") == "${mtbf}"


def test_a_wrong_value_is_told_in_the_words_of_the_language():
    form = form_of(SHOP, ("components", "db"))
    with pytest.raises(InputError, match="5 m"):
        read_field(form["failover"].inner["promote"], "5 m")
    with pytest.raises(InputError, match="tests are 1 s or more apart"):
        read_field(form["standby"].inner["test"], "1 ms")
    with pytest.raises(InputError, match="cannot be chosen"):
        read_field(form["redundancy"], "both")
    with pytest.raises(InputError):
        read_field(form["needs"], "[web")


def test_parts_are_added_and_removed():
    form = form_of(SHOP, ("components", "db"))
    failures = form["failures"]
    added = add(failures, "disk")
    assert added["path"] == ["components", "db", "failures", "disk"]
    assert added["value"] == {"after": "30 d", "repair": "4 h"}
    assert remove(failures, failures.parts[0])["path"] == ["components", "db", "failures"]
    assert remove(form["failover"]) == {"do": "unset", "path": ["components", "db", "failover"]}
    for name in ("crash", "no name"):
        with pytest.raises(InputError):
            add(failures, name)


def test_rows_are_added_and_removed_with_their_list():
    text = "components: {a: {}}\ncrews: {c: {shifts: [{from: 08:00, to: 20:00, size: 1}]}}"
    shifts = form_of(text, ("crews", "c"))["shifts"]
    assert len(add(shifts)["value"]) == 2
    assert remove(shifts, shifts.parts[0]) == {"do": "unset", "path": ["crews", "c", "shifts"]}


def test_what_is_added_names_what_the_model_has():
    assert form_of(SHOP, ("components", "db"))["routes"].template == {"to": "edge"}


# ---------------------------------------------------------------------------- laws


@pytest.fixture(scope="module")
def detect():
    return form_of(SHOP, ("components", "db"))["failover"].inner["detect"]


def test_every_sheet_of_a_law_is_written_and_read_back(detect):
    for sheet in sheets_for(detect):
        text = text_of(detect, sheet)
        assert law_of(detect, text) is not None
        assert text_of(detect, sheet_of(detect, text)) == text


def test_the_law_that_a_bare_duration_means_comes_first(detect):
    repair = form_of(SHOP, ("components", "db"))["failures"].parts[0]["repair"]
    assert sheets_for(detect)[0].name == "fixed"
    assert sheets_for(repair)[0].name == "exponential"
    assert text_of(repair, sheet_of(repair, "exponential(4 h)")) == "4 h"
    assert text_of(detect, sheet_of(detect, "exponential(mean 4 h)")) == "exponential(mean 4 h)"


def test_ways_of_looking_are_offered_where_they_are_laws(detect):
    assert {"probe", "heartbeat", "lease"} <= {sheet.name for sheet in sheets_for(detect)}
    assert sheet_of(detect, "{heartbeat: 10 s, misses: 3}").family == "heartbeat"


def test_what_was_typed_of_a_law_stays_as_it_was_typed(detect):
    sheet = sheet_of(detect, "lognormal(median 4 h, p95 24 h)")
    assert [one.value for one in sheet.parameters] == ["4 h", "24 h"]


def test_what_is_no_law_has_no_sheet(detect):
    assert sheet_of(detect, "soon") is None
