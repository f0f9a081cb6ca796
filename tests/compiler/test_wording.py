"""Incidents in the user's words."""

from hasim.compiler import compile
from hasim.compiler.wording import Wording
from hasim.engines.reference.simulation import Simulation
from tests.compiler.scenarios import NEVER, system_of
from tests.compiler.test_common_rules import CHANGEOVER, POWER
from tests.compiler.test_links import TWO
from tests.compiler.test_relocation import CLUSTER

KINDS = ("start", "delay", "immediate", "signal", "grant", "revoke")

MODEL = f"""
name: t
crews: {{oncall: {{size: 1}}}}
domains:
  a: {{level: zone, mtbf: '{NEVER}', mttr: fixed(200 s)}}
  b: {{level: zone}}
components:
  db:
    replicas: 2
    redundancy: active-passive
    spread: [a, b]
    standby: {{latent: 1, test: 1 h}}
    failures:
      crash: {{after: '{NEVER}', repair: fixed(100 s), crew: oncall, common_cause: 50 %}}
    failover: {{detect: 30 s, decide: 5 s, promote: 20 s, rebuild: 60 s}}
  web:
    replicas: 2
    spread: [a, b]
    start: 10 s
    failures: {{crash: {{after: '{NEVER}', detect: 5 s, repair: fixed(100 s)}}}}
    needs: [db]
"""


def tell(folder, *failures, until=1e9, model=MODEL):
    system = system_of(model, folder)
    process, words = compile(system), Wording.of(system)
    simulation = Simulation(process, seed=1)
    for time, what in failures:
        name, _, delay = what.rpartition(" ")
        simulation.inject(time, name, delay)
    before: dict[str, str] = {}
    told = []
    going = True
    while going:
        for entry in simulation.entries:
            one = process.automata[entry.automaton]
            phase = one.phases[entry.phase].name
            sentence = words.narrate(one, phase, KINDS[entry.kind], before.get(one.name, ""))
            before[one.name] = phase
            if sentence is not None:
                told.append(f"{entry.time:g} {sentence}")
        going = simulation.advance(before=until)
    return told


def test_a_zone_takes_the_primary_with_it(tmp_path):
    assert tell(tmp_path, (1000, "a failure"), until=2000) == [
        "1000 zone a goes down (failure): masks db.1, web.1; its repair begins",
        "1000 failover of db: the loss of its primary is being detected",
        "1030 failover of db: the failure is noticed; deciding whether to fail over",
        "1035 failover of db: promoting the new primary",
        "1035 failover of db: db.2 is picked as the new primary",
        "1055 failover of db: service is restored",
        "1200 zone a is repaired (failure): no longer masks db.1, web.1",
        "1200 db.1 is being rebuilt as a standby",
        "1200 web.1 starts",
        "1210 web.1 has started",
        "1260 db.1 is rebuilt and can take over",
    ]


def test_a_failure_is_found_and_repaired_by_a_crew(tmp_path):
    assert tell(tmp_path, (1000, "db.1 crash"), (1010, "web.2 crash"), until=2000) == [
        "1000 db.1 fails (crash)",
        "1000 failover of db: the loss of its primary is being detected",
        "1010 web.2 fails (crash)",
        "1015 the failure of web.2 (crash) is found; its repair begins",
        "1030 failover of db: the failure is noticed; deciding whether to fail over",
        "1030 the failure of db.1 (crash) is found; it asks for crew oncall",
        "1030 crew oncall starts the repair of db.1 (crash)",
        "1035 failover of db: promoting the new primary",
        "1035 failover of db: db.2 is picked as the new primary",
        "1055 failover of db: service is restored",
        "1115 web.2 is repaired (crash)",
        "1115 web.2 starts",
        "1125 web.2 has started",
        "1130 db.1 is repaired (crash)",
        "1130 db.1 is being rebuilt as a standby",
        "1190 db.1 is rebuilt and can take over",
    ]


