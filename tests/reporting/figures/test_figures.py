"""Figures: they say their claim, carry their numbers, and render to SVG that stands alone."""

import csv
import io
from dataclasses import replace
from xml.etree import ElementTree

import pytest

import hasim
from hasim.planner.waterfall import Step, Waterfall
from hasim.reporting.figures import (
    Candidate,
    Loss,
    Swing,
    Table,
    draw_capacity,
    draw_causes,
    draw_front,
    draw_headroom,
    draw_lengths,
    draw_loss,
    draw_recovery,
    draw_tornado,
    draw_way_back,
    draw_windows,
    render,
)
from hasim.reporting.figures.drawing import show_share_of, unit_of
from hasim.solution import AfterLoss, Capacity, Verdict
from hasim.stats import NOTHING_KNOWN, Estimate
from tests.cli.typed import MODELS, SHOP

pytestmark = pytest.mark.normal  # altair takes half a second to import

DRAWINGS = [draw_causes, draw_recovery, draw_lengths, draw_headroom]


@pytest.fixture(scope="module")
def answer():
    return hasim.solve(hasim.load(SHOP), precision=0.3)["checkout"]


@pytest.fixture(scope="module")
def sla():
    return hasim.solve(hasim.load(MODELS / "sla.yaml"))["shop"]


def texts(figure):
    """All texts of the SVG of a figure."""
    return " ".join(ElementTree.fromstring(render(figure)).itertext())


@pytest.mark.parametrize("draw", DRAWINGS)
def test_a_figure_is_xml_that_says_its_finding_and_asks_for_nothing(draw, answer):
    figure = draw("checkout", answer)
    svg = render(figure)
    assert len(ElementTree.fromstring(svg)) > 0
    assert svg == render(draw("checkout", answer))
    assert "url(" not in svg
    assert "href=" not in svg
    assert "<image" not in svg
    said = " ".join(texts(figure).split())
    assert all(word in said for word in figure.claim.split())


@pytest.mark.parametrize("draw", DRAWINGS)
def test_a_table_comes_back_from_its_csv(draw, answer):
    table = draw("checkout", answer).table
    head, *rows = csv.reader(io.StringIO(table.to_csv()))
    assert tuple(head) == table.columns
    for read, row in zip(rows, table.rows, strict=True):
        assert read == ["" if one is None else str(one) for one in row]
        assert all(
            float(text) == one for text, one in zip(read, row, strict=True) if type(one) is float
        )


def test_findings_name_what_is_largest(answer):
    assert draw_causes("checkout", answer).claim.startswith("db.crash.common causes")
    assert draw_recovery("checkout", answer).claim.endswith("goes to the stage repair")
    assert "without zone a" in draw_headroom("checkout", answer).claim


def test_a_way_back_adds_up_and_tells_what_comes_seldom():
    steps = Step("detect", 30.0, 60.0, 1.0), Step("manual", 2400.0, 7200.0, 0.05)
    figure = draw_way_back(Waterfall("db", "failover", steps))
    assert figure.claim == "The failover of db takes 2.5 min on average, most of it for manual"
    assert "40 min (in 5 %)95 % within 2 h" in texts(figure).replace(" 95", "95")


def test_what_is_not_known_is_not_drawn(answer):
    nothing = replace(
        answer,
        downtime_s_per_year_by_cause={"a": NOTHING_KNOWN},
        mttr_stages_s={"repair": Estimate.of_exact(0.0)},
        outage_length_s=dict.fromkeys(answer.outage_length_s, NOTHING_KNOWN),
        capacity=None,
    )
    assert [draw("checkout", nothing) for draw in DRAWINGS] == [None] * len(DRAWINGS)


def test_intervals_without_ends_and_of_no_width_are_drawn(answer):
    one_sided = replace(
        answer,
        downtime_s_per_year_by_cause={
            "a": Estimate(5.0, None, None),
            "b": Estimate(4.0, 0.0, 9.0),
            "c": Estimate.of_exact(3.0),
        },
        outage_length_s={
            "p50": Estimate.of_exact(60.0),
            "p95": Estimate(60.0, None, None),
            "p99": NOTHING_KNOWN,
        },
        objectives={"p95_outage": Verdict(300.0, True)},
    )
    assert "5 s, 42 %" in texts(draw_causes("checkout", one_sided))
    lengths = draw_lengths("checkout", one_sided)
    assert "objective p95_outage" in lengths.note
    assert "99 % end within" not in texts(lengths)


def test_a_loss_that_ends_service_is_said(answer):
    loss = AfterLoss(-1.0, None, 0.5, "a replica of balancer")
    worse = replace(answer, capacity=Capacity(100.0, 200.0, 1.0, loss, None))
    figure = draw_headroom("checkout", worse)
    assert figure.claim == "checkout does not serve without a replica of balancer"
    assert "nothing left" in texts(figure)


