"""What a settlement looked at, and what came of it.

Theory of operation: a settlement is run on lists that note what is read from them. As its course
depends on what it reads and on nothing else, every state in which the same is seen goes the same
way. Lines of automata are not read as a whole where an element will do: one that is put behind or
taken out needs no reading at all.

Rules of this file: no rule of docs/semantics.md stands here.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import Any, NamedTuple, cast

from hasim.engines.exact.exploring.layout import Layout, Sequence
from hasim.engines.exact.exploring.settlement import Settlement
from hasim.engines.exact.exploring.situation import Situation


class Read(NamedTuple):
    """Something that was looked at: list, index in it, element of a line, and what was seen."""

    kind: str
    at: int
    extra: int
    value: float


class Operation(NamedTuple):
    """What happens to a cell or a line."""

    kind: str
    at: int
    value: int


class Recording:
    """One settlement, as far as it was run.

    Parameters
    ----------
    n_places : int
        Number of automata; the cells after theirs are lines.
    lines : list of tuple of int
        The automata in each line.

    Attributes
    ----------
    reads : list of Read
        In order, each once.
    """

    def __init__(self, n_places: int, lines: list[Sequence]) -> None:
        self.n_places = n_places
        self.reads: list[Read] = []
        self._lines = lines
        self._seen: set[tuple[str, int, int]] = set()

    def note(self, kind: str, index: int, value: float, extra: int = 0) -> None:
        """Note a reading, if it is new."""
        if (kind, index, extra) not in self._seen:
            self._seen.add((kind, index, extra))
            self.reads.append(Read(kind, index, extra, value))

    def element(self, line: int, place: int) -> int:
        """The automaton at a place of a line as it was, -1 after its end."""
        elements = self._lines[line]
        found = elements[place] if place < len(elements) else -1
        self.note("element", line, found + 1, place)
        return found


class Line:
    """A line as it is in a settlement: some taken out, some put behind.

    Parameters
    ----------
    recording : Recording
    number : int
    gone, added : tuple of int
    """

    __slots__ = ("_recording", "added", "gone", "number")

    def __init__(
        self, recording: Recording, number: int, gone: Sequence = (), added: Sequence = ()
    ) -> None:
        self._recording = recording
        self.number, self.gone, self.added = number, gone, added

    def appended(self, place: int) -> Line:
        """The line with an automaton more at its end."""
        return Line(self._recording, self.number, self.gone, (*self.added, place))

    def without(self, place: int) -> Line:
        """The line without an automaton."""
        if place in self.added:
            added = tuple(one for one in self.added if one != place)
            return Line(self._recording, self.number, self.gone, added)
        return Line(self._recording, self.number, (*self.gone, place), self.added)

    def automata(self) -> Iterator[int]:
        """Those in the line, each looked at when it is asked for."""
        for place in range(self._recording.n_places + 1):
            found = self._recording.element(self.number, place)
            if found < 0:
                break
            if found not in self.gone:
                yield found
        yield from self.added


class RecordedLines:
    """Stands for `layout.Sequences` while a settlement is recorded; its numbers are lines."""

    known: RecordedLines

    def __init__(self) -> None:
        self.known = self

    def __getitem__(self, line: Line | Sequence) -> Sequence:
        return line if isinstance(line, tuple) else tuple(line.automata())

    def number(self, sequence: Sequence) -> Sequence:
        """A line that is known as a whole stands for itself."""
        return sequence

    def appended(self, line: Line | Sequence, place: int) -> Line | Sequence:
        """The line with an automaton more at its end."""
        return (*line, place) if isinstance(line, tuple) else line.appended(place)

    def without(self, line: Line | Sequence, place: int) -> Line | Sequence:
        """The line without an automaton."""
        if isinstance(line, tuple):
            return tuple(one for one in line if one != place)
        return line.without(place)

    def first(self, line: Line | Sequence) -> int:
        """The first automaton in a line, -1 where it is empty."""
        return next(iter(line if isinstance(line, tuple) else line.automata()), -1)


class Watched(list[Any]):
    """A list that notes what is read of it, until that is overwritten.

    Parameters
    ----------
    recording : Recording
    kind : str
        What is in it.
    begun : list
        As it was when the settlement began.
    """

    def __init__(self, recording: Recording, kind: str, begun: list[Any]) -> None:
        super().__init__(begun)
        self._recording, self._kind, self._begun = recording, kind, begun
        self._written: frozenset[int] = frozenset()

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return self._copied()
        value = super().__getitem__(index)
        if index not in self._written and not isinstance(value, Line):
            self._recording.note(self._kind, index, value)
        return value

    def __setitem__(self, index: Any, value: Any) -> None:
        super().__setitem__(index, value)
        self._written |= {index}

    def __iter__(self) -> Iterator[Any]:
        """What has changed, and None for what is as it was.

        Whoever asks compares states of one settlement with one another.
        """
        n_places = self._recording.n_places
        for index, begun in enumerate(self._begun):
            now = begun
            if index in self._written:
                now = self._now(index) if index < n_places else self._line_now(index)
                begun = begun if index < n_places else tuple(begun.automata())
            yield None if now is begun or now == begun else now

    def operations(self) -> Iterator[Operation]:
        """What makes this list of cells from the one that was begun with."""
        n_places = self._recording.n_places
        for index in sorted(self._written):
            now, line = self._now(index), index - n_places
            if line < 0:
                yield Operation("set", index, now)
                continue
            if isinstance(now, Line):
                yield from (Operation("remove", line, place + 1) for place in now.gone)
            else:
                yield Operation("clear", line, 0)
            added = now.added if isinstance(now, Line) else now
            yield from (Operation("append", line, place + 1) for place in added)

    def _copied(self) -> Watched:
        copied = Watched(self._recording, self._kind, self._begun)
        copied._written = self._written
        for index in self._written:
            list.__setitem__(copied, index, self._now(index))
        return copied

    def _now(self, index: int) -> Any:
        return super().__getitem__(index)

    def _line_now(self, index: int) -> Sequence:
        now = self._now(index)
        return tuple(now.automata()) if isinstance(now, Line) else now


class Now(NamedTuple):
    """A settled state, and what follows from it.

    Parameters
    ----------
    cells : list of int
        Of automata only.
    lines : list of tuple of int
    free : list of int
    values : list of float
    sums : list of int
    """

    cells: list[int]
    lines: list[Sequence]
    free: list[int]
    values: list[float]
    sums: list[int]


class Course(NamedTuple):
    """What a settlement looked at, and what it did, with probabilities."""

    reads: list[Read]
    outcomes: list[tuple[float, list[Operation]]]


class Recorder:
    """Settlements of one Process, run on lists that note what is read of them.

    Parameters
    ----------
    layout : Layout
    """

    def __init__(self, layout: Layout) -> None:
        watched = copy(layout)
        watched.sequences = RecordedLines()  # type: ignore[assignment]
        watched.nodes = layout.nodes.within_instants()
        self._n_places = len(layout.locals_of)
        self._settlement = Settlement(watched)

    def end_delay(self, place: int, clock: int, now: Now) -> Course:
        """What a delay's end looks at and leads to."""
        recording = Recording(self._n_places, now.lines)
        lines = [Line(recording, number) for number in range(len(now.lines))]
        situation = Situation(
            Watched(recording, "cell", [*now.cells, *lines]),
            Watched(recording, "free", now.free),
            Watched(recording, "value", now.values),
            Watched(recording, "sum", now.sums),
        )
        outcomes = self._settlement.end_delay(situation, place, clock)
        told = [(share, list(cast(Watched, one.cells).operations())) for share, one in outcomes]
        return Course(recording.reads, told)
