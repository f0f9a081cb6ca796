"""Chains that jump: what has no regime, and what is known by hand."""

from math import exp

import pytest

from hasim.engines.exact.calendar_part import solve_by_calendar
from hasim.engines.exact.modules import split
from hasim.errors import RefusedError
from hasim.laws import Exponential
from hasim.process import ProcessBuilder, go


def solved(*steps, every=10.0):
    builder = ProcessBuilder("regime")
    unit = builder.automaton("unit", "one", "other", "lost")
    builder.signal("ring")
    builder.schedule("clock", "ring", every=every, first=3.0)
    for step in steps:
        step(unit)
    process = builder.build()
    return solve_by_calendar(process, split(process)[0])


def test_a_jump_and_the_way_back():
    """Away at each epoch, back after 4 s on average; the chance to be away by then is geometric."""
    part = solved(
        lambda unit: unit.on("ring", "one", "other"),
        lambda unit: unit.delay("back", "other", Exponential(4.0), "one"),
    )
    away = 4.0 * (1.0 - exp(-10.0 / 4.0)) / 10.0
    assert part.shares.tolist() == pytest.approx([1.0 - away, away], rel=1e-13)
    back = (1.0 - exp(-10.0 / 4.0)) / 10.0
    rates = {(flow.source, flow.target): flow.rate for flow in part.flows}
    assert rates == pytest.approx({(1, 0): back, (0, 1): back}, rel=1e-13)


def test_turns_without_chance_are_refused():
    with pytest.raises(RefusedError, match="unit takes turns for ever"):
        solved(
            lambda unit: unit.on("ring", "one", "other"),
            lambda unit: unit.on("ring", "other", "one"),
        )


def test_turns_that_chance_mixes_are_answered():
    part = solved(
        lambda unit: unit.on("ring", "one", "other"),
        lambda unit: unit.on("ring", "other", go("one", weight=3.0), go("other", weight=1.0)),
    )
    assert part.shares.tolist() == pytest.approx([3 / 7, 4 / 7], rel=1e-13)


def test_two_ways_to_end_are_refused():
    with pytest.raises(RefusedError, match="unit can end for ever in"):
        solved(lambda unit: unit.on("ring", "one", go("lost"), go("other")))


def test_small_chances_keep_their_digits():
    part = solved(
        lambda unit: unit.delay("failure", "one", Exponential(1e12), "other"),
        lambda unit: unit.on("ring", "other", "one"),
    )
    assert part.shares[1] == pytest.approx(5e-12, rel=1e-11, abs=0)


def test_what_rings_once_changes_where_it_ends():
    part = solved(lambda unit: unit.on("ring", "one", "other"), every=None)
    assert part.shares.tolist() == pytest.approx([0.0, 1.0])
    assert part.regime is None
