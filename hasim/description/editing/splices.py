"""Characters of a text replaced, and where in a text a replacement may go.

Rules of this file
------------------
1. What comes out can be read, or nothing comes out: `InputError`.
2. Comments that stood below one another stay so, if there is room.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hasim.description.draft import KeyPath
from hasim.description.editing.tree import Entry, Node, Source, read_source
from hasim.description.editing.writing import like
from hasim.errors import InputError, ModelError

#: What may stand between the last value of a line and its comment, and the spaces before that.
_TO_COMMENT = re.compile(r"[:,\]} ]*?(  +)#")


@dataclass(frozen=True, slots=True, order=True)
class Splice:
    """Characters, and what takes their place.

    Parameters
    ----------
    start, end : int
        The first one, and the one behind the last.
    text : str
        What takes their place.
    """

    start: int
    end: int
    text: str

    @property
    def growth(self) -> int:
        """By how many characters the text gets longer."""
        return len(self.text) - (self.end - self.start)


def spliced(source: Source, splices: Iterable[Splice]) -> Source:
    """The text with some characters replaced.

    Raises
    ------
    InputError
        If what comes out is no YAML.
    """
    splices = list(splices)
    splices += _aligning(source, splices)
    text = changed_between(source, 0, len(source.text), splices)
    try:
        return read_source(text)
    except ModelError as error:
        found = "what would come out is no YAML"
        raise InputError(found, "", "make this change in the text") from error


def changed_between(source: Source, start: int, end: int, splices: Iterable[Splice]) -> str:
    """A piece of the text with some characters replaced."""
    newline = "\r\n" if "\r\n" in source.text else "\n"
    pieces: list[str] = []
    at = start
    for splice in sorted(splices):
        lines = splice.text.replace("\r\n", "\n").replace("\n", newline)
        pieces += [source.text[at : splice.start], lines]
        at = max(at, splice.end)
    return "".join([*pieces, source.text[at:end]])


def changed_texts(source: Source, texts: Iterable[tuple[Node, str]]) -> list[Splice]:
    """What puts other texts in the place of some, in the quotes of those."""
    return [
        Splice(node.inner, node.end, like(source.text[node.inner : node.end], text, is_inside=True))
        for node, text in texts
    ]


# ---------------------------------------------------------------------------- comments


def _aligning(source: Source, splices: Sequence[Splice]) -> list[Splice]:
    """What keeps the comments of the lines that change in their columns."""
    lines: dict[int, list[Splice]] = {}
    for splice in splices:
        if "\n" not in splice.text and "\n" not in source.text[splice.start : splice.end]:
            lines.setdefault(source.line_start(splice.start), []).append(splice)
    return [
        aligning
        for start, changes in lines.items()
        if (aligning := _aligning_one(source, start, changes)) is not None
    ]


def _aligning_one(source: Source, start: int, changes: Sequence[Splice]) -> Splice | None:
    last = source.last_end(source.line_end(start) - 1)
    gap = _TO_COMMENT.match(source.text, last)
    growth = sum(splice.growth for splice in changes)
    if last < start or gap is None or max(splice.end for splice in changes) > gap.start(1):
        return None
    column = gap.end(1) - start
    is_below_another = len(re.findall(rf"(?m)^.{{{column}}}#", source.text)) > 1
    if not is_below_another or growth == 0 or len(gap[1]) - growth < 2:
        return None
    if growth < 0:
        return Splice(gap.start(1), gap.start(1), " " * -growth)
    return Splice(gap.start(1), gap.start(1) + growth, "")


# ---------------------------------------------------------------------------- what stands there


def is_flow_at(source: Source, path: KeyPath) -> bool:
    """Whether what is in the value at a path is in brackets."""
    nodes = (source.at(path[:length]) for length in range(len(path) + 1))
    return any(node is not None and node.is_flow for node in nodes)


def entry_at(source: Source, path: KeyPath) -> Entry:
    """The key and the value at a path, which is there."""
    owner = source.at(path[:-1])
    index = None if owner is None else owner.index_of(path[-1])
    assert owner is not None
    assert index is not None
    return owner.entries[index]


def is_block(node: Node) -> bool:
    """Whether a value is written in lines of their own."""
    return node.kind in ("mapping", "list") and not node.is_flow


def starts_line(source: Source, entry: Entry) -> bool:
    """Whether nothing stands before an entry in its line."""
    at = place_of(source, entry)
    return not source.text[source.line_start(at) : at].strip()


def place_of(source: Source, entry: Entry) -> int:
    """Where an entry of a block starts: its key or its dash."""
    if entry.key is not None:
        return entry.key.start
    return source.text.rindex("-", 0, entry.value.start + entry.value.is_nothing)
