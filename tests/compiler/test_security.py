"""Certificates, guards that fail open, handshakes after a failover, and what guards cost."""

import math

import pytest

import hasim
from hasim.compiler import compile
from hasim.compiler.guards import guards_of
from hasim.compiler.handshakes import handshakes_of
from hasim.compiler.single_points import find_single_points
from hasim.losses import serving
from tests.compiler.scenarios import NEVER, Scenario, compiled, names, system_of

pytestmark = pytest.mark.normal

HOUR, YEAR = 3600.0, 365 * 86400.0


def near(value, rel=1e-9):
    return pytest.approx(value, rel=rel, abs=0)


def solved(text, folder, **options):
    return hasim.solve(system_of(f"name: t\n{text}", folder), **options)


def only(solution):
    (service,) = solution.services.values()
    return service


# ---------------------------------------------------------------------------- certificates


def expiring(replicas, renew, missed="2 %"):
    return f"""
components: {{edge: {{replicas: {replicas}}}}}
certificates: {{wildcard: {{on: [edge], every: 90 d, missed: {missed}, renew: {renew}}}}}
"""


@pytest.mark.parametrize("replicas", [1, 3, 30])
def test_replicas_are_no_help_against_an_expiry(tmp_path, replicas):
    """S8: a renewal is missed with 2 % every 90 d and takes 3 h: U = 2 % x 3 h / 90 d."""
    solution = solved(expiring(replicas, "exponential(3 h)"), tmp_path)
    assert solution.engine in ("exact", "mixed")
    answer = only(solution)
    assert answer.unavailability.value == near(0.02 * 3 / (90 * 24))
    assert answer.downtime_s_per_year_by_cause.keys() == {"wildcard.expired"}
    assert answer.outages_per_year.value == near(0.02 * 365 / 90)


def test_an_expiry_during_the_last_one_changes_nothing(tmp_path):
    """Just after an expiry it is missing with q = x + (1 - x) m, x = q exp(-every / renew)."""
    text = expiring(2, "exponential(60 d)", "30 %")
    left = math.exp(-90 / 60)
    missing = 0.3 / (1 - 0.7 * left)
    expected = missing * 60 / 90 * (1 - left)
    assert only(solved(text, tmp_path)).unavailability.value == near(expected)


def test_detection_and_a_fixed_renewal_add_up(tmp_path):
    text = expiring(3, "2 h", "20 %").replace("renew", "detect: 1 h, renew")
    answer = only(solved(text, tmp_path, precision=0.05))
    expected = 0.2 * 3 / (90 * 24)
    assert answer.unavailability.low < expected < answer.unavailability.high
    assert answer.mttr_stages_s["detect"].value == pytest.approx(HOUR, rel=1e-3)
    assert answer.mttr_stages_s["repair"].value == pytest.approx(2 * HOUR, rel=1e-3)


CALENDAR = f"""
name: t
crews: {{oncall: {{size: 1}}}}
components:
  lb:
    replicas: 2
    redundancy: active-passive
    failures: {{crash: {{after: '{NEVER}', repair: fixed(1 h)}}}}
    failover: {{detect: 10 s}}
  api:
    replicas: 3
    failures: {{crash: {{after: '{NEVER}', repair: fixed(2000 s), crew: oncall}}}}
certificates:
  wildcard: {{on: [lb, api], every: 10000 s, first: 5000 s, missed: 100 %, detect: 100 s,
    renew: 200 s, crew: oncall}}
services: {{shop: {{needs: [lb, api]}}}}
"""


def test_an_expiry_goes_by_the_calendar_and_starts_no_failover(tmp_path):
    scenario = Scenario(compiled(CALENDAR, tmp_path))
    assert scenario.timeline(16000, "shop") == [
        "0 up",
        "5000 detect wildcard.expired",
        "5100 repair wildcard.expired",
        "5300 up",
        "15000 detect wildcard.expired",
        "15100 repair wildcard.expired",
        "15300 up",
    ]
    assert scenario.phase("lb primary") == "1"


def test_a_renewal_waits_for_its_crew(tmp_path):
    scenario = Scenario(compiled(CALENDAR, tmp_path), (4000, "api.1 crash"))
    assert scenario.timeline(8000, "shop") == [
        "0 up",
        "5000 detect wildcard.expired",
        "5100 crew wildcard.expired",
        "6000 repair wildcard.expired",
        "6200 up",
    ]


