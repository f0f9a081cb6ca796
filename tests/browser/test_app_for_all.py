"""The app for whoever comes: without a mouse, on a telephone, in the dark."""

import pytest
from playwright.sync_api import expect

from tests.browser.driving import answered, open_page

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

FOCUSED = """() => {
    let part = document.activeElement;
    while (part.shadowRoot?.activeElement) part = part.shadowRoot.activeElement;
    return part === document.body ? "" : part.outerHTML.slice(0, 300);
}"""


@pytest.fixture
def pair(study):
    return study("A study for all", pair=PAIR)


@pytest.mark.parametrize("name", PAGES)
def test_whatever_can_be_used_has_a_name_and_is_reached_by_tab(page, hasim_app, pair, name):
    open_page(page, hasim_app, name, pair)
    page.locator(PAGES[name]).first.wait_for()
    assert page.evaluate(NAMELESS) == []
    reached = []
    for _ in range(150):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))
        if not reached[-1]:
            break
    assert reached[-1] == ""  # the end of the page: nothing keeps the focus
    assert len(set(reached)) > 8


@pytest.mark.parametrize("scheme", ["light", "dark"])
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
