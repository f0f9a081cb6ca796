"""The exhibition of an answer: JSON with what a report has, whatever the answer has."""

import json
import subprocess
import sys

import pytest

import hasim
from hasim.description import check, read_model
from hasim.reporting.exhibits.solved import exhibit_solution
from hasim.reporting.reported import Reported
from hasim.reporting.tables import headline_figures, show_estimate
from tests.cli.typed import MODELS, PAIR, SHOP

pytestmark = pytest.mark.normal  # altair takes half a second to import

HOSTILE = "<script>alert('x')</script>"


def reported(file):
    checked = check(read_model(file))
    solution = hasim.solve(checked.system, precision=0.3)
    return Reported.of(
        checked, solution, file=str(file), text="", command="hasim run x", title=solution.model
    )


@pytest.fixture(scope="module")
def shop():
    return reported(SHOP)


def items(exhibition, kind, section=None):
    return [
        item
        for one in exhibition.to_dict()["sections"]
        if section in (None, one["title"])
        for item in one["items"]
        if item["kind"] == kind
    ]


def test_an_exhibition_is_json_that_comes_back(shop):
    document = exhibit_solution(shop).to_dict()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["format"] == 1
    assert document["title"] == "shop"
    assert all(section["items"] for section in document["sections"])
    assert [section["title"] for section in document["sections"]] == [
        "checkout",
        "How it recovers",
        "Beside the services",
        "What limits this answer",
        "Assumptions",
        "Engine, and how it comes about again",
    ]


def test_cards_are_the_figures_of_the_table(shop):
    cards = items(exhibit_solution(shop), "cards")[0]["cards"]
    figures = [*headline_figures(shop.solution["checkout"])]
    for card, (_, estimate, show, more) in zip(cards, figures, strict=False):
        value, interval = show_estimate(estimate, show)
        assert (card["value"], card["interval"], card["note"]) == (value, interval, more)
    named = {one["title"]: one for one in cards}
    assert named["headroom without a domain"]["note"] == "the worst: zone a"
    assert "nines" in named["availability"]["note"]
    assert named["half of the outages end within"]["value"]


def test_whether_an_objective_is_met_is_a_word_and_a_tone(shop):
    cards = {one["title"]: one for one in items(exhibit_solution(shop), "cards")[1]["cards"]}
    assert cards["objective headroom"] == {
        "title": "objective headroom",
        "value": "met",
        "interval": "",
        "note": "asked: at least 20 %",
        "tone": "good",
    }


def test_recovery_comes_first_and_every_chart_has_its_numbers(shop):
    charts = items(exhibit_solution(shop), "chart")
    assert [one["name"] for one in charts] == [
        "checkout.recovery",
        "checkout.causes",
        "checkout.lengths",
        "checkout.capacity",
        "checkout.headroom",
        "checkout.loss",
        "db.failover",
    ]
    for one in charts:
        assert one["table"]["rows"]
        assert one["claim"]
        assert "title" not in one["spec"]
        assert one["spec"]["width"] == "container"
        assert "url" not in json.dumps(one["spec"]["layer"])


def test_heat_names_the_nodes_of_the_canvas(shop):
    (picture,) = items(exhibit_solution(shop), "picture")
    assert picture["marks"]["component:db"]["heat"] > 0.9
    assert picture["marks"]["component:db"]["label"].endswith(" %")
    assert "domain:a" in picture["marks"]
    assert picture["claim"].endswith("of the downtime of checkout is charged to db")


def test_a_solution_alone_has_no_picture_and_no_assumptions(shop):
    alone = exhibit_solution(shop.solution)
    assert items(alone, "picture") == []
    assert "Assumptions" not in [section.title for section in alone.sections]
    assert items(exhibit_solution(shop.solution, shop.system), "picture")


def test_months_are_drawn_where_they_are_known():
    charts = items(exhibit_solution(reported(MODELS / "sla.yaml")), "chart", "shop")
    (windows,) = [one for one in charts if one["name"] == "shop.windows"]
    assert windows["claim"] == "2 % of the months and 9 % of the years of shop are below 99.95 %"
    assert {row[0] for row in windows["table"]["rows"]} == {"month", "year"}


def test_names_stay_text(tmp_path):
    file = tmp_path / "hostile.yaml"
    file.write_text(
        f'name: web\ndescription: "{HOSTILE}"\ncomponents: {{w: {{mtbf: 9 d, mttr: 1 h}}}}'
    )
    document = exhibit_solution(reported(file)).to_dict()
    assert document["lead"][0] == HOSTILE
    assert "<script" not in "".join(
        item.get("svg", "") for one in document["sections"] for item in one["items"]
    )


def test_a_page_needs_no_engine_to_lay_one_out():
    code = (
        "import sys, hasim.reporting.exhibits, hasim.reporting.exports;"
        "print({'numba', 'scipy', 'altair', 'vl_convert', 'pydantic'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_same_answer_gives_the_same_bytes():
    one, other = (json.dumps(exhibit_solution(reported(PAIR)).to_dict()) for _ in range(2))
    assert one == other
