"""Entries put into a text, changed in it and taken out of it, in the style that is there.

Theory of operation
-------------------
Each function makes of one `Source` another one: it finds the characters to replace, replaces them
and reads the result. What was a line stays a line with its comment, what stood in brackets gets its
comma.

Rules of this file
------------------
1. The text ends with a newline, unless there is nothing in it.
2. A comment goes only with the line, or inside the value, that is taken out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hasim.description.draft import KeyPath, Value, key_text
from hasim.description.editing.repetition import freed, owned
from hasim.description.editing.splices import (
    Splice,
    entry_at,
    is_block,
    is_flow_at,
    place_of,
    spliced,
    starts_line,
)
from hasim.description.editing.tree import Entry, Node, Source
from hasim.description.editing.writing import block, block_entry, flow, flow_entry
from hasim.errors import InputError


def with_entry(
    source: Source, path: KeyPath, key: str, value: Value, *, is_open: bool = False
) -> Source:
    """The text with one more key at the end of a mapping.

    Parameters
    ----------
    source : Source
    path : KeyPath
        Of the mapping, which is there, or of nothing in its place.
    key : str
        One that it does not have.
    value : Value
    is_open : bool
        Whether a mapping as value gets a line for each of its keys.

    Raises
    ------
    InputError
        If something else than a mapping stands at the path.
    """
    source = owned(source, path)
    node = source.at(path)
    if node is None or not (node.kind == "mapping" or node.is_nothing):
        found = f"{key_text(path)} is no mapping"
        raise InputError(found, f"{key} is a key of one", "replace it as a whole")
    if node.is_flow and node.entries:
        last = node.entries[-1].value.end
        return spliced(source, [Splice(last, last, f", {flow_entry(key, value)}")])
    if node.kind == "mapping" and not node.is_flow:
        column = source.column(node.entries[0].start) if node.entries else 0
        last = node.end if node.entries else len(source.text)
        lines = block_entry(key, value, column, is_open=is_open)
        return _with_line(source, last, ("\n" if _is_spaced(source, path) else "") + lines)
    is_bare = node.is_nothing and node.start == node.end and node.anchor is None
    has_line = bool(path) and isinstance(path[-1], str) and not is_flow_at(source, path[:-1])
    if has_line and (is_bare or len(path) == 1):
        owner = entry_at(source, path)
        assert owner.key is not None
        column = source.column(owner.key.start) + 2
        lines = block_entry(key, value, column, is_open=is_open)
        gone = [] if is_bare else [_gone_after(source, owner.key, node.end)]
        return _with_line(source, node.end, lines, gone)
    if node.is_flow:
        return spliced(source, [Splice(node.inner, node.inner, flow_entry(key, value))])
    return _replaced(source, node, f"{{{flow_entry(key, value)}}}")


def _is_spaced(source: Source, path: KeyPath) -> bool:
    """Whether a new section is set off from the last one, as that is from those before it."""
    starts = [entry.start for entry in source.root.entries if not path]
    return len(starts) > 1 and "\n\n" in source.text[starts[-2] : starts[-1]]


def with_item(source: Source, path: KeyPath, value: Value) -> Source:
    """The text with one more entry at the end of a list, which is there, or nothing in its place.

    Raises
    ------
    InputError
        If something else than a list stands at the path.
    """
    source = owned(source, path)
    node = source.at(path)
    if node is None or not (node.kind == "list" or node.is_nothing):
        raise InputError(f"{key_text(path)} is no list", "", "replace it as a whole")
    if node.is_nothing:
        return _replaced(source, node, flow([value]))
    text = flow(value, is_inside=node.is_flow)
    if node.is_flow:
        last = node.entries[-1].value.end if node.entries else node.inner
        return spliced(source, [Splice(last, last, f", {text}" if node.entries else text)])
    column = source.column(place_of(source, node.entries[0]))
    return _with_line(source, node.end, f"{' ' * column}- {text}\n")


def with_value(source: Source, path: KeyPath, value: Value) -> Source:
    """The text with another value in the place of one that is there.

    A mapping is changed key by key, of a list the entries stay that come first in both.
    """
    source = owned(source, path[:-1])
    node = source.at(path)
    assert node is not None
    if source.plain(node) == value:
        return source
    if node.kind == "mapping" and isinstance(value, dict) and value and not source.merged(node):
        return _with_mapping(source, path, value)
    if node.kind == "list" and isinstance(value, list) and value:
        return _with_list(source, path, value)
    return _with_other(source, path, value)


def _with_mapping(source: Source, path: KeyPath, value: dict[str, Value]) -> Source:
    node = source.at(path)
    assert node is not None
    names = [str(entry.name) for entry in node.entries]
    for name in names:
        if name in value:
            source = with_value(source, (*path, name), value[name])
    kept = {name for name in names if name in value}
    if not kept and names:
        return _with_other(source, path, value)
    source = without(source, [(*path, name) for name in names if name not in kept])
    for name, entry in value.items():
        if name not in kept:
            source = with_entry(source, path, name, entry)
    return source


def _with_list(source: Source, path: KeyPath, value: list[Value]) -> Source:
    node = source.at(path)
    assert node is not None
    kept: list[int] = []
    for i, entry in enumerate(node.entries):
        if len(kept) < len(value) and source.plain(entry.value) == value[len(kept)]:
            kept.append(i)
    if not kept and node.entries:
        return _with_other(source, path, value)
    source = without(source, [(*path, i) for i in range(len(node.entries)) if i not in kept])
    for entry in value[len(kept) :]:
        source = with_item(source, path, entry)
    return source


def _with_other(source: Source, path: KeyPath, value: Value) -> Source:
    """The text with a value written anew."""
    source = freed(source, [path])
    node, owner = source.at(path), entry_at(source, path)
    assert node is not None
    is_inside = is_flow_at(source, path[:-1])
    written = flow(value, is_inside=is_inside)
    is_long = source.column(owner.start) + len(str(owner.name)) + len(written) > 98
    in_lines = isinstance(value, dict | list) and (is_long or is_block(node))
    if owner.key is None or is_inside or not in_lines or not value:
        if owner.key is not None and is_block(node):
            return _emptied(source, path, written)
        return _replaced(source, node, written)
    gone = _lines_of(source, node) if is_block(node) else [_gone_after(source, owner.key, node.end)]
    lines = block(value, source.column(owner.key.start) + 2)
    at = owner.key.end if is_block(node) else node.end
    return _with_line(source, at, lines, gone)


def _replaced(source: Source, node: Node, written: str) -> Source:
    start = node.start if node.is_flow or is_block(node) else node.inner
    before = source.text[start - 1 : start]
    if node.start == node.end and before not in ": -":
        written = f": {written}"  # a key in brackets without a colon
    elif node.start == node.end and before != " ":
        written = f" {written}"
    return spliced(source, [Splice(start, node.end, written)])


def _gone_after(source: Source, key: Node, end: int) -> Splice:
    """What stands behind the colon of a key."""
    return Splice(source.text.index(":", key.end) + 1, end, "")


def _with_line(source: Source, at: int, lines: str, gone: Sequence[Splice] = ()) -> Source:
    """The text with lines after the one that a place is in."""
    end = source.line_end(at)
    return spliced(source, [*gone, Splice(end, end, lines)])


# ---------------------------------------------------------------------------- taking out


def without(source: Source, paths: Iterable[KeyPath], *, is_shared: bool = False) -> Source:
    """The text without some keys and entries of lists; a list or mapping may be left empty.

    Parameters
    ----------
    source : Source
    paths : iterable of KeyPath
        Those that lead nowhere are passed over.
    is_shared : bool
        Whether what is in a value that others repeat goes from these, too.
    """
    gone = sorted(set(paths), key=str)
    gone = [path for path in gone if not any(path[:n] in gone for n in range(1, len(path)))]
    for path in () if is_shared else gone:
        source = owned(source, path[:-1])
    source = freed(source, gone)
    by_owner: dict[KeyPath, set[int]] = {}
    for path in gone:
        owner = source.at(path[:-1])
        index = None if owner is None else owner.index_of(path[-1])
        if index is not None:
            by_owner.setdefault(path[:-1], set()).add(index)
    splices: list[Splice] = []
    for path, indices in by_owner.items():
        node = source.at(path)
        assert node is not None
        if node.is_flow:
            splices += _out_of_brackets(source, node, indices)
        elif len(indices) == len(node.entries) and path:
            splices += _emptying(source, path, "[]" if node.kind == "list" else "{}")
        else:
            splices += _out_of_lines(source, node, indices)
    return spliced(source, splices)


def _out_of_brackets(source: Source, node: Node, indices: set[int]) -> list[Splice]:
    kept = [i for i in range(len(node.entries)) if i not in indices]
    last = node.entries[-1].value.end
    if not kept:
        inside = source.text[node.inner : node.end - 1]
        if "#" in inside:
            return [Splice(node.entries[0].start, node.end - 1, "")]
        return [Splice(node.inner, node.end - 1, "")]
    splices = [
        Splice(node.entries[i].start, node.entries[i + 1].start, "")
        for i in sorted(indices)
        if i < kept[-1]
    ]
    if kept[-1] < len(node.entries) - 1:
        end, first = node.entries[kept[-1]].value.end, node.entries[kept[-1] + 1].start
        splices.append(Splice(first if "#" in source.text[end:first] else end, last, ""))
    return splices


def _out_of_lines(source: Source, node: Node, indices: set[int]) -> list[Splice]:
    splices: list[Splice] = []
    kept = [i for i in range(len(node.entries)) if i not in indices]
    first = 0
    if kept and kept[0] > 0 and not starts_line(source, node.entries[0]):
        start = node.entries[0].start  # behind a dash, to which the first that stays moves up
        splices.append(Splice(start, node.entries[kept[0]].start, ""))
        first = kept[0]
    for i in sorted(indices):
        if i >= first:
            splices.append(_lines(source, node.entries[i]))
    return splices


def _lines(source: Source, entry: Entry) -> Splice:
    start = source.line_start(place_of(source, entry))
    return Splice(start, source.line_end(entry.value.end), "")


def _lines_of(source: Source, node: Node) -> list[Splice]:
    return [_lines(source, entry) for entry in node.entries]


def _emptied(source: Source, path: KeyPath, written: str) -> Source:
    return spliced(source, _emptying(source, path, written))


def _emptying(source: Source, path: KeyPath, written: str) -> list[Splice]:
    """What puts a short text in the place of lines."""
    node, owner = source.at(path), entry_at(source, path)
    assert node is not None
    if not starts_line(source, node.entries[0]) or owner.key is None:
        return [Splice(node.entries[0].start, node.end, written)]
    colon = source.text.index(":", owner.key.end) + 1
    at = colon if node.anchor is None else node.start + len(node.anchor) + 1
    return [Splice(at, at, f" {written}"), *_lines_of(source, node)]
