"""The command line: what people type (see docs/commands.md).

Rules of this room: a module is imported when its command is called and not before, and the general
help is printed from static text without click, so that `hasim --help` costs what Python costs.
Input that cannot be used ends in one clear message and exit status 2, never in a traceback.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

from hasim.cli.overview import HELP

#: So many new objects between two collections of garbage: imports make many and drop none, and
#: looking through them all the time is a tenth of a short run.
OBJECTS_BETWEEN_COLLECTIONS = 200_000

#: Exit status of a command that Ctrl-C ended, and of one whose answer could not be written.
STOPPED, UNWRITTEN = 130, 2


def main() -> None:
    """Run the command that was typed and exit with its status."""
    words = sys.argv[1:]
    if words in ([], ["--help"], ["-h"]):
        sys.exit(_run_help())
    _leave(_run(words))


def _run_help() -> int:
    try:
        sys.stdout.write(HELP)
        sys.stdout.flush()
    except OSError:
        return UNWRITTEN
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
        sys.stderr.write("\nstopped\n")
        return STOPPED
    except OSError as error:  # what reads and writes files says more; this is stdout
        sys.stderr.write(f"the answer cannot be written: {error.strerror}\n")
        return UNWRITTEN
    return 0


def _leave(status: int) -> NoReturn:
    """End without taking the interpreter and its libraries apart, a tenth of a short run."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        status = status or UNWRITTEN
    os._exit(status)
