"""What a Dask cluster costs over processes of this machine.

`scale.dask_overhead`: 1,000 chunks of the shop, some 12 ms of simulation each, through a local
cluster of two workers over the same through `Processes(2)`, by the clock on the wall. Both have
done some chunks before, so that kernels are loaded. The two take turns, and the least of each
counts. The results are compared, bit for bit.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path

from hasim import compiler, load
from hasim.runners import Dask, Processes, Runner
from hasim.solving.pieces import Replications
from hasim.solving.players import KernelPlayer

_SHOP = Path(__file__).parent.parent / "models" / "shop.yaml"
YEAR = 365 * 86_400.0

CHUNKS, YEARS = 1000, 380

#: Times that each has its turn.
TURNS = 2


def measure_scale() -> dict[str, float]:
    """The figure with a target, and the seconds behind it."""
    from distributed import LocalCluster

    work = Replications(KernelPlayer.of(compiler.compile(load(_SHOP))), 1, YEAR, YEARS * YEAR)
    cluster = LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs=logging.CRITICAL,
    )
    best: dict[str, float] = {}
    with cluster, Dask(cluster.scheduler_address) as dask, Processes(2) as processes:
        runners: dict[str, Runner] = {"processes": processes, "dask": dask}
        given = {name: _bits(runner, work, 40) for name, runner in runners.items()}
        assert given["dask"] == given["processes"]
        for name in list(runners) * TURNS:
            start = time.perf_counter()
            _bits(runners[name], work, CHUNKS)
            best[name] = min(best.get(name, float("inf")), time.perf_counter() - start)
    figures = {f"seconds.scale.{name}": seconds for name, seconds in best.items()}
    return figures | {"scale.dask_overhead": best["dask"] / best["processes"]}


def _bits(runner: Runner, work: Replications, chunks: int) -> list[bytes]:
    """What some chunks give."""
    numbers = (range(number, number + 1) for number in range(chunks))
    return [array.tobytes() for batch in runner.map(work, list(numbers)) for array in batch]
