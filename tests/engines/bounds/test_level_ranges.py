"""Ranges of levels hold the values in every state."""

import math

import pytest
from hypothesis import given, settings

from hasim.engines.bounds.level_ranges import find_ranges
from hasim.engines.exact.statespace import explore
from hasim.errors import RefusedError, SolveError
from hasim.laws import Exponential
from hasim.process import ProcessBuilder
from tests.engines.exact.chains import PROFILES, markov_processes


@pytest.mark.normal
@settings(max_examples=15)
@given(markov_processes(PROFILES["mixed"]))
def test_no_state_is_outside(process):
    try:
        space = explore(process, most_states=2_000)
    except (RefusedError, SolveError):
        return
    for name, (low, high) in find_ranges(process).items():
        values = space.value(name)
        assert low <= values.min()
        assert values.max() <= high


def ranges_of(build):
    builder = ProcessBuilder("two")
    units = builder.units("u", 2, fails=Exponential(10.0), repair=Exponential(1.0))
    name = build(builder, [unit["up"] for unit in units])
    builder.average("asked", name)
    return find_ranges(builder.build())[name]


def up(builder, units, **more):
    return builder.count("n", dict.fromkeys(units, 1), **more)


CASES = [
    (lambda b, u: up(b, u, constant=3, unit=-2.0), (-10.0, -6.0)),
    (lambda b, u: b.total("t", {up(b, u): -1.5}, constant=1.0), (-2.0, 1.0)),
    (lambda b, u: b.steps("s", up(b, u), 5.0, {1.0: 0.0, 3.0: 9.0}), (0.0, 5.0)),
    (lambda b, u: b.minimum("m", up(b, u), b.constant("one", 1.0)), (0.0, 1.0)),
    (lambda b, u: b.product("p", up(b, u), b.constant("c", -2.0)), (-4.0, 0.0)),
    (lambda b, u: b.quotient("q", b.constant("c", 1.0), up(b, u)), (-math.inf, math.inf)),
    (lambda b, u: b.quotient("q", up(b, u), b.constant("c", 4.0)), (0.0, 0.5)),
    (lambda b, u: b.quotient("q", up(b, u), b.constant("c", 0.0), otherwise=7.0), (7.0, 7.0)),
]


@pytest.mark.parametrize(("build", "expected"), CASES)
def test_each_kind_of_level(build, expected):
    assert ranges_of(build) == expected
