"""Estimates: what is derived from them, and what is left unknown."""

import math

import pytest

from hasim.stats.estimate import NOTHING_KNOWN, Estimate

RARE = Estimate(1e-4, 5e-5, 2e-4)


def test_complement_turns_the_ends_round():
    assert RARE.complement() == Estimate(1 - 1e-4, 1 - 2e-4, 1 - 5e-5)


def test_certainty_is_never_shown():
    assert Estimate(None, 0.0, 1e-6).complement() == Estimate(None, 1 - 1e-6, None)
    assert Estimate(1e-20, 0.0, 1e-19).complement() == NOTHING_KNOWN


def test_nines_come_from_unavailability_itself():
    nines = Estimate(1e-14, 1e-15, 1e-13).nines()
    assert nines.value == pytest.approx(14)
    assert (nines.low, nines.high) == (pytest.approx(13), pytest.approx(15))
    assert Estimate(1.0, 0.5, 1.0).nines().value == 0.0


def test_nines_of_nothing_seen_have_a_lower_limit_only():
    assert Estimate(None, 0.0, 1e-3).nines() == Estimate(None, 3.0, None)


def test_precision_is_half_the_width_over_the_value():
    assert Estimate(10.0, 9.0, 12.0).precision == pytest.approx(0.15)
    assert NOTHING_KNOWN.precision == math.inf
    assert Estimate(1.0, 0.5, None).precision == math.inf
    assert Estimate(0.0, 0.0, 1.0).precision == math.inf
    assert Estimate.of_exact(0.0).precision == 0.0


def test_exact_has_no_width():
    assert Estimate.of_exact(2.0).exact
    assert not RARE.exact
    assert not NOTHING_KNOWN.exact


def test_scaling_keeps_what_is_unknown_unknown():
    assert Estimate(None, 0.0, 2.0).scaled(3.0) == Estimate(None, 0.0, 6.0)


def test_text_tells_what_is_unknown():
    assert str(RARE) == "0.0001 (5e-05 to 0.0002)"
    assert str(Estimate(None, 0.0, 1.0)) == "? (0 to 1)"
    assert str(Estimate.of_exact(0.25)) == "0.25"
