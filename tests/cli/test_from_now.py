"""`hasim run --from` as it is typed; tests/planner holds the figures."""

import json

import pytest

from tests.cli.typed import PAIR, SHOP, typed


def test_run_from_now_tells_the_risk():
    done = typed("run", PAIR, "--from", "web.1=down", "--for", "72h")
    assert done.exit_code == 0
    for words in ("with web.1=down", "chance of an outage", "1.09 %", "web.2", "95 % within"):
        assert words in done.stdout


def test_run_from_now_as_json():
    done = typed("run", PAIR, "--from", "web.1=down,web.2=down", "--for", "1 d", "--json")
    document = json.loads(done.stdout)
    assert document["format"] == 1
    assert document["down"] == ["web.1=down", "web.2=down"]
    assert document["services"]["service"]["down_until_repair"] is True
    assert document["histories"] is None


@pytest.mark.normal
def test_run_from_now_of_the_shop():
    done = typed("run", SHOP, "--from", "db.1=down", "--for", "72h", "--precision", "20%")
    assert done.exit_code == 0
    assert "yes, until another has taken over" in done.stdout
    assert "montecarlo" in done.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--for", "72h"), "--for without --from"),
        (("--from", "web.1=down"), "--from without --for"),
        (("--from", "web.1=down", "--for", "soon"), "--for"),
        (("--from", "web.1=down", "--for", "0 s"), "looks nowhere"),
        (("--from", "web.1", "--for", "1h"), "does not say"),
        (("--from", "web.1=down,web.1=down", "--for", "1h"), "named twice"),
        (("--from", "web.1=down", "--for", "1h", "--what-if"), "--what-if"),
        (("--from", "web.1=down", "--for", "1h", "--engine", "bounds"), "bounds"),
    ],
)
def test_options_that_do_not_go_together(words, message):
    done = typed("run", PAIR, *words)
    assert done.exit_code == 2
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1
