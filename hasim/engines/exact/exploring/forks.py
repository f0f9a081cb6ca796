"""The ways that a settlement can go, and where they end.

Theory of operation: the places where a settlement can go several ways are *forks*; from each there
are probabilities of coming to others and of being settled in the end. Forks that are the same
situation are one. Loops are allowed: they are summed up by taking one fork after another out
(Grassmann, Taksar and Heyman 1985), with no subtraction, so that what is unlikely keeps its digits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hasim.engines.exact.exploring.obstacles import tell_branching
from hasim.engines.exact.exploring.situation import Moves, Outcomes, Situation
from hasim.errors import RefusedError

if TYPE_CHECKING:
    from hasim.engines.exact.exploring.settlement import Settlement

#: Steps and choices on all courses of one instant together, some seconds of work.
MOST_STEPS_TOGETHER = 100_000


class Fork(NamedTuple):
    """A situation from which a step can go several ways.

    Parameters
    ----------
    key : tuple
        Equal for situations that go on alike.
    situation : Situation
    ways : list of (float, tuple of Move)
        Their probabilities and what happens.
    """

    key: tuple[object, ...]
    situation: Situation
    ways: list[tuple[float, Moves]]


class Walk:
    """The forks of one instant, numbered, and the settled situations that they lead to."""

    def __init__(self, settlement: Settlement) -> None:
        self._settlement = settlement
        self._forks: list[Fork] = []
        self._numbers: dict[tuple[object, ...], int] = {}
        self._settled: list[Situation] = []
        self._rows: list[dict[int, float]] = []
        self._n_courses = 0
        self._limit = settlement.steps + MOST_STEPS_TOGETHER

    def number_fork(self, fork: Fork) -> int:
        """The number of a fork; place 0 is where the walk begins."""
        number = self._numbers.get(fork.key)
        if number is None:
            self._forks.append(fork)
            number = self._numbers[fork.key] = len(self._forks)
        return number

    def follow(self, situation: Situation) -> int:
        """The number of the fork that is next, or one below 0 for what is settled."""
        fork = self._settlement.advance(situation)
        self._n_courses += 1
        if self._settlement.steps + self._n_courses > self._limit:
            last = self._settlement.last_moved(situation)
            raise RefusedError([tell_branching(last, self._n_courses)])
        if fork is not None:
            return self.number_fork(fork)
        self._settled.append(situation)
        return -len(self._settled)

    def add_row(self, targets: list[tuple[float, int]]) -> None:
        """Say where the walk goes from the next place."""
        row: dict[int, float] = {}
        for share, target in targets:
            row[target] = row.get(target, 0.0) + share
        self._rows.append(row)

    def outcomes(self) -> Outcomes:
        """Where the walk ends."""
        while len(self._rows) <= len(self._forks):
            fork = self._forks[len(self._rows) - 1]
            targets = []
            for share, moves in fork.ways:
                copied = fork.situation.copy()
                self._settlement.carry_out(copied, moves)
                targets.append((share, self.follow(copied)))
            self.add_row(targets)
        ends = absorb(self._rows)
        if ends is None:
            raise self._settlement.endless(self._forks[-1].situation)
        return [
            outcome
            for end, share in ends.items()
            for outcome in self._settlement.finish(share, self._settled[-end - 1])
        ]


def absorb(rows: list[dict[int, float]]) -> dict[int, float] | None:
    """Probabilities of where a walk that begins at place 0 ends.

    Parameters
    ----------
    rows : list of dict of int to float
        For each place the probability of each next one; ends are negative. The rows are used up.

    Returns
    -------
    dict of int to float, or None
        None where there is a place from which no end can be reached.

    References
    ----------
    Grassmann, Taksar and Heyman, "Regenerative analysis and steady state distributions for Markov
    chains", *Operations Research* 33 (1985), 1107-1116.
    """
    came_from: list[set[int]] = [set() for _ in rows]
    for place, row in enumerate(rows):
        for target in row:
            if target >= 0:
                came_from[target].add(place)
    for place in reversed(range(len(rows))):
        row = rows[place]
        row.pop(place, None)
        leaving = sum(row.values())
        if not leaving:
            return None
        for target in row:
            row[target] /= leaving
        for before in came_from[place] - {place}:
            if before < place:
                _bypass(rows, came_from, place, before)
    return rows[0]


def _bypass(
    rows: list[dict[int, float]], came_from: list[set[int]], place: int, before: int
) -> None:
    """Let who came to a place go on to where it leads."""
    row = rows[before]
    share = row.pop(place)
    for target, probability in rows[place].items():
        row[target] = row.get(target, 0.0) + share * probability
        if target >= 0:
            came_from[target].add(before)
