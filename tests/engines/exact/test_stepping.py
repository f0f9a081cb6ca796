"""Questions about a time, of Processes with schedules."""

from math import exp, expm1

import numpy as np
import pytest
from scipy.linalg import expm

from hasim.engines.exact import stepping
from hasim.engines.exact.questions import answer_exactly
from hasim.errors import RefusedError
from hasim.process.questions import Accumulated, ReachedBy, TimeToReach, ValueAt
from tests.engines.exact.joint_chain import JointChain
from tests.engines.exact.test_instants import channels, plant

RATE = 0.01


@pytest.mark.parametrize(("time", "age"), [(4.0, 4.0), (10.0, 0.0), (25.0, 5.0), (29.5, 9.5)])
def test_the_value_at_a_time_depends_on_the_last_test(time, age):
    found = answer_exactly(channels(10.0, rate=RATE), ValueAt("failed", time))
    assert found == pytest.approx(-expm1(-RATE * age), rel=1e-10, abs=0)


def test_time_adds_up_over_epochs():
    whole = 10.0 + expm1(-RATE * 10.0) / RATE
    rest = 5.0 + expm1(-RATE * 5.0) / RATE
    found = answer_exactly(channels(10.0, rate=RATE), Accumulated("failed", 25.0))
    assert found == pytest.approx(2 * whole + rest, rel=1e-9, abs=0)


def test_what_was_reached_is_not_undone():
    found = answer_exactly(channels(10.0, rate=RATE), ReachedBy("failed", 25.0))
    assert found == pytest.approx(1.0 - exp(-RATE * 25.0), rel=1e-10)


@pytest.mark.parametrize("seed", range(3))
def test_a_plant_stepped_by_matrix_exponentials(seed):
    made, end = plant(seed), 17.5
    joint = JointChain(made)
    shares, now = joint.space.start, 0.0
    epochs = sorted(
        (one.offset + k * one.period, place)
        for place, one in enumerate(made.schedules)
        for k in range(10)
    )
    for at, place in epochs:
        if at <= end:
            jump = joint.jumps[made.schedules[place].name]
            shares, now = shares @ expm(joint.generator * (at - now)) @ jump, at
    shares = shares @ expm(joint.generator * (end - now))
    expected = shares @ joint.space.value("works")
    assert answer_exactly(made, ValueAt("works", end)) == pytest.approx(expected, rel=1e-9)
    assert np.isclose(shares.sum(), 1.0)


def test_too_many_epochs_are_refused():
    made = channels(10.0)
    with pytest.raises(RefusedError, match="100,000 epochs come before the time that is asked"):
        answer_exactly(made, ValueAt("failed", 1e6))
    assert stepping.MOST_EPOCHS < 100_000


def test_mean_times_are_refused():
    with pytest.raises(RefusedError, match="calendar 0 follows a calendar"):
        answer_exactly(channels(10.0), TimeToReach("failed"))