REMEMBERED = f"""
name: t
components:
  node: {{kind: host}}
  web: {{hosts: node, start: 60 s, failures: {{crash: {{after: '{NEVER}', repair: fixed(1 h)}}}}}}
  near: {{}}
  far: {{}}
certificates:
  root: {{on: [node], every: 10000 s, first: 1000 s, missed: 100 %, renew: 100 s}}
  leaf: {{on: [near], every: 10000 s, first: 3000 s, missed: 100 %, renew: 100 s}}
services:
  web-shop: {{needs: [web]}}
  choice: {{needs: [{{any: [near, far], failover: {{detect: 20 s, switch: 5 s}}}}]}}
"""


def test_what_follows_an_expiry_is_charged_to_it(tmp_path):
    process = compiled(REMEMBERED, tmp_path)
    assert Scenario(process).timeline(2000, "web-shop") == [
        "0 up",
        "1000 masked root.expired",
        "1100 start root.expired",
        "1160 up",
    ]
    assert Scenario(process).timeline(4000, "choice") == [
        "0 up",
        "3000 detect leaf.expired",
        "3020 switch leaf.expired",
        "3025 up",
    ]


def test_a_certificate_that_stops_nothing_costs_nothing(tmp_path):
    never = expiring(2, "3 h", "0 %")
    assert "wildcard" not in names(compile(system_of(f"name: t\n{never}", tmp_path)))
    answer = only(solved(never, tmp_path))
    assert answer.single_points_of_failure == ()
    assert answer.guards == {}


def test_an_expiry_is_a_hidden_single_point_of_failure(tmp_path):
    system = system_of(f"name: t\n{expiring(3, '3 h')}", tmp_path)
    (point,) = find_single_points(system)["service"]
    assert (point.name, point.kind, point.hidden) == ("wildcard", "certificate", True)
    assert point.why == "expires on all replicas of edge at once"


def test_a_certificate_on_one_of_two_alternatives_is_no_point(tmp_path):
    text = """
name: t
components: {a: {}, b: {}}
certificates: {wildcard: {on: [a], every: 90 d, missed: 2 %, renew: 3 h}}
services: {shop: {needs: [{any: [a, b]}]}}
"""
    assert find_single_points(system_of(text, tmp_path))["shop"] == ()


# ---------------------------------------------------------------------------- failing open


def guarded(keys, web="mtbf: 1000 h, mttr: 1 h"):
    return f"""
components:
  web: {{{web}, needs: [{{name: idp, {keys}}}]}}
  idp: {{kind: identity, mtbf: 100 h, mttr: 2 h}}
services: {{shop: {{needs: [web]}}}}
"""


WEB, IDP = 1 / 1001, 2 / 102


def test_a_guard_that_fails_closed_is_in_series(tmp_path):
    answer = only(solved(guarded("fails: closed"), tmp_path))
    assert answer.unavailability.value == near(1 - (1 - WEB) * (1 - IDP))
    assert answer.unguarded_s_per_year is None


def test_a_guard_that_fails_open_is_a_risk_instead(tmp_path):
    answer = only(solved(guarded("fails: open"), tmp_path))
    assert answer.unavailability.value == near(WEB)
    assert answer.unguarded_s_per_year.value == near((1 - WEB) * IDP * YEAR)
    assert answer.guards == {}


def test_a_token_shortens_the_risk(tmp_path):
    """A repair of mean 2 h exceeds a token of 1 h by 2 h x exp(-1 / 2) on average."""
    answer = only(solved(guarded("fails: open, tolerates: 1 h", web="replicas: 1"), tmp_path))
    expected = 2 * math.exp(-1 / 2) / 102
    assert answer.unguarded_s_per_year.value == near(expected * YEAR)


FORMS = {
    "{any: [idp, ldap], fails: open}": IDP**2,
    "{all: [idp, ldap], fails: open}": 1 - (1 - IDP) ** 2,
    "{at_least: 2, of: [idp, ldap, radius], fails: open}": 3 * IDP**2 - 2 * IDP**3,
    "{all: [web, {name: idp, fails: open}]}": IDP,
    "{any: [idp, ldap], failover: {}, fails: open}": IDP**2,
}


@pytest.mark.parametrize("need", FORMS)
def test_every_form_of_need_can_fail_open(tmp_path, need):
    text = f"""
components:
  web: {{}}
  idp: {{mtbf: 100 h, mttr: 2 h}}
  ldap: {{mtbf: 100 h, mttr: 2 h}}
  radius: {{mtbf: 100 h, mttr: 2 h}}
services: {{shop: {{needs: [web, {need}]}}}}
"""
    text = text.replace("[web, {all: [web", "[{all: [web")
    answer = only(solved(text, tmp_path))
    assert answer.unavailability.value == 0
    assert answer.unguarded_s_per_year.value == near(FORMS[need] * YEAR)


