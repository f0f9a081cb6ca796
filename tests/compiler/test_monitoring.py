"""Monitoring, the people it calls, their shifts and game days against formulas made without it."""

import math
from dataclasses import replace

import numpy as np
import pytest

import hasim
from hasim.compiler import compile
from hasim.laws import Exponential
from hasim.process import Outages, Process, Share
from tests.compiler.scenarios import (
    NEVER,
    Scenario,
    automaton,
    compiled,
    gates_and_levels,
    names,
    system_of,
)

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
YEAR = 365 * DAY


def exactly(text, folder, service="service"):
    """What the exact engine says of a service."""
    return hasim.solve(system_of(text, folder), engine="exact")[service]


def close(value, expected):
    assert value == pytest.approx(expected, rel=1e-9)


def stationary(rates):
    """The long-run distribution of a chain given by its rates, (from, to) to rate."""
    size = 1 + max(max(pair) for pair in rates)
    flow = np.zeros((size, size))
    for (start, end), rate in rates.items():
        flow[start, end] += rate
        flow[start, start] -= rate
    flow[:, 0] = 1.0
    return np.linalg.solve(flow.T, np.eye(size)[0])


CHAIN = "scrape: 60 s, rule: 60 s, for: 5 min, group: 30 s, page: 1 min"


def watched(more="", mode="", pager=CHAIN):
    return f"""
    name: t
    crews: {{oncall: {{}}}}
    components:
      web: {{failures: {{crash: {{after: 30 d, repair: 2 h{mode}}}}}}}
    monitoring:
      pager: {{{pager}{more}}}
    """


# ---------------------------------------------------------------------------- the chain


def test_the_steps_of_the_defaults_take_450_seconds(tmp_path):
    answer = exactly(watched(", acknowledge: exponential(5 min), diagnose: 15 min"), tmp_path)
    stages = {"detect": 450.0, "acknowledge": 300.0, "diagnose": 900.0, "repair": 7200.0}
    down = sum(stages.values())
    close(answer.mttr_s.value, down)
    close(answer.unavailability.value, down / (30 * DAY + down))
    assert answer.mttr_stages_s.keys() == stages.keys()
    for stage, seconds in stages.items():
        close(answer.mttr_stages_s[stage].value, seconds)


def test_what_is_not_covered_is_noticed_otherwise(tmp_path):
    answer = exactly(watched(", covers: 90 %, otherwise: 1 h"), tmp_path)
    close(answer.mttr_stages_s["detect"].value, 0.9 * 450 + 0.1 * 3600)
    close(answer.mttr_s.value, 0.9 * 450 + 0.1 * 3600 + 7200)


def test_nothing_is_covered(tmp_path):
    answer = exactly(watched(", covers: 0 %, otherwise: 1 h"), tmp_path)
    close(answer.mttr_stages_s["detect"].value, 3600)


def test_what_is_not_attended_waits_for_nobody(tmp_path):
    text = watched(", acknowledge: 5 min, diagnose: 15 min", ", attended: false")
    answer = exactly(text, tmp_path)
    close(answer.mttr_s.value, 450 + 7200)
    assert "acknowledge" not in answer.mttr_stages_s


def test_a_mode_with_its_own_detect_is_left_alone_unless_attended(tmp_path):
    people = ", acknowledge: 5 min, diagnose: 15 min"
    alone = exactly(watched(people, ", detect: 10 s"), tmp_path)
    close(alone.mttr_s.value, 10 + 7200)
    attended = exactly(watched(people, ", detect: 10 s, attended: true"), tmp_path)
    close(attended.mttr_s.value, 10 + 300 + 900 + 7200)
    close(attended.mttr_stages_s["detect"].value, 10)


def test_steps_that_are_fixed_are_one_phase(tmp_path):
    process = compiled(watched(), tmp_path)
    phases = [phase.name for phase in automaton(process, "web.1").phases]
    steps = ["crash.detect scrape", "crash.detect rule", "crash.detect for"]
    assert phases == ["up", *steps, "crash.repair"]


