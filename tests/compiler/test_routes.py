"""Routes: who is in rotation, what is lost meanwhile, and whom the time is charged to."""

import numpy as np
import pytest

import hasim
from hasim.compiler.capacity import capacity_of
from hasim.compiler.route_figures import figures_of
from hasim.solving import solve
from hasim.topology import demand_on
from tests.compiler.scenarios import (
    NEVER,
    Scenario,
    automaton,
    compiled,
    gates_and_levels,
    names,
    system_of,
)

SERVED = "service requests served"
LOOKS = "detect: 10 s, readmit: 20 s"


def model(route, replicas=3, more="", modes="", head="", required=1):
    crash = f"crash: {{after: '{NEVER}', repair: fixed(100 s)}}"
    failures = f"{{{crash}{modes}}}"
    web = f"replicas: {replicas}, required: {required}, failures: {failures}{more}"
    return (
        f"name: t\n{head}components:\n"
        f"  edge: {{replicas: 2, routes: {{to: web, {route}}}}}\n"
        f"  web: {{{web}}}\n"
    )


def scenario(tmp_path, *failures, route=LOOKS, **options):
    return Scenario(compiled(model(route, **options), tmp_path), *failures)


# ---------------------------------------------------------------------------- in and out


def test_a_dead_replica_loses_its_share_until_it_is_ejected(tmp_path):
    told = scenario(tmp_path, (1000, "web.1 crash"))
    assert told.at(999).value(SERVED) == 1
    assert told.at(1009).value(SERVED) == pytest.approx(2 / 3)
    assert told.at(1011).value(SERVED) == 1
    assert told.phase("edge to web.1") == "out after web.crash"


def test_what_is_back_serves_nobody_until_it_is_readmitted(tmp_path):
    told = scenario(tmp_path, (1000, "web.1 crash"))
    assert told.at(1119).value("web behind edge there") == 2
    assert told.value("web serving") == 3
    assert told.phase("edge to web.1") == "readmitting after web.crash"
    assert told.at(1121).value("web behind edge there") == 3


def test_a_return_before_the_ejection_is_never_noticed(tmp_path):
    told = scenario(tmp_path, (1000, "web.1 crash"), route="detect: 200 s, readmit: 20 s")
    assert told.at(1099).value(SERVED) == pytest.approx(2 / 3)
    assert told.at(1100).phase("edge to web.1") == "in rotation"
    assert told.value(SERVED) == 1


def test_the_wait_for_readmission_is_a_stage_of_its_own(tmp_path):
    told = scenario(tmp_path, (1000, "web.1 crash"), replicas=1)
    assert told.timeline(5000) == [
        "0 up",
        "1000 repair web.crash",
        "1100 readmit web.crash",
        "1120 up",
    ]


def test_the_failure_of_another_falls_on_the_most_advanced(tmp_path):
    incident = [(1000, "web.1 crash"), (1090, "web.2 crash")]
    told = scenario(tmp_path, *incident, replicas=2)
    assert told.timeline(5000) == [
        "0 up",
        "1090 repair web.crash",
        "1100 readmit web.crash",
        "1120 up",
    ]


def test_a_loss_while_being_readmitted_is_the_new_cause(tmp_path):
    disk = f", disk: {{after: '{NEVER}', repair: fixed(50 s)}}"
    told = scenario(tmp_path, (1000, "web.1 crash"), (1110, "web.1 disk"), replicas=1, modes=disk)
    assert told.timeline(5000) == [
        "0 up",
        "1000 repair web.crash",
        "1100 readmit web.crash",
        "1110 repair web.disk",
        "1160 readmit web.disk",
        "1180 up",
    ]


def test_what_a_domain_masked_is_charged_to_it_until_it_is_readmitted(tmp_path):
    head = f"domains: {{a: {{level: zone, mtbf: '{NEVER}', mttr: fixed(60 s)}}}}\n"
    told = scenario(tmp_path, (1000, "a failure"), replicas=1, more=", spread: [a]", head=head)
    assert told.timeline(5000) == [
        "0 up",
        "1000 masked a.failure",
        "1060 readmit a.failure",
        "1080 up",
    ]


