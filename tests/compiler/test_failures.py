"""Failure modes, their detection, repair and crews; places and start: structure and incidents."""

import pytest

from hasim.laws import Exponential, Weibull
from tests.compiler.scenarios import NEVER, Scenario, automaton, compiled, gates_and_levels, names

DAY = 86400.0


def crash(repair="100 s", more=""):
    return f"{{crash: {{after: '{NEVER}', repair: 'fixed({repair})'{more}}}}}"


# ---------------------------------------------------------------------------- modes


def test_a_bare_pair_is_two_automata_with_two_phases(tmp_path):
    process = compiled(
        "name: pair\ncomponents:\n  web: {replicas: 2, mtbf: 1000 h, mttr: 10 h}", tmp_path
    )
    assert names(process) == ["web.1", "web.2"]
    one = automaton(process, "web.1")
    assert [phase.name for phase in one.phases] == ["up", "failure.repair"]
    assert [(delay.name, delay.cause) for delay in one.delays] == [
        ("failure", "web.failure"),
        ("failure repair", None),
    ]
    assert not process.pools
    assert not process.signals


def test_detection_has_a_phase_only_where_it_takes_time(tmp_path):
    text = """
    name: t
    components:
      web:
        failures:
          crash: {after: 30 d, detect: {probe: 5 s, misses: 3}, repair: 30 s}
          disk: {after: 4 years, repair: 4 h}
    """
    phases = [phase.name for phase in automaton(compiled(text, tmp_path), "web.1").phases]
    assert phases == ["up", "crash.detect", "crash.repair", "disk.repair"]


def test_clocks_of_other_modes_stand_still_unless_they_have_no_memory(tmp_path):
    text = """
    name: t
    components:
      web:
        failures:
          crash: {after: 30 d, repair: 30 s}
          wear: {after: 'weibull(shape 2, mean 4 years)', repair: 4 h}
      alone: {failures: {wear: {after: 'weibull(shape 2, mean 4 years)', repair: 4 h}}}
    """
    process = compiled(text, tmp_path)
    memory = {delay.name: delay.memory for delay in automaton(process, "web.1").delays}
    assert memory["crash"] == "restart"
    assert memory["wear"] == "resume"
    assert automaton(process, "alone.1").delays[0].memory == "restart"


def test_the_repaired_mode_alone_is_drawn_anew(tmp_path):
    text = f"""
    name: t
    components:
      web:
        failures:
          crash: {{after: '{NEVER}', repair: fixed(100 s)}}
          wear: {{after: fixed(1000 s), repair: fixed(50 s)}}
    """
    # Down by crash from 400 to 500: wear comes at 1100, is drawn anew at 1150, comes at 2150.
    told = Scenario(compiled(text, tmp_path), (400, "web.1 crash")).timeline(2200)
    assert told == [
        "0 up",
        "400 repair web.crash",
        "500 up",
        "1100 repair web.wear",
        "1150 up",
        "2150 repair web.wear",
    ]


def test_an_undetected_failure_is_not_under_repair(tmp_path):
    text = f"name: t\ncomponents:\n  web: {{failures: {crash(more=', detect: 60 s')}}}"
    told = Scenario(compiled(text, tmp_path), (1000, "web.1 crash")).timeline(5000)
    assert told == ["0 up", "1000 detect web.crash", "1060 repair web.crash", "1160 up"]


# ---------------------------------------------------------------------------- crews


def test_a_repair_waits_for_its_crew(tmp_path):
    text = f"""
    name: t
    crews: {{oncall: {{size: 1}}, idle: {{size: 3}}}}
    components:
      web: {{replicas: 2, failures: {crash(more=", crew: oncall")}}}
    """
    process = compiled(text, tmp_path)
    assert [(pool.name, pool.size, pool.order) for pool in process.pools] == [("oncall", 1, "fifo")]
    scenario = Scenario(process, (1000, "web.1 crash"), (1010, "web.2 crash"))
    # web.1 is repaired by 1100, web.2 then from 1100 to 1200. One is required: the more advanced.
    assert scenario.timeline(5000) == ["0 up", "1010 repair web.crash", "1100 up"]


