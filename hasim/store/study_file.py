"""The file of a study: what makes it ours, how it is opened, and what can be wrong with it.

Theory of operation: a study is an SQLite database in WAL mode, so that readers never wait for the
writer, and a process that is killed leaves all that it had committed. The header of the file names
the application and the version of the tables; both are read before SQLite is let near the file, so
that nothing of another program is ever touched. Tables and header come with one transaction: a
file is empty or a study.

With ``synchronous = NORMAL`` what is committed survives the end of the process, however it comes;
where the power fails, the last commits may be lost, and the file is whole.

The system takes all locks on a file from a process that closes any descriptor of it, SQLite's too;
another process then takes itself for the last one, and removes the log that is written to. So the
header is never read while this process has a connection to the file, which knows what it says.

Rules of this file: one clear message for whatever is in the way.
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from json import JSONDecodeError
from pathlib import Path
from threading import Lock
from weakref import WeakSet

from hasim.errors import KEY_LENGTH, InputError, StudyError, escape_text

#: "hasi", at byte 68 of the file.
APPLICATION = 0x68617369

#: Version of the tables, at byte 60.
VERSION = 2

#: Seconds to wait for a program that reads the file with a tool of its own.
_PATIENCE = 5.0

#: What SQLite means, by how its names of errors begin.
_REASONS = (
    ("SQLITE_FULL", "the disk is full"),
    ("SQLITE_IOERR", "the disk is full or failing"),
    ("SQLITE_READONLY", "it is read-only"),
    ("SQLITE_CORRUPT", "it is damaged"),
    ("SQLITE_NOTADB", "it is damaged"),
    ("SQLITE_BUSY", "another program holds it"),
    ("SQLITE_CANTOPEN", "it cannot be opened"),
)

_MAGIC = b"SQLite format 3\0"
_HEADER = 100

_TABLES = """
CREATE TABLE chunks (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL,
    made TEXT NOT NULL,
    value BLOB NOT NULL,
    UNIQUE (key, made)
);
CREATE TABLE runs (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    model TEXT NOT NULL,
    inputs TEXT NOT NULL,
    arguments TEXT NOT NULL,
    made TEXT NOT NULL,
    status TEXT NOT NULL,
    document TEXT,
    UNIQUE (kind, inputs, arguments, made)
);
CREATE TABLE candidates (
    run INTEGER NOT NULL REFERENCES runs (number),
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL,
    words TEXT NOT NULL,
    cost REAL,
    figures TEXT NOT NULL,
    PRIMARY KEY (run, number)
) WITHOUT ROWID;
"""

#: What version 2 added: what somebody works on (desk.py).
_DESK_TABLES = """
CREATE TABLE about (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE drafts (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL,
    places TEXT NOT NULL,
    folder TEXT,
    version INTEGER NOT NULL
);
CREATE TABLE requests (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    arguments TEXT NOT NULL,
    status TEXT NOT NULL,
    asked REAL NOT NULL,
    begun REAL,
    ended REAL,
    stop INTEGER NOT NULL DEFAULT 0,
    message TEXT NOT NULL DEFAULT '',
    answer BLOB
);
CREATE TABLE news (
    number INTEGER PRIMARY KEY,
    request INTEGER NOT NULL REFERENCES requests (number),
    text TEXT NOT NULL
);
CREATE INDEX news_of_request ON news (request, number);
"""


class _Connection(sqlite3.Connection):
    """A connection to a study, known to the process until it is closed."""

    file: tuple[int, int] | None = None
    is_ready = False  # whether the file is a study by its header

    def close(self) -> None:
        super().close()
        with _OPENING:
            _CONNECTIONS.discard(self)


_CONNECTIONS: WeakSet[_Connection] = WeakSet()

#: Held while a header is read, and while a connection is made.
_OPENING = Lock()


def connect_writer(path: Path) -> sqlite3.Connection:
    """Open a study to write it, and make it where the file is empty or not there.

    Parameters
    ----------
    path : Path
        Whose lock the caller has.

    Raises
    ------
    InputError
    """
    is_there = _check_header(path)
    with reading(path):
        connection = _connect(path, "rwc", is_ready=is_there)
        try:
            _make_ready(connection)
        except BaseException:
            connection.close()
            raise
        connection.is_ready = True
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """Open a study to read it, whoever writes it meanwhile.

    Raises
    ------
    InputError
    """
    if not _check_header(path):
        raise not_a_study(path, "it is empty")
    with reading(path):
        connection = _connect(path, "ro", is_ready=True)
        try:
            if _is_readable(connection) or log_path(path).exists():
                return connection
        except BaseException:
            connection.close()
            raise
        connection.close()
        # SQLite may not write in its folder, and so nobody does.
        return _connect(path, "ro&immutable=1", is_ready=True)


def log_path(path: Path) -> Path:
    """Return the file beside a study where SQLite writes first."""
    return path.with_name(f"{path.name}-wal")


def check_place(path: Path, *, create: bool) -> None:
    """Refuse a path where no study can be.

    Raises
    ------
    InputError
    """
    reason = _why_no_place(path, create=create)
    if reason:
        raise not_a_study(path, reason)


def is_study(path: Path) -> bool:
    """Whether the header of a file says that it is a study, of whatever version."""
    try:
        header = _header(path)
    except OSError:
        return False
    return header is None or (header.startswith(_MAGIC) and _number(header, 68) == APPLICATION)


def not_a_study(path: Path, reason: str, next_step: str = "name another file") -> InputError:
    """Return the error that says why a file cannot be used as a study."""
    name = escape_text(str(path), KEY_LENGTH)
    expected = "a study, or a file that is not there yet"
    return InputError(f"{name} cannot be used as a study: {reason}", expected, next_step)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Make what SQLite says of a file that cannot be read one message."""
    try:
        yield
    except (JSONDecodeError, zlib.error) as error:
        raise not_a_study(path, "it is damaged", "keep it, and name another file") from error
    except sqlite3.Error as error:
        raise not_a_study(path, _reason(error), "keep it, and name another file") from error


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Make what SQLite says of a file that can no longer be written one message."""
    try:
        yield
    except sqlite3.Error as error:
        name = escape_text(str(path), KEY_LENGTH)
        raise StudyError(
            f"{name} can no longer be written: {_reason(error)}; what it holds is kept; "
            "give the same command again when that is mended, and it goes on from there"
        ) from error


def _why_no_place(path: Path, *, create: bool) -> str:
    try:
        path.resolve()
        is_there = path.exists()
        if path.is_dir():
            return "it is a folder"
        if not is_there and not create:
            return "there is no such file"
        if is_there and not path.is_file():
            return "it is no file"
        if not path.parent.is_dir():
            return f"there is no folder {path.parent}"
        if is_there and create and not os.access(path, os.W_OK):
            return "permission denied"
    except OSError as error:
        return (error.strerror or str(error)).lower()
    except RuntimeError:  # until Python 3.13
        return "it is a link to itself"
    return ""


def _check_header(path: Path) -> bool:
    """Refuse what is not ours; whether there is anything in the file."""
    try:
        header = _header(path)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise not_a_study(path, (error.strerror or str(error)).lower()) from error
    if header is None:
        return True
    if not header:
        return False
    if not header.startswith(_MAGIC):
        raise not_a_study(path, "it is a file of another kind")
    if len(header) < _HEADER:
        raise not_a_study(path, "it is damaged", "keep it, and name another file")
    if _number(header, 68) != APPLICATION:
        raise not_a_study(path, "it is a database of another program")
    version = _number(header, 60)
    if version > VERSION:
        reason = f"a newer hasim made it (version {version}; this one knows {VERSION})"
        raise not_a_study(path, reason, "take that hasim, or name another file")
    return True


def _number(header: bytes, place: int) -> int:
    return int.from_bytes(header[place : place + 4], "big")


def _connect(path: Path, mode: str, *, is_ready: bool) -> _Connection:
    address = f"{path.absolute().as_uri()}?mode={mode}"
    with _OPENING:
        connection = sqlite3.connect(
            address,
            uri=True,
            timeout=_PATIENCE,
            isolation_level=None,
            check_same_thread=False,
            factory=_Connection,
        )
        connection.file, connection.is_ready = _identity(path), is_ready
        _CONNECTIONS.add(connection)
    return connection


def _connected(path: Path) -> list[_Connection]:
    """Return the connections of this process to a file."""
    file = _identity(path)
    return [one for one in _CONNECTIONS if one.file == file is not None]


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from others, whatever its name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _header(path: Path) -> bytes | None:
    """Read the head of a file; None where this process has a connection to it as a study."""
    with _OPENING:
        connected = _connected(path)
        if connected:
            return None if any(one.is_ready for one in connected) else b""
        with path.open("rb") as file:
            return file.read(_HEADER)


def _is_readable(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        return False
    return True


def _make_ready(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:
        connection.executescript(
            f"BEGIN IMMEDIATE; PRAGMA application_id = {APPLICATION};"
            f"PRAGMA user_version = {VERSION}; {_TABLES} {_DESK_TABLES} COMMIT;"
        )
    elif version == 1:
        connection.executescript(
            f"BEGIN IMMEDIATE; PRAGMA user_version = {VERSION}; {_DESK_TABLES} COMMIT;"
        )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("SELECT count(*) FROM runs").fetchone()


def _reason(error: sqlite3.Error) -> str:
    name = getattr(error, "sqlite_errorname", "")  # SQLite's own errors alone have one
    return next((why for start, why in _REASONS if name.startswith(start)), str(error))
