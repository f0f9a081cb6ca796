"""A proved bound of the mean time until a Process is in its home state again, from any state.

Theory of operation (docs/bounds.md, section 3): each automaton gets the *work* that keeps it from
home, a number of seconds for each of its local states, such that whoever is active works off at
least one second per second on average. While anybody is away somebody is active, since a free
token is granted at once; who is at home brings new work by failing. If that is less than one
second per second, then the work left, divided by the difference, bounds the mean time until all is
done (Foster 1953; Brémaud 1999, theorem 1.1 of chapter 5).

Rules of this file: a sum that is a bound is rounded up; what was solved for is tested afterwards.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hasim.engines.bounds.local_moves import Event, LocalMoves, Surroundings
from hasim.engines.exact.exploring.layout import Layout
from hasim.errors import RefusedError
from hasim.process import Automaton

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Far above all roundings here, far below any width that matters.
SLACK = 1e-6

#: Rounds after which works that depend on one another are taken not to settle.
_ROUNDS = 60


@dataclass(frozen=True, eq=False)
class Homecoming:
    """How far from home each state can be.

    Parameters
    ----------
    home : tuple of int
        Local state of each automaton at home.
    work : tuple of ndarray of float64
        For each automaton, by local state: seconds of work that keep it away at most; infinite for
        local states that it cannot come to.
    load : float
        Seconds of work that failures bring per second, at most; below 1.
    events : float
        Ends of delays per second, at most.
    """

    home: tuple[int, ...]
    work: tuple[Floats, ...]
    load: float
    events: float

    def mean_times(self, columns: Ints) -> Floats:
        """Return for each state a bound of the mean time to the home state, in seconds.

        Parameters
        ----------
        columns : ndarray of int64, shape (states, cells)
        """
        work = np.zeros(len(columns))
        for place, table in enumerate(self.work):
            numbers = columns[:, place]
            known = numbers < len(table)
            work += np.where(known, table[np.where(known, numbers, 0)], np.inf)
        return np.asarray(work * (1.0 + SLACK) / (1.0 - self.load))

    def find_home(self, columns: Ints) -> int | None:
        """Return the number of the home state, None if it is not among the states."""
        homes = (columns[:, : len(self.home)] == np.array(self.home)).all(axis=1)
        found = np.flatnonzero(homes)
        assert len(found) <= 1, "more than one state in which everybody is at home"
        return int(found[0]) if len(found) else None


def bound_homecoming(layout: Layout) -> Homecoming:
    """Return a bound of the mean time to the home state from any other.

    Parameters
    ----------
    layout : Layout
        Of a Process without calendars, whose laws are stages.

    Raises
    ------
    RefusedError
        With a sentence for each item for which nothing is proved, or where failures are not rare.
    """
    refusals = list(_obstacles(layout))
    if refusals:
        raise RefusedError(refusals)
    surroundings = Surroundings(layout)
    process = layout.process
    moves = []
    for place, automaton in enumerate(process.automata):
        home, _ = max(automaton.start, key=lambda one: one[1])
        moves.append(surroundings.moves_of(place, layout.phases[place][home]))
    refusals = [s for one, a in zip(moves, process.automata, strict=True) for s in _holdups(one, a)]
    if refusals:
        raise RefusedError(refusals)
    works = _settle(moves, process.automata)
    load = sum(_gain(own, work, _most(works)) for own, work in zip(moves, works, strict=True))
    load *= 1.0 + SLACK
    if load >= 1.0 - SLACK:
        raise RefusedError(
            [
                f"failures in {process.name} can bring {load:.3g} s of repair per second, and "
                "bounds need less than 1"
            ]
        )
    tables = tuple(_table(one) for one in works)
    homes = tuple(one.home for one in moves)
    return Homecoming(homes, tables, load / (1.0 - SLACK), _count_events(layout, moves))


def _obstacles(layout: Layout) -> list[str]:
    """What is not covered by the proof."""
    process = layout.process
    found = [f"{_name(a)} is a population" for a in process.automata if a.count is not None]
    found += [
        f"{_name(a)} moves at once from {phase.name}"
        for a in process.automata
        for phase in a.phases
        if phase.immediate is not None
    ]
    for pool in process.pools:
        if pool.takes_back:
            found.append(f"{pool.name} can take tokens back")
        elif pool.size == 0:
            found.append(f"{pool.name} has no tokens")
    if layout.entries:
        found.append(f"{process.name} chooses who has been in a phase for longest")
    return [f"{one}, for which no bound is proved" for one in found]


def _holdups(moves: LocalMoves, automaton: Automaton) -> list[str]:
    """What can keep an automaton from working itself home."""
    name = _name(automaton)
    if moves.home in moves.at_once:
        return [f"{name} waits or has stages where it begins, for which no bound is proved"]
    stuck = [n for n, events in moves.events.items() if not sum(e.slowest for e in events)]
    fastest = [e.fastest for events in moves.events.values() for e in events]
    if not all(map(math.isfinite, fastest)):
        return [f"{name} has a speed without a limit, for which no bound is proved"]
    if [n for n in stuck if n != moves.home]:
        return [f"{name} can be where it waits for others to move it, for which no bound is proved"]
    return []


def _settle(moves: Sequence[LocalMoves], automata: Sequence[Automaton]) -> list[dict[int, float]]:
    """The work of each automaton; who moves others must work for the harm that it does."""
    most = [0.0] * len(moves)
    for _ in range(_ROUNDS):
        works = [_solve(own, most, _name(a)) for own, a in zip(moves, automata, strict=True)]
        reached = _most(works)
        if all(new <= old for new, old in zip(reached, most, strict=True) if old) and all(
            old or not _is_reached(place, moves) for place, old in enumerate(most)
        ):
            return works
        most = [
            new * (1.0 + SLACK) if _is_reached(place, moves) else 0.0
            for place, new in enumerate(reached)
        ]
        if not any(most):
            return works
    raise RefusedError(["parts can move one another without end, as far as bounds know"])


def _is_reached(place: int, moves: Sequence[LocalMoves]) -> bool:
    return any(
        place in option.reached
        for own in moves
        for events in own.events.values()
        for event in events
        for option in event.options
    )


def _most(works: Sequence[Mapping[int, float]]) -> list[float]:
    return [max(work.values()) for work in works]


def _solve(moves: LocalMoves, most: Sequence[float], name: str) -> dict[int, float]:
    """The least work that is enough whatever guards and speeds do: policies are improved.

    Howard 1960, for the greatest mean time to an absorbing state.
    """
    numbers = {number: i for i, number in enumerate((*moves.events, *moves.at_once))}
    work = dict.fromkeys(numbers, 0.0)
    for _ in range(_ROUNDS):
        solved = _evaluate(moves, numbers, work, most)
        if solved is None:
            break
        work = _raise(moves, dict(zip(numbers, solved.tolist(), strict=True)))
        if _is_enough(moves, work, most):
            return work
    raise RefusedError([f"{name} need not come back to where it begins, as far as bounds know"])


def _evaluate(
    moves: LocalMoves, numbers: Mapping[int, int], work: Mapping[int, float], most: Sequence[float]
) -> Floats | None:
    """The work with the choices that were worst with the last; None where it never ends."""
    matrix, right = np.eye(len(numbers)), np.zeros(len(numbers))
    for number, targets in moves.at_once.items():
        matrix[numbers[number], numbers[max(targets, key=work.__getitem__)]] -= 1.0
    for number in moves.events.keys() - {moves.home}:
        row, right[numbers[number]] = _worst_row(moves.events[number], number, work, most)
        for target, rate in row.items():
            matrix[numbers[number], numbers[target]] -= rate
    try:
        solved = np.linalg.solve(matrix, right)
    except np.linalg.LinAlgError:
        return None
    is_sound = bool((np.isfinite(solved) & (solved >= 0.0)).all())
    return np.asarray(solved, dtype=np.float64) if is_sound else None


def _worst_row(
    events: Sequence[Event], number: int, work: Mapping[int, float], most: Sequence[float]
) -> tuple[dict[int, float], float]:
    """Where the worst choices lead, as shares, and the work that a stay takes with them."""
    row: dict[int, float] = {}
    pace, harm = 0.0, 0.0
    for event in events:
        chosen = _worst(event, work, most)
        mean = sum(share * (work[t] + _harm(reached, most)) for share, t, reached in chosen)
        speed = event.fastest if mean > work[number] else event.slowest
        pace += speed
        for share, target, reached in chosen:
            row[target] = row.get(target, 0.0) + speed * share
            harm += speed * share * _harm(reached, most)
    if pace == 0.0:
        return {number: 1.0}, 1.0
    return {target: rate / pace for target, rate in row.items()}, (1.0 + harm) / pace


def _worst(
    event: Event, work: Mapping[int, float], most: Sequence[float]
) -> list[tuple[float, int, frozenset[int]]]:
    """The options of an event with their shares; where these are not fixed, the worst alone."""
    if event.is_fixed:
        return [(o.share, o.target, o.reached) for o in event.options]
    worst = max(event.options, key=lambda o: work[o.target] + _harm(o.reached, most))
    return [(1.0, worst.target, worst.reached)]


def _harm(reached: frozenset[int], most: Sequence[float]) -> float:
    """Work that those who are moved may get by it."""
    return sum(most[place] for place in reached)


def _raise(moves: LocalMoves, work: dict[int, float]) -> dict[int, float]:
    """Without roundings by which less work is left where time does not pass."""
    for _ in moves.at_once:
        for number, targets in moves.at_once.items():
            work[number] = max(work[number], *(work[target] for target in targets))
    return work


def _is_enough(moves: LocalMoves, work: Mapping[int, float], most: Sequence[float]) -> bool:
    """Whether everybody who is active works off a second per second, but for the slack."""
    return all(
        _drift(events, number, work, most) <= -1.0 + SLACK / 2.0
        for number, events in moves.events.items()
        if number != moves.home
    )


def _drift(
    events: Sequence[Event], number: int, work: Mapping[int, float], most: Sequence[float]
) -> float:
    """Work gained per second at most, by one automaton and those that it moves."""
    drift = 0.0
    for event in events:
        chosen = _worst(event, work, most)
        gain = sum(share * (work[t] + _harm(r, most)) for share, t, r in chosen) - work[number]
        drift += max(event.slowest * gain, event.fastest * gain)
    return drift


def _gain(moves: LocalMoves, work: Mapping[int, float], most: Sequence[float]) -> float:
    return max(0.0, _drift(moves.events[moves.home], moves.home, work, most))


def _table(work: Mapping[int, float]) -> Floats:
    table = np.full(max(work) + 1, np.inf)
    table[list(work)] = list(work.values())
    return table


def _count_events(layout: Layout, moves: Sequence[LocalMoves]) -> float:
    """The most ends of delays per second: of a pool's users only as many as it has tokens."""
    total = 0.0
    of_pools: dict[int, list[float]] = {}
    for place, own in enumerate(moves):
        pools = layout.locals_of[place].pools
        fastest: dict[int, float] = {}
        for number, events in own.events.items():
            rate = sum(event.fastest for event in events)
            fastest[pools[number]] = max(fastest.get(pools[number], 0.0), rate)
        total += fastest.pop(-1, 0.0)
        for pool, rate in fastest.items():
            of_pools.setdefault(pool, []).append(rate)
    for pool, rates in of_pools.items():
        size = layout.process.pools[pool].size
        assert isinstance(size, int), "a pool that takes tokens back is refused"
        total += sum(sorted(rates, reverse=True)[:size])
    return total * (1.0 + SLACK)


def _name(automaton: Automaton) -> str:
    return automaton.origin.name or automaton.name
