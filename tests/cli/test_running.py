"""`hasim run`: JSON, exit statuses, and that results do not depend on threads."""

import json

import pytest

from tests.cli.typed import PAIR, SHOP, typed

SIMULATED = ("--engine", "montecarlo")


def test_run_gives_one_json_document():
    done = typed("run", PAIR, *SIMULATED, "--precision", "20%", "--json")
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    unavailability = answer["services"]["service"]["unavailability"]
    assert unavailability["low"] < (10 / 1010) ** 2 < unavailability["high"]
    assert answer["status"]["code"] == "converged"


def test_a_pair_is_answered_exactly():
    answer = json.loads(typed("run", PAIR, "--json").stdout)
    assert (answer["engine"], answer["status"]["code"]) == ("exact", "exact")
    unavailability = answer["services"]["service"]["unavailability"]
    assert unavailability["value"] == pytest.approx(9.80296049406921e-05, rel=1e-12)
    assert unavailability["low"] == unavailability["value"] == unavailability["high"]


def test_what_the_exact_engine_cannot_answer_is_refused_with_reasons():
    done = typed("run", SHOP, "--engine", "exact")
    assert done.exit_code == 2
    assert "a and db are not independent (they share the crew oncall)" in done.stderr


def test_run_does_not_depend_on_threads():
    one, two = (
        typed("run", PAIR, *SIMULATED, "--seed", 7, "--threads", n, "--json").stdout for n in (1, 2)
    )
    assert one == two


def test_a_missed_objective_is_exit_status_1():
    setting = "services.checkout.objectives.availability=99.9999 %"
    done = typed("run", SHOP, "--precision", "30%", "--set", setting)
    assert done.exit_code == 1
    assert "MISSED" in done.stdout


@pytest.mark.normal
def test_windows_take_time_only_when_asked():
    setting = "services.checkout.objectives.availability={target: 99.9 %, window: month}"
    words = ("run", SHOP, "--precision", "30%", "--json", "--set", setting)
    plain, asked = (json.loads(typed(*words, *more).stdout) for more in ((), ("--sla",)))
    assert plain["services"]["checkout"]["sla"] is None
    assert any("--sla takes the time to find it" in warning for warning in plain["warnings"])
    sla = asked["services"]["checkout"]["sla"]
    assert sla["exact"] is False
    assert 0 < sla["month"]["breach"]["low"] < sla["month"]["breach"]["high"]
    assert not any("sla" in warning for warning in asked["warnings"])


def test_a_limit_is_exit_status_3():
    done = typed("run", PAIR, *SIMULATED, "--precision", "0.01%", "--max-time", "0.1 s", "--json")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["status"]["code"] == "limit"


def test_saved_and_printed_documents_are_the_same(tmp_path):
    file = tmp_path / "answer.json"
    done = typed("run", PAIR, "--precision", "30%", "--json", "--save", file)
    assert file.read_text() == done.stdout


def test_more_threads_than_there_can_be_are_no_fault():
    assert typed("run", PAIR, *SIMULATED, "--precision", "50%", "--threads", 10**9).exit_code == 0


def test_an_answer_that_cannot_be_saved_is_told():
    done = typed("run", PAIR, *SIMULATED, "--precision", "50%", "--save", "/dev/full")
    assert done.exit_code == 2
    assert "unavailability is known" in done.stdout
    assert done.stderr.startswith("/dev/full cannot be written: no space left on device")


@pytest.mark.normal
def test_what_if_tells_how_far_the_answer_moves():
    answer = json.loads(typed("run", PAIR, "--what-if", "--json").stdout)
    told = {one["put_in"]: one for one in answer["what_if"]}
    crew = told["one crew for them all, of one person (on-call)"]
    assert (crew["grade"], crew["source"]) == (None, [])
    assert crew["services"]["service"]["factor"] == pytest.approx(2.0, rel=0.02)
    assert told["common_cause 5 % (correlated-bursts)"]["grade"] == "D"
    assert "what_if" not in json.loads(typed("run", PAIR, "--json").stdout)


def test_settings_change_the_model():
    words = ("run", PAIR, "--precision", "30%", "--json", "--set", "components.web.mttr=1 h")
    value = json.loads(typed(*words).stdout)["services"]["service"]["unavailability"]["value"]
    assert value < 3e-6


def test_an_engine_that_cannot_answer_is_refused():
    done = typed("run", PAIR, "--engine", "matched")
    assert done.exit_code == 2
    assert "no law with memory stands in the way of an exact answer" in done.stderr


def test_warnings_of_the_model_are_part_of_the_answer(tmp_path):
    file = tmp_path / "bought.yaml"
    file.write_text("name: bought\ncomponents: {api: {availability: 99.9 %, mttr: 1 h}}\n")
    answer = json.loads(typed("run", file, "--precision", "30%", "--json").stdout)
    assert any("api" in warning and "SLA" in warning for warning in answer["warnings"])


def test_a_pipeline_reads_the_outcome(tmp_path):
    file = tmp_path / "answer.xml"
    assert typed("run", PAIR, "--junit", file).exit_code == 0
    assert '<testcase classname="pair.service" name="answered" />' in file.read_text()


def test_a_pipeline_reads_what_is_wrong_about_a_model(tmp_path):
    file = tmp_path / "answer.xml"
    done = typed("run", PAIR, "--junit", file, "--set", "components.web.replicas=none")
    assert done.exit_code == 2
    assert "components.web.replicas" in file.read_text()


def test_the_file_for_a_pipeline_is_not_the_model():
    done = typed("run", PAIR, "--junit", PAIR)
    assert done.exit_code == 2
    assert "is the model itself" in done.stderr
