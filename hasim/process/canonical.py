"""The digest of a Process.

Theory of operation: the digest is SHA-256 over a canonical text. A field at its default is left
out, so that a field added later with a default changes no digest. A blame table is folded to a text
of fixed length made from those of its parts, so that one used in many places costs as much as in
one.

Rules of this file: equal content gives equal text in any session, platform and Python version.
"""

from __future__ import annotations

import hashlib
from dataclasses import MISSING, fields, is_dataclass
from json.encoder import encode_basestring_ascii
from numbers import Integral, Real
from typing import TYPE_CHECKING

from hasim.process.blame_walk import walk_inside_out
from hasim.process.measures import Blame, Outages

if TYPE_CHECKING:
    from hasim.process.network import Process

#: Format of the canonical text; another format, another digest.
FORMAT = "hasim process 1"


def digest(process: Process) -> str:
    """SHA-256 over the content, as 64 hexadecimal digits.

    Parameters
    ----------
    process : Process

    Returns
    -------
    str
        The same for equal Processes, whatever the session, the platform or the Python version.
    """
    canonical = CanonicalText()
    for measure in process.measures:
        if isinstance(measure, Outages) and measure.blame is not None:
            canonical.fold(measure.blame)
    text = f"{FORMAT} {canonical.write(process)}"
    return hashlib.sha256(text.encode("ascii")).hexdigest()


class CanonicalText:
    """Writes values so that equal ones, and no others, give equal text."""

    def __init__(self) -> None:
        # Texts of frozen objects by identity; all of them live as long as the Process does.
        self.texts: dict[int, str] = {}
        self.kinds: dict[type, tuple[tuple[str, object], ...]] = {}

    def fold(self, blame: Blame) -> None:
        """Give every table of a blame a text of fixed length, made from those of its parts."""
        for table in walk_inside_out(blame):
            if id(table) not in self.texts:
                text = hashlib.sha256(self._write_object(table).encode("ascii")).hexdigest()
                self.texts[id(table)] = f"#{text}"

    def write(self, value: object) -> str:
        """The text of a value of any type that a Process holds."""
        match value:
            case str():
                return encode_basestring_ascii(value)
            case tuple():
                return f"({','.join([self.write(item) for item in value])})"
            case None:
                return "-"
            case int() | float():
                return _write_number(value)
        text = self.texts.get(id(value))
        if text is not None:
            return text
        match value:
            case _ if is_dataclass(value):
                text = self.texts[id(value)] = self._write_object(value)
                return text
            case Integral():
                return _write_number(int(value))
            case Real():
                return _write_number(float(value))
            case _:
                raise AssertionError(f"a {type(value).__name__} in a Process")

    def _write_object(self, value: object) -> str:
        kind = type(value)
        if kind not in self.kinds:
            self.kinds[kind] = tuple((field.name, field.default) for field in fields(kind))  # type: ignore[arg-type]
        parts = []
        for name, default in self.kinds[kind]:
            part = getattr(value, name)
            if part is default or (default is not MISSING and part == default):
                continue
            parts.append(f"{name}={self.write(part)}")
        return f"{kind.__name__}({','.join(parts)})"


def _write_number(value: float) -> str:
    """Equal numbers alike, whether int or float; `+ 0.0` makes -0.0 the 0.0 that it equals."""
    try:
        as_float = float(value) + 0.0
    except OverflowError:
        return str(value)
    return as_float.hex() if as_float == value else str(value)
