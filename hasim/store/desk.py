"""A desk: what somebody works on in a study, and what they asked of it.

Theory of operation
-------------------
Beside what has been computed (study.py) a study holds its title, the drafts of models, requests
(answer this draft, compare those), what is known of a request while it is worked on, and what came
of it. A page of the app writes drafts and requests and reads the rest; a worker, another process,
does the opposite. Each write is one short transaction, so that they never wait for each other
longer than that; the lock of the study is the worker's alone, who writes results.

A draft has a version, which grows with each change: who saw another one looks again.

Rules of this file: texts and JSON only; what a model or an answer is, is not known here. What has
been written is committed when the call returns.
"""

from __future__ import annotations

import json
import sqlite3
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TypeVar

from hasim.errors import InputError
from hasim.store.lock import is_locked
from hasim.store.study_file import check_place, connect_writer, reading, writing

T = TypeVar("T")

#: waiting: nobody works on it yet; failed: it ended without an answer, and `message` says why.
RequestStatus = Literal["waiting", "running", "done", "limit", "stopped", "failed"]

#: The statuses of a request that is not over.
OPEN: tuple[RequestStatus, ...] = ("waiting", "running")


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """The text of a model that somebody works on.

    Parameters
    ----------
    name : str
    text : str
    places : mapping of str to (float, float)
        Where they put parts on the canvas, by the parts' ids there.
    folder : Path or None
        Where files may be that the text names; None: nowhere.
    version : int
        Grows with each change.
    """

    name: str
    text: str
    places: Mapping[str, tuple[float, float]]
    folder: Path | None
    version: int


@dataclass(frozen=True, slots=True)
class Request:
    """Something asked of a study.

    Parameters
    ----------
    number : int
        From 1, in the order in which they were asked.
    kind : str
        Such as ``run``.
    arguments : mapping of str to object
    status : RequestStatus
    asked, begun, ended : float or None
        Seconds since 1970.
    is_to_stop : bool
        Whether somebody wished that it stops with what it has.
    message : str
        How it ended, or why it did not.
    """

    number: int
    kind: str
    arguments: Mapping[str, Any]
    status: RequestStatus
    asked: float
    begun: float | None
    ended: float | None
    is_to_stop: bool
    message: str

    @property
    def is_open(self) -> bool:
        """Whether it is not over."""
        return self.status in OPEN

    @property
    def models(self) -> tuple[str, ...]:
        """The names of the models that it is about."""
        return tuple(str(model["name"]) for model in models_in(self.arguments))


