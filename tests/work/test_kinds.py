"""Requests carried out: the same answers as those of the commands, as pages show them."""

import json
import shlex
import time
from pathlib import Path

import pytest

import hasim
from hasim.solving import Progress
from hasim.store import Desk, Study
from hasim.work.carrying_out import Job, carry_out
from tests.cli.typed import typed

pytestmark = pytest.mark.normal

PAIR = "name: pair\ncomponents:\n  web: {replicas: 2, mtbf: 1000 h, mttr: 10 h}\n"
MODELS = Path(__file__).parents[2] / "models"


def model(text, name="pair", folder=None):
    return {"name": name, "text": text, "folder": folder}


@pytest.fixture
def study(tmp_path):
    path = tmp_path / "a.study"
    Desk.create(path, "a").close()
    return path


def done(path, kind, **arguments):
    with Desk.open(path) as desk:
        number = desk.ask(kind, arguments)
    carry_out(path, number, threads=1)
    with Desk.open(path) as desk:
        return desk.request(number), desk.answer(number)


def test_a_run_is_that_of_the_command(study):
    request, answer = done(study, "run", model=model(PAIR), seed=3)
    assert request.status == "done"
    solution = hasim.solve(hasim.load(MODELS / "pair.yaml"), seed=3, sla=True)
    assert answer["document"] == json.loads(json.dumps(solution.to_dict()))
    assert answer["exit_status"] == 0
    (run,) = runs_of(study)
    assert (run.kind, run.status) == ("run", "done")


@pytest.mark.parametrize("name", ["pair", "a; b $(c)", "it's"])
def test_the_command_that_is_told_gives_the_same_document(study, tmp_path, name):
    asked = {"engine": "montecarlo", "seed": 3, "precision": 0.1, "max_time": 30.0, "sla": False}
    request, answer = done(study, "run", model=model(PAIR, name), **asked)
    assert request.status == "done"
    (command,) = commands_in(answer["exhibition"])
    words = shlex.split(command)
    assert words[:3] == ["hasim", "run", f"{name}.yaml"]
    file = tmp_path / words[2]
    file.write_text(PAIR)
    said = typed("run", file, *words[3:], "--json")
    assert json.loads(said.stdout) == answer["document"]


def commands_in(shown):
    """The commands anywhere in an exhibition."""
    match shown:
        case str() if shown.startswith("hasim run"):
            return {shown}
        case dict():
            return commands_in(list(shown.values()))
        case list():
            return set().union(*map(commands_in, shown))
    return set()


def test_a_request_of_a_kind_that_is_not_known_fails_in_words(study):
    request, answer = done(study, "divine")
    assert (request.status, answer) == ("failed", None)
    assert request.message.startswith("this hasim knows no request divine")


def test_later_news_are_further_apart(study):
    with Desk.open(study) as desk, Study.open(study) as opened:
        number = desk.ask("run", {})
        job = Job(desk.request(number), opened, 1, desk)
        for spent, told in ((600.0, 0), (10.0, 1)):
            job._begun, job._told = time.monotonic() - spent, time.monotonic() - 1.0
            job.tell(Progress(replications=1, precision=0.1, seconds_left=1.0, figures=()))
            assert len(desk.news(number)) == told


def runs_of(path):
    with Study.read(path) as study:
        return study.runs()


def test_a_simulated_run_keeps_its_chunks_and_is_not_computed_twice(study):
    asked = {"model": model(PAIR), "engine": "montecarlo", "sla": False}
    _, first = done(study, "run", **asked)
    with Study.read(study) as opened:
        kept = opened.chunks
    _, again = done(study, "run", **asked)
    with Study.read(study) as opened:
        assert opened.chunks == kept > 0
    assert first["document"] == again["document"]


def test_drafts_are_compared_and_a_key_is_varied(study):
    three = PAIR.replace("replicas: 2", "replicas: 3")
    request, answer = done(study, "compare", models=[model(PAIR), model(three, "three")])
    assert request.models == ("pair", "three")
    assert list(answer["document"]["candidates"]) == ["pair", "three"]
    _, varied = done(study, "compare", model=model(PAIR), vary=["components.web.replicas=2,3"])
    assert len(varied["document"]["candidates"]) == 2


def test_a_model_is_sized_and_its_picks_can_be_applied(study):
    text = PAIR + "options:\n  components.web.replicas: [1, 2, 3]\n"
    request, answer = done(study, "size", model=model(text), targets=["availability=99.95%"])
    assert request.status == "done"
    first = answer["exhibition"]["picks"][0]
    assert first["settings"] == [["components.web.replicas", "2"]]


def test_a_search_that_is_stopped_says_what_is_known(study):
    text = PAIR + "options:\n  components.web.replicas: [1, 2, 3]\n"
    with Desk.open(study) as desk:
        number = desk.ask("size", {"model": model(text), "targets": ["availability=99.95%"]})
        desk.wish_to_stop(number)
    carry_out(study, number, threads=1)
    with Desk.open(study) as desk:
        request, answer = desk.request(number), desk.answer(number)
    assert request.status == "stopped"
    assert request.message.startswith("stopped: 3 of 3 designs are open")
    (words,) = answer["exhibition"]["sections"][0]["items"]
    assert words["lines"][1] == "no design is decided yet"


def test_a_report_is_a_page(study):
    _, answer = done(study, "report", models=[model(PAIR)])
    assert "<title>pair: availability</title>" in answer["html"]


def test_a_model_of_a_folder_reads_what_is_in_it_and_one_of_none_reads_nothing(study, tmp_path):
    (tmp_path / "times.yaml").write_text("parameters: {repair: 10 h}\n")
    text = "include: [times.yaml]\n" + PAIR.replace("mttr: 10 h", "mttr: '${repair}'")
    request, _ = done(study, "report", models=[model(text)])
    assert request.status == "failed"
    assert "times.yaml" in request.message
    request, _ = done(study, "report", models=[model(text, folder=str(tmp_path))])
    assert request.status == "done"


def test_an_objective_that_is_missed_is_an_answer(study):
    text = PAIR + "services:\n  s: {needs: [web], objectives: {availability: 99.99999 %}}\n"
    request, answer = done(study, "run", model=model(text))
    assert (request.status, answer["exit_status"]) == ("done", 1)


def test_a_run_without_time_tells_its_limit(study):
    request, _ = done(
        study, "run", model=model((MODELS / "shop.yaml").read_text()), max_time=0.0, sla=False
    )
    assert request.status in ("limit", "failed")
    assert request.message


def test_an_unknown_kind_ends_with_a_message(study):
    request, answer = done(study, "conjure", model=model(PAIR))
    assert (request.status, answer) == ("failed", None)
    assert "conjure" in request.message
