"""`make bench`: ratios of CPU time inside one run, as a table and in benchmarks/latest.json."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import hand_loops, simpy_models
from benchmarks.app import measure_app
from benchmarks.compiled import shops
from benchmarks.exact import measure_exact, measure_one
from benchmarks.models import MODELS, thousand
from benchmarks.planner import measure_planner
from benchmarks.scale import measure_scale
from benchmarks.sizing import measure_sizing
from benchmarks.startup import measure_startup
from benchmarks.targets import judge_all, tabulate_figures
from benchmarks.timing import time_once
from hasim.engines.montecarlo import Simulator
from hasim.process import Process
from hasim.runners import Runner, Serial, Threads

YEAR = 365 * 86_400.0
REPETITIONS = 5

#: Fresh processes that each time everything: code and data lie elsewhere in each.
PROCESSES = 3
Work = Callable[[], int]

#: Years of a run: long enough that the set-up of a replication, which both sides pay, is nothing.
YEARS = {"active_passive": 40_000, "three_tier": 12_000, "thousand": 800, "ten_thousand": 80}
SIMPY_YEARS = {"active_passive": 2000, "three_tier": 1000, "thousand": 80, "ten_thousand": 15}
SHOP_YEARS = 2000
_CLUSTERS = {"thousand": (1000, 3, 950), "ten_thousand": (10_000, 50, 9500)}
_LATEST = Path(__file__).with_name("latest.json")


def in_kernel(process: Process, years: float) -> Work:
    """A run of a Process that gives its number of events."""
    simulator = Simulator.of(process)

    def run() -> int:
        window = {"warmup": 0.0, "horizon": years * YEAR}
        rows, _ = simulator.run(seed=1, replications=range(1), **window)
        return int(rows[0, 1])

    return run


def in_simpy(name: str) -> Work:
    """A run of a SimPy model that gives its number of events."""
    horizon = SIMPY_YEARS[name] * YEAR
    if name in _CLUSTERS:
        return lambda: simpy_models.Cluster(*_CLUSTERS[name]).run(horizon).events
    model = {"active_passive": simpy_models.Pair, "three_tier": simpy_models.Shop}[name]
    return lambda: model().run(horizon).events


def by_hand(name: str) -> tuple[Work, Work]:
    """A run of a hand loop, and its random draws alone; both give the number of its events."""
    horizon, size = YEARS[name] * YEAR, _CLUSTERS.get(name)
    if size is None:
        figures, draw = hand_loops.active_passive(horizon), hand_loops.draw_for_pair
        loop: Work = lambda: hand_loops.active_passive(horizon).events  # noqa: E731  # as below
    else:
        figures, draw = hand_loops.cluster(*size, horizon), hand_loops.draw_for_cluster
        loop = lambda: hand_loops.cluster(*size, horizon).events  # noqa: E731

    def draws() -> int:
        draw(figures)
        return figures.events

    return loop, draws


def collect_runs() -> dict[str, Work]:
    """All that is timed on one thread."""
    runs = {f"kernel.{name}": in_kernel(MODELS[name](), years) for name, years in YEARS.items()}
    runs |= {f"simpy.{name}": in_simpy(name) for name in YEARS}
    runs["simpy.bare_timeouts"] = lambda: simpy_models.bare_timeouts(30_000)
    for name in ("active_passive", "thousand", "ten_thousand"):
        runs[f"loop.{name}"], runs[f"draws.{name}"] = by_hand(name)
    for name, process in shops().items():
        runs[f"shop.{name}"] = in_kernel(process, SHOP_YEARS)
    return runs


def time_interleaved(runs: dict[str, Work]) -> dict[str, tuple[float, int]]:
    """Seconds of CPU time of each run, the least of some, and its events."""
    events = {name: run() for name, run in runs.items()}
    best = dict.fromkeys(runs, float("inf"))
    for _ in range(REPETITIONS):
        for name, run in runs.items():
            best[name] = min(best[name], time_once(run))
    return {name: (best[name], events[name]) for name in runs}


def time_in_processes() -> tuple[dict[str, tuple[float, int]], dict[str, float]]:
    """The least over some fresh processes; and the largest over the least of them."""
    found = []
    for _ in range(PROCESSES):
        words = [sys.executable, "-m", "benchmarks", "--times"]
        done = subprocess.run(words, check=True, capture_output=True, text=True)
        found.append(json.loads(done.stdout))
    least = {name: min(tuple(times[name]) for times in found) for name in found[0]}
    spread = {name: max(times[name][0] for times in found) / least[name][0] for name in least}
    return least, spread


def measure_kernel() -> dict[str, float]:
    """The figures of the kernel and those behind them."""
    timed, spread = time_in_processes()
    ns = {name: seconds / events * 1e9 for name, (seconds, events) in timed.items()}
    figures = {f"ns_per_event.{name}": value for name, value in ns.items()}
    figures |= {f"spread_of_processes.{name}": value for name, value in spread.items()}
    figures |= {f"events_per_s.{name}": 1e9 / value for name, value in ns.items()}
    for name in YEARS:
        figures[f"kernel.simpy_ratio.{name}"] = ns[f"simpy.{name}"] / ns[f"kernel.{name}"]
        if f"loop.{name}" in ns:
            figures[f"kernel.loop_ratio.{name}"] = ns[f"kernel.{name}"] / ns[f"loop.{name}"]
            figures[f"simpy_over_loop.{name}"] = ns[f"simpy.{name}"] / ns[f"loop.{name}"]
    figures["kernel.growth"] = ns["kernel.ten_thousand"] / ns["kernel.thousand"]
    compiled, by_hand_too = timed["shop.compiled"][0], timed["shop.by_hand"][0]
    figures["us_per_year.shop.compiled"] = compiled / SHOP_YEARS * 1e6
    figures["us_per_year.shop.by_hand"] = by_hand_too / SHOP_YEARS * 1e6
    figures["kernel.compiled_ratio"] = compiled / by_hand_too
    return figures


def measure_threads() -> dict[str, float]:
    """How much faster two threads are than one, by the clock on the wall."""
    simulator = Simulator.of(thousand())

    def work(number: int) -> int:
        window = {"warmup": 0.0, "horizon": 60 * YEAR}
        rows, _ = simulator.run(seed=1, replications=range(number, number + 1), **window)
        return int(rows[0, 1])

    runners: dict[str, Runner] = {"one": Serial(), "two": Threads(2)}
    best = dict.fromkeys(runners, float("inf"))
    for _ in range(REPETITIONS):
        for name, runner in runners.items():
            start = time.perf_counter()
            assert sum(runner.map(work, range(8))) > 0
            best[name] = min(best[name], time.perf_counter() - start)
    return {"kernel.two_threads": best["one"] / best["two"]}


def main() -> None:
    """Measure, print, write; with ``--times``, ``--exact KEY`` or ``--app`` only a part of it."""
    if sys.argv[1:] == ["--times"]:
        sys.stdout.write(json.dumps(time_interleaved(collect_runs())))
        return
    if sys.argv[1:2] == ["--exact"]:
        sys.stdout.write(measure_one(sys.argv[2]) + "\n")
        return
    if sys.argv[1:] == ["--app"]:
        sys.stdout.write(json.dumps(measure_app(), indent=1) + "\n")
        return
    start = time.perf_counter()
    figures = measure_kernel() | measure_threads() | measure_startup()
    exact, skipped = measure_exact()
    figures |= exact | measure_planner() | measure_scale() | measure_sizing()
    app, without_browser = measure_app()
    figures, skipped = figures | app, skipped | without_browser
    figures["seconds.bench"] = time.perf_counter() - start
    sys.stdout.write(tabulate_figures(figures, skipped))
    document = {**figures, "targets": judge_all(figures, skipped)}
    _LATEST.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
