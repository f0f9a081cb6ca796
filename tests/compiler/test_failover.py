"""Failover, rule by rule: incidents with fixed times against timelines worked out by hand."""

import pytest

from tests.compiler.scenarios import NEVER, Scenario, automaton, compiled, names

# detect 30, decide 5, fence 5, promote 20, switch 10: a failover takes 70 s, of which 35 s until
# the pick. A repair takes 1000 s.
CHAIN = "detect: 30 s, decide: 5 s, fence: 5 s, promote: 20 s, switch: 10 s"


def group(failover=CHAIN, *, replicas=2, more="", failures="repair: fixed(1000 s)"):
    return f"""
    name: test
    components:
      db:
        replicas: {replicas}
        redundancy: active-passive
        failures: {{crash: {{after: '{NEVER}', {failures}}}}}
        failover: {{{failover}}}
        {more}
    """


def zoned(failover=CHAIN, *, replicas=2, more=""):
    zones = "abc"[:replicas]
    places = "".join(
        f"  {zone}: {{level: zone, mtbf: '{NEVER}', mttr: fixed(200 s)}}\n    " for zone in zones
    )
    return group(
        failover, replicas=replicas, more=more + f"\n        spread: [{', '.join(zones)}]"
    ) + (f"domains:\n    {places}")


def test_the_chain_runs_stage_by_stage_and_is_charged_to_the_failure(tmp_path):
    told = Scenario(compiled(group(), tmp_path), (100, "db.1 crash")).timeline(2000)
    assert told == [
        "0 up",
        "100 detect db.crash",
        "130 decide db.crash",
        "135 fence db.crash",
        "140 promote db.crash",
        "160 switch db.crash",
        "170 up",
    ]


def test_the_old_primary_returns_as_a_standby(tmp_path):
    scenario = Scenario(compiled(group(), tmp_path), (100, "db.1 crash"), (2000, "db.2 crash"))
    assert scenario.at(170).phase("db primary") == "2"
    # Found at the end of the chain's detect, 130, and repaired by 1130: no failback.
    assert scenario.at(1129).phase("db.1") == "crash.repair"
    assert scenario.at(1131).phase("db.1") == "up"
    assert scenario.at(1999).phase("db primary") == "2"
    assert scenario.at(2069).phase("db failover") == "switch"
    assert scenario.at(2070).phase("db primary") == "1"


def test_instant_failover_is_the_textbook(tmp_path):
    text = group().replace(f"failover: {{{CHAIN}}}", "failover: instant")
    process = compiled(text, tmp_path)
    told = Scenario(process, (100, "db.1 crash"), (200, "db.2 crash")).timeline(3000)
    assert told == ["0 up", "200 repair db.crash", "1100 up"]
    phases = [phase.name for phase in automaton(process, "db failover").phases]
    assert phases == ["serving", "pick", "wait", "pick late"]


# ---------------------------------------------------------------------------- rule 1


def test_rule_1_the_return_of_a_masked_primary_cancels_detection_and_decision(tmp_path):
    text = zoned("detect: 150 s, decide: 100 s, promote: 20 s")
    scenario = Scenario(compiled(text, tmp_path), (100, "a failure"))
    told = scenario.timeline(2000)
    assert told == ["0 up", "100 detect a.failure", "250 decide a.failure", "300 up"]
    assert scenario.phase("db primary") == "1"


def test_rule_1_a_return_after_the_pick_cancels_nothing(tmp_path):
    text = zoned("detect: 100 s, decide: 50 s, promote: 100 s")
    scenario = Scenario(compiled(text, tmp_path), (100, "a failure"))
    told = scenario.timeline(2000)
    assert told == [
        "0 up",
        "100 detect a.failure",
        "200 decide a.failure",
        "250 promote a.failure",
        "350 up",
    ]
    assert scenario.phase("db primary") == "2"


def test_rule_1_a_repair_that_its_own_detection_began_cancels_too(tmp_path):
    text = group(failures="repair: fixed(20 s), detect: 5 s")
    told = Scenario(compiled(text, tmp_path), (100, "db.1 crash")).timeline(2000)
    assert told == ["0 up", "100 detect db.crash", "125 up"]


# ---------------------------------------------------------------------------- rule 2


