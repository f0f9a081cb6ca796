"""A study: what has been computed, and what was made of it, in one file.

Theory of operation
-------------------
Going on is doing again with a memory. Every chunk of work has a key, a hash of all that determines
its result, and its result is kept under that key as soon as it is there. The same command on the
same study asks for the same chunks in the same order, finds those that are kept and computes the
rest; so it ends as if nothing had come between, and what is lost is what was at work. A result is
kept by the version of hasim that made it, and found by no other: another may compute it otherwise.

A run is one command: the same inputs and arguments are the same run. What it found stands beside
the chunks for people to read; nothing is ever computed from it.

Rules of this file: what has been kept is committed when the call returns.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from hasim import __version__
from hasim.store.arrays import Arrays, pack_arrays, unpack_arrays
from hasim.store.lock import Lock, is_locked
from hasim.store.records import Candidate, RunRecord, Status
from hasim.store.study_file import (
    check_place,
    connect_reader,
    connect_writer,
    not_a_study,
    reading,
    writing,
)

_Row = tuple[Any, ...]


class Study:
    """Results and runs in a file; a context manager that closes it.

    `Study.open` makes one to write, `Study.read` one to read.

    Parameters
    ----------
    path : Path
    connection : sqlite3.Connection
    lock : Lock or None
        None: for reading only.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: Lock | None) -> None:
        self.path = path
        self._connection = connection
        self._lock = lock

    @classmethod
    def open(cls, path: str | Path, *, create: bool = True) -> Study:
        """Open a study to write it.

        Parameters
        ----------
        path : str or Path
        create : bool
            Whether it is made where there is none.

        Raises
        ------
        InputError
            Where the file is no study, or one of a newer hasim, or another process writes it, or it
            cannot be written.
        """
        path = Path(path)
        check_place(path, create=create)
        path = path.resolve()
        try:
            lock = Lock(path)
        except OSError as error:
            raise not_a_study(path, (error.strerror or str(error)).lower()) from error
        try:
            return cls(path, connect_writer(path), lock)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def read(cls, path: str | Path) -> Study:
        """Open a study to read it, also while another process writes it.

        Raises
        ------
        InputError
            Where the file is no study, or one of a newer hasim, or cannot be read.
        """
        path = Path(path)
        check_place(path, create=False)
        path = path.resolve()
        return cls(path, connect_reader(path), None)

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
        """Close the file and let others write it."""
        self._connection.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    # ------------------------------------------------------------------------ chunks

    def find(self, key: str) -> Arrays | None:
        """Return the result that is kept under a key; None where there is none.

        Raises
        ------
        InputError
            Where the file is damaged.
        """
        query = "SELECT value FROM chunks WHERE key = ? AND made = ?"
        row = self._one(query, key, __version__)
        if row is None:
            return None
        arrays = unpack_arrays(row[0])
        if arrays is None:
            raise not_a_study(self.path, "it is damaged", "keep it, and name another file")
        return arrays

    def has(self, key: str) -> bool:
        """Whether a result is kept under a key."""
        query = "SELECT 1 FROM chunks WHERE key = ? AND made = ?"
        return self._one(query, key, __version__) is not None

    def keep(self, key: str, result: Arrays) -> None:
        """Keep a result; it is on the way to the disk when this returns.

        Raises
        ------
        StudyError
            Where the file cannot be written any more.
        """
        command = "INSERT OR REPLACE INTO chunks (key, made, value) VALUES (?, ?, ?)"
        self._write(command, [(key, __version__, pack_arrays(result))])

    @property
    def chunks(self) -> int:
        """How many results are kept."""
        row = self._one("SELECT count(*) FROM chunks")
        return 0 if row is None else int(row[0])

    # ------------------------------------------------------------------------ runs

    def begin(self, kind: str, model: str, inputs: str, arguments: Mapping[str, object]) -> Run:
        """Begin a run, or go on with the one of the same inputs and arguments.

        Parameters
        ----------
        kind : str
            The command: ``compare`` or ``size``.
        model : str
            What people call that which is asked about.
        inputs : str
            Hash of the content of all that was read.
        arguments : mapping of str to object
            All that determines the answer beside it, as JSON: no limit of time, no threads.

        Raises
        ------
        StudyError
            Where the file cannot be written any more.
        """
        same = (kind, inputs, _text(arguments, by_name=True), __version__)
        self._write(
            "INSERT INTO runs (kind, inputs, arguments, made, model, status)"
            " VALUES (?, ?, ?, ?, ?, 'running') ON CONFLICT (kind, inputs, arguments, made)"
            " DO UPDATE SET status = 'running' WHERE status <> 'done'",
            [(*same, model)],
        )
        query = (
            "SELECT number FROM runs WHERE kind = ? AND inputs = ? AND arguments = ? AND made = ?"
        )
        row = self._one(query, *same)
        assert row is not None
        return Run(self, row[0])

    def runs(self) -> tuple[RunRecord, ...]:
        """Return all runs in the order in which they were begun."""
        columns = "number, kind, model, inputs, arguments, made, status, document"
        with reading(self.path):
            rows = self._all(f"SELECT {columns} FROM runs ORDER BY number")
            return tuple(_run(row) for row in rows)

    def candidates(self, run: int) -> Iterator[Candidate]:
        """Yield the designs that were judged in a run, by their numbers."""
        columns = "number, name, verdict, reason, words, cost, figures"
        query = f"SELECT {columns} FROM candidates WHERE run = ? ORDER BY number"
        with reading(self.path):
            for number, name, verdict, reason, words, cost, figures in self._all(query, run):
                yield Candidate(
                    number, name, verdict, reason, json.loads(words), cost, json.loads(figures)
                )

    def verdicts(self, run: int) -> dict[str, int]:
        """Return how many designs of a run had each verdict, the most frequent first."""
        query = (
            "SELECT verdict, count(*) FROM candidates WHERE run = ? GROUP BY verdict"
            " ORDER BY 2 DESC, 1"
        )
        return dict(self._all(query, run))

    @property
    def is_at_work(self) -> bool:
        """Whether a process writes the study at this moment."""
        return self._lock is not None or is_locked(self.path)

    # ------------------------------------------------------------------------ SQL

    def _one(self, query: str, *values: object) -> _Row | None:
        return next(self._all(query, *values), None)

    def _all(self, query: str, *values: object) -> Iterator[_Row]:
        with reading(self.path):
            yield from self._connection.execute(query, values)

    def _write(self, command: str, rows: Sequence[Sequence[object]]) -> None:
        """Do a command for each row, for all of them or none."""
        with writing(self.path):
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                self._connection.executemany(command, rows)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