def test_an_interrupted_repair_is_told(tmp_path):
    model = f"""
    name: t
    crews: {{oncall: {{preempts: true}}}}
    components:
      web:
        failures:
          crash: {{after: '{NEVER}', repair: fixed(100 s), crew: oncall, priority: 1}}
      db: {{failures: {{crash: {{after: '{NEVER}', repair: fixed(100 s), crew: oncall}}}}}}
    """
    assert tell(tmp_path, (1000, "web.1 crash"), (1040, "db.1 crash"), until=2000, model=model) == [
        "1000 web.1 fails (crash); it asks for crew oncall",
        "1000 crew oncall starts the repair of web.1 (crash)",
        "1040 db.1 fails (crash); it asks for crew oncall",
        "1040 crew oncall leaves the repair of web.1 (crash) for one that goes first",
        "1040 crew oncall starts the repair of db.1 (crash)",
        "1140 db.1 is repaired (crash)",
        "1140 crew oncall starts the repair of web.1 (crash)",
        "1200 web.1 is repaired (crash)",
    ]


def test_a_latent_failure_comes_to_light_when_it_is_needed(tmp_path):
    told = tell(tmp_path, (900, "db.2 crash"), (1000, "db.1 crash"), until=1050)
    assert "900 db.2 fails (crash, unnoticed)" in told
    assert (
        "1035 the failure of db.2 (crash) is found, having been hidden; it asks for crew oncall"
        in told
    )
    assert told[-1] == "1035 failover of db: no standby can take over; waiting"


def test_a_common_cause_is_told_once_for_the_group_and_for_each_it_strikes(tmp_path):
    told = tell(tmp_path, (1000, "db.crash.common strike"), until=2000)
    assert told[:3] == [
        "1000 the common cause db.crash.common strikes db",
        "1000 db.1 is struck (crash, common cause)",
        "1000 db.2 is struck (crash, common cause)",
    ]
    assert "1030 the common cause db.crash.common is found" in told
    assert "1030 crew oncall starts the repair of what db.crash.common struck" in told
    assert "1130 failover of db: its primary is back" in told
    assert "1130 the common cause db.crash.common is over" in told


EXPIRY = """
name: t
crews: {oncall: {size: 1}}
components: {lb: {}, api: {}}
certificates:
  wildcard: {on: [lb, api], every: 10000 s, missed: 100 %, detect: 100 s,
    renew: 200 s, crew: oncall}
"""


def test_an_expiry_is_told_from_its_moment_to_the_renewal(tmp_path):
    assert tell(tmp_path, until=11000, model=EXPIRY) == [
        "10000 the certificate wildcard expires, and was not renewed: lb, api cannot serve",
        "10100 the expiry of the certificate wildcard is found",
        "10100 crew oncall starts to renew the certificate wildcard",
        "10300 the certificate wildcard is renewed",
    ]


PLANNED = f"""
name: t
components:
  node: {{kind: host, replicas: 2}}
  web:
    replicas: 2
    hosts: node
    start: 10 s
    changes:
      {{rate: 1 / 1000000 h, failure_rate: 100 %, takes: 60 s, bake: 50 s, catch: 0 %, latent: 20 s,
       detect: 30 s, rollback: 40 s}}
  api:
    changes: {{rate: 1 / 1000000 h, strategy: recreate, takes: 60 s}}
  db:
    failures: {{crash: {{after: '{NEVER}', repair: fixed(100 s)}}}}
changes:
  config:
    {{scope: [web, api], rate: 1 / 1000000 h, failure_rate: 100 %, strategy: canary, catch: 100 %,
     detect: 30 s, rollback: 40 s}}
maintenance:
  reboot: {{on: [node, web], every: 300 d, takes: 100 s, drain: 20 s, at_once: 2}}
"""


def test_a_bad_deployment_is_told_from_its_first_turn_to_its_rollback(tmp_path):
    told = tell(tmp_path, (1000, "web.change change"), until=5000, model=PLANNED)
    assert told == [
        "1000 web.change takes web.1 out to deploy",
        "1060 web.change is bad, and nothing shows it yet (wave 1)",
        "1060 web.1 starts",
        "1070 web.1 has started",
        "1080 web.change is bad: 1 of 2 replicas of web lose their requests; the wave does not "
        "find it",
        "1110 web.change is bad: web cannot serve; it is being found",
        "1140 web.change is rolled back",
        "1180 web.change is over",
    ]


def test_a_canary_finds_what_is_bad_and_a_recreated_component_is_out(tmp_path):
    told = tell(
        tmp_path, (1000, "config change"), (2000, "api.change change"), until=5000, model=PLANNED
    )
    assert told == [
        "1000 config is bad: 5 % of the requests of web and api are lost; it is being found",
        "1030 config is rolled back",
        "1070 config is over",
        "2000 api.change takes api out to deploy",
        "2060 api.change is over",
    ]


