"""A command with a study that is killed, interrupted, out of time or out of disk goes on."""

import resource
import subprocess
from random import Random

import pytest

from hasim.store import Study
from tests.cli.typed import MODELS, typed
from tests.slowness import slow_but
from tests.store.kills import (
    Moment,
    computed_again,
    contents,
    draw_moments,
    exported,
    interrupt,
    results_in,
    run_killed,
    run_undisturbed,
    start,
)

COMPARED = ("compare", MODELS / "failover.yaml", "--vary", "components.db.replicas=2,3",
            "--engine", "montecarlo")  # fmt: skip

pytestmark = pytest.mark.normal


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    study = tmp_path_factory.mktemp("undisturbed") / "whole.study"
    assert run_undisturbed(COMPARED, study) == 0
    return study


@pytest.mark.parametrize("seed", slow_but(0, 1, 2, among=range(5)))
def test_four_kills_change_no_byte(seed, undisturbed, tmp_path):
    study = tmp_path / "killed.study"
    moments = draw_moments(Random(seed), 4, results_in(undisturbed))
    who = ("--runner", "processes", "--workers", "1") if seed == 0 else ()
    seen = run_killed([*COMPARED, *who], study, moments)
    assert seen == sorted(seen)
    assert run_undisturbed(COMPARED, study) == 0
    assert exported(study) == exported(undisturbed)
    assert contents(study) == contents(undisturbed)
    assert computed_again(study) == 0


def test_ctrl_c_and_a_limit_lose_nothing(undisturbed, tmp_path):
    study = tmp_path / "stopped.study"
    assert interrupt(COMPARED, study, Moment(30, 0.0)) == 130
    had = results_in(study)
    assert had >= 30
    assert run_undisturbed([*COMPARED, "--max-time", "1 ms"], study) == 3
    with Study.read(study) as opened:
        (run,) = opened.runs()
    assert (run.status, run.document["status"]["code"]) == ("limit", "limit")
    assert results_in(study) >= had
    assert run_undisturbed([*COMPARED, "--threads", "1"], study) == 0
    assert exported(study) == exported(undisturbed)
    assert computed_again(study) == 0


def test_a_full_disk_is_exit_status_3_and_the_study_goes_on(undisturbed, tmp_path):
    study = tmp_path / "full.study"
    limit = 300_000

    def allow_small_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    process = start(COMPARED, study, stderr=subprocess.PIPE, preexec_fn=allow_small_files)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 3
    assert b"full.study can no longer be written: the disk is full" in said
    assert b"Traceback" not in said
    assert 0 < results_in(study) < results_in(undisturbed)
    assert "broken off" in typed("study", "show", study).stdout
    assert run_undisturbed(COMPARED, study) == 0
    assert exported(study) == exported(undisturbed)
    assert computed_again(study) == 0
