"""What a process of `Processes` does: read a chunk, do it, write what it gave, until nobody asks.

Theory of operation: requests come by standard input and answers go by standard output, pickled;
what the work prints goes to standard error. The work itself is sent once and kept until another is
sent. When the other end is gone, for whatever reason, the process ends in the middle of its chunk.
"""

from __future__ import annotations

import os
import pickle
import select
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import BinaryIO, NoReturn

#: The work, where it is another than before, and the chunk: pickled each for itself.
Request = tuple[bytes | None, bytes]

#: Whether it was done, and what it gave or what was raised.
Answer = tuple[bool, object]


def serve() -> None:
    """Answer requests until the other end is gone."""
    requests, answers = _take_streams()
    Thread(target=_end_with_parent, args=(requests.fileno(),), daemon=True).start()
    with suppress(EOFError, BrokenPipeError):
        _answer_all(requests, answers)
    os._exit(0)


def _answer_all(requests: BinaryIO, answers: BinaryIO) -> NoReturn:
    function: Callable[[object], object] | None = None
    while True:
        work, chunk = pickle.load(requests)
        try:
            function = function if work is None else pickle.loads(work)
            assert function is not None, "a chunk without work"
            answer: Answer = True, function(pickle.loads(chunk))
        except BaseException as error:  # noqa: BLE001  (whoever waits for the result raises it)
            answer = False, error
        answers.write(_pack(answer))
        answers.flush()


def _pack(answer: Answer) -> bytes:
    try:
        return pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # noqa: BLE001  (any object may refuse in its own way)
        return pickle.dumps((False, TypeError(f"{answer[1]!r} cannot travel: {error}")))


def _take_streams() -> tuple[BinaryIO, BinaryIO]:
    """Take standard input and output for oneself, so that nothing else reads or writes there."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return requests, answers


def _end_with_parent(requests: int) -> None:
    """Wait until nobody can write requests any more, and end at once."""
    watched = select.poll()
    watched.register(requests, 0)  # whether there is something to read is not asked
    watched.poll()
    os._exit(0)
