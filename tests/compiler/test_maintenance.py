"""Maintenance against closed forms: scenario S16, what is excluded from the SLA, hand-overs."""

import math

import pytest

from hasim.compiler import compile
from hasim.description import SystemBuilder
from hasim.engines.reference.simulation import Simulation
from hasim.solving import solve
from tests.compiler.scenarios import NEVER, Scenario, compiled
from tests.compiler.test_oracles import agrees

HOUR, DAY, YEAR = 3600.0, 86400.0, 365 * 86400.0


def cluster(n, *, required, mtbf="1000 h", mttr="10 h", objectives=None, **work):
    builder = SystemBuilder("t")
    builder.component("web", replicas=n, required=required, mtbf=mtbf, mttr=mttr)
    builder.maintenance("patch", on=["web"], **work)
    return builder.service("shop", needs=["web"], objectives=objectives).build()


def answer(system, name="shop"):
    return solve(system, engine="exact")[name]


def fewer_than(required, n, u):
    """The chance that of n replicas, each down with chance u, fewer than required are up."""
    return sum(math.comb(n, k) * (1 - u) ** k * u ** (n - k) for k in range(required))


# ---------------------------------------------------------------------------- windows


def test_a_single_replica_is_down_in_every_window():
    builder = SystemBuilder("t").component("db")
    builder.maintenance("patch", on=["db"], every="30 d", takes="2 h", drain="6 min")
    service = answer(builder.build(), "service")
    assert service.unavailability.value == pytest.approx(2.1 * HOUR / (30 * DAY), 1e-12)
    assert service.outages_per_year.value == pytest.approx(365 / 30, 1e-12)
    assert service.mttr_stages_s["maintenance"].value == pytest.approx(2.1 * HOUR)
    assert service.downtime_s_per_year_by_cause["patch"].value == pytest.approx(
        2.1 * HOUR * 365 / 30
    )


@pytest.mark.parametrize("spare", [1, 2])
def test_a_window_eats_the_spare_replica(spare):
    n, u = 4, 10 / 1010
    system = cluster(n, required=n - spare, every="30 d", takes="2 h")
    service = answer(system)
    window = n * 2 * HOUR / (30 * DAY)
    outside, inside = (fewer_than(n - spare, left, u) for left in (n, n - 1))
    expected = (1 - window) * outside + window * inside
    assert service.unavailability.value == pytest.approx(expected, 1e-12)
    assert service.request_availability.value == pytest.approx(1 - expected, 1e-12)


def test_two_replicas_at_once_take_half_the_time_and_twice_the_spares():
    u = 10 / 1010
    service = answer(cluster(4, required=2, every="30 d", takes="2 h", at_once=2))
    window = 2 * 2 * HOUR / (30 * DAY)
    expected = (1 - window) * fewer_than(2, 4, u) + window * fewer_than(2, 2, u)
    assert service.unavailability.value == pytest.approx(expected, 1e-12)


@pytest.mark.normal
@pytest.mark.parametrize("n", [2, 4])
def test_the_chance_of_an_outage_in_a_window_is_that_of_scenario_s16(n):
    system = cluster(n, required=n - 1, mtbf="100 h", mttr="5 h", every="40 h", takes="2 h")
    simulation = Simulation(compile(system), seed=1)
    windows = hit = 0
    was_out = is_hit = False
    while windows < 4000 or was_out:
        simulation.advance()
        is_out = simulation.phase_of("patch") == "web.1 out"
        if is_out and not was_out:
            windows, is_hit = windows + 1, False
        if is_out and not is_hit and not simulation.value("web serves"):
            hit, is_hit = hit + 1, True
        was_out = is_out
    u, rate, window = 5 / 105, 1 / 100, 2
    expected = 1 - (1 - u) ** (n - 1) * math.exp(-(n - 1) * rate * window)
    error = math.sqrt(expected * (1 - expected) / windows)
    assert abs(hit / windows - expected) < 3.5 * error