def test_domains_are_watched_too(tmp_path):
    text = """
    name: t
    domains: {a: {level: zone, mtbf: 90 d, mttr: 2 h}}
    components: {web: {spread: [a]}}
    monitoring: {pager: {for: 5 min, acknowledge: 10 min}}
    """
    answer = exactly(text, tmp_path)
    close(answer.mttr_s.value, 300 + 600 + 7200)


@pytest.mark.normal
def test_a_common_cause_is_noticed_and_taken_up_once(tmp_path):
    text = """
    name: t
    components:
      web: {replicas: 2, failures: {crash: {after: 90 d, repair: 2 h, common_cause: 100 %}}}
    monitoring: {pager: {for: 5 min, acknowledge: 10 min, covers: 80 %, otherwise: 1 h}}
    """
    answer = exactly(text, tmp_path)
    detect = 0.8 * 300 + 0.2 * 3600
    close(answer.mttr_stages_s["detect"].value, detect)
    close(answer.mttr_stages_s["acknowledge"].value, 600)
    down = detect + 600 + 7200
    close(answer.unavailability.value, down / (90 * DAY + down))


@pytest.mark.normal
def test_a_failover_finds_failures_and_people_take_them_up(tmp_path):
    """One replica is left while the other is taken up: service is down only for the chain."""
    text = f"""
    name: t
    components:
      db:
        replicas: 2
        redundancy: active-passive
        failover: {{detect: 30 s, promote: 20 s}}
        failures: {{crash: {{after: {NEVER}, repair: fixed(1 h)}}}}
    monitoring: {{pager: {{scrape: 60 s, acknowledge: 10 min, diagnose: 20 min}}}}
    """
    scenario = Scenario(compiled(text, tmp_path), (100.0, "db.1 crash"))
    assert scenario.at(130.5).phase("db.1") == "crash.acknowledge"
    assert scenario.at(130.5 + 600).phase("db.1") == "crash.diagnose"
    assert scenario.at(130.5 + 1800).phase("db.1") == "crash.repair"
    assert scenario.at(129.5 + 5400).phase("db.1") == "crash.repair"
    assert scenario.at(130.5 + 5400).phase("db.1") == "up"
    again = Scenario(compiled(text, tmp_path), (100.0, "db.1 crash"))
    lines = ["0 up", "100 detect db.crash", "130 promote db.crash", "150 up"]
    assert again.timeline(10_000) == lines


# ---------------------------------------------------------------------------- who watches the watch


def shared_fate(otherwise):
    return f"""
    name: t
    components:
      web: {{mtbf: 100 h, mttr: 4 h}}
      prometheus: {{failures: {{crash: {{after: 50 h, repair: 5 h}}}}}}
    services: {{shop: {{needs: [web]}}}}
    monitoring:
      pager:
        watches: [web]
        scrape: exponential(1 h)
        rule: exponential(30 min)
        otherwise: {otherwise}
        needs: [prometheus]
    """


def test_while_monitoring_is_down_people_notice(tmp_path):
    """State 2 u + p: u is up, before the scrape, before the rule, under repair; p: blind."""
    answer = exactly(shared_fate("exponential(10 h)"), tmp_path, "shop")
    rates = {}
    for unit in range(4):
        rates[2 * unit, 2 * unit + 1] = 1 / 50
        rates[2 * unit + 1, 2 * unit] = 1 / 5
    for blind in (0, 1):
        rates[blind, 2 + blind] = 1 / 100
        rates[6 + blind, blind] = 1 / 4
    rates |= {(2, 4): 1.0, (4, 6): 2.0, (3, 7): 0.1, (5, 7): 0.1}
    shares = stationary(rates)
    close(answer.unavailability.value, shares[2:].sum())
    rate = (shares[0] + shares[1]) / 100
    close(answer.mttr_stages_s["detect"].value, shares[2:6].sum() / rate * HOUR)


