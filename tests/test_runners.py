"""Runners: order, laziness, and what happens when something goes wrong."""

import threading
import time
from contextlib import closing

import pytest

from hasim.runners import Serial, Threads, available_processors, choose_runner

RUNNERS = [Serial(), Threads(1), Threads(3)]


@pytest.mark.parametrize("runner", RUNNERS, ids=str)
def test_results_come_in_the_order_of_chunks(runner):
    def slow_if_even(chunk):
        time.sleep(0.002 if chunk % 2 == 0 else 0.0)
        return chunk * chunk

    assert list(runner.map(slow_if_even, range(20))) == [n * n for n in range(20)]


@pytest.mark.parametrize("runner", RUNNERS, ids=str)
def test_no_chunks_give_no_results(runner):
    assert list(runner.map(abs, [])) == []


@pytest.mark.parametrize("runner", RUNNERS, ids=str)
def test_an_error_reaches_the_caller(runner):
    def fail_at_three(chunk):
        if chunk == 3:
            raise ValueError("three")
        return chunk

    with pytest.raises(ValueError, match="three"):
        list(runner.map(fail_at_three, range(10)))


@pytest.mark.parametrize("runner", RUNNERS, ids=str)
def test_closing_early_leaves_the_rest_undone(runner):
    begun = []

    def note(chunk):
        begun.append(chunk)
        return chunk

    with closing(runner.map(note, range(1000))) as results:
        assert next(results) == 0
    assert len(begun) < 20


def test_threads_work_at_the_same_time():
    both = threading.Barrier(2, timeout=5)
    assert list(Threads(2).map(lambda _: both.wait() >= 0, range(2))) == [True, True]


def test_the_number_of_threads_chooses_the_runner():
    assert choose_runner(1) == Serial()
    assert choose_runner(4) == Threads(4)
    assert available_processors() >= 1
    assert choose_runner(None) in (Serial(), Threads(available_processors()))