def test_a_start_comes_before_the_readmission(tmp_path):
    told = scenario(tmp_path, (1000, "web.1 crash"), replicas=1, more=", start: 30 s")
    assert told.timeline(5000) == [
        "0 up",
        "1000 repair web.crash",
        "1100 start web.crash",
        "1130 readmit web.crash",
        "1150 up",
    ]


def test_a_common_cause_is_remembered_under_its_name(tmp_path):
    text = model(LOOKS, replicas=2).replace(
        "repair: fixed(100 s)", "repair: fixed(100 s), common_cause: 50 %"
    )
    text = text.replace(NEVER, "1000000 h")
    told = Scenario(compiled(text, tmp_path), (1000, "web.crash.common strike"))
    assert told.timeline(5000) == [
        "0 up",
        "1000 repair web.crash.common",
        "1100 readmit web.crash.common",
        "1120 up",
    ]


def test_a_failback_ejects_too_and_is_charged_to_what_is_around(tmp_path):
    crash = f"failures: {{crash: {{after: '{NEVER}', repair: fixed(100 s)}}}}"
    text = f"""
    name: t
    domains:
      rack:
        level: rack
        needs:
        - any: [grid, engine]
          failover: {{switch: 15 s, failback: {{after: 60 s, takes: 30 s}}}}
    components:
      grid: {{spread: everywhere, {crash}}}
      engine: {{spread: everywhere, {crash}}}
      edge: {{spread: everywhere, routes: {{to: web, {LOOKS}}}}}
      web: {{spread: [rack], {crash}}}
    services: {{service: {{needs: [edge]}}}}
    """
    told = Scenario(compiled(text, tmp_path), (1000, "grid.1 crash"))
    assert told.timeline(5000) == [
        "0 up",
        "1000 masked grid.crash",
        "1015 readmit grid.crash",
        "1035 up",
        "1160 masked grid.crash",
        "1190 readmit grid.crash",
        "1210 up",
    ]


def test_what_a_replica_needs_in_its_own_domain_ejects_it(tmp_path):
    crash = f"failures: {{crash: {{after: '{NEVER}', repair: fixed(100 s)}}}}"
    text = f"""
    name: t
    domains: {{a: {{level: zone}}, b: {{level: zone}}}}
    components:
      edge: {{replicas: 2, spread: [a, b], routes: {{to: web, {LOOKS}}}}}
      web: {{replicas: 2, spread: [a, b], needs: [{{name: cache, within: zone}}], {crash}}}
      cache: {{replicas: 2, spread: [a, b], {crash}}}
    """
    told = Scenario(compiled(text, tmp_path), (1000, "cache.1 crash"))
    assert told.at(1005).value(SERVED) == 1 / 2
    assert told.at(1015).value(SERVED) == 1
    assert told.at(1105).phase("edge to web.1") == "readmitting after cache.crash"


def test_one_route_for_each_component_and_each_its_own_times(tmp_path):
    crash = f"failures: {{crash: {{after: '{NEVER}', repair: fixed(100 s)}}}}"
    text = f"""
    name: t
    components:
      edge: {{routes: [{{to: web, detect: 10 s}}, {{to: api, detect: 30 s}}]}}
      web: {{replicas: 2, {crash}}}
      api: {{replicas: 4, {crash}}}
    """
    told = Scenario(compiled(text, tmp_path), (1000, "web.1 crash"), (1000, "api.1 crash"))
    assert told.at(1005).value(SERVED) == 1 / 2 * 3 / 4
    assert told.at(1015).value(SERVED) == 3 / 4
    assert told.at(1035).value(SERVED) == 1


# ---------------------------------------------------------------------------- kinds of failure


PROBES = "detect: {probe: 10 s, misses: 1, timeout: 5 s}"


def laws(process, name="edge to web.1"):
    return {one.name: str(one.law) for one in automaton(process, name).delays}


