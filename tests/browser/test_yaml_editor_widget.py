"""The YAML editor in a browser: typing, findings, keys, what Python changes meanwhile, themes."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGE = Path(__file__).parent / "pages" / "yaml_editor_page.py"


@pytest.fixture
def page(new_page, app_server):
    page = new_page(viewport={"width": 1000, "height": 1200})
    page.goto(app_server(PAGE))
    expect(field(page)).to_have_value(re.compile("name: pair"))
    return page


def field(page):
    return page.get_by_label("Model as YAML")


def python_has(page):
    return page.get_by_test_id("stCode")


def write(page, text):
    """Put a text in place of all."""
    field(page).focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def caret(page):
    return field(page).evaluate("field => [field.selectionStart, field.selectionEnd]")


def select(page, start, end):
    field(page).evaluate("(field, [a, b]) => field.setSelectionRange(a, b)", [start, end])


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


# ---------------------------------------------------------------------------- typing


def test_two_hundred_keys_at_10_ms_all_arrive_and_in_order(page):
    write(page, "")
    text = "crew: rc and 12 more keys, " * 8
    page.keyboard.type(text[:200], delay=10)
    expect(python_has(page)).to_have_text(text[:200].rstrip())
    expect(field(page)).to_have_value(text[:200])
    assert caret(page) == [200, 200]


def test_typing_goes_on_while_python_runs_and_the_page_moves(page):
    write(page, "")
    words = "wrong: yes, odd: "
    for word in range(6):
        page.keyboard.type(words, delay=5)
        expect(page.get_by_text(f"length {len(words) * (word + 1)}.")).to_be_visible()
    expect(field(page)).to_be_focused()
    expect(field(page)).to_have_value(words * 6)


def test_nothing_is_sent_until_the_keys_pause_but_ctrl_s_sends_at_once(page):
    page.clock.install()
    write(page, "name: a")
    press(page, "Control+s")
    expect(page.get_by_text("changes 1,")).to_be_visible()
    press(page, "Control+s")
    page.keyboard.type("b")
    page.clock.run_for(399)
    expect(page.get_by_text("changes 1,")).to_be_visible()
    page.clock.run_for(1)
    expect(page.get_by_text("changes 2,")).to_be_visible()


def test_leaving_the_field_sends(page):
    page.clock.install()
    write(page, "name: left")
    page.get_by_role("button", name="Reload").focus()
    expect(python_has(page)).to_have_text("name: left")


# ---------------------------------------------------------------------------- edits by others


def test_an_edit_by_others_replaces_the_text_and_the_caret_keeps_its_line(page):
    write(page, "name: pair\nservices:\n  shop: {}\n")
    expect(page.get_by_text("changes 1,")).to_be_visible()
    select(page, 18, 18)
    page.get_by_role("button", name="Add on top").click()
    expect(field(page)).to_have_value("# new\nname: pair\nservices:\n  shop: {}\n")
    assert caret(page) == [24, 24]
    expect(page.get_by_text("changes 1,")).to_be_visible()


# Types while Python makes another edit: after the click on the button, and before its text is here.
TYPE_MEANWHILE = """
    (field, [button, start, end, text]) => {
        field.focus();
        field.setSelectionRange(start, end);
        button.click();
        document.execCommand("insertText", false, text);
    }
"""


def type_meanwhile(page, start, end, text):
    button = page.get_by_role("button", name="Add on top").element_handle()
    field(page).evaluate(TYPE_MEANWHILE, [button, start, end, text])


def test_what_was_typed_while_another_edit_came_is_kept(page):
    write(page, "name: pair\nservices: {}\n")
    expect(page.get_by_text("changes 1,")).to_be_visible()
    type_meanwhile(page, 24, 24, "# typed")
    expected = "# new\nname: pair\nservices: {}\n# typed"
    expect(field(page)).to_have_value(expected)
    expect(python_has(page)).to_have_text(expected)
    expect(page.get_by_text("changes 2, epoch 2,")).to_be_visible()
    assert caret(page) == [len(expected), len(expected)]


def test_of_two_edits_of_the_same_lines_the_other_is_kept_and_that_is_said(page):
    type_meanwhile(page, 0, 0, "# mine\n")
    expect(
        page.get_by_text("Another edit changed the lines that you were typing in")
    ).to_be_visible()
    expect(field(page)).to_have_value(re.compile("^# new\nname: pair"))


LINES = (ROOT / "hasim/app/yaml_editor/lines.js").read_text()
MERGES = [
    ("a b c d", "a B c d", "a b c D", "a B c D"),
    ("a b c d", "a b c D", "x y b c d", "x y b c D"),
    ("a b c d", "a b c", "b c d", "b c"),
    ("a b c d", "a b x c d", "a b c y d", "a b x c y d"),
    ("a b c d", "A b c d", "a B c d", "A B c d"),
    ("a b c d", "a B c d", "A b c d", "A B c d"),
    ("a b c d", "a B c d", "a X c d", None),
    ("a b c d", "a B c d", "z", None),
    ("a b c d", "a b x c d", "a b y c d", None),
    ("a b c d", "a x d", "a b X c d", None),
]


@pytest.fixture(scope="module")
def script(browser):
    """A page without anything, to call functions in."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("base", "mine", "theirs", "merged"), MERGES)
