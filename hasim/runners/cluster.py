"""A Dask cluster.

Theory of operation: a task carries the work and some chunks; a worker reads work once and keeps it
for a while. (Were the work a task of its own, workers would fetch it from each other, and wait half
a minute for one that died.) Chunks that are short go several to a task, as many as take about
`TASK_SECONDS`, because a task costs scheduler, workers and this process some milliseconds. One that
takes much longer all the same is broken off between two chunks, and those that are left become
tasks again. Near the end of the chunks tasks get smaller, so that nobody works alone (guided
self-scheduling: Polychronopoulos and Kuck 1987).

Dask itself does the task of a dead worker again, `distributed.scheduler.allowed-failures` times. A
scheduler that is lost is the end: what it held is gone.

Rules of this file: the only room of dask, which is imported when a cluster is first asked. Who may
use a cluster is its owner's business: certificates are those of dask's own configuration.
"""

from __future__ import annotations

import asyncio
import logging
import math
import pickle
import time
import zlib
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from itertools import islice
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, final

from hasim import __version__
from hasim.errors import InputError, WorkerError, escape_text, list_words
from hasim.runners.contract import Chunk, Result
from hasim.runners.processes import name_chunk, pack_work
from hasim.runners.threads import seconds_to

if TYPE_CHECKING:
    from distributed import Client, Future

#: Seconds of processor time that a task should take, and after which it is broken off.
TASK_SECONDS, MOST_SECONDS = 0.4, 1.0

#: Tasks in flight for each thread of a worker: one at work, one waiting there, one on its way.
IN_FLIGHT = 3

#: Seconds for which a scheduler is waited for, its first worker, and another when all are gone.
CONNECT_SECONDS, FIRST_WORKER_SECONDS, NO_WORKER_SECONDS = 5.0, 10.0, 30.0

#: Seconds between two looks whether there still are workers.
_LOOK_SECONDS = 5.0

_KEPT = (
    "what was done is kept in the study, where there is one (--study): once the cluster is there "
    "again, give the same command"
)

Function = Callable[[Chunk], Result]


