"""Long-run shares: published cases, closed forms, traps, stiffness, sparse against dense."""

import math

import numpy as np
import pytest

from hasim.engines.exact.markov import iteration, long_run
from hasim.engines.exact.markov.elimination import solve_dense
from hasim.engines.exact.markov.iteration import estimate_memory, solve_sparse
from hasim.engines.exact.markov.long_run import MOST_DENSE, solve_long_run
from hasim.errors import RefusedError
from tests.engines.exact.markov.cluster import cluster
from tests.engines.exact.markov.examples import (
    birth_death,
    chain_of,
    crew_chain,
    lattice,
    loose_groups,
    side_by_side,
)


@pytest.mark.parametrize(
    ("covered", "expected"),
    [
        (0.9, 3.665431416279e-06),
        (0.95, 2.323294243152e-06),
        (0.99, 1.249581910719e-06),
        (1.0, 9.811534673417e-07),
    ],
)
def test_two_nodes_with_imperfect_coverage(covered, expected):
    # Case A06: states 2, RC, RB, 1, 0; rates per hour; Heimann, Mittal and Trivedi 1990.
    fail, mend, switch, reboot = 1 / 6000, 1.0, 360.0, 12.0
    transitions = [
        (0, 1, 2 * fail * covered),
        (0, 2, 2 * fail * (1 - covered)),
        (1, 3, switch),
        (2, 3, reboot),
        (3, 0, mend),
        (3, 4, fail),
        (4, 3, mend),
    ]
    run = solve_long_run(chain_of(5, transitions))
    assert run.shares[[1, 2, 4]].sum() == pytest.approx(expected, rel=1e-12)
    parts = np.array([1.0, 2 * fail * covered / switch, 2 * fail * (1 - covered) / reboot])
    parts = np.append(parts, [2 * fail / mend, 2 * fail**2 / mend**2])
    np.testing.assert_allclose(run.shares, parts / parts.sum(), rtol=1e-14)


@pytest.mark.parametrize(
    ("n", "k", "fail", "mend", "crews", "expected"),
    [
        (5, 3, 0.001, 0.1, 1, 5.818292633718e-05),
        (5, 3, 0.001, 0.1, 2, 1.4415348807473e-05),
        (5, 3, 0.001, 0.1, 5, 9.5623253070166e-06),
        (3, 2, 0.0002, 0.25, 1, 3.833856011787e-06),
        (10, 8, 0.0005, 0.05, 2, 0.00016882058572717),
    ],
)
def test_k_of_n_with_crews(n, k, fail, mend, crews, expected):
    # Case A07, birth-death formula.
    shares = solve_long_run(crew_chain(n, crews, fail, mend)).shares
    assert shares[n - k + 1 :].sum() == pytest.approx(expected, rel=1e-12)


def test_k_of_n_without_failures_while_down():
    # Case A07, shutoff; the states beyond the first down state are never reached.
    shares = solve_long_run(crew_chain(5, 1, 0.001, 0.1, shut_off=3)).shares
    assert shares[3] == pytest.approx(5.7030967815524e-05, rel=1e-12)
    assert list(shares[4:]) == [0.0, 0.0]


@pytest.mark.parametrize(
    ("n", "premium", "below"),
    [
        (2, 0.9999615335623628, 2.33982336465e-06),
        pytest.param(4, 0.9999212408513793, 3.70112986462e-06, marks=pytest.mark.normal),
    ],
)
def test_workstation_cluster_in_the_long_run(n, premium, below):
    # Case A01 (Haverkort, Hermanns and Katoen 2000; QComp, exact Storm results).
    case = cluster(n)
    shares = solve_long_run(case.chain).shares
    assert shares[case.premium].sum() == pytest.approx(premium, rel=1e-14)
    assert shares[~case.premium].sum() == pytest.approx(1.0 - premium, rel=1e-11)
    assert shares[~case.minimum].sum() == pytest.approx(below, rel=1e-11)


def tandem(capacity):
    """Two queues in a row: arrivals 3, services 2 and 6, both hold so many jobs."""
    side = capacity + 1
    transitions = []
    for one in range(side):
        for two in range(side):
            here = one * side + two
            if one < capacity:
                transitions.append((here, here + side, 3.0))
            if one > 0:
                transitions.append((here, here - side + (two < capacity), 2.0))
            if two > 0:
                transitions.append((here, here - 1, 6.0))
    return chain_of(side * side, transitions), side


@pytest.mark.parametrize(
    ("capacity", "expected"), [(8, 6.227009926784e-05), (10, 7.251136530383e-06)]
)
def test_tandem_queue_full_in_the_long_run(capacity, expected):
    # Case G02 (FIG, tests_tandem_queue.cpp), SS.
    chain, side = tandem(capacity)
    shares = solve_long_run(chain).shares
    assert shares[side - 1 :: side].sum() == pytest.approx(expected, rel=1e-11)


def test_states_left_for_good_have_no_share():
    chain = chain_of(4, [(0, 1, 1.0), (1, 2, 1.0), (2, 3, 5.0), (3, 2, 1.0)])
    np.testing.assert_allclose(solve_long_run(chain).shares, [0, 0, 1 / 6, 5 / 6], rtol=1e-15)


