"""First entrance into a set: times, means and chances."""

import math

import numpy as np
import pytest

from hasim.engines.exact.markov.absorption import (
    mean_time_to,
    probability_to_reach,
    reached_by,
)
from tests.engines.exact.markov.cluster import cluster
from tests.engines.exact.markov.examples import (
    birth_death,
    chain_of,
    crew_chain,
    exact_means,
    largest_error,
    random_chain,
)


def only(n, *states):
    return np.isin(np.arange(n), states)


@pytest.mark.parametrize(
    ("n", "k", "mend", "years"),
    [
        (2, 1, 52, 107.0),
        (3, 1, 52, 3747.6666666666665),
        (3, 2, 52, 36.333333333333336),
        (4, 1, 52, 98405.5),
        (4, 2, 52, 955.5),
        (4, 3, 52, 18.5),
        (2, 1, 350, 703.0),
        (3, 1, 350, 164270.33333333334),
        (3, 2, 350, 235.0),
        (4, 1, 350, 28788554.166666668),
        (4, 2, 350, 41185.5),
        (4, 3, 350, 117.83333333333333),
    ],
)
def test_k_of_n_with_one_crew(n, k, mend, years):
    # Case A05 (Ellison 1993): 0.5 failures a year each.
    mean = mean_time_to(crew_chain(n, 1, 0.5, mend), np.arange(n + 1) > n - k)
    assert mean.seconds == pytest.approx(years, rel=1e-14)
    assert mean.error_bound < 1e-12
    assert mean.reason == ""