@pytest.mark.normal
def test_windows_of_random_length(tmp_path):
    model = """
    name: t
    components: {web: {replicas: 2, required: 2}}
    maintenance: {patch: {on: [web], every: 60 h, takes: 'uniform(low 1 h, high 3 h)'}}
    """
    agrees(compiled(model, tmp_path), 100, 4 / 60)


# ---------------------------------------------------------------------------- the SLA


def test_excluded_windows_do_not_count_in_the_sla():
    u, window = 10 / 1010, 3 * 2 * HOUR / (30 * DAY)
    work = {"every": "30 d", "takes": "2 h", "excluded": True}
    service = answer(cluster(3, required=2, **work))
    counted = (1 - window) * fewer_than(2, 3, u)
    assert service.sla_unavailability.value == pytest.approx(counted, 1e-12)
    assert service.sla_availability.value == pytest.approx(1 - counted, 1e-12)
    assert service.unavailability.value > counted * 1.1


@pytest.mark.parametrize(("excluded", "met"), [(True, True), (False, False)])
def test_the_objective_is_held_against_the_sla(excluded, met):
    work = {"every": "30 d", "takes": "2 h", "excluded": excluded}
    service = answer(cluster(2, required=2, objectives={"availability": 0.979}, **work))
    assert (service.sla_availability is not None) == excluded
    assert service.objectives["availability"].met is met


def test_an_sla_can_exclude_what_maintenance_itself_does_not():
    work = {"every": "30 d", "takes": "2 h"}
    promise = {"target": "99 %", "exclude": "maintenance"}
    by_sla = cluster(3, required=2, objectives={"availability": promise}, **work)
    by_work = cluster(3, required=2, excluded=True, **work)
    assert compile(by_sla).content_hash == compile(by_work).content_hash
    other = cluster(3, required=2, objectives={"availability": {"target": "99 %"}}, **work)
    assert answer(other).sla_availability is None


def test_a_service_that_the_work_does_not_touch_has_no_sla_of_its_own():
    builder = SystemBuilder("t").component("web", mtbf="1000 h", mttr="10 h").component("db")
    builder.maintenance("patch", on=["db"], every="30 d", takes="2 h", excluded=True)
    builder.service("front", needs=["web"]).service("all", needs=["web", "db"])
    solution = solve(builder.build(), engine="exact")
    assert solution["front"].sla_availability is None
    assert solution["all"].sla_availability.value == pytest.approx(
        1 - (1 - 2 / 720) * 10 / 1010, 1e-12
    )


@pytest.mark.normal
def test_a_simulation_gives_the_sla_an_interval():
    system = cluster(3, required=2, every="30 d", takes="2 h", excluded=True)
    found = solve(system, engine="montecarlo", precision=0.1)["shop"].sla_unavailability
    expected = answer(system).sla_unavailability.value
    assert found.low < expected < found.high


# ---------------------------------------------------------------------------- who is affected


def test_a_host_masks_what_it_carries(tmp_path):
    model = """
    name: t
    components:
      node: {kind: host, replicas: 2}
      web: {replicas: 2, required: 2, hosts: node}
    maintenance: {reboot: {on: [node], every: 30 d, first: 100 s, takes: 60 s}}
    """
    assert Scenario(compiled(model, tmp_path)).timeline(1000) == [
        "0 up",
        "100 masked reboot",
        "220 up",
    ]


def test_the_next_replica_waits_until_the_last_has_started(tmp_path):
    model = """
    name: t
    components: {web: {replicas: 2, required: 1, start: 30 s}}
    maintenance: {patch: {on: [web], every: 30 d, first: 100 s, takes: 60 s}}
    """
    scenario = Scenario(compiled(model, tmp_path))
    assert scenario.at(165).phase("patch") == "web.1 returns"
    assert scenario.at(195).phase("patch") == "web.2 out"
    assert scenario.at(285).phase("patch") == "idle"
    assert Scenario(scenario.process).timeline(1000) == ["0 up"]


