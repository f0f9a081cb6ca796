"""Replicas that are restarted on another host."""

import pytest

import hasim
from hasim.losses import serving
from tests.compiler.scenarios import NEVER, Scenario, compiled, system_of
from tests.compiler.test_common_rules import Providers

CLUSTER = f"""
name: t
components:
  node:
    kind: host
    replicas: 3
    failures: {{crash: {{after: '{NEVER}', repair: fixed(3600 s)}}}}
  scheduler: {{failures: {{crash: {{after: '{NEVER}', repair: fixed(500 s)}}}}}}
  web:
    replicas: 2
    required: 2
    hosts: node
    relocate: {{detect: 50 s, decide: 300 s, start: 10 s, needs: [scheduler]}}
services: {{shop: {{needs: [web]}}}}
"""


def test_a_replica_is_restarted_on_a_free_host(tmp_path):
    """Kubernetes: 50 s until the node is not ready, 5 min until its pods are evicted."""
    scenario = Scenario(compiled(CLUSTER, tmp_path), (1000, "node.1 crash"))
    assert scenario.timeline(9000, "shop") == [
        "0 up",
        "1000 detect node.crash",
        "1050 decide node.crash",
        "1350 start node.crash",
        "1360 up",
    ]
    assert scenario.phase("web.1 place") == "on node.3"  # node.1 is back, and nothing moves


def test_the_return_of_the_host_before_it_is_given_up_ends_it(tmp_path):
    text = CLUSTER.replace("fixed(3600 s)", "fixed(200 s)")
    scenario = Scenario(compiled(text, tmp_path), (1000, "node.1 crash"))
    assert scenario.timeline(9000, "shop")[-1] == "1200 up"
    assert scenario.phase("web.1 place") == "on node.1"


def test_without_a_free_host_it_joins_another_replica(tmp_path):
    text = CLUSTER.replace("replicas: 3", "replicas: 2")
    scenario = Scenario(compiled(text, tmp_path), (1000, "node.1 crash")).at(2000)
    assert scenario.phase("web.1 place") == "on node.2"


def test_without_any_host_it_waits_for_the_first_one(tmp_path):
    text = CLUSTER.replace("replicas: 3", "replicas: 2").replace("required: 2", "required: 1")
    failures = [(1000, "node.1 crash"), (1100, "node.2 crash")]
    told = Scenario(compiled(text, tmp_path), *failures).timeline(9000, "shop")
    assert told == ["0 up", "1100 decide node.crash", "1450 masked node.crash", "4600 up"]


def test_what_restarts_replicas_must_serve(tmp_path):
    """A control plane that is down with the node: nothing is started until it is back."""
    failures = [(1000, "node.1 crash"), (1040, "scheduler.1 crash")]
    told = Scenario(compiled(CLUSTER, tmp_path), *failures).timeline(9000, "shop")
    assert told[-2:] == ["1840 start node.crash", "1850 up"]


def test_one_replica_on_two_hosts_is_the_chain_of_a_changeover(tmp_path):
    text = """
    components:
      node: {kind: host, replicas: 2, mtbf: 100 h, mttr: 10 h}
      job: {hosts: node, relocate: {detect: exponential(1 h), start: exponential(2 h)}}
    """
    expected = Providers(2, detect=1, switch=2, coverage=1.0).unavailability()
    answer = hasim.solve(system_of(text, tmp_path))["service"]
    assert answer.unavailability.value == pytest.approx(expected, rel=1e-8, abs=0)


@pytest.mark.normal
def test_the_loss_of_a_host_takes_no_capacity_once_it_is_through(tmp_path):
    text = """
    components:
      node: {kind: host, replicas: 2, mtbf: 100 h, mttr: 10 h}
      web: {replicas: 2, required: 2, capacity: 50 rps, hosts: node, relocate: {start: 1 min}}
    services: {shop: {needs: [web], demand: {peak: 80 rps}}}
    """
    system = system_of(text, tmp_path)
    assert serving(system, ["node.1"])["shop"]
    assert not serving(system, ["node"])["shop"]
    answer = hasim.solve(system, engine="reference", max_time=5.0)["shop"]
    assert answer.capacity.headroom_after_loss is None
    assert answer.single_points_of_failure == ()