@pytest.mark.parametrize(
    ("n", "k", "fail", "mend", "crews", "hours"),
    [
        (5, 3, 0.001, 0.1, 1, 180783.33333333),
        (10, 8, 0.0005, 0.05, 2, 64005.55555556),
    ],
)
def test_first_failure_of_k_of_n(n, k, fail, mend, crews, hours):
    # Case A07, MTTFF.
    mean = mean_time_to(crew_chain(n, crews, fail, mend), np.arange(n + 1) > n - k)
    assert mean.seconds == pytest.approx(hours, rel=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_means_over_many_decades_keep_every_digit(seed):
    chain = random_chain(np.random.default_rng(seed), 8, 14)
    mean = mean_time_to(chain, only(8, 7))
    exact = exact_means(chain, range(7))[0]
    assert largest_error([mean.seconds], [exact]) < 1e-14


def test_a_mean_from_a_start_partly_in_the_set():
    chain = chain_of(3, [(0, 2, 2.0), (1, 2, 4.0)], start={0: 0.25, 1: 0.25, 2: 0.5})
    assert mean_time_to(chain, only(3, 2)).seconds == pytest.approx(0.25 / 2 + 0.25 / 4, rel=1e-15)
    assert mean_time_to(chain, only(3, 0, 1, 2)).seconds == 0.0


def test_a_mean_is_infinite_where_the_set_may_be_missed():
    trap = chain_of(4, [(0, 1, 1.0), (0, 2, 1e-12), (1, 3, 1.0)])
    mean = mean_time_to(trap, only(4, 3))
    assert mean.seconds == math.inf
    assert mean.reason == "from state 2, which can be reached, the set can never be entered"
    assert "never entered" in mean_time_to(trap, only(4)).reason


def test_a_trap_behind_the_set_does_not_matter():
    chain = chain_of(3, [(0, 1, 0.5), (1, 2, 1.0)])
    assert mean_time_to(chain, only(3, 1)).seconds == pytest.approx(2.0, rel=1e-15)


@pytest.mark.parametrize(
    ("load", "level", "expected"),
    [
        (0.5, 20, 9.53675225902e-07),
        (0.5, 30, 9.31322575483e-10),
        (0.8, 60, 3.83124472353e-07),
    ],
)
def test_overflow_in_a_busy_period(load, level, expected):
    # Case G07, gambler's ruin: (1 / rho - 1) / (rho^-L - 1).
    chain = birth_death([load] * level, [1.0] * level, start=1)
    chance = probability_to_reach(chain, only(level + 1, level), only(level + 1, 0))
    assert chance.probability == pytest.approx(expected, rel=1e-11)
    formula = (1.0 / load - 1.0) / (load**-level - 1.0)
    assert chance.probability == pytest.approx(formula, rel=1e-13)


@pytest.mark.parametrize(
    ("capacity", "expected", "tolerance"),
    [(8, 5.602363637259e-06, 1e-9), (10, 3.147278e-07, 2e-6), (14, 1.138931e-09, 2e-6)],
)
def test_second_queue_fills_before_it_empties(capacity, expected, tolerance):
    # Case G02 (FIG), TR: arrivals 3, services 2 and 6, from no job in the first, one in the second.
    side = capacity + 1
    transitions = []
    for one in range(side):
        for two in range(side):
            here = one * side + two
            transitions.append((here, here + side, 3.0 * (one < capacity)))
            if one:
                transitions.append((here, here - side + (two < capacity), 2.0))
            if two:
                transitions.append((here, here - 1, 6.0))
    real = [one for one in transitions if one[2] > 0.0]
    chain = chain_of(side * side, real, start=1)
    second = np.arange(side * side) % side
    chance = probability_to_reach(chain, second == capacity, second == 0)
    assert chance.probability == pytest.approx(expected, rel=tolerance)


def test_a_chance_with_traps_and_starts_in_both():
    triples = [(0, 1, 1.0), (0, 2, 2.0), (0, 3, 1.0)]
    chain = chain_of(4, triples, start={0: 0.5, 1: 0.25, 2: 0.25})
    assert probability_to_reach(chain, only(4, 1)).probability == pytest.approx(0.375, rel=1e-15)
    both = probability_to_reach(chain, only(4, 1, 3), only(4, 3, 2))
    assert both.probability == pytest.approx(0.5, rel=1e-15)


def test_chances_that_are_certain_or_none():
    chain = birth_death([1.0, 1.0], [1.0, 1.0])
    assert probability_to_reach(chain, only(3, 2)).probability == pytest.approx(1.0, rel=1e-15)
    assert probability_to_reach(chain, only(3)).probability == 0.0
    assert probability_to_reach(chain, only(3, 2), only(3, 1)).probability == 0.0
    assert probability_to_reach(chain, only(3, 0)).probability == 1.0


def test_reliability_of_warm_standby():
    # Case E10 (kimmery.com, reliability5): 4 of 6 at 2e-6 per hour, spares at a tenth.
    fail = 2e-6
    births = [4 * fail + 2 * fail / 10, 4 * fail + fail / 10, 4 * fail]
    lost = reached_by(birth_death(births, [0.0] * 3), only(4, 3), np.array([131400.0])).values[0]
    assert 1.0 - lost == pytest.approx(0.9049629593, rel=1e-9)


def test_reached_by_short_times_keeps_its_digits():
    times = np.array([0.0, 1e-8, 1.0])
    found = reached_by(birth_death([3.0, 1.0], [5.0, 1.0]), only(3, 1, 2), times).values
    np.testing.assert_allclose(found, -np.expm1(-3.0 * times), rtol=1e-13)


def test_reached_at_once_by_who_starts_there():
    chain = chain_of(2, [(0, 1, 1.0), (1, 0, 9.0)], start={0: 0.25, 1: 0.75})
    found = reached_by(chain, only(2, 1), np.array([0.0, 2.0])).values
    np.testing.assert_allclose(found, [0.75, 1.0 - 0.25 * math.exp(-2.0)], rtol=1e-13)


@pytest.mark.normal
def test_workstation_cluster_falls_below_minimum():
    # Case A01, N = 2; hours.
    case = cluster(2)
    found = reached_by(case.chain, ~case.minimum, np.array([2000.0]))
    assert found.values[0] == pytest.approx(0.00115839557526, rel=1e-10)
