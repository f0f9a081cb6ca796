"""A shelf: a folder of studies, each under an identifier that nobody can guess.

Theory of operation: an identifier is 128 random bits as text; the file of the study has its name.
Who knows the identifier may open the study: it is what a link holds. Whatever else is put in its
place names no file, so that no link leads out of the folder.

Rules of this file: a file that is no study is never listed, opened or deleted.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hasim.errors import InputError, show_value
from hasim.store.desk import Desk
from hasim.store.lock import is_locked, lock_path
from hasim.store.study_file import is_study, log_path

_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)

_SUFFIX = ".study"


@dataclass(frozen=True, slots=True)
class Kept:
    """A study of a shelf.

    Parameters
    ----------
    identifier : str
    title : str
    begun, changed : float
        Seconds since 1970.
    asked : int
        How many requests it holds.
    is_at_work : bool
        Whether a process works on one of them.
    """

    identifier: str
    title: str
    begun: float
    changed: float
    asked: int
    is_at_work: bool


class Shelf:
    """A folder of studies.

    Parameters
    ----------
    folder : Path
        Made when the first study is put in it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, title: str) -> str:
        """Make a new study and return its identifier.

        Raises
        ------
        InputError
            Where nothing can be written in the folder.
        """
        identifier = secrets.token_urlsafe(16)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise InputError(
                f"the folder of studies {self.folder} cannot be made: {reason}",
                "a folder that can be written",
                "name another with --studies",
            ) from error
        Desk.create(self._path(identifier), title).close()
        return identifier

    def open(self, identifier: str) -> Desk:
        """Open the desk of a study.

        Raises
        ------
        InputError
            Where there is none.
        """
        return Desk.open(self.path(identifier))

    def path(self, identifier: str) -> Path:
        """Return the file of a study that is there.

        Raises
        ------
        InputError
            Where there is none.
        """
        if identifier in self:
            return self._path(identifier)
        raise InputError(
            f"there is no study {show_value(identifier)}",
            "one that is listed under Studies",
            "open another, or begin a new one",
        )

    def __contains__(self, identifier: str) -> bool:
        """Whether there is a study of that identifier."""
        return bool(_IDENTIFIER.fullmatch(identifier)) and _is_one(self._path(identifier))

    def identifiers(self) -> tuple[str, ...]:
        """Return the identifiers of all studies, those changed last first; none is opened."""
        files = [path for path in self.folder.glob(f"*{_SUFFIX}") if _is_one(path)]
        return tuple(path.stem for path in sorted(files, key=_changed, reverse=True))

    def describe(self, identifier: str) -> Kept:
        """Return what is known of a study without its contents.

        Raises
        ------
        InputError
            Where there is none, or it is damaged.
        """
        with self.open(identifier) as desk:
            changed = _changed(desk.path)
            return Kept(identifier, desk.title, desk.begun, changed, desk.asked, desk.is_at_work)

    def list(self) -> Iterator[Kept]:
        """Yield all studies that can be opened, those changed last first."""
        for identifier in self.identifiers():
            with suppress(InputError):  # damaged, or deleted meanwhile
                yield self.describe(identifier)

    def delete(self, identifier: str) -> None:
        """Delete a study for good.

        Raises
        ------
        InputError
            Where there is none, or it is worked on.
        """
        path = self.path(identifier)
        if is_locked(path):
            raise InputError(
                "something still works on this study",
                "a study at rest",
                "stop what is running, then delete it",
            )
        for one in (path, log_path(path), path.with_name(f"{path.name}-shm"), lock_path(path)):
            _remove(one)

    def _path(self, identifier: str) -> Path:
        return self.folder / f"{identifier}{_SUFFIX}"


def _is_one(path: Path) -> bool:
    is_named_so = _IDENTIFIER.fullmatch(path.stem) is not None
    return is_named_so and path.is_file() and not path.is_symlink() and is_study(path)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(
            f"{path} cannot be deleted: {reason}",
            "a folder of studies that can be written",
            "ask whose folder it is",
        ) from error


def _changed(path: Path) -> float:
    """When a study was written last, in seconds since 1970.

    New writes stand in the log first; an empty log was only made by opening the study. A file that
    is deleted meanwhile was never written.
    """
    states = []
    for one in (path, log_path(path)):
        with suppress(FileNotFoundError):
            states.append(one.stat())
    return max((state.st_mtime for state in states if state.st_size), default=0.0)
