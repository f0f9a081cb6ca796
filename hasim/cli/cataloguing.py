"""`hasim catalogue`: what presets there are, and what their figures rest on."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from hasim.cli.commands import JSON, guarded

if TYPE_CHECKING:
    from hasim.description.catalogue import Entry


@click.command()
@click.argument("name", required=False)
@JSON
@guarded
def catalogue(name: str | None, *, as_json: bool) -> None:
    """Show typical values with their sources, and presets.

    Without a name it lists all presets and the worst grade of their figures; with one, its values
    and facts with range, grade and sources, and how a model uses it. Exit status 2: there is no
    such name.

    Example: hasim catalogue patroni-postgres
    """
    from hasim.description.catalogue import all_entries
    from hasim.reporting.catalogue_table import tell_catalogue, tell_entry

    if name is None:
        entries = all_entries()
        click.echo(_list_document(entries) if as_json else tell_catalogue(entries))
    else:
        entry = _find(name)
        click.echo(_entry_document(entry) if as_json else tell_entry(entry))


def _find(name: str) -> Entry:
    from hasim.description.catalogue import entry_names, find_entry
    from hasim.description.vocabulary import suggestion
    from hasim.errors import InputError, show_value

    entry = find_entry(name)
    if entry is None:
        step = suggestion(name, entry_names()) or "hasim catalogue lists what there is"
        raise InputError(f"there is no {show_value(name)} in the catalogue", "", step)
    return entry


def _list_document(entries: tuple[Entry, ...]) -> str:
    rows = [
        {
            "name": entry.name,
            "part": entry.part,
            "kind": entry.kind,
            "what": entry.what,
            "worst_grade": entry.worst_grade,
        }
        for entry in entries
    ]
    return json.dumps({"format": 1, "entries": rows}, indent=1)


def _entry_document(entry: Entry) -> str:
    from hasim.description.catalogue import sources_of

    values = [{**asdict(value), "key": ".".join(value.key)} for value in entry.values]
    document = {
        "format": 1,
        **asdict(entry),
        "values": values,
        "worst_grade": entry.worst_grade,
        "example": entry.example,
        "sources": [asdict(source) for source in sources_of(entry)],
    }
    return json.dumps(document, indent=1)
