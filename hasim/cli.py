"""The command line: what people type (see docs/commands.md).

Rules of this file: nothing heavy is imported before a command needs it, so that `hasim --help` is
quick; input that cannot be used ends in one clear message and exit status 2, never in a
traceback.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from hasim.description import Draft
    from hasim.reporting.timeline import Failure
    from hasim.solving import Progress
    from hasim.system import System

USAGE = 2
_ENGINES = ("auto", "exact", "matched", "bounds", "montecarlo", "reference")
_STARTER = """\
# yaml-language-server: $schema=./hasim.schema.json
# Write the schema for your editor with: hasim schema > hasim.schema.json
name: {name}
components:
  web:
    replicas: 3
    required: 2                 # how many must serve
    needs: [db]
    mtbf: 30 d                  # mean operating time between failures of one replica
    mttr: 10 min
  db:
    replicas: 2
    redundancy: active-passive
    mtbf: 90 d
    mttr: 4 h
    failover: {{detect: 30 s, promote: 20 s, coverage: 95 %, manual: 30 min}}
services:
  site:
    needs: [web]
    objectives: {{availability: 99.9 %}}
"""


def _stop(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(USAGE)


def _guarded(action: Callable[[], Any]) -> Any:
    """Do something with the user's input; say what is wrong with it and exit with status 2."""
    from hasim.errors import HasimError

    try:
        return action()
    except HasimError as error:
        _stop(str(error))


def _changed(draft: Draft, settings: tuple[str, ...]) -> Draft:
    from hasim.description import read_value, set_value
    from hasim.errors import InputError

    for setting in settings:
        key, sign, text = setting.partition("=")
        if not sign or not key:
            raise InputError(
                f"--set {setting} is no setting",
                "KEY=VALUE",
                "write --set components.web.replicas=8",
            )
        draft = set_value(draft, key, read_value(text, key))
    return draft


def _read(model: str, settings: tuple[str, ...]) -> System:
    """Read, change and resolve a model."""
    from hasim.description import read_model, resolve

    return resolve(_changed(read_model(model), settings))


def _duration(text: str) -> float:
    from hasim.units import parse_duration

    return parse_duration(text)


def _precision(text: str) -> float:
    from hasim.units import parse_probability

    return parse_probability(text)


def _show_progress(progress: Progress) -> None:
    width = "unknown" if not math.isfinite(progress.precision) else f"{progress.precision:.1%}"
    left = "" if progress.seconds_left is None else f", about {progress.seconds_left:.0f} s left"
    text = f"{progress.replications} replications, interval +- {width}{left}"
    click.echo(f"\r{text:<78}", nl=False, err=True)


@click.group()
@click.version_option(package_name="hasim")
def main() -> None:
    """Tell how available a design is, how long outages last, and why.

    Example: hasim run models/shop.yaml
    """


@main.command()
@click.argument("model")
@click.option("--engine", type=click.Choice(_ENGINES), default="auto", show_default=True)
@click.option("--precision", default="5%", show_default=True, help="Half-width of the interval.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0))
@click.option("--max-time", default="60s", show_default=True, help="Stop after this time.")
@click.option("--threads", type=click.IntRange(min=1), help="All processors when absent.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change the model.")
@click.option("--save", type=click.Path(dir_okay=False), help="Write the JSON to a file as well.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def run(
    model: str, *, settings: tuple[str, ...], save: str | None, as_json: bool, **options: Any
) -> None:
    """Answer a model: availability, outages, causes, headroom.

    Example: hasim run models/shop.yaml --precision 2% --set components.web.replicas=8
    """
    from hasim.solving import solve

    precision = _guarded(lambda: _precision(options["precision"]))
    max_time = _guarded(lambda: _duration(options["max_time"]))
    system = _guarded(lambda: _read(model, settings))
    shown = sys.stderr.isatty()
    solution = _guarded(
        lambda: solve(
            system,
            engine=options["engine"],
            precision=precision,
            seed=options["seed"],
            max_time=max_time,
            threads=options["threads"],
            progress=_show_progress if shown else None,
        )
    )
    if shown:
        click.echo(f"\r{'':<78}\r", nl=False, err=True)
    document = json.dumps(solution.to_dict(), indent=1, allow_nan=False)
    if save is not None:
        _guarded(lambda: _write(save, document + "\n"))
    if as_json:
        click.echo(document)
    else:
        from hasim.reporting.tables import tell_solution

        click.echo(tell_solution(solution))
    sys.exit(solution.exit_status)


def _write(path: str, text: str) -> None:
    from hasim.errors import InputError

    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"{path} cannot be written ({error.strerror})", "a writable place", "name another file"
        ) from error


