"""Distribution of the downtime of a period."""

import math

import numpy as np
import pytest

from hasim.engines.exact.markov import transient
from hasim.engines.exact.markov.interval_downtime import exceedance_of
from hasim.engines.exact.markov.transient import accumulated
from hasim.errors import RefusedError
from tests.engines.exact.markov.examples import birth_death, chain_of, crew_chain

DOWN = np.array([False, True])
TWO = crew_chain(2, 1, 1.0, 1.0), np.arange(3) == 2


@pytest.mark.parametrize(
    ("mtbf", "mttr", "expected", "mean"),
    [
        (
            2000.0,
            2.0,
            {
                0.876: 0.9573494859687,
                4.38: 0.7455534952185,
                8.76: 0.4309729421037,
                17.52: 0.0849679464677,
                35.04: 0.00102088068084,
            },
            8.7492527452567,
        ),
        (
            1000.0,
            4.0,
            {8.76: 0.9727020411754, 35.04: 0.4486268522786, 87.6: 0.005410116754},
            34.88452564245,
        ),
    ],
)
def test_downtime_of_a_unit_in_a_year(mtbf, mttr, expected, mean):
    # Case F01 (Takacs 1957); hours.
    chain = birth_death([1 / mtbf], [1 / mttr])
    found = exceedance_of(chain, DOWN, 8760.0, np.array(list(expected)))
    np.testing.assert_allclose(found, list(expected.values()), rtol=1e-10)
    gained = accumulated(chain, 1.0 * DOWN, np.array([8760.0])).values[0]
    assert gained == pytest.approx(mean, rel=1e-11)


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (
            8760.0,
            {
                0.0: 1 - 0.76058963017,
                0.876: 0.198150617725,
                4.38: 0.09275317005,
                8.76: 0.035728894239,
                17.52: 0.005224043716,
            },
        ),
        (
            720.0,
            {
                0.0: 1 - 0.977867948865,
                0.072: 0.021742399103,
                0.72: 0.018530127448,
                3.6: 0.009104955245,
            },
        ),
    ],
)
def test_two_units_break_their_agreement(period, expected):
    # Case F04: two hot units, 0.002 and 0.25 per hour, one crew; down when both are.
    chain = crew_chain(2, 1, 0.002, 0.25)
    found = exceedance_of(chain, np.arange(3) == 2, period, np.array(list(expected)))
    np.testing.assert_allclose(found, list(expected.values()), rtol=2e-10)


def test_mean_downtime_of_two_units():
    # Case F04, E[D].
    chain, reward = crew_chain(2, 1, 0.002, 0.25), np.array([0.0, 0.0, 1.0])
    gained = accumulated(chain, reward, np.array([8760.0])).values[0]
    assert gained == pytest.approx(1.102479372658, rel=1e-11)


def test_an_outage_without_repair_lasts_to_the_end():
    # D > x if and only if the failure comes before T - x.
    amounts = np.array([0.0, 0.5, 1.999, 2.0, 3.0])
    found = exceedance_of(birth_death([0.7], [0.0]), DOWN, 2.0, amounts)
    expected = -np.expm1(-0.7 * np.maximum(2.0 - amounts, 0.0))
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_small_chances_keep_their_digits():
    found = exceedance_of(birth_death([1e-12], [0.0]), DOWN, 2.0, np.array([1.5]))
    assert found[0] == pytest.approx(0.5e-12, rel=1e-11)


def test_who_starts_down_and_stays_there():
    amounts = np.array([0.0, 0.999, 1.0])
    down = exceedance_of(chain_of(2, [], start=1), DOWN, 1.0, amounts)
    assert list(down) == [1.0, 1.0, 0.0]
    leaving = exceedance_of(birth_death([0.0], [3.0], start=1), DOWN, 1.0, amounts)
    np.testing.assert_allclose(leaving, [1.0, math.exp(-3 * 0.999), 0.0], rtol=1e-12)


def test_too_many_stretches_are_refused(monkeypatch):
    monkeypatch.setattr(transient, "_MOST_SECONDS", 1e-3)
    with pytest.raises(RefusedError, match=r"steps of 3 states with up to .* would take about"):
        exceedance_of(*TWO, 1000.0, np.array([300.0]))


def test_less_time_is_allowed():
    with pytest.raises(RefusedError, match=r"about .* s, of which 0.001 are allowed"):
        exceedance_of(*TWO, 1000.0, np.array([300.0]), allowed=1e-3)


def test_periods_of_their_own():
    periods, amounts = np.array([20.0, 30.0, 40.0]), np.array([1.0, 2.0, 50.0])
    together = exceedance_of(*TWO, periods, amounts)
    pairs = zip(periods.tolist(), amounts.tolist(), strict=True)
    apart = [exceedance_of(*TWO, t, np.array([x]))[0] for t, x in pairs]
    np.testing.assert_allclose(together, apart, rtol=1e-13)


def test_two_states_agree_with_three_that_are_two():
    # A unit with two equal ways to be up is one with one way; the counting does not know that.
    split = chain_of(3, [(0, 1, 0.4), (1, 0, 0.7), (0, 2, 0.1), (1, 2, 0.1), (2, 0, 2.0)])
    amounts = np.array([0.0, 0.3, 2.0, 9.0])
    counted = exceedance_of(split, np.arange(3) == 2, 30.0, amounts)
    closed = exceedance_of(birth_death([0.1], [2.0]), DOWN, 30.0, amounts)
    np.testing.assert_allclose(counted, closed, rtol=1e-12)
