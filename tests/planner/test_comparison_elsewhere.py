"""A comparison is the same document, whoever did the work."""

import json

import pytest

from hasim.planner.comparison import compare
from hasim.runners import Dask, Processes, Serial, Threads
from tests.planner.candidates import single
from tests.runners.clusters import start_cluster

#: Simulated with common random numbers, then each for the windows of its promise.
CANDIDATES = {
    name: single(mttr, availability="98.9 %") for name, mttr in (("a", "1 h"), ("b", "1.3 h"))
}


def document(runner):
    compared = compare(CANDIDATES, engine="montecarlo", precision=0.2, runner=runner)
    return json.dumps(compared.to_dict())


@pytest.mark.normal
def test_nothing_depends_on_the_runner():
    expected = document(None)
    assert '"month_in_breach": {' in expected
    assert document(Serial()) == expected
    assert document(Threads(3)) == expected
    with Processes(2) as processes:
        assert document(processes) == expected
    with start_cluster() as cluster, Dask(cluster.scheduler_address) as dask:
        assert document(dask) == expected
