"""Changes against closed forms: practice note a9, scenario S6, and what a rolling one costs.

A bad change comes at rate r f, and while it is in progress no other begins: what it costs is a
renewal process with cycles of 1 / (r f) + the time that it takes.
"""

import math

import pytest

from hasim.compiler import compile
from hasim.compiler.omissions import list_omissions
from hasim.description import SystemBuilder
from hasim.solving import solve
from tests.compiler.scenarios import NEVER, Scenario, compiled, system_of
from tests.compiler.test_oracles import agrees

MINUTE, HOUR, YEAR = 60.0, 3600.0, 365 * 86400.0
YEARLY = {"rate": "100 / year", "failure_rate": "20 %"}
UNDO = {"detect": "10 min", "rollback": "20 min"}


def answer(system):
    (service,) = solve(system, engine="exact").services.values()
    return service


def web(replicas=3, **changes):
    return SystemBuilder("t").component("web", replicas=replicas, changes=changes).build()


def lost_minutes(service):
    """Requests lost, as minutes a year in which all of them are."""
    return (1 - service.request_availability.value) * YEAR / MINUTE


# ---------------------------------------------------------------------------- practice note a9


@pytest.mark.normal
def test_full_exposure_costs_600_minutes_a_year():
    service = answer(web(**YEARLY, strategy="blue-green", **UNDO))
    bad, length = 20 / YEAR, 30 * MINUTE
    assert service.unavailability.value == pytest.approx(bad * length / (1 + bad * length), 1e-12)
    assert lost_minutes(service) == pytest.approx(600, 3e-3)
    assert list(service.downtime_s_per_year_by_cause) == ["web.change"]
    assert service.mttr_stages_s["detect"].value == pytest.approx(10 * MINUTE)
    assert service.mttr_stages_s["rollback"].value == pytest.approx(20 * MINUTE)


@pytest.mark.parametrize(("share", "minutes"), [(0.20, 201), (0.05, 50.25)])
def test_a_canary_of_5_percent_that_catches_70_percent(share, minutes):
    given = {**YEARLY, "failure_rate": share}
    service = answer(web(**given, strategy="canary", catch="70 %", **UNDO))
    bad, length = 100 * share / YEAR, 30 * MINUTE
    lost = bad * length * (0.7 * 0.05 + 0.3) / (1 + bad * length)
    assert 1 - service.request_availability.value == pytest.approx(lost, 1e-9)
    assert lost_minutes(service) == pytest.approx(minutes, 3e-3)
    assert service.unavailability.value == pytest.approx(bad * length * 0.3 / (1 + bad * length))


# ---------------------------------------------------------------------------- scenario S6


def test_redundancy_does_not_help_against_a_bad_push():
    given = {"rate": "100 / year", "failure_rate": 1 / 200, "strategy": "recreate"}
    found = [answer(web(n, **given, rollback="27 min")) for n in (1, 3, 30)]
    bad, length = 0.5 / YEAR, 27 * MINUTE
    for one in found:
        assert one.unavailability.value == pytest.approx(bad * length / (1 + bad * length), 1e-12)


def test_five_waves_with_bake_keep_the_blast_small():
    waves, catch, bake, undo = (0.01, 0.02, 0.05, 0.1, 0.2), 0.8, 10 * MINUTE, 30 * MINUTE
    service = answer(
        web(**YEARLY, strategy="canary", waves=list(waves), bake="10 min", catch=catch, **UNDO)
    )
    lost = time = 0.0
    reach = 1.0
    for share in waves:
        lost += reach * share * (catch * undo + (1 - catch) * bake)
        time += reach * (catch * undo + (1 - catch) * bake)
        reach *= 1 - catch
    bad = 20 / YEAR
    cycle = 1 / bad + time + reach * undo
    assert 1 - service.request_availability.value == pytest.approx(
        (lost + reach * undo) / cycle, 1e-9
    )
    assert service.unavailability.value == pytest.approx(reach * undo / cycle, 1e-9)
    assert lost_minutes(service) < 600 * 0.02


# ---------------------------------------------------------------------------- latent


LATENT = {"strategy": "canary", "waves": ["10 %"], "bake": "1 h", "catch": "60 %"}