class Run:
    """A run that is going on.

    Parameters
    ----------
    study : Study
    number : int
        Of the run in the study.
    """

    def __init__(self, study: Study, number: int) -> None:
        self._study = study
        self.number = number

    def record(self, rows: Iterable[Candidate]) -> None:
        """Write down what became of some designs; one of the same number is replaced.

        Raises
        ------
        StudyError
            Where the file cannot be written any more; then none of them is.
        """
        self._study._write(
            "INSERT OR REPLACE INTO candidates VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (self.number, one.number, one.name, one.verdict, one.reason, _text(one.words),
                 one.cost, _text(one.figures))
                for one in rows
            ],
        )  # fmt: skip

    def end(self, status: Status, document: Mapping[str, object]) -> None:
        """Write down how the run ended.

        Parameters
        ----------
        status : {"done", "limit", "stopped"}
        document : mapping of str to object
            The JSON document of the answer.

        Raises
        ------
        StudyError
            Where the file cannot be written any more.
        """
        self._study._write(
            "UPDATE runs SET status = ?, document = ? WHERE number = ?",
            [(status, _text(document), self.number)],
        )


def _text(value: Mapping[str, object], *, by_name: bool = False) -> str:
    """JSON; by name, where equal mappings are to give equal text."""
    return json.dumps(value, sort_keys=by_name, allow_nan=False)


def _run(row: _Row) -> RunRecord:
    number, kind, model, inputs, arguments, made, status, document = row
    answer = None if document is None else json.loads(document)
    return RunRecord(number, kind, model, inputs, json.loads(arguments), made, status, answer)
