"""Where a text names a part of the model.

Theory of operation
-------------------
One walk through the tree, along the table of the language (`vocabulary`): the shape of each key
says whether its texts, or the keys below it, are names of parts. A name may have a tail, as in
``db.crash``. Options are named after keys, so their paths are walked in the same way, and their
values are values of those keys. A key that is added to the language is followed by its form.

A block of stamps has names of its own, which hide those of the model.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from hasim.description.draft import KeyPath
from hasim.description.editing.tree import Node, Source
from hasim.description.schema import REQUIRED
from hasim.description.vocabulary import KEY_SHAPES, KEYS, PLAIN, Part, Shape
from hasim.system.plain import SECTIONS

_MODEL = Shape(part="model")
_STEP = re.compile(r"[^.\[\]]+")
_PARAMETER = re.compile(r"\$\{(\w[\w-]*)\}")

#: The keys that hold one name without which their mapping says nothing.
_ESSENTIAL: dict[Part, set[str]] = {
    part: {
        key.name
        for key in keys
        if key.form in ("name", "struck") and key.name in (*REQUIRED.get(part, ()), "name")
    }
    for part, keys in KEYS.items()
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A place at which a part is named.

    Parameters
    ----------
    name : str
        The part's.
    section : str or None
        Where the part is declared, if the place tells.
    path : KeyPath
        Of the value, or of the key.
    node : Node
        The text.
    start : int
        Where in the text the name stands.
    owner : KeyPath
        What makes no sense without the name: a key, or the entry of a list.
    is_computed : bool
        Whether the name comes out of a parameter, so that it does not stand in the text.
    """

    name: str
    section: str | None
    path: KeyPath
    node: Node
    start: int
    owner: KeyPath
    is_computed: bool = False

    def renamed(self, name: str) -> str:
        """The text with another name in it."""
        text = str(self.node.value)
        return text[: self.start] + name + text[self.start + len(self.name) :]


def find_references(source: Source) -> Iterator[Reference]:
    """All places that name a part of the model that is not in a stamp's block."""
    walk = _Walk(source, _parameters(source))
    for entry in source.root.entries:
        path = (str(entry.name),)
        if path == ("options",):
            yield from _in_options(walk, entry.value)
        elif path == ("stamps",):
            yield from _in_stamps(walk, entry.value)
        else:
            shape = KEY_SHAPES["model"].get(path[0], PLAIN)
            yield from walk.value(entry.value, path, shape, path)


def find_references_in(source: Source, path: KeyPath, part: Part) -> Iterator[Reference]:
    """The places in one part of the model."""
    node = source.at(path)
    if node is not None:
        walk = _Walk(source, _parameters(source))
        yield from walk.value(node, path, Shape(part=part), path)


@dataclass(frozen=True, slots=True)
class _Walk:
    source: Source
    parameters: dict[str, str]

    def value(self, node: Node, path: KeyPath, shape: Shape, owner: KeyPath) -> Iterator[Reference]:
        """The places in a value; ``owner`` is what goes where a text that it is goes."""
        match node.kind:
            case "text" if shape.has_names and node.value:
                yield self._name(node, path, owner)
            case "list":
                for i, entry in enumerate(node.entries):
                    yield from self.value(entry.value, (*path, i), shape, (*path, i))
            case "mapping":
                yield from self._mapping(node, path, shape, owner)

    def _mapping(
        self, node: Node, path: KeyPath, shape: Shape, owner: KeyPath
    ) -> Iterator[Reference]:
        shapes = KEY_SHAPES[shape.part] if shape.part else {}
        every = Shape(part=shape.named) if shape.named else PLAIN
        for entry in node.entries:
            assert entry.key is not None
            name = str(entry.name)
            at = (*path, name)
            if shape.has_name_keys:
                yield Reference(name, None, at, entry.key, 0, at)
            is_essential = shape.part is not None and name in _ESSENTIAL[shape.part]
            lost = owner if is_essential and entry.value.kind == "text" else at
            yield from self.value(entry.value, at, shapes.get(name, every), lost)

    def _name(self, node: Node, path: KeyPath, owner: KeyPath) -> Reference:
        text = str(node.value)
        told = _PARAMETER.sub(lambda match: self.parameters.get(match[1], match[0]), text)
        name = told.partition(".")[0]
        return Reference(name, None, path, node, 0, owner, not text.startswith(name))


def _parameters(source: Source) -> dict[str, str]:
    node = source.at(("parameters",))
    entries = () if node is None or node.kind != "mapping" else node.entries
    return {str(one.name): str(one.value.value) for one in entries if one.value.value}


# ---------------------------------------------------------------------------- stamps and options


def _in_stamps(walk: _Walk, stamps: Node) -> Iterator[Reference]:
    for entry in stamps.entries if stamps.kind == "mapping" else ():
        own = names_in(entry.value)
        path = ("stamps", str(entry.name))
        for reference in walk.value(entry.value, path, Shape(part="stamp"), path):
            if reference.name not in own:
                yield reference


def names_in(block: Node) -> set[str]:
    """The names that a mapping of sections declares."""
    sections = (block.get(section) for section in SECTIONS if block.kind == "mapping")
    return {
        str(entry.name)
        for section in sections
        if section is not None and section.kind == "mapping"
        for entry in section.entries
    }


def _in_options(walk: _Walk, options: Node) -> Iterator[Reference]:
    for entry in options.entries if options.kind == "mapping" else ():
        assert entry.key is not None
        path = ("options", str(entry.name))
        if entry.value.kind == "list":
            shape = yield from _in_setting(entry.key, path)
            for i, value in enumerate(entry.value.entries):
                yield from walk.value(value.value, (*path, i), shape, (*path, i))
        for choice in entry.value.entries if entry.value.kind == "mapping" else ():
            for setting in choice.value.entries if choice.value.kind == "mapping" else ():
                assert setting.key is not None
                at = (*path, str(choice.name), str(setting.name))
                shape = yield from _in_setting(setting.key, at)
                yield from walk.value(setting.value, at, shape, at)


def _in_setting(key: Node, path: KeyPath) -> Generator[Reference, None, Shape]:
    """The parts that the path of a setting names; returns the shape of what is there."""
    steps = list(_STEP.finditer(str(key.value)))
    shape = _MODEL
    for i, step in enumerate(steps):
        if steps[0][0] == "stamps":
            return PLAIN
        if step[0].isdigit() and not shape.named:
            continue  # the entry of a list
        if shape.has_name_keys:
            yield Reference(step[0], None, path, key, step.start(), path)
        elif shape.named and i == 1:
            yield Reference(step[0], steps[0][0], path, key, step.start(), path)
        if shape.part:
            shape = KEY_SHAPES[shape.part].get(step[0], PLAIN)
        else:
            shape = Shape(part=shape.named) if shape.named else PLAIN
    return shape
