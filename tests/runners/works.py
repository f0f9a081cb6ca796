"""Work that can travel, for tests of runners whose workers are other processes."""

import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np


class Numbered:
    """Work that is named by its chunk."""

    def key(self, chunk):
        return f"{chunk:x}"


@dataclass(frozen=True)
class Square(Numbered):
    """Squares; the first chunks take longest, so that later ones are done before them."""

    seconds: float = 0.0

    def __call__(self, chunk):
        until = time.thread_time() + self.seconds / (1 + chunk) ** 3
        while time.thread_time() < until:
            pass
        return (np.array([chunk * chunk]),)


@dataclass(frozen=True)
class WhoWorks(Numbered):
    """The process that works."""

    def __call__(self, chunk):
        return (np.array([os.getpid()]),)


@dataclass(frozen=True)
class Dies(Numbered):
    """Squares, but a chunk kills the process that does it, so many times.

    It counts in a file how often.
    """

    file: Path
    at: int
    times: int

    def __call__(self, chunk):
        if chunk == self.at:
            with self.file.open("a") as file:
                file.write("x")
            if self.file.stat().st_size <= self.times:
                os.kill(os.getpid(), signal.SIGKILL)
        return (np.array([chunk * chunk]),)


@dataclass(frozen=True)
class Fails(Numbered):
    """An error at one chunk."""

    at: int
    error: Exception

    def __call__(self, chunk):
        if chunk == self.at:
            raise self.error
        return (np.array([chunk]),)


@dataclass(frozen=True)
class Waits(Numbered):
    """Takes as long as there is a file, from the second chunk on."""

    file: Path

    def __call__(self, chunk):
        while chunk and self.file.exists():
            time.sleep(0.01)
        return (np.array([chunk]),)


@dataclass(frozen=True)
class Talks(Numbered):
    """Writes where answers could be meant to go."""

    def __call__(self, chunk):
        sys.stdout.write("hello\n")
        os.write(1, b"hello\n")
        return (np.array([chunk]),)


class CannotBeRead(Numbered):
    """Work that does not come out of a pickle."""

    def __reduce__(self):
        return int, ("no number",)


def numbers(results):
    return [int(value) for (array,) in results for value in array]
