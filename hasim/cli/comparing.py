"""`hasim compare`: which design is best, by how much, and how sure that is."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from hasim.cli.commands import (
    JSON,
    MAX_TIME,
    SEED,
    SET,
    STUDY,
    end_with,
    guarded,
    opened_study,
    read_draft,
    read_duration,
    read_share,
    read_system,
)
from hasim.cli.runner_options import RunnerOptions, chosen_runner, takes_runner

if TYPE_CHECKING:
    from hasim.system import System

_ENGINES = ("auto", "exact", "matched", "bounds", "montecarlo")
_RANKED_BY = (
    "unavailability",
    "outages_per_year",
    "mttr_s",
    "p95_outage_s",
    "running_cost_per_year",
    "total_cost_per_year",
)


class _Options(RunnerOptions):
    engine: str
    rank_by: str
    indifference: str
    confidence: str
    precision: str
    seed: int
    max_time: str


@click.command()
@click.argument("models", nargs=-1, required=True, metavar="MODEL ...")
@click.option(
    "--vary",
    "variations",
    multiple=True,
    metavar="KEY=V,V",
    help="Candidates are one model with each of these values; repeated: all combinations.",
)
@click.option("--engine", type=click.Choice(_ENGINES), default="auto", show_default=True)
@click.option(
    "--rank-by", type=click.Choice(_RANKED_BY), default="unavailability", show_default=True
)
@click.option(
    "--indifference",
    default="10%",
    show_default=True,
    help="Candidates that differ by less may be called alike.",
)
@click.option(
    "--confidence",
    default="95%",
    show_default=True,
    help="Chance that all statements about the order are right together.",
)
@click.option(
    "--precision",
    default="20%",
    show_default=True,
    help="Of the first simulation; it goes on until the order is decided.",
)
@SEED
@MAX_TIME
@takes_runner
@SET
@STUDY
@JSON
@guarded
def compare(
    models: tuple[str, ...],
    *,
    variations: tuple[str, ...],
    settings: tuple[str, ...],
    study: str | None,
    as_json: bool,
    **options: Unpack[_Options],
) -> None:
    """Compare designs: which is best, by how much, and how sure that is.

    Differences are told against the first candidate. Exit status: 0 done; 2 a model or the command
    is wrong; 3 stopped at a limit, or workers were lost or the study's disk was full, before the
    order was decided; 130 stopped by Ctrl-C. Objectives are shown and do not change it.

    Example: hasim compare models/shop.yaml --vary components.web.replicas=5,6,7
    """
    from hasim.cli.progress import shown_progress

    precision, max_time = (
        read_share("--precision", options["precision"], usual="20%"),
        read_duration("--max-time", options["max_time"]),
    )
    indifference = read_share("--indifference", options["indifference"], usual="10%")
    confidence = read_share("--confidence", options["confidence"], usual="95%")
    work = chosen_runner(options)
    candidates = _read_candidates(models, variations, settings)

    from hasim.planner.comparison import compare as compare_systems
    from hasim.reporting.comparison_table import tell_comparison

    with (
        opened_study(study, models) as opened,
        work as runner,
        shown_progress(precision) as progress,
    ):
        comparison = compare_systems(
            candidates,
            engine=options["engine"],
            rank_by=options["rank_by"],
            indifference=indifference,
            confidence=confidence,
            precision=precision,
            seed=options["seed"],
            max_time=max_time,
            threads=options["threads"],
            progress=progress,
            runner=runner,
            study=opened,
        )
    end_with(comparison, tell_comparison, as_json=as_json)


def _read_candidates(
    models: tuple[str, ...], variations: tuple[str, ...], settings: tuple[str, ...]
) -> dict[str, System]:
    from hasim.errors import InputError

    if variations and len(models) > 1:
        raise InputError(
            f"--vary with {len(models)} models", "one model", "name one, or leave --vary out"
        )
    if variations:
        return _read_variants(models[0], variations, settings)
    if len(models) == 1:
        raise InputError(
            "one model and nothing to compare it with",
            "two or more, or --vary",
            "add --vary components.web.replicas=5,6,7",
        )
    return _name_candidates(models, [read_system(model, settings) for model in models])


def _read_variants(
    model: str, variations: tuple[str, ...], settings: tuple[str, ...]
) -> dict[str, System]:
    from hasim.description.variants import read_variation, vary
    from hasim.errors import InputError

    draft = read_draft(model, settings)
    try:
        return vary(draft, [read_variation(text) for text in variations])
    except InputError as error:
        raise InputError(f"--vary: {error.found}", error.expected, error.next_step) from error


def _name_candidates(models: tuple[str, ...], systems: list[System]) -> dict[str, System]:
    """The name of each model; where two have one name, that of its file, or else its path."""
    from hasim.errors import InputError, show_value

    twice = next((model for model, number in Counter(models).items() if number > 1), None)
    if twice is not None:
        raise InputError(f"{show_value(twice)} is named twice", "different models", "leave one out")
    choices = (
        [system.name for system in systems],
        [Path(model).stem for model in models],
        list(models),
    )
    names = next(choice for choice in choices if len(set(choice)) == len(models))
    return dict(zip(names, systems, strict=True))