def test_maintenance_says_which_replicas_are_out_and_what_they_carry(tmp_path):
    told = tell(tmp_path, until=301 * 86400.0, model=PLANNED)
    due = 300 * 86400
    assert told[:6] == [
        f"{due:g} reboot: node.1 to node.2 are drained",
        f"{due + 20:g} reboot: node.1 to node.2 are taken out",
        f"{due + 120:g} reboot: web.1 to web.2 are drained",
        f"{due + 140:g} reboot: web.1 to web.2 are taken out",
        f"{due + 240:g} reboot: web.1 to web.2 are back, not ready yet",
        f"{due + 240:g} web.1 starts",
    ]
    assert told[-1].endswith("reboot is over")


ON_CALL = f"""
name: t
crews: {{oncall: {{shifts: [{{from: 01:00, to: 02:00, size: 0}}]}}, vendor: {{}}}}
components:
  web:
    replicas: 2
    failures:
      crash: {{after: '{NEVER}', repair: fixed(40 min), crew: oncall}}
      disk: {{after: '{NEVER}', repair: fixed(1 h), crew: vendor, common_cause: 100 %}}
monitoring:
  pager:
    scrape: fixed(1 min)
    rule: fixed(1 min)
    for: 5 min
    acknowledge: 10 min
    diagnose: 20 min
    crew: oncall
    false_alarms: '{NEVER}'
"""


def test_people_take_up_a_failure_and_go_home(tmp_path):
    assert tell(tmp_path, (0, "web.1 crash"), until=9000, model=ON_CALL) == [
        "0 web.1 fails (crash)",
        "420 the failure of web.1 (crash) is found; it calls crew oncall",
        "420 crew oncall takes up the failure of web.1 (crash)",
        "1020 the failure of web.1 (crash) is acknowledged; somebody looks into it",
        "2220 the failure of web.1 (crash) is understood; its repair begins",
        "3600 crew oncall: nobody on duty",
        "3600 crew oncall leaves the repair of web.1 (crash)",
        "7200 crew oncall: 1 on duty",
        "7200 crew oncall starts the repair of web.1 (crash)",
        "8220 web.1 is repaired (crash)",
    ]


def test_people_take_up_what_a_common_cause_struck(tmp_path):
    told = tell(tmp_path, (10_000, "web.disk.common strike"), until=17_000, model=ON_CALL)
    assert told[2:] == [
        "10000 the common cause web.disk.common strikes web",
        "10000 web.1 is struck (disk, common cause)",
        "10000 web.2 is struck (disk, common cause)",
        "10420 the common cause web.disk.common is found",
        "10420 crew oncall takes up what web.disk.common struck",
        "11020 the common cause web.disk.common is taken up; somebody looks into it",
        "12220 the common cause web.disk.common is taken up; its repair is next",
        "12220 crew vendor starts the repair of what web.disk.common struck",
        "15820 the common cause web.disk.common is over",
        "15820 web.1 is repaired (disk)",
        "15820 web.2 is repaired (disk)",
    ]


def test_a_false_alarm_comes_before_the_failure_that_follows(tmp_path):
    failures = (10_000, "pager false alarms alarm"), (10_000, "web.1 crash")
    told = tell(tmp_path, *failures, until=12_000, model=ON_CALL)
    assert told[2:] == [
        "10000 web.1 fails (crash)",
        "10000 a false alarm of pager; it calls crew oncall",
        "10000 crew oncall takes up the false alarm of pager",
        "10420 the failure of web.1 (crash) is found; it calls crew oncall",
        "11800 the false alarm of pager turns out to be nothing",
        "11800 crew oncall takes up the failure of web.1 (crash)",
    ]


def routed(route):
    return f"""
    name: t
    components:
      dir: {{kind: registry}}
      edge: {{replicas: 2, routes: {{to: web, {route}}}}}
      web:
        replicas: 2
        failures: {{hang: {{after: '{NEVER}', repair: fixed(100 s), silent: true}}}}
    """


