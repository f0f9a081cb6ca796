"""`size` from targets to answer: what ends it, what it refuses, what changes nothing."""

import json

import pytest

from hasim.description import read_text
from hasim.description.space import read_space
from hasim.errors import InputError, ModelError, RefusedError
from hasim.planner import size
from hasim.runners import Processes
from hasim.store import Study

pytestmark = pytest.mark.normal

MODEL = """
name: small
components:
  web: {replicas: 2, mtbf: 30 d, mttr: 2 h, needs: [db]}
  db: {replicas: 2, mtbf: 60 d, mttr: 6 h}
"""
COSTS = "costs: {currency: EUR, components: {web: 1000 EUR / year, db: 3000 EUR / year}}\n"
OPTIONS = """
options:
  components.web.replicas: [1, 2, 3]
  components.db.replicas: [1, 2, 3]
"""
#: Repairs that wait in a queue and have memory, so that it takes simulation.
TIMED = """
name: timed
crews: {ops: {size: 2}}
components:
  web:
    replicas: 2
    failures: {crash: {after: 3 d, repair: {lognormal: {median: 1 h, p95: 9 h}}, crew: ops}}
    needs: [db]
  db: {replicas: 2, failures: {crash: {after: 5 d, repair: {fixed: 5 h}, crew: ops}}}
costs: {currency: EUR, components: {web: 1000 EUR / year, db: 3000 EUR / year}}
options:
  components.web.replicas: [1, 2]
  components.db.replicas: [1, 2]
"""


def space_of(*texts):
    return read_space(read_text("".join(texts)))


def document(sizing):
    return json.dumps(sizing.to_dict(), sort_keys=True)


def test_the_objectives_of_the_model_are_the_targets_where_none_is_given():
    objectives = "services: {shop: {needs: [web], objectives: {availability: 99.9 %}}}\n"
    sizing = size(space_of(MODEL, objectives, COSTS, OPTIONS))
    assert [target.text for target in sizing.targets] == ["shop.availability 99.9 %"]
    assert sizing.pick.choices == {"components.web.replicas": "2", "components.db.replicas": "2"}


def test_the_answer_says_what_it_costs_a_year_and_how_to_make_it():
    sizing = size(space_of(MODEL, COSTS, OPTIONS), ["availability=99.9%"])
    assert (sizing.unit, sizing.pick.cost) == ("EUR", pytest.approx(8000.0))
    assert sizing.pick.settings == (("components.web.replicas", "2"),
                                    ("components.db.replicas", "2"))  # fmt: skip


def test_without_costs_the_fewest_replicas_are_the_answer():
    sizing = size(space_of(MODEL, OPTIONS), ["availability=99.9%"])
    assert (sizing.unit, sizing.pick.cost) == ("replicas", 4.0)


def test_of_equal_costs_the_most_available_design_is_the_answer():
    free = "  components.db.mttr: [6 h, 1 h, 3 h]\n"
    sizing = size(space_of(MODEL, COSTS, OPTIONS, free), ["availability=99.9%"])
    assert sizing.pick.choices["components.db.mttr"] == "1 h"


def test_what_costs_more_and_changes_nothing_is_no_alternative():
    nothing = (
        "  sticker:\n    plain: {}\n    golden: {costs.fixed: {paint: 5 EUR / year}}\n"
        "    silver: {costs.fixed: {paint: 1 EUR / year}}\n"
    )
    sizing = size(space_of(MODEL, COSTS, OPTIONS, nothing), ["availability=99.9%"])
    assert sizing.alternatives
    assert {pick.choices["sticker"] for pick in sizing.alternatives} == {"plain"}


def test_what_meets_the_targets_at_once_has_no_excuses():
    sizing = size(space_of(MODEL, COSTS, OPTIONS), ["availability=50%"])
    assert (sizing.code, sizing.excuses, sizing.pick.cost) == ("found", (), pytest.approx(4000.0))


def test_the_next_nine_has_a_tenth_of_the_downtime_and_its_price():
    sizing = size(space_of(MODEL, COSTS, OPTIONS), ["availability=99.99%"])
    (target,) = sizing.next_nine.targets
    assert target.text == "availability 99.999 %"
    assert sizing.next_nine.pick.cost > sizing.pick.cost


def test_an_impossible_target_names_the_part_that_bounds_it():
    sizing = size(space_of(MODEL, COSTS, OPTIONS), ["availability=99.99999999%"])
    assert (sizing.code, sizing.exit_status, sizing.pick) == ("impossible", 1, None)
    assert sizing.text == "none of 9 designs meets all targets"
    assert [floor.part for floor in sizing.bottom.floors] == ["web", "db"]
    assert sum(group.number for group in sizing.excuses) == 9


