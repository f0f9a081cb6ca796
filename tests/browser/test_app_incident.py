"""An incident in the app: killed, stepped, played, paused, and replayed from its address."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driving import Canvas, at_rest, open_page

pytestmark = [pytest.mark.browser]

FAILOVER = """\
name: failover
components:
  db:
    kind: database
    replicas: 2
    redundancy: active-passive
    standby: hot
    failures: {crash: {after: 20 d, repair: fixed(4 h)}}
    failover: {detect: 10 s, decide: 5 s, fence: 5 s, promote: 20 s, switch: 30 s, manual: 1 h}
services:
  checkout: {needs: [db]}
"""


def kill(page, victim):
    page.get_by_role("combobox", name="What to kill").click()
    page.get_by_role("option", name=victim, exact=True).click()
    page.get_by_role("button", name="Kill", exact=True).click(delay=100)


def test_a_failover_is_stepped_through_played_and_replayed_from_its_address(
    page, new_page, hasim_app, study
):
    open_page(page, hasim_app, "incident", study(failover=FAILOVER))
    canvas = Canvas(page)
    expect(page.get_by_text("Kill something to begin.")).to_be_visible()
    kill(page, "db.1")
    main = page.locator("main")
    expect(main).to_contain_text("down: detect")
    page.get_by_role("button", name=re.compile("^Step")).click()
    expect(main).to_contain_text("down: decide")
    page.keyboard.press("ArrowRight")
    expect(main).to_contain_text("down: fence")
    canvas.click("component:db")
    expect(page.get_by_role("img", name=re.compile("db")).first).to_be_visible()
    stepped = page.url
    clock = page.get_by_text(re.compile(r"^day\s+\d+\s\d\d:")).first
    before = clock.inner_text()
    page.get_by_role("combobox", name="Speed").click()
    page.get_by_role("option", name="real time").click()
    page.get_by_role("button", name="Play", exact=True).click(delay=100)
    expect(clock).not_to_have_text(before)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.wait_for_url(lambda url: "script=" in url and url != stepped)
    canvas.rest()
    again = new_page()
    again.goto(page.url)
    expect(again.get_by_text(clock.inner_text(), exact=True).first).to_be_visible()
    expect(again.locator("main")).to_contain_text("db.1")


@pytest.mark.slow
def test_what_is_played_ends_where_all_is_well(page, hasim_app, study):
    open_page(page, hasim_app, "incident", study(failover=FAILOVER))
    kill(page, "db.2, a standby")
    expect(page.get_by_role("tab", name="Timeline")).to_be_visible()
    at_rest(page)
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_text(re.compile(r"day\s+0\s04:"))).to_be_visible()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    expect(page.get_by_text("Nothing is to come")).to_have_count(0)


def test_back_goes_through_what_was_done_and_leaves_the_page(page, hasim_app, study):
    open_page(page, hasim_app, "run", identifier := study(failover=FAILOVER))
    open_page(page, hasim_app, "incident", identifier)
    nothing = page.get_by_text("Kill something to begin.")
    expect(nothing).to_be_visible()
    kill(page, "db.1")
    main = page.locator("main")
    expect(main).to_contain_text("down: detect")
    page.wait_for_url(lambda url: "script=" in url)
    page.get_by_role("button", name=re.compile("^Step")).click(delay=100)
    expect(main).to_contain_text("down: decide")
    page.wait_for_url(lambda url: "until" in url)
    page.go_back()
    expect(main).to_contain_text("down: detect")
    page.go_back()
    expect(nothing).to_be_visible()
    page.go_back()
    page.wait_for_url(lambda url: "/run" in url)
