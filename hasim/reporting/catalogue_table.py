"""The catalogue as text: a line for each entry and price, and one with all that it rests on.

Rules of this file: plain aligned lines, at most `WIDTH` wide; every figure has its grade and its
sources, and every source that is named stands below with its title and address.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from hasim.description.catalogue import (
    GRADES,
    PARTS,
    Entry,
    Fact,
    ListPrice,
    PresetPart,
    PresetValue,
    Source,
    sources_named,
    sources_of,
)
from hasim.reporting.tables import WIDTH

#: Columns of the list: the name, the kind of a component.
_NAME, _KIND = 26, 14

#: Columns of a price: its grade, and itself.
_PRICE = 24

#: Columns of an entry: the grade, the key, the value; then the range.
_GRADE, _KEY, _VALUE = 3, 32, 36

_INDENT = "  "

_TITLES: dict[PresetPart | None, str] = {
    "component": "presets of components",
    "domain": "presets of domains",
    "crew": "presets of crews",
    "mode": "presets of failure modes",
    "failover": "presets of failovers",
    "standby": "presets of standbys",
    "monitoring": "presets of monitoring",
    "certificate": "presets of certificates",
    "tls": "presets of handshakes",
    None: "facts that the model language has no keys for",
}


def tell_catalogue(entries: Iterable[Entry], prices: Iterable[ListPrice]) -> str:
    """All entries by the part that they belong to, with their worst grade, and all prices."""
    lines = ["name, worst grade, what it is; hasim catalogue NAME shows its values and sources"]
    for part in (*PARTS, None):
        lines += ["", _TITLES[part]]
        for entry in sorted(entries, key=lambda entry: entry.kind):
            lines += _tell_line(entry) if entry.part == part else []
    lines += ["", "prices, for `costs`; each with its date, region and source"]
    for price in prices:
        head = f"{_INDENT}{price.name:<{_NAME}}{price.grade:<{_GRADE}}{price.price:<{_PRICE}}"
        lines += _wrap(f"{head}{price.what}", " " * len(head))
    return "\n".join([*lines, "", *_tell_grades(GRADES)])


def tell_entry(entry: Entry) -> str:
    """One entry: its values and facts, their sources, and how a model uses it."""
    as_of = f" (as of {entry.as_of})" if entry.as_of else ""
    lines = [*_wrap(f"{entry.name}: {entry.what}{as_of}", _INDENT)]
    if entry.values:
        lines += ["", f"what it fills in where a {entry.owner} leaves it open"]
        for value in entry.values:
            lines += _tell_figure(".".join(value.key), _text(value.value), value)
    if entry.facts:
        lines += ["", "facts that no key of the language holds"]
        for fact in entry.facts:
            lines += _tell_figure(fact.name, f"{fact.value} {fact.unit}".strip(), fact)
    lines += ["", *_tell_grades(sorted({one.grade for one in entry.figures if one.grade}))]
    lines += ["", *_tell_sources(sources_of(entry))]
    if entry.example:
        lines += ["", "to use it", f"{_INDENT}{entry.example}"]
    return "\n".join(lines)


def tell_price(price: ListPrice) -> str:
    """One price: where and when it held, what it rests on, and how a model uses it."""
    facts = {"price": price.price, "region": price.region, "as of": price.as_of}
    if price.vcpu is not None:
        facts |= {"processors": str(price.vcpu), "memory": price.memory}
    lines = [*_wrap(f"{price.name}: {price.what}", _INDENT), ""]
    lines += [f"{_INDENT}{name:<{_KEY}} {value}" for name, value in facts.items()]
    lines += [] if not price.note else _wrap(f"{_INDENT}{price.note}", _INDENT)
    lines += ["", *_tell_grades([price.grade]), "", *_tell_sources(sources_named(price.sources))]
    return "\n".join([*lines, "", "to use it", f"{_INDENT}{price.example}"])


def _tell_line(entry: Entry) -> list[str]:
    kind = f"{entry.kind:<{_KIND}}" if entry.part == "component" else ""
    head = f"{_INDENT}{entry.name:<{_NAME}}{kind}{entry.worst_grade or '':<{_GRADE}}"
    return _wrap(f"{head}{entry.what}", " " * len(head))


def _tell_figure(name: str, value: str, one: PresetValue | Fact) -> Iterator[str]:
    """A figure with its grade and range, and below it what it rests on."""
    head = f"{_INDENT}{one.grade or '':<{_GRADE}}{name:<{_KEY}} "
    seen = f" {one.range[0]} to {one.range[1]}" if one.range else ""
    yield from _wrap(f"{head}{value:<{_VALUE}}{seen}".rstrip(), " " * len(head))
    if one.sources:
        note = f": {one.note}" if one.note else ""
        yield from _wrap(f"{_INDENT * 4}{', '.join(one.sources)}{note}", _INDENT * 4)


def _tell_grades(grades: Iterable[str]) -> Iterator[str]:
    yield "grades"
    yield from (f"{_INDENT}{grade:<{_GRADE}}{GRADES[grade]}" for grade in grades)


def _tell_sources(sources: Iterable[Source]) -> Iterator[str]:
    yield "sources"
    for source in sources:
        yield from _wrap(f"{_INDENT}{source.id}: {source.title}", _INDENT * 3)
        yield from _wrap(f"{_INDENT * 3}{source.address}", _INDENT * 3)


def _text(value: object) -> str:
    """A value as the model language writes it."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {inner}' for key, inner in value.items())}}}"
    return str(value)


def _wrap(line: str, indent: str) -> list[str]:
    return textwrap.wrap(
        line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
