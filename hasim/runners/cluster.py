"""A Dask cluster.

Theory of operation: the work is one task, which every task of chunks depends on: so it reaches a
worker once, and is made again where the worker that had it died. Chunks that are short go several
to a task, as many as take about `TASK_SECONDS`, because a task costs scheduler, workers and this
process some milliseconds. A task that takes much longer all the same is broken off between two
chunks, and those that are left become tasks again. Near the end of the chunks tasks get smaller, so that
nobody works alone (guided self-scheduling: Polychronopoulos and Kuck 1987).

Dask itself does the task of a dead worker again, `distributed.scheduler.allowed-failures` times. A
scheduler that is lost is the end: what it held is gone.

Rules of this file: the only room of dask, which is imported when a cluster is first asked. Who may
use a cluster is its owner's business: certificates are those of dask's own configuration.
"""

from __future__ import annotations

import logging
import math
import pickle
import time
import zlib
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence, Sized
from contextlib import suppress
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

#: Seconds of processor time of a task, and when it is broken off by the clock, between two chunks.
TASK_SECONDS, LATEST_SECONDS = 0.4, 1.0

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
        self._pace = _Pace()

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
        return _Flight(client, self._pace, packed, chunks, until).land()


class _Pace:
    """How much a chunk of the last task cost; before the first as much as may be."""

    def __init__(self) -> None:
        self.seconds = math.inf

    @property
    def chunks(self) -> int:
        """How many chunks make a task."""
        return max(1, int(TASK_SECONDS / max(self.seconds, 1e-4)))


class _Flight(Generic[Chunk, Result]):
    """The tasks of one `map`, in the order of their chunks."""

    def __init__(
        self, client: Client, pace: _Pace, packed: bytes, chunks: Iterable[Chunk], until: float
    ) -> None:
        self._client = client
        self._pace = pace
        self._rest = iter(chunks)
        self._left = len(chunks) if isinstance(chunks, Sized) else math.inf
        self._until = until
        self._landed = 0
        self._threads = max(1, self._count_threads())
        self._work = client.submit(read_work, __version__, packed, pure=False)
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
            shared = math.ceil(min(self._left, 1e9) / (2 * self._threads))
            chunks = list(islice(self._rest, max(1, min(self._pace.chunks, shared))))
            if not chunks:
                return
            self._left -= len(chunks)
            self._flying.append(self._task(chunks))

    def _task(self, chunks: Sequence[Chunk]) -> tuple[Future[Any], Sequence[Chunk]]:
        return self._client.submit(do_chunks, self._work, chunks, pure=False), chunks

    def _wait(self) -> list[Result]:
        """Wait for the next task; what it left over becomes tasks again."""
        future, chunks = self._flying[0]
        packed, seconds = self._result(future, chunks)
        results: list[Result] = pickle.loads(zlib.decompress(packed))
        self._flying.popleft()
        self._pace.seconds = seconds / len(results)
        left, size = chunks[len(results) :], self._pace.chunks
        parts = [left[i : i + size] for i in range(0, len(left), size)]
        self._flying.extendleft(self._task(part) for part in reversed(parts))
        self._landed += len(results)
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
            except CancelledError as error:
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

    def _count_threads(self) -> int:
        if self._client.status != "running":  # it would try for seconds to find the scheduler
            raise self._lost()
        try:
            return sum(self._client.nthreads().values())
        except Exception as error:  # of many kinds
            raise self._lost() from error

    def _lost(self) -> WorkerError:
        return WorkerError(
            f"the Dask scheduler was lost when {self._landed:,} chunks had come back; {_KEPT}"
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
    if isinstance(error, MemoryError):  # its first bytes, read as a length, are of any size
        text = "what answers there is something else"
    return f": {escape_text(text, 200)}" if text else ""


def own_version() -> str:
    """Return the version of hasim where this runs."""
    return __version__


def read_work(version: str, packed: bytes) -> Function[Any, Any]:
    """Read the work, on a worker.

    Parameters
    ----------
    version : str
        Of the hasim that sent it.
    packed : bytes

    Raises
    ------
    InputError
        Where another hasim is at work here: a worker that came later.
    """
    if version != __version__:
        raise _unlike([__version__], version)
    work: Function[Any, Any] = pickle.loads(packed)
    return work


def do_chunks(work: Function[Chunk, Result], chunks: Sequence[Chunk]) -> tuple[bytes, float]:
    """Do chunks, on a worker, until too much time is spent.

    Returns
    -------
    results : bytes
        A list of at least one: pickled, and compressed, for it passes through the scheduler and
        most of it are zeros of histograms.
    seconds : float
        Of processor time: a worker that has to share takes no smaller tasks.
    """
    start, latest = time.thread_time(), time.monotonic() + LATEST_SECONDS
    results: list[Result] = []
    for chunk in chunks:
        results.append(work(chunk))
        if time.monotonic() > latest:
            break
    spent = time.thread_time() - start
    return zlib.compress(pickle.dumps(results, pickle.HIGHEST_PROTOCOL), 1), spent


def _unlike(others: Sequence[str], here: str) -> InputError:
    return InputError(
        f"workers of the Dask cluster run hasim {list_words(others)}, and here it is {here}",
        "the same version everywhere, or results might differ",
        "install one version here and there",
    )
