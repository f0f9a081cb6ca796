"""The planner's benchmarks: what they say of few runs is what they should."""

import pytest

from benchmarks.planner import measure_wrong_rankings


@pytest.mark.normal
def test_the_order_that_is_known_is_told():
    assert measure_wrong_rankings(2) == 0.0
