"""`hasim trace MODEL... --scenario NAME`: an incident played through."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hasim.cli.commands import read_system
from hasim.errors import InputError, list_words, show_value

if TYPE_CHECKING:
    from hasim.system import Scenario, System

_FILES = (".yaml", ".yml", ".csv")


def tell_scenario(
    models: Sequence[str],
    named: str,
    settings: tuple[str, ...],
    *,
    seed: int,
    repeats: int,
    as_json: bool,
) -> None:
    """Play a scenario through on models, and print what they suffer."""
    candidates = _read_candidates(models, settings)
    name, scenario = _find_scenario(candidates, named)

    from hasim.planner import replay
    from hasim.reporting.replay_table import tell_replay, tell_timelines

    found = replay(candidates, scenario, name=name, repeats=repeats, seed=seed)
    if as_json:
        click.echo(json.dumps(found.to_dict(), indent=1, allow_nan=False))
        return
    for line in tell_replay(found, scenario):
        click.echo(line)
    for line in tell_timelines(candidates, scenario, seed):
        click.echo(line)


def _read_candidates(models: Sequence[str], settings: tuple[str, ...]) -> dict[str, System]:
    """The systems by the names of their models, or of their files where two have one name."""
    systems = [read_system(model, settings) for model in models]
    names = [system.name for system in systems]
    if len(set(names)) < len(names):
        names = list(models)
    if len(set(names)) < len(names):
        raise InputError("a model is named twice", "different models", "leave one out")
    return dict(zip(names, systems, strict=True))


def _find_scenario(candidates: Mapping[str, System], named: str) -> tuple[str, Scenario]:
    """The scenario of a file, or that of the first candidate which has one of this name."""
    from hasim.description.incidents import read_incident

    if named.lower().endswith(_FILES) or Path(named).is_file():
        return Path(named).name, read_incident(named)
    for system in candidates.values():
        if named in system.scenarios:
            return named, system.scenarios[named]
    from hasim.description.vocabulary import suggestion

    known = list(dict.fromkeys(name for one in candidates.values() for name in one.scenarios))
    found = f"--scenario: no model has a scenario {show_value(named)}"
    if not known:
        step = "write scenarios: {...} in the model, or name a file of dated failures"
        raise InputError(found, "", step)
    raise InputError(found, f"one of {list_words(known, 'and')}", suggestion(named, known))
