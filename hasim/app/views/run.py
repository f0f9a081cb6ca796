"""The page that answers a model: ask, watch, read."""

from __future__ import annotations

import streamlit as st

from hasim.app import session
from hasim.app.answers import show_answers
from hasim.app.exhibition import plain
from hasim.app.heading import show_study
from hasim.app.settings import MOST_SECONDS
from hasim.app.troubles import told
from hasim.store import Desk, SavedDraft

_ENGINES = ("auto", "exact", "matched", "bounds", "montecarlo", "reference")

_PRECISIONS = {"5 %": 0.05, "2 %": 0.02, "1 %": 0.01, "10 %": 0.1, "20 %": 0.2}


def show() -> None:
    """Show the page."""
    show_study("Nothing to run yet: open a model from Start, or draw one.", _show)


def _show(desk: Desk, draft: SavedDraft | None) -> None:
    if draft is not None:
        _ask(desk, draft)
    show_answers(desk, "run")


def _ask(desk: Desk, draft: SavedDraft) -> None:
    """What is asked, and the button that asks it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        is_asked = st.button(
            f"Run {plain(draft.name)}", type="primary", icon=":material/play_arrow:", key="run"
        )
        with st.popover("How", icon=":material/tune:"):
            options = _options()
    if is_asked:
        with told():
            number = session.ask(desk, "run", {"model": session.text_of(draft), **options})
            st.query_params["run"] = str(number)


def _options() -> dict[str, object]:
    engine = st.selectbox("Engine", _ENGINES, help="auto: exact where that can be", key="engine")
    precision = st.selectbox(
        "Precision", list(_PRECISIONS), help="Half-width of the 95 % interval", key="precision"
    )
    seed = st.number_input(
        "Seed", 0, 2**53 - 1, 1, help="The same seed, the same answer", key="seed"
    )
    seconds = st.number_input("Most seconds", 1.0, MOST_SECONDS, 60.0, key="max_time")
    what_if = st.toggle("With typical values for what is left out", key="what_if")
    return {
        "engine": engine,
        "precision": _PRECISIONS[precision],
        "seed": int(seed),
        "max_time": float(seconds),
        "what_if": what_if,
    }
