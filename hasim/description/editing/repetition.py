"""What YAML repeats, written out where it is edited at one of its places only.

Theory of operation
-------------------
``&name`` marks a value that ``*name`` repeats elsewhere. Before something is edited in such a
value, those who share it are parted: at a ``*`` the value is written out; at the ``&`` it goes,
with the mark, to the first of the others, which the rest go on to repeat.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from hasim.description.draft import KeyPath
from hasim.description.editing.splices import (
    Splice,
    entry_at,
    is_block,
    is_flow_at,
    place_of,
    spliced,
    starts_line,
)
from hasim.description.editing.tree import Node, Source
from hasim.description.editing.writing import flow
from hasim.errors import InputError

_MARK = re.compile(r"&\S+[ \t]*")


def owned(source: Source, path: KeyPath) -> Source:
    """The text in which what is at a path, and on the way there, is nobody else's."""
    for length in range(1, len(path) + 1):
        node = source.at(path[:length])
        if node is None:
            break
        if node.kind == "alias":
            written = _copied(source, source.anchored(node), path[:length])
            source = _in_place(source, path[:length], node, written)
        elif node.anchor is not None and node.anchor in source.aliases:
            source = _handed_on(source, node, node.anchor, source.aliases[node.anchor][0])
    return source


def freed(source: Source, paths: Sequence[KeyPath]) -> Source:
    """The text in which nothing repeats what is at some paths from elsewhere."""
    while True:
        inside = [node for path in paths for node in _nodes_at(source, path)]
        own = {node.start for node in inside}
        for node in inside:
            aliases = source.aliases.get(node.anchor, []) if node.anchor else []
            if node.anchor and any(alias.start not in own for alias in aliases):
                source = _handed_on(source, node, node.anchor, aliases[0])
                break
        else:
            return source


def unanchored(source: Source, node: Node) -> list[Splice]:
    """What takes all anchors in a value away."""
    return [_without_mark(source, each) for each in node.nodes() if each.anchor is not None]


def _nodes_at(source: Source, path: KeyPath) -> list[Node]:
    node = source.at(path)
    return [] if node is None or "&" not in source.text else list(node.nodes())


def _handed_on(source: Source, node: Node, anchor: str, alias: Node) -> Source:
    """The text in which one that repeats a value holds it instead."""
    if len(source.anchors[anchor]) > 1:
        found = f"&{anchor} stands at several values"
        raise InputError(found, "", "make this change in the text")
    path = _path_of(source, alias)
    written = _copied(source, node, path)
    space = "" if written.startswith("\n") else " "
    put = Splice(alias.start, alias.end, f"&{anchor}{space}{written}")
    return spliced(source, [_without_mark(source, node), put])


def _without_mark(source: Source, node: Node) -> Splice:
    """What takes an anchor away, and the space that stood for it."""
    mark = _MARK.match(source.text, node.start)
    assert mark is not None
    start = mark.start()
    if source.text[mark.end() : mark.end() + 1] in ("\n", "\r", ""):
        start = len(source.text[:start].rstrip(" "))
    return Splice(start, mark.end(), "")


def _in_place(source: Source, path: KeyPath, node: Node, written: str) -> Source:
    start = node.start
    if written.startswith("\n"):
        start = len(source.text[:start].rstrip(" "))
    return spliced(source, [Splice(start, node.end, written)])


def _copied(source: Source, node: Node, path: KeyPath) -> str:
    """The text of a value, without anchors, as it is written at a path."""
    owner = entry_at(source, path)
    literal = source.text[node.inner : node.end]
    if any(each.anchor for entry in node.entries for each in entry.value.nodes()):
        return flow(source.plain(node), is_inside=True)
    if node.is_flow:
        return source.text[node.inner - 1 : node.end]
    if node.kind == "text" and literal[:1] not in ("|", ">"):
        return literal
    in_lines = is_block(node) and starts_line(source, node.entries[0])
    if not in_lines or owner.key is None or is_flow_at(source, path[:-1]):
        return flow(source.plain(node), is_inside=True)
    first = node.entries[0]
    start = source.line_start(first.start)
    old = source.column(place_of(source, first))
    indent = " " * (source.column(owner.key.start) + 2)
    lines = source.text[start : node.end].splitlines()
    return "".join("\n" + indent + line[old:] if line.strip() else "\n" for line in lines)


def _path_of(source: Source, node: Node) -> KeyPath:
    """Where a node is."""
    path: list[str | int] = []
    here = source.root
    while here is not node:
        for i, entry in enumerate(here.entries):
            if entry.value.start <= node.start < max(entry.value.end, entry.value.start + 1):
                path.append(i if entry.name is None else entry.name)
                here = entry.value
                break
        else:
            raise AssertionError(f"{node} is not in its text")
    return tuple(path)
