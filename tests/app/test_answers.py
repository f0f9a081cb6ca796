"""Answers on a page: which is shown, and what two tabs may do to one at the same time."""

import pytest

from hasim.app import session
from hasim.app.views.compare import _NEXT_KEY
from hasim.reporting.exhibits import FORMAT, Exhibition, Section, Words, tell_form

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


def kept(page, shelf, kind, answer):
    """A page of a study that has kept an answer."""
    (identifier,) = shelf.identifiers()
    with shelf.open(identifier) as desk:
        number = desk.ask(kind, {"model": {"name": "shop", "text": TEXT}})
        desk.end(number, "done", "", answer)
    page._page_hash = page.session_state["pages"][kind]._script_hash
    page.query_params[kind] = str(number)
    page.run()
    assert not page.exception
    return page


PICKS = [{"label": "answer", "settings": []}]


@pytest.mark.parametrize(
    "answer",
    [
        {"exhibition": {"sections": [{"title": "", "items": [{"kind": "hologram"}]}]}},
        {"exhibition": {"format": FORMAT + 1, "picks": PICKS}},
        {"exhibition": {"picks": [{"name": "old"}]}},
        {},
    ],
)
@pytest.mark.parametrize("kind", ["run", "compare", "size"])
def test_an_answer_of_another_version_says_to_ask_again(page, shelf, kind, answer):
    (warning,) = kept(page, shelf, kind, answer).warning
    assert "version of hasim" in warning.value
    assert "ask again" in warning.value
    assert not any("Apply" in one.label for one in page.button)


def test_an_answer_of_this_version_is_shown(page, shelf):
    document = Exhibition("x", ("found",), (Section("s", (Words("", ("line",)),)),)).to_dict()
    assert tell_form(document) == ""
    shown = kept(page, shelf, "size", {"exhibition": {**document, "picks": PICKS}})
    assert not shown.warning
    assert {"found", "line"} <= {one.value for one in shown.markdown}
    assert any("Apply" in one.label for one in shown.button)


def test_an_answer_of_another_model_changes_nothing_of_a_draft(page, shelf):
    settings = [["components.web.mttr", "5 h"], ["components.db.replicas", "3"]]
    document = Exhibition("x", ("found",), (Section("s", (Words("", ("line",)),)),)).to_dict()
    picks = [{"label": "answer", "settings": settings}]
    shown = kept(page, shelf, "size", {"exhibition": {**document, "picks": picks}})
    next(one for one in shown.button if "Apply" in one.label).click().run()
    assert "nothing was changed" in shown.warning[0].value
    (identifier,) = shelf.identifiers()
    with shelf.open(identifier) as desk:
        assert desk.draft("shop").text == TEXT


@pytest.mark.parametrize(
    ("typed", "vary"),
    [
        ("components.web.mttr=5 h,6 h", ["components.web.mttr=5 h,6 h"]),
        ("components.web.mttr=5h,6h web.x=1", ["components.web.mttr=5h,6h", "web.x=1"]),
        (
            "a.mttr=lognormal(median 2 h, p95 24 h)  b=1",
            ["a.mttr=lognormal(median 2 h, p95 24 h)", "b=1"],
        ),
    ],
)
def test_blanks_divide_keys_and_not_values(typed, vary):
    assert _NEXT_KEY.split(typed) == vary


def test_a_draft_that_is_gone_is_told(page):
    page.query_params["draft"] = "nope"
    page.run()
    told = "There is no draft nope in this study\\: this is shop\\."
    assert told in [one.value for one in page.warning]
    assert page.query_params["draft"] == "shop"
    page.run()
    assert told not in [one.value for one in page.warning]


def test_an_answer_without_a_number_is_older_and_one_with_a_higher_of_another_version():
    assert "an older version" in tell_form({})
    assert "another version" in tell_form({"format": FORMAT + 1})
    assert "another version" in tell_form({"format": "two"})


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
    monkeypatch.setattr(session.workforce(), "knows", lambda *_: True)
    with shelf.open(shelf.put("Shop")) as desk:
        number = desk.ask("run", {})
        desk.begin(number)
        session.ask_again(desk, number)
        assert desk.request(number).status == "running"


def test_what_ended_waits_again_while_its_worker_is_on_the_way_out(shelf, monkeypatch):
    monkeypatch.setattr(session.workforce(), "knows", lambda *_: True)
    with shelf.open(shelf.put("Shop")) as desk:
        number = desk.ask("run", {})
        desk.end(number, "stopped", "stopped early")
        session.ask_again(desk, number)
        assert desk.request(number).status == "waiting"
