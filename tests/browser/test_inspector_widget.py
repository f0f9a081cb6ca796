"""The inspector in a browser: typing, wrong texts, undo, laws drawn, narrow columns."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SCRIPT = Path(__file__).with_name("pages") / "inspector_page.py"


@pytest.fixture
def inspector(app_server, page):
    return opened(page, app_server)


def opened(page, app_server):
    page.goto(app_server(SCRIPT))
    expect(page.get_by_label("replicas", exact=True)).to_have_value("3")
    return page


def edits(page, count):
    expect(page.locator(".st-key-count")).to_have_text(f"{count} edits")


def typed(page, label, text, key="Enter"):
    field = page.get_by_label(label, exact=True).first
    field.fill(text)
    field.press(key)


def helped(page, place):
    """Open what helps with a field, and return it.

    By the keyboard: while a group above it still unfolds, the mouse is let go elsewhere.
    """
    page.locator(f'[class*="components-{place}-help"] button:visible').last.press("Enter")
    return page.get_by_test_id("stPopoverBody")


@pytest.mark.slow
def test_what_is_typed_edits_the_draft_and_undo_brings_it_back(inspector):
    typed(inspector, "replicas", "5")
    edits(inspector, 1)
    replicas = inspector.get_by_label("replicas", exact=True).first
    inspector.get_by_role("button", name="Undo").click()
    expect(replicas).to_have_value("3")
    typed(inspector, "replicas", "5")
    edits(inspector, 2)
    expect(replicas).to_have_value("5")


def test_a_wrong_text_stays_with_its_message_and_leaves_the_draft_alone(inspector):
    typed(inspector, "replicas", "many", "Tab")
    expect(inspector.get_by_text("many is not a count")).to_be_visible()
    typed(inspector, "required", "2")
    edits(inspector, 1)
    expect(inspector.get_by_label("replicas", exact=True)).to_have_value("many")


@pytest.mark.slow
def test_what_was_refused_is_there_again_when_another_part_was_chosen_meanwhile(inspector):
    field = inspector.get_by_label("spread", exact=True).first
    field.click()
    field.press_sequentially("postgres")
    field.press("Enter")
    refused = inspector.get_by_text("postgres is a component; expected a domain")
    expect(refused).to_be_visible()
    other = inspector.get_by_text("Another part", exact=True)
    other.click()
    expect(inspector.get_by_role("heading", name="etcd")).to_be_visible()
    expect(refused).to_have_count(0)
    other.click()
    expect(refused).to_be_visible()
    spread = inspector.get_by_test_id("stMultiSelect").filter(has_text="spread").first
    expect(spread).to_contain_text("postgres")
    spread.get_by_role("button", name="Remove postgres").click()
    expect(refused).to_have_count(0)
    edits(inspector, 0)


@pytest.mark.slow
def test_what_was_opened_stays_open_after_an_edit(inspector):
    inspector.locator("summary", has_text="Where it runs").click()
    typed(inspector, "slots", "4")
    edits(inspector, 1)
    expect(inspector.get_by_label("slots", exact=True)).to_be_visible()
    expect(inspector.get_by_label("slots", exact=True)).to_have_value("4")


@pytest.mark.slow
def test_a_law_is_chosen_with_its_density_in_sight(inspector):
    inspector.locator("summary", has_text="Standby and failover").click()
    inspector.locator("summary", has_text="failover").nth(1).click()
    named = inspector.get_by_role("button", name="Typical values and the law of fence", exact=True)
    expect(named).to_be_visible()
    popover = helped(inspector, "postgres-failover-fence")
    expect(popover.get_by_test_id("stVegaLiteChart")).to_be_visible()
    popover.get_by_label("Kind of law").click()
    inspector.get_by_role("option", name="lognormal by median, p95").click()
    popover.get_by_label("median", exact=True).fill("2 h")
    popover.get_by_label("median", exact=True).press("Enter")
    expect(popover.get_by_text("Half take up to 2 h")).to_be_visible()
    popover.get_by_role("button", name="Use it lognormal(").first.click()
    edits(inspector, 1)
    expect(inspector.locator("pre").first).to_contain_text("fence: lognormal(median 2 h, p95 24 h)")


@pytest.mark.slow
def test_a_value_of_the_catalogue_is_taken_with_its_grade_and_source_in_sight(inspector):
    inspector.locator("summary", has_text="Standby and failover").click()
    inspector.locator("summary", has_text="standby").nth(1).click()
    popover = helped(inspector, "postgres-standby-latent")
    expect(popover.get_by_text("Grade D").first).to_be_visible()
    expect(popover.get_by_text("untested-standby").first).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_narrow_column(app_server, new_page, scheme):
    narrow = {"width": 420, "height": 900}
    page = opened(new_page(viewport=narrow, color_scheme=scheme), app_server)
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert json.loads(str(page.evaluate(wide))) <= 0