def candidate(name, value, downtime):
    return Candidate(name, value, Estimate(downtime, 0.9 * downtime, 1.1 * downtime))


def test_the_front_holds_what_none_beats_in_both():
    cheap, good, bad = (
        candidate("cheap", 100.0, 4000.0),
        candidate("good", 150.0, 3000.0),
        candidate("bad", 160.0, 9000.0),
    )
    figure = draw_front("shop", [cheap, good, bad], "cost", better="low")
    assert [row[-1] for row in figure.table.rows] == ["true", "true", "false"]
    assert figure.claim.startswith("2 of 3 candidates")
    assert {"cheap", "good", "bad"} <= set(texts(figure).split()) | {"cheap", "good", "bad"}
    other = draw_front("shop", [cheap, good, bad], "headroom", better="high")
    assert [row[-1] for row in other.table.rows] == ["false", "true", "true"]
    assert draw_front("shop", [good], "cost", better="low") is None


def test_the_tornado_begins_with_the_widest_swing():
    swings = [Swing("small", 90.0, 110.0), Swing("large", 300.0, 20.0, "30 d", "240 d")]
    figure = draw_tornado("shop", 100.0, swings)
    assert [row[0] for row in figure.table.rows] == ["large", "small"]
    assert figure.claim == "large moves the downtime of shop most: 20 s to 5 min a year"
    assert "240 d" in texts(figure)
    assert draw_tornado("shop", 100.0, []) is None


def test_names_that_look_like_markup_stay_text(answer):
    causes = {"<b>&\"'": Estimate.of_exact(3.0)}
    figure = draw_causes("<i>", replace(answer, downtime_s_per_year_by_cause=causes))
    assert "<b>&\"'" in texts(figure)
    assert "<b>" not in render(figure)


def test_shares_and_units_are_read_at_a_glance():
    assert [show_share_of(x) for x in (0.0, 0.00021, 0.69, 1.0)] == [
        "0 %",
        "0.02 %",
        "69 %",
        "100 %",
    ]
    assert [unit_of(x) for x in (0.5, 100.0, 130.0, 8000.0)] == [
        ("s", 1.0),
        ("s", 1.0),
        ("min", 60.0),
        ("h", 3600.0),
    ]


@pytest.mark.parametrize("draw", [*DRAWINGS, draw_capacity, draw_windows])
def test_numbers_are_told_in_a_unit_or_counted(draw, answer, sla):
    figure = draw("checkout", answer) or draw("shop", sla)
    names = [
        name
        for place, name in enumerate(figure.table.columns)
        if any(isinstance(row[place], float) for row in figure.table.rows)
    ]
    assert names
    assert all(name.endswith((" (s)", " (rps)", " (share)", "outages a year")) for name in names)


def test_a_csv_keeps_commas_and_quotes():
    table = Table(("a", "b"), (('x, "y"', 0.1), (None, 1e-300)))
    assert list(csv.reader(io.StringIO(table.to_csv())))[1:] == [['x, "y"', "0.1"], ["", "1e-300"]]


def test_months_and_years_below_a_promise_are_told(sla):
    figure = draw_windows("shop", sla)
    assert figure.claim == "2 % of the months and 9 % of the years of shop are below 99.95 %"
    assert "below 99.95 %, promised" in texts(figure)
    assert len(figure.table.rows) == 2 * len(sla.sla.month.below)
    assert draw_windows("shop", replace(sla, sla=None)) is None


def test_capacity_over_a_year_adds_up(answer):
    short = Estimate(3600.0, 3000.0, 4200.0)
    capacity = replace(answer.capacity, short_s_per_year=short)
    figure = draw_capacity("checkout", replace(answer, capacity=capacity))
    assert figure.claim.startswith("In a year checkout is up for 1 h with less than its peak")
    assert sum(row[1] for row in figure.table.rows) == pytest.approx(365 * 86_400.0)
    assert draw_capacity("checkout", replace(answer, capacity=None)) is None


def test_capacity_is_followed_through_a_loss():
    carried = ((0.0, 0.0), (90.0, 1000.0), (3600.0, 3000.0))
    figure = draw_loss("shop", Loss("zone a", carried, 1500.0, 3600.0))
    assert figure.claim == (
        "After the loss of zone a shop carries less than its peak for 1 h, nothing at all for "
        "1.5 min; all is back in 1 h"
    )
    assert figure.table.rows == carried
    assert ElementTree.fromstring(render(figure)) is not None
    calm = draw_loss("shop", Loss("web.1", ((0.0, 2000.0), (60.0, 3000.0)), 1500.0, 60.0))
    assert (
        calm.claim
        == "Even after the loss of web.1 shop carries its peak until all is back, in 1 min"
    )
    assert draw_loss("shop", Loss("web.1", ((0.0, 3000.0),), 1500.0, 0.0)) is None
