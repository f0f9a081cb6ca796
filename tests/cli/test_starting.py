"""`hasim new`, `hasim schema`: what an editor and a beginner need."""

import json

import pytest

from tests.cli.typed import typed


def test_a_new_model_has_its_schema_beside_it_and_no_findings(tmp_path):
    file = tmp_path / "site.yaml"
    assert typed("new", file).exit_code == 0
    first = file.read_text().splitlines()[0]
    schema = tmp_path / first.rpartition("$schema=./")[2]
    assert json.loads(schema.read_text())
    done = typed("check", file)
    assert (done.exit_code, done.stderr) == (0, "")


@pytest.mark.parametrize("name", ["my site.yaml", "2026.yaml", "Größe.yaml", "---.yaml", "a.b.yml"])
def test_any_name_of_a_file_gives_a_good_name_of_a_model(name, tmp_path):
    assert typed("new", tmp_path / name).exit_code == 0
    assert typed("check", tmp_path / name).exit_code == 0


def test_schema_and_units():
    assert json.loads(typed("schema").stdout)
    assert "rps" in typed("schema", "--units").stdout
