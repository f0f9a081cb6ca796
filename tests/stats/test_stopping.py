"""Rounds are fixed in advance; enough is enough for every service."""

import math
from itertools import islice, pairwise

import pytest

from hasim.stats.estimate import Estimate
from hasim.stats.stopping import FIRST_ROUND, Watched, is_enough, plan_rounds, worst_precision

FIVE_PERCENT = Estimate(1.0, 0.95, 1.05)


@pytest.mark.parametrize("batch", [1, 2, 16])
def test_rounds_grow_by_half_in_whole_batches(batch):
    rounds = list(islice(plan_rounds(batch), 12))
    assert rounds[0] == range(FIRST_ROUND)
    for before, after in pairwise(rounds):
        assert after.start == before.stop
        assert after.stop % batch == 0
        assert 1.5 * before.stop <= after.stop < 1.5 * before.stop + batch + 1


def test_every_figure_must_be_precise_enough():
    good, bad = Watched("a", FIVE_PERCENT, 1e3), Watched("b", Estimate(1.0, 0.9, 1.1), 1e3)
    assert is_enough([good, good], 0.051)
    assert not is_enough([good, bad], 0.051)
    assert worst_precision([good, bad]) == pytest.approx(0.1)


def test_no_look_counts_before_enough_outages_were_seen():
    assert not is_enough([Watched("a", FIVE_PERCENT, 99)], 0.1)
    assert is_enough([Watched("a", FIVE_PERCENT, 100)], 0.1)


def test_what_is_unknown_is_not_enough():
    unknown = Watched("a", Estimate(None, 0.0, 1.0), 0)
    assert not is_enough([unknown], 0.5)
    assert worst_precision([unknown]) == math.inf
