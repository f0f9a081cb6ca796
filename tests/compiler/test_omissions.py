"""What a model leaves out, in words."""

from pathlib import Path

import pytest

from hasim.compiler.omissions import find_omissions, list_omissions
from hasim.description import load
from tests.compiler.scenarios import system_of

MODELS = Path(__file__).resolve().parents[2] / "models"


def test_the_textbook_pair_is_told_all_its_optimism():
    assert list_omissions(load(MODELS / "pair.yaml")) == (
        "Detection takes no time, so outages come out too short: web (`detect`).",
        "Replicas fail independently, so availability comes out too high: web (`common_cause`).",
        "Nothing is placed, so availability comes out too high: no zone or host takes several "
        "replicas down (`domains`, `spread`).",
        "Repairs never wait, so outages come out too short: web (`crew`).",
        "Repairs are exponential, so long outages come out too short: web (`lognormal`).",
        "Changes cause no outages, so availability comes out too high: most come from them "
        "(`changes`).",
        "Nothing is taken out for maintenance, so availability comes out too high (`maintenance`).",
        "There is no `demand`, so that neither overload nor headroom is looked at.",
    )


def mistakes(text, folder):
    """What a model with these components makes, but what all of them make."""
    found = find_omissions(system_of(f"name: t\ncomponents: {text}", folder))
    return {one.mistake for one in found} - {None, "changes", "placement"}


@pytest.mark.parametrize(
    ("components", "made"),
    [
        ("{w: {mtbf: 30 d, mttr: 4 h}}", {"detection", "tails"}),
        ("{w: {mtbf: 30 d, mttr: 2 s}}", {"detection"}),
        ("{w: {mtbf: 30 d, mttr: fixed(4 h)}}", {"detection"}),
        ("{w: {failures: {f: {after: 30 d, repair: fixed(4 h), detect: 1 s}}}}", set()),
        ("{w: {replicas: 2, mtbf: 30 d, mttr: 2 s}}", {"detection", "independence"}),
        ("{w: {replicas: 2, required: 2, mtbf: 30 d, mttr: 2 s}}", {"detection"}),
        (
            "{w: {replicas: 2, mtbf: 30 d, mttr: fixed(4 h)}}",
            {"detection", "independence", "crews"},
        ),
        ("{w: {}}", {"no failures"}),
        ("{w: {kind: disk, mtbf: 114 years, mttr: 2 s}}", {"detection", "field rates"}),
        ("{w: {kind: disk, mtbf: 50 years, mttr: 2 s}}", {"detection"}),
        ("{w: {kind: lamp, mtbf: 500 years, mttr: 2 s}}", {"detection"}),
        (
            "{w: {needs: [{any: [x, y], failover: {}}]}, x: {}, y: {}}",
            {"changeover coverage", "no failures"},
        ),
        (
            "{w: {needs: [{any: [x, y], failover: {coverage: 98 %}}]}, x: {}, y: {}}",
            {"no failures"},
        ),
    ],
)
def test_what_does_not_apply_is_not_said(components, made, tmp_path):
    assert mistakes(components, tmp_path) == made


@pytest.mark.parametrize(
    ("keys", "made"),
    [
        ("failover: instant", {"instant failover", "coverage", "latent", "detection"}),
        ("failover: {detect: 1 s}", {"coverage", "latent"}),
        ("failover: {detect: 1 s, coverage: 98 %}", {"latent"}),
        ("failover: {detect: 1 s, coverage: 98 %}, standby: {latent: 5 %}", set()),
        ("failover: {detect: 1 s, coverage: 98 %, promote: 1 s}, standby: cold", set()),
    ],
)
def test_what_a_failover_leaves_out(keys, made, tmp_path):
    kind = "replicas: 2, redundancy: active-passive, mtbf: 30 d, mttr: 2 s"
    text = f"{{db: {{{kind}, {keys}}}}}"
    assert mistakes(text, tmp_path) == {"independence", *made}


def test_a_way_back_that_takes_no_time_is_told(tmp_path):
    text = """
    name: t
    components:
      db:
        replicas: 2
        redundancy: active-passive
        mtbf: 30 d
        mttr: 1 h
        failover: {detect: 1 s, failback: {after: 1 h%s}}
    """
    told = "The way back takes no time, so outages come out too few: db (`takes` in `failback`)."
    assert told in " ".join(list_omissions(system_of(text % "", tmp_path)))
    assert told not in " ".join(list_omissions(system_of(text % ", takes: 30 s", tmp_path)))


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
    assert [sentence.split()[0] for sentence in told] == [
        "Places",
        "Repairs",
        "Changes",
        "Nothing",
        "Demand",
        "Data",
    ]
    assert "Places never go down, so availability comes out too high: b (`failures`)." in told


def test_perfect_failover_and_what_has_no_failures_are_named(tmp_path):
    text = """
    name: t
    components:
      db: {replicas: 2, redundancy: active-passive, failover: instant, mtbf: 30 d, mttr: 4 h}
      lb: {needs: [db]}
    """
    told = " ".join(list_omissions(system_of(text, tmp_path)))
    assert "Failover always works, so availability comes out too high: db (" in told
    assert "Failover takes no time, so outages come out too few: db (" in told
    assert "Standbys never fail unnoticed, so availability comes out too high: db (" in told
    assert "Some parts never fail, so availability comes out too high: lb (" in told


def test_monitoring_takes_time_to_detect_and_may_miss_something(tmp_path):
    def told(pager):
        text = f"""
        name: t
        components: {{web: {{mtbf: 30 d, mttr: 4 h}}}}
        monitoring: {{pager: {pager}}}
        """
        return " ".join(list_omissions(system_of(text, tmp_path)))

    everything = "Everything is monitored, so outages come out too short: no failure escapes pager"
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
    assert "so too few requests are lost: edge (" in told
    assert "sessions are left out: edge and door." in told


SECURED = """
name: t
components:
  web: {needs: [%s]}
  idp: {kind: identity}
  ldap: {kind: identity}
  edge: {kind: load-balancer}
  app: {tls: {clients: 10, handshake: 1 ms}}
certificates: {wildcard: {on: [edge], every: 90 d, missed: 2 %%, renew: 3 h}}
services: {s: {needs: [web, edge, app]}}
"""


def test_guards_that_every_request_asks_are_named(tmp_path):
    told = " ".join(list_omissions(system_of(SECURED % "{all: [ldap]}, idp", tmp_path)))
    assert (
        "Tokens do not outlive who issues them, so outages come out too many: ldap and idp" in told
    )
    assert "no replica shortens are missing: app (`certificates`)" in told


def test_guards_whose_tokens_live_or_that_fail_open_are_not(tmp_path):
    needs = "{name: idp, fails: open}, {any: [ldap, idp], failover: {}, tolerates: 1 h}"
    assert "Tokens" not in " ".join(list_omissions(system_of(SECURED % needs, tmp_path)))
