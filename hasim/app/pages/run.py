"""The page that answers a model: ask, watch, read."""

from __future__ import annotations

import streamlit as st

from hasim.app import session
from hasim.app.exhibition import show_exhibition
from hasim.app.heading import show_heading
from hasim.app.requesting import show_request
from hasim.app.settings import MOST_SECONDS
from hasim.store import Desk, Request, SavedDraft

_ENGINES = ("auto", "exact", "matched", "bounds", "montecarlo", "reference")

_PRECISIONS = {"5 %": 0.05, "2 %": 0.02, "1 %": 0.01, "10 %": 0.1, "20 %": 0.2}


def show() -> None:
    """Show the page."""
    desk = session.open_desk()
    if desk is None:
        st.info("Nothing to run yet: open a model from Start, or draw one.")
        return
    with desk:
        draft = show_heading(desk)
        if draft is not None:
            _ask(desk, draft)
        _show_runs(desk)


def _ask(desk: Desk, draft: SavedDraft) -> None:
    """What is asked, and the button that asks it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        is_asked = st.button(
            f"Run {draft.name}", type="primary", icon=":material/play_arrow:", key="run"
        )
        with st.popover("How", icon=":material/tune:"):
            options = _options()
    if is_asked:
        number = session.ask(desk, "run", {"model": session.text_of(draft), **options})
        st.query_params["run"] = str(number)


def _options() -> dict[str, object]:
    engine = st.selectbox("Engine", _ENGINES, help="auto: exact where that can be", key="engine")
    precision = st.selectbox(
        "Precision", list(_PRECISIONS), help="Half-width of the 95 % interval", key="precision"
    )
    seed = st.number_input("Seed", 0, 2**53, 1, help="The same seed, the same answer", key="seed")
    seconds = st.number_input("Most seconds", 1.0, MOST_SECONDS, 60.0, key="max_time")
    what_if = st.toggle("With typical values for what is left out", key="what_if")
    return {
        "engine": engine,
        "precision": _PRECISIONS[precision],
        "seed": int(seed),
        "max_time": float(seconds),
        "what_if": what_if,
    }


def _show_runs(desk: Desk) -> None:
    runs = [one for one in desk.requests() if one.kind == "run"]
    if not runs:
        return
    shown = _choose(runs)
    show_request(desk, shown, asked=float(shown.arguments.get("precision", 0.05)))
    answer = desk.answer(shown.number)
    if answer is not None:
        show_exhibition(answer["exhibition"], key=f"run-{shown.number}")


def _choose(runs: list[Request]) -> Request:
    """The run that the address names, or else the last."""
    named = st.query_params.get("run", "")
    numbers = [run.number for run in runs]
    place = numbers.index(int(named)) if named.isdecimal() and int(named) in numbers else 0
    if len(runs) == 1:
        return runs[0]
    chosen = st.selectbox(
        "Runs of this study",
        numbers,
        index=place,
        format_func={run.number: _line(run) for run in runs}.__getitem__,
        key=f"chosen-{len(runs)}-{named}",
    )
    st.query_params["run"] = str(chosen)
    return next(run for run in runs if run.number == chosen)


def _line(run: Request) -> str:
    model = run.arguments["model"]["name"]
    return f"{run.number}: {model}, {run.status}" + (f": {run.message}" if run.message else "")