def test_what_refuses_is_found_without_the_timeout_and_silence_with_it(tmp_path):
    hang = f", hang: {{after: '{NEVER}', repair: 1 h, silent: true}}"
    head = f"domains: {{a: {{level: zone, mtbf: '{NEVER}', mttr: 1 h}}}}\n"
    process = compiled(model(PROBES, modes=hang, head=head, more=", spread: [a]"), tmp_path)
    assert laws(process) == {
        "ejecting after web.crash": "uniform(low 0 s, high 10 s)",
        "ejecting after web.hang": "uniform(low 5 s, high 15 s)",
        "ejecting after a.failure": "uniform(low 5 s, high 15 s)",
    }


def test_a_host_that_dies_is_silent_whatever_its_mode_says(tmp_path):
    text = f"""
    name: t
    components:
      node: {{replicas: 2, failures: {{power: {{after: '{NEVER}', repair: 1 h}}}}}}
      edge: {{routes: {{to: web, detect: 3 s, detect_silent: 40 s}}}}
      web: {{replicas: 2, hosts: node, failures: {{crash: {{after: '{NEVER}', repair: 1 h}}}}}}
    """
    assert laws(compiled(text, tmp_path)) == {
        "ejecting after web.crash": "fixed(value 3 s)",
        "ejecting after node.power": "fixed(value 40 s)",
    }


# ---------------------------------------------------------------------------- policies


def test_a_replica_loses_the_share_of_its_weight(tmp_path):
    route = f"{LOOKS}, policy: weighted, weights: [3, 1, 1]"
    told = scenario(tmp_path, (1000, "web.1 crash"), (1005, "web.2 crash"), route=route)
    assert told.at(1004).value(SERVED) == pytest.approx(2 / 5)
    assert told.at(1009).value(SERVED) == pytest.approx(1 / 5)
    assert told.at(1012).value(SERVED) == pytest.approx(1 / 2)
    assert told.at(1016).value(SERVED) == 1


def test_in_panic_requests_go_to_all(tmp_path):
    # Four replicas, panic below two in rotation. Three die; the ejection of the third is panic.
    incident = [(1000, "web.1 crash"), (1050, "web.2 crash"), (1090, "web.3 crash")]
    told = scenario(tmp_path, *incident, route=f"{LOOKS}, panic: 50 %", replicas=4)
    assert told.at(1070).value(SERVED) == 1  # two left in rotation
    assert told.at(1095).value(SERVED) == pytest.approx(1 / 2)  # web.3 is not ejected yet
    assert told.at(1099).value(SERVED) == pytest.approx(1 / 2)
    assert told.at(1101).value(SERVED) == pytest.approx(2 / 4)  # web.1 is back and gets requests
    assert told.value("web behind edge carrying") == 2
    assert told.at(1121).value(SERVED) == 1  # web.1 is in rotation: no panic, two are


def test_panic_serves_with_what_is_not_readmitted_yet(tmp_path):
    # From 1010 only web.3 is in rotation: panic. From 1100 the other two serve again.
    incident = [(1000, "web.1 crash"), (1000, "web.2 crash"), (1095, "web.3 crash")]
    options = {"replicas": 3, "required": 2}
    told = scenario(tmp_path, *incident, route=f"{LOOKS}, panic: 50 %", **options)
    assert told.timeline(1150) == ["0 up", "1000 repair web.crash", "1100 up"]
    told = scenario(tmp_path, *incident, **options)
    assert told.timeline(1150)[-2:] == ["1100 readmit web.crash", "1120 up"]


def test_panic_without_any_delay_still_costs_requests(tmp_path):
    incident = [(1000, "web.1 crash"), (1000, "web.2 crash")]
    told = scenario(tmp_path, *incident, route="panic: 60 %")
    assert told.at(1010).value(SERVED) == pytest.approx(1 / 3)
    assert told.at(1101).value(SERVED) == 1


def test_pinned_connections_hang_after_a_silent_death(tmp_path):
    hang = f", hang: {{after: '{NEVER}', repair: fixed(1000 s), silent: true}}"
    route = f"layer: 4, pinned: 30 %, idle: 350 s, {LOOKS}"
    told = scenario(tmp_path, (1000, "web.1 hang"), route=route, modes=hang)
    assert told.at(1009).value(SERVED) == pytest.approx(2 / 3)
    assert told.at(1011).value(SERVED) == pytest.approx(0.7 + 0.3 * 2 / 3)
    assert told.at(1359).value(SERVED) == pytest.approx(0.9)
    assert told.at(1361).value(SERVED) == 1


