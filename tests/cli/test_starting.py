"""`hasim new`, `hasim schema`: what an editor and a beginner need."""

import json

import pytest
from ruamel.yaml import YAML

from hasim import load
from tests.cli.typed import typed


def test_a_new_model_has_its_schema_beside_it_and_no_findings(tmp_path):
    file = tmp_path / "site.yaml"
    assert typed("new", file).exit_code == 0
    first = file.read_text().splitlines()[0]
    schema = tmp_path / first.rpartition("$schema=./")[2]
    assert json.loads(schema.read_text())
    done = typed("check", file)
    assert (done.exit_code, done.stderr) == (0, "")


NAMES = [
    "my site.yaml",
    "2026.yaml",
    "Größe.yaml",
    "---.yaml",
    "a.b.yml",
    "null.yaml",
    "~",
    "No.yml",
]
NAMES += ["1e5.yaml", f"{'x' * 200}.yaml", f"{'x' * 59}-y.yaml", ".yaml", "a\nb.yaml"]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_of_a_file_gives_a_good_name_of_a_model(name, tmp_path):
    assert typed("new", tmp_path / name).exit_code == 0
    done = typed("check", tmp_path / name)
    assert (done.exit_code, done.stderr) == (0, "")
    model = load(tmp_path / name).name
    assert isinstance(YAML(typ="safe").load((tmp_path / name).read_text())["name"], str)
    assert 0 < len(model) <= 60


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "the file cannot be written: its name is empty; a writable file; name another file"),
        ("x" * 300, f"{'x' * 300} cannot be written: file name too long; a writable file"),
        ("/proc/site.yaml", "/proc/site.yaml cannot be written: "),
    ],
)
def test_a_name_that_no_file_can_have_is_told_once(name, said):
    done = typed("new", name)
    assert done.exit_code == 2
    assert done.stderr.startswith(said)
    assert len(done.stderr.splitlines()) == 1


def test_schema_and_units():
    assert json.loads(typed("schema").stdout)
    assert "rps" in typed("schema", "--units").stdout