def test_waiting_for_a_crew_is_a_stage(tmp_path):
    text = f"""
    name: t
    crews: {{oncall: {{size: 1}}}}
    components:
      web: {{replicas: 2, required: 2, failures: {crash(more=", crew: oncall")}}}
    """
    scenario = Scenario(compiled(text, tmp_path), (1000, "web.1 crash"), (1010, "web.2 crash"))
    assert scenario.timeline(5000) == [
        "0 up",
        "1000 repair web.crash",
        "1010 crew web.crash",
        "1100 repair web.crash",
        "1200 up",
    ]


def test_a_crew_that_preempts_leaves_a_repair_and_goes_on_with_it(tmp_path):
    text = f"""
    name: t
    crews: {{oncall: {{size: 1, preempts: true}}}}
    components:
      web: {{failures: {crash(more=", crew: oncall, priority: 5")}}}
      db: {{replicas: 2, failures: {crash(more=", crew: oncall")}}}
    """
    process = compiled(text, tmp_path)
    assert process.pools[0].preempts
    scenario = Scenario(process, (1000, "web.1 crash"), (1040, "db.1 crash"))
    # 40 s of the 100 s of web.1's repair are done when db.1's begins, which takes until 1140.
    assert scenario.timeline(5000) == [
        "0 up",
        "1000 repair web.crash",
        "1040 crew web.crash",
        "1140 repair web.crash",
        "1200 up",
    ]


def test_a_crew_with_one_priority_has_nothing_to_interrupt(tmp_path):
    text = f"""
    name: t
    crews: {{oncall: {{size: 1, preempts: true}}}}
    components:
      web: {{replicas: 2, failures: {crash(more=", crew: oncall")}}}
    """
    (pool,) = compiled(text, tmp_path).pools
    assert (pool.order, pool.preempts) == ("fifo", False)


def test_priorities_that_differ_make_a_crew_one_of_priorities(tmp_path):
    text = f"""
    name: t
    crews: {{oncall: {{size: 1}}}}
    components:
      web: {{replicas: 3, failures: {crash(more=", crew: oncall, priority: 5")}}}
      db: {{failures: {crash(more=", crew: oncall")}, needs: [web]}}
    """
    process = compiled(text, tmp_path)
    assert process.pools[0].order == "priority"
    scenario = Scenario(
        process, (1000, "web.1 crash"), (1010, "web.2 crash"), (1020, "db.1 crash")
    ).at(1150)
    assert scenario.phase("db.1") == "crash.repair"
    assert not scenario.simulation.waits("db.1")
    assert scenario.simulation.waits("web.2")


# ---------------------------------------------------------------------------- places


NESTED = f"""
name: t
domains:
  eu: {{level: region, mtbf: '{NEVER}', mttr: fixed(500 s)}}
  a: {{level: zone, in: eu, mtbf: '{NEVER}', mttr: fixed(200 s)}}
  b: {{level: zone, in: eu}}
  us: {{level: region}}
components:
  web: {{spread: [a], failures: {crash()}}}
"""


def test_domains_that_cannot_fail_cost_nothing(tmp_path):
    process = compiled(NESTED, tmp_path)
    assert names(process) == ["eu", "a", "web.1"]
    assert "zone b open" not in gates_and_levels(process)


def test_a_domain_masks_at_every_depth_and_clocks_inside_go_on(tmp_path):
    scenario = Scenario(
        compiled(NESTED, tmp_path), (1000, "a failure"), (1100, "eu failure"), (1150, "web.1 crash")
    )
    # a is down from 1000 to 1200, eu from 1100 to 1600; the innermost that is down is charged.
    assert scenario.timeline(5000) == [
        "0 up",
        "1000 masked a.failure",
        "1200 masked eu.failure",
        "1600 up",
    ]


def test_domains_are_closed_by_their_needs_too(tmp_path):
    text = f"""
    name: t
    domains:
      a: {{level: zone, needs: [power]}}
    components:
      power: {{replicas: 2, failures: {crash()}, spread: everywhere}}
      web: {{spread: [a]}}
    services: {{service: {{needs: [web]}}}}
    """
    process = compiled(text, tmp_path)
    assert names(process) == ["power.1", "power.2"]
    scenario = Scenario(process, (1000, "power.1 crash"), (1050, "power.2 crash"))
    assert scenario.timeline(5000) == ["0 up", "1050 masked power.crash", "1100 up"]


