"""The SimPy models have as many events and outages, and as much downtime, as the kernel's."""

import pytest

from benchmarks import simpy_models
from benchmarks.models import HOUR, active_passive, cluster, three_tier
from hasim.engines.montecarlo import Simulator

YEAR = 8760 * HOUR


def kernel_rates(process, years):
    """Events, outages and seconds of downtime a year."""
    window = {"replications": range(1), "warmup": YEAR, "horizon": years * YEAR}
    rows, _ = Simulator.of(process).run(seed=1, **window)
    return [rows[0, column] / years for column in (1, 2, 3)]


@pytest.mark.normal
@pytest.mark.parametrize(
    ("process", "model", "years", "tolerances"),
    [
        (active_passive(), simpy_models.Pair(), 1000, (0.02, 0.03, 0.25)),
        (three_tier(), simpy_models.Shop(), 700, (0.02, 0.15, 0.25)),
        (
            cluster(200, crews=1, required=197),
            simpy_models.Cluster(200, 1, 197),
            50,
            (0.02, 0.1, 0.2),
        ),
    ],
    ids=["a", "b", "c"],
)
def test_rates(process, model, years, tolerances):
    """Tolerances are above five standard errors."""
    tally = model.run(years * YEAR)
    told = [total / years for total in (tally.events, tally.outages, tally.downtime)]
    for ours, theirs, tolerance in zip(
        told, kernel_rates(process, 20_000), tolerances, strict=True
    ):
        assert ours == pytest.approx(theirs, rel=tolerance)
