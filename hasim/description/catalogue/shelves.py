"""The files of the catalogue, opened when something asks for an entry.

Theory of operation
-------------------
Each file beside this one, but those of sources and prices, holds entries by name. An entry starts
in the first column and reaches to the next one, so that finding one takes a look for its name, and
only its own lines are read as YAML: a model that names one preset does not wait for all others.

Entries share figures by `takes`: a key of the model language and the entry whose values are used
there. An entry's own values go before those it takes, and the first taken before the second.

Rules of this file
------------------
1. Every value stays text, as in a draft: only the model language gives it a meaning.
2. The files are part of hasim: what is wrong in them is a bug, found by
   tests/description/catalogue, and not a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from hasim.description.catalogue.entries import Entry, Fact, PresetValue, Source
from hasim.description.catalogue.prices import PRICES
from hasim.description.yaml_file import read_text

_FOLDER = Path(__file__).parent
_SOURCES = "sources.yaml"

_FIRST_LINE = re.compile(r"^([a-z0-9-]+):", re.MULTILINE)


def entry_names() -> tuple[str, ...]:
    """The names of all entries, file by file."""
    return tuple(_blocks())


def find_entry(name: str) -> Entry | None:
    """The entry of a name; None if there is none."""
    return _read_entry(name) if name in _blocks() else None


def all_entries() -> tuple[Entry, ...]:
    """All entries, file by file."""
    return tuple(map(_read_entry, _blocks()))


@cache
def sources() -> Mapping[str, Source]:
    """All sources by id."""
    values = read_text((_FOLDER / _SOURCES).read_text(encoding="utf-8"), _SOURCES).values
    return {key: Source(key, keys["title"], keys["address"]) for key, keys in values.items()}


def sources_of(entry: Entry) -> tuple[Source, ...]:
    """The sources of an entry's figures, in the order in which they come up."""
    return sources_named(name for figure in entry.figures for name in figure.sources)


def sources_named(names: Iterable[str]) -> tuple[Source, ...]:
    """The sources of these ids, each once."""
    return tuple(sources()[name] for name in dict.fromkeys(names))


@cache
def _blocks() -> Mapping[str, str]:
    """The lines of each entry by its name."""
    blocks: dict[str, str] = {}
    for path in sorted(_FOLDER.glob("*.yaml")):
        if path.name in (_SOURCES, PRICES):
            continue
        text = path.read_text(encoding="utf-8")
        starts = list(_FIRST_LINE.finditer(text))
        ends = [*(start.start() for start in starts[1:]), len(text)]
        for start, end in zip(starts, ends, strict=True):
            assert start[1] not in blocks, f"{start[1]} stands twice in the catalogue"
            blocks[start[1]] = text[start.start() : end]
    return blocks


@cache
def _read_entry(name: str) -> Entry:
    keys = read_text(_blocks()[name], name).values[name]
    return Entry(
        name=name,
        part=keys.get("part"),
        what=keys["what"],
        as_of=keys.get("as_of", ""),
        values=tuple(_read_values(keys)),
        facts=tuple(_read_fact(fact, held) for fact, held in keys.get("facts", {}).items()),
    )


def _read_values(keys: Mapping[str, Any]) -> Iterator[PresetValue]:
    """What an entry is, its own figures, then those it takes where it has none of its own."""
    seen = set()
    for value in (*_own_values(keys), *_taken_values(keys.get("takes", {}))):
        if value.key not in seen:
            seen.add(value.key)
            yield value


def _own_values(keys: Mapping[str, Any]) -> Iterator[PresetValue]:
    for key, value in keys.get("is", {}).items():
        yield PresetValue(_path(key), value, None, None, (), "")
    for key, held in keys.get("values", {}).items():
        yield PresetValue(key=_path(key), value=held["value"], **_support(held))


def _taken_values(takes: Mapping[str, str | list[str]]) -> Iterator[PresetValue]:
    for key, names in takes.items():
        for name in [names] if isinstance(names, str) else names:
            for value in _read_entry(name).values:
                yield replace(value, key=(*_path(key), *value.key))


def _read_fact(name: str, held: Mapping[str, Any]) -> Fact:
    return Fact(name=name, value=held["value"], unit=held.get("unit", ""), **_support(held))


def _support(held: Mapping[str, Any]) -> dict[str, Any]:
    """What a figure rests on."""
    return {
        "range": tuple(held["range"]) if "range" in held else None,
        "grade": held["grade"],
        "sources": tuple(held["sources"]),
        "note": held.get("note", ""),
    }


def _path(key: str) -> tuple[str, ...]:
    """The path of a key; `here` is the part itself."""
    return () if key == "here" else tuple(key.split("."))
