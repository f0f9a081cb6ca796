"""Quantiles of lengths from histograms."""

from functools import reduce

import numpy as np
import pytest

from hasim.stats.estimate import NOTHING_KNOWN
from hasim.stats.quantiles import estimate_quantile
from hasim.stats.tally import Tally

EDGES = np.geomspace(1.0, 1e6, 1201)  # bins of 1.2 %


def tally_of(batches):
    def one(batch, lengths):
        counts = np.histogram(lengths, EDGES)[0].astype(np.int64)[None, :]
        return Tally.of(np.zeros((1, 1)), counts, partners=[0], batch=batch)

    return reduce(Tally.merge, [one(batch, lengths) for batch, lengths in enumerate(batches)])


def split(lengths, batches=32):
    return tally_of(np.array_split(np.asarray(lengths), batches))


def test_quantiles_of_exponential_lengths():
    lengths = np.random.default_rng(1).exponential(3600.0, 20_000)
    tally = split(lengths)
    for p in (0.5, 0.95, 0.99):
        quantile = estimate_quantile(tally, 0, p, EDGES)
        true = -3600.0 * np.log(1 - p)
        assert quantile.low < true < quantile.high
        assert quantile.value == pytest.approx(np.quantile(lengths, p), rel=0.012)
        assert quantile.precision < 0.05


def test_a_fixed_length_is_shown_to_within_its_bin():
    tally = split([30.0] * 1000)
    for p in (0.5, 0.95, 0.99):
        quantile = estimate_quantile(tally, 0, p, EDGES)
        assert quantile.low <= 30.0 <= quantile.high
        assert quantile.value == pytest.approx(30.0, rel=0.006)
        assert quantile.high / quantile.low == pytest.approx(EDGES[1] / EDGES[0])


def test_no_outage_has_no_quantile():
    assert estimate_quantile(split([]), 0, 0.5, EDGES) == NOTHING_KNOWN


def test_a_quantile_above_the_longest_seen_has_no_value():
    tally = split(np.linspace(10.0, 20.0, 30))
    quantile = estimate_quantile(tally, 0, 0.99, EDGES)
    assert quantile.value is None
    assert quantile.high is None
    assert quantile.low > 10.0
    assert estimate_quantile(tally, 0, 0.95, EDGES).value is not None


def test_ends_are_order_statistics_of_the_binomial_law():
    lengths = np.geomspace(10.0, 1000.0, 101)
    quantile = estimate_quantile(tally_of([lengths]), 0, 0.5, EDGES)
    place = np.searchsorted(lengths, [quantile.low, quantile.high])
    assert place.tolist() == [40, 61]  # the 41st and the 61st, for n = 101


def test_lengths_that_depend_on_each_other_have_a_wider_interval():
    rng = np.random.default_rng(2)
    one_by_one = rng.exponential(100.0, 6400)
    in_blocks = np.repeat(rng.exponential(100.0, 640), 10)
    alone, together = (
        estimate_quantile(split(lengths), 0, 0.5, EDGES) for lengths in (one_by_one, in_blocks)
    )
    assert together.precision > 2.0 * alone.precision