def test_monitoring_that_watches_itself_is_found_by_people(tmp_path):
    text = """
    name: t
    components: {prometheus: {mtbf: 100 h, mttr: 4 h}}
    services: {service: {needs: [prometheus]}}
    monitoring: {pager: {for: exponential(5 min), otherwise: exponential(3 h), needs: [prometheus]}}
    """
    close(exactly(text, tmp_path).mttr_s.value, 7 * HOUR)


def test_the_time_until_people_notice_goes_on_from_step_to_step(tmp_path):
    """Blind for 10 min, 10 min and the rest of 29 min, in two steps."""
    text = f"""
    name: t
    components:
      web: {{failures: {{crash: {{after: {NEVER}, repair: fixed(1 h)}}}}}}
      prometheus: {{failures: {{crash: {{after: {NEVER}, repair: fixed(10 min), detect: 0 s}}}}}}
    services: {{shop: {{needs: [web]}}}}
    monitoring:
      pager: {{watches: [web], scrape: fixed(1 min), rule: "uniform(low 1 h, high 2 h)",
        otherwise: 29 min, needs: [prometheus]}}
    """
    failures = (
        (100.0, "web.1 crash"),
        (130.0, "prometheus.1 crash"),
        (730.0 + 60.0, "prometheus.1 crash"),
        (1390.0 + 60.0, "prometheus.1 crash"),
    )
    scenario = Scenario(compiled(text, tmp_path), *failures)
    assert scenario.at(729.0).phase("web.1") == "crash.detect scrape"
    assert scenario.at(761.0).phase("web.1") == "crash.detect rule"
    assert scenario.at(1989.0).phase("web.1") == "crash.detect rule"
    assert scenario.at(1991.0).phase("web.1") == "crash.repair"


# ---------------------------------------------------------------------------- crews


def test_people_keep_their_token_from_the_page_to_the_end_of_the_repair(tmp_path):
    """Two units and one crew: 0 both up, 1 to 3 one worked at, 4 to 6 with the other waiting."""
    text = """
    name: t
    crews: {oncall: {}}
    components:
      web: {replicas: 2, mtbf: 20 h, mttr: 4 h, crew: oncall}
    monitoring: {pager: {acknowledge: exponential(1 h), diagnose: exponential(2 h)}}
    """
    answer = exactly(text, tmp_path)
    fails, ends = 1 / 20, (1.0, 1 / 2, 1 / 4)
    rates = {(0, 1): 2 * fails, (1, 4): fails, (2, 5): fails, (3, 6): fails}
    rates |= {(1, 2): ends[0], (2, 3): ends[1], (3, 0): ends[2]}
    rates |= {(4, 5): ends[0], (5, 6): ends[1], (6, 1): ends[2]}
    shares = stationary(rates)
    close(answer.unavailability.value, shares[4:].sum())
    rate = shares[1:4].sum() * fails
    for stage, share in zip(("acknowledge", "diagnose", "repair"), shares[4:], strict=True):
        close(answer.mttr_stages_s[stage].value, share / rate * HOUR)
    assert answer.mttr_stages_s["crew"].value == 0


def test_the_crew_of_monitoring_leaves_the_repair_to_others(tmp_path):
    """Both fail at once: the one on call looks at one after the other, repairs run side by side."""
    text = f"""
    name: t
    crews: {{oncall: {{}}, vendor: {{size: 2}}}}
    components:
      web:
        replicas: 2
        failures: {{crash: {{after: {NEVER}, repair: fixed(5 h), crew: vendor}}}}
    monitoring: {{pager: {{acknowledge: 1 h, crew: oncall}}}}
    """
    scenario = Scenario(compiled(text, tmp_path), (0.0, "web.1 crash"), (0.0, "web.2 crash"))
    assert scenario.at(0.5 * HOUR).phase("web.2") == "crash.acknowledge"
    assert scenario.at(1.5 * HOUR).phase("web.2") == "crash.acknowledge"
    assert scenario.at(2.5 * HOUR).phase("web.2") == "crash.repair"
    assert scenario.at(6.5 * HOUR).phase("web.1") == "up"
    assert scenario.at(7.5 * HOUR).phase("web.2") == "up"


