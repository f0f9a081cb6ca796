"""Studies in the app: renamed, reported, exported, deleted; what comes in, and what is refused."""

import sqlite3
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.driving import Canvas, answered, open_page, yaml_field

pytestmark = [pytest.mark.browser]

PAIR = "name: pair\ncomponents:\n  web: {replicas: 2, mtbf: 1000 h, mttr: 10 h}\n"
MARKUP = "<img src=x onerror=alert(1)>"


def more(page, identifier, what):
    page.locator(f".st-key-more-{identifier} button").click()
    page.get_by_role("menuitem", name=what).or_(page.get_by_role("option", name=what)).click()
    return page.get_by_role("dialog")


def content_of(page, button):
    with page.expect_download() as download:
        button.click()
    return Path(download.value.path())


def test_a_study_is_renamed_reported_exported_and_deleted(page, hasim_app, study):
    identifier = study("Before", pair=PAIR)
    page.goto(f"{hasim_app}/studies")
    dialog = more(page, identifier, "Rename")
    dialog.get_by_label("Title").fill("After")
    dialog.get_by_role("button", name="Rename").click(delay=100)
    expect(page.get_by_role("link", name="After")).to_be_visible()
    dialog = more(page, identifier, "Report")
    dialog.get_by_role("button", name="Write it").click()
    report = content_of(page, dialog.get_by_role("button", name="Download the report"))
    assert "pair" in report.read_text()
    page.keyboard.press("Escape")
    dialog = more(page, identifier, "Export")
    file = content_of(page, dialog.get_by_role("button", name="Study file"))
    with sqlite3.connect(file) as copy:
        assert copy.execute("pragma integrity_check").fetchone() == ("ok",)
    assert content_of(page, dialog.get_by_role("button", name="JSON")).read_text().startswith("{")
    # Not by Escape: Streamlit disables a button while its file is made, and so loses the focus.
    dialog.get_by_role("button", name="Close").click()
    dialog = more(page, identifier, "Delete")
    expect(dialog).to_contain_text("After and all that came of it will be gone")
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("link", name="After")).to_have_count(0)
    open_page(page, hasim_app, "run", identifier)
    expect(page.get_by_text("Nothing to run yet")).to_be_visible()


@pytest.mark.slow
def test_a_draft_leaves_and_comes_in_as_a_file(page, hasim_app, study):
    text = PAIR + "# the end\n"
    open_page(page, hasim_app, "design", study(pair=text))
    Canvas(page)
    page.get_by_role("button", name="Draft").click()
    file = content_of(page, page.locator(".st-key-download button"))
    assert file.read_text() == text
    page.goto(hasim_app)
    upload = page.get_by_test_id("stFileUploaderDropzoneInput")
    upload.set_input_files(
        {"name": "copied.yaml", "mimeType": "text/yaml", "buffer": text.encode()}
    )
    page.locator(".st-key-open-file-copied button").click()
    page.wait_for_url("**/design?*")
    expect(yaml_field(page)).to_have_value(text)


def test_a_file_of_50_mb_is_refused(page, hasim_app, tmp_path):
    large = tmp_path / "large.yaml"
    with large.open("wb") as file:
        file.truncate(50_000_000)
    page.goto(hasim_app)
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(large)
    expect(page.get_by_text("File must be 5.0MB or smaller.")).to_be_visible()


def test_a_link_to_no_study_tells_what_to_do(page, hasim_app):
    named = "../../etc/![picture](http://example.com/x.png)"
    for name, title in {"run": "Run", "studies": "Studies", "": "Start"}.items():
        page.goto(f"{hasim_app}/{name}?study={quote(named)}")
        expect(page).to_have_title(f"{title} · hasim")
        told = page.get_by_test_id("stAlert").first
        expect(told).to_contain_text(f"There is no study {named}")
        expect(told).to_contain_text("open another, or begin a new one")


@pytest.mark.slow
def test_markup_in_names_is_shown_as_text_on_every_page(page, hasim_app, study):
    text = PAIR.replace("name: pair\n", f"name: '{MARKUP}'\ndescription: '{MARKUP} $x$ :red[y]'\n")
    text = text.replace("web:", f"'{MARKUP}':")
    identifier = study(MARKUP, pair=PAIR, **{MARKUP: text})
    dialogs = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.dismiss()))
    open_page(page, hasim_app, "run", identifier)
    page.get_by_role("button", name="Run pair").click()
    answered(page)
    for name in ("", "design", "run", "compare", "size", "incident", "studies"):
        open_page(page, hasim_app, name, identifier)
        expect(page.get_by_text(MARKUP).first).to_be_visible()
        assert page.locator("img[src='x']").count() == 0
    assert dialogs == []
