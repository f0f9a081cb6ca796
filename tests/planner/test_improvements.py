"""Changes that could be made: what they touch, and that each can be solved."""

import pytest

import hasim
from hasim.planner.improvements import find_changes, most_to_gain
from tests.compiler.scenarios import system_of

DB = """
name: t
crews: {oncall: {size: 1}}
components:
  db:
    replicas: 2
    redundancy: active-passive
    standby: {latent: 10 %}
    failures: {crash: {after: 90 d, repair: 4 h, crew: oncall, common_cause: 5 %}}
    failover: {detect: 30 s, promote: 20 s, switch: 10 s, coverage: 95 %, manual: 30 min}
"""


def changes(text, tmp_path):
    return {one.text: one for one in find_changes(system_of(text, tmp_path))}


def test_a_database_in_the_order_of_the_kinds(tmp_path):
    assert list(changes(DB, tmp_path)) == [
        "run 3 replicas of db (now 2)",
        "make db.crash half as frequent (every 180 d of a replica, now 90 d)",
        "repair db.crash twice as fast (in 2 h on average, now 4 h)",
        "let the failover of db notice a failure twice as fast (in 15 s on average, now 30 s)",
        "make the replicas of db less alike, so that only 2.5 % of db.crash strike all of them "
        "(now 5 %)",
        "give the failover of db a coverage of 99 % (now 95 %)",
        "take over from db by hand twice as fast (in 15 min on average, now 30 min)",
        "make the step promote of the failover of db twice as fast (10 s on average, now 20 s)",
        "test the standbys of db every 30 d (now never)",
        "have 2 people in the crew oncall (now 1)",
    ]


def test_each_changes_one_thing(tmp_path):
    found = changes(DB, tmp_path)
    more = found["run 3 replicas of db (now 2)"].system.components["db"]
    assert (more.replicas, more.required) == (3, 1)
    covered = found["give the failover of db a coverage of 99 % (now 95 %)"].system
    assert covered.components["db"].failover.coverage == 0.99
    assert found["have 2 people in the crew oncall (now 1)"].system.crews["oncall"].size == 2
    tested = found["test the standbys of db every 30 d (now never)"].system.components["db"]
    assert tested.standby.test == 30 * 86400


def test_a_quorum_grows_by_two_and_keeps_its_majority(tmp_path):
    text = """
    name: t
    components: {etcd: {replicas: 3, redundancy: quorum, mtbf: 90 d, mttr: 4 h}}
    """
    one = changes(text, tmp_path)["run 5 replicas of etcd (now 3)"].system.components["etcd"]
    assert one.required == 3


def test_what_is_in_one_zone_is_spread(tmp_path):
    text = """
    name: t
    domains: {a: {level: zone, mtbf: 2 years, mttr: 2 h}, b: {level: zone}}
    components: {web: {replicas: 2, spread: [a], mtbf: 9 d, mttr: 1 h}}
    """
    found = changes(text, tmp_path)["spread web over a, b (now all of it in a)"]
    assert found.system.components["web"].spread == ("a", "b")
    assert found.causes == ("web", "a")


def test_bad_changes_and_certificates():
    texts = [one.text for one in find_changes(hasim.load("models/deployments.yaml"))]
    assert any(text.startswith("roll api.change out by a canary") for text in texts)
    assert not any(text.startswith("roll web.change") for text in texts)  # it has one already
    texts = [one.text for one in find_changes(hasim.load("models/certificate_expiry.yaml"))]
    assert "forget to renew wildcard half as often (1 % of the times, now 2 %)" in texts


def test_what_can_be_gained_is_what_is_charged(tmp_path):
    text = """
    name: t
    components: {a: {mtbf: 99 h, mttr: 1 h}, b: {mtbf: 49 h, mttr: 1 h}}
    """
    system = system_of(text, tmp_path)
    answer = hasim.solve(system)["service"]
    for change in find_changes(system):
        cause = f"{change.causes[0].partition('.')[0]}.failure"
        charged = answer.downtime_s_per_year_by_cause[cause].value
        assert most_to_gain(change, answer) == pytest.approx(charged)


CREW = "name: t\ncrews: {ops: {size: 1}}\n"
FAILING = "mtbf: 100 h, mttr: 10 h, crew: ops"


@pytest.mark.parametrize(
    "parts",
    [
        f"components: {{web: {{replicas: 2, {FAILING}}}}}",
        f"domains: {{a: {{{FAILING}}}, b: {{{FAILING}}}}}\n"
        "components: {web: {replicas: 2, spread: [a, b]}}",
    ],
)
def test_a_second_person_is_tried_though_no_outage_waits_for_one(parts, tmp_path):
    """Of a pair with one repairer the outage is a repair; two of them are down half as much."""
    (gain,) = [
        one
        for one in hasim.explain(system_of(CREW + parts, tmp_path)).services["service"].gains
        if one.text == "have 2 people in the crew ops (now 1)"
    ]
    r = 10.0 / 100.0
    one, two = (2 * r**2 / (1 + 2 * r + 2 * r**2), (r / (1 + r)) ** 2)
    assert gain.saved_s_per_year.value == pytest.approx((one - two) * 365 * 86400)


def test_a_crew_is_waited_for_by_what_its_monitoring_watches(tmp_path):
    text = """
    name: t
    crews: {noc: {size: 1}}
    components: {web: {replicas: 2, failures: {crash: {after: 9 d, repair: 1 h}}}}
    monitoring: {alerts: {watches: [web], crew: noc, acknowledge: 5 min}}
    """
    assert changes(text, tmp_path)["have 2 people in the crew noc (now 1)"].causes == ("web",)


@pytest.mark.normal
@pytest.mark.parametrize("model", ["shop", "kubernetes", "patroni", "deployments", "on_call"])
def test_every_change_of_a_model_compiles(model):
    for change in find_changes(hasim.load(f"models/{model}.yaml")):
        assert hasim.compile(change.system).measures
