"""The canvas in a real browser, with the mouse and with keys, and a session in Python behind it."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.driving import Canvas

pytestmark = pytest.mark.browser

PAGE = Path(__file__).parent / "pages" / "canvas_page.py"
MARKUP = "<img src=x onerror=alert(1)>"

# Streamlit may show the canvas before it shows the log.
LOGGED = """(count) => {
    const log = document.querySelector(".st-key-log")?.innerText;
    return log && JSON.parse(log).length >= count;
}"""


class LoggedCanvas(Canvas):
    """A canvas with a session of its own, which logs what was applied."""

    def __init__(self, page, address=None):
        if address:
            page.goto(address)
        super().__init__(page)

    def log(self):
        return json.loads(self.page.locator(".st-key-log").inner_text())

    def until_logged(self, count):
        """Wait until Python applied so many operations, and return them without numbers."""
        self.page.wait_for_function(LOGGED, arg=count)
        log = self.log()
        assert [step["seq"] for step in log] == sorted({step["seq"] for step in log})
        return [{key: value for key, value in step.items() if key != "seq"} for step in log]


@pytest.fixture
def canvas(page, app_server):
    return LoggedCanvas(page, app_server(PAGE))


def test_a_part_that_is_dragged_stays_where_it_was_put(canvas):
    x, y = canvas.place("component:web")
    canvas.drag((x, y), (x + 90, y - 20))
    (move,) = canvas.until_logged(1)
    assert move["do"] == "move"
    assert list(move["places"]) == ["component:web"]
    assert canvas.place("component:web") == pytest.approx((x + 90, y - 20), abs=2)


@pytest.mark.slow
def test_the_handle_connects(canvas):
    canvas.page.mouse.move(*canvas.place("component:lb"))
    handle = canvas.root.locator(".handle")
    box = handle.bounding_box()
    start = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    canvas.drag(start, canvas.place("component:cache"))
    assert canvas.until_logged(1) == [{"do": "connect", "from": "lb", "to": "cache"}]
    assert canvas.has("needs:lb:cache")


@pytest.mark.slow
def test_keys_connect(canvas):
    canvas.focus()
    canvas.press("Tab")
    canvas.says("checkout, service")
    canvas.press("c")
    canvas.says("Connect checkout to")
    for _ in range(6):
        if "to cache?" in canvas.root.locator(".live").inner_text():
            break
        canvas.press("Tab")
    canvas.press("Enter")
    assert canvas.until_logged(1) == [{"do": "connect", "from": "checkout", "to": "cache"}]
    canvas.press("c", "Escape")
    canvas.says("Cancelled")


@pytest.mark.slow
def test_the_button_and_a_click_connect(canvas):
    canvas.click("component:lb")
    canvas.root.get_by_role("button", name="Connect").click()
    canvas.click("component:db")
    assert canvas.until_logged(1) == [{"do": "connect", "from": "lb", "to": "db"}]
    canvas.press("c")
    canvas.page.mouse.click(*[at + 90 for at in canvas.place("component:db")])
    canvas.says("Cancelled")


@pytest.mark.slow
def test_what_is_deleted_comes_back_by_undo(canvas):
    canvas.click("component:cache")
    canvas.press("Delete")
    assert not canvas.has("component:cache")
    canvas.press("Control+z")
    assert canvas.until_logged(2) == [{"do": "delete", "names": ["cache"]}, {"do": "undo"}]
    canvas.wait("(cy) => cy.getElementById('component:cache').nonempty()")
    canvas.press("Control+Shift+z")
    canvas.until_logged(3)
    canvas.wait("(cy) => cy.getElementById('component:cache').empty()")


@pytest.mark.slow
def test_a_connection_is_removed_by_keys(canvas):
    canvas.click("component:db")
    canvas.press("e", "Backspace")
    assert canvas.until_logged(1) == [{"do": "disconnect", "from": "web", "to": "db"}]
    assert not canvas.has("needs:web:db")


@pytest.mark.slow
def test_a_double_click_renames(canvas):
    canvas.page.mouse.dblclick(*canvas.place("component:db"))
    field = canvas.root.locator("input.rename")
    field.fill("web")
    field.press("Enter")
    canvas.says("web is the name of something else")
    canvas.press("F2")
    field.fill("postgres")
    field.press("Enter")
    rename, move = canvas.until_logged(2)
    assert rename == {"do": "rename", "name": "db", "to": "postgres"}
    assert move == {"do": "move", "places": {"component:postgres": [180, 330]}, "joined": True}
    assert canvas.has("component:postgres")
    edges = canvas.ask("(cy) => cy.getElementById('component:postgres').connectedEdges().length")
    assert edges == 1
    member = canvas.ask("(cy) => cy.getElementById('member:db:a').hasClass('kin')")
    assert member


@pytest.mark.slow
def test_a_group_that_falls_on_a_zone_gets_a_replica_there_and_stands_where_it_stood(canvas):
    before = canvas.place("component:cache")
    x, y = canvas.place("domain:b")
    canvas.drag(before, (x + 40, y + 30))
    drop = {"do": "drop", "name": "cache", "into": "b", "from": None}
    assert canvas.until_logged(1) == [drop]
    assert canvas.has("member:cache:b")
    canvas.wait("(cy) => !cy.getElementById('component:cache').animated()")
    assert canvas.place("component:cache") == pytest.approx(before, abs=2)


def test_replicas_go_from_zone_to_zone_and_out_of_it(canvas):
    x, y = canvas.place("domain:b")
    canvas.drag(canvas.place("member:db:a"), (x + 60, y + 20))
    assert canvas.until_logged(1) == [{"do": "drop", "name": "db", "into": "b", "from": "a"}]
    canvas.wait("(cy) => !cy.nodes().some((node) => node.animated())")
    right, top = canvas.place("component:cache")
    canvas.drag(canvas.place("member:web:b"), (right, top - 90))
    assert canvas.until_logged(2)[1] == {"do": "drop", "name": "web", "into": None, "from": "b"}
    assert not canvas.has("member:web:b")


@pytest.mark.slow
def test_keys_put_a_part_into_a_zone(canvas):
    canvas.click("component:cache")
    canvas.press("p")
    canvas.says("Put cache into")
    for _ in range(4):
        if "into b?" in canvas.root.locator(".live").inner_text():
            break
        canvas.press("Tab")
    canvas.press("Enter")
    drop = {"do": "drop", "name": "cache", "into": "b", "from": None}
    assert canvas.until_logged(1) == [drop]


@pytest.mark.slow
def test_a_zone_that_is_dragged_out_takes_along_what_it_holds(canvas):
    x, y = canvas.place("domain:b")
    member = canvas.place("member:web:b")
    start, end = (x - 20, y + 40), (x - 215, y + 70)
    canvas.drag(start, end)
    drop, move = canvas.until_logged(2)
    assert drop == {"do": "drop", "name": "b", "into": None, "from": "eu"}
    assert list(move["places"]) == ["domain:b"]
    canvas.wait("(cy) => !cy.nodes().some((node) => node.animated())")
    moved = canvas.place("member:web:b")
    assert (moved[0] - member[0], moved[1] - member[1]) == pytest.approx((-195, 30), abs=3)
    canvas.drag(end, start)
    back = {"do": "drop", "name": "b", "into": "eu", "from": None}
    assert canvas.until_logged(3)[2] == back


def test_a_new_epoch_waits_for_the_end_of_a_drag(canvas):
    x, y = canvas.place("component:cache")
    canvas.page.mouse.move(x, y)
    canvas.page.mouse.down()
    canvas.page.mouse.move(x + 30, y - 30, steps=3)
    canvas.page.get_by_role("button", name="Load anew").dispatch_event("click")
    expect(canvas.page.locator(".st-key-epoch")).to_have_text("2")
    canvas.page.mouse.move(x + 60, y - 60, steps=3)
    canvas.page.mouse.up()
    (move,) = canvas.until_logged(1)
    assert move["do"] == "move"
    canvas.wait("(cy) => !cy.nodes().some((node) => node.animated())")
    assert canvas.place("component:cache") == pytest.approx((x + 60, y - 60), abs=2)


@pytest.mark.slow
def test_python_may_choose_what_is_selected(canvas):
    canvas.click("component:cache")  # what was chosen here once may be chosen there later
    canvas.click("component:lb")
    expect(canvas.page.locator(".st-key-chosen")).to_contain_text("component:lb")
    canvas.page.get_by_role("button", name="Choose cache").click()
    canvas.wait(
        "(cy) => cy.nodes(':selected').map((node) => node.id()).join() === 'component:cache'"
    )
    canvas.click("component:lb")
    canvas.wait("(cy) => cy.nodes(':selected').map((node) => node.id()).join() === 'component:lb'")


@pytest.mark.slow
def test_three_components_and_a_zone_by_mouse(page, app_server):
    canvas = LoggedCanvas(page, f"{app_server(PAGE)}?drawn=0")
    expect(canvas.root.get_by_text("Start with what users see")).to_be_visible()
    for label in ("service", "server", "database", "zone"):
        canvas.root.get_by_role("button", name=f"Add {label}", exact=True).click()
    steps = canvas.until_logged(8)
    assert [step["do"] for step in steps] == [
        "add_service",
        *["move", "add"] * 2,
        "move",
        "add_domain",
        "move",
    ]
    assert steps[2] == {"do": "add", "name": "web", "role": "service", "into": None}
    names = ["service:service", "component:web", "component:db", "domain:zone"]
    spots = {canvas.place(name) for name in names}
    assert len(spots) == 4
    box = canvas.root.get_by_role("button", name="Add cache").bounding_box()
    x, y = canvas.place("domain:zone")
    canvas.drag((box["x"] + 10, box["y"] + 10), (x, y + 20))
    add = {"do": "add", "name": "cache", "role": "cache", "into": "zone"}
    assert add in canvas.until_logged(10)
    assert canvas.has("member:cache:zone")


@pytest.mark.slow
def test_copies_get_names_of_their_own(canvas):
    canvas.click("component:cache")
    canvas.press("Control+c", "Control+v", "Control+v")
    steps = canvas.until_logged(4)
    assert steps[::2] == [{"do": "copy", "names": ["cache"]}] * 2
    assert [list(move["places"]) for move in steps[1::2]] == [
        ["component:cache-2"],
        ["component:cache-3"],
    ]
    assert canvas.has("component:cache-2")
    assert canvas.has("component:cache-3")


def test_twenty_edits_forty_milliseconds_apart_all_arrive_once(canvas):
    canvas.focus()
    for _ in range(20):
        canvas.press("5")
        canvas.page.wait_for_timeout(40)
    steps = canvas.until_logged(40)
    added = [step["name"] for step in steps if step["do"] == "add"]
    assert added == ["cache-2", *[f"cache-{number}" for number in range(3, 22)]]
    canvas.page.wait_for_timeout(400)
    assert len(canvas.log()) == 40


@pytest.mark.slow
def test_only_a_new_epoch_replaces_what_is_shown(canvas):
    x, y = canvas.place("component:lb")
    canvas.page.get_by_role("button", name="Remark").click()
    canvas.page.mouse.move(x, y)
    expect(canvas.root.locator(".tip")).to_contain_text("remarked")
    assert canvas.place("component:lb") == (x, y)
    canvas.focus()
    canvas.press("5")
    canvas.until_logged(2)
    assert canvas.has("component:cache-2")
    canvas.page.get_by_role("button", name="Load anew").click()
    canvas.wait("(cy) => cy.getElementById('component:cache-2').empty()")


def test_undo_and_add_in_one_breath_lose_nothing(canvas):
    canvas.click("component:cache")
    canvas.press("Delete", "Control+z", "6")
    steps = canvas.until_logged(4)
    assert [step["do"] for step in steps] == ["delete", "undo", "add", "move"]
    canvas.wait("(cy) => cy.getElementById('component:cache').nonempty()")
    assert canvas.has("component:queue")


@pytest.mark.slow
def test_undo_and_redo_can_be_pressed_where_there_is_something_to_undo_and_redo(canvas):
    undo, redo = (canvas.root.get_by_role("button", name=name) for name in ("Undo", "Redo"))
    expect(undo).to_be_disabled()
    expect(redo).to_be_disabled()
    canvas.focus()
    canvas.press("Control+z")
    canvas.says("Nothing to undo")
    canvas.click("component:cache")
    canvas.press("Delete")
    expect(undo).to_be_enabled()
    canvas.until_logged(1)
    expect(undo).to_be_enabled()
    canvas.root.get_by_role("button", name="Remove").focus()
    canvas.press("ArrowRight", "Enter")
    expect(undo).to_be_disabled()
    expect(redo).to_be_enabled()
    canvas.until_logged(2)
    expect(undo).to_be_disabled()
    expect(canvas.root.locator(".bar button[tabindex='0']:enabled")).to_have_count(1)
    redo.click()
    assert [step["do"] for step in canvas.until_logged(3)] == ["delete", "undo", "redo"]
    expect(redo).to_be_disabled()
    expect(undo).to_be_enabled()


def test_everything_can_be_walked_and_opened_by_keys(canvas):
    canvas.focus()
    canvas.press("Tab")
    canvas.says("checkout, service; 99.95 % wanted; needs lb")
    canvas.press("ArrowDown")
    canvas.says("lb, load-balancer")
    canvas.press("ArrowDown", "ArrowDown")
    canvas.says("error: components.db.required")
    canvas.press("Enter")
    canvas.says("opened")
    expect(canvas.page.get_by_role("dialog")).to_have_count(0)  # C would clear Streamlit's caches
    chosen = canvas.page.locator(".st-key-chosen")
    expect(chosen).to_contain_text('"component:')
    canvas.press("Shift+ArrowUp")
    canvas.wait("(cy) => cy.nodes(':selected').length === 2")
    canvas.press("Escape")
    canvas.wait("(cy) => cy.nodes(':selected').empty()")
    canvas.press("Alt+ArrowRight")
    for _ in range(11):
        canvas.press("Tab")
    canvas.says("web, replicas; 3 in b")
    canvas.press("Tab")  # past the last one
    assert (
        canvas.page.evaluate("document.activeElement.shadowRoot?.activeElement?.className")
        != "stage"
    )


@pytest.mark.slow
def test_keys_move_a_part_and_say_so_once(canvas):
    canvas.click("component:cache")
    x, _ = canvas.place("component:cache")
    canvas.page.keyboard.down("Alt")
    canvas.press("Shift+ArrowRight")
    canvas.page.keyboard.up("Alt")
    (move,) = canvas.until_logged(1)
    assert list(move["places"]) == ["component:cache"]
    assert canvas.place("component:cache")[0] > x + 30


@pytest.mark.slow
def test_help_lists_the_keys_and_returns(canvas):
    canvas.focus()
    canvas.press("?")
    dialog = canvas.root.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("Ctrl+Shift+Z")
    canvas.press("Escape")
    expect(dialog).to_be_hidden()
    expect(canvas.stage).to_be_focused()


@pytest.mark.slow
def test_names_of_markup_are_text(page, app_server):
    canvas = LoggedCanvas(page, f"{app_server(PAGE)}?names=html")
    canvas.click("component:web")
    canvas.page.mouse.move(*canvas.place("component:web"))
    expect(canvas.root.locator(".tip strong")).to_have_text(MARKUP)
    canvas.says(MARKUP)
    canvas.press("F2")
    canvas.press("Escape")
    assert canvas.root.locator("img").count() == 0


@pytest.mark.slow
def test_it_follows_the_theme(new_page, app_server):
    page = new_page(color_scheme="dark")
    canvas = LoggedCanvas(page, app_server(PAGE))
    expect(canvas.root).to_have_class("canvas dark")
    page.emulate_media(color_scheme="light")
    expect(canvas.root).to_have_class("canvas")


@pytest.mark.slow
def test_two_hundred_components_are_drawn_added_to_and_named(page, app_server):
    canvas = LoggedCanvas(page, f"{app_server(PAGE)}?parts=200")
    assert canvas.ask("(cy) => cy.nodes().length") == 200
    canvas.focus()
    canvas.press("5")
    canvas.wait("(cy) => cy.nodes().length === 201")
    canvas.press("Escape")
    canvas.rest()
    canvas.page.mouse.move(*canvas.place("component:disk-47"))
    expect(canvas.root.locator(".tip")).to_contain_text("disk-47")


@pytest.mark.slow
def test_a_viewer_shows_marks_and_cannot_be_changed(page, app_server):
    canvas = LoggedCanvas(page, f"{app_server(PAGE)}?look=1")
    expect(canvas.root.locator(".bar")).to_be_hidden()
    x, y = canvas.place("component:db")
    canvas.page.mouse.click(x, y)
    canvas.press("Delete")
    canvas.says("looked at, not changed")
    canvas.drag((x, y), (x + 120, y))
    assert canvas.ask("(cy) => cy.getElementById('component:db').position()") == {
        "x": 180,
        "y": 330,
    }
    seen = canvas.stage.evaluate(
        """async (stage) => {
          const cy = stage.querySelector('.graph')._cyreg.cy;
          const rims = new Set();
          const end = performance.now() + 15000;
          while (rims.size < 3 && performance.now() < end) {
            rims.add(cy.getElementById('component:db').data('rim'));
            await new Promise(requestAnimationFrame);
          }
          return rims.size;
        }"""
    )
    assert seen >= 3
