"""Incidents played by hand: clocks worked out by hand, and the same story as `hasim trace`."""

import json

import pytest

import hasim
from hasim.description import read_text, resolve
from hasim.reporting.incidents.frame import thing_at, victims_at
from hasim.reporting.incidents.teller import Failure
from hasim.reporting.incidents.timeline import Story, tell_trace

FAILOVER = """
name: fixed
domains: {a: {level: zone, mtbf: 2 years, mttr: fixed(2 h)}, b: {level: zone}, c: {level: zone}}
links: {a-b: {between: [a, b], cut: {after: 1 year, lasts: fixed(5 min)}}}
crews: {oncall: {size: 1}}
components:
  db:
    replicas: 2
    redundancy: active-passive
    spread: [a, b]
    standby: {latent: 10 %, test: 30 d}
    failures: {crash: {after: 9 years, repair: fixed(1 h), crew: oncall}}
    failover: {detect: 30 s, decide: 10 s, promote: 20 s, coverage: 95 %, manual: fixed(30 min)}
  web:
    replicas: 3
    required: 2
    capacity: 100 rps
    spread: [a, b, c]
    start: 1 min
    needs: [db]
    failures:
      crash: {after: 8 years, detect: 15 s, repair: fixed(10 min), common_cause: 10 %}
      fire: {after: 9 years, repair: fixed(1 d), crew: oncall}
services:
  shop: {needs: [web], demand: {peak: 250 rps}}
"""


@pytest.fixture(scope="module")
def system():
    return resolve(read_text(FAILOVER))


@pytest.fixture
def incident(system):
    return hasim.Incident(system, seed=1)


def phases(incident):
    return {name: one.phase for name, one in incident.states().items()}


def test_nothing_has_happened_at_the_start(incident):
    assert (incident.now, incident.moments, incident.is_well) == (0.0, (), True)
    assert incident.services["shop"].capacity_rps == 300.0
    assert str(incident.timeline()) == "nothing has happened yet"


def test_a_failover_stage_by_stage(incident):
    incident.kill("db.1")
    stages = [(0.0, incident.services["shop"].stage)]
    while (moment := incident.step()) and not incident.services["shop"].is_up:
        stages.append((moment.time, incident.services["shop"].stage))
    assert stages == [(0.0, "detect"), (30.0, "decide"), (40.0, "promote")]
    assert incident.now == 60.0
    assert incident.down_s() == {"shop": 60.0}


def test_clocks_say_what_runs_and_how_long_it_will(incident):
    incident.kill("db.1")
    incident.run_until("35 s")
    (decide,) = incident.states()["db"].clocks
    assert (decide.name, decide.ran_s, decide.left_s) == ("decide", 5.0, 5.0)
    (repair,) = incident.states()["db.1"].clocks
    assert (repair.name, repair.left_s) == ("repair", 3595.0)


def test_phases_of_a_replica(incident):
    incident.kill("web.1")
    seen = [phases(incident)["web.1"]]
    while not incident.is_well and incident.step():
        seen.append(phases(incident)["web.1"])
    assert seen == ["detect", "repair", "starting", "up"]


def test_what_waits_for_a_crew(incident):
    incident.kill("web.1.fire")
    incident.kill("web.2.fire")
    assert phases(incident)["web.2"] == "crew"
    assert incident.states()["web.2"].clocks == ()
    incident.run_until("web.2 is in repair")
    assert incident.now == pytest.approx(86_400.0)


def test_a_zone_masks_what_is_inside(incident):
    incident.kill("a")
    found = phases(incident)
    assert (found["a"], found["web.1"], found["db.1"], found["db"]) == (
        *("repair", "masked", "masked", "detect"),
    )
    assert incident.states()["web"].phase == "needs"


def test_the_primary_and_who_stands_by(incident):
    assert (phases(incident)["db.1"], phases(incident)["db.2"]) == ("up", "standby")
    incident.kill("db.1")
    incident.run_until("all is well")
    assert (phases(incident)["db.1"], phases(incident)["db.2"]) == ("standby", "up")


def test_capacity_against_demand(incident):
    incident.kill("web.1")
    shop = incident.services["shop"]
    assert (shop.capacity_rps, shop.demand_rps, shop.tone) == (200.0, 250.0, "degraded")
    incident.kill("web.2")
    shop = incident.services["shop"]
    assert (shop.is_up, shop.capacity_rps, shop.cause) == (False, 0.0, "web.crash")


def test_a_common_cause(incident):
    incident.kill("web.crash.common")
    assert {phases(incident)[f"web.{number}"] for number in (1, 2, 3)} == {"detect"}
    (clock,) = incident.states()["web.2"].clocks
    assert (clock.name, clock.left_s) == ("detect", 15.0)


