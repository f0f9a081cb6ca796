"""`hasim explain` as it is typed."""

import json

from tests.cli.typed import PAIR, typed


def test_explain_in_words():
    done = typed("explain", PAIR)
    assert done.exit_code == 0
    for words in ("It is down", "both web", "what would buy most", "Birnbaum"):
        assert words in done.stdout


def test_explain_as_one_document():
    document = json.loads(typed("explain", PAIR, "--json").stdout)
    (service,) = document["services"].values()
    assert service["cut_sets"][0]["text"] == "both web"
    assert service["changes"][0]["text"] == "run 3 replicas of web (now 2)"


def test_a_precision_that_cannot_be_meant_is_exit_status_2():
    done = typed("explain", PAIR, "--precision", "0%")
    assert done.exit_code == 2
    assert "--precision 0%" in done.stderr
