"""Published results by Monte Carlo: within 3.5 standard errors, each at most 3 % of it."""

import pytest

from hasim.laws import Exponential
from hasim.process import ProcessBuilder, go
from hasim.solving import solve

HOUR = 3600.0


def duplex(coverage):
    """A06: Trivedi et al., HICSS 1990; two nodes, imperfect coverage, failover and reboot."""
    builder = ProcessBuilder("duplex")
    plant = builder.automaton("plant", "two", "failover", "reboot", "one", "none")
    uncovered = go("reboot", weight=1 - coverage)
    plant.delay("first", "two", law(3000), go("failover", weight=coverage), uncovered)
    plant.delay("failover", "failover", law(1 / 360), "one")
    plant.delay("reboot", "reboot", law(1 / 12), "one")
    plant.delay("repair", "one", law(1), "two")
    plant.delay("second", "one", law(6000), "none")
    plant.delay("last-repair", "none", law(1), "one")
    builder.any_of("serving", plant["two"], plant["one"])
    builder.outages("service", "serving")
    return builder.build()


def law(hours):
    return Exponential(hours * HOUR)


@pytest.mark.normal
def test_a06_duplex_with_coverage():
    solution = solve(duplex(0.9), engine="montecarlo", precision=0.02, seed=1)
    estimate = solution["service"].unavailability
    error = (estimate.high - estimate.low) / (2 * 1.96)
    assert error <= 0.03 * estimate.value
    assert abs(estimate.value - 3.665431416279e-06) <= 3.5 * error