def test_a_standby_that_dies_unnoticed_until_it_is_tested(incident):
    incident.kill("db.2.latent")
    assert phases(incident)["db.2"] == "latent"
    assert incident.services["shop"].is_up
    moment = incident.step()
    assert moment.time == 30 * 86_400.0
    assert "having been hidden" in moment.sentences[0]


def test_links_are_cut_by_name_or_by_what_they_join(system):
    quorum = FAILOVER.replace("    standby: {latent: 10 %, test: 30 d}\n", "")
    quorum = quorum.replace("redundancy: active-passive", "redundancy: quorum")
    quorum = quorum.replace("replicas: 2\n", "replicas: 3\n").replace(
        "spread: [a, b]\n", "spread: [a, b, c]\n"
    )
    incident = hasim.Incident(resolve(read_text(quorum)))
    moment = incident.cut("b", "a")
    assert moment.sentences[0].startswith("link a-b is cut")
    assert phases(incident)["a-b"] == "cut"
    incident.run_until("a-b is up")
    assert incident.now == 300.0
    with pytest.raises(hasim.InputError, match=r"a-b \(a to b\)"):
        hasim.Incident(system).cut("a", "c")


def test_detection_that_takes_longer_is_another_system(incident):
    incident.kill("db.1")
    incident.run_until("shop is up")
    incident.delay_detection("db", by="2 min")
    assert not incident.services["shop"].is_up
    incident.run_until("shop is up")
    assert incident.now == 180.0
    assert "components.db.failover.detect=fixed(value 2.5 min)" in incident.command


def test_detection_of_a_mode_with_a_law_of_its_own(incident):
    incident.delay_detection("web", by=45.0)
    incident.kill("web.1")
    incident.run_until("web.1 is in repair")
    assert incident.now == 60.0


@pytest.mark.normal
@pytest.mark.parametrize("others", [False, True])
def test_a_script_gives_the_same_incident_again(system, others):
    incident = hasim.Incident(system, seed=7, others=others)
    incident.kill("db.1")
    incident.run_until("12 s")
    incident.kill("web.1")
    incident.run_for("1 min")
    incident.delay_detection("db", by="10 s")
    again = hasim.Incident.from_script(system, incident.script())
    assert again.moments == incident.moments
    assert (again.now, again.frame()) == (incident.now, incident.frame())


def test_what_was_played_stays_as_it_was(incident):
    incident.kill("db.1")
    incident.run_until("shop is up")
    before = incident.moments
    incident.kill("web.1")
    assert incident.moments[: len(before)] == before
    assert incident.now == 60.001


@pytest.mark.parametrize("others", [False, True])
def test_trace_tells_the_same(system, others):
    incident = hasim.Incident(system, seed=3, others=others)
    incident.run_until("1 h")
    incident.kill("db.1")
    story = Story(seed=3, failures=[Failure("db.1", 3600.0)], is_alone=not others)
    told = list(tell_trace(system, story))
    incident.run_until("db.1 is up")
    assert str(incident.timeline()).splitlines() == told
    alone = "" if others else " --alone"
    assert incident.command == f"hasim trace fixed.yaml --seed 3{alone} --fail db.1@3600s"


def test_nothing_is_to_come_when_all_is_well(incident):
    assert incident.step() is None
    assert incident.now == 0.0
    incident.kill("db.1")
    incident.run_until("all is well")
    now = incident.now
    assert incident.step() is None
    assert incident.now == now


def test_others_fail_where_they_are_asked_for(system):
    incident = hasim.Incident(system, seed=1, others=True)
    incident.run_until("shop is down")
    assert incident.now > 86_400.0


REFUSED = {
    "web": "web is nothing that fails by itself",
    "db.1.fire": "db.1 has no failure mode fire; one of crash; write db.1.crash",
    "db.1.latent": "db.1 cannot fail unnoticed at 0 s; a standby that works",
    "web.1.latent": "web.1 cannot fail unnoticed at 0 s",
}


@pytest.mark.parametrize("item", REFUSED)
def test_what_cannot_be_killed(incident, item):
    with pytest.raises(hasim.InputError) as refused:
        incident.kill(item)
    assert REFUSED[item] in str(refused.value)
    assert (incident.now, incident.moments) == (0.0, ())


def test_killing_what_is_down_tells_when_it_works_again(incident):
    incident.kill("web.1")
    incident.run_until("5 min")
    script = incident.script()
    with pytest.raises(hasim.InputError) as refused:
        incident.kill("web.1")
    assert str(refused.value) == (
        "web.1 cannot fail at 5 min: it has failed already (crash), and it is under repair; a "
        "moment at which it works; let it work again first (it does after 10.3 min), or name "
        "another"
    )
    assert incident.script() == script


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ("soon", "words such as"),
        ("shp is up", 'write "shop is up"'),
        ("shop is down", "does not come about"),
        ("10 m", "minute or month?"),
        (-1.0, "a moment to come"),
        ("1e8 years", "name an earlier moment"),
    ],
)
def test_wishes_that_cannot_be_met(incident, wish, message):
    with pytest.raises(hasim.InputError) as refused:
        incident.run_until(wish)
    assert message in str(refused.value)
    assert incident.now == 0.0