def test_repairs_wait_behind_false_alarms(tmp_path):
    """One unit, one on call: unit up, waiting or at work; alarm quiet, waiting or looked into."""
    text = """
    name: t
    crews: {oncall: {}}
    components:
      web: {mtbf: 20 h, mttr: 4 h, crew: oncall}
    monitoring:
      pager: {diagnose: exponential(1 h), crew: oncall, false_alarms: 1 / 10 h}
    """
    solution = hasim.solve(system_of(text, tmp_path), engine="exact")
    quiet, alarm, diagnose, repair = 0, 1, 2, 3
    diagnose_alarm, repair_alarm, alarm_unit = 4, 5, 6
    rates = {(quiet, alarm): 0.1, (quiet, diagnose): 1 / 20, (alarm, quiet): 1.0}
    rates |= {(alarm, alarm_unit): 1 / 20, (alarm_unit, diagnose): 1.0, (diagnose, repair): 1.0}
    rates |= {(repair, quiet): 1 / 4, (diagnose, diagnose_alarm): 0.1, (repair, repair_alarm): 0.1}
    rates |= {(diagnose_alarm, repair_alarm): 1.0, (repair_alarm, alarm): 1 / 4}
    shares = stationary(rates)
    answer, people = solution["service"], solution.monitoring["pager"]
    close(answer.unavailability.value, 1 - shares[quiet] - shares[alarm])
    rate = (shares[quiet] + shares[alarm]) / 20
    close(answer.mttr_stages_s["crew"].value, shares[alarm_unit] / rate * HOUR)
    alarms = 0.1 * (shares[quiet] + shares[diagnose] + shares[repair])
    close(people.false_alarms_per_year.value, alarms * YEAR / HOUR)
    spent = shares[alarm] + shares[alarm_unit]
    close(people.false_alarms_s_per_year.value, spent * YEAR)
    assert solution.to_dict()["monitoring"]["pager"].keys() == {
        "false_alarms_per_year",
        "false_alarms_s_per_year",
    }


# ---------------------------------------------------------------------------- shifts


def test_nobody_at_night(tmp_path):
    """Half of the failures wait 6 h on average; one day in twelve ends a repair of an hour early.

    A repair of R hours in days of 12 h goes over max(0, R - rest of the day) / 12 nights, rounded
    up: on average R / 12 from a start by day, and the whole part of R / 12 from one at 8.
    """
    text = """
    name: t
    crews: {oncall: {shifts: [{from: 20:00, to: 08:00, size: 0}]}}
    components:
      web: {mtbf: 1000000 h, mttr: 1 h, crew: oncall}
    """
    answer = exactly(text, tmp_path)
    whole_days = math.exp(-12) / (1 - math.exp(-12))
    waits = 0.5 * (6 + 12 * whole_days) + 0.5 * 1
    assert answer.mttr_s.value == pytest.approx((1 + waits) * HOUR, rel=1e-5)
    assert answer.mttr_stages_s["crew"].value == pytest.approx(waits * HOUR, rel=1e-5)
    assert answer.mttr_stages_s["repair"].value == pytest.approx(HOUR, rel=1e-5)


def duty(text, folder):
    crews = f"name: t\ncrews: {text}\ncomponents: {{web: {{mtbf: 9 d, mttr: 1 h, crew: oncall}}}}"
    return compiled(crews, folder)


def test_a_day_like_every_other_has_a_calendar_of_a_day(tmp_path):
    process = duty("{oncall: {size: 2, shifts: [{from: 08:00, to: 20:00, size: 4}]}}", tmp_path)
    assert [(one.offset, one.period) for one in process.schedules] == [
        (8 * HOUR, DAY),
        (20 * HOUR, DAY),
    ]
    scenario = Scenario(process)
    sizes = [scenario.at(hour * HOUR).value("oncall size") for hour in (1, 9, 21, 33, 45)]
    assert sizes == [2, 4, 2, 4, 2]


