"""The driver of the compiled explorer: its tables, and what it is told when it stops.

Theory of operation: see kernels/exploration.py. Each time the kernel meets something new, a local
state or a course of a settlement, it stops; the plain explorer works it out, and it is entered in
the tables. Arrays that are full are doubled.

Rules of this file: this module imports numba and is imported when a state space proves to be large.
"""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hasim.engines.exact.exploring.compiled_tables import (
    LocalTables,
    Trees,
    delay_table,
    fixed_tables,
)
from hasim.engines.exact.exploring.found import Found
from hasim.engines.exact.exploring.layout import Layout
from hasim.engines.exact.exploring.orbits import Orbits
from hasim.engines.exact.exploring.recording import Now, Recorder
from hasim.engines.kernels import compilation
from hasim.engines.kernels import exploration as kernel

Ints = NDArray[np.int64]

#: What `compilation.is_ready` is asked for.
_VARIANT = "explorer"

#: Rows and transitions that there is room for at first.
_ROWS, _TRANSITIONS = 1 << 14, 1 << 17


class Halt(NamedTuple):
    """Why an exploration cannot go on.

    Parameters
    ----------
    reached, unexplored : int
        States found, and those of them that were not yet explored.
    speed : (int, int, float) or None
        Automaton, delay within it and its speed, where that is below 0.
    """

    reached: int
    unexplored: int
    speed: tuple[int, int, float] | None = None