def test_pinned_connections_break_where_the_port_refuses_or_answers_anew(tmp_path):
    hang = f", hang: {{after: '{NEVER}', repair: fixed(100 s), silent: true}}"
    route = f"layer: 4, pinned: 30 %, idle: 350 s, {LOOKS}"
    told = scenario(tmp_path, (1000, "web.1 crash"), (1000, "web.2 hang"), route=route, modes=hang)
    assert told.at(1011).value(SERVED) == pytest.approx(0.7 + 0.3 / 2)
    assert told.at(1101).value(SERVED) == 1
    assert told.phase("edge to web.2") == "readmitting after web.hang"


def test_a_hash_loses_what_round_robin_loses(tmp_path):
    ways = [
        model(f"policy: {policy}, {LOOKS}") for policy in ("round-robin", "hash", "consistent-hash")
    ]
    assert len({compiled(text, tmp_path).content_hash for text in ways}) == 1


# ---------------------------------------------------------------------------- what it costs nothing


def test_a_route_that_takes_no_time_is_a_need(tmp_path):
    routed = compiled(model("policy: hash"), tmp_path)
    needed = compiled(model("").replace("routes: {to: web, }", "needs: [web]"), tmp_path)
    assert routed.content_hash == needed.content_hash


def test_without_readmission_the_need_is_the_plain_one(tmp_path):
    process = compiled(model("detect: 10 s"), tmp_path)
    assert "web behind edge serves" not in gates_and_levels(process)
    assert names(process)[-3:] == ["edge to web.1", "edge to web.2", "edge to web.3"]


def test_what_cannot_stop_is_not_watched(tmp_path):
    text = """
    name: t
    components:
      edge: {mtbf: 1 h, mttr: 1 h, routes: {to: web, detect: 1 s}}
      web: {replicas: 3}
    """
    process = compiled(text, tmp_path)
    assert names(process) == ["edge.1"]
    assert SERVED not in gates_and_levels(process)


# ---------------------------------------------------------------------------- capacity


def test_what_is_not_readmitted_carries_nothing(tmp_path):
    more = ", capacity: 100 rps"
    text = model(LOOKS, more=more) + "services:\n  shop: {needs: [edge], demand: {peak: 250 rps}}\n"
    told = Scenario(compiled(text, tmp_path), (1000, "web.1 crash"))
    assert not told.at(999).value("shop short")
    assert told.at(1119).value("shop short")
    assert not told.at(1121).value("shop short")


def test_with_two_balancers_the_one_that_sees_less_counts(tmp_path):
    more = ", capacity: 100 rps"
    text = model(LOOKS, more=more).replace(
        "  web:", "  door: {routes: {to: web, readmit: 60 s}}\n  web:"
    )
    text += "services:\n  shop: {needs: [edge, door], demand: {peak: 125 rps}}\n"
    told = Scenario(compiled(text, tmp_path), (1000, "web.1 crash"))
    assert told.at(1140).value("shop short")
    assert not told.at(1161).value("shop short")


# ---------------------------------------------------------------------------- closed forms


EXPONENTIAL = """
name: t
components:
  edge: {{routes: {{to: web, detect: exponential(20 s), readmit: exponential(40 s){more}}}}}
  web: {{replicas: {n}, required: {required}, mtbf: 1 h, mttr: 10 min}}
"""

FAIL, REPAIR, EJECT, READMIT = 1 / 3600, 1 / 600, 1 / 20, 1 / 40


