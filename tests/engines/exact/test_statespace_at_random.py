"""Random Processes: against a plain explorer, and against lives that the reference engine leads."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from hasim.engines.exact.statespace import explore
from hasim.engines.reference import Simulation
from hasim.errors import RefusedError, SolveError
from tests.engines.exact.chains import PROFILES, markov_processes, simplified
from tests.process.markov import Chain

EXAMPLES = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def explored(made, most_states):
    """The state space, or why there is none."""
    try:
        return explore(made, most_states=most_states), "explored"
    except RefusedError:
        return None, "too large"
    except SolveError:
        return None, "errors"


class TooDeep(Exception):
    pass


class Patient(Chain):
    """The plain explorer follows a random loop until it is told to stop."""

    def _fire(self, *event):
        self.calls = 0
        return super()._fire(*event)

    def _settle(self, state, queue):
        self.calls = getattr(self, "calls", 0) + 1
        if self.calls > 200:
            raise TooDeep
        return super()._settle(state, queue)


def as_plain(space, state):
    """A state in the words of tests/process/markov.py."""
    phases, waiting, holding = [], [], []
    for one in space.process.automata:
        own = space.layout.locals_of[space.layout.places[one.name]]
        content = own.contents[space.columns[state][space.layout.places[one.name]]]
        names = [phase.name for phase in one.phases]
        phases.append(
            names[content.phase]
            if one.count is None
            else tuple(zip(names, content.counts, strict=True))
        )
    for pool, queue in zip(space.process.pools, space.layout.queues, strict=True):
        waiting.append(space.layout.sequences.known[space.columns[state][queue.cell]])
        holding.append(
            tuple(
                place
                for place, one in enumerate(space.process.automata)
                if one.count is None
                and space.holds_token(one.name)[state]
                and one.phases[space.phase(one.name)[state]].pool == pool.name
            )
        )
    return tuple(phases), tuple(waiting), tuple(holding)


def compare_with_plain(made, space):
    chain = Patient(made)
    numbers = {(s.phases, s.waiting, s.holding): i for s, i in chain.states.items()}
    to_plain = [numbers[as_plain(space, state)] for state in range(len(space))]
    assert len(set(to_plain)) == len(chain.states)
    rates = {}
    for source, target, rate in zip(space.source, space.target, space.rate, strict=True):
        pair = (to_plain[source], to_plain[target])
        rates[pair] = rates.get(pair, 0.0) + rate
    plain = {(s, t): r for s, targets in chain.transitions.items() for t, r in targets.items()}
    assert rates == pytest.approx(plain, rel=1e-12)
    for state, idx in chain.states.items():
        for node, value in chain.values(state).items():
            assert space.value(node)[to_plain.index(idx)] == pytest.approx(float(value), rel=1e-12)


@pytest.mark.normal
@pytest.mark.parametrize("profile", PROFILES)
def test_every_state_and_rate_is_that_of_a_plain_explorer(profile):
    seen = Counter()

    @EXAMPLES
    @given(markov_processes(PROFILES[profile]).map(simplified))
    def both_agree(made):
        space, outcome = explored(made, most_states=150)
        try:
            if space is not None:
                compare_with_plain(made, space)
        except TooDeep:
            outcome = "loops"
        seen[outcome] += 1

    both_agree()
    assert seen["explored"] > 25


class Watched(Simulation):
    """A life of which the states are told like those of a state space."""

    def told(self, space):
        actors = list(self._state.actors.values())
        phases = tuple(
            (a.places[a.phase], a.holds_token and a.pool is not None)
            if a.automaton.count is None
            else tuple(a.counts.values())
            for a in actors
        )
        queues = []
        for pool, queue in zip(self.process.pools, space.layout.queues, strict=True):
            users = (a for a in actors if a.pool == pool.name)
            queues.append(frozenset(a.index for a in users if a.waits or queue.has_holders))
        values = tuple(float(self.value(node.name)) for node in self.process.nodes)
        return phases, tuple(queues), values


def tell_states(space):
    """Each state as `Watched.told` tells it."""
    parts = []
    for one in space.process.automata:
        if one.count is None:
            parts.append(list(zip(space.phase(one.name), space.holds_token(one.name), strict=True)))
        else:
            counts = [space.members(one.name, phase.name) for phase in one.phases]
            parts.append(list(zip(*counts, strict=True)))
    values = list(zip(*(space.value(node.name) for node in space.process.nodes), strict=True))
    known = space.layout.sequences.known
    queues = [
        tuple(frozenset(known[cells[queue.cell]]) for queue in space.layout.queues)
        for cells in space.columns
    ]
    phases = list(zip(*parts, strict=True))
    return list(zip(phases, queues, values, strict=True))


def live_through(made, space, events):
    """Every step of a life is a transition; return how many different ones were seen."""
    told = tell_states(space)
    delays = [(one.name, delay.name) for one in made.automata for delay in one.delays]
    ways = {
        (told[s], delays[d], told[t])
        for s, t, d in zip(space.source, space.target, space.delay, strict=True)
        if d >= 0
    }
    seen = set()
    for replication in range(4):
        life = Watched(made, seed=5, replication=replication)
        before = life.told(space)
        assert before in {told[state] for state in np.flatnonzero(space.start)}
        for _ in range(events):
            if not life.advance():
                break
            step = (before, life.ended, before := life.told(space))
            assert step in ways
            seen.add(step)
    return len(seen) / max(1, len(ways))


@pytest.mark.normal
@pytest.mark.parametrize("profile", PROFILES)
def test_every_step_of_a_life_is_a_transition(profile):
    seen, covered = Counter(), []

    @EXAMPLES
    @given(markov_processes(PROFILES[profile]))
    def lives_inside(made):
        space, outcome = explored(made, most_states=400)
        seen[outcome] += 1
        if space is not None:
            covered.append(live_through(made, space, events=100))

    lives_inside()
    assert seen["explored"] > 25
    assert np.mean(covered) > 0.3
