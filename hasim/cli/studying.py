"""`hasim study`: what studies there are, what is in them, and all of it for other programs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hasim.cli.commands import (
    JSON,
    check_writable,
    guarded,
    refuse_model,
    whole_number,
    write_lines,
)

if TYPE_CHECKING:
    from hasim.reporting.study_table import StudyLine
    from hasim.store import RunRecord, Study

_RUN = click.argument("number", required=False, type=whole_number(1), metavar="[RUN]")


@click.group()
def study() -> None:
    """List studies, show one, export it for other programs.

    A study keeps the work of commands that are given --study FILE. All of this can be asked while
    such a command is at work.

    Example: hasim study show shop.study
    """


@study.command(name="list")
@click.argument("places", nargs=-1, metavar="[FOLDER|FILE ...]")
@JSON
@guarded
def list_studies(places: tuple[str, ...], *, as_json: bool) -> None:
    """List studies: a line each.

    Of a folder, those in it; without one, in this folder. Exit status 2: a file is no study.

    Example: hasim study list build
    """
    from hasim.reporting.study_table import tell_studies

    lines = [line for place in places or (".",) for line in _lines_of(Path(place))]
    if not as_json:
        click.echo(tell_studies(lines))
        return
    rows = [
        {"study": one.name, "runs": dict(one.runs), "chunks": one.chunks, "reason": one.reason}
        for one in lines
    ]
    click.echo(json.dumps({"format": 1, "studies": rows}, indent=1))


@study.command()
@click.argument("file", metavar="STUDY")
@_RUN
@JSON
@guarded
def show(file: str, number: int | None, *, as_json: bool) -> None:
    """Show the runs of a study, or one: how far it came, and what became of its candidates.

    Exit status 2: the file is no study, or has no such run.

    Example: hasim study show shop.study 1
    """
    from hasim.reporting.study_table import tell_study
    from hasim.store import Study

    with Study.read(file) as opened:
        runs = _runs(opened, number)
        if not as_json:
            click.echo(tell_study(opened, runs))
            return
        rows = [_run_document(opened, run) for run in runs]
        document = {"format": 1, "chunks": opened.chunks, "runs": rows}
    click.echo(json.dumps(document, indent=1))


@study.command()
@click.argument("file", metavar="STUDY")
@_RUN
@click.option(
    "--format", "kind", type=click.Choice(["csv", "json"]), default="csv", show_default=True
)
@click.option("-o", "output", metavar="FILE", help="Write there instead of to stdout.")
@guarded
def export(file: str, number: int | None, *, kind: str, output: str | None) -> None:
    """Write the runs of a study, or one, for other programs.

    CSV has a row for each candidate; JSON also the arguments and the answer of each run. Exit
    status 2: the file is no study, or has no such run, or FILE cannot be written.

    Example: hasim study export shop.study --format json -o shop.json
    """
    from hasim.reporting.study_export import export_csv, export_json
    from hasim.store import Study

    if output is not None:
        check_writable(output)
        refuse_model("-o", output, file, what="study")
    with Study.read(file) as opened:
        runs = _runs(opened, number)
        lines = (export_csv if kind == "csv" else export_json)(opened, runs)
        if output is None:
            sys.stdout.writelines(lines)
        else:
            write_lines(output, lines)


def _lines_of(place: Path) -> list[StudyLine]:
    from hasim.errors import InputError
    from hasim.reporting.study_table import StudyLine
    from hasim.store import Study
    from hasim.store.study_file import is_study

    if not place.is_dir():
        with Study.read(place) as opened:
            return [StudyLine.of(opened)]
    lines = []
    for file in sorted(filter(is_study, place.iterdir())):
        try:
            with Study.read(file) as opened:
                lines.append(StudyLine.of(opened))
        except InputError as error:
            _, _, reason = error.found.rpartition(": ")
            lines.append(StudyLine(file.name, {}, 0, reason))
    return lines


def _runs(opened: Study, number: int | None) -> tuple[RunRecord, ...]:
    from hasim.errors import InputError

    runs = opened.runs()
    chosen = tuple(run for run in runs if number is None or run.number == number)
    if number is not None and not chosen:
        found = f"{opened.path.name} has no run {number}"
        raise InputError(found, f"1 to {len(runs)}" if runs else "", "leave it out for all")
    return chosen


def _run_document(opened: Study, run: RunRecord) -> dict[str, object]:
    from hasim.reporting.study_table import status_of

    return {
        "run": run.number,
        "kind": run.kind,
        "model": run.model,
        "status": status_of(run, is_at_work=opened.is_at_work),
        "arguments": dict(run.arguments),
        "verdicts": opened.verdicts(run.number),
        "answer": run.document,
    }