WORKED_EXAMPLE = f"""
name: worked
domains:
  a: {{level: zone, mtbf: '{NEVER}', mttr: fixed(300 s)}}
components:
  server: {{kind: host, replicas: 3, failures: {crash("1000 s")}, spread: [a]}}
  app: {{hosts: [server.1], failures: {crash()}, needs: [db]}}
  db:
    replicas: 2
    redundancy: active-passive
    hosts: [server.1, server.2]
    failures: {crash()}
    failover: {{detect: 30 s, promote: 20 s}}
  other: {{replicas: 2, hosts: [server.1, server.2], failures: {crash()}, needs: [db]}}
services:
  one: {{needs: [app]}}
  two: {{needs: [other]}}
"""


def test_the_loss_of_a_host_hits_all_its_tenants(tmp_path):
    process = compiled(WORKED_EXAMPLE, tmp_path)
    scenario = Scenario(process, (1000, "server.1 crash"))
    # two: other.2 serves on; its db fails over from server.1 to server.2 in 50 s.
    assert scenario.timeline(5000, "two") == [
        "0 up",
        "1000 detect server.crash",
        "1030 promote server.crash",
        "1050 up",
    ]
    # one: app.1 is masked until the host is back; db is the deeper need and is charged first.
    assert Scenario(process, (1000, "server.1 crash")).timeline(5000, "one") == [
        "0 up",
        "1000 detect server.crash",
        "1030 promote server.crash",
        "1050 masked server.crash",
        "2000 up",
    ]


def test_a_host_in_a_closed_domain_carries_nothing(tmp_path):
    scenario = Scenario(compiled(WORKED_EXAMPLE, tmp_path), (1000, "a failure"))
    assert scenario.timeline(5000, "one") == [
        "0 up",
        "1000 detect a.failure",
        "1030 masked a.failure",
        "1300 up",
    ]


# ---------------------------------------------------------------------------- start


def starting(more=""):
    return f"""
    name: t
    domains:
      a: {{level: zone, mtbf: '{NEVER}', mttr: fixed(200 s)}}
    components:
      web: {{spread: [a], start: 180 s, failures: {crash()}{more}}}
    """


@pytest.mark.parametrize(
    ("incident", "timeline"),
    [
        (
            [(1000, "web.1 crash")],
            ["1000 repair web.crash", "1100 start web.crash", "1280 up"],
        ),
        (
            [(1000, "a failure")],
            ["1000 masked a.failure", "1200 start a.failure", "1380 up"],
        ),
        (  # masked while under repair: it starts once, charged to what stopped it first
            [(1000, "web.1 crash"), (1050, "a failure")],
            ["1000 repair web.crash", "1050 masked a.failure", "1250 start web.crash", "1430 up"],
        ),
        (  # interrupted: the start begins anew, after what interrupted it
            [(1000, "web.1 crash"), (1200, "a failure")],
            [
                "1000 repair web.crash",
                "1100 start web.crash",
                "1200 masked a.failure",
                "1400 start a.failure",
                "1580 up",
            ],
        ),
    ],
)
def test_start_follows_every_repair_and_unmasking(tmp_path, incident, timeline):
    told = Scenario(compiled(starting(), tmp_path), *incident).timeline(5000)
    assert told == ["0 up", *timeline]


def test_the_clock_of_failure_runs_during_the_start(tmp_path):
    text = starting().replace(NEVER, "fixed(1000 s)", 2).replace("fixed(1000 s)", NEVER, 1)
    # web crashes 1000 s after each repair, whether or not it has started.
    told = Scenario(compiled(text, tmp_path)).timeline(2150)
    assert told[1:] == [
        "1000 repair web.crash",
        "1100 start web.crash",
        "1280 up",
        "2100 repair web.crash",
    ]


def test_what_starts_serves_only_when_it_has_started(tmp_path):
    process = compiled(starting(), tmp_path)
    assert automaton(process, "web.1 start").start == (("running", 1.0),)
    plain = compiled(starting().replace("start: 180 s, ", ""), tmp_path)
    assert "web.1 start" not in names(plain)


