"""Fragments that run again by themselves: they go on, and never clear the page that comes after."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.driving import at_rest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCRIPT = Path(__file__).with_name("pages") / "ticker_page.py"

# What the server says comes late, as it does where browser or network are slow.
LATE = """
const late = (listener) => (event) => setTimeout(() => listener(event), 600);
const { set } = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
Object.defineProperty(WebSocket.prototype, "onmessage", {
    set(listener) { set.call(this, late(listener)); },
});
const listen = WebSocket.prototype.addEventListener;
WebSocket.prototype.addEventListener = function (kind, listener, ...more) {
    listen.call(this, kind, kind === "message" ? late(listener) : listener, ...more);
};
"""


def test_looks_follow_each_other(page, app_server):
    page.goto(app_server(SCRIPT))
    expect(page.locator(".st-key-looks")).to_have_text(re.compile(r"^\d\d looks"))


def test_the_page_that_comes_after_is_not_cleared(page, app_server):
    page.add_init_script(LATE)
    page.goto(app_server(SCRIPT))
    page.locator(".st-key-looks").wait_for()
    page.get_by_role("link", name="Quick").click()
    page.wait_for_timeout(300)
    page.get_by_role("link", name="Slow").click()
    expect(page.get_by_role("heading", name="Slow")).to_be_visible()
    page.wait_for_timeout(1500)
    at_rest(page)
    assert page.get_by_role("heading", name="Slow").is_visible()
