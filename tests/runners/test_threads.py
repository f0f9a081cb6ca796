"""Serial and Threads: order, laziness, and what happens when something goes wrong."""

import threading
import time
from contextlib import closing

import pytest

from hasim.runners import MOST_THREADS, Serial, Threads, available_processors, choose_runner

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


@pytest.mark.parametrize("runner", RUNNERS, ids=str)
def test_no_result_is_waited_for_after_the_moment_given(runner):
    with pytest.raises(TimeoutError):
        list(runner.map(sum, endless_work(), until=time.monotonic()))


def endless_work():
    while True:
        yield (1, 2)


@pytest.fixture
def stuck():
    """A chunk of work that takes as long as the test."""
    over = threading.Event()
    yield lambda chunk: over.wait() if chunk else chunk
    over.set()


def test_a_chunk_at_work_does_not_hold_up_the_caller(stuck):
    results = Threads(2).map(stuck, [0, 1, 0], until=time.monotonic() + 0.05)
    assert next(results) == 0
    with pytest.raises(TimeoutError):
        next(results)


def test_a_caller_that_leaves_does_not_wait(stuck):
    with closing(Threads(2).map(stuck, [0, 1, 1, 1])) as results:
        assert next(results) == 0


@pytest.mark.parametrize("seconds", [1e10, float("inf")])
def test_a_moment_that_no_clock_reaches_is_no_limit(seconds):
    assert list(Threads(2).map(abs, [-1, -2], until=time.monotonic() + seconds)) == [1, 2]


def test_the_number_of_threads_chooses_the_runner():
    assert choose_runner(1) == Threads(1)
    assert choose_runner(4) == Threads(4)
    assert choose_runner(10**9) == Threads(MOST_THREADS)
    assert available_processors() >= 1
    assert choose_runner(None) == Threads(available_processors())
