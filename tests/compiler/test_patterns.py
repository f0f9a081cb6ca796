"""Architecture patterns: quorums, the way back, guards, mistakes, and a standby that is shared."""

import math
from collections import defaultdict

import numpy as np
import pytest

import hasim
from tests.compiler.scenarios import NEVER, Scenario, compiled, system_of

pytestmark = pytest.mark.normal

DOWN = 10 / 110


def exact(text, folder):
    """The exact answer for the only service."""
    solution = hasim.solve(system_of(text, folder))
    assert solution.engine in ("exact", "mixed")
    (service,) = solution.services.values()
    return service


def near(value, rel=1e-9):
    return pytest.approx(value, rel=rel, abs=0)


def binomial(n, k):
    """Probability that fewer than k of n units are up."""
    return sum(math.comb(n, i) * (1 - DOWN) ** i * DOWN ** (n - i) for i in range(k))


# ---------------------------------------------------------------------------- k of n, series


@pytest.mark.parametrize(
    ("replicas", "required", "availability"),
    [(2, 1, 0.9999), (3, 2, 0.999702), (5, 3, 0.99999015), (6, 5, 0.99853955), (6, 4, 0.99998045)],
)
def test_more_units_without_more_spares_are_worse(tmp_path, replicas, required, availability):
    """5 of 6 units of 99 % are worse than one of 99.9 % (practice notes, a1)."""
    web = f"replicas: {replicas}, required: {required}, mtbf: 99 h, mttr: 1 h"
    answer = exact(f"components: {{web: {{{web}}}}}", tmp_path)
    assert answer.unavailability.value == pytest.approx(1 - availability, abs=6e-9)


@pytest.mark.parametrize(("beta", "factor"), [("5 %", 51), ("10 %", 101)])
def test_a_small_share_of_common_causes_outweighs_independence(tmp_path, beta, factor):
    """With u = 0.001 a twentieth of common causes makes two replicas 51 times worse."""
    text = f"""
    components:
      web:
        replicas: 2
        failures: {{crash: {{after: 999 h, repair: 1 h, common_cause: {beta}}}}}
    """
    independent = 1e-6
    found = exact(text, tmp_path).unavailability.value / independent
    assert found == pytest.approx(factor, rel=0.01, abs=0)


def test_the_rule_of_the_extra_nine(tmp_path):
    """Five dependencies of five nines use half of the 53 minutes that four nines leave."""
    names, known = [f"d{i}" for i in range(5)], "{availability: 99.999 %, mttr: 10 min}"
    text = f"""
    components: {{{", ".join(f"{name}: {known}" for name in names)}}}
    services: {{shop: {{needs: [{", ".join(names)}], objectives: {{availability: 99.99 %}}}}}}
    """
    answer = exact(text, tmp_path)
    assert answer.downtime_s_per_year.value / 60 == pytest.approx(26.28, abs=0.01)
    assert answer.objectives["availability"].met


def test_the_worked_example_is_best_with_standbys_apart(tmp_path):
    """S17: a standby on the same server is no protection, a shared one is some."""
    files = ("worked_example", "worked_example_shared_standby", "worked_example_same_server")
    found = []
    for name in files:
        system = hasim.load(f"models/{name}.yaml")
        solution = hasim.solve(system, precision=0.5, engine="montecarlo", max_time=20.0)
        found.append(solution["order"].unavailability)
    apart, shared, same = found
    assert apart.high < shared.low
    assert shared.high < same.low


# ---------------------------------------------------------------------------- quorum


@pytest.mark.parametrize(("replicas", "majority"), [(2, 2), (3, 2), (4, 3), (5, 3)])
def test_a_quorum_with_free_elections_is_k_of_n(tmp_path, replicas, majority):
    text = f"""
    components: {{etcd: {{replicas: {replicas}, redundancy: quorum, mtbf: 100 h, mttr: 10 h}}}}
    """
    assert exact(text, tmp_path).unavailability.value == near(binomial(replicas, majority))


QUORUM = f"""
name: t
components:
  etcd:
    replicas: 5
    redundancy: quorum
    failures: {{crash: {{after: '{NEVER}', repair: fixed(1000 s)}}}}
    failover: {{detect: 2 s, promote: 1 s}}
"""


