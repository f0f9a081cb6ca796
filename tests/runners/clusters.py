"""A Dask cluster on the loopback."""

import logging

from distributed import LocalCluster


def start_cluster(workers=2):
    """Start a scheduler in this process and workers in others, all on free ports."""
    return LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs=logging.CRITICAL,
    )
