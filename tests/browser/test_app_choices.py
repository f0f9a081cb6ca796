"""Compare and Size in the app: candidates are copied, compared and picked; a space is searched."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driving import Canvas, design, open_page, yaml_field

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
    canvas.says("")
    page.get_by_role("link", name="Compare").click(delay=100)
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_text("The order", exact=True)).to_be_visible()
    expect(page.get_by_text("against pair:")).to_be_visible()
    points = page.locator(".stVegaLiteChart path[aria-roledescription='point']")
    points.first.scroll_into_view_if_needed()
    points.first.evaluate(CLICK)


def table(page, number):
    frame = page.get_by_test_id("stDataFrame").nth(number)
    frame.scroll_into_view_if_needed()
    return frame.bounding_box()


def type_into(page, box, row, share, text):
    """Type into a cell of a table: of a row, and a share of its width from the left."""
    at = box["x"] + share * box["width"], box["y"] + 35 * (row + 1.5)
    page.mouse.click(*at)
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
    page.keyboard.press("Enter")


def test_what_can_be_chosen_is_edited_searched_and_the_answer_applied(page, hasim_app, study):
    open_page(page, hasim_app, "size", study(pair=PAIR + OPTIONS))
    type_into(page, table(page, 1), 0, 0.75, "[2, 3, 4]")
    type_into(page, table(page, 0), 0, 0.75, "99.999 %")
    page.get_by_role("button", name="Size", exact=True).click(delay=100)
    apply = page.get_by_role("button", name=re.compile("^Apply to pair")).first
    apply.click()
    page.wait_for_url("**/design?*")
    field = yaml_field(page)
    expect(field).to_have_value(
        re.compile(r"replicas: 3, .*# of last year\n[^$]*replicas: \[2, 3, 4\]")
    )
