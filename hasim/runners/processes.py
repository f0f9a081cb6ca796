"""Several processes of this machine.

Theory of operation: each process is a Python of its own (worker.py), started with the first chunk
and spoken to by two pipes that nobody else has. So a process that is killed in the middle of an
answer harms no other, and which chunk it had is known. As many threads as there are processes
each hand a chunk to an idle one and wait, so that order, limits and stopping are those of
`Threads`.

The program that is run by the user is not imported there (as `multiprocessing` would do), so a
script needs no guard; but work whose class stands in that script cannot be read there.

Each is a process group of its own: Ctrl-C in a terminal reaches this program only. They use one
thread each, also in libraries that would take all processors.
"""

from __future__ import annotations

import math
import os
import pickle
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from queue import SimpleQueue
from subprocess import PIPE, Popen
from threading import Lock
from types import TracebackType
from typing import final

from hasim.errors import InputError, WorkerError, escape_text
from hasim.runners.contract import Chunk, Result
from hasim.runners.threads import Threads
from hasim.runners.worker import Answer

#: A chunk at which so many processes died is not given to another (as dask's allowed failures).
MOST_DEATHS = 3

_START = "import sys; sys.path[:] = sys.argv[1:]; from hasim.runners.worker import serve; serve()"
_LIBRARIES = ("OMP", "OPENBLAS", "MKL", "NUMBA")
_ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in _LIBRARIES}


@final
class Processes:
    """Several processes, which last until `close` or the end of a `with` block.

    Parameters
    ----------
    count : int
        Number of processes, at least 1.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._workers = [_Worker() for _ in range(count)]
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)

    def __repr__(self) -> str:
        return f"Processes({self.count})"

    def __enter__(self) -> Processes:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes, whatever they do; chunks at work are lost."""
        for worker in self._workers:
            worker.close()

    def map(
        self,
        function: Callable[[Chunk], Result],
        chunks: Iterable[Chunk],
        *,
        until: float = math.inf,
    ) -> Generator[Result]:
        """Yield the result of each chunk in the order of the chunks.

        Raises
        ------
        InputError
            Where the function cannot travel.
        WorkerError
            Where processes die again and again at the same chunk.
        """
        packed = pack_work(function)

        def ask(chunk: Chunk) -> Result:
            worker = self._idle.get()
            try:
                done, given = _insist(worker, packed, chunk)
            finally:
                self._idle.put(worker)
            if not done:
                assert isinstance(given, BaseException)
                raise given
            return given  # type: ignore[return-value]  # what the function gave

        return Threads(self.count).map(ask, chunks, until=until)


def pack_work(function: object) -> bytes:
    """Return work as it travels.

    Raises
    ------
    InputError
        Where it cannot.
    """
    try:
        return pickle.dumps(function, pickle.HIGHEST_PROTOCOL)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise InputError(
            f"the work cannot travel to another process: {escape_text(str(error))}",
            "an object that can be pickled, whose class can be imported",
            "write its class or function at the top of a module, or use the runner Threads",
        ) from error


def name_chunk(chunk: object) -> str:
    """What a chunk is called in a message."""
    if isinstance(chunk, range) and len(chunk):
        return f"replications {chunk[0]} to {chunk[-1]}"
    return f"chunk {escape_text(str(chunk))}"


def _insist(worker: _Worker, packed: bytes, chunk: object) -> Answer:
    """Have a chunk done, by another process where one dies."""
    for _ in range(MOST_DEATHS):
        try:
            return worker.ask(packed, chunk)
        except BaseException as error:
            worker.bury()  # it died, or wrote what cannot be read: nor can what it writes later
            if not isinstance(error, (EOFError, OSError, pickle.UnpicklingError)):
                raise
    raise WorkerError(
        f"{name_chunk(chunk)}: {MOST_DEATHS} worker processes died at it, one after another; "
        "most often the memory was used up: take fewer workers (--workers), or a smaller model"
    )


class _Worker:
    """A process and its pipes; another process where the last one died."""

    def __init__(self) -> None:
        self._process: Popen[bytes] | None = None
        self._held: bytes | None = None
        self._is_closed = False
        self._lock = Lock()

    def ask(self, packed: bytes, chunk: object) -> Answer:
        """Have a chunk done.

        Raises
        ------
        EOFError, OSError, UnpicklingError
            Where the process died.
        """
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        work = None if self._held is packed else packed
        pickle.dump((work, pickle.dumps(chunk)), process.stdin, pickle.HIGHEST_PROTOCOL)
        process.stdin.flush()
        self._held = packed
        answer: Answer = pickle.load(process.stdout)
        return answer

    def bury(self) -> None:
        """Make an end of a process that no longer answers."""
        with self._lock:
            process, self._process, self._held = self._process, None, None
        if process is not None:
            _end(process)

    def close(self) -> None:
        """End the process for good."""
        with self._lock:
            self._is_closed = True
        self.bury()

    def _started(self) -> Popen[bytes]:
        with self._lock:
            if self._is_closed:
                raise WorkerError("the processes were closed")
            if self._process is None:
                words = [sys.executable, "-c", _START, *sys.path]
                self._process = Popen(
                    words,
                    stdin=PIPE,
                    stdout=PIPE,
                    env={**_ONE_THREAD, **os.environ},
                    process_group=0,
                )
            return self._process


def _end(process: Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        assert stream is not None
        with suppress(OSError):  # what was still to be written, to nobody
            stream.close()
