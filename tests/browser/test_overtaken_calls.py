"""Widgets that Streamlit ends although they stay, and when it ends those that are gone.

It ends what stays where a page runs twice so quickly that the first call of a widget has not
returned yet. Here the test runs what the first call returned, so that it happens in every run.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import test_canvas_widget, test_ticker_widget, test_yaml_editor_widget

pytestmark = pytest.mark.browser

# What the calls of a widget return is kept, and whether it was in the page when Streamlit ran that.
KEEP = """
window.ends = [];
window.stood = [];
const create = URL.createObjectURL;
URL.createObjectURL = (blob) => {
    const url = create.call(URL, blob);
    if (blob.type !== "text/javascript") return url;
    const keeping = `import show from "${url}"; export default (component) => {
        const end = show(component);
        window.ends.push(end);
        return () => {
            window.stood.push(component.parentElement.isConnected);
            end();
        };
    };`;
    return create.call(URL, new Blob([keeping], { type: "text/javascript" }));
};
"""


@pytest.fixture
def kept(page):
    page.add_init_script(KEEP)
    return page


def end_first_call(page):
    page.wait_for_function("window.ends.length > 0")
    page.evaluate("window.ends[0]()")


def test_a_canvas_goes_on_and_keeps_the_focus(kept, app_server):
    canvas = test_canvas_widget.LoggedCanvas(kept, app_server(test_canvas_widget.PAGE))
    canvas.focus()
    canvas.press("5")
    canvas.until_logged(2)
    end_first_call(kept)
    canvas.press("5")
    assert [step["do"] for step in canvas.until_logged(4)] == ["add", "move"] * 2


@pytest.mark.slow
def test_a_ticker_goes_on(kept, app_server):
    kept.goto(app_server(test_ticker_widget.SCRIPT))
    expect(kept.locator(".st-key-looks")).to_have_text(re.compile(r"^\d looks"))
    end_first_call(kept)
    expect(kept.locator(".st-key-looks")).to_have_text(re.compile(r"^\d{2,} looks"))


@pytest.mark.slow
def test_an_editor_goes_on_and_sends_what_was_typed(kept, app_server):
    kept.goto(app_server(test_yaml_editor_widget.PAGE))
    test_yaml_editor_widget.field(kept).press_sequentially("wrong ", delay=10)
    end_first_call(kept)
    expect(kept.locator(".findings")).to_contain_text("wrong")


@pytest.mark.slow
def test_what_is_gone_has_left_the_page_when_it_is_ended(kept, app_server):
    kept.goto(app_server(test_yaml_editor_widget.PAGE))
    test_yaml_editor_widget.field(kept).wait_for()
    kept.get_by_role("link", name="other").click()
    expect(kept.get_by_text("Another page.")).to_be_visible()
    kept.wait_for_function("window.stood.length > 0")
    assert kept.evaluate("window.stood.at(-1)") is False