def test_a_host_that_starts_does_not_carry_yet(tmp_path):
    text = WORKED_EXAMPLE.replace("kind: host,", "kind: host, start: 60 s,")
    scenario = Scenario(compiled(text, tmp_path), (1000, "server.1 crash"))
    assert scenario.timeline(5000, "one")[-2:] == ["1050 masked server.crash", "2060 up"]


def test_a_primary_that_is_back_serves_when_it_has_started(tmp_path):
    text = f"""
    name: t
    components:
      db:
        replicas: 2
        redundancy: active-passive
        start: 40 s
        failures: {crash()}
        failover: {{detect: 30 s, coverage: 0 %}}
    """
    told = Scenario(compiled(text, tmp_path), (1000, "db.1 crash")).timeline(5000)
    assert told == [
        "0 up",
        "1000 detect db.crash",
        "1030 repair db.crash",
        "1130 start db.crash",
        "1170 up",
    ]


# ---------------------------------------------------------------------------- common cause


def test_the_beta_factor_splits_the_rate(tmp_path):
    text = """
    name: t
    components:
      web: {replicas: 2, failures: {crash: {after: 90 d, repair: 4 h, common_cause: 5 %}}}
    """
    process = compiled(text, tmp_path)
    assert automaton(process, "web.1").delays[0].law.mean == pytest.approx(90 * DAY / 0.95)
    strike = automaton(process, "web.crash.common").delays[0]
    assert strike.law == Exponential(90 * DAY / 0.05)
    assert strike.cause == "web.crash.common"


def test_what_is_left_keeps_its_own_law_and_is_absent_at_100_percent(tmp_path):
    text = """
    name: t
    components:
      web:
        replicas: 2
        failures: {wear: {after: 'weibull(shape 2, mean 90 d)', repair: 4 h, common_cause: B}}
    """
    law = automaton(compiled(text.replace("B", "10 %"), tmp_path), "web.1").delays[0].law
    assert isinstance(law, Weibull)
    assert law.shape == 2
    assert law.mean == pytest.approx(100 * DAY)
    one = automaton(compiled(text.replace("B", "100 %"), tmp_path), "web.1")
    assert [phase.name for phase in one.phases] == ["up", "wear.common repair"]
    assert not one.delays


def test_an_event_strikes_all_that_are_up_and_ends_for_all_of_them(tmp_path):
    text = f"""
    name: t
    crews: {{oncall: {{size: 1}}}}
    domains:
      a: {{level: zone, mtbf: '{NEVER}', mttr: fixed(50 s)}}
      b: {{level: zone}}
    components:
      web:
        replicas: 3
        spread: [a, b, b]
        failures: {crash(more=", detect: 10 s, crew: oncall, common_cause: 50 %")}
    """
    scenario = Scenario(
        compiled(text, tmp_path),
        (1000, "web.3 crash"),  # found at 1010, repaired by 1110
        (1020, "a failure"),
        (1030, "web.crash.common strike"),  # found at 1040, waits until 1110, ends at 1210
    )
    assert scenario.at(1035).phase("web.1") == "crash.common detect"  # masked, and struck
    assert scenario.at(1041).phase("web.2") == "crash.common repair"
    assert scenario.simulation.waits("web.crash.common")
    assert scenario.at(1111).phase("web.3") == "up"  # was down by itself, and is not struck
    assert scenario.at(1209).phase("web.1") == "crash.common repair"
    scenario.at(1211)
    assert [scenario.phase(f"web.{number}") for number in (1, 2, 3)] == ["up", "up", "up"]
    assert scenario.phase("web.crash.common") == "idle"


def test_nothing_happens_where_nothing_is_left_to_strike(tmp_path):
    text = f"name: t\ncomponents:\n  web: {{failures: {crash(more=', common_cause: 50 %')}}}"
    scenario = Scenario(
        compiled(text, tmp_path), (1000, "web.1 crash"), (1050, "web.crash.common strike")
    )
    assert scenario.timeline(1099) == ["0 up", "1000 repair web.crash"]
    assert scenario.phase("web.crash.common") == "idle"