@final
class Dask:
    """A cluster that is there already, used until `close` or the end of a `with` block.

    Parameters
    ----------
    address : str
        Of its scheduler, such as ``tcp://10.0.0.1:8786``.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._client: Client | None = None
        self._past = _Past()

    def __repr__(self) -> str:
        return f"Dask({self.address!r})"

    def __enter__(self) -> Dask:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the cluster, which stays."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):  # the cluster may be gone
                client.close(timeout=CONNECT_SECONDS)

    def map(
        self,
        function: Function[Chunk, Result],
        chunks: Iterable[Chunk],
        *,
        until: float = math.inf,
    ) -> Generator[Result]:
        """Yield the result of each chunk in the order of the chunks.

        Raises
        ------
        InputError
            Where dask is not installed, there is no cluster at the address, it cannot run this
            hasim, or the function cannot travel.
        WorkerError
            Where the scheduler or all workers are lost, or workers die again and again at the same
            chunk.
        """
        packed = pack_work(function)
        client = self._client = self._client or _connect(self.address)
        return _Flight(client, self._past, packed, chunks, until).land()


class _Past:
    """What has come back so far: how many chunks, and what one of the last task cost."""

    def __init__(self) -> None:
        self.chunks = 0
        self.seconds = math.inf

    @property
    def chunks_in_task(self) -> int:
        """How many chunks make a task."""
        return max(1, int(TASK_SECONDS / max(self.seconds, 1e-4)))


class _Flight(Generic[Chunk, Result]):
    """The tasks of one `map`, in the order of their chunks."""

    def __init__(
        self, client: Client, past: _Past, packed: bytes, chunks: Iterable[Chunk], until: float
    ) -> None:
        self._client = client
        self._past = past
        self._rest = iter(chunks)
        self._next: deque[Chunk] = deque()
        self._until = until
        self._threads = max(1, self._count_threads())
        self._packed = zlib.compress(packed)
        self._flying: deque[tuple[Future[Any], Sequence[Chunk]]] = deque()

    def land(self) -> Generator[Result]:
        """Yield results in order, and keep the workers busy meanwhile."""
        try:
            self._send()
            while self._flying:
                results = self._wait()
                self._send()
                yield from results
        finally:
            with suppress(Exception):  # the cluster may be gone
                self._client.cancel([future for future, _ in self._flying])

    def _send(self) -> None:
        """Send tasks until enough are in flight."""
        while len(self._flying) < IN_FLIGHT * self._threads:
            size, tasks = self._past.chunks_in_task, 2 * self._threads
            self._next.extend(islice(self._rest, max(0, size * tasks - len(self._next))))
            if not self._next:
                return
            shared = min(size, math.ceil(len(self._next) / tasks))
            self._flying.append(self._task([self._next.popleft() for _ in range(shared)]))

    def _task(self, chunks: Sequence[Chunk]) -> tuple[Future[Any], Sequence[Chunk]]:
        self._check()
        task = self._client.submit(do_chunks, __version__, self._packed, chunks, pure=False)
        return task, chunks

    def _wait(self) -> list[Result]:
        """Wait for the next task; what it left over becomes tasks again."""
        future, chunks = self._flying[0]
        packed, seconds = self._result(future, chunks)
        results: list[Result] = pickle.loads(zlib.decompress(packed))
        self._flying.popleft()
        self._past.seconds = seconds / len(results)
        left, size = chunks[len(results) :], self._past.chunks_in_task
        parts = [left[i : i + size] for i in range(0, len(left), size)]
        self._flying.extendleft(self._task(part) for part in reversed(parts))
        self._past.chunks += len(results)
        return results

    def _result(self, future: Future[Any], chunks: Sequence[Chunk]) -> Any:
        from distributed import CancelledError, KilledWorker

        with_workers = time.monotonic()
        while True:
            seconds = seconds_to(self._until)
            try:
                return future.result(min(_LOOK_SECONDS, math.inf if seconds is None else seconds))
            except TimeoutError:
                if time.monotonic() >= self._until or future.status == "error":
                    raise
            except (CancelledError, OSError) as error:
                if future.status == "error":  # that of the work itself
                    raise
                raise self._lost() from error
            except KilledWorker as error:
                raise WorkerError(
                    f"{name_chunk(chunks[0])} or soon after: workers of the cluster died at it "
                    "again and again; most often their memory is used up: give them more, or take "
                    "a smaller model"
                ) from error
            if self._count_threads():
                with_workers = time.monotonic()
            elif time.monotonic() - with_workers > NO_WORKER_SECONDS:
                raise WorkerError(
                    f"the Dask cluster has had no worker for {NO_WORKER_SECONDS:.0f} s; {_KEPT}"
                )

    def _check(self) -> None:
        """See whether the scheduler is there, without asking it, which may take seconds."""
        if self._client.status != "running":
            raise self._lost()

    def _count_threads(self) -> int:
        self._check()
        try:
            return sum(self._client.nthreads().values())
        except Exception as error:  # of many kinds
            raise self._lost() from error

    def _lost(self) -> WorkerError:
        return WorkerError(
            f"the Dask scheduler was lost when {self._past.chunks:,} chunks had come back; {_KEPT}"
        )


def _connect(address: str) -> Client:
    """Find the cluster, and refuse one that cannot run this hasim."""
    try:
        import distributed
    except ImportError as error:
        raise InputError("dask is not installed", "", "pip install 'hasim[scale]'") from error
    for name in ("distributed", "distributed.client"):  # what happens is told in one message
        logging.getLogger(name).setLevel(logging.CRITICAL)
    shown = escape_text(address)
    try:
        with ThreadPoolExecutor(1) as aside:  # a notebook has a loop at work in this thread
            aside.submit(asyncio.run, _greet(address)).result()
        client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except Exception as error:  # of many kinds: what answers there may be anything
        raise InputError(
            f"there is no Dask scheduler at {shown}{_reason(error)}",
            "the address of one that is running, such as tcp://10.0.0.1:8786, or tls:// where it "
            "wants certificates",
            "start one with dask scheduler, or ask its owner; a firewall may stand in between",
        ) from error
    try:
        _check_workers(client, shown)
    except BaseException:
        client.close(timeout=CONNECT_SECONDS)
        raise
    return client


async def _greet(address: str) -> None:
    """See whether who listens also answers, for which a client would wait without end.

    Raises
    ------
    OSError, TimeoutError
        Where nobody does.
    """
    from distributed.comm.core import connect
    from distributed.security import Security

    if address.startswith("inproc:"):  # of this program, and of one loop
        return
    security = Security().get_connection_args("client")
    greeting = connect(address, timeout=CONNECT_SECONDS, **security)
    comm = await asyncio.wait_for(greeting, 1.2 * CONNECT_SECONDS)
    comm.abort()


def _check_workers(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=FIRST_WORKER_SECONDS)
    except TimeoutError as error:
        raise InputError(
            f"the Dask scheduler at {address} has no workers",
            "at least one",
            f"start some with dask worker {address}",
        ) from error
    try:
        versions = {*client.run(own_version).values(), client.submit(own_version).result()}
    except Exception as error:  # whatever keeps scheduler or workers from reading a function
        raise InputError(
            f"the Dask cluster at {address} cannot run hasim{_reason(error)}",
            f"hasim {__version__} where the scheduler and every worker run",
            "install it there",
        ) from error
    others = sorted(versions - {__version__})
    if others:
        raise _unlike(others, __version__)


def _reason(error: Exception) -> str:
    text = str(error)
    if isinstance(error, TimeoutError):
        text = "who listens there says nothing"
    if isinstance(error, MemoryError):  # its first bytes, read as a length, are of any size
        text = "what answers there is something else"
    return f": {escape_text(text, 200)}" if text else ""


def own_version() -> str:
    """Return the version of hasim where this runs."""
    return __version__


def do_chunks(version: str, packed: bytes, chunks: Sequence[Any]) -> tuple[bytes, float]:
    """Do chunks, on a worker, until too much time is spent.

    Parameters
    ----------
    version : str
        Of the hasim that sends them.
    packed : bytes
        The work.
    chunks : sequence

    Returns
    -------
    results : bytes
        A list of at least one: pickled, and compressed, for it passes through the scheduler and
        most of it are zeros of histograms.
    seconds : float
        Of processor time: a worker that has to share takes no smaller tasks.

    Raises
    ------
    InputError
        Where another hasim is at work here: a worker that came later.
    """
    if version != __version__:
        raise _unlike([__version__], version)
    work = _read_work(packed)
    start = time.thread_time()
    results = []
    for chunk in chunks:
        results.append(work(chunk))
        spent = time.thread_time() - start
        if spent > MOST_SECONDS:
            break
    return zlib.compress(pickle.dumps(results, pickle.HIGHEST_PROTOCOL), 1), spent


@lru_cache(maxsize=8)
def _read_work(packed: bytes) -> Function[Any, Any]:
    work: Function[Any, Any] = pickle.loads(zlib.decompress(packed))
    return work


def _unlike(others: Sequence[str], here: str) -> InputError:
    return InputError(
        f"workers of the Dask cluster run hasim {list_words(others)}, and here it is {here}",
        "the same version everywhere, or results might differ",
        "install one version here and there",
    )
