"""What browser tests share: servers, a browser, and watched tabs.

`hasim_app` is the app as `hasim app` starts it, one for all tests; `study` puts a study on its
shelf and returns the identifier. `app_server(path)` starts a server for a script of its own. `page`
is a tab that fails its test on any error of the console or the page, and on any request that leaves
this machine; `new_page` opens more. The browser is the machine's own chromium.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from hasim.store import Shelf

expect.set_options(timeout=30_000)  # ms: the machine may be busy, and a first page imports much

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = "/usr/bin/chromium"
SETTINGS = {
    "server.address": "localhost",
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": "false",
    "logger.level": "error",
}
#: What Streamlit's page asks for below the address of a page to find out where its server is.
PROBES = ("/_stcore/health", "/_stcore/host-config")
WIDE = {"width": 1280, "height": 860}
HERE = ("http://localhost:", "ws://localhost:", "http://127.0.0.1:", "data:", "blob:", "about:")


def free_port():
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]


def serve(script, *arguments):
    port = free_port()
    options = [f"--{name}={value}" for name, value in SETTINGS.items()]
    command = [sys.executable, "-m", "streamlit", "run", script, f"--server.port={port}", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([*command, "--", *arguments], cwd=ROOT, env=environment)
    return process, f"http://localhost:{port}"


def wait_until_healthy(process, address, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1) as answer:
                answer.read()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            process_ended_within(process, 0.1)
    raise AssertionError(f"{address} did not become healthy; exit code {process.poll()}")


def process_ended_within(process, seconds):
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


@pytest.fixture(scope="session")
def app_server():
    """Start a server for a script, and return its address."""
    running = {}

    def address_of(script, *arguments):
        key = (str(script), *arguments)
        if key not in running:
            running[key] = serve(str(script), *arguments)
            wait_until_healthy(*running[key])
        return running[key][1]

    yield address_of
    for process, _ in running.values():
        end(process)


def end(process):
    """End a server; asked politely it would wait for tabs that are open."""
    process.kill()
    process.wait()


@pytest.fixture(scope="session")
def shelf(tmp_path_factory):
    """The studies of the app."""
    return Shelf(tmp_path_factory.mktemp("studies"))


@pytest.fixture(scope="session")
def hasim_app(shelf):
    """The app as `hasim app models/shop.yaml` starts it: its address."""
    words = ["models/shop.yaml", "--no-browser", "--studies", str(shelf.folder), "--workers", "2"]
    port = free_port()
    command = [sys.executable, "-c", "from hasim.cli import main; main()", "app", *words]
    process = subprocess.Popen([*command, "--port", str(port)], cwd=ROOT)
    address = f"http://localhost:{port}"
    wait_until_healthy(process, address)
    yield address
    end(process)


@pytest.fixture
def study(shelf):
    """Put a study with drafts on the shelf, which are given by name, and return its identifier."""

    def put(title="Study", **drafts):
        identifier = shelf.put(title)
        with shelf.open(identifier) as desk:
            for name, text in drafts.items():
                desk.save(name, text)
        return identifier

    return put


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


def watch(page):
    """Return the list of complaints that grows while the page is used."""
    complaints = []

    def console(message):
        if message.type == "error" and not message.location["url"].endswith(PROBES):
            complaints.append(f"console: {message.text} {message.location['url']}")

    def request(sent):
        if not sent.url.startswith(HERE):
            complaints.append(f"request that leaves this machine: {sent.url}")

    page.on("console", console)
    page.on("pageerror", lambda error: complaints.append(f"page: {error}"))
    page.on("request", request)
    page.on("websocket", request)
    return complaints


@pytest.fixture(scope="session")
def somebody(browser):
    """Who comes again and again: what the browser has kept need not be loaded anew."""
    context = browser.new_context(viewport=WIDE)
    yield context
    context.close()


@pytest.fixture
def new_page(browser):
    """Open watched tabs: of another person, with settings such as `color_scheme`; or beside one."""
    contexts, pages, complaints = [], [], []

    def opened(context=None, **settings):
        if context is None:
            context = browser.new_context(**{"viewport": WIDE, **settings})
            contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        pages.append(page)
        complaints.append(watch(page))
        return page

    yield opened
    for one in (*pages, *contexts):
        one.close()
    found = [complaint for list_ in complaints for complaint in list_]
    assert not found, "\n".join(found)


@pytest.fixture
def page(new_page, somebody):
    return new_page(somebody)
