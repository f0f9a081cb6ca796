"""What the catalogue knows for a field: typical values with their sources and grades.

Rules of this file
------------------
1. Entries of the same kind of component come first, then those of the part itself, such as the
   failovers; those whose names resemble the part's own come before others.
2. No more than `MOST`: it is a help for choosing, and the catalogue can be read as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator

from hasim.description.catalogue import (
    GRADES,
    Entry,
    PresetValue,
    all_entries,
    list_prices,
    sources_named,
)
from hasim.description.draft import KeyPath
from hasim.description.forms.fields import Suggestion
from hasim.description.resolved import value_text
from hasim.description.vocabulary import Part

#: Most suggestions for a field; precedent: what one compares at a glance.
MOST = 4


def suggestions_for(
    part: Part, path: KeyPath, kind: str | None, preset: str | None
) -> tuple[Suggestion, ...]:
    """Typical values for a key.

    Parameters
    ----------
    part : str
        The part that has the key.
    path : KeyPath
        Of the key in the model.
    kind, preset : str or None
        Of the component that it is in.
    """
    found: dict[str, Suggestion] = {}
    for entry, value in _fitting(part, path, kind, preset):
        text = value_text(value.value) if not isinstance(value.value, str) else value.value
        found.setdefault(text, _suggestion(entry, value, text))
    return tuple(found.values())[:MOST]


def presets_for(part: Part, kind: str | None) -> tuple[str, ...]:
    """Names of the presets that a part may have, those of its kind first."""
    wanted = "mode" if part == "domain mode" else part
    fitting = [entry for entry in all_entries() if entry.part == wanted]
    fitting.sort(key=lambda entry: (kind is not None and entry.kind != kind, entry.name))
    return tuple(entry.name for entry in fitting)


def known_kinds() -> tuple[str, ...]:
    """The kinds of components that the catalogue has."""
    return tuple(sorted({entry.kind for entry in all_entries() if entry.part == "component"}))


def known_prices() -> tuple[str, ...]:
    """The names of the prices that the catalogue has."""
    return tuple(list_prices())


def _fitting(
    part: Part, path: KeyPath, kind: str | None, preset: str | None
) -> Iterator[tuple[Entry, PresetValue]]:
    below = tuple(str(step) for step in path[2:])
    own = [entry for entry in all_entries() if entry.part == "component"]
    own = [one for one in own if one.name == preset or (kind and one.kind == kind)]
    own.sort(key=lambda entry: entry.name != preset)
    for entry in own if path[:1] == ("components",) else ():
        yield from ((entry, value) for value in entry.values if value.key == below and value.grade)
    wanted = "mode" if part == "domain mode" else part
    like = str(path[-2]) if len(path) > 1 else ""
    direct = [one for one in all_entries() if one.part == wanted and one.part != "component"]
    direct.sort(key=lambda entry: like not in entry.name)
    for entry in direct:
        key = path[-1:]
        yield from ((entry, value) for value in entry.values if value.key == key and value.grade)


def _suggestion(entry: Entry, value: PresetValue, text: str) -> Suggestion:
    sources = tuple((source.title, source.address) for source in sources_named(value.sources))
    return Suggestion(
        text,
        entry.name,
        entry.what,
        value.grade,
        GRADES.get(value.grade or "", ""),
        sources,
        value.range,
        value.note,
    )
