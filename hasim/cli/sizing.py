"""`hasim size`: the cheapest design that meets all targets, and why nothing cheaper will do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import click

from hasim.cli.commands import (
    JSON,
    SEED,
    SET,
    STUDY,
    end_with,
    guarded,
    opened_study,
    read_draft,
    read_duration,
    read_share,
    whole_number,
)
from hasim.cli.runner_options import RunnerOptions, chosen_runner, takes_runner

if TYPE_CHECKING:
    from hasim.description.space import Space

#: Share of the worlds in which targets are to be met, where nothing else is said.
KEEPS = 0.95

_ENGINES = ("auto", "exact", "matched", "montecarlo")


class _Options(RunnerOptions):
    engine: str
    confidence: str
    seed: int
    max_time: str
    worlds: int | None
    keeps: str | None


@click.command()
@click.argument("model", metavar="MODEL")
@click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="FIGURE=BOUND",
    help="What is to be reached, such as availability=99.95%, of every service or of "
    "SERVICE.FIGURE; repeated: all of them. Without it the objectives of the model.",
)
@click.option(
    "--vary",
    "variations",
    multiple=True,
    metavar="KEY=V,V",
    help="An option beside those of the model: a key and the values that it may take.",
)
@click.option(
    "--worlds",
    type=whole_number(1, 2**12),
    metavar="N",
    help="Find the design of least regret over N worlds of what is uncertain, such as 32.",
)
@click.option(
    "--keeps",
    metavar="SHARE",
    help="Share of the worlds in which it is to meet the targets, 95% as usual.",
)
@click.option("--engine", type=click.Choice(_ENGINES), default="auto", show_default=True)
@click.option(
    "--confidence",
    default="95%",
    show_default=True,
    help="Chance that all statements that rest on simulation are right together.",
)
@click.option(
    "--max-time",
    default="10min",
    show_default=True,
    help="Stop after this time with what is known.",
)
@SEED
@takes_runner
@SET
@STUDY
@JSON
@guarded
def size(
    model: str,
    *,
    targets: tuple[str, ...],
    variations: tuple[str, ...],
    settings: tuple[str, ...],
    study: str | None,
    as_json: bool,
    **options: Unpack[_Options],
) -> None:
    """Find the cheapest design that meets all targets, and say why nothing cheaper will.

    The designs are the combinations of the options of the model and of --vary. Without costs in
    the model the design with the fewest replicas is found. Exit status: 0 found; 1 no design
    meets the targets; 2 the model or the command is wrong; 3 stopped at a limit; 130 stopped by
    Ctrl-C. With --worlds, 1 where no design meets the targets in the share of the worlds asked.

    Example: hasim size models/shop_options.yaml --target availability=99.95%
    """
    from hasim.cli.progress import shown_progress

    max_time = read_duration("--max-time", options["max_time"])
    confidence = read_share("--confidence", options["confidence"], usual="95%")
    keeps = _read_keeps(options["worlds"], options["keeps"])
    work = chosen_runner(options)
    space = _read_space(model, variations, settings)

    from hasim.planner.sizing.optimum import size as find_cheapest
    from hasim.reporting.sizing_text import tell_sizing

    with (
        opened_study(study, [model]) as opened,
        work as runner,
        shown_progress(1.0 - confidence) as progress,
    ):
        sizing = find_cheapest(
            space,
            targets,
            engine=options["engine"],
            confidence=confidence,
            seed=options["seed"],
            max_time=max_time,
            threads=options["threads"],
            runner=runner,
            study=opened,
            worlds=options["worlds"],
            keeps=keeps,
            progress=progress,
        )
    end_with(sizing, tell_sizing, as_json=as_json)


def _read_keeps(worlds: int | None, keeps: str | None) -> float:
    """Read in which share of the worlds the targets are to be met."""
    from hasim.errors import InputError
    from hasim.units import parse_probability

    if keeps is None:
        return KEEPS
    if worlds is None:
        raise InputError("--keeps without --worlds", "how many worlds", "add --worlds 32")
    try:
        return parse_probability(keeps)
    except InputError as error:
        raise InputError(f"--keeps: {error.found}", error.expected, "write 95%") from error


def _read_space(model: str, variations: tuple[str, ...], settings: tuple[str, ...]) -> Space:
    from hasim.description.space import read_space
    from hasim.description.variants import read_variation
    from hasim.errors import InputError

    draft = read_draft(model, settings)
    try:
        space = read_space(draft, [read_variation(text) for text in variations])
    except InputError as error:
        about = "--vary: " if variations else ""
        raise InputError(f"{about}{error.found}", error.expected, error.next_step) from error
    _check_settings(space, [setting.partition("=")[0].strip() for setting in settings])
    return space


def _check_settings(space: Space, keys: list[str]) -> None:
    """Refuse settings that every design would set anew."""
    from hasim.errors import InputError

    for option in space.options:
        for key in keys:
            if all(any(key == own for own, _ in choice.settings) for choice in option.choices):
                raise InputError(
                    f"--set {key}: every choice of the option {option.name} sets it",
                    "a key that is not chosen",
                    f"write --vary {key}=VALUE,VALUE to have other choices",
                )
