"""`hasim sensitivity`: which numbers of a model its answer depends on."""

from __future__ import annotations

import json
import sys

import click

from hasim.cli.commands import (
    JSON,
    MAX_TIME,
    SEED,
    SET,
    guarded,
    read_draft,
    read_duration,
    whole_number,
)
from hasim.errors import ModelError


@click.command()
@click.argument("model")
@click.option(
    "--top",
    default=10,
    show_default=True,
    type=whole_number(1),
    metavar="N",
    help="So many quantities of each service are told.",
)
@click.option(
    "--engine",
    type=click.Choice(("auto", "exact", "matched", "montecarlo")),
    default="auto",
    show_default=True,
)
@SEED
@MAX_TIME
@SET
@JSON
@guarded
def sensitivity(
    model: str,
    *,
    top: int,
    engine: str,
    seed: int,
    max_time: str,
    settings: tuple[str, ...],
    as_json: bool,
) -> None:
    """Say which numbers of a model its answer depends on, one at a time: a tornado.

    Each goes over what the model says it is between, else over the range of the catalogue, else
    from half to double.

    Example: hasim sensitivity models/payments.yaml --top 5
    """
    from hasim.cli.progress import shown_progress
    from hasim.description import check
    from hasim.planner.sensitivity import find_swings
    from hasim.reporting.tornado_table import tell_tornado, tornado_document

    limit = read_duration("--max-time", max_time)
    checked = check(read_draft(model, settings))
    if checked.system is None:
        raise ModelError(checked.errors)
    with shown_progress(0.05) as progress:
        tornado = find_swings(
            checked.system,
            ranges=checked.ranges,
            engine=engine,
            seed=seed,
            max_time=limit,
            progress=progress,
        )
    document = json.dumps(tornado_document(tornado), indent=1, allow_nan=False)
    click.echo(document if as_json else tell_tornado(tornado, top))
    sys.exit(tornado.exit_status)
