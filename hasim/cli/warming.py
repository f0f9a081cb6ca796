"""`hasim warmup`: compile ahead what the first run would have to compile."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import cache_from_source
from pathlib import Path

import click

from hasim.cli.commands import guarded
from hasim.cli.overview import COMMANDS


@click.command()
@guarded
def warmup() -> None:
    """Compile the simulation kernels ahead of the first run: a minute, once per installation.

    Example: hasim warmup
    """
    from hasim.engines.warmup import compile_all

    compile_all()
    _compile_modules()
    click.echo("the simulation kernels are compiled")


def _compile_modules() -> None:
    """Keep the bytecode of all that commands import, also where Python was told not to."""
    import py_compile

    used = [f"hasim.cli.{module}" for module, _ in COMMANDS.values()]
    for name in (*used, "hasim.solving", "hasim.reporting.timeline", "hasim.reporting.tables"):
        import_module(name)
    for module in list(sys.modules.values()):
        source = getattr(module, "__file__", None)
        if not source or not source.endswith(".py") or _is_compiled(Path(source)):
            continue
        try:
            py_compile.compile(source, doraise=True)
        except (OSError, py_compile.PyCompileError):
            return  # an installation that cannot be written to; it only starts more slowly


def _is_compiled(source: Path) -> bool:
    compiled = Path(cache_from_source(str(source)))
    return compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime
