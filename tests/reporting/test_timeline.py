"""The timeline: clocks and stages worked out by hand on systems whose times are all fixed."""

import pytest

from hasim.description import read_text, resolve
from hasim.errors import InputError, RefusedError
from hasim.reporting import timeline
from hasim.reporting.incident import Failure
from hasim.reporting.timeline import Story, tell_trace

FAILOVER = """
name: fixed
components:
  db:
    replicas: 2
    redundancy: active-passive
    failures: {crash: {after: fixed(9 years), detect: 1 min, repair: fixed(1 h)}}
    failover: {detect: 30 s, decide: 10 s, promote: 20 s}
  web: {replicas: 2, failures: {crash: {after: fixed(8 years), repair: fixed(10 min)}}}
services:
  shop: {needs: [web, db]}
  admin: {needs: [db]}
"""


def told(story, text=FAILOVER):
    return list(tell_trace(resolve(read_text(text)), story))


def lines_with(lines, words):
    return [line for line in lines if words in line]


def test_stages_of_an_outage_add_up():
    lines = told(Story(failures=[Failure("db.1", 3600.0)]))
    at = lines.index("shop was down for 1 min, because of db.crash")
    assert lines[at + 1 : at + 4] == [
        "  detect        30 s   50.0%  ###############",
        "  decide        10 s   16.7%  #####",
        "  promote       20 s   33.3%  ##########",
    ]


def test_clock_and_stage_stand_before_what_happened():
    lines = told(Story(failures=[Failure("db.1", 3600.0)]))
    assert lines[0].split() == ["clock", "shop", "admin", "what", "happened"]
    assert lines[1].split()[:5] == ["day", "0", "01:00:00.000", "detect", "detect"]
    (promotion,) = lines_with(lines, "promoting")
    assert promotion.split()[:5] == ["day", "0", "01:00:40.000", "promote", "promote"]


def test_a_story_about_a_failure_ends_with_its_repair():
    lines = told(Story(failures=[Failure("web.1", 60.0)]))
    assert len(lines_with(lines, "web.1 is repaired")) == 1
    assert lines[-1] == "no service was down"


def test_only_services_that_go_down_have_a_column():
    lines = told(Story(failures=[Failure("web.1", 60.0), Failure("web.2", 90.0)]))
    assert lines[0].split() == ["clock", "shop", "what", "happened"]
    assert "shop was down for 9.5 min, because of web.crash" in lines


def test_what_happened_before_calm_is_forgotten():
    lines = told(Story(), FAILOVER.replace("after: fixed(8 years)", "after: 10 d"))
    before = lines[: next(i for i, line in enumerate(lines) if "is DOWN" in line)]
    assert len(before) <= 3


def test_several_outages():
    text = FAILOVER.replace("fixed(9 years)", "30 d")
    lines = told(Story(outages=4), text)
    assert len(lines_with(lines, "is DOWN")) == len(lines_with(lines, "serves again")) >= 4


def test_until_tells_everything_and_what_is_still_down():
    story = Story(until=3630.0, failures=[Failure("db.1", 3600.0)])
    lines = told(story)
    assert lines_with(lines, "the story ends")
    assert "shop is still down after 30 s, because of db.crash" in lines


def test_a_named_failure_mode():
    text = FAILOVER.replace(
        "crash: {after: fixed(8 y", "fire: {after: 9 years, repair: 1 d}, crash: {after: fixed(8 y"
    )
    (line,) = lines_with(told(Story(failures=[Failure("web.1.crash", 60.0)]), text), "web.1 fails")
    assert "(crash)" in line


@pytest.mark.parametrize("item", ["web", "shop", "web.3", "nothing", "web.1.fire"])
def test_what_cannot_fail_is_refused(item):
    with pytest.raises(InputError, match="--fail"):
        told(Story(failures=[Failure(item, 60.0)]))


def test_what_is_down_cannot_fail():
    with pytest.raises(InputError, match="does not run then"):
        told(Story(failures=[Failure("web.1", 60.0), Failure("web.1", 70.0)]))


def test_patience_ends(monkeypatch):
    monkeypatch.setattr(timeline, "MOST_MOMENTS", 10)
    with pytest.raises(RefusedError, match="no service goes down"):
        told(Story(), "name: x\ncomponents: {web: {replicas: 9, mtbf: 1 year, mttr: 1 s}}\n")
