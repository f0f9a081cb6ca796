"""Moments as people read them."""

from __future__ import annotations

from datetime import datetime


def moment(seconds: float) -> str:
    """Return a moment in the time of this machine.

    Parameters
    ----------
    seconds : float
        Since 1970.
    """
    return f"{datetime.fromtimestamp(seconds):%d %B %Y, %H:%M}".removeprefix("0")
