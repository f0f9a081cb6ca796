"""Costs a year: sums, intervals, what is not known, and the budget."""

import pytest

from hasim.solution.costs import PaidLine, Prices, add_up, costs_document
from hasim.stats import NOTHING_KNOWN, Estimate

LINES = (
    PaidLine("web", "replicas", 1000.0),
    PaidLine("db", "replicas", 500.0),
    PaidLine("oncall", "people", 300.0),
)
DOWN = Estimate(100.0, 80.0, 130.0)


def costs(downtime=DOWN, price=2.0, budget=None, lines=LINES):
    prices = Prices("EUR", lines, {} if price is None else {"shop": price}, budget)
    return add_up(prices, {"shop": downtime})


def test_running_costs_add_up_by_kind():
    found = costs()
    assert found.running_per_year == 1800.0
    assert found.running_per_year_by_kind == {"replicas": 1500.0, "people": 300.0}


def test_downtime_costs_its_price_with_its_interval():
    found = costs()
    assert found.downtime_per_year == Estimate(200.0, 160.0, 260.0)
    assert found.total_per_year == Estimate(2000.0, 1960.0, 2060.0)


def test_without_a_price_of_downtime_the_total_is_what_running_costs():
    found = costs(price=None)
    assert found.downtime_per_year is None
    assert found.total_per_year == Estimate.of_exact(1800.0)


def test_free_downtime_costs_nothing_even_where_it_is_not_known():
    assert costs(NOTHING_KNOWN, price=0.0).total_per_year == Estimate.of_exact(1800.0)


def test_ends_of_several_services_are_added():
    prices = Prices("EUR", (), {"a": 1.0, "b": 10.0}, None)
    found = add_up(prices, {"a": DOWN, "b": Estimate(1.0, 0.5, 2.0), "c": DOWN})
    assert found.downtime_per_year == Estimate(110.0, 85.0, 150.0)
    assert list(found.downtime_per_year_by_service) == ["a", "b"]


def test_what_is_not_known_is_none():
    found = costs(Estimate(None, None, 130.0))
    assert found.downtime_per_year == Estimate(None, None, 260.0)
    assert found.total_per_year == Estimate(None, None, 2060.0)


@pytest.mark.parametrize(
    ("downtime", "budget", "met"),
    [
        (DOWN, 2060.0, True),
        (DOWN, 2000.0, None),
        (DOWN, 1959.0, False),
        (NOTHING_KNOWN, 1799.0, False),
        (NOTHING_KNOWN, 5000.0, None),
        (Estimate(None, None, 130.0), 2060.0, True),
    ],
)
def test_a_budget_is_judged_by_the_interval_of_the_total(downtime, budget, met):
    assert costs(downtime, budget=budget).budget.met is met


def test_the_document_has_all_of_it():
    document = costs_document(costs(budget=2000.0))
    assert document == {
        "currency": "EUR",
        "running_per_year": 1800.0,
        "running_per_year_by_kind": {"replicas": 1500.0, "people": 300.0},
        "running_per_year_by_line": [
            {"name": "web", "kind": "replicas", "per_year": 1000.0},
            {"name": "db", "kind": "replicas", "per_year": 500.0},
            {"name": "oncall", "kind": "people", "per_year": 300.0},
        ],
        "downtime_per_year": {"value": 200.0, "low": 160.0, "high": 260.0},
        "downtime_per_year_by_service": {"shop": {"value": 200.0, "low": 160.0, "high": 260.0}},
        "total_per_year": {"value": 2000.0, "low": 1960.0, "high": 2060.0},
        "budget": {"target": 2000.0, "met": None},
    }
