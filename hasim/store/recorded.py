"""A runner with a memory: chunks whose result a study has are not computed.

Theory of operation: chunks are looked up in their order. As long as all are kept, which is where a
run that goes on begins, they are read one by one; from the first that is not, the runner inside is
given those that are missing, and what is kept is put between its results.

Rules of this file: order and content of the results are those of the runner inside; a result is
kept before it is handed on.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from hasim.store.arrays import Arrays
from hasim.store.study import Study

if TYPE_CHECKING:
    from hasim.runners import Chunk, Result, Runner, Work


@dataclass(frozen=True, slots=True)
class Recorded:
    """A runner around a runner.

    Parameters
    ----------
    runner : Runner
        Who computes what the study does not have.
    study : Study
    """

    runner: Runner
    study: Study

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
        function : Work
            Whose results are tuples of arrays.
        chunks : iterable
        until : float
            Moment of `time.monotonic` after which no result is waited for that is not kept.

        Raises
        ------
        TimeoutError
            Where a result is not there by then.
        StudyError
            Where the study cannot be written any more.
        """
        work = cast("Work[Chunk, Arrays]", function)
        rest = iter(chunks)
        for chunk in rest:
            kept = self.study.find(work.key(chunk))
            if kept is None:
                yield from self._compute(work, chain([chunk], rest), until)
                return
            yield cast("Result", kept)

    def _compute(
        self, work: Work[Chunk, Arrays], chunks: Iterable[Chunk], until: float
    ) -> Generator[Any]:
        """Yield results of which at least the first is missing."""
        asked: deque[tuple[str, bool]] = deque()

        def missing() -> Iterator[Chunk]:
            for chunk in chunks:
                key = work.key(chunk)
                is_kept = self.study.has(key)
                asked.append((key, is_kept))
                if not is_kept:
                    yield chunk

        with closing(self.runner.map(work, missing(), until=until)) as results:
            for result in results:
                yield from self._read(asked)
                key, _ = asked.popleft()
                self.study.keep(key, result)
                yield result
                yield from self._read(asked)
        yield from self._read(asked)

    def _read(self, asked: deque[tuple[str, bool]]) -> Iterator[Arrays]:
        """Yield results that are kept, up to the first that is not."""
        while asked and asked[0][1]:
            kept = self.study.find(asked.popleft()[0])
            assert kept is not None, "a result that was kept is gone"
            yield kept
