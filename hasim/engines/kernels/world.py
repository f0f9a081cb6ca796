"""The arrays that the event loop reads and changes: a Process as records.

Theory of operation: every reference by name is an index, every kind of thing an array of records
that holds both what is fixed (from the Process) and what changes (the state). A list that belongs
to a record stands in `item` (or in an array of its own) from ``xxx0`` up to ``xxx1``. Absent
references are -1. A batch works on a copy of its own.

What one event touches of an automaton fits one cache line: `AUTOMATON` is its state, with what its
next event will be, so that nothing has to be looked up when it comes; `FRAME` is what is rarely
asked. Records that many events touch fill whole cache lines. Automata that are alike share their
phases, delays, rows and alternatives, which then stay in the cache; the index of a delay within the
whole Process is its place among the shared ones plus the automaton's `shift`. Where clocks are kept
(see clocks.py) nothing is shared.

Rules of this file: layout only. Few arrays, since each costs seven arguments in every compiled
call.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


def _record(ints: str, floats: str = "", longs: str = "", size: int = 0) -> np.dtype[Any]:
    fields: list[Any] = [(name, np.float64) for name in floats.split()]
    fields += [(name, np.int64) for name in longs.split()]
    fields += [(name, np.int32) for name in ints.split()]
    tight: Any = np.dtype(fields, align=True)
    places = [tight.fields[name] for name in tight.names]
    layout: Any = {
        "names": list(tight.names),
        "formats": [form for form, _ in places],
        "offsets": [offset for _, offset in places],
        "itemsize": max(tight.itemsize, size),
    }
    return np.dtype(layout, align=True)


AUTOMATON = _record(
    "population shift current next way target holding forward backward is_touched",
    "end entered",
    "sequence",
    size=64,
)
FRAME = _record("phase0 phase1 delay0 delay1 start0 start1")
PHASE = _record(
    "automaton delay0 delay1 term0 waiting0 holding0 holding1 "
    "pool queue immediate rank reaction0 reaction1 members in_heap",
    size=64,
)
DELAY = _record(
    "law number only target cause rate0 rate1 automaton row live resume speed phase",
    "rate kept remaining last pace end",
    size=128,
)
ROW = _record("alternative0 alternative1")
ALTERNATIVE = _record("target guard unless level emit0 emit1 reset0 reset1", "weight", size=64)
NODE = _record(
    "kind comparison input0 input1 reader0 reader1 average0 average1 outage0 outage1 "
    "watch0 watch1 rise0 rise1 fall0 fall1 user0 user1 step0 step1 uses",
    "constant unit value since",
    "base count low high",
    size=192,
)
TERM = _record("node weight")
INPUT = _record("node", "weight")
POOL = _record("size queue0 queue1 free waiting level preempts", size=32)
QUEUE = _record("front back")
SIGNAL = _record("address0 address1 limit choose")
REACTION = _record("signal row")
SCHEDULE = _record("signal0 signal1", "offset period", "epoch")
OUTAGE = _record(
    "gate root begun stage0 cause0 begun0 is_dirty last_cause is_down label",
    "down_begun down_since label_since",
)
BLAME = _record("kind first second case0 case1")
CASE = _record("key blame label")
MESSAGE = _record("signal emitter")
SPELL = _record("replication", "begin end")

_LINE = 64

#: Rows of `World.work`, lists used within a step or an instant.
WORK = TOUCHED, MOVER, CHOSEN, ORIGIN, FLIPPED, HEAP, DIRTY = range(7)

#: Places in `World.whole` beyond those that give the length of a list of `World.work`.
WHOLE = range(len(WORK), len(WORK) + 16)
SEQUENCE, HEAD, TAIL, LOGGED, STEPS, ERROR, AT, CAUSE, DOWN, RINGING = WHOLE[:10]
N_CAUSES, N_DELAYS, PILED, INDEX, SPELT, N_SPELLS = WHOLE[10:]

#: Places in `World.real`.
REAL = NOW, WINDOW, NEXT_EPOCH = range(3)

#: Codes at `ERROR`.
LOOP, STUCK, FLOOD, STILL, FULL = 1, 2, 3, 4, 5


class World(NamedTuple):
    """One Process with one state."""

    automaton: NDArray[Any]
    frame: NDArray[Any]
    phase: NDArray[Any]
    delay: NDArray[Any]
    row: NDArray[Any]
    alternative: NDArray[Any]
    node: NDArray[Any]
    term: NDArray[Any]
    input: NDArray[Any]
    pool: NDArray[Any]
    queue: NDArray[Any]
    held: NDArray[Any] | None
    signal: NDArray[Any]
    reaction: NDArray[Any]
    schedule: NDArray[Any]
    outage: NDArray[Any]
    blame: NDArray[Any]
    case: NDArray[Any]
    tree: NDArray[np.int64]
    message: NDArray[Any]
    item: NDArray[np.int32]
    number: NDArray[np.float64]
    mark: NDArray[np.uint64]
    mark_of_marks: NDArray[np.uint64]
    work: NDArray[np.int32]
    whole: NDArray[np.int64]
    real: NDArray[np.float64]
    stream: NDArray[np.uint64]
    keys: NDArray[Any] | None
    spells: NDArray[Any] | None

    def copy(self) -> World:
        """Return a World that shares nothing with this one."""
        arrays: list[Any] = [None if one is None else _copy_to_line(one) for one in self]
        return World(*arrays)


def _copy_to_line(array: NDArray[Any]) -> NDArray[Any]:
    """Copy an array to where a cache line begins."""
    room = np.zeros(array.nbytes + _LINE, dtype=np.uint8)
    start = -room.ctypes.data % _LINE
    copied = room[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    copied[...] = array
    return copied


class LogSpace(NamedTuple):
    """Columns of the log of events; of length 0 where none is kept."""

    time: NDArray[np.float64]
    kind: NDArray[np.int8]
    automaton: NDArray[np.int32]
    phase: NDArray[np.int32]
    by: NDArray[np.int32]


def log_space(size: int) -> LogSpace:
    """Allocate a log of `size` entries."""
    return LogSpace(
        np.zeros(size),
        np.zeros(size, dtype=np.int8),
        *(np.zeros(size, dtype=np.int32) for _ in range(3)),
    )


def leaves(n_automata: int) -> int:
    """Leaves of the tournament tree: the next power of two."""
    return 1 << max(n_automata - 1, 0).bit_length()
