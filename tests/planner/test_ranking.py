"""What is said about pairs, from exact figures, bands and samples, and the places that follow."""

import numpy as np
import pytest

from hasim.planner.ranking import Rival, places, rank_pairs
from hasim.stats.selection import Rule

RULE = Rule(0.1, 0.01)


def known(low, high=None):
    return Rival(low, high or low, None, False)


def said(*rivals, sequential=True):
    return list(rank_pairs(rivals, RULE, sequential=sequential).values())


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        (known(1.0), known(1.2), "better"),
        (known(1.2), known(1.0), "worse"),
        (known(1.0), known(1.05), "alike"),
        (known(1.0), known(1.0), "alike"),
        (known(0.0), known(1.0), "better"),
        (known(0.0), known(0.0), "alike"),
        (known(1.0, 1.2), known(1.1, 1.3), None),
        (known(1.0, 1.02), known(1.01, 1.03), "alike"),
        (known(1.0, 1.02), known(1.2, 1.3), "better"),
    ],
)
def test_computed_figures_are_told_by_their_limits(one, other, verdict):
    assert said(one, other) == [verdict]


def sampled(mean, n=400, seed=1):
    batches = mean * (1 + 0.1 * np.random.default_rng(seed).standard_normal(n))
    return Rival(None, None, batches, True)


def test_samples_are_told_apart_from_each_other_and_from_what_is_known():
    assert said(sampled(1.0), sampled(1.3, seed=2)) == ["better"]
    assert said(sampled(1.0), sampled(1.0, seed=2)) == ["alike"]
    assert said(sampled(1.0), known(1.3)) == ["better"]
    assert said(known(1.3), sampled(1.0)) == ["worse"]
    assert said(sampled(1.0), known(0.0)) == ["worse"]


def test_a_wide_band_is_not_told_from_what_lies_in_it():
    assert said(sampled(1.0), known(0.8, 1.3)) == [None]


def test_without_batches_nothing_is_said_yet():
    assert said(Rival(0.9, 1.1, None, True), known(5.0)) == [None]
    assert said(Rival(0.9, 1.1, None, True), known(5.0), sequential=False) == ["better"]


def test_places_are_one_more_than_the_number_of_better_ones():
    verdicts = {(0, 1): "alike", (0, 2): "worse", (1, 2): "alike", (0, 3): "better",
                (1, 3): "better", (2, 3): None}  # fmt: skip
    assert places(4, verdicts) == (2, 1, 1, 3)
