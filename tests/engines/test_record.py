"""The layout of a row, the bins of outage lengths and the log's columns."""

import numpy as np
import pytest

from hasim.engines.record import N_BINS, Entry, Log, MeasureColumns, bin_edges, bin_of
from hasim.laws import Fixed
from hasim.process import (
    Average,
    Charged,
    Count,
    FirstFailing,
    Gate,
    Label,
    Outages,
    Rate,
    Share,
)
from tests.engines.hand_made import after, automaton, number_in, process

CRASH, FLOOD = Label("repair", "crash"), Label("detect", "flood")


def measured(*measures):
    unit = automaton(
        "x",
        after(Fixed(1.0), "up", "down", "fail", cause="crash"),
        after(Fixed(1.0), "down", "up", "repair", cause="slip"),
    )
    nodes = [number_in("n", "up", "x"), Gate("up", "n", ">=", 1), Count("zero", ())]
    return MeasureColumns.of(process(unit, nodes=nodes, measures=measures))


def test_columns_stand_in_the_order_of_the_measures():
    columns = measured(
        Rate("failures", (("x", "fail"),)), Average("zero", "zero"), Share("share", "up")
    )
    assert columns.names == ("time", "events", "failures", "zero", "share")
    assert columns.slices["share"] == slice(4, 5)


def test_outages_have_columns_for_stages_and_causes_of_blame_then_of_delays():
    blame = FirstFailing((("up", CRASH),), Charged(FLOOD, "start", "x", (("down", "fire"),)))
    columns = measured(Share("share", "up"), Outages("out", "up", blame))
    place = columns.outages["out"]
    assert place.stages == ("repair", "detect", "start")
    assert place.causes == ("crash", "flood", "fire", "slip")
    assert columns.names[columns.slices["out"]] == (
        *("out begun", "out downtime", "out ended"),
        *(f"out downtime in {stage}" for stage in place.stages),
        *(f"out downtime by {cause}" for cause in place.causes),
        *(f"out begun by {cause}" for cause in place.causes),
    )
    assert columns.names[place.begun_by_cause][2] == "out begun by fire"


def test_outages_without_blame_have_the_causes_of_delays():
    place = measured(Outages("out", "up")).outages["out"]
    assert (place.stages, place.causes) == ((), ("crash", "slip"))


@pytest.mark.parametrize(
    ("length", "place"),
    [
        (1e-9, 0),
        (2.0**-10, 0),
        (1.0, 1280),
        (2.0, 1408),
        (2.0 ** (1.5 / 128), 1281),
        (2.0**40, 6399),
        (1e20, 6399),
    ],
)
def test_bin_of_a_length(length, place):
    assert bin_of(length) == place


def test_bins_lie_between_their_edges():
    edges = bin_edges()
    assert len(edges) == N_BINS + 1
    assert (edges[0], edges[1280], edges[-1]) == (2.0**-10, 1.0, 2.0**40)
    for length in np.geomspace(0.002, 1e11, 200):
        assert edges[bin_of(length)] <= length <= edges[bin_of(length) + 1]


def test_a_log_gives_its_entries_back():
    entries = [Entry(0.0, 0, 0, 1, -1), Entry(1.5, 1, 2, 0, 7)]
    log = Log.of(entries)
    assert log.entries() == entries
    assert (log.kind.dtype, log.by.dtype) == (np.int8, np.int32)
    assert Log.of([]).entries() == []
