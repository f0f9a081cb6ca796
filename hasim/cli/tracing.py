"""`hasim trace`: the timeline of an incident."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from hasim.cli.commands import (
    JSON,
    LIMIT,
    SEED,
    SET,
    guarded,
    read_duration,
    read_system,
    whole_number,
)
from hasim.errors import InputError, RefusedError, show_value

if TYPE_CHECKING:
    from hasim.reporting.incidents.teller import Failure


class _Options(TypedDict):
    seed: int
    until: str | None
    outages: int | None
    failures: tuple[str, ...]
    alone: bool
    scenario: str | None
    repeat: int | None


@click.command()
@click.argument("models", metavar="MODEL...", nargs=-1, required=True)
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
    "(db.crash.common) or a change (web.change) happen then; may be repeated. db.2.latent: a "
    "standby dies, and nobody notices.",
)
@click.option("--alone", is_flag=True, help="With --fail: nothing else fails by itself.")
@click.option(
    "--scenario",
    metavar="NAME",
    help="Play a scenario of the model through, or a file of dated failures (YAML, CSV), on one or "
    "more models, nothing else failing.",
)
@click.option(
    "--repeat",
    type=whole_number(1, 100_000),
    metavar="N",
    help="Histories of each model that --scenario plays; 100 when absent.",
)
@SET
@JSON
@guarded
def trace(
    models: tuple[str, ...],
    *,
    settings: tuple[str, ...],
    as_json: bool,
    **options: Unpack[_Options],
) -> None:
    """Tell an incident stage by stage: when, what happened, where each service stands.

    A dot under a service means that it serves, a word the stage in which it is down. Exit status: 0
    done, 2 the model or the command is wrong, 3 no service went down.

    Example: hasim trace models/shop.yaml --fail db.1@1h
    """
    scenario = options["scenario"]
    _check_scenario(models, options, as_json=as_json)
    if scenario is not None:
        from hasim.cli.scenarios import tell_scenario
        from hasim.planner.replays import REPEATS

        seed, repeats = options["seed"], options["repeat"] or REPEATS
        tell_scenario(models, scenario, settings, seed=seed, repeats=repeats, as_json=as_json)
        return
    _tell(models[0], settings, options)


def _check_scenario(models: tuple[str, ...], options: _Options, *, as_json: bool) -> None:
    """Refuse what goes with a scenario only, and what does not go with one."""
    if options["scenario"] is None:
        alone = {
            "several models": len(models) > 1,
            "--json": as_json,
            "--repeat": options["repeat"],
        }
        given = next((name for name, value in alone.items() if value), None)
        if given is not None:
            found = f"{given} without --scenario"
            raise InputError(found, "a scenario to play through", "write --scenario zone-loss")
        return
    others = {
        "--until": options["until"] is not None,
        "--outages": options["outages"] is not None,
        "--fail": options["failures"],
        "--alone": options["alone"],
    }
    given = next((name for name, value in others.items() if value), None)
    if given is not None:
        found = f"--scenario and {given} together"
        raise InputError(found, "one of them", f"leave {given} out")


def _tell(model: str, settings: tuple[str, ...], options: _Options) -> None:
    """Tell the story of one model."""
    until, outages, failures = options["until"], options["outages"], options["failures"]
    if until is not None and outages is not None:
        raise InputError("--until and --outages together", "one of them", "leave one out")
    if options["alone"] and until is None and not failures:
        raise InputError("--alone without --fail", "something that fails", "write --fail web.1@1h")
    end = None if until is None else read_duration("--until", until)
    asked = [_read_failure(text) for text in failures]
    system = read_system(model, settings)

    from hasim.reporting.incidents.timeline import Story, tell_trace

    story = Story(options["seed"], end, outages, asked, options["alone"])
    try:
        for line in tell_trace(system, story):
            click.echo(line)
    except RefusedError as error:
        click.echo(str(error), err=True)
        sys.exit(LIMIT)


def _read_failure(text: str) -> Failure:
    from hasim.reporting.incidents.teller import Failure

    item, sign, time = text.partition("@")
    if not sign or not item or not time:
        found = f"--fail: {show_value(text)} does not say what fails and when"
        raise InputError(found, "NAME@TIME", "write --fail web.1@1h")
    return Failure(item, read_duration(f"--fail {text}", time))
