"""`hasim size --worlds`: its document, exit statuses and bad input."""

import json

import pytest

from tests.cli.typed import MODELS, typed
from tests.planner.sizing.test_wishes import BET

ASKED = ("--target", "availability=99.5%")


@pytest.fixture
def bet(tmp_path):
    path = tmp_path / "bet.yaml"
    path.write_text(BET)
    return path


@pytest.mark.normal
def test_the_document_has_the_regret_of_the_two(bet):
    done = typed("size", bet, *ASKED, "--worlds", "12", "--keeps", "90%", "--json")
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    regret = answer["regret"]
    assert (answer["format"], regret["worlds"], regret["keeps"]) == (1, 16, 0.9)
    assert regret["least"]["choices"] == {"components.web.replicas": "2"}
    assert regret["least"]["settings"] == ["components.web.replicas=2"]
    assert regret["least"]["worlds_kept"] == 16
    assert regret["uncertain"][0]["name"] == "components.web.mtbf"
    other = regret["candidates"][1]
    assert other["failing_goes_with"][0]["name"] == "components.web.mtbf"
    assert other["share_kept"]["value"] == other["worlds_kept"] / 16


@pytest.mark.normal
def test_without_worlds_the_document_is_as_it_was(bet):
    assert "regret" not in json.loads(typed("size", bet, *ASKED, "--json").stdout)


@pytest.mark.normal
def test_a_share_that_no_design_keeps_is_exit_status_1(bet):
    words = ("--vary", "components.web.replicas=1", "--target", "availability=99.4%")
    done = typed("size", bet, *words, "--worlds", "8")
    assert done.exit_code == 1
    assert "no candidate meets the targets in 95 % of the worlds" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--keeps", "90%"), "--keeps without --worlds"),
        (("--worlds", "8", "--keeps", "many"), "--keeps: many"),
        (("--worlds", "8", "--keeps", "0%"), "kept in 0 % of the worlds"),
        (("--worlds", "0"), "0 is not in the range"),
    ],
)
def test_bad_input(bet, words, said):
    done = typed("size", bet, *ASKED, *words)
    assert done.exit_code == 2
    assert said in done.stderr


@pytest.mark.normal
def test_a_model_without_anything_uncertain():
    done = typed("size", MODELS / "shop_options.yaml", "--worlds", "8")
    assert done.exit_code == 2
    assert "nothing is uncertain in shop-options" in done.stderr
    assert "between: [30 d, 120 d]" in done.stderr
