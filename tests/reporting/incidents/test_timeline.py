"""The timeline: clocks and stages worked out by hand on systems whose times are all fixed."""

import re

import pytest

from hasim.description import read_text, resolve
from hasim.errors import InputError, RefusedError
from hasim.reporting.incidents import timeline
from hasim.reporting.incidents.teller import Failure
from hasim.reporting.incidents.timeline import Story, tell_trace

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


REFUSED = {
    "twice": (
        [("web.1", 60.0), ("web.2", 60.0), ("web.1", 70.0)],
        "web.1 cannot fail at 1.17 min: it has failed already (crash), and it is under repair; "
        "a moment at which it works; name a later moment (it works again: --fail web.1@661s), "
        "another replica or another --seed",
    ),
    "in detection": ([("db.1", 60.0), ("db.1", 90.0)], "and the failure is being detected"),
    "waiting": ([("db.2", 30.0), ("db.1", 60.0), ("db.1", 180.0)], "its repair waits for a crew"),
    "after a strike": (
        [("db.crash.common", 60.0), ("db.2", 3000.0)],
        "db.2 cannot fail at 50 min: it is down by a common cause (crash), and it is under repair",
    ),
    "a strike twice": (
        [("db.crash.common", 60.0), ("db.crash.common", 3000.0)],
        "db.crash.common cannot fail at 50 min: it has struck db already, and it is under repair",
    ),
    "a strike at nothing": (
        [("db.1", 60.0), ("db.2", 60.0), ("db.crash.common", 180.0)],
        "db.crash.common cannot strike at 3 min: all that it could strike is down",
    ),
}


@pytest.mark.parametrize(("asked", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_down_cannot_fail(asked, said):
    text = FAILOVER.replace("fixed(1 h)}}", "fixed(1 h), crew: c, common_cause: 1 %}}")
    text = text.replace("fixed(9 years)", "90 years").replace("name: fixed", "crews: {c: {}}")
    with pytest.raises(InputError, match=re.escape(said)):
        told(Story(failures=[Failure(*one) for one in asked]), text)


@pytest.mark.parametrize(
    ("story", "said"),
    [
        (
            Story(until=3600.0, failures=[Failure("web.1", 60.0), Failure("db.1", 3600.0)]),
            "db.1 is to fail at 1 h, but the story ends (--until) at 1 h",
        ),
        (
            Story(failures=[Failure("web.1", 1e12)]),
            "web.1 is to fail at 31710 years, but a story ends at 1000 years",
        ),
    ],
)
def test_a_failure_after_the_end_is_refused(story, said):
    with pytest.raises(InputError, match=re.escape(said)):
        told(story)


def test_a_story_that_gives_up_before_a_failure_says_so(monkeypatch):
    monkeypatch.setattr(timeline, "MOST_MOMENTS", 2)
    failures = [Failure("web.1", 60.0), Failure("db.1", 1e6)]
    with pytest.raises(RefusedError, match=r"cut off at .*\(the last at 11\.6 d\)"):
        told(Story(failures=failures))


def test_patience_ends_where_nothing_happens_either():
    with pytest.raises(RefusedError, match="no service goes down within 1000 years with seed 1"):
        told(Story(), "name: x\ncomponents: {web: {mtbf: 1000000000 years, mttr: 1 s}}\n")


def test_patience_ends(monkeypatch):
    monkeypatch.setattr(timeline, "MOST_MOMENTS", 10)
    with pytest.raises(RefusedError, match="no service goes down"):
        told(Story(), "name: x\ncomponents: {web: {replicas: 9, mtbf: 1 year, mttr: 1 s}}\n")


def test_a_change_can_be_made_to_happen():
    text = """
name: bad push
components:
  web: {replicas: 3}
changes:
  config: {scope: [web], rate: 1 / year, failure_rate: 100 %, strategy: recreate, rollback: 10 min}
"""
    lines = told(Story(failures=[Failure("config", 3600.0)]), text)
    assert lines[0].startswith("clock                   service   what")
    assert "service was down for 10 min, because of config" in lines
    assert lines[-1].split()[:3] == ["rollback", "10", "min"]
    again = Story(failures=[Failure("config", 3600.0), Failure("config", 3700.0)])
    with pytest.raises(InputError, match="it is in progress already"):
        told(again, text)
