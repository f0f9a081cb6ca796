"""`hasim run`: answer a model."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn, TypedDict, Unpack

import click

from hasim.cli.commands import (
    JSON,
    JUNIT,
    LIMIT,
    MAX_TIME,
    PRECISION,
    SEED,
    SET,
    THREADS,
    check_writable,
    guarded,
    read_duration,
    read_precision,
    read_system,
    refuse_model,
    whole_number,
    write_file,
)
from hasim.cli.from_now import read_from_now, tell_from_now

if TYPE_CHECKING:
    from hasim.solution import Solution
    from hasim.system import System

#: What can be asked to answer.
ENGINES = ("auto", "exact", "matched", "bounds", "montecarlo", "reference")


class _Options(TypedDict):
    engine: str
    precision: str
    seed: int
    max_time: str
    threads: int | None
    save: str | None
    junit: str | None
    what_if: bool
    starts: tuple[str, ...]
    ahead: str | None
    sla: bool
    worlds: int | None


@click.command()
@click.argument("model")
@click.option("--engine", type=click.Choice(ENGINES), default="auto", show_default=True)
@PRECISION
@SEED
@MAX_TIME
@THREADS
@click.option(
    "--what-if",
    is_flag=True,
    help="Tell how the answer moves where typical values stand for what the model leaves out.",
)
@click.option(
    "--from",
    "starts",
    multiple=True,
    metavar="NAME=STATE",
    help="Tell the risk from now, with a replica, a domain or a common cause down, such as "
    "db.1=down, or latent (down, and nobody knows); several with commas, or repeated.",
)
@click.option("--for", "ahead", metavar="TIME", help="How far --from looks ahead, such as 72h.")
@click.option(
    "--sla",
    is_flag=True,
    help="Take the time for the months and years of an SLA, where they are not known at once.",
)
@click.option(
    "--worlds",
    type=whole_number(1, 2**16),
    metavar="N",
    help="Tell how what is uncertain (between) spreads the answer; N rows a sample, such as 256.",
)
@SET
@click.option("--save", metavar="FILE", help="Write the JSON document to a file as well.")
@JUNIT
@JSON
@guarded
def run(
    model: str, *, settings: tuple[str, ...], as_json: bool, **options: Unpack[_Options]
) -> None:
    """Answer a model: availability, outages, causes, headroom.

    With --from and --for: what may happen from now on, while something is down.

    Exit status: 0 done; 1 an objective is missed or not shown to be met; 2 the model or the command
    is wrong; 3 stopped at a limit before the precision asked; 130 stopped by Ctrl-C.

    Example: hasim run models/shop.yaml --precision 2% --set components.web.replicas=8
    """
    from hasim.cli.progress import shown_progress

    precision = read_precision(options["precision"])
    max_time = read_duration("--max-time", options["max_time"])
    _check_files(model, options)
    others = _given(options, "--what-if", "--sla", "--worlds", "--save", "--junit")
    from_now = read_from_now(options["starts"], options["ahead"], others)
    if from_now is not None:
        limits = {"precision": precision, "max_time": max_time, "threads": options["threads"]}
        asked = {"engine": options["engine"], "seed": options["seed"], **limits}
        system = read_system(model, settings)
        tell_from_now(system, *from_now, as_json=as_json, options=asked)
    if options["worlds"] is not None:
        _run_worlds(read_system(model, settings), max_time, options, as_json=as_json)

    from hasim.reporting.tables import tell_solution

    with _told_to_pipeline(model, options["junit"]), shown_progress(precision) as progress:
        system = read_system(model, settings)
        solve = _solver(what_if=options["what_if"])
        solution = solve(
            system,
            engine=options["engine"],
            precision=precision,
            seed=options["seed"],
            sla=options["sla"] or None,
            max_time=max_time,
            threads=options["threads"],
            progress=progress,
        )
    document = json.dumps(solution.to_dict(), indent=1, allow_nan=False)
    try:
        if options["save"] is not None:
            write_file(options["save"], document + "\n")
        if options["junit"] is not None:
            write_file(options["junit"], _junit(solution))
    finally:  # what took a minute is told even if it cannot be saved
        click.echo(document if as_json else tell_solution(solution))
    sys.exit(solution.exit_status)


def _check_files(model: str, options: _Options) -> None:
    """Refuse files that cannot be written, before any work is done."""
    for option, file in (("--save", options["save"]), ("--junit", options["junit"])):
        if file is not None:
            refuse_model(option, file, model)
            check_writable(file)


def _given(options: _Options, *names: str) -> dict[str, bool]:
    """Which of some options were given, by what is typed."""
    values = {f"--{name.replace('_', '-')}": value for name, value in options.items()}
    return {name: values[name] not in (None, False) for name in names}


def _run_worlds(system: System, max_time: float, options: _Options, *, as_json: bool) -> NoReturn:
    """Tell how what is uncertain spreads the answer, and end."""
    from hasim.cli.progress import shown_progress
    from hasim.errors import InputError
    from hasim.planner.uncertainty import propagate
    from hasim.reporting.spread_table import spread_document, tell_propagation

    for other, is_given in _given(options, "--what-if", "--sla", "--junit").items():
        if is_given:
            raise InputError(f"--worlds and {other} together", "one of them", "leave one out")
    with shown_progress(0.05) as progress:
        found = propagate(
            system,
            rows=options["worlds"] or 0,
            engine=options["engine"],
            seed=options["seed"],
            max_time=max_time,
            threads=options["threads"],
            progress=progress,
        )
    document = json.dumps(spread_document(found), indent=1, allow_nan=False)
    if options["save"] is not None:
        write_file(options["save"], document + "\n")
    click.echo(document if as_json else tell_propagation(found))
    sys.exit(LIMIT if found.rows < found.asked else 0)


def _solver(*, what_if: bool) -> Callable[..., Solution]:
    if what_if:
        from hasim.planner import what_if as solve_and_more

        return solve_and_more
    from hasim.solving import solve

    return solve


def _junit(solution: Solution) -> str:
    from hasim.reporting.junit import junit_of_solution

    return junit_of_solution(solution)


@contextmanager
def _told_to_pipeline(model: str, junit: str | None) -> Iterator[None]:
    """Write what keeps a model from being answered, too, where JUnit XML is asked."""
    from hasim.errors import HasimError

    try:
        yield
    except HasimError as error:
        if junit is not None:
            from hasim.reporting.junit import junit_of_error

            write_file(junit, junit_of_error(model, str(error)))
        raise
