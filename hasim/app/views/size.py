"""The page that finds the cheapest design: targets, what there is to choose, and the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import streamlit as st

from hasim.app import session, shell
from hasim.app.answers import Shown, show_answers
from hasim.app.editing import Editing, Operation, editing_of
from hasim.app.exhibition import plain
from hasim.app.heading import show_study
from hasim.app.settings import MOST_SECONDS
from hasim.app.troubles import told
from hasim.description.choice_edits import (
    OptionRow,
    edits_of_rows,
    edits_of_settings,
    option_rows,
)
from hasim.errors import ModelError
from hasim.store import Desk, SavedDraft


def show() -> None:
    """Show the page."""
    show_study("Nothing to size yet: open a model from Start, or draw one.", _show)


def _show(desk: Desk, draft: SavedDraft | None) -> None:
    if draft is not None:
        _ask(desk, draft)
    shown = show_answers(desk, "size")
    if draft is not None and shown is not None:
        _offer_picks(desk, draft, shown)


def _ask(desk: Desk, draft: SavedDraft) -> None:
    left, right = st.columns([2, 3])
    with left:
        targets = _targets(draft)
    editing = editing_of(desk, draft)
    with right:
        edits = _edit_options(editing)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        is_asked = st.button("Size", type="primary", icon=":material/straighten:", key="size")
        with st.popover("How", icon=":material/tune:"):
            options = _options()
    if edits:
        editing.edit(desk, edits)
    if is_asked:
        asked = {"model": session.text_of(editing.draft), "targets": targets}
        with told():
            number = session.ask(desk, "size", {**asked, **options})
            st.query_params["size"] = str(number)
    elif edits:
        st.rerun()


def _targets(draft: SavedDraft) -> list[str]:
    """What the design has to reach, as `hasim size --target` has it."""
    from hasim.planner.sizing.targets import FIGURES

    st.markdown("**Targets** that the design is to meet")
    examples = {figure.key: figure.example for figure in FIGURES}
    rows = st.data_editor(
        [{"figure": "availability", "bound": "99.95 %"}],
        column_config={
            "figure": st.column_config.SelectboxColumn(
                "Target", options=list(examples), required=True
            ),
            "bound": st.column_config.TextColumn(
                "Bound", help="Such as " + ", ".join(examples.values()), required=True
            ),
        },
        num_rows="dynamic",
        hide_index=True,
        key=f"targets-{draft.name}",
    )
    return [f"{row['figure']}={row['bound']}" for row in rows if row["figure"] and row["bound"]]


def _edit_options(editing: Editing) -> Sequence[Operation]:
    """What there is to choose: the options of the model, and how the table edits them."""
    try:
        rows = option_rows(editing.draft.text)
    except ModelError as error:
        st.warning(plain(str(error)))
        return ()
    st.markdown("**Options** of the model: what there is to choose")
    edited = st.data_editor(
        [asdict(row) for row in rows] or [{"name": "", "choices": ""}],
        column_config={
            "name": st.column_config.TextColumn(
                "What can be chosen", help="A key, such as components.web.replicas, or a name"
            ),
            "choices": st.column_config.TextColumn(
                "Choices", help="[4, 5, 6], or {small: {components.web.capacity: 300 rps}, ...}"
            ),
        },
        num_rows="dynamic",
        hide_index=True,
        key=f"options-{editing.draft.name}-{editing.draft.version}",
    )
    if not rows:
        st.caption(
            "Nothing can be chosen yet. Write a key of the model and its choices: "
            r"components.web.replicas and \[4, 5, 6\]."
        )
    new = [OptionRow(r["name"], r["choices"]) for r in edited if r["name"] and r["choices"]]
    try:
        return edits_of_rows(rows, new)
    except ModelError as error:
        st.warning(plain(str(error)), icon=":material/block:")
        return ()


def _options() -> dict[str, object]:
    seed = st.number_input("Seed", 0, 2**53 - 1, 1, key="size-seed")
    seconds = st.number_input("Most seconds", 1.0, MOST_SECONDS, 300.0, key="size-max_time")
    return {"seed": int(seed), "max_time": float(seconds)}


def _offer_picks(desk: Desk, draft: SavedDraft, shown: Shown) -> None:
    """Apply the answer, or an alternative, to the draft with one click."""
    for number, pick in enumerate(shown.exhibition.get("picks", ())):
        label = plain(f"Apply to {draft.name}: {pick['label']}")
        if st.button(label, icon=":material/check:", key=f"pick-{shown.number}-{number}"):
            editing = editing_of(desk, draft)
            editing.edit(desk, edits_of_settings(pick["settings"]), whole=True)
            if not editing.refused:
                shell.go_to("design")
            for text in editing.refused:
                st.warning(plain(text), icon=":material/block:")