def test_rule_2_a_dead_standby_is_found_at_the_pick_and_the_next_is_tried(tmp_path):
    # db.2 fails at 90; its own draw of failover.detect would find it at 120 (of the chain: 130).
    text = group("detect: 30 s, decide: 5 s, promote: 20 s", replicas=3)
    scenario = Scenario(compiled(text, tmp_path), (104, "db.2 crash"), (100, "db.1 crash"))
    scenario.at(134)
    assert scenario.phase("db.2") == "crash.repair"  # found at 134 by its own detection
    scenario = Scenario(compiled(text, tmp_path), (110, "db.2 crash"), (100, "db.1 crash"))
    scenario.at(134)
    assert scenario.phase("db.2") == "crash.detect"  # would be found at 140
    scenario.at(135)
    assert scenario.phase("db.2") == "crash.repair"  # is found by the pick at 135
    assert scenario.phase("db primary") == "3"
    assert scenario.timeline(2000)[-1] == "155 up"


def test_rule_2_a_latent_standby_is_found_at_the_pick(tmp_path):
    text = group(more="standby: {latent: 1}")
    scenario = Scenario(compiled(text, tmp_path), (50, "db.2 crash"), (100, "db.1 crash"))
    scenario.at(134)
    assert scenario.phase("db.2") == "crash.latent"
    scenario.at(135)
    assert scenario.phase("db.2") == "crash.repair"
    assert scenario.phase("db failover") == "wait"
    # db.1 is repaired from 130 to 1130, db.2 from 135 to 1135: the old primary serves at once.
    told = Scenario(compiled(text, tmp_path), (50, "db.2 crash"), (100, "db.1 crash")).timeline(
        5000
    )
    assert told == [
        "0 up",
        "100 detect db.crash",
        "130 decide db.crash",
        "135 repair db.crash",
        "1130 up",
    ]


def test_rule_2_a_masked_standby_is_no_candidate(tmp_path):
    scenario = Scenario(
        compiled(zoned(replicas=3), tmp_path), (90, "b failure"), (100, "db.1 crash")
    )
    scenario.at(136)
    assert scenario.phase("db primary") == "3"


def test_rule_2_the_lowest_number_is_picked(tmp_path):
    scenario = Scenario(compiled(group(replicas=4), tmp_path), (100, "db.1 crash"))
    assert scenario.at(136).phase("db primary") == "2"


# ---------------------------------------------------------------------------- rule 3


def test_rule_3_manual_replaces_fence_promote_and_switch(tmp_path):
    text = group(f"{CHAIN}, coverage: 0 %, manual: 600 s")
    scenario = Scenario(compiled(text, tmp_path), (100, "db.1 crash"))
    told = scenario.timeline(5000)
    assert told == [
        "0 up",
        "100 detect db.crash",
        "130 decide db.crash",
        "135 manual db.crash",
        "735 up",
    ]
    assert scenario.phase("db primary") == "2"


def test_rule_3_the_primary_s_return_restores_service_sooner(tmp_path):
    text = group(f"{CHAIN}, coverage: 0 %, manual: 5000 s")
    scenario = Scenario(compiled(text, tmp_path), (100, "db.1 crash"))
    assert scenario.timeline(9000)[-2:] == ["135 manual db.crash", "1130 up"]
    assert scenario.phase("db primary") == "1"


def test_rule_3_without_manual_service_waits_for_that_return(tmp_path):
    scenario = Scenario(compiled(group(f"{CHAIN}, coverage: 0 %"), tmp_path), (100, "db.1 crash"))
    assert scenario.timeline(9000) == [
        "0 up",
        "100 detect db.crash",
        "130 decide db.crash",
        "135 repair db.crash",
        "1130 up",
    ]
    assert scenario.phase("db primary") == "1"


def test_rule_3_the_candidate_is_picked_again_at_the_end_of_manual(tmp_path):
    # At the first pick db.2 stands by; it dies latently in the meantime and is found at 735.
    text = group(f"{CHAIN}, coverage: 0 %, manual: 600 s", replicas=3, more="standby: {latent: 1}")
    scenario = Scenario(compiled(text, tmp_path), (100, "db.1 crash"), (300, "db.2 crash"))
    assert scenario.at(734).phase("db.2") == "crash.latent"
    scenario.at(735)
    assert scenario.phase("db.2") == "crash.repair"
    assert scenario.phase("db primary") == "3"
    assert scenario.phase("db failover") == "serving"


def test_rule_3_nobody_left_at_the_end_of_manual_leads_to_rule_4(tmp_path):
    text = group(f"{CHAIN}, coverage: 0 %, manual: 600 s", more="standby: {latent: 1}")
    scenario = Scenario(compiled(text, tmp_path), (100, "db.1 crash"), (300, "db.2 crash"))
    assert scenario.timeline(9000)[-3:] == ["135 manual db.crash", "735 repair db.crash", "1130 up"]


# ---------------------------------------------------------------------------- rule 4