def test_a_bound_on_money_is_decided_without_solving():
    sizing = size(space_of(MODEL, COSTS, OPTIONS), ["availability=99.9%", "cost=7999EUR"])
    assert sizing.code == "impossible"
    money = next(g for g in sizing.excuses if g.nearest.grounds == "money")
    assert money.number == 5
    assert sizing.bottom.without_budget.cost == pytest.approx(8000.0)


def test_a_bound_on_money_may_be_met_to_the_cent():
    sizing = size(space_of(MODEL, COSTS, OPTIONS), ["availability=99.9%", "cost=8000EUR"])
    assert sizing.pick.cost == pytest.approx(8000.0)


def test_the_total_cost_counts_downtime_too():
    dear = COSTS.replace("costs: {", "costs: {downtime: 1000 EUR / min, ")
    space = space_of(MODEL, dear, OPTIONS)
    assert size(space, ["total_cost=19000EUR"]).pick.choices == {
        "components.web.replicas": "3", "components.db.replicas": "2"
    }  # fmt: skip
    assert size(space, ["total_cost=5000EUR"]).code == "impossible"


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        ((), "there is nothing to reach: no target is given and the model has no objectives"),
        (("headroom=20%",), "headroom 20 %: service has no headroom"),
        (("month_in_breach=5%",), "month_in_breach 5 %: service promises nothing that could be"),
        (("cost=5 USD",), "target cost=5 USD: the prices of the model are in EUR, not USD"),
    ],
)
def test_targets_that_the_model_cannot_be_held_against_are_refused(targets, said):
    with pytest.raises(InputError) as raised:
        size(space_of(MODEL, COSTS, OPTIONS), targets)
    assert str(raised.value).startswith(said)


def test_a_space_without_options_is_refused():
    with pytest.raises(InputError, match="there is nothing to choose"):
        space_of(MODEL, COSTS)


def test_a_space_of_a_million_millions_is_refused_at_once():
    many = "".join(f"  components.c{n}.replicas: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n"
                   for n in range(12))  # fmt: skip
    components = "".join(f"  c{n}: {{}}\n" for n in range(12))
    with pytest.raises(ModelError) as raised:
        space_of("name: x\ncomponents:\n", components, "options:\n", many)
    (finding,) = raised.value.findings
    assert finding.found.startswith("1,000,000,000,000 designs; the largest options are")


def test_a_space_in_which_nothing_can_be_built_is_refused():
    options = "options: {components.web.required: [4, 5], components.db.replicas: [1, 2]}\n"
    with pytest.raises((InputError, ModelError), match="can never be up"):
        size(space_of(MODEL, COSTS, options), ["availability=99%"])


def test_designs_that_cannot_be_built_are_told_with_their_findings():
    options = OPTIONS + "  components.db.required: [2, 1]\n"
    sizing = size(space_of(MODEL, COSTS, options), ["outages_per_year=0.000001"])
    unbuildable = [e for g in sizing.excuses for e in g.excuses if e.grounds == "building"]
    assert all(len(excuse.choices) == 3 for excuse in unbuildable)
    assert all("2 of 1 replicas can never be up" in excuse.text for excuse in unbuildable)


def test_an_engine_that_cannot_compute_it_is_refused():
    with pytest.raises(RefusedError, match="so its state has memory"):
        size(space_of(TIMED), ["availability=99%"], engine="exact")


def test_stopping_tells_what_is_open():
    sizing = size(space_of(MODEL, COSTS, OPTIONS), ["availability=99.9%"], stop=lambda: True)
    assert (sizing.code, sizing.exit_status) == ("stopped", 130)
    assert sizing.text == "stopped: 9 of 9 designs are open, options were still being tried"


def stopped_while(about, *, once=1):
    """What comes of the timed model where it is stopped as soon as so many designs are decided."""
    said = []
    return size(
        space_of(TIMED), ["availability=99%"], engine="montecarlo", threads=1,
        progress=lambda one: said.append(one.about),
        stop=lambda: sum(about in one for one in said) >= once,
    )  # fmt: skip


def test_what_was_decided_before_a_stop_bounds_the_cost_of_the_answer():
    sizing = stopped_while("designs decided", once=2)
    assert (sizing.code, sizing.pick) == ("stopped", None)
    assert 0 < sizing.effort.decided < 4
    assert sizing.least_open > 1000.0 + 3000.0
    assert sizing.to_dict()["least_open"] == sizing.least_open
    assert [group.causes for group in sizing.excuses] == [{}] * len(sizing.excuses)


def test_where_no_design_is_decided_nothing_is_bounded():
    sizing = stopped_while("options are tried")
    assert (sizing.code, sizing.effort.decided, sizing.least_open) == ("stopped", 0, None)


