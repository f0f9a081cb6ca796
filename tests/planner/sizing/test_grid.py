"""The grid of designs against a plain dict of them."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hasim.planner.sizing.grid import CostTable, Grid

COSTS = st.one_of(st.integers(0, 4).map(float), st.just(math.nan))


@st.composite
def spaces(draw):
    """A shape and the cost of every design, with ties and designs that cannot be built."""
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=3)))
    return {design: draw(COSTS) for design in product(*map(range, shape))}, shape


@st.composite
def statements(draw, shape):
    """Choices by option, and where a walk is by then."""
    axes = draw(st.sets(st.integers(0, len(shape) - 1)))
    return {axis: draw(st.integers(0, shape[axis] - 1)) for axis in axes}


def grid_of(costs, shape):
    return Grid(np.array([costs[d] for d in product(*map(range, shape))]).reshape(shape))


def order(costs):
    """Cheapest first, then in the order of the choices; those without a cost left out."""
    return sorted((d for d in costs if not math.isnan(costs[d])), key=lambda d: (costs[d], d))


def agrees(design, choices):
    return all(design[axis] == choice for axis, choice in choices.items())


@settings(max_examples=40)
@given(spaces(), st.data())
def test_a_grid_does_what_a_dict_does(space, data):
    costs, shape = space
    grid, why = grid_of(costs, shape), {}
    for number in range(data.draw(st.integers(0, 5))):
        choices = data.draw(statements(shape))
        new = [d for d in costs if agrees(d, choices) and d not in why]
        assert grid.rule_out(choices, number) == len(new)
        why |= dict.fromkeys(new, number)
    left = [(place, d) for place, d in enumerate(order(costs)) if d not in why]
    assert list(grid.walk()) == left
    assert all(grid.reason_of(d) == why.get(d) for d in costs)
    assert grid.ruled_out == sum(math.isnan(c) or d in why for d, c in costs.items())
    assert grid.buildable == len(order(costs))


@settings(max_examples=40)
@given(spaces(), st.data())
def test_what_is_ruled_out_before_a_place_is_counted_by_reason(space, data):
    costs, shape = space
    grid, why = grid_of(costs, shape), {}
    for number in range(3):
        choices = data.draw(statements(shape))
        grid.rule_out(choices, number)
        why |= {d: number for d in costs if agrees(d, choices) and d not in why}
    place = data.draw(st.integers(0, grid.buildable))
    before = [d for d in order(costs)[:place] if d in why]
    expected = {}
    for design in before:
        count, _ = expected.get(why[design], (0, None))
        expected[why[design]] = (count + 1, design)
    told = {reason: (number, d) for reason, number, d in grid.ruled_out_before(place)}
    assert told == expected


@given(spaces(), st.integers(-1, 5))
def test_designs_above_a_limit_are_ruled_out_at_once(space, limit):
    costs, shape = space
    grid = grid_of(costs, shape)
    dearer = [cost for cost in costs.values() if cost > limit]
    assert grid.least_above(limit) == min(dearer, default=None)
    assert grid.rule_out_dearer(limit, "money") == len(dearer)
    assert [d for _, d in grid.walk()] == [d for d in order(costs) if costs[d] <= limit]


def test_a_walk_sees_what_is_ruled_out_while_it_goes_on():
    grid = Grid(np.array([[1.0, 2.0], [3.0, 4.0]]))
    seen = []
    for _, design in grid.walk():
        seen.append(design)
        grid.rule_out({1: 1}, "no")
    assert seen == [(0, 0), (1, 0)]


def test_a_walk_begins_where_it_is_told():
    assert [d for _, d in Grid(np.array([3.0, 1.0, 2.0])).walk(1)] == [(2,), (0,)]


def test_tables_of_some_options_add_up():
    one = CostTable((0,), np.array([1.0, 2.0]))
    both = CostTable((0, 2), np.array([[10.0, 20.0], [30.0, math.nan]]))
    grid = Grid.of((2, 3, 2), [one, both])
    assert grid.cost[0, 1, 1] == 21.0
    assert grid.cost[1, 2, 0] == 32.0
    assert math.isnan(grid.cost[1, 0, 1])
    assert grid.buildable == 9


def test_costs_that_are_none_leave_all_designs_equal():
    assert [d for _, d in Grid.of((2, 2), []).walk()] == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_a_long_walk_goes_beyond_a_stride():
    grid = Grid(np.arange(10_000.0))
    for part in (0, 9_998):
        grid.rule_out({0: part}, "no")
    grid.rule_out_dearer(9_998.5, "dear")
    assert [place for place, _ in grid.walk(4_000)] == list(range(4_000, 9_998))


def test_after_a_reset_nothing_is_ruled_out():
    grid = Grid(np.array([1.0, 2.0]))
    grid.rule_out({}, "all")
    grid.reset()
    assert [d for _, d in grid.walk()] == [(0,), (1,)]
    assert list(grid.ruled_out_before(2)) == []


@pytest.mark.parametrize("choices", [{0: 1}, {}])
def test_a_reason_that_rules_nothing_out_is_not_told(choices):
    grid = Grid(np.array([1.0, 2.0]))
    grid.rule_out({0: 0}, "first")
    grid.rule_out({0: 1}, "second")
    assert grid.rule_out(choices, "third") == 0
    assert grid.reasons == ["first", "second"]