def one_replica() -> np.ndarray:
    """Shares of time of a replica: in rotation, ejecting, out, readmitting."""
    moves = [
        (0, 1, FAIL),
        (1, 2, EJECT),
        (1, 0, REPAIR),
        (2, 3, REPAIR),
        (3, 0, READMIT),
        (3, 2, FAIL),
    ]
    rates = np.zeros((4, 4))
    for source, target, rate in moves:
        rates[source, target] += rate
        rates[source, source] -= rate
    equations = np.vstack([rates.T[1:], np.ones(4)])
    return np.linalg.solve(equations, [0, 0, 0, 1])


def over_replicas(n, value):
    """The mean over the states of n independent replicas of a function of them."""
    shares = one_replica()
    states = np.indices((4,) * n).reshape(n, -1).T
    return sum(np.prod(shares[state]) * value(list(state)) for state in states)


@pytest.mark.parametrize(("n", "required"), [(1, 1), (2, 1), (2, 2), (3, 2)])
def test_unavailability_and_requests_are_those_of_the_markov_chain(tmp_path, n, required):
    text = EXPONENTIAL.format(n=n, required=required, more="")
    answer = hasim.solve(system_of(text, tmp_path), engine="exact")["service"]
    down = over_replicas(n, lambda state: state.count(0) < required)
    served = over_replicas(
        n,
        lambda state: (
            (state.count(0) >= required) and state.count(0) / (state.count(0) + state.count(1))
        ),
    )
    assert answer.unavailability.value == pytest.approx(down, rel=1e-9)
    assert 1 - answer.request_availability.value == pytest.approx(1 - served, rel=1e-9)
    readmit = over_replicas(1, lambda state: state == [3])
    if n == 1:
        stages = answer.mttr_stages_s
        share = stages["readmit"].value / answer.mttr_s.value
        assert share == pytest.approx(readmit / down, rel=1e-9)


def test_panic_is_that_of_the_markov_chain(tmp_path):
    text = EXPONENTIAL.format(n=3, required=1, more=", panic: 60 %")

    def served(state):
        panics = state.count(0) + state.count(1) < 2
        serving = state.count(0) + (state.count(3) if panics else 0)
        routed = 3 if panics else state.count(0) + state.count(1)
        return serving >= 1 and serving / routed

    answer = hasim.solve(system_of(text, tmp_path), engine="exact")["service"]
    expected = over_replicas(3, served)
    assert answer.request_availability.value == pytest.approx(expected, rel=1e-9)
    down = over_replicas(3, lambda state: not served(state))
    assert answer.unavailability.value == pytest.approx(down, rel=1e-9)


# ---------------------------------------------------------------------------- shares of groups


def canary(more="", share="5 %"):
    crash = f"failures: {{crash: {{after: '{NEVER}', repair: fixed(100 s)}}}}"
    return f"""
    name: t
    components:
      edge:
        routes:
        - {{to: next, share: {share}, {LOOKS}}}
        - {{to: web, share: 95 %, {LOOKS}}}
      next: {{replicas: 1, capacity: 10 rps, {crash}{more}}}
      web: {{replicas: 2, capacity: 100 rps, {crash}{more}}}
      db: {{{crash.replace("repair", "detect: 10 s, repair")}, replicas: 2}}
    services: {{service: {{needs: [edge], demand: {{peak: 160 rps}}}}}}
    """


def test_a_canary_that_is_down_loses_its_share_alone(tmp_path):
    told = Scenario(compiled(canary(), tmp_path), (1000, "next.1 crash"), (1095, "web.1 crash"))
    assert told.at(1050).value(SERVED) == pytest.approx(0.95)
    assert told.at(1098).value(SERVED) == pytest.approx(0.95 / 2)
    assert told.at(1102).value(SERVED) == pytest.approx(0.95 / 2)  # next.1 is not readmitted yet
    assert told.at(1107).value(SERVED) == pytest.approx(0.95)
    assert told.at(1121).value(SERVED) == 1
    told = Scenario(compiled(canary(), tmp_path), (1000, "next.1 crash"))
    assert told.timeline(5000) == ["0 up"]


def test_the_group_with_most_requests_is_needed(tmp_path):
    told = Scenario(compiled(canary(), tmp_path), (1000, "web.1 crash"), (1000, "web.2 crash"))
    assert told.timeline(5000) == [
        "0 up",
        "1000 repair web.crash",
        "1100 readmit web.crash",
        "1120 up",
    ]