def test_rule_4_another_replica_goes_through_promote_and_switch(tmp_path):
    # db.2 fails first and is back at 50 + 30 + 1000 = 1080, before db.1 at 1130.
    scenario = Scenario(compiled(group(), tmp_path), (50, "db.2 crash"), (100, "db.1 crash"))
    assert scenario.timeline(9000) == [
        "0 up",
        "100 detect db.crash",
        "130 decide db.crash",
        "135 repair db.crash",
        "1080 promote db.crash",
        "1100 switch db.crash",
        "1110 up",
    ]
    assert scenario.phase("db primary") == "2"


def test_rule_4_the_old_primary_serves_at_once(tmp_path):
    text = zoned("detect: 30 s, decide: 5 s, promote: 20 s, switch: 10 s")
    scenario = Scenario(compiled(text, tmp_path), (90, "b failure"), (100, "a failure"))
    # Both masked; b is back at 290, a at 300. db.2 is picked late at 290.
    assert scenario.timeline(9000) == [
        "0 up",
        "100 detect a.failure",
        "130 decide a.failure",
        "135 masked a.failure",
        "290 promote a.failure",
        "310 switch a.failure",
        "320 up",
    ]
    scenario = Scenario(compiled(text, tmp_path), (110, "b failure"), (100, "a failure"))
    assert scenario.timeline(9000)[-2:] == ["135 masked a.failure", "300 up"]
    assert scenario.phase("db primary") == "1"


# ---------------------------------------------------------------------------- rule 5


@pytest.mark.parametrize(("at", "stage"), [(137, "fence"), (150, "promote"), (165, "switch")])
def test_rule_5_the_chain_starts_again_when_the_candidate_fails(tmp_path, at, stage):
    scenario = Scenario(
        compiled(group(replicas=3), tmp_path), (100, "db.1 crash"), (at, "db.2 crash")
    )
    told = scenario.timeline(9000)
    assert told[-7].split()[1] == stage
    assert told[-6:] == [
        f"{at} detect db.crash",
        f"{at + 30} decide db.crash",
        f"{at + 35} fence db.crash",
        f"{at + 40} promote db.crash",
        f"{at + 60} switch db.crash",
        f"{at + 70} up",
    ]
    assert scenario.phase("db primary") == "3"


def test_rule_5_a_masked_candidate_is_charged_to_its_zone_and_its_return_cancels(tmp_path):
    text = zoned("detect: 300 s, decide: 5 s, promote: 20 s")
    scenario = Scenario(compiled(text, tmp_path), (100, "db.1 crash"), (410, "b failure"))
    # Picked at 405; masked at 410 in promote, unmasked at 610, before 410 + 300.
    assert scenario.timeline(1000) == [
        "0 up",
        "100 detect db.crash",
        "400 decide db.crash",
        "405 promote db.crash",
        "410 detect b.failure",
        "610 up",
    ]
    assert scenario.phase("db primary") == "2"


def test_rule_5_coverage_is_drawn_anew(tmp_path):
    row = automaton(compiled(group(f"{CHAIN}, coverage: 90 %"), tmp_path), "db failover")
    fence = next(phase for phase in row.phases if phase.name == "fence")
    assert [one.target for one in fence.immediate.alternatives] == ["detect"]


# ---------------------------------------------------------------------------- rule 6


def test_rule_6_a_standby_is_no_candidate_while_it_rebuilds(tmp_path):
    # db.2 is back at 40 + 30 + 1000 = 1070 and rebuilt at 1570. db.1 fails at 1100.
    text = group(f"{CHAIN}, rebuild: 500 s")
    scenario = Scenario(compiled(text, tmp_path), (40, "db.2 crash"), (1100, "db.1 crash"))
    assert scenario.timeline(9000) == [
        "0 up",
        "1100 detect db.crash",
        "1130 decide db.crash",
        "1135 rebuild db.crash",
        "1570 promote db.crash",
        "1590 switch db.crash",
        "1600 up",
    ]


def test_rule_6_the_old_primary_serves_without_rebuilding(tmp_path):
    text = group(f"{CHAIN}, rebuild: 50000 s, coverage: 0 %")
    scenario = Scenario(compiled(text, tmp_path), (100, "db.1 crash"))
    assert scenario.timeline(9000)[-1] == "1130 up"
    assert scenario.phase("db.1 rebuild") == "built"


