"""The page to begin with: models by the question that they answer, one's own, and recent studies.

Rules of this file: a study is made when somebody takes a model, not when they look at one.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from hasim.app import session
from hasim.app.exhibition import named, plain
from hasim.app.moments import moment
from hasim.app.shell import go_to
from hasim.app.thumbnails import show_thumbnail
from hasim.app.troubles import told
from hasim.description.gallery import FOLDER, Example, about, examples, title_of
from hasim.description.naming import blank_model, model_name
from hasim.description.yaml_file import decode_text, read_model, read_text

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

#: The longest title of a study, and the narrowest card, in letters and pixels.
_MOST_LETTERS, _CARD = 60, 260

#: How many recent studies are shown, and how much of what a model says of itself.
_RECENT, _MOST_ABOUT = 6, 170

#: Letters of a pasted text: more is uploaded as a file.
_MOST_PASTED = 200_000

_PASTE = """\
name: shop
components:
  web: {replicas: 3, required: 2, mtbf: 30 d, mttr: 1 h}
"""


def show() -> None:
    """Show the page."""
    with st.container(gap=None):
        st.title("How available is it, and why not more?", anchor=False)
        st.markdown(
            "Take a model that asks your question and run it, or begin with your own: every "
            "number that comes out has an interval and says what it rests on."
        )
    session.check_link()
    _show_given()
    models, own = st.columns([3, 1], gap="large")
    with models:
        _show_gallery()
    with own:
        _show_own()
        _show_recent()


# ---------------------------------------------------------------------------- models that are there


def _show_given() -> None:
    """The model with which `hasim app` was started, before all others."""
    path = session.settings().model
    if path is None:
        return
    with told():
        read_model(path)
        text = decode_text(path.read_bytes(), str(path))
        example = Example(path.stem, title_of(path.stem), about(text), text)
        with st.container(border=True):
            left, right = st.columns([1, 3], vertical_alignment="center")
            with left:
                show_thumbnail(example.title, example.text, path.parent)
            with right:
                _show_words(example, path.parent, "given")


def _show_gallery() -> None:
    offered = examples()
    question = st.pills(
        "What do you want to know?",
        list(offered),
        default=next(iter(offered)),
        required=True,
        format_func=plain,
        wrap=True,
        key="question",
    )
    with st.grid(min_column_width=_CARD):
        for example in offered[question]:
            with st.container(border=True, height="stretch", gap="xsmall"):
                _show_card(example, FOLDER, "gallery")


def _show_card(example: Example, folder: Path, place: str) -> None:
    show_thumbnail(example.title, example.text, folder)
    _show_words(example, folder, place)


def _show_words(example: Example, folder: Path, place: str) -> None:
    st.markdown(f"**{plain(example.title)}**")
    st.caption(plain(_shorten(example.about)))
    st.space("stretch")
    _offer(example, folder, place)


def _offer(example: Example, folder: Path | None, place: str) -> None:
    """The two ways on with a model: its answer, or its drawing."""
    key = f"{place}-{example.name}"
    run, open_ = named("Run", example.title), named("Open", example.title)
    with st.container(horizontal=True):
        runs = st.button(run, type="primary", icon=":material/play_arrow:", key=f"run-{key}")
        opens = st.button(open_, icon=":material/account_tree:", key=f"open-{key}")
    if runs:
        _begin_run(example, folder)
    if opens:
        _begin(example, folder)


def _begin(example: Example, folder: Path | None) -> None:
    with told():
        session.begin_study(example.title, example.name, example.text, folder)
        go_to("design")


def _begin_run(example: Example, folder: Path | None) -> None:
    with told():
        identifier = session.begin_study(example.title, example.name, example.text, folder)
        with session.shelf().open(identifier) as desk:
            draft = session.chosen_draft(desk)
            assert draft is not None
            session.ask(desk, "run", {"model": session.text_of(draft), "seed": 1})
        go_to("run")


def _shorten(words: str) -> str:
    """A text that fits a card, cut between words."""
    if len(words) <= _MOST_ABOUT:
        return words
    return f"{words[:_MOST_ABOUT].rsplit(' ', 1)[0]} …"


# ---------------------------------------------------------------------------- one's own


def _show_own() -> None:
    st.subheader("Your own", anchor=False)
    with st.form("draw", border=False):
        title = st.text_input("Name of a new system", max_chars=_MOST_LETTERS, key="title")
        draws = st.form_submit_button(
            "Draw a new system", icon=":material/draw:", width="stretch", key="draw-new"
        )
    if draws:
        name = model_name(title)
        _begin(Example(name, title.strip() or "New system", "", blank_model(name)), None)
    file = st.file_uploader("Upload a model", type=["yaml", "yml"], key="file")
    if file is not None:
        _take_file(file)
    with st.popover("Paste YAML", icon=":material/content_paste:", width="stretch"):
        _take_pasted()


def _take_file(file: UploadedFile) -> None:
    with told():
        name = Path(file.name).stem[:_MOST_LETTERS]
        text = decode_text(file.getvalue(), file.name)
        session.check_length(text)
        read_text(text, file.name)
        _offer(Example(name, title_of(name), "", text), None, "file")


def _take_pasted() -> None:
    text = st.text_area(
        "Text of a model", placeholder=_PASTE, height=260, max_chars=_MOST_PASTED, key="pasted"
    )
    if text:
        with told():
            named = read_text(text, "pasted").values.get("name")
            name = model_name(named if isinstance(named, str) else "")
            _offer(Example(name, title_of(name), "", text), None, "pasted")


# ---------------------------------------------------------------------------- recent studies


def _show_recent() -> None:
    recent = tuple(islice(session.shelf().list(), _RECENT))
    if not recent:
        return
    st.subheader("Recent studies", anchor=False)
    pages = st.session_state["pages"]
    for one in recent:
        with st.container(gap=None):
            st.page_link(
                pages["run" if one.asked else "design"],
                label=plain(one.title),
                icon=":material/folder_open:",
                query_params={"study": one.identifier},
            )
            st.caption(moment(one.changed))
