"""Exploration from the most probable states on."""

from collections import Counter

from hasim.engines.bounds.frontier import Frontier
from hasim.engines.exact.statespace import explore, lay_out
from tests.engines.bounds.machines import FAR, machines


def transitions(space):
    """Transitions by states instead of numbers; queues too are numbered as they are met."""
    queues = space.layout.sequences.known
    states = [(tuple(cells[:-1]), queues[cells[-1]]) for cells in space.columns.tolist()]
    columns = zip(space.source, space.target, space.rate, space.delay, strict=True)
    return Counter((states[s], states[t], float(r), int(d)) for s, t, r, d in columns)


def test_the_whole_is_what_the_plain_explorer_finds():
    process = machines(4, 2, 3, fails=lambda i: 100.0 + i)
    frontier = Frontier(lay_out(process, {}))
    frontier.grow(FAR)
    space, explored = frontier.space()
    assert frontier.is_complete
    assert explored.all()
    assert transitions(space) == transitions(explore(process))


def test_what_fails_often_is_met_before_what_fails_rarely():
    """Both frail units down are likelier than one of the sound ones."""
    means = (100.0, 110.0, 1e7, 1e7)
    frontier = Frontier(lay_out(machines(4, 4, 1, fails=means.__getitem__), {}))
    frontier.grow(16)
    space, explored = frontier.space()
    down = [
        {i for i in range(4) if space.phase(f"u{i}")[state] == 1}
        for state in range(len(space))
        if explored[state]
    ]
    assert down == [set(), {0}, {1}, {0, 1}]


def test_states_next_to_those_gone_through_are_known_without_transitions():
    frontier = Frontier(lay_out(machines(4, 1, 3, fails=lambda i: 100.0 + i), {}))
    frontier.grow(4)
    space, explored = frontier.space()
    assert (frontier.n_explored, len(space)) == (1, 5)
    assert set(space.source.tolist()) == {0}
    assert explored.tolist() == [True, False, False, False, False]