def test_what_both_groups_need_is_counted_once_in_each(tmp_path):
    told = Scenario(compiled(canary(", needs: [db]"), tmp_path), (1000, "db.1 crash"))
    assert told.at(1005).value(SERVED) == pytest.approx(1 / 2)
    told = Scenario(
        compiled(canary(", needs: [db]"), tmp_path), (1000, "db.1 crash"), (1000, "next.1 crash")
    )
    assert told.at(1005).value(SERVED) == pytest.approx(0.95 / 2)


def test_each_group_is_asked_for_its_share(tmp_path):
    system = system_of(canary(), tmp_path)
    assert demand_on(system) == {
        "edge": 160,
        "next": pytest.approx(8),
        "web": pytest.approx(152),
        "db": 0,
    }
    assert capacity_of(system)["service"].headroom == pytest.approx(200 / 152 - 1)
    lost = figures_of(system)["edge to web"].errors_per_failure["refused"]
    assert lost == pytest.approx(0.95 * 160 / 2 * 10)


# ---------------------------------------------------------------------------- domain by domain


def zones(route, edge="", web=""):
    fails = f"failures: {{crash: {{after: '{NEVER}', repair: fixed(100 s)}}}}"
    return f"""
    name: t
    domains:
      a: {{level: zone, mtbf: '{NEVER}', mttr: fixed(100 s)}}
      b: {{level: zone, mtbf: '{NEVER}', mttr: fixed(100 s)}}
    components:
      edge: {{replicas: 2, spread: [a, b], {fails}, routes: {{to: web, {route}}}{edge}}}
      web: {{replicas: 6, spread: [a, b, b], {fails}{web}}}
    """


ZONE_AWARE = f"policy: zone-aware, {LOOKS}"


def test_each_balancer_prefers_its_own_domain(tmp_path):
    # web.1 and web.4 are in zone a, the other four in zone b; half of the requests come by each.
    told = Scenario(compiled(zones(ZONE_AWARE), tmp_path), (1000, "web.1 crash"))
    assert told.at(1005).value(SERVED) == pytest.approx(1 / 2 * 1 / 2 + 1 / 2)
    told = Scenario(compiled(zones(ZONE_AWARE), tmp_path), (1000, "web.2 crash"))
    assert told.at(1005).value(SERVED) == pytest.approx(1 / 2 + 1 / 2 * 3 / 4)


@pytest.mark.parametrize(
    ("spill", "ejected", "mixed"), [("true", 1, 3 / 4), ("false", 1 / 2, 3 / 8)]
)
def test_without_its_own_a_balancer_spills_over_or_loses(tmp_path, spill, ejected, mixed):
    incident = [(1000, "web.1 crash"), (1000, "web.4 crash"), (1020, "web.2 crash")]
    text = zones(f"{ZONE_AWARE}, spill: {spill}")
    told = Scenario(compiled(text, tmp_path), *incident)
    assert told.at(1005).value(SERVED) == pytest.approx(1 / 2)  # nobody has noticed
    assert told.at(1015).value(SERVED) == pytest.approx(ejected)
    # web.2 is dead and in rotation: a quarter of what goes to zone b.
    assert told.at(1025).value(SERVED) == pytest.approx(mixed)


def test_the_requests_of_a_dead_balancer_come_by_the_others(tmp_path):
    incident = [(1000, "edge.1 crash"), (1010, "web.1 crash"), (1010, "web.2 crash")]
    told = Scenario(compiled(zones(ZONE_AWARE), tmp_path), *incident)
    assert told.at(1015).value(SERVED) == pytest.approx(3 / 4)  # of zone b alone


def test_of_an_active_passive_pair_the_primary_s_domain_counts(tmp_path):
    pair = ", redundancy: active-passive, failover: {switch: 3 s}"
    incident = [(1000, "web.1 crash"), (1004, "edge.1 crash")]
    told = Scenario(compiled(zones(ZONE_AWARE, edge=pair), tmp_path), *incident)
    assert told.at(1002).value(SERVED) == pytest.approx(1 / 2)
    assert told.at(1005).value(SERVED) == 0
    assert told.at(1008).value(SERVED) == 1  # edge.2 sends everything to zone b


