"""A search with a study that is killed goes on, with nothing done twice and no byte changed."""

from random import Random

import pytest

from tests.cli.typed import MODELS, typed
from tests.store.kills import (
    computed_again,
    contents,
    draw_moments,
    exported,
    results_in,
    run_killed,
    run_undisturbed,
)

SIZED = ("size", MODELS / "failover.yaml", "--vary", "components.db.replicas=2,3",
         "--vary", "components.db.failover.coverage=80%,99%", "--target", "availability=99.99%",
         "--engine", "montecarlo")  # fmt: skip

pytestmark = pytest.mark.normal


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    study = tmp_path_factory.mktemp("undisturbed") / "whole.study"
    run_undisturbed(SIZED, study)
    return study


@pytest.mark.parametrize("seed", range(2))
def test_kills_of_a_search_change_no_byte(seed, undisturbed, tmp_path):
    study = tmp_path / "killed.study"
    seen = run_killed(SIZED, study, draw_moments(Random(seed), 4, results_in(undisturbed)))
    assert seen == sorted(seen)
    run_undisturbed(SIZED, study)
    assert exported(study) == exported(undisturbed)
    assert contents(study) == contents(undisturbed)
    assert computed_again(study) == 0


def test_the_folder_of_a_study_is_made_if_only_it_is_missing(tmp_path):
    words = ("compare", MODELS / "pair.yaml", "--vary", "components.web.replicas=1,2", "--study")
    assert typed(*words, tmp_path / "build" / "pair.study").exit_code == 0
    refused = typed(*words, tmp_path / "no" / "such" / "pair.study")
    assert refused.exit_code == 2
    assert "there is no folder" in refused.stderr
