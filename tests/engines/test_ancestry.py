"""Parts of a service: which they are, and that alone they live the lives that they live together."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hasim.engines.ancestry import ancestors, part_process, parts_of
from hasim.engines.keys import keys_of, shortest_means
from hasim.engines.montecarlo import simulate
from hasim.errors import SolveError
from hasim.process import Gate
from tests.engines.hand_made import tell
from tests.engines.random_processes import PROFILES, processes

WINDOW = {"warmup": 5.0, "horizon": 20.0}


def lives(made, means):
    """What each automaton does in one replication."""
    _, _, (log,) = simulate(
        made, seed=7, replications=range(2, 3), log=True, keys=keys_of(made, means), **WINDOW
    )
    return tell(made, log)


def assert_lives_alone(whole, gates):
    """A part does step by step what it does in the whole; return how many automata it leaves out."""
    means = shortest_means([whole])
    try:
        together = lives(whole, means)
    except SolveError:
        return None
    part = part_process(whole, gates, "part")
    inside = {automaton.name for automaton in part.automata}
    alone = lives(part, means)
    assert alone == [entry for entry in together if entry[2] in inside]
    return len(whole.automata) - len(inside)


@pytest.mark.normal
@pytest.mark.parametrize("profile", PROFILES)
def test_a_part_of_a_random_process_lives_alone_as_in_the_whole(profile):
    left_out = Counter()
    base = PROFILES[profile]
    sparse = replace(base, automata=(4, 7), reaction=base.reaction // 2, pool=base.pool // 2)

    @settings(max_examples=150, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def prove(data):
        whole = data.draw(processes(sparse))
        gates = [node.name for node in whole.nodes if isinstance(node, Gate)]
        some = data.draw(st.lists(st.sampled_from(gates), min_size=1, max_size=2, unique=True))
        left_out[assert_lives_alone(whole, some)] += 1

    prove()
    print(profile, sorted(left_out.items(), key=str))
