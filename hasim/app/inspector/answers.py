"""What was filled in during one run of the page, and the names of widgets.

Theory of operation: what is typed is taken before the page runs again, since that run may be the
last: a click on a button, or on another page, ends the typing and is heard at the same moment. What
buttons of the inspector ask for is taken when it has been shown.

Rules of this file: a widget has the place of its field and the value that the draft has there in
its name, so that another value from elsewhere brings a new widget, and nothing else does. What was
answered in a widget is told once of a draft, which may not take it. What was refused is kept by the
path of its field while the name of the widget is the same: so it is there again where another part
was chosen meanwhile, and is never read as another value's.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import streamlit as st

from hasim.description.draft import KeyPath, key_text
from hasim.description.forms import Field, Operation, answer
from hasim.errors import InputError


@dataclass(slots=True)
class Answers:
    """The answers of one run of the page.

    Parameters
    ----------
    key : str
        Of the inspector.
    draft : str
        The text that is filled in.
    take : callable
        Given operations, once each.
    is_locked : bool
        Whether nothing can be filled in.
    operations : list of Operation
        Not taken yet.
    """

    key: str
    draft: str
    take: Callable[[Sequence[Operation]], None]
    is_locked: bool
    operations: list[Operation] = field(default_factory=list)

    def __post_init__(self) -> None:
        told = f"{self.key}|told"
        if st.session_state.get(told, ("",))[0] != self.draft:
            st.session_state[told] = (self.draft, {})
        st.session_state.setdefault(f"{self.key}|refused", {})

    def name(self, path: KeyPath, what: str = "", value: object = "") -> str:
        """The name of a widget that belongs to a path and shows a value."""
        mark = zlib.crc32(str(value).encode("utf-8", "replace"))
        return f"{self.key}|{key_text(path)}|{what}|{mark:x}"

    def hand_over(self) -> bool:
        """Let what was filled in be taken; whether there was anything."""
        operations = tuple(self.operations)
        self.operations.clear()
        if operations:
            self.take(operations)
        return bool(operations)

    def tell(self, name: str, asked: Field, typed: str | Sequence[str]) -> InputError | None:
        """Note what was typed in the widget of a field; return why it cannot be."""
        try:
            operation = answer(asked, typed)
        except InputError as error:
            self._refused()[key_text(asked.path)] = (name, typed)
            return error
        self.forget(asked)
        told: dict[str, object] = st.session_state[f"{self.key}|told"][1]
        if told.get(name) != typed:
            told[name] = typed
            self.operations.append(operation)
        return None

    def refused(self, name: str, asked: Field) -> str | Sequence[str] | None:
        """Return what was typed last in the widget of a field and is no value; None: nothing."""
        kept, typed = self._refused().get(key_text(asked.path), ("", None))
        return typed if kept == name else None

    def forget(self, asked: Field) -> None:
        """What was refused of a field is mended."""
        self._refused().pop(key_text(asked.path), None)

    def _refused(self) -> dict[str, tuple[str, str | Sequence[str]]]:
        """What was refused, with the name of its widget, by the path of its field."""
        kept: dict[str, tuple[str, str | Sequence[str]]] = st.session_state[f"{self.key}|refused"]
        return kept
