"""What follows from a step, with its probabilities: settlement by docs/semantics.md, forked.

Theory of operation: a settlement is carried out in place as long as it can go one way only. Where
several ways are open (a row with several eligible alternatives, a random choice among those that a
signal reaches) it is a fork, and a `Walk` over the forks says where it ends. The work of new delays
is drawn when all is settled.

Rules of this file: numbers in comments are those of docs/semantics.md.
"""

from __future__ import annotations

from functools import partial

from hasim.engines.exact.exploring.deliveries import Deliveries
from hasim.engines.exact.exploring.forks import Fork, Walk
from hasim.engines.exact.exploring.layout import Layout, Queue
from hasim.engines.exact.exploring.local_states import HOLDING, WAITING
from hasim.engines.exact.exploring.nodes import Change
from hasim.engines.exact.exploring.obstacles import check_drawn
from hasim.engines.exact.exploring.situation import (
    Move,
    Moves,
    Outcomes,
    Situation,
    eligible,
    make_move,
)
from hasim.errors import SolveError
from hasim.process import Automaton

MOST_STEPS = 10_000


class Settlement:
    """What the end of a delay, or the start, leads to.

    Parameters
    ----------
    layout : Layout

    Attributes
    ----------
    steps : int
        Taken so far.
    """

    def __init__(self, layout: Layout) -> None:
        self.steps = 0
        self._layout = layout
        self._locals = layout.locals_of
        self._nodes = layout.nodes
        self._deliveries = Deliveries(layout)
        self._staged = [p for p, one in enumerate(layout.locals_of) if one.is_staged]
        self._sorted = [queue for queue in layout.queues if queue.is_sorted]

    def end_delay(self, situation: Situation, place: int, clock: int) -> Outcomes:
        """Settled situations, with probabilities, after a delay's end (10)."""
        end = self._layout.ends[place][clock]
        options = eligible(end.ways, situation.values)
        if not options:
            automaton = self._layout.process.automata[place]
            name = f"{automaton.name}.{automaton.delays[clock].name}"
            raise SolveError(f"{name} ends and has no eligible alternative")
        number, moved = situation.cells[place], self._locals[place].moved
        started = []
        for share, way in options:
            after = moved(number, end.source, way.target, way.resets, clock)
            copied = situation.copy()
            self.carry_out(copied, (Move(place, after, way.emits),))
            started.append((share, copied))
        return self.settle(started)

    def begin(self, local_states: list[int]) -> Situation:
        """The situation at the start, before it settles (23)."""
        layout = self._layout
        cells = local_states + [0] * (layout.n_cells - len(local_states))
        values, sums = self._nodes.compute(local_states)
        situation = Situation(cells, [queue.size for queue in layout.queues], values, sums)
        situation.touched = None
        for place, number in enumerate(local_states):
            pool = self._locals[place].pools[number]
            if pool >= 0:
                self._request(situation, place, pool)
        if layout.entries:
            situation.entered = frozenset(range(len(local_states)))
        return situation

    def settle(self, started: Outcomes) -> Outcomes:
        """Repeat delivery, immediate move and grant until none applies (12)."""
        if len(started) == 1:
            share, situation = started[0]
            fork = self.advance(situation)
            if fork is None:
                return self.finish(share, situation)
            walk = Walk(self)
            walk.add_row([(share, walk.number_fork(fork))])
        else:
            walk = Walk(self)
            walk.add_row([(share, walk.follow(situation)) for share, situation in started])
        return walk.outcomes()

    def advance(self, situation: Situation) -> Fork | None:
        """Go on as long as there is one way only; the next fork, or None when settled."""
        for step in range(MOST_STEPS):
            queued = situation.signals
            ways = self._deliveries.deliver(situation) if queued else self._move_at_once(situation)
            if len(ways) > 1:
                self.steps += step
                key = (tuple(situation.cells), queued, situation.entered)
                return Fork(key, situation, ways)
            if ways:
                self.carry_out(situation, ways[0][1])
            elif not queued and not self._hand_over(situation):
                self.steps += step
                return None
            if len(situation.signals) > MOST_STEPS:
                break
        raise self.endless(situation)

    def endless(self, situation: Situation) -> SolveError:
        """The error of the model that an instant does not end (15)."""
        last = self.last_moved(situation).name
        return SolveError(
            f"over {MOST_STEPS:,} steps in one instant without end; {last} moved last"
        )

    def last_moved(self, situation: Situation) -> Automaton:
        """The automaton that moved last."""
        return self._layout.process.automata[situation.last]

    # ------------------------------------------------------------------ steps

    def carry_out(self, situation: Situation, moves: Moves) -> None:
        """Carry out choices, in order of automaton (11)."""
        cells = situation.cells
        changes, emitted = [], situation.signals
        for place, after, emits in moves:
            before = cells[place]
            cells[place] = after
            pools = self._locals[place].pools
            if pools[before] != pools[after]:
                self._exchange_tokens(situation, place, before, after)
            change = self._nodes.change(place, before, after)
            if change.felt:
                changes.append(change)
            if emits:
                emitted += tuple((signal, place) for signal in emits)
        situation.touch(frozenset([move.place for move in moves]))
        if self._layout.entries:
            situation.entered |= {move.place for move in moves}
        situation.signals, situation.last = emitted, moves[-1].place
        self._refresh(situation, changes)

    def _refresh(self, situation: Situation, changes: list[Change]) -> None:
        """Recompute nodes and queue the signals of flips: (iii) and (v) of rule 11."""
        if changes:
            changed, flips = self._nodes.apply(changes, situation.values, situation.sums)
            if changed:
                situation.changed |= frozenset(changed)
            if flips:
                situation.signals += tuple((signal, -1) for signal in flips)

    def _exchange_tokens(self, situation: Situation, place: int, before: int, after: int) -> None:
        """Give a token or a request back and make the new request (16, 17)."""
        own = self._locals[place]
        old, new = own.pools[before], own.pools[after]
        if old >= 0:
            if own.contents[before].token == HOLDING:
                situation.free[old] += 1
            if own.contents[before].token == WAITING or self._layout.queues[old].has_holders:
                self._withdraw(situation, place, old)
        if new >= 0:
            self._request(situation, place, new)

    def _request(self, situation: Situation, place: int, pool: int) -> None:
        cells, cell = situation.cells, self._layout.queues[pool].cell
        cells[cell] = self._layout.sequences.appended(cells[cell], place)

    def _withdraw(self, situation: Situation, place: int, pool: int) -> None:
        cells, cell = situation.cells, self._layout.queues[pool].cell
        cells[cell] = self._layout.sequences.without(cells[cell], place)

    def _move_at_once(self, situation: Situation) -> list[tuple[float, Moves]]:
        """Ways of the immediate move that is first by (urgency, automaton) (13)."""
        best, best_ways = None, []
        for place, rows, asked in self._layout.immediates:
            # Whoever could have moved before this instant would have done so.
            if not situation.may_differ(place, asked):
                continue
            phase = self._phase(situation, place)
            found = rows.get(phase)
            if found is None or (best is not None and found[0] >= best[0]):
                continue
            options = eligible(found[1], situation.values)
            if options:
                best, best_ways = (found[0], place, phase), options
        if best is None:
            return []
        _, place, phase = best
        return [
            (share, (make_move(self._locals[place], situation, place, phase, way),))
            for share, way in best_ways
        ]

    def _hand_over(self, situation: Situation) -> bool:
        """Grant or take back one token of the first pool where that applies (16, 18)."""
        for pool, queue in enumerate(self._layout.queues):
            if queue.has_holders:
                place = self._next_hand(situation, queue)
            else:
                place = self._first_in(situation, queue) if situation.free[pool] > 0 else -1
            if place >= 0:
                self._change_token(situation, place, pool)
                return True
        return False

    def _first_in(self, situation: Situation, queue: Queue) -> int:
        """Who is served first: by priority where the pool has it, then by request; -1 if nobody."""
        waiting = situation.cells[queue.cell]
        if queue.priorities is None:
            return self._layout.sequences.first(waiting)
        priority = partial(self._priority, situation, queue)
        return min(self._layout.sequences.known[waiting], key=priority, default=-1)

    def _next_hand(self, situation: Situation, queue: Queue) -> int:
        """Whose token is granted or taken back next; -1 for nobody's."""
        inside = self._layout.sequences.known[situation.cells[queue.cell]]
        priority = partial(self._priority, situation, queue)
        tokens = queue.size if queue.level < 0 else situation.values[queue.level]
        waiting = [place for place in inside if not self._holds(situation, place)]
        holders = [place for place in reversed(inside) if self._holds(situation, place)]
        if holders and len(holders) > tokens:
            return max(holders, key=priority)
        if not waiting:
            return -1
        first = min(waiting, key=priority)
        if len(holders) + 1 <= tokens:
            return first
        last = max(holders, key=priority, default=first)
        return last if queue.preempts and priority(first) < priority(last) else -1

    def _change_token(self, situation: Situation, place: int, pool: int) -> None:
        """Grant a token to somebody who waits, or take back that of a holder."""
        own, before = self._locals[place], situation.cells[place]
        if self._holds(situation, place):
            after = own.revoked(before)
            situation.free[pool] += 1
        else:
            after = own.granted(before)
            situation.free[pool] -= 1
            if not self._layout.queues[pool].has_holders:
                self._withdraw(situation, place, pool)
        situation.cells[place] = after
        situation.touch(frozenset([place]))
        change = self._nodes.change(place, before, after)
        self._refresh(situation, [change] if change.felt else [])

    def _priority(self, situation: Situation, queue: Queue, place: int) -> int:
        """What decides before the order of requests does."""
        if queue.priorities is None:
            return 0
        return queue.priorities[place][self._phase(situation, place)]

    def _holds(self, situation: Situation, place: int) -> bool:
        return self._locals[place].contents[situation.cells[place]].token == HOLDING

    def _phase(self, situation: Situation, place: int) -> int:
        return self._locals[place].contents[situation.cells[place]].phase

    # ------------------------------------------------------------------ the end

    def finish(self, share: float, situation: Situation) -> Outcomes:
        """Put what is settled in its one form, and draw the work of new delays."""
        for queue in self._sorted:
            self._sort_queue(situation, queue.cell, queue.priorities or ())
        if situation.entered:
            self._note_entries(situation)
        outcomes = [(share, situation)]
        for place in self._staged:
            if not situation.may_differ(place):
                continue
            drawn = self._locals[place].drawn(situation.cells[place])
            if drawn:
                check_drawn(self._layout.process, len(outcomes) * len(drawn))
                outcomes = [
                    (p * one, before.with_cells(_replaced(before.cells, place, number)))
                    for p, before in outcomes
                    for one, number in drawn
                ]
        situation.touched = situation.changed = frozenset()
        return outcomes

    def _sort_queue(
        self, situation: Situation, cell: int, priorities: tuple[tuple[int, ...], ...]
    ) -> None:
        sequences = self._layout.sequences
        waiting = sequences.known[situation.cells[cell]]
        if len(waiting) > 1:
            phases = {place: self._phase(situation, place) for place in waiting}
            in_order = sorted(waiting, key=lambda place: priorities[place][phases[place]])
            situation.cells[cell] = sequences.number(tuple(in_order))

    def _note_entries(self, situation: Situation) -> None:
        """Keep in order of entry those that are in a phase that reacts (14)."""
        sequences, entered = self._layout.sequences, situation.entered
        for cell, signal in self._layout.entries:
            reacting = [
                reached.place
                for reached in self._layout.reached[signal]
                if self._phase(situation, reached.place) in reached.rows
            ]
            earlier = sequences.known[situation.cells[cell]]
            stayed = [place for place in earlier if place not in entered]
            order = stayed + [place for place in reacting if place in entered]
            situation.cells[cell] = sequences.number(tuple(order))
        situation.entered = frozenset()


def _replaced(cells: list[int], place: int, number: int) -> list[int]:
    """A copy with another local state of one automaton."""
    copied = cells[:]
    copied[place] = number
    return copied
