"""`hasim report`: what is written, what is refused, and with which exit status."""

from pathlib import Path

import pytest

from tests.cli.typed import PAIR, SHOP, typed


@pytest.mark.normal
def test_a_report_is_written_with_its_folder_and_figures(tmp_path):
    page, figures = tmp_path / "build" / "report.html", tmp_path / "figures"
    done = typed("report", PAIR, "-o", page, "--figures", figures, "--seed", 3)
    assert (done.exit_code, done.stderr) == (0, "")
    assert f"{page} is written" in done.stdout
    text = page.read_text()
    assert f"hasim run {PAIR} --seed 3 --precision 5% --engine auto --max-time 60s" in text
    assert "components:" in text
    assert sorted(one.suffix for one in figures.iterdir()).count(".svg") >= 3
    assert (figures / "topology.svg").read_text().startswith("<svg")


@pytest.mark.normal
def test_the_exit_status_is_the_worst_of_the_models(tmp_path):
    page = tmp_path / "report.html"
    setting = "services.checkout.objectives.availability=99.9999 %"
    limits = ("--precision", "30%", "--max-time", "4s")
    words = ("report", SHOP, "-o", page, *limits, "--set", setting)
    assert typed(*words).exit_code == 1
    text = page.read_text()
    assert "MISSED" in text
    assert "--set &#x27;services.checkout.objectives.availability=99.9999 %&#x27;" in text


@pytest.mark.normal
def test_models_of_one_name_are_told_apart(tmp_path):
    page = tmp_path / "report.html"
    copy = tmp_path / "copy.yaml"
    copy.write_text(Path(PAIR).read_text())
    assert typed("report", PAIR, copy, "-o", page).exit_code == 0
    text = page.read_text()
    assert f"({copy})" in text
    assert f"({PAIR})" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "MODEL"),
        (("no-such-file.yaml",), "no-such-file.yaml"),
        ((PAIR, "-o", ""), "its name is empty"),
        ((PAIR, "-o", "."), "it is a folder"),
        ((PAIR, "-o", f"{PAIR}/report.html"), "the folder"),
        ((PAIR, "--figures", PAIR), "cannot be made: file exists"),
        ((PAIR, "--precision", "many"), "--precision"),
        ((PAIR, "--max-time", "5"), "--max-time"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_used_is_refused_before_any_work(words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = typed("report", *words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_model_is_never_written_over(tmp_path):
    file = tmp_path / "pair.yaml"
    file.write_text(Path(PAIR).read_text())
    done = typed("report", PAIR, file, "-o", file)
    assert done.exit_code == 2
    assert "is the model itself" in done.stderr
    assert file.read_text() == Path(PAIR).read_text()


def test_all_findings_of_a_wrong_model_are_told(tmp_path):
    file = tmp_path / "wrong.yaml"
    file.write_text("name: x\ncomponents: {web: {replicas: 0, mtbf: 5}}\n")
    done = typed("report", PAIR, file, "-o", tmp_path / "report.html")
    assert done.exit_code == 2
    assert done.stderr.count("wrong.yaml") == 2
