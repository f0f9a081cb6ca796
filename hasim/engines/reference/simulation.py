"""The life of a Process: one replication, event by event.

Theory of operation: an event is taken from the agenda and its step carried out; then deliveries,
immediate moves and grants follow until none applies. After each step every level and gate is
computed anew and every clock that the step may concern is looked at.

Rules of this file: one method for each thing that can happen, in the words and by the numbers of
docs/semantics.md; no shortcut that would need a proof. All draws of a replication are made here.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple, assert_never

import numpy as np
from numpy.typing import NDArray

from hasim.engines.kernels import draws
from hasim.engines.keys import rows_of
from hasim.engines.record import DELAY, GRANT, IMMEDIATE, REVOKE, SIGNAL, START, Entry
from hasim.engines.reference.agenda import Agenda, Epoch
from hasim.engines.reference.state import Actor, Chosen, Clock, Options, State
from hasim.errors import SolveError
from hasim.process import Alternative, Delay, Gate, Pool, Process, Signal

MOST_STEPS = 10_000


class Move(NamedTuple):
    """A choice: how one automaton, or one member of a population, goes on from a phase."""

    actor: Actor
    source: str
    alternative: Alternative


class Running(NamedTuple):
    """A delay that is live.

    Parameters
    ----------
    delay : Delay
    ends : float or None
        The moment at which it ends if nothing comes between; None while it stands still.
    """

    delay: Delay
    ends: float | None


@dataclass(frozen=True, slots=True)
class Instant:
    """What is so after an event and all that follows from it.

    Parameters
    ----------
    time : float
    entries : tuple of Entry
        What changed, step by step.
    gates : dict of str to bool
        Whether each gate holds now.
    """

    time: float
    entries: tuple[Entry, ...]
    gates: dict[str, bool]


class Simulation:
    """One replication.

    Parameters
    ----------
    process : Process
    seed, replication : int
        Name the stream of random numbers.
    keys : ndarray of KEY, optional
        By which it draws the same numbers as others for what they have in common (keys.py).

    Attributes
    ----------
    now : float
        Moment of the last event.
    entries : list of Entry
        What the last instant changed.
    ended : tuple of str, or None
        Automaton and delay whose end was the last event; None after an epoch and at the start.
    fallen_by : dict of str to (tuple of str, or None)
        For each gate `ended` as it was when the gate last ceased to hold.

    Examples
    --------
    >>> simulation = Simulation(process, seed=1)             # doctest: +SKIP
    >>> simulation.inject(3600.0, "db.1", "crash")           # doctest: +SKIP
    >>> for instant in simulation.instants(before=7200.0):   # doctest: +SKIP
    ...     print(instant.time, instant.gates["shop serves"])
    """

    def __init__(
        self,
        process: Process,
        *,
        seed: int,
        replication: int = 0,
        keys: NDArray[np.void] | None = None,
    ) -> None:
        self.process = process
        self.now = 0.0
        self.entries: list[Entry] = []
        self.ended: tuple[str, str] | None = None
        self._state = State(process)
        self._agenda = Agenda(process.schedules)
        self._stream = draws.new_stream(seed, replication)
        self._keys = None if keys is None else keys.copy()
        draws.start_keys(self._keys, np.uint64(seed), np.uint64(replication))
        self._rows = {row: number for number, row in enumerate(rows_of(process))}
        self._queue: deque[tuple[str, Actor | None]] = deque()
        self._requests = count()
        self._events_at_now = 0
        self._signals = {signal.name: (i, signal) for i, signal in enumerate(process.signals)}
        self._gates = [node for node in process.nodes if isinstance(node, Gate)]
        self.fallen_by: dict[str, tuple[str, str] | None] = {g.name: None for g in self._gates}
        self._start()

    def value(self, node: str) -> float:
        """Return the value of a level now; of a gate, whether it holds."""
        return self._state.values[node]

    def phase_of(self, automaton: str) -> str:
        """Return the phase that a single automaton is in."""
        return self._state.actors[automaton].phase

    def waits(self, automaton: str) -> bool:
        """Whether a single automaton waits for the token that its phase needs."""
        return self._state.actors[automaton].waits

    def running(self, automaton: str) -> tuple[Running, ...]:
        """Return the delays of an automaton that are live now."""
        live = (clock for clock in self._state.actors[automaton].clocks if clock.live)
        return tuple(Running(clock.delay, clock.ends_at()) for clock in live)

    def instants(self, before: float = math.inf) -> Iterator[Instant]:
        """Yield what is so now, then what is so after each event earlier than `before`."""
        going = True
        while going:
            gates = {gate.name: bool(self.value(gate.name)) for gate in self._gates}
            yield Instant(self.now, tuple(self.entries), gates)
            going = self.advance(before)

    def inject(self, time: float, automaton: str, delay: str) -> None:
        """Make a delay end at a moment from now on, whatever its work.

        Raises
        ------
        SolveError
            Later, by `advance`, if the delay is not live at that moment.
        """
        clocks = self._state.actors[automaton].clocks
        self._agenda.inject(time, next(one for one in clocks if one.delay.name == delay))

    def advance(self, before: float = math.inf) -> bool:
        """Carry out the next event and settle it; False if there is none earlier than `before`."""
        event = self._agenda.take(before)
        if event is None:
            return False
        self._count_event()
        self.entries.clear()
        match event:
            case Epoch():
                self.ended = None
                self._queue.extend((name, None) for name in event.schedule.emits)
            case Clock():
                self.ended = (event.actor.automaton.name, event.delay.name)
                self._end_delay(event)
            case _:
                assert_never(event)
        self._settle()
        return True

    def _count_event(self) -> None:
        """Move on to the event's moment; refuse a clock that stands still for ever (15)."""
        self._events_at_now = 1 if self._agenda.now > self.now else self._events_at_now + 1
        self.now = self._agenda.now
        if self._events_at_now > MOST_STEPS + 10 * len(self._state.clocks):
            raise SolveError(f"{self._events_at_now} events at {self.now} s: time does not pass")

    # ------------------------------------------------------------------ start and settlement

    def _start(self) -> None:
        """Take the starting phases, compute nodes, start delays, settle (23)."""
        actors = self._state.actors.values()
        for actor in actors:
            for _ in range(actor.automaton.count or 1):
                phase = self._choose(list(actor.automaton.start), draws.START, actor.index)
                self._enter(actor, phase)
                self._log(START, actor, phase, -1)
        self._state.compute_nodes()
        self._run_clocks(set(actors))
        self._settle()

    def _settle(self) -> None:
        """Repeat the first of delivery, immediate move and grant that applies (12, 15)."""
        steps = 1
        while self._deliver() or self._move_at_once() or self._hand_over():
            steps += 1
            if steps > MOST_STEPS:
                last = self.process.automata[self.entries[-1].automaton].name
                raise SolveError(
                    f"over {MOST_STEPS:,} steps at {self.now} s without end; {last} moved last"
                )

    def _deliver(self) -> bool:
        """Deliver the oldest queued signal: the reached choose, then move together (14, 22)."""
        if not self._queue:
            return False
        name, emitter = self._queue.popleft()
        index, signal = self._signals[name]
        address = [self._state.actors[automaton] for automaton in signal.address]
        reached = [a for a in address if a is not emitter and self._state.reactions(a, name)]
        moves = []
        for actor in self._select(signal, index, reached):
            for phase, options in self._state.reactions(actor, name):
                for _ in range(actor.counts[phase]):
                    row = self._rows["signal", actor.automaton.name, phase, name]
                    chosen = self._choose(options, draws.ROW, row)
                    moves.append(Move(actor, phase, chosen))
        if moves:
            self._step(moves, SIGNAL, index)
        return True

    def _select(self, signal: Signal, index: int, reached: list[Actor]) -> list[Actor]:
        """Those of the reached that a limit leaves, in order of automaton (14)."""
        limit = signal.limit
        if limit is None or len(reached) <= limit:
            return reached
        match signal.choose:
            case "order":
                pass
            case "longest":
                reached.sort(key=lambda actor: (actor.entered, actor.index))
            case "random":
                for i in range(limit):
                    u = draws.draw_uniform(self._stream, self._keys, draws.SIGNAL, index, self.now)
                    j = i + math.floor(u * (len(reached) - i))
                    reached[i], reached[j] = reached[j], reached[i]
            case _:
                assert_never(signal.choose)
        return sorted(reached[:limit], key=lambda actor: actor.index)

    def _move_at_once(self) -> bool:
        """Make the immediate move that is first by (urgency, automaton) (13)."""
        ready = []
        for actor in self._state.actors.values():
            phase = actor.phases[actor.phase] if actor.phase else None
            if phase is not None and phase.immediate is not None:
                options = self._state.eligible(phase.immediate)
                ready += [(phase.urgency, actor.index, actor, options)] if options else []
        if not ready:
            return False
        _, _, actor, options = min(ready, key=lambda one: one[:2])
        row = self._rows["at once", actor.automaton.name, actor.phase]
        chosen = self._choose(options, draws.ROW, row)
        self._step([Move(actor, actor.phase, chosen)], IMMEDIATE, -1)
        return True

    def _hand_over(self) -> bool:
        """Grant or take back one token of the first pool where that applies (16, 18)."""
        for index, pool in enumerate(self.process.pools):
            users = [a for a in self._state.actors.values() if a.pool == pool.name]
            users.sort(key=lambda actor: _place_in_queue(pool, actor))
            waiting = [actor for actor in users if actor.waits]
            holders = [actor for actor in users if not actor.waits]
            tokens = self.value(pool.size) if isinstance(pool.size, str) else pool.size
            if holders and len(holders) > tokens:
                self._revoke(holders[-1], index)
            elif waiting and len(holders) + 1 <= tokens:
                self._grant(waiting[0], index)
            elif pool.preempts and waiting and holders and _goes_before(waiting[0], holders[-1]):
                self._revoke(holders[-1], index)
            else:
                continue
            return True
        return False

    def _grant(self, actor: Actor, pool: int) -> None:
        """Give a token to somebody who waits (16)."""
        before = dict(self._state.values)
        actor.holds_token = True
        self._log(GRANT, actor, actor.phase, pool)
        self._finish_step(before, {actor}, ())

    def _revoke(self, actor: Actor, pool: int) -> None:
        """Take a token back: its holder waits again with its old sequence number (18)."""
        before = dict(self._state.values)
        actor.holds_token = False
        self._stop_clocks(actor)
        self._log(REVOKE, actor, actor.phase, pool)
        self._finish_step(before, {actor}, ())

    # ------------------------------------------------------------------ steps

    def _end_delay(self, clock: Clock) -> None:
        """Carry out the step of a delay's end (10)."""
        actor = clock.actor
        options = self._state.eligible(clock.delay.row)
        if not options:
            raise SolveError(f"{clock.name} ends at {self.now} s and has no eligible alternative")
        row = self._rows["delay", actor.automaton.name, clock.delay.name]
        chosen = self._choose(options, draws.ROW, row)
        self._stop(clock, discard=True)
        source = clock.delay.phases[0] if actor.is_many else actor.phase
        self._step([Move(actor, source, chosen)], DELAY, clock.number)

    def _step(self, moves: Sequence[Move], kind: int, by: int) -> None:
        """Carry out the choices that were made, in order of automaton (11)."""
        before = dict(self._state.values)
        for actor, source, alternative in moves:
            self._leave(actor, source)
            for clock in actor.clocks:
                if clock.delay.name in alternative.resets:
                    clock.kept = None
            self._enter(actor, alternative.target)
            self._log(kind, actor, alternative.target, by)
        self._finish_step(before, {move.actor for move in moves}, moves)

    def _finish_step(
        self, before: dict[str, float], changed: set[Actor], moves: Sequence[Move]
    ) -> None:
        """Recompute nodes, run clocks, queue signals: (iii) to (v) of rule 11."""
        self._state.compute_nodes()
        self._run_clocks(changed)
        for actor, _, alternative in moves:
            self._queue.extend((name, actor) for name in alternative.emits)
        for gate in self._gates:
            holds = self.value(gate.name)
            if holds != before[gate.name]:
                flipped = gate.rises if holds else gate.falls
                self._queue.extend((name, None) for name in flipped)
                if not holds:
                    self.fallen_by[gate.name] = self.ended

    def _leave(self, actor: Actor, source: str) -> None:
        """Leave a phase; the clocks of a population go on while somebody is left (5, 21)."""
        actor.counts[source] -= 1
        if not actor.is_many:
            self._stop_clocks(actor)

    def _enter(self, actor: Actor, target: str) -> None:
        """Enter a phase and ask for its token, or keep what was got or asked for (16, 17)."""
        actor.counts[target] += 1
        if actor.is_many:
            return
        pool_before, actor.phase, actor.entered = actor.pool, target, self.now
        if actor.pool != pool_before:
            actor.request = None if actor.pool is None else next(self._requests)
            actor.holds_token = False

    def _log(self, kind: int, actor: Actor, phase: str, by: int) -> None:
        self.entries.append(Entry(self.now, kind, actor.index, actor.places[phase], by))

    # ------------------------------------------------------------------ choices and clocks

    def _choose(self, options: Options[Chosen], purpose: int, index: int) -> Chosen:
        """Choose by weight; a number is drawn only where there are several options (9)."""
        if len(options) == 1:
            return options[0][0]
        total = 0.0
        for _, weight in options:
            total += weight
        mark = draws.draw_uniform(self._stream, self._keys, purpose, index, self.now) * total
        running = 0.0
        for option, weight in options:
            running += weight
            if running > mark:
                return option
        return options[-1][0]

    def _run_clocks(self, changed: set[Actor]) -> None:
        """Apply speeds, draw and start, by automaton, then delay: (iv) of rule 11."""
        for clock in self._state.clocks:
            if clock.actor not in changed and clock.delay.speed is None:
                continue
            if not self._state.runs(clock):
                if clock.live:  # the last member of a population has left the phase (21)
                    self._stop(clock, discard=True)
            elif not clock.live:
                self._run(clock, self._draw_work(clock) if clock.kept is None else clock.kept)
            elif self._state.speed_of(clock) != clock.speed:
                self._run(clock, clock.left_at(self.now))

    def _draw_work(self, clock: Clock) -> float:
        work = draws.draw_work(
            self._stream, self._keys, clock.number, self.now, clock.law, clock.parameters, 0
        )
        return float(work)

    def _run(self, clock: Clock, remaining: float) -> None:
        """Let a clock run from now on at the speed of now (3, 4)."""
        clock.live, clock.kept = True, None
        clock.remaining, clock.last = remaining, self.now
        clock.speed = self._state.speed_of(clock)
        self._agenda.set_end(clock)

    def _stop_clocks(self, actor: Actor) -> None:
        """Discard or keep what is left of all that is live (5)."""
        for clock in actor.clocks:
            if clock.live:
                self._stop(clock, discard=False)

    def _stop(self, clock: Clock, *, discard: bool) -> None:
        clock.stop(self.now, discard=discard)
        self._agenda.cancel(clock)


def _place_in_queue(pool: Pool, actor: Actor) -> tuple[int, int]:
    """Priority of the phase, where it counts, then sequence number (16)."""
    assert actor.request is not None, "only those that need a token have a place"
    priority = actor.phases[actor.phase].priority if pool.order == "priority" else 0
    return (priority, actor.request)


def _goes_before(waiting: Actor, holder: Actor) -> bool:
    """Whether a request is more urgent than what a holder does; those that came earlier are not."""
    return waiting.phases[waiting.phase].priority < holder.phases[holder.phase].priority
