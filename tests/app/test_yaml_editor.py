"""What Python gives to the YAML editor, what it takes from it, and what the widget must not do."""

import json
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import hasim.app.yaml_editor

FOLDER = Path(hasim.app.yaml_editor.__file__).parent

FINDING = {"line": 2, "column": 3, "severity": "error", "text": "<b>", "more": object()}


SCRIPT = """
import streamlit as st
from hasim.app.yaml_editor import show_yaml_editor

state = st.session_state
state.told = show_yaml_editor("name: a", key="editor", **state.inputs)
"""


def run(typed=None, epoch=3, findings=()):
    """Return the app after a run in which the browser had sent `typed`."""
    app = AppTest.from_string(SCRIPT, default_timeout=60)
    app.session_state["inputs"] = {"epoch": epoch, "findings": findings}
    if typed is not None:
        app.session_state["editor"] = {"typed": typed}
    app.run()
    assert not app.exception
    return app


def told(app):
    state = app.session_state["told"]
    return state.text, state.sequence


def given(app):
    """Return what the widget is given."""
    [widget] = [element for element in app.main if element.type == "bidi_component"]
    return json.loads(widget.proto.json)


@pytest.mark.normal
def test_what_was_typed_in_this_epoch_is_told_and_noted_as_taken():
    app = run({"text": "name: b", "sequence": 7, "epoch": 3})
    assert told(app) == ("name: b", 7)
    assert given(app)["taken"] == 7


@pytest.mark.normal
def test_what_was_typed_in_another_epoch_is_not_told_nor_taken():
    app = run({"text": "name: b", "sequence": 7, "epoch": 2})
    assert told(app) == (None, 0)
    assert given(app)["taken"] == 0


@pytest.mark.normal
def test_what_was_taken_is_remembered_in_the_next_epoch():
    app = run({"text": "name: b", "sequence": 7, "epoch": 3})
    app.session_state["inputs"] = {"epoch": 4, "findings": []}
    app.run()
    assert told(app) == (None, 0)
    assert given(app)["taken"] == 7


@pytest.mark.normal
@pytest.mark.parametrize(
    "typed",
    [
        None,
        "text",
        [],
        {},
        {"text": 5, "sequence": 7, "epoch": 3},
        {"text": "a", "sequence": "7", "epoch": 3},
        {"text": "a", "sequence": 7},
    ],
    ids=str,
)
def test_what_is_no_text_is_as_if_nothing_was_typed(typed):
    assert told(run(typed)) == (None, 0)


@pytest.mark.normal
def test_the_widget_is_given_text_findings_and_the_units_of_the_language():
    data = given(run(findings=[FINDING]))
    assert (data["text"], data["epoch"], data["height"]) == ("name: a", 3, 560)
    assert data["findings"] == [{"line": 2, "column": 3, "severity": "error", "text": "<b>"}]
    assert data["units"].index("ms") < data["units"].index("s")
    assert "%" in data["units"]


FORBIDDEN = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|document\.write|\beval\b"
    r"|new Function|\bfetch\b|XMLHttpRequest|WebSocket|\bimport\b|//[a-z]|url\(|@import|src="
)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("editor.*")) + sorted(FOLDER.glob("*.js")))
def test_the_widget_makes_no_markup_of_text_and_fetches_nothing(path):
    assert FORBIDDEN.findall(path.read_text(encoding="utf-8")) == []


def test_the_height_of_a_line_is_the_same_for_script_and_style():
    script = (FOLDER / "editor.js").read_text(encoding="utf-8")
    style = (FOLDER / "editor.css").read_text(encoding="utf-8")
    for constant, variable in (("LINE", "--line"), ("EDGE", "--edge")):
        [said] = re.findall(rf"const {constant} = (\d+);", script)
        assert f"{variable}: {said}px;" in style
