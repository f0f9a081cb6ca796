"""Parts of a model that are added, taken out, renamed and copied.

Rules of this file
------------------
1. A name that changes changes everywhere in the file, and a name that goes leaves no trace of its
   part; what is left empty stays, so that a check can tell of it.
2. Where the name comes out of a parameter it cannot be followed, and the edit is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hasim.description.draft import KeyPath, Value, key_text
from hasim.description.editing.entries import with_entry, without
from hasim.description.editing.names import (
    check_known,
    check_new,
    check_uncovered,
    declared,
    free_name,
    part_of,
    taken_names,
)
from hasim.description.editing.references import (
    Reference,
    find_references,
    find_references_in,
)
from hasim.description.editing.repetition import freed, unanchored
from hasim.description.editing.splices import (
    Splice,
    changed_between,
    changed_texts,
    entry_at,
    spliced,
)
from hasim.description.editing.tree import Node, Source
from hasim.errors import InputError

#: The sections of which a name stands for one thing, and is said without its section.
_BY_NAME = (
    "components",
    "services",
    "domains",
    "crews",
    "certificates",
    "changes",
    "maintenance",
)


def add(source: Source, name: str, role: str | None, into: str | None) -> Source:
    """The text with one more component: one replica, in a domain or in none."""
    if into is not None:
        check_known(source, into, ["domains"])
    values: dict[str, Value] = {"replicas": "1"}
    if role:
        values = {"kind": role, **values}
    if into is not None:
        values["spread"] = [into]
    return _with_part(source, "components", name, values)


def add_domain(source: Source, name: str, level: str, into: str | None) -> Source:
    """The text with one more domain, in another one or in none."""
    if into is not None:
        check_known(source, into, ["domains"])
    return _with_part(source, "domains", name, {"level": level, **({"in": into} if into else {})})


def add_service(source: Source, name: str) -> Source:
    """The text with one more service, which needs nothing yet."""
    return _with_part(source, "services", name, {"needs": []})


def _with_part(source: Source, section: str, name: str, values: dict[str, Value]) -> Source:
    check_new(source, name)
    node = source.at((section,))
    if node is None:
        source = with_entry(source, (), section, None)
        source = spliced(source, [_nothing_after(source, section)])
        node = source.at((section,))
    assert node is not None
    last = node.entries[-1].value if node.entries else None
    is_open = last is not None and last.kind == "mapping" and not last.is_flow
    is_open = is_open or (last is None and section == "components")
    return with_entry(source, (section,), name, values, is_open=is_open)


def _nothing_after(source: Source, section: str) -> Splice:
    """What takes the ``~`` behind a new section away, so that lines may follow."""
    node = source.at((section,))
    assert node is not None
    is_in_line = source.root.is_flow
    return Splice(node.start - (not is_in_line), node.end, "{}" if is_in_line else "")


# ---------------------------------------------------------------------------- taking out


def delete(source: Source, names: Sequence[str]) -> Source:
    """The text without some parts, and without what refers to them."""
    paths = [declared(source, name) for name in names]
    gone = {path[1]: path[0] for path in paths}
    for _ in range(2):  # what moves to others may name parts that go, too
        lost = [one for one in find_references(source) if _is_of(one, gone)]
        _check_followed(lost, "take it out there first")
        owners = [*paths, *(one.owner for one in lost)]
        source = freed(source, owners)
    lost = [one for one in find_references(source) if _is_of(one, gone)]
    return without(source, [*paths, *(one.owner for one in lost)], is_shared=True)


def _is_of(reference: Reference, sections: dict[str | int, str | int]) -> bool:
    """Whether a place names one of some parts, given by their sections."""
    section = sections.get(reference.name)
    if section is None or reference.section not in (None, section):
        return False
    return reference.section is not None or section in _BY_NAME


def _check_followed(found: Iterable[Reference], step: str) -> None:
    for one in found:
        if one.is_computed:
            what = f"{key_text(one.path)} names {one.name} by the parameter {one.node.value}"
            raise InputError(what, "a name that a parameter holds cannot be followed", step)


# ---------------------------------------------------------------------------- renaming


def rename(source: Source, name: str, to: str) -> Source:
    """The text in which a part is called otherwise."""
    path = declared(source, name)
    if to == name:
        return source
    check_new(source, to)
    check_uncovered(source, name, to)
    found = [one for one in find_references(source) if _is_of(one, {name: path[0]})]
    _check_followed(found, "write the name there first")
    texts = {one.node.start: (one.node, one.renamed(to)) for one in found}
    key = _key_at(source, path)
    return spliced(source, changed_texts(source, [(key, to), *texts.values()]))


def _key_at(source: Source, path: KeyPath) -> Node:
    key = entry_at(source, path).key
    assert key is not None
    return key


# ---------------------------------------------------------------------------- copying


def copy(source: Source, names: Sequence[str]) -> Source:
    """The text with copies of some parts behind them; among the copied, copies name copies."""
    paths = [declared(source, name) for name in dict.fromkeys(names)]
    taken = taken_names(source)
    copies: dict[str, str] = {}
    for path in paths:
        name = str(path[1])
        copies[name] = free_name(taken, name)
        taken.add(copies[name])
    for path in paths:
        source = _with_copy(source, path, copies)
    return source


def _with_copy(source: Source, path: KeyPath, copies: dict[str, str]) -> Source:
    name = str(path[1])
    section = source.at(path[:1])
    node, key = source.at(path), _key_at(source, path)
    assert section is not None
    assert node is not None
    start = key.start if section.is_flow else source.line_start(key.start)
    end = node.end if section.is_flow else source.line_end(node.end)
    texts = [(key, copies[name])]
    for one in find_references_in(source, path, part_of(str(path[0]))):
        if one.name in copies and not one.is_computed:
            texts.append((one.node, one.renamed(copies[one.name])))
    changes = [*changed_texts(source, texts), *unanchored(source, node)]
    text = changed_between(source, start, end, changes)
    return spliced(source, [Splice(end, end, f", {text}" if section.is_flow else text)])
