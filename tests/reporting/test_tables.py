"""The table of an answer: order, alignment, and what is said where a figure is missing."""

from dataclasses import replace

import pytest

import hasim
from hasim.reporting.tables import WIDTH, tell_solution
from hasim.solution import AfterLoss, Capacity, Handshakes, Move, Verdict, WhatIf
from hasim.stats import Estimate
from tests.cli.typed import SHOP

ORDER = [
    "availability",
    "downtime a year",
    "outages a year",
    "mean outage",
    "99 % end within",
    "in which stage",
    "what causes it",
    "headroom now",
    "without a replica",
    "without a domain",
    "objective availability",
    "leaves out",
    "engine montecarlo",
    "seed 1",
]


@pytest.fixture(scope="module")
def shop():
    return hasim.solve(hasim.load(SHOP), precision=0.3)


def with_answer(solution, **changes):
    answer = replace(solution["checkout"], **changes)
    return tell_solution(replace(solution, services={"checkout": answer}))


def test_the_answer_comes_in_order_and_fits_a_screen(shop):
    text = tell_solution(shop)
    places = [text.index(words) for words in ORDER]
    assert places == sorted(places)
    lines = text.splitlines()
    assert len(lines) <= 52
    assert max(map(len, lines)) <= WIDTH


def test_what_is_not_known_is_said(shop):
    text = with_answer(
        shop,
        mttr_s=Estimate(None, None, None),
        outages_per_year=Estimate(None, None, 0.3),
        downtime_s_per_year=Estimate(120.0, 60.0, None),
    )
    assert "mean outage             not known\n" in text
    assert "not known    below 0.3" in text
    assert "2 min        above 1 min" in text


def test_an_exact_figure_has_no_interval(shop):
    text = with_answer(shop, mttr_s=Estimate.of_exact(60.0))
    assert "mean outage             1 min\n" in text


def test_small_causes_are_added_up(shop):
    big, small = Estimate(1000.0, 900.0, 1100.0), Estimate(1.0, 0.9, 1.1)
    causes = {"a": small, "b": big, "c": small}
    text = with_answer(shop, downtime_s_per_year_by_cause=causes)
    assert "    2 others              2 s" in text
    assert "    c" not in text


def test_objectives_are_told_in_their_own_units(shop):
    objectives = {
        "availability": Verdict(0.99995, False),
        "mttr": Verdict(600.0, None),
        "headroom_after_loss": Verdict(0.0, True),
    }
    text = with_answer(shop, objectives=objectives)
    assert "MISSED (at least 99.995 %)" in text
    assert "not shown to be met (at most 10 min)" in text
    assert "objective headroom_after_loss        met (at least 0 %)" in text


def test_a_single_point_of_failure_leaves_nothing(shop):
    loss = AfterLoss(-1.0, None, 0.25, "a replica of balancer")
    text = with_answer(shop, capacity=Capacity(100.0, 200.0, 1.0, loss, None))
    line = next(line for line in text.splitlines() if "without a replica" in line)
    assert "nothing left" in line
    assert line.endswith("the worst: a replica of balancer")


def test_guards_and_handshakes_have_lines_of_their_own(shop):
    assert "guards add" not in tell_solution(shop)
    risk, cost = Estimate(7200.0, 7000.0, 7400.0), Estimate(60.0, 50.0, 70.0)
    text = with_answer(shop, guards={"idp": cost}, unguarded_s_per_year=risk)
    assert (
        "what guards add: downtime a year\n    idp                   1 min        50 s to" in text
    )
    assert "unguarded a year        2 h          1.94 h to 2.06 h\n" in text
    security = {
        "edge": Handshakes(0.001, 0.001, 6.25, None, 8000.0),
        "web": Handshakes(0.001, 0.0, None, 0.5, None),
        "api": Handshakes(0.001, 0.001, None, None, 8000.0),
    }
    told = tell_solution(replace(shop, security=security)).partition("until clients")[2]
    assert told.splitlines()[1:4] == [
        "  edge                  6.25 s       after a failover; each replica takes 8,000 a second",
        "  web                   0.5 s        after the loss of a replica",
        "  api                                each replica takes 8,000 a second",
    ]


def test_what_ifs_come_with_the_largest_move_first(shop):
    was = shop["checkout"].unavailability
    lengths = shop["checkout"].outage_length_s["p95"]
    detect, replicas, repairs, tails, *_ = shop.leaves_out
    moved = replace(
        shop,
        what_if=(
            WhatIf(detect, "a", "C", (), {"checkout": Move(was.scaled(1.01), 1.01, lengths)}),
            WhatIf(replicas, "b", "D", (), {"checkout": Move(was.scaled(4.0), 4.0, lengths)}),
            WhatIf(repairs, "c", None, (), {}),
            WhatIf(
                tails, "d", "A", (), {"checkout": Move(was.scaled(2.0), 2.0, lengths.scaled(5.0))}
            ),
        ),
    )
    lines = tell_solution(moved).splitlines()
    heads = [line for line in lines if line.startswith("      with")]
    assert heads == [
        "      with b, grade D:",
        "      with d, grade A:",
        "      with a, grade C:",
        "      with c:",
    ]
    after = [" ".join(lines[lines.index(head) + 1].split()) for head in heads]
    assert after[0].startswith("checkout x 4 1.22 h to 4.87 h (")
    assert "; 95 % end within" in after[1]
    assert after[2].startswith("checkout as before 1.22 h to 1.23 h (")
    assert after[3] == "not answered"


def test_the_sla_is_told_in_three_lines(shop):
    promise = {"target": "99.5 %", "credits": {"99 %": "25 %"}}
    builder = hasim.SystemBuilder("s").component("db", mtbf="500 h", mttr="4 h")
    builder.service("shop", needs=["db"], objectives={"availability": promise})
    sla = hasim.solve(builder.build(), engine="exact")["shop"].sla
    lines = with_answer(shop, sla=sla).splitlines()
    (first,) = (place for place, line in enumerate(lines) if "months below 99.5 %" in line)
    told = [" ".join(line.split()) for line in lines[first : first + 3]]
    assert told[0].startswith("months below 99.5 % ")
    assert told[0].endswith(" a year")
    assert told[1].startswith("years below 99.5 % ")
    assert "1 in 20 below 98." in told[1]
    assert told[2].startswith("credited of the bill ")


def test_years_that_lose_nothing_have_no_worst(shop):
    builder = hasim.SystemBuilder("s").component("db", mtbf="1000 years", mttr="1 h")
    builder.service("shop", needs=["db"], objectives={"availability": "99.9 %"})
    sla = hasim.solve(builder.build(), engine="exact")["shop"].sla
    text = with_answer(shop, sla=sla)
    assert "years below 99.9 %" in text
    assert "1 in 20" not in text
    assert "credited" not in text
