"""The page on which a system is drawn: canvas, inspector and YAML of one draft."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from hasim.app import session, shell
from hasim.app.canvas import canvas_state, show_canvas
from hasim.app.editing import Editing, Operation, editing_of, forget_editing
from hasim.app.exhibition import plain
from hasim.app.heading import show_heading
from hasim.app.inspector import show_inspector
from hasim.app.troubles import told
from hasim.app.widget_names import widget_name
from hasim.app.yaml_editor import read_yaml_editor, show_yaml_editor
from hasim.description.editing import free_name
from hasim.store import Desk, SavedDraft

_HEIGHT = 600

#: Findings about nothing that is drawn, below the canvas; beside the YAML stand all.
_MOST_SHOWN = 20


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
    with st.container(key="refused"):  # always there, so that the canvas keeps its place below
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
            past=len(editing.past),
            future=len(editing.future),
            on_change=lambda: _take_operations(editing, keys),
        )
        for finding in drawing.elements["elsewhere"][:_MOST_SHOWN]:
            st.caption(plain(": ".join(filter(None, (finding["key"], finding["text"])))))
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
            is_edited = show_inspector(
                editing.draft.text,
                state.chosen[0] if state.chosen else None,
                lambda operations: _take_fields(editing, operations),
                folder=editing.draft.folder,
                key=keys.inspector,
            )
    if is_edited:
        st.rerun()


class _Keys:
    """The names of the widgets of a draft."""

    def __init__(self, draft: str) -> None:
        self.canvas, self.yaml, self.inspector = (
            widget_name(widget, session.identifier(), draft)
            for widget in ("canvas", "yaml", "inspector")
        )


def _take_operations(editing: Editing, keys: _Keys) -> None:
    with told(), session.shelf().open(str(session.identifier())) as desk:
        editing.take_operations(desk, canvas_state(keys.canvas, editing.applied).operations)


def _take_text(editing: Editing, keys: _Keys) -> None:
    """Take what was typed; what another tab saved meanwhile begins an epoch, and is merged."""
    with told(), session.shelf().open(str(session.identifier())) as desk:
        editing.catch_up(desk.draft(editing.draft.name))
        typed = read_yaml_editor(keys.yaml, epoch=editing.text_epoch)
        if typed.text is not None:
            editing.take_text(desk, typed.text)


def _take_fields(editing: Editing, operations: Sequence[Operation]) -> None:
    with told(), session.shelf().open(str(session.identifier())) as desk:
        editing.edit(desk, operations)


def _show_tools(desk: Desk, editing: Editing) -> None:
    draft = editing.draft
    with st.container(horizontal=True):
        if st.button("Run", type="primary", icon=":material/play_arrow:", key="run-draft"):
            with told():
                asked = {"model": session.text_of(draft), "seed": 1}
                shell.go_to("run", run=str(session.ask(desk, "run", asked)))
        if st.button("Undo", icon=":material/undo:", disabled=not editing.past, key="undo"):
            editing.undo(desk)
            st.rerun()
        if st.button("Redo", icon=":material/redo:", disabled=not editing.future, key="redo"):
            editing.redo(desk)
            st.rerun()
        if st.button("Copy as candidate", icon=":material/content_copy:", key="candidate"):
            names = [one.name for one in desk.drafts()]
            copy = free_name(names, draft.name)
            desk.save(copy, draft.text, places=draft.places, folder=draft.folder)
            session.choose_draft(copy)
            st.rerun()
        with st.popover("Draft", icon=":material/description:"):
            _show_draft(desk, draft)


def _show_draft(desk: Desk, draft: SavedDraft) -> None:
    """What can be done with a draft as a whole."""
    st.download_button(
        "Download YAML",
        draft.text,
        file_name=f"{draft.name}.yaml",
        mime="text/yaml",
        icon=":material/download:",
        on_click="ignore",
        key="download",
    )
    name = st.text_input("Name", draft.name, max_chars=60, key=f"name-{draft.name}")
    if name != draft.name:
        with told():
            desk.call(draft.name, name)
            forget_editing(draft)
            session.choose_draft(name)
            st.rerun()
    is_last = len(desk.drafts()) < 2
    if st.button("Discard", icon=":material/delete:", disabled=is_last, key="discard"):
        desk.discard(draft.name)
        forget_editing(draft)
        session.choose_draft(desk.drafts()[0].name)
        st.rerun()
