"""A request on a page: how far it is while somebody works on it, and how it ended.

Theory of operation: a fragment looks at the study again and again, so that the rest of the page
stays as it is; when the request is over the whole page is made anew, once. What is shown comes from
the study alone: a reload, another tab and another user see the same.
"""

from __future__ import annotations

import streamlit as st

from hasim.app import session
from hasim.app.exhibition import is_dark, plain
from hasim.app.ticking import run_again
from hasim.app.troubles import told
from hasim.errors import InputError
from hasim.reporting.figures import for_theme
from hasim.reporting.live_news import follow
from hasim.store import Desk, Request

#: Seconds between two looks at a request that is not over.
BETWEEN = 0.7


def show_request(desk: Desk, request: Request) -> None:
    """Show how far a request is, or how it ended; nothing of what came of it.

    Parameters
    ----------
    desk : Desk
    request : Request
    """
    if not request.is_open:
        _tell_end(desk, request)
    elif _is_followed(desk, request):
        _watch(str(session.identifier()), request.number)
    else:
        _offer_to_go_on(desk, request, "This was interrupted; what had been computed is kept.")


@st.fragment
def _watch(identifier: str, number: int) -> None:
    try:
        _look(identifier, number)
    except InputError:  # deleted meanwhile, in another tab
        st.rerun()


def _look(identifier: str, number: int) -> None:
    with session.shelf().open(identifier) as desk:
        request = desk.request(number)
        if request is None or not _is_followed(desk, request):
            st.rerun()
        with told():
            show_course(desk, request)
    run_again(BETWEEN, key=f"watch-{number}")


def _is_followed(desk: Desk, request: Request) -> bool:
    """Whether a request is not over, and somebody will end it."""
    is_known = session.workforce().knows(desk.path, request.number)
    return request.is_open and (is_known or desk.is_at_work)


def show_course(desk: Desk, request: Request) -> None:
    """Show how far a request is that is not over, and the button that stops it."""
    ahead = session.workforce().ahead_of(desk.path, request.number)
    with st.container(border=True):
        if request.status == "waiting":
            st.progress(0.0, _waiting(ahead))
        else:
            course = follow(desk.news(request.number), request.arguments.get("precision"))
            st.progress(course.share or 0.0, plain(course.text))
            for note in course.notes:
                st.warning(plain(note), icon=":material/restart_alt:")
            for name, value, interval in course.figures:
                st.markdown(f"**{plain(name)}** downtime a year {value} · {interval}")
            for place, chart in enumerate(course.charts):
                spec = for_theme(chart, dark=is_dark())
                st.vega_lite_chart(spec=spec, theme=None, key=f"course-{request.number}-{place}")
        if request.is_to_stop:
            st.caption("stopping with what is known")
        elif st.button("Stop", icon=":material/stop:", key=f"stop-{request.number}"):
            desk.wish_to_stop(request.number)


def _waiting(ahead: int) -> str:
    return f"waiting for a worker; {ahead} before it" if ahead else "a worker takes it next"


def _tell_end(desk: Desk, request: Request) -> None:
    match request.status:
        case "done":
            pass
        case "failed":
            st.error("This could not be answered.", icon=":material/error:")
            st.code(request.message, language=None, wrap_lines=True)
            _offer_to_go_on(desk, request, "")
        case _:
            _offer_to_go_on(desk, request, f"{request.message}.")


def _offer_to_go_on(desk: Desk, request: Request, why: str) -> None:
    if why:
        st.warning(plain(why), icon=":material/pause_circle:")
    if st.button("Go on", icon=":material/play_arrow:", key=f"go-on-{request.number}"):
        session.ask_again(desk, request.number)
        st.rerun()
