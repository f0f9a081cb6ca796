"""Users of the app at one time: each opens a model, edits it, runs it, and looks at other pages.

Theory of operation: a user here has a tab of a browser, and waits for what a person would wait for:
the part of a page that makes it worth looking at. How long each change of page takes is noted, and
what the page says of the run meanwhile. app_wire.py has users whose browsers are elsewhere.
"""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hasim.store import Shelf

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

CHROMIUM = "/usr/bin/chromium"

#: What makes a page worth looking at.
SEEN = {
    "Start": ".st-key-question",
    "Design": ".canvas .stage canvas",
    "Run": ".st-key-run button",
    "Compare": ".st-key-way",
    "Size": ".st-key-size button",
    "Incident": ".st-key-speed",
    "Studies": "[class*='st-key-more-']",
}

#: Where users look while their run is at work; the last is where it is seen.
_ROUND = ("Design", "Compare", "Run", "Start", "Studies", "Run")

#: Seconds for which a user waits for an answer.
_PATIENCE = 150.0

#: So much longer a user looks at the page of the run than at others, before the answer is there.
LONGER = 4

ANSWER = "downtime a year"

#: One that is computed, and one that is simulated for some seconds.
SMALL = "components:\n  web: {replicas: 2, mtbf: 1000 h, mttr: 10 h}\n"
MIDDLING = """\
components:
  web:
    replicas: 4
    required: 3
    failures: {crash: {after: "weibull(shape 2, mean 30 d)", repair: "lognormal(mean 1 h, cv 1)"}}
    needs: [db]
  db:
    replicas: 2
    failures: {crash: {after: "weibull(shape 2, mean 90 d)", repair: "lognormal(mean 4 h, cv 1)"}}
"""


@dataclass(frozen=True, slots=True)
class Visit:
    """What a user met with.

    Parameters
    ----------
    name : str
        Of the user's model.
    switches : list of float
        Seconds of each change of page.
    told : set of str
        What the page said of the run before its answer.
    answered_s : list of float
        Seconds from asking to the answer: one.
    models : set of str
        The names of users' models on the pages of the study.
    """

    name: str
    switches: list[float] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    answered_s: list[float] = field(default_factory=list)
    models: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Habits:
    """How a user goes about.

    Parameters
    ----------
    switches : int
        Fewest changes of page.
    pause : float
        Seconds for which a page is looked at.
    """

    switches: int
    pause: float


def prepare(studies: Path, users: int) -> dict[str, str]:
    """Put a study for each user in a folder; returns the studies' identifiers by models' names."""
    shelf, made = Shelf(studies), {}
    for number in range(users):
        name = f"user-{number}"
        made[name] = shelf.put(name)
        with shelf.open(made[name]) as desk:
            desk.save(name, f"name: {name}\n{(SMALL, MIDDLING)[number % 2]}")
    return made


def names_in(text: str) -> set[str]:
    """The names of users' models in a text."""
    return set(re.findall(r"user-\d+", text))


async def go_round(
    visit: Visit,
    habits: Habits,
    *,
    switch: Callable[[str], Awaitable[float]],
    look: Callable[[str], Awaitable[None]],
) -> None:
    """Change from page to page, until that was often enough and there is an answer.

    Parameters
    ----------
    visit : Visit
        What is met with is noted here.
    habits : Habits
    switch : callable
        Changes to a page; gives the seconds that it took.
    look : callable
        Looks at a page that has come.
    """
    begun = time.perf_counter()
    while len(visit.switches) < habits.switches or not visit.answered_s:
        assert time.perf_counter() - begun < _PATIENCE, f"{visit} got no answer"
        where = _ROUND[len(visit.switches) % len(_ROUND)]
        visit.switches.append(await switch(where))
        await look(where)


async def visit_in_browser(
    browser: Browser, address: str, study: str, visit: Visit, habits: Habits
) -> Visit:
    """Open a tab, edit, run, and look at other pages until there is an answer.

    Parameters
    ----------
    browser : Browser
    address : str
        Of the server.
    study : str
        The identifier of the user's study.
    visit : Visit
        What is met with is noted here.
    habits : Habits

    Returns
    -------
    Visit
    """
    page = await open_tab(browser)
    await page.goto(f"{address}/design?study={study}")
    await page.locator(SEEN["Design"]).first.wait_for()
    await _add_server(page)
    begun = time.perf_counter()
    await page.locator(".st-key-run-draft button").click(delay=100)
    await page.locator(SEEN["Run"]).first.wait_for()
    look = partial(_look, page, visit, begun, habits.pause)
    await go_round(visit, habits, switch=partial(switch, page), look=look)
    await page.context.close()
    return visit


async def open_tab(browser: Browser) -> Page:
    """Open a tab of a user of its own, with patience for a machine that is busy."""
    context = await browser.new_context(viewport={"width": 1280, "height": 860})
    page = await context.new_page()
    page.set_default_timeout(120_000)
    return page


async def switch(page: Page, where: str) -> float:
    """Change to a page by the menu; returns the seconds until it is worth looking at."""
    begun = time.perf_counter()
    await page.get_by_role("link", name=where, exact=True).first.click()
    await page.locator(SEEN[where]).first.wait_for()
    return time.perf_counter() - begun


async def _look(page: Page, visit: Visit, begun: float, pause: float, where: str) -> None:
    """Look at a page for a while, and at what it says of the run."""
    from playwright.async_api import TimeoutError

    answer = page.get_by_text(ANSWER, exact=True).first
    with suppress(TimeoutError):
        await answer.wait_for(timeout=1000 * pause * (LONGER if where == "Run" else 1))
    if where not in ("Run", "Design"):
        return
    text = await page.locator("[data-testid='stMain']").inner_text()
    visit.models.update(names_in(text))
    visit.told.update(await page.locator("[data-testid='stProgress']").all_inner_texts())
    if where == "Run" and not visit.answered_s and await answer.is_visible():
        visit.answered_s.append(time.perf_counter() - begun)


async def _add_server(page: Page) -> None:
    """Add a component to the drawing, and wait until the draft has it."""
    button = page.locator(".canvas button.add").filter(has_text="Server").first
    await button.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")
    await page.locator(".st-key-undo button:enabled").wait_for()