class CompiledExploration:
    """States and transitions found so far.

    Parameters
    ----------
    layout : Layout
    most_states, most_transitions : int
    orbits : Orbits or None
    """

    def __init__(
        self, layout: Layout, most_states: int, most_transitions: int, orbits: Orbits | None
    ) -> None:
        self._layout, self._most_transitions = layout, most_transitions
        self._recorder = Recorder(layout)
        delays = delay_table(layout, orbits)
        self._trees = Trees(delays)
        self._locals = LocalTables(layout)
        self._fixed = fixed_tables(layout, orbits)
        self._counter = np.zeros(kernel.N_COUNTERS, dtype=np.int64)
        n_places = len(layout.locals_of)
        width = n_places + int(self._fixed["line"]["room"].sum())
        for place, value in (
            (kernel.MOST, most_states),
            (kernel.PLACES, n_places),
            (kernel.WIDTH, width),
            (kernel.QUEUES, len(layout.queues)),
        ):
            self._counter[place] = value
        self._state = np.zeros((0, width), dtype=np.int32)
        self._transition = np.zeros(0, dtype=kernel.TRANSITION)
        self._target, self._share = np.zeros(1, dtype=np.int64), np.zeros(1)

    def begin(self, found: Found, explored: int) -> None:
        """Take over what was found so far; of the states the first ones are explored."""
        n_states, n_transitions = len(found.columns), len(found.source)
        self._make_room_for_states(max(_ROWS, 2 * n_states))
        self._transition = _enlarged(self._transition, max(_TRANSITIONS, 2 * n_transitions))
        n_places, known = int(self._counter[kernel.PLACES]), self._layout.sequences.known
        self._state[:n_states, :n_places] = found.columns[:, :n_places]
        for number, (start, room) in enumerate(self._fixed["line"].tolist()):
            lines = [known[one] for one in found.columns[:, n_places + number].tolist()]
            padded = [[p + 1 for p in line] + [0] * (room - len(line)) for line in lines]
            self._state[:n_states, start : start + room] = padded
        way = self._transition[:n_transitions]
        for name in ("source", "target", "rate", "delay"):
            way[name] = getattr(found, name)
        self._counter[[kernel.STATE, kernel.FOUND]] = explored, n_states
        self._counter[kernel.TRANSITIONS] = n_transitions

    def run(self) -> Found | Halt:
        """Explore all that is left."""
        counter = self._counter
        self._locals.fill()
        _compile(self._tables())
        while True:
            tables = self._tables()
            status = kernel.explore_states(tables)
            state, place, clock = (int(counter[one]) for one in _STOPPED_AT)
            if status == kernel.DONE:
                return self._found()
            if status == kernel.UNKNOWN_LOCAL:
                self._locals.learn_races(place, int(self._state[state, place]))
            elif status == kernel.UNKNOWN_PATH:
                course = self._recorder.end_delay(place, clock, self._now(tables, state))
                self._trees.enter(self._layout.ends[place][clock].delay, course)
                if len(course.outcomes) > len(self._target):
                    self._target = np.zeros(len(course.outcomes), dtype=np.int64)
                    self._share = np.zeros(len(course.outcomes))
                self._locals.fill()
            elif status == kernel.STATES_FULL:
                self._make_room_for_states(2 * len(self._state))
            elif status == kernel.TRANSITIONS_FULL and not self._has_too_many_transitions:
                self._transition = _enlarged(self._transition, 2 * len(self._transition))
            else:
                return self._halt(tables, status)

    def _halt(self, tables: kernel.Tables, status: int) -> Halt:
        state, place, clock = (int(self._counter[one]) for one in _STOPPED_AT)
        reached = int(self._counter[kernel.FOUND])
        halt = Halt(reached, reached - state - 1)
        if status == kernel.NEGATIVE_SPEED:
            speed = tables.value[self._layout.ends[place][clock].speed]
            return halt._replace(speed=(place, clock, float(speed)))
        return halt

    def _tables(self) -> kernel.Tables:
        return kernel.Tables(
            counter=self._counter,
            state=self._state,
            slot=self._slot,
            transition=self._transition,
            **self._locals.arrays(),
            **self._trees.arrays(self._counter),
            **self._fixed,
            target=self._target,
            share=self._share,
        )

    @property
    def _has_too_many_transitions(self) -> bool:
        return bool(self._counter[kernel.TRANSITIONS] >= self._most_transitions)

    def _make_room_for_states(self, rows: int) -> None:
        self._state = _enlarged(self._state, rows)
        self._slot = np.full(2 * _power_of_two(rows + self._trees.most_outcomes), -1, np.int32)
        self._counter[kernel.NUMBERED] = 0

    def _now(self, tables: kernel.Tables, state: int) -> Now:
        row = self._state[state].tolist()
        lines = [
            tuple(one - 1 for one in row[start : start + room] if one)
            for start, room in self._fixed["line"].tolist()
        ]
        return Now(
            row[: int(self._counter[kernel.PLACES])],
            lines,
            tables.free.tolist(),
            tables.value.tolist(),
            tables.sum.tolist(),
        )

    def _found(self) -> Found:
        n_states, n_places = (int(self._counter[one]) for one in (kernel.FOUND, kernel.PLACES))
        rows = self._state[:n_states]
        columns = [rows[:, :n_places].astype(np.int64)]
        sequences = self._layout.sequences
        for start, room in self._fixed["line"].tolist():
            lines, which = _different(rows[:, start : start + room])
            numbers = [sequences.number(tuple(p - 1 for p in line if p)) for line in lines]
            columns.append(np.array(numbers, dtype=np.int64)[which][:, np.newaxis])
        way = self._transition[: self._counter[kernel.TRANSITIONS]]
        return Found(
            np.hstack(columns),
            way["source"].astype(np.int64),
            way["target"].astype(np.int64),
            way["rate"].copy(),
            way["delay"].astype(np.int64),
        )


def _compile(tables: kernel.Tables) -> None:
    """Say so where the kernel was never compiled before; a first call begins the exploration."""
    if compilation.is_ready(_VARIANT):
        return
    sys.stderr.write("compiling the state explorer, once per installation, about 15 s ...\n")
    kernel.explore_states(tables)
    compilation.mark_ready(_VARIANT)


_STOPPED_AT = (kernel.STATE, kernel.AT, kernel.CLOCK)


def _power_of_two(least: int) -> int:
    return 1 << (least - 1).bit_length()


def _enlarged(array: NDArray[Any], size: int) -> NDArray[Any]:
    """A copy with more rows, of zeros."""
    larger = np.zeros((size, *array.shape[1:]), dtype=array.dtype)
    larger[: len(array)] = array
    return larger


def _different(rows: NDArray[np.int32]) -> tuple[list[tuple[int, ...]], Ints]:
    """The different rows, in order of their first, and which of them each is."""
    numbers: dict[bytes, int] = {}
    packed = np.ascontiguousarray(rows)
    which = [numbers.setdefault(row.tobytes(), len(numbers)) for row in packed]
    lines = [tuple(np.frombuffer(row, dtype=np.int32).tolist()) for row in numbers]
    return lines, np.array(which, dtype=np.int64)
