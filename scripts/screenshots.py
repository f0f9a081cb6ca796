"""Take a picture of each page of the app: light and dark, and narrow where people read answers.

`make screenshots` writes docs/images. It needs chromium, and no network. What the pages show is
answered first, so that the pictures show whole answers; the seed is fixed, and so are they.
"""

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

import hasim
from hasim.store import Desk, Shelf
from hasim.work.carrying_out import carry_out

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
MODELS = ROOT / "models"
WIDE, NARROW = {"width": 1360, "height": 900}, {"width": 400, "height": 860}

#: Seconds that a page is given to draw what has arrived.
SETTLING = 2.5

#: What is on each page when its picture can be taken.
READY = {
    "start": ".st-key-question",
    "design": ".canvas .stage canvas",
    "run": "text=downtime a year",
    "compare": "text=The order",
    "size": "text=Apply to",
    "incident": ".canvas .stage canvas",
    "studies": "text=Shop",
}

#: The options of a small space, quickly searched.
OPTIONS = """
options:
  components.web.replicas: [4, 5, 6, 7]
  components.db.standby: [cold, warm, hot]
"""


def make_study(shelf: Shelf) -> str:
    """Make a study in which everything has been asked, and return its identifier."""
    shop = (MODELS / "shop.yaml").read_text()
    identifier = shelf.put("Shop")
    with shelf.open(identifier) as desk:
        desk.save("shop", shop + OPTIONS, folder=MODELS)
        desk.save("two-zones", shop.replace("spread: [a, b, c]", "spread: [a, b]"), folder=MODELS)
        ask(desk, "run", {"model": model("shop", shop), "seed": 1})
        both = [model("shop", shop), model("two-zones", desk.drafts()[1].text)]
        ask(desk, "compare", {"models": both, "seed": 1})
        targets = ["availability=99.98%"]
        ask(desk, "size", {"model": model("shop", shop + OPTIONS), "targets": targets, "seed": 1})
    return identifier


def model(name: str, text: str) -> dict[str, object]:
    """Return a model as requests hold it."""
    return {"name": name, "text": text, "folder": str(MODELS)}


def ask(desk: Desk, kind: str, arguments: dict[str, object]) -> None:
    """Ask something of a study and have it answered here."""
    number = desk.ask(kind, arguments)
    carry_out(desk.path, number, threads=os.cpu_count() or 1)
    request = desk.request(number)
    assert request is not None
    assert request.status == "done", request


def serve(studies: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start the app and return its process and address."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", "from hasim.cli import main; main()", "app", "--no-browser"]
    process = subprocess.Popen([*command, "--port", str(port), "--studies", str(studies)])
    address = f"http://localhost:{port}"
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).read()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return process, address
    raise TimeoutError("the app did not start")


def script() -> str:
    """Return an incident in its middle, as the address of its page holds it."""
    incident = hasim.Incident(hasim.load(MODELS / "shop.yaml"))
    incident.kill("db.1")
    incident.run_for("45 s")
    return incident.script()


def take(page: Page, address: str, name: str, study: str, suffix: str) -> None:
    """Take the picture of one page."""
    path = "" if name == "start" else name
    query = {"study": study, **({"script": script()} if name == "incident" else {})}
    page.goto(f"{address}/{path}?{urllib.parse.urlencode(query)}")
    page.locator(READY[name]).first.wait_for(timeout=60_000)
    page.wait_for_timeout(1000 * SETTLING)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(256).save(IMAGES / f"{name}-{suffix}.png", optimize=True)


def main() -> None:
    """Answer, serve, and go through all pages."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    studies = Path(tempfile.mkdtemp())
    study = make_study(Shelf(studies))
    process, address = serve(studies)
    looks = {"light": (WIDE, "light"), "dark": (WIDE, "dark"), "narrow": (NARROW, "light")}
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            for suffix, (viewport, scheme) in looks.items():
                context = browser.new_context(viewport=viewport, color_scheme=scheme)
                for name in READY:
                    take(context.new_page(), address, name, study, suffix)
                context.close()
            browser.close()
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(studies)


if __name__ == "__main__":
    main()
