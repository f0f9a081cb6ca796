"""Single values of a text, set and unset."""

from __future__ import annotations

from hasim.description.draft import KeyPath, Value, key_text
from hasim.description.editing.entries import with_entry, with_item, with_value, without
from hasim.description.editing.repetition import owned
from hasim.description.editing.tree import Source
from hasim.errors import InputError, show_value
from hasim.system.plain import SECTIONS


def set_field(source: Source, path: KeyPath, value: Value) -> Source:
    """The text with another value at a path, or a new one at the end of what it belongs to."""
    path = _indexed(source, path)
    depth, source = _reached(source, path)
    if depth == len(path):
        return with_value(source, path, value)
    if len(path) > 2 and depth < 2 and path[0] in (*SECTIONS, "stamps", "parameters"):
        found = f"there is no {path[1]} in {path[0]}"
        raise InputError(found, f"{key_text(path)} is set in what is there", "add it first")
    if any(isinstance(step, int) for step in path[depth + 1 :]):
        raise InputError(f"there is no {key_text(path)}", "", "set the whole list")
    for step in reversed(path[depth + 1 :]):
        value = {str(step): value}
    return _with_new(source, path[:depth], path[depth], value)


def unset_field(source: Source, path: KeyPath) -> Source:
    """The text without the value at a path; as it is where there is none."""
    path = _indexed(source, path)
    depth, source = _reached(source, path)
    return without(source, [path]) if depth == len(path) else source


def _indexed(source: Source, path: KeyPath) -> KeyPath:
    """The path with numbers for the entries of lists, which ``--set`` has as texts."""
    steps: list[str | int] = []
    for step in path:
        owner = source.at(tuple(steps))
        if owner is not None and owner.kind == "alias":
            owner = source.anchored(owner)
        is_index = owner is not None and owner.kind == "list" and str(step).isdecimal()
        steps.append(int(step) if is_index else step)
    return tuple(steps)


def _reached(source: Source, path: KeyPath) -> tuple[int, Source]:
    """How many steps of a path lead somewhere, and the text in which they are no one else's."""
    source = owned(source, path[:-1])
    node = source.root
    for depth, step in enumerate(path):
        if node.kind == "mapping" and (step == "<<" or isinstance(step, int)):
            raise InputError(f"{key_text(path)} is no key")
        below = node.get(step)
        if below is None:
            is_last = depth == len(path) - 1
            if node.kind == "mapping" and not is_last and step in source.merged(node):
                found = f"{key_text(path[: depth + 1])} comes from what << repeats"
                raise InputError(found, "", "write it out in the text")
            return depth, source
        node = below
    return len(path), source


def _with_new(source: Source, path: KeyPath, step: str | int, value: Value) -> Source:
    node = source.at(path)
    assert node is not None
    match node.kind:
        case "list" if step == len(node.entries):
            return with_item(source, path, value)
        case "list":
            found = f"{key_text(path)} is a list of {len(node.entries)}"
            raise InputError(found, f"it has no entry {step}", "set the whole list")
        case "text" if not node.is_nothing:
            found = f"{key_text(path)} is the text {show_value(node.value)}"
            raise InputError(found, f"it has no key {step}", "replace it by a mapping")
    return with_entry(source, path, str(step), value)
