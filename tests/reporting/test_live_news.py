"""What is told of a run while it goes on."""

import json

import pytest

from hasim.reporting.live_news import follow
from hasim.units import SECONDS_PER_YEAR

HOUR = 3600.0 / SECONDS_PER_YEAR


def news(spent, value, half, **more):
    figure = {"name": "shop", "value": value, "low": value - half, "high": value + half}
    told = {"spent_s": spent, "left_s": 4.0, "replications": 64, "about": ""}
    return {**told, "precision": half / value, "figures": [{**figure, "outages": 9}], **more}


def test_nothing_is_made_up_before_anything_is_told():
    course = follow([], 0.05)
    assert (course.text, course.share, course.figures, course.charts) == ("at work", None, (), ())


def test_the_interval_and_the_time_left_are_told():
    course = follow([news(1.0, HOUR, HOUR / 10)], 0.05)
    assert course.text == "known to within 10 %, 5 % asked, about 4 s left"
    assert course.share == 0.2
    assert course.figures == (("shop", "1 h", "54 min to 1.1 h"),)
    assert course.charts == ()


def test_a_chart_has_each_interval_in_hours_a_year():
    course = follow([news(1.0, HOUR, HOUR / 10), news(2.0, 2 * HOUR, HOUR)], None)
    (chart,) = course.charts
    points = chart["data"]["values"]
    assert [point["spent"] for point in points] == [1.0, 2.0]
    assert [round(point["high"], 9) for point in points] == [1.1, 3.0]
    json.dumps(chart, allow_nan=False)


def test_a_long_run_has_a_chart_of_bounded_size():
    told = [news(float(n), HOUR, HOUR / 10) for n in range(1, 5001)]
    (chart,) = follow(told, 0.05).charts
    assert 60 < len(chart["data"]["values"]) <= 120


def test_what_is_not_known_yet_is_said():
    course = follow([news(1.0, HOUR, HOUR / 10, precision=None, figures=[])], 0.05)
    assert course.text == "too few outages for an interval yet"
    assert course.figures == ()


def test_a_worker_that_was_killed_is_told_before_the_next_has_news():
    killed = {"about": "another worker starts", "note": "the worker was killed"}
    course = follow([news(1.0, HOUR, HOUR / 10), killed], 0.05)
    assert course.text == "another worker starts"
    assert course.notes == ("the worker was killed",)
    assert course.share is None
    assert course.figures


@pytest.mark.parametrize("first", [0.5, 7.0])
def test_time_goes_on_after_a_worker_was_killed(first):
    killed = {"about": "another worker starts", "note": "the worker was killed"}
    begun = {"about": "the model is read"}
    again = [news(first, HOUR, HOUR / 10), news(first + 1.0, HOUR, HOUR / 10)]
    course = follow(
        [news(3.0, HOUR, HOUR / 5), news(5.0, HOUR, HOUR / 5), killed, begun, *again], 1
    )
    (chart,) = course.charts
    spent = [point["spent"] for point in chart["data"]["values"]]
    assert spent == [3.0, 5.0, 5.0 + first, 6.0 + first]
    assert course.share == (6.0 + first) / (10.0 + first)


def test_time_goes_on_where_nobody_told_of_the_end_of_a_worker():
    told = [{"spent_s": s, "about": "", "least": 1.0} for s in (1.0, 4.0, 0.5, 2.0, 1.0)]
    (chart,) = follow(told, None).charts
    assert [point["spent"] for point in chart["data"]["values"]] == [1.0, 4.0, 4.5, 6.0, 7.0]


def test_a_search_tells_how_many_designs_are_decided_and_what_is_left_costs():
    told = [
        {"spent_s": 1.0, "about": "10 of 40 designs decided", "share": 0.25, "least": 100.0},
        {"spent_s": 2.0, "about": "20 of 40 designs decided", "share": 0.5, "least": 120.0},
    ]
    course = follow(told, None)
    assert course.text == "20 of 40 designs decided"
    assert course.share == 0.5
    (chart,) = course.charts
    assert [point["least"] for point in chart["data"]["values"]] == [100.0, 120.0]
