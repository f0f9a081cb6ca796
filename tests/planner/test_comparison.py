"""Candidates compared, exactly and by simulation; bad input."""

import json

import pytest

from hasim.description import draft_of, load, resolve
from hasim.description.yaml_file import read_text
from hasim.errors import InputError, RefusedError
from hasim.planner.comparison import compare
from hasim.solving import solve
from tests.cli.typed import MODELS
from tests.planner.candidates import paired_singles, single


def test_exact_candidates_are_ranked_exactly():
    comparison = compare(paired_singles())
    standings = comparison.contests["service"].standings
    assert comparison.code == "decided"
    assert [one.place for one in standings.values()] == [1, 2, 3]
    gap = standings["c"].differences["unavailability"]
    assert gap.estimate.value == pytest.approx(0.0021)
    assert gap.estimate.exact
    assert gap.real
    assert not gap.paired


def test_what_is_within_the_indifference_shares_a_place():
    comparison = compare(paired_singles(), indifference=0.15)
    contest = comparison.contests["service"]
    assert [one.place for one in contest.standings.values()] == [1, 1, 2]
    assert contest.against("b", "a") == "alike"
    assert contest.against("c", "a") == "worse"


def test_what_never_fails_has_no_length_that_more_time_would_tell():
    never = {name: resolve(draft_of({"components": {"web": {"replicas": 1}}})) for name in "ab"}
    comparison = compare(never, rank_by="mttr_s")
    assert comparison.text == (
        "the order is not decided, one pair is open: a and b have no mean outage; "
        "rank by another figure (--rank-by)"
    )


def test_who_is_better_everywhere_dominates():
    standings = compare(paired_singles()).contests["service"].standings
    assert standings["a"].dominated_by == ()
    assert standings["b"].dominated_by == ("a",)
    assert standings["c"].dominated_by == ("a", "b")


def test_seldom_and_long_does_not_dominate_often_and_short():
    candidates = {"long": single("2 h", mtbf="1000 h"), "short": single("1 h", mtbf="99 h")}
    standings = compare(candidates).contests["service"].standings
    assert [one.dominated_by for one in standings.values()] == [(), ()]


@pytest.mark.normal
def test_simulated_candidates_are_ranked_as_they_are():
    comparison = compare(paired_singles(), engine="montecarlo", seed=3)
    standings = comparison.contests["service"].standings
    assert comparison.code == "decided"
    assert [one.place for one in standings.values()] == [1, 2, 3]
    gap = standings["c"].differences["unavailability"]
    assert gap.paired
    assert gap.real
    assert gap.estimate.low < 0.0021 < gap.estimate.high


@pytest.mark.normal
def test_nothing_depends_on_the_number_of_threads():
    one, two = (
        json.dumps(compare(paired_singles(), engine="montecarlo", threads=n).to_dict())
        for n in (1, 2)
    )
    assert one == two


@pytest.mark.normal
def test_a_limit_leaves_pairs_undecided():
    comparison = compare(paired_singles(), engine="montecarlo", max_time=0.0)
    assert (comparison.code, comparison.exit_status) == ("limit", 3)
    assert "3 pairs are open" in comparison.text


@pytest.mark.normal
def test_who_asks_can_stop_it():
    comparison = compare(paired_singles(), engine="montecarlo", stop=lambda: True)
    assert (comparison.code, comparison.exit_status) == ("stopped", 130)


@pytest.mark.parametrize("key", ["outages_per_year", "mttr_s", "p95_outage_s"])
def test_other_figures_can_decide(key):
    comparison = compare(paired_singles(), rank_by=key)
    places = [one.place for one in comparison.contests["service"].standings.values()]
    assert places == ([1, 1, 1] if key == "outages_per_year" else [1, 2, 3])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"rank_by": "beauty"}, "rank_by beauty"),
        ({"indifference": 0.0}, "indifference 0"),
        ({"indifference": 1.0}, "indifference 1"),
        ({"confidence": 1.0}, "confidence 1"),
        ({"engine": "reference"}, "reference is no engine that candidates can be compared by"),
        ({"seed": -1}, "seed -1"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(options, said):
    with pytest.raises(InputError, match=said):
        compare(paired_singles(), **options)


@pytest.mark.parametrize("number", [0, 1, 21])
def test_too_few_or_too_many_candidates_are_refused(number):
    with pytest.raises(InputError, match=f"{number} candidate"):
        compare({str(n): single("1 h") for n in range(number)})


def test_different_services_are_refused_by_name():
    candidates = {"a": single("1 h"), "b": single("1 h", service="shop")}
    with pytest.raises(InputError) as error:
        compare(candidates)
    assert "a has no service shop; b has no service service" in str(error.value)


def test_a_refusal_names_the_candidate():
    with pytest.raises(RefusedError, match="a: no law with memory"):
        compare(
            {"a": single("1 h"), "b": single("lognormal(median 1 h, p95 9 h)")}, engine="matched"
        )


@pytest.mark.normal
def test_one_that_is_computed_and_one_that_is_simulated_are_not_paired():
    shop = load(MODELS / "shop.yaml")
    candidates = {"shop": shop, "pair": single("10 h", service="checkout")}
    comparison = compare(candidates)
    assert [one.engine for one in comparison.solutions.values()] == ["montecarlo", "exact"]
    assert comparison.code == "decided"
    standing = comparison.contests["checkout"].standings["pair"]
    gap = standing.differences["unavailability"]
    assert (standing.place, standing.verdict) == (2, "worse")
    assert gap.real
    assert not gap.paired
    assert gap.estimate.low < gap.estimate.value < gap.estimate.high


def promised(name, mtbf):
    text = f"name: {name}\ncomponents: {{a: {{mtbf: {mtbf}, mttr: 2 h}}}}\nservices: "
    return resolve(read_text(text + "{shop: {needs: [a], objectives: {availability: 99.9 %}}}\n"))


@pytest.mark.normal
@pytest.mark.parametrize("engine", ["auto", "montecarlo"])
def test_chances_of_a_breach_stand_beside_the_other_figures(engine):
    candidates = {"a": promised("a", "2000 h"), "b": promised("b", "500 h")}
    comparison = compare(candidates, engine=engine, precision=0.05)
    for name, standing in comparison.contests["shop"].standings.items():
        truth = solve(candidates[name], engine="exact")["shop"].sla
        for key, window in (("month_in_breach", truth.month), ("year_in_breach", truth.year)):
            seen = standing.figures[key]
            assert seen.low <= window.breach.value * 1.05
            assert seen.high >= window.breach.value * 0.95
            assert seen.exact == (engine == "auto")
