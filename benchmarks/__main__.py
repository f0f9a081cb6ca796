"""`make bench`: ratios of CPU time inside one run, as a table and in benchmarks/latest.json."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import hand_loops, simpy_models
from benchmarks.models import active_passive, ten_thousand, thousand, three_tier
from hasim.engines.montecarlo import Simulator
from hasim.process import Process

YEAR = 365 * 86_400.0
REPETITIONS = 5

#: key: (must, aim, whether more is better); the numbers of the issue that asked for them.
TARGETS = {
    "kernel.simpy_ratio.active_passive": (60, 110, True),
    "kernel.simpy_ratio.three_tier": (60, 110, True),
    "kernel.simpy_ratio.thousand": (90, 130, True),
    "kernel.simpy_ratio.ten_thousand": (120, 170, True),
    "kernel.loop_ratio.thousand": (2.2, 1.5, False),
    "kernel.loop_ratio.ten_thousand": (2.4, 1.6, False),
    "kernel.growth": (1.5, 1.2, False),
    "kernel.two_threads": (1.6, 1.75, True),
    "startup.help_ratio": (4, 2, False),
    "startup.run_ratio": (2.5, 1.6, False),
}

MODELS: dict[str, tuple[Callable[[], Process], float]] = {
    "active_passive": (active_passive, 4000 * YEAR),
    "three_tier": (three_tier, 1500 * YEAR),
    "thousand": (thousand, 100 * YEAR),
    "ten_thousand": (ten_thousand, 20 * YEAR),
}
SIMPY: dict[str, Callable[[], int]] = {
    "active_passive": lambda: simpy_models.active_passive(400 * YEAR).events,
    "three_tier": lambda: simpy_models.three_tier(150 * YEAR).events,
    "thousand": lambda: simpy_models.cluster(1000, 3, 950, 15 * YEAR).events,
    "ten_thousand": lambda: simpy_models.cluster(10_000, 50, 9500, 2 * YEAR).events,
    "bare_timeouts": lambda: simpy_models.bare_timeouts(30_000),
}
LOOPS: dict[str, Callable[[], int]] = {
    "thousand": lambda: hand_loops.cluster(1000, 3, 950, 100 * YEAR),
    "ten_thousand": lambda: hand_loops.cluster(10_000, 50, 9500, 20 * YEAR),
}


def kernel_run(name: str) -> Callable[[], int]:
    """Return a run of a model in the kernel that gives its number of events."""
    make, horizon = MODELS[name]
    simulator = Simulator.of(make())

    def run() -> int:
        rows, _ = simulator.run(seed=1, replications=range(1), warmup=1.0, horizon=horizon)
        return int(rows[0, 1])

    return run


def interleaved(runs: dict[str, Callable[[], int]]) -> dict[str, float]:
    """Return nanoseconds of CPU time an event, the least of some interleaved repetitions."""
    best = dict.fromkeys(runs, float("inf"))
    for run in runs.values():
        run()
    for _ in range(REPETITIONS):
        for name, run in runs.items():
            start = time.thread_time()
            events = run()
            best[name] = min(best[name], (time.thread_time() - start) / events * 1e9)
    return best


def two_threads() -> float:
    """Return how much faster two threads do a fixed amount of work than one, by the clock."""
    from hasim.runners import Serial, Threads

    simulator = Simulator.of(thousand())

    def work(number: int) -> int:
        numbers = range(number, number + 1)
        rows, _ = simulator.run(seed=1, replications=numbers, warmup=1.0, horizon=50 * YEAR)
        return int(rows[0, 1])

    best = {"one": float("inf"), "two": float("inf")}
    for _ in range(REPETITIONS):
        for name, runner in (("one", Serial()), ("two", Threads(2))):
            start = time.perf_counter()
            list(runner.map(work, range(8)))
            best[name] = min(best[name], time.perf_counter() - start)
    return best["one"] / best["two"]


def startup(command: list[str], yardstick: list[str]) -> float:
    """Return the least wall time of a command over that of a yardstick."""
    best = [float("inf"), float("inf")]
    for _ in range(REPETITIONS):
        for place, words in enumerate((command, yardstick)):
            start = time.perf_counter()
            subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            best[place] = min(best[place], time.perf_counter() - start)
    return best[0] / best[1]


def measure() -> dict[str, float]:
    """Return all figures by key."""
    runs = {f"kernel {name}": kernel_run(name) for name in MODELS}
    runs |= {f"simpy {name}": run for name, run in SIMPY.items()}
    runs |= {f"loop {name}": run for name, run in LOOPS.items()}
    ns = interleaved(runs)
    figures = {f"ns_per_event.{name.replace(' ', '.')}": value for name, value in ns.items()}
    for name in MODELS:
        figures[f"kernel.simpy_ratio.{name}"] = ns[f"simpy {name}"] / ns[f"kernel {name}"]
    for name in LOOPS:
        figures[f"kernel.loop_ratio.{name}"] = ns[f"kernel {name}"] / ns[f"loop {name}"]
    figures["kernel.growth"] = ns["kernel ten_thousand"] / ns["kernel thousand"]
    figures["kernel.two_threads"] = two_threads()
    hasim = str(Path(sys.executable).with_name("hasim"))
    python = [sys.executable, "-c"]
    figures["startup.help_ratio"] = startup([hasim, "--help"], [*python, "import argparse, json"])
    run = [hasim, "run", "models/pair.yaml", "--engine", "montecarlo"]
    figures["startup.run_ratio"] = startup(run, [*python, "import numba"])
    return figures


def verdict(key: str, value: float) -> str:
    """Return what a figure is worth against its target."""
    if key not in TARGETS:
        return ""
    must, aim, more = TARGETS[key]
    reached = [value >= bar if more else value <= bar for bar in (must, aim)]
    word = "aim reached" if reached[1] else "must reached" if reached[0] else "MISSED"
    return f"must {must:g}, aim {aim:g}: {word}"


def main() -> None:
    """Measure, print, write."""
    figures = measure()
    for key, value in figures.items():
        sys.stdout.write(f"{key:<40}{value:>10.2f}  {verdict(key, value)}\n")
    Path("benchmarks/latest.json").write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
