"""The frame of the app: its pages, their menu, and the look that they share.

Rules of this file: no folder beside main.py is called ``pages``, which Streamlit would take for a
menu of its own before this one is made.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TypeAlias

import streamlit as st

from hasim.app import session
from hasim.app.troubles import told

Shower: TypeAlias = Callable[[], None]

_STYLE = Path(__file__).with_name("style.css")

#: Where the session holds the page that was shown last to its end.
_LAST = "last page"
_ICON = Path(__file__).with_name("icon.svg")

#: Module below hasim/app/views, title and icon of each page in the order of the menu.
PAGES = {
    "start": ("Start", ":material/home:"),
    "design": ("Design", ":material/account_tree:"),
    "run": ("Run", ":material/play_circle:"),
    "compare": ("Compare", ":material/balance:"),
    "size": ("Size", ":material/straighten:"),
    "incident": ("Incident", ":material/warning:"),
    "studies": ("Studies", ":material/folder:"),
}


def show_app() -> None:
    """Show the page that the address names."""
    # Before the pages: else the browser would fetch a page's icon for its tab from elsewhere.
    st.set_page_config(page_icon=str(_ICON), layout="wide")
    pages = [
        st.Page(_shower(name), title=title, icon=icon, url_path=name, default=name == "start")
        for name, (title, icon) in PAGES.items()
    ]
    page = st.navigation(pages, position="top")
    st.set_page_config(page_title=f"{page.title} · hasim")
    st.session_state["pages"] = dict(zip(PAGES, pages, strict=True))
    st.html(_STYLE)
    session.identifier()
    with told():
        page.run()
    st.session_state[_LAST] = page.url_path


def is_arriving(name: str) -> bool:
    """Whether a page of this tab is shown anew, after another one or at first."""
    return bool(st.session_state.get(_LAST) != name)


def go_to(name: str, **more: str) -> None:
    """Change to a page, with the study in its address.

    Parameters
    ----------
    name : str
        One of `PAGES`.
    **more : str
        What else the address is to hold.
    """
    st.switch_page(st.session_state["pages"][name], query_params={**session.address(), **more})


def _shower(name: str) -> Shower:
    """What shows a page, and imports it only then."""

    def show() -> None:
        import_module(f"hasim.app.views.{name}").show()

    show.__name__ = name
    return show
