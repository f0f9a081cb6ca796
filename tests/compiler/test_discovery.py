"""Replicas that are found through a registry: how long what is dead, or back, is told wrongly."""

import math

import pytest

import hasim
from hasim.compiler.route_figures import figures_of
from hasim.laws import Uniform
from tests.compiler.scenarios import NEVER, Scenario, automaton, compiled, system_of

SERVED = "service requests served"
DAY = 86400.0

# Lease.java of Eureka: a lease of 90 s expires after twice that.
EUREKA = (
    "through: dir, expiry: {lease: 180 s, renew: 30 s}, eviction: 60 s, cache: 30 s, poll: 30 s"
)
CONSUL = (
    "through: dir, expiry: {probe: 10 s, misses: 1}, detect_silent: uniform(low 5 s, high 10 s)"
)
K8S_POD = "through: dir, expiry: {probe: 10 s, misses: 3, timeout: 1 s}"
K8S_NODE = "through: dir, expiry: {lease: 50 s, renew: 10 s}, eviction: 5 s"


def quoted(route):
    return route.replace("uniform(low 5 s, high 10 s)", "'uniform(low 5 s, high 10 s)'")


def model(route, replicas=4, web=""):
    crash = f"failures: {{crash: {{after: '{NEVER}', repair: fixed(1000 s)}}}}"
    return f"""
    name: t
    components:
      dir: {{kind: registry, replicas: 2, required: 2, {crash}}}
      gate: {{replicas: 2, routes: {{to: web, {quoted(route)}}}}}
      web: {{replicas: {replicas}, {crash}{web}}}
    """


# ---------------------------------------------------------------------------- sums


@pytest.mark.parametrize(
    ("route", "refused", "silent", "back"),
    [
        (EUREKA, (225, 300), (225, 300), (45, 90)),
        (CONSUL, (5, 10), (7.5, 10), (0, 0)),
        (K8S_POD, (25, 30), (26, 31), (0, 0)),
        (K8S_NODE, (47.5, 55), (47.5, 55), (5, 10)),
    ],
    ids=["eureka", "consul", "kubernetes-pod", "kubernetes-node"],
)
def test_the_window_of_staleness_is_the_sum_of_its_steps(route, refused, silent, back, tmp_path):
    found = figures_of(system_of(model(route), tmp_path))["gate to web"]
    times = (found.ejection_s["refused"], found.ejection_s["silent"], found.readmission_s)
    assert [(one.mean, one.worst) for one in times] == [refused, silent, back]
    assert found.share_lost_until_ejected == 1 / 4


@pytest.mark.parametrize(
    ("route", "seconds"),
    [(EUREKA, 225), (CONSUL, 5), (K8S_POD, 25)],
    ids=["eureka", "consul", "k8s"],
)
def test_s11_one_crash_misroutes_a_share_of_1_in_n_for_so_long(route, seconds, tmp_path):
    # A crash every 400 d of each of n, repaired in 2 h: loses 1/n for the mean of the window.
    text = f"""
    name: t
    components:
      dir: {{kind: registry}}
      gate: {{replicas: 2, routes: {{to: web, {quoted(route)}}}}}
      web: {{replicas: 4, mtbf: 400 d, mttr: fixed(2 h)}}
    """
    solution = hasim.solve(system_of(text, tmp_path), precision=0.1)
    lost = 1 - solution["service"].request_availability.value
    assert lost == pytest.approx(4 * seconds / 4 / (400 * DAY), rel=0.02)


# ---------------------------------------------------------------------------- steps


FIXED = "through: dir, expiry: 100 s, eviction: 60 s, poll: 30 s, readmit: 20 s"


def test_the_steps_follow_one_another_and_each_looks_regularly(tmp_path):
    one = automaton(compiled(model(FIXED), tmp_path), "gate to web.1")
    assert {delay.name: delay.law for delay in one.delays if "uniform" in str(delay.law)} == {
        "evicting after web.crash": Uniform(0, 60),
        "polling after web.crash": Uniform(0, 30),
        "polling anew after web.crash": Uniform(0, 30),
    }
    targets = {delay.name: delay.row.alternatives[0].target for delay in one.delays}
    assert targets == {
        "expiring after web.crash": "evicting after web.crash",
        "evicting after web.crash": "polling after web.crash",
        "polling after web.crash": "out after web.crash",
        "registering after web.crash": "polling anew after web.crash",
        "polling anew after web.crash": "in rotation",
    }


def test_a_dead_replica_is_told_until_the_last_step(tmp_path):
    told = Scenario(compiled(model(FIXED), tmp_path), (1000, "web.1 crash"))
    assert told.at(1099).phase("gate to web.1") == "expiring after web.crash"
    assert told.value(SERVED) == 3 / 4
    assert told.at(1191).value(SERVED) == 1
    assert told.at(2019).phase("gate to web.1") == "registering after web.crash"
    assert told.at(2051).phase("gate to web.1") == "in rotation"


