"""The static models that are timed: their sizes, and that they are what they say."""

import math

import pytest

from benchmarks.static_models import STATIC_MODELS, quorum, series_parallel
from hasim.engines.exact.engine import solve_exactly


def shares(process):
    """Long-run share of time down of each component."""
    means = [[delay.law.mean for delay in automaton.delays] for automaton in process.automata]
    return [down / (up + down) for up, down in means]


def test_no_two_components_are_alike():
    for build in STATIC_MODELS.values():
        down = shares(build())
        assert len(set(down)) == len(down)


def test_they_have_a_thousand_components_or_forty():
    sizes = {name: len(build().automata) for name, build in STATIC_MODELS.items()}
    assert sizes.pop("20_of_40") == 40
    assert set(sizes.values()) == {1000}


def test_all_but_one_are_needed_of_a_thousand():
    process = quorum(999, 1000)
    up = [1.0 - down for down in shares(process)]
    everything = math.prod(up)
    expected = everything + math.fsum(everything / one * (1.0 - one) for one in up)
    found = solve_exactly(process).outages["service"].availability
    assert found == pytest.approx(expected, rel=1e-10, abs=0)


def test_a_stage_fails_with_all_its_strings_and_the_whole_with_a_stage():
    process = series_parallel()
    up = [1.0 - down for down in shares(process)]
    strings = [math.prod(up[first : first + 5]) for first in range(0, 1000, 5)]
    stages = [math.prod(1.0 - s for s in strings[first : first + 4]) for first in range(0, 200, 4)]
    expected = -math.expm1(math.fsum(math.log1p(-stage) for stage in stages))
    found = solve_exactly(process).outages["service"].unavailability
    assert found == pytest.approx(expected, rel=1e-11, abs=0)
