"""`hasim schema`: the language for editors, and its units."""

from __future__ import annotations

import click

from hasim.cli.commands import guarded


@click.command()
@click.option("--units", is_flag=True, help="Print the table of units instead.")
@guarded
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
