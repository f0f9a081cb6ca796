"""Golden outputs of every model: `make golden` rewrites them, a person reads the diff."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from hasim.cli.commands import program

ROOT = Path(__file__).parent.parent
MODELS = sorted((ROOT / "models").glob("*.yaml"))
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
    text = CliRunner().invoke(program, [name, str(model), *options]).stdout
    expected = Path(__file__).parent / "golden" / f"{model.stem}.{command}.txt"
    if os.environ.get("HASIM_GOLDEN"):
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [["catalogue"], ["catalogue", "patroni-postgres"]], ids="-".join)
def test_golden_catalogue(words):
    text = CliRunner().invoke(program, words).stdout
    expected = Path(__file__).parent / "golden" / f"{'.'.join(words)}.txt"
    if os.environ.get("HASIM_GOLDEN"):
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


@pytest.mark.normal
def test_golden_what_if():
    text = CliRunner().invoke(program, ["run", str(ROOT / "models/pair.yaml"), "--what-if"]).stdout
    expected = Path(__file__).parent / "golden" / "pair.what-if.txt"
    if os.environ.get("HASIM_GOLDEN"):
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


@pytest.mark.normal
def test_golden_scenario():
    words = ["trace", str(ROOT / "models/two_regions.yaml"), "--scenario", "region-loss"]
    text = CliRunner().invoke(program, words).stdout
    expected = Path(__file__).parent / "golden" / "two_regions.scenario.txt"
    if os.environ.get("HASIM_GOLDEN"):
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


@pytest.mark.normal
@pytest.mark.parametrize("words", [("run", "--worlds", "8"), ("sensitivity", "--top", "6")])
def test_golden_uncertain(words):
    name, *options = words
    text = CliRunner().invoke(program, [name, str(ROOT / "models/uncertain.yaml"), *options]).stdout
    expected = (
        Path(__file__).parent / "golden" / f"uncertain.{'-'.join(words).replace('--', '')}.txt"
    )
    if os.environ.get("HASIM_GOLDEN"):
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


@pytest.mark.normal
@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("README.md", ["run", "models/shop.yaml"]),
        ("docs/commands.md", ["trace", "models/shop.yaml", "--fail", "db.1@1h"]),
        ("docs/incident.md", ["trace", "models/shop.yaml", "--alone", "--fail", "db.1@0s"]),
        ("docs/commands.md", ["catalogue", "alb-ejection"]),
        ("docs/risk.md", ["run", "models/shop.yaml", "--from", "db.1=down", "--for", "72h"]),
    ],
    ids=["readme", "commands", "incident", "catalogue", "risk"],
)
def test_pages_show_real_output(page, words, monkeypatch):
    monkeypatch.chdir(ROOT)
    text = CliRunner().invoke(program, words).stdout
    shown = (ROOT / page).read_text(encoding="utf-8").split("\n```\n")
    (block,) = [part for part in shown if part.splitlines()[:1] == text.splitlines()[:1]]
    said = [line for line in block.splitlines() if line.strip() != "..."]
    assert [line for line in text.splitlines() if line in said] == said