@pytest.mark.parametrize(
    ("lost", "expected"),
    [
        ("23", ["0 up"]),
        ("12", ["0 up", "100 detect etcd.crash", "102 promote etcd.crash", "103 up"]),
        ("234", ["0 up", "102 repair etcd.crash", "1102 up"]),
    ],
)
def test_five_members_tolerate_two(tmp_path, lost, expected):
    """S12: with three of five lost nothing is written until one is back."""
    failures = [(100 + i, f"etcd.{number} crash") for i, number in enumerate(lost)]
    told = Scenario(compiled(QUORUM, tmp_path), *failures).timeline(5000)
    assert [line.replace(".0 ", " ") for line in told] == expected


def test_without_a_quorum_no_leader_is_elected(tmp_path):
    text = QUORUM.replace("replicas: 5", "replicas: 3")
    failures = [(100, "etcd.2 crash"), (200, "etcd.1 crash")]
    told = Scenario(compiled(text, tmp_path), *failures).timeline(5000)
    assert told == ["0 up", "200 repair etcd.crash", "1102 promote etcd.crash", "1103 up"]


def test_a_witness_votes_and_never_leads(tmp_path):
    text = QUORUM.replace("replicas: 5", "replicas: 3\n    witnesses: 1")
    scenario = Scenario(compiled(text, tmp_path), (100, "etcd.1 crash")).at(150)
    assert scenario.phase("etcd primary") == "2"
    scenario = Scenario(compiled(text, tmp_path), (100, "etcd.2 crash"), (200, "etcd.1 crash"))
    assert scenario.at(1150).phase("etcd primary") == "2"  # back at 1102, the witness stayed
    four = QUORUM.replace("replicas: 5", "replicas: 3\n    witnesses: 2")
    told = Scenario(compiled(four, tmp_path), (100, "etcd.1 crash")).timeline(5000)
    assert told[-1] == "1102 up"


def test_an_election_costs_its_time(tmp_path):
    """Two leaders a while: a chain of three members by hand is the pair of this cycle."""
    text = """
    components:
      etcd:
        replicas: 3
        redundancy: quorum
        failures: {crash: {after: 100000 h, repair: 10 h}}
        failover: {detect: exponential(36 s)}
    """
    answer = exact(text, tmp_path)
    fail, repair, elect = 1e-5, 0.1, 100.0  # per hour
    elections = fail / elect
    both_down = 6 * fail**2 / (2 * repair**2)
    assert answer.unavailability.value == near(elections + both_down, rel=5e-4)


# ---------------------------------------------------------------------------- who takes over

THREE = f"""
name: t
components:
  db:
    replicas: 3
    redundancy: active-passive
    failures: {{crash: {{after: '{NEVER}', repair: fixed(500 s)}}}}
    failover: {{detect: 10 s, switch: 5 s MORE}}
"""


def test_those_preferred_go_first(tmp_path):
    text = THREE.replace("MORE", ", prefer: [db.3]")
    scenario = Scenario(compiled(text, tmp_path), (100, "db.1 crash"), (200, "db.3 crash"))
    assert scenario.at(150).phase("db primary") == "3"
    assert scenario.at(250).phase("db primary") == "2"


def test_the_first_is_returned_to_when_it_has_been_back_for_long_enough(tmp_path):
    text = THREE.replace("MORE", ", failback: {after: 300 s, takes: 7 s}")
    told = Scenario(compiled(text, tmp_path), (100, "db.1 crash")).timeline(5000)
    assert told == [
        "0 up",
        "100 detect db.crash",
        "110 switch db.crash",
        "115 up",
        "910 failback db.failback",
        "917 up",
    ]


def test_a_return_that_goes_wrong_is_a_failover(tmp_path):
    text = THREE.replace("MORE", ", failback: {after: 300 s, takes: 7 s}")
    failures = [(100, "db.1 crash"), (913, "db.1 crash")]
    told = Scenario(compiled(text, tmp_path), *failures).timeline(1000)
    assert told[-4:] == [
        "910 failback db.failback",
        "913 detect db.crash",
        "923 switch db.crash",
        "928 up",
    ]


def test_a_first_replica_found_dead_is_repaired_and_returned_to_later(tmp_path):
    """It failed unnoticed after its return; the way back finds that out and costs nothing."""
    text = THREE.replace("MORE", ", failback: {after: 300 s, takes: 7 s}")
    text = text.replace("replicas: 3", "replicas: 2\n    standby: {latent: 100 %}")
    failures = [(100, "db.1 crash"), (800, "db.1 crash")]
    told = Scenario(compiled(text, tmp_path), *failures).timeline(5000)
    assert told == [
        "0 up",
        "100 detect db.crash",
        "110 switch db.crash",
        "115 up",
        "1710 failback db.failback",
        "1717 up",
    ]


