"""A report opened in a browser: nothing is complained about, and no host is asked for anything.

The page is loaded by headless Chromium, which logs what the page writes to its console and every
request with the page that began it. A page that does both shows that neither would be overlooked.
"""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NAMES = ("chromium", "chromium-browser", "google-chrome")

#: What the log says began a request that is the browser's own.
BY_ITSELF = "not an origin"

BAD = '<img src="http://example.invalid/x.png"><script>console.error("told")</script>'


@dataclass(frozen=True)
class Opened:
    """What came of opening a page."""

    dom: str
    console: list[str]
    requests: list[str]


def browser():
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    assert found, "this test needs a browser: apt-get install chromium"
    return found


def opened(page, folder):
    log = folder / "network.json"
    command = [browser(), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
    command += ["--disable-background-networking", f"--user-data-dir={folder / 'profile'}"]
    command += ["--enable-logging=stderr", f"--log-net-log={log}", "--dump-dom", page.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=True)
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    events = json.loads(log.read_text())["events"]
    begun = [event["params"] for event in events if "initiator" in event.get("params", {})]
    requests = [one["url"] for one in begun if one["initiator"] != BY_ITSELF]
    return Opened(done.stdout, console, requests)


def test_a_page_that_complains_and_asks_is_found_out(tmp_path):
    page = tmp_path / "bad.html"
    page.write_text(BAD)
    found = opened(page, tmp_path)
    assert len(found.console) == 1
    assert found.requests == ["http://example.invalid/x.png"]


@pytest.mark.parametrize("models", [["shop"], ["pair", "single_point_of_failure"]], ids="-".join)
def test_a_report_opens_without_a_complaint_or_a_request(models, tmp_path):
    page = tmp_path / "report.html"
    files = [str(ROOT / "models" / f"{model}.yaml") for model in models]
    command = [sys.executable, "-c", "from hasim.cli import main; main()", "report", *files]
    subprocess.run([*command, "-o", page, "--precision", "20%"], check=False, cwd=ROOT)
    found = opened(page, tmp_path)
    assert "How to reproduce" in found.dom
    assert found.console == []
    assert found.requests == []
