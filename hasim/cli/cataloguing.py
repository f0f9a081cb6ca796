"""`hasim catalogue`: what presets there are, and what their figures rest on."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from hasim.cli.commands import JSON, guarded

if TYPE_CHECKING:
    from hasim.description.catalogue import Entry, ListPrice


@click.command()
@click.argument("name", required=False)
@JSON
@guarded
def catalogue(name: str | None, *, as_json: bool) -> None:
    """Show typical values with their sources, presets and prices.

    Without a name it lists all presets and the worst grade of their figures, and prices; with one,
    its values and facts with range, grade and sources, and how a model uses it. Exit status 2:
    there is no such name.

    Example: hasim catalogue patroni-postgres
    """
    from hasim.description.catalogue import ListPrice, all_entries, list_prices
    from hasim.reporting.catalogue_table import tell_catalogue, tell_entry, tell_price

    if name is None:
        entries, prices = all_entries(), tuple(list_prices().values())
        click.echo(_list_document(entries, prices) if as_json else tell_catalogue(entries, prices))
        return
    found = _find(name)
    if isinstance(found, ListPrice):
        click.echo(_price_document(found) if as_json else tell_price(found))
    else:
        click.echo(_entry_document(found) if as_json else tell_entry(found))


def _find(name: str) -> Entry | ListPrice:
    from hasim.description.catalogue import entry_names, find_entry, list_prices
    from hasim.description.vocabulary import suggestion
    from hasim.errors import InputError, show_value

    entry = find_entry(name) or list_prices().get(name)
    if entry is None:
        step = (
            suggestion(name, [*entry_names(), *list_prices()])
            or "hasim catalogue lists what there is"
        )
        raise InputError(f"there is no {show_value(name)} in the catalogue", "", step)
    return entry


def _list_document(entries: tuple[Entry, ...], prices: tuple[ListPrice, ...]) -> str:
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
    listed = [asdict(price) for price in prices]
    return json.dumps({"format": 1, "entries": rows, "prices": listed}, indent=1)


def _price_document(price: ListPrice) -> str:
    from hasim.description.catalogue import sources_named

    document = {
        "format": 1,
        **asdict(price),
        "example": price.example,
        "sources": [asdict(source) for source in sources_named(price.sources)],
    }
    return json.dumps(document, indent=1)


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
