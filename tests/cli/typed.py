"""What tests of commands share: typing a command, and models to type it with."""

from pathlib import Path

from click.testing import CliRunner

from hasim.cli.commands import program

MODELS = Path(__file__).resolve().parent.parent.parent / "models"
PAIR = str(MODELS / "pair.yaml")
SHOP = str(MODELS / "shop.yaml")


def typed(*words):
    """Run a command in this process."""
    return CliRunner().invoke(program, [str(word) for word in words])
