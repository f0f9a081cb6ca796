"""The catalogue: typical values with their sources and grades (docs/catalogue.md)."""

from hasim.description.catalogue.entries import (
    GRADES,
    PARTS,
    Entry,
    Fact,
    Grade,
    PresetPart,
    PresetValue,
    Source,
)
from hasim.description.catalogue.prices import ListPrice, list_prices
from hasim.description.catalogue.shelves import (
    all_entries,
    entry_names,
    find_entry,
    sources,
    sources_named,
    sources_of,
)

__all__ = [
    "GRADES",
    "PARTS",
    "Entry",
    "Fact",
    "Grade",
    "ListPrice",
    "PresetPart",
    "PresetValue",
    "Source",
    "all_entries",
    "entry_names",
    "find_entry",
    "list_prices",
    "sources",
    "sources_named",
    "sources_of",
]
