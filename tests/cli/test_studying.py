"""`hasim study` and `--study`: what is told, and what cannot be used."""

import csv
import json
import os
import sqlite3

import pytest

from hasim.store import Candidate, Study
from tests.cli.typed import MODELS, PAIR, SHOP, typed

VARIED = (PAIR, "--vary", "components.web.replicas=2,3")


@pytest.fixture
def compared(tmp_path):
    """A study with one comparison, which takes no simulation."""
    study = tmp_path / "pair.study"
    assert typed("compare", *VARIED, "--study", study).exit_code == 0
    return study


def test_a_comparison_is_a_run_with_its_answer(compared):
    answer = json.loads(typed("compare", *VARIED, "--json").stdout)
    with Study.read(compared) as study:
        (run,) = study.runs()
        candidates = list(study.candidates(run.number))
    assert (run.kind, run.model, run.status, run.document) == ("compare", "pair", "done", answer)
    assert [(one.name, one.verdict) for one in candidates] == [
        ("replicas=2", "first"),
        ("replicas=3", "better"),
    ]
    assert candidates[0].reason == "dominated by replicas=3"


def test_the_answer_is_the_same_with_a_study_and_without(compared):
    words = ("compare", *VARIED)
    assert typed(*words, "--study", compared).stdout == typed(*words).stdout


def test_another_command_is_another_run(compared):
    before = typed("study", "export", compared, "1", "--format", "json").stdout
    typed("compare", *VARIED, "--indifference", "20%", "--study", compared)
    typed("compare", PAIR, "--vary", "components.web.replicas=2,4", "--study", compared)
    typed("compare", *VARIED, "--threads", "1", "--max-time", "10 s", "--study", compared)
    with Study.read(compared) as study:
        assert [run.number for run in study.runs()] == [1, 2, 3]
    assert typed("study", "export", compared, "1", "--format", "json").stdout == before


def test_show_tells_runs_and_candidates(compared):
    lines = typed("study", "show", compared).stdout.splitlines()
    assert lines[0] == "pair.study: 0 results kept"
    assert lines[2] == "run 1: compare of pair: done"
    assert lines[4:] == [
        "  the order is decided",
        "  2 candidates: 1 better, 1 first",
        "     verdict  candidate",
        "  1  first    replicas=2: dominated by replicas=3",
        "  2  better   replicas=3",
    ]
    assert typed("study", "show", compared, 1).stdout.splitlines() == lines


def test_show_as_json(compared):
    told = json.loads(typed("study", "show", compared, "--json").stdout)
    (run,) = told["runs"]
    assert (told["format"], run["status"], run["verdicts"]) == (
        1,
        "done",
        {"better": 1, "first": 1},
    )
    assert run["answer"]["status"]["text"] == "the order is decided"


def test_a_long_run_is_cut(tmp_path):
    path = tmp_path / "long.study"
    with Study.open(path) as study:
        run = study.begin("size", "shop", "hash", {"targets": ["a", "b", "c"], "seed": 1})
        run.record([Candidate(n, f"design {n}", "too costly", cost=n / 7) for n in range(1, 31)])
        at_work = typed("study", "show", path).stdout
    assert "run 1: size of shop: at work" in at_work
    assert "a process is writing it" in at_work
    told = typed("study", "show", path).stdout
    assert "run 1: size of shop: broken off" in told
    assert "no answer yet" in told
    assert "  seed 1, targets a, b and c\n" in told
    assert "30 candidates: 30 too costly" in told
    assert "  2   too costly  0.285714  design 2" in told.splitlines()
    assert told.endswith("and 10 more: hasim study export\n")


def test_list_tells_of_the_studies_in_a_folder(compared):
    folder = compared.parent
    (folder / "notes.txt").write_text("no study")
    (folder / "broken.study").write_bytes(compared.read_bytes()[:200])
    told = typed("study", "list", folder).stdout.splitlines()
    assert [line.split()[0] for line in told] == ["study", "broken.study", "pair.study"]
    assert "damaged" in told[1]
    assert told[2].split() == ["pair.study", "1", "done", "0"]
    assert typed("study", "list", compared).stdout.splitlines()[1].split() == told[2].split()
    rows = json.loads(typed("study", "list", folder, "--json").stdout)["studies"]
    assert rows[1] == {"study": "pair.study", "runs": {"done": 1}, "chunks": 0, "reason": ""}


def test_a_folder_without_studies(tmp_path):
    assert typed("study", "list", tmp_path).stdout == "no studies here\n"


