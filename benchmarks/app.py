"""How long the app takes until one sees what one did: a real browser before the real server.

All is time by the clock on the wall, of browser and server on this one machine, and means something
on an idle machine only.

`app.first_paint_s`: from the server's first answer to a card of the gallery, in a new browser.

`app.edit_50_ms`: from a click on the canvas, of a model of 50 components, until it is drawn;
`app.findings_50_s`: until what is wrong about it is drawn as well, which Python found. The same for
200 components. Medians of some edits.

`app.page_switch_s`: the slowest page, each the median of some changes to it by the menu.

`app.ten_users_p95_s`: of ten users at one time, the 95th percentile of the changes of page. The
browser of one is on this machine (app_users.py), those of the others are elsewhere (app_wire.py).
`app.ten_tabs_p95_s`: the same with all ten browsers on this machine, most of whose time they take.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.app_users import (
    CHROMIUM,
    SEEN,
    Habits,
    Visit,
    open_tab,
    prepare,
    switch,
    visit_in_browser,
)
from benchmarks.app_wire import visit_by_wire
from hasim.store import Shelf

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

SIZES, EDITS, ROUNDS = (50, 200), 5, 3
_SHOP = Path(__file__).parent.parent / "models" / "shop.yaml"

USERS, HABITS = 10, Habits(switches=12, pause=1.0)

KEYS = (
    "app.first_paint_s",
    *(f"app.{what}" for size in SIZES for what in (f"edit_{size}_ms", f"findings_{size}_s")),
    "app.page_switch_s",
    "app.ten_users_p95_s",
)

#: A service that needs nothing is drawn at once, and wrong as soon as Python has looked at it.
_EDIT = """async (stage) => {
  const cy = stage.querySelector(".graph")._cyreg.cy;
  const had = new Set(cy.nodes().map((node) => node.id()));
  const next = () => new Promise(requestAnimationFrame);
  const made = () => cy.nodes().filter((node) => !had.has(node.id()));
  const begun = performance.now();
  stage.getRootNode().querySelector("button.add[aria-label='Add service']").click();
  while (made().empty()) await next();
  await next();
  const drawn = performance.now();
  while (!made().some((node) => node.data("faulty"))) await next();
  await next();
  return [(drawn - begun), (performance.now() - begun) / 1000];
}"""


def estate(components: int) -> str:
    """The text of a model of so many components in three zones, each needing up to three others."""
    lines = ["name: estate", "domains:", "  eu: {level: region}"]
    lines += [f"  {zone}: {{level: zone, in: eu}}" for zone in "abc"]
    lines += ["services:", "  shop: {needs: [c0]}", "components:"]
    for number in range(components):
        below = [f"c{3 * number + k}" for k in (1, 2, 3) if 3 * number + k < components]
        lines.append(f"  c{number}:")
        lines.append("    {replicas: 3, required: 2, mtbf: 30 d, mttr: 1 h, spread: [a, b, c],")
        lines.append(f"     needs: [{', '.join(below)}]}}")
    return "\n".join([*lines, ""])


def measure_app() -> tuple[dict[str, float], dict[str, str]]:
    """The figures; and what was skipped, with the reason."""
    if find_spec("playwright") is None or not Path(CHROMIUM).exists():
        return {}, dict.fromkeys(KEYS, f"there is no {CHROMIUM}, or no playwright")
    return asyncio.run(_measure()), {}


async def _measure() -> dict[str, float]:
    from playwright.async_api import async_playwright

    figures: dict[str, float] = {}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with tempfile.TemporaryDirectory() as folder:
            figures |= await _measure_alone(browser, Path(folder))
        for what, drawing in (("ten_users", 1), ("ten_tabs", USERS)):
            with tempfile.TemporaryDirectory() as folder:
                visits = await _measure_users(browser, Path(folder), drawing)
            figures |= _sum_up(visits, what)
            figures[f"app.{what}_browser_switch_s"] = max(visits[0].switches)
        await browser.close()
    return figures


@contextmanager
def serve(studies: Path, *words: str) -> Iterator[tuple[str, float]]:
    """The app, up: its address, and the seconds that it took until it answered."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", "from hasim.cli import main; main()", "app", "--no-browser"]
    begun = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--port", str(port), "--studies", str(studies), *words],
        stdout=subprocess.DEVNULL,
    )
    address = f"http://localhost:{port}"
    try:
        while not _is_up(f"{address}/_stcore/health"):
            assert process.poll() is None, "the server ended"
            time.sleep(0.02)
        yield address, time.perf_counter() - begun
    finally:
        process.terminate()
        process.wait(30)