def test_a_balancer_ejects_and_readmits(tmp_path):
    route = "layer: 4, pinned: 30 %, idle: 50 s, detect: 10 s, readmit: 20 s"
    told = tell(tmp_path, (1000, "web.1 hang"), until=2000, model=routed(route))
    assert told == [
        "1000 web.1 fails (hang); its repair begins",
        "1000 edge still sends requests to web.1",
        "1010 edge ejects web.1, whose long-lived connections hang",
        "1060 the connections to web.1 are gone",
        "1100 web.1 is repaired (hang)",
        "1100 edge probes web.1, which is back",
        "1120 edge sends requests to web.1 again",
    ]


def test_a_return_before_the_ejection_is_told(tmp_path):
    route = "detect: 200 s, readmit: 20 s"
    told = tell(tmp_path, (1000, "web.1 hang"), until=2000, model=routed(route))
    assert told[-2:] == [
        "1100 web.1 is repaired (hang)",
        "1100 web.1 is back before edge ejects it",
    ]


def test_a_second_failure_while_it_is_readmitted_is_no_ejection(tmp_path):
    incident = [(1000, "web.1 hang"), (1110, "web.1 hang")]
    told = tell(tmp_path, *incident, until=1150, model=routed("detect: 10 s, readmit: 20 s"))
    assert told[-1] == "1110 web.1 fails (hang); its repair begins"


def test_a_registry_takes_its_steps(tmp_path):
    route = "through: dir, expiry: 10 s, eviction: 1 ms, cache: 1 ms, poll: 1 ms, readmit: 5 s"
    told = tell(tmp_path, (1000, "web.1 hang"), until=2000, model=routed(route))
    assert [sentence.partition(" ")[2] for sentence in told[1:]] == [
        "edge still sends requests to web.1, whose lease runs on",
        "the lease of web.1 has expired",
        "web.1 is evicted from the registry",
        "the registry no longer tells edge of web.1",
        "edge ejects web.1",
        "web.1 is repaired (hang)",
        "web.1 is back and not registered yet",
        "web.1 is registered",
        "the registry tells edge of web.1 again",
        "edge sends requests to web.1 again",
    ]


def test_a_changeover_is_told_step_by_step(tmp_path):
    steps = ", coverage: 0 %, manual: 60 s, failback: {after: 100 s, takes: 5 s}"
    model = CHANGEOVER.replace("MORE", steps)
    assert tell(tmp_path, (1000, "a.1 crash"), until=5000, model=model) == [
        "1000 a.1 fails (crash); its repair begins",
        "1000 pay changeover: the loss of a is being detected",
        "1030 pay changeover: the change from a does not work by itself; people take over",
        "1090 pay changeover: b is in use",
        "2000 a.1 is repaired (crash)",
        "2000 pay changeover: the first one is back; it may be returned to",
        "2100 pay changeover: going back to a",
        "2105 pay changeover: a is in use",
    ]


def test_a_tolerance_is_told(tmp_path):
    assert tell(tmp_path, (1000, "grid.1 cut"), until=5000, model=POWER)[1:3] == [
        "1000 rack tolerance: what is needed is missing, and missed for a time only",
        "1600 rack tolerance is over",
    ]


def test_a_replica_that_is_restarted_elsewhere_is_followed(tmp_path):
    assert tell(tmp_path, (1000, "node.1 crash"), until=9000, model=CLUSTER) == [
        "1000 node.1 fails (crash); its repair begins",
        "1000 web.1: the loss of node.1 is being detected",
        "1050 web.1: node.1 is lost; deciding whether to give it up",
        "1350 web.1 is being started on node.3",
        "1360 web.1 runs on node.3",
        "4600 node.1 is repaired (crash)",
    ]


def test_a_cut_and_what_it_does_to_a_pair(tmp_path):
    told = tell(tmp_path, (1000, "ab cut"), until=5000, model=TWO.replace("FENCE", ""))
    assert told == [
        "1000 link ab is cut: site a and site b do not reach each other",
        "1000 a standby of db takes its primary for dead (detect)",
        "1010 a standby of db takes its primary for dead (decide)",
        "1015 db has two primaries",
        "1043 link ab is whole again",
        "1043 db has one primary again",
    ]
    fenced = tell(tmp_path, (1000, "ab cut"), until=5000, model=TWO.replace("FENCE", "fence: 5 s,"))
    assert fenced[3:5] == [
        "1015 a standby of db fences its primary, which it does not reach",
        "1015 failover of db: fencing the old primary",
    ]
