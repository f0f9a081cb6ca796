"""What a person does with the app, from the first page to the last, in a real browser."""

import json
import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser]

CORE = "(stage) => stage.querySelector('.graph')._cyreg.cy"

PAIR = "name: pair\ncomponents:\n  web: {replicas: 2, mtbf: 1000 h, mttr: 10 h}\n"


def begin(page, address, text, name="pair"):
    """Paste a model and open it."""
    page.goto(address)
    page.get_by_role("button", name="Paste YAML").click()
    field = page.get_by_label("Text of a model")
    field.fill(text)
    field.press("Control+Enter")
    page.locator(f".st-key-open-None-{name} button").click()
    page.wait_for_url("**/design?study=*")
    return board(page)


def board(page):
    """Wait for the canvas and return its stage."""
    stage = page.locator(".canvas .stage")
    stage.locator("canvas").first.wait_for()
    page.wait_for_function(
        f"(stage) => stage.querySelector('.graph')?._cyreg?.cy && ({CORE})(stage).height() > 100",
        arg=stage.element_handle(),
    )
    return stage


def ask(stage, question):
    return stage.evaluate(f"(stage) => ({question})(({CORE})(stage))")


def place(stage, identifier):
    at = ask(stage, f"(cy) => cy.getElementById({json.dumps(identifier)}).renderedPosition()")
    box = stage.bounding_box()
    return box["x"] + at["x"], box["y"] + at["y"]


def answered(page, seconds=60):
    """Wait for the cards of an answer."""
    expect(page.get_by_text("downtime a year", exact=True).first).to_be_visible(
        timeout=1000 * seconds
    )


def yaml_of(page):
    page.get_by_role("tab", name="YAML").click()
    return page.locator("textarea[aria-label='Model as YAML']").input_value()


def test_one_click_from_the_gallery_to_an_answer_that_a_reload_keeps(page, hasim_app):
    page.goto(hasim_app)
    page.get_by_role("button", name="Run").first.click()
    page.wait_for_url("**/run?study=*")
    answered(page)
    expect(page.get_by_text("What limits this answer")).to_be_visible()
    page.reload()
    answered(page)
    expect(page.get_by_text(re.compile("99.98"))).not_to_have_count(0)


def test_three_components_and_a_zone_are_drawn_connected_undone_and_run(page, hasim_app):
    page.goto(hasim_app)
    page.get_by_label("Name of a new system").fill("drawn")
    page.get_by_role("button", name="Draw a new system").click()
    page.wait_for_url("**/design?study=*")
    stage = board(page)
    tools = page.get_by_role("toolbar").first
    for tool in ("Balancer", "Server", "Database", "Zone"):
        tools.get_by_role("button", name=tool, exact=True).click()
        page.keyboard.press("Escape")
    expect(page.locator(".canvas .live")).to_contain_text("zone")
    names = ask(stage, "(cy) => cy.nodes().map((node) => node.id())")
    assert {"component:server", "component:database", "domain:zone"} <= set(names), names
    connect(page, stage, "component:server", "component:database")
    page.wait_for_timeout(1500)
    assert "needs: [database]" in yaml_of(page)
    page.locator(".st-key-undo button").click()
    expect(page.locator("textarea[aria-label='Model as YAML']")).not_to_have_value(
        re.compile("needs: .database")
    )


def connect(page, stage, source, target):
    """Draw an arrow with keys."""
    page.mouse.click(*place(stage, source))
    page.keyboard.press("c")
    page.mouse.click(*place(stage, target))
