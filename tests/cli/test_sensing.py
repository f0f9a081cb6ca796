"""`hasim sensitivity` and `hasim run --worlds`: text, JSON, and what is wrong."""

import json
from dataclasses import replace

import pytest

from hasim import load
from hasim.planner.sensitivity import find_swings
from tests.cli.typed import PAIR, typed

MODEL = "components: {web: {mtbf: {between: [30 d, 120 d]}, mttr: {between: [2 h, 6 h]}}}\n"


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "m.yaml"
    path.write_text(MODEL, encoding="utf-8")
    return path


def test_a_tornado_as_text_fits_a_terminal():
    done = typed("sensitivity", PAIR, "--top", 1)
    lines = done.stdout.splitlines()
    assert done.exit_code == 0
    assert max(map(len, lines)) <= 80
    assert "  and 1 more that move it less (--top)" in lines
    assert any("|====" in line for line in lines)


def test_a_tornado_as_one_document():
    answer = json.loads(typed("sensitivity", PAIR, "--json").stdout)
    bars = answer["services"]["service"]["bars"]
    assert answer["format"] == 1
    assert {bar["name"] for bar in bars} == {
        "components.web.failures.failure.after",
        "components.web.failures.failure.repair",
    }
    assert bars[0]["unavailability_at_low"]["value"] == pytest.approx((10 / 510) ** 2)


def test_worlds_as_text_and_document(model):
    done = typed("run", model, "--worlds", 8)
    assert done.exit_code == 0
    assert done.stdout.startswith("m: 2 quantities uncertain, 32 worlds, exact\n")
    assert max(map(len, done.stdout.splitlines())) <= 80
    answer = json.loads(typed("run", model, "--worlds", 8, "--json").stdout)
    assert (answer["rows"], answer["worlds"]) == (8, 32)
    spread = answer["services"]["service"]["spread"]["downtime_s_per_year"]
    assert spread["p5"] < spread["p50"] < spread["p95"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", PAIR, "--worlds", 8], "nothing is uncertain in pair"),
        (["run", PAIR, "--worlds", 8, "--what-if"], "--worlds and --what-if together"),
        (["sensitivity", "nowhere.yaml"], "nowhere.yaml"),
        (["sensitivity", PAIR, "--max-time", "soon"], "--max-time"),
    ],
)
def test_what_is_wrong_is_told(words, message):
    done = typed(*words)
    assert done.exit_code == 2
    assert message in done.stderr


def test_a_plain_run_points_to_the_worlds(model):
    assert "--worlds 256" in typed("run", model).stdout


def test_quantities_that_the_time_was_not_enough_for_are_no_full_answer():
    tornado = find_swings(load(PAIR))
    assert tornado.exit_status == 0
    assert replace(tornado, unanswered=1).exit_status == 3