def test_rule_6_one_that_was_replaced_rebuilds(tmp_path):
    text = group(f"{CHAIN}, rebuild: 500 s")
    scenario = Scenario(compiled(text, tmp_path), (100, "db.1 crash"))
    assert scenario.at(1129).phase("db.1 rebuild") == "lost"
    assert scenario.at(1131).phase("db.1 rebuild") == "rebuilding"
    assert scenario.at(1629).phase("db.1 rebuild") == "rebuilding"
    assert scenario.at(1631).phase("db.1 rebuild") == "built"


def test_rule_6_masking_costs_a_rebuild_as_well(tmp_path):
    scenario = Scenario(compiled(zoned(f"{CHAIN}, rebuild: 500 s"), tmp_path), (100, "b failure"))
    assert scenario.at(301).phase("db.2 rebuild") == "rebuilding"


def test_rule_6_needs_of_the_failover_stop_its_clock_but_not_detection(tmp_path):
    more = f"""
      etcd:
        failures: {{crash: {{after: '{NEVER}', repair: fixed(100 s)}}}}
    """
    text = group(f"{CHAIN}, needs: [etcd]") + more
    scenario = Scenario(compiled(text, tmp_path), (100, "db.1 crash"), (110, "etcd.1 crash"))
    # detect 100 to 130 runs on; decide would take 5 s from 130, but etcd is back at 210 only.
    assert scenario.timeline(9000) == [
        "0 up",
        "100 detect db.crash",
        "130 decide db.crash",
        "215 fence db.crash",
        "220 promote db.crash",
        "240 switch db.crash",
        "250 up",
    ]


# ---------------------------------------------------------------------------- where rules meet


def test_a_primary_that_fails_while_it_is_masked_is_found_in_its_own_time(tmp_path):
    scenario = Scenario(compiled(zoned(), tmp_path), (100, "a failure"), (110, "db.1 crash"))
    assert scenario.at(139).phase("db.1") == "crash.detect"  # the chain's detect ended at 130
    assert scenario.at(141).phase("db.1") == "crash.repair"
    assert scenario.at(301).phase("db primary") == "2"
    assert scenario.value("service serves")


def test_what_fails_while_masked_does_not_return_with_its_zone(tmp_path):
    text = zoned("detect: 150 s, decide: 100 s, promote: 20 s")
    scenario = Scenario(compiled(text, tmp_path), (100, "a failure"), (110, "db.1 crash"))
    # Unmasked at 300, but down: nothing cancels the chain, and b takes over.
    assert scenario.timeline(1000) == [
        "0 up",
        "100 detect a.failure",
        "250 decide a.failure",
        "350 promote a.failure",
        "370 up",
    ]


def test_a_dead_standby_is_found_by_the_need_for_it_when_its_zone_is_back(tmp_path):
    text = zoned(more="standby: {latent: 1}")
    scenario = Scenario(
        compiled(text, tmp_path), (50, "b failure"), (60, "db.2 crash"), (100, "db.1 crash")
    )
    assert scenario.at(249).phase("db.2") == "crash.latent"
    assert scenario.phase("db failover") == "wait"
    assert scenario.at(251).phase("db.2") == "crash.repair"
    assert scenario.at(1131).phase("db primary") == "1"


def test_a_second_chain_is_charged_to_its_own_cause(tmp_path):
    scenario = Scenario(compiled(zoned(), tmp_path), (100, "a failure"), (5000, "db.2 crash"))
    assert [line.split()[-1] for line in scenario.timeline(9000)] == [
        "up",
        *["a.failure"] * 5,
        "up",
        *["db.crash"] * 5,
        "up",
    ]


def test_a_standby_s_failure_leaves_the_memory_of_the_cause_alone(tmp_path):
    process = compiled(group(replicas=3), tmp_path)
    scenario = Scenario(process, (100, "db.2 crash"))
    assert scenario.at(200).phase("db cause") == "nothing yet"


# ---------------------------------------------------------------------------- what is not built


def test_stages_that_take_no_time_have_no_phase_and_no_delay(tmp_path):
    process = compiled(group("detect: 30 s, promote: 20 s"), tmp_path)
    controller = automaton(process, "db failover")
    assert [phase.name for phase in controller.phases] == [
        "serving",
        "detect",
        "pick",
        "promote",
        "wait",
        "pick late",
    ]
    assert [delay.name for delay in controller.delays] == ["detect", "promote"]
    assert not any("rebuild" in name for name in names(process))


def test_a_group_that_nothing_can_stop_has_no_controller(tmp_path):
    text = """
    name: test
    components:
      db: {replicas: 2, redundancy: active-passive, failover: instant}
      web: {mtbf: 10 h, mttr: 1 h, needs: [db]}
    """
    assert names(compiled(text, tmp_path)) == ["web.1"]
