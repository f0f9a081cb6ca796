"""The head of the pages that work on a study: its title, and which of its drafts is meant."""

from __future__ import annotations

import streamlit as st

from hasim.app import session
from hasim.app.exhibition import plain
from hasim.store import Desk, SavedDraft


def show_heading(desk: Desk) -> SavedDraft | None:
    """Show the title and the choice of a draft; returns the draft, None where there is none."""
    draft = session.chosen_draft(desk)
    names = [one.name for one in desk.drafts()]
    st.subheader(plain(desk.title), anchor=False)
    if draft is None or len(names) < 2:
        return draft
    chosen = st.segmented_control(
        "Draft", names, default=draft.name, key=f"draft-{len(names)}-{draft.name}"
    )
    if chosen is not None and chosen != draft.name:
        session.choose_draft(chosen)
        st.rerun()
    return draft