def test_a_second_failover_is_blocked_for_a_time(tmp_path):
    """S18: the guard against flapping leaves the second failure to people."""
    text = THREE.replace("MORE", ", block: 1 h, manual: 60 s")
    failures = [(100, "db.1 crash"), (700, "db.2 crash"), (8000, "db.1 crash")]
    told = Scenario(compiled(text, tmp_path), *failures).timeline(9000)
    assert told == [
        "0 up",
        "100 detect db.crash",
        "110 switch db.crash",
        "115 up",
        "700 detect db.crash",
        "710 manual db.crash",
        "770 up",
        "8000 detect db.crash",
        "8010 switch db.crash",
        "8015 up",
    ]


def test_a_failover_by_mistake_costs_its_steps(tmp_path):
    text = """
    components:
      db:
        replicas: 2
        redundancy: active-passive
        failures: {crash: {after: 1e9 years, repair: 1 h}}
        failover:
          detect: exponential(1 h)
          fence: exponential(10 s)
          switch: exponential(20 s)
          spurious: 2 / year
          coverage: COVERAGE
    """
    year = 365 * 86_400
    answer = exact(text.replace("COVERAGE", "100 %"), tmp_path)
    assert answer.unavailability.value == near(30 / (year / 2 + 30), rel=1e-6)
    assert answer.outages_per_year_by_cause["db.spurious"].value == near(2, rel=1e-5)
    assert answer.mttr_s.value == near(30, rel=1e-5)
    half = exact(text.replace("COVERAGE", "50 %"), tmp_path)
    assert half.unavailability.value == near(30 / (year + 30), rel=1e-6)


FAULTLESS = """
components:
  db:
    replicas: 2
    redundancy: REDUNDANCY
    failover:
      {fence: exponential(10 min), promote: exponential(10 min), spurious: exponential(200 h)}
"""


@pytest.mark.parametrize("redundancy", ["active-passive", "quorum"])
def test_mistakes_happen_where_nothing_fails(tmp_path, redundancy):
    answer = exact(FAULTLESS.replace("REDUNDANCY", redundancy), tmp_path)
    assert answer.unavailability.value == near((1 / 3) / (200 + 1 / 3))
    per_year = answer.downtime_s_per_year.value
    assert answer.downtime_s_per_year_by_cause["db.spurious"].value == near(per_year)


def test_mistakes_that_take_no_time_stop_nothing(tmp_path):
    text = """
    components:
      db: {replicas: 2, redundancy: active-passive, failover: {spurious: 3 h, coverage: 50 %}}
    """
    assert exact(text, tmp_path).unavailability.value == 0


def test_mistakes_that_take_no_time_stop_nothing_beside_a_link_either(tmp_path):
    text = """
    domains: {a: {level: zone}, b: {level: zone}}
    links: {ab: {between: [a, b], cut: {after: 30 d, lasts: 1 h}}}
    components:
      db: {replicas: 2, redundancy: active-passive, spread: [a, b], failover: {spurious: 3 h}}
    """
    assert exact(text, tmp_path).unavailability.value == 0


def test_mistakes_happen_where_only_changes_stop_anything(tmp_path):
    """The clock of mistakes stands while a bad change is out or a failover runs."""
    changes = "{rate: 1 / week, failure_rate: 100 %, rollback: exponential(1 h)}"
    text = FAULTLESS.replace("REDUNDANCY", f"active-passive\n    changes: {changes}")
    answer = exact(text, tmp_path)
    spurious = answer.outages_per_year_by_cause["db.spurious"].value
    assert 0.97 * 365 * 24 / 200 < spurious < 365 * 24 / 200


def test_a_mistake_that_is_not_covered_waits_for_people(tmp_path):
    text = """
    components:
      db:
        replicas: 2
        redundancy: active-passive
        failover:
          {promote: exponential(10 min), spurious: exponential(20 h), coverage: 10 %, MANUAL}
    """
    answer = exact(text.replace("MANUAL", "manual: exponential(1 h)"), tmp_path)
    mean = (0.1 * 10 + 0.9 * 60) / 60
    assert answer.unavailability.value == near(mean / (20 + mean))
    assert answer.outages_per_year.value == near(365 * 24 / (20 + mean))
    assert answer.mttr_stages_s["manual"].value == near(0.9 * 3600)
    alone = exact(text.replace(", MANUAL", ""), tmp_path)
    assert alone.unavailability.value == near((1 / 6) / (200 + 1 / 6))


