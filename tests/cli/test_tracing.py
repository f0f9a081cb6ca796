"""`hasim trace` as it is typed; tests/reporting holds the story itself."""

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