def test_one_state_and_an_absorbing_state_have_all():
    assert list(solve_long_run(chain_of(1, [])).shares) == [1.0]
    assert list(solve_long_run(chain_of(2, [(0, 1, 1e-12)])).shares) == [0.0, 1.0]


def test_a_choice_of_traps_has_no_long_run():
    with pytest.raises(RefusedError, match="no single long run"):
        solve_long_run(chain_of(3, [(0, 1, 1.0), (0, 2, 1.0)]))


def test_rates_ten_orders_apart():
    # Closed form: two units of their own, share of both down u1 u2 with u = l / (l + m).
    slow, fast = (1e-10, 1e-3), (1e-2, 1e3)
    transitions = []
    for first in (0, 1):
        for second in (0, 1):
            here = 2 * first + second
            transitions.append((here, here ^ 2, slow[first]))
            transitions.append((here, here ^ 1, fast[second]))
    shares = solve_long_run(chain_of(4, transitions)).shares
    down = [slow[0] / sum(slow), fast[0] / sum(fast)]
    assert shares[3] == pytest.approx(math.prod(down), rel=1e-15)


@pytest.mark.normal
@pytest.mark.parametrize(
    ("births", "deaths", "spread"), [(1.0, 1.0, 1.0), (0.01, 1.0, 1.0), (0.1, 1.0, 4.0)]
)
def test_sparse_agrees_with_elimination_within_its_bound(births, deaths, spread):
    chain = lattice(8, births, deaths, spread, seed=1)
    exact = solve_dense(chain.dense_rates())
    run = solve_sparse(chain.rates)
    error = np.abs(run.shares / exact - 1.0).max()
    assert error < 1e-11
    assert error < run.error_bound < 1e-5


@pytest.mark.normal
def test_independent_parts_have_products_of_shares():
    # 2,744 states of rare failures and quick repairs, shares down to 1e-122.
    parts = [crew_chain(13, crews, 1e-4 * crews, 1.0) for crews in (1, 2, 13)]
    run = solve_long_run(side_by_side(side_by_side(*parts[:2]), parts[2]))
    expected = np.ones(1)
    for part in parts:
        expected = np.kron(expected, solve_long_run(part).shares)
    error = np.abs(run.shares / expected - 1.0).max()
    assert error < 1e-13
    assert error < run.error_bound < 1e-11


@pytest.mark.normal
def test_a_long_birth_death_chain_keeps_small_shares():
    # Closed form: geometric proportion, here down to 0.8^1999 = 2e-194.
    n = MOST_DENSE + 500
    run = solve_long_run(birth_death([0.8] * (n - 1), [1.0] * (n - 1)))
    expected = 0.2 * 0.8 ** np.arange(n) / (1.0 - 0.8**n)
    error = np.abs(run.shares / expected - 1.0).max()
    assert error < 1e-10
    assert error < run.error_bound


@pytest.mark.normal
def test_shares_below_the_least_float_are_told_as_0():
    n = MOST_DENSE + 500
    run = solve_long_run(birth_death([0.5] * (n - 1), [1.0] * (n - 1)))
    expected = 0.5 ** np.arange(1, n + 1, dtype=np.float64)
    np.testing.assert_allclose(run.shares[:790], expected[:790], rtol=1e-11)
    assert run.shares[-1] == 0.0
    assert run.error_bound < 1e-9


@pytest.mark.normal
def test_a_lattice_whose_shares_underflow_converges():
    # Shares fall to 1e-285 at the far corner; those near the limit must not disturb the others.
    run = solve_long_run(lattice(20, 1e-5, 1.0, 1.0, seed=0))
    assert run.residual < 1e-14
    assert run.error_bound < 1e-11
    assert run.shares.min() == 0.0


@pytest.mark.normal
def test_a_lattice_of_many_states_converges_in_cycles():
    run = solve_long_run(lattice(20, 1.0, 1.0, 1.0, seed=2))
    assert "aggregation" in run.method
    assert run.residual < 1e-14
    assert run.error_bound < 1e-8


@pytest.mark.normal
def test_groups_that_hardly_know_each_other_are_eliminated_or_refused(monkeypatch):
    # By symmetry every state has the same share; no residual of 1e-15 could show it.
    chain = loose_groups(16, 100, 1e-13)
    with pytest.raises(RefusedError, match=r"1,600 states cannot be told to 0\.0001"):
        solve_sparse(chain.rates)
    run = solve_long_run(chain)
    assert run.method == "elimination"
    assert run.error_bound < 1e-7
    monkeypatch.setattr(long_run, "_MOST_ELIMINATED", 1599)
    with pytest.raises(RefusedError, match="cannot be told"):
        solve_long_run(chain)


def test_memory_is_estimated_before_it_is_needed(monkeypatch):
    assert estimate_memory(1_000_000, 6_000_000) < 3e9 < estimate_memory(2_000_000, 20_000_000)
    monkeypatch.setattr(iteration, "_MOST_BYTES", 100_000)
    with pytest.raises(RefusedError, match=r"512 states with 2,688 transitions .* GB of memory"):
        solve_sparse(lattice(8, 1.0, 1.0, 1.0, seed=1).rates)
