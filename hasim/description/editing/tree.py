"""A YAML text and what stands where in it, to the character.

Theory of operation
-------------------
The events of the YAML reader carry the places of all that they tell of. Here they become a tree of
nodes with first and last character, so that an edit replaces just the characters that change: what
is not edited stays as it was typed, with its comments, quotes and spaces.

Reading is what takes the time. So a text is cut before the keys of its first two levels, and the
tree of each piece is remembered: after an edit only the piece that changed is read. Where a cut
would part what belongs together, such as brackets over several lines, a piece by itself is no YAML
mapping, and the text is read as a whole.

Rules of this file
------------------
1. What a text is refused for is what `yaml_file` refuses; only that there is nothing in it is fine.
2. Nodes are read-only, and know nothing of the model language.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Literal

from hasim.description.composer import UNPRINTABLE
from hasim.description.draft import MAX_DEPTH, KeyPath, Value
from hasim.description.yaml_file import judged_events, read_events, read_text
from hasim.errors import ModelError

_FILE = "text"
_NOTHING = ("", "~", "null", "Null", "NULL")

#: The line of a key of the top level below which there is a block.
_BARE_KEY = re.compile(r"[\w-]+:[ \t]*(#[^\n]*)?\r?\n")
#: Where a piece starts: a key, of which the first character tells that it is none of these.
_TOP = re.compile(r"^(?=[^\s#])", re.MULTILINE)
_ANYTHING = re.compile(r"^[ \t]*[^\s#]", re.MULTILINE)
_MARKS = ("---", "...", "%", "?", "-", ":", "{", "[", '"', "'", "&", "*", "!", "|", ">")

#: Pieces that are remembered: some models of 200 components.
_REMEMBERED = 2000


@dataclass(frozen=True, slots=True)
class Node:
    """A value in a YAML text.

    Parameters
    ----------
    kind : str
        What it is.
    start, inner, end : int
        Its first character, the anchor included; the first one behind anchor and bracket; the one
        behind its last.
    value : str or None
        A text, None where it means nothing; of an alias its name.
    anchor : str or None
    is_flow : bool
        Whether it is written in brackets.
    entries : tuple of Entry
        Of a mapping or list.
    """

    kind: Literal["mapping", "list", "text", "alias"]
    start: int
    inner: int
    end: int
    value: str | None = None
    anchor: str | None = None
    is_flow: bool = False
    entries: tuple[Entry, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was written, or ``~``."""
        return self.kind == "text" and self.value is None

    def index_of(self, step: str | int) -> int | None:
        """Which entry a key or an index means."""
        if self.kind == "list":
            return step if isinstance(step, int) and 0 <= step < len(self.entries) else None
        found = [i for i, one in enumerate(self.entries) if one.name == step]
        return found[-1] if found else None

    def get(self, step: str | int) -> Node | None:
        """The value at a key or an index; None if there is none."""
        index = self.index_of(step)
        return None if index is None else self.entries[index].value

    def nodes(self) -> Iterator[Node]:
        """Itself and all values in it, in the order of the text."""
        yield self
        for entry in self.entries:
            yield from entry.value.nodes()


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value, or the entry of a list.

    Parameters
    ----------
    key : Node or None
        None in a list.
    value : Node
    """

    key: Node | None
    value: Node

    @property
    def name(self) -> str | None:
        """The text of the key."""
        return None if self.key is None else self.key.value

    @property
    def start(self) -> int:
        """Its first character."""
        return self.value.start if self.key is None else self.key.start


_EMPTY = Node("mapping", 0, 0, 0)


@dataclass(frozen=True)
class Source:
    """A text, and the tree of what stands in it.

    Parameters
    ----------
    text : str
    root : Node
        A mapping; one without entries and without brackets where there is nothing in the text.
    """

    text: str
    root: Node

    def at(self, path: KeyPath) -> Node | None:
        """The value at a path; None if there is none, or an alias is on the way."""
        node: Node | None = self.root
        for step in path:
            node = None if node is None else node.get(step)
        return node

    @cached_property
    def anchors(self) -> dict[str, list[Node]]:
        """The values with an anchor, by its name."""
        found: dict[str, list[Node]] = {}
        for node in self.root.nodes() if "&" in self.text else ():
            if node.anchor is not None:
                found.setdefault(node.anchor, []).append(node)
        return found

    @cached_property
    def aliases(self) -> dict[str, list[Node]]:
        """The aliases by what they repeat."""
        found: dict[str, list[Node]] = {}
        for node in self.root.nodes() if "*" in self.text else ():
            if node.kind == "alias":
                found.setdefault(str(node.value), []).append(node)
        return found

    def anchored(self, alias: Node) -> Node:
        """What an alias repeats."""
        return [node for node in self.anchors[str(alias.value)] if node.start < alias.start][-1]

    def plain(self, node: Node) -> Value:
        """A value as `Draft` holds it."""
        match node.kind:
            case "text":
                return node.value
            case "alias":
                return self.plain(self.anchored(node))
            case "list":
                return [self.plain(entry.value) for entry in node.entries]
        own = {str(one.name): self.plain(one.value) for one in node.entries if one.name != "<<"}
        return {**self.merged(node), **own}

    def merged(self, node: Node) -> dict[str, Value]:
        """What ``<<`` offers a mapping."""
        offered = node.get("<<")
        if offered is None:
            return {}
        value = self.plain(offered)
        sources = value if isinstance(value, list) else [value]
        return {key: entry for one in reversed(sources) for key, entry in one.items()}

    def line_start(self, at: int) -> int:
        """The first character of the line."""
        return self.text.rfind("\n", 0, at) + 1

    def line_end(self, at: int) -> int:
        """The first character of the next line, or the end of the text."""
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end + 1

    def last_end(self, most: int) -> int:
        """Where the last key or value ends that ends at a place or before; 0 if none does."""
        index = bisect_right(self._ends, most)
        return self._ends[index - 1] if index else 0

    @cached_property
    def _ends(self) -> list[int]:
        keys = (entry.key.end for node in self.root.nodes() for entry in node.entries if entry.key)
        return sorted({*keys, *(node.end for node in self.root.nodes())})

    def column(self, at: int) -> int:
        """How many characters stand before it in its line."""
        return at - self.line_start(at)


@lru_cache(maxsize=8)
def read_source(text: str) -> Source:
    """The tree of a text.

    Raises
    ------
    ModelError
        If it is no YAML mapping that could be a model, though not if there is nothing in it.
    """
    root = _root_of_pieces(text)
    if root is not None:
        source = Source(text, root)
        if _aliases_are_known(source):
            return source
    whole = _tree(text, judged_events(text, _FILE))
    if whole is None or whole.is_nothing:
        return Source(text, _EMPTY)
    if whole.kind != "mapping":
        read_text(text)
    return Source(text, whole)


def _aliases_are_known(source: Source) -> bool:
    for name, aliases in source.aliases.items():
        before = [node for node in source.anchors.get(name, ()) if node.start < aliases[0].start]
        if not before or before[-1].end > aliases[0].start:
            return False
    return True


# ---------------------------------------------------------------------------- pieces


def _root_of_pieces(text: str) -> Node | None:
    """The tree put together from pieces; None where the text is to be read as a whole."""
    if UNPRINTABLE.search(text):
        return None
    starts = [match.start() for match in _TOP.finditer(text)]
    if not starts or any(text.startswith(_MARKS, start) for start in starts):
        return None
    if _ANYTHING.search(text, 0, starts[0]):
        return None
    entries: list[Entry] = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        section = _section(text, start, end)
        if section is None:
            return None
        entries.append(section)
    return Node("mapping", starts[0], starts[0], entries[-1].value.end, entries=tuple(entries))


def _section(text: str, start: int, end: int) -> Entry | None:
    """The entry of a key of the top level."""
    head = _BARE_KEY.match(text, start, end)
    cuts = _second_level(text, head.end(), end) if head else []
    if head is None or not cuts:
        whole = _piece(text[start:end])
        return None if whole is None or len(whole) != 1 else _moved_entry(whole[0], start)
    key_end = text.index(":", start)
    entries: list[Entry] = []
    for at, until in zip(cuts, [*cuts[1:], end], strict=True):
        piece = _piece(text[at:until])
        if piece is None:
            return None
        entries += [_moved_entry(entry, at) for entry in piece]
    key = Node("text", start, start, key_end, text[start:key_end])
    first = entries[0].start
    return Entry(key, Node("mapping", first, first, entries[-1].value.end, entries=tuple(entries)))


def _second_level(text: str, start: int, end: int) -> list[int]:
    """Where the lines of the keys start that stand one level below a bare key."""
    first = re.compile(r"^( +)(?=[^\s#-])", re.MULTILINE).search(text, start, end)
    earlier = re.compile(r"^ *[^\s#]", re.MULTILINE).search(text, start, end)
    if first is None or earlier is None or first.start() != earlier.start():
        return []
    cut = re.compile(rf"^{first[1]}(?=[^\s#])", re.MULTILINE)
    return [match.start() for match in cut.finditer(text, start, end)]


@lru_cache(maxsize=_REMEMBERED)
def _piece(text: str) -> tuple[Entry, ...] | None:
    """The entries of a block mapping by itself; None if it is none."""
    try:
        root = _tree(text, read_events(text, _FILE))
    except (ModelError, _UnusualError):
        return None
    if root is None or root.kind != "mapping" or root.is_flow or root.anchor:
        return None
    return root.entries


def _moved(node: Node, by: int) -> Node:
    entries = tuple(_moved_entry(entry, by) for entry in node.entries)
    start, inner, end = node.start + by, node.inner + by, node.end + by
    return Node(node.kind, start, inner, end, node.value, node.anchor, node.is_flow, entries)


def _moved_entry(entry: Entry, by: int) -> Entry:
    key = None if entry.key is None else _moved(entry.key, by)
    return Entry(key, _moved(entry.value, by))


# ---------------------------------------------------------------------------- from events to nodes


class _UnusualError(Exception):
    """What only the whole text can be judged for, or is refused for."""


@dataclass(slots=True)
class _Open:
    kind: Literal["mapping", "list"]
    start: int
    inner: int
    anchor: str | None
    is_flow: bool
    entries: list[Entry] = field(default_factory=list)
    key: Node | None = None


def _tree(text: str, events: Iterable[Any]) -> Node | None:
    """The node of the document; None where there is none."""
    stack: list[_Open] = []
    root: Node | None = None
    n_documents = 0
    for event in events:
        kind = type(event).__name__
        n_documents += kind == "DocumentStartEvent"
        if n_documents > 1 or len(stack) > MAX_DEPTH or getattr(event, "tag", None) is not None:
            raise _UnusualError
        if kind in ("MappingStartEvent", "SequenceStartEvent"):
            stack.append(_opened(text, event, "mapping" if kind[0] == "M" else "list"))
            continue
        node = _finished(text, event, kind, stack)
        if node is not None and stack:
            _add(stack[-1], node)
        elif node is not None:
            root = node
    return root


def _opened(text: str, event: Any, kind: Literal["mapping", "list"]) -> _Open:
    start = event.start_mark.index
    inner = event.end_mark.index if event.flow_style else start
    return _Open(kind, start, inner, event.anchor, bool(event.flow_style))


def _finished(text: str, event: Any, kind: str, stack: list[_Open]) -> Node | None:
    start, end = event.start_mark.index, event.end_mark.index
    match kind:
        case "ScalarEvent":
            return _scalar(text, event, stack)
        case "AliasEvent":
            return Node("alias", start, start, end, event.anchor)
        case "MappingEndEvent" | "SequenceEndEvent":
            done = stack.pop()
            entries = tuple(done.entries)
            if not done.is_flow:
                end = entries[-1].value.end if entries else done.start
            return Node(
                done.kind, done.start, done.inner, end, None, done.anchor, done.is_flow, entries
            )
    return None


def _scalar(text: str, event: Any, stack: list[_Open]) -> Node:
    start, end = event.start_mark.index, event.end_mark.index
    is_nothing = event.implicit[0] and event.value in _NOTHING
    value = None if is_nothing else event.value
    if event.value == "" and not event.style and not event.anchor:
        start = end = _place_of_nothing(text, start, stack)
    elif event.style in ("|", ">"):
        end = start + len(text[start:end].rstrip())
    inner = start
    if event.anchor:
        inner = start + len(event.anchor) + 1
        inner += len(text[inner:end]) - len(text[inner:end].lstrip())
    return Node("text", start, inner, end, value, event.anchor)


def _place_of_nothing(text: str, at: int, stack: list[_Open]) -> int:
    """Where a value would stand that is not there; the reader tells what stands next."""
    key = stack[-1].key if stack else None
    if key is None:
        return len(text[:at].rstrip())
    colon = text.find(":", key.end, at)
    return key.end if colon < 0 else colon + 1


def _add(owner: _Open, node: Node) -> None:
    if owner.kind == "list":
        owner.entries.append(Entry(None, node))
    elif owner.key is not None:
        owner.entries.append(Entry(owner.key, node))
        owner.key = None
    elif node.kind != "text" or not node.value:
        raise _UnusualError
    else:
        owner.key = node
