"""What goes wrong with a study while pages show it: told in words, on every page."""

import sqlite3

import pytest

from hasim.app.shell import PAGES
from hasim.store import study_file

pytestmark = pytest.mark.normal

TEXT = "name: shop\ncomponents: {web: {replicas: 2, mtbf: 1000 h, mttr: 10 h}}\n"


@pytest.fixture
def study(app, shelf):
    """A study with a draft, which the app has open."""
    identifier = shelf.put("Shop")
    with shelf.open(identifier) as desk:
        desk.save("shop", TEXT)
        desk.end(desk.ask("run", {"model": {"name": "shop", "text": TEXT}}), "stopped", "early")
    app.query_params["study"] = identifier
    app.run()
    return shelf.path(identifier)


@pytest.fixture(params=["design", "run", "compare", "size", "incident", "studies"])
def page(request, app, study):
    """Each page in turn, shown."""
    app._page_hash = app.session_state["pages"][request.param]._script_hash
    app.run()
    assert not app.exception
    return app


def buttons(page):
    return [one.key for one in page.button if not one.disabled and one.key]


def test_a_study_that_is_deleted_in_another_tab_is_told_as_gone(page, study):
    keys = buttons(page)
    study.unlink()
    for key in keys:
        if key in buttons(page):
            page.button(key=key).click()
        page.run()
        assert not page.exception


def test_a_study_that_cannot_be_written_is_told(page, study, monkeypatch):
    monkeypatch.setattr(study_file, "_PATIENCE", 0.01)
    with sqlite3.connect(study, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        for key in buttons(page):
            if key in buttons(page):
                page.button(key=key).click().run()
                assert not page.exception
        other.execute("ROLLBACK")
    other.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_damaged_study_is_told(app, study, name):
    data = bytearray(study.read_bytes())
    data[200:] = b"x" * (len(data) - 200)
    for one in (study.with_name(f"{study.name}-wal"), study.with_name(f"{study.name}-shm")):
        one.unlink(missing_ok=True)
    study.write_bytes(data)
    app._page_hash = app.session_state["pages"][name]._script_hash
    app.run()
    assert not app.exception
