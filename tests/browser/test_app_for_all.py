"""The app for whoever comes: without a mouse, on a telephone, in the dark."""

import pytest
from playwright.sync_api import expect

from tests.browser.driving import answered, at_rest, open_page
from tests.slowness import slow_but

pytestmark = [pytest.mark.browser]

PAIR = "name: pair\ncomponents:\n  web: {replicas: 2, mtbf: 1000 h, mttr: 10 h}\n"

PAGES = {
    "": ".st-key-question",
    "design": ".canvas .stage canvas",
    "run": ".st-key-run",
    "compare": ".st-key-compare",
    "size": ".st-key-size",
    "incident": ".canvas .stage canvas",
    "studies": "[class*='st-key-more-']",
}

# Whatever can be used and has no name for those who do not see it.
NAMELESS = """() => {
    const found = [];
    const named = (part) => {
        const by = part.getAttribute("aria-labelledby");
        const root = part.getRootNode();
        const words = [
            part.getAttribute("aria-label"), part.title, part.alt,
            ...(by ? by.split(" ").map((id) => root.getElementById(id)?.textContent) : []),
            ...[...(part.labels ?? [])].map((label) => label.textContent),
            part.matches("button, a, [role]") ? part.textContent : "",
        ];
        return words.some((word) => word?.trim());
    };
    const look = (root) => {
        for (const part of root.querySelectorAll("*")) {
            if (part.shadowRoot) look(part.shadowRoot);
            if (!part.matches("input, textarea, select, button, a[href], [role=button], img"))
                continue;
            if (!part.checkVisibility() || part.closest("[aria-hidden=true]")) continue;
            if (!named(part)) found.push(part.outerHTML.slice(0, 200));
        }
    };
    look(document);
    return found;
}"""

# Texts whose contrast to what is behind them is below 4.5 (WCAG 2, AA), once colours have settled.
FAINT = """async () => {
    const goesOn = (one) => one.effect.getComputedTiming().endTime === Infinity;
    const fading = document.getAnimations().filter((one) => !goesOn(one));
    await Promise.allSettled(fading.map((one) => one.finished));
    const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const read = (colour) => {
        pen.clearRect(0, 0, 1, 1);
        pen.fillStyle = colour;
        pen.fillRect(0, 0, 1, 1);
        const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
        return { tone: [red, green, blue], alpha: alpha / 255 };
    };
    const lay = (under, { tone, alpha }) => tone.map((v, i) => v * alpha + under[i] * (1 - alpha));
    const around = (part) => part ? [...around(part.parentElement), part] : [];
    const light = (tone) => tone
        .map((v) => v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const contrast = (part) => {
        const styles = around(part).map((one) => getComputedStyle(one));
        const grounds = styles.map((style) => read(style.backgroundColor));
        const ground = grounds.reduce(lay, [255, 255, 255]);
        const ink = read(styles.at(-1).color);
        ink.alpha *= styles.reduce((product, style) => product * style.opacity, 1);
        const [low, high] = [light(ground), light(lay(ground, ink))].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    };
    const found = [];
    const app = document.querySelector(".stApp");
    const walker = document.createTreeWalker(app, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const [text, part] = [walker.currentNode.data.trim(), walker.currentNode.parentElement];
        const stays = part.checkVisibility() && !part.closest("style, script, [aria-hidden=true]");
        if (!text || !stays || part.closest(":disabled, [aria-disabled=true]")) continue;
        if (contrast(part) < 4.5) found.push(`${text}: ${contrast(part).toFixed(2)}`);
    }
    return found;
}"""

FOCUSED = """() => {
    let part = document.activeElement;
    while (part.shadowRoot?.activeElement) part = part.shadowRoot.activeElement;
    return part === document.body ? "" : part.outerHTML.slice(0, 300);
}"""


@pytest.fixture
def pair(study):
    return study("A study for all", pair=PAIR)


@pytest.mark.parametrize("name", slow_but("design", "run", among=PAGES))
def test_whatever_can_be_used_has_a_name_and_is_reached_by_tab(page, hasim_app, pair, name):
    open_page(page, hasim_app, name, pair)
    page.locator(PAGES[name]).first.wait_for()
    at_rest(page)
    assert page.evaluate(NAMELESS) == []
    reached = []
    for _ in range(150):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))
        if not reached[-1]:
            break
    assert reached[-1] == ""  # the end of the page: nothing keeps the focus
    assert len(set(reached)) > 8


def test_a_button_that_stands_there_more_than_once_says_of_what(page, hasim_app):
    page.goto(hasim_app)
    runs = page.get_by_role("button", name="Run Pair", exact=True)
    expect(runs).to_be_visible()
    expect(page.get_by_role("button", name="Open Pair", exact=True)).to_be_visible()
    assert runs.locator("em").bounding_box()["width"] <= 1  # said, not seen


@pytest.mark.parametrize("scheme", slow_but("light", among=["light", "dark"]))
def test_answers_are_read_at_400_pixels(new_page, hasim_app, pair, scheme):
    page = new_page(viewport={"width": 400, "height": 860}, color_scheme=scheme)
    open_page(page, hasim_app, "run", pair)
    page.get_by_role("button", name="Run pair").click()
    answered(page)
    page.locator(".stVegaLiteChart svg, .stVegaLiteChart canvas").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 400
    expect(page.get_by_text("99.99020 %").first).to_be_visible()
    ground = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") == (scheme == "light")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", slow_but("design", among=["", "design", "compare", "incident"]))
def test_texts_stand_out_from_their_ground(new_page, hasim_app, study, name, scheme):
    page = new_page(color_scheme=scheme)
    open_page(page, hasim_app, name, study("A study in the dark", pair=PAIR, other=PAIR))
    page.locator(PAGES[name]).first.wait_for()
    at_rest(page)
    expect(page.locator("h1")).to_have_css("font-size", "32px")  # the style of the app is there
    chosen = page.locator("[role=radio][data-selected], [role=tab][data-selected]")
    expect(chosen.first).to_be_visible()
    assert page.evaluate(FAINT) == []
    for number in range(chosen.count()):
        chosen.nth(number).hover()
        expect(chosen.nth(number)).to_have_attribute("data-hovered", "true")
        assert page.evaluate(FAINT) == []
