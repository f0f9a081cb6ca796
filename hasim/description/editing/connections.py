"""What needs what, drawn and rubbed out."""

from __future__ import annotations

from collections.abc import Sequence

from hasim.description.draft import KeyPath
from hasim.description.editing.entries import with_entry, with_item, without
from hasim.description.editing.names import check_known, declared, part_of
from hasim.description.editing.references import Reference, find_references_in
from hasim.description.editing.repetition import owned
from hasim.description.editing.tree import Source
from hasim.description.schema import REQUIRED
from hasim.errors import InputError

#: What needs something, and what can be needed.
_NEEDING = ("components", "services", "domains")
_NEEDED = ("components", "services")

#: The keys by which one part uses another, those first that a line in a picture stands for.
_WAYS: tuple[tuple[str, ...], ...] = (
    ("needs", "uses", "routes"),
    ("hosts",),
    ("failover", "relocate"),
)


def connect(source: Source, start: str, to: str) -> Source:
    """The text in which one part needs another: the last entry of its ``needs``."""
    path = _needing(source, start)
    source = owned(source, path)
    check_known(source, to, _NEEDED)
    if start == to:
        raise InputError(f"{start} would need itself", "", "connect two different parts")
    if _between(source, path, to, _WAYS[0]):
        raise InputError(f"{start} needs {to} already")
    node = source.at(path)
    assert node is not None
    if node.get("needs") is not None:
        return with_item(source, (*path, "needs"), to)
    if "needs" in source.merged(node):
        found = f"the needs of {start} come from what << repeats"
        raise InputError(found, "", "write out its needs in the text")
    return with_entry(source, path, "needs", [to])


def disconnect(source: Source, start: str, to: str) -> Source:
    """The text in which one part does without another; empty ``needs`` go where they may."""
    path = _needing(source, start)
    source = owned(source, path)
    for keys in _WAYS:
        for key in keys:
            source = owned(source, (*path, key))
        found = _between(source, path, to, keys)
        if found:
            return _without_uses(source, path, found)
    raise InputError(f"{start} does not need {to}", "", "connect them first")


def _needing(source: Source, name: str) -> KeyPath:
    is_implicit = name == "service" and not _has_services(source)
    if is_implicit:
        found = "the service is not in the file: it needs all that nothing else needs"
        raise InputError(found, "", "add a service first")
    return declared(source, name, _NEEDING)


def _has_services(source: Source) -> bool:
    node = source.at(("services",))
    return node is not None and bool(node.entries)


def _between(source: Source, path: KeyPath, to: str, keys: Sequence[str]) -> list[Reference]:
    """The places in a part that name another one under some keys."""
    part = part_of(str(path[0]))
    return [
        one
        for one in find_references_in(source, path, part)
        if one.name == to and one.path[len(path)] in keys
    ]


def _without_uses(source: Source, path: KeyPath, found: Sequence[Reference]) -> Source:
    source = without(source, [one.owner for one in found])
    required = REQUIRED.get(part_of(str(path[0])), ())
    empty = [
        (*path, key)
        for key in {str(one.path[len(path)]) for one in found}
        if key not in required and _is_empty(source, (*path, key))
    ]
    return without(source, empty)


def _is_empty(source: Source, path: KeyPath) -> bool:
    node = source.at(path)
    return node is not None and node.kind in ("list", "mapping") and not node.entries
