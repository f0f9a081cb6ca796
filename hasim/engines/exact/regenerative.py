"""A module in which one clock with memory runs at a time: a Markov regenerative process.

Theory of operation: where no such clock runs, and whenever one starts, what comes next depends on
the state alone: a *point*. From the start of a clock to its end or stop the module is a Markov
chain (markov/runs.py). So the visits to the points form a Markov chain themselves, and from how
often each is visited follow the time in each state and how often the clock ends there.

References
----------
Cox 1955, "The analysis of non-Markovian stochastic processes by the inclusion of supplementary
variables", Proceedings of the Cambridge Philosophical Society 51, 433-441. Choi, Kulkarni and
Trivedi 1994, "Markov regenerative stochastic Petri nets", Performance Evaluation 20, 337-357.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from hasim.engines.exact.marked import MarkedSpace
from hasim.engines.exact.markov.chain import Flags, Floats, Ints, add_up, make_chain
from hasim.engines.exact.markov.long_run import solve_long_run
from hasim.engines.exact.markov.runs import Run, follow_run, work_of
from hasim.engines.exact.named_chains import find_lasting
from hasim.engines.exact.one_clock import explore_one_clock
from hasim.engines.exact.statespace import StateSpace
from hasim.errors import RefusedError
from hasim.laws import Empirical, Fixed
from hasim.process import Process

#: Operations of all runs together: some ten seconds.
_MOST_WORK = 4e10


def solve_one_clock(
    process: Process, classes: Sequence[Sequence[str]], name: str
) -> tuple[StateSpace, Floats]:
    """Return the long run of a Process whose clocks with memory run one at a time.

    Parameters
    ----------
    process : Process
    classes : sequence of sequence of str
        Interchangeable automata.
    name : str
        What the Process is called in messages.

    Returns
    -------
    space : StateSpace
        States that last. The rate of the end of a clock with memory is how often it ends in a
        state over the time spent there: right in the long run, and in nothing else.
    shares : ndarray of float64, shape (states,)
        Of time.

    Raises
    ------
    NoLongRunError
        Where it can end in one of several sets of states.
    RefusedError
        Where two such clocks can run at once, or something else keeps it from this form.
    """
    found = explore_one_clock(process, classes)
    lasting = find_lasting(found.structure, name, lambda n: f"({found.space.tell(n)})")
    ways, law = _ways_among(found, lasting), _law_numbers(found)[lasting]
    if _is_rigid(found, ways, law):
        raise RefusedError(
            [f"{name} goes round in fixed times, so it may keep in step with others"]
        )
    stretches = list(_follow(found, ways, law))
    visits = _count_visits(ways, law, stretches)
    if not bool((visits > 0.0)[_points(ways, law)].all()):
        raise RefusedError([f"{name} has states that it meets too rarely for a number"])
    time, ended = np.where(law < 0, visits, 0.0), np.zeros(len(law))
    for one in stretches:
        time[one.states] = visits[one.starts] @ one.stays
        ended[one.states] = visits[one.starts] @ one.ends
    rate = ways.rate.copy()
    begun = ways.source[ways.ends]
    rate[ways.ends] *= np.divide(ended, time, out=np.zeros(len(law)), where=time > 0.0)[begun]
    shares = time / time.sum()
    space = replace(
        found.space,
        columns=found.space.columns[lasting],
        start=shares,
        source=ways.source,
        target=ways.target,
        rate=rate,
        delay=ways.delay,
        _known={},
    )
    return space, shares


class _Ways(NamedTuple):
    """Ways from state to state, each an array by way; a rate is a chance where a clock ends."""

    source: Ints
    target: Ints
    rate: Floats
    delay: Ints
    carries: Flags
    ends: Flags


class _Stretch(NamedTuple):
    """States through which one clock goes on, and what happens from its starts in some of them.

    Parameters
    ----------
    states : ndarray of int64, shape (n,)
    starts : ndarray of int64, shape (k,)
        States, numbered as in the whole.
    stays, ends : ndarray of float64, shape (k, n)
        From each start; as of `follow_run`.
    """

    states: Ints
    starts: Ints
    stays: Floats
    ends: Floats


def _law_numbers(found: MarkedSpace) -> Ints:
    """Number of the clock that runs in each state, or of another with its law; -1 if none does."""
    return np.where(found.runs.any(axis=1), found.runs.argmax(axis=1), -1)


def _ways_among(found: MarkedSpace, lasting: Ints) -> _Ways:
    """The ways between the states that last, which are numbered anew."""
    space = found.space
    number = np.full(len(space), -1, dtype=np.int64)
    number[lasting] = np.arange(len(lasting))
    real = number[space.source] >= 0
    source, target = space.source[real], space.target[real]
    rate, delay = space.rate[real].copy(), space.delay[real]
    runs = np.asarray(found.runs.any(axis=1))
    starts = np.asarray(found.starts[real].any(axis=1))
    ends = np.isin(delay, found.delays)
    carries = np.asarray(runs[source] & runs[target] & ~starts)
    source, target = number[source], number[target]
    whole = add_up(source[ends], rate[ends], len(lasting))
    rate[ends] /= whole[source[ends]]
    return _Ways(source, target, rate, delay, carries, ends)


def _is_rigid(found: MarkedSpace, ways: _Ways, law: Ints) -> bool:
    """Whether all points follow one another in fixed times, whatever happens in between.

    One state left at an exponential time, or one clock that spreads, and the times between visits
    to any point have a density, so that the module forgets when it started.
    """
    fixed = [isinstance(one, Fixed | Empirical) for one in found.laws]
    in_time = ways.ends | ways.carries
    return len(ways.source) > 0 and bool(in_time.all()) and all(fixed[one] for one in law)


def _points(ways: _Ways, law: Ints) -> Flags:
    """In which states no clock runs, or one can start."""
    begins = law < 0
    begins[ways.target[~ways.carries]] = True
    return begins


def _follow(found: MarkedSpace, ways: _Ways, law: Ints) -> Iterator[_Stretch]:
    """What happens from each start of a clock; stretches that are alike are followed once."""
    begins = _points(ways, law)
    followed: dict[Hashable, tuple[Floats, Floats]] = {}
    work = 0.0
    for states in _connected(ways, law):
        local = np.full(len(law), -1, dtype=np.int64)
        local[states] = np.arange(len(states))
        inside = local[ways.source] >= 0
        carried = inside & ways.carries
        rates = np.zeros((len(states), len(states)))
        here, there = local[ways.source[carried]], local[ways.target[carried]]
        np.add.at(rates, (here, there), ways.rate[carried])
        np.fill_diagonal(rates, 0.0)
        left = inside & ~ways.carries & ~ways.ends
        leaving = add_up(local[ways.source[left]], ways.rate[left], len(states))
        starts = states[begins[states]]
        run = Run(found.laws[law[states[0]]], rates, leaving)
        key = (run.law, rates.tobytes(), leaving.tobytes())
        if key not in followed:
            work += work_of(run)
            if work > _MOST_WORK:
                raise RefusedError([f"its {len(law):,} states take too long to follow"])
            followed[key] = follow_run(run)
        stays, ends = followed[key]
        yield _Stretch(states, starts, stays[local[starts]], ends[local[starts]])


def _connected(ways: _Ways, law: Ints) -> Iterator[Ints]:
    """States with a clock that lead to one another while it goes on, and all on the way."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    pairs = (ways.source[ways.carries], ways.target[ways.carries])
    links = coo_array((np.ones(len(pairs[0])), pairs), shape=(len(law), len(law)))
    labels = connected_components(links, directed=False)[1]
    running = np.flatnonzero(law >= 0)
    order = running[np.argsort(labels[running], kind="stable")]
    borders = np.flatnonzero(np.diff(labels[order])) + 1
    yield from np.split(order, borders) if len(order) else ()


