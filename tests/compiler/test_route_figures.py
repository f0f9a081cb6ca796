"""Ejection and readmission of the products that people use, and what is left after a loss.

The parameters of the products are those of their documentation, as the catalogue of hasim's
practice notes lists them; mean and worst are worked out by hand from how often each looks.
"""

import pytest

import hasim
from hasim.compiler.route_figures import figures_of
from hasim.description.catalogue import find_entry
from hasim.reporting.tables import tell_solution
from hasim.solution import OneBack, Times
from tests.compiler.scenarios import system_of


def figures(route, tmp_path, replicas=4, more="", services=""):
    text = f"""
    name: t
    components:
      edge: {{replicas: 2, routes: {{to: web, {route}}}}}
      web: {{replicas: {replicas}, mtbf: 30 d, mttr: 1 h{more}}}
    {services}
    """
    return figures_of(system_of(text, tmp_path))["edge to web"]


PRODUCTS = [
    # route; then mean and worst: refused, silent, readmission
    (
        "HAProxy: inter 2 s, fall 3, rise 2, timeout 2 s",
        "detect: {probe: 2 s, misses: 3, timeout: 2 s}, readmit: {probe: 2 s, passes: 2}",
        ((5, 6), (7, 8), (3, 4)),
    ),
    (
        "AWS ALB: interval 30 s, timeout 5 s, unhealthy 2, healthy 5",
        "detect: {probe: 30 s, misses: 2, timeout: 5 s}, readmit: {probe: 30 s, passes: 5}",
        ((45, 60), (50, 65), (135, 150)),
    ),
    (
        "AWS NLB: interval 30 s, unhealthy 2, healthy 5",
        "layer: 4, detect: {probe: 30 s, misses: 2}, readmit: {probe: 30 s, passes: 5}",
        ((45, 60), (45, 60), (135, 150)),
    ),
    (
        "nginx, passive: the first failed request, 10 s of quarantine",
        "detect: 0 s, readmit: {probe: 10 s, passes: 1}",
        ((0, 0), (0, 0), (5, 10)),
    ),
    (
        "Kubernetes pod: period 10 s, failures 3, timeout 1 s, success 1",
        "detect: {probe: 10 s, misses: 3, timeout: 1 s}, readmit: {probe: 10 s, passes: 1}",
        ((25, 30), (26, 31), (5, 10)),
    ),
    (
        "Docker: interval 30 s, retries 3, timeout 30 s",
        "detect: {probe: 30 s, misses: 3, timeout: 30 s}, readmit: {probe: 30 s, passes: 1}",
        ((75, 90), (105, 120), (15, 30)),
    ),
    (
        "keepalived: three adverts of 1 s and a skew for priority 100",
        "detect: {lease: 3.61 s, renew: 1 s}",
        ((3.11, 3.61), (3.11, 3.61), (0, 0)),
    ),
]


@pytest.mark.parametrize(
    ("route", "expected"), [one[1:] for one in PRODUCTS], ids=[one[0] for one in PRODUCTS]
)
def test_every_product_takes_its_time(route, expected, tmp_path):
    found = figures(route, tmp_path)
    times = (found.ejection_s["refused"], found.ejection_s["silent"], found.readmission_s)
    assert [value for one in times for value in (one.mean, one.worst)] == pytest.approx(
        [value for one in expected for value in one]
    )


def test_a_time_without_a_limit_has_no_worst(tmp_path):
    found = figures("detect: exponential(5 s), readmit: 'empirical(values [3 s, 9 s])'", tmp_path)
    assert found.ejection_s["silent"] == Times(5, None)
    assert found.readmission_s == Times(6, 9)


@pytest.mark.parametrize(
    ("policy", "moved"), [("round-robin", None), ("hash", 3 / 4), ("consistent-hash", 1 / 4)]
)
def test_the_keys_that_move_when_one_of_four_is_ejected(policy, moved, tmp_path):
    less = figures(f"policy: {policy}", tmp_path).after_a_loss
    assert less.keys_moved == moved
    assert less.share_of_each == pytest.approx(1 / 3)
    assert less.imbalance == pytest.approx(1)


def test_a_hash_modulo_the_replicas_moves_all_but_1_in_n():
    n = 4
    keys = range(n * (n - 1) * 1000)
    assert sum(key % n != key % (n - 1) for key in keys) / len(keys) == (n - 1) / n


SHOP = "services: {shop: {needs: [edge], demand: {peak: 300 rps}}}"


