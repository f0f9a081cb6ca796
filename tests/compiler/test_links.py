"""Cuts of links: two primaries, fencing, and quorums whose leader is on the wrong side (S3)."""

import pytest

import hasim
from hasim.process import Share
from tests.compiler.scenarios import NEVER, Scenario, compiled, names

TWO = f"""
name: t
domains: {{a: {{level: site}}, b: {{level: site}}}}
links: {{ab: {{between: [a, b], cut: {{after: '{NEVER}', lasts: fixed(43 s)}}}}}}
components:
  db:
    replicas: 2
    spread: [a, b]
    redundancy: active-passive
    failures: {{crash: {{after: '{NEVER}', repair: fixed(1000 s)}}}}
    failover: {{detect: 10 s, decide: 5 s, FENCE promote: 10 s}}
"""


def test_without_fence_and_quorum_a_cut_makes_two_primaries(tmp_path):
    process = compiled(TWO.replace("FENCE", ""), tmp_path)
    assert Scenario(process, (1000, "ab cut")).timeline(5000) == ["0 up"]
    scenario = Scenario(process, (1000, "ab cut"))
    told = [bool(scenario.at(time).value("db has two primaries")) for time in (1014, 1016, 1042)]
    assert told == [False, True, True]
    assert not scenario.at(1044).value("db has two primaries")
    assert scenario.phase("db primary") == "1"


def test_a_short_cut_is_not_noticed(tmp_path):
    text = TWO.replace("FENCE", "").replace("fixed(43 s)", "fixed(14 s)")
    scenario = Scenario(compiled(text, tmp_path), (1000, "ab cut"))
    assert not any(
        scenario.at(time).value("db has two primaries") for time in (1012, 1013.9, 1015, 1016)
    )


def test_a_fence_turns_the_cut_into_a_failover(tmp_path):
    process = compiled(TWO.replace("FENCE", "fence: 5 s,"), tmp_path)
    assert not any(isinstance(one, Share) for one in process.measures)
    scenario = Scenario(process, (1000, "ab cut"))
    assert scenario.timeline(5000) == [
        "0 up",
        "1015 fence ab.cut",
        "1020 promote ab.cut",
        "1030 up",
    ]
    assert scenario.phase("db primary") == "2"
    assert scenario.phase("db split") == "together"


def test_a_fence_whose_failover_does_not_work_waits_for_people(tmp_path):
    text = TWO.replace("FENCE", "fence: 5 s, coverage: 0 %, manual: 600 s,")
    scenario = Scenario(compiled(text, tmp_path), (1000, "ab cut"))
    assert scenario.timeline(5000) == ["0 up", "1015 manual ab.cut", "1615 up"]
    assert scenario.phase("db primary") == "2"


def test_two_primaries_that_lose_one_are_one(tmp_path):
    process = compiled(TWO.replace("FENCE", ""), tmp_path)
    scenario = Scenario(process, (1000, "ab cut"), (1020, "db.1 crash"))
    assert scenario.timeline(5000) == [
        "0 up",
        "1020 detect db.crash",
        "1030 decide db.crash",
        "1035 promote db.crash",
        "1045 up",
    ]


THREE = f"""
name: t
domains: {{a: {{level: site}}, b: {{level: site}}, c: {{level: site}}}}
links:
  ab: {{between: [a, b], cut: {{after: '{NEVER}', lasts: fixed(43 s)}}}}
  ac: {{between: [a, c], cut: {{after: '{NEVER}', lasts: fixed(100 s)}}}}
components:
  etcd:
    replicas: 3
    spread: [a, b, c]
    redundancy: quorum
    failures: {{crash: {{after: '{NEVER}', repair: fixed(1000 s)}}}}
    failover: {{detect: 2 s, promote: 1 s}}
"""


def test_a_leader_that_reaches_a_majority_leads_on(tmp_path):
    assert Scenario(compiled(THREE, tmp_path), (1000, "ab cut")).timeline(5000) == ["0 up"]


def test_a_leader_alone_steps_down_and_the_majority_goes_on(tmp_path):
    scenario = Scenario(compiled(THREE, tmp_path), (1000, "ab cut"), (1010, "ac cut"))
    assert scenario.timeline(5000) == [
        "0 up",
        "1010 detect ac.cut",
        "1012 promote ac.cut",
        "1013 up",
    ]
    assert scenario.phase("etcd primary") == "2"


def test_a_cut_through_what_is_left_waits_for_whatever_is_first(tmp_path):
    """The stage is that of the most advanced member, the one under repair."""
    failures = [(990, "etcd.3 crash"), (1000, "ab cut")]
    told = Scenario(compiled(THREE, tmp_path), *failures).timeline(1100)
    assert told == ["0 up", "1000 detect ab.cut", "1002 repair ab.cut", "1043 up"]


def test_the_time_with_two_primaries_is_its_chain(tmp_path):
    text = """
    name: t
    domains: {a: {level: site}, b: {level: site}}
    links: {ab: {between: [a, b], cut: {after: 100 h, lasts: 2 h}}}
    components:
      db:
        replicas: 2
        spread: [a, b]
        redundancy: active-passive
        failover: {detect: exponential(1 h)}
    """
    process = compiled(text, tmp_path)
    share = hasim.solve(process).measures["db two primaries"]
    assert share.value == pytest.approx(2**2 / (2 + 1) / (100 + 2), rel=1e-9, abs=0)


def test_a_link_that_parts_nobody_is_left_out(tmp_path):
    text = """
    name: t
    domains: {a: {level: site}, b: {level: site}}
    links: {ab: {between: [a, b], cut: {after: 100 h, lasts: 2 h}}}
    components: {web: {replicas: 2, spread: [a, b], mtbf: 100 h, mttr: 1 h}}
    """
    assert "ab" not in names(compiled(text, tmp_path))
