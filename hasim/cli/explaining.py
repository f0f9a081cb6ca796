"""`hasim explain`: where the downtime comes from, and what would buy most of it back."""

from __future__ import annotations

from typing import TypedDict, Unpack

import click

from hasim.cli.commands import (
    JSON,
    MAX_TIME,
    PRECISION,
    SEED,
    SET,
    THREADS,
    end_with,
    guarded,
    read_duration,
    read_precision,
    read_system,
)


class _Options(TypedDict):
    engine: str
    precision: str
    seed: int
    max_time: str
    threads: int | None


@click.command()
@click.argument("model")
@click.option(
    "--engine",
    type=click.Choice(("auto", "exact", "montecarlo")),
    default="auto",
    show_default=True,
)
@PRECISION
@SEED
@MAX_TIME
@THREADS
@SET
@JSON
@guarded
def explain(
    model: str, *, settings: tuple[str, ...], as_json: bool, **options: Unpack[_Options]
) -> None:
    """Say where the downtime comes from, what it hangs on, and what would buy most of it back.

    Exit status: 0 done; 2 the model or the command is wrong; 3 stopped at a limit before the
    precision asked; 130 stopped by Ctrl-C.

    Example: hasim explain models/microservices.yaml
    """
    from hasim.cli.progress import shown_progress

    precision = read_precision(options["precision"])
    max_time = read_duration("--max-time", options["max_time"])
    system = read_system(model, settings)

    from hasim.planner import explain as find_out
    from hasim.reporting.explanation_text import tell_explanation

    with shown_progress(precision) as progress:
        explanation = find_out(
            system,
            engine=options["engine"],
            precision=precision,
            seed=options["seed"],
            max_time=max_time,
            threads=options["threads"],
            progress=progress,
        )
    end_with(explanation, tell_explanation, as_json=as_json)
