"""The page of all studies, and what is done to one from there."""

import json
import os

import pytest

from hasim.store import Study
from hasim.store.lock import Lock

pytestmark = pytest.mark.normal

MODEL = "name: shop\ncomponents: {web: {mtbf: 1000 h, mttr: 10 h}}\n"


@pytest.fixture
def page(app):
    """The page, not yet run: what the menu does, which AppTest has no way for."""
    app.run()
    app._page_hash = app.session_state["pages"]["studies"]._script_hash
    return app


@pytest.fixture
def study(shelf):
    """A study with one draft."""
    identifier = shelf.put("Shop")
    with shelf.open(identifier) as desk:
        desk.save("shop", MODEL)
    return identifier


def labels(page):
    return [one.proto.label for one in page.get("page_link")]


def choose(page, identifier, action):
    """Open a dialog of a study."""
    page.run()
    assert not page.exception
    page.menu_button(key=f"more-{identifier}").click(action).run()
    assert not page.exception


def test_without_studies_there_is_a_way_on(page):
    page.run()
    assert not page.exception
    assert "none yet" in page.info[0].value
    assert labels(page) == ["Begin one"]


def test_a_study_is_told_with_its_title_and_how_much_is_in_it(page, shelf, study):
    with shelf.open(study) as desk:
        desk.ask("run", {})
        desk.ask("run", {})
    page.run()
    assert not page.exception
    assert labels(page) == ["**Shop**"]
    assert page.caption[1].value.endswith("2 runs")


def test_many_studies_are_shown_page_by_page(page, shelf):
    for number in range(23):
        os.utime(shelf.path(shelf.put(f"number {number}")), (1000 + number, 1000 + number))
    page.run()
    assert labels(page) == [f"**number {number}**" for number in range(22, 12, -1)]
    page.pagination(key="page-of-3").set_value(3).run()
    assert labels(page) == ["**number 2**", "**number 1**", "**number 0**"]


def test_a_study_gets_another_title(page, shelf, study):
    choose(page, study, "Rename")
    page.text_input(key="new-title").input("  Our shop ")
    page.button(key="rename-it").click().run()
    assert not page.exception
    assert [one.title for one in shelf.list()] == ["Our shop"]


def test_deleting_asks_first(page, shelf, study):
    choose(page, study, "Delete")
    assert shelf.identifiers() == (study,)
    page.button(key="delete-it").click().run()
    assert not page.exception
    assert shelf.identifiers() == ()
    assert "none yet" in page.info[0].value


def test_a_dialog_is_over_when_its_page_is_left(page, study):
    choose(page, study, "Delete")
    here = page._page_hash
    page._page_hash = page.session_state["pages"]["start"]._script_hash
    page.run()
    page._page_hash = here
    page.run()
    assert not page.exception
    assert "delete-it" not in [one.key for one in page.button]


def test_a_study_that_is_worked_on_is_not_deleted(page, shelf, study):
    lock = Lock(shelf.path(study))
    choose(page, study, "Delete")
    page.button(key="delete-it").click().run()
    assert "still works on this study" in page.error[0].value
    lock.release()
    assert shelf.identifiers() == (study,)


def test_a_study_that_another_tab_deleted_is_told(page, shelf, study):
    page.run()
    shelf.delete(study)
    page.menu_button(key=f"more-{study}").click("Rename").run()
    assert not page.exception
    assert "none yet" in page.info[0].value


def test_a_damaged_study_is_told_and_can_be_deleted(page, shelf, study):
    path = shelf.path(study)
    path.write_bytes(path.read_bytes()[:4096] + b"x" * 8192)
    page.run()
    assert not page.exception
    assert page.caption[1].value == "cannot be opened\\: it is damaged"
    page.button(key=f"delete-{study}").click().run()
    page.button(key="delete-it").click().run()
    assert shelf.identifiers() == ()


def test_the_files_hold_the_study(shelf, study, tmp_path):
    from hasim.app.views.studies import _whole, _written

    with Study.open(shelf.path(study)) as opened:
        opened.begin("run", "shop", "0", {}).end("done", {"answer": 1})
    copy = tmp_path / "copy.study"
    copy.write_bytes(_whole(study))
    with Study.read(copy) as opened:
        assert [run.document for run in opened.runs()] == [{"answer": 1}]
    (run,) = json.loads(_written(study, "json"))["runs"]
    assert run["document"] == {"answer": 1}
    assert _written(study, "csv").startswith(b"run,kind,model")


def test_a_report_is_asked_with_all_drafts(page, shelf, study):
    choose(page, study, "Report")
    page.button(key="write-report").click().run()
    assert not page.exception
    with shelf.open(study) as desk:
        report = desk.last("report")
    assert report.arguments == {"models": [{"name": "shop", "text": MODEL, "folder": None}]}


def test_a_report_that_is_written_can_be_taken(page, shelf, study):
    with shelf.open(study) as desk:
        desk.end(desk.ask("report", {}), "done", "the report is written", {"html": "<p>"})
    choose(page, study, "Report")
    assert page.get("download_button")[0].proto.label == "Download the report"
    assert page.button(key="write-report").label == "Write it anew"


def test_a_report_that_failed_says_why(page, shelf, study):
    with shelf.open(study) as desk:
        desk.end(desk.ask("report", {}), "failed", "shop.yaml:1:1: it is wrong")
    choose(page, study, "Report")
    assert page.code[0].value == "shop.yaml:1:1: it is wrong"


def test_a_report_that_nobody_writes_any_more_can_go_on(page, shelf, study):
    with shelf.open(study) as desk:
        desk.begin(desk.ask("report", {}))
    choose(page, study, "Report")
    page.button(key="go-on").click().run()
    assert not page.exception
    with shelf.open(study) as desk:
        assert desk.last("report").status == "waiting"


def test_a_link_to_no_study_is_told(page):
    page.query_params["study"] = "../../etc/passwd"
    page.run()
    assert not page.exception
    assert "There is no study" in page.warning[0].value