# ---------------------------------------------------------------------------- standbys


def passive(standby, mode="", failover="detect: 30 s"):
    return f"""
    name: t
    components:
      db:
        replicas: 2
        redundancy: active-passive
        standby: {standby}
        failures: {crash(more=mode)}
        failover: {{{failover}}}
    """


def test_a_standby_fails_at_its_own_pace(tmp_path):
    text = passive("cold", failover="detect: 30 s, promote: 10 s").replace(NEVER, "fixed(1000 s)")
    # db.1 fails at 1000 and db.2, whose clock starts at the pick at 1030, at 2030.
    scenario = Scenario(compiled(text, tmp_path))
    told = scenario.timeline(2100)
    assert told == [
        "0 up",
        "1000 detect db.crash",
        "1030 promote db.crash",
        "1040 up",
        "2030 detect db.crash",
        "2060 promote db.crash",
        "2070 up",
    ]


def test_warm_is_half_the_rate(tmp_path):
    text = passive("warm").replace(NEVER, "fixed(1000 s)")
    # At the pick at 1030 the clock of db.2 has run 515 of its 1000 s: it fails at 1515.
    told = Scenario(compiled(text, tmp_path)).timeline(1600)
    assert told == ["0 up", "1000 detect db.crash", "1030 up", "1515 detect db.crash", "1545 up"]


def test_a_hot_standby_has_no_speed(tmp_path):
    process = compiled(passive("hot"), tmp_path)
    assert all(delay.speed is None for one in process.automata for delay in one.delays)


def test_a_test_reveals_a_latent_failure(tmp_path):
    process = compiled(passive("{latent: 1, test: 1 h}"), tmp_path)
    (schedule,) = process.schedules
    assert (schedule.offset, schedule.period) == (3600.0, 3600.0)
    scenario = Scenario(process, (100, "db.2 crash"))
    assert scenario.at(3599).phase("db.2") == "crash.latent"
    assert scenario.at(3600).phase("db.2") == "crash.repair"
    assert scenario.at(3701).phase("db.2") == "up"


def test_a_primary_never_fails_latently(tmp_path):
    scenario = Scenario(compiled(passive("{latent: 1}"), tmp_path), (100, "db.1 crash"))
    assert scenario.at(101).phase("db.1") == "crash.detect by failover"


def test_a_standby_is_found_by_a_draw_of_its_own(tmp_path):
    scenario = Scenario(compiled(passive("hot"), tmp_path), (100, "db.2 crash"))
    assert scenario.at(129).phase("db.2") == "crash.detect"
    assert scenario.at(131).phase("db.2") == "crash.repair"
    own = passive("hot", mode=", detect: 5 s")
    scenario = Scenario(compiled(own, tmp_path), (100, "db.2 crash"), (200, "db.1 crash"))
    assert scenario.at(106).phase("db.2") == "crash.repair"
    assert scenario.at(206).phase("db.1") == "crash.repair"
    assert scenario.at(206).phase("db failover") == "detect"


COMMON = ", common_cause: 50 %"


def test_an_event_that_strikes_the_primary_is_found_by_the_chain(tmp_path):
    process = compiled(passive("{latent: 1}", COMMON), tmp_path)
    scenario = Scenario(process, (100, "db.crash.common strike"))
    assert scenario.timeline(5000) == [
        "0 up",
        "100 detect db.crash.common",
        "130 repair db.crash.common",
        "230 up",
    ]
    assert scenario.phase("db primary") == "1"


def test_an_event_that_strikes_standbys_alone_can_be_latent(tmp_path):
    process = compiled(passive("{latent: 1, test: 1 h}", COMMON), tmp_path)
    scenario = Scenario(process, (100, "db.1 crash"), (105, "db.crash.common strike"))
    scenario.at(120)
    assert scenario.phase("db.crash.common") == "latent"
    assert scenario.phase("db.2") == "crash.common detect"
    # The pick at 130 finds it; db.1 is repaired from 130 to 230, and the event as well.
    assert scenario.at(131).phase("db.crash.common") == "repair"
    assert scenario.phase("db.2") == "crash.common repair"
    assert scenario.at(231).phase("db primary") == "1"
