"""What runners and those who give them work agree on."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable
from typing import Protocol, TypeVar

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")
_Given = TypeVar("_Given", contravariant=True)
_Made = TypeVar("_Made", covariant=True)


class Work(Protocol[_Given, _Made]):
    """A function from chunks that can travel to another process.

    It can be pickled, and its class can be imported by name. Results are tuples of numpy arrays.
    """

    def __call__(self, chunk: _Given) -> _Made:
        """Do the work of one chunk."""

    def key(self, chunk: _Given) -> str:
        """Return hexadecimal digits that are the same for the same result, in any session."""


class Runner(Protocol):
    """Whatever can apply a function to chunks, in order."""

    def map(
        self,
        function: Callable[[Chunk], Result],
        chunks: Iterable[Chunk],
        *,
        until: float = math.inf,
    ) -> Generator[Result]:
        """Yield the result of each chunk in the order of the chunks.

        Parameters
        ----------
        function : callable
            `Work`, where the runner has other processes do it.
        chunks : iterable
        until : float
            Moment of `time.monotonic` after which no result is waited for.

        Raises
        ------
        TimeoutError
            Where a result is not there by then.
        WorkerError
            Where those who were to do it are gone, or cannot be had.
        """
