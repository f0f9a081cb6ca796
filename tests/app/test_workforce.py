"""Workers: bounded, one for each study, started again when they are killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from hasim.app import workforce as workforce_module
from hasim.app.workforce import Workforce, _tell_stop
from hasim.store import Desk

pytestmark = pytest.mark.normal

PAIR = "name: pair\ncomponents:\n  web: {replicas: 2, mtbf: 1000 h, mttr: 10 h}\n"
SHOP = (Path(__file__).parents[2] / "models" / "shop.yaml").read_text()

HUGE = """\
name: huge
components:
  web: {replicas: 100000, failures: {wear: {after: "weibull(shape 2, mean 1 year)", repair: 4 h}}}
"""

#: More than a test waits for, unless somebody stops it.
LONG = {"engine": "montecarlo", "precision": 0.0005, "max_time": 60.0, "sla": False}


def report_of(text, **arguments):
    return {"models": [{"name": "model", "text": text, "folder": None}], **arguments}


@pytest.fixture
def workforce():
    force = Workforce(1)
    yield force
    force.close()


@pytest.fixture
def study(tmp_path):
    path = tmp_path / "a.study"
    Desk.create(path, "a").close()
    return path


def ask(path, arguments, kind="report"):
    with Desk.open(path) as desk:
        return desk.ask(kind, arguments)


def wait_for(what, seconds=60.0):
    """Look until something is so."""
    until = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.05)
    return found


def status_of(path, number):
    with Desk.open(path) as desk:
        return desk.request(number).status


def workers_of(path):
    """The processes that work on a study."""
    found = subprocess.run(["pgrep", "-f", str(path)], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


def end_of(path, number):
    wait_for(lambda: status_of(path, number) not in ("waiting", "running"))
    with Desk.open(path) as desk:
        return desk.request(number), desk.answer(number), desk.news(number)


def test_a_request_is_answered(workforce, study):
    number = ask(study, report_of(PAIR))
    workforce.submit(study, number)
    request, answer, _ = end_of(study, number)
    assert (request.status, request.message) == ("done", "the report is written")
    assert answer["html"].startswith("<!DOCTYPE html>")
    assert request.begun <= request.ended
    wait_for(lambda: not workforce.knows(study, number))


def test_what_is_wrong_about_a_model_ends_its_request_with_all_findings(workforce, study):
    number = ask(study, report_of("name: a\ncomponents: {web: {mtbf: 3, replicas: none}}\n"))
    workforce.submit(study, number)
    request, answer, _ = end_of(study, number)
    assert request.status == "failed"
    assert answer is None
    assert "model.yaml:2:" in request.message
    assert request.message.count("components.web.") == 2


def test_one_of_a_study_is_worked_on_and_others_stand_in_line(workforce, study, tmp_path):
    other = tmp_path / "b.study"
    Desk.create(other, "b").close()
    first, second, third = ask(study, report_of(SHOP, **LONG)), ask(study, report_of(PAIR)), 1
    ask(other, report_of(PAIR))
    for path, number in ((study, first), (study, second), (other, third)):
        workforce.submit(path, number)
    wait_for(lambda: status_of(study, first) == "running")
    assert [status_of(study, second), status_of(other, third)] == ["waiting", "waiting"]
    assert workforce.ahead_of(study, second) == 0
    assert workforce.ahead_of(other, third) == 1
    with Desk.open(study) as desk:
        desk.wish_to_stop(first)
    assert end_of(other, third)[0].status == "done"
    assert end_of(study, first)[0].status == "stopped"
    assert end_of(study, second)[0].status == "done"


@pytest.mark.parametrize("death", [None, "the worker took longer than a run may"])
def test_what_is_asked_again_while_its_worker_leaves_is_worked_on_again(
    workforce, study, death, monkeypatch
):
    leaves = threading.Event()
    deaths = iter([death])
    wait = workforce_module._wait

    def wait_until_it_leaves(*args):
        why = wait(*args)
        assert leaves.wait(60)
        return next(deaths, why)

    monkeypatch.setattr(workforce_module, "_wait", wait_until_it_leaves)
    number = ask(study, report_of(SHOP, **LONG))
    workforce.submit(study, number)
    wait_for(lambda: status_of(study, number) == "running")
    with Desk.open(study) as desk:
        desk.wish_to_stop(number)
        assert end_of(study, number)[0].status == "stopped"
        desk.wait_again(number)
        for _ in range(2):
            workforce.submit(study, number)
        leaves.set()
        wait_for(lambda: status_of(study, number) == "running")
        desk.wish_to_stop(number)
    assert end_of(study, number)[0].status == "stopped"
    wait_for(lambda: not workforce.knows(study, number))


def test_a_worker_that_is_killed_is_started_again_and_goes_on(workforce, study):
    number = ask(study, report_of(SHOP, **{**LONG, "precision": 0.02, "max_time": 600.0}))
    workforce.submit(study, number)
    (worker,) = wait_for(lambda: workers_of(study))
    wait_for(lambda: end_of_chunks(study) > 2)
    os.kill(worker, signal.SIGKILL)
    kept = end_of_chunks(study)
    request, answer, news = end_of(study, number)
    assert request.status == "done"
    assert answer["html"]
    assert any("was killed (SIGKILL); another goes on" in one.get("note", "") for one in news)
    assert end_of_chunks(study) > kept


def end_of_chunks(path):
    from hasim.store import Study

    with Study.read(path) as study:
        return study.chunks


def test_who_waits_can_be_stopped_before_anybody_works_on_it(workforce, study):
    first, second = ask(study, report_of(SHOP, **LONG)), ask(study, report_of(PAIR))
    workforce.submit(study, first)
    workforce.submit(study, second)
    with Desk.open(study) as desk:
        desk.wish_to_stop(second)
        desk.wish_to_stop(first)
    request, answer, _ = end_of(study, second)
    assert (request.status, answer) == ("stopped", None)
    assert request.message == "stopped before a worker had begun, so nothing is known yet: Go on"


def test_a_stop_without_an_answer_tells_how_far_it_was(study):
    with Desk.open(study) as desk:
        number = desk.ask("size", {})
        desk.tell(number, {"spent_s": 1.0, "left_s": 9.0, "about": "10 of 40 designs decided"})
        told = _tell_stop(desk, number)
    assert told == (
        "stopped before there was an answer (10 of 40 designs decided); what was computed is "
        "kept: Go on"
    )


def test_a_worker_without_enough_memory_says_so(study):
    force = Workforce(1, memory=300 * 2**20)
    number = ask(study, report_of(HUGE, **LONG))
    force.submit(study, number)
    request, _, _ = end_of(study, number)
    force.close()
    assert request.status == "failed"
    assert "memory" in request.message


def test_a_worker_ends_with_who_started_it(study):
    number = ask(study, report_of(SHOP, **LONG))
    words = [sys.executable, "-m", "hasim.work", str(study), str(number), "--tied"]
    with subprocess.Popen(words, stdin=subprocess.PIPE) as process:
        wait_for(lambda: status_of(study, number) == "running")
        process.stdin.close()
        assert process.wait(20) == 1
    with Desk.open(study) as desk:
        assert desk.request(number).is_open
        assert not desk.is_at_work


def test_closing_ends_workers_and_forgets_who_waits(study):
    force = Workforce(1)
    numbers = [ask(study, report_of(SHOP, **LONG)) for _ in range(2)]
    for number in numbers:
        force.submit(study, number)
    wait_for(lambda: status_of(study, numbers[0]) == "running")
    force.close()
    wait_for(lambda: not workers_of(study))
    wait_for(lambda: not force.knows(study, numbers[0]))
    assert status_of(study, numbers[1]) == "waiting"


SERVER = """\
import sys, time
from pathlib import Path
from hasim.app.workforce import Workforce
from hasim.store import Desk
force = Workforce(1)
force.submit(Path(sys.argv[1]), int(sys.argv[2]))
with Desk.open(Path(sys.argv[1])) as desk:
    while desk.request(int(sys.argv[2])).status == "waiting":
        time.sleep(0.05)
"""


def test_a_server_that_ends_waits_for_nobody(study):
    number = ask(study, report_of(SHOP, **LONG))
    subprocess.run([sys.executable, "-c", SERVER, str(study), str(number)], check=True, timeout=50)
    wait_for(lambda: not workers_of(study))
    assert status_of(study, number) == "running"