def test_who_does_not_serve_is_not_unguarded(tmp_path):
    """Of two sites one is unguarded only where it serves; both guards are alike."""
    sites = "".join(
        f"""
  {site}: {{mtbf: 100 h, mttr: 1 h, needs: [{{name: idp-{site}, fails: open}}]}}
  idp-{site}: {{mtbf: 100 h, mttr: 2 h}}"""
        for site in "ab"
    )
    text = f"components:{sites}\nservices: {{shop: {{needs: [{{any: [a, b]}}]}}}}"
    serves = 100 / 101
    answer = only(solved(text, tmp_path))
    assert answer.unguarded_s_per_year.value == near((1 - (1 - serves * IDP) ** 2) * YEAR)


def test_a_domain_may_be_unguarded(tmp_path):
    text = """
domains: {a: {level: zone, needs: [{name: guard, fails: open}]}}
components:
  web: {spread: [a]}
  guard: {spread: everywhere, mtbf: 100 h, mttr: 2 h}
services: {shop: {needs: [web]}}
"""
    answer = only(solved(text, tmp_path))
    assert answer.unguarded_s_per_year.value == near(IDP * YEAR)


def test_what_fails_open_is_no_loss_and_no_limit(tmp_path):
    text = """
name: t
components:
  web: {mtbf: 1000 h, mttr: 1 h, replicas: 2, capacity: 100 rps, needs: [{name: idp, fails: open}]}
  idp: {kind: identity, mtbf: 100 h, mttr: 2 h, capacity: 10 rps}
services: {shop: {needs: [web], demand: {peak: 50 rps}}}
"""
    system = system_of(text, tmp_path)
    assert serving(system, ["idp"])["shop"]
    assert find_single_points(system)["shop"] == ()
    answer = hasim.solve(system)["shop"]
    assert answer.capacity.headroom == near(3.0)
    assert answer.capacity.headroom_after_loss.replica == near(1.0)


# ---------------------------------------------------------------------------- handshakes


def handshakes(text, folder, name="edge"):
    return handshakes_of(system_of(f"name: t\n{text}", folder))[name]


PAIR = "replicas: 2, redundancy: active-passive, failover: {switch: 1 s}"


def test_a_handshake_storm_is_clients_times_cost_over_cores(tmp_path):
    tls = "{clients: 50000, handshake: 1 ms, cores: 8}"
    found = handshakes(f"components: {{edge: {{{PAIR}, tls: {tls}}}}}", tmp_path)
    assert found.storm_after_failover_s == near(50_000 * 0.001 / 8)
    assert found.storm_after_failover_s == near(6.25)
    assert found.storm_after_loss_s is None
    assert found.new_connections_per_s == near(8000)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("preset: rsa-2048", 6.25),
        ("preset: ecdsa-p256", 0.9375),
        ("preset: rsa-2048, resumed: 100 %", 0.3125),
        ("preset: rsa-2048, resumed: 60 %", 2.6875),
    ],
)
def test_figures_of_the_catalogue(tmp_path, keys, expected):
    tls = f"{{clients: 50000, cores: 8, {keys}}}"
    found = handshakes(f"components: {{edge: {{{PAIR}, tls: {tls}}}}}", tmp_path)
    assert found.storm_after_failover_s == near(expected)


def test_survivors_share_the_clients_of_one_replica(tmp_path):
    tls = "{clients: 30000, handshake: 1 ms, resumed: 60 %, resumption: 0.05 ms, cores: 2}"
    found = handshakes(f"components: {{edge: {{replicas: 3, tls: {tls}}}}}", tmp_path)
    assert found.mean_cpu_s == near(0.4 * 0.001 + 0.6 * 0.00005)
    assert found.storm_after_loss_s == near(10_000 * 0.00043 / (2 * 2))
    assert found.storm_after_failover_s is None


def test_a_lone_replica_sends_its_clients_nowhere(tmp_path):
    found = handshakes("components: {edge: {tls: {clients: 10, handshake: 1 ms}}}", tmp_path)
    assert (found.storm_after_failover_s, found.storm_after_loss_s) == (None, None)


