"""The workers of a server: a bounded number of processes, and who waits for one.

Theory of operation
-------------------
There is a thread for each worker that may be: it takes a request from the queue, starts a process
(`python -m hasim.work`) and waits for it. So a run takes nothing from the pages but a sleeping
thread, and its end, however it comes, is seen. Of one study one request is worked on at a time, and
the next is put in the queue when that is over; who asks much thus stands in line behind who asks
little. A worker that is killed is started once more and goes on from what the study has kept.

A worker ends when its standard input does, so that none outlives the server; the threads are
daemons, since the server's end would wait for those of a pool, and they for their workers.

Rules of this file: how a request ended is written in the study; here is only who works and waits.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import defaultdict, deque
from pathlib import Path
from queue import SimpleQueue
from typing import IO, NamedTuple

from hasim.app.settings import GRACE_SECONDS, MEMORY, MOST_SECONDS
from hasim.errors import HasimError
from hasim.reporting.live_news import follow
from hasim.runners import available_processors
from hasim.store import Desk

#: Seconds between two looks at a worker, and that one which is asked to stop may take for it.
_LOOK, _STOP_GRACE = 0.5, 10.0

#: How often a worker is started for one request.
_ATTEMPTS = 2


class Job(NamedTuple):
    """A request of a study."""

    study: Path
    number: int


class Workforce:
    """Who works and who waits.

    Parameters
    ----------
    workers : int
        Most processes at one time.
    memory : int
        Bytes of memory that each may hold.
    """

    def __init__(self, workers: int, memory: int = MEMORY) -> None:
        self._queue: SimpleQueue[Job] = SimpleQueue()
        self._memory = memory
        self._lock = threading.Lock()
        self._line: list[Job] = []
        self._behind: dict[Path, deque[Job]] = defaultdict(deque)
        self._at_work: dict[Job, subprocess.Popen[bytes] | None] = {}
        self._is_closed = False
        for number in range(workers):
            name = f"hasim-worker-{number}"
            threading.Thread(target=self._serve, daemon=True, name=name).start()

    def submit(self, study: Path, number: int) -> None:
        """Let a waiting request stand in line: its last worker may still be on the way out."""
        job = Job(study, number)
        with self._lock:
            if job in self._line:
                return
            self._line.append(job)
            self._behind[study].append(job)
            if len(self._behind[study]) == 1:
                self._queue.put(job)

    def ahead_of(self, study: Path, number: int) -> int:
        """Return how many requests stand in line before one; 0 for the next, and for others."""
        job = Job(study, number)
        with self._lock:
            return self._line.index(job) if job in self._line else 0

    def knows(self, study: Path, number: int) -> bool:
        """Whether a request waits or is worked on here; else nobody will end it."""
        with self._lock:
            return self._knows(Job(study, number))

    def close(self) -> None:
        """End all workers; what they have is kept."""
        with self._lock:
            self._is_closed = True
            running = list(self._at_work.values())
        for process in running:
            if process is not None:
                process.kill()

    def _is_in_line(self, job: Job) -> bool:
        with self._lock:
            return job in self._line

    def _knows(self, job: Job) -> bool:
        return job in self._line or job in self._at_work

    # ------------------------------------------------------------------------ in the threads

    def _serve(self) -> None:
        while not self._is_closed:
            self._carry_out(self._queue.get())

    def _carry_out(self, job: Job) -> None:
        """Work on a request until it is over, then hand on the next of its study."""
        with self._lock:
            self._line.remove(job)
            self._at_work[job] = None
        try:
            self._work(job)
        except (HasimError, OSError):  # the study is gone or cannot be written: nobody to tell
            pass
        except Exception:  # noqa: BLE001  (a fault of ours is told, and costs no worker)
            traceback.print_exc()
        finally:
            with self._lock:
                del self._at_work[job]
                behind = self._behind[job.study]
                behind.popleft()
                if behind and not self._is_closed:
                    self._queue.put(behind[0])
                elif not behind:
                    del self._behind[job.study]

    def _work(self, job: Job) -> None:
        with Desk.open(job.study) as desk:
            for attempt in range(1, _ATTEMPTS + 1):
                request = desk.request(job.number)
                if request is None or not request.is_open:
                    return
                if request.is_to_stop:
                    desk.end(job.number, "stopped", _tell_stop(desk, job.number))
                    return
                ending = self._run_process(job, desk)
                if self._is_closed:
                    return
                if ending is None or not self._try_again(desk, job, ending, attempt):
                    return

    def _run_process(self, job: Job, desk: Desk) -> _Death | None:
        """Run a worker to its end; what it died of, or None."""
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "hasim.work", str(job.study), str(job.number),
                 "--threads", str(self._threads()), "--memory", str(self._memory), "--tied"],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said,
            )  # fmt: skip
            with self._lock:
                self._at_work[job] = process
            with process:
                why = _wait(process, desk, job.number)
            if why is None and process.returncode == 0:
                return None
            return _Death(why, process.returncode, _last_line(said))

    def _threads(self) -> int:
        """How many threads a worker gets: all processors where nobody else works."""
        return available_processors() if len(self._at_work) == 1 else 1

    def _try_again(self, desk: Desk, job: Job, death: _Death, attempt: int) -> bool:
        """Whether a request whose worker died is worked on once more; else write down its end."""
        request = desk.request(job.number)
        if request is None or not request.is_open or self._is_in_line(job):
            return False
        if death.was_killed and attempt < _ATTEMPTS:
            about = f"{death.text}; another goes on from what was kept"
            desk.tell(job.number, {"about": "another worker starts", "note": about})
            return True
        if request.is_to_stop:
            desk.end(job.number, "stopped", _tell_stop(desk, job.number))
            return False
        desk.end(job.number, "failed", f"{death.text}; what was computed is kept: Go on")
        return False


class _Death(NamedTuple):
    """What ended a worker before its request."""

    why: str | None
    status: int
    said: str

    @property
    def was_killed(self) -> bool:
        """Whether somebody else ended it."""
        return self.why is None and self.status < 0

    @property
    def text(self) -> str:
        """Half a sentence."""
        if self.why is not None:
            return self.why
        if self.status < 0:
            return f"the worker was killed ({signal.Signals(-self.status).name})"
        return f"the worker ended with {self.said or f'exit status {self.status}'}"


def _wait(process: subprocess.Popen[bytes], desk: Desk, number: int) -> str | None:
    """Wait for a worker; kill one that takes too long, and say why."""
    until = time.monotonic() + MOST_SECONDS + GRACE_SECONDS
    stop_until = None
    while True:
        try:
            process.wait(_LOOK)
        except subprocess.TimeoutExpired:
            now = time.monotonic()
            request = desk.request(number)
            if stop_until is None and (request is None or request.is_to_stop):
                stop_until = now + _STOP_GRACE
            if now > until or (stop_until is not None and now > stop_until):
                process.kill()
                return "the worker took longer than a run may"
        else:
            return None


def _tell_stop(desk: Desk, number: int) -> str:
    """What is known of a request that was stopped and whose worker left no answer."""
    news = desk.news(number)
    if not news:
        return "stopped before a worker had begun, so nothing is known yet: Go on"
    far = follow([{**news[-1], "left_s": None}], None).text
    return f"stopped before there was an answer ({far}); what was computed is kept: Go on"


def _last_line(said: IO[bytes]) -> str:
    """The last line that a worker wrote to stderr."""
    end = said.seek(0, os.SEEK_END)
    said.seek(max(0, end - 4000))
    lines = said.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
