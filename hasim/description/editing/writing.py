"""Values as YAML text: plain where they can be, quoted where they must."""

from __future__ import annotations

import re

from hasim.description.composer import UNPRINTABLE
from hasim.description.draft import Value, draft_of
from hasim.errors import InputError, ModelError, show_value

#: What a line of a model holds before its mappings are written in lines of their own.
WIDTH = 100

#: A text that no reader takes for anything but a text, in a line of its own and in brackets.
_PLAIN = re.compile(r"(?!$)(?![-?:,\[\]{}#&*!|>'\"%@`\s])[^\n\t\x85\u2028\u2029]*(?<![\s:])")
_NUMBER = re.compile(r"-[0-9.]+")
_CUT = re.compile(r": | #")
_NOTHING = ("~", "null", "Null", "NULL")
_ESCAPES = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\t": "\\t",
    "\r": "\\r",
    "\x85": "\\N",
    "\u2028": "\\L",
    "\u2029": "\\P",
}


def as_value(value: object) -> Value:
    """What Python or JSON holds, as `Draft` holds it: texts, lists and mappings.

    Raises
    ------
    InputError
        If it is of another kind, or holds a character that no text of a model holds.
    """
    try:
        plain = draft_of({"value": value}).values["value"]
    except ModelError as error:
        finding = error.findings[0]
        raise InputError(finding.found, finding.expected, finding.next_step) from error
    _check(plain)
    return plain


def _check(value: Value) -> None:
    match value:
        case str():
            if UNPRINTABLE.search(value):
                raise InputError(f"{show_value(value)} is no printable text", "", "remove it")
        case list():
            for entry in value:
                _check(entry)
        case dict():
            for key, entry in value.items():
                if not key or key == "<<":
                    raise InputError(f"{show_value(key)} is no key", "a key is a short text")
                _check(key)
                _check(entry)


def flow(value: Value, *, is_inside: bool = False) -> str:
    """A value in one line; ``is_inside`` of brackets."""
    match value:
        case None:
            return "~"
        case list():
            return f"[{', '.join(flow(entry, is_inside=True) for entry in value)}]"
        case dict():
            return f"{{{', '.join(flow_entry(*entry) for entry in value.items())}}}"
        case _:
            return _text(str(value), is_inside)


def flow_entry(key: str, value: Value) -> str:
    """A key with its value, as it stands in brackets."""
    return f"{_text(key, True)}: {flow(value, is_inside=True)}"


def block_entry(key: str, value: Value, column: int, *, is_open: bool = False) -> str:
    """The lines of a key with its value, each with its newline.

    Parameters
    ----------
    key : str
    value : Value
    column : int
        Where the key starts.
    is_open : bool
        Whether a mapping gets a line for each of its keys even if one line would hold it.
    """
    line = f"{' ' * column}{_text(key, False)}: {flow(value)}\n"
    if not isinstance(value, dict | list) or not value:
        return line
    if not (is_open and isinstance(value, dict)) and len(line) <= WIDTH:
        return line
    return f"{' ' * column}{_text(key, False)}:\n{block(value, column + 2)}"


def block(value: Value, column: int) -> str:
    """The lines of a mapping or list that is not empty."""
    if isinstance(value, dict):
        return "".join(block_entry(key, entry, column) for key, entry in value.items())
    return "".join(f"{' ' * column}- {flow(entry)}\n" for entry in value)


def _text(text: str, is_inside: bool) -> str:
    is_plain = bool(_PLAIN.fullmatch(text) or _NUMBER.fullmatch(text)) and text not in _NOTHING
    if is_plain and not _CUT.search(text) and not (is_inside and re.search(r"[,\[\]{}]", text)):
        return text
    return _quoted(text)


def like(literal: str, text: str, *, is_inside: bool) -> str:
    """A text written in the quotes of another one that it replaces."""
    quote = literal[:1]
    if quote == '"' or (quote == "'" and not re.search(r"['\n]", text)):
        return f"'{text}'" if quote == "'" else _quoted(text)
    return _text(text, is_inside)


def _quoted(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(character, character) for character in text) + '"'
