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
from hasim.description.editing.names import (
    check_known,
    check_new,
    declared,
    free_name,
    part_of,
    taken_names,
)
from hasim.description.editing.references import Reference, references, references_in
from hasim.description.editing.splices import (
    Splice,
    freed,
    renamed,
    spliced,
    with_entry,
    without,
)
from hasim.description.editing.tree import Node, Source
from hasim.description.editing.writing import block_entry, flow_entry
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
        lost = [one for one in references(source) if _is_of(one, gone)]
        _check_followed(lost, "take it out there first")
        owners = [*paths, *(one.owner for one in lost)]
        source = freed(source, owners)
    lost = [one for one in references(source) if _is_of(one, gone)]
    return without(source, [*paths, *(one.owner for one in lost)])


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
    found = [one for one in references(source) if _is_of(one, {name: path[0]})]
    _check_followed(found, "write the name there first")
    texts = {one.node.start: (one.node, one.renamed(to)) for one in found}
    key = _key_at(source, path)
    return renamed(source, [(key, to), *texts.values()])


def _key_at(source: Source, path: KeyPath) -> Node:
    owner = source.at(path[:-1])
    index = None if owner is None else owner.index_of(path[-1])
    assert owner is not None and index is not None
    key = owner.entries[index].key
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
    assert section is not None and node is not None
    if any(each.anchor for each in node.nodes()):
        return _with_rewritten_copy(source, path, copies)
    start = key.start if section.is_flow else source.line_start(key.start)
    end = node.end if section.is_flow else source.line_end(node.end)
    text = source.text[start:end]
    changes = [(key, copies[name])]
    for one in references_in(source, path, part_of(str(path[0]))):
        if one.name in copies and not one.is_computed:
            changes.append((one.node, one.renamed(copies[one.name])))
    for changed, new in sorted(changes, key=lambda change: -change[0].start):
        literal = text[changed.inner - start : changed.end - start]
        quote = literal[0] if literal[0] in "'\"" else ""
        text = f"{text[: changed.inner - start]}{quote}{new}{quote}{text[changed.end - start :]}"
    return spliced(source, [Splice(end, end, f", {text}" if section.is_flow else text)])


def _with_rewritten_copy(source: Source, path: KeyPath, copies: dict[str, str]) -> Source:
    """The text with a copy of a part that others repeat pieces of, written anew."""
    section, node = source.at(path[:1]), source.at(path)
    key = _key_at(source, path)
    assert section is not None and node is not None
    value = source.plain(node)
    name = copies[str(path[1])]
    if section.is_flow:
        return spliced(source, [Splice(node.end, node.end, f", {flow_entry(name, value)}")])
    lines = block_entry(name, value, source.column(key.start), is_open=not node.is_flow)
    end = source.line_end(node.end)
    source = spliced(source, [Splice(end, end, lines)])
    at = (path[0], name)
    changes = [
        (one.node, one.renamed(copies[one.name]))
        for one in references_in(source, at, part_of(str(path[0])))
        if one.name in copies and not one.is_computed
    ]
    return renamed(source, changes)
