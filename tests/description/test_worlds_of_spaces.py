"""Worlds of a space: every design with certain values for what is uncertain."""

import pytest

from hasim.description import read_text
from hasim.description.space import read_space

HOUR, DAY = 3600.0, 86400.0

MODEL = """
name: x
parameters: {hands-on: {between: [1 h, 4 h]}, unused: {between: [1 h, 2 h]}}
components:
  web:
    replicas: 4
    required: peak
    capacity: 100 rps
    failures: {crash: {after: {between: [10 d, 90 d]}, repair: "${hands-on}"}}
  db: {mtbf: 90 d, mttr: "${hands-on}"}
services: {site: {needs: [web, db], demand: {peak: {between: [100 rps, 400 rps]}}}}
costs: {currency: EUR, components: {web: {between: [1 EUR / h, 4 EUR / h]}}}
options:
  components.web.replicas: [4, 5]
  size:
    small:
    large: {costs.components.web: {between: [4 EUR / h, 16 EUR / h]}}
"""
NAMES = (
    "components.web.failures.crash.after",
    "costs.components.web",
    "parameters.hands-on",
    "services.site.demand.peak",
)


@pytest.fixture(scope="module")
def space():
    return read_space(read_text(MODEL, "x.yaml"))


def test_what_is_uncertain_in_any_design(space):
    assert tuple(one.name for one in space.uncertain()) == NAMES


def test_a_world_has_certain_values(space):
    system = space.world(dict.fromkeys(NAMES, 1.0)).system((0, 0))
    assert (system.uncertain, system.varied) == ((), ())
    crash = system.components["web"].failures["crash"]
    assert crash.after.mean == pytest.approx(90 * DAY)
    assert crash.repair.mean == pytest.approx(4 * HOUR)
    (failure,) = system.components["db"].failures.values()
    assert failure.repair.mean == pytest.approx(4 * HOUR)
    assert system.costs.components["web"].replica == pytest.approx(4 / HOUR)


def test_what_follows_from_a_quantity_is_that_of_the_world(space):
    needed = [
        space.world({"services.site.demand.peak": share}).system((0, 0)).components["web"].required
        for share in (0.0, 0.5, 1.0)
    ]
    assert needed == [1, 2, 4]


def test_a_choice_has_its_own_range_at_the_same_share(space):
    world = space.world({"costs.components.web": 0.5})
    prices = [world.system((0, size)).costs.components["web"].replica * HOUR for size in (0, 1)]
    assert prices == pytest.approx([2.0, 8.0])


def test_without_a_world_values_are_middle_ones_and_stay_uncertain(space):
    system = space.system((1, 0))
    assert len(system.uncertain) == 4
    middle = space.world(dict.fromkeys(NAMES, 0.5)).system((1, 0))
    assert system.at_middle().components == middle.components


def test_a_design_is_found_by_its_labels(space):
    assert space.design(space.words((1, 1))) == (1, 1)
