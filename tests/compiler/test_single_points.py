"""What takes a service down alone, and whether that is hidden."""

import pytest

from hasim.compiler.single_points import find_single_points
from hasim.description import read_text, resolve
from hasim.solving import solve

UNIT = "mtbf: 100 h, mttr: 1 h"


def points(text, service="service"):
    system = resolve(read_text("name: x\n" + text))
    return [
        (one.name, one.kind, one.hidden, one.why) for one in find_single_points(system)[service]
    ]


def test_a_lone_replica_is_plain():
    text = f"components: {{web: {{{UNIT}, needs: [db]}}, db: {{{UNIT}, replicas: 2, required: 2}}}}"
    assert points(text) == [
        ("web.1", "replica", False, "1 of 1 must serve"),
        ("db.1", "replica", False, "2 of 2 must serve"),
        ("db.2", "replica", False, "2 of 2 must serve"),
    ]


def test_the_host_under_two_replicas_is_hidden():
    text = f"""
components:
  server: {{kind: host, {UNIT}}}
  web: {{replicas: 2, hosts: server, {UNIT}}}
services: {{shop: {{needs: [web]}}}}
"""
    assert points(text, "shop") == [("server.1", "host", True, "carries web.1, web.2")]


def test_the_power_of_two_racks_is_hidden():
    text = f"""
domains:
  feed: {{level: feed, {UNIT}}}
  r1: {{level: rack, shares: [feed]}}
  r2: {{level: rack, needs: [grid], shares: [feed]}}
components:
  grid: {{spread: everywhere, {UNIT}}}
  web: {{replicas: 2, spread: [r1, r2], {UNIT}}}
services: {{shop: {{needs: [web]}}}}
"""
    assert points(text, "shop") == [("feed feed", "domain", True, "takes rack r1, rack r2")]


def test_what_only_domains_need_is_hidden():
    text = f"""
domains: {{hall: {{level: hall, needs: [grid]}}}}
components:
  grid: {{spread: everywhere, {UNIT}}}
  web: {{replicas: 2, spread: [hall], {UNIT}}}
services: {{shop: {{needs: [web]}}}}
"""
    assert points(text, "shop") == [
        ("hall hall", "domain", True, "takes web.1, web.2"),
        ("grid.1", "replica", True, "1 of 1 must serve"),
    ]


def test_a_common_cause_is_hidden():
    text = """
components:
  db: {replicas: 3, failures: {crash: {after: 9 d, repair: 1 h, common_cause: 5 %}}}
"""
    why = "strikes all replicas of db at once"
    assert points(text) == [("db.crash.common", "common cause", True, why)]


def test_what_is_only_used_is_none():
    text = f"""
components: {{web: {{replicas: 2, {UNIT}}}, ads: {{{UNIT}}}}}
services: {{shop: {{needs: [web], uses: [ads]}}}}
"""
    assert points(text, "shop") == []


def test_a_pipeline_that_reaches_all_replicas_is_hidden():
    text = """
components:
  web:
    replicas: 9
    mtbf: 9 d
    mttr: 1 h
    changes: {rate: 9 / year, failure_rate: 5 %, rollback: 1 h}
  api: {replicas: 9, mtbf: 9 d, mttr: 1 h, needs: [web]}
changes: {config: {scope: [web, api], rate: 9 / year}}
"""
    why = "a bad one can strike all of web at once"
    assert points(text) == [("web.change", "change", True, why)]


PAIR = (
    f"components: {{db: {{replicas: 2, redundancy: active-passive, {UNIT}, failover: FAILOVER}}}}"
)


def test_the_primary_is_one_where_nobody_takes_over():
    why = "a failover never works (coverage 0 %) and nobody takes over by hand"
    stuck = PAIR.replace("FAILOVER", "{coverage: 0 %}")
    assert points(stuck) == [("db.1", "replica", False, why)]
    vote = stuck.replace("replicas: 2", "replicas: 3").replace("active-passive", "quorum")
    assert points(vote) == [("db.1", "replica", False, why)]


def test_the_primary_is_none_where_somebody_takes_over():
    for failover in ("{coverage: 1 %}", "{coverage: 0 %, manual: 1 h}"):
        assert points(PAIR.replace("FAILOVER", failover)) == []


def test_the_host_of_a_primary_is_one_where_nobody_takes_over():
    text = f"""
components:
  node: {{replicas: 2, kind: host, {UNIT}}}
  db: {{replicas: 2, hosts: node, redundancy: active-passive, failover: {{coverage: 0 %}}}}
services: {{shop: {{needs: [db]}}}}
"""
    assert points(text, "shop") == [("node.1", "host", True, "carries db.1")]


def test_the_first_alternative_is_one_where_it_is_never_left():
    change = "{any: [a, b], failover: FAILOVER}"
    text = f"""
components: {{a: {{{UNIT}}}, b: {{{UNIT}}}}}
services: {{shop: {{needs: [{change}]}}}}
"""
    stuck = text.replace("FAILOVER", "{coverage: 0 %}")
    assert points(stuck, "shop") == [("a.1", "replica", False, "1 of 1 must serve")]
    assert points(text.replace("FAILOVER", "{coverage: 0 %, manual: 1 h}"), "shop") == []


@pytest.mark.parametrize(
    ("how", "can_stop"),
    [
        ("strategy: canary, catch: 100 %, rollback: 1 h", False),
        ("strategy: canary, catch: 99 %, rollback: 1 h", True),
        (
            "strategy: canary, catch: 100 %, bake: 1 h, rollback: 1 h, latent: exponential(9 h)",
            True,
        ),
        ("strategy: rolling, catch: 100 %, rollback: 1 h", False),
        ("strategy: rolling, at_once: 2, catch: 100 %, rollback: 1 h", True),
        ("strategy: recreate, rollback: 1 h", True),
    ],
)
def test_a_change_is_one_where_it_can_stop_all(how, can_stop):
    text = f"""
name: x
components: {{web: {{replicas: 2, changes: {{rate: 9 / year, failure_rate: 5 %, {how}}}}}}}
"""
    system = resolve(read_text(text))
    assert [one.name for one in find_single_points(system)["service"]] == ["web.change"] * can_stop
    assert (solve(system, engine="exact")["service"].unavailability.value > 0) == can_stop
