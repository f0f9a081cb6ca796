"""A Dask cluster on the loopback: order, deaths, and one clear message for whatever is wrong."""

import gc
import socket
import threading
import time
from contextlib import closing
from itertools import count

import dask
import pytest

from hasim import __version__
from hasim.errors import InputError, SolveError, WorkerError
from hasim.runners import Dask, cluster
from tests.runners.clusters import start_cluster
from tests.runners.works import CannotBeRead, Dies, Fails, Square, Waits, WhoWorks, numbers

pytestmark = pytest.mark.normal

SQUARES = [n * n for n in range(12)]


@pytest.fixture(scope="module")
def local():
    with start_cluster() as started:
        yield started


@pytest.fixture(scope="module")
def two(local):
    with Dask(local.scheduler_address) as runner:
        yield runner


def test_results_come_in_the_order_of_chunks(two):
    assert numbers(two.map(Square(0.02), range(12))) == SQUARES


def test_short_chunks_go_several_to_a_task(two):
    assert numbers(two.map(Square(), range(1000))) == [n * n for n in range(1000)]
    assert two._past.chunks_in_task > 1


def test_what_is_left_over_by_a_task_is_done_by_others(two, monkeypatch):
    monkeypatch.setattr(two._past, "seconds", 0.01)  # wrongly
    assert numbers(two.map(Square(1.2), range(12))) == SQUARES


def test_chunks_are_taken_as_they_are_needed(two):
    with closing(two.map(Square(), count())) as results:
        assert numbers([next(results), next(results)]) == [0, 1]


def test_no_chunks_give_no_results(two):
    assert list(two.map(Square(), [])) == []


def test_an_error_reaches_the_caller(two):
    with pytest.raises(SolveError, match="round in a circle"):
        list(two.map(Fails(3, SolveError("round in a circle")), range(10)))
    assert numbers(two.map(Square(), range(12))) == SQUARES


def test_no_result_is_waited_for_after_the_moment_given(two, tmp_path):
    file = tmp_path / "wait"
    file.touch()
    results = two.map(Waits(file), [1], until=time.monotonic() + 0.2)
    with pytest.raises(TimeoutError):
        next(results)
    file.unlink()


def test_the_chunk_of_a_worker_that_dies_is_done_again(two, tmp_path):
    work = Dies(tmp_path / "deaths", at=5, times=1)
    assert numbers(two.map(work, range(12))) == SQUARES
    assert work.file.stat().st_size == 2


def test_what_cannot_travel_or_be_read_is_an_error_here(two):
    with pytest.raises(InputError, match="the work cannot travel to another process"):
        two.map(lambda chunk: chunk, [1])
    with pytest.raises(ValueError, match="no number"):
        list(two.map(CannotBeRead(), [1]))


def test_a_worker_with_another_version_is_refused(local, two, monkeypatch):
    monkeypatch.setattr(cluster, "__version__", "9.9.9")
    with Dask(local.scheduler_address) as newer, pytest.raises(InputError) as found:
        newer.map(Square(), [1])
    assert f"run hasim {__version__}, and here it is 9.9.9" in str(found.value)
    with pytest.raises(InputError, match=r"and here it is 9\.9\.9"):  # one that came later
        list(two.map(Square(), [1]))


def test_a_chunk_that_kills_whoever_does_it_is_named(tmp_path):
    few = dask.config.set({"distributed.scheduler.allowed-failures": 1})
    with few, start_cluster(1) as one, Dask(one.scheduler_address) as runner:
        work = Dies(tmp_path / "deaths", at=0, times=99)
        with pytest.raises(WorkerError, match="chunk 0 or soon after: workers of the cluster died"):
            list(runner.map(work, range(1)))
    assert work.file.stat().st_size == 2


def test_a_lost_scheduler_is_one_message():
    with Dask("") as runner:
        with start_cluster(1) as one:
            runner.address = one.scheduler_address
            results = runner.map(WhoWorks(), count())
            next(results)
        with pytest.raises(WorkerError, match=r"was lost when .* chunks had come back"):
            list(results)
        with pytest.raises(WorkerError, match=r"scheduler was lost when [\d,]+ chunks"):
            list(runner.map(WhoWorks(), range(3)))


def test_a_cluster_without_workers_is_told(monkeypatch):
    monkeypatch.setattr(cluster, "FIRST_WORKER_SECONDS", 0.2)
    told = pytest.raises(InputError, match="has no workers; at least one; start some")
    with start_cluster(0) as none, Dask(none.scheduler_address) as runner, told:
        runner.map(Square(), [1])


def test_workers_that_leave_for_good_are_told(monkeypatch):
    monkeypatch.setattr(cluster, "NO_WORKER_SECONDS", 0.5)
    monkeypatch.setattr(cluster, "_LOOK_SECONDS", 0.2)
    with start_cluster(1) as one, Dask(one.scheduler_address) as runner:
        results = runner.map(Square(0.01), count())
        next(results)
        one.scale(0)
        with pytest.raises(WorkerError, match="has had no worker for"):
            list(results)


@pytest.fixture
def collected():
    """Clients that failed are closed when they are collected: not while another one starts."""
    yield
    gc.collect()


@pytest.mark.usefixtures("collected")
@pytest.mark.parametrize("address", ["nonsense", "foo://x:3", "tcp://127.0.0.1:no", ""])
def test_what_is_no_address_is_told(address):
    with pytest.raises(InputError, match="there is no Dask scheduler at"):
        Dask(address).map(Square(), [1])


@pytest.mark.usefixtures("collected")
def test_an_address_where_nobody_answers_is_told(monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(InputError, match=f"there is no Dask scheduler at 127.0.0.1:{port}"):
        Dask(f"127.0.0.1:{port}").map(Square(), [1])


@pytest.mark.usefixtures("collected")
def test_an_address_where_something_else_answers_is_told():
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_answer_as_another, args=(server,))
        thread.start()
        with pytest.raises(InputError, match="what answers there is something else"):
            Dask(f"127.0.0.1:{server.getsockname()[1]}").map(Square(), [1])
        thread.join()


@pytest.mark.usefixtures("collected")
def test_an_address_where_who_listens_says_nothing_is_told(monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.1)
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        pytest.raises(InputError, match="who listens there says nothing"),
    ):
        Dask(f"127.0.0.1:{server.getsockname()[1]}").map(Square(), [1])


def _answer_as_another(server):
    caller, _ = server.accept()
    with caller:
        caller.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 10)
        caller.recv(1000)
