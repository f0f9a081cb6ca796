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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from hasim.description.composer import UNPRINTABLE, Composer
from hasim.description.draft import Draft, Value
from hasim.errors import Finding, InputError, ModelError, Place, show_value

#: Largest file, and most that a model includes: ten times the YAML of 10,000 components.
MAX_BYTES = 30_000_000

NEW_MODEL = "write at least `name` and `components`"

#: What ruamel would take for a tag and spend the square of its length on.
_LONG_TAG = re.compile(r"!\S{1000}")

#: What ruamel says, and what it means to somebody who writes a model.
_TROUBLES = (
    (r"'\\t'|tab character", "a tab", "YAML is indented with spaces", "put spaces for the tab"),
    (
        "mapping values are not allowed",
        "a colon where no key can stand",
        "a line holds one key, lined up with its neighbours",
        "check the indentation; quote a text that holds a colon",
    ),
    (
        "expected <block end>|did not find expected|expected '<document start>'",
        "a line that does not line up with those above it",
        "keys of one mapping start in one column",
        "check the indentation and that all brackets are closed",
    ),
    (
        "could not find expected ':'",
        "a line without a colon",
        "a mapping is made of `key: value`",
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
        "the bracket that opens in line {line} is never closed, or a comma is missing in it",
        "lists are [a, b], mappings {key: value}",
        "close the bracket or add the comma",
    ),
    (
        "cannot start any token",
        "a character that starts no value",
        "texts that start with a sign are quoted",
        "put the value in quotes",
    ),
)

#: What ruamel stumbles over where a parameter stands in brackets without quotes.
_BARE_PARAMETER = (
    "a parameter without quotes",
    "inside { } and [ ] a text with ${ } is quoted",
    'write "${peak}"',
)


class _Reader(YAML):
    """ruamel without a search of its folder for plug-ins: pages read texts many times a minute."""

    def official_plug_ins(self) -> list[str]:
        """Name none."""
        return []


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
    if path == "":
        raise ModelError([Finding(None, "", "the name of the model is empty", "", "name a file")])
    path = Path(path)
    try:
        data = _read_bytes(path, MAX_BYTES)
    except InputError as error:
        finding = Finding(None, str(path), error.found, error.expected, error.next_step)
        raise ModelError([finding]) from error
    return read_text(decode_text(data, str(path)), str(path), folder=path.parent)


@dataclass(slots=True)
class Spent:
    """What the files that a model includes have used up of what they may hold together."""

    n_bytes: int = 0
    aliased: int = 0


def read_included(path: Path, file: str, spent: Spent) -> Draft:
    """Draft of a file with parts of a model.

    Parameters
    ----------
    path : Path
        The file, known to be one that may be read.
    file : str
        The name that messages show.
    spent : Spent
        What the files before used; this one is added.

    Raises
    ------
    InputError
        If the file cannot be read, or is too large after the others.
    ModelError
        If it is no YAML mapping.
    """
    data = _read_bytes(path, MAX_BYTES - spent.n_bytes)
    spent.n_bytes += len(data)
    composer = _compose(decode_text(data, file), file, spent.aliased)
    spent.aliased = composer.aliased
    return _draft(composer, file, None, "write at least one of domains, components and services")


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
    return _draft(_compose(text, file), file, folder, NEW_MODEL)


def _draft(composer: Composer, file: str, folder: Path | None, next_step: str) -> Draft:
    match composer.root:
        case dict() as values:
            return Draft(values, file, folder, composer.positions, tuple(composer.findings))
        case None:
            _refuse(file, 1, 1, "there is nothing in it", "", next_step)
        case list():
            _refuse(file, 1, 1, "a list at top level", "a model is a mapping", next_step)
        case other:
            found = f"the text {show_value(other)} at top level"
            _refuse(file, 1, 1, found, "a model is a mapping", next_step)


def decode_text(data: bytes, file: str) -> str:
    """The text that the bytes of a file hold.

    Parameters
    ----------
    data : bytes
    file : str
        The name that messages show.

    Raises
    ------
    ModelError
        If they are no UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        found = f"the byte 0x{data[error.start]:02x} is not UTF-8"
        _refuse(file, line, column, found, "a model is text encoded as UTF-8", "save it as such")


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


# ---------------------------------------------------------------------------- from bytes to events


def _read_bytes(path: Path, most: int) -> bytes:
    try:
        if path.is_dir():
            raise InputError("it is a folder", "a model is a file", "name one in it")
        if path.exists() and not path.is_file():
            raise InputError("it is no ordinary file", "a model is a file", "name one")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except InputError:
        raise
    except (OSError, ValueError) as error:
        found, step = "there is no such file", "check the name"
        if not isinstance(error, FileNotFoundError):
            why = getattr(error, "strerror", None) or "no such name is possible"
            found = f"it cannot be read ({why.lower()})"
        if isinstance(error, PermissionError):
            step = "check who may read it"
        raise InputError(found, "", step) from error
    if len(data) > most:
        together = "" if most == MAX_BYTES else ", together with the files before it"
        raise InputError(f"larger than {MAX_BYTES // 10**6} MB{together}", "", "split it")
    return data


def judged_events(text: str, file: str) -> Iterator[Any]:
    """The events of a model's text, each once all that is wrong up to it would have been told.

    Raises
    ------
    ModelError
        If it is no YAML that could be a model's.
    """
    _check_characters(text, file)
    composer = Composer(file)
    for event in read_events(text, file):
        composer.take(event)
        yield event


def _compose(text: str, file: str, aliased: int = 0) -> Composer:
    _check_characters(text, file)
    composer = Composer(file, aliased=aliased)
    for event in read_events(text, file):
        composer.take(event)
    return composer


def _check_characters(text: str, file: str) -> None:
    bad = UNPRINTABLE.search(text) or _LONG_TAG.search(text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        column = bad.start() - text.rfind("\n", 0, bad.start())
        found = f"the character {bad[0]!a} that no text holds"
        if len(bad[0]) > 1:
            found = "a word of over 1000 characters that starts with !"
        _refuse(file, line, column, found, "", "remove it")


def read_events(text: str, file: str) -> Iterator[Any]:
    """The events of a YAML text, of which nothing but the syntax is judged.

    Raises
    ------
    ModelError
        If it is no YAML.
    """
    try:
        yield from _Reader(typ="safe", pure=True).parse(io.StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        opened = error.context_mark.line + 1 if error.context_mark else line
        found, expected, next_step = _explain(str(error.problem))
        if mark and text[max(mark.index - 1, 0) : mark.index + 1] == "${":
            found, expected, next_step = _BARE_PARAMETER
        _refuse(file, line, column, found.replace("{line}", str(opened)), expected, next_step)
    except ModelError:
        raise
    except Exception as error:  # noqa: BLE001  (ruamel raises what it likes on garbage)
        _refuse(file, 1, 1, f"no YAML ({type(error).__name__} while reading it)")


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
