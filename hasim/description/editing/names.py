"""The parts that a text declares, and names for new ones."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hasim.description.draft import KeyPath
from hasim.description.editing.references import find_references_in, names_in
from hasim.description.editing.tree import Node, Source, read_source
from hasim.description.reading import is_name
from hasim.description.vocabulary import KEY_SHAPES, Part, suggestion
from hasim.errors import InputError, show_value
from hasim.system.plain import SECTIONS

#: The sections in which a name stands for one thing, those first that a picture shows.
_ORDER = ("components", "services", "domains", "crews")
DECLARING = (*_ORDER, *(section for section in SECTIONS if section not in _ORDER))

_LONGEST = 60


def free_name(text_or_names: str | Iterable[str], stem: str) -> str:
    """A name that nothing has yet: the stem itself, or the first free one of web-2, web-3 ...

    Parameters
    ----------
    text_or_names : str or iterable of str
        The text of a model, or the names that are taken.
    stem : str
        What the name starts with.

    Raises
    ------
    ModelError
        If the text is no model.
    """
    if isinstance(text_or_names, str):
        taken = taken_names(read_source(text_or_names))
    else:
        taken = set(text_or_names)
    if stem not in taken:
        return stem
    head = re.sub(r"-\d+$", "", stem) or stem
    number = 2
    while (name := f"{head[: _LONGEST - len(str(number)) - 1]}-{number}") in taken:
        number += 1
    return name


def taken_names(source: Source) -> set[str]:
    """The names of all parts, also of those that stamps make."""
    return names_in(source.root) | set(stamped_names(source))


def stamped_names(source: Source) -> dict[str, str]:
    """The full names of what stamps make, and the stamp of each."""
    names: dict[str, str] = {}
    stamps = source.at(("stamps",))
    for entry in stamps.entries if stamps and stamps.kind == "mapping" else ():
        stamp = str(entry.name)
        members = entry.value.get("for") if entry.value.kind == "mapping" else None
        for member in _members(members):
            for typed in names_in(entry.value):
                name = typed.replace(f"${{{stamp}}}", member)
                names[name if name != typed else f"{member}-{typed}"] = stamp
    return names


def _members(node: Node | None) -> list[str]:
    entries = () if node is None else node.entries
    return [str(each.value.value if each.name is None else each.name) for each in entries]


def declared(source: Source, name: str, sections: Iterable[str] = DECLARING) -> KeyPath:
    """The path of a part.

    Raises
    ------
    InputError
        If the text declares no such part.
    """
    known: list[str] = []
    for section in sections:
        node = source.at((section,))
        if node is not None and node.kind == "mapping":
            if node.get(name) is not None:
                return (section, name)
            known += [str(entry.name) for entry in node.entries]
    found = f"there is no {show_value(name)} in this file"
    stamp = stamped_names(source).get(name)
    if stamp is not None:
        found = f"{name} comes from the stamp {stamp}"
        raise InputError(found, "", f"edit stamps.{stamp} in the text")
    if source.at(("include",)) is not None:
        raise InputError(found, "", "edit the included file if it comes from there")
    raise InputError(found, "", suggestion(name, known))


def check_known(source: Source, name: str, sections: Iterable[str]) -> None:
    """Raise unless a name may be used in the text: it is declared, stamped, or may be included.

    Raises
    ------
    InputError
        If nothing has the name.
    """
    is_elsewhere = name in stamped_names(source) or source.at(("include",)) is not None
    if not (is_elsewhere and is_name(name)):
        declared(source, name, sections)


def check_new(source: Source, name: str) -> None:
    """Raise unless a new part may have the name.

    Raises
    ------
    InputError
        If it is no name, or taken.
    """
    if not is_name(name):
        expected = "a name has letters, digits (not only digits), - and _, at most 60"
        raise InputError(f"{show_value(name)} is no name", expected)
    if name in taken_names(source):
        step = f"{free_name(taken_names(source), name)} is free"
        raise InputError(f"there is {name} already", "a name stands for one thing", step)


def check_uncovered(source: Source, name: str, to: str) -> None:
    """Raise if the block of a stamp that names a part would mean one of its own by another name.

    Raises
    ------
    InputError
        If it would.
    """
    stamps = source.at(("stamps",))
    for entry in stamps.entries if stamps and stamps.kind == "mapping" else ():
        path = ("stamps", str(entry.name))
        named = {one.name for one in find_references_in(source, path, "stamp")}
        own = names_in(entry.value)
        if name in named - own and to in own:
            found = f"the stamp {entry.name} names {name}, and has a part {to} of its own"
            raise InputError(found, "", "choose another name")


def part_of(section: str) -> Part:
    """What the parts of a section are called in the table of the language."""
    part = KEY_SHAPES["model"][section].named
    assert part is not None
    return part