def test_lines_of_two_edits_come_together_where_they_are_apart(script, base, mine, theirs, merged):
    texts = [text.replace(" ", "\n") for text in (base, mine, theirs)]
    result = script.evaluate(LINES + "; texts => mergeTexts(...texts)", texts)
    assert result == (merged and merged.replace(" ", "\n"))


def test_text_that_is_left_for_another_page_is_not_lost(page):
    write(page, "name: left")
    # A click without any time is lost after typing in Streamlit's own fields, too.
    page.get_by_role("link", name="other").click(delay=100)
    expect(page.get_by_text("Another page.")).to_be_visible()
    expect(python_has(page)).to_have_text("name: left")
    page.get_by_role("link", name="design").click()
    expect(field(page)).to_have_value("name: left")
    write(page, "name: back")
    expect(python_has(page)).to_have_text("name: back")
    expect(page.get_by_text("changes 2,")).to_be_visible()


def test_a_rerun_changes_nothing(page):
    select(page, 3, 5)
    page.get_by_role("button", name="Reload").click()
    expect(page.get_by_text("changes 0, epoch 1")).to_be_visible()
    assert caret(page) == [3, 5]


# ---------------------------------------------------------------------------- keys


def test_enter_keeps_the_indentation_and_tab_makes_one(page):
    write(page, "a:\n    b:")
    press(page, "Enter", "Tab", "c", "Enter", "d")
    expect(field(page)).to_have_value("a:\n    b:\n      c\n      d")


def test_tab_moves_selected_lines(page):
    write(page, "a\nb\nc")
    select(page, 0, 3)
    press(page, "Tab")
    expect(field(page)).to_have_value("  a\n  b\nc")
    press(page, "Shift+Tab")
    expect(field(page)).to_have_value("a\nb\nc")


def test_ctrl_slash_makes_comments_and_takes_them_back(page):
    write(page, "a:\n  b: 1\n\n  c: 2\n")
    select(page, 4, 16)
    press(page, "Control+/")
    expect(field(page)).to_have_value("a:\n  # b: 1\n\n  # c: 2\n")
    press(page, "Control+/")
    expect(field(page)).to_have_value("a:\n  b: 1\n\n  c: 2\n")


def test_an_empty_first_line_stays_when_lines_are_moved(page):
    write(page, "\na\nb")
    select(page, 0, 4)
    press(page, "Tab")
    expect(field(page)).to_have_value("\n  a\n  b")
    assert caret(page) == [0, 8]


def test_the_browsers_undo_takes_an_indentation_back(page):
    write(page, "a")
    press(page, "Tab", "Control+z")
    expect(field(page)).to_have_value("a")


def test_escape_then_tab_leaves_the_field(page):
    field(page).focus()
    press(page, "Escape", "Tab")
    expect(field(page)).not_to_be_focused()
    expect(page.get_by_text("to leave the field press Escape")).to_be_visible()
    field(page).focus()
    press(page, "Escape", "Shift+Tab")
    expect(field(page)).not_to_be_focused()
    field(page).focus()
    press(page, "Escape", "a", "Tab")
    expect(field(page)).to_be_focused()


# ---------------------------------------------------------------------------- what is seen


def test_findings_stand_in_the_gutter_and_in_a_list_that_jumps(page):
    lines = [f"line-{number}: 1" for number in range(1, 101)]
    lines[79], lines[89] = "is: wrong", "is: odd"
    write(page, "\n".join(lines))
    expect(page.get_by_role("status").first).to_have_text("1 error, 1 warning.")
    entry = page.get_by_role("button", name="warning, line 90, column 5: <b>odd</b>")
    expect(entry).to_have_text("? 90:5 <b>odd</b> is found in line 90")
    page.get_by_role("button", name="error, line 80, column 5").click()
    expect(field(page)).to_be_focused()
    before = len("\n".join(lines[:79])) + 1
    assert caret(page) == [before + 4, before + 4]
    row = page.locator(".gutter .row", has_text=re.compile("^!80$"))
    expect(row).to_be_in_viewport()
    expect(row).to_have_attribute("title", "error: <b>wrong</b> is found in line 80")
    expect(page.locator(".gutter .row", has_text=re.compile(r"^\?90$"))).to_have_count(1)
    expect(field(page)).to_have_attribute("aria-invalid", "true")
    write(page, "name: good")
    expect(page.get_by_role("status").first).to_have_text("Nothing found wrong.")


def test_html_is_shown_as_text(page):
    text = "name: <img src=x onerror=alert(1)>wrong</textarea><script>alert(2)</script>"
    write(page, text)
    expect(page.get_by_role("button", name="error, line 1")).to_be_visible()
    expect(page.locator(".layer .row")).to_have_text(text)
    assert page.locator(".editor img, .editor script, .editor b").count() == 0