def test_the_readmission_is_a_stage_of_the_outage(tmp_path):
    told = Scenario(compiled(model(FIXED, replicas=1), tmp_path), (1000, "web.1 crash"))
    changes = told.timeline(9000)
    assert changes[:3] == ["0 up", "1000 repair web.crash", "2000 readmit web.crash"]
    assert 2020 < float(changes[3].split()[0]) < 2050


# ---------------------------------------------------------------------------- the registry fails


def test_without_its_registry_a_balancer_keeps_what_it_knew(tmp_path):
    incident = [(1000, "web.1 crash"), (1050, "dir.1 crash")]
    told = Scenario(compiled(model("through: dir, expiry: 100 s"), tmp_path), *incident)
    assert told.at(1999).value(SERVED) == 3 / 4  # 50 s of the lease are left
    assert told.phase("gate to web.1") == "expiring after web.crash"
    assert told.at(2001).phase("gate to web.1") == "in rotation"  # it is back first


def test_the_clock_goes_on_where_it_stood(tmp_path):
    incident = [(1500, "web.1 crash"), (1550, "dir.1 crash")]
    route = "through: dir, expiry: 100 s"
    process = compiled(model(route, web=", start: 1 h"), tmp_path)
    told = Scenario(process, *incident)
    assert told.at(2599).phase("gate to web.1") == "expiring after web.crash"
    assert told.at(2601).phase("gate to web.1") == "out after web.crash"  # 50 + 1000 + 50 s


def test_closed_the_registry_is_a_need(tmp_path):
    route = "through: dir, expiry: 100 s, on_loss: closed"
    told = Scenario(compiled(model(route), tmp_path), (1000, "dir.1 crash"))
    assert told.timeline(5000) == ["0 up", "1000 repair dir.crash", "2000 up"]
    assert told.process.content_hash != compiled(model(route[:-17]), tmp_path).content_hash


def test_the_default_service_does_not_need_a_registry_that_is_kept(tmp_path):
    assert [need.name for need in system_of(model(EUREKA), tmp_path).services["service"].needs] == [
        "gate"
    ]


# ---------------------------------------------------------------------------- self-preservation


def test_below_its_share_a_registry_evicts_nothing(tmp_path):
    route = "through: dir, expiry: 10 s, eviction: 60 s, self_preservation: 70 %"
    incident = [(1000, "web.1 crash"), (1500, "web.2 crash"), (1500, "web.3 crash")]
    told = Scenario(compiled(model(route), tmp_path), *incident)
    assert told.at(1071).phase("gate to web.1") == "out after web.crash"  # 3 of 4 renew
    assert told.at(1999).phase("gate to web.2") == "evicting after web.crash"  # 1 of 4 does
    assert told.value(SERVED) == pytest.approx(1 / 3)
    assert told.at(2071).phase("gate to web.2") == "evicting after web.crash"  # 2 of 4 do
    told = Scenario(compiled(model(route.replace("70", "50")), tmp_path), *incident)
    assert told.at(2061).phase("gate to web.2") == "out after web.crash"


# ---------------------------------------------------------------------------- a store with a quorum


def quorum(nodes, required):
    return f"""
    name: t
    components:
      dir: {{kind: registry, replicas: {nodes}, required: {required}, mtbf: 30 d, mttr: 4 h}}
      gate: {{routes: {{to: web, through: dir, expiry: 30 s, on_loss: closed}}}}
      web: {{replicas: 3}}
    """


@pytest.mark.parametrize(("nodes", "tolerated"), [(3, 1), (4, 1), (5, 2)])
def test_s12_a_quorum_tolerates_the_minority(nodes, tolerated, tmp_path):
    required = nodes // 2 + 1
    assert nodes - required == tolerated
    down = 4 * 3600 / (30 * DAY + 4 * 3600)
    expected = sum(
        math.comb(nodes, lost) * down**lost * (1 - down) ** (nodes - lost)
        for lost in range(tolerated + 1, nodes + 1)
    )
    answer = hasim.solve(system_of(quorum(nodes, required), tmp_path), engine="exact")["service"]
    assert answer.unavailability.value == pytest.approx(expected, rel=1e-9)


def test_s12_a_fourth_node_makes_it_worse(tmp_path):
    three, four, five = (
        hasim.solve(system_of(quorum(nodes, nodes // 2 + 1), tmp_path), engine="exact")["service"]
        for nodes in (3, 4, 5)
    )
    assert five.unavailability.value < three.unavailability.value < four.unavailability.value