def models_in(arguments: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """Return the models that stand in the arguments of a request: one, or those of a list.

    Parameters
    ----------
    arguments : mapping
        Of which ``model`` and ``models`` hold such as have ``name``, ``text`` and ``folder``.
    """
    alone = (arguments["model"],) if "model" in arguments else ()
    return (*alone, *arguments.get("models", ()))


class Desk:
    """What somebody works on in a study; a context manager that closes the file.

    Parameters
    ----------
    path : Path
    connection : sqlite3.Connection
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    @classmethod
    def create(cls, path: Path, title: str) -> Desk:
        """Make a study where there is none.

        Raises
        ------
        InputError
            Where it cannot be made.
        """
        check_place(path, create=True)
        desk = cls(path, connect_writer(path))
        desk._write("INSERT INTO about VALUES ('title', ?), ('begun', ?)", title, str(time.time()))
        return desk

    @classmethod
    def open(cls, path: Path) -> Desk:
        """Open the desk of a study that is there.

        Raises
        ------
        InputError
            Where there is none.
        """
        check_place(path, create=False)
        return cls(path, connect_writer(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    # ------------------------------------------------------------------------ the study itself

    @property
    def title(self) -> str:
        """What people call the study: its file's name where they said nothing."""
        return self._about("title") or self.path.stem

    @property
    def begun(self) -> float:
        """When it was made, in seconds since 1970."""
        return float(self._about("begun") or self.path.stat().st_mtime)

    @property
    def is_at_work(self) -> bool:
        """Whether a process works on a request at this moment."""
        return is_locked(self.path)

    def rename(self, title: str) -> None:
        """Call the study otherwise."""
        self._write("INSERT OR REPLACE INTO about VALUES ('title', ?)", title)

    def copy(self) -> bytes:
        """Return the study as the bytes of a file, all of one moment, whoever writes meanwhile."""
        with reading(self.path):
            return self._connection.serialize()

    def _about(self, name: str) -> str | None:
        rows = self._all("SELECT value FROM about WHERE name = ?", name)
        return rows[0][0] if rows else None

    # ------------------------------------------------------------------------ drafts

    def drafts(self) -> tuple[SavedDraft, ...]:
        """Return all drafts in the order in which they were made."""
        columns = "name, text, places, folder, version"
        return self._read(_draft, f"SELECT {columns} FROM drafts ORDER BY number")

    def draft(self, name: str) -> SavedDraft | None:
        """Return a draft; None where there is none of that name."""
        columns = "name, text, places, folder, version"
        found = self._read(_draft, f"SELECT {columns} FROM drafts WHERE name = ?", name)
        return found[0] if found else None

    def save(
        self,
        name: str,
        text: str,
        *,
        places: Mapping[str, tuple[float, float]] | None = None,
        folder: Path | None = None,
    ) -> int:
        """Save a draft and return its version.

        Parameters
        ----------
        name, text : str
        places : mapping of str to (float, float), optional
            Those that it has stay when absent.
        folder : Path, optional
            That which it has stays when absent.
        """
        kept = None if places is None else json.dumps(places)
        where = None if folder is None else str(folder)
        rows = self._write(
            "INSERT INTO drafts (name, text, places, folder, version) VALUES (?1, ?2,"
            f" coalesce(?3, '{{}}'), ?4, {_LEFT} + 1) ON CONFLICT (name) DO UPDATE SET text = ?2,"
            " places = coalesce(?3, places), folder = coalesce(?4, folder), version = version + 1"
            " RETURNING version",
            name, text, kept, where,
        )  # fmt: skip
        return int(rows[0][0])

    def advance(self, new: SavedDraft) -> bool:
        """Save what was made of the version before; whether that was still the newest.

        Parameters
        ----------
        new : SavedDraft
            Whose version is one more than that which it was made of.
        """
        rows = self._write(
            "UPDATE drafts SET text = ?, places = ?, version = version + 1"
            " WHERE name = ? AND version = ? RETURNING version",
            new.text, json.dumps(new.places), new.name, new.version - 1,
        )  # fmt: skip
        return bool(rows)

    def call(self, name: str, new: str) -> None:
        """Give a draft another name.

        Raises
        ------
        InputError
            Where another draft has it, or it is empty.
        """
        if not new.strip():
            raise InputError("a draft without a name", "a name of its own", "write one")
        if self.draft(new) is not None:
            raise InputError(f"there is a draft {new} already", "a name of its own", "take another")
        self._keep_version(name)
        command = f"UPDATE drafts SET name = ?, version = {_LEFT} + 1 WHERE name = ?"
        self._write(command, new, name)

    def discard(self, name: str) -> None:
        """Remove a draft."""
        self._keep_version(name)
        self._write("DELETE FROM drafts WHERE name = ?", name)

    def _keep_version(self, name: str) -> None:
        """Let another draft that gets this name have a higher version: it is not the same."""
        self._write(
            "INSERT OR REPLACE INTO about"
            f" SELECT 'versions', max(version, {_LEFT}) FROM drafts WHERE name = ?",
            name,
        )

    # ------------------------------------------------------------------------ requests

    def ask(self, kind: str, arguments: Mapping[str, object]) -> int:
        """Write down a request that waits from now on, and return its number."""
        text = json.dumps(arguments, allow_nan=False)
        rows = self._write(
            "INSERT INTO requests (kind, arguments, status, asked) VALUES (?, ?, 'waiting', ?)"
            " RETURNING number",
            kind, text, time.time(),
        )  # fmt: skip
        return int(rows[0][0])

    def requests(self) -> tuple[Request, ...]:
        """Return all requests, the newest first."""
        return self._read(_request, f"SELECT {_REQUEST} FROM requests ORDER BY number DESC")

    @property
    def asked(self) -> int:
        """How many requests there are."""
        return int(self._all("SELECT count(*) FROM requests")[0][0])

    def last(self, kind: str) -> Request | None:
        """Return the newest request of a kind; None where there is none."""
        query = f"SELECT {_REQUEST} FROM requests WHERE kind = ? ORDER BY number DESC LIMIT 1"
        found = self._read(_request, query, kind)
        return found[0] if found else None

    def request(self, number: int) -> Request | None:
        """Return a request; None where there is none of that number."""
        query = f"SELECT {_REQUEST} FROM requests WHERE number = ?"
        found = self._read(_request, query, number)
        return found[0] if found else None

    def wish_to_stop(self, number: int) -> None:
        """Let who works on a request know that it is to stop with what it has."""
        self._write("UPDATE requests SET stop = 1 WHERE number = ?", number)

    def wait_again(self, number: int) -> None:
        """Let a request that is over, or that nobody works on any more, wait once more.

        One that is done stays as it is: another tab was faster.
        """
        self._write(
            "UPDATE requests SET status = 'waiting', stop = 0, begun = NULL, ended = NULL,"
            " message = '', answer = NULL WHERE number = ? AND status != 'done'",
            number,
        )
        self._write(
            "DELETE FROM news WHERE request IN"
            " (SELECT number FROM requests WHERE number = ? AND status = 'waiting')",
            number,
        )

    def begin(self, number: int) -> None:
        """Write down that a request is worked on from now on."""
        self._write(
            "UPDATE requests SET status = 'running', begun = ? WHERE number = ?",
            time.time(), number,
        )  # fmt: skip

    def tell(self, number: int, news: Mapping[str, object]) -> None:
        """Add to what is known of a request while it is worked on."""
        text = json.dumps(news, allow_nan=False)
        self._write("INSERT INTO news (request, text) VALUES (?, ?)", number, text)

    def news(self, number: int) -> tuple[Mapping[str, Any], ...]:
        """Return what was told of a request, the oldest first."""
        query = "SELECT text FROM news WHERE request = ? ORDER BY number"
        return self._read(json.loads, query, number)

    def end(
        self,
        number: int,
        status: RequestStatus,
        message: str,
        answer: Mapping[str, object] | None = None,
    ) -> None:
        """Write down how a request ended.

        Parameters
        ----------
        number : int
        status : RequestStatus
        message : str
        answer : mapping of str to object, optional
            What came of it, as JSON.
        """
        kept = None if answer is None else zlib.compress(json.dumps(answer).encode())
        self._write(
            "UPDATE requests SET status = ?, message = ?, answer = ?, ended = ? WHERE number = ?",
            status, message, kept, time.time(), number,
        )  # fmt: skip

    def answer(self, number: int) -> Mapping[str, Any] | None:
        """Return what came of a request; None where nothing did."""
        query = "SELECT answer FROM requests WHERE number = ? AND answer IS NOT NULL"
        found: tuple[Mapping[str, Any], ...] = self._read(_answer, query, number)
        return found[0] if found else None

    # ------------------------------------------------------------------------ SQL

    def _read(self, make: Callable[..., T], query: str, *values: object) -> tuple[T, ...]:
        """What is made of each row that a query finds."""
        with reading(self.path):
            return tuple(make(*row) for row in self._connection.execute(query, values))

    def _all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with reading(self.path):
            return self._connection.execute(query, values).fetchall()

    def _write(self, command: str, *values: object) -> list[tuple[Any, ...]]:
        with writing(self.path):
            return self._connection.execute(command, values).fetchall()


#: The highest version of a draft whose name another may have.
_LEFT = "coalesce((SELECT CAST(value AS INTEGER) FROM about WHERE name = 'versions'), 0)"

_REQUEST = "number, kind, arguments, status, asked, begun, ended, stop, message"


def _draft(name: str, text: str, places: str, folder: str | None, version: int) -> SavedDraft:
    put = {part: (float(x), float(y)) for part, (x, y) in json.loads(places).items()}
    return SavedDraft(name, text, put, None if folder is None else Path(folder), version)


def _answer(kept: bytes) -> Any:
    return json.loads(zlib.decompress(kept))


def _request(number: int, kind: str, arguments: str, status: RequestStatus, *rest: Any) -> Request:
    asked, begun, ended, stop, message = rest
    return Request(
        number, kind, json.loads(arguments), status, asked, begun, ended, bool(stop), message
    )
