"""What a person does with the app, from the gallery to a first answer, and back to the drawing."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driving import Canvas, answered, design, has_text, yaml_field

pytestmark = [pytest.mark.browser]

PAIR = """\
name: pair  # of the old office
domains:
  a: {level: zone, mtbf: 2 years, mttr: 2 h}
components:
  # what answers
  web: {replicas: 2, mtbf: 1000 h, mttr: 10 h}  # of last year
  db: {mtbf: 2000 h, mttr: 4 h}
"""


def test_one_click_from_the_gallery_to_an_answer_that_a_reload_keeps(page, hasim_app):
    page.goto(hasim_app)
    page.locator(".st-key-run-gallery-pair button").click()
    page.wait_for_url("**/run?study=*")
    answered(page)
    expect(page.get_by_text("What limits this answer")).to_be_visible()
    page.reload()
    answered(page)
    expect(page.get_by_text("99.99020 %", exact=True).first).to_be_visible()


def test_a_system_is_drawn_with_the_mouse_undone_and_run(page, hasim_app):
    page.goto(hasim_app)
    name = page.get_by_label("Name of a new system")
    name.fill("Drawn")
    name.press("Enter")
    page.wait_for_url("**/design?study=*")
    canvas = Canvas(page)
    for what in ("balancer", "server", "database", "zone"):
        canvas.add(what)
        canvas.says("Added")
    for part in ("component:lb", "component:web", "component:db", "domain:zone"):
        canvas.wait_for(part)
    canvas.draw_arrow("component:lb", "component:web")
    canvas.wait_for("needs:lb:web")
    canvas.click("component:web")
    canvas.press("c")
    canvas.press_until("Tab", "to db?")
    canvas.press("Enter")
    canvas.wait_for("needs:web:db")
    canvas.wait_below("component:db", "component:web")
    canvas.drag(canvas.place("component:db"), canvas.place("domain:zone"))
    canvas.wait_for("member:db:zone")
    field = yaml_field(page)
    expect(field).to_have_value(re.compile(r"web:[^}]*needs: \[db\]"))
    expect(field).to_have_value(re.compile(r"db:[^}]*spread: \[zone\]"))
    page.locator(".st-key-undo button").click()
    canvas.wait_without("member:db:zone")
    page.locator(".st-key-run-draft button").click()
    page.wait_for_url("**/run?*")
    answered(page)


def test_edits_of_either_side_show_on_the_other_and_comments_stay(page, hasim_app, study):
    canvas = design(page, hasim_app, study(pair=PAIR))
    field = yaml_field(page)
    canvas.draw_arrow("component:web", "component:db")
    needs = PAIR.replace("mttr: 10 h}", "mttr: 10 h, needs: [db]}")
    expect(field).to_have_value(needs)
    canvas.wait_below("component:db", "component:web")
    canvas.drag(canvas.place("component:db"), canvas.place("domain:a"))
    canvas.wait_for("member:db:a")
    spread = needs.replace("mttr: 4 h}", "mttr: 4 h, spread: [a]}")
    expect(field).to_have_value(spread)
    page.locator(".st-key-undo button").click()
    expect(field).to_have_value(needs)
    canvas.wait_without("member:db:a")
    page.locator(".st-key-redo button").click()
    expect(field).to_have_value(spread)
    canvas.wait_for("member:db:a")
    field.fill(spread.replace("  db:", "  cache: {mtbf: 9 h, mttr: 1 h}\n  db:"))
    canvas.wait_for("component:cache")
    canvas.wait_for("needs:web:db")


def test_a_finding_stands_at_its_node_and_in_the_yaml(page, hasim_app, study):
    canvas = design(page, hasim_app, study(pair=PAIR))
    field = yaml_field(page)
    field.fill(PAIR.replace("replicas: 2", "replicas: 2, required: 4"))
    editor = page.locator(".editor")
    expect(editor.get_by_role("button", name="error, line 6")).to_contain_text("4")
    page.mouse.move(*canvas.place("component:web"))
    expect(canvas.root.locator(".tip")).to_contain_text("4")
    field.fill(PAIR)
    expect(editor.get_by_role("status").first).to_have_text(re.compile("Nothing|warning"))
    expect(editor.get_by_role("button", name="error")).to_have_count(0)


def test_a_number_changed_in_the_inspector_is_in_the_yaml(page, hasim_app, study):
    canvas = design(page, hasim_app, study(pair=PAIR))
    canvas.click("component:web")
    replicas = page.get_by_label("replicas", exact=True)
    expect(replicas).to_have_value("2")
    replicas.fill("5")
    replicas.press("Enter")
    expect(yaml_field(page)).to_have_value(PAIR.replace("replicas: 2", "replicas: 5"))
    page.reload()
    expect(yaml_field(page)).to_have_value(has_text("replicas: 5"))


@pytest.mark.slow
def test_what_only_the_words_of_a_part_say_is_drawn_anew(page, hasim_app, study):
    text = "name: pair\ncomponents:\n  web: {replicas: 2, mtbf: 1000 h, mttr: 10 h}\n"
    canvas = design(page, hasim_app, study(pair=text))
    field = yaml_field(page)
    canvas.rest()
    drawn = canvas.stage.screenshot()
    field.fill(text.replace("replicas: 2", "replicas: 3"))
    for _ in range(100):
        if canvas.stage.screenshot() != drawn:
            return
        page.wait_for_timeout(50)
    raise AssertionError("the canvas says still what the text said before")


@pytest.mark.parametrize("left_by", ["Run", "Copy as candidate"])
def test_what_was_typed_counts_though_the_same_click_leaves(page, hasim_app, shelf, study, left_by):
    identifier = study(pair="name: pair\ncomponents: {web: {mtbf: 1000 h, mttr: 10 h}}\n")
    canvas = design(page, hasim_app, identifier)
    canvas.rest()
    canvas.click("component:web")
    page.get_by_label("mttr", exact=True).first.fill("7 h")
    page.get_by_role("button", name=left_by).first.click()
    if left_by == "Run":
        page.wait_for_url(lambda url: "/run" in url)
    else:
        expect(page.get_by_role("radio", name="pair-2")).to_be_checked()
    with shelf.open(identifier) as desk:
        assert all("mttr: 7 h" in draft.text for draft in desk.drafts())
        assert all("mttr: 7 h" in one.arguments["model"]["text"] for one in desk.requests())
