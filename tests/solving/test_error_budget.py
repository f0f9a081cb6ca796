"""Error budgets against the figures of the Site Reliability Workbook, chapter 5."""

import pytest

import hasim
from hasim.reporting.tables import tell_solution
from hasim.solving.error_budget import error_budgets, warn_of_people
from tests.compiler.scenarios import system_of

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0

PAGER = "{for: 5 min, acknowledge: 5 min, diagnose: 10 min}"


def system(folder, target, pager=PAGER, mode=""):
    text = f"""
    name: t
    domains: {{a: {{level: zone, mtbf: 2 years, mttr: 2 h}}}}
    components:
      web: {{needs: [db], spread: [a], failures: {{crash: {{after: 30 d, repair: 1 h{mode}}}}}}}
      db: {{spread: [a], failures: {{crash: {{after: 30 d, repair: 1 h}}}}}}
      batch: {{spread: [a], failures: {{crash: {{after: 30 d, repair: 1 h}}}}}}
    services:
      shop: {{needs: [web], objectives: {{availability: {target}}}}}
      night: {{needs: [batch]}}
    monitoring: {{pager: {pager}}}
    """
    return system_of(text, folder)


@pytest.mark.parametrize(
    ("target", "month", "quarter"),
    [
        ("99 %", 7.2 * HOUR, 21.9 * HOUR),
        ("99.9 %", 43.2 * MINUTE, 131.4 * MINUTE),
        ("99.95 %", 21.6 * MINUTE, 65.7 * MINUTE),
        ("99.99 %", 4.32 * MINUTE, 13.14 * MINUTE),
        ("99.999 %", 25.92, 78.84),
    ],
)
def test_what_an_objective_allows(tmp_path, target, month, quarter):
    budget = error_budgets(system(tmp_path, target))["shop"]
    assert budget.budget_s_per_30d == pytest.approx(month)
    assert budget.outage_exhausts_in_s == pytest.approx(month)
    assert budget.budget_s_per_quarter == pytest.approx(quarter)


def test_the_alerts_are_those_of_the_workbook(tmp_path):
    alerts = error_budgets(system(tmp_path, "99.9 %"))["shop"].alerts
    told = [(one.long_s, one.short_s, one.burn, one.budget_share) for one in alerts]
    assert told == [
        (HOUR, 5 * MINUTE, 14.4, pytest.approx(0.02)),
        (6 * HOUR, 30 * MINUTE, 6.0, pytest.approx(0.05)),
        (3 * DAY, 6 * HOUR, 1.0, pytest.approx(0.10)),
    ]
    after = [one.fires_after_total_outage_s for one in alerts]
    assert after == pytest.approx([51.84, 129.6, 259.2])


def test_an_alert_that_asks_for_more_than_everything_never_fires(tmp_path):
    alerts = error_budgets(system(tmp_path, "90 %"))["shop"].alerts
    never, medium, slow = (one.fires_after_total_outage_s for one in alerts)
    assert never is None
    assert (medium, slow) == pytest.approx((12_960.0, 25_920.0))


def test_no_objective_no_budget(tmp_path):
    assert "night" not in error_budgets(system(tmp_path, "99 %"))
    assert not error_budgets(system(tmp_path, "100 %"))


def test_a_person_in_the_loop_takes_more_than_a_quarter_allows(tmp_path):
    budgets = error_budgets(system(tmp_path, "99.99 %"))
    assert budgets["shop"].people_s == 20 * MINUTE
    assert list(warn_of_people(budgets)) == [
        "shop: its availability leaves 13.1 min a quarter, and it takes 20 min on average until "
        "people begin a repair, so one failure that waits for them is too many"
    ]
    assert not list(warn_of_people(error_budgets(system(tmp_path, "99.9 %"))))


def test_only_what_the_service_depends_on_counts(tmp_path):
    pager = "{watches: [batch], acknowledge: 1 h}"
    assert error_budgets(system(tmp_path, "99.99 %", pager))["shop"].people_s is None
    pager = "{watches: [a], acknowledge: 1 h}"
    assert error_budgets(system(tmp_path, "99.99 %", pager))["shop"].people_s == HOUR


def test_the_longest_way_to_a_repair_counts(tmp_path):
    pager = "{watches: [web], acknowledge: 5 min}"
    mode = ", detect: 1 h, attended: true"
    budget = error_budgets(system(tmp_path, "99.99 %", pager, mode))["shop"]
    assert budget.people_s == 65 * MINUTE


@pytest.mark.normal
def test_the_answer_holds_budget_and_warning(tmp_path):
    solution = hasim.solve(system(tmp_path, "99.99 %"), engine="montecarlo", precision=0.3)
    document = solution.to_dict()
    assert document["services"]["shop"]["error_budget"]["alerts"][0]["burn"] == 14.4
    assert document["services"]["night"]["error_budget"] is None
    assert any("leaves 13.1 min a quarter" in warning for warning in solution.warnings)
    line = (
        "error budget in 30 d    4.32 min     13.1 min a quarter; alerts after 5.18 s, 13 s, 25.9 s"
    )
    assert line in tell_solution(solution)
