"""Values at a time and gained until a time: closed forms, stiffness, both methods, long times."""

import math
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from hasim.engines.exact.markov import transient
from hasim.engines.exact.markov.long_run import solve_long_run
from hasim.engines.exact.markov.transient import accumulated, distribution_at, value_at
from hasim.errors import InputError, RefusedError
from tests.engines.exact.markov.cluster import cluster
from tests.engines.exact.markov.examples import birth_death, chain_of, crew_chain, random_chain

METHODS = {"walking": 1e9, "squaring": 0.0}


@pytest.fixture(params=METHODS)
def method(request, monkeypatch):
    """Each method in turn, whatever is quicker."""
    monkeypatch.setattr(transient, "_time_of_squaring", lambda n, steps: METHODS[request.param])
    return request.param


def unit_down(fail, mend, time):
    """Unavailability at a time of a unit that starts up; Barlow and Proschan 1975, 7.2."""
    return -fail / (fail + mend) * math.expm1(-(fail + mend) * time)


def unit_downtime(fail, mend, time):
    """Its integral from 0."""
    both = fail + mend
    return fail / both * (time + math.expm1(-both * time) / both)


@pytest.mark.parametrize("time", [0.0, 1e-6, 0.3, 7.0, 1000.0])
def test_a_unit_at_a_time(method, time):
    chain, down = birth_death([0.01], [2.0]), np.array([0.0, 1.0])
    found = value_at(chain, down, np.array([time]))
    assert found.values[0] == pytest.approx(unit_down(0.01, 2.0, time), rel=1e-12)


@pytest.mark.parametrize("time", [0.0, 1e-3, 0.3, 7.0, 1000.0])
def test_downtime_of_a_unit_until_a_time(method, time):
    chain, down = birth_death([0.01], [2.0]), np.array([0.0, 1.0])
    found = accumulated(chain, down, np.array([time]))
    assert found.values[0] == pytest.approx(unit_downtime(0.01, 2.0, time), rel=1e-9)


def test_many_times_in_any_order(method):
    chain, times = birth_death([0.3], [2.0]), np.array([5.0, 0.0, 0.2, 5.0])
    expected = [unit_down(0.3, 2.0, time) for time in times]
    found = distribution_at(chain, times).values
    np.testing.assert_allclose(found[:, 1], expected, rtol=1e-12)
    np.testing.assert_allclose(found.sum(axis=1), 1.0, rtol=1e-12)
    gained = accumulated(chain, np.array([0.0, 1.0]), times).values
    np.testing.assert_allclose(
        gained, [unit_downtime(0.3, 2.0, time) for time in times], rtol=1e-12
    )


def test_several_rewards_at_once(method):
    chain, times = birth_death([0.3], [2.0]), np.array([0.2, 5.0])
    rewards = np.array([[1.0, 0.0], [0.0, 7.0]])
    for ask in (value_at, accumulated):
        both = ask(chain, rewards, times).values
        apart = [ask(chain, rewards[:, column], times).values for column in (0, 1)]
        np.testing.assert_allclose(both, np.column_stack(apart), rtol=1e-14)


def test_small_probabilities_keep_their_digits(method):
    # Erlang: the 12th event before 0.001 at rate 1; Poisson tail.
    chain = birth_death([1.0] * 12, [0.0] * 12)
    tail = sum(1e-3**k / math.factorial(k) for k in range(12, 20)) * math.exp(-1e-3)
    found = distribution_at(chain, np.array([1e-3])).values[0, 12]
    assert found == pytest.approx(tail, rel=1e-12)


@pytest.mark.parametrize("time", [1e-3, 1.0, 1e6, 1e10, 3e11])
def test_stiff_units_ten_orders_apart(time):
    # Closed form: two units of their own, failing at 1e-10 and 1e-2, mended at 1e-9 and 1e3.
    slow, fast = (1e-10, 1e-9), (1e-2, 1e3)
    transitions = []
    for first in (0, 1):
        for second in (0, 1):
            here = 2 * first + second
            transitions += [(here, here ^ 2, slow[first]), (here, here ^ 1, fast[second])]
    found = distribution_at(chain_of(4, transitions), np.array([time])).values[0]
    expected = unit_down(*slow, time) * unit_down(*fast, time)
    assert found[3] == pytest.approx(expected, rel=1e-11)