def test_colours_tell_keys_numbers_text_and_comments_apart(page):
    write(
        page,
        'web: {mtbf: 1000 h, mttr: "10 h"}  # 5 h\n'
        "detect: uniform(low 1 min, high 1h30m)\n"
        "eu-1: 0.05 EUR / GB / month\n"
        "more: >-\n  3 h: words\nnext: a#b 99.9 %",
    )
    pieces = page.locator(".layer .row").evaluate_all(
        """rows => rows.map((row) => [...row.children]
            .filter((piece) => piece.className && piece.className !== "mark")
            .map((piece) => `${piece.className} ${piece.textContent}`))"""
    )
    assert pieces == [
        ["key web", "key mtbf", "number 1000 h", "key mttr", 'text "10 h"', "comment # 5 h"],
        ["key detect", "number 1 min", "number 1h30m"],
        ["key eu-1", "number 0.05 EUR / GB / month"],
        ["key more"],
        ["text   3 h: words"],
        ["key next", "number 99.9 %"],
    ]


ODD = "\tnäme: 日本 x  # tab\n" + "  - {a: 'q', b: ffi -> 😀 9 h}\n" * 40 + "x" * 300 + ": 1"

# Hides the layer or the field, and shows the other in one colour.
HIDE_ONE = """
    (editor, hidden) => {
        const style = document.createElement("style");
        style.textContent = `
            .layer *, .field { color: black !important; }
            ${hidden} { opacity: 0; }
            .frame { border-color: transparent !important; box-shadow: none !important; }`;
        editor.append(style);
        return () => style.remove();
    }
"""


def picture_without(page, hidden):
    remove = page.locator(".editor").evaluate_handle(HIDE_ONE, hidden)
    picture = Image.open(io.BytesIO(page.locator(".paper").screenshot())).convert("RGB")
    remove.evaluate("remove => remove()")
    return picture


@pytest.mark.parametrize(("down", "right"), [(0, 0), (333, 0), (10_000, 250)])
def test_the_colours_stand_where_the_text_is(page, down, right):
    write(page, ODD)
    field(page).evaluate(
        "(field, to) => { [field.scrollTop, field.scrollLeft] = to; }", [down, right]
    )
    expect(page.get_by_text("changes 1,")).to_be_visible()
    shown, typed = picture_without(page, ".field"), picture_without(page, ".layer")
    difference = ImageChops.difference(shown, typed)
    assert max(most for _, most in difference.getextrema()) < 100  # 70: edges of glyphs; 200: 1 px


CONTRAST = """
    editor => {
        const light = (colour) => {
            const canvas = document.createElement("canvas").getContext("2d");
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
            const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => {
                const share = part / 255;
                return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
            });
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const ground = light(getComputedStyle(editor.querySelector(".frame")).backgroundColor);
        const kinds = [".key", ".number", ".comment", ".text", ".sign", ".hint", ".gutter .row"];
        return [ground, ...kinds.map((kind) => {
            const ink = light(getComputedStyle(editor.querySelector(kind)).color);
            return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
        })];
    }
"""


def test_it_follows_the_theme_and_all_can_be_read(page):
    write(page, 'wrong: "a"\nodd: 1 h  # why')
    expect(page.get_by_role("button", name="warning, line 2")).to_be_visible()
    editor = page.locator(".editor")
    light, *contrasts = editor.evaluate(CONTRAST)
    assert light > 0.8
    assert min(contrasts) >= 4.5
    page.emulate_media(color_scheme="dark")
    expect(page.locator(".frame")).not_to_have_css("background-color", "rgb(255, 255, 255)")
    dark, *contrasts = editor.evaluate(CONTRAST)
    assert dark < 0.1
    assert min(contrasts) >= 4.5
    expect(field(page)).to_have_value('wrong: "a"\nodd: 1 h  # why')


def test_it_fits_a_narrow_page(page):
    page.set_viewport_size({"width": 400, "height": 800})
    width = page.locator(".editor").evaluate("editor => editor.getBoundingClientRect().width")
    assert width <= 400
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


TIME_OF_KEYS = """
    async (field) => {
        field.focus();
        field.setSelectionRange(40000, 40000);
        const times = [];
        for (const key of "a: 10 h, b: 20 h, c: 3") {
            const start = performance.now();
            document.execCommand("insertText", false, key);
            field.getBoundingClientRect();
            times.push(performance.now() - start);
            await new Promise(requestAnimationFrame);
        }
        return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
    }
"""


def test_two_thousand_lines_stay_fluent(page):
    page.get_by_role("button", name="Many lines").click()
    expect(field(page)).to_have_value(re.compile("web-1999"))
    assert page.locator(".layer .row").count() < 60
    median = field(page).evaluate(TIME_OF_KEYS)
    assert median < 50  # ms, on a machine that others use too
    field(page).evaluate("field => { field.scrollTop = 30000; }")
    expect(page.locator(".gutter .row", has_text=re.compile("^1510$"))).to_be_in_viewport()
    expect(page.locator(".layer .row", has_text="web-1509:")).to_be_in_viewport()
