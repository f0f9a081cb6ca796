"""The exhibition of a search: what to build, what else, why nothing cheaper, and what to apply."""

import json

import pytest

from hasim.description import read_text
from hasim.description.space import read_space
from hasim.planner import size
from hasim.reporting.exhibits.sized import exhibit_sizing

pytestmark = pytest.mark.normal  # altair takes half a second to import

MODEL = """
name: small
components:
  web: {replicas: 2, mtbf: 30 d, mttr: 2 h, needs: [db]}
  db: {replicas: 2, mtbf: 60 d, mttr: 6 h}
options:
  components.web.replicas: [1, 2, 3]
  components.db.replicas: [1, 2, 3]
"""
COSTS = """costs:
  currency: EUR
  components: {web: 1000 EUR / year, db: 3000 EUR / year}
  downtime: 10 EUR / min
"""


def shown(*targets, model=MODEL + COSTS):
    document = exhibit_sizing(size(read_space(read_text(model)), targets)).to_dict()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    return document


def section(document, title):
    (found,) = (one for one in document["sections"] if one["title"] == title)
    return found["items"]


def titles(document):
    return [one["title"] for one in document["sections"]]


@pytest.fixture(scope="module")
def found():
    return shown("availability=99.9%")


def test_the_answer_is_cards_and_choices(found):
    cards, choices = section(found, "What to build")
    told = {one["title"]: one["value"] for one in cards["cards"]}
    assert told["cost a year"] == "8,000 EUR"
    assert told["with downtime"] == "8,131 EUR"
    assert choices["rows"] == [["components.web.replicas", "2"], ["components.db.replicas", "2"]]
    assert found["lead"][1] == "Targets: availability 99.9 %."


def test_every_design_that_is_told_can_be_applied(found):
    assert found["picks"][0] == {
        "label": "answer",
        "settings": [["components.web.replicas", "2"], ["components.db.replicas", "2"]],
    }
    chart, table, prices = section(found, "Alternatives")
    labels = [one["label"] for one in found["picks"]]
    assert table["columns"] == ["", *labels]
    assert [row[0] for row in chart["table"]["rows"]] == labels
    assert chart["spec"]["params"][0]["name"] == "picked"
    assert ["alternative 2", "1,000 EUR", "249 EUR"] in prices["rows"]


def test_excuses_and_the_next_nine_are_told(found):
    (excuses,) = section(found, "Why nothing else")
    assert excuses["columns"] == ["cheaper designs", "why not"]
    assert excuses["rows"][0][1].startswith("service: availability 99.9 % is missed by web alone")
    (words,) = section(found, "The next nine")
    assert words["lines"] == ["the answer has the next nine, availability 99.99 %, already"]


def test_what_is_known_of_a_search_that_was_stopped_is_told():
    said = []
    sizing = size(
        read_space(read_text(MODEL + COSTS)),
        ["availability=99.9%"],
        progress=lambda one: said.append(one.about),
        stop=lambda: "1 of 9 designs decided" in said,
    )
    (words,) = section(exhibit_sizing(sizing).to_dict(), "What to build")
    assert words["lines"][0] == sizing.text
    assert words["lines"][1] == "no design that meets all targets is found yet"
    assert words["lines"][2].startswith("any that does costs at least 5,000 EUR a year")


def test_what_stands_in_the_way_is_told_where_nothing_will_do():
    document = shown("availability=99.99999999%")
    assert titles(document)[:2] == ["What to build", "What stands in the way"]
    (words,) = section(document, "What to build")
    assert words["tone"] == "bad"
    (way,) = section(document, "What stands in the way")
    assert "db: 2.25 s a year at best (with components.db.replicas=3)" in way["lines"]
    assert [one["label"] for one in document["picks"]] == ["best parts"]


def test_replicas_are_no_money():
    document = shown("availability=99.9%", model=MODEL)
    cards, _ = section(document, "What to build")
    assert cards["cards"][0]["title"] == "replicas"
    assert [one["kind"] for one in section(document, "Alternatives")] == ["chart", "sheet"]


def test_uncertain_wishes_stand_side_by_side():
    model = MODEL + COSTS.replace("10 EUR / min", "{between: [1 EUR / min, 90 EUR / min]}")
    space = read_space(read_text(model.replace("mttr: 6 h", "mttr: {between: [1 h, 30 h]}")))
    document = exhibit_sizing(size(space, ["availability=99.9%"], worlds=16)).to_dict()
    sheet, words = section(document, "Where wishes are uncertain")
    assert sheet["columns"] == ["", "nominal optimum", "least regret"]
    assert any("least regret as a model" in line for line in words["lines"])
    assert document["picks"][-1]["label"] == "least regret"
