"""Answers whose limits are certain, and when they are taken."""

import math
import re

import pytest

from hasim import solve
from hasim.errors import RefusedError
from hasim.laws import Exponential
from hasim.process import ByPhase, Label, ProcessBuilder
from hasim.solving import bounded_answers
from hasim.units import SECONDS_PER_YEAR


def different(n, crew, required, mean, *, blame=False):
    """Units that differ, one after another, with a crew."""
    builder = ProcessBuilder("different")
    builder.pool("crew", crew)
    units = [
        builder.unit(
            f"u{i}",
            fails=Exponential(mean * (1.0 + 0.03 * i)),
            repair=Exponential(5.0 + 0.3 * i),
            crew="crew",
            cause=f"u{i}",
        )
        for i in range(n)
    ]
    builder.at_least("works", required, [unit["up"] for unit in units])
    labels = ByPhase("u0", (("down", Label("repair", "u0")), ("up", Label("repair", "u1"))))
    builder.outages("system", "works", blame=labels if blame else None)
    builder.share("up", "works")
    return builder.build()


def test_bounds_on_their_own_say_what_they_are():
    solution = solve(different(12, 1, 11, 30_000.0), engine="bounds")
    answer = solution["system"]
    assert solution.engine == "bounds"
    assert solution.status.code == "bounded"
    assert "is known for certain to within" in solution.status.text
    assert "most probable states were gone through" in solution.why[0]
    down = answer.unavailability
    assert 0.0 < down.low <= down.value < down.high
    assert down.precision < 0.05
    assert answer.downtime_s_per_year.high == pytest.approx(down.high * SECONDS_PER_YEAR)
    assert answer.availability.high == 1.0 - down.low
    assert answer.mttr_s.low <= answer.mttr_s.value <= answer.mttr_s.high
    assert answer.mttr_s.value == pytest.approx(
        down.value / answer.outages_per_year.value * SECONDS_PER_YEAR
    )
    assert solution.measures["up"].low <= 1.0 - down.value <= solution.measures["up"].high
    assert any("outage_length_s has no value" in warning for warning in solution.warnings)


def test_stages_and_causes_add_up_in_the_value():
    answer = solve(different(12, 1, 11, 30_000.0, blame=True), engine="bounds")["system"]
    stages = math.fsum(one.value for one in answer.mttr_stages_s.values())
    assert stages == pytest.approx(answer.mttr_s.value, rel=1e-12)
    begun = math.fsum(one.value for one in answer.outages_per_year_by_cause.values())
    assert begun == pytest.approx(answer.outages_per_year.value, rel=1e-12)
    assert all(one.low <= one.value <= one.high for one in answer.mttr_stages_s.values())


def test_a_small_model_has_limits_that_meet():
    solution = solve(different(3, 1, 2, 1000.0), engine="bounds")
    assert solution.why == (
        "bounds: asked for; every state could be gone through, so the limits meet",
    )
    assert solution["system"].unavailability.precision < 1e-9


@pytest.mark.normal
def test_auto_takes_narrow_bounds_after_exact():
    solution = solve(different(12, 1, 11, 30_000.0))
    assert solution.status.code == "bounded"
    assert [line.split(":")[0] for line in solution.why] == ["exact", "bounds", "montecarlo"]
    assert "has more than 100,000 states" in solution.why[0]


@pytest.mark.normal
@pytest.mark.parametrize(
    ("required", "known"), [(9, "without a lower limit"), (11, "only known to within")]
)
def test_auto_passes_over_wide_bounds_and_tells_the_width(monkeypatch, required, known):
    monkeypatch.setattr(bounded_answers, "ROUNDS_OF_AUTO", (1_000,))
    solution = solve(different(12, 1, required, 300.0), max_time=1.0, precision=0.01)
    assert solution.engine == "montecarlo"
    assert re.match(
        rf"bounds: after \d+ states it is {known}.*, and 1 % was asked", solution.why[1]
    )


def test_what_cannot_be_bounded_is_refused():
    with pytest.raises(RefusedError, match="failures in different can bring"):
        solve(different(12, 1, 11, 20.0), engine="bounds")


@pytest.mark.slow
def test_forty_different_parts_with_two_crews_agree_with_simulation():
    process = different(40, 2, 39, 30_000.0)
    bounds = solve(process, engine="bounds")["system"].unavailability
    simulated = solve(process, engine="montecarlo", precision=0.02)["system"].unavailability
    assert bounds.precision < 0.05
    error = (simulated.high - simulated.low) / (2.0 * 1.96)
    assert bounds.low - 3.5 * error <= simulated.value <= bounds.high + 3.5 * error
