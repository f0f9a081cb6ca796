"""The worst loss played: what is carried until all is back, and where there is nothing to play."""

from dataclasses import replace

import pytest

import hasim
from hasim.description import draft_of, resolve
from hasim.reporting.worst_loss import play_worst_loss

pytestmark = pytest.mark.normal  # the reference engine plays

DRAFT = {
    "name": "x",
    "domains": {name: {"level": "zone", "mtbf": "1 year", "mttr": "2 h"} for name in ("a", "b")},
    "components": {
        "web": {"replicas": 4, "required": 1, "capacity": "100 rps", "spread": ["a", "b"]}
    },
    "services": {"shop": {"needs": ["web"], "demand": {"peak": "150 rps"}}},
}


def played(**more):
    system = resolve(draft_of({**DRAFT, **more}))
    return system, hasim.solve(system)["shop"]


def test_a_zone_takes_its_replicas_until_it_is_back():
    system, answer = played()
    loss = play_worst_loss(system, "shop", answer)
    assert loss.what == "zone a"
    assert [rps for _, rps in loss.capacity_rps] == [200.0, 400.0]
    assert loss.capacity_rps[0][0] == 0.0
    assert loss.ended_s == loss.capacity_rps[-1][0]
    assert loss.demand_rps == 150.0
    assert loss.seconds_below(150.0) == 0.0
    assert loss.seconds_below(300.0) == loss.ended_s


def test_a_replica_is_lost_where_nothing_worse_can_be():
    web = {"replicas": 2, "capacity": "100 rps", "mtbf": "30 d", "mttr": "1 h"}
    system, answer = played(domains={}, components={"web": web})
    loss = play_worst_loss(system, "shop", answer)
    assert loss.what == "a replica of web"
    assert [rps for _, rps in loss.capacity_rps] == [100.0, 200.0]


def test_nothing_is_played_without_a_demand_or_a_loss():
    system, answer = played()
    assert play_worst_loss(system, "shop", replace(answer, capacity=None)) is None
    capacity = replace(answer.capacity, headroom_after_loss=None)
    assert play_worst_loss(system, "shop", replace(answer, capacity=capacity)) is None
