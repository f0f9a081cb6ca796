"""How long products take to notice a failure: mean and worst case, as their sources give them.

The figures of this table were worked out by hand from the settings of the products; seconds.
"""

import pytest

from hasim.description import check, read_text
from hasim.description.catalogue import all_entries

ACTIVE_PASSIVE = "replicas: 2, redundancy: active-passive, spread: everywhere"

#: Preset of a failover: mean and longest time to detection.
FAILOVERS = {
    "alb-ejection": (50.0, 65.0),  # 2 of 30 s, timeout 5 s
    "nlb-ejection": (45.0, 60.0),
    "haproxy-ejection": (5.0, 6.0),  # refused: 3 of 2 s
    "haproxy-ejection-silent": (7.0, 8.0),  # and a timeout of 2 s
    "dns-failover": (75.0, 90.0),
    "vrrp-takeover": (3.11, 3.61),
    "firewall-failover": (2.5, 3.0),
    "k8s-container-restart": (26.0, 31.0),
    "k8s-node-loss": (47.0, 55.0),
    "k8s-node-loss-stateful": (47.0, 55.0),
    "patroni-failover": (25.0, 30.0),
    "pacemaker-failover": (3.65, 3.65),
    "orchestrator-failover": (2.5, 5.0),
    "mha-failover": (10.5, 12.0),
    "mongodb-election": (10.0, 12.0),
    "rds-multi-az-failover": (30.0, 30.0),
    "aurora-failover": (10.0, 10.0),
    "sentinel-failover": (30.5, 31.0),
    "redis-cluster-failover": (15.0, 15.0),
    "etcd-election": (1.4, 2.0),
    "zookeeper-election": (9.0, 10.0),
    "consul-ejection": (7.5, 10.0),
    "eureka-failover": (165.0, 180.0),
    "kafka-leader-election": (8.0, 9.0),
    "rabbitmq-election-silent": (7.5, 10.0),
    "manual-failover": (450.0, 900.0),
}

#: Preset of a failure mode: the same.
MODES = {
    "k8s-probe-failure": (26.0, 31.0),
    "docker-health-check": (105.0, 120.0),
    "human-repair": (450.0, 900.0),
}

#: Preset of a failover: mean of all of its stages, and between what a source states the total.
TOTALS = {
    "vrrp-takeover": (3.66, 3.0, 4.0),
    "patroni-failover": (33.0, 20.0, 45.0),
    "mongodb-election": (12.0, 2.0, 12.0),
    "rds-multi-az-failover": (90.0, 60.0, 120.0),
    "aurora-failover": (30.0, 5.0, 60.0),
    "rabbitmq-election": (2.0, 0.5, 3.0),
    "eureka-failover": (225.0, 90.0, 300.0),
    "k8s-node-loss": (358.0, 340.0, 420.0),
    "orchestrator-failover": (14.5, 10.0, 60.0),
    "mha-failover": (20.0, 10.0, 60.0),
    "dns-failover": (105.0, 60.0, 150.0),
    "azure-sql-failover": (30.0, 1.0, 60.0),
    "azure-postgres-failover": (90.0, 60.0, 120.0),
    "firewall-failover": (3.0, 0.05, 15.0),
    "pacemaker-failover": (30.65, 10.0, 120.0),
}


def failover_of(preset):
    text = f"name: x\ncomponents: {{a: {{{ACTIVE_PASSIVE}, failover: {{preset: {preset}}}}}}}\n"
    return check(read_text(text)).system.components["a"].failover


def ends_of(law):
    return pytest.approx((law.mean, law.quantile(1.0)), rel=1e-9)


@pytest.mark.parametrize(("preset", "ends"), FAILOVERS.items())
def test_detection_of_a_failover(preset, ends):
    assert ends == ends_of(failover_of(preset).detect)


@pytest.mark.parametrize(("preset", "ends"), MODES.items())
def test_detection_of_a_failure_mode(preset, ends):
    text = f"components: {{a: {{failures: {{f: {{after: 9 d, preset: {preset}}}}}}}}}\n"
    mode = check(read_text(f"name: x\n{text}")).system.components["a"].failures["f"]
    assert ends == ends_of(mode.detect)


def test_every_detection_of_the_catalogue_is_in_the_tables():
    detecting = {
        entry.name
        for entry in all_entries()
        if entry.part in ("failover", "mode") and ("detect",) in {v.key for v in entry.values}
    }
    assert detecting == FAILOVERS.keys() | MODES.keys()


@pytest.mark.parametrize("preset", TOTALS)
def test_the_stages_of_a_failover_add_up_to_what_its_source_states(preset):
    mean, low, high = TOTALS[preset]
    chain = failover_of(preset)
    stages = (chain.detect, chain.decide, chain.fence, chain.promote, chain.switch)
    assert sum(stage.mean for stage in stages) == pytest.approx(mean, rel=1e-9)
    assert low <= mean <= high


@pytest.mark.parametrize(
    ("preset", "stage", "worst"),
    [
        ("patroni-failover", "promote", 60.0),
        ("patroni-failover", "switch", 10.0),
        ("vrrp-takeover", "switch", 5.0),
        ("pacemaker-failover", "fence", 60.0),
        ("pacemaker-failover", "promote", 120.0),
        ("sentinel-failover", "switch", 10.0),
        ("kafka-leader-election", "switch", 5.0),
        ("rabbitmq-election", "switch", 5.0),
        ("aurora-failover", "switch", 30.0),
        ("manual-failover", "decide", 7200.0),
        ("k8s-node-loss", "promote", 60.0),
        ("k8s-node-loss-stateful", "promote", 300.0),
        ("k8s-container-restart", "promote", 60.0),
    ],
)
def test_a_long_tail_passes_the_worst_case_once_in_thirty_to_a_thousand(preset, stage, worst):
    beyond = getattr(failover_of(preset), stage).survival(worst)
    assert 1e-3 < beyond < 1 / 30
