"""The canvas widget as far as Python knows it: the library it draws with, its script, its state."""

import json
import re
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from hasim.app.canvas import library, widget

CANVAS = Path(widget.__file__).parent


def test_the_library_is_where_the_canvas_looks_for_it_and_has_not_moved():
    text = library.library_file().read_text(encoding="utf-8")
    exported = re.findall(r"export\{(\w+) as t\};?\s*$", text)
    versions = re.findall(rf"{exported[0]}\.version=(\w+)", text) if exported else []
    assert re.findall(rf"{versions[0]}=[`\"']([\d.]+)[`\"']", text) == ["3.34.1"]


def test_the_library_needs_no_other_file():
    text = library.library_file().read_text(encoding="utf-8")
    assert not re.search(r"\bimport\s*[{*(\"'`]|\bfrom\s*[\"'`]", text)


def test_its_address_is_below_the_base_of_the_server(monkeypatch):
    name = library.library_file().name
    assert library.library_address() == f"/static/js/{name}"
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": "hasim/"}.get)
    assert library.library_address() == f"/hasim/static/js/{name}"


def test_every_script_is_joined_once():
    assert sorted(widget.SCRIPTS) == sorted(file.name for file in CANVAS.glob("*.js"))
    assert len(re.findall(r"^export ", widget.script(), re.MULTILINE)) == 1


def test_no_text_becomes_markup_and_nothing_is_fetched():
    script = widget.script()
    assert not re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script)
    assert not re.findall(r"https?://(?!www\.w3\.org/2000/svg)", script)
    assert not re.findall(r"fetch\(|XMLHttpRequest|sendBeacon|url\(", script)


def test_no_name_stands_twice_in_the_joined_script():
    names = re.findall(r"^(?:async )?(?:function|const|let) (\w+)", widget.script(), re.MULTILINE)
    assert sorted(names) == sorted(set(names))


def page():
    import streamlit as st

    from hasim.app.canvas import show_canvas

    state = show_canvas({"nodes": [], "edges": []}, epoch=1, applied=3, key="canvas")
    st.json([list(state.operations), list(state.chosen), state.opened])


def said_to(session):
    """Return what a page makes of operations that were said to a session."""
    app = AppTest.from_function(page)
    operations = [{"seq": 3, "do": "undo"}, {"seq": 4, "do": "redo"}]
    said = {"session": session, "operations": operations, "chosen": ["a"]}
    app.session_state["canvas"] = {"said": said}
    app.session_state["canvas:session"] = "this one"
    app.run(timeout=20)
    assert not app.exception
    return json.loads(app.json[0].value)


@pytest.mark.normal
def test_what_is_applied_is_not_said_again():
    assert said_to("this one") == [[{"seq": 4, "do": "redo"}], ["a"], None]


@pytest.mark.normal
def test_what_another_session_was_told_is_not_done_again():
    assert said_to("the one before") == [[], ["a"], None]
