"""`hasim verify`: the conformance suite, run by whoever wants to see for themselves."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from hasim.cli.commands import JSON, guarded

if TYPE_CHECKING:
    from hasim.conformance import Case

_ENGINES = ("exact", "matched", "bounds", "montecarlo")

#: Carriage return, and erasing what stands behind it (ECMA-48, EL).
_FRESH_LINE = "\r\x1b[K"


@click.command()
@click.argument("systems", nargs=-1, metavar="[CASE] ...")
@click.option(
    "--engine",
    "engines",
    type=click.Choice(_ENGINES),
    multiple=True,
    default=("exact",),
    show_default=True,
    help="May be repeated; montecarlo takes a minute more.",
)
@JSON
@guarded
def verify(systems: tuple[str, ...], engines: tuple[str, ...], *, as_json: bool) -> None:
    """Ask systems whose answers are known, and compare.

    Exit status: 0 nothing is wrong; 1 something is; 2 there is no such case.

    Example: hasim verify A06 B02
    """
    from hasim.conformance import run_cases

    cases = _choose(systems)
    with _shown_progress(len(cases) * len(engines)) as progress:
        report = run_cases(tuple(dict.fromkeys(engines)), cases, progress=progress)
    if as_json:
        click.echo(json.dumps(report.to_dict(), indent=1, allow_nan=False))
    else:
        from hasim.reporting.conformance_table import tell_report

        click.echo(tell_report(report))
    sys.exit(report.exit_status)


def _choose(systems: tuple[str, ...]) -> tuple[Case, ...]:
    """The cases of some systems; all where none is named."""
    from hasim.conformance import CASES
    from hasim.errors import InputError, show_value

    known = list(dict.fromkeys(case.id for case in CASES))
    wanted = {name.upper() for name in systems}
    for name in systems:
        if name.upper() not in known:
            found = f"there is no case {show_value(name)}"
            raise InputError(
                found, f"one of {', '.join(known)}", f"write {known[0]}, or none for all"
            )
    return tuple(case for case in CASES if not wanted or case.id in wanted)


@contextmanager
def _shown_progress(total: int) -> Iterator[Callable[[Case, str], None] | None]:
    """Give what tells the case at work, on a terminal; None where nobody looks."""
    if not sys.stderr.isatty():
        yield None
        return
    asked = 0

    def tell(case: Case, engine: str) -> None:
        nonlocal asked
        asked += 1
        click.echo(f"{_FRESH_LINE}{asked}/{total} {engine} {case.id}", err=True, nl=False)

    try:
        yield tell
    finally:
        click.echo(_FRESH_LINE, err=True, nl=False)
