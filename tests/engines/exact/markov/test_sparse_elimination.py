"""One factorization against elimination without subtraction, share by share."""

import numpy as np
import pytest

from hasim.engines.exact.markov.chain import make_chain
from hasim.engines.exact.markov.elimination import solve_dense
from hasim.engines.exact.markov.sparse_elimination import solve_sparse_directly


def chain_of(rates, start=0):
    source, target = np.nonzero(rates)
    begun = np.zeros(len(rates))
    begun[start] = 1.0
    return make_chain(len(rates), source, target, rates[source, target], begun)


def random_ring(seed):
    """A ring, so that all is reached, with ways across and rates over twelve orders."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 120))
    rates = 10.0 ** rng.uniform(-6, 6, (n, n)) * (rng.random((n, n)) < 3 / n)
    rates[np.arange(n), np.arange(1, n + 1) % n] = 10.0 ** rng.uniform(-6, 6, n)
    np.fill_diagonal(rates, 0.0)
    return rates


def test_every_share_has_its_digits_or_none_is_given():
    solved = 0
    for seed in range(60):
        rates = random_ring(seed)
        found = solve_sparse_directly(chain_of(rates))
        if found is not None:
            assert found == pytest.approx(solve_dense(rates.copy()), rel=1e-8, abs=0)
            solved += 1
    assert solved > 40


def test_rare_states_of_a_birth_and_death_chain():
    """Ten failures a thousand times rarer than their repairs: 3e-31 by the product of quotients."""
    rates = np.diag(np.full(10, 1e-3), 1) + np.diag(np.full(10, 1.0), -1)
    want = 1e-3 ** np.arange(11)
    found = solve_sparse_directly(chain_of(rates))
    assert found == pytest.approx(want / want.sum(), rel=1e-13, abs=0)


def test_a_state_never_met_again_has_no_share():
    """The first state is left for good, and more quickly than the others."""
    rates = np.array([[0.0, 9.0, 0.0], [0.0, 0.0, 2.0], [0.0, 1.0, 0.0]])
    assert solve_sparse_directly(chain_of(rates)) == pytest.approx([0.0, 1 / 3, 2 / 3])


def test_what_does_not_balance_is_left_to_others():
    """The first state is left for good, and most slowly, so that all is reckoned from it."""
    rates = np.array([[0.0, 0.5, 0.0], [0.0, 0.0, 2.0], [0.0, 1.0, 0.0]])
    assert solve_sparse_directly(chain_of(rates)) is None


def test_one_state_and_a_trap_are_left_to_others():
    assert solve_sparse_directly(chain_of(np.zeros((1, 1)))) is None
    assert solve_sparse_directly(chain_of(np.array([[0.0, 1.0], [0.0, 0.0]]))) is None
