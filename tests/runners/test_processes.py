"""Processes of this machine: order, deaths, Ctrl-C, and nothing that stays behind."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from itertools import count

import psutil
import pytest

from hasim.errors import InputError, SolveError, WorkerError
from hasim.runners import Processes
from tests.runners.works import (
    CannotBeRead,
    Dies,
    Fails,
    Square,
    Talks,
    Waits,
    WhoWorks,
    numbers,
)

pytestmark = pytest.mark.normal

SQUARES = [n * n for n in range(12)]


@pytest.fixture(scope="module")
def two():
    with Processes(2) as processes:
        yield processes


def test_results_come_in_the_order_of_chunks(two):
    assert numbers(two.map(Square(0.02), range(12))) == SQUARES


def test_no_chunks_give_no_results(two):
    assert list(two.map(Square(), [])) == []


def test_the_work_is_done_elsewhere_by_the_same_processes(two):
    workers = {*numbers(two.map(WhoWorks(), range(20)))}
    assert os.getpid() not in workers
    assert {*numbers(two.map(WhoWorks(), range(20)))} <= workers | {*_children()}
    assert len(workers) <= 2


def test_chunks_are_taken_as_they_are_needed(two):
    with closing(two.map(Square(), count())) as results:
        assert numbers([next(results), next(results)]) == [0, 1]


def test_an_error_reaches_the_caller(two):
    with pytest.raises(SolveError, match="round in a circle"):
        list(two.map(Fails(3, SolveError("round in a circle")), range(10)))
    assert numbers(two.map(Square(), range(12))) == SQUARES


def test_a_process_that_dies_is_replaced_and_its_chunk_done_again(two, tmp_path):
    work = Dies(tmp_path / "deaths", at=5, times=2)
    assert numbers(two.map(work, range(12))) == SQUARES
    assert work.file.stat().st_size == 3


def test_a_chunk_that_kills_whoever_does_it_is_named(two, tmp_path):
    work = Dies(tmp_path / "deaths", at=5, times=99)
    with pytest.raises(WorkerError, match="chunk 5: 3 worker processes died at it"):
        list(two.map(work, range(12)))
    assert work.file.stat().st_size == 3


def test_a_process_killed_from_outside_harms_nothing(two):
    for worker in {*numbers(two.map(WhoWorks(), range(4)))}:
        os.kill(worker, signal.SIGKILL)
    assert numbers(two.map(Square(), range(12))) == SQUARES


def test_no_result_is_waited_for_after_the_moment_given(two, tmp_path):
    file = tmp_path / "wait"
    file.touch()
    results = two.map(Waits(file), range(5), until=time.monotonic() + 5.0)
    assert numbers([next(results)]) == [0]
    late = two.map(Waits(file), [1], until=time.monotonic() + 0.05)
    with pytest.raises(TimeoutError):
        next(late)
    file.unlink()
    results.close()


def test_closing_ends_processes_in_the_midst_of_a_chunk(tmp_path):
    file = tmp_path / "wait"
    file.touch()
    before = {*_children()}
    with Processes(2) as processes:
        results = processes.map(Waits(file), range(4))
        next(results)
        assert {*_children()} - before
    assert {*_children()} == before


def test_what_the_work_prints_is_no_answer(two, capfd):
    assert numbers(two.map(Talks(), range(3))) == [0, 1, 2]
    assert capfd.readouterr().out == ""


def test_what_cannot_travel_is_refused(two):
    with pytest.raises(InputError, match="the work cannot travel to another process"):
        two.map(lambda chunk: chunk, [1])


def test_what_cannot_be_read_there_is_an_error_here(two):
    with pytest.raises(ValueError, match="no number"):
        list(two.map(CannotBeRead(), [1]))


SCRIPT = """
from itertools import count
from hasim.runners import Processes
from tests.runners.works import WhoWorks

with Processes(2) as processes:
    for (worker,) in processes.map(WhoWorks(), count()):
        print(int(worker[0]), flush=True)
"""


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_program(kind, tmp_path):
    """The script has no guard: it is not imported by its processes."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    program = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    lines = iter(program.stdout.readline, "")
    workers = {int(next(lines))}
    while len(workers) < 2:
        workers.add(int(next(lines)))
    alive = [psutil.Process(worker) for worker in workers]
    os.killpg(program.pid, kind)  # as a terminal does: to all of the group
    _, said = program.communicate(timeout=10)
    assert psutil.wait_procs(alive, timeout=5)[1] == []
    assert said.count("Traceback") == (kind == signal.SIGINT)  # that of the script alone


def _children():
    return [child.pid for child in psutil.Process().children()]
