"""One replication measured in several windows: kernel and reference, and one long window."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hasim.engines import montecarlo, reference
from hasim.errors import SolveError
from hasim.laws import Fixed
from tests.engines.random_processes import PROFILES, processes
from tests.engines.test_equality import assert_same_rows, pair

BORDERS = (5.0, 11.0, 12.0, 30.0)
NUMBERS = range(3, 8)


def in_windows(made, borders=BORDERS):
    """The rows of the kernel, which are those of the reference."""
    options = {"seed": 11, "replications": NUMBERS, "borders": borders}
    ours = reference.simulate_windows(made, **options)
    theirs = montecarlo.Simulator.of(made).run_windows(**options)
    assert ours.shape == theirs.shape == (len(NUMBERS), len(borders) - 1, ours.shape[2])
    for window in range(len(borders) - 1):
        assert_same_rows(made, ours[:, window], theirs[:, window])
    return theirs


def in_one(made, borders=BORDERS):
    window = {"warmup": borders[0], "horizon": borders[-1] - borders[0]}
    rows, _, _ = montecarlo.simulate(made, seed=11, replications=NUMBERS, **window)
    return rows


def test_windows_add_up_to_one_long_window():
    np.testing.assert_allclose(in_windows(pair()).sum(axis=1), in_one(pair()), rtol=1e-12)


def test_a_single_window_is_the_usual_one():
    assert (in_windows(pair(), (5.0, 30.0))[:, 0] == in_one(pair(), (5.0, 30.0))).all()


def test_windows_have_their_lengths():
    np.testing.assert_allclose(in_windows(pair())[:, :, 0], [np.diff(BORDERS)] * len(NUMBERS))


def test_what_happens_at_a_border_belongs_to_the_later_window():
    # Both fail at 2; each is repaired in turn, so that the service is down from 2 to 4.
    rows = in_windows(pair(Fixed(2.0), Fixed(2.0)), (0.0, 2.0, 3.0, 4.0))
    events, begun, downtime = (rows[0, :, column].tolist() for column in (1, 3, 4))
    assert events == [0.0, 2.0, 0.0]
    assert begun == [0.0, 1.0, 0.0]
    assert downtime == [0.0, 1.0, 1.0]


def test_a_window_in_which_nothing_happens():
    rows = in_windows(pair(Fixed(100.0), Fixed(1.0)), (1.0, 2.0, 3.0, 4.0))
    assert (rows[:, :, 1] == 0.0).all()
    assert (rows[:, :, 2] == 1.0).all()


@pytest.mark.normal
@pytest.mark.parametrize("profile", PROFILES)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_process(profile, data):
    made = data.draw(processes(PROFILES[profile]))
    try:
        in_windows(made)
    except SolveError:
        with pytest.raises(SolveError):
            in_one(made)