def test_weekends_have_a_calendar_of_a_week(tmp_path):
    shifts = "[{from: 08:00, to: 20:00, days: [mon..fri], size: 4}, "
    shifts += "{from: 18:00, to: 06:00, days: [sun], size: 0}]"
    process = duty(f"{{oncall: {{size: 1, shifts: {shifts}}}}}", tmp_path)
    assert {one.period for one in process.schedules} == {7 * DAY}
    scenario = Scenario(process)
    at = {"mon 00": 0, "mon 07": 7, "mon 09": 9, "fri 19": 115, "sat 09": 129, "sun 19": 163}
    at |= {"mon 05 again": 173, "mon 07 again": 175, "mon 09 again": 177}
    sizes = [scenario.at(hour * HOUR + 1).value("oncall size") for hour in at.values()]
    assert sizes == [0, 1, 4, 4, 1, 0, 0, 1, 4]


def test_shifts_that_change_nothing_cost_nothing(tmp_path):
    process = duty("{oncall: {size: 2, shifts: [{from: 08:00, to: 20:00, size: 2}]}}", tmp_path)
    assert [pool.size for pool in process.pools] == [2]
    assert not process.schedules
    assert names(process) == ["web.1"]


# ---------------------------------------------------------------------------- hidden failures


def pair(rate="2 years", test="", more="", repair="1 s"):
    return f"""
    name: t
    components:
      db:
        replicas: 2
        redundancy: active-passive
        failover: instant
        standby: {{latent: 100 %{test}}}
        failures: {{crash: {{after: {rate}, repair: {repair}}}}}
    {more}
    """


def never_failing(process: Process, name: str) -> Process:
    """The same where a replica does not fail."""
    patient = automaton(process, name)
    delays = [
        replace(delay, law=Exponential(1e6 * YEAR)) if delay.name == "crash" else delay
        for delay in patient.delays
    ]
    others = [
        replace(one, delays=tuple(delays)) if one.name == name else one for one in process.automata
    ]
    return replace(process, automata=tuple(others))


def hidden_share(process):
    return hasim.solve(process, engine="exact").measures["db hides a failure"].value


def dead(rate_times_period):
    """Share of time in which what is tested once a period is dead (E05, one channel)."""
    return 1 - (1 - math.exp(-rate_times_period)) / rate_times_period


@pytest.mark.parametrize(("days", "percent"), [(365, 21.3), (365 / 12, 2.05)])
def test_s4_a_standby_is_dead_so_often_when_it_is_needed(tmp_path, days, percent):
    process = never_failing(compiled(pair(test=f", test: {days} d"), tmp_path), "db.1")
    share = hidden_share(process)
    assert share == pytest.approx(dead(0.5 * days / 365), rel=1e-5)
    assert 100 * share == pytest.approx(percent, abs=0.05)


def test_the_need_for_it_reveals_a_dead_standby_too(tmp_path):
    """At rate l the standby dies, at rate l the primary; then both are new: half of 2 l T."""
    solution = hasim.solve(system_of(pair(test=", test: 365 d"), tmp_path), engine="exact")
    found = solution.components["db"].latent_unavailability
    assert found.exact
    assert found.value == pytest.approx(dead(1.0) / 2, rel=1e-5)
    assert solution.to_dict()["components"] == {"db": {"latent_unavailability": found.to_dict()}}


def test_a_game_day_finds_a_share_of_what_is_hidden(tmp_path):
    """The chance to be dead before a drill, p, is 1 - (1 - p (1 - f)) exp(-l T)."""
    drill = "game_days: {drill: {on: [db], every: 365 d, finds: 60 %}}"
    process = never_failing(compiled(pair(more=drill), tmp_path), "db.1")
    lasts = math.exp(-0.5)
    before = (1 - lasts) / (1 - 0.4 * lasts)
    expected = 1 - (1 - 0.4 * before) * (1 - lasts) / 0.5
    assert hidden_share(process) == pytest.approx(expected, rel=1e-5)


