"""`hasim warmup`: compile ahead what the first run would have to compile."""

from __future__ import annotations

import click

from hasim.cli.commands import guarded


@click.command()
@guarded
def warmup() -> None:
    """Compile the simulation kernels ahead of the first run: a minute, once per installation.

    Example: hasim warmup
    """
    from hasim.engines.warmup import compile_all

    compile_all()
    click.echo("the simulation kernels are compiled")
