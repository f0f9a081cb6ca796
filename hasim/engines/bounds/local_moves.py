"""All that one automaton can do by itself, and whom it can move by that.

Rules of this file: what depends on others is not known here, so all that could be is taken: every
eligible or ineligible way of a row, the whole range of a speed, everybody that a signal may reach.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from hasim.engines.bounds.level_ranges import Range, find_ranges
from hasim.engines.exact.exploring.layout import Layout, Way, Ways
from hasim.engines.exact.exploring.local_states import ENDS, WAITING
from hasim.engines.influences import supports
from hasim.process import Gate


class Option(NamedTuple):
    """One way that an event can go.

    Parameters
    ----------
    share : float
        Its probability where that is fixed.
    target : int
        Local state that follows.
    reached : frozenset of int
        Automata that may be moved in the same instant.
    """

    share: float
    target: int
    reached: frozenset[int]


class Event(NamedTuple):
    """A delay or a stage that can end in a local state.

    Parameters
    ----------
    slowest, fastest : float
        Per second, at the least and at the greatest speed.
    options : tuple of Option
    is_fixed : bool
        Whether the shares of the options are always the same.
    """

    slowest: float
    fastest: float
    options: tuple[Option, ...]
    is_fixed: bool


@dataclass(frozen=True, slots=True)
class LocalMoves:
    """What one automaton can do.

    Parameters
    ----------
    home : int
        Local state in which it starts.
    at_once : dict of int to tuple of int
        Local states that are no states of rest: those that may follow; of one that waits for a
        token, that in which it has it.
    events : dict of int to tuple of Event
        What can happen in every other local state that it can come to.
    waits : frozenset of int
        Local states in which it waits for a token.
    """

    home: int
    at_once: dict[int, tuple[int, ...]]
    events: dict[int, tuple[Event, ...]]
    waits: frozenset[int]


class Surroundings:
    """What the automata of a layout can do to one another.

    Parameters
    ----------
    layout : Layout
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._nodes = [node.name for node in layout.process.nodes]
        self._ranges: dict[str, Range] = find_ranges(layout.process)
        self._flips = self._find_flips()
        self._reach: dict[tuple[int, tuple[int, ...]], frozenset[int]] = {}

    def moves_of(self, place: int, home_phase: int) -> LocalMoves:
        """Return all that an automaton can do from the phase that it starts in."""
        own = self._layout.locals_of[place]
        home = own.entered(home_phase)
        at_once: dict[int, tuple[int, ...]] = {}
        events: dict[int, tuple[Event, ...]] = {}
        open_ = [home]
        while open_:
            number = open_.pop()
            if number in at_once or number in events:
                continue
            if own.contents[number].token == WAITING:
                at_once[number] = (own.granted(number),)
            elif own.drawn(number):
                at_once[number] = tuple(after for _, after in own.drawn(number))
            else:
                events[number] = tuple(self._events(place, number))
            open_ += at_once.get(number, ())
            open_ += [option.target for one in events.get(number, ()) for option in one.options]
            open_ += self._reactions(place, number)
        waits = frozenset(n for n in at_once if own.contents[n].token == WAITING)
        return LocalMoves(home, at_once, events, waits)

    def _events(self, place: int, number: int) -> Iterator[Event]:
        own, ends = self._layout.locals_of[place], self._layout.ends[place]
        for clock, rate, onward in own.races(number):
            end = ends[clock]
            least, most = (1.0, 1.0)
            if end.speed >= 0:
                least, most = self._ranges[self._nodes[end.speed]]
            speeds = rate * max(least, 0.0), rate * max(most, 0.0)
            if onward != ENDS:
                yield Event(*speeds, (Option(1.0, onward, frozenset()),), is_fixed=True)
                continue
            total = sum(way.weight for way in end.ways)
            options = tuple(
                Option(
                    way.weight / total if total else 0.0,
                    own.moved(number, end.source, way.target, way.resets, clock),
                    self._reached(place, way.emits),
                )
                for way in end.ways
            )
            yield Event(*speeds, options, _is_fixed(end.ways))

    def _reactions(self, place: int, number: int) -> Iterator[int]:
        """Local states that signals can bring it to."""
        own = self._layout.locals_of[place]
        phase = own.contents[number].phase
        for way in self._ways_by_signal(place, phase):
            yield own.moved(number, phase, way.target, way.resets)

    def _ways_by_signal(self, place: int, phase: int | None = None) -> Iterator[Way]:
        for rows in (
            one.rows for some in self._layout.reached for one in some if one.place == place
        ):
            for own_phase, ways in rows.items():
                if phase in (None, own_phase):
                    yield from ways

    def _reached(self, place: int, emits: tuple[int, ...]) -> frozenset[int]:
        """Whom an event can move in the same instant, through any chain of signals."""
        key = (place, emits)
        if key not in self._reach:
            signals = {*emits, *self._flips[place]}
            moved: set[int] = set()
            while found := {one.place for s in signals for one in self._layout.reached[s]} - moved:
                moved |= found
                for other in found:
                    signals |= self._flips[other]
                    signals |= {s for way in self._ways_by_signal(other) for s in way.emits}
            self._reach[key] = frozenset(moved)
        return self._reach[key]

    def _find_flips(self) -> list[set[int]]:
        """Signals of gates that a move of each automaton can flip, those of a token included."""
        process = self._layout.process
        numbers = {signal.name: number for number, signal in enumerate(process.signals)}
        support = supports(process)
        users = [{p for p in own.shape.pools if p >= 0} for own in self._layout.locals_of]
        flips = []
        for place, pools in enumerate(users):
            touched = {place} | {other for other, used in enumerate(users) if used & pools}
            gates = (n for n in process.nodes if isinstance(n, Gate) and touched & support[n.name])
            flips.append(set(_numbers(numbers, gates)))
        return flips


def _numbers(numbers: dict[str, int], gates: Iterable[Gate]) -> Iterator[int]:
    for gate in gates:
        yield from (numbers[name] for name in (*gate.rises, *gate.falls))


def _is_fixed(ways: Ways) -> bool:
    return all(way.guard < 0 and way.unless < 0 and way.level < 0 for way in ways)