def test_what_has_failed_is_taken_in_its_turn(tmp_path):
    model = f"""
    name: t
    components:
      web:
        replicas: 2
        start: 30 s
        failures: {{crash: {{after: '{NEVER}', repair: fixed(1000 s)}}}}
    maintenance: {{patch: {{on: [web], every: 30 d, first: 100 s, takes: 60 s}}}}
    """
    process = compiled(model, tmp_path)
    assert Scenario(process, (50, "web.1 crash")).timeline(1000) == [
        "0 up",
        "160 maintenance patch",
        "220 start patch",
        "250 up",
    ]


def database(drain):
    return f"""
    name: t
    components:
      db:
        replicas: 2
        redundancy: active-passive
        failover: {{detect: 30 s, decide: 5 s, promote: 20 s}}
    maintenance: {{patch: {{on: [db], every: 30 d, first: 100 s, takes: 200 s{drain}}}}}
    """


def test_a_drained_primary_hands_over(tmp_path):
    assert Scenario(compiled(database(", drain: 60 s"), tmp_path)).timeline(1000) == [
        "0 up",
        "100 promote patch",
        "120 up",
        "360 promote patch",
        "380 up",
    ]


def test_a_primary_that_is_not_drained_is_found_missing(tmp_path):
    assert Scenario(compiled(database(""), tmp_path)).timeline(1000) == [
        "0 up",
        "100 detect patch",
        "130 decide patch",
        "135 promote patch",
        "155 up",
        "300 detect patch",
        "330 decide patch",
        "335 promote patch",
        "355 up",
    ]


HOSTED = """
name: t
components:
  metal: {kind: host, replicas: 3}
  node: {kind: host, replicas: 3, hosts: metal}
  db:
    replicas: 3
    redundancy: REDUNDANCY
    hosts: node
    failover: {detect: 30 s, decide: 5 s, promote: 20 s}
maintenance: {patch: {on: [DRAINED], every: 30 d, first: 100 s, takes: 200 s, drain: 60 s}}
"""


@pytest.mark.parametrize("drained", ["db", "node", "metal"])
@pytest.mark.parametrize("redundancy", ["active-passive", "quorum"])
def test_a_primary_on_a_drained_host_hands_over(tmp_path, drained, redundancy):
    text = HOSTED.replace("DRAINED", drained).replace("REDUNDANCY", redundancy)
    assert Scenario(compiled(text, tmp_path)).timeline(2000) == [
        "0 up",
        "100 promote patch",
        "120 up",
        "360 promote patch",
        "380 up",
    ]


def test_what_is_restarted_elsewhere_leaves_a_drained_host_at_once(tmp_path):
    text = """
    name: t
    components:
      node: {kind: host, replicas: 2}
      web: {hosts: node, relocate: {detect: 50 s, decide: 300 s, start: 10 s}}
    maintenance: {patch: {on: [node], every: 30 d, first: 100 s, takes: 200 s, DRAIN}}
    """
    drained = Scenario(compiled(text.replace("DRAIN", "drain: 60 s"), tmp_path))
    assert drained.timeline(2000) == [
        "0 up",
        "100 start patch",
        "110 up",
        "360 start patch",
        "370 up",
    ]
    found = Scenario(compiled(text.replace(", DRAIN", ""), tmp_path)).timeline(2000)
    assert found[:2] == ["0 up", "100 detect patch"]


def test_a_window_that_is_due_in_another_does_not_begin(tmp_path):
    model = """
    name: t
    components: {web: {}}
    maintenance: {patch: {on: [web], every: 100 s, takes: 'uniform(low 80 s, high 110 s)'}}
    """
    scenario = Scenario(compiled(model, tmp_path), seed=2)
    ends = [scenario.at(100.0 * k + 99).phase("patch") for k in range(1, 200)]
    assert {"idle", "web.1 out"} == set(ends)