def test_what_a_failure_costs_and_leaves(tmp_path):
    route = "detect: {probe: 2 s, misses: 3, timeout: 2 s}"
    found = figures(route, tmp_path, more=", capacity: 125 rps", services=SHOP)
    assert found.share_lost_until_ejected == 1 / 4
    assert found.errors_per_failure == {"refused": 300 / 4 * 5, "silent": 300 / 4 * 7}
    assert found.after_a_loss.capacity_left_rps == pytest.approx(3 * 125)
    assert found.after_a_loss.headroom_left == pytest.approx(375 / 300 - 1)


def test_with_weights_the_heaviest_fails_and_the_next_fills_first(tmp_path):
    route = "policy: weighted, weights: [1, 3, 2, 2]"
    found = figures(route, tmp_path, more=", capacity: 100 rps", services=SHOP)
    assert found.share_lost_until_ejected == 3 / 8
    assert found.after_a_loss.share_of_each == 2 / 5
    assert found.after_a_loss.imbalance == pytest.approx(2 / 5 * 3)
    assert found.after_a_loss.capacity_left_rps == pytest.approx(250)


def test_long_lived_connections_do_not_come_back(tmp_path):
    route = "layer: 4, pinned: 40 %, idle: 350 s, detect: 10 s"
    found = figures(route, tmp_path, services=SHOP)
    assert found.after_a_return == OneBack(
        pytest.approx(0.15), pytest.approx(0.15 + 0.4 / 3), pytest.approx(0.6 + 0.4 * 4 / 3)
    )
    lost = found.errors_per_failure
    assert lost == {"refused": 750, "silent": pytest.approx(300 / 4 * (10 + 0.4 * 350))}


def test_one_replica_leaves_nothing(tmp_path):
    found = figures("layer: 4, pinned: 40 %, idle: 350 s", tmp_path, replicas=1)
    assert found.after_a_loss is None
    assert found.after_a_return is None
    assert found.errors_per_failure is None


def test_the_figures_are_in_the_document_and_the_table(tmp_path):
    text = """
    name: t
    components:
      edge: {replicas: 2, routes: {to: web, policy: consistent-hash, detect: 5 s}}
      web: {replicas: 4, mtbf: 30 d, mttr: 1 h, capacity: 125 rps}
    services: {shop: {needs: [edge], demand: {peak: 300 rps}}}
    """
    solution = hasim.solve(system_of(text, tmp_path), engine="exact")
    route = solution.to_dict()["routes"]["edge to web"]
    assert route["ejection_s"]["refused"] == {"mean": 5.0, "worst": 5.0}
    assert route["after_a_loss"]["keys_moved"] == 0.25
    assert route["after_a_return"] is None
    table = tell_solution(solution)
    for words in (
        "route edge to web",
        "ejected (silent)        5 s",
        "375 requests lost by a failure",
        "keys that move          25.0 %",
        "headroom 25.0 %",
    ):
        assert words in table


# The presets of the catalogue that take something out of rotation: silent, mean and worst.
EJECTIONS = {
    "haproxy-ejection": (5, 6),
    "haproxy-ejection-silent": (7, 8),
    "alb-ejection": (50, 65),
    "nlb-ejection": (45, 60),
    "k8s-container-restart": (26, 31),
    "k8s-node-loss": (47, 55),
    "consul-ejection": (7.5, 10),
}


@pytest.mark.parametrize("name", EJECTIONS)
def test_what_the_catalogue_says_of_ejection_is_what_a_route_does(name):
    entry = find_entry(name)
    (detect,) = [one.value for one in entry.values if one.key == ("detect",)]
    builder = hasim.SystemBuilder("t")
    builder.component("edge", replicas=2, routes={"to": "web", "detect": detect})
    builder.component("web", replicas=3)
    silent = figures_of(builder.build())["edge to web"].ejection_s["silent"]
    assert (silent.mean, silent.worst) == pytest.approx(EJECTIONS[name])


def test_what_the_catalogue_says_of_eureka_adds_up_in_a_route():
    values = {one.key[0]: one.value for one in find_entry("eureka-failover").values}
    assert values["decide"] == values["switch"] == "uniform(low 0 s, high 60 s)"
    builder = hasim.SystemBuilder("t")
    steps = {"eviction": "60 s", "cache": "30 s", "poll": "30 s"}
    route = {"to": "web", "through": "eureka", "expiry": values["detect"], **steps}
    builder.component("eureka", kind="registry")
    builder.component("edge", replicas=2, routes=route)
    builder.component("web", replicas=3)
    found = figures_of(builder.build())["edge to web"].ejection_s["refused"]
    assert (found.mean, found.worst) == (225, 300)
