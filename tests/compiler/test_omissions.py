"""What a model leaves out, in words."""

from pathlib import Path

from hasim.compiler.omissions import list_omissions
from hasim.description import load
from tests.compiler.scenarios import system_of

MODELS = Path(__file__).resolve().parents[2] / "models"


def test_the_textbook_pair_is_told_all_its_optimism():
    assert list_omissions(load(MODELS / "pair.yaml")) == (
        "Detection takes no time: failures of web are found at once; `detect` says how long it "
        "takes.",
        "Replicas of web fail independently of each other; `common_cause: 5 %` on a failure mode "
        "lets some failures strike all of them.",
        "Nothing is placed: no zone, rack or host can take several replicas down; `domains` and "
        "`spread` say where they are.",
        "Repairs without a `crew` (1 of 1 failure modes) never wait: there are as many repairers "
        "as it takes.",
        "Changes cause no outages: releases, configuration and maintenance, most outages in "
        "practice, are not in the model.",
        "There is no `demand`, so that neither overload nor headroom is looked at.",
    )


def test_what_a_model_says_is_not_told_as_left_out(tmp_path):
    text = """
    name: t
    crews: {oncall: {size: 1}}
    domains: {a: {level: zone, mtbf: 2 years, mttr: 2 h, crew: oncall}, b: {level: zone}}
    components:
      db:
        replicas: 2
        redundancy: active-passive
        capacity: 10 rps
        spread: [a, b]
        standby: {latent: 10 %}
        failures: {crash: {after: 30 d, repair: 4 h, crew: oncall, common_cause: 5 %}}
        failover: {detect: 30 s, coverage: 95 %}
    services: {s: {needs: [db], demand: {peak: 5 rps}}}
    """
    told = list_omissions(system_of(text, tmp_path))
    assert [sentence.split()[0] for sentence in told] == ["Domains", "Changes", "Demand", "Data"]
    assert "Domains without failures never go down: b." in told


def test_perfect_failover_and_what_has_no_failures_are_named(tmp_path):
    text = """
    name: t
    components:
      db: {replicas: 2, redundancy: active-passive, failover: instant, mtbf: 30 d, mttr: 4 h}
      lb: {needs: [db]}
    """
    told = " ".join(list_omissions(system_of(text, tmp_path)))
    assert "Failover of db always works" in told
    assert "Failover of db takes no time" in told
    assert "Standbys of db never fail unnoticed" in told
    assert "lb has no failures of its own." in told


def test_monitoring_takes_time_to_detect_and_may_miss_something(tmp_path):
    def told(pager):
        text = f"""
        name: t
        components: {{web: {{mtbf: 30 d, mttr: 4 h}}}}
        monitoring: {{pager: {pager}}}
        """
        return " ".join(list_omissions(system_of(text, tmp_path)))

    everything = "Everything is monitored: no failure escapes pager; `covers: 90 %`"
    assert everything in told("{for: 5 min}")
    assert "Detection takes no time" not in told("{for: 5 min}")
    assert "Everything" not in told("{for: 5 min, covers: 90 %, otherwise: 1 h}")
    assert "Detection takes no time" in told("{acknowledge: 5 min}")


def test_a_balancer_is_told_what_it_leaves_out(tmp_path):
    text = """
    name: t
    components:
      edge: {replicas: 2, mtbf: 90 d, mttr: 1 min, routes: {to: web}}
      door: {replicas: 2, mtbf: 90 d, mttr: 1 min, routes: {to: web, detect: 5 s}}
      web: {replicas: 3, mtbf: 30 d, mttr: 1 h}
    """
    told = " ".join(list_omissions(system_of(text, tmp_path)))
    assert "edge finds dead replicas at once; `detect` in `routes` says how long it takes." in told
    assert "what edge and door send to a dead replica is lost, without retries" in told
