"""Who does the work: one after another, or several threads; results always come in order.

Theory of operation: a runner has one method, `map(function, chunks)`, that yields results in the
order of the chunks. `Threads` keeps a few chunks more in flight than it has threads, so that no
thread waits for the consumer; compiled engines let go of the interpreter lock while they work.
When the consumer stops early, by an exception (Ctrl-C included) or by closing the iterator, chunks
that have not begun are dropped and those that have are waited for: a chunk is short by contract.

Rules of this file: no result depends on which runner was used.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Protocol, TypeVar

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")

#: Chunks in flight for each thread: one at work, one waiting.
IN_FLIGHT = 2


class Runner(Protocol):
    """Whatever can apply a function to chunks, in order."""

    def map(
        self, function: Callable[[Chunk], Result], chunks: Iterable[Chunk]
    ) -> Generator[Result]:
        """Yield the result of each chunk in the order of the chunks."""


@dataclass(frozen=True, slots=True)
class Serial:
    """One chunk after another in the calling thread."""

    def map(
        self, function: Callable[[Chunk], Result], chunks: Iterable[Chunk]
    ) -> Generator[Result]:
        """Yield the result of each chunk in the order of the chunks."""
        for chunk in chunks:
            yield function(chunk)


@dataclass(frozen=True, slots=True)
class Threads:
    """Several threads.

    Parameters
    ----------
    count : int
        Number of threads, at least 1.
    """

    count: int

    def map(
        self, function: Callable[[Chunk], Result], chunks: Iterable[Chunk]
    ) -> Generator[Result]:
        """Yield the result of each chunk in the order of the chunks."""
        rest = iter(chunks)
        pool = ThreadPoolExecutor(self.count, thread_name_prefix="hasim")
        try:
            flying: deque[Future[Result]] = deque(
                pool.submit(function, chunk) for chunk in islice(rest, IN_FLIGHT * self.count)
            )
            while flying:
                yield flying.popleft().result()
                flying.extend(pool.submit(function, chunk) for chunk in islice(rest, 1))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def choose_runner(threads: int | None) -> Runner:
    """Return the runner for a number of threads; None takes all processors that may be used."""
    count = available_processors() if threads is None else threads
    return Threads(count) if count > 1 else Serial()


def available_processors() -> int:
    """Return how many processors this program may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
