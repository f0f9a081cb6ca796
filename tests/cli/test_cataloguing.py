"""`hasim catalogue`: the list, one entry, and both as JSON."""

import json

import pytest

from hasim.description.catalogue import entry_names
from tests.cli.typed import typed


def test_the_list_names_everything():
    text = typed("catalogue").stdout
    lines = {line.split()[0] for line in text.splitlines() if line.startswith("  ")}
    assert set(entry_names()) <= lines


@pytest.mark.normal
def test_everything_that_is_listed_can_be_shown():
    for name in entry_names():
        done = typed("catalogue", name)
        assert done.exit_code == 0
        assert done.stdout.startswith(f"{name}: ")
        assert "\nsources\n" in done.stdout
        long = [line for line in done.stdout.splitlines() if len(line) > 100]
        assert all("://" in line for line in long)  # an address is not cut


def test_the_list_as_json():
    entries = json.loads(typed("catalogue", "--json").stdout)["entries"]
    assert [entry["name"] for entry in entries] == list(entry_names())
    (patroni,) = [entry for entry in entries if entry["name"] == "patroni-postgres"]
    assert patroni["kind"] == "database"
    assert patroni["worst_grade"] == "D"


def test_an_entry_as_json():
    document = json.loads(typed("catalogue", "alb-ejection", "--json").stdout)
    (value,) = document["values"]
    assert value["key"] == "detect"
    assert value["value"] == {"probe": "30 s", "misses": "2", "timeout": "5 s"}
    assert value["range"] == ["35 s", "65 s"]
    assert [source["id"] for source in document["sources"]] == value["sources"]
    assert document["example"] == "failover: {preset: alb-ejection}"


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("patroni-postgre", "did you mean patroni-postgres?"),
        ("xyzzy", "hasim catalogue lists what there is"),
        ("", "hasim catalogue lists what there is"),
    ],
)
def test_an_unknown_name_gets_a_suggestion(name, step):
    done = typed("catalogue", name)
    assert done.exit_code == 2
    assert not done.stdout
    assert done.stderr.rstrip().endswith(step)


def test_check_shows_where_a_value_comes_from(tmp_path):
    file = tmp_path / "db.yaml"
    file.write_text("name: db\ncomponents: {db: {preset: patroni-postgres}}\n")
    text = typed("check", file, "--resolved").stdout
    assert "uniform(low 20 s, high 30 s)  # from preset patroni-postgres (grade C)" in text
