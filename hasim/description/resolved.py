"""The resolved system as text of the model language, with the origin of each default."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from hasim.description.draft import KeyPath, Value
from hasim.system import System
from hasim.system.plain import plain_system

_PLAIN = re.compile(r"[A-Za-z0-9_][\w ./%(),\[\]+-]*(?<! )")
_PLAIN_IN_LIST = re.compile(r"[A-Za-z0-9_][\w./%-]*( [\w./%-]+)*")
_NOTHING = ("null", "Null", "NULL")


def resolved_text(system: System, origins: Mapping[KeyPath, str] | None = None) -> str:
    """YAML that loads to an equal system.

    Parameters
    ----------
    system : System
        What is to be written.
    origins : Mapping[KeyPath, str], optional
        Where values that nobody typed come from (`Checked.origins`): a comment at each of them.
    """
    return "".join(f"{line}\n" for line in _lines(plain_system(system), (), origins or {}))


def value_text(value: Value) -> str:
    """A value as YAML of one line, which reads back as the same value."""
    return _text(value, _PLAIN) if isinstance(value, str) else _flow(value)


def _lines(
    values: Mapping[str, Any], path: KeyPath, origins: Mapping[KeyPath, str]
) -> Iterator[str]:
    for key, value in values.items():
        at = (*path, key)
        head = f"{'  ' * len(path)}{_text(key, _PLAIN_IN_LIST)}:"
        origin = f"  # {origins[at]}" if at in origins else ""
        match value:
            case {} if not value:
                yield f"{head} {{}}{origin}"
            case dict():
                yield f"{head}{origin}"
                yield from _lines(value, at, origins)
            case list():
                yield f"{head} {_flow(value)}{origin}"
            case None:
                yield f"{head} ~{origin}"
            case _:
                yield f"{head} {_text(value, _PLAIN)}{origin}"


def _flow(value: Any) -> str:
    match value:
        case list():
            return f"[{', '.join(map(_flow, value))}]"
        case dict():
            entries = (f"{_flow(key)}: {_flow(inner)}" for key, inner in value.items())
            return f"{{{', '.join(entries)}}}"
        case None:
            return "~"
        case _:
            return _text(value, _PLAIN_IN_LIST)


def _text(value: str, plain: re.Pattern[str]) -> str:
    """A text as YAML: as it is where that is safe, else in double quotes."""
    if plain.fullmatch(value) and value not in _NOTHING:
        return value
    return "".join(map(_escape, json.dumps(value, ensure_ascii=False)))


def _escape(letter: str) -> str:
    """A letter that YAML might take for a line break or refuse, as its number."""
    if letter.isprintable():
        return letter
    return f"\\u{ord(letter):04x}" if ord(letter) <= 0xFFFF else f"\\U{ord(letter):08x}"
