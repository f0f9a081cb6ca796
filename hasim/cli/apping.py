"""`hasim app`: the front end in the browser."""

from __future__ import annotations

import os
import socket
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from hasim.cli.commands import guarded, whole_number

#: Megabytes of a file that somebody uploads: a model of 1,000 components has less than one.
_MOST_MEGABYTES = 5

#: What Streamlit is told beside the address: no network, nothing to tell others, no watching.
_SETTINGS = {
    "browser.gatherUsageStats": "false",
    "client.showErrorDetails": "none",
    "client.toolbarMode": "viewer",
    "logger.level": "warning",
    "server.fileWatcherType": "none",
    "server.maxUploadSize": str(_MOST_MEGABYTES),
    "server.showEmailPrompt": "false",
    "theme.light.primaryColor": "#0072b2",
    "theme.dark.primaryColor": "#257bb8",  # white on it has a contrast of 4.5
    "theme.dark.linkColor": "#56b4e9",
}


@click.command()
@click.argument("model", required=False)
@click.option("--port", type=whole_number(1, 65_535), default=8501, show_default=True)
@click.option(
    "--address",
    default="localhost",
    show_default=True,
    help="Where it listens. There is no login: who reaches it may use it.",
)
@click.option("--studies", metavar="DIR", help="Where studies are kept; by default your own.")
@click.option(
    "--workers",
    type=whole_number(1, 64),
    metavar="N",
    help="Most runs at one time; as many as there are processors when absent.",
)
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@guarded
def app(
    model: str | None,
    *,
    port: int,
    address: str,
    studies: str | None,
    workers: int | None,
    no_browser: bool,
) -> None:
    """Open the app: draw, run, compare and size systems in the browser.

    It needs no network, and nobody but this machine reaches it unless --address says so. Ctrl-C
    ends it. Exit status 2: the model or the command is wrong.

    Example: hasim app models/shop.yaml
    """
    _check(model, studies)
    _check_place(address, port)
    environment = {
        "HASIM_APP_MODEL": "" if model is None else str(Path(model).resolve()),
        "HASIM_APP_STUDIES": "" if studies is None else str(Path(studies).resolve()),
        "HASIM_APP_WORKERS": "" if workers is None else str(workers),
    }
    os.environ.update(environment)
    settings = {
        **_SETTINGS,
        "server.address": address,
        "server.port": str(port),
        "server.headless": str(no_browser).lower(),
    }
    words = [f"--{name}={value}" for name, value in settings.items()]
    script = Path(__file__).resolve().parent.parent / "app" / "main.py"
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "hasim.app", "run", str(script), *words])


def _check_place(address: str, port: int) -> None:
    """Refuse an address and a port where nothing can listen."""
    from hasim.errors import InputError

    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            address, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except (OSError, UnicodeError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise InputError(
            f"the app cannot listen at {address}, port {port}: {reason}",
            "an address of this machine, and a port that is free",
            "name others with --address and --port",
        ) from error


def _check(model: str | None, studies: str | None) -> None:
    """Refuse what the app could not begin with."""
    from hasim.description import read_model
    from hasim.errors import InputError

    if find_spec("streamlit") is None:
        raise InputError(
            "Streamlit is not installed",
            "what the app is made with",
            "install hasim[app]",
        )
    if studies is not None and Path(studies).exists() and not Path(studies).is_dir():
        raise InputError(f"{studies} is no folder", "a folder of studies", "name another")
    if model is not None:
        read_model(model)