def _is_up(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1) as answer:
            return bool(answer.read() == b"ok")
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


async def _measure_alone(browser: Browser, studies: Path) -> dict[str, float]:
    """What one user sees."""
    with serve(studies) as (address, seconds):
        page = await open_tab(browser)
        begun = time.perf_counter()
        await page.goto(address)
        await page.get_by_role("button", name="Run").first.wait_for()
        figures = {"app.start_s": seconds, "app.first_paint_s": time.perf_counter() - begun}
        for size in SIZES:
            figures |= await _measure_edits(page, address, studies, size)
        figures |= await _measure_switches(page, address, studies)
    return figures


async def _measure_edits(page: Page, address: str, studies: Path, size: int) -> dict[str, float]:
    await page.goto(f"{address}/design?study={_put(studies, estate(size))}")
    stage = page.locator(".canvas .stage")
    await stage.locator("canvas").first.wait_for()
    await page.wait_for_function(
        "(stage) => stage.querySelector('.graph')?._cyreg?.cy?.nodes().length > 0",
        arg=await stage.element_handle(),
    )
    times = [await stage.evaluate(_EDIT) for _ in range(EDITS)]
    shown, found = (median(column) for column in zip(*times, strict=True))
    return {f"app.edit_{size}_ms": shown, f"app.findings_{size}_s": found}


def _put(studies: Path, text: str) -> str:
    """A study with a draft of a text: its identifier."""
    identifier = Shelf(studies).put("estate")
    with Shelf(studies).open(identifier) as desk:
        desk.save("estate", text)
    return identifier


async def _measure_switches(page: Page, address: str, studies: Path) -> dict[str, float]:
    await page.goto(f"{address}/?study={_put(studies, _SHOP.read_text(encoding='utf-8'))}")
    times: dict[str, list[float]] = {where: [] for where in SEEN}
    for _ in range(ROUNDS):
        for where, seconds in times.items():
            seconds.append(await switch(page, where))
            await page.wait_for_timeout(500)
    figures = {f"app.switch_s.{where}": median(seconds) for where, seconds in times.items()}
    firsts = {f"app.first_switch_s.{where}": seconds[0] for where, seconds in times.items()}
    return {**figures, **firsts, "app.page_switch_s": max(figures.values())}


async def _measure_users(browser: Browser, folder: Path, drawing: int) -> list[Visit]:
    """What ten users meet with at one time, of whom so many draw on this machine."""
    studies = prepare(folder, USERS)
    with serve(folder) as (address, _):
        visits = await asyncio.gather(
            *(
                visit_in_browser(browser, address, study, Visit(name), HABITS)
                if number < drawing
                else visit_by_wire(address, study, Visit(name), HABITS)
                for number, (name, study) in enumerate(studies.items())
            )
        )
    assert all(visit.models == {visit.name} for visit in visits), "somebody saw another's model"
    return visits


def _sum_up(visits: list[Visit], what: str) -> dict[str, float]:
    times = sorted(seconds for visit in visits for seconds in visit.switches)
    answers = [seconds for visit in visits for seconds in visit.answered_s]
    return {
        f"app.{what}_p95_s": times[-(-95 * len(times) // 100) - 1],
        f"app.{what}_median_s": median(times),
        f"app.{what}_answer_s": median(answers),
        f"app.{what}_slowest_answer_s": max(answers),
    }