def test_a_primary_lost_while_people_mend_a_mistake_is_failed_over(tmp_path):
    """Against the chain written down: stage, whether the primary and the standby are up."""
    text = """
    components:
      db:
        replicas: 2
        redundancy: active-passive
        mtbf: exponential(50 h)
        mttr: exponential(10 h)
        failover:
          {promote: exponential(1 h), spurious: exponential(20 h), coverage: 60 %,
           manual: exponential(5 h)}
    """
    fail, repair, promote, spurious, manual, covered = 1 / 50, 1 / 10, 1.0, 1 / 20, 1 / 5, 0.6
    rates = defaultdict(float)

    def goes(source, rate, target):
        rates[source, target] += rate

    def loses(source, standby, rate=fail, well=False):
        """The pick, after the end of the primary or by mistake."""
        if standby:
            goes(source, rate * covered, ("promote", 1, int(well)))
            goes(source, rate * (1 - covered), ("mistake" if well else "manual", int(well), 1))
        else:
            goes(source, rate, ("wait", 0, 0))

    for stage in ("serving", "promote", "mistake"):
        for standby in (0, 1):
            here = (stage, 1, standby)
            loses(here, standby)
            goes(here, fail if standby else repair, (stage, 1, 1 - standby))
    loses(("serving", 1, 1), 1, spurious, well=True)
    for standby in (0, 1):
        goes(("promote", 1, standby), promote, ("serving", 1, standby))
        goes(("mistake", 1, standby), manual, ("serving", 1, standby))
        goes(("manual", 0, standby), repair, ("serving", 1, standby))
    goes(("manual", 0, 1), fail, ("manual", 0, 0))
    goes(("manual", 0, 0), repair, ("manual", 0, 1))
    goes(("manual", 0, 1), manual, ("serving", 1, 0))
    goes(("manual", 0, 0), manual, ("wait", 0, 0))
    goes(("wait", 0, 0), repair, ("serving", 1, 0))
    goes(("wait", 0, 0), repair, ("promote", 1, 0))
    states = sorted({state for pair in rates for state in pair})
    flow = np.zeros((len(states), len(states)))
    for (source, target), rate in rates.items():
        flow[states.index(source), states.index(target)] += rate
    flow -= np.diag(flow.sum(axis=1))
    balance = np.vstack([flow.T, np.ones(len(states))])
    shares = np.linalg.lstsq(balance, np.r_[np.zeros(len(states)), 1.0], rcond=None)[0]
    up = sum(share for state, share in zip(states, shares, strict=True) if state[0] == "serving")
    assert exact(text, tmp_path).unavailability.value == near(1 - up, rel=1e-8)


def test_a_mistake_soon_after_a_takeover_does_nothing(tmp_path):
    """The next one that counts comes after the block and the takeover, which run together."""
    text = """
    components:
      db:
        replicas: 2
        redundancy: active-passive
        failover:
          promote: exponential(1 h)
          spurious: exponential(20 h)
          manual: exponential(5 h)
          block: exponential(10 h)
    """
    longer = 10 + 1 - 1 / (1 / 10 + 1 / 1)
    assert exact(text, tmp_path).unavailability.value == near(1 / (20 + longer))


# ---------------------------------------------------------------------------- a shared standby

SHARED = f"""
name: t
components:
  server: {{kind: host, replicas: 2}}
  spare:
    kind: host
    slots: 1
  orders: &db
    replicas: 2
    hosts: [server.1, spare]
    redundancy: active-passive
    failures: {{crash: {{after: '{NEVER}', repair: fixed(1000 s)}}}}
    failover: {{promote: 10 s, failback: {{takes: 5 s}}}}
  mails: {{<<: *db, hosts: [server.2, spare]}}
services:
  order: {{needs: [orders]}}
  mail: {{needs: [mails]}}
"""


def test_one_standby_serves_one_of_several_primaries(tmp_path):
    failures = [(100, "orders.1 crash"), (200, "mails.1 crash")]
    scenario = Scenario(compiled(SHARED, tmp_path), *failures)
    assert scenario.timeline(5000, "mail") == [
        "0 up",
        "200 repair mails.crash",
        "1100 promote mails.crash",
        "1110 up",
        "1200 failback mails.failback",
        "1205 up",
    ]


def test_a_slot_is_left_out_where_there_is_room_for_all(tmp_path):
    roomy = compiled(SHARED.replace("slots: 1", "slots: 2"), tmp_path)
    assert not any("slot" in node.name for node in roomy.nodes)