def test_csv_has_a_row_for_each_candidate(compared, tmp_path):
    done = typed("study", "export", compared, "-o", tmp_path / "out.csv")
    assert (done.exit_code, done.stdout) == (0, "")
    text = (tmp_path / "out.csv").read_text()
    assert typed("study", "export", compared).stdout == text
    first, second = csv.DictReader(text.splitlines())
    assert (first["name"], first["figures.service.place"]) == ("replicas=2", "2")
    assert float(second["figures.service.unavailability.value"]) == pytest.approx((10 / 1010) ** 3)
    assert "figures.service.headroom" not in first


def test_json_has_answers_and_arguments(compared):
    document = json.loads(typed("study", "export", compared, "--format", "json").stdout)
    (run,) = document["runs"]
    assert (document["format"], run["arguments"]["engine"]) == (1, "auto")
    assert [one["name"] for one in run["candidates"]] == ["replicas=2", "replicas=3"]
    assert run["document"]["candidates"]["replicas=2"]["engine"] == "exact"


def test_an_export_holds_no_times_and_two_of_the_same_work_are_the_same(compared, tmp_path):
    other = tmp_path / "other.study"
    typed("compare", *VARIED, "--study", other)
    typed("compare", *VARIED, "--study", other)
    for kind in ("csv", "json"):
        words = ("--format", kind)
        one, two = (typed("study", "export", file, *words).stdout for file in (compared, other))
        assert one == two


def test_an_empty_study_is_exported(tmp_path):
    Study.open(tmp_path / "a.study").close()
    told = typed("study", "export", tmp_path / "a.study", "--format", "json").stdout
    assert json.loads(told) == {"format": 1, "runs": []}
    assert typed("study", "export", tmp_path / "a.study").stdout.startswith("run,kind,model")


@pytest.mark.parametrize("command", ["list", "show", "export"])
def test_every_command_has_an_example(command):
    assert f"Example: hasim study {command}" in typed("study", command, "--help").stdout


# ---------------------------------------------------------------------------- what cannot be used


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("study", "show", "no.study"), "there is no such file"),
        (("study", "show", PAIR), "it is a file of another kind"),
        (("study", "show", "."), "it is a folder"),
        (("study", "list", PAIR), "it is a file of another kind"),
        (("study", "list", "no-such-folder"), "there is no such file"),
        (("study", "export", SHOP), "it is a file of another kind"),
        (("study", "export", SHOP, "-o", "no/such/folder.csv"), "no/such"),
        (("study", "export", SHOP, "--format", "xml"), "--format"),
        (("study", "bogus"), "bogus"),
        (("compare", *VARIED, "--study", PAIR), "it is there, and looks like a part of a model"),
        (("compare", *VARIED, "--study", "."), "it is a folder"),
        (("compare", *VARIED, "--study", ""), "its name is empty"),
        (("compare", *VARIED, "--study", "no/such/folder/a.study"), "no/such/folder"),
        (("compare", *VARIED, "--study", "y" * 300), "file name too long"),
        (("compare", *VARIED, "--study", __file__), "it is a file of another kind"),
    ],
)
def test_what_cannot_be_used_is_told_without_a_traceback(words, said):
    done = typed(*words)
    assert done.exit_code == 2
    assert isinstance(done.exception, SystemExit)
    assert said in done.stderr
    assert not done.stdout


def test_a_model_without_an_ending_is_no_study(tmp_path):
    model = tmp_path / "model"
    model.write_text((MODELS / "pair.yaml").read_text())
    words = ("--vary", "components.web.replicas=2,3", "--study", model)
    done = typed("compare", model, *words)
    assert (done.exit_code, "is the model itself" in done.stderr) == (2, True)


def test_a_study_is_not_written_over(compared):
    before = compared.read_bytes()
    done = typed("study", "export", compared, "-o", compared)
    assert (done.exit_code, "is the study itself" in done.stderr) == (2, True)
    assert compared.read_bytes() == before


def test_a_run_that_is_not_there(compared):
    done = typed("study", "show", compared, "2")
    assert (done.exit_code, "pair.study has no run 2" in done.stderr) == (2, True)


def test_a_study_that_is_being_written_is_refused_and_can_be_read(compared):
    with Study.open(compared):
        done = typed("compare", *VARIED, "--study", compared)
        assert (done.exit_code, f"process {os.getpid()}" in done.stderr) == (2, True)
        assert typed("study", "show", compared).exit_code == 0
    assert typed("compare", *VARIED, "--study", compared).exit_code == 0


def test_a_newer_study_is_refused(compared):
    with sqlite3.connect(compared) as connection:
        connection.execute("PRAGMA user_version = 9")
    connection.close()
    done = typed("compare", *VARIED, "--study", compared)
    assert (done.exit_code, "a newer hasim made it" in done.stderr) == (2, True)
