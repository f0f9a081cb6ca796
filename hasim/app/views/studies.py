"""The page of all studies: open, rename, export, report, delete.

Theory of operation: the list is in pages, and only the studies of the page that is shown are
opened. What is done to a study is done in a dialog, which the session holds open until it is over,
and which opens the study anew: another tab may have deleted it meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import streamlit as st

from hasim.app import session, shell
from hasim.app.exhibition import named, plain
from hasim.app.moments import moment
from hasim.app.requesting import BETWEEN, show_course
from hasim.app.ticking import run_again
from hasim.app.troubles import told
from hasim.errors import InputError
from hasim.store import Desk, Kept, Request, Study

#: Studies on a page of the list.
_ROWS = 10

#: The longest title.
_MOST_LETTERS = 60

#: Where the session holds what is being done to which study.
_DOING = "doing"


def show() -> None:
    """Show the page."""
    st.title("Studies", anchor=False)
    session.check_link()
    if shell.is_arriving("studies"):
        st.session_state.pop(_DOING, None)
    identifiers = session.shelf().identifiers()
    if not identifiers:
        st.info("There are none yet: a study begins with a model.")
        st.page_link(st.session_state["pages"]["start"], label="Begin one", icon=":material/home:")
        return
    st.caption(plain(f"{len(identifiers):,} in {session.settings().studies}"))
    places = range(0, len(identifiers), _ROWS)
    first = places[_page(len(places)) - 1]
    for identifier in identifiers[first : first + _ROWS]:
        _show_row(identifier)
    if _DOING in st.session_state:
        action, identifier = st.session_state[_DOING]
        _ACTIONS[action](identifier)


def _page(count: int) -> int:
    """Which page of the list is shown, from 1."""
    return st.pagination(count, key=f"page-of-{count}") if count > 1 else 1


def _show_row(identifier: str) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        try:
            kept = session.shelf().describe(identifier)
        except InputError as error:
            _show_damaged(identifier, error)
            return
        _show_study(kept)
        action = st.menu_button(named("More", kept.title), list(_ACTIONS), key=f"more-{identifier}")
    if action is not None:
        st.session_state[_DOING] = action, identifier


def _show_study(kept: Kept) -> None:
    facts = [
        f"begun {moment(kept.begun)}",
        f"changed {moment(kept.changed)}",
        _counted(kept.asked),
    ]
    with st.container(gap=None):
        st.page_link(
            st.session_state["pages"]["run" if kept.asked else "design"],
            label=f"**{plain(kept.title)}**",
            icon=":material/folder_open:",
            query_params={"study": kept.identifier},
        )
        st.caption(plain(" · ".join(facts)))
    if kept.is_at_work:
        st.badge("at work", icon=":material/play_circle:", color="blue")


def _counted(asked: int) -> str:
    return {0: "no runs", 1: "1 run"}.get(asked, f"{asked:,} runs")


def _show_damaged(identifier: str, error: InputError) -> None:
    _, _, reason = error.found.rpartition(": ")
    with st.container(gap=None):
        st.markdown(f"**{plain(identifier)}**")
        st.caption(plain(f"cannot be opened: {reason}"))
    label = named("Delete", identifier)
    if st.button(label, icon=":material/delete:", key=f"delete-{identifier}"):
        st.session_state[_DOING] = "Delete", identifier


# ---------------------------------------------------------------------------- what can be done


def _end() -> None:
    """Let the dialog be over."""
    st.session_state.pop(_DOING, None)


def _close() -> None:
    """Close the dialog, and show the list as it is now."""
    _end()
    st.rerun()


@st.dialog("Rename", on_dismiss=_end)
def _rename(identifier: str) -> None:
    with told(), session.shelf().open(identifier) as desk:
        with st.form("rename", border=False):
            title = st.text_input("Title", desk.title, max_chars=_MOST_LETTERS, key="new-title")
            is_sure = st.form_submit_button("Rename", type="primary", key="rename-it")
        if is_sure and title.strip():
            desk.rename(title.strip())
            _close()


@st.dialog("Delete", on_dismiss=_end)
def _delete(identifier: str) -> None:
    with told():
        st.markdown(f"**{plain(_title(identifier))}** and all that came of it will be gone.")
        with st.container(horizontal=True):
            is_sure = st.button("Delete", type="primary", icon=":material/delete:", key="delete-it")
            if st.button("Keep", key="keep-it"):
                _close()
        if is_sure:
            session.shelf().delete(identifier)
            _forget(identifier)
            _close()


def _title(identifier: str) -> str:
    try:
        return session.shelf().describe(identifier).title
    except InputError:  # damaged
        return identifier


def _forget(identifier: str) -> None:
    if session.identifier() == identifier:
        session.leave_study()


@st.dialog("Export", on_dismiss=_end)
def _export(identifier: str) -> None:
    with told():
        title = session.shelf().describe(identifier).title
        st.markdown("The whole study, for `hasim study show` and the app on another machine:")
        _offer_file("Study file", partial(_whole, identifier), f"{title}.study")
        st.markdown("What was run and what came of it, for other programs:")
        with st.container(horizontal=True):
            _offer_file("JSON", partial(_written, identifier, "json"), f"{title}.json")
            _offer_file("CSV", partial(_written, identifier, "csv"), f"{title}.csv")


def _offer_file(label: str, data: Callable[[], bytes], name: str) -> None:
    st.download_button(
        label, data, name, icon=":material/download:", on_click="ignore", key=f"file-{label}"
    )


def _whole(identifier: str) -> bytes:
    with session.shelf().open(identifier) as desk:
        return desk.copy()


def _written(identifier: str, form: str) -> bytes:
    from hasim.reporting.study_export import export_csv, export_json

    with Study.read(session.shelf().path(identifier)) as study:
        export = export_json if form == "json" else export_csv
        pieces: Iterable[str] = export(study, study.runs())
        return "".join(pieces).encode()


# ---------------------------------------------------------------------------- the report


@st.dialog("Report", on_dismiss=_end)
def _report(identifier: str) -> None:
    st.markdown("One page with all models of the study: answers, figures, and what they rest on.")
    _follow_report(identifier)


@st.fragment
def _follow_report(identifier: str) -> None:
    with told(), session.shelf().open(identifier) as desk:
        report = desk.last("report")
        if report is not None:
            _show_report(desk, report)
        if (report is None or not report.is_open) and st.button(
            "Write it" if report is None else "Write it anew", key="write-report"
        ):
            models = [session.text_of(draft) for draft in desk.drafts()]
            session.ask(desk, "report", {"models": models})
            st.rerun()


def _show_report(desk: Desk, report: Request) -> None:
    answer = desk.answer(report.number)
    if report.is_open and session.workforce().knows(desk.path, report.number):
        show_course(desk, report)
        run_again(BETWEEN, key="report")
    elif report.is_open:
        st.warning("This report was interrupted; what it had computed is kept.")
        if st.button("Go on", icon=":material/play_arrow:", key="go-on"):
            session.ask_again(desk, report.number)
            st.rerun()
    elif answer is None:
        st.error("It could not be written.", icon=":material/error:")
        st.code(report.message, language=None, wrap_lines=True)
    else:
        st.download_button(
            "Download the report",
            answer["html"],
            f"{desk.title}.html",
            "text/html",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
            key="download-report",
        )
        st.caption(f"written {moment(report.ended or report.asked)}")


_ACTIONS: dict[str, Callable[[str], None]] = {
    "Rename": _rename,
    "Export": _export,
    "Report": _report,
    "Delete": _delete,
}
