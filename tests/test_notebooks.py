"""The notebooks: each runs from clean, soon, and is kept without outputs."""

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))

#: Seconds of work that a notebook may take, with the start of its kernel.
MOST_SECONDS = 15.0


def read(name):
    return nbformat.read(ROOT / "notebooks" / name, as_version=4)


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_kept_without_outputs(name):
    cells = [cell for cell in read(name).cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)


@pytest.mark.normal
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_from_clean(name, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    before = os.times()
    resources = {"metadata": {"path": str(ROOT / "notebooks")}}
    NotebookClient(read(name), timeout=60, kernel_name="python3", resources=resources).execute()
    after = os.times()
    worked = after.children_user + after.children_system
    assert worked - before.children_user - before.children_system < MOST_SECONDS
