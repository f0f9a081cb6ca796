"""`hasim compare`: candidates from files and from variations, exit statuses, bad input."""

import json
import sys

import pytest

from hasim.runners import processes as worker_processes
from tests.cli.typed import MODELS, PAIR, SHOP, typed

VARIED = (PAIR, "--vary", "components.web.replicas=2,3")


def test_variations_of_one_model():
    done = typed("compare", PAIR, "--vary", "components.web.replicas=2,3", "--json")
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    assert (answer["format"], answer["status"]["code"]) == (1, "decided")
    assert list(answer["candidates"]) == ["replicas=2", "replicas=3"]
    three = answer["services"]["service"]["candidates"]["replicas=3"]
    assert (three["place"], three["verdict"]) == (1, "better")
    assert three["figures"]["unavailability"]["value"] == pytest.approx((10 / 1010) ** 3)
    assert three["differences"]["unavailability"]["real"] is True


def test_the_text_tells_who_is_best():
    done = typed("compare", PAIR, "--vary", "components.web.replicas=2,3")
    assert "best in unavailability: replicas=3 (exact)" in done.stdout


def test_files_are_named_by_their_models_or_else_by_themselves(tmp_path):
    text = (MODELS / "pair.yaml").read_text()
    files = [tmp_path / "one.yaml", tmp_path / "two.yaml"]
    for file in files:
        file.write_text(text)
    answer = json.loads(typed("compare", *files, "--json").stdout)
    assert list(answer["candidates"]) == ["one", "two"]


@pytest.mark.normal
def test_a_limit_is_exit_status_3():
    words = ("--vary", "components.web.replicas=5,6", "--max-time", "0 s", "--json")
    done = typed("compare", SHOP, *words)
    assert done.exit_code == 3
    assert json.loads(done.stdout)["status"]["code"] == "limit"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((PAIR,), "one model and nothing to compare it with"),
        ((PAIR, SHOP), "the candidates have different services: pair has no service checkout"),
        ((PAIR, PAIR), "is named twice"),
        ((PAIR, SHOP, "--vary", "a=1,2"), "--vary with 2 models"),
        ((PAIR, "--vary", "components.web.replicas"), "--vary: components.web.replicas is no"),
        ((PAIR, "--vary", "components.web.replicas=2"), "1 candidate"),
        ((PAIR, "--vary", "components.wbe.replicas=2,3"), "did you mean web?"),
        ((PAIR, "--vary", "components.web.replica=2,3"), "did you mean replicas?"),
        ((PAIR, "--vary", "components.web.replicas=2,2"), "twice"),
        ((PAIR, "--vary", "components.web.replicas=2,3", "--indifference", "0"), "write 10%"),
        ((PAIR, "--vary", "components.web.replicas=2,3", "--confidence", "x"), "write 95%"),
        ((PAIR, "--vary", "components.web.replicas=2,3", "--max-time", "5"), "--max-time"),
        ((PAIR, "--vary", "components.web.replicas=2,3", "--rank-by", "taste"), "--rank-by"),
        ((PAIR, "no-such-file.yaml"), "no-such-file.yaml"),
        ((*VARIED, "--runner", "dask"), "--runner dask without --scheduler"),
        ((*VARIED, "--runner", "dask", "--scheduler", " "), "--runner dask without --scheduler"),
        ((*VARIED, "--scheduler", "x:1"), "--scheduler and --runner threads together"),
        ((*VARIED, "--workers", "2"), "--workers and --runner threads together"),
        ((*VARIED, "--runner", "processes", "--threads", "2"), "leave --threads out"),
        ((*VARIED, "--runner", "processes", "--workers", "0"), "--workers"),
        ((*VARIED, "--runner", "abacus"), "--runner"),
    ],
)
def test_what_cannot_be_used_is_told_without_a_traceback(words, said):
    done = typed("compare", *words)
    assert done.exit_code == 2
    assert isinstance(done.exception, SystemExit)
    assert said in done.stderr
    assert not done.stdout


@pytest.mark.slow
def test_the_worked_example_is_better_than_its_variants():
    files = [
        MODELS / f"worked_example{end}.yaml" for end in ("", "_same_server", "_shared_standby")
    ]
    answer = json.loads(typed("compare", *files, "--max-time", "200 s", "--json").stdout)
    assert answer["status"]["code"] == "decided"
    for contest in answer["services"].values():
        assert [one["place"] for one in contest["candidates"].values()] == [1, 3, 2]


@pytest.mark.normal
def test_processes_give_the_same_answer():
    words = ("compare", *VARIED, "--engine", "montecarlo", "--max-time", "60 s", "--json")
    here, elsewhere = typed(*words), typed(*words, "--runner", "processes", "--workers", "2")
    assert here.exit_code == elsewhere.exit_code == 0
    assert here.stdout == elsewhere.stdout


@pytest.mark.normal
def test_dask_is_told_to_be_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    words = ("--engine", "montecarlo", "--runner", "dask", "--scheduler", "127.0.0.1:8786")
    done = typed("compare", *VARIED, *words)
    assert done.exit_code == 2
    assert done.stderr == "dask is not installed; pip install 'hasim[scale]'\n"


@pytest.mark.normal
def test_workers_that_die_are_exit_status_3(monkeypatch):
    monkeypatch.setattr(worker_processes, "_START", "raise SystemExit")
    done = typed("compare", *VARIED, "--engine", "montecarlo", "--runner", "processes")
    assert done.exit_code == 3
    assert done.stderr.startswith("replications 0 to ")
    assert "3 worker processes died at it, one after another" in done.stderr
