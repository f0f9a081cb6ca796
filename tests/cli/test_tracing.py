"""`hasim trace` as it is typed; tests/reporting holds the story itself."""

import shlex

import hasim
from tests.cli.typed import PAIR, SHOP, typed


def test_trace_tells_a_failover_stage_by_stage():
    text = typed("trace", SHOP, "--fail", "db.1@1h").stdout
    for words in ("db.1 fails", "checkout is DOWN", "promot", "serves again", "detect"):
        assert words in text


def test_trace_until_a_time():
    done = typed("trace", PAIR, "--until", "1 d")
    assert done.exit_code == 0
    assert "the story ends" in done.stdout


def test_a_model_in_which_nothing_fails_is_exit_status_3(tmp_path):
    file = tmp_path / "still.yaml"
    file.write_text("name: still\ncomponents: {web: {replicas: 9, mtbf: 90 years, mttr: 1 min}}\n")
    done = typed("trace", file)
    assert done.exit_code == 3
    assert "--fail" in done.stderr


def test_nothing_else_fails_where_a_failure_comes_alone():
    text = typed("trace", SHOP, "--alone", "--fail", "db.1@1h", "--until", "1 year").stdout
    assert " fails " in text
    assert [line for line in text.splitlines() if " fails " in line and "db.1" not in line] == []


def test_a_standby_that_dies_unnoticed_is_found_by_its_test():
    text = typed("trace", SHOP, "--alone", "--fail", "db.2.latent@1h").stdout
    assert "db.2 fails (crash, unnoticed)" in text
    assert "day    30 00:00:00.000" in text


def test_alone_goes_with_a_failure_and_not_with_a_scenario():
    done = typed("trace", SHOP, "--alone")
    assert (done.exit_code, "--alone without --fail" in done.stderr) == (2, True)
    done = typed("trace", SHOP, "--alone", "--scenario", "zone-loss")
    assert (done.exit_code, "--scenario and --alone together" in done.stderr) == (2, True)


def test_the_command_of_an_incident_tells_it():
    incident = hasim.Incident(hasim.load(SHOP), seed=5)
    incident.delay_detection("db", by="90 s")
    incident.delay_detection("web", by="1.5 min")
    incident.kill("db.1")
    incident.run_until("20 s")
    incident.kill("web.1.hardware")
    while not incident.moments[-1].is_healed:
        incident.step()
    _, *words = shlex.split(incident.command)
    words[words.index("shop.yaml")] = str(SHOP)
    assert typed(*words).stdout.splitlines() == str(incident.timeline()).splitlines()
