"""YAML events to a draft's values, with the place of every key.

Rules of this file
------------------
1. No recursion, so that nesting cannot exhaust the stack; `MAX_DEPTH` levels are the limit.
2. What an alias repeats is kept once; what all aliases stand for is counted before it is used.
3. No scalar is interpreted, but for the plain ones that mean nothing at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

from hasim.description.draft import MAX_DEPTH, KeyPath, Value, key_text, too_deep
from hasim.errors import KEY_LENGTH, Finding, ModelError, Place, escape_text, show_value

#: Most values that all aliases of a file may stand for: ten for each of 10,000 components.
MAX_ALIASED = 100_000

#: Most keys standing twice that are told; more is a file that went wrong as a whole.
MAX_DUPLICATES = 20

#: What no text holds: control characters, halves of surrogate pairs, the byte order mark.
UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)

_NOTHING = ("", "~", "null", "Null", "NULL")


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being read."""

    value: Any
    path: KeyPath
    anchor: str | None
    is_flow: bool
    key: str | None = None  # of a mapping: the key whose value comes next
    last: str = ""  # of a mapping: the key before that
    size: int = 1  # values in it, itself included
    height: int = 1  # levels of nesting in it, itself included


@dataclass(slots=True)
class Composer:
    """Takes the events of ruamel one by one and builds the value of the document."""

    file: str
    root: Value = None
    positions: dict[KeyPath, Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    anchors: dict[str, _Open | None] = field(default_factory=dict)
    aliased: int = 0
    documents: int = 0

    def take(self, event: Any) -> None:
        """Go on by one event."""
        match type(event).__name__:
            case "ScalarEvent":
                self._check(event)
                is_nothing = event.implicit[0] and event.value in _NOTHING
                self._scalar(event, None if is_nothing else event.value)
            case "MappingStartEvent":
                self._start(event, {})
            case "SequenceStartEvent":
                self._start(event, [])
            case "MappingEndEvent" | "SequenceEndEvent":
                self._end(event)
            case "AliasEvent":
                self._alias(event)
            case "DocumentStartEvent":
                self.documents += 1
                if self.documents > 1:
                    self._stop(
                        event, "a second document", "a file holds one model", "remove the `---`"
                    )

    def _check(self, event: Any) -> None:
        if event.tag is not None:
            tag = show_value(str(event.tag))
            self._stop(event, f"the tag {tag}", "a model is plain text, without tags", "remove it")

    def _scalar(self, event: Any, value: str | None) -> None:
        if self.open and isinstance(self.open[-1].value, dict) and self.open[-1].key is None:
            self._key(event, value)
            return
        if value is not None and UNPRINTABLE.search(value):
            self._stop(event, "an escape that stands for no printable text", "", "remove it")
        if event.anchor:
            self.anchors[event.anchor] = _Open(value, (), event.anchor, False)
        self._place(event)
        self._add(value, 1, 1)

    def _key(self, event: Any, value: str | None) -> None:
        owner = self.open[-1]
        if not value:
            self._stop(
                event, "a value without a key", "a mapping is made of `key: value`", "add the key"
            )
        if len(value) > KEY_LENGTH or UNPRINTABLE.search(value):
            self._stop(event, f"{show_value(value)} is no key", "a key is a short text")
        owner.key = value
        path = (*owner.path, value)
        if value in owner.value:
            self._twice(event, path)
        self._place(event)

    def _twice(self, event: Any, path: KeyPath) -> None:
        line = self.positions[path].line
        found = f"it stands here a second time, first in line {line}"
        self.findings.append(
            self._finding(event, path, found, "a key stands once", "keep one of them")
        )
        if len(self.findings) >= MAX_DUPLICATES:
            raise ModelError(self.findings)

    def _start(self, event: Any, value: Value) -> None:
        self._check(event)
        path: KeyPath = ()
        if self.open:
            owner = self.open[-1]
            if isinstance(owner.value, dict) and owner.key is None:
                self._stop(
                    event, "a key that is a list or a mapping", "a key is a text", "quote it"
                )
            path = self._next_path()
            self._place(event)
        if len(self.open) >= MAX_DEPTH:
            self._stop(event, *too_deep(), "close a bracket sooner")
        if event.anchor:
            self.anchors[event.anchor] = None
        self.open.append(_Open(value, path, event.anchor, bool(event.flow_style)))

    def _end(self, event: Any) -> None:
        done = self.open.pop()
        if isinstance(done.value, dict) and "<<" in done.value:
            self._merge(event, done)
        if done.anchor:
            self.anchors[done.anchor] = done
        self._add(done.value, done.size, done.height + 1)

    def _alias(self, event: Any) -> None:
        name = event.anchor
        source = self.anchors.get(name)
        if source is None:
            inside = name in self.anchors
            shown = escape_text(name)
            found = f"*{shown} stands inside what it repeats" if inside else f"there is no &{shown}"
            self._stop(event, found, "&name stands before *name", "write it out")
        if self.open and isinstance(self.open[-1].value, dict) and self.open[-1].key is None:
            self._stop(event, "an alias for a key", "a key is a text", "write it out")
        self.aliased += source.size
        if self.aliased > MAX_ALIASED:
            found = f"aliases that stand for more than {MAX_ALIASED} values"
            self._stop(event, found, "", "use fewer of them")
        if len(self.open) + source.height > MAX_DEPTH:
            self._stop(event, *too_deep(), "use fewer aliases")
        self._place(event)
        self._add(source.value, source.size, source.height + 1)

    def _add(self, value: Value, size: int, height: int) -> None:
        """Put a finished value into what is open, or make it the root."""
        if not self.open:
            self.root = value
            return
        owner = self.open[-1]
        owner.size += size
        owner.height = max(owner.height, height)
        if isinstance(owner.value, list):
            owner.value.append(value)
            return
        assert owner.key is not None
        before = owner.value.get(owner.last)
        if owner.is_flow and value is None and _is_cut(before):
            self._mend(owner, f"{before}, {owner.key}")
        else:
            owner.value[owner.key] = value
            owner.last = owner.key
        owner.key = None

    def _mend(self, owner: _Open, text: str) -> None:
        """Join the halves of a law that its comma cut in two, and say so."""
        owner.value[owner.last] = text
        if _is_cut(text):
            return
        path = (*owner.path, owner.last)
        place = self.positions[path]
        found = "a text cut in two at its comma"
        step = f'write {owner.last}: "{show_value(text)}"'
        expected = "inside { } a text with a comma is quoted"
        self.findings.append(Finding(place, key_text(path), found, expected, step))

    def _merge(self, event: Any, done: _Open) -> None:
        """Fill in what ``<<`` offers and the mapping does not say itself."""
        sources = done.value.pop("<<")
        position = self.positions[(*done.path, "<<")]
        merged: dict[str, Value] = {}
        for source in sources if isinstance(sources, list) else [sources]:
            if not isinstance(source, dict):
                self._stop(
                    event, "<< without a mapping", "<<: *name repeats a mapping", "remove it"
                )
            merged = {**source, **merged}
        for key in merged.keys() - done.value.keys():
            self.positions.setdefault((*done.path, key), position)
        done.value = {**merged, **done.value}

    # -- places and findings

    def _next_path(self) -> KeyPath:
        owner = self.open[-1]
        if isinstance(owner.value, list):
            return (*owner.path, len(owner.value))
        assert owner.key is not None
        return (*owner.path, owner.key)

    def _place(self, event: Any) -> None:
        """Note where a key or the entry of a list stands."""
        if not self.open:
            return
        path = self._next_path()
        if path not in self.positions:
            self.positions[path] = self._place_of(event)

    def _place_of(self, event: Any) -> Place:
        mark = event.start_mark
        return Place(self.file, mark.line + 1, mark.column + 1)

    def _finding(
        self, event: Any, path: KeyPath, found: str, expected: str, next_step: str
    ) -> Finding:
        return Finding(self._place_of(event), key_text(path), found, expected, next_step)

    def _stop(self, event: Any, found: str, expected: str = "", next_step: str = "") -> NoReturn:
        path = self.open[-1].path[:4] if self.open else ()
        if self.open and self.open[-1].key is not None:
            path = self._next_path()[:4]
        raise ModelError([*self.findings, self._finding(event, path, found, expected, next_step)])


def _is_cut(value: Value) -> bool:
    return isinstance(value, str) and value.count("(") > value.count(")")
