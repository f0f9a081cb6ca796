"""One chunk after another, or several threads.

Theory of operation: `Threads` keeps a few chunks more in flight than it has threads, so that no
thread waits for the consumer; compiled engines let go of the interpreter lock while they work. The
caller only waits, so that Ctrl-C and a limit of time reach it whatever a chunk costs.

When the consumer stops early, by an exception (Ctrl-C included) or by closing the iterator, chunks
that have not begun are dropped. Those that have cannot be broken off: their threads end with them,
unheard, and do not keep the program from ending.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from itertools import islice
from queue import SimpleQueue
from threading import TIMEOUT_MAX, Thread
from typing import TYPE_CHECKING, Generic

from hasim.runners.contract import Chunk, Result

if TYPE_CHECKING:
    from concurrent.futures import Future

#: Chunks in flight for each thread: one at work, one waiting.
IN_FLIGHT = 2

#: Most threads: what the largest machines have in processors. More would only wait.
MOST_THREADS = 256


@dataclass(frozen=True, slots=True)
class Serial:
    """One chunk after another in the calling thread, which waits for each: `Threads` made plain."""

    def map(
        self,
        function: Callable[[Chunk], Result],
        chunks: Iterable[Chunk],
        *,
        until: float = math.inf,
    ) -> Generator[Result]:
        """Yield the result of each chunk in the order of the chunks."""
        for chunk in chunks:
            if time.monotonic() > until:
                raise TimeoutError
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
        self,
        function: Callable[[Chunk], Result],
        chunks: Iterable[Chunk],
        *,
        until: float = math.inf,
    ) -> Generator[Result]:
        """Yield the result of each chunk in the order of the chunks."""
        pool = _Pool(function, self.count)
        rest = iter(chunks)
        flying = deque(pool.submit(chunk) for chunk in islice(rest, IN_FLIGHT * self.count))
        try:
            while flying:
                yield flying.popleft().result(seconds_to(until))
                flying.extend(pool.submit(chunk) for chunk in islice(rest, 1))
        finally:
            for future in flying:
                future.cancel()
            pool.close()


class _Pool(Generic[Chunk, Result]):
    """Threads that take chunks from a queue and end with the program, whatever they do then."""

    def __init__(self, function: Callable[[Chunk], Result], count: int) -> None:
        self._function = function
        self._most = count
        self._count = 0
        self._tasks: SimpleQueue[tuple[Future[Result], Chunk] | None] = SimpleQueue()

    def submit(self, chunk: Chunk) -> Future[Result]:
        """Queue a chunk, with a thread more if there can be one."""
        from concurrent.futures import Future  # takes long, and exact answers need no threads

        future: Future[Result] = Future()
        self._tasks.put((future, chunk))
        if self._count < self._most:
            arguments = (self._function, self._tasks)
            Thread(target=_work, args=arguments, name="hasim", daemon=True).start()
            self._count += 1
        return future

    def close(self) -> None:
        """Let the threads end when the queue is empty."""
        for _ in range(self._count):
            self._tasks.put(None)


def _work(
    function: Callable[[Chunk], Result],
    tasks: SimpleQueue[tuple[Future[Result], Chunk] | None],
) -> None:
    while (task := tasks.get()) is not None:
        future, chunk = task
        if not future.set_running_or_notify_cancel():
            continue
        try:
            future.set_result(function(chunk))
        except BaseException as error:  # noqa: BLE001  (whoever waits for the result raises it)
            future.set_exception(error)


def seconds_to(moment: float) -> float | None:
    """Return the seconds to a moment; None, which is for ever, where no wait can last so long."""
    seconds = max(0.0, moment - time.monotonic())
    return seconds if seconds <= TIMEOUT_MAX else None
