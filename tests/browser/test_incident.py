"""What a person does on the page of incidents, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_app import board

pytestmark = [pytest.mark.browser]

DUO = """name: duo
components:
  db:
    replicas: 2
    redundancy: active-passive
    failures: {crash: {after: 90 d, repair: fixed(1 h)}}
    failover: {detect: 30 s, promote: 20 s}
"""


def begin(page, address):
    """Paste the model and open it."""
    page.goto(address)
    click(page, "Paste YAML")
    field = page.get_by_label("Text of a model")
    field.fill(DUO)
    field.press("Control+Enter")
    page.locator(".st-key-open-None-duo button").first.click()
    page.wait_for_url("**/design?study=*")


def click(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def test_an_incident_is_stepped_played_and_found_again_by_its_link(page, hasim_app):
    begin(page, hasim_app)
    page.get_by_role("link", name="Incident").click()
    board(page)
    click(page, "Kill")
    expect(page.get_by_text("down: detect")).to_be_visible()
    page.get_by_role("button", name="Step").click()
    expect(page.get_by_text("down: promote")).to_be_visible()
    page.wait_for_url("**script=*until%3D30s*")
    page.reload()
    expect(page.get_by_text("down: promote")).to_be_visible()
    click(page, "Play")
    expect(page.get_by_text("day 0 01:00:30.000").first).to_be_visible(timeout=30_000)
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    expect(page.get_by_text("Nothing is to come")).to_have_count(0)
