"""Runs in the app: seen while they go on, stopped, gone on with, shared, and survived."""

import os
import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.driving import answered, open_page

pytestmark = [pytest.mark.browser]

PAIR = "name: pair\ncomponents:\n  web: {replicas: 2, mtbf: 1000 h, mttr: 10 h}\n"

SHOP = (Path(__file__).resolve().parent.parent.parent / "models" / "shop.yaml").read_text()

# Outages are so rare that it takes minutes to tell how rare.
RARE = SHOP.replace("after: 90 d", "after: 20 years")


def ask(page, address, study, draft):
    open_page(page, address, "run", study)
    page.get_by_role("button", name=f"Run {draft}").click()


def ask_much(page, address, study, draft):
    """Ask for a precision that takes long."""
    open_page(page, address, "run", study)
    page.get_by_role("button", name="How").click()
    page.get_by_role("combobox", name="Precision").click()
    page.get_by_role("option", name="1 %", exact=True).click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name=f"Run {draft}").click(delay=100)


def interval_of(page):
    """Return what is known of the downtime while the run goes on."""
    return page.get_by_text(re.compile(r"downtime a year .* · .* to .*")).first


def stop(page):
    page.get_by_role("button", name="Stop", exact=True).last.click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible()


def test_a_run_is_seen_narrowing_stopped_with_what_is_known_and_gone_on_with(
    page, hasim_app, study
):
    ask_much(page, hasim_app, study(rare=RARE), "rare")
    expect(interval_of(page)).to_be_visible()
    first = interval_of(page).inner_text()
    expect(interval_of(page)).not_to_have_text(first)
    expect(page.get_by_role("progressbar")).to_be_visible()
    stop(page)
    answered(page)
    expect(page.get_by_text("stopped").first).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(interval_of(page)).to_be_visible()
    stop(page)


def test_a_reload_and_a_second_tab_see_the_run_and_a_second_user_another(
    page, new_page, hasim_app, study
):
    ask_much(page, hasim_app, study(rare=RARE), "rare")
    expect(interval_of(page)).to_be_visible()
    page.reload()
    expect(interval_of(page)).to_be_visible()
    beside = new_page(page.context)
    beside.goto(page.url)
    expect(interval_of(beside)).to_be_visible()
    other = new_page()
    ask(other, hasim_app, study(pair=PAIR), "pair")
    answered(other)
    expect(other.get_by_text("checkout")).to_have_count(0)
    expect(interval_of(page)).to_contain_text("checkout")
    stop(beside)
    answered(page)
    expect(page.get_by_role("button", name="Go on")).to_be_visible()


def workers_of(path):
    """Return the processes that work on a study."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:  # it ended meanwhile
            continue
        if b"hasim.work" in words and str(path).encode() in words:
            yield int(folder.name)


def kill_worker(path):
    (worker,) = workers_of(path)
    os.kill(worker, signal.SIGKILL)
    return worker


def test_a_run_whose_worker_is_killed_says_so_and_is_completed(page, hasim_app, study, shelf):
    identifier = study(shop=SHOP)
    path = shelf.path(identifier)
    ask_much(page, hasim_app, identifier, "shop")
    expect(interval_of(page)).to_be_visible()
    first = kill_worker(path)
    killed = page.get_by_text("the worker was killed (SIGKILL)")
    expect(killed.first).to_contain_text("another goes on from what was kept")
    while set(workers_of(path)) in (set(), {first}):
        page.wait_for_timeout(50)
    kill_worker(path)
    expect(killed.first).to_contain_text("what was computed is kept: Go on")
    page.get_by_role("button", name="Go on").click()
    answered(page)
    expect(killed).to_have_count(0)
    expect(page.get_by_role("button", name="Go on")).to_have_count(0)


FIRST_BYTES = {"SVG": b"<svg", "PNG": b"\x89PNG\r\n\x1a\n", "CSV": b""}


def test_cards_have_whole_titles_and_figures_are_downloaded(page, hasim_app, study):
    ask(page, hasim_app, study(pair=PAIR), "pair")
    answered(page)
    titles = page.get_by_test_id("stMetricLabel").get_by_test_id("stMarkdownContainer")
    widths = "(all) => all.map((one) => one.scrollWidth - one.clientWidth)"
    assert set(titles.evaluate_all(widths)) == {0}
    page.get_by_role("button", name="Table and files").nth(1).click()
    opened = page.get_by_test_id("stPopoverBody")
    expect(opened.get_by_test_id("stDataFrame")).to_be_visible()
    for form, first in FIRST_BYTES.items():
        with page.expect_download() as download:
            opened.get_by_role("button", name=form, exact=True).click()
        content = Path(download.value.path()).read_bytes()
        assert content.startswith(first)
        assert download.value.suggested_filename.endswith(f".{form.lower()}")
    assert content.splitlines()[0].count(b",") >= 1
