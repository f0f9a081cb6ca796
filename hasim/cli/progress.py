"""How far a run has come, on stderr and only on a terminal: a bar, the interval, the time left."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from hasim.solving import Progress


@contextmanager
def shown_progress(asked: float) -> Iterator[Callable[[Progress], None] | None]:
    """Give what shows progress until the block ends; None where nobody looks.

    Parameters
    ----------
    asked : float
        The precision that was asked.
    """
    if not sys.stderr.isatty():
        yield None
        return
    shown = _Shown(asked)
    try:
        yield shown.update
    finally:
        shown.close()


class _Shown:
    """A bar that appears with the first news, so that a short run shows and imports none."""

    def __init__(self, asked: float) -> None:
        self._asked = asked
        self._since = time.monotonic()
        self._bar: Bar | None = None

    def update(self, progress: Progress) -> None:
        """Show the news."""
        if self._bar is None:
            self._bar = _make_bar()
            self._bar.start()
            self._bar.add_task("", total=1.0, news="")
        task, spent = self._bar.task_ids[0], time.monotonic() - self._since
        left = progress.seconds_left
        done = 0.0 if left is None else spent / (spent + left)
        self._bar.update(task, completed=done, news=_news(progress, self._asked))

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()


def _make_bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

    columns = SpinnerColumn("line"), BarColumn(), TextColumn("{task.fields[news]}")
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _news(progress: Progress, asked: float) -> str:
    about = f"{progress.about}: " if progress.about else ""
    if about and not progress.replications:
        return f"{about}Ctrl-C stops with what is known"
    if math.isfinite(progress.precision):
        interval = f"within {100.0 * progress.precision:.3g} %, {100.0 * asked:.3g} % asked"
    else:
        interval = "too few outages for an interval yet"
    left = progress.seconds_left
    time = "" if left is None else f", about {max(1.0, left):.0f} s left"
    return f"{about}{interval}{time}; Ctrl-C stops with what is known"