def test_a_rare_loss_over_a_long_time():
    # Survival exp(-1e-10 t) beside a unit that flips at 1 and 1000 per second.
    triples = [(0, 1, 1.0), (1, 0, 1000.0), (0, 2, 1e-10), (1, 2, 1e-10)]
    found = distribution_at(chain_of(3, triples), np.array([1e4, 1e10])).values
    np.testing.assert_allclose(found[:, 2], -np.expm1([-1e-6, -1.0]), rtol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_both_methods_agree_on_random_chains(monkeypatch, seed):
    chain = random_chain(np.random.default_rng(seed), 12, 4)
    times, reward = np.array([0.5, 30.0, 2000.0]), np.arange(12.0)
    results = []
    for seconds in METHODS.values():
        monkeypatch.setattr(transient, "_time_of_squaring", lambda n, steps, s=seconds: s)
        gained = accumulated(chain, reward, times).values
        results.append(np.column_stack((distribution_at(chain, times).values, gained)))
    np.testing.assert_allclose(*results, rtol=1e-11)


def test_the_walk_ends_at_the_long_run(monkeypatch):
    monkeypatch.setattr(transient, "_time_of_squaring", lambda n, steps: math.inf)
    chain = crew_chain(5, 1, 0.01, 1.0)
    down = np.array([0.0, 0.0, 0.0, 1.0, 1.0, 1.0])
    times = np.array([20.0, 5000.0])
    found, gained = value_at(chain, down, times), accumulated(chain, down, times)
    assert found.method == "uniformisation until settled"
    assert found.steps < 1000
    exact = solve_long_run(chain).shares @ down
    assert found.values[1] == pytest.approx(exact, rel=1e-10)
    monkeypatch.setattr(transient, "_time_of_squaring", lambda n, steps: 0.0)
    np.testing.assert_allclose(value_at(chain, down, times).values, found.values, rtol=1e-10)
    np.testing.assert_allclose(accumulated(chain, down, times).values, gained.values, rtol=1e-10)


def test_very_long_times_end_in_the_long_run():
    chain = crew_chain(5, 1, 0.01, 1.0)
    found = distribution_at(chain, np.array([1e30])).values[0]
    np.testing.assert_allclose(found, solve_long_run(chain).shares, rtol=1e-12)


def test_states_that_are_not_reached_make_nothing_stiff():
    chain = chain_of(4, [(0, 1, 1.0), (1, 0, 1.0), (2, 3, 1e300), (3, 0, 1e300)])
    found = distribution_at(chain, np.array([1.0]))
    assert found.steps < 500
    assert list(found.values[0, 2:]) == [0.0, 0.0]


def test_a_start_spread_over_states():
    chain = chain_of(2, [(0, 1, 1.0), (1, 0, 1.0)], start={0: 0.5, 1: 0.5})
    np.testing.assert_allclose(distribution_at(chain, np.array([0.7])).values, [[0.5, 0.5]])


def test_without_transitions_nothing_changes():
    chain, reward = chain_of(2, [], start=1), np.array([1.0, 3.0])
    assert value_at(chain, reward, np.array([5.0])).values[0] == 3.0
    assert accumulated(chain, reward, np.array([5.0])).values[0] == 15.0
    assert list(distribution_at(chain, np.array([5.0])).values[0]) == [0.0, 1.0]


def test_no_times_have_no_values():
    found = distribution_at(birth_death([1.0], [1.0]), np.array([]))
    assert found.values.shape == (0, 2)


@pytest.mark.parametrize("time", [-1.0, math.inf, math.nan])
def test_times_that_are_none(time):
    with pytest.raises(InputError, match="negative or infinite"):
        distribution_at(birth_death([1.0], [1.0]), np.array([time]))


def test_too_many_steps_are_refused(monkeypatch):
    monkeypatch.setattr(transient, "_MOST_SQUARED", 2)
    monkeypatch.setattr(transient, "_MOST_SECONDS", 1e-4)
    chain = birth_death([1.0, 1e-8], [1.0, 0.0])
    with pytest.raises(RefusedError, match=r"uniformisation with .* steps would take about"):
        distribution_at(chain, np.array([1e5]))


def test_a_stiff_chain_too_large_for_squaring_is_refused_at_once():
    chain = crew_chain(700, 700, 1e-3, 1e3)
    with pytest.raises(RefusedError, match="steps would take about"):
        distribution_at(chain, np.array([1e12]))


@pytest.mark.normal
def test_a_large_chain_that_settles_is_walked_for_any_time():
    chain, times = crew_chain(700, 700, 1e-3, 1.0), np.array([1e6])
    found = value_at(chain, np.arange(701.0), times)
    assert found.method == "uniformisation until settled"
    assert found.values[0] == pytest.approx(700 * unit_down(1e-3, 1.0, 1e6), rel=1e-9)


def test_a_large_sparse_chain_walks():
    # 400 units of their own as a birth-death chain: each is down as one alone.
    n, fail, mend = 700, 0.01, 1.0
    chain = crew_chain(n, n, fail, mend)
    found = value_at(chain, np.arange(n + 1.0), np.array([0.5]))
    assert found.method == "uniformisation"
    assert found.values[0] == pytest.approx(n * unit_down(fail, mend, 0.5), rel=1e-12)


@pytest.mark.normal
def test_workstation_cluster_until_times():
    # Case A01, N = 2 (Haverkort, Hermanns and Katoen 2000); hours.
    case = cluster(2)
    rewards = np.column_stack((~case.minimum, case.repairing))
    downtime, repairs = accumulated(case.chain, rewards, np.array([2000.0])).values[0]
    assert downtime == pytest.approx(0.00465919240548, rel=1e-10)
    assert repairs == pytest.approx(17.3697782838, rel=1e-10)
    up = value_at(case.chain, case.workstations_up, np.array([20.0]))
    assert 100.0 * up.values[0] == pytest.approx(99.8764355825, rel=1e-10)


@pytest.mark.normal
def test_small_chains_are_answered_without_scipy():
    words = """
        import sys, numpy as np
        from hasim.engines.exact.markov.chain import Chain
        from hasim.engines.exact.markov import absorption, interval_downtime, long_run, sojourn
        from hasim.engines.exact.markov import transient
        ends, rates, down = np.array([0, 1]), np.array([1e-3, 1.0]), np.array([False, True])
        chain, times = Chain(2, ends, ends[::-1], rates, np.array([1.0, 0.0])), np.array([1.0, 1e9])
        shares = long_run.solve_long_run(chain).shares
        transient.accumulated(chain, shares, times)
        absorption.mean_time_to(chain, down), absorption.reached_by(chain, down, times)
        sojourn.describe_sojourn(chain, shares, down).survival(times)
        interval_downtime.exceedance_of(chain, down, 10.0, times)
        sys.exit("scipy" in sys.modules)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(words)], check=True)
