"""Costs of Solutions against the example of docs/costs.md, which is worked by hand."""

import pytest

import hasim
from hasim.description import read_text, resolve
from hasim.reporting.junit import junit_of_solution
from hasim.reporting.report_sections import show_costs
from hasim.reporting.tables import tell_solution

MODEL = """
name: pair
components:
  web: {replicas: 2, mtbf: 30 d, mttr: 4 h}
  db: {mtbf: 90 d, mttr: 4 h}
"""
COSTS = "costs: {currency: EUR, components: {web: 0.096 EUR / h, db: 0.4 EUR / h}, %s}"

RUNNING = (2 * 0.096 + 0.4) * 8760
WEB, DB = (4 / 724) ** 2, 4 / 2164
MINUTES = (1 - (1 - WEB) * (1 - DB)) * 365 * 1440


def system_with(more):
    return resolve(read_text(MODEL + COSTS % more))


def test_the_total_is_exact_where_downtime_is():
    costs = hasim.solve(system_with("downtime: 50 EUR / min")).costs
    assert costs.running_per_year == pytest.approx(RUNNING)
    assert costs.downtime_per_year.value == pytest.approx(50 * MINUTES)
    assert costs.total_per_year.exact
    assert costs.total_per_year.value == pytest.approx(54_563.32, abs=0.01)


@pytest.mark.parametrize(("budget", "met"), [("60000", True), ("50000", False)])
def test_a_missed_budget_is_exit_status_1(budget, met):
    text = f"downtime: 50 EUR / min, budget: {budget} EUR / year"
    solution = hasim.solve(system_with(text))
    assert solution.costs.budget.met is met
    assert solution.exit_status == (0 if met else 1)


def test_a_model_without_costs_says_nothing_of_them():
    solution = hasim.solve(resolve(read_text(MODEL)))
    assert solution.costs is None
    assert "costs" not in solution.to_dict()
    assert "costs" not in tell_solution(solution)


def test_the_report_and_the_junit_file_tell_the_budget():
    system = system_with("downtime: 50 EUR / min, budget: 50000 EUR / year")
    solution = hasim.solve(system)
    shown = show_costs(solution)
    for word in ("Costs", "49,377 EUR", "3,504 EUR", "at most 50,000 EUR a year", "MISSED"):
        assert word in shown
    told = "the budget is missed: at most 50,000 EUR a year asked, 54,563 EUR found"
    assert told in junit_of_solution(solution)
    assert show_costs(hasim.solve(resolve(read_text(MODEL)))) == ""


def test_costs_change_nothing_else():
    plain = hasim.solve(resolve(read_text(MODEL))).to_dict()
    priced = hasim.solve(system_with("downtime: 50 EUR / min")).to_dict()
    assert {key: value for key, value in priced.items() if key != "costs"} == plain


def test_the_text_tells_costs_in_a_short_block():
    text = tell_solution(hasim.solve(system_with("downtime: 50 EUR / min, budget: 1 EUR / year")))
    assert text.count("costs a year") == 1
    for line in (
        "  running                 5,186 EUR",
        "  downtime                49,377 EUR",
        "  both together           54,563 EUR",
        "  budget                               MISSED (at most 1 EUR)",
    ):
        assert line in text.splitlines()


@pytest.mark.normal
def test_a_simulated_total_has_the_interval_of_the_downtime():
    solution = hasim.solve(system_with("downtime: 50 EUR / min"), engine="montecarlo")
    down = solution["service"].downtime_s_per_year
    assert solution.costs.total_per_year.low == pytest.approx(RUNNING + down.low * 50 / 60)
    assert solution.costs.total_per_year.high == pytest.approx(RUNNING + down.high * 50 / 60)


def test_downtime_that_nobody_saw_has_no_price_but_a_warning():
    text = "components: {web: {replicas: 3, mtbf: 50 years, mttr: 1 min}}\n"
    text += "costs: {currency: EUR, components: {web: 1 EUR / h}, downtime: 50 EUR / min}"
    solution = hasim.solve(resolve(read_text(text)), engine="montecarlo", max_time=0.0)
    costs = solution.costs
    assert costs.downtime_per_year.value is None
    assert costs.total_per_year.value is None
    assert costs.running_per_year == pytest.approx(3 * 8760)
    assert any("what the downtime of service costs is not known" in w for w in solution.warnings)
