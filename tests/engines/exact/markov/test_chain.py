"""Which states last, which are reached, and what makes a chain."""

import numpy as np
import pytest

from hasim.engines.exact.markov.chain import SMALL, Chain, find_reached, restrict
from hasim.errors import RefusedError
from tests.engines.exact.markov.examples import chain_of


def test_transitions_of_rate_zero_and_to_the_same_state_are_dropped():
    chain = chain_of(2, [(0, 1, 2.0), (1, 0, 0.0), (1, 1, 3.0)])
    assert list(chain.source) == [0]
    assert list(chain.exit_rates) == [2.0, 0.0]


def test_parallel_transitions_add_up():
    chain = chain_of(2, [(0, 1, 2.0), (0, 1, 3.0), (1, 0, 1.0)])
    assert chain.dense_rates().tolist() == [[0.0, 5.0], [1.0, 0.0]]
    assert chain.generator.toarray().tolist() == [[-5.0, 5.0], [1.0, -1.0]]


@pytest.mark.parametrize(
    ("source", "target", "rate", "start"),
    [
        ([0], [0], [1.0], [1.0, 0.0]),
        ([0], [1], [0.0], [1.0, 0.0]),
        ([0], [1], [np.inf], [1.0, 0.0]),
        ([0], [2], [1.0], [1.0, 0.0]),
        ([0], [1], [1.0], [0.5, 0.0]),
        ([0], [1], [1.0], [1.5, -0.5]),
        ([0], [1], [1.0], [1.0]),
    ],
)
def test_a_wrong_chain_is_a_bug(source, target, rate, start):
    with pytest.raises(AssertionError):
        Chain(2, np.array(source), np.array(target), np.array(rate), np.array(start))


def test_only_classes_that_can_be_reached_count():
    chain = chain_of(5, [(0, 1, 1.0), (1, 2, 1.0), (2, 1, 1.0), (3, 4, 1.0)])
    assert [list(states) for states in chain.closed_classes] == [[1, 2]]
    assert list(chain.lasting) == [1, 2]


def test_several_closed_classes_are_refused_by_number():
    chain = chain_of(5, [(0, 1, 1.0), (0, 2, 1.0), (2, 3, 1.0), (3, 2, 1.0), (0, 4, 1e-9)])
    with pytest.raises(RefusedError, match=r"3 sets of states .*\(\[1\], \[2 3\], \[4\]\)"):
        _ = chain.lasting


@pytest.mark.parametrize("n", [7, SMALL + 7])
def test_small_and_large_chains_find_the_same_classes(n):
    # Two rings and a way from state 0 to both, padded with states that nothing reaches.
    transitions = [(1, 2, 1.0), (2, 3, 1.0), (3, 1, 1.0), (4, 5, 1.0), (5, 4, 1.0)]
    transitions += [(0, 1, 1.0), (0, 4, 1.0), (n - 1, 0, 1.0)]
    classes = chain_of(n, transitions).closed_classes
    assert sorted(list(states) for states in classes) == [[1, 2, 3], [4, 5]]


def test_an_absorbing_state_is_a_class_and_so_is_a_single_state():
    assert list(chain_of(3, [(0, 1, 1.0), (1, 2, 1.0)]).lasting) == [2]
    assert list(chain_of(1, []).lasting) == [0]


def test_states_reached_forward_and_backward():
    chain = chain_of(4, [(0, 1, 1.0), (1, 2, 1.0), (3, 2, 1.0)])
    begin = np.array([False, True, False, False])
    assert list(find_reached(chain, begin)) == [False, True, True, False]
    assert list(find_reached(chain, begin, backward=True)) == [True, True, False, False]


def test_a_restricted_chain_keeps_the_transitions_within():
    chain = chain_of(4, [(0, 1, 1.0), (1, 2, 2.0), (2, 1, 3.0), (3, 2, 4.0)])
    part = restrict(chain, np.array([2, 1]))
    assert part.dense_rates().tolist() == [[0.0, 3.0], [2.0, 0.0]]
    assert list(part.start) == [1.0, 0.0]
