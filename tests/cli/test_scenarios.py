"""`hasim trace --scenario` as it is typed; tests/planner holds the figures."""

import json

import pytest

from tests.cli.typed import MODELS, PAIR, typed

MODEL = (
    "name: {name}\n"
    "components: {{web: {{replicas: {replicas}, mtbf: 1 d, mttr: fixed(1 h)}}}}\n"
    "scenarios: {{both: {{events: [{{at: 0 s, fail: web.1}}, {{at: 10 min, fail: web.2}}]}}}}\n"
)


@pytest.fixture
def two(tmp_path):
    """Two candidates, the second with a replica more."""
    files = []
    for name, replicas in (("small", 2), ("large", 3)):
        files.append(tmp_path / f"{name}.yaml")
        files[-1].write_text(MODEL.format(name=name, replicas=replicas))
    return files


def test_a_scenario_of_the_model_on_two_candidates(two):
    done = typed("trace", *two, "--scenario", "both", "--repeat", "2")
    assert done.exit_code == 0
    for words in ("50 min", "-50 min", "timeline of large", "web.2 fails", "the story ends"):
        assert words in done.stdout


def test_what_is_too_wide_for_a_line_stands_one_below_the_other(tmp_path):
    files = []
    for name in ("a-design-with-a-long-name-that-says-much", "b"):
        files.append(tmp_path / f"{name}.yaml")
        text = MODEL.format(name=name, replicas=2).replace("fixed(1 h)", f"{len(name)} h")
        files[-1].write_text(text)
    done = typed("trace", *files, "--scenario", "both", "--repeat", "3")
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert "\n    longest outage     " in done.stdout


def test_a_single_history_is_told_as_one(two):
    done = typed("trace", two[0], "--scenario", "both", "--repeat", "1")
    assert "a single history, seed 1" in done.stdout


def test_a_file_of_failures_as_json(two, tmp_path):
    incident = tmp_path / "incident.csv"
    incident.write_text("at,fail,until\n2026-03-01T10:00Z,web.1,2026-03-01T10:30Z\n")
    done = typed("trace", two[0], "--scenario", incident, "--repeat", "2", "--json")
    document = json.loads(done.stdout)
    assert document["format"] == 1
    assert document["candidates"]["small"]["service"]["down_s"]["value"] == 0.0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((PAIR, "--scenario", "none"), "no model has a scenario none"),
        ((PAIR, PAIR), "several models without --scenario"),
        ((PAIR, "--json"), "--json without --scenario"),
        ((PAIR, "--repeat", "3"), "--repeat without --scenario"),
        ((PAIR, "--scenario", "x", "--until", "1h"), "--scenario and --until together"),
        ((PAIR, "--scenario", "x", "--fail", "web.1@1h"), "--scenario and --fail together"),
        ((PAIR, PAIR, "--scenario", "x"), "named twice"),
        ((MODELS / "two_regions.yaml", "--scenario", "region-los"), "did you mean region-loss?"),
        ((MODELS / "two_regions.yaml", PAIR, "--scenario", "region-loss"), "us-db.1"),
    ],
)
def test_what_cannot_be_played_is_said(words, message):
    done = typed("trace", *words)
    assert done.exit_code == 2
    assert message in done.stderr
