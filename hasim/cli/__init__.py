"""The command line: what people type (see docs/commands.md).

Rules of this room: a module is imported when its command is called and not before, and the general
help is printed from static text without click, so that `hasim --help` costs what Python costs.
Input that cannot be used ends in one clear message and exit status 2, never in a traceback. Whoever
stops reading the answer ends the command by the signal of a closed pipe, as other programs do.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
from typing import NoReturn

from hasim.cli.overview import HELP

#: So many new objects between two collections of garbage: imports make many and drop none, and
#: looking through them all the time is a tenth of a short run.
OBJECTS_BETWEEN_COLLECTIONS = 200_000

#: Exit status of a command that Ctrl-C ended, of one whose answer could not be written, and of one
#: that cannot be carried out.
STOPPED, UNWRITTEN, UNUSABLE = 130, 2, 2


def main() -> None:
    """Run the command that was typed and exit with its status."""
    _settle_streams()
    words = sys.argv[1:]
    if words in ([], ["--help"], ["-h"]):
        sys.exit(_answer(_tell_help))
    _leave(_answer(lambda: _run(words)))


def _settle_streams() -> None:
    """Make ready for a reader that leaves, and for streams that were closed before the start."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115  (open while the program runs)
    if sys.stdout is None:
        _complain("the answer cannot be written: there is no standard output")
        os._exit(UNWRITTEN)
    for stream in (sys.stdout, sys.stderr):  # a name that the terminal cannot show is no fault
        if isinstance(stream, TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def _answer(command: Callable[[], int]) -> int:
    """Run what answers; returns its exit status, or that of an answer which cannot be written."""
    try:
        status = command()
        sys.stdout.flush()
    except OSError as error:  # what reads and writes files says more; this is stdout
        _complain(f"the answer cannot be written: {error.strerror}")
        return UNWRITTEN
    return status


def _tell_help() -> int:
    sys.stdout.write(HELP)
    return 0


def _run(words: list[str]) -> int:
    """Run a command; returns its exit status."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    try:
        from hasim.cli.commands import program

        program(words, prog_name="hasim")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        _complain("\nstopped")
        return STOPPED
    except MemoryError:
        _complain("there is not enough memory for this model; give it fewer replicas")
        return UNUSABLE
    return 0


def _complain(text: str) -> None:
    """Write to stderr, which may be as full as stdout is."""
    with suppress(OSError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def _leave(status: int) -> NoReturn:
    """End without taking the interpreter and its libraries apart, a tenth of a short run."""
    with suppress(OSError):
        sys.stderr.flush()
    os._exit(status)
