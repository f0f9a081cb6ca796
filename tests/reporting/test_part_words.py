"""What pictures say of a part."""

from hasim.description import draft_of, resolve
from hasim.reporting.part_words import say, tell


def test_every_kind_of_part_says_what_it_is():
    fails = {"mtbf": "30 d", "mttr": "1 h"}
    parts = {
        "web": {"kind": "app", "replicas": 3, "required": 2, "spread": ["a"], **fails},
        "db": {"replicas": 2, "redundancy": "active-passive", "failover": "instant", **fails},
        "etcd": {"replicas": 3, "redundancy": "quorum", "hosts": ["web"], **fails},
    }
    system = resolve(
        draft_of(
            {
                "name": "small",
                "domains": {"feed": {}, "a": {"level": "zone", "shares": ["feed"], **fails}},
                "components": parts,
                "services": {
                    "shop": {"needs": ["web"], "demand": {"peak": "1500 rps"}},
                    "api": {"needs": ["db"]},
                },
            }
        )
    )
    words = {name: say(part) for name, part in system.components.items()}
    assert words == {
        "web": "app, 2 of 3 needed",
        "db": "active-passive",
        "etcd": "quorum 2 of 3",
    }
    assert say(system.services["shop"]) == "service, 1500 rps at peak"
    assert say(system.services["api"]) == "service"
    assert say(system.domains["a"]) == "zone, shares feed"
    failure = "failure: after exponential(mean 30 d), repair exponential(mean 1 h)"
    assert tell("web", system.components["web"]) == ["web", words["web"], failure, "in a"]
    assert tell("etcd", system.components["etcd"])[-1] == "on web"
    assert tell("a", system.domains["a"]) == [
        "a",
        "zone, shares feed",
        failure,
    ]
