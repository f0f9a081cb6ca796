"""Fragments that run again by themselves: what `run_every` of Streamlit does, but never too late.

Theory of operation: Streamlit's own timer also asks while an answer is outstanding, and may ask for
the fragment of a page that somebody has just left. The server then runs that fragment after the new
page, the browser takes it for a change of page, and clears what it shows (seen with 1.67: an empty
page, until something is clicked). Here a small script in the page asks: once for each run of the
fragment, not before its answer is there, and not after a link was followed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st


def run_again(after: float, *, key: str) -> None:
    """Let the fragment that calls this run again, as long as its page is shown.

    Parameters
    ----------
    after : float
        Seconds between two runs, where they do not take longer.
    key : str
        Different for whatever else is on the page.
    """
    with st.container(key=f"ticker-{key}"):
        data = {"look": str(time.monotonic_ns()), "pause": after}
        _mount()(key=f"tick-{key}", data=data, on_tick_change=_nothing)


def _nothing() -> None:
    """Do nothing: Streamlit takes a tick only where something is called for it."""


@cache
def _mount() -> Callable[..., Any]:
    script = Path(__file__).with_name("ticker.js").read_text(encoding="utf-8")
    return st.components.v2.component("hasim.ticker", html="", js=script)