def test_a_search_that_came_to_its_end_has_nothing_open():
    for target in ("availability=99.9%", "availability=99.99999999%"):
        assert size(space_of(MODEL, COSTS, OPTIONS), [target]).least_open is None


def test_a_limit_tells_what_is_open():
    sizing = size(space_of(MODEL, COSTS, OPTIONS), ["availability=99.9%"], max_time=0.0)
    assert (sizing.code, sizing.exit_status) == ("limit", 3)
    assert (
        sizing.text
        == "not finished within the limit: 9 of 9 designs are open, options were still being tried"
    )


@pytest.mark.parametrize("confidence", [0.4, 1.0])
def test_a_confidence_that_cannot_be_meant_is_refused(confidence):
    with pytest.raises(InputError, match="less than 1"):
        size(space_of(MODEL, COSTS, OPTIONS), ["availability=99%"], confidence=confidence)


def test_the_answer_is_the_same_on_any_number_of_threads_and_with_processes():
    space, targets = space_of(TIMED), ["availability=99%"]
    alone = document(size(space, targets, engine="montecarlo", threads=1))
    assert document(size(space, targets, engine="montecarlo", threads=2)) == alone
    with Processes(2) as runner:
        assert document(size(space, targets, engine="montecarlo", runner=runner)) == alone


def test_a_study_that_was_stopped_goes_on_to_the_same_answer(tmp_path):
    how = {"targets": ["availability=99%"], "engine": "montecarlo", "threads": 1}
    alone = document(size(space_of(TIMED), **how))
    looks = iter([False, False, False, True])
    with Study.open(tmp_path / "a.study") as study:
        stopped = size(space_of(TIMED), **how, study=study, stop=lambda: next(looks))
        assert stopped.code == "stopped"
    with Study.open(tmp_path / "a.study") as study:
        assert document(size(space_of(TIMED), **how, study=study)) == alone
        (run,) = study.runs()
        assert run.status == "done"


def test_the_strictest_target_says_what_stands_in_the_way():
    repairs = "  components.db.mttr: [6 h, 1 h, 3 h]\n"
    sizing = size(space_of(MODEL, COSTS, OPTIONS, repairs), ["availability=9%", "downtime=1ms"])
    assert [floor.part for floor in sizing.bottom.floors] == ["web", "db"]
    assert sizing.bottom.best.choices == {
        "components.web.replicas": "3", "components.db.replicas": "3", "components.db.mttr": "1 h",
    }  # fmt: skip


def test_the_best_design_has_the_best_of_parts_that_would_do_too():
    repairs = "  components.db.mttr: [6 h, 1 h, 3 h]\n"
    targets = ["availability=99.9%", "outages_per_year=0"]
    sizing = size(space_of(MODEL, COSTS, OPTIONS, repairs), targets)
    assert sizing.bottom.floors == ()
    assert sizing.bottom.best.choices["components.db.mttr"] == "1 h"
    assert sizing.bottom.best.choices["components.web.replicas"] == "3"


EXCLUDED = """
name: patched
components:
  web: {replicas: 1, mtbf: 30 d, mttr: 2 h, needs: [db]}
  db: {mtbf: 90 d, mttr: 6 h}
maintenance: {patch: {on: [db], every: 30 d, takes: 9 h, excluded: true}}
options:
  components.web.replicas: [1, 2]
  components.db.mttr: [6 h, 1 h, 3 h]
"""


def test_of_equal_costs_the_most_available_one_is_taken_where_maintenance_is_excluded():
    sizing = size(space_of(EXCLUDED), ["availability=99%"])
    assert sizing.pick.choices == {"components.web.replicas": "1", "components.db.mttr": "1 h"}


def test_maintenance_that_is_excluded_is_no_cause_and_stands_in_no_way():
    sizing = size(space_of(EXCLUDED), ["availability=99.9999%"])
    assert (sizing.bottom.floors, sizing.bottom.best) == ((), None)
    assert all("patch" not in group.causes and group.causes for group in sizing.excuses)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"space": "shop.yaml"}, "a str is no space of designs"),
        ({"engine": "bounds"}, "no engine that designs can be judged by"),
        ({"confidence": 95}, "confidence 95"),
    ],
)
def test_what_cannot_be_meant_is_told_at_once(asked, said):
    with pytest.raises(InputError, match=said):
        size(**{"space": space_of(MODEL, OPTIONS), "targets": "availability=99%"} | asked)


def test_one_target_needs_no_list():
    space = space_of(MODEL, OPTIONS)
    one, listed = size(space, "availability=99%"), size(space, ["availability=99%"])
    assert document(one) == document(listed)