def test_a_zone_that_is_down_takes_its_balancer_along(tmp_path):
    told = Scenario(compiled(zones(ZONE_AWARE), tmp_path), (1000, "a failure"))
    assert told.timeline(1002) == ["0 up"]
    assert told.at(1005).value(SERVED) == 1


def test_in_panic_no_domain_is_preferred(tmp_path):
    incident = [(1000, f"web.{number} crash") for number in (1, 2, 3, 4)]
    text = zones(f"{ZONE_AWARE}, panic: 50 %")
    told = Scenario(compiled(text, tmp_path), *incident)
    assert told.at(1005).value(SERVED) == pytest.approx(1 / 2 * 0 + 1 / 2 * 2 / 4)
    assert told.at(1015).value(SERVED) == pytest.approx(2 / 6)


def test_affinity_ignores_capacity(tmp_path):
    found = figures_of(system_of(zones(ZONE_AWARE, web=", capacity: 10 rps"), tmp_path))
    route = found["edge to web"]
    assert route.share_lost_until_ejected == 1 / 4  # web.1, one of two in zone a
    assert route.after_a_loss.share_of_each == 1 / 2
    assert route.after_a_loss.imbalance == pytest.approx(1 / 2 * 5)
    assert route.after_a_loss.capacity_left_rps == 20


# ---------------------------------------------------------------------------- one after another


def tiers(route, backup="", required=1):
    crash = f"failures: {{crash: {{after: '{NEVER}', repair: fixed(100 s)}}}}"
    return f"""
    name: t
    components:
      edge:
        replicas: 2
        routes:
        - {{to: web, policy: priority, {route}}}
        - {{to: backup, policy: priority, {route}}}
      web: {{replicas: 2, required: {required}, {crash}}}
      backup: {{{crash}{backup}}}
    """


def test_those_that_come_later_get_requests_once_the_first_is_known_to_be_lost(tmp_path):
    incident = [(1000, "web.1 crash"), (1050, "web.2 crash")]
    process = compiled(tiers(LOOKS), tmp_path)
    assert Scenario(process, *incident).at(1005).value(SERVED) == pytest.approx(1 / 2)
    told = Scenario(process, *incident)
    assert told.timeline(5000) == ["0 up", "1050 detect web.crash", "1060 up"]


def test_those_that_come_later_are_left_when_the_first_is_readmitted(tmp_path):
    incident = [(1000, "web.1 crash"), (1050, "web.2 crash"), (1121, "backup.1 crash")]
    told = Scenario(compiled(tiers(LOOKS), tmp_path), *incident)
    assert told.timeline(5000) == ["0 up", "1050 detect web.crash", "1060 up"]
    early = [*incident[:2], (1119, "backup.1 crash")]
    told = Scenario(compiled(tiers(LOOKS), tmp_path), *early)
    assert told.timeline(5000)[2:] == ["1060 up", "1119 detect backup.crash", "1129 up"]


def test_a_group_is_left_when_fewer_than_required_are_there(tmp_path):
    told = Scenario(compiled(tiers(LOOKS, required=2), tmp_path), (1000, "web.1 crash"))
    assert told.timeline(1050) == ["0 up", "1000 detect web.crash", "1010 up"]


def test_what_a_first_group_s_loss_costs_is_the_time_to_notice_it(tmp_path):
    # Down while the one in use is dead and neither noticed nor repaired: 1 / (1/d + 1/m) a failure.
    text = """
    name: t
    components:
      edge:
        routes:
        - {to: web, policy: priority, detect: exponential(1 min)}
        - {to: backup, policy: priority, detect: exponential(1 min)}
      web: {mtbf: exponential(100 h), mttr: exponential(1 h)}
      backup: {}
    """
    answer = hasim.solve(system_of(text, tmp_path), engine="exact")["service"]
    assert answer.unavailability.value == pytest.approx(60 / (1 + 1 / 60) / (101 * 3600), rel=1e-8)


