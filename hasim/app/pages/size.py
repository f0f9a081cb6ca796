"""The page that finds the cheapest design: targets, what there is to choose, and the answer."""

from __future__ import annotations

from typing import Any

import streamlit as st

from hasim.app import session, shell
from hasim.app.answers import show_answers
from hasim.app.editing import editing_of
from hasim.app.exhibition import plain
from hasim.app.heading import show_heading
from hasim.app.settings import MOST_SECONDS
from hasim.store import Desk, Request, SavedDraft


def show() -> None:
    """Show the page."""
    desk = session.open_desk()
    if desk is None:
        st.info("Nothing to size yet: open a model from Start, or draw one.")
        return
    with desk:
        draft = show_heading(desk)
        if draft is not None:
            _ask(desk, draft)
        shown = show_answers(desk, "size")
        if draft is not None and shown is not None:
            _offer_picks(desk, draft, shown)


def _ask(desk: Desk, draft: SavedDraft) -> None:
    left, right = st.columns(2)
    with left:
        targets = _targets(draft)
    with right:
        variations = _variations(draft)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        is_asked = st.button("Size", type="primary", icon=":material/straighten:", key="size")
        with st.popover("How", icon=":material/tune:"):
            options = _options()
    if is_asked:
        asked = {"model": session.text_of(draft), "targets": targets, "vary": variations}
        number = session.ask(desk, "size", {**asked, **options})
        st.query_params["size"] = str(number)


def _targets(draft: SavedDraft) -> list[str]:
    """What the design has to reach, as `hasim size --target` has it."""
    from hasim.planner.sizing.targets import FIGURES

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


def _variations(draft: SavedDraft) -> list[str]:
    """What there is to choose: the options of the model, and keys that vary beside them."""
    rows = st.data_editor(
        _options_of(draft),
        column_config={
            "key": st.column_config.TextColumn("Key", help="Such as components.web.replicas"),
            "values": st.column_config.TextColumn("Values", help="Such as 4, 5, 6"),
        },
        num_rows="dynamic",
        hide_index=True,
        key=f"space-{draft.name}",
    )
    return [f"{row['key']}={row['values']}" for row in rows if row["key"] and row["values"]]


def _options_of(draft: SavedDraft) -> list[dict[str, str | None]]:
    return [{"key": "components.web.replicas", "values": "4,5,6"}]


def _options() -> dict[str, object]:
    seed = st.number_input("Seed", 0, 2**53, 1, key="size-seed")
    seconds = st.number_input("Most seconds", 1.0, MOST_SECONDS, 300.0, key="size-max_time")
    return {"seed": int(seed), "max_time": float(seconds)}


def _offer_picks(desk: Desk, draft: SavedDraft, shown: Request) -> None:
    """Apply the answer, or an alternative, to the draft with one click."""
    answer = desk.answer(shown.number)
    picks: list[dict[str, Any]] = [] if answer is None else answer["exhibition"].get("picks", [])
    for number, pick in enumerate(picks):
        label = f"Apply to {draft.name}: {plain(pick['label'])}"
        if st.button(label, icon=":material/check:", key=f"pick-{shown.number}-{number}"):
            editing = editing_of(desk, draft)
            editing.edit(desk, [{"do": "choose", "settings": pick["settings"]}])
            shell.go_to("design")