def cost_of_latent(mean, bake, undo, share, catch):
    """Loss and length of a bad change that shows after an exponential time."""
    shows = 1 - math.exp(-bake / mean)
    waited = mean * (1 - math.exp(-bake / mean) * (1 + bake / mean))
    lost = shows * catch * share * undo + (1 - catch) * share * (bake - mean * shows)
    lost += (shows * (1 - catch) + 1 - shows) * undo
    time = catch * waited + (1 - catch) * shows * bake + (1 - shows) * (bake + mean) + undo
    return lost, time


@pytest.mark.normal
def test_a_wave_cannot_find_what_does_not_show_yet():
    service = answer(web(**YEARLY, **LATENT, latent="exponential(2 h)", **UNDO))
    lost, time = cost_of_latent(2 * HOUR, HOUR, 30 * MINUTE, 0.1, 0.6)
    expected = lost / (YEAR / 20 + time)
    assert 1 - service.request_availability.value == pytest.approx(expected, 1e-9)


@pytest.mark.normal
def test_two_fixed_clocks_of_a_bad_change(tmp_path):
    model = """
    name: t
    components:
      web:
        changes:
          {rate: 1 / d, failure_rate: 100 %, strategy: canary, waves: [10 %, 50 %], bake: 1 h,
           latent: 90 min, catch: 60 %, detect: 10 min, rollback: 20 min}
    """
    undo = 0.6 * 30 * MINUTE
    missed = 0.4 * (30 * MINUTE)
    time = 86400 + 90 * MINUTE + undo + 0.4 * (30 * MINUTE + 30 * MINUTE)
    process = compiled(model, tmp_path)
    agrees(process, 40, missed / time)
    lost = 0.5 * undo + 0.5 * missed + 0.4 * 30 * MINUTE
    agrees(process, 40, 1 - lost / time, "service requests served")


# ---------------------------------------------------------------------------- deployments


def test_a_recreated_component_is_down_while_it_is_deployed():
    service = answer(web(**YEARLY, strategy="recreate", takes="2 min", rollback="30 min"))
    rate = 100 / YEAR
    cycle = 1 + rate * (2 * MINUTE + 0.2 * 30 * MINUTE)
    assert service.unavailability.value == pytest.approx((cycle - 1) / cycle, 1e-12)
    rates = service.outages_per_year.value
    assert rates == pytest.approx(100 / cycle)
    assert service.mttr_stages_s["deploy"].value == pytest.approx(2 * MINUTE)
    assert service.mttr_stages_s["rollback"].value == pytest.approx(0.2 * 30 * MINUTE)


def test_a_rolling_deployment_takes_one_replica_after_the_other():
    builder = SystemBuilder("t").component(
        "web",
        replicas=3,
        required=2,
        mtbf="100 h",
        mttr="10 h",
        changes={"rate": "1 / week", "takes": "5 min"},
    )
    service = answer(builder.build())
    down, out = 10 / 110, 3 * 5 * MINUTE / (7 * 86400 + 3 * 5 * MINUTE)
    two_of_three = 3 * down**2 * (1 - down) + down**3
    one_of_two = 1 - (1 - down) ** 2
    expected = (1 - out) * two_of_three + out * one_of_two
    assert service.unavailability.value == pytest.approx(expected, 1e-12)
    charged = service.downtime_s_per_year_by_cause["web.change"].value / YEAR
    assert charged == pytest.approx(out * 2 * down * (1 - down), 1e-12)


def test_the_first_turn_of_a_rolling_change_is_its_wave():
    given = {**YEARLY, "catch": "50 %", "bake": "10 min", "takes": "1 min", "rollback": "30 min"}
    service = answer(web(3, **given))
    good, bad, rate = 3 * MINUTE, MINUTE, 100 / YEAR
    lost = 0.5 / 3 * 30 * MINUTE + 0.5 * (10 * MINUTE / 3 + 30 * MINUTE)
    time = 0.8 * good + 0.2 * (bad + 30 * MINUTE + 0.5 * 10 * MINUTE)
    expected = 0.2 * lost / (1 / rate + time)
    assert 1 - service.request_availability.value == pytest.approx(expected, 1e-9)


