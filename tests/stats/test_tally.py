"""A tally holds what numpy finds in all rows at once, however it was merged."""

from dataclasses import replace
from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hasim.stats.tally import N_GROUPS, Tally

PARTNERS = [0, 0, 2]
ROWS = arrays(
    np.float64,
    st.tuples(st.integers(1, 6), st.just(3)),
    elements=st.floats(0, 1e6, allow_subnormal=False) | st.just(0.0),
)


def tally_of(rows, batch=0):
    histograms = np.array([[len(rows), batch]], dtype=np.int64)
    return Tally.of(rows, histograms, partners=PARTNERS, batch=batch)


def assert_same(one, other):
    assert one.replications == other.replications
    assert one.present.tolist() == other.present.tolist()
    for name in ("totals", "squares", "products"):
        scale = 1e-6 * max(1.0, *np.abs(other.squares))
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), 1e-9, scale)
    assert one.histograms.keys() == other.histograms.keys()
    for group, counts in one.histograms.items():
        assert counts.tolist() == other.histograms[group].tolist()


def test_sums_are_those_of_numpy():
    rows = np.array([[1.0, 10.0, 0.0], [0.0, 4.0, 0.0], [2.0, 1.0, 3.0]])
    tally = tally_of(rows)
    assert tally.replications == 3
    assert tally.totals.tolist() == [3.0, 15.0, 3.0]
    assert tally.present.tolist() == [2, 3, 1]
    covariance = np.cov(rows, rowvar=False) * 2
    np.testing.assert_allclose(tally.squares, np.diag(covariance))
    np.testing.assert_allclose(
        tally.products, [covariance[0, 0], covariance[0, 1], covariance[2, 2]]
    )


@settings(max_examples=30)
@given(st.lists(ROWS, min_size=1, max_size=5))
def test_merging_gives_what_all_rows_give_at_once(parts):
    merged = reduce(Tally.merge, [tally_of(rows) for rows in parts])
    whole = tally_of(np.vstack(parts))
    assert merged.histograms[0][0][0] == whole.histograms[0][0][0]
    assert_same(merged, replace(whole, histograms=merged.histograms))


@settings(max_examples=30)
@given(ROWS, ROWS, ROWS)
def test_merging_is_associative(a, b, c):
    one, two, three = tally_of(a, 0), tally_of(b, 1), tally_of(c, 2)
    assert_same(one.merge(two).merge(three), one.merge(two.merge(three)))


def test_merging_loses_no_digits_of_a_small_spread():
    rng = np.random.default_rng(1)
    rows = 1.0 + 1e-9 * rng.random((1000, 3))
    parts = [tally_of(rows[i : i + 10]) for i in range(0, 1000, 10)]
    merged = reduce(Tally.merge, parts)
    assert merged.squares[2] == pytest.approx(999 * np.var(rows[:, 2], ddof=1), rel=1e-5)


def test_histograms_are_dealt_out_to_groups():
    rows = np.ones((1, 3))
    merged = reduce(Tally.merge, [tally_of(rows, batch) for batch in range(N_GROUPS + 2)])
    assert sorted(merged.histograms) == list(range(N_GROUPS))
    assert merged.histograms[1].tolist() == [[2, 1 + (N_GROUPS + 1)]]
    assert merged.histograms[2].tolist() == [[1, 2]]
