"""Incidents in the user's words."""

from hasim.compiler import compile
from hasim.compiler.wording import Wording
from hasim.engines.reference.simulation import Simulation
from tests.compiler.scenarios import NEVER, system_of

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
