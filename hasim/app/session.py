"""What a tab of the browser works on: a study, which the address bar names, and one of its drafts.

Theory of operation: the identifier of the study stands in the address (`?study=...`), so that a
reload, a second tab and a link open the same. Pages that are changed to by the menu have an address
without it; they are given it again from the session. All that has to last is in the study: what a
session holds beside it (editing.py) may be lost.

Rules of this file: who comes without a study, or with one that is gone, gets none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from hasim.app.exhibition import plain
from hasim.app.settings import Settings
from hasim.app.workforce import Workforce
from hasim.errors import InputError
from hasim.store import Desk, SavedDraft, Shelf

_STUDY, _DRAFT = "study", "draft"

#: Longest text of a draft: some 3,000 components. More would keep the pages of others waiting.
MOST_LETTERS = 300_000


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    """How this server was started."""
    return Settings.read()


@st.cache_resource(show_spinner=False)
def shelf() -> Shelf:
    """The studies of this server."""
    return Shelf(settings().studies)


@st.cache_resource(show_spinner=False)
def workforce() -> Workforce:
    """The workers of this server."""
    return Workforce(settings().workers)


def identifier() -> str | None:
    """Return the identifier of the study that the address, or else the session, names."""
    named = st.query_params.get(_STUDY)
    kept = st.session_state.get(_STUDY)
    if named is None and kept is not None:
        st.query_params[_STUDY] = kept
        _name_draft(st.session_state.get(_DRAFT))
        return str(kept)
    if named != kept:
        st.session_state[_STUDY] = named
        st.session_state.pop(_DRAFT, None)
    if _DRAFT in st.query_params:
        st.session_state[_DRAFT] = st.query_params[_DRAFT]
    return named


def _name_draft(name: str | None) -> None:
    """Let the address name a draft."""
    if name is None:
        st.query_params.pop(_DRAFT, None)
    else:
        st.query_params[_DRAFT] = name


def open_desk() -> Desk | None:
    """Open the desk of the study of this tab; None where there is none, which the page says."""
    named = identifier()
    if named is None:
        return None
    try:
        return shelf().open(named)
    except InputError as error:
        said = f"{error.found[:1].upper()}{error.found[1:]}: {error.next_step}."
        st.warning(plain(said), icon=":material/search_off:")
        if named not in shelf():
            leave_study()
        return None


def check_link() -> None:
    """Tell whoever comes with a link to a study that is gone."""
    desk = open_desk()
    if desk is not None:
        desk.close()


def leave_study() -> None:
    """Work on no study any more."""
    st.session_state.pop(_STUDY, None)
    st.session_state.pop(_DRAFT, None)
    st.query_params.pop(_STUDY, None)
    _name_draft(None)


def begin_study(title: str, name: str, text: str, folder: Path | None = None) -> str:
    """Make a study with a draft, work on it from now on, and return its identifier.

    Parameters
    ----------
    title : str
    name, text : str
        Of the draft.
    folder : Path, optional
        Where files may be that it names.

    Raises
    ------
    InputError
        For a text that is too long, or where nothing can be written.
    """
    check_length(text)
    new = shelf().put(title)
    with shelf().open(new) as desk:
        desk.save(name, text, folder=folder)
    enter_study(new, name)
    return new


def check_length(text: str) -> None:
    """Refuse a text that is too long to be edited here.

    Raises
    ------
    InputError
    """
    if len(text) > MOST_LETTERS:
        raise InputError(
            f"the model has {len(text):,} letters",
            f"at most {MOST_LETTERS:,}",
            "answer it with `hasim run`, or divide it",
        )


def enter_study(named: str, draft: str | None = None) -> None:
    """Work on a study from now on."""
    st.session_state[_STUDY] = named
    st.query_params[_STUDY] = named
    st.session_state.pop(_DRAFT, None)
    _name_draft(draft)
    if draft is not None:
        st.session_state[_DRAFT] = draft


def chosen_draft(desk: Desk) -> SavedDraft | None:
    """Return the draft that this tab works on: the one chosen, or else the first.

    One that is gone, in another tab or since there was a link, is told of.
    """
    drafts = desk.drafts()
    named = st.session_state.get(_DRAFT)
    first = drafts[0] if drafts else None
    chosen = next((draft for draft in drafts if draft.name == named), first)
    if named is not None and chosen is not None and chosen.name != named:
        text = f"There is no draft {named} in this study: this is {chosen.name}."
        st.warning(plain(text), icon=":material/search_off:")
        choose_draft(chosen.name)
    return chosen


def choose_draft(name: str) -> None:
    """Work on another draft of the study."""
    st.session_state[_DRAFT] = name
    _name_draft(name)


def address() -> dict[str, str]:
    """Return what the address of a page holds of the work in this tab."""
    named, draft = identifier(), st.session_state.get(_DRAFT)
    kept = {_STUDY: named, _DRAFT: draft}
    return {name: value for name, value in kept.items() if value is not None}


def ask(desk: Desk, kind: str, arguments: Mapping[str, Any]) -> int:
    """Ask something of the study: a worker takes it when its turn comes.

    What is asked already and not answered yet is not asked twice.

    Raises
    ------
    ModelError, InputError
        Where there are mistakes in it: no worker could answer it.
    """
    from hasim.work.checking import check_request

    check_request(kind, arguments)
    wanted = (kind, json.loads(json.dumps(arguments)))
    for one in desk.requests():
        if one.is_open and (one.kind, one.arguments) == wanted:
            return one.number
    number = desk.ask(kind, arguments)
    workforce().submit(desk.path, number)
    return number


def ask_again(desk: Desk, number: int) -> None:
    """Let a request that ended, or that nobody works on any more, go on from what was kept."""
    request = desk.request(number)
    is_open = request is not None and request.is_open
    if is_open and workforce().knows(desk.path, number):  # another tab has asked already
        return
    desk.wait_again(number)
    workforce().submit(desk.path, number)


def text_of(draft: SavedDraft) -> dict[str, object]:
    """Return a draft as the arguments of a request hold it."""
    folder = None if draft.folder is None else str(draft.folder)
    return {"name": draft.name, "text": draft.text, "folder": folder}
