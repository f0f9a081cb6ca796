"""The exhibition of a comparison: who is best, what is real, and where designs differ."""

import json

import pytest

from hasim.description import draft_of, resolve
from hasim.planner import compare
from hasim.reporting.exhibits.changes import ADDED, CHANGED, GONE, find_signs, sheet_of_changes
from hasim.reporting.exhibits.compared import exhibit_comparison
from tests.planner.candidates import paired_singles, single

pytestmark = pytest.mark.normal  # altair takes half a second to import

HOSTILE = "<b>x</b>"


def model(components, domains=None):
    draft = {"name": "x", "components": components, "services": {"shop": {"needs": ["web"]}}}
    return resolve(draft_of(draft if domains is None else {**draft, "domains": domains}))


def web(**more):
    return {"mtbf": "99 h", "mttr": "1 h", **more}


def items(exhibition, kind):
    return [
        item
        for section in exhibition.to_dict()["sections"]
        for item in section["items"]
        if item["kind"] == kind
    ]


def sheet(exhibition, title):
    (found,) = (one for one in items(exhibition, "sheet") if one["title"] == title)
    return found


def test_candidates_stand_side_by_side_and_best_first():
    exhibition = exhibit_comparison(compare(paired_singles()))
    (cards,) = items(exhibition, "cards")
    assert [one["title"] for one in cards["cards"]] == ["1. a", "2. b", "3. c"]
    assert "against a: +" in cards["cards"][1]["note"]
    assert cards["cards"][1]["note"].endswith(", told apart; dominated by a")
    table = sheet(exhibition, "Side by side")
    assert table["columns"] == ["", "a", "b", "c"]
    rows = {row[0]: row[1:] for row in table["rows"]}
    assert rows["place"] == ["1", "2", "3"]
    assert rows["unavailability"] == ["1 %", "1.1 %", "1.21 %"]
    assert rows["Pareto"] == ["front", "dominated by a", "dominated by a, b"]


def test_which_differences_are_real_is_said_in_words_that_are_explained():
    exhibition = exhibit_comparison(compare(paired_singles()))
    rows = sheet(exhibition, "What differs from a")["rows"]
    assert ["b", "unavailability", "+0.1 %", "told apart", "computed"] in rows
    _, notes, _ = items(exhibition, "words")
    assert notes["lines"][0].startswith("told apart: the interval of the difference excludes zero")
    assert notes["lines"][1] == "A difference of percentages is in percentage points."


def test_an_order_that_is_open_is_told_as_open():
    comparison = compare(paired_singles(), engine="montecarlo", max_time=0.0)
    words, *_ = items(exhibit_comparison(comparison), "words")
    assert words["title"] == "The order"
    assert words["tone"] == "open"


def test_missed_objectives_colour_a_card_and_are_told():
    candidates = {name: single(f"{h} h", availability="99 %") for name, h in (("x", 9), ("y", 0.1))}
    exhibition = exhibit_comparison(compare(candidates))
    (cards,) = items(exhibition, "cards")
    assert {one["title"]: one["tone"] for one in cards["cards"]} == {"1. y": "good", "2. x": "bad"}
    assert "; misses an objective" in cards["cards"][1]["note"]
    rows = {row[0]: row[1:] for row in sheet(exhibition, "Side by side")["rows"]}
    assert rows["objective availability"] == ["MISSED (at least 99 %)", "met (at least 99 %)"]


def test_a_sign_at_a_card_is_about_objectives_alone_and_says_so():
    asked = {name: single(f"{h} h", availability="90 %") for name, h in (("x", 1), ("y", 2))}
    (cards,) = items(exhibit_comparison(compare(asked)), "cards")
    assert [one["tone"] for one in cards["cards"]] == ["good", "good"]
    assert cards["cards"][1]["note"].endswith("; meets its objectives; dominated by x")
    (cards,) = items(exhibit_comparison(compare(paired_singles())), "cards")
    assert [one["tone"] for one in cards["cards"]] == ["", "", ""]
    assert all("objective" not in one["note"] for one in cards["cards"])


def test_signs_tell_what_is_added_changed_and_gone():
    old = model({"web": web(spread=["a"]), "db": web()}, {"a": {"level": "zone"}})
    new = model({"web": web(replicas=2), "queue": web()})
    assert find_signs(old, new) == {
        "web": CHANGED,
        "db": GONE,
        "queue": ADDED,
        "a": GONE,
    }
    assert find_signs(old, old) == {}


def test_pictures_carry_the_signs():
    systems = {
        "old": model({"web": web()}),
        "new": model({"web": web(replicas=2, needs=["db"]), "db": web()}),
    }
    old, new = items(exhibit_comparison(compare(systems), systems), "picture")
    assert old["marks"] == {}
    assert new["marks"]["component:web"] == {"heat": 0.0, "label": CHANGED}
    assert new["marks"]["component:db"]["label"] == ADDED
    assert new["svg"].count('class="sign"') == 2
    assert new["claim"] == "new: web (changed), db (added)"


def test_keys_that_differ_have_the_value_of_every_design():
    systems = {
        "a": model({"web": web(), "db": web()}),
        "b": model({"web": web(), "db": web(replicas=2)}),
        "c": model({"web": web()}),
    }
    rows = {row[0]: row[1:] for row in sheet_of_changes("a", systems).rows}
    assert rows["components.db.replicas"] == ("1", "2", "–")
    assert rows["components.db"][2] == "–"


def test_the_front_can_be_picked_from():
    draft = {
        "components": {"web": web(capacity="100 rps")},
        "services": {"shop": {"needs": ["web"], "demand": {"peak": "50 rps"}}},
    }
    systems = {}
    for number in (1, 2, 3):
        draft["components"]["web"]["replicas"] = number
        systems[f"{number} replicas"] = resolve(draft_of({"name": "x", **draft}))
    (chart,) = items(exhibit_comparison(compare(systems)), "chart")
    (param,) = chart["spec"]["params"]
    assert param["name"] == "picked"
    assert param["select"] == {"type": "point", "fields": ["candidate"]}
    assert "3 replicas" in json.dumps(chart["spec"])
    assert [row[0] for row in chart["table"]["rows"]] == list(systems)


def test_names_stay_text():
    systems = {HOSTILE: single("1 h"), "y": single("2 h")}
    exhibition = exhibit_comparison(compare(systems), systems)
    assert sheet(exhibition, "Side by side")["columns"] == ["", HOSTILE, "y"]
    assert all("<b>" not in one["svg"] for one in items(exhibition, "picture"))
