"""Compare and Size in the app: candidates are copied, compared and picked; a space is searched."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driving import Canvas, at_rest, design, open_page, yaml_field

pytestmark = [pytest.mark.browser]

PAIR = """\
name: pair
components:
  web: {replicas: 2, mtbf: 1000 h, mttr: 10 h}  # of last year
costs: {currency: EUR, components: {web: 1 EUR / h}}
"""
OPTIONS = "options:\n  components.web.replicas: [2, 3]\n"

# A click that Vega sees, on one of its points.
CLICK = """(point) => {
    const box = point.getBoundingClientRect();
    const at = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 };
    const event = { ...at, bubbles: true, view: window };
    for (const kind of ["pointerdown", "mousedown", "pointerup", "mouseup", "click"])
        point.dispatchEvent(new MouseEvent(kind, event));
}"""


def test_a_candidate_is_copied_changed_compared_and_picked(page, hasim_app, study):
    canvas = design(page, hasim_app, study(pair=PAIR))
    page.locator(".st-key-candidate button").click()
    expect(page.get_by_role("radio", name="pair-2")).to_be_checked()
    canvas = Canvas(page)
    canvas.wait_for("component:web")
    field = yaml_field(page)
    field.fill(PAIR.replace("replicas: 2", "replicas: 3"))
    canvas.rest()
    page.get_by_role("link", name="Compare", exact=True).click(delay=100)
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_text("The order", exact=True)).to_be_visible()
    expect(page.get_by_text("against pair:")).to_be_visible()
    points = page.locator(".stVegaLiteChart path[aria-roledescription='point']")
    points.first.scroll_into_view_if_needed()
    expect(points).to_have_count(2)
    tables = page.get_by_test_id("stDataFrame")
    before = tables.count()
    points.first.evaluate(CLICK)
    expect(tables).to_have_count(before + 1)


def type_into(page, box, row, share, text):
    """Type into a cell of a table: of a row, and a share of its width from the left."""
    at = box["x"] + share * box["width"], box["y"] + 35 * (row + 1.5)
    page.mouse.move(*at)
    page.mouse.dblclick(*at)
    field = page.locator("#portal textarea")
    field.wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.type(text, delay=20)  # the cell takes what stood before the last rendering
    page.keyboard.press("Enter")
    field.wait_for(state="detached")


def saved(page, shelf, identifier, words):
    """Wait until the first draft of a study has some words in it."""
    for _ in range(600):
        with shelf.open(identifier) as desk:
            if words in desk.drafts()[0].text:
                return
        page.wait_for_timeout(50)
    raise AssertionError(f"{words} were not saved")


def test_what_can_be_chosen_is_edited_searched_and_the_answer_applied(
    page, hasim_app, study, shelf
):
    often = PAIR.replace("1000 h", "100 h")  # so often that it takes four of them
    identifier = study(pair=often + OPTIONS)
    open_page(page, hasim_app, "size", identifier)
    options = page.get_by_test_id("stDataFrame").nth(1)
    options.wait_for()
    at_rest(page)
    type_into(page, options.bounding_box(), 0, 0.75, "[2, 3, 4]")
    saved(page, shelf, identifier, "[2, 3, 4]")
    at_rest(page)
    page.get_by_role("button", name="Size", exact=True).click()
    page.get_by_role("button", name=re.compile("^Apply to pair")).first.click()
    page.wait_for_url("**/design?*")
    sized = often.replace("replicas: 2", "replicas: 4") + OPTIONS.replace("[2, 3]", "[2, 3, 4]")
    expect(yaml_field(page)).to_have_value(sized)
