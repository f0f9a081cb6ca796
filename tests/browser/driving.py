"""What a person sees and does in the app: the canvas, the YAML beside it, a run."""

import json
import re

from playwright.sync_api import expect

# Cytoscape keeps itself at its container: that is how a test asks where something is drawn.
CORE = "(stage) => stage.querySelector('.graph')._cyreg.cy"

# Ends when every part has stood where it stands for half a second.
RESTING = """async (stage) => {
    const places = () => {
        const nodes = stage.querySelector(".graph")._cyreg?.cy?.nodes();
        return JSON.stringify(nodes?.map((node) => node.renderedPosition()) ?? performance.now());
    };
    for (let last = "", since = 0; performance.now() - since < 500; ) {
        if (places() !== last) [last, since] = [places(), performance.now()];
        await new Promise(requestAnimationFrame);
    }
}"""

YAML = "Model as YAML"


class Canvas:
    """A canvas that is on a page."""

    def __init__(self, page):
        self.page = page
        self.root = page.locator(".canvas")
        self.stage = self.root.locator(".stage")
        self.stage.locator("canvas").first.wait_for()
        self.wait("(cy) => cy.height() > 100")

    def ask(self, question):
        return self.stage.evaluate(f"(stage) => ({question})(({CORE})(stage))")

    def wait(self, question):
        handle = self.stage.element_handle()
        self.page.wait_for_function(
            f"(stage) => stage.querySelector('.graph')._cyreg?.cy && ({question})(({CORE})(stage))",
            arg=handle,
        )

    def place(self, identifier):
        """Return where on the page the middle of an element is."""
        self.wait_for(identifier)
        at = self.ask(f"(cy) => cy.getElementById({json.dumps(identifier)}).renderedPosition()")
        box = self.stage.bounding_box()
        return box["x"] + at["x"], box["y"] + at["y"]

    def has(self, identifier):
        return self.ask(f"(cy) => cy.getElementById({json.dumps(identifier)}).nonempty()")

    def wait_for(self, identifier):
        self.wait(f"(cy) => cy.getElementById({json.dumps(identifier)}).nonempty()")

    def wait_without(self, identifier):
        self.wait(f"(cy) => cy.getElementById({json.dumps(identifier)}).empty()")

    def click(self, identifier, **options):
        self.page.mouse.click(*self.place(identifier), **options)

    def focus(self):
        self.stage.focus()

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def press_until(self, key, text):
        """Press a key until what is said has a text in it."""
        for _ in range(12):
            if text in self.root.locator(".live").inner_text():
                return
            self.press(key)
        self.says(text)

    def rest(self):
        """Wait until nothing moves and nothing is on its way to Python or back."""
        at_rest(self.page)
        self.stage.evaluate(RESTING)

    def drag(self, start, end):
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
        self.page.mouse.move(*end, steps=4)
        self.page.mouse.up()

    def wait_below(self, part, other):
        """Wait until a part has come to stand below another, and nothing moves any more."""
        lower, upper = (f"cy.getElementById({json.dumps(one)})" for one in (part, other))
        still = "!cy.nodes().some((node) => node.animated())"
        self.wait(f"(cy) => {still} && {lower}.position().y > {upper}.position().y")

    def draw_arrow(self, start, end):
        """Draw an arrow from the handle of a group to another, with the mouse."""
        self.rest()
        self.page.mouse.move(*self.place(start))
        self.root.locator(".handle").wait_for()
        box = self.root.locator(".handle").bounding_box()
        handle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.drag(handle, self.place(end))

    def add(self, what):
        self.root.get_by_role("button", name=f"Add {what}", exact=True).click()

    def says(self, text):
        expect(self.root.locator(".live")).to_contain_text(text)


def open_page(page, address, name, study, **more):
    """Go to a page of the app with a study."""
    words = "&".join(f"{key}={value}" for key, value in {"study": study, **more}.items())
    page.goto(f"{address}/{name}?{words}")


def at_rest(page):
    """Wait until Python has shown all of the page."""
    page.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for()


def design(page, address, study):
    open_page(page, address, "design", study)
    return Canvas(page)


def yaml_field(page):
    """Return the YAML beside the canvas."""
    page.get_by_role("tab", name="YAML").click()
    return page.get_by_label(YAML)


def answered(page):
    """Wait for the cards of an answer."""
    expect(page.get_by_text("downtime a year", exact=True).first).to_be_visible(timeout=120_000)


def has_text(text):
    return re.compile(re.escape(text))
