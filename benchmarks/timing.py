"""Timing a run: CPU time of this thread, with an empty heap and the garbage collector off."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable


def time_once(run: Callable[[], object]) -> float:
    """Seconds of CPU time of a run.

    As in `timeit` the garbage collector is off meanwhile, or a run would pay for what an earlier
    one left behind: discarded SimPy environments are garbage in circles.
    """
    gc.collect()
    gc.disable()
    try:
        start = time.thread_time()
        run()
        return time.thread_time() - start
    finally:
        gc.enable()


def time_least(run: Callable[[], object], repetitions: int) -> float:
    """The least of some times of a run."""
    return min(time_once(run) for _ in range(repetitions))