@main.command()
@click.argument("model")
@click.option("--resolved", is_flag=True, help="Print the model with every default filled in.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change the model.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def check(model: str, *, resolved: bool, settings: tuple[str, ...], as_json: bool) -> None:
    """Say all that is wrong or doubtful about a model.

    Example: hasim check models/shop.yaml --resolved
    """
    from hasim.description import check as check_draft
    from hasim.description import resolved_text
    from hasim.errors import ModelError

    try:
        checked = check_draft(_guarded_draft(model, settings))
        findings = checked.findings
    except ModelError as error:
        checked, findings = None, error.findings
    failed = any(finding.severity == "error" for finding in findings)
    if as_json:
        rows = [{"severity": f.severity, "text": str(f)} for f in findings]
        click.echo(json.dumps({"format": 1, "model": model, "findings": rows}, indent=1))
    else:
        for finding in findings:
            click.echo(str(finding), err=True)
    if resolved and not failed and checked is not None and checked.system is not None:
        click.echo(resolved_text(checked.system, checked.origins), nl=False)
    elif not failed and not as_json:
        click.echo(f"{model}: no errors")
    sys.exit(USAGE if failed else 0)


def _guarded_draft(model: str, settings: tuple[str, ...]) -> Draft:
    from hasim.description import read_model
    from hasim.errors import HasimError, ModelError

    try:
        return _changed(read_model(model), settings)
    except ModelError:
        raise
    except HasimError as error:
        _stop(str(error))


def _failure(text: str) -> Failure:
    from hasim.errors import InputError
    from hasim.reporting.timeline import Failure

    item, sign, time = text.partition("@")
    if not sign:
        raise InputError(f"--fail {text}", "NAME@TIME", "write --fail web.1@1h")
    return Failure(item, _duration(time))


@main.command()
@click.argument("model")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0))
@click.option("--until", help="End the story after this time, such as 1y.")
@click.option("--outages", default=1, show_default=True, type=click.IntRange(min=1))
@click.option("--fail", "failures", multiple=True, metavar="NAME@TIME", help="Make it fail then.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change the model.")
def trace(model: str, *, settings: tuple[str, ...], **options: Any) -> None:
    """Tell an incident step by step.

    Example: hasim trace models/shop.yaml --fail db.1@1h
    """
    from hasim.reporting.timeline import tell_trace

    until = options["until"]
    limit = math.inf if until is None else _guarded(lambda: _duration(until))
    failures = _guarded(lambda: [_failure(text) for text in options["failures"]])
    system = _guarded(lambda: _read(model, settings))

    def tell() -> None:
        lines = tell_trace(
            system,
            seed=options["seed"],
            until=limit,
            outages=options["outages"],
            failures=failures,
        )
        for line in lines:
            click.echo(line)

    _guarded(tell)


@main.command()
@click.argument("file", type=click.Path(dir_okay=False))
def new(file: str) -> None:
    """Write a small commented model to start from.

    Example: hasim new site.yaml
    """
    path = Path(file)
    if path.exists():
        _stop(f"{file} is there already; name a new file")
    name = "".join(c if c.isalnum() or c in "-_" else "-" for c in path.stem) or "site"
    _guarded(lambda: _write(file, _STARTER.format(name=name if not name.isdigit() else f"m{name}")))
    click.echo(f"wrote {file}; now: hasim run {file}")


@main.command()
@click.option("--units", is_flag=True, help="Print the table of units instead.")
def schema(units: bool) -> None:
    """Print the JSON Schema of the model language, for editors.

    Example: hasim schema > hasim.schema.json
    """
    if units:
        from hasim.units import list_units

        click.echo(list_units())
    else:
        from hasim.description.schema import schema_text

        click.echo(schema_text().rstrip("\n"))


@main.command()
def warmup() -> None:
    """Compile the simulation kernels now instead of in the first run.

    Example: hasim warmup
    """
    from hasim.engines.warmup import compile_all

    compile_all()
    click.echo("the simulation kernels are compiled")
