"""The proof of `size`: in spaces where every design can be tried, it finds what trying finds."""

from functools import lru_cache
from itertools import product

import pytest

from benchmarks.spaces import NAMES, SIMULATED_NAMES, read_space_of, try_all
from hasim.planner import size
from tests.slowness import slow_but

# With many alternatives the trying of all takes as long as that of several others.
SPACES = slow_but(*(name for name in NAMES if name != "alternatives"), among=NAMES)


@lru_cache
def answered(name):
    space, targets = read_space_of(name)
    return space, targets, try_all(space), size(space, targets)


def designs_with(space, choices):
    """All designs that have some choices, told by their labels."""
    for design in product(*map(range, space.shape)):
        words = space.words(design)
        if all(words[option] == label for option, label in choices.items()):
            yield design


def is_true(excuse, tried, design):
    if design not in tried.solutions:
        return True
    return excuse.grounds != "building" and not tried.is_met(excuse.target, excuse.service, design)


def statements(sizing):
    return [excuse for group in sizing.excuses for excuse in group.excuses]


def design_of(space, pick):
    (design,) = designs_with(space, pick.choices)
    return design


@pytest.mark.normal
@pytest.mark.parametrize("name", SPACES)
def test_the_answer_is_the_cheapest_design_that_meets_the_targets(name):
    space, targets, tried, sizing = answered(name)
    assert sizing.code == "found"
    design = design_of(space, sizing.pick)
    assert tried.meets(design, targets)
    assert tried.costs[design] == pytest.approx(tried.cheapest(targets), rel=1e-12)


@pytest.mark.normal
@pytest.mark.parametrize("name", SPACES)
def test_every_excuse_is_true_of_every_design_that_it_rules_out(name):
    space, _, tried, sizing = answered(name)
    assert statements(sizing)
    for excuse in statements(sizing):
        for design in designs_with(space, excuse.choices):
            assert is_true(excuse, tried, design), (excuse, space.words(design))


@pytest.mark.normal
@pytest.mark.parametrize("name", SPACES)
def test_every_cheaper_design_has_an_excuse(name):
    space, _, tried, sizing = answered(name)
    answer = tried.costs[design_of(space, sizing.pick)]
    excused = {d for excuse in statements(sizing) for d in designs_with(space, excuse.choices)}
    cheaper = {d for d, cost in tried.costs.items() if cost < answer * (1 - 1e-9)}
    assert cheaper <= excused
    assert len(cheaper) <= sum(group.number for group in sizing.excuses)


@pytest.mark.normal
@pytest.mark.parametrize("name", SPACES)
def test_the_alternatives_meet_the_targets_too(name):
    space, targets, tried, sizing = answered(name)
    designs = [design_of(space, pick) for pick in (sizing.pick, *sizing.alternatives)]
    assert all(tried.meets(design, targets) for design in designs)
    costs = [tried.costs[design] for design in designs]
    assert costs == sorted(costs)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["shared crew", "active-passive", "headroom", "common cause"])
def test_by_simulation_the_answer_is_the_same(name):
    space, targets, tried, _ = answered(name)
    sizing = size(space, targets, engine="montecarlo", max_time=3_600.0)
    design = design_of(space, sizing.pick)
    assert tried.meets(design, targets)
    assert tried.costs[design] == pytest.approx(tried.cheapest(targets), rel=1e-12)
    for excuse in statements(sizing):
        assert all(is_true(excuse, tried, d) for d in designs_with(space, excuse.choices))


@pytest.mark.slow
@pytest.mark.parametrize("name", SIMULATED_NAMES)
def test_where_parts_have_to_be_simulated_the_answer_is_the_cheapest(name):
    space, targets = read_space_of(name)
    tried = try_all(space, engine="auto", precision=0.02)
    sizing = size(space, targets, max_time=3_600.0)
    design = design_of(space, sizing.pick)
    assert tried.meets(design, targets)
    assert tried.costs[design] == pytest.approx(tried.cheapest(targets), rel=1e-12)
    for excuse in statements(sizing):
        assert all(is_true(excuse, tried, d) for d in designs_with(space, excuse.choices))
