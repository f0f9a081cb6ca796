"""Golden outputs of every model: `make golden` rewrites them, a person reads the diff."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from hasim.cli import main

MODELS = sorted((Path(__file__).parent.parent / "models").glob("*.yaml"))
COMMANDS = {
    "run": ("run", "--precision", "20%"),
    "trace": ("trace", "--seed", "1"),
    "resolved": ("check", "--resolved"),
}


@pytest.mark.normal
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.stem)
def test_golden(model, command):
    name, *options = COMMANDS[command]
    text = CliRunner().invoke(main, [name, str(model), *options]).stdout
    expected = Path(__file__).parent / "golden" / f"{model.stem}.{command}.txt"
    if os.environ.get("HASIM_GOLDEN"):
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")
