"""The loops written by hand give the kernel's figures to the last bit."""

import pytest

from benchmarks import hand_loops
from benchmarks.models import HOUR, active_passive, cluster
from hasim.engines.montecarlo import Simulator


def kernel_figures(process, horizon):
    simulator = Simulator.of(process)
    window = {"replications": range(1), "warmup": 0.0, "horizon": horizon}
    rows, histograms = simulator.run(seed=1, **window)
    return dict(zip(simulator.columns.names, rows[0].tolist(), strict=True)), histograms[0]


def assert_same(figures, process, horizon):
    row, histogram = kernel_figures(process, horizon)
    told = (figures.events, figures.begun, figures.downtime, figures.ended)
    names = ("events", "service begun", "service downtime", "service ended")
    assert told == tuple(row[name] for name in names)
    assert (figures.histogram == histogram).all()
    return row


@pytest.mark.normal
def test_active_passive():
    horizon = 1e6 * HOUR
    figures = hand_loops.active_passive(horizon)
    row = assert_same(figures, active_passive(), horizon)
    assert figures.nodes_up == row["nodes-up"]
    assert figures.ended > 1000


@pytest.mark.normal
@pytest.mark.parametrize(("n_nodes", "crews", "required"), [(100, 1, 99), (1000, 3, 993)])
def test_clusters(n_nodes, crews, required):
    horizon = 20_000 * HOUR
    process = cluster(n_nodes, crews=crews, required=required)
    assert_same(hand_loops.cluster(n_nodes, crews, required, horizon), process, horizon)
