"""The head of the pages that work on a study: its title, and which of its drafts is meant."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from hasim.app import session
from hasim.app.exhibition import plain
from hasim.store import Desk, SavedDraft


def show_study(nothing: str, show: Callable[[Desk, SavedDraft | None], None]) -> None:
    """Show what a page has for the study of this tab and its draft, below their heading.

    Parameters
    ----------
    nothing : str
        What to say where nothing is open.
    show : callable
        Given the desk, and the draft where there is one.
    """
    desk = session.open_desk()
    if desk is None:
        st.info(nothing)
        return
    with desk:
        show(desk, show_heading(desk))


def show_heading(desk: Desk) -> SavedDraft | None:
    """Show the title and the choice of a draft; returns the draft, None where there is none."""
    draft = session.chosen_draft(desk)
    names = [one.name for one in desk.drafts()]
    st.title(plain(desk.title), anchor=False)
    if draft is None or len(names) < 2:
        return draft
    chosen = st.segmented_control(
        "Draft",
        names,
        default=draft.name,
        format_func=plain,
        key=f"draft-{len(names)}-{draft.name}",
    )
    if chosen is not None and chosen != draft.name:
        session.choose_draft(chosen)
        st.rerun()
    return draft
