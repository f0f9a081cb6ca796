"""The Python side of the YAML editor, a Streamlit component (v2) of our own.

Theory of operation
-------------------
The text that is being typed belongs to the browser, the text of the draft to Python. The widget
sends the whole text 400 ms after the last key, numbered, together with the epoch of the text that
it grew from. That is state, not an event: whatever Streamlit drops while it reruns, the newest text
arrives. The widget takes a text from Python only when the epoch is another one, so that a rerun
that typing has caused never puts back what was typed meanwhile.

Where both sides change at once, Python tells the number of the last text that it has *taken*. The
widget then knows which of its lines Python has not seen, and puts them into the text of the new
epoch unless that has changed the same lines.

Rules of this folder
--------------------
- An epoch is used for one text. Whoever changes the text other than by typing picks a new one.
- A text of another epoch is never handed to the caller: the widget sends it again, merged.
- What comes from the browser is checked like a file: it may be anything.
- ``*.js`` are joined to one module, as an inline component cannot import. They show text by
  ``textContent`` only.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import streamlit as st

from hasim.units import UNITS

#: The name of the one state that the widget has.
_TYPED: Final = "typed"

_FOLDER: Final = Path(__file__).parent

#: What the widget paints behind a number, the longest first.
_SPELLINGS: Final = sorted(
    {name for unit in UNITS for name in (unit.symbol, *unit.others)}, key=len, reverse=True
)


@dataclass(frozen=True, slots=True)
class EditorState:
    """What was typed since the text of an epoch was given.

    Parameters
    ----------
    text : str or None
        The whole text; None if nothing was typed in this epoch.
    sequence : int
        Grows with each text that the widget sends, also after it was closed and opened again; 0 if
        there is none.
    """

    text: str | None
    sequence: int


def show_yaml_editor(
    text: str,
    *,
    epoch: int,
    findings: Sequence[Mapping[str, object]],
    key: str,
    height: int = 560,
    label: str = "Model as YAML",
    on_change: Callable[[], None] | None = None,
) -> EditorState:
    """Show the editor, and tell what was typed in it.

    Parameters
    ----------
    text : str
        The text of the draft as Python knows it.
    epoch : int
        Another number whenever the text was changed other than by typing: by the canvas, by undo,
        by opening a file.
    findings : sequence of mappings
        Each with ``line`` and ``column``, counted from 1, ``severity``, which is ``error`` or
        ``warning``, and ``text``.
    key : str
        Names the widget, for Streamlit's session state and for `read_yaml_editor`.
    height : int
        Height of the text field in pixels; the list of findings stands below it.
    label : str
        What a screen reader calls the field.
    on_change : callable, optional
        Called before the rerun that a new text causes; it may call `read_yaml_editor`.

    Returns
    -------
    EditorState
    """
    state = read_yaml_editor(key, epoch=epoch)
    data = {
        "text": text,
        "epoch": epoch,
        "taken": st.session_state.get(_name_of_taken(key), 0),
        "findings": [_as_data(finding) for finding in findings],
        "height": height,
        "label": label,
        "units": _SPELLINGS,
    }
    _mount(key=key, data=data, on_typed_change=on_change or _do_nothing)
    return state


def read_yaml_editor(key: str, *, epoch: int) -> EditorState:
    """Tell what was typed in the editor called `key` since the text of `epoch` was given.

    Parameters
    ----------
    key : str
        As in `show_yaml_editor`.
    epoch : int
        The epoch that the editor was last shown with.

    Returns
    -------
    EditorState
        The caller is taken to have noted it: a later epoch is expected to contain it.
    """
    sent = _mapping(_mapping(st.session_state.get(key)).get(_TYPED))
    text, sequence = sent.get("text"), sent.get("sequence")
    if sent.get("epoch") != epoch or not isinstance(text, str) or not isinstance(sequence, int):
        return EditorState(None, 0)
    st.session_state[_name_of_taken(key)] = sequence
    return EditorState(text, sequence)


def _name_of_taken(key: str) -> str:
    return f"{key}:taken"


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _as_data(finding: Mapping[str, object]) -> dict[str, object]:
    return {name: finding[name] for name in ("line", "column", "severity", "text")}


def _do_nothing() -> None:
    """Stand in for a callback: a component has the states that it has callbacks for."""


def _read(*names: str) -> str:
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)


_mount = st.components.v2.component(
    "hasim_yaml_editor",
    html=_read("editor.html"),
    css=_read("editor.css"),
    js=_read("highlight.js", "lines.js", "editor.js"),
)
