"""`hasim report`: one page about one model or several."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypedDict, Unpack

import click

from hasim.cli.commands import (
    PRECISION,
    SEED,
    SET,
    THREADS,
    check_writable,
    guarded,
    read_draft,
    read_duration,
    read_precision,
    refuse_model,
    write_file,
)
from hasim.cli.running import ENGINES

if TYPE_CHECKING:
    from hasim.description import Checked
    from hasim.planner import Comparison
    from hasim.planner.sensitivity import Tornado
    from hasim.reporting.reported import Reported


class _Options(TypedDict):
    output: str
    figures: str | None
    engine: str
    precision: str
    seed: int
    max_time: str
    threads: int | None
    sensitivity: bool


class _Model(NamedTuple):
    """A model that was read."""

    file: str
    text: str
    checked: Checked
    title: str


@click.command()
@click.argument("models", nargs=-1, required=True, metavar="MODEL...")
@click.option(
    "-o", "--output", metavar="FILE", default="report.html", show_default=True, help="The page."
)
@click.option(
    "--figures", metavar="DIR", help="Write each figure and table as SVG and CSV as well."
)
@click.option("--engine", type=click.Choice(ENGINES), default="auto", show_default=True)
@PRECISION
@SEED
@click.option(
    "--max-time",
    default="60s",
    show_default=True,
    help="Stop after this time with what is known; for each model, its tornado, the comparison.",
)
@click.option(
    "--no-sensitivity",
    "sensitivity",
    flag_value=False,
    default=True,
    help="Leave out how far each quantity moves the answer (a tornado), which takes longest.",
)
@THREADS
@SET
@guarded
def report(
    models: tuple[str, ...], *, settings: tuple[str, ...], **options: Unpack[_Options]
) -> None:
    """Write a page with answer, picture, figures, assumptions.

    The page needs no network and no script; several models stand side by side first. Exit
    status: that of hasim run, the highest where there are several models.

    Example: hasim report models/shop.yaml -o build/report.html
    """
    precision = read_precision(options["precision"])
    max_time = read_duration("--max-time", options["max_time"])
    read = _read_models(models, settings)
    _make_ready(options["output"], options["figures"], models)
    told = _solve_all(read, settings, options, precision=precision, max_time=max_time)

    from hasim.reporting.report import list_files, write_report

    comparison = _compare(told, options, max_time)
    write_file(options["output"], write_report(told, comparison))
    if options["figures"] is not None:
        for name, text in list_files(told):
            write_file(str(Path(options["figures"], name)), text)
    for one in told:
        click.echo(f"{one.title}: {one.solution.status.text}")
    for model in read[len(told) :]:
        click.echo(f"{model.title}: not answered, and not in the report")
    click.echo(f"{options['output']} is written; open it in a browser")
    sys.exit(max(one.solution.exit_status for one in told))


def _read_models(models: Sequence[str], settings: tuple[str, ...]) -> list[_Model]:
    from hasim.description import check
    from hasim.errors import ModelError

    checked = [check(read_draft(model, settings)) for model in models]
    for one in checked:
        if one.system is None:
            raise ModelError(one.errors)
    names = [one.system.name for one in checked if one.system is not None]
    return [
        _Model(
            file,
            Path(file).read_text(encoding="utf-8", errors="replace"),
            one,
            name if names.count(name) == 1 else f"{name} ({file})",
        )
        for file, one, name in zip(models, checked, names, strict=True)
    ]


def _make_ready(output: str, figures: str | None, models: Sequence[str]) -> None:
    """Make the folders, and refuse what cannot be written, before any work is done."""
    for model in models:
        refuse_model("--output", output, model)
    if output.strip():
        _make_folder(Path(output).parent)
    check_writable(output)
    if figures is not None:
        _make_folder(Path(figures))
        check_writable(str(Path(figures, "topology.svg")))


def _make_folder(folder: Path) -> None:
    """Make a folder and those around it, where they are missing."""
    from hasim.errors import KEY_LENGTH, InputError, escape_text

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        name = escape_text(str(folder), KEY_LENGTH)
        reason = (error.strerror or str(error)).lower()
        found = f"the folder {name} cannot be made: {reason}"
        raise InputError(found, "a folder for files", "name another folder") from error


def _solve_all(
    read: Sequence[_Model],
    settings: tuple[str, ...],
    options: _Options,
    *,
    precision: float,
    max_time: float,
) -> list[Reported]:
    """Answer one model after the other; Ctrl-C leaves those that are answered."""
    from hasim.cli.progress import shown_progress
    from hasim.reporting.reported import Reported
    from hasim.solution import STOPPED
    from hasim.solving import solve

    told: list[Reported] = []
    for model in read:
        assert model.checked.system is not None
        with shown_progress(precision) as progress:
            solution = solve(
                model.checked.system,
                engine=options["engine"],
                precision=precision,
                seed=options["seed"],
                max_time=max_time,
                threads=options["threads"],
                progress=progress,
            )
        is_stopped = solution.exit_status == STOPPED
        told.append(
            Reported.of(
                model.checked,
                solution,
                file=model.file,
                text=model.text,
                command=_command(model.file, settings, options),
                title=model.title,
                tornado=None if is_stopped else _find_swings(model.checked, options, max_time),
            )
        )
        if is_stopped:
            break
    return told


def _find_swings(checked: Checked, options: _Options, max_time: float) -> Tornado | None:
    """How far quantities move the answer; None where that is not wanted or cannot be told."""
    from hasim.cli.progress import shown_progress
    from hasim.errors import RefusedError
    from hasim.planner.sensitivity import find_swings

    assert checked.system is not None
    if not options["sensitivity"]:
        return None
    try:
        with shown_progress(0.05) as progress:
            return find_swings(
                checked.system,
                ranges=checked.ranges,
                seed=options["seed"],
                max_time=max_time,
                threads=options["threads"],
                progress=progress,
            )
    except RefusedError as error:
        click.echo(f"{checked.system.name}: no tornado: {error}", err=True)
    except KeyboardInterrupt:
        click.echo(f"{checked.system.name}: no tornado: stopped", err=True)
    return None


def _compare(told: Sequence[Reported], options: _Options, max_time: float) -> Comparison | None:
    """Compare models that have the same services; None where they have not."""
    from hasim.errors import HasimError
    from hasim.planner import compare
    from hasim.planner.comparison import MOST_CANDIDATES

    if not 2 <= len(told) <= MOST_CANDIDATES:
        return None
    if len({tuple(one.solution.services) for one in told}) > 1:
        return None
    try:
        return compare(
            {one.title: one.system for one in told},
            seed=options["seed"],
            max_time=max_time,
            threads=options["threads"],
        )
    except HasimError as error:
        click.echo(f"the models are not compared: {error}", err=True)
    except KeyboardInterrupt:
        click.echo("the models are not compared: stopped", err=True)
    return None


def _command(file: str, settings: tuple[str, ...], options: _Options) -> str:
    """What gives the same answer on a terminal."""
    words = ["hasim", "run", file, "--seed", str(options["seed"])]
    words += ["--precision", options["precision"], "--engine", options["engine"]]
    words += ["--max-time", options["max_time"]]
    for setting in settings:
        words += ["--set", setting]
    return shlex.join(words)
