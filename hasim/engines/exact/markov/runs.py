"""A chain while a clock runs: how long it is where, and where it is when the clock ends.

Theory of operation: from the moment at which the clock starts, the chain moves within a *run*, the
states in which the clock goes on, until it leaves them, which stops the clock, or the clock ends.
With G the rates within the run less the exit rates and F the law of the clock, the integral of
exp(G t) (1 - F(t)) is the time that it spends in each state, and that of exp(G t) dF(t) the chance
that it is there when the clock ends. Both are averages over the law of what the chain does until a
given time. That is a sum of positive terms while the time is short, and follows by squaring for
twice the time (markov/doubling.py), so that nothing is ever subtracted.

References
----------
German 2000, *Performance Analysis of Communication Systems with Non-Markovian Stochastic Petri
Nets*, chapters 6 and 7: Markov regenerative processes, subordinated chains.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hasim.engines.exact.markov.chain import Floats
from hasim.engines.exact.markov.doubling import TERMS, UNIT, correct_rows
from hasim.engines.exact.markov.ladders import Ladder, Points, is_pointed, points_of
from hasim.engines.exact.markov.poisson import weigh_count, weigh_excess
from hasim.errors import RefusedError
from hasim.laws import Law

#: Two finenesses are taken for equal if no number differs by more of itself, and of its row. (What
#: is averaged moves together: points too coarse for rare things are so for all.) The finest tried.
_EQUAL, _NOTHING, _FINEST = 1e-10, 1e-14, 5

#: Operations that a run may take, some seconds; what a product of small matrices costs beside them.
_MOST_WORK, _CALL = 2e10, 5e4


@dataclass(frozen=True, eq=False)
class Run:
    """States in which one clock goes on.

    Parameters
    ----------
    law : Law
        Of the clock.
    rates : ndarray of float64, shape (n, n)
        From row to column with the clock going on, zeros on the diagonal.
    leaving : ndarray of float64, shape (n,)
        Rate at which each state is left so that the clock stops or starts again.
    """

    law: Law
    rates: Floats
    leaving: Floats

    @cached_property
    def exits(self) -> Floats:
        """Rate at which each state is left, shape (n,)."""
        return np.asarray(self.rates.sum(axis=1) + self.leaving)

    @property
    def pace(self) -> float:
        """The fastest of them."""
        return float(self.exits.max())


def follow_run(run: Run) -> tuple[Floats, Floats]:
    """Return what happens from the start of the clock in each state until it ends or stops.

    Parameters
    ----------
    run : Run

    Returns
    -------
    stays : ndarray of float64, shape (n, n)
        Expected seconds from the start in the row spent in the column.
    ends : ndarray of float64, shape (n, n)
        Chance of being in the column when the clock ends.

    Raises
    ------
    RefusedError
        Where it would take more than some seconds.
    """
    n, pace = len(run.rates), run.pace
    if pace == 0.0:
        return np.eye(n) * run.law.mean, np.eye(n)
    jumps = _jumps(run)
    course = _average(jumps, pace, _affordable(run, 0))
    if not is_pointed(run.law):
        course = _refine(run, jumps, course)
    return course.stays[:n, :n], course.moves[:n, :n]


def work_of(run: Run) -> float:
    """Return about how many operations it takes to follow a run; 0 if its law has no points."""
    n, pace = len(run.rates), run.pace
    if pace == 0.0:
        return 0.0
    finenesses = (0,) if is_pointed(run.law) else (0, 1)
    points = [points_of(run.law, pace, fineness) for fineness in finenesses]
    return sum(_work(one, pace, n) for one in points if one is not None)


def _refine(run: Run, jumps: Floats, coarse: _Course) -> _Course:
    """The mean with points so fine that it does not change any more."""
    for fineness in range(1, _FINEST + 1):
        fine = _average(jumps, run.pace, _affordable(run, fineness))
        if _is_equal(coarse.moves, fine.moves) and _is_equal(coarse.stays, fine.stays):
            return fine
        coarse = fine
    raise RefusedError(
        [f"what goes on beside a clock that is {_family(run.law)} goes round too regularly"]
    )


def _family(law: Law) -> str:
    return type(law).__name__.lower()


def _is_equal(coarse: Floats, fine: Floats) -> bool:
    allowed = _EQUAL * fine + _NOTHING * fine.sum(axis=1, keepdims=True)
    return bool((np.abs(coarse - fine) <= allowed).all())


def _affordable(run: Run, fineness: int) -> Points:
    """The points of the law of a clock, unless it takes too long to follow them."""
    points, n = points_of(run.law, run.pace, fineness), len(run.rates)
    if points is None or _work(points, run.pace, n) > _MOST_WORK:
        who = f"a clock that is {_family(run.law)} and runs in {n:,} states"
        raise RefusedError([f"{who} takes too long to follow"])
    return points


@dataclass(frozen=True, eq=False)
class _Course:
    """What a chain does in some time.

    Parameters
    ----------
    moves, stays : ndarray of float64, shape (n, n)
        Chance to go from row to column, and expected seconds in the column.
    """

    moves: Floats
    stays: Floats

    def then(self, other: _Course) -> _Course:
        """What it does in this time and the other after it."""
        return _Course(
            correct_rows(self.moves @ other.moves), self.stays + self.moves @ other.stays
        )


def _average(jumps: Floats, pace: float, points: Points) -> _Course:
    """The mean of what a chain does over a law."""
    powers = [np.eye(len(jumps))]
    while len(powers) < TERMS:
        powers.append(powers[-1] @ jumps)
    moves, stays = np.zeros_like(jumps), np.zeros_like(jumps)
    for ladder in points.ladders:
        course = _reach(powers, pace, ladder.first)
        for rung, weight in enumerate(ladder.weights):
            course = course.then(course) if rung else course
            moves += weight * course.moves
            stays += weight * course.stays
    whole = _Course(moves, stays)
    return _reach(powers, pace, points.least).then(whole) if points.least else whole


def _reach(powers: list[Floats], pace: float, time: float) -> _Course:
    """What a chain does in a given time."""
    halvings = _halvings(pace * time)
    steps = math.ldexp(pace * time, -halvings)
    count, excess = weigh_count(steps), weigh_excess(steps)
    moves = sum((count.at(k) * one for k, one in enumerate(powers)), np.zeros_like(powers[0]))
    stays = sum((excess.at(k) * one for k, one in enumerate(powers)), np.zeros_like(powers[0]))
    course = _Course(correct_rows(moves), stays / pace)
    for _ in range(halvings):
        course = course.then(course)
    return course


def _halvings(steps: float) -> int:
    return math.ceil(math.log2(steps / UNIT)) if steps > UNIT else 0


def _work(points: Points, pace: float, n: int) -> float:
    """Operations: two products of matrices for each squaring."""
    firsts = (Ladder(points.least, ()), *points.ladders)
    squarings = sum(_halvings(pace * one.first) + len(one.weights) for one in firsts)
    return (4.0 * (n + 1.0) ** 3 + _CALL) * (squarings + TERMS)


def _jumps(run: Run) -> Floats:
    """One step of the uniformised chain; the last state is that in which the clock has stopped."""
    n, pace = len(run.rates), run.pace
    jumps = np.zeros((n + 1, n + 1))
    jumps[:n, :n] = run.rates / pace
    jumps[:n, n] = run.leaving / pace
    jumps[np.arange(n), np.arange(n)] = 1.0 - run.exits / pace
    jumps[n, n] = 1.0
    return jumps