def test_groups_of_one_scope_lose_the_same_requests():
    builder = SystemBuilder("t").component("web", needs=["api"]).component("api")
    given = {**YEARLY, "strategy": "canary", "catch": "100 %", "rollback": "30 min"}
    service = answer(builder.change("config", scope=["web", "api"], **given).build())
    bad, length = 20 / YEAR, 30 * MINUTE
    expected = 0.05 * bad * length / (1 + bad * length)
    assert 1 - service.request_availability.value == pytest.approx(expected, 1e-9)
    assert service.unavailability.value == 0


@pytest.mark.parametrize(
    ("asked", "all_lose"),
    [
        ("needs: [web, api]", True),
        ("needs: [web], uses: [{name: api, loses: 100 %}]", True),
        ("needs: [web], uses: [{name: api, loses: 10 %}]", True),
        ("needs: [web, {any: [api, ads]}]", True),
        ("needs: [db], uses: [{name: api, loses: 100 %}]", True),
        ("needs: [db], uses: [{name: api, loses: 10 %}]", False),
    ],
)
def test_what_is_used_loses_the_requests_that_are_lost_already(asked, all_lose, tmp_path):
    text = f"""
    name: t
    components: {{web: {{}}, api: {{}}, ads: {{}}, db: {{}}}}
    changes:
      config: {{scope: [web, api, ads], rate: 1 / d, failure_rate: 100 %, strategy: canary,
               waves: [50 %], catch: 100 %, rollback: 1 d}}
    services: {{shop: {{{asked}}}}}
    """
    service = answer(system_of(text, tmp_path))
    lost = 0.25 * (1 if all_lose else 0.1)
    assert 1 - service.request_availability.value == pytest.approx(lost, 1e-12)


def test_good_changes_that_do_nothing_are_left_out():
    system = web(rate="100 / year", strategy="canary", catch="70 %")
    assert compile(system) == compile(SystemBuilder("t").component("web", replicas=3).build())


# ---------------------------------------------------------------------------- scenario S18

DATABASE = f"""
name: t
components:
  db:
    replicas: 2
    redundancy: active-passive
    failures: {{crash: {{after: '{NEVER}', repair: fixed(1000 s)}}}}
    failover: {{detect: 30 s, promote: 20 s, rebuild: 100 s}}
    changes: {{rate: 1 / 1000000 h, takes: 60 s}}
"""


def test_a_deployment_during_a_failover_takes_the_new_primary(tmp_path):
    scenario = Scenario(
        compiled(DATABASE, tmp_path), (100, "db.1 crash"), (120, "db.change change")
    )
    assert scenario.timeline(2000) == [
        "0 up",
        "100 detect db.crash",
        "130 promote db.crash",
        "150 up",
        "180 detect db.change",  # db.1, which is down, had its turn; db.2 leads
        "210 deploy db.change",  # and db.1 is still down: nobody can take over
        "240 up",
    ]


def test_a_deployment_waits_for_the_rebuilt_standby(tmp_path):
    scenario = Scenario(compiled(DATABASE, tmp_path), (100, "db.change change"))
    assert scenario.timeline(2000) == [
        "0 up",
        "100 detect db.change",
        "130 promote db.change",
        "150 up",
        "260 detect db.change",  # db.1 is back at 160 and rebuilt at 260
        "290 promote db.change",
        "310 up",
    ]


def test_what_a_change_stops_starts_again_because_of_it(tmp_path):
    model = """
    name: t
    components:
      node: {kind: host, changes: {rate: 1 / 1000000 h, strategy: recreate, takes: 60 s}}
      web: {hosts: node, start: 30 s}
    """
    scenario = Scenario(compiled(model, tmp_path), (100, "node.change change"))
    assert scenario.timeline(1000) == [
        "0 up",
        "100 masked node.change",
        "160 start node.change",
        "190 up",
    ]


def test_a_model_says_so_when_changes_never_go_wrong(tmp_path):
    system = system_of(DATABASE, tmp_path)
    told = [one for one in list_omissions(system) if "hange" in one or "maintenance" in one]
    assert told == [
        "Nothing is taken out for maintenance, so availability comes out too high (`maintenance`).",
        "Changes never go wrong, so availability comes out too high: db.change (`failure_rate`).",
    ]
