"""`hasim trace`: the timeline of an incident."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from hasim.cli.commands import LIMIT, SEED, SET, guarded, read_duration, read_system, whole_number
from hasim.errors import InputError, RefusedError, show_value

if TYPE_CHECKING:
    from hasim.reporting.incident import Failure


@click.command()
@click.argument("model")
@SEED
@click.option("--until", metavar="TIME", help="Tell everything up to this time, such as 1y.")
@click.option(
    "--outages",
    type=whole_number(1),
    metavar="N",
    help="Tell until so many outages are over; 1 when nothing else is asked.",
)
@click.option(
    "--fail",
    "failures",
    multiple=True,
    metavar="NAME@TIME",
    help="Make a replica (web.1), one of its failure modes (web.1.crash), a domain, a common cause "
    "(db.crash.common) or a change (web.change) happen then; may be repeated.",
)
@SET
@guarded
def trace(
    model: str,
    *,
    seed: int,
    until: str | None,
    outages: int | None,
    failures: tuple[str, ...],
    settings: tuple[str, ...],
) -> None:
    """Tell an incident stage by stage: when, what happened, where each service stands.

    A dot under a service means that it serves, a word the stage in which it is down. Exit status: 0
    done, 2 the model or the command is wrong, 3 no service went down.

    Example: hasim trace models/shop.yaml --fail db.1@1h
    """
    if until is not None and outages is not None:
        raise InputError("--until and --outages together", "one of them", "leave one out")
    end = None if until is None else read_duration("--until", until)
    asked = [_read_failure(text) for text in failures]
    system = read_system(model, settings)

    from hasim.reporting.timeline import Story, tell_trace

    try:
        for line in tell_trace(system, Story(seed, end, outages, asked)):
            click.echo(line)
    except RefusedError as error:
        click.echo(str(error), err=True)
        sys.exit(LIMIT)


def _read_failure(text: str) -> Failure:
    from hasim.reporting.incident import Failure

    item, sign, time = text.partition("@")
    if not sign or not item or not time:
        found = f"--fail: {show_value(text)} does not say what fails and when"
        raise InputError(found, "NAME@TIME", "write --fail web.1@1h")
    return Failure(item, read_duration(f"--fail {text}", time))
