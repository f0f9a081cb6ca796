"""Answers on a page: which is shown, and what two tabs may do to one at the same time."""

import pytest
import streamlit as st

from hasim.app import session

pytestmark = pytest.mark.normal

TEXT = "name: shop\ncomponents: {web: {mtbf: 1000 h, mttr: 10 h}}\n"


@pytest.fixture
def page(app, shelf):
    """The Run page of a study with two requests that were stopped, not yet run."""
    identifier = shelf.put("Shop")
    with shelf.open(identifier) as desk:
        desk.save("shop", TEXT)
        for _ in range(2):
            number = desk.ask("run", {"model": {"name": ":material/x: $y$", "text": TEXT}})
            desk.end(number, "stopped", "stopped early")
    app.query_params["study"] = identifier
    app.run()
    app._page_hash = app.session_state["pages"]["run"]._script_hash
    return app


def go_on(page):
    return next(one for one in page.button if one.label == "Go on")


@pytest.mark.parametrize("named", ["9" * 5000, "-1", "2\u0661", "%00", "../1"])
def test_a_number_of_no_answer_shows_the_last(page, named):
    page.query_params["run"] = named
    page.run()
    assert not page.exception
    assert page.query_params["run"] == "2"


def test_go_on_in_two_tabs_asks_once(page, shelf):
    page.run()
    (identifier,) = shelf.identifiers()
    with shelf.open(identifier) as desk:
        session.ask_again(desk, 2)
        desk.begin(2)
        desk.end(2, "done", "", None)
    go_on(page).click().run()
    assert not page.exception
    with shelf.open(identifier) as desk:
        assert desk.request(2).status == "done"


def test_what_somebody_works_on_already_does_not_wait_again(shelf, monkeypatch):
    with shelf.open(shelf.put("Shop")) as desk:
        number = desk.ask("run", {})
        desk.begin(number)
        monkeypatch.setattr(session.workforce(), "knows", lambda *_: True, raising=False)
        session.ask_again(desk, number)
        assert desk.request(number).status == "running"
    st.cache_resource.clear()
