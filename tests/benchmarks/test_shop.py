"""The shop by hand is the shop of models/shop.yaml: it lives the same life, event by event."""

import pytest

from benchmarks.compiled import shops
from hasim.engines.montecarlo import Simulator

YEAR = 365 * 86_400.0


@pytest.mark.normal
def test_both_lose_the_same_time_to_the_same_stages_and_causes():
    rows = []
    for process in shops().values():
        simulator = Simulator.of(process)
        window = {"replications": range(1), "warmup": YEAR, "horizon": 2000 * YEAR}
        row = simulator.run(seed=1, **window)[0][0]
        rows.append(dict(zip(simulator.columns.names, row.tolist(), strict=True)))
    compiled, by_hand = rows
    assert by_hand["checkout begun"] > 5000
    assert {name: compiled[name] for name in by_hand} == by_hand
