"""What is installed: the pins, the wheel, and a command line that starts fast."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import hasim

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PINS = (ROOT / "constraints.txt").read_text()
SETUP_PINS = PINS[: PINS.index("# The extra oracles")]  # what `make setup` installs

CATALOGUE = "hasim.description.catalogue"

PIN = re.compile(r"^([a-z0-9-]+)==\S+( ;|$)", re.MULTILINE)


def names(requirements):
    """Return the plain names of requirements such as `dask[distributed]>=2025.1`."""
    return {re.split(r"[^\w.-]", text)[0].replace(".", "-") for text in requirements}


def pinned(text):
    return {name for name, _ in PIN.findall(text.replace(" \\", ""))}


def test_version_is_said_once_more_in_the_package():
    assert hasim.__version__ == PROJECT["version"]


def test_every_dependency_is_pinned_where_it_is_needed():
    extras = PROJECT["optional-dependencies"]
    assert names(PROJECT["dependencies"] + extras["dev"]) <= pinned(SETUP_PINS)
    assert {*extras["scale"], *extras["app"]} <= set(extras["dev"])  # tests need them
    assert names(extras["oracles"]) <= pinned(PINS) - pinned(SETUP_PINS)


def test_constraints_hold_pins_and_hashes_and_nothing_else():
    line = re.compile(r"# [\w ,.;:/-]+|[a-z0-9-]+==[^/@]+ \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    lines = enumerate(PINS.splitlines(), start=1)
    odd = [f"constraints.txt:{number} {text}" for number, text in lines if not line.fullmatch(text)]
    assert not odd, "\n".join(odd)
    assert "//" not in PINS
    assert PINS.count(" \\\n") == PINS.count("    --hash=")


def imported_by(words, slow):
    """Which of some libraries a command imports."""
    script = f"""
import os, sys
from hasim import cli
sys.argv = {["hasim", *words]}
cli._leave = sys.exit
try:
    cli.main()
finally:
    print("imported:", *sorted({slow} & set(sys.modules)))
"""
    command = [sys.executable, "-c", script]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()[-1].split()[1:]


def test_help_imports_nothing_that_it_does_not_need():
    slow = {"numpy", "numba", "pydantic", "scipy", "networkx", "simpy", "ruamel", CATALOGUE}
    assert imported_by(["--help"], slow) == []


def test_an_exact_answer_imports_nothing_that_only_others_need():
    slow = {"numba", "scipy", "networkx", "simpy", "numpy.ma", "concurrent.futures", "logging"}
    slow |= {CATALOGUE}
    assert imported_by(["run", "models/pair.yaml", "--engine", "exact"], slow) == []


def test_only_a_report_draws():
    slow = {"altair", "vl_convert", "narwhals", "jinja2", "jsonschema"}
    for words in (["--help"], ["run", "models/pair.yaml"], ["report", "--help"]):
        assert imported_by(words, slow) == []


def test_a_model_with_a_preset_opens_the_catalogue(tmp_path):
    file = tmp_path / "one.yaml"
    file.write_text("name: one\ncomponents: {web: {preset: process}}\n")
    assert imported_by(["check", str(file)], {CATALOGUE})


def test_models_are_found_beside_the_package():
    beside = Path(hasim.__file__).parent / "models"
    assert sorted(beside.rglob("*.yaml")) == sorted((ROOT / "hasim/models").rglob("*.yaml"))
    assert (beside / "shop.yaml").read_text() == (ROOT / "models/shop.yaml").read_text()


@pytest.mark.normal
def test_wheel_holds_the_package_and_its_models(tmp_path):
    source = tmp_path / "source"
    unwanted = shutil.ignore_patterns("__pycache__")
    for folder in ("hasim", "models"):
        shutil.copytree(ROOT / folder, source / folder, symlinks=True, ignore=unwanted)
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, source)
    build = "import sys; from setuptools import build_meta as b; b.build_wheel(sys.argv[1])"
    command = [sys.executable, "-c", build, str(tmp_path)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        held = set(wheel.namelist())
    modules = {str(path.relative_to(source)) for path in (source / "hasim").rglob("*.py")}
    models = {f"hasim/{path.relative_to(source)}" for path in (source / "models").rglob("*.yaml")}
    shelves = (source / "hasim/description/catalogue").glob("*.yaml")
    catalogue = {str(path.relative_to(source)) for path in shelves}
    assert "hasim/description/catalogue/sources.yaml" in catalogue
    assert modules | models | catalogue | {"hasim/py.typed"} <= held
    assert all(name.startswith(("hasim/", "hasim-")) for name in held)
