"""The page that compares candidates: the drafts of a study, or one with a key that varies."""

from __future__ import annotations

import re

import streamlit as st

from hasim.app import session
from hasim.app.answers import show_answers
from hasim.app.heading import show_study
from hasim.app.settings import MOST_SECONDS
from hasim.app.troubles import told
from hasim.store import Desk, SavedDraft

#: The blanks before a key; others belong to a value, such as ``30 d``.
_NEXT_KEY = re.compile(r"\s+(?=[^\s=,(]+=)")


def show() -> None:
    """Show the page."""
    show_study("Nothing to compare yet: open a model from Start, or draw one.", _show)


def _show(desk: Desk, draft: SavedDraft | None) -> None:
    drafts = desk.drafts()
    if draft is not None:
        ways = ["Drafts of this study", "One draft, varied"]
        way = st.segmented_control(
            "Candidates", ways, default=ways[len(drafts) < 2], key="way", required=True
        )
        _ask(desk, _drafts(drafts) if way == ways[0] else _variants(draft))
    show_answers(desk, "compare")


def _drafts(drafts: tuple[SavedDraft, ...]) -> dict[str, object]:
    """Which drafts are compared: at least two."""
    if len(drafts) < 2:
        st.caption("There is one draft. Design has a button that copies it as a candidate.")
        return {}
    names = [draft.name for draft in drafts]
    chosen = st.multiselect("Drafts to compare, the first is what others differ from", names, names)
    texts = {draft.name: session.text_of(draft) for draft in drafts}
    return {"models": [texts[name] for name in chosen]} if len(chosen) > 1 else {}


def _variants(draft: SavedDraft) -> dict[str, object]:
    """Which keys of a draft vary, and how."""
    typed = st.text_input(
        "Key and values",
        placeholder="components.web.replicas=5,6,7",
        help="Every value is a candidate; several keys, divided by blanks, give every combination",
        key=f"vary-{draft.name}",
    )
    vary = _NEXT_KEY.split(typed.strip())
    return {"model": session.text_of(draft), "vary": vary} if typed.strip() else {}


def _ask(desk: Desk, models: dict[str, object]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        is_asked = st.button(
            "Compare",
            type="primary",
            icon=":material/balance:",
            disabled=not models,
            key="compare",
        )
        with st.popover("How", icon=":material/tune:"):
            options = _options()
    if is_asked:
        with told():
            number = session.ask(desk, "compare", {**models, **options})
            st.query_params["compare"] = str(number)


def _options() -> dict[str, object]:
    from hasim.planner.comparison import RANKED_BY

    rank_by = st.selectbox("Ranked by", RANKED_BY, key="rank_by")
    seed = st.number_input("Seed", 0, 2**53 - 1, 1, key="compare-seed")
    seconds = st.number_input("Most seconds", 1.0, MOST_SECONDS, 60.0, key="compare-max_time")
    return {"rank_by": rank_by, "seed": int(seed), "max_time": float(seconds)}
