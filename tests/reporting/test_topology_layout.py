"""Places of boxes: layers, no overlap, and the same places every time."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from hasim.reporting.topology_layout import MOST_IN_LAYER, lay_out

BOX = 100.0


@st.composite
def graphs(draw):
    names = [f"n{i}" for i in range(draw(st.integers(1, 14)))]
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    return names, draw(st.lists(st.sampled_from(pairs), max_size=25)) if pairs else []


@given(graphs())
def test_arrows_lead_down_and_boxes_do_not_overlap(graph):
    names, arrows = graph
    found = lay_out(names, arrows, BOX)
    row = {name: i for i, layer in enumerate(found.layers) for name in layer}
    assert sorted(row) == sorted(names)
    assert all(row[a] < row[b] for a, b in arrows)
    assert all(len(found.ways[a, b]) == row[b] - row[a] - 1 for a, b in arrows)
    for layer in found.layers:
        assert len(layer) <= MOST_IN_LAYER
        centres = sorted(found.centres[name] for name in layer)
        assert all(right - left >= BOX - 1e-6 for left, right in pairwise(centres))
    assert min(found.centres.values()) >= BOX / 2 - 1e-6
    assert max(found.centres.values()) <= found.width - BOX / 2 + 1e-6
    assert all(0.0 <= stop <= found.width for way in found.ways.values() for stop in way)
    assert lay_out(names, arrows, BOX) == found


def test_a_chain_is_a_straight_line():
    found = lay_out(["a", "b", "c"], [("a", "b"), ("b", "c")], BOX)
    assert found.layers == (("a",), ("b",), ("c",))
    assert set(found.centres.values()) == {BOX / 2}


def test_crossings_that_need_not_be_are_taken_out():
    arrows = [("a", "y"), ("b", "x")]
    found = lay_out(["a", "b", "x", "y"], arrows, BOX)
    assert (found.centres["a"] < found.centres["b"]) == (found.centres["y"] < found.centres["x"])


def test_of_very_many_stops_the_longest_arrows_have_none():
    names = [str(i) for i in range(60)]
    arrows = list(combinations(names, 2))
    found = lay_out(names, arrows, BOX)
    assert found.ways["0", "59"] == ()
    assert len(found.ways["0", "5"]) == 4
    assert sum(map(len, found.ways.values())) <= 10_000
