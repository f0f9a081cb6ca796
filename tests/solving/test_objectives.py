"""Objectives are met, missed, or cannot be shown."""

import pytest

from hasim.solution import AfterLoss, Capacity, ServiceAnswer
from hasim.solving.objectives import judge_all
from hasim.stats import NOTHING_KNOWN, Estimate

CAPACITY = Capacity(100.0, 150.0, 0.5, AfterLoss(0.2, None, 0.1, "zone a"), None)


def answer_of(unavailability=NOTHING_KNOWN, mttr=NOTHING_KNOWN, requests=None, p95=NOTHING_KNOWN):
    return ServiceAnswer(
        availability=unavailability.complement(),
        unavailability=unavailability,
        nines=unavailability.nines(),
        request_availability=requests,
        outages_per_year=NOTHING_KNOWN,
        downtime_s_per_year=NOTHING_KNOWN,
        mttr_s=mttr,
        mtbf_s=NOTHING_KNOWN,
        mttr_stages_s={},
        outages_per_year_by_cause={},
        downtime_s_per_year_by_cause={},
        outage_length_s={"p95": p95},
        outages_seen=1,
    )


def met(name, target, answer, capacity=None):
    return judge_all({name: target}, answer, capacity)[name].met


@pytest.mark.parametrize(
    ("target", "expected"), [(0.999, True), (0.9999, None), (0.99999, False), (0.9998, True)]
)
def test_availability_is_judged_by_its_interval(target, expected):
    answer = answer_of(Estimate(1e-4, 5e-5, 2e-4))
    assert met("availability", target, answer) is expected


def test_nothing_seen_can_show_availability():
    answer = answer_of(Estimate(None, 0.0, 1e-6))
    assert met("availability", 0.9999, answer) is True
    assert met("availability", 0.9999999, answer) is None


@pytest.mark.parametrize(("target", "expected"), [(12.0, True), (10.0, None), (8.0, False)])
def test_times_are_at_most_what_is_asked(target, expected):
    answer = answer_of(mttr=Estimate(10.0, 9.0, 11.0), p95=Estimate(10.0, 9.0, 11.0))
    assert met("mttr", target, answer) is expected
    assert met("p95_outage", target, answer) is expected


@pytest.mark.parametrize(("target", "expected"), [(0.9, True), (0.97, None), (0.99, False)])
def test_requests_are_at_least_what_is_asked(target, expected):
    answer = answer_of(requests=Estimate(0.97, 0.96, 0.98))
    assert met("request_availability", target, answer) is expected


def test_headroom_is_a_number():
    assert met("headroom", 0.5, answer_of(), CAPACITY) is True
    assert met("headroom", 0.51, answer_of(), CAPACITY) is False
    assert met("headroom", 0.1, answer_of()) is None


def test_headroom_after_loss_is_that_of_the_worst():
    assert met("headroom_after_loss", 0.1, answer_of(), CAPACITY) is True
    assert met("headroom_after_loss", 0.15, answer_of(), CAPACITY) is False


def test_without_a_loss_headroom_after_it_is_headroom():
    safe = Capacity(100.0, 150.0, 0.5, None, None)
    assert met("headroom_after_loss", 0.5, answer_of(), safe) is True
    assert met("headroom_after_loss", 0.5, answer_of()) is None
