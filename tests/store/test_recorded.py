"""A runner with a memory: order, what is computed, and what becomes of it when it ends early."""

import threading
from contextlib import closing
from itertools import count

import numpy as np
import pytest

from hasim.errors import StudyError
from hasim.runners import Serial, Threads
from hasim.store import Recorded, Study


class Squares:
    """Work that notes what it does."""

    def __init__(self):
        self.done = []

    def __call__(self, chunk):
        self.done.append(chunk)
        return (np.array([chunk * chunk]),)

    def key(self, chunk):
        return f"square of {chunk}"


@pytest.fixture
def study(tmp_path):
    with Study.open(tmp_path / "a.study") as study:
        yield study


RUNNERS = [Serial(), Threads(1), Threads(3)]


def values(results):
    return [int(result[0][0]) for result in results]


@pytest.mark.parametrize("runner", RUNNERS, ids=str)
@pytest.mark.parametrize(
    "kept", [(), (0, 1, 2), (3,), (0, 2, 5, 6, 19), (18, 19), range(20)], ids=str
)
def test_only_what_is_missing_is_computed_and_all_comes_in_order(study, runner, kept):
    for chunk in kept:
        study.keep(f"square of {chunk}", (np.array([chunk * chunk]),))
    work = Squares()
    assert values(Recorded(runner, study).map(work, range(20))) == [n * n for n in range(20)]
    assert sorted(work.done) == [n for n in range(20) if n not in kept]
    assert study.chunks == 20


def test_the_second_time_nothing_is_computed(study):
    runner, work = Recorded(Threads(2), study), Squares()
    first = values(runner.map(work, range(9)))
    assert values(runner.map(work, range(9))) == first
    assert sorted(work.done) == list(range(9))


@pytest.mark.parametrize("runner", RUNNERS, ids=str)
def test_closing_early_keeps_what_came(study, runner):
    with closing(Recorded(runner, study).map(Squares(), count())) as results:
        assert values([next(results), next(results)]) == [0, 1]
    assert study.chunks == 2


@pytest.mark.parametrize("runner", RUNNERS, ids=str)
def test_an_error_reaches_the_caller_and_what_came_before_is_kept(study, runner):
    class Failing(Squares):
        def __call__(self, chunk):
            if chunk == 3:
                raise ValueError("three")
            return super().__call__(chunk)

    with pytest.raises(ValueError, match="three"):
        list(Recorded(runner, study).map(Failing(), range(9)))
    assert study.chunks == 3


@pytest.fixture
def stuck():
    """Squares that are not there as long as the test lasts."""
    over = threading.Event()

    class Stuck(Squares):
        def __call__(self, chunk):
            over.wait()
            return super().__call__(chunk)

    yield Stuck()
    over.set()


@pytest.mark.parametrize("runner", RUNNERS, ids=str)
def test_what_is_kept_comes_even_when_the_time_is_up(study, runner, stuck):
    recorded = Recorded(runner, study)
    list(recorded.map(Squares(), range(3)))
    late = recorded.map(stuck, count(), until=0.0)
    assert values([next(late) for _ in range(3)]) == [0, 1, 4]
    with pytest.raises(TimeoutError):
        next(late)


def test_a_full_disk_ends_the_work(study):
    list(Recorded(Serial(), study).map(Squares(), range(3)))
    study._connection.execute("PRAGMA query_only = 1")
    with pytest.raises(StudyError):
        list(Recorded(Serial(), study).map(Squares(), range(9)))
    assert study.chunks == 3
