"""Solving small state spaces, and random Processes of which there is one."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse import linalg

from hasim.laws import Erlang, Exponential
from hasim.process import Row
from tests.engines.random_processes import Profile, processes


def long_run(space):
    """Long-run probability of each state, by the elimination of Grassmann, Taksar and Heyman."""
    n = len(space)
    rates = np.zeros((n, n))
    np.add.at(rates, (space.source, space.target), space.rate)
    np.fill_diagonal(rates, 0.0)
    for k in range(n - 1, 0, -1):
        rates[:k, k] /= rates[k, :k].sum()
        rates[:k, :k] += np.outer(rates[:k, k], rates[k, :k])
    shares = np.ones(n)
    for k in range(1, n):
        shares[k] = shares[:k] @ rates[:k, k]
    return shares / shares.sum()


def long_run_from(space):
    """The long run where some states are left for good."""
    n = len(space)
    reach = np.eye(n, dtype=bool)
    reach[space.source, space.target] = True
    for _ in range(n.bit_length()):
        reach = reach @ reach
    lasting = np.flatnonzero([reach[reach[s], s].all() and reach[0, s] for s in range(n)])
    number = np.full(n, -1)
    number[lasting] = np.arange(len(lasting))
    inside = number[space.source] >= 0
    inner = replace(
        space,
        columns=space.columns[lasting],
        source=number[space.source[inside]],
        target=number[space.target[inside]],
        rate=space.rate[inside],
        _known={},
    )
    shares = np.zeros(n)
    shares[lasting] = long_run(inner)
    return shares


def assert_same_long_run(space, shares, known):
    """Levels, gates and ends of delays are as in the long run of a space that is known."""
    want = long_run_from(known)
    for node in known.process.nodes:
        have = shares @ space.value(node.name)
        assert have == pytest.approx(want @ known.value(node.name), rel=1e-9, abs=1e-13)
    for number in set(known.delay[known.delay >= 0].tolist()):
        have, should = (
            part[one.source[one.delay == number]] @ one.rate[one.delay == number]
            for part, one in ((shares, space), (want, known))
        )
        assert have == pytest.approx(should, rel=1e-9, abs=1e-13)


def long_run_of_many(space):
    """The same for thousands of states, by a sparse solver; good to 1e-9 or so."""
    n = len(space)
    off = space.source != space.target
    source, target, rate = space.source[off], space.target[off], space.rate[off]
    out = np.bincount(source, rate, minlength=n)
    rows, columns = np.concatenate([target, np.arange(n)]), np.concatenate([source, np.arange(n)])
    balance = sparse.coo_array((np.concatenate([rate, -out]), (rows, columns)), shape=(n, n))
    shares = np.ones(n)
    inner = balance.tocsc()[1:, 1:]
    shares[1:] = linalg.spsolve(inner, -balance.tocsc()[1:, [0]].toarray().ravel())
    return shares / shares.sum()


def share(space, gate):
    """Long-run share of time in which a gate holds."""
    return long_run(space) @ space.value(gate)


def unavailability(space, gate):
    """Long-run share of time in which a gate does not hold."""
    return long_run(space) @ (space.value(gate) == 0)


def fall_rate(space, gate):
    """Long-run number of times per second that a gate ceases to hold."""
    holds = space.value(gate)
    falls = (holds[space.source] == 1) & (holds[space.target] == 0)
    return long_run(space)[space.source] @ (space.rate * falls)


def end_rate(space, *delays):
    """Long-run number of ends of some delays per second, by index."""
    ends = np.isin(space.delay, delays)
    return long_run(space)[space.source] @ (space.rate * ends)


def mean_time_to(space, gate):
    """Mean time from the start until a gate does not hold."""
    inside = np.flatnonzero(space.value(gate))
    n = len(space)
    generator = np.zeros((n, n))
    np.add.at(generator, (space.source, space.target), space.rate)
    np.fill_diagonal(generator, 0.0)
    np.fill_diagonal(generator, -generator.sum(axis=1))
    times = np.linalg.solve(-generator[np.ix_(inside, inside)], np.ones(len(inside)))
    return space.start[inside] @ times


# A law by its mean: of one stage, and of two.
STAGED = [
    pytest.param(Exponential, id="exp"),
    pytest.param(lambda mean: Erlang(2, mean), id="erlang", marks=pytest.mark.slow),
]

PROFILES = {
    "mixed": Profile(automata=(1, 4), limit=60),
    "pools": Profile((3, 5), population=0, pool=65, single_token=85, reaction=15, limit=60),
    "tokens": Profile((3, 5), 10, 80, preempts=90, sized=50, reaction=15, speed=20, limit=60),
    "signals": Profile((3, 4), population=10, pool=10, reaction=80, limit=85),
    "immediate": Profile((2, 4), population=0, pool=20, immediate=75, speed=10),
    "populations": Profile((1, 3), population=75, speed=70, reaction=50),
}


@st.composite
def markov_processes(draw, profile, law=Exponential, *, calendars=False):
    """A Process whose laws are all of one kind, each with a mean of its own."""
    made = draw(processes(profile))
    automata = tuple(
        replace(
            one,
            delays=tuple(
                replace(d, law=(Exponential if one.count else law)(d.law.mean or 1.0))
                for d in one.delays
            ),
        )
        for one in made.automata
    )
    schedules = made.schedules if calendars else ()
    return replace(made, automata=automata, schedules=schedules)


def simplified(made):
    """What tests/process/markov.py knows: one start, no limits, reactions in one way."""

    def without_choice(reaction):
        return replace(reaction, row=Row(reaction.row.alternatives[:1]))

    automata = tuple(
        replace(
            one,
            start=((one.start[0][0], 1.0),),
            reactions=tuple(without_choice(reaction) for reaction in one.reactions),
        )
        for one in made.automata
    )
    return replace(
        made,
        automata=automata,
        signals=tuple(replace(signal, limit=None) for signal in made.signals),
    )
