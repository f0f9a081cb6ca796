"""A Dask cluster on the loopback."""

import logging
import time
from contextlib import contextmanager

from distributed import LocalCluster

#: Seconds that a worker which died may take to come back, on a busy machine.
_RESTART_SECONDS = 60.0


@contextmanager
def start_cluster(workers=2):
    """Start a scheduler in this process and workers in others, all on free ports."""
    with LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs=logging.CRITICAL,
    ) as cluster:
        try:
            yield cluster
        finally:
            _wait_for_restarts(cluster)


def _wait_for_restarts(cluster):
    """Wait until all workers that died are back.

    Dask 2026.8 takes a worker that dies within 0.05 s of its start for one that runs while the
    next is being started, and fails when it has to close a process that is not there yet.
    """
    until = time.monotonic() + _RESTART_SECONDS
    while len(cluster.scheduler.workers) < len(cluster.worker_spec):
        assert time.monotonic() < until, "a worker that died did not come back"
        time.sleep(0.01)
