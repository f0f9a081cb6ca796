"""The page on which a system is drawn: canvas, inspector and YAML of one draft."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from hasim.app import session, shell
from hasim.app.canvas import canvas_state, show_canvas
from hasim.app.editing import Editing, editing_of
from hasim.app.exhibition import plain
from hasim.app.heading import show_heading
from hasim.app.inspector import show_inspector
from hasim.app.yaml_editor import read_yaml_editor, show_yaml_editor
from hasim.store import Desk

_HEIGHT = 600


def show() -> None:
    """Show the page."""
    desk = session.open_desk()
    if desk is None:
        _offer_to_begin()
        return
    with desk:
        draft = show_heading(desk)
        if draft is not None:
            _show_editing(desk, editing_of(desk, draft))


def _offer_to_begin() -> None:
    st.info("Nothing is open: draw something new here, or open a model from Start.")
    if st.button("Draw a new system", type="primary", icon=":material/draw:"):
        session.begin_study("New system", "system", "name: system\n")
        st.rerun()


def _show_editing(desk: Desk, editing: Editing) -> None:
    keys = _Keys(editing.draft.name)
    _show_tools(desk, editing)
    for text in editing.refused:
        st.warning(plain(text), icon=":material/block:")
    drawing = editing.draw()
    left, right = st.columns([3, 2])
    with left:
        state = show_canvas(
            drawing.elements,
            epoch=editing.canvas_epoch,
            applied=editing.applied,
            key=keys.canvas,
            height=_HEIGHT,
            on_change=lambda: _take_operations(editing, keys),
        )
        for finding in drawing.elements["elsewhere"]:
            st.caption(plain(finding["text"]))
    with right:
        inspector, yaml = st.tabs(["Inspector", "YAML"])
        with yaml:
            show_yaml_editor(
                editing.draft.text,
                epoch=editing.text_epoch,
                findings=drawing.findings,
                key=keys.yaml,
                height=_HEIGHT,
                on_change=lambda: _take_text(editing, keys),
            )
        with inspector:
            operations = show_inspector(
                editing.draft.text,
                state.chosen[0] if state.chosen else None,
                folder=editing.draft.folder,
                key=keys.inspector,
            )
    if operations:
        editing.edit(desk, operations)
        st.rerun()


class _Keys:
    """The names of the widgets of a draft."""

    def __init__(self, draft: str) -> None:
        named = f"{session.identifier()}-{draft}"
        self.canvas, self.yaml, self.inspector = (
            f"{widget}-{named}" for widget in ("canvas", "yaml", "inspector")
        )


def _take_operations(editing: Editing, keys: _Keys) -> None:
    with session.shelf().open(str(session.identifier())) as desk:
        editing.take_operations(desk, canvas_state(keys.canvas, editing.applied).operations)


def _take_text(editing: Editing, keys: _Keys) -> None:
    typed = read_yaml_editor(keys.yaml, epoch=editing.text_epoch)
    if typed.text is not None:
        with session.shelf().open(str(session.identifier())) as desk:
            editing.take_text(desk, typed.text)


def _show_tools(desk: Desk, editing: Editing) -> None:
    draft = editing.draft
    with st.container(horizontal=True):
        if st.button("Run", type="primary", icon=":material/play_arrow:", key="run-draft"):
            number = session.ask(desk, "run", {"model": session.text_of(draft), "seed": 1})
            shell.go_to("run", run=str(number))
        if st.button("Undo", icon=":material/undo:", disabled=not editing.past, key="undo"):
            editing.undo(desk)
            st.rerun()
        if st.button("Redo", icon=":material/redo:", disabled=not editing.future, key="redo"):
            editing.redo(desk)
            st.rerun()
        if st.button("Copy as candidate", icon=":material/content_copy:", key="candidate"):
            session.choose_draft(_copy(desk, draft.name, draft.text, draft.folder))
            st.rerun()
        st.download_button(
            "YAML",
            draft.text,
            file_name=f"{draft.name}.yaml",
            mime="text/yaml",
            icon=":material/download:",
            on_click="ignore",
            key="download",
        )


def _copy(desk: Desk, name: str, text: str, folder: Path | None) -> str:
    """Save a copy of a draft under a free name, and return that."""
    taken = {draft.name for draft in desk.drafts()}
    number = 2
    while f"{name}-{number}" in taken:
        number += 1
    desk.save(f"{name}-{number}", text, folder=folder)
    return f"{name}-{number}"