def _count_visits(ways: _Ways, law: Ints, stretches: Sequence[_Stretch]) -> Floats:
    """Of a state with a clock how often it starts there, of another its time; in one unit."""
    n, moves = len(law), list(_moves(ways, law, stretches))
    source, target, weight = (np.concatenate(column) for column in zip(*moves, strict=True))
    start = np.zeros(n)
    start[source[0] if len(source) else 0] = 1.0
    return solve_long_run(make_chain(n, source, target, weight, start), sharp=False).shares


def _moves(
    ways: _Ways, law: Ints, stretches: Sequence[_Stretch]
) -> Iterator[tuple[Ints, Ints, Floats]]:
    """From point to point: how often, for each second in the first or each start of its clock."""
    free = law[ways.source] < 0
    yield ways.source[free], ways.target[free], ways.rate[free]
    for one in stretches:
        local = np.full(len(law), -1, dtype=np.int64)
        local[one.states] = np.arange(len(one.states))
        inside = (local[ways.source] >= 0) & ~ways.carries
        for which, base in ((inside & ways.ends, one.ends), (inside & ~ways.ends, one.stays)):
            weight = base[:, local[ways.source[which]]] * ways.rate[which]
            source = np.repeat(one.starts, int(which.sum()))
            yield source, np.tile(ways.target[which], len(one.starts)), weight.ravel()
