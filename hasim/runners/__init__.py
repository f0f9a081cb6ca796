"""Who does the work: this thread, threads, processes of this machine, a cluster.

Theory of operation: a runner has one method, `map(function, chunks)`, that yields results in the
order of the chunks. `Serial` and `Threads` take any function. `Processes` and `Dask` take `Work`,
which can travel: it is pickled once and read where it is done.

`Processes` and `Dask` begin with the first chunk that they are given, last from one `map` to the
next, and end with `close`, or with the block of a `with` statement. What they start ends with this
program in any case, however it ends.

A worker that dies is replaced and its chunk is done again, a few times at most; then a
`WorkerError` names the chunk.

Rules of this room: no result depends on which runner was used. Nothing here knows what a chunk is.
dask is imported in cluster.py and nowhere else, when a cluster is first asked.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hasim.runners.contract import Chunk, Result, Runner, Work
from hasim.runners.threads import MOST_THREADS, Serial, Threads

if TYPE_CHECKING:
    from hasim.runners.cluster import Dask
    from hasim.runners.processes import Processes

__all__ = [
    "MOST_THREADS",
    "Chunk",
    "Dask",
    "Processes",
    "Result",
    "Runner",
    "Serial",
    "Threads",
    "Work",
    "available_processors",
    "choose_runner",
]


def choose_runner(threads: int | None) -> Threads:
    """Return the runner for a number of threads; None takes all processors that may be used."""
    return Threads(min(available_processors() if threads is None else threads, MOST_THREADS))


def available_processors() -> int:
    """Return how many processors this program may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def __getattr__(name: str) -> object:
    """Import the runners that need more than threads when they are first asked for."""
    if name == "Processes":
        from hasim.runners.processes import Processes

        return Processes
    if name == "Dask":
        from hasim.runners.cluster import Dask

        return Dask
    raise AttributeError(f"module 'hasim.runners' has no attribute {name!r}")
