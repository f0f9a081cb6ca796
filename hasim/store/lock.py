"""One writer for each study: a lock that ends with the process that holds it.

Theory of operation: the lock is one of the operating system (flock) on a file beside the study, so
that it is gone when its process is, however that ended; a file that is left over locks nothing. The
file holds the number of the process, for the message to others. SQLite's own locks cannot do this:
they are held for one transaction, and nothing of another process may come between two.

Who has the lock removes the file before letting it go. Another who opened it before then locks a
file that is no longer there, and sees so by looking again.

Rules of this file: a file that is not such a lock is never written to.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from hasim.errors import InputError

_MOST_DIGITS = 20

#: Seconds after each attempt to take a lock.
_WAITS = (0.002, 0.01, 0.03)


class Lock:
    """The right to write a study.

    Parameters
    ----------
    path : Path
        Of the study.

    Raises
    ------
    InputError
        Where another process has it, or something else is in its place.
    OSError
        Where the file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self._path = lock_path(path)
        self._file = self._acquire(path)

    def _acquire(self, path: Path) -> int:
        while True:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
            try:
                self._take(file, path)
                if _is_at(file, self._path):
                    os.truncate(file, 0)
                    os.pwrite(file, str(os.getpid()).encode(), 0)
                    return file
            except BaseException:
                os.close(file)
                raise
            os.close(file)

    def _take(self, file: int, path: Path) -> None:
        text = os.pread(file, _MOST_DIGITS + 1, 0)
        if text and not text.isdigit():
            raise InputError(
                f"{self._path} is in the place of the lock of {path}",
                "no such file",
                "move it away",
            )
        if not _lock(file):
            who = f"process {text.decode()}" if text else "another process"
            raise InputError(
                f"{path} is being written by {who}",
                "a study that nothing else writes",
                "wait until that has ended, or name another file",
            )

    def release(self) -> None:
        """Let others write."""
        self._path.unlink(missing_ok=True)
        os.close(self._file)


def lock_path(path: Path) -> Path:
    """Return the file beside a study that its lock is on."""
    return path.with_name(f"{path.name}-lock")


def is_locked(path: Path) -> bool:
    """Whether a process writes a study at this moment."""
    import fcntl

    try:
        file = os.open(lock_path(path), os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def _lock(file: int) -> bool:
    """Take a lock; who only asks (`is_locked`) holds it for an instant, so try more than once."""
    import fcntl  # which Windows has not, and only studies need

    for wait in _WAITS:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(wait)
        else:
            return True
    return False


def _is_at(file: int, path: Path) -> bool:
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    own = os.fstat(file)
    return (there.st_dev, there.st_ino) == (own.st_dev, own.st_ino)