# ---------------------------------------------------------------------------- planned work

HOUR, DAY = 3600.0, 86400.0
SLOW = "detect: fixed(10 min), readmit: fixed(20 min)"
DB_DOWN = 1 / 101


def planned(web, more="", route=SLOW):
    """A service whose database alone has failures, so that all it loses besides is known."""
    return f"""
name: t
components:
  edge: {{replicas: 2, routes: {{to: web, {route}}}}}
  web: {{{web}}}
  db: {{mtbf: 100 h, mttr: 1 h}}
services: {{shop: {{needs: [edge, db]}}}}
{more}
"""


def answered(text, tmp_path):
    return solve(system_of(text, tmp_path), engine="exact")["shop"]


def work(drain, on="web"):
    return f"maintenance: {{p: {{on: [{on}], every: 10 d, takes: 2 h, drain: {drain}}}}}"


@pytest.mark.parametrize("drain", ["0 s", "30 min"])
@pytest.mark.parametrize("web", ["replicas: 4", "replicas: 2, required: 1"])
def test_planned_work_behind_a_balancer_loses_nothing(drain, web, tmp_path):
    service = answered(planned(web, work(drain)), tmp_path)
    assert service.unavailability.value == pytest.approx(DB_DOWN, 1e-12)
    assert 1 - service.request_availability.value == pytest.approx(DB_DOWN, 1e-12)
    assert service.outages_per_year.value == pytest.approx(365 * DAY / (101 * HOUR), 1e-12)


def test_work_on_hosts_takes_what_they_carry_out_of_rotation(tmp_path):
    text = planned("replicas: 2, hosts: server", work("0 s", on="server"))
    text = text.replace("  db:", "  server: {kind: host, replicas: 2}\n  db:")
    service = answered(text, tmp_path)
    assert 1 - service.request_availability.value == pytest.approx(DB_DOWN, 1e-12)


def test_good_rolling_changes_behind_a_balancer_cost_nothing(tmp_path):
    change = "changes: {rate: 1 / d, takes: 5 min}"
    service = answered(planned(f"replicas: 3, required: 2, {change}"), tmp_path)
    assert service.unavailability.value == pytest.approx(DB_DOWN, 1e-12)
    assert 1 - service.request_availability.value == pytest.approx(DB_DOWN, 1e-12)


@pytest.mark.parametrize("how", ["strategy: recreate", "at_once: 3"])
def test_what_is_deployed_all_at_once_is_back_at_once(how, tmp_path):
    change = f"changes: {{rate: 1 / d, takes: 5 min, {how}}}"
    service = answered(planned(f"replicas: 3, {change}"), tmp_path)
    up = DAY / (DAY + 300) * (1 - DB_DOWN)
    assert service.availability.value == pytest.approx(up, 1e-12)
    assert service.request_availability.value == pytest.approx(up, 1e-12)


def test_work_takes_out_what_a_balancer_has_not_missed_yet(tmp_path):
    more = f"\n{work('30 min')}"
    process = compiled(model("detect: 20 s, readmit: 1 h", replicas=2) + more, tmp_path)
    told = Scenario(process, (10 * DAY - 10, "web.1 crash"))
    assert told.at(10 * DAY - 1).value(SERVED) == 0.5
    assert told.at(10 * DAY + 1).value(SERVED) == 1
    assert told.phase("edge to web.1") == "taken out"
    assert told.at(10 * DAY + 2.5 * HOUR + 1).phase("edge to web.1") == "in rotation"


def test_what_leaves_a_host_under_work_is_back_in_rotation_where_it_restarts(tmp_path):
    web = "replicas: 2, hosts: server, relocate: {detect: 1 s, start: 10 s}"
    text = planned(web, work("0 s", on="server"))
    text = text.replace("  db:", "  server: {kind: host, replicas: 3}\n  db:")
    told = Scenario(compiled(text, tmp_path))
    assert told.at(10 * DAY + 5).phase("edge to web.1") == "taken out"
    assert told.at(10 * DAY + 12).phase("edge to web.1") == "in rotation"
