"""The price of a minute avoided, and candidates compared by what they cost."""

import json

import pytest

import hasim
from hasim.description import read_text, resolve
from hasim.errors import InputError
from hasim.planner.comparison import compare
from hasim.planner.marginal_prices import per_minute, price_change
from hasim.reporting.comparison_table import tell_comparison
from hasim.reporting.explanation_text import tell_explanation
from hasim.stats import Estimate

MODEL = """
name: pair
components:
  web: {replicas: 2, mtbf: 30 d, mttr: 4 h}
  db: {replicas: %d, mtbf: 90 d, mttr: 4 h}
costs: {currency: %s, components: {web: 0.096 %s / h, db: 0.4 %s / h}, downtime: 50 %s / min}
"""
WEB, DB = (4 / 724) ** 2, 4 / 2164
SAVED = ((1 - (1 - WEB) * (1 - DB)) - (1 - (1 - WEB) * (1 - DB**2))) * 365 * 1440


def model(replicas=1, currency="EUR"):
    return resolve(read_text(MODEL % (replicas, *[currency] * 4)))


def bare(system):
    return system.model_copy(update={"costs": None})


def test_a_minute_costs_what_is_paid_over_what_is_saved():
    found = price_change(model(), model(2), Estimate.of_exact(60 * SAVED))
    assert found.currency == "EUR"
    assert found.more_per_year == pytest.approx(0.4 * 8760)
    assert found.per_minute.value == pytest.approx(3504 / SAVED)


def test_the_interval_is_that_of_the_saving():
    assert per_minute(600.0, Estimate(120.0, 60.0, 600.0)) == Estimate(300.0, 60.0, 600.0)
    assert per_minute(600.0, Estimate(120.0, -60.0, 600.0)) == Estimate(300.0, 60.0, None)


def test_cheaper_and_better_is_below_zero():
    assert per_minute(-600.0, Estimate(120.0, 60.0, 600.0)) == Estimate(-300.0, -600.0, -60.0)
    assert price_change(model(2), model(1), Estimate.of_exact(60.0)).per_minute.value < 0.0


def test_what_has_no_price_in_the_model_has_none():
    assert price_change(model(), model(), Estimate.of_exact(60.0)) is None
    assert price_change(bare(model()), model(2), Estimate.of_exact(60.0)) is None


def test_an_explanation_prices_the_changes_that_cost_something():
    found = hasim.explain(model())
    gains = {gain.text: gain for gain in found.services["service"].gains}
    price = gains["run 2 replicas of db (now 1)"].price
    assert price.per_minute.value == pytest.approx(3504 / SAVED)
    assert all(gain.price is None for text, gain in gains.items() if "repair" in text)
    first = found.to_dict()["services"]["service"]["changes"][0]
    assert first["more_cost_per_year"] == pytest.approx(3504)
    assert first["cost_per_minute_avoided"]["value"] == pytest.approx(3504 / SAVED)
    told = " ".join(tell_explanation(found).split())
    assert "for 3,504 EUR a year more, 3.61 EUR a minute avoided" in told


def test_a_model_without_costs_is_explained_as_before():
    document = hasim.explain(bare(model())).to_dict()
    assert "cost" not in json.dumps(document)


def test_candidates_are_compared_by_what_they_cost():
    found = compare({"one": model(), "two": model(2)}, rank_by="total_cost_per_year")
    standings = found.contests["service"].standings
    assert standings["two"].place == 1
    assert standings["one"].figures["running_cost_per_year"].value == pytest.approx(0.592 * 8760)
    gap = standings["two"].differences["running_cost_per_year"]
    assert gap.real
    assert gap.estimate.value == pytest.approx(3504)
    assert standings["one"].dominated_by == ()  # it is cheaper to run
    assert "running costs a year (EUR)" in tell_comparison(found)


def test_a_dearer_candidate_that_is_no_better_is_dominated():
    dear = model(2)
    prices = {**dear.costs.components, "db": dear.costs.components["web"]}
    cheap = dear.model_copy(update={"costs": dear.costs.model_copy(update={"components": prices})})
    standings = compare({"dear": dear, "cheap": cheap}).contests["service"].standings
    assert standings["dear"].dominated_by == ("cheap",)


def test_candidates_without_costs_have_no_such_columns():
    found = compare({"one": bare(model()), "two": bare(model(2))})
    assert "cost" not in json.dumps(found.to_dict())


def test_candidates_in_two_currencies_are_refused():
    with pytest.raises(InputError, match="one has prices in EUR, two in USD"):
        compare({"one": model(), "two": model(2, "USD")})


def test_an_order_by_costs_needs_them():
    with pytest.raises(InputError, match="two has no costs to rank by"):
        compare({"one": model(), "two": bare(model(2))}, rank_by="running_cost_per_year")
