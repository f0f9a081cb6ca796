"""The canvas as a Streamlit widget: what it is shown, and what it says was done.

Theory of operation
-------------------
The widget draws `elements` (made by `hasim.reporting.canvas`) and shows each edit at once, before
Python has heard of it. It then says all edits that Python has not applied yet, as a list with
rising numbers. A list that is said again loses nothing when Streamlit skips a rerun, which it does
when edits come faster than reruns. Python applies what is new, remembers the last number and hands
it back as `applied`; the widget forgets what is applied.

Rules of this file
------------------
1. The widget replaces its drawing only when `epoch` changes. Otherwise it keeps what it shows and
   takes from `elements` only what is said about it: findings, remarks, roles. Edits that are not
   applied yet are done again on top of a new drawing, so a new epoch never undoes them.
2. Numbers rise for ever in one browser, also over a reload: they start from the clock.
3. `marks` change colours and labels only, never a place.
4. Operations count for the session that they were made in. A browser that is connected again after
   a restart says once more what it said last, to a session that never heard of it.
5. A `move` that is `joined` belongs to the operation before it: what was added, copied or renamed
   stays where it was seen, and one undo takes back both. `tidy` forgets all places.

JavaScript stands in files by subject, which are joined in the order of `SCRIPTS` to one module.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from secrets import token_hex
from typing import Any

import streamlit as st

from hasim.app.canvas.library import library_address

Operation = Mapping[str, Any]

SCRIPTS = (
    "kinds.js",
    "theme.js",
    "model.js",
    "boxes.js",
    "edits.js",
    "outbox.js",
    "parts.js",
    "speech.js",
    "drawing.js",
    "lettering.js",
    "ink.js",
    "view.js",
    "choice.js",
    "acts.js",
    "rename.js",
    "pick.js",
    "pointer.js",
    "keyboard.js",
    "toolbar.js",
    "canvas.js",
)


@dataclass(frozen=True)
class CanvasState:
    """What a canvas says.

    Attributes
    ----------
    operations : tuple of mappings
        Edits that are not applied yet, oldest first; each has a number, `seq`.
    chosen : tuple of str
        What is selected, by identifiers of elements.
    opened : str or None
        What was opened last, by Enter or a double click.
    """

    operations: tuple[Operation, ...] = ()
    chosen: tuple[str, ...] = ()
    opened: str | None = None


def show_canvas(
    elements: Mapping[str, Any],
    *,
    epoch: int,
    applied: int,
    key: str,
    height: int = 560,
    chosen: str | None = None,
    marks: Mapping[str, Mapping[str, Any]] | None = None,
    editable: bool = True,
    past: int = 0,
    future: int = 0,
    label: str = "Topology",
    on_change: Callable[[], None] | None = None,
) -> CanvasState:
    """Show the canvas, and return what it says.

    Parameters
    ----------
    elements : mapping
        `nodes` and `edges` to draw, and `taken`: further names that may not be given.
    epoch : int
        A number that changes whenever `elements` are to replace what is shown.
    applied : int
        The number (`seq`) of the last operation that was applied; 0 for none.
    key : str
        The name of this canvas in the session.
    height : int
        Height in pixels.
    chosen : str or None
        An element to select, where something else than the canvas chose it.
    marks : mapping or None
        By identifier of an element: `heat` (0 to 1), `phase` (a word such as "down", "promote" or
        "added"; those of `PHASES` in kinds.js have colours), `label` (a few words), each of which
        may be left out.
    editable : bool
        Whether it can be changed; else it can be looked at and selected in.
    past, future : int
        How many edits there are to undo, and to redo.
    label : str
        What a screen reader calls it.
    on_change : callable or None
        Called when it has something to say, before the page runs; `canvas_state` answers there.

    Returns
    -------
    CanvasState
        Edits that are not applied yet, and what is selected.
    """
    _mount()(
        key=key,
        height=height,
        data={
            "library": library_address(),
            "elements": elements,
            "epoch": epoch,
            "applied": applied,
            "session": st.session_state.setdefault(_session_key(key), token_hex(8)),
            "chosen": chosen,
            "heard": _said(key).get("telling", 0),
            "marks": marks or {},
            "editable": editable,
            "past": past,
            "future": future,
            "height": height,
            "label": label,
        },
        on_said_change=on_change or _nothing,
    )
    return canvas_state(key, applied)


def canvas_state(key: str, applied: int) -> CanvasState:
    """Return what the canvas of that key said last.

    Parameters
    ----------
    key : str
        The name of the canvas in the session.
    applied : int
        The number of the last operation that was applied: later ones are returned.
    """
    said = _said(key)
    is_ours = said.get("session") == st.session_state.get(_session_key(key))
    steps = said.get("operations", ()) if is_ours else ()
    return CanvasState(
        operations=tuple(step for step in steps if step["seq"] > applied),
        chosen=tuple(said.get("chosen", ())),
        opened=said.get("opened"),
    )


def _said(key: str) -> Mapping[str, Any]:
    shown: Mapping[str, Any] = st.session_state.get(key) or {}
    said: Mapping[str, Any] = shown.get("said") or {}
    return said


def _session_key(key: str) -> str:
    return f"{key}:session"


def _nothing() -> None:
    """Do nothing: Streamlit keeps a value only where something is called when it changes."""


@cache
def _mount() -> Callable[..., Any]:
    return st.components.v2.component("hasim.canvas", js=script(), css=_read("canvas.css"))


def script() -> str:
    """Return the JavaScript of the widget: one module, joined from its files."""
    return "\n".join(_read(name) for name in SCRIPTS)


def _read(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
