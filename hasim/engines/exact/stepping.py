"""What a chain that hears of schedules does until a given time: from epoch to epoch.

Theory of operation: between two epochs it is a chain as any other (markov/transient.py); at an
epoch the distribution changes by a matrix of chances. What schedules do at one moment is one jump,
so that nothing is reached for no time. A value at the very time of an epoch is that after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from itertools import count, takewhile

import numpy as np

from hasim.engines.exact.calendar import MOST_EPOCHS
from hasim.engines.exact.calendar_part import explore_epochs
from hasim.engines.exact.markov.chain import Chain, Flags, Floats
from hasim.engines.exact.markov.transient import accumulated, distribution_at
from hasim.errors import RefusedError
from hasim.process import Process, Schedule
from hasim.process.questions import Accumulated, ReachedBy, ValueAt

#: Each schedule has a matrix of all pairs of states.
MOST_STATES = 1_000


def answer_by_stepping(process: Process, question: ValueAt | Accumulated | ReachedBy) -> float:
    """Return the answer to a question about a time, of a Process with schedules.

    Parameters
    ----------
    process : Process
        All of it is explored.
    question : ValueAt, Accumulated or ReachedBy

    Raises
    ------
    RefusedError
        Where laws have memory, or there are too many states, or too many epochs until then.
    """
    end = question.until if isinstance(question, Accumulated) else question.time
    moments = _moments(process, end)
    space, chain, jumps = explore_epochs(process, most_states=MOST_STATES)
    value = space.value(question.gate if isinstance(question, ReachedBy) else question.node)
    if isinstance(question, ReachedBy):
        held = value != 0.0
        chain = _stopped(chain, held)
        value = held.astype(np.float64)
    gained, now = 0.0, 0.0
    for at, names in [*moments, (end, [])]:
        if isinstance(question, Accumulated):
            gained += float(accumulated(chain, value, np.array([at - now])).values[0])
        shares = distribution_at(chain, np.array([at - now])).values[0]
        after = reduce(np.matmul, [jumps[name] for name in names], shares)
        if isinstance(question, ReachedBy):
            after = _jump_outside(shares, held, [jumps[name] for name in names])
        chain, now = replace(chain, start=after / after.sum()), at
    return gained if isinstance(question, Accumulated) else float(chain.start @ value)


def _moments(process: Process, end: float) -> list[tuple[float, list[str]]]:
    """Times up to the end at which schedules ring, and which do, in their order."""
    n_epochs = sum(
        1 + (0 if one.period is None else int((end - one.offset) / one.period))
        for one in process.schedules
        if one.offset <= end
    )
    if n_epochs > MOST_EPOCHS:
        raise RefusedError(
            [f"{n_epochs:,} epochs come before the time that is asked, {MOST_EPOCHS:,} at most"]
        )
    rings: dict[float, list[str]] = {}
    for schedule in process.schedules:
        for at in takewhile(lambda time: time <= end, _epochs(schedule)):
            rings.setdefault(at, []).append(schedule.name)
    return sorted(rings.items())


def _epochs(schedule: Schedule) -> Iterator[float]:
    if schedule.period is None:
        return iter([schedule.offset])
    period = schedule.period
    return (schedule.offset + k * period for k in count())


def _stopped(chain: Chain, held: Flags) -> Chain:
    """The chain that stays where it has reached the goal."""
    goes_on = ~held[chain.source]
    ways = chain.source[goes_on], chain.target[goes_on], chain.rate[goes_on]
    return Chain(chain.n, *ways, chain.start)


def _jump_outside(shares: Floats, held: Flags, jumps: list[Floats]) -> Floats:
    """A jump of those that have not yet reached the goal."""
    after: Floats = reduce(np.matmul, jumps, np.where(held, 0.0, shares))
    return after + np.where(held, shares, 0.0)
