"""`hasim size`: what it prints, its exit statuses, bad input."""

import json

import pytest

from tests.cli.typed import PAIR, typed
from tests.store.kills import (
    Moment,
    computed_again,
    exported,
    interrupt,
    results_in,
    run_undisturbed,
)

MODEL = """
name: small
components:
  web: {replicas: 2, mtbf: 30 d, mttr: 2 h, needs: [db]}
  db: {replicas: 2, mtbf: 60 d, mttr: 6 h}
costs: {currency: EUR, components: {web: 1000 EUR / year, db: 3000 EUR / year}}
options:
  components.web.replicas: [1, 2, 3]
  components.db.replicas: [1, 2, 3]
"""
TIMED = """
name: timed
crews: {ops: {size: 2}}
components:
  web:
    replicas: 2
    failures: {crash: {after: 3 d, repair: {lognormal: {median: 1 h, p95: 9 h}}, crew: ops}}
    needs: [db]
  db: {replicas: 2, failures: {crash: {after: 5 d, repair: {fixed: 5 h}, crew: ops}}}
options:
  components.web.replicas: [1, 2]
  components.db.replicas: [1, 2]
"""
VARIED = ("size", PAIR, "--vary", "components.web.replicas=1,2,3")


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(MODEL)
    return path


@pytest.mark.normal
def test_the_answer_is_printed_with_what_it_costs_and_exit_status_0(model):
    done = typed("size", model, "--target", "availability=99.9%")
    assert done.exit_code == 0
    assert "small: the cheapest design that meets all targets" in done.stdout
    assert "cost a year              8,000 EUR" in done.stdout
    assert "why not the 4 cheaper designs" in done.stdout


def test_values_may_come_from_the_command_line_alone():
    done = typed(*VARIED, "--target", "availability=99.9%", "--json")
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    assert (answer["format"], answer["status"]["code"]) == (1, "found")
    assert answer["answer"]["settings"] == ["components.web.replicas=2"]
    assert answer["cost_unit"] == "replicas"


@pytest.mark.normal
def test_the_settings_make_the_answer(model):
    done = typed("size", model, "--target", "availability=99.99%", "--json")
    answer = json.loads(done.stdout)["answer"]
    words = [word for setting in answer["settings"] for word in ("--set", setting)]
    run = json.loads(typed("run", model, *words, "--json").stdout)
    told = answer["services"]["service"]["unavailability"]
    assert run["services"]["service"]["unavailability"]["value"] == told["value"]
    assert run["model_hash"] == answer["model_hash"]


def test_no_design_that_meets_the_targets_is_exit_status_1():
    done = typed(*VARIED, "--target", "availability=99.999999999%")
    assert done.exit_code == 1
    assert "none of 3 designs meets all targets" in done.stdout


def test_a_limit_is_exit_status_3():
    done = typed(*VARIED, "--target", "availability=99.9%", "--max-time", "0 s")
    assert done.exit_code == 3
    assert "not finished within the limit: 3 of 3 designs are open" in done.stdout


@pytest.mark.normal
def test_the_bytes_do_not_depend_on_threads_or_processes(model):
    words = ("size", model, "--target", "availability=99.9%", "--json")
    alone = typed(*words, "--threads", "1").stdout
    assert typed(*words, "--threads", "2").stdout == alone
    assert typed(*words, "--runner", "processes", "--workers", "1").stdout == alone


@pytest.mark.normal
def test_a_study_holds_what_was_found(model, tmp_path):
    study = tmp_path / "small.study"
    words = ("size", model, "--target", "availability=99.9%", "--study", study)
    first = typed(*words)
    assert first.exit_code == 0
    assert typed(*words).stdout == first.stdout
    shown = typed("study", "show", study).stdout
    assert "answer" in shown
    assert "ruled out" in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("size", PAIR, "--target", "availability=99%"), "there is nothing to choose"),
        ((*VARIED,), "there is nothing to reach"),
        ((*VARIED, "--target", "availability=5 min"), "5 min is a duration, not a probability"),
        ((*VARIED, "--target", "rpo=5min"), "rpo is about how much data a failure loses"),
        ((*VARIED, "--target", "shop.availability=99%"), "the model has no service shop"),
        ((*VARIED, "--target", "headroom=20%"), "service has no headroom"),
        ((*VARIED, "--target", "cost=500 EUR"), "the model has no costs"),
        ((*VARIED, "--target", "month_in_breach=1%"), "promises nothing"),
        ((*VARIED, "--target", "mttr=1h", "--target", "mttr=2h"), "is the second for mttr"),
        ((*VARIED, "--target", "mttr=1h", "--confidence", "x"), "--confidence"),
        ((*VARIED, "--target", "mttr=1h", "--max-time", "5"), "--max-time"),
        (("size", PAIR, "--vary", "components.web.replica=1,2"), "did you mean replicas?"),
        (("size", "no-such-file.yaml", "--target", "mttr=1h"), "no-such-file.yaml"),
    ],
)
def test_what_cannot_be_meant_is_one_message_and_exit_status_2(words, said):
    done = typed(*words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.normal
def test_ctrl_c_is_exit_status_130_and_loses_nothing(tmp_path):
    timed = tmp_path / "timed.yaml"
    timed.write_text(TIMED)
    words = ("size", timed, "--target", "availability=99%", "--engine", "montecarlo")
    study, whole = tmp_path / "stopped.study", tmp_path / "whole.study"
    assert interrupt(words, study, Moment(5, 0.0)) == 130
    had = results_in(study)
    assert had >= 5
    assert run_undisturbed(words, study) == 0
    assert run_undisturbed(words, whole) == 0
    assert exported(study) == exported(whole)
    assert computed_again(study) == 0


def test_a_setting_that_every_design_sets_anew_is_refused():
    done = typed(*VARIED, "--set", "components.web.replicas=3", "--target", "availability=99.9%")
    assert done.exit_code == 2
    assert "--set components.web.replicas: every choice of the option" in done.stderr