STORM = f"""
name: t
components:
  edge:
    replicas: 2
    redundancy: active-passive
    failures: {{crash: {{after: '{NEVER}', repair: fixed(1000 s)}}}}
    failover: {{detect: 3 s, switch: 1 s}}
    tls: {{clients: 50000, handshake: 1 ms, cores: 8}}
"""
CRASH = (100, "edge.1 crash")


def timeline(text, folder, until=5000):
    return Scenario(compiled(text, folder), CRASH).timeline(until)


def test_clients_connect_again_after_a_failover(tmp_path):
    assert timeline(STORM, tmp_path) == [
        "0 up",
        "100 detect edge.crash",
        "103 switch edge.crash",
        "104 reconnect edge.crash",
        "110.25 up",
    ]
    lost = STORM.replace("switch: 1 s", "switch: 1 s, sessions: lost")
    assert timeline(lost, tmp_path) == timeline(STORM, tmp_path)


def test_synced_sessions_are_kept(tmp_path):
    synced = STORM.replace("switch: 1 s", "switch: 1 s, sessions: synced")
    expected = ["0 up", "100 detect edge.crash", "103 switch edge.crash", "104 up"]
    assert timeline(synced, tmp_path) == expected
    assert handshakes(synced.removeprefix("\nname: t\n"), tmp_path).storm_after_failover_s == 0


def test_clients_connect_again_when_people_took_over(tmp_path):
    by_hand = STORM.replace("switch: 1 s", "switch: 1 s, coverage: 0 %, manual: 50 s")
    assert timeline(by_hand, tmp_path) == [
        "0 up",
        "100 detect edge.crash",
        "103 manual edge.crash",
        "153 reconnect edge.crash",
        "159.25 up",
    ]


def test_clients_connect_again_after_the_return(tmp_path):
    back = STORM.replace("switch: 1 s", "switch: 1 s, failback: {after: 60 s, takes: 2 s}")
    assert timeline(back, tmp_path)[-4:] == [
        "110.25 up",
        "1163 failback edge.failback",
        "1165 reconnect edge.failback",
        "1171.25 up",
    ]


def test_the_loss_of_who_took_over_ends_the_storm(tmp_path):
    scenario = Scenario(compiled(STORM, tmp_path), CRASH, (106, "edge.2 crash"))
    assert scenario.timeline(2000) == [
        "0 up",
        "100 detect edge.crash",
        "103 switch edge.crash",
        "104 reconnect edge.crash",
        "106 detect edge.crash",
        "109 repair edge.crash",
        "1103 switch edge.crash",
        "1104 reconnect edge.crash",
        "1110.25 up",
    ]


# ---------------------------------------------------------------------------- what guards cost


SERIES = """
components:
  web: {}
  waf: {kind: waf, mtbf: 99 h, mttr: 1 h}
  idp: {kind: identity, failures: {a: {after: 198 h, repair: 1 h}, b: {after: 198 h, repair: 1 h}}}
  keys: {kind: key-service, mtbf: 99 h, mttr: 1 h}
  db: {kind: database, mtbf: 99 h, mttr: 1 h}
services:
  shop: {needs: [web, waf, idp, keys]}
  plain: {needs: [web, db]}
"""


def test_three_guards_in_series(tmp_path):
    """Each is there with a = 99 %; the first by order is charged where several are not."""
    solution = solved(SERIES, tmp_path)
    a, answer = 0.99, solution["shop"]
    assert answer.unavailability.value == near(1 - a**3)
    costs = {name: cost.value / YEAR for name, cost in answer.guards.items()}
    assert costs == {
        "waf": near(1 - a),
        "idp": near(a * (1 - a)),
        "keys": near(a**2 * (1 - a)),
    }
    assert solution["plain"].guards == {}


def test_a_simulated_guard_has_an_interval_of_its_own(tmp_path):
    answer = solved(SERIES, tmp_path, engine="montecarlo", precision=0.1)["shop"]
    cost, causes = answer.guards["idp"], answer.downtime_s_per_year_by_cause
    parts = [causes["idp.a"], causes["idp.b"]]
    assert cost.value == near(sum(part.value for part in parts))
    assert cost.low < 0.99 * 0.01 * YEAR < cost.high
    assert cost.high - cost.low < sum(part.high - part.low for part in parts)


def test_what_is_a_guard(tmp_path):
    text = f"name: t\n{SERIES}" + (
        "certificates: {wildcard: {on: [web], every: 90 d, missed: 2 %, renew: 3 h}}\n"
    )
    assert guards_of(system_of(text, tmp_path)) == ("waf", "idp", "keys", "wildcard")