@pytest.mark.normal
def test_what_would_take_too_long_is_refused():
    busy = "name: busy\ncomponents: {web: {replicas: 2, mtbf: 1 min, mttr: 1 s}}\n"
    incident = hasim.Incident(resolve(read_text(busy)), others=True)
    with pytest.raises(hasim.InputError, match="20,000 events come before 900 years"):
        incident.run_until("900 years")
    assert (incident.now, incident.moments) == (0.0, ())


@pytest.mark.parametrize("by", ["0 s", -1.0, float("inf")])
def test_detection_is_delayed_by_a_time(incident, by):
    with pytest.raises(hasim.InputError, match="a positive duration"):
        incident.delay_detection("db", by=by)


def test_detection_of_what_does_not_fail_is_refused(incident):
    with pytest.raises(hasim.InputError, match="one of db, web and a; write db"):
        incident.delay_detection("b", by="1 min")


@pytest.mark.parametrize(
    "script", ["seed=x", "fail=db.1", "fail=db.1@soon", "what=1", "x" * 9000, "slow=@2s"]
)
def test_what_is_no_script_is_refused(system, script):
    with pytest.raises(hasim.InputError, match="script of an incident"):
        hasim.Incident.from_script(system, script)


@pytest.mark.normal
def test_twins_differ_in_one_thing(incident):
    incident.kill("db.2.latent")
    incident.run_until("31 d")
    incident.kill("db.1")
    twins = {"as it is": incident, **incident.twins("db")}
    assert "with a cold standby" not in twins  # whose standbys do not fail
    down = {}
    for label, twin in twins.items():
        twin.run_until("all is well")
        down[label] = twin.down_s()["shop"]
    assert down["as it is"] == 60.0
    assert down["noticed in half the time"] == 45.0
    assert down["without the standby test"] > 3600.0
    assert down["with a failover that people must do"] == 30.0 + 10.0 + 1800.0


def test_twins_of_what_is_no_component(incident):
    with pytest.raises(hasim.InputError, match="one of db and web"):
        incident.twins("a")


def test_a_frame_is_json_with_marks_of_the_canvas(incident):
    incident.kill("web.1")
    frame = json.loads(json.dumps(incident.frame()))
    marks = frame["marks"]
    assert marks == {
        "service:shop": {"phase": "short", "tone": "degraded", "label": ""},
        "component:web": {"phase": "serving", "tone": "degraded", "label": "2 of 3 up"},
        "member:web:a": {"phase": "detect", "tone": "down", "label": ""},
    }
    assert frame["clocks"] == [
        {"of": "web.1", "name": "detect", "law": "fixed(value 15 s)", "ran_s": 0.0, "left_s": 15.0}
    ]
    assert frame["says"] == ["web.1 fails (crash)"]


def test_what_can_be_killed_now(incident):
    assert incident.victims() == {
        "a": "zone a",
        "db.1": "db.1",
        "db.2": "db.2, a standby",
        "db.2.latent": "db.2, a standby, unnoticed",
        "web.1": "web.1",
        "web.2": "web.2",
        "web.3": "web.3",
        "a-b": "a-b (links)",
        "web.crash.common": "web.crash.common (common cause)",
    }
    for victim in incident.victims():
        assert hasim.Incident(incident.system).kill(victim).sentences


@pytest.mark.parametrize(
    ("element", "victims"),
    [
        ("component:db", ["db.1", "db.2", "db.2.latent"]),
        ("member:web:b", ["web.2"]),
        ("domain:a", ["a"]),
        ("service:shop", []),
    ],
)
def test_what_can_be_killed_of_an_element_of_the_canvas(incident, element, victims):
    assert list(victims_at(incident, element)) == victims


def test_the_state_machine_that_is_worth_a_look(incident):
    assert thing_at(incident, "domain:a") == "a"
    assert thing_at(incident, "member:web:b") == "web"
    incident.kill("db.1")
    assert thing_at(incident, None) == "db"


def test_a_timeline_is_a_table_in_a_notebook(incident):
    incident.kill("db.1")
    timeline = incident.timeline()
    (row,) = timeline.rows
    assert row["stages"] == {"shop": "detect"}
    assert "** shop is DOWN" in row["says"]
    assert "<td>detect</td>" in timeline._repr_html_()
