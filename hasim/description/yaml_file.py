"""YAML to a draft, with the place of every key.

Theory of operation
-------------------
ruamel splits the text into events; a composer that is no recursion turns them into plain text
values and notes where each key stands. No scalar is interpreted: ``no``, ``1:30`` and ``0.10`` stay
the text that was typed, and only a key of the language decides what its value means.

Rules of this file
------------------
1. Nothing in a file makes hasim run code or open another file: tags are refused.
2. Nothing in a file makes hasim slow: nesting, the size of the file and what aliases expand to are
   limited, and what an alias repeats is kept once.
3. Whatever the bytes are, the outcome is a draft or a `ModelError`.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from hasim.description.draft import MAX_DEPTH, Draft, KeyPath, Value, key_text, too_deep
from hasim.errors import Finding, ModelError, Place, show_value

#: Largest file: ten times the YAML of 10,000 components.
MAX_BYTES = 30_000_000

#: Most values that all aliases of a file may stand for: ten for each of 10,000 components.
MAX_ALIASED = 100_000

#: Most keys standing twice that are told; more is a file that went wrong as a whole.
MAX_DUPLICATES = 20

NEW_MODEL = "write at least `name` and `components`"

_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_NOTHING = ("", "~", "null", "Null", "NULL")

#: What ruamel says, and what it means to somebody who writes a model.
_TROUBLES = (
    (r"'\\t'|tab character", "a tab", "YAML is indented with spaces", "put spaces for the tab"),
    (
        "mapping values are not allowed",
        "a colon where no key can stand",
        "one key a line, lined up with its neighbours",
        "check the indentation; quote a text that holds a colon",
    ),
    (
        "expected <block end>|did not find expected",
        "a line that does not line up with those above it",
        "keys of one mapping start in one column",
        "check the indentation and that all brackets are closed",
    ),
    (
        "could not find expected ':'",
        "a line without a colon",
        "`key: value`",
        "add the colon, with a space after it",
    ),
    (
        "unexpected end of stream",
        "a quote that is never closed",
        "quotes come in pairs",
        "close it",
    ),
    (
        "expected ',' or '[]}]'",
        "a bracket that is never closed, or a comma that is missing",
        "`[a, b]` or `{key: value}`",
        "close the bracket or add the comma",
    ),
    ("found undefined alias", "an alias without its anchor", "`&name` before `*name`", "add it"),
)


def read_model(path: str | Path) -> Draft:
    """Draft of a model file.

    Parameters
    ----------
    path : str or Path
        The file; messages show it as given.

    Raises
    ------
    ModelError
        If there is no such file, or it is no YAML mapping that could be a model.
    """
    path = Path(path)
    return read_text(_decode(_read_bytes(path), str(path)), str(path), folder=path.parent)


def read_text(text: str, file: str = "text", *, folder: Path | None = None) -> Draft:
    """Draft of the text of a model.

    Parameters
    ----------
    text : str
        YAML.
    file : str
        The name that messages show.
    folder : Path, optional
        Where files that the model names may be.

    Raises
    ------
    ModelError
        If it is no YAML mapping that could be a model.
    """
    composer = _compose(text, file)
    match composer.root:
        case dict() as values:
            return Draft(values, file, folder, composer.positions, tuple(composer.findings))
        case None:
            _refuse(file, 1, 1, "there is nothing in it", "a model", NEW_MODEL)
        case list():
            _refuse(file, 1, 1, "a list at top level", "a mapping", NEW_MODEL)
        case other:
            found = f"the text {show_value(other)} at top level"
            _refuse(file, 1, 1, found, "a mapping", NEW_MODEL)


def read_value(text: str, key: str) -> Value:
    """A value typed on the command line: text, ``[a list]`` or ``{a: mapping}``.

    Raises
    ------
    ModelError
        If it is no YAML; the findings name the key.
    """
    try:
        composer = _compose(text, "value")
    except ModelError as error:
        raise ModelError(_about_key(finding, key) for finding in error.findings) from error
    if composer.findings:
        raise ModelError(_about_key(finding, key) for finding in composer.findings)
    return composer.root


def with_changes(text: str, changes: Mapping[KeyPath, Value]) -> str:
    """The YAML text with other values at some keys; comments and order stay.

    Parameters
    ----------
    text : str
        The text of a model.
    changes : Mapping[KeyPath, Value]
        New values by path; a key that is not there is added at the end of its mapping.

    Raises
    ------
    ModelError
        If the text is no model, or a path leads through something that is no mapping or list.
    """
    read_text(text)
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = 4096
    root = yaml.load(text)
    for path, value in changes.items():
        owner = root
        for step in path[:-1]:
            owner = owner[step]
        owner[path[-1]] = value
    out = io.StringIO()
    yaml.dump(root, out)
    return out.getvalue()


# ---------------------------------------------------------------------------- from bytes to events


def _read_bytes(path: Path) -> bytes:
    key = str(path)
    try:
        if path.is_dir():
            raise ModelError([Finding(None, key, "a folder", "a file", "name the model in it")])
        if path.exists() and not path.is_file():
            raise ModelError([Finding(None, key, "no ordinary file", "a file of YAML")])
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        found = "there is no such file"
        if not isinstance(error, FileNotFoundError):
            why = getattr(error, "strerror", None) or "no such name is possible"
            found = f"it cannot be read ({why})"
        raise ModelError([Finding(None, key, found, "", "check the name")]) from error
    if len(data) > MAX_BYTES:
        raise ModelError([Finding(None, key, f"larger than {MAX_BYTES // 10**6} MB", "a model")])
    return data


def _decode(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        found = f"the byte 0x{data[error.start]:02x} is not UTF-8"
        _refuse(file, line, column, found, "text encoded as UTF-8", "save the file as UTF-8")


def _compose(text: str, file: str) -> _Composer:
    bad = _UNPRINTABLE.search(text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        column = bad.start() - text.rfind("\n", 0, bad.start())
        found = f"the character {ascii(bad[0])} that no text holds"
        _refuse(file, line, column, found, "text", "remove it")
    composer = _Composer(file)
    for event in _events(text, file):
        composer.take(event)
    return composer


def _events(text: str, file: str) -> Iterator[Any]:
    try:
        yield from YAML(typ="safe", pure=True).parse(io.StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        _refuse(file, line, column, *_explain(str(error.problem)))
    except ModelError:
        raise
    except Exception as error:  # noqa: BLE001  (ruamel raises what it likes on garbage)
        _refuse(file, 1, 1, f"no YAML ({type(error).__name__} while reading it)", "a model")


def _explain(problem: str) -> tuple[str, str, str]:
    for pattern, found, expected, next_step in _TROUBLES:
        if re.search(pattern, problem):
            return found, expected, next_step
    return f"no YAML: {show_value(problem)}", "", "check this line and the one above"


def _refuse(
    file: str, line: int, column: int, found: str, expected: str = "", next_step: str = ""
) -> NoReturn:
    raise ModelError([Finding(Place(file, line, column), "", found, expected, next_step)])


def _about_key(finding: Finding, key: str) -> Finding:
    return Finding(None, key, finding.found, finding.expected, finding.next_step)


# ---------------------------------------------------------------------------- from events to values


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
class _Composer:
    """Takes events one by one and builds the value of the document."""

    file: str
    root: Value = None
    positions: dict[KeyPath, tuple[int, int]] = field(default_factory=dict)
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
                    self._stop(event, "a second document", "one model a file", "remove the `---`")

    def _check(self, event: Any) -> None:
        if event.tag is not None:
            tag = show_value(str(event.tag))
            self._stop(event, f"the tag {tag}", "no tags: a model is plain text", "remove it")

    def _scalar(self, event: Any, value: str | None) -> None:
        if self.open and isinstance(self.open[-1].value, dict) and self.open[-1].key is None:
            self._key(event, value)
            return
        if value is not None and _UNPRINTABLE.search(value):
            self._stop(event, "an escape that stands for no printable text", "text", "remove it")
        if event.anchor:
            self.anchors[event.anchor] = _Open(value, (), event.anchor, False)
        self._place(event)
        self._add(value, 1, 1)

    def _key(self, event: Any, value: str | None) -> None:
        owner = self.open[-1]
        if not value:
            self._stop(event, "a value without a key", "`key: value`", "add the key")
        if len(value) > 4096 or _UNPRINTABLE.search(value):
            self._stop(event, f"{show_value(value)} is no key", "a short text")
        owner.key = value
        path = (*owner.path, value)
        if value in owner.value:
            self._twice(event, path)
        self._place(event)

    def _twice(self, event: Any, path: KeyPath) -> None:
        line = self.positions[path][0]
        found = f"it stands here a second time, first in line {line}"
        self.findings.append(self._finding(event, path, found, "each key once", "keep one of them"))
        if len(self.findings) >= MAX_DUPLICATES:
            raise ModelError(self.findings)

    def _start(self, event: Any, value: Value) -> None:
        self._check(event)
        path: KeyPath = ()
        if self.open:
            owner = self.open[-1]
            if isinstance(owner.value, dict) and owner.key is None:
                self._stop(event, "a key that is a list or a mapping", "text", "quote the key")
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
            found = f"*{name} stands inside what it repeats" if inside else f"there is no &{name}"
            self._stop(event, found, "`&name` before `*name`", "write it out")
        if self.open and isinstance(self.open[-1].value, dict) and self.open[-1].key is None:
            self._stop(event, "an alias for a key", "text", "write the key out")
        self.aliased += source.size
        if self.aliased > MAX_ALIASED:
            found = f"aliases that stand for more than {MAX_ALIASED} values"
            self._stop(event, found, "a model", "write out what differs")
        if len(self.open) + source.height > MAX_DEPTH:
            self._stop(event, *too_deep(), "write out what differs")
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
        place = Place(self.file, *self.positions[path])
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
                self._stop(event, "<< without a mapping", "`<<: *name` of a mapping", "remove it")
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
            mark = event.start_mark
            self.positions[path] = (mark.line + 1, mark.column + 1)

    def _finding(self, event: Any, path: KeyPath, *parts: str) -> Finding:
        mark = event.start_mark
        place = Place(self.file, mark.line + 1, mark.column + 1)
        return Finding(place, key_text(path), *parts)

    def _stop(self, event: Any, *parts: str) -> NoReturn:
        path = self.open[-1].path if self.open else ()
        raise ModelError([*self.findings, self._finding(event, path, *parts)])


def _is_cut(value: Value) -> bool:
    return isinstance(value, str) and value.count("(") > value.count(")")
