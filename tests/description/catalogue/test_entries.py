"""The whole catalogue: every entry is complete, cited, and fills a model of its kind."""

import re
from pathlib import Path

import pytest

from hasim.description import check, read_text, resolved_text
from hasim.description.catalogue import (
    GRADES,
    PARTS,
    all_entries,
    entry_names,
    find_entry,
    list_prices,
    sources,
)
from hasim.description.catalogue.prices import PRICES
from hasim.description.catalogue.shelves import _FOLDER, _SOURCES
from hasim.description.vocabulary import KEYS, names_of
from hasim.errors import InputError
from hasim.laws import parse_detection
from hasim.units import parse_duration, parse_number, parse_probability, parse_rate_per_time

ROOT = Path(__file__).resolve().parents[3]
ENTRIES = {entry.name: entry for entry in all_entries()}
PRESETS = [entry for entry in ENTRIES.values() if entry.part]
FIGURES = [
    (f"{entry.name} {getattr(one, 'name', None) or '.'.join(one.key)}", one)
    for entry in ENTRIES.values()
    for one in (*entry.values, *entry.facts)
]
KEYS_OF_AN_ENTRY = {"part", "what", "as_of", "is", "values", "takes", "facts"}
FRAMES = {
    "component": "components: {x: %s}",
    "domain": "domains: {x: %s}\ncomponents: {c: {replicas: 1}}",
    "crew": "crews: {x: %s}\ncomponents: {c: {replicas: 1}}",
    "mode": "components: {x: {replicas: 2, failures: {y: %s}}}",
    "certificate": "components: {web: {}}\ncertificates: {x: %s}",
    "tls": "components: {x: {tls: %s}}",
    "failover": "components: {x: {replicas: 2, redundancy: active-passive, failover: %s}}",
    "standby": (
        "components: {x: {replicas: 2, redundancy: active-passive, failover: {promote: 1 s}, "
        "standby: %s}}"
    ),
    "monitoring": "components: {c: {mtbf: 90 d, mttr: 4 h}}\nmonitoring: {x: %s}",
}
READERS = (parse_number, parse_probability, parse_rate_per_time, parse_duration)


def model_with(entry):
    """A small model in which a part leaves all that it can to an entry."""
    keys = entry.example[entry.example.rindex("{") :].rstrip("}") + "}"
    return f"name: small\n{FRAMES[entry.part] % keys}\n"


def test_there_is_a_catalogue():
    assert len(PRESETS) > 90
    assert {entry.part for entry in PRESETS} == set(PARTS)


@pytest.mark.normal
def test_a_name_stands_once_and_an_entry_is_found_by_its_own_lines_alone():
    whole = {}
    for path in sorted(_FOLDER.glob("*.yaml")):
        if path.name not in (_SOURCES, PRICES):
            read = read_text(path.read_text(encoding="utf-8"))
            assert not read.findings
            assert not read.values.keys() & whole.keys()
            whole |= read.values
    assert tuple(whole) == entry_names()
    for name, keys in whole.items():
        entry = find_entry(name)
        own = [*keys.get("is", {}), *keys.get("values", {})]
        assert [".".join(value.key) for value in entry.values][: len(own)] == own
        assert [fact.name for fact in entry.facts] == list(keys.get("facts", {}))
        assert keys.keys() <= KEYS_OF_AN_ENTRY


def test_no_entry_has_an_unknown_name():
    assert find_entry("no-such-thing") is None
    assert find_entry("part") is None


@pytest.mark.parametrize("entry", PRESETS, ids=lambda entry: entry.name)
def test_every_preset_fills_a_small_model(entry):
    checked = check(read_text(model_with(entry)))
    assert not checked.errors
    assert all(finding.severity == "warning" for finding in checked.findings)
    text = resolved_text(checked.system, checked.origins)
    assert f"from preset {entry.name}" in text
    again = check(read_text(text))
    assert again.system == checked.system
    assert "preset" not in resolved_text(again.system, again.origins)


@pytest.mark.parametrize("entry", PRESETS, ids=lambda entry: entry.name)
def test_every_preset_has_values_for_keys_of_its_part_and_no_place(entry):
    assert entry.values
    for value in entry.values:
        assert value.key[0] in names_of(entry.part)
        assert value.key[-1] not in {"spread", "hosts", "needs", "crew", "preset"}


def test_entries_without_a_part_have_facts():
    for entry in ENTRIES.values():
        assert entry.part or (entry.facts and not entry.values and not entry.example)
        assert entry.what
        assert not entry.what.endswith(".")
        assert entry.worst_grade in (None, *GRADES)


@pytest.mark.parametrize(("name", "one"), FIGURES, ids=[name for name, _ in FIGURES])
def test_every_figure_is_graded_and_cited(name, one):
    if one.grade is None:  # what the thing is: no figure
        assert one.key[-1] in {"kind", "level", "size", "replicas", "required", "redundancy"}
        return
    assert one.grade in GRADES
    assert one.sources
    assert set(one.sources) <= sources().keys()
    if set(one.sources) == {"judgement"}:
        assert one.grade in ("C", "D")


def test_every_source_is_used_and_can_be_found():
    used = {source for _, one in FIGURES for source in one.sources}
    used |= {source for one in list_prices().values() for source in one.sources}
    assert set(sources()) == used
    for source in sources().values():
        assert source.title
        assert source.address


def read(text):
    """A quantity and what it is, or None."""
    for reader in READERS:
        try:
            return reader, reader(text)
        except InputError:
            continue
    return None


@pytest.mark.parametrize(
    ("name", "one"),
    [(name, one) for name, one in FIGURES if one.range],
    ids=[name for name, one in FIGURES if one.range],
)
def test_every_value_lies_in_its_range(name, one):
    low, high = map(read, one.range)
    assert low[0] == high[0]
    assert low[1] < high[1]
    if low[0] is parse_duration and hasattr(one, "key"):
        value = parse_detection(one.value).mean
    else:
        found = read(one.value)
        if found is None or found[0] != low[0]:  # not of one kind
            assert hasattr(one, "name")
            return
        value = found[1]
    assert low[1] <= value <= high[1]


def test_examples_name_their_part():
    keys = {key.name for part in KEYS.values() for key in part}
    for entry in PRESETS:
        assert entry.example.partition(":")[0] in keys


def test_the_page_names_presets_that_exist_and_shows_how_entries_are_written():
    page = (ROOT / "docs/catalogue.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and "preset: NAME" in line]
    assert len(rows) == len(PARTS)
    for row in rows:
        part, _, names = row.strip("| ").split(" | ")
        for name in re.findall("`([a-z0-9-]+)`", names):
            assert ENTRIES[name].owner == part
    example = re.search("```yaml\n(my-database:.*?)```", page, re.DOTALL)[1]
    keys = read_text(example).values["my-database"]
    assert set(keys) == KEYS_OF_AN_ENTRY