def test_a_game_day_looks_at_all_at_the_same_moment(tmp_path):
    text = f"""
    name: t
    components:
      db: &pair
        replicas: 2
        redundancy: active-passive
        failover: instant
        standby: {{latent: 100 %}}
        failures: {{crash: {{after: {NEVER}, repair: fixed(1 h), common_cause: 50 %}}}}
      queue: *pair
    game_days: {{drill: {{on: [db, queue], every: 10 h, first: 5 h}}}}
    """
    process = compiled(text, tmp_path)
    assert [(one.offset, one.period) for one in process.schedules] == [(5 * HOUR, 10 * HOUR)]
    failures = [(HOUR, "db.2 crash"), (2 * HOUR, "queue.2 crash"), (6 * HOUR + 1, "db.2 crash")]
    scenario = Scenario(process, *failures)
    for name in ("db.2", "queue.2"):
        assert scenario.at(5 * HOUR - 1).phase(name) == "crash.latent"
        assert Scenario(process, *failures).at(5 * HOUR + 1).phase(name) == "crash.repair"
    assert scenario.at(14 * HOUR).phase("db.2") == "crash.latent"
    assert scenario.at(15.5 * HOUR).phase("db.2") == "crash.repair"


def test_a_common_cause_of_standbys_hides_too(tmp_path):
    """It strikes the standby alone while the primary is down; a test then finds it."""
    process = compiled(
        pair(test=", test: 90 d").replace("1 s}", "1 s, common_cause: 5 %}"), tmp_path
    )
    gate = gates_and_levels(process)["db hides a failure: sum"]
    assert {term.automaton for term, _ in gate.terms} == {"db.1", "db.2", "db.crash.common"}


def test_s4_a_test_a_month_turns_hours_into_seconds(tmp_path):
    """The outage is the repair where the standby is dead, and the failover where it is not."""
    text = """
    name: t
    components:
      db:
        replicas: 2
        redundancy: active-passive
        failover: {detect: exponential(1 s)}
        standby: {latent: 100 %, test: PERIOD}
        failures: {crash: {after: 2 years, repair: 1 h}}
    """
    yearly, monthly = (
        hasim.solve(system_of(text.replace("PERIOD", test), tmp_path), engine="exact")
        for test in ("365 d", "30 d")
    )
    for solution, test in ((yearly, 365), (monthly, 30)):
        answer = solution["service"]
        share = solution.components["db"].latent_unavailability.value
        dead_when_needed = answer.mttr_stages_s["repair"].value / (HOUR / 2)
        assert share == pytest.approx(dead(test / 365) / 2, rel=0.01)
        assert dead_when_needed == pytest.approx(share, rel=0.02)
    assert yearly["service"].mttr_s.value > 7 * monthly["service"].mttr_s.value


# ---------------------------------------------------------------------------- what is not used


def test_what_a_model_does_not_use_costs_nothing(tmp_path):
    bare = pair().replace("standby: {latent: 100 %}", "")
    process = compiled(bare, tmp_path)
    assert not [one for one in process.measures if isinstance(one, Share)]
    watched_only = compiled(f"{bare}monitoring: {{pager: {{scrape: 60 s}}}}\n    ", tmp_path)
    assert watched_only.content_hash == process.content_hash


def test_stages_of_people_are_ranked_only_where_there_are_any(tmp_path):
    def order(text):
        process = compile(system_of(text, tmp_path))
        (blame,) = [one.blame for one in process.measures if isinstance(one, Outages)]
        return blame.order

    text = "name: t\ncomponents: {web: {replicas: 3, required: 2, mtbf: 9 d, mttr: 1 h}}\n"
    without = ("masked", "detect", "crew", "repair", "rebuild", "start")
    assert order(text) == without
    people = (*without[:3], "acknowledge", "diagnose", *without[3:])
    assert order(f"{text}monitoring: {{pager: {{acknowledge: 5 min}}}}") == people
