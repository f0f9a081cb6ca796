"""`hasim app`: what keeps it from starting, and what Streamlit is told."""

import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from hasim.cli import apping
from tests.cli.typed import typed

ROOT = Path(__file__).resolve().parents[2]


def test_a_model_that_is_none_is_refused_before_anything_starts(tmp_path):
    done = typed("app", tmp_path / "none.yaml")
    assert done.exit_code == 2
    assert "there is no such file" in done.stderr


@pytest.mark.parametrize("port", ["0", "70000", "x"])
def test_a_port_that_cannot_be_is_refused(port):
    assert typed("app", "--port", port).exit_code == 2


def test_an_address_of_another_machine_is_refused():
    done = typed("app", "--address", "192.0.2.1", "--no-browser")
    assert done.exit_code == 2
    assert "cannot listen at 192.0.2.1, port 8501" in done.stderr


def test_a_port_that_is_taken_is_refused():
    with socket.create_server(("localhost", 0)) as other:
        port = other.getsockname()[1]
        done = typed("app", "--port", port, "--no-browser")
    assert done.exit_code == 2
    assert f"port {port}: address already in use" in done.stderr


def test_studies_that_are_no_folder_are_refused(tmp_path):
    (tmp_path / "a").write_text("")
    done = typed("app", "--studies", tmp_path / "a", "--no-browser")
    assert done.exit_code == 2
    assert "is no folder" in done.stderr


def test_the_script_for_streamlit_run_is_told_the_same():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    told = {
        f"{section}.{name}": str(value).lower() if isinstance(value, bool) else str(value)
        for section, values in config.items()
        for name, value in values.items()
        if not isinstance(value, dict)
    }
    told |= {
        f"theme.{kind}.{name}": value
        for kind, values in config["theme"].items()
        for name, value in values.items()
    }
    assert told.pop("server.address") == "localhost"
    assert told == apping._SETTINGS


@pytest.mark.normal
def test_it_listens_on_this_machine_alone(tmp_path):
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    words = ["app", "--port", str(port), "--no-browser", "--studies", str(tmp_path)]
    command = [sys.executable, "-c", "from hasim.cli import main; main()", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        address = f"http://localhost:{port}/_stcore/health"
        assert fetched(address, process) == "ok"
        listening = Path("/proc/net/tcp").read_text()
        process.kill()
    own = [line.split()[1] for line in listening.splitlines() if f":{port:04X} " in line]
    assert own
    assert {address.partition(":")[0] for address in own} == {"0100007F"}


def fetched(address, process):
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=1) as answer:
                return answer.read().decode()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError("the app did not start")
