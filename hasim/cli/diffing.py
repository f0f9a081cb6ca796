"""`hasim diff`: what a change of a model changes in the answer."""

from __future__ import annotations

import json
import sys
from typing import TypedDict, Unpack

import click

from hasim.cli.commands import (
    JSON,
    MAX_TIME,
    SEED,
    SET,
    THREADS,
    check_writable,
    guarded,
    read_duration,
    read_precision,
    read_system,
    refuse_model,
    write_file,
)

_ENGINES = ("auto", "exact", "matched", "bounds", "montecarlo")


class _Options(TypedDict):
    engine: str
    precision: str
    seed: int
    max_time: str
    threads: int | None
    output: str | None


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--engine", type=click.Choice(_ENGINES), default="auto", show_default=True)
@click.option(
    "--precision",
    default="5%",
    show_default=True,
    help="Half-width of the 95 % interval of unavailability, relative to it, of both models.",
)
@SEED
@MAX_TIME
@THREADS
@SET
@click.option("-o", "--output", metavar="FILE", help="Write there instead of to stdout.")
@JSON
@guarded
def diff(
    old: str,
    new: str,
    *,
    settings: tuple[str, ...],
    as_json: bool,
    **options: Unpack[_Options],
) -> None:
    """Tell what a change of a model changes in the answer, for a pull request.

    Markdown: keys that differ, paired differences, objectives newly met or missed, causes that
    grew. Exit status as that of `hasim run` of the new model.

    Example: hasim diff models/worked_example.yaml models/worked_example_same_server.yaml
    """
    from hasim.cli.progress import shown_progress

    precision = read_precision(options["precision"])
    max_time = read_duration("--max-time", options["max_time"])
    if options["output"] is not None:
        for model in (old, new):
            refuse_model("--output", options["output"], model)
        check_writable(options["output"])
        for model in (old, new):
            refuse_model("--output", options["output"], model)
    systems = [read_system(model, settings) for model in (old, new)]

    from hasim.planner.revision import revise
    from hasim.reporting.revision_page import tell_revision

    with shown_progress(precision) as progress:
        revision = revise(
            *systems,
            engine=options["engine"],
            precision=precision,
            seed=options["seed"],
            max_time=max_time,
            threads=options["threads"],
            progress=progress,
        )
    if as_json:
        page = json.dumps(revision.to_dict(), indent=1, allow_nan=False)
    else:
        page = tell_revision(revision)
    if options["output"] is None:
        click.echo(page)
    else:
        write_file(options["output"], page + "\n")
    sys.exit(revision.exit_status)
