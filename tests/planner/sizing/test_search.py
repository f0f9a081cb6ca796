"""What the walk through a space must not be taken in by."""

import pytest

from hasim.description import read_text
from hasim.description.space import read_space
from hasim.planner import size

pytestmark = pytest.mark.normal

PITFALL = """
name: pitfall
components:
  web: {replicas: 6, capacity: 100 rps, mtbf: 30 d, mttr: 1 h}
services: {shop: {needs: [web], demand: {peak: 200 rps}}}
costs: {currency: EUR, components: {web: 100 EUR / year}}
options:
  components.web.replicas: [1, 2, 3, 6]
  components.web.required: [2, 1]
"""


def found(text, *targets):
    return size(read_space(read_text(text)), targets)


def test_a_design_that_cannot_be_built_says_nothing_of_the_headroom_of_others():
    model = """
name: x
components:
  db:
    replicas: 2
    redundancy: active-passive
    capacity: 100 rps
    failures: {crash: {after: 20 d, repair: 4 h}}
    failover: {promote: 1 min, switch: 10 s}
services: {shop: {needs: [db], demand: {peak: 200 rps}}}
costs: {currency: EUR, components: {db: 100 EUR / year}}
options:
  components.db.standby: [warm, ~]
  how:
    in turn: {}
    together: {components.db.redundancy: active-active, components.db.failover: ~}
"""
    sizing = found(model, "headroom=0%")
    assert sizing.code == "found"
    assert sizing.pick.choices == {"components.db.standby": "~", "how": "together"}


def test_the_finding_of_a_design_that_cannot_be_built_is_about_it_alone():
    sizing = found(PITFALL, "headroom=100%", "availability=99.99%")
    for group in sizing.excuses:
        for excuse, number in zip(group.excuses, group.numbers, strict=True):
            assert excuse.grounds != "building" or (number == 1 and len(excuse.choices) == 2)


def test_a_group_of_excuses_whose_example_cannot_be_built_is_told_without_causes():
    model = """
name: x
components:
  web: {replicas: 2, mtbf: 30 d, mttr: 2 h, needs: [db]}
  db: {replicas: 3, mtbf: 60 d, mttr: 6 h}
costs: {currency: EUR, components: {db: 3000 EUR / year}}
options:
  components.web.replicas: [1, 2]
  components.db.replicas: [1, 2]
  components.db.required: [1, 2]
"""
    sizing = found(model, "availability=99.99%")
    assert sizing.code == "found"
    assert sizing.pick.choices == {
        "components.web.replicas": "2", "components.db.replicas": "2", "components.db.required": "1"
    }  # fmt: skip


@pytest.mark.parametrize("size_of_crew", ["[1, 2]", "[2, 1]"])
def test_free_choices_that_make_it_better_are_taken_in_any_order(size_of_crew):
    model = f"""
name: x
crews: {{ops: {{size: 1}}}}
components:
  web: {{replicas: 3, failures: {{crash: {{after: 5 d, repair: 12 h, crew: ops}}}}}}
costs: {{currency: EUR, components: {{web: 100 EUR / year}}}}
options:
  components.web.replicas: [2, 3]
  crews.ops.size: {size_of_crew}
"""
    assert found(model, "availability=95%").pick.choices["crews.ops.size"] == "2"


def test_alternatives_are_dearer_or_equal_and_each_is_better_in_something():
    sizing = found(PITFALL, "headroom=0%", "availability=90%")
    picks = [sizing.pick, *sizing.alternatives]
    assert [pick.cost for pick in picks] == sorted(pick.cost for pick in picks)
    replicas = [int(pick.choices["components.web.replicas"]) for pick in picks]
    assert replicas == sorted(set(replicas))
