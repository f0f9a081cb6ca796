"""The command line: exit statuses, messages, JSON, and that results do not depend on threads."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from hasim.cli import main

MODELS = Path(__file__).parent.parent / "models"
PAIR = str(MODELS / "pair.yaml")
SHOP = str(MODELS / "shop.yaml")


def hasim(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


def test_run_gives_one_json_document():
    done = hasim("run", PAIR, "--precision", "20%", "--json")
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    unavailability = answer["services"]["service"]["unavailability"]
    assert unavailability["low"] < (10 / 1010) ** 2 < unavailability["high"]
    assert answer["status"]["code"] == "converged"


def test_run_does_not_depend_on_threads():
    one, two = (
        hasim("run", PAIR, "--precision", "10%", "--seed", 7, "--threads", n, "--json").stdout
        for n in (1, 2)
    )
    assert one == two


def test_a_missed_objective_is_exit_status_1():
    setting = "services.checkout.objectives.availability=99.9999 %"
    done = hasim("run", SHOP, "--precision", "30%", "--set", setting)
    assert done.exit_code == 1
    assert "MISSED" in done.stdout


def test_a_limit_is_exit_status_3():
    done = hasim("run", PAIR, "--precision", "0.01%", "--max-time", "0.1 s", "--json")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["status"]["code"] == "limit"


def test_saved_and_printed_documents_are_the_same(tmp_path):
    file = tmp_path / "answer.json"
    done = hasim("run", PAIR, "--precision", "30%", "--json", "--save", file)
    assert file.read_text() == done.stdout


def test_table_says_what_matters():
    text = hasim("run", SHOP, "--precision", "30%").stdout
    for words in ("availability", "db.crash", "repair", "headroom", "zone a", "seed 1"):
        assert words in text


@pytest.mark.parametrize("engine", ["exact", "matched", "bounds"])
def test_engines_not_yet_built_are_refused(engine):
    done = hasim("run", PAIR, "--engine", engine)
    assert done.exit_code == 2
    assert "not yet built" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("run", "no-such-file.yaml"),
        ("run", "."),
        ("run", PAIR, "--precision", "many"),
        ("run", PAIR, "--precision", "0"),
        ("run", PAIR, "--max-time", "5"),
        ("run", PAIR, "--set", "components.web.replicas"),
        ("run", PAIR, "--set", "components.web.replicas=none"),
        ("run", PAIR, "--save", "no/such/folder/file.json"),
        ("trace", PAIR, "--fail", "web.9@1h"),
        ("trace", PAIR, "--fail", "web.1"),
        ("check", "no-such-file.yaml"),
        ("new", PAIR),
    ],
)
def test_what_cannot_be_used_is_told_without_a_traceback(words):
    done = hasim(*words)
    assert done.exit_code == 2
    assert isinstance(done.exception, SystemExit)
    assert done.stderr.strip()


def test_check_prints_the_resolved_model(tmp_path):
    text = hasim("check", SHOP, "--resolved").stdout
    file = tmp_path / "resolved.yaml"
    file.write_text(text)
    assert hasim("check", file).exit_code == 0
    assert hasim("check", SHOP, "--json").stdout.startswith("{")


def test_check_tells_all_findings_at_once(tmp_path):
    file = tmp_path / "wrong.yaml"
    file.write_text("name: x\ncomponents:\n  a: {replicas: 1, required: 2, mtbf: 5 m, mttr: 1 h}\n")
    done = hasim("check", file)
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 2


def test_a_new_model_runs(tmp_path):
    file = tmp_path / "site.yaml"
    assert hasim("new", file).exit_code == 0
    assert hasim("check", file).exit_code == 0


def test_schema_and_units():
    assert json.loads(hasim("schema").stdout)
    assert "rps" in hasim("schema", "--units").stdout


def test_trace_tells_a_failover_stage_by_stage():
    text = hasim("trace", SHOP, "--fail", "db.1@1h").stdout
    for words in ("db.1 fails", "checkout is DOWN", "promot", "up again", "detect"):
        assert words in text


def test_trace_until_a_time():
    assert "the story ends" in hasim("trace", PAIR, "--until", "1 d").stdout


def test_warnings_of_the_model_are_part_of_the_answer(tmp_path):
    file = tmp_path / "bought.yaml"
    file.write_text("name: bought\ncomponents: {api: {availability: 99.9 %, mttr: 1 h}}\n")
    answer = json.loads(hasim("run", file, "--precision", "30%", "--json").stdout)
    assert any("api" in warning and "SLA" in warning for warning in answer["warnings"])
